//! What may be done with gift cards.

use commerce::apps::Scope;
use commerce::gift_cards::{
    self, Change, Created, GiftCardError, GiftCardUpdate, NewGiftCard, Recipient,
};
use graphql::{Error, Maybe, MutationCx, NoArgs};
use serde::Deserialize;
use units::{Currency, CustomerId, GiftCardId, GiftCardTransactionId, Money, Timestamp};

use super::{Credit, Debit, amount, by_id};
use crate::admin::priced::Priced;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::DecimalInput;
use crate::{Cx, Registry, Request};

/// A gift card after a mutation, or why it is as it was.
struct CardPayload {
    card: Option<GiftCardId>,
    code: Option<String>,
    user_errors: Vec<UserError>,
}

/// A movement after a mutation, or why there is none.
struct MovePayload {
    entry: Option<GiftCardTransactionId>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct IdArgs {
    id: GiftCardId,
}

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    code: Option<String>,
    customer_id: Option<CustomerId>,
    expires_on: Option<String>,
    initial_amount: Option<MoneyArgs>,
    initial_value: Option<DecimalInput>,
    note: Option<String>,
    recipient_attributes: Option<RecipientArgs>,
    template_suffix: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyArgs {
    amount: DecimalInput,
    currency_code: Currency,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecipientArgs {
    id: CustomerId,
    message: Option<String>,
    preferred_name: Option<String>,
    send_notification_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: GiftCardId,
    input: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    customer_id: Option<CustomerId>,
    #[serde(default)]
    expires_on: Maybe<String>,
    #[serde(default)]
    note: Maybe<String>,
    #[serde(default)]
    recipient_attributes: Maybe<RecipientArgs>,
    #[serde(default)]
    template_suffix: Maybe<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreditArgs {
    credit_input: CreditInput,
    id: GiftCardId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreditInput {
    credit_amount: MoneyArgs,
    note: Option<String>,
    processed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DebitArgs {
    debit_input: DebitInput,
    id: GiftCardId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DebitInput {
    debit_amount: MoneyArgs,
    note: Option<String>,
    processed_at: Option<Timestamp>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("giftCardCreate", create);
    r.mutation("giftCardUpdate", update);
    r.mutation("giftCardDeactivate", deactivate);
    r.mutation("giftCardCredit", credit);
    r.mutation("giftCardDebit", debit);
    for name in [
        "GiftCardUserError",
        "GiftCardDeactivateUserError",
        "GiftCardTransactionUserError",
    ] {
        user_error_with_code(r, name);
    }
    for name in [
        "GiftCardCreatePayload",
        "GiftCardUpdatePayload",
        "GiftCardDeactivatePayload",
    ] {
        r.object::<CardPayload>(name)
            .load(
                "giftCard",
                |all: &[&CardPayload], _: &NoArgs, cx: &mut Cx| {
                    let load = |own: &&CardPayload| match own.card {
                        Some(id) => by_id(cx, id),
                        None => Ok(None),
                    };
                    all.iter().map(load).collect()
                },
            )
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<CardPayload>("GiftCardCreatePayload")
        .text_opt("giftCardCode", |own| own.code.as_deref());
    r.object::<MovePayload>("GiftCardCreditPayload")
        .load(
            "giftCardCreditTransaction",
            |all: &[&MovePayload], _: &NoArgs, cx: &mut Cx| {
                let load = |own: &&MovePayload| Ok(entry(cx, own)?.map(Credit));
                all.iter().map(load).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<MovePayload>("GiftCardDebitPayload")
        .load(
            "giftCardDebitTransaction",
            |all: &[&MovePayload], _: &NoArgs, cx: &mut Cx| {
                let load = |own: &&MovePayload| Ok(entry(cx, own)?.map(Debit));
                all.iter().map(load).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
}

fn entry(
    cx: &mut Cx,
    payload: &MovePayload,
) -> Result<Option<Priced<gift_cards::GiftCardTransaction>>, Error> {
    let Some(id) = payload.entry else {
        return Ok(None);
    };
    let currency = cx.shop()?.currency;
    let found = gift_cards::transactions_by_id(&mut cx.tx, &[id]).map_err(fault)?;
    let found = found.into_iter().next().flatten();
    Ok(found.map(|row| Priced::new(row, currency)))
}

impl RecipientArgs {
    fn into_recipient(self) -> Recipient {
        Recipient {
            customer: self.id.get(),
            preferred_name: self.preferred_name,
            message: self.message,
            notify_at: self.send_notification_at.map(Timestamp::micros),
        }
    }
}

impl MoneyArgs {
    /// The amount; one that cannot be read as nothing, which no mutation takes.
    fn money(&self) -> Money {
        let nothing = Money::new(0, self.currency_code);
        amount(&self.amount.0, self.currency_code).unwrap_or(nothing)
    }
}

/// Issues a gift card; its code is shown this once.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<CardPayload, Error> {
    let call = cx.request.permit("giftCardCreate", Scope::WriteGiftCards)?;
    let input = args.input;
    let (given, value) = (input.initial_amount, input.initial_value);
    let field = if given.is_some() {
        "initialAmount"
    } else {
        "initialValue"
    };
    let (recipient, code) = (input.recipient_attributes, input.code);
    let mut new = NewGiftCard {
        code,
        initial: Money::new(0, Currency::USD),
        note: input.note,
        expires_on: input.expires_on,
        customer: input.customer_id,
        recipient: recipient.map(RecipientArgs::into_recipient),
        template_suffix: input.template_suffix,
    };
    let done = cx
        .request
        .write(move |tx| {
            let shop = commerce::shops::current(tx)?;
            new.initial = match (&given, &value) {
                (Some(given), _) => given.money(),
                (None, Some(value)) => {
                    amount(&value.0, shop.currency).unwrap_or_else(|| shop.money(0))
                }
                (None, None) => return Err(GiftCardError::InitialMissing),
            };
            gift_cards::create(tx, &call, &new)
        })
        .await;
    Ok(match done {
        Ok(Created { id, code }) => CardPayload {
            card: Some(id),
            code: Some(code),
            user_errors: Vec::new(),
        },
        Err(error) => refused(card_error(error, field)?),
    })
}

/// Changes what is noted of a gift card.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<CardPayload, Error> {
    let call = cx.request.permit("giftCardUpdate", Scope::WriteGiftCards)?;
    let (id, input) = (args.id, args.input);
    let recipient = input.recipient_attributes;
    let change = GiftCardUpdate {
        note: input.note.given(),
        expires_on: input.expires_on.given(),
        customer: input.customer_id,
        recipient: recipient.map(RecipientArgs::into_recipient).given(),
        template_suffix: input.template_suffix.given(),
    };
    let done = cx
        .request
        .write(move |tx| gift_cards::update(tx, &call, id, &change))
        .await;
    present(done, |error| card_error(error, "initialValue"))
}

/// Takes a gift card out of use.
async fn deactivate(cx: MutationCx<Request>, args: IdArgs) -> Result<CardPayload, Error> {
    let call = cx
        .request
        .permit("giftCardDeactivate", Scope::WriteGiftCards)?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| gift_cards::deactivate(tx, &call, id))
        .await;
    present(done, |error| match error {
        GiftCardError::Store(cause) => Err(fault(cause)),
        other => Ok(UserError::new(&["id"], "GIFT_CARD_NOT_FOUND", &other)),
    })
}

/// Puts money on a gift card.
async fn credit(cx: MutationCx<Request>, args: CreditArgs) -> Result<MovePayload, Error> {
    let call = cx
        .request
        .permit("giftCardCredit", Scope::WriteGiftCardTransactions)?;
    let (id, input) = (args.id, args.credit_input);
    let change = Change {
        amount: input.credit_amount.money(),
        note: input.note,
        processed_at: input.processed_at,
    };
    let done = cx
        .request
        .write(move |tx| gift_cards::credit(tx, &call, id, &change))
        .await;
    moved(done, ["creditInput", "creditAmount"])
}

/// Takes money off a gift card.
async fn debit(cx: MutationCx<Request>, args: DebitArgs) -> Result<MovePayload, Error> {
    let call = cx
        .request
        .permit("giftCardDebit", Scope::WriteGiftCardTransactions)?;
    let (id, input) = (args.id, args.debit_input);
    let change = Change {
        amount: input.debit_amount.money(),
        note: input.note,
        processed_at: input.processed_at,
    };
    let done = cx
        .request
        .write(move |tx| gift_cards::debit(tx, &call, id, &change))
        .await;
    moved(done, ["debitInput", "debitAmount"])
}

fn present(
    done: Result<GiftCardId, GiftCardError>,
    user_error: impl FnOnce(GiftCardError) -> Result<UserError, Error>,
) -> Result<CardPayload, Error> {
    Ok(match done {
        Ok(id) => CardPayload {
            card: Some(id),
            code: None,
            user_errors: Vec::new(),
        },
        Err(error) => refused(user_error(error)?),
    })
}

fn refused(error: UserError) -> CardPayload {
    CardPayload {
        card: None,
        code: None,
        user_errors: vec![error],
    }
}

fn moved(
    done: Result<GiftCardTransactionId, GiftCardError>,
    [input, sum]: [&str; 2],
) -> Result<MovePayload, Error> {
    Ok(match done {
        Ok(id) => MovePayload {
            entry: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => MovePayload {
            entry: None,
            user_errors: vec![move_error(error, input, sum)?],
        },
    })
}

/// A refusal of `giftCardCreate` or `giftCardUpdate`; `initial` is the field of the amount.
fn card_error(error: GiftCardError, initial: &str) -> Result<UserError, Error> {
    let (path, code): (&[&str], _) = match &error {
        GiftCardError::NotFound => (&["id"], "INVALID"),
        GiftCardError::Deactivated | GiftCardError::Expired => (&["id"], "INVALID"),
        GiftCardError::InitialNotPositive | GiftCardError::AmountNotPositive => {
            (&["input", initial], "GREATER_THAN")
        }
        GiftCardError::InitialMissing => (&["input", "initialAmount"], "MISSING_ARGUMENT"),
        GiftCardError::LimitExceeded(_) => (&["input", initial], "GIFT_CARD_LIMIT_EXCEEDED"),
        GiftCardError::CurrencyMismatch { .. } | GiftCardError::NotEnough { .. } => {
            (&["input", initial], "INVALID")
        }
        GiftCardError::CodeTooShort => (&["input", "code"], "TOO_SHORT"),
        GiftCardError::CodeTooLong => (&["input", "code"], "TOO_LONG"),
        GiftCardError::CodeInvalid => (&["input", "code"], "INVALID"),
        GiftCardError::CodeTaken => (&["input", "code"], "TAKEN"),
        GiftCardError::CustomerNotFound => (&["input", "customerId"], "CUSTOMER_NOT_FOUND"),
        GiftCardError::RecipientNotFound => {
            let path = &["input", "recipientAttributes", "id"];
            (path, "RECIPIENT_NOT_FOUND")
        }
        GiftCardError::TooLong { field, .. } => (&["input", field], "TOO_LONG"),
        GiftCardError::DateInvalid(_) => (&["input", "expiresOn"], "INVALID"),
        GiftCardError::ProcessedInFuture | GiftCardError::ProcessedInvalid => {
            (&["input"], "INVALID")
        }
        GiftCardError::Store(_) => (&[], "INTERNAL_ERROR"),
    };
    let shown = UserError::new(path, code, &error);
    match error {
        GiftCardError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}

/// A refusal of `giftCardCredit` or `giftCardDebit`.
fn move_error(error: GiftCardError, input: &str, sum: &str) -> Result<UserError, Error> {
    let (path, code): (&[&str], _) = match &error {
        GiftCardError::NotFound => (&["id"], "GIFT_CARD_NOT_FOUND"),
        GiftCardError::Deactivated | GiftCardError::Expired => (&["id"], "INVALID"),
        GiftCardError::AmountNotPositive | GiftCardError::InitialNotPositive => {
            (&[input, sum, "amount"], "NEGATIVE_OR_ZERO_AMOUNT")
        }
        GiftCardError::CurrencyMismatch { .. } => {
            (&[input, sum, "currencyCode"], "MISMATCHING_CURRENCY")
        }
        GiftCardError::NotEnough { .. } => (&[input, sum, "amount"], "INSUFFICIENT_FUNDS"),
        GiftCardError::LimitExceeded(_) => (&[input, sum, "amount"], "GIFT_CARD_LIMIT_EXCEEDED"),
        GiftCardError::ProcessedInFuture | GiftCardError::ProcessedInvalid => {
            (&[input, "processedAt"], "INVALID")
        }
        GiftCardError::InitialMissing
        | GiftCardError::CodeTooShort
        | GiftCardError::CodeTooLong
        | GiftCardError::CodeInvalid
        | GiftCardError::CodeTaken
        | GiftCardError::CustomerNotFound
        | GiftCardError::RecipientNotFound
        | GiftCardError::TooLong { .. }
        | GiftCardError::DateInvalid(_) => (&[input], "INVALID"),
        GiftCardError::Store(_) => (&[], "INTERNAL_ERROR"),
    };
    let shown = UserError::new(path, code, &error);
    match error {
        GiftCardError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
