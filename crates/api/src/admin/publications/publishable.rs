//! What products, collections and variants say about their publication.

use commerce::catalog::ONLINE_STORE;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{PublicationId, Timestamp};

use super::{CatalogType, Publication};
use crate::admin::counts::Count;
use crate::errors::spread;
use crate::paging::of_list;
use crate::scalars::DateTime;
use crate::{Cx, Registry};

/// That something is published, or will be.
#[derive(Clone)]
struct Published {
    since: Timestamp,
    now: Timestamp,
    what: Obj,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlyPublishedArgs {
    only_published: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourcesArgs {
    only_published: bool,
    catalog_type: Option<CatalogType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublicationArgs {
    publication_id: PublicationId,
}

/// Since when each of some rows is published.
pub(super) type Since<T> = fn(&[&T], &mut Cx) -> Result<Vec<Option<Timestamp>>, Error>;

impl Published {
    fn is_now(&self) -> bool {
        self.since <= self.now
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Published>("ResourcePublication")
        .leaf("isPublished", Published::is_now)
        .leaf("publishDate", |published| DateTime(published.since))
        .child("publication", |_| Publication::OnlineStore)
        .child("publishable", |published| published.what.clone());
    r.object::<Published>("ResourcePublicationV2")
        .leaf("isPublished", Published::is_now)
        .leaf("publishDate", |published| Some(DateTime(published.since)))
        .child("publication", |_| Publication::OnlineStore)
        .child("publishable", |published| published.what.clone());
    r.connection::<Published>("ResourcePublicationConnection", "ResourcePublicationEdge");
    r.connection::<Published>(
        "ResourcePublicationV2Connection",
        "ResourcePublicationV2Edge",
    );
}

/// Gives a type what it says about its publication.
pub(super) fn on<T: Clone + 'static>(r: &mut Registry, name: &'static str, since: Since<T>) {
    let own = Own(since);
    counts(r, name, own);
    r.object::<T>(name)
        .load(
            "resourcePublications",
            move |all: &[&T], args: &(PageArgs, OnlyPublishedArgs), cx: &mut Cx| {
                let wanted = |_: &Published| true;
                own.pages(all, &args.0, args.1.only_published, wanted, cx)
            },
        )
        .load(
            "resourcePublicationsV2",
            move |all: &[&T], args: &(PageArgs, ResourcesArgs), cx: &mut Cx| {
                let of_app = matches!(args.1.catalog_type, None | Some(CatalogType::App));
                own.pages(
                    all,
                    &args.0,
                    args.1.only_published,
                    |_: &Published| of_app,
                    cx,
                )
            },
        )
        .load(
            "unpublishedPublications",
            move |all: &[&T], args: &PageArgs, cx: &mut Cx| {
                own.each(all, cx, |published, _| {
                    let open = if published {
                        Vec::new()
                    } else {
                        vec![Publication::OnlineStore]
                    };
                    of_list(&open, args, |_| ONLINE_STORE.to_string())
                })
            },
        )
        .load_leaf(
            "publishedOnCurrentPublication",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
                own.each(all, cx, |published, _| Ok(published))
            },
        )
        .load_leaf(
            "publishedOnCurrentChannel",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
                own.each(all, cx, |published, _| Ok(published))
            },
        )
        .load_leaf(
            "publishedOnPublication",
            move |all: &[&T], args: &PublicationArgs, cx: &mut Cx| {
                let known = args.publication_id == ONLINE_STORE;
                own.each(all, cx, move |published, _| Ok(published && known))
            },
        );
}

/// The counts of what it says.
fn counts<T: Clone + 'static>(r: &mut Registry, name: &'static str, own: Own<T>) {
    r.object::<T>(name)
        .load(
            "resourcePublicationsCount",
            move |all: &[&T], args: &OnlyPublishedArgs, cx: &mut Cx| {
                own.each(all, cx, |published, since| {
                    let counts = published || (since.is_some() && !args.only_published);
                    Ok(Some(Count::exactly(usize::from(counts))))
                })
            },
        )
        .load_leaf(
            "publicationCount",
            move |all: &[&T], args: &OnlyPublishedArgs, cx: &mut Cx| {
                own.each(all, cx, |published, since| {
                    Ok(i32::from(
                        published || (since.is_some() && !args.only_published),
                    ))
                })
            },
        )
        .load(
            "availablePublicationsCount",
            move |all: &[&T], _: &NoArgs, _: &mut Cx| {
                // It can be published in every publication there is.
                all.iter().map(|_| Ok(Some(Count::exactly(1)))).collect()
            },
        );
}

/// A type's own way to tell since when it is published.
struct Own<T: 'static>(Since<T>);

impl<T> Clone for Own<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Own<T> {}

impl<T: Clone + 'static> Own<T> {
    /// One answer for each row, made of whether it is published now, and since when.
    fn each<A>(
        self,
        all: &[&T],
        cx: &mut Cx,
        answer: impl Fn(bool, Option<Timestamp>) -> Result<A, Error>,
    ) -> Vec<Result<A, Error>> {
        let now = cx.request.now();
        match (self.0)(all, cx) {
            Ok(found) => found
                .into_iter()
                .map(|since| answer(since.is_some_and(|since| since <= now), since))
                .collect(),
            Err(error) => spread(Err(error), all.len()),
        }
    }

    fn pages(
        self,
        all: &[&T],
        args: &PageArgs,
        only_published: bool,
        wanted: impl Fn(&Published) -> bool,
        cx: &mut Cx,
    ) -> Vec<Result<Page<Published>, Error>> {
        let now = cx.request.now();
        let found = match (self.0)(all, cx) {
            Ok(found) => found,
            Err(error) => return spread(Err(error), all.len()),
        };
        let one = |(row, since): (&&T, Option<Timestamp>)| {
            let published = since.map(|since| Published {
                since,
                now,
                what: obj((*row).clone()),
            });
            let shown = published.filter(|it| wanted(it) && (it.is_now() || !only_published));
            let shown: Vec<Published> = shown.into_iter().collect();
            of_list(&shown, args, |_| ONLINE_STORE.to_string())
        };
        all.iter().zip(found).map(one).collect()
    }
}
