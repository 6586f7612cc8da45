//! The demo's subscription to what happens, told to its own receiver.

use commerce::apps::Scopes;
use commerce::events::Topic;
use commerce::webhooks::{self, SubscriptionInput, SubscriptionSort, Wanted};
use store::Db;
use store::page::{Filter, Window};
use units::{AppId, ShopId};

use crate::settings::Settings;
use crate::start::system_call;
use crate::trouble::Trouble;

/// What the sample log tells of.
const TOPICS: [Topic; 5] = [
    Topic::OrdersCreate,
    Topic::OrdersPaid,
    Topic::FulfillmentsCreate,
    Topic::RefundsCreate,
    Topic::OrdersCancelled,
];
const API_VERSION: &str = "2026-10";

/// Subscribes the demo's app, or tells its subscriptions where the receiver listens this time.
pub(super) fn tell(
    db: &Db,
    settings: &Settings,
    shop: ShopId,
    app: AppId,
    receiver: &str,
) -> Result<(), Trouble> {
    let call = system_call(db, settings, shop);
    let input = SubscriptionInput {
        uri: Some(receiver.to_owned()),
        ..SubscriptionInput::default()
    };
    let whose = (app, Scopes::all());
    db.write_blocking(shop, move |tx| -> Result<(), Trouble> {
        let known = webhooks::list(
            tx,
            app,
            &Wanted::default(),
            Filter::none(),
            SubscriptionSort::Id,
            &Window::first(TOPICS.len()),
        )
        .map_err(wrong)?
        .nodes;
        for topic in TOPICS {
            let done = match known.iter().find(|each| each.topic == topic) {
                Some(found) if found.uri == receiver_of(&input) => Ok(found.id),
                Some(found) => webhooks::update(tx, &call, whose, found.id, &input),
                None => webhooks::create(tx, &call, whose, API_VERSION, topic, &input),
            };
            done.map_err(wrong)?;
        }
        Ok(())
    })
}

fn receiver_of(input: &SubscriptionInput) -> &str {
    input.uri.as_deref().unwrap_or_default()
}

fn wrong(why: impl std::fmt::Display) -> Trouble {
    Trouble::Input(format!("The demo's webhooks were not set up: {why}."))
}
