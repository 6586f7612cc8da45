//! What happened: the shop's list of events, and those of each row.

use std::collections::BTreeMap;

use commerce::apps::{self, App, Scope};
use commerce::catalog::{Collection, Product};
use commerce::content::{Article, Blog, Comment, Page as ContentPage};
use commerce::customers::Customer;
use commerce::draft_orders::DraftOrder;
use commerce::events::{self, Event as Happened, Subject};
use commerce::orders::Order;
use commerce::staff::{self, StaffMember};
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use serde_json::Value;
use units::{AppId, EventId, StaffMemberId};

use super::batches::map_page;
use super::counts::Count;
use super::staff::Member;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::DateTime;
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this.
const COUNT_LIMIT: i64 = 10_000;
const GID: &str = "gid://shopify/BasicEvent/";

/// The kinds of rows whose events are listed, with their public names and who may read them.
const KINDS: &[(Subject, &str, Scope)] = &[
    (Subject::Product, "PRODUCT", Scope::ReadProducts),
    (
        Subject::ProductVariant,
        "PRODUCT_VARIANT",
        Scope::ReadProducts,
    ),
    (Subject::Collection, "COLLECTION", Scope::ReadProducts),
    (Subject::Customer, "CUSTOMER", Scope::ReadCustomers),
    (Subject::Order, "ORDER", Scope::ReadOrders),
    (Subject::DraftOrder, "DRAFT_ORDER", Scope::ReadDraftOrders),
    (Subject::Discount, "DISCOUNT_NODE", Scope::ReadDiscounts),
    (Subject::Page, "PAGE", Scope::ReadContent),
    (Subject::Blog, "BLOG", Scope::ReadContent),
    (Subject::Article, "ARTICLE", Scope::ReadContent),
    (Subject::Comment, "COMMENT", Scope::ReadContent),
];

/// Something that happened, with who did it.
#[derive(Clone)]
struct Event {
    happened: Happened,
    app: Option<String>,
    staff: Option<String>,
}

/// What the staff says beside what happened: nothing takes it down here.
enum StaffComment {}

/// A file beside it.
enum Attachment {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventsArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    CreatedAt,
    Id,
}

#[derive(Deserialize)]
struct IdArgs {
    id: String,
}

#[derive(Deserialize)]
struct CountArgs {
    query: Option<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("event", |args: &IdArgs, cx: &mut Cx| by_id(&args.id, cx));
    r.query("events", list);
    r.query("eventsCount", count);
    r.connection::<Obj>("EventConnection", "EventEdge");
    r.object::<Event>("BasicEvent")
        .leaf("id", |own| format!("{GID}{}", own.happened.id.get()))
        .leaf("action", |own| own.happened.action().to_owned())
        .leaf("message", Event::message)
        .leaf("createdAt", |own| DateTime(own.happened.at))
        .leaf("subjectId", Event::subject_id)
        .leaf("subjectType", |own| subject_type(own.happened.subject))
        .text_opt("appTitle", |own| own.app.as_deref())
        .leaf("attributeToApp", |own| own.app.is_some())
        .leaf("attributeToUser", |own| own.staff.is_some())
        .leaf("author", Event::author)
        .leaf("criticalAlert", |_| false)
        .leaf("hasAdditionalContent", |_| false)
        // One sentence says it all.
        .leaf("additionalContent", |_| None::<Value>)
        .leaf("additionalData", |_| None::<Value>)
        .leaf("arguments", |_| None::<Value>)
        .leaf("secondaryMessage", |_| None::<String>);
    register_comment(r);
    r.object::<Product>("Product").load(
        "events",
        |all: &[&Product], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Product, ids, args)
        },
    );
    r.object::<Collection>("Collection").load(
        "events",
        |all: &[&Collection], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Collection, ids, args)
        },
    );
    r.object::<Customer>("Customer").load(
        "events",
        |all: &[&Customer], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Customer, ids, args)
        },
    );
    r.object::<Order>("Order").load(
        "events",
        |all: &[&Order], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Order, ids, args)
        },
    );
    r.object::<DraftOrder>("DraftOrder").load(
        "events",
        |all: &[&DraftOrder], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::DraftOrder, ids, args)
        },
    );
    content(r);
}

fn register_comment(r: &mut Registry) {
    let text = |never: &StaffComment| -> String { match *never {} };
    let flag = |never: &StaffComment| -> bool { match *never {} };
    let moment = |never: &StaffComment| -> DateTime { match *never {} };
    r.object::<StaffComment>("CommentEvent")
        .leaf("id", text)
        .leaf("action", text)
        .leaf("message", text)
        .leaf("rawMessage", text)
        .leaf("appTitle", move |never| Some(text(never)))
        .leaf("createdAt", moment)
        .leaf("attributeToApp", flag)
        .leaf("attributeToUser", flag)
        .leaf("criticalAlert", flag)
        .leaf("canDelete", flag)
        .leaf("canEdit", flag)
        .leaf("edited", flag)
        .child("author", |never| -> Member { match *never {} })
        .child("attachments", |never| -> Vec<Attachment> {
            match *never {}
        });
    let text = |never: &Attachment| -> String { match *never {} };
    r.object::<Attachment>("CommentEventAttachment")
        .leaf("id", text)
        .leaf("name", text)
        .leaf("url", text)
        .leaf("fileExtension", move |never| Some(text(never)))
        .leaf("size", |never| -> i64 { match *never {} });
}

/// What is said and shown.
fn content(r: &mut Registry) {
    r.object::<Article>("Article").load(
        "events",
        |all: &[&Article], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Article, ids, args)
        },
    );
    r.object::<Blog>("Blog").load(
        "events",
        |all: &[&Blog], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Blog, ids, args)
        },
    );
    r.object::<ContentPage>("Page").load(
        "events",
        |all: &[&ContentPage], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Page, ids, args)
        },
    );
    r.object::<Comment>("Comment").load(
        "events",
        |all: &[&Comment], args: &(PageArgs, EventsArgs), cx: &mut Cx| {
            let ids = all.iter().map(|own| own.id.get()).collect();
            of_each(cx, Subject::Comment, ids, args)
        },
    );
}

impl Event {
    fn author(&self) -> Option<String> {
        let by = self.app.as_ref().or(self.staff.as_ref());
        by.cloned()
    }

    /// Who did what, in words.
    fn message(&self) -> String {
        let author = match self.author() {
            Some(author) => author,
            None if self.happened.actor.starts_with("customer:") => "The customer".to_owned(),
            None if self.happened.actor == "buyer" => "A buyer".to_owned(),
            None => "Stockroom".to_owned(),
        };
        let what = match self.happened.subject {
            Subject::Product => "this product",
            Subject::ProductVariant => "this variant",
            Subject::Collection => "this collection",
            Subject::Customer => "this customer",
            Subject::Order => "this order",
            Subject::DraftOrder => "this draft order",
            Subject::Page => "this page",
            Subject::Blog => "this blog",
            Subject::Article => "this article",
            Subject::Comment => "this comment",
            _ => "this discount",
        };
        let author = author
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let did = match self.happened.action() {
            "create" => "created",
            "destroy" => "deleted",
            "placed" => "placed",
            "paid" => return format!("Payment was received for {what}."),
            "cancelled" => "cancelled",
            "fulfilled" => "fulfilled",
            "partially_fulfilled" => return format!("{author} fulfilled a part of {what}."),
            "in_stock" => return "This variant is back in stock.".to_owned(),
            "out_of_stock" => return "This variant is out of stock.".to_owned(),
            "tags_added" => return format!("{author} added tags to {what}."),
            "tags_removed" => return format!("{author} removed tags from {what}."),
            "redeemcode_added" => return format!("{author} added codes to {what}."),
            "redeemcode_removed" => return format!("{author} removed codes from {what}."),
            _ => "updated",
        };
        format!("{author} {did} {what}.")
    }

    fn subject_id(&self) -> String {
        let kind = self.happened.subject.as_str();
        format!("gid://shopify/{kind}/{}", self.happened.subject_id)
    }
}

fn subject_type(subject: Subject) -> &'static str {
    let found = KINDS.iter().find(|(kind, ..)| *kind == subject);
    found.map_or("UNKNOWN", |(_, name, _)| name)
}

/// The kinds that the token may read.
fn readable(cx: &Cx) -> Vec<Subject> {
    let may = |scope: Scope| {
        let token = cx.request.authenticated();
        token.is_some_and(|token| token.scopes.allow(scope))
    };
    let kinds = KINDS.iter().filter(|(_, _, scope)| may(*scope));
    kinds.map(|(kind, ..)| *kind).collect()
}

fn by_id(id: &str, cx: &mut Cx) -> Result<Option<Obj>, Error> {
    let Some(number) = id.strip_prefix(GID).and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let readable = readable(cx);
    let found = events::load(&mut cx.tx, &[EventId(number)]).map_err(fault)?;
    let found: Vec<Happened> = found
        .into_iter()
        .filter(|own| readable.contains(&own.subject))
        .collect();
    let page = Page {
        nodes: found,
        ..Page::default()
    };
    Ok(named(cx, vec![page])?
        .pop()
        .and_then(|mut page| page.nodes.pop()))
}

fn list(args: &(PageArgs, EventsArgs), cx: &mut Cx) -> Result<Option<Page<Obj>>, Error> {
    let readable = readable(cx);
    let filter = searched(cx, &args.1);
    let found = events::list(&mut cx.tx, &readable, filter, &window(&args.0)?);
    let found = found.map(page).map_err(page_error)?;
    Ok(named(cx, vec![found])?.pop())
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Option<Count>, Error> {
    let readable = readable(cx);
    let query = args.query.as_deref().unwrap_or_default();
    let found = events::parse_search(query, cx.request.now());
    let filter = compiled(cx, "eventsCount", query, found);
    let found = events::count(&mut cx.tx, &readable, filter, COUNT_LIMIT + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, COUNT_LIMIT)))
}

fn searched(cx: &mut Cx, wanted: &EventsArgs) -> store::page::Filter {
    // Events are numbered as they happen: both orders are one.
    match wanted.sort_key {
        SortKey::CreatedAt | SortKey::Id => {}
    }
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = events::parse_search(query, cx.request.now());
    compiled(cx, "events", query, found)
}

fn of_each(
    cx: &mut Cx,
    subject: Subject,
    ids: Vec<i64>,
    args: &(PageArgs, EventsArgs),
) -> Vec<Result<Page<Obj>, Error>> {
    let mut load = || {
        let filter = searched(cx, &args.1);
        let window = window(&args.0)?;
        let found = events::of_each(&mut cx.tx, subject, &ids, filter, &window);
        let found = found.map_err(page_error)?;
        named(cx, found.into_iter().map(page).collect())
    };
    spread(load(), ids.len())
}

/// Names who did what.
fn named(cx: &mut Cx, pages: Vec<Page<Happened>>) -> Result<Vec<Page<Obj>>, Error> {
    let id_of =
        |own: &Happened, kind: &str| -> Option<i64> { own.actor.strip_prefix(kind)?.parse().ok() };
    let all = || pages.iter().flat_map(|page| &page.nodes);
    let app_ids: Vec<AppId> = all()
        .filter_map(|own| id_of(own, "app:"))
        .map(AppId)
        .collect();
    let staff_ids: Vec<StaffMemberId> = all()
        .filter_map(|own| id_of(own, "staff:"))
        .map(StaffMemberId)
        .collect();
    let apps: BTreeMap<i64, App> = match app_ids.is_empty() {
        true => BTreeMap::new(),
        false => apps::load_many(&mut cx.tx, &app_ids)
            .map_err(fault)?
            .into_iter()
            .map(|app| (app.id.get(), app))
            .collect(),
    };
    let members: BTreeMap<i64, StaffMember> = match staff_ids.is_empty() {
        true => BTreeMap::new(),
        false => staff::load_many(&mut cx.tx, &staff_ids)
            .map_err(fault)?
            .into_iter()
            .map(|member| (member.id.get(), member))
            .collect(),
    };
    let shown = |own: Happened| {
        let app = id_of(&own, "app:").and_then(|id| apps.get(&id));
        let member = id_of(&own, "staff:").and_then(|id| members.get(&id));
        obj(Event {
            app: app.map(|app| app.title.clone()),
            staff: member.map(StaffMember::name),
            happened: own,
        })
    };
    Ok(pages
        .into_iter()
        .map(|page| map_page(page, shown))
        .collect())
}

/// Events by id, for `node`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let one = |id: &i64| by_id(&format!("{GID}{id}"), cx);
    ids.iter().map(one).collect()
}
