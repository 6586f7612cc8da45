//! Inviting customers to an account.

use commerce::apps::Scope;
use commerce::customers::accounts::{self, Delivery, InviteError, Link};
use commerce::customers::{self, Customer};
use commerce::mails::InvoiceMail;
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::CustomerId;

use crate::admin::orders::{EmailInput, email_field};
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InviteArgs {
    customer_id: CustomerId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendArgs {
    customer_id: CustomerId,
    email: Option<EmailInput>,
}

/// A link to hand on, or why there is none.
struct UrlPayload {
    link: Option<Link>,
    user_errors: Vec<UserError>,
}

/// Who was written to, or why nobody was.
struct SentPayload {
    customer: Option<CustomerId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("customerGenerateAccountActivationUrl", generate_url);
    r.mutation("customerSendAccountInviteEmail", send);
    r.object::<UrlPayload>("CustomerGenerateAccountActivationUrlPayload")
        .leaf("accountActivationUrl", |own| {
            own.link.as_ref().map(|link| link.url.clone())
        })
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<SentPayload>("CustomerSendAccountInviteEmailPayload")
        .load("customer", customer)
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "CustomerSendAccountInviteEmailUserError");
}

/// Makes the link by which a customer makes an account.
async fn generate_url(cx: MutationCx<Request>, args: InviteArgs) -> Result<UrlPayload, Error> {
    let field = "customerGenerateAccountActivationUrl";
    let call = cx.request.permit(field, Scope::WriteCustomers)?;
    let done = cx
        .request
        .write(move |tx| accounts::invite(tx, &call, args.customer_id, &Delivery::ByHand))
        .await;
    Ok(match done {
        Ok(link) => UrlPayload {
            link: Some(link),
            user_errors: Vec::new(),
        },
        Err(error) => UrlPayload {
            link: None,
            user_errors: vec![user_error(error, None)?],
        },
    })
}

/// Writes a customer the link by which they make an account.
async fn send(cx: MutationCx<Request>, args: SendArgs) -> Result<SentPayload, Error> {
    let field = "customerSendAccountInviteEmail";
    let call = cx.request.permit(field, Scope::WriteCustomers)?;
    let id = args.customer_id;
    let words = args.email.map(InvoiceMail::from).unwrap_or_default();
    let delivery = Delivery::ByMail(words);
    let done = cx
        .request
        .write(move |tx| accounts::invite(tx, &call, id, &delivery))
        .await;
    Ok(match done {
        Ok(_) => SentPayload {
            customer: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => SentPayload {
            customer: None,
            user_errors: vec![user_error(error, Some("INVALID"))?],
        },
    })
}

fn user_error(error: InviteError, code: Option<&'static str>) -> Result<UserError, Error> {
    match error {
        InviteError::Store(cause) => Err(fault(cause)),
        refusal @ (InviteError::CustomerUnknown
        | InviteError::AlreadyEnabled
        | InviteError::WithoutEmail
        | InviteError::TooMany) => Ok(UserError::new(&["customerId"], code, &refusal)),
        InviteError::Mail(refusal) => Ok(UserError::new(&email_field(&refusal), code, &refusal)),
    }
}

fn customer(
    payloads: &[&SentPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Customer>, Error>> {
    let ids: Vec<CustomerId> = payloads.iter().filter_map(|own| own.customer).collect();
    let found = customers::load_many(&mut cx.tx, &ids).map_err(fault);
    let one = |found: &[Customer], own: &SentPayload| {
        found.iter().find(|it| Some(it.id) == own.customer).cloned()
    };
    spread(
        found.map(|found| payloads.iter().map(|own| one(&found, own)).collect()),
        payloads.len(),
    )
}
