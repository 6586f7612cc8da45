//! Where products and collections are published: the shop window is the one publication.

use commerce::catalog::Product;
use graphql::{Error, Page, PageArgs};
use serde::Deserialize;
use units::{PublicationId, Timestamp};

use crate::admin::counts::Count;
use crate::paging::of_list;
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// The shop window.
struct OnlineStore;

/// That something is published, or will be.
#[derive(Clone)]
struct Published {
    since: Timestamp,
    now: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlyPublishedArgs {
    only_published: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublicationArgs {
    publication_id: PublicationId,
}

const WINDOW: PublicationId = PublicationId(1);

impl Published {
    const fn is_now(&self) -> bool {
        self.since.0 <= self.now.0
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<OnlineStore>("Publication")
        .leaf("id", |_| Id(WINDOW))
        .text("name", |_| "Online Store")
        .leaf("autoPublish", |_| true)
        .leaf("supportsFuturePublishing", |_| true);
    r.object::<Published>("ResourcePublication")
        .leaf("isPublished", Published::is_now)
        .leaf("publishDate", |published| DateTime(published.since))
        .child("publication", |_| OnlineStore);
    r.object::<Published>("ResourcePublicationV2")
        .leaf("isPublished", Published::is_now)
        .leaf("publishDate", |published| Some(DateTime(published.since)))
        .child("publication", |_| OnlineStore);
    r.connection::<Published>("ResourcePublicationConnection", "ResourcePublicationEdge");
    r.connection::<Published>(
        "ResourcePublicationV2Connection",
        "ResourcePublicationV2Edge",
    );
    publishable::<Product>(r, "Product", |product| product.published_at);
}

/// Gives a type what it says about its publication.
pub(in crate::admin) fn publishable<T: 'static>(
    r: &mut Registry,
    name: &'static str,
    since: fn(&T) -> Option<Timestamp>,
) {
    let pages = move |all: &[&T], args: &(PageArgs, OnlyPublishedArgs), cx: &mut Cx| {
        let now = cx.request.now();
        let of = |row: &&T| {
            let published = since(row).map(|since| Published { since, now });
            let shown = published.filter(|it| it.is_now() || !args.1.only_published);
            let shown: Vec<Published> = shown.into_iter().collect();
            of_list(&shown, &args.0, |_| WINDOW.get().to_string())
        };
        all.iter()
            .map(of)
            .collect::<Vec<Result<Page<Published>, Error>>>()
    };
    let is_published = move |all: &[&T], cx: &mut Cx| {
        let now = cx.request.now();
        let shown = |row: &&T| Ok(since(row).is_some_and(|since| since <= now));
        all.iter().map(shown).collect::<Vec<Result<bool, Error>>>()
    };
    r.object::<T>(name)
        .load("resourcePublications", pages)
        .load("resourcePublicationsV2", pages)
        .load(
            "resourcePublicationsCount",
            move |all: &[&T], args: &OnlyPublishedArgs, cx: &mut Cx| {
                let now = cx.request.now();
                let count = |row: &&T| {
                    let shown = since(row).filter(|since| *since <= now || !args.only_published);
                    Ok(Some(Count::exactly(usize::from(shown.is_some()))))
                };
                all.iter().map(count).collect()
            },
        )
        .load_leaf(
            "publishedOnCurrentPublication",
            move |all: &[&T], _: &graphql::NoArgs, cx: &mut Cx| is_published(all, cx),
        )
        .load_leaf(
            "publishedOnPublication",
            move |all: &[&T], args: &PublicationArgs, cx: &mut Cx| {
                let shown = is_published(all, cx).into_iter();
                let known = args.publication_id == WINDOW;
                shown.map(|shown| Ok(shown? && known)).collect()
            },
        );
}
