//! Making, changing and deleting groups of selling plans, and offering them with products.

use std::fmt::Display;

use commerce::Call;
use commerce::apps::Scope;
use commerce::selling_plans::{self, PlanError, PlanWhy, Resources, Saved, SellingPlanGroup};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use store::Tx;
use units::{ProductId, ProductVariantId, SellingPlanGroupId};

use super::by_id;
use super::inputs::GroupFields;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::products::{self, Variant, variants};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

/// A group after a change, with its plans that are gone.
struct UpdatePayload(Payload<Saved>);

#[derive(Deserialize)]
struct CreateArgs {
    input: GroupFields,
    resources: Option<ResourceFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceFields {
    product_ids: Option<Vec<ProductId>>,
    product_variant_ids: Option<Vec<ProductVariantId>>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: SellingPlanGroupId,
    input: GroupFields,
}

#[derive(Deserialize)]
struct DeleteArgs {
    id: SellingPlanGroupId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    id: SellingPlanGroupId,
    product_ids: Vec<ProductId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariantsArgs {
    id: SellingPlanGroupId,
    product_variant_ids: Vec<ProductVariantId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfProductArgs {
    id: ProductId,
    selling_plan_group_ids: Vec<SellingPlanGroupId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfVariantArgs {
    id: ProductVariantId,
    selling_plan_group_ids: Vec<SellingPlanGroupId>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("sellingPlanGroupCreate", create);
    r.mutation("sellingPlanGroupUpdate", update);
    r.mutation("sellingPlanGroupDelete", delete);
    r.mutation("sellingPlanGroupAddProducts", add_products);
    r.mutation("sellingPlanGroupAddProductVariants", add_variants);
    r.mutation("sellingPlanGroupRemoveProducts", remove_products);
    r.mutation("sellingPlanGroupRemoveProductVariants", remove_variants);
    r.mutation("productJoinSellingPlanGroups", product_joins);
    r.mutation("productLeaveSellingPlanGroups", product_leaves);
    r.mutation("productVariantJoinSellingPlanGroups", variant_joins);
    r.mutation("productVariantLeaveSellingPlanGroups", variant_leaves);
    user_error_with_code(r, "SellingPlanGroupUserError");
    let made = [
        "SellingPlanGroupCreatePayload",
        "SellingPlanGroupAddProductsPayload",
        "SellingPlanGroupAddProductVariantsPayload",
    ];
    payloads(r, &made, "sellingPlanGroup", by_id);
    deleted::<SellingPlanGroupId>(
        r,
        "SellingPlanGroupDeletePayload",
        "deletedSellingPlanGroupId",
    );
    let of_product = [
        "ProductJoinSellingPlanGroupsPayload",
        "ProductLeaveSellingPlanGroupsPayload",
    ];
    payloads(r, &of_product, "product", products::by_id);
    let of_variant = [
        "ProductVariantJoinSellingPlanGroupsPayload",
        "ProductVariantLeaveSellingPlanGroupsPayload",
    ];
    payloads(r, &of_variant, "productVariant", variant);
    removals(r);
}

fn removals(r: &mut Registry) {
    r.object::<UpdatePayload>("SellingPlanGroupUpdatePayload")
        .load(
            "sellingPlanGroup",
            |all: &[&UpdatePayload], _: &NoArgs, cx: &mut Cx| {
                let one = |own: &&UpdatePayload| -> Result<Option<SellingPlanGroup>, Error> {
                    match &own.0.done {
                        None => Ok(None),
                        Some(saved) => by_id(cx, saved.id),
                    }
                };
                all.iter().map(one).collect()
            },
        )
        .leaf("deletedSellingPlanIds", |own| {
            let saved = own.0.done.as_ref()?;
            Some(saved.deleted.iter().copied().map(Id).collect::<Vec<_>>())
        })
        .child("userErrors", |own| own.0.user_errors.clone());
    removed::<ProductId>(
        r,
        "SellingPlanGroupRemoveProductsPayload",
        "removedProductIds",
    );
    removed::<ProductVariantId>(
        r,
        "SellingPlanGroupRemoveProductVariantsPayload",
        "removedProductVariantIds",
    );
}

/// Registers a payload type whose `field` holds the ids of what a group is offered with no more.
fn removed<I>(r: &mut Registry, name: &'static str, field: &'static str)
where
    I: Copy + Display + Send + Sync + 'static,
{
    r.object::<Payload<Vec<I>>>(name)
        .leaf(field, |own| {
            let ids = own.done.as_ref()?;
            Some(ids.iter().copied().map(Id).collect::<Vec<_>>())
        })
        .child("userErrors", |own| own.user_errors.clone());
}

fn variant(cx: &mut Cx, id: ProductVariantId) -> Result<Option<Variant>, Error> {
    Ok(variants(cx, &[id])?.into_iter().next().flatten())
}

/// Makes a group with its plans.
async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<SellingPlanGroupId>, Error> {
    let call = cx
        .request
        .permit("sellingPlanGroupCreate", Scope::WriteProducts)?;
    let resources = args
        .resources
        .map(ResourceFields::resources)
        .unwrap_or_default();
    let done = cx
        .request
        .write(move |tx| {
            let currency = commerce::shops::current(tx)?.currency;
            let input = args.input.input(currency);
            let input = input.map_err(|(at, why)| PlanError::Refused(at, why))?;
            selling_plans::create(tx, &call, &input, &resources)
        })
        .await;
    Payload::of(done, refusal)
}

/// Changes a group and its plans.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<UpdatePayload, Error> {
    let call = cx
        .request
        .permit("sellingPlanGroupUpdate", Scope::WriteProducts)?;
    let done = cx
        .request
        .write(move |tx| {
            let currency = commerce::shops::current(tx)?.currency;
            let input = args.input.input(currency);
            let input = input.map_err(|(at, why)| PlanError::Refused(at, why))?;
            selling_plans::update(tx, &call, args.id, &input)
        })
        .await;
    Payload::of(done, refusal).map(UpdatePayload)
}

/// Deletes a group with its plans.
async fn delete(
    cx: MutationCx<Request>,
    args: DeleteArgs,
) -> Result<Payload<SellingPlanGroupId>, Error> {
    let call = cx
        .request
        .permit("sellingPlanGroupDelete", Scope::WriteProducts)?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| selling_plans::delete(tx, &call, id).map(|()| id))
        .await;
    Payload::of(done, refusal)
}

impl ResourceFields {
    fn resources(self) -> Resources {
        Resources {
            products: self.product_ids.unwrap_or_default(),
            variants: self.product_variant_ids.unwrap_or_default(),
        }
    }
}

/// Changes what groups are offered with, and gives back what the payload tells of it.
async fn offered<I: Send + 'static, T>(
    cx: MutationCx<Request>,
    field: &str,
    told: I,
    mut change: impl FnMut(&mut Tx, &Call) -> Result<T, PlanError> + Send + 'static,
) -> Result<Payload<I>, Error> {
    let call = cx.request.permit(field, Scope::WriteProducts)?;
    let done = cx
        .request
        .write(move |tx| change(tx, &call).map(drop))
        .await;
    Payload::of(done.map(|()| told), refusal)
}

async fn add_products(
    cx: MutationCx<Request>,
    args: ProductsArgs,
) -> Result<Payload<SellingPlanGroupId>, Error> {
    let (id, resources) = (args.id, Resources::products(args.product_ids));
    let change = move |tx: &mut Tx, call: &Call| selling_plans::add(tx, call, id, &resources);
    offered(cx, "sellingPlanGroupAddProducts", id, change).await
}

async fn add_variants(
    cx: MutationCx<Request>,
    args: VariantsArgs,
) -> Result<Payload<SellingPlanGroupId>, Error> {
    let (id, resources) = (args.id, Resources::variants(args.product_variant_ids));
    let change = move |tx: &mut Tx, call: &Call| selling_plans::add(tx, call, id, &resources);
    offered(cx, "sellingPlanGroupAddProductVariants", id, change).await
}

async fn remove_products(
    cx: MutationCx<Request>,
    args: ProductsArgs,
) -> Result<Payload<Vec<ProductId>>, Error> {
    let (id, removed) = (args.id, args.product_ids);
    let resources = Resources::products(removed.clone());
    let change = move |tx: &mut Tx, call: &Call| selling_plans::remove(tx, call, id, &resources);
    offered(cx, "sellingPlanGroupRemoveProducts", removed, change).await
}

async fn remove_variants(
    cx: MutationCx<Request>,
    args: VariantsArgs,
) -> Result<Payload<Vec<ProductVariantId>>, Error> {
    let (id, removed) = (args.id, args.product_variant_ids);
    let resources = Resources::variants(removed.clone());
    let change = move |tx: &mut Tx, call: &Call| selling_plans::remove(tx, call, id, &resources);
    offered(cx, "sellingPlanGroupRemoveProductVariants", removed, change).await
}

async fn product_joins(
    cx: MutationCx<Request>,
    args: OfProductArgs,
) -> Result<Payload<ProductId>, Error> {
    let (id, groups) = (args.id, args.selling_plan_group_ids);
    let resources = Resources::products(vec![id]);
    let change = move |tx: &mut Tx, call: &Call| selling_plans::join(tx, call, &groups, &resources);
    offered(cx, "productJoinSellingPlanGroups", id, change).await
}

async fn product_leaves(
    cx: MutationCx<Request>,
    args: OfProductArgs,
) -> Result<Payload<ProductId>, Error> {
    let (id, groups) = (args.id, args.selling_plan_group_ids);
    let resources = Resources::products(vec![id]);
    let change =
        move |tx: &mut Tx, call: &Call| selling_plans::leave(tx, call, &groups, &resources);
    offered(cx, "productLeaveSellingPlanGroups", id, change).await
}

async fn variant_joins(
    cx: MutationCx<Request>,
    args: OfVariantArgs,
) -> Result<Payload<ProductVariantId>, Error> {
    let (id, groups) = (args.id, args.selling_plan_group_ids);
    let resources = Resources::variants(vec![id]);
    let change = move |tx: &mut Tx, call: &Call| selling_plans::join(tx, call, &groups, &resources);
    offered(cx, "productVariantJoinSellingPlanGroups", id, change).await
}

async fn variant_leaves(
    cx: MutationCx<Request>,
    args: OfVariantArgs,
) -> Result<Payload<ProductVariantId>, Error> {
    let (id, groups) = (args.id, args.selling_plan_group_ids);
    let resources = Resources::variants(vec![id]);
    let change =
        move |tx: &mut Tx, call: &Call| selling_plans::leave(tx, call, &groups, &resources);
    offered(cx, "productVariantLeaveSellingPlanGroups", id, change).await
}

fn refusal(error: PlanError) -> Result<UserError, Error> {
    match error {
        PlanError::Store(cause) => Err(fault(cause)),
        PlanError::Refused(at, why) => {
            let path: Vec<&str> = at.iter().map(String::as_str).collect();
            Ok(UserError::new(&path, code(why), &why))
        }
    }
}

const fn code(why: PlanWhy) -> &'static str {
    match why {
        PlanWhy::GroupMissing => "GROUP_DOES_NOT_EXIST",
        PlanWhy::PlanMissing => "PLAN_DOES_NOT_EXIST",
        PlanWhy::PlanIdMissing => "PLAN_ID_MUST_BE_SPECIFIED_TO_UPDATE",
        PlanWhy::ProductMissing => "PRODUCT_DOES_NOT_EXIST",
        PlanWhy::VariantMissing => "PRODUCT_VARIANT_DOES_NOT_EXIST",
        PlanWhy::Blank(_) => "BLANK",
        PlanWhy::TooLong(_) => "TOO_LONG",
        PlanWhy::TooMany => "TOO_BIG",
        PlanWhy::NoPlans => "SELLING_PLAN_COUNT_LOWER_BOUND",
        PlanWhy::TooManyPlans => "SELLING_PLAN_COUNT_UPPER_BOUND",
        PlanWhy::TooManyOptions | PlanWhy::Value => "INVALID",
        PlanWhy::OptionCount => "WRONG_LENGTH",
        PlanWhy::SameOptions => "SELLING_PLAN_DUPLICATE_OPTIONS",
        PlanWhy::SameName => "SELLING_PLAN_DUPLICATE_NAME",
        PlanWhy::BillingMissing => "SELLING_PLAN_BILLING_POLICY_MISSING",
        PlanWhy::DeliveryMissing => "SELLING_PLAN_DELIVERY_POLICY_MISSING",
        PlanWhy::PolicyKinds => "BILLING_AND_DELIVERY_POLICY_TYPES_MUST_BE_THE_SAME",
        PlanWhy::OneKind => "INVALID_INPUT",
        PlanWhy::ValueAndType => "PRICING_POLICY_ADJUSTMENT_VALUE_AND_TYPE_MUST_MATCH",
        PlanWhy::Interval => "BILLING_POLICY_INTERVAL_TOO_LARGE",
        PlanWhy::Cycles => "SELLING_PLAN_MAX_CYCLES_MUST_BE_GREATER_THAN_MIN_CYCLES",
        PlanWhy::Multiple => "SELLING_PLAN_BILLING_CYCLE_MUST_BE_A_MULTIPLE_OF_DELIVERY_CYCLE",
        PlanWhy::TooManyPrices => "SELLING_PLAN_PRICING_POLICIES_LIMIT",
        PlanWhy::NoFixedPrice => {
            "SELLING_PLAN_PRICING_POLICIES_MUST_CONTAIN_A_FIXED_PRICING_POLICY"
        }
        PlanWhy::NothingRemains => "REMAINING_BALANCE_CHARGE_TRIGGER_ON_FULL_CHECKOUT",
        PlanWhy::SomethingRemains => {
            "REMAINING_BALANCE_CHARGE_TRIGGER_NO_REMAINING_BALANCE_ON_PARTIAL_PERCENTAGE_CHECKOUT_CHARGE"
        }
        PlanWhy::TimeMissing => "REMAINING_BALANCE_CHARGE_EXACT_TIME_REQUIRED",
    }
}
