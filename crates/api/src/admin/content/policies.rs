//! The shop's terms.

use commerce::apps::Scope;
use commerce::content::{self, PolicyError, PolicyKind, ShopPolicy};
use commerce::shops::Shop;
use graphql::{Error, MutationCx, NoArgs, Obj};
use serde::Deserialize;
use units::ShopPolicyId;

use crate::admin::batches::as_nodes;
use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, payloads};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

input_enum! {
    /// What a text is about.
    PolicyType(PolicyKind)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    shop_policy: PolicyInput,
}

#[derive(Deserialize)]
struct PolicyInput {
    body: String,
    r#type: PolicyType,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Shop>("Shop").load("shopPolicies", policies);
    r.object::<ShopPolicy>("ShopPolicy")
        .leaf("id", |own| Id(own.id))
        .leaf("title", |own| own.kind.title())
        .text("body", |own| &own.body)
        .leaf("type", |own| own.kind.as_str())
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .load_leaf("url", |all: &[&ShopPolicy], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let url = |own: &&ShopPolicy| Ok(format!("{origin}/policies/{}", own.kind.handle()));
            all.iter().map(url).collect()
        });
    r.mutation("shopPolicyUpdate", update);
    payloads(r, &["ShopPolicyUpdatePayload"], "shopPolicy", by_id);
    user_error_with_code(r, "ShopPolicyUserError");
}

fn policies(shops: &[&Shop], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<ShopPolicy>, Error>> {
    let found = content::policies(&mut cx.tx).map_err(fault);
    shops.iter().map(|_| found.clone()).collect()
}

fn by_id(cx: &mut Cx, id: ShopPolicyId) -> Result<Option<ShopPolicy>, Error> {
    let found = content::policies_by_id(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

/// Says one of the shop's terms.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<ShopPolicyId>, Error> {
    let call = cx
        .request
        .permit("shopPolicyUpdate", Scope::WriteLegalPolicies)?;
    let PolicyInput { body, r#type } = args.shop_policy;
    let done = cx
        .request
        .write(move |tx| content::update_policy(tx, &call, r#type.0, &body))
        .await;
    Payload::of(done, |error| match error {
        PolicyError::Store(cause) => Err(fault(cause)),
        PolicyError::TooBig => Ok(UserError::new(&["shopPolicy", "body"], "TOO_BIG", &error)),
    })
}

/// Terms by id, for `node`.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("shopPolicy", Scope::ReadLegalPolicies)?;
    let ids: Vec<ShopPolicyId> = ids.iter().copied().map(ShopPolicyId).collect();
    as_nodes(content::policies_by_id(&mut cx.tx, &ids))
}
