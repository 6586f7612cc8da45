//! Creating orders that were sold elsewhere.

mod inputs;

use commerce::apps::Scope;
use commerce::fulfillment;
use commerce::metafields::MetafieldsError;
use commerce::orders::{self, Create, CreateError, Created, Order};
use graphql::{Error, MutationCx, NoArgs};
use store::Tx;
use units::OrderId;

use crate::admin::batches::fail_all;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};
use inputs::Args;

pub(in crate::admin) use inputs::parts_per_million;

/// The order that was created, or why none was.
struct CreatePayload {
    order: Option<OrderId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("orderCreate", order_create);
    r.object::<CreatePayload>("OrderCreatePayload")
        .load("order", payload_order)
        .child("userErrors", |payload| payload.user_errors.clone());
    user_error_with_code(r, "OrderCreateUserError");
}

async fn order_create(cx: MutationCx<Request>, args: Args) -> Result<CreatePayload, Error> {
    let call = cx.request.permit("orderCreate", Scope::WriteOrders)?;
    let refused = |error: UserError| CreatePayload {
        order: None,
        user_errors: vec![error],
    };
    let sent = args.order.sent(args.options.as_ref());
    let input = match args.order.into_input(args.options.as_ref()) {
        Ok(input) => input,
        Err(unreadable) => return Ok(refused(unreadable)),
    };
    let done: Result<Created, CreateError> = match sent {
        None => cx.request.submit(Create { call, input }).await,
        Some(sent) => {
            let create = move |tx: &mut Tx| fulfillment::create_sent(tx, &call, &input, &sent);
            cx.request.write(create).await
        }
    };
    Ok(match done {
        Ok(created) => CreatePayload {
            order: Some(created.id),
            user_errors: Vec::new(),
        },
        Err(error) => refused(user_error(error)?),
    })
}

fn payload_order(
    payloads: &[&CreatePayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Order>, Error>> {
    let ids: Vec<OrderId> = payloads.iter().filter_map(|own| own.order).collect();
    match orders::load(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            payloads
                .iter()
                .map(|own| Ok(own.order.and_then(|_| found.next().flatten())))
                .collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}

fn user_error(error: CreateError) -> Result<UserError, Error> {
    use CreateError as E;
    let (path, code): (&[&str], &'static str) = match &error {
        E::LinesMissing | E::TooManyLines => (&["lineItems"], "INVALID"),
        E::QuantityNotPositive { .. } | E::QuantityTooHigh { .. } => {
            (&["lineItems", "#", "quantity"], "INVALID")
        }
        E::VariantUnknown { .. } => (&["lineItems", "#", "variantId"], "INVALID"),
        E::TitleMissing { .. } => (&["lineItems", "#", "title"], "INVALID"),
        E::PriceMissing { .. } => (&["lineItems", "#", "priceSet"], "INVALID"),
        E::AmountNegative { field, .. } => (&[*field, "#"], "INVALID"),
        E::CurrencyMismatch { field, .. }
        | E::TextTooLong { field }
        | E::AddressInvalid { field } => (&[*field], "INVALID"),
        E::TaxRateInvalid { field } => (&[*field], "TAX_LINE_RATE_MISSING"),
        E::TooLarge | E::NoLocation => (&[], "INVALID"),
        E::EmailInvalid => (&["email"], "INVALID"),
        E::PhoneInvalid => (&["phone"], "INVALID"),
        E::CustomerUnknown => (&["customer"], "INVALID"),
        E::Tags(_) => (&["tags"], "INVALID"),
        E::TaxesTwice => (&["taxLines"], "INVALID"),
        E::StatusContradicted { .. } | E::StatusWithoutTransactions { .. } => {
            (&["financialStatus"], "INVALID")
        }
        E::TransactionInvalid { .. } => (&["transactions", "#"], "INVALID"),
        E::ProcessedAtInvalid => (&["processedAt"], "PROCESSED_AT_INVALID"),
        E::NotEnoughStock { .. } => (&["lineItems", "#"], "INVENTORY_CLAIM_FAILED"),
        E::LocationUnknown => (
            &["fulfillment", "locationId"],
            "FULFILLMENT_SERVICE_INVALID",
        ),
        E::Metafields(MetafieldsError::Store(cause)) | E::Store(cause) => {
            return Err(fault(cause.clone()));
        }
        E::Metafields(_) => (&["metafields"], "INVALID"),
    };
    let place = at(&error).to_string();
    let own = path
        .iter()
        .map(|part| if *part == "#" { &place } else { *part });
    let path: Vec<&str> = std::iter::once("order").chain(own).collect();
    Ok(UserError::new(&path, code, &error))
}

/// Which entry of its list a refusal is about.
const fn at(error: &CreateError) -> usize {
    match error {
        CreateError::QuantityNotPositive { at }
        | CreateError::QuantityTooHigh { at }
        | CreateError::VariantUnknown { at }
        | CreateError::TitleMissing { at }
        | CreateError::PriceMissing { at }
        | CreateError::AmountNegative { at, .. }
        | CreateError::TransactionInvalid { at }
        | CreateError::NotEnoughStock { at, .. } => *at,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_line_that_it_is_about() {
        let error = user_error(CreateError::VariantUnknown { at: 2 }).unwrap();
        let path = error.field.unwrap();
        assert_eq!(path, ["order", "lineItems", "2", "variantId"]);
    }
}
