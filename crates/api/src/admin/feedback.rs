//! What apps tell the merchant about products and about the shop.

use commerce::apps::{self, App, Scope};
use commerce::catalog::{Collection, Product};
use commerce::feedback::{self, Feedback, FeedbackError, FeedbackState, NewFeedback, PRODUCTS_MAX};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{AppId, ProductId, Timestamp};

use super::apps::Link;
use super::enums::input_enum;
use super::payload::Payload;
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

input_enum! {
    /// Whether there is something to do.
    StateInput(FeedbackState)
}

/// What one app says.
#[derive(Clone)]
struct AppFeedback {
    app: App,
    said: Feedback,
}

/// What all apps say about one thing.
struct ResourceFeedback(Vec<AppFeedback>);

/// The products that an app spoke of.
type ProductsPayload = Payload<Vec<ProductId>>;
/// The app that spoke of the shop.
type ShopPayload = Payload<AppId>;

#[derive(Deserialize)]
struct ProductArgs {
    id: ProductId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    feedback_input: Vec<ProductFeedbackInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductFeedbackInput {
    feedback_generated_at: Timestamp,
    messages: Option<Vec<String>>,
    product_id: ProductId,
    product_updated_at: Timestamp,
    state: StateInput,
}

#[derive(Deserialize)]
struct ShopArgs {
    input: ShopFeedbackInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShopFeedbackInput {
    feedback_generated_at: Timestamp,
    messages: Option<Vec<String>>,
    state: StateInput,
}

pub(super) fn register(r: &mut Registry) {
    r.query("productResourceFeedback", of_product);
    r.object::<Product>("Product").load("feedback", of_products);
    // What apps say is of products and of the shop: nobody can say anything of a collection.
    r.object::<Collection>("Collection")
        .child("feedback", |_| None::<ResourceFeedback>);
    r.object::<App>("App").load("feedback", of_apps);
    types(r);
    r.mutation("bulkProductResourceFeedbackCreate", note_products);
    r.mutation("shopResourceFeedbackCreate", note_shop);
    r.list_limit(
        "bulkProductResourceFeedbackCreate.feedbackInput",
        PRODUCTS_MAX + 1,
    );
    r.object::<ProductsPayload>("BulkProductResourceFeedbackCreatePayload")
        .load("feedback", noted_products)
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<ShopPayload>("ShopResourceFeedbackCreatePayload")
        .load(
            "feedback",
            |all: &[&ShopPayload], _: &NoArgs, cx: &mut Cx| {
                let of = |own: &&ShopPayload| match own.done {
                    Some(app) => Ok(about_shop(cx, &[app])?.pop().flatten()),
                    None => Ok(None),
                };
                all.iter().map(of).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "BulkProductResourceFeedbackCreateUserError");
    user_error_with_code(r, "ShopResourceFeedbackCreateUserError");
}

fn types(r: &mut Registry) {
    r.object::<AppFeedback>("AppFeedback")
        .child("app", |own| own.app.clone())
        .leaf("feedbackGeneratedAt", |own| DateTime(own.said.generated_at))
        .child("link", |_| None::<Link>)
        .child("messages", |own| {
            let messages = own.said.messages.iter();
            messages
                .map(|text| UserError::new(&[], None, text))
                .collect::<Vec<_>>()
        })
        .text("state", |own| own.said.state.as_str());
    r.object::<ResourceFeedback>("ResourceFeedback")
        .child("details", |own| own.0.clone())
        .child("appFeedback", |own| own.0.clone())
        .leaf("summary", ResourceFeedback::summary);
    r.object::<Feedback>("ProductResourceFeedback")
        .leaf("feedbackGeneratedAt", |own| DateTime(own.generated_at))
        .leaf("messages", |own| own.messages.clone())
        .leaf("productId", |own| Id(own.product.unwrap_or(ProductId(0))))
        .leaf("productUpdatedAt", |own| {
            DateTime(own.product_updated_at.unwrap_or(own.generated_at))
        })
        .text("state", |own| own.state.as_str());
}

impl ResourceFeedback {
    /// In one sentence, how many apps want something done.
    fn summary(&self) -> String {
        let wanting = self
            .0
            .iter()
            .filter(|own| own.said.state == FeedbackState::RequiresAction);
        let mut wanting = wanting.map(|own| own.app.title.as_str());
        match (wanting.next(), wanting.count()) {
            (None, _) => "No app needs anything to be done.".to_owned(),
            (Some(title), 0) => format!("{title} needs something to be done."),
            (Some(_), others) => format!("{} apps need something to be done.", others + 1),
        }
    }
}

/// What apps say, each with the app; what apps said that are gone is left out.
fn with_apps(cx: &mut Cx, said: Vec<Vec<Feedback>>) -> Result<Vec<Vec<AppFeedback>>, Error> {
    let mut ids: Vec<AppId> = said.iter().flatten().map(|own| own.app).collect();
    ids.sort_unstable();
    ids.dedup();
    let apps = match ids.is_empty() {
        true => Vec::new(),
        false => apps::load_many(&mut cx.tx, &ids).map_err(fault)?,
    };
    let named = |said: Feedback| {
        let app = apps.iter().find(|app| app.id == said.app)?.clone();
        Some(AppFeedback { app, said })
    };
    let list = |said: Vec<Feedback>| said.into_iter().filter_map(named).collect();
    Ok(said.into_iter().map(list).collect())
}

fn of_products(
    all: &[&Product],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<ResourceFeedback>, Error>> {
    let ids: Vec<ProductId> = all.iter().map(|product| product.id).collect();
    let found = feedback::of_products(&mut cx.tx, &ids).map_err(fault);
    let found = found.and_then(|found| with_apps(cx, found));
    let some = |said: Vec<AppFeedback>| (!said.is_empty()).then_some(ResourceFeedback(said));
    spread(
        found.map(|found| found.into_iter().map(some).collect()),
        all.len(),
    )
}

fn about_shop(cx: &mut Cx, ids: &[AppId]) -> Result<Vec<Option<AppFeedback>>, Error> {
    let found = feedback::of_shop(&mut cx.tx, ids).map_err(fault)?;
    let found = found.into_iter().map(|said| said.into_iter().collect());
    let named = with_apps(cx, found.collect())?;
    Ok(named.into_iter().map(|mut own| own.pop()).collect())
}

fn of_apps(all: &[&App], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<AppFeedback>, Error>> {
    let ids: Vec<AppId> = all.iter().map(|app| app.id).collect();
    spread(about_shop(cx, &ids), all.len())
}

/// What the calling app says about a product.
fn of_product(args: &ProductArgs, cx: &mut Cx) -> Result<Option<Feedback>, Error> {
    cx.permit("productResourceFeedback", Scope::ReadResourceFeedbacks)?;
    let app = cx.request.app();
    let found = feedback::from_app(&mut cx.tx, app, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn noted_products(
    all: &[&ProductsPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<Feedback>>, Error>> {
    let app = cx.request.app();
    let of = |own: &&ProductsPayload| {
        let Some(ids) = &own.done else {
            return Ok(None);
        };
        let found = feedback::from_app(&mut cx.tx, app, ids).map_err(fault)?;
        Ok(Some(found.into_iter().flatten().collect()))
    };
    all.iter().map(of).collect()
}

/// Notes what the calling app says about products.
async fn note_products(
    cx: MutationCx<Request>,
    args: ProductsArgs,
) -> Result<ProductsPayload, Error> {
    let field = "bulkProductResourceFeedbackCreate";
    let call = cx.request.permit(field, Scope::WriteResourceFeedbacks)?;
    let app = cx.request.app();
    let new = |own: ProductFeedbackInput| {
        let said = NewFeedback {
            state: own.state.0,
            messages: own.messages.unwrap_or_default(),
            generated_at: own.feedback_generated_at,
        };
        (own.product_id, own.product_updated_at, said)
    };
    let all: Vec<_> = args.feedback_input.into_iter().map(new).collect();
    let ids = all.iter().map(|(id, ..)| *id).collect();
    let done = cx
        .request
        .write(move |tx| feedback::note_products(tx, &call, app, &all))
        .await;
    Payload::of(done.map(|()| ids), |error| {
        refused(error, &["feedbackInput"], "LESS_THAN_OR_EQUAL_TO")
    })
}

/// Notes what the calling app says about the shop.
async fn note_shop(cx: MutationCx<Request>, args: ShopArgs) -> Result<ShopPayload, Error> {
    let field = "shopResourceFeedbackCreate";
    let call = cx.request.permit(field, Scope::WriteResourceFeedbacks)?;
    let app = cx.request.app();
    let new = NewFeedback {
        state: args.input.state.0,
        messages: args.input.messages.unwrap_or_default(),
        generated_at: args.input.feedback_generated_at,
    };
    let done = cx
        .request
        .write(move |tx| feedback::note_shop(tx, &call, app, &new))
        .await;
    Payload::of(done.map(|()| app), |error| {
        refused(error, &["feedback"], "FEEDBACK_DATE_IN_FUTURE")
    })
}

fn refused(
    error: FeedbackError,
    within: &[&str],
    future: &'static str,
) -> Result<UserError, Error> {
    let (place, part, code) = match &error {
        FeedbackError::TooMany => (None, "", "MAXIMUM_FEEDBACK_LIMIT_EXCEEDED"),
        FeedbackError::ProductMissing(place) => (Some(*place), "productId", "PRODUCT_NOT_FOUND"),
        FeedbackError::Outdated(place) => {
            (Some(*place), "feedbackGeneratedAt", "OUTDATED_FEEDBACK")
        }
        FeedbackError::Future(place) => (Some(*place), "feedbackGeneratedAt", future),
        FeedbackError::Blank(place) => (Some(*place), "messages", "BLANK"),
        FeedbackError::Present(place) => (Some(*place), "messages", "PRESENT"),
        FeedbackError::Messages(place) => (Some(*place), "messages", "INVALID"),
        FeedbackError::Store(_) => (None, "", ""),
    };
    let place = place.map(|place| place.to_string());
    let is_list = within == ["feedbackInput"];
    let mut path: Vec<&str> = within.to_vec();
    if let Some(place) = &place {
        path.extend(is_list.then_some(place.as_str()));
        path.push(part);
    }
    let shown = UserError::new(&path, code, &error);
    match error {
        FeedbackError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
