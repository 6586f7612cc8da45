//! Noting whether customers may be written to, or texted.

use commerce::apps::Scope;
use commerce::customers::{self, CustomerError};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::CustomerId;

use super::super::payload::{Payload, payloads};
use super::mutations::{CustomerPayload, EmailConsentInput, SmsConsentInput, by_id};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Registry, Request};

#[derive(Deserialize)]
struct EmailArgs {
    input: EmailInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EmailInput {
    customer_id: CustomerId,
    email_marketing_consent: EmailConsentInput,
}

#[derive(Deserialize)]
struct SmsArgs {
    input: SmsInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SmsInput {
    customer_id: CustomerId,
    sms_marketing_consent: SmsConsentInput,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("customerEmailMarketingConsentUpdate", update_email);
    r.mutation("customerSmsMarketingConsentUpdate", update_sms);
    let changed = [
        "CustomerEmailMarketingConsentUpdatePayload",
        "CustomerSmsMarketingConsentUpdatePayload",
    ];
    payloads(r, &changed, "customer", by_id);
    user_error_with_code(r, "CustomerEmailMarketingConsentUpdateUserError");
    user_error_with_code(r, "CustomerSmsMarketingConsentError");
}

/// Notes whether somebody may be written to.
async fn update_email(cx: MutationCx<Request>, args: EmailArgs) -> Result<CustomerPayload, Error> {
    let field = "customerEmailMarketingConsentUpdate";
    let call = cx.request.permit(field, Scope::WriteCustomers)?;
    let id = args.input.customer_id;
    let consent = args.input.email_marketing_consent.into_consent();
    let done = cx
        .request
        .write(move |tx| customers::update_email_consent(tx, &call, id, consent))
        .await;
    present(done, "emailMarketingConsent")
}

/// Notes whether somebody may be texted.
async fn update_sms(cx: MutationCx<Request>, args: SmsArgs) -> Result<CustomerPayload, Error> {
    let field = "customerSmsMarketingConsentUpdate";
    let call = cx.request.permit(field, Scope::WriteCustomers)?;
    let id = args.input.customer_id;
    let consent = args.input.sms_marketing_consent.into_consent();
    let done = cx
        .request
        .write(move |tx| customers::update_sms_consent(tx, &call, id, consent))
        .await;
    present(done, "smsMarketingConsent")
}

fn present(
    done: Result<CustomerId, CustomerError>,
    consent: &str,
) -> Result<CustomerPayload, Error> {
    Payload::of(done, |error| {
        let (field, code): (&[&str], _) = match &error {
            CustomerError::Store(cause) => return Err(fault(cause.clone())),
            CustomerError::NotFound => (&["input", "customerId"], "INVALID"),
            CustomerError::EmailConsentWithoutEmail | CustomerError::SmsConsentWithoutPhone => {
                (&["input", consent], "MISSING_ARGUMENT")
            }
            CustomerError::EmailConsentState(_) | CustomerError::SmsConsentState(_) => {
                (&["input", consent, "marketingState"], "INVALID")
            }
            // What is not said when somebody agrees.
            _ => (&["input"], "INVALID"),
        };
        Ok(UserError::new(field, code, &error))
    })
}
