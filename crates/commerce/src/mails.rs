//! Mails: what the shop owes somebody's mailbox, written in the transaction that owes it.
//!
//! A mail is a row that the merchant's pages show. Nothing sends it yet: no mailer can be
//! configured.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::{StoreError, Tx, record};
use units::{MailId, Timestamp};

use crate::call::Call;
use crate::contact;

/// A text that a merchant writes into a mail is no longer than this.
const TEXT_CHARS_MAX: usize = 5000;
/// A mail is kept this long, a year.
const KEPT_SECONDS: i64 = 365 * 24 * 3_600;
/// Mails that are looked at in one go: a lane's turn is short.
const FORGOTTEN_MAX: i64 = 500;

record! {
    /// A message that was written to somebody's mailbox.
    #[derive(Clone)]
    pub struct Mail {
        /// Its id.
        pub id: MailId,
        /// What it says: `order_confirmation`, `webhook_subscription_removed`, …
        pub kind: String,
        /// The mailbox.
        pub recipient: String,
        /// The kind of row it is about.
        pub subject_kind: String,
        /// That row's id.
        pub subject_id: i64,
        /// When it was written.
        pub created_at: Timestamp,
    }
}

/// A mail to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewMail<'a> {
    /// What it says, such as `order_confirmation`.
    pub kind: &'a str,
    /// The mailbox.
    pub recipient: &'a str,
    /// The row it is about: its kind and id.
    pub about: (&'a str, i64),
    /// What a merchant wrote beside it: subject and message.
    pub words: Option<&'a InvoiceMail>,
}

/// What a merchant writes beside an invoice.
#[derive(Debug, Clone, Default)]
pub struct InvoiceMail {
    /// To whom; the mailbox of the order or draft when `None`.
    pub to: Option<String>,
    /// Its subject; the shop's own when `None`.
    pub subject: Option<String>,
    /// What it says beside the invoice.
    pub message: Option<String>,
}

/// Why an invoice cannot be mailed.
#[derive(Debug, thiserror::Error)]
pub enum InvoiceMailError {
    /// Nobody to send it to.
    #[error("To can't be blank")]
    NoRecipient,
    /// Not a mailbox.
    #[error("To is invalid")]
    RecipientInvalid,
    /// A text is too long.
    #[error("A text can be {TEXT_CHARS_MAX} characters long.")]
    TooLong {
        /// Which one, as the API calls it.
        field: &'static str,
    },
}

impl InvoiceMail {
    /// The mailbox it goes to: the one it names, or else the `buyer`'s own.
    ///
    /// # Errors
    /// No mailbox, one that is none, or a text that is too long.
    pub fn recipient(&self, buyer: Option<&str>) -> Result<String, InvoiceMailError> {
        for (field, text) in [("subject", &self.subject), ("customMessage", &self.message)] {
            let length = text.as_deref().map_or(0, |text| text.chars().count());
            if length > TEXT_CHARS_MAX {
                return Err(InvoiceMailError::TooLong { field });
            }
        }
        let named = self.to.as_deref().filter(|to| !to.trim().is_empty());
        let to = named.or(buyer).ok_or(InvoiceMailError::NoRecipient)?;
        contact::email(to).ok_or(InvoiceMailError::RecipientInvalid)
    }
}

/// Writes mails, in the transaction of what they tell.
///
/// # Errors
/// `Store` faults only.
pub fn post(tx: &mut Tx, mails: &[(&Call, NewMail<'_>)]) -> Result<(), StoreError> {
    if mails.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = mails
        .iter()
        .map(|(call, mail)| {
            let (subject_kind, subject_id) = mail.about;
            let words = mail.words;
            (
                call.new_id::<MailId>(),
                mail.kind,
                mail.recipient,
                subject_kind,
                subject_id,
                words.and_then(|words| words.subject.as_deref()),
                words.and_then(|words| words.message.as_deref()),
                call.now,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO mails (shop_id, id, kind, recipient, subject_kind, subject_id, subject,
             message, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)",
        &rows,
    )?;
    Ok(())
}

/// A window of the mails that were written, by id.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(tx: &mut Tx, window: &Window<'_>) -> Result<Page<Mail>, PageError> {
    const BY_ID: Sort = Sort {
        columns: &[("m.id", SortKind::Int)],
    };
    let listing = Listing {
        select: "SELECT m.id, m.kind, m.recipient, m.subject_kind, m.subject_id, m.created_at
                   FROM mails m
                  WHERE m.shop_id = $shop",
        filter: Filter::none(),
        sort: &BY_ID,
    };
    store::page::page(tx, &listing, window)
}

/// Forgets mails that were written more than a year ago, the oldest first; gives whether there
/// may be more.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    // Ids follow time: only the oldest rows are looked at.
    let gone = tx.execute(
        "DELETE FROM mails
          WHERE shop_id = $shop
            AND id IN (SELECT id FROM (SELECT id, created_at FROM mails
                                        WHERE shop_id = $shop
                                        ORDER BY id
                                        LIMIT $2) AS oldest
                        WHERE created_at < $1)",
        (now.plus_seconds(-KEPT_SECONDS), FORGOTTEN_MAX),
    )?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone >= FORGOTTEN_MAX))
}
