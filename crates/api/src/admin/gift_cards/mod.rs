//! Gift cards: their lists, their fields, and what may be done with them.

mod mutations;

use commerce::apps::Scope;
use commerce::customers::{self, Customer};
use commerce::gift_cards::{
    self, GiftCard, GiftCardSort, GiftCardTransaction, Recipient, TransactionKind,
};
use commerce::metafields::Owner;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{Currency, CustomerId, GiftCardId, Money, Timestamp};

use super::batches::{as_nodes, map_page};
use super::counts::Count;
use super::links;
use super::metafields::on;
use super::priced::Priced;
use super::saved_searches::SavedArgs;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

/// Money that was put on a card.
struct Credit(Priced<GiftCardTransaction>);
/// Money that was taken off a card.
struct Debit(Priced<GiftCardTransaction>);

#[derive(Deserialize)]
struct IdArgs {
    id: GiftCardId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    AmountSpent,
    Balance,
    Code,
    CreatedAt,
    CustomerName,
    DisabledAt,
    ExpiresOn,
    Id,
    InitialValue,
    UpdatedAt,
}

impl From<SortKey> for GiftCardSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::AmountSpent => Self::AmountSpent,
            SortKey::Balance => Self::Balance,
            SortKey::Code => Self::Code,
            SortKey::CreatedAt => Self::CreatedAt,
            SortKey::CustomerName => Self::CustomerName,
            SortKey::DisabledAt => Self::DisabledAt,
            SortKey::ExpiresOn => Self::ExpiresOn,
            SortKey::Id => Self::Id,
            SortKey::InitialValue => Self::InitialValue,
            SortKey::UpdatedAt => Self::UpdatedAt,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("giftCard", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("giftCard", Scope::ReadGiftCards)?;
        by_id(cx, args.id)
    });
    r.query("giftCards", list);
    r.query("giftCardsCount", count);
    r.connection::<GiftCard>("GiftCardConnection", "GiftCardEdge");
    fields(r);
    transactions(r);
    metafields(r);
    mutations::register(r);
}

fn fields(r: &mut Registry) {
    r.object::<GiftCard>("GiftCard")
        .leaf("id", |card| Id(card.id))
        .child("balance", GiftCard::balance)
        .child("initialValue", GiftCard::initial_value)
        .leaf("enabled", |card| card.deactivated_at.is_none())
        .leaf("deactivatedAt", |card| card.deactivated_at.map(DateTime))
        .text_opt("expiresOn", |card| card.expires_on.as_deref())
        .text("lastCharacters", |card| &card.last_characters)
        .leaf("maskedCode", GiftCard::masked_code)
        .text_opt("note", |card| card.note.as_deref())
        .text_opt("templateSuffix", |card| card.template_suffix.as_deref())
        .leaf("createdAt", |card| DateTime(card.created_at))
        .leaf("updatedAt", |card| DateTime(card.updated_at))
        .child("recipientAttributes", |card| card.recipient.clone())
        // Cards are issued by hand or by apps; none is bought with an order.
        .child("order", |_| None::<commerce::orders::Order>)
        .load(
            "customer",
            |cards: &[&GiftCard], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<_> = cards.iter().map(|card| card.customer_id).collect();
                links::customers(cx, &ids)
            },
        )
        .load("transactions", transactions_of);
    r.object::<Recipient>("GiftCardRecipient")
        .text_opt("message", |own| own.message.as_deref())
        .text_opt("preferredName", |own| own.preferred_name.as_deref())
        .leaf("sendNotificationAt", |own| {
            own.notify_at.map(|at| DateTime(Timestamp(at)))
        })
        .load(
            "recipient",
            |all: &[&Recipient], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<_> = all.iter().map(|own| CustomerId(own.customer)).collect();
                let found = cx
                    .permit("recipient", Scope::ReadCustomers)
                    .and_then(|()| customers::load_many(&mut cx.tx, &ids).map_err(fault));
                recipients(&ids, found)
            },
        );
}

fn recipients(
    ids: &[CustomerId],
    found: Result<Vec<Customer>, Error>,
) -> Vec<Result<Customer, Error>> {
    match found {
        Ok(found) => ids
            .iter()
            .map(|id| {
                let row = found.iter().find(|row| row.id == *id).cloned();
                row.ok_or_else(|| Error::new("The recipient is gone."))
            })
            .collect(),
        Err(error) => ids.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn transactions(r: &mut Registry) {
    r.connection::<Obj>("GiftCardTransactionConnection", "GiftCardTransactionEdge");
    r.object::<Credit>("GiftCardCreditTransaction")
        .leaf("id", |own| own.0.gid("GiftCardCreditTransaction"))
        .child("amount", |own| own.0.money(own.0.row.amount_minor))
        .text_opt("note", |own| own.0.row.note.as_deref())
        .leaf("processedAt", |own| DateTime(own.0.row.processed_at))
        .load("giftCard", |all: &[&Credit], _: &NoArgs, cx: &mut Cx| {
            cards(cx, all.iter().map(|own| own.0.row.gift_card_id).collect())
        });
    r.object::<Debit>("GiftCardDebitTransaction")
        .leaf("id", |own| own.0.gid("GiftCardDebitTransaction"))
        .child("amount", |own| own.0.money(own.0.row.amount_minor))
        .text_opt("note", |own| own.0.row.note.as_deref())
        .leaf("processedAt", |own| DateTime(own.0.row.processed_at))
        .load("giftCard", |all: &[&Debit], _: &NoArgs, cx: &mut Cx| {
            cards(cx, all.iter().map(|own| own.0.row.gift_card_id).collect())
        });
}

fn metafields(r: &mut Registry) {
    let owner = Owner::GiftCardTransaction;
    on::<Credit>(r, "GiftCardCreditTransaction", owner, |own| {
        own.0.row.id.get()
    });
    on::<Debit>(r, "GiftCardDebitTransaction", owner, |own| {
        own.0.row.id.get()
    });
}

impl Priced<GiftCardTransaction> {
    fn gid(&self, kind: &str) -> String {
        format!("gid://shopify/{kind}/{}", self.row.id.get())
    }
}

/// A movement as the member of its interface that it is.
fn shown(row: GiftCardTransaction, currency: Currency) -> Obj {
    let own = Priced::new(row, currency);
    match own.row.kind {
        TransactionKind::Issue | TransactionKind::Credit | TransactionKind::Refund => {
            obj(Credit(own))
        }
        TransactionKind::Debit | TransactionKind::Payment => obj(Debit(own)),
    }
}

fn transactions_of(
    all: &[&GiftCard],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Page<Obj>>, Error>> {
    let ids: Vec<GiftCardId> = all.iter().map(|card| card.id).collect();
    let mut load = || {
        cx.permit("transactions", Scope::ReadGiftCardTransactions)?;
        let window = window(args)?;
        let found = gift_cards::transactions(&mut cx.tx, &ids, &window).map_err(page_error)?;
        let pages = found
            .into_iter()
            .zip(all)
            .map(|(found, card)| Some(map_page(page(found), |row| shown(row, card.currency))));
        Ok(pages.collect())
    };
    spread(load(), all.len())
}

fn cards(cx: &mut Cx, ids: Vec<GiftCardId>) -> Vec<Result<GiftCard, Error>> {
    match gift_cards::load(&mut cx.tx, &ids) {
        Ok(found) => found
            .into_iter()
            .map(|card| card.ok_or_else(|| Error::new("The gift card is gone.")))
            .collect(),
        Err(cause) => super::batches::fail_all(ids.len(), cause),
    }
}

fn by_id(cx: &mut Cx, id: GiftCardId) -> Result<Option<GiftCard>, Error> {
    let found = gift_cards::load(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, SavedArgs, ListArgs), cx: &mut Cx) -> Result<Page<GiftCard>, Error> {
    cx.permit("giftCards", Scope::ReadGiftCards)?;
    let (args, saved, wanted) = args;
    let query = saved.with(cx, wanted.query.as_deref())?;
    let filter = search(cx, "giftCards", Some(&query))?;
    let sort = wanted.sort_key.into();
    let found = gift_cards::list(&mut cx.tx, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn count(args: &(CountArgs, SavedArgs), cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("giftCardsCount", Scope::ReadGiftCards)?;
    let (args, saved) = args;
    let query = saved.with(cx, args.query.as_deref())?;
    let filter = search(cx, "giftCardsCount", Some(&query))?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
    let found = gift_cards::count(&mut cx.tx, filter, limit.saturating_add(1)).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

fn search(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<store::page::Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    let found = gift_cards::parse_search(query, reading);
    Ok(compiled(cx, field, query, found))
}

/// Gift cards, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("giftCard", Scope::ReadGiftCards)?;
    let ids: Vec<GiftCardId> = ids.iter().copied().map(GiftCardId).collect();
    as_nodes(gift_cards::load(&mut cx.tx, &ids))
}

/// An amount as the API's inputs write it, with its currency.
fn amount(text: &str, currency: Currency) -> Option<Money> {
    Money::parse(text, currency).ok()
}
