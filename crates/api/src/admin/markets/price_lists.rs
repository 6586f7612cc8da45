//! Price lists.

use commerce::markets::{
    self, AdjustmentInput, Catalog, CompareAtMode, PriceList, PriceListInput, PriceListSort,
};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{CatalogId, Currency, Money, PriceListId};

use super::catalogs::READ;
use super::lists_by_ids;
use super::refusals::price_list_error;
use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DecimalInput, Id, Rate};
use crate::{Cx, Registry, Request};
use commerce::apps::Scope;

const WRITE: Scope = Scope::WriteProducts;

input_enum! {
    /// What becomes of what goods used to cost.
    CompareAt(CompareAtMode)
}

#[derive(Deserialize)]
struct IdArgs {
    id: PriceListId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Name,
}

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: PriceListId,
    input: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    name: String,
    currency: Currency,
    parent: ParentInput,
    catalog_id: Option<CatalogId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    name: Option<String>,
    currency: Option<Currency>,
    parent: Option<ParentInput>,
    #[serde(default)]
    catalog_id: Maybe<CatalogId>,
}

#[derive(Deserialize)]
struct ParentInput {
    adjustment: ChangeInput,
    settings: Option<SettingsInput>,
}

#[derive(Deserialize)]
struct ChangeInput {
    #[serde(rename = "type")]
    kind: ChangeType,
    value: DecimalInput,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ChangeType {
    PercentageDecrease,
    PercentageIncrease,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SettingsInput {
    compare_at_mode: CompareAt,
}

/// What a list does to prices that it does not name.
struct Parent(PriceList);

/// By how much.
struct Change(i64);

/// What becomes of what goods used to cost.
struct Settings(CompareAtMode);

impl ParentInput {
    fn adjustment(&self) -> Result<AdjustmentInput, UserError> {
        // A percentage with four decimals counts millionths.
        let field = ["input", "parent", "adjustment", "value"];
        let text = self.adjustment.value.0.as_str();
        let wrong = |why: &str| UserError::new(&field, "INVALID_ADJUSTMENT_VALUE", &why);
        let hundredths = Money::parse(text, Currency::USD)
            .map_err(|_| wrong("The adjustment must be a percentage, such as 10 or 12.5."))?;
        if hundredths.minor < 0 {
            return Err(wrong(
                "The adjustment can't be negative: its type says which way it goes.",
            ));
        }
        let ppm = hundredths.minor.saturating_mul(100);
        Ok(AdjustmentInput {
            ppm: match self.adjustment.kind {
                ChangeType::PercentageDecrease => -ppm,
                ChangeType::PercentageIncrease => ppm,
            },
            compare_at_mode: self.settings.as_ref().map(|own| own.compare_at_mode.0),
        })
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("priceList", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("priceList", READ)?;
        by_id(cx, args.id)
    });
    r.query("priceLists", list);
    r.connection::<PriceList>("PriceListConnection", "PriceListEdge");
    r.object::<PriceList>("PriceList")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .text("currency", |own| own.currency.as_str())
        .load_leaf(
            "fixedPricesCount",
            |all: &[&PriceList], _: &NoArgs, cx: &mut Cx| {
                let found = markets::fixed_counts(&mut cx.tx, &ids(all)).map_err(fault);
                let whole = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
                spread(
                    found.map(|all| all.into_iter().map(whole).collect()),
                    all.len(),
                )
            },
        )
        .child("parent", |own| Some(Parent(own.clone())))
        .load("catalog", |all: &[&PriceList], _: &NoArgs, cx: &mut Cx| {
            spread(catalogs(all, cx), all.len())
        });
    r.object::<Parent>("PriceListParent")
        .child("adjustment", |own| Change(own.0.adjustment_ppm))
        .child("settings", |own| Settings(own.0.compare_at_mode));
    r.object::<Change>("PriceListAdjustment")
        .text("type", |own| match own.0 {
            ppm if ppm < 0 => "PERCENTAGE_DECREASE",
            _ => "PERCENTAGE_INCREASE",
        })
        .leaf("value", |own| Rate::per_cent(own.0.abs()));
    r.object::<Settings>("PriceListAdjustmentSettings")
        .text("compareAtMode", |own| own.0.as_str());
    r.mutation("priceListCreate", create);
    r.mutation("priceListUpdate", update);
    r.mutation("priceListDelete", delete);
    let shown = &["PriceListCreatePayload", "PriceListUpdatePayload"];
    payloads(r, shown, "priceList", by_id);
    deleted::<PriceListId>(r, "PriceListDeletePayload", "deletedId");
}

fn ids(all: &[&PriceList]) -> Vec<PriceListId> {
    all.iter().map(|own| own.id).collect()
}

pub(super) fn by_id(cx: &mut Cx, id: PriceListId) -> Result<Option<PriceList>, Error> {
    Ok(lists_by_ids(cx, &[id])?.pop().flatten())
}

fn catalogs(all: &[&PriceList], cx: &mut Cx) -> Result<Vec<Option<Obj>>, Error> {
    let found = markets::catalogs_with(&mut cx.tx, &ids(all)).map_err(fault)?;
    let wrapped = |own: Option<Catalog>| own.map(obj);
    Ok(found.into_iter().map(wrapped).collect())
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<PriceList>, Error> {
    cx.permit("priceLists", READ)?;
    let sort = match wanted.sort_key {
        SortKey::Id => PriceListSort::Id,
        SortKey::Name => PriceListSort::Name,
    };
    let found = markets::price_lists_page(&mut cx.tx, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<PriceListId>, Error> {
    let call = cx.request.permit("priceListCreate", WRITE)?;
    let given = args.input;
    let adjustment = match given.parent.adjustment() {
        Ok(adjustment) => adjustment,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let input = PriceListInput {
        name: Some(given.name),
        currency: Some(given.currency),
        adjustment: Some(adjustment),
        catalog: given.catalog_id.map(Some),
    };
    let done = cx
        .request
        .write(move |tx| markets::create_price_list(tx, &call, &input))
        .await;
    Payload::of(done, price_list_error)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<PriceListId>, Error> {
    let call = cx.request.permit("priceListUpdate", WRITE)?;
    let given = args.input;
    let adjustment = match given.parent.map(|parent| parent.adjustment()).transpose() {
        Ok(adjustment) => adjustment,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let input = PriceListInput {
        name: given.name,
        currency: given.currency,
        adjustment,
        catalog: given.catalog_id.given(),
    };
    let done = cx
        .request
        .write(move |tx| markets::update_price_list(tx, &call, args.id, &input))
        .await;
    Payload::of(done, price_list_error)
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<PriceListId>, Error> {
    cx.request.permit("priceListDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| markets::delete_price_list(tx, args.id))
        .await;
    Payload::of(done, price_list_error)
}
