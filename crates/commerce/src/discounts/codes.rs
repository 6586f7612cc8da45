//! Further codes of a discount.

use std::collections::BTreeSet;

use store::Tx;
use units::{DiscountId, DiscountRedeemCodeId};

use super::create::node_id;
use super::discount::{Method, code_key};
use super::error::DiscountError;
use super::input::{checked_code, expect};
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Codes that one call adds.
const ADDED_MAX: usize = 250;
/// Codes of one discount.
const CODES_MAX: usize = 100_000;

/// What came of adding codes.
#[derive(Debug, Clone)]
pub struct AddedCodes {
    /// The discount.
    pub discount: DiscountId,
    /// One for each code that was given.
    pub codes: Vec<AddedCode>,
}

/// What came of adding one code.
#[derive(Debug, Clone)]
pub struct AddedCode {
    /// As it was given.
    pub code: String,
    /// Its id, or why it was not added: a sentence and a code.
    pub result: Result<DiscountRedeemCodeId, (String, Option<&'static str>)>,
}

/// Adds codes to a discount; those that cannot be are told one by one.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_codes(
    tx: &mut Tx,
    call: &Call,
    id: DiscountId,
    codes: &[String],
) -> Result<AddedCodes, DiscountError> {
    let mut discount = expect(sql::lock(tx, id)?, Method::Code)?;
    if codes.is_empty() {
        return Err(DiscountError::CodeBlank);
    }
    let before = usize::try_from(discount.codes_count).unwrap_or(usize::MAX);
    if codes.len() > ADDED_MAX || before.saturating_add(codes.len()) > CODES_MAX {
        return Err(DiscountError::TooManyCodes(ADDED_MAX.min(CODES_MAX)));
    }
    let keys: Vec<String> = codes.iter().map(|code| code_key(code)).collect();
    let mut taken: BTreeSet<String> = sql::taken_codes(tx, &keys)?.into_iter().collect();
    let mut added: Vec<AddedCode> = Vec::with_capacity(codes.len());
    for (code, key) in codes.iter().zip(keys) {
        let checked = checked_code(code).and_then(|_| {
            if taken.insert(key) {
                Ok(call.new_id())
            } else {
                Err(DiscountError::CodeTaken)
            }
        });
        added.push(AddedCode {
            code: code.trim().to_owned(),
            result: checked.map_err(|refusal| (refusal.to_string(), refusal.code())),
        });
    }
    let rows: Vec<(DiscountRedeemCodeId, &str)> = added
        .iter()
        .filter_map(|each| Some((*each.result.as_ref().ok()?, each.code.as_str())))
        .collect();
    if !rows.is_empty() {
        sql::insert_codes(tx, call, id, &rows)?;
        discount.codes_count += i64::try_from(rows.len()).unwrap_or(0);
        discount.updated_at = call.now;
        sql::save(tx, &discount)?;
        let told: Vec<_> = rows
            .iter()
            .map(|(code_id, code)| {
                let topics = &[Topic::DiscountsRedeemcodeAdded];
                (call, event(topics, &node_id(&discount), id, *code_id, code))
            })
            .collect();
        events::record_many(tx, &told)?;
    }
    Ok(AddedCodes {
        discount: id,
        codes: added,
    })
}

/// Takes those of the codes off a discount that it has, but never the last; gives how many.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove_codes(
    tx: &mut Tx,
    call: &Call,
    id: DiscountId,
    codes: &[DiscountRedeemCodeId],
) -> Result<usize, DiscountError> {
    let mut discount = expect(sql::lock(tx, id)?, Method::Code)?;
    let found = sql::load_codes(tx, codes)?;
    let mut own: Vec<_> = found
        .into_iter()
        .flatten()
        .filter(|code| code.discount_id == id)
        .collect();
    // A code that is named twice goes once.
    let mut named = BTreeSet::new();
    own.retain(|code| named.insert(code.id));
    let spare = usize::try_from(discount.codes_count - 1).unwrap_or(0);
    own.truncate(spare);
    if own.is_empty() {
        return Ok(0);
    }
    let ids: Vec<DiscountRedeemCodeId> = own.iter().map(|code| code.id).collect();
    sql::delete_codes(tx, &ids)?;
    discount.codes_count -= i64::try_from(own.len()).unwrap_or(0);
    discount.updated_at = call.now;
    sql::save(tx, &discount)?;
    let told: Vec<_> = own
        .iter()
        .map(|code| {
            let topics = &[Topic::DiscountsRedeemcodeRemoved];
            let event = event(topics, &node_id(&discount), id, code.id, &code.code);
            (call, event)
        })
        .collect();
    events::record_many(tx, &told)?;
    Ok(own.len())
}

fn event(
    topics: &'static [Topic],
    node: &str,
    id: DiscountId,
    code_id: DiscountRedeemCodeId,
    code: &str,
) -> NewEvent {
    let mut event = NewEvent::of(topics, Subject::Discount, id);
    event.facts = serde_json::json!({
        "node": node,
        "redeem_code": { "id": code_id.to_string(), "code": code },
    })
    .to_string();
    event
}
