//! The shop's terms: one text of each kind.

use store::{StoreError, Tx, record, text_enum};
use units::{ShopPolicyId, Timestamp};

use super::common::clean;
use crate::call::Call;

/// A text is no longer than this, in bytes (public documentation: 512 KB).
const BODY_BYTES_MAX: usize = 512 * 1024;

text_enum! {
    /// What a text of the shop's terms is about.
    pub enum PolicyKind {
        /// How to reach the merchant.
        ContactInformation = "CONTACT_INFORMATION",
        /// Who the merchant is, by law.
        LegalNotice = "LEGAL_NOTICE",
        /// What becomes of personal data.
        PrivacyPolicy = "PRIVACY_POLICY",
        /// When money goes back.
        RefundPolicy = "REFUND_POLICY",
        /// How goods are sent.
        ShippingPolicy = "SHIPPING_POLICY",
        /// How subscriptions run and end.
        SubscriptionPolicy = "SUBSCRIPTION_POLICY",
        /// What both sides owe each other.
        TermsOfSale = "TERMS_OF_SALE",
        /// How the shop may be used.
        TermsOfService = "TERMS_OF_SERVICE",
    }
}

record! {
    /// A text of the shop's terms.
    #[derive(Clone, PartialEq, Eq)]
    pub struct ShopPolicy {
        /// Id.
        pub id: ShopPolicyId,
        /// What it is about.
        pub kind: PolicyKind,
        /// What it says, in HTML.
        pub body: String,
        /// When it was first said.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// Why a text is refused.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It is too long.
    #[error("Body is too big (maximum is 512 KB)")]
    TooBig,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PolicyKind {
    /// What buyers read above it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ContactInformation => "Contact information",
            Self::LegalNotice => "Legal notice",
            Self::PrivacyPolicy => "Privacy policy",
            Self::RefundPolicy => "Refund policy",
            Self::ShippingPolicy => "Shipping policy",
            Self::SubscriptionPolicy => "Cancellation policy",
            Self::TermsOfSale => "Terms of sale",
            Self::TermsOfService => "Terms of service",
        }
    }

    /// Its part of the address: `/policies/privacy-policy`.
    #[must_use]
    pub fn handle(self) -> String {
        self.as_str().to_ascii_lowercase().replace('_', "-")
    }

    /// The kind with that part of the address.
    #[must_use]
    pub fn of_handle(handle: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|kind| kind.handle() == handle);
        found.copied()
    }
}

/// Says one of the shop's terms; an empty text takes it back.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_policy(
    tx: &mut Tx,
    call: &Call,
    kind: PolicyKind,
    body: &str,
) -> Result<ShopPolicyId, PolicyError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(PolicyError::TooBig);
    }
    let held: Option<ShopPolicyId> = tx.optional_locked(
        "SELECT id FROM shop_policies WHERE shop_id = $shop AND kind = $1",
        (kind,),
    )?;
    let id = held.unwrap_or_else(|| call.new_id());
    tx.execute(
        "INSERT INTO shop_policies (shop_id, id, kind, body, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $4)
         ON CONFLICT (shop_id, kind) DO UPDATE
            SET body = excluded.body, updated_at = excluded.updated_at",
        (id, kind, clean(body), call.now),
    )?;
    Ok(id)
}

/// What the shop says of its terms, kind by kind; what was taken back is left out.
///
/// # Errors
/// `Store` faults only.
pub fn policies(tx: &mut Tx) -> Result<Vec<ShopPolicy>, StoreError> {
    tx.all(
        "SELECT id, kind, body, created_at, updated_at FROM shop_policies
          WHERE shop_id = $shop AND body <> ''
          ORDER BY kind",
        (),
    )
}

/// The texts with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn policies_by_id(
    tx: &mut Tx,
    ids: &[ShopPolicyId],
) -> Result<Vec<Option<ShopPolicy>>, StoreError> {
    let found: Vec<ShopPolicy> = tx.all(
        "SELECT id, kind, body, created_at, updated_at FROM shop_policies
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    let one = |id: &ShopPolicyId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_kind() {
        for kind in PolicyKind::ALL {
            assert_eq!(PolicyKind::of_handle(&kind.handle()), Some(*kind));
        }
        assert_eq!(PolicyKind::PrivacyPolicy.handle(), "privacy-policy");
        assert_eq!(PolicyKind::of_handle("cookies"), None);
    }
}
