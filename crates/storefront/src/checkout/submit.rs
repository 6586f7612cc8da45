//! Taking the checkout's form: straight to the shop's lane, without reading a page.

use axum::extract::rejection::FormRejection;
use axum::{Extension, Form};
use commerce::Actor;
use commerce::carts::{CartError, CartRef, Edit, Target, WarningCode, Write};
use commerce::checkouts::{FieldError, Outcome, Payment, Submit, SubmitError};
use commerce::payments::PaymentRefusal;
use commerce::staff::Guesses;
use units::Money;

use super::form::{CheckoutForm, given};
use super::page::Wrong;
use super::{again, thanks_path};
use crate::at::At;
use crate::page::plain_page;
use crate::reply::{self, Fault, Reply, see_other};
use crate::visit::Visit;

/// `POST /checkouts/cn/{token}`.
pub(crate) async fn submit(
    Extension(visit): Extension<Visit>,
    At(token): At<String>,
    form: Result<Form<CheckoutForm>, FormRejection>,
) -> Reply {
    let Form(form) = match form {
        Ok(form) => form,
        Err(why) => {
            let text = "The form did not arrive whole, or one of its fields came twice. Go back and send it again; nothing was charged.";
            return Ok(reply::html(
                why.status(),
                plain_page("Please try again", "", text),
            ));
        }
    };
    match take_codes(&visit, &token, &form).await? {
        Codes::GoOn => {}
        Codes::Show(wrong) => {
            let form = CheckoutForm {
                reduction_code: if wrong.is_empty() {
                    String::new()
                } else {
                    form.reduction_code.clone()
                },
                ..form
            };
            return again(&visit, token, &form, &wrong).await;
        }
    }
    match visit
        .db
        .submit(visit.shop, request(&visit, &token, &form))
        .await
    {
        Ok(Outcome::Placed(placed)) => Ok(see_other(&thanks_path(&token, &placed.order_token))),
        Ok(Outcome::Declined { message }) => {
            again(
                &visit,
                token,
                &form,
                &whole("The card was declined", message),
            )
            .await
        }
        Ok(Outcome::Failed { message }) => {
            again(
                &visit,
                token,
                &form,
                &whole("The payment did not go through", message),
            )
            .await
        }
        Err(refusal) => {
            let wrong = wrong(refusal)?;
            again(&visit, token, &form, &wrong).await
        }
    }
}

/// What to do after the form's codes were taken in.
enum Codes {
    /// Take the order.
    GoOn,
    /// Show the page again.
    Show(Wrong),
}

/// Takes in the code that the buyer typed, or takes one away.
async fn take_codes(visit: &Visit, token: &str, form: &CheckoutForm) -> Result<Codes, Fault> {
    let target = || {
        let cart = CartRef {
            token: token.to_owned(),
            secret: form.authenticity_token.clone(),
        };
        Target::AtCheckout(cart, form.country())
    };
    let code = form.code();
    let withdrawn = given(&form.withdraw);
    let shown = !form.apply.is_empty() || withdrawn.is_some();
    let edit = match (withdrawn, code) {
        (Some(code), _) => Edit::Withdraw(code),
        (None, Some(code)) => Edit::Redeem(code),
        (None, None) if shown => return Ok(Codes::Show(Wrong::default())),
        (None, None) => return Ok(Codes::GoOn),
    };
    let write = Write {
        call: visit.call(Actor::Buyer),
        target: target(),
        edits: vec![edit.clone()],
    };
    let refused = |text: String| Wrong {
        fields: vec![("reduction_code", text)],
        whole: None,
    };
    let guesses = match guesses(visit, &edit) {
        Ok(key) => key,
        Err(why) => return Ok(Codes::Show(refused(why))),
    };
    let wrong = || {
        if let Some(key) = &guesses {
            visit.limiter.failed(key, visit.now);
        }
    };
    match visit.db.submit(visit.shop, write).await {
        Ok(written) => {
            let refusal = written
                .warnings
                .into_iter()
                .find(|warning| matches!(warning.code, WarningCode::Discount(_)));
            match (refusal, edit) {
                // A code that gives nothing does not stay on the cart.
                (Some(warning), Edit::Redeem(code)) => {
                    let write = Write {
                        call: visit.call(Actor::Buyer),
                        target: target(),
                        edits: vec![Edit::Withdraw(code)],
                    };
                    let _ = visit.db.submit(visit.shop, write).await;
                    wrong();
                    Ok(Codes::Show(refused(warning.message)))
                }
                _ if shown => Ok(Codes::Show(Wrong::default())),
                _ => Ok(Codes::GoOn),
            }
        }
        // What was bought meanwhile shows its order, what is unknown its absence.
        Err(CartError::CartUnknown) => Ok(Codes::GoOn),
        Err(CartError::Store(cause)) => Err(cause.into()),
        Err(refusal) => {
            wrong();
            Ok(Codes::Show(refused(refusal.to_string())))
        }
    }
}

/// What a visitor's wrong codes are counted under, if one is tried and it can be told who does.
fn guesses(visit: &Visit, edit: &Edit) -> Result<Option<Guesses>, String> {
    let (Some(peer), Edit::Redeem(_)) = (visit.peer, edit) else {
        return Ok(None);
    };
    let key = Guesses::By(format!("codes/{}/from {peer}", visit.shop.get()));
    match visit.limiter.check(&key, visit.now) {
        Ok(()) => Ok(Some(key)),
        Err(barred) => {
            let seconds = barred.retry_after_seconds;
            Err(format!(
                "Too many wrong codes. Try again in {seconds} seconds."
            ))
        }
    }
}

fn request(visit: &Visit, token: &str, form: &CheckoutForm) -> Submit {
    let address = form.shipping_address();
    Submit {
        call: visit.call(Actor::Buyer),
        token: token.to_owned(),
        proof: form.authenticity_token.clone(),
        email: form.email.clone(),
        shipping_address: (!address.is_empty()).then_some(address),
        billing_address: None,
        shipping_rate: given(&form.shipping_rate),
        payment: Payment {
            gateway: form.gateway.trim().to_owned(),
            number: given(&form.number),
        },
        expected_total: seen(&form.total),
        expected_due: seen(&form.due),
        expected_quantity: form.quantity.parse().ok(),
    }
}

/// The total that the page showed: `1999 EUR`.
pub(super) fn seen(text: &str) -> Option<Money> {
    let (minor, currency) = text.split_once(' ')?;
    Some(Money::new(
        minor.parse().ok()?,
        units::Currency::parse(currency).ok()?,
    ))
}

pub(super) fn whole(title: &'static str, text: impl Into<String>) -> Wrong {
    Wrong {
        fields: Vec::new(),
        whole: Some((title, text.into())),
    }
}

/// What to say about a refusal, and beside which field.
fn wrong(refusal: SubmitError) -> Result<Wrong, Fault> {
    let field = |name, text: String| Wrong {
        fields: vec![(name, text)],
        whole: None,
    };
    let said = refusal.to_string();
    Ok(match refusal {
        SubmitError::Store(cause) => return Err(cause.into()),
        SubmitError::NotFound => return Err(Fault::NotFound),
        SubmitError::Fields(errors) => Wrong {
            fields: errors
                .iter()
                .map(|error| (field_name(error), error.message.into()))
                .collect(),
            whole: None,
        },
        SubmitError::ShippingRateUnknown(_) => field("shipping_rate", said),
        SubmitError::Payment(PaymentRefusal::NumberMissing | PaymentRefusal::NumberNotAccepted) => {
            field("number", said)
        }
        SubmitError::Payment(PaymentRefusal::GatewayUnknown(_) | PaymentRefusal::NotATestShop) => {
            field("gateway", said)
        }
        SubmitError::SoldOut { .. } => whole("There is not enough left", said),
        SubmitError::Gone { .. } => whole("Something is no longer sold", said),
        SubmitError::TotalChanged { .. } => whole("The total has changed", said),
        SubmitError::DueChanged { .. } => whole("The amount to pay has changed", said),
        SubmitError::NotSoldIn(_) => field("country", said),
        SubmitError::CodeRefused { .. } => field("reduction_code", said),
        SubmitError::TooManyLines => whole("There is too much in the cart", said),
        SubmitError::Empty => whole("There is nothing to buy", said),
        SubmitError::Pricing(_) | SubmitError::NoLocation => {
            whole("The order was not placed", said)
        }
    })
}

/// A field's name in the page: the last part of what the operation calls it.
pub(super) fn field_name(error: &FieldError) -> &'static str {
    const NAMES: [&str; 10] = [
        "email",
        "first_name",
        "last_name",
        "company",
        "address1",
        "address2",
        "city",
        "province",
        "zip",
        "phone",
    ];
    let last = error.field.rsplit('.').next().unwrap_or_default();
    NAMES
        .iter()
        .find(|name| **name == last)
        .copied()
        .unwrap_or("country")
}

#[cfg(test)]
mod tests {
    use super::*;
    use units::Currency;

    #[test]
    fn the_total_that_was_seen_is_read_back() {
        assert_eq!(seen("1999 EUR"), Some(Money::new(1999, Currency::EUR)));
        assert_eq!(seen(""), None);
        assert_eq!(seen("1999 XXX"), None);
    }

    #[test]
    fn each_refused_field_stands_beside_its_own_field() {
        let error = |field: &str| FieldError {
            field: field.to_owned(),
            message: "x",
        };
        assert_eq!(field_name(&error("email")), "email");
        assert_eq!(field_name(&error("shipping_address.zip")), "zip");
        assert_eq!(field_name(&error("shipping_address.country")), "country");
    }
}
