//! Languages, and what is said in them.

mod locales;
mod localizations;
mod published;
mod refusals;
mod register;
mod resources;

use commerce::markets::Market;
use commerce::translations::Translation;
use graphql::{Error, NoArgs};
use units::MarketId;

use crate::errors::{fault, spread};
use crate::scalars::DateTime;
use crate::{Cx, Registry};

/// A text in another language, and whether it is still of the text that it translates.
#[derive(Clone)]
struct Said {
    row: Translation,
    outdated: bool,
}

pub(super) fn register(r: &mut Registry) {
    locales::register(r);
    resources::register(r);
    localizations::register(r);
    register::register(r);
    published::register(r);
    refusals::register(r);
    r.object::<Said>("Translation")
        .text("key", |own| &own.row.key)
        .text("locale", |own| &own.row.locale)
        .text_opt("value", |own| Some(own.row.value.as_str()))
        .leaf("outdated", |own| own.outdated)
        .leaf("updatedAt", |own| Some(DateTime(own.row.updated_at)))
        .load("market", |all: &[&Said], _: &NoArgs, cx: &mut Cx| {
            spread(markets(all, cx), all.len())
        });
}

fn markets(all: &[&Said], cx: &mut Cx) -> Result<Vec<Option<Market>>, Error> {
    let ids: Vec<MarketId> = all.iter().map(|own| MarketId(own.row.market_id)).collect();
    if ids.iter().all(|id| id.get() == 0) {
        return Ok(ids.iter().map(|_| None).collect());
    }
    commerce::markets::markets(&mut cx.tx, &ids).map_err(fault)
}
