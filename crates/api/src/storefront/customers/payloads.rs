//! What the mutations of accounts answer.

use commerce::customers::Customer;
use commerce::customers::accounts::AccessToken;
use graphql::{Error, NoArgs};
use units::CustomerId;

use super::by_id;
use crate::errors::{UserError, spread, user_error, user_error_with_code};
use crate::scalars::DateTime;
use crate::{Cx, Registry};

/// What a mutation of an account answers.
#[derive(Default)]
pub(super) struct Account {
    pub(super) customer: Option<CustomerId>,
    pub(super) token: Option<AccessToken>,
    pub(super) errors: Vec<UserError>,
}

/// What ending a token answers.
#[derive(Default)]
pub(super) struct SignedOut {
    pub(super) token: Option<(String, i64)>,
    pub(super) errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    user_error(r, "UserError");
    user_error_with_code(r, "CustomerUserError");
    r.object::<AccessToken>("CustomerAccessToken")
        .text("accessToken", |token| &token.text)
        .leaf("expiresAt", |token| DateTime(token.expires_at));
    for name in [
        "CustomerCreatePayload",
        "CustomerUpdatePayload",
        "CustomerResetPayload",
        "CustomerResetByUrlPayload",
        "CustomerActivatePayload",
        "CustomerActivateByUrlPayload",
    ] {
        r.object::<Account>(name).load("customer", customer);
    }
    for name in [
        "CustomerAccessTokenCreatePayload",
        "CustomerAccessTokenRenewPayload",
        "CustomerUpdatePayload",
        "CustomerResetPayload",
        "CustomerResetByUrlPayload",
        "CustomerActivatePayload",
        "CustomerActivateByUrlPayload",
    ] {
        r.object::<Account>(name)
            .child("customerAccessToken", |it| it.token.clone());
    }
    for name in [
        "CustomerCreatePayload",
        "CustomerAccessTokenCreatePayload",
        "CustomerRecoverPayload",
        "CustomerUpdatePayload",
        "CustomerResetPayload",
        "CustomerResetByUrlPayload",
        "CustomerActivatePayload",
        "CustomerActivateByUrlPayload",
    ] {
        r.object::<Account>(name)
            .child("customerUserErrors", |it| it.errors.clone());
    }
    for name in [
        "CustomerCreatePayload",
        "CustomerAccessTokenCreatePayload",
        "CustomerAccessTokenRenewPayload",
        "CustomerRecoverPayload",
        "CustomerUpdatePayload",
        "CustomerResetPayload",
        "CustomerResetByUrlPayload",
        "CustomerActivatePayload",
    ] {
        r.object::<Account>(name)
            .child("userErrors", |it| it.errors.clone());
    }
    r.object::<SignedOut>("CustomerAccessTokenDeletePayload")
        .leaf("deletedAccessToken", |it| {
            it.token.as_ref().map(|(text, _)| text.clone())
        })
        .leaf("deletedCustomerAccessTokenId", |it| {
            let id = it.token.as_ref().map(|(_, id)| id);
            id.map(|id| format!("gid://shopify/CustomerAccessToken/{id}"))
        })
        .child("userErrors", |it| it.errors.clone());
}

fn customer(
    payloads: &[&Account],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Customer>, Error>> {
    let ids: Vec<Option<CustomerId>> = payloads.iter().map(|it| it.customer).collect();
    spread(by_id(&ids, cx), payloads.len())
}
