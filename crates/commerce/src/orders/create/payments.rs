//! What is paid of an app's order.

use std::borrow::Cow;

use units::OrderTransactionId;

use super::error::CreateError;
use crate::call::Call;
use crate::orders::input::OrderInput;
use crate::orders::rows::NewTransaction;
use crate::orders::status::{
    Books, DisplayFinancialStatus, TransactionKind, TransactionStatus, financial_status,
};

pub(super) fn transactions<'a>(
    call: &Call,
    input: &'a OrderInput,
    total_minor: i64,
) -> Result<Vec<NewTransaction<'a>>, CreateError> {
    let mut made: Vec<NewTransaction<'a>> = Vec::with_capacity(input.transactions.len());
    for (at, given) in input.transactions.iter().enumerate() {
        let parent = made
            .iter()
            .find(|other| other.kind == TransactionKind::Authorization);
        let parent_id = match given.kind {
            TransactionKind::Sale | TransactionKind::Authorization => None,
            TransactionKind::Capture => {
                Some(parent.ok_or(CreateError::TransactionInvalid { at })?.id)
            }
            TransactionKind::Void | TransactionKind::Refund => {
                return Err(CreateError::TransactionInvalid { at });
            }
        };
        made.push(NewTransaction {
            id: call.new_id(),
            parent_id,
            kind: given.kind,
            status: given.status,
            gateway: Cow::Borrowed(given.gateway.as_deref().unwrap_or("manual")),
            amount_minor: given.amount.minor,
            presentment_minor: None,
            authorization_code: given.authorization_code.as_deref().map(Cow::Borrowed),
            message: "",
            test: given.test || input.test,
            processed_at: given.processed_at.unwrap_or(call.now),
        });
    }
    let sum = made
        .iter()
        .try_fold(0_i64, |sum, each| sum.checked_add(each.amount_minor));
    match sum {
        Some(sum) if sum <= pricing::TOTAL_MINOR_MAX.max(total_minor) => Ok(made),
        _ => Err(CreateError::TooLarge),
    }
}

/// What is paid: what the transactions come to, or what was said when there is none; the one
/// transaction that makes it true is entered then.
pub(super) fn standing<'a>(
    input: &'a OrderInput,
    total_minor: i64,
    transactions: &mut Vec<NewTransaction<'a>>,
    call: &Call,
) -> Result<(DisplayFinancialStatus, i64), CreateError> {
    use DisplayFinancialStatus as S;
    if transactions.is_empty() && total_minor > 0 {
        let kind = match input.financial_status {
            None | Some(S::Pending) => None,
            Some(S::Paid) => Some(TransactionKind::Sale),
            Some(S::Authorized) => Some(TransactionKind::Authorization),
            Some(other) => {
                let stated = other.as_str();
                return Err(CreateError::StatusWithoutTransactions { stated });
            }
        };
        transactions.extend(kind.map(|kind| NewTransaction {
            id: call.new_id::<OrderTransactionId>(),
            parent_id: None,
            kind,
            status: TransactionStatus::Success,
            gateway: Cow::Borrowed("manual"),
            amount_minor: total_minor,
            presentment_minor: None,
            authorization_code: None,
            message: "",
            test: input.test,
            processed_at: input.processed_at.unwrap_or(call.now),
        }));
    }
    let books = Books::of(transactions.iter().map(NewTransaction::movement));
    let found = financial_status(total_minor, total_minor, books);
    match input.financial_status {
        Some(stated) if stated != found && total_minor > 0 => {
            Err(CreateError::StatusContradicted {
                stated: stated.as_str(),
                found: found.as_str(),
            })
        }
        _ => Ok((found, books.received.shop)),
    }
}
