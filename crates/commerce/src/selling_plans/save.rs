//! Making, changing and deleting groups of selling plans.

use store::{StoreError, Tx};
use units::{SellingPlanGroupId, SellingPlanId, sort_key};

use super::check::{self, PlanError, PlanWhy};
use super::members::{self, Resources};
use super::policy::{BillingPolicy, DeliveryPolicy, PlanCategory, PricingPolicy, Reserve};
use super::{SellingPlan, SellingPlanGroup, read};
use crate::call::Call;
use crate::events::Topic;
use crate::metafields::{self, Owner};

/// A group, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct GroupInput {
    /// What buyers read.
    pub name: Option<String>,
    /// What the merchant reads; the name when left out.
    pub merchant_code: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// What its plans differ in.
    pub options: Option<Vec<String>>,
    /// Its place among a product's groups.
    pub position: Option<Option<i64>>,
    /// What the app calls itself here.
    pub app_id: Option<Option<String>>,
    /// Plans to make.
    pub create: Vec<PlanInput>,
    /// Plans to change, each named by its id; what is left out stays.
    pub update: Vec<PlanInput>,
    /// Plans to delete.
    pub delete: Vec<SellingPlanId>,
}

/// A plan, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct PlanInput {
    /// Which plan is to change.
    pub id: Option<SellingPlanId>,
    /// What buyers read.
    pub name: Option<String>,
    /// What it promises.
    pub description: Option<String>,
    /// Its values for what plans of the group differ in.
    pub options: Vec<String>,
    /// Its place in the group.
    pub position: Option<i64>,
    /// What kind of purchase it is.
    pub category: Option<PlanCategory>,
    /// When stock is taken.
    pub reserve: Option<Reserve>,
    /// When what is paid.
    pub billing: Option<BillingPolicy>,
    /// When what is sent.
    pub delivery: Option<DeliveryPolicy>,
    /// What it does to the price.
    pub pricing: Vec<PricingPolicy>,
    /// Whether prices were given at all.
    pub prices_given: bool,
}

/// What a change has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The group.
    pub id: SellingPlanGroupId,
    /// Its plans that are gone.
    pub deleted: Vec<SellingPlanId>,
}

/// Makes a group with its plans, and offers it with products and variants.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    input: &GroupInput,
    resources: &Resources,
) -> Result<SellingPlanGroupId, PlanError> {
    let group = SellingPlanGroup {
        id: call.new_id(),
        name: String::new(),
        merchant_code: String::new(),
        description: None,
        options: "[]".to_owned(),
        position: None,
        app_id: None,
        created_at: call.now,
        updated_at: call.now,
    };
    let id = group.id;
    members::check(tx, resources, "resources")?;
    save(tx, call, group, Vec::new(), input)?;
    members::insert(tx, id, resources)?;
    members::tell(tx, call, &[Topic::SellingPlanGroupsCreate], &[id])?;
    Ok(id)
}

/// Changes what the input gives of a group, and its plans.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: SellingPlanGroupId,
    input: &GroupInput,
) -> Result<Saved, PlanError> {
    let group = locked(tx, id)?;
    let plans = read::plans_of(tx, &[id])?.pop().unwrap_or_default();
    save(tx, call, group, plans, input)?;
    members::tell(tx, call, members::UPDATED, &[id])?;
    Ok(Saved {
        id,
        deleted: input.delete.clone(),
    })
}

/// Deletes a group with its plans.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, id: SellingPlanGroupId) -> Result<(), PlanError> {
    locked(tx, id)?;
    let plans = read::plans_of(tx, &[id])?.into_iter().flatten();
    let plans: Vec<i64> = plans.map(|plan| plan.id.get()).collect();
    metafields::delete_all(tx, Owner::SellingPlan, &plans)?;
    for text in [
        "DELETE FROM selling_plan_group_products WHERE shop_id = $shop AND group_id = $1",
        "DELETE FROM selling_plan_group_variants WHERE shop_id = $shop AND group_id = $1",
        "DELETE FROM selling_plans WHERE shop_id = $shop AND group_id = $1",
        "DELETE FROM selling_plan_groups WHERE shop_id = $shop AND id = $1",
    ] {
        tx.execute(text, (id,))?;
    }
    Ok(members::tell(
        tx,
        call,
        &[Topic::SellingPlanGroupsDelete],
        &[id],
    )?)
}

/// A group whose row is locked, or the refusal that it is not there.
pub(super) fn locked(tx: &mut Tx, id: SellingPlanGroupId) -> Result<SellingPlanGroup, PlanError> {
    let text = format!(
        "SELECT {} FROM selling_plan_groups WHERE shop_id = $shop AND id = $1",
        <SellingPlanGroup as store::Record>::COLUMNS
    );
    let found = tx.optional_locked(&text, (id,))?;
    found.ok_or_else(|| refused(["id"], PlanWhy::GroupMissing))
}

pub(super) fn refused<const N: usize>(at: [&str; N], why: PlanWhy) -> PlanError {
    PlanError::Refused(at.map(str::to_owned).to_vec(), why)
}

fn save(
    tx: &mut Tx,
    call: &Call,
    mut group: SellingPlanGroup,
    plans: Vec<SellingPlan>,
    input: &GroupInput,
) -> Result<(), PlanError> {
    let names = apply(&mut group, input)?;
    let mut after = Vec::new();
    for plan in &plans {
        if input.delete.contains(&plan.id) {
            continue;
        }
        let change = input.update.iter().find(|own| own.id == Some(plan.id));
        after.push(merged(plan, change));
    }
    let known = |id: SellingPlanId| plans.iter().any(|plan| plan.id == id);
    for (place, change) in input.update.iter().enumerate() {
        let at = ["input", "sellingPlansToUpdate", &place.to_string(), "id"].map(str::to_owned);
        let why = match change.id {
            None => PlanWhy::PlanIdMissing,
            Some(id) if !known(id) => PlanWhy::PlanMissing,
            Some(_) => continue,
        };
        return Err(PlanError::Refused(at.to_vec(), why));
    }
    if input.delete.iter().any(|id| !known(*id)) {
        let at = ["input", "sellingPlansToDelete"];
        return Err(refused(at, PlanWhy::PlanMissing));
    }
    let kept = after.len();
    after.extend(input.create.iter().cloned());
    for (place, plan) in after.iter().enumerate() {
        check::plan(plan, names).map_err(|(at, why)| {
            let (list, place) = match place.checked_sub(kept) {
                Some(place) => ("sellingPlansToCreate", place),
                None => ("sellingPlansToUpdate", place),
            };
            let mut path = vec!["input".to_owned(), list.to_owned(), place.to_string()];
            path.extend(at.into_iter().map(str::to_owned));
            PlanError::Refused(path, why)
        })?;
    }
    check::together(&after).map_err(|why| refused(["input", "sellingPlansToCreate"], why))?;
    group.updated_at = call.now;
    write_group(tx, &group)?;
    let gone = &input.delete;
    if !gone.is_empty() {
        let ids: Vec<i64> = gone.iter().map(|id| id.get()).collect();
        metafields::delete_all(tx, Owner::SellingPlan, &ids)?;
        tx.execute(
            "DELETE FROM selling_plans WHERE shop_id = $shop AND id = ANY($1)",
            (gone,),
        )?;
    }
    Ok(write_plans(tx, call, group.id, &after)?)
}

/// Puts the input's own fields into a group; gives how many options its plans have.
fn apply(group: &mut SellingPlanGroup, input: &GroupInput) -> Result<usize, PlanError> {
    if let Some(name) = &input.name {
        group.name = name.trim().replace('\0', "");
    }
    check::text(&group.name, "Name").map_err(|why| refused(["input", "name"], why))?;
    match &input.merchant_code {
        Some(code) => group.merchant_code = code.trim().replace('\0', ""),
        None if group.merchant_code.is_empty() => group.merchant_code = group.name.clone(),
        None => {}
    }
    check::text(&group.merchant_code, "Merchant code")
        .map_err(|why| refused(["input", "merchantCode"], why))?;
    if let Some(description) = &input.description {
        let text = description.as_deref().unwrap_or_default().trim();
        group.description = (!text.is_empty()).then(|| text.replace('\0', ""));
    }
    if let Some(position) = input.position {
        group.position = position;
    }
    if let Some(app) = &input.app_id {
        group.app_id.clone_from(app);
    }
    if let Some(names) = &input.options {
        check::options(names).map_err(|why| refused(["input", "options"], why))?;
        group.options = json(names);
    }
    Ok(group.option_names().len())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lists of texts and numbers are JSON")
}

/// A plan as it shall be: what a change leaves out stays.
fn merged(plan: &SellingPlan, change: Option<&PlanInput>) -> PlanInput {
    let mut own = PlanInput {
        id: Some(plan.id),
        name: Some(plan.name.clone()),
        description: plan.description.clone(),
        options: plan.option_values(),
        position: plan.position,
        category: plan.category,
        reserve: plan.reserve,
        billing: Some(plan.billing.clone()),
        delivery: Some(plan.delivery.clone()),
        pricing: plan.pricing_policies(),
        prices_given: true,
    };
    let Some(change) = change.cloned() else {
        return own;
    };
    own.name = change.name.or(own.name);
    own.description = change.description.or(own.description);
    if !change.options.is_empty() {
        own.options = change.options;
    }
    own.position = change.position.or(own.position);
    own.category = change.category.or(own.category);
    own.reserve = change.reserve.or(own.reserve);
    own.billing = change.billing.or(own.billing);
    own.delivery = change.delivery.or(own.delivery);
    if change.prices_given {
        own.pricing = change.pricing;
    }
    own
}

fn write_group(tx: &mut Tx, group: &SellingPlanGroup) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO selling_plan_groups (shop_id, id, name, name_key, merchant_code, description,
             options, position, app_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (shop_id, id) DO UPDATE
             SET name = excluded.name, name_key = excluded.name_key,
                 merchant_code = excluded.merchant_code, description = excluded.description,
                 options = excluded.options, position = excluded.position,
                 app_id = excluded.app_id, updated_at = excluded.updated_at",
        (
            group.id,
            &group.name,
            sort_key(&group.name),
            &group.merchant_code,
            &group.description,
            &group.options,
            group.position,
            &group.app_id,
            group.created_at,
            group.updated_at,
        ),
    )?;
    Ok(())
}

fn write_plans(
    tx: &mut Tx,
    call: &Call,
    group: SellingPlanGroupId,
    plans: &[PlanInput],
) -> Result<(), StoreError> {
    let rows: Vec<_> = plans
        .iter()
        .map(|plan| {
            (
                plan.id.unwrap_or_else(|| call.new_id()),
                group,
                plan.position,
                plan.name.as_deref().map(str::trim).unwrap_or_default(),
                &plan.description,
                json(&plan.options),
                plan.category,
                plan.reserve,
                plan.billing.as_ref(),
                plan.delivery.as_ref(),
                json(&plan.pricing),
                call.now,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO selling_plans (shop_id, id, group_id, position, name, description, options,
             category, reserve, billing, delivery, pricing, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (shop_id, id) DO UPDATE
             SET position = excluded.position, name = excluded.name,
                 description = excluded.description, options = excluded.options,
                 category = excluded.category, reserve = excluded.reserve,
                 billing = excluded.billing, delivery = excluded.delivery,
                 pricing = excluded.pricing",
        &rows,
    )?;
    Ok(())
}
