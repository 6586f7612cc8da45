//! What products, collections and variants say about their publication.

use commerce::markets;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{ProductId, PublicationId, Timestamp};

use super::{CatalogType, Publication, all as publications};
use crate::admin::counts::Count;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::scalars::DateTime;
use crate::{Cx, Registry};

/// That something is published, or will be.
#[derive(Clone)]
struct Published {
    publication: Publication,
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

/// Since when each of some rows is published in the online store.
pub(super) type Since<T> = fn(&[&T], &mut Cx) -> Result<Vec<Option<Timestamp>>, Error>;
/// The product that a row is sold with: only products are in the publications of catalogs.
pub(super) type Sold<T> = fn(&T) -> Option<ProductId>;

impl Published {
    fn is_now(&self) -> bool {
        self.since <= self.now
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Published>("ResourcePublication")
        .leaf("isPublished", Published::is_now)
        .leaf("publishDate", |published| DateTime(published.since))
        .child("publication", |published| published.publication.clone())
        .child("publishable", |published| published.what.clone());
    r.object::<Published>("ResourcePublicationV2")
        .leaf("isPublished", Published::is_now)
        .leaf("publishDate", |published| Some(DateTime(published.since)))
        .child("publication", |published| published.publication.clone())
        .child("publishable", |published| published.what.clone());
    r.connection::<Published>("ResourcePublicationConnection", "ResourcePublicationEdge");
    r.connection::<Published>(
        "ResourcePublicationV2Connection",
        "ResourcePublicationV2Edge",
    );
}

/// Gives a type what it says about its publication.
pub(super) fn on<T: Clone + 'static>(
    r: &mut Registry,
    name: &'static str,
    since: Since<T>,
    sold: Sold<T>,
) {
    let own = Own { since, sold };
    counts(r, name, own);
    r.object::<T>(name)
        .load(
            "resourcePublications",
            move |all: &[&T], args: &(PageArgs, OnlyPublishedArgs), cx: &mut Cx| {
                own.pages(all, &args.0, args.1.only_published, |_| true, cx)
            },
        )
        .load(
            "resourcePublicationsV2",
            move |all: &[&T], args: &(PageArgs, ResourcesArgs), cx: &mut Cx| {
                let of_type = |published: &Published| match args.1.catalog_type {
                    None => true,
                    Some(CatalogType::App) => published.publication.is_online(),
                    Some(CatalogType::Market) => !published.publication.is_online(),
                    Some(CatalogType::CompanyLocation | CatalogType::None) => false,
                };
                own.pages(all, &args.0, args.1.only_published, of_type, cx)
            },
        )
        .load(
            "unpublishedPublications",
            move |all: &[&T], args: &PageArgs, cx: &mut Cx| {
                let every = publications(cx, None);
                own.each(all, cx, |published| {
                    let is_in = |one: &&Publication| {
                        let same = |own: &&Published| own.publication.id() == one.id();
                        !published.iter().filter(same).any(Published::is_now)
                    };
                    let every = every.as_ref().map_err(Clone::clone)?;
                    let open: Vec<Publication> = every.iter().filter(is_in).cloned().collect();
                    of_list(&open, args, |own| own.id().to_string())
                })
            },
        )
        .load_leaf(
            "publishedOnCurrentPublication",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| own.each(all, cx, |own| Ok(is_online(own))),
        )
        .load_leaf(
            "publishedOnCurrentChannel",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| own.each(all, cx, |own| Ok(is_online(own))),
        )
        .load_leaf(
            "publishedOnPublication",
            move |all: &[&T], args: &PublicationArgs, cx: &mut Cx| {
                own.each(all, cx, |published| {
                    let meant = |own: &&Published| own.publication.id() == args.publication_id;
                    Ok(published.iter().filter(meant).any(Published::is_now))
                })
            },
        );
}

/// Whether it is in the online store, which is the publication that apps work with.
fn is_online(published: &[Published]) -> bool {
    let online = |own: &&Published| own.publication.is_online();
    published.iter().filter(online).any(Published::is_now)
}

/// In how many publications it is, or will be.
fn counted(published: &[Published], only_published: bool) -> usize {
    let counts = |own: &&Published| own.is_now() || !only_published;
    published.iter().filter(counts).count()
}

/// The counts of what it says.
fn counts<T: Clone + 'static>(r: &mut Registry, name: &'static str, own: Own<T>) {
    r.object::<T>(name)
        .load(
            "resourcePublicationsCount",
            move |all: &[&T], args: &OnlyPublishedArgs, cx: &mut Cx| {
                own.each(all, cx, |published| {
                    Ok(Some(Count::exactly(counted(
                        published,
                        args.only_published,
                    ))))
                })
            },
        )
        .load_leaf(
            "publicationCount",
            move |all: &[&T], args: &OnlyPublishedArgs, cx: &mut Cx| {
                own.each(all, cx, |published| {
                    let count = counted(published, args.only_published);
                    Ok(i32::try_from(count).unwrap_or(i32::MAX))
                })
            },
        )
        .load(
            "availablePublicationsCount",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
                own.each(all, cx, |published| {
                    Ok(Some(Count::exactly(counted(published, true))))
                })
            },
        );
}

/// A type's own way to tell where it is published.
struct Own<T: 'static> {
    since: Since<T>,
    sold: Sold<T>,
}

impl<T> Clone for Own<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Own<T> {}

impl<T: Clone + 'static> Own<T> {
    /// Where each row is published, the online store first.
    fn found(self, all: &[&T], cx: &mut Cx) -> Result<Vec<Vec<Published>>, Error> {
        let now = cx.request.now();
        let online = (self.since)(all, cx)?;
        let sold: Vec<Option<ProductId>> = all.iter().map(|own| (self.sold)(own)).collect();
        let products: Vec<ProductId> = sold.iter().flatten().copied().collect();
        let catalogs = markets::publications_of(&mut cx.tx, &products).map_err(fault)?;
        let mut catalogs = catalogs.into_iter();
        let rows = all.iter().zip(online).zip(sold);
        let one = |((row, online), sold): ((&&T, Option<Timestamp>), Option<ProductId>)| {
            let published = |publication, since| Published {
                publication,
                since,
                now,
                what: obj((*row).clone()),
            };
            let own = sold.and_then(|_| catalogs.next()).unwrap_or_default();
            let own = own.into_iter();
            let own = own.map(|(own, since)| published(Publication::Catalog(own), since));
            let online = online.map(|since| published(Publication::OnlineStore, since));
            online.into_iter().chain(own).collect()
        };
        Ok(rows.map(one).collect())
    }

    /// One answer for each row, made of where it is published.
    fn each<A>(
        self,
        all: &[&T],
        cx: &mut Cx,
        answer: impl Fn(&[Published]) -> Result<A, Error>,
    ) -> Vec<Result<A, Error>> {
        match self.found(all, cx) {
            Ok(found) => found.iter().map(|own| answer(own)).collect(),
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
        self.each(all, cx, |published| {
            let is_shown = |own: &&Published| wanted(own) && (own.is_now() || !only_published);
            let shown: Vec<Published> = published.iter().filter(is_shown).cloned().collect();
            of_list(&shown, args, |own| own.publication.id().to_string())
        })
    }
}
