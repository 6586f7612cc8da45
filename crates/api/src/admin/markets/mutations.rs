//! Making, changing and removing markets.

use commerce::markets::{
    self, CurrencyInput, Market, MarketInput, MarketStatus, RegionLevel, RegionsInput,
};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{CatalogId, Country, Currency, MarketId, MarketRegionId, MarketWebPresenceId};

use super::markets_by_ids;
use super::refusals::{currency_error, market_error};
use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::UserError;
use crate::scalars::DecimalInput;
use crate::{Cx, Registry, Request};
use commerce::apps::Scope;

const WRITE: Scope = Scope::WriteMarkets;

input_enum! {
    /// Whether a market sells.
    Status(MarketStatus)
}

input_enum! {
    /// How regions are meant.
    Level(RegionLevel)
}

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: MarketId,
    input: UpdateInput,
}

#[derive(Deserialize)]
struct DeleteArgs {
    id: MarketId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CurrencyArgs {
    market_id: MarketId,
    input: CurrencySettingsInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionsArgs {
    market_id: MarketId,
    regions: Vec<RegionInput>,
}

#[derive(Deserialize)]
struct RegionArgs {
    id: MarketRegionId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    name: String,
    handle: Option<String>,
    status: Option<Status>,
    enabled: Option<bool>,
    conditions: Option<ConditionsInput>,
    regions: Option<Vec<RegionInput>>,
    currency_settings: Option<CurrencySettingsInput>,
    catalogs: Option<Vec<CatalogId>>,
    web_presences: Option<Vec<MarketWebPresenceId>>,
    make_duplicate_region_markets_draft: Option<bool>,
    make_duplicate_unique_markets_draft: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    name: Option<String>,
    handle: Option<String>,
    status: Option<Status>,
    enabled: Option<bool>,
    conditions: Option<ConditionsUpdateInput>,
    currency_settings: Option<CurrencySettingsInput>,
    remove_currency_settings: Option<bool>,
    catalogs_to_add: Option<Vec<CatalogId>>,
    catalogs_to_delete: Option<Vec<CatalogId>>,
    web_presences_to_add: Option<Vec<MarketWebPresenceId>>,
    web_presences_to_delete: Option<Vec<MarketWebPresenceId>>,
    make_duplicate_region_markets_draft: Option<bool>,
    make_duplicate_unique_markets_draft: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConditionsUpdateInput {
    conditions_to_add: Option<ConditionsInput>,
    conditions_to_delete: Option<ConditionsInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConditionsInput {
    regions_condition: Option<RegionsConditionInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionsConditionInput {
    application_level: Option<Level>,
    region_ids: Option<Vec<MarketRegionId>>,
    regions: Option<Vec<RegionInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionInput {
    country_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CurrencySettingsInput {
    base_currency: Option<Currency>,
    base_currency_manual_rate: Option<DecimalInput>,
    local_currencies: Option<bool>,
    rounding_enabled: Option<bool>,
}

impl RegionInput {
    fn codes(all: Vec<Self>) -> Result<Vec<String>, UserError> {
        let code = |own: Self| match Country::of(&own.country_code) {
            Some(country) => Ok(country.code.to_owned()),
            None => Err(UserError::new(
                &["input", "conditions", "regionsCondition"],
                "UNSUPPORTED_COUNTRY_REGION",
                &format!("'{}' is no country that can be sold to.", own.country_code),
            )),
        };
        all.into_iter().map(code).collect()
    }
}

impl ConditionsInput {
    fn regions(own: Option<Self>) -> Result<RegionsInput, UserError> {
        let Some(condition) = own.and_then(|own| own.regions_condition) else {
            return Ok(RegionsInput::default());
        };
        Ok(RegionsInput {
            level: condition.application_level.map(|level| level.0),
            countries: RegionInput::codes(condition.regions.unwrap_or_default())?,
            ids: condition.region_ids.unwrap_or_default(),
        })
    }
}

impl CurrencySettingsInput {
    fn currency(own: Option<Self>) -> CurrencyInput {
        own.map_or_else(CurrencyInput::default, |own| CurrencyInput {
            base: own.base_currency,
            rate: own.base_currency_manual_rate.map(|rate| rate.0),
            local: own.local_currencies,
            rounding: own.rounding_enabled,
        })
    }
}

impl CreateInput {
    fn into_input(self) -> Result<MarketInput, UserError> {
        let mut add = ConditionsInput::regions(self.conditions)?;
        add.countries
            .extend(RegionInput::codes(self.regions.unwrap_or_default())?);
        let older = self.make_duplicate_region_markets_draft;
        let drafts = self.make_duplicate_unique_markets_draft.or(older);
        Ok(MarketInput {
            name: Some(self.name),
            handle: self.handle,
            status: self.status.map(|status| status.0),
            enabled: self.enabled,
            add,
            currency: CurrencySettingsInput::currency(self.currency_settings),
            others_become_drafts: drafts.unwrap_or(false),
            catalogs_to_add: self.catalogs.unwrap_or_default(),
            web_presences_to_add: self.web_presences.unwrap_or_default(),
            ..MarketInput::default()
        })
    }
}

impl UpdateInput {
    fn into_input(self) -> Result<MarketInput, UserError> {
        let (add, remove) = self.conditions.map_or((None, None), |own| {
            (own.conditions_to_add, own.conditions_to_delete)
        });
        let older = self.make_duplicate_region_markets_draft;
        let drafts = self.make_duplicate_unique_markets_draft.or(older);
        Ok(MarketInput {
            name: self.name,
            handle: self.handle,
            status: self.status.map(|status| status.0),
            enabled: self.enabled,
            add: ConditionsInput::regions(add)?,
            remove: ConditionsInput::regions(remove)?,
            currency: CurrencySettingsInput::currency(self.currency_settings),
            remove_currency: self.remove_currency_settings.unwrap_or(false),
            others_become_drafts: drafts.unwrap_or(false),
            catalogs_to_add: self.catalogs_to_add.unwrap_or_default(),
            catalogs_to_delete: self.catalogs_to_delete.unwrap_or_default(),
            web_presences_to_add: self.web_presences_to_add.unwrap_or_default(),
            web_presences_to_delete: self.web_presences_to_delete.unwrap_or_default(),
        })
    }
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("marketCreate", create);
    r.mutation("marketUpdate", update);
    r.mutation("marketDelete", delete);
    r.mutation("marketCurrencySettingsUpdate", set_currency);
    r.mutation("marketRegionsCreate", add_regions);
    r.mutation("marketRegionDelete", remove_region);
    let shown = &[
        "MarketCreatePayload",
        "MarketUpdatePayload",
        "MarketCurrencySettingsUpdatePayload",
        "MarketRegionsCreatePayload",
    ];
    payloads(r, shown, "market", by_id);
    deleted::<MarketId>(r, "MarketDeletePayload", "deletedId");
    deleted::<MarketRegionId>(r, "MarketRegionDeletePayload", "deletedId");
}

fn by_id(cx: &mut Cx, id: MarketId) -> Result<Option<Market>, Error> {
    Ok(markets_by_ids(cx, &[id])?.pop().flatten())
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<MarketId>, Error> {
    let call = cx.request.permit("marketCreate", WRITE)?;
    let input = match args.input.into_input() {
        Ok(input) => input,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let done = cx
        .request
        .write(move |tx| markets::create(tx, &call, &input))
        .await;
    Payload::of(done, |error| market_error(error, &["input"]))
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<MarketId>, Error> {
    let call = cx.request.permit("marketUpdate", WRITE)?;
    let input = match args.input.into_input() {
        Ok(input) => input,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let done = cx
        .request
        .write(move |tx| markets::update(tx, &call, args.id, &input))
        .await;
    Payload::of(done, |error| market_error(error, &["input"]))
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<Payload<MarketId>, Error> {
    let call = cx.request.permit("marketDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| markets::delete(tx, &call, args.id))
        .await;
    Payload::of(done, |error| market_error(error, &[]))
}

async fn set_currency(
    cx: MutationCx<Request>,
    args: CurrencyArgs,
) -> Result<Payload<MarketId>, Error> {
    let call = cx.request.permit("marketCurrencySettingsUpdate", WRITE)?;
    let input = MarketInput {
        currency: CurrencySettingsInput::currency(Some(args.input)),
        ..MarketInput::default()
    };
    let done = cx
        .request
        .write(move |tx| markets::update(tx, &call, args.market_id, &input))
        .await;
    Payload::of(done, currency_error)
}

async fn add_regions(
    cx: MutationCx<Request>,
    args: RegionsArgs,
) -> Result<Payload<MarketId>, Error> {
    let call = cx.request.permit("marketRegionsCreate", WRITE)?;
    let countries = match RegionInput::codes(args.regions) {
        Ok(countries) => countries,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let input = MarketInput {
        add: RegionsInput {
            countries,
            ..RegionsInput::default()
        },
        ..MarketInput::default()
    };
    let done = cx
        .request
        .write(move |tx| markets::update(tx, &call, args.market_id, &input))
        .await;
    Payload::of(done, |error| market_error(error, &["regions"]))
}

async fn remove_region(
    cx: MutationCx<Request>,
    args: RegionArgs,
) -> Result<Payload<MarketRegionId>, Error> {
    let call = cx.request.permit("marketRegionDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| {
            let found = markets::regions(tx, &[args.id])?.pop().flatten();
            let region = found.ok_or(markets::MarketError::RegionNotFound)?;
            let input = MarketInput {
                remove: RegionsInput {
                    ids: vec![region.id],
                    ..RegionsInput::default()
                },
                ..MarketInput::default()
            };
            markets::update(tx, &call, region.market_id, &input).map(|_| region.id)
        })
        .await;
    Payload::of(done, |error| market_error(error, &[]))
}
