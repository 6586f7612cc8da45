//! What may be done with customers.

use commerce::AddressError;
use commerce::apps::Scope;
use commerce::customers::{
    self, Customer, CustomerError, CustomerInput as Input, EmailMarketingState, MarketingConsent,
    OptInLevel, SmsMarketingState,
};
use commerce::metafields::NewMetafield;
use graphql::{Error, Maybe, MutationCx, NoArgs};
use serde::Deserialize;
use units::{CustomerId, Timestamp};

use super::super::addresses::MailingAddressInput;
use super::super::enums::input_enum;
use super::super::payload::{Payload, payloads};
use crate::errors::{UserError, fault};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

input_enum! {
    /// Whether somebody may be written to.
    EmailState(EmailMarketingState)
}
input_enum! {
    /// Whether somebody may be texted.
    SmsState(SmsMarketingState)
}
input_enum! {
    /// How surely somebody agreed.
    Level(OptInLevel)
}

#[derive(Deserialize)]
struct CustomerArgs {
    input: CustomerInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomerInput {
    id: Option<CustomerId>,
    #[serde(default)]
    email: Maybe<String>,
    #[serde(default)]
    phone: Maybe<String>,
    #[serde(default)]
    first_name: Maybe<String>,
    #[serde(default)]
    last_name: Maybe<String>,
    #[serde(default)]
    note: Maybe<String>,
    locale: Option<String>,
    tax_exempt: Option<bool>,
    tags: Option<Vec<String>>,
    metafields: Option<Vec<MetafieldInput>>,
    addresses: Option<Vec<MailingAddressInput>>,
    email_marketing_consent: Option<EmailConsentInput>,
    sms_marketing_consent: Option<SmsConsentInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EmailConsentInput {
    marketing_state: EmailState,
    marketing_opt_in_level: Option<Level>,
    consent_updated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SmsConsentInput {
    marketing_state: SmsState,
    marketing_opt_in_level: Option<Level>,
    consent_updated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct MetafieldInput {
    namespace: Option<String>,
    key: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: DeleteInput,
}

#[derive(Deserialize)]
struct DeleteInput {
    id: CustomerId,
}

/// A customer after a mutation.
pub(super) type CustomerPayload = Payload<CustomerId>;

impl EmailConsentInput {
    pub(super) fn into_consent(self) -> MarketingConsent<EmailMarketingState> {
        MarketingConsent {
            state: self.marketing_state.0,
            level: self.marketing_opt_in_level.map(|level| level.0),
            updated_at: self.consent_updated_at,
        }
    }
}

impl SmsConsentInput {
    pub(super) fn into_consent(self) -> MarketingConsent<SmsMarketingState> {
        MarketingConsent {
            state: self.marketing_state.0,
            level: self.marketing_opt_in_level.map(|level| level.0),
            updated_at: self.consent_updated_at,
        }
    }
}

struct DeletePayload(CustomerPayload);

impl CustomerInput {
    fn into_input(self) -> Input {
        Input {
            email: self.email.given(),
            phone: self.phone.given(),
            first_name: self.first_name.given(),
            last_name: self.last_name.given(),
            note: self.note.given(),
            locale: self.locale,
            tax_exempt: self.tax_exempt,
            tags: self.tags,
            metafields: self
                .metafields
                .into_iter()
                .flatten()
                .map(MetafieldInput::into_metafield)
                .collect(),
            addresses: self.addresses.map(|addresses| {
                addresses
                    .into_iter()
                    .map(MailingAddressInput::into_address)
                    .collect()
            }),
            email_marketing: self
                .email_marketing_consent
                .map(EmailConsentInput::into_consent),
            sms_marketing: self
                .sms_marketing_consent
                .map(SmsConsentInput::into_consent),
        }
    }
}

impl MetafieldInput {
    fn into_metafield(self) -> NewMetafield {
        NewMetafield {
            namespace: self.namespace,
            key: self.key.unwrap_or_default(),
            kind: self.kind,
            value: self.value.unwrap_or_default(),
            compare_digest: None,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("customerCreate", customer_create);
    r.mutation("customerUpdate", customer_update);
    r.mutation("customerDelete", customer_delete);
    let changed = ["CustomerCreatePayload", "CustomerUpdatePayload"];
    payloads(r, &changed, "customer", by_id);
    r.object::<DeletePayload>("CustomerDeletePayload")
        .leaf("deletedCustomerId", |own| own.0.done.map(Id))
        .load("shop", |own: &[&DeletePayload], _: &NoArgs, cx: &mut Cx| {
            own.iter().map(|_| cx.shop()).collect()
        })
        .child("userErrors", |own| own.0.user_errors.clone());
}

/// Takes up a customer.
async fn customer_create(
    cx: MutationCx<Request>,
    args: CustomerArgs,
) -> Result<CustomerPayload, Error> {
    let call = cx.request.permit("customerCreate", Scope::WriteCustomers)?;
    if args.input.id.is_some() {
        let error = UserError::new(&["id"], None, &"Cannot specify ID on creation");
        return Ok(CustomerPayload::refused(error));
    }
    let input = args.input.into_input();
    let done = cx
        .request
        .write(move |tx| customers::create(tx, &call, &input))
        .await;
    present(done)
}

/// Changes what is known about a customer.
async fn customer_update(
    cx: MutationCx<Request>,
    args: CustomerArgs,
) -> Result<CustomerPayload, Error> {
    let call = cx.request.permit("customerUpdate", Scope::WriteCustomers)?;
    let Some(id) = args.input.id else {
        return present(Err(CustomerError::NotFound));
    };
    let input = args.input.into_input();
    let done = cx
        .request
        .write(move |tx| customers::update(tx, &call, id, &input))
        .await;
    present(done)
}

/// Forgets a customer who never bought.
async fn customer_delete(
    cx: MutationCx<Request>,
    args: DeleteArgs,
) -> Result<DeletePayload, Error> {
    let call = cx.request.permit("customerDelete", Scope::WriteCustomers)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| customers::delete(tx, &call, id))
        .await;
    present(done).map(DeletePayload)
}

pub(super) fn by_id(cx: &mut Cx, id: CustomerId) -> Result<Option<Customer>, Error> {
    let found = customers::load_many(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next())
}

fn present(done: Result<CustomerId, CustomerError>) -> Result<CustomerPayload, Error> {
    Payload::of(done, user_error)
}

fn user_error(error: CustomerError) -> Result<UserError, Error> {
    let place;
    let field: &[&str] = match &error {
        CustomerError::Store(_) => &[],
        CustomerError::NotFound | CustomerError::HasOrders => &["id"],
        CustomerError::Nobody => &[],
        CustomerError::EmailInvalid | CustomerError::EmailTaken => &["email"],
        CustomerError::PhoneInvalid | CustomerError::PhoneTaken => &["phone"],
        CustomerError::FirstNameTooLong => &["firstName"],
        CustomerError::LastNameTooLong => &["lastName"],
        CustomerError::NoteTooLong => &["note"],
        CustomerError::LocaleInvalid => &["locale"],
        CustomerError::TooManyTags | CustomerError::TagTooLong => &["tags"],
        CustomerError::TooManyAddresses => &["addresses"],
        CustomerError::Address { index, reason } => {
            place = index.to_string();
            match reason {
                AddressError::CountryInvalid => &["addresses", &place, "country"],
                AddressError::ProvinceInvalid => &["addresses", &place, "province"],
            }
        }
        CustomerError::TooManyMetafields => &["metafields"],
        CustomerError::Metafield { index, .. } => {
            place = index.to_string();
            &["metafields", &place]
        }
        CustomerError::EmailConsentWithoutEmail
        | CustomerError::EmailConsentState(_)
        | CustomerError::ConsentOnUpdate => &["emailMarketingConsent"],
        CustomerError::SmsConsentWithoutPhone | CustomerError::SmsConsentState(_) => {
            &["smsMarketingConsent"]
        }
    };
    let shown = UserError::new(field, None, &error);
    match error {
        CustomerError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
