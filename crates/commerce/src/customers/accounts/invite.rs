//! Links by which a customer chooses a password: to make an account, or after forgetting.

use store::{StoreError, Tx, text_enum};
use units::{CustomerId, MailId};

use super::sql;
use crate::call::Call;
use crate::contact;
use crate::customers::{Customer, CustomerState, sql as records};
use crate::events::Subject;
use crate::mails::{InvoiceMail, InvoiceMailError};
use crate::{secret, shops};

/// A link after forgetting is good for this long.
const RESET_SECONDS: i64 = 24 * 3600;
/// An invitation is good for this long.
const ACTIVATION_SECONDS: i64 = 30 * 24 * 3600;
/// Links of one customer that wait to be followed; no more are sent until some have ended.
const LINKS_MAX: usize = 5;

text_enum! {
    /// What a link is for.
    pub enum Purpose {
        /// To make an account.
        Activation = "activation",
        /// To choose another password.
        Reset = "reset",
    }
}

/// A link, as it is written to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address in the shop.
    pub url: String,
}

/// How a link reaches the customer.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// The merchant hands it on.
    ByHand,
    /// By mail, in the shop's words or the merchant's.
    ByMail(InvoiceMail),
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such customer.
    #[error("The customer can't be found.")]
    CustomerUnknown,
    /// There is nothing to invite to.
    #[error("The customer already has an account.")]
    AlreadyEnabled,
    /// Nowhere to write to.
    #[error("The customer has no email address.")]
    WithoutEmail,
    /// More links than one customer needs.
    #[error("The customer has 5 links that are still good. Wait until one of them has ended.")]
    TooMany,
    /// The mail cannot be sent.
    #[error(transparent)]
    Mail(#[from] InvoiceMailError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Purpose {
    /// The purpose of a link with that word in its address.
    #[must_use]
    pub fn of_path(word: &str) -> Option<Self> {
        [Self::Activation, Self::Reset]
            .into_iter()
            .find(|purpose| purpose.path() == word)
    }

    const fn seconds(self) -> i64 {
        match self {
            Self::Activation => ACTIVATION_SECONDS,
            Self::Reset => RESET_SECONDS,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Activation => "activate",
            Self::Reset => "reset",
        }
    }

    const fn mail(self) -> &'static str {
        match self {
            Self::Activation => "customer_account_activation",
            Self::Reset => "customer_account_reset",
        }
    }
}

/// Sends a link to a mailbox, for whoever has an account or could have one. Nothing happens for a
/// mailbox that nobody has: the answer must not tell who is a customer.
///
/// # Errors
/// `Store` faults only.
pub fn recover(tx: &mut Tx, call: &Call, email: &str) -> Result<(), StoreError> {
    let Some(key) = contact::email_key(email) else {
        return Ok(());
    };
    let Some(customer) = records::by_email_key(tx, &key)? else {
        return Ok(());
    };
    let purpose = match sql::account(tx, customer.id)? {
        Some(_) => Purpose::Reset,
        None => Purpose::Activation,
    };
    send(tx, call, &customer, purpose)?;
    Ok(())
}

/// Makes a link by which a customer makes an account; the customer counts as invited.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn invite(
    tx: &mut Tx,
    call: &Call,
    id: CustomerId,
    delivery: &Delivery,
) -> Result<Link, InviteError> {
    let customer = records::lock(tx, id)?.ok_or(InviteError::CustomerUnknown)?;
    if sql::account(tx, id)?.is_some() {
        return Err(InviteError::AlreadyEnabled);
    }
    if customer.email.is_none() {
        return Err(InviteError::WithoutEmail);
    }
    let link = match delivery {
        Delivery::ByHand => make(tx, call, id, Purpose::Activation, None)?,
        Delivery::ByMail(words) => {
            let to = words.recipient(customer.email.as_deref())?;
            write(tx, call, &customer, Purpose::Activation, (&to, words))?
        }
    };
    let link = link.ok_or(InviteError::TooMany)?;
    sql::set_state(tx, id, CustomerState::Invited, call.now)?;
    Ok(link)
}

/// Writes a link to a customer, unless many are under way to them.
pub(super) fn send(
    tx: &mut Tx,
    call: &Call,
    customer: &Customer,
    purpose: Purpose,
) -> Result<Option<Link>, StoreError> {
    let Some(email) = customer.email.as_deref() else {
        return Ok(None);
    };
    write(
        tx,
        call,
        customer,
        purpose,
        (email, &InvoiceMail::default()),
    )
}

/// Writes a link to a mailbox, in the shop's words or the merchant's.
fn write(
    tx: &mut Tx,
    call: &Call,
    customer: &Customer,
    purpose: Purpose,
    (to, words): (&str, &InvoiceMail),
) -> Result<Option<Link>, StoreError> {
    let id: MailId = call.new_id();
    let Some(link) = make(tx, call, customer.id, purpose, Some(id))? else {
        return Ok(None);
    };
    tx.execute(
        "INSERT INTO mails (shop_id, id, kind, recipient, subject_kind, subject_id, link,
             subject, message, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        (
            id,
            purpose.mail(),
            to,
            Subject::Customer,
            customer.id,
            &link.url,
            words.subject.as_deref(),
            words.message.as_deref(),
            call.now,
        ),
    )?;
    Ok(Some(link))
}

fn make(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    purpose: Purpose,
    mail: Option<MailId>,
) -> Result<Option<Link>, StoreError> {
    if sql::open_invitations(tx, customer, call.now)? >= LINKS_MAX {
        return Ok(None);
    }
    let token = call.new_token();
    let expires_at = call.now.plus_seconds(purpose.seconds());
    let invitation = sql::Invitation {
        id: call.new_id(),
        customer,
        purpose,
        mail,
        expires_at,
    };
    sql::insert_invitation(tx, &secret::hash(&token), &invitation)?;
    let (domain, number) = (shops::current(tx)?.domain, customer.get());
    Ok(Some(Link {
        url: format!(
            "https://{domain}/account/{}/{number}/{token}",
            purpose.path()
        ),
    }))
}
