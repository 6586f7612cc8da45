//! Metafields: typed values on any resource.

mod access;
mod define;
mod definition;
mod definition_sql;
mod delete;
mod measure_units;
mod measures;
mod referred;
mod search;
mod set;
mod sql;
mod types;
mod unique;
mod validations;

pub(crate) use access::not_foreign;
pub use access::{is_foreign, open_definitions, read_namespace, readable};
pub use define::{
    DefinitionError, DefinitionInput, Meant, Values, define, find, pin, redefine, undefine, unpin,
};
pub use definition::{
    AdminAccess, CustomerAccountAccess, Definition, DefinitionSort, StorefrontAccess, Wanted,
    all_valid, counts, definition_of, definitions, definitions_by_keys, definitions_for,
    definitions_page, metafields_of, parse_search,
};
pub(crate) use delete::delete_others;
pub use delete::{Identifier, delete, delete_all};
pub(crate) use referred::missing;
pub(crate) use search::found_by;
pub(crate) use set::tell;
pub use set::{
    MAX_PER_CALL, MetafieldError, MetafieldsError, NewMetafield, Owned, Plan, plan, set,
};
pub(crate) use sql::all_of;
pub(crate) use sql::value_key;
pub use sql::{by_id, by_keys, page_each, shown_by_keys};
pub use types::{
    ValueError, all as types, category, check, compared, is_known, json_value,
    may_refer_to_metaobjects, metaobjects, references,
};
pub use unique::owner_of;
pub use validations::{OptionError, Validation, Validations, supported};

use sha2::{Digest, Sha256};
use store::{record, text_enum};
use units::{AppId, Gid, MetafieldId, Timestamp};

use crate::call::{Actor, Call};

text_enum! {
    /// What a metafield can hang on, by the public API's name.
    pub enum Owner {
        /// A product.
        Product = "PRODUCT",
        /// A product's variant.
        ProductVariant = "PRODUCTVARIANT",
        /// A collection.
        Collection = "COLLECTION",
        /// A customer.
        Customer = "CUSTOMER",
        /// An order.
        Order = "ORDER",
        /// A draft order.
        DraftOrder = "DRAFTORDER",
        /// A place that keeps stock.
        Location = "LOCATION",
        /// The shop itself.
        Shop = "SHOP",
        /// A picture of a product.
        MediaImage = "MEDIA_IMAGE",
        /// A page.
        Page = "PAGE",
        /// A blog.
        Blog = "BLOG",
        /// An article.
        Article = "ARTICLE",
        /// A market.
        Market = "MARKET",
        /// A discount.
        Discount = "DISCOUNT",
        /// A movement on a gift card.
        GiftCardTransaction = "GIFT_CARD_TRANSACTION",
        /// A selling plan.
        SellingPlan = "SELLING_PLAN",
        /// An app in this shop, for what it wants to remember.
        AppInstallation = "API_PERMISSION",
    }
}

record! {
    /// A typed value on a resource.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Metafield {
        /// Id.
        pub id: MetafieldId,
        /// The kind of its resource.
        pub owner: Owner,
        /// Its resource's id.
        pub owner_id: i64,
        /// The group that its key is unique in.
        pub namespace: String,
        /// Its name.
        pub key: String,
        /// What kind of value it holds: `number_integer`, `list.product_reference`.
        pub kind: String,
        /// The value as text.
        pub value: String,
        /// When it was first set.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

impl Owner {
    /// The noun in its global id.
    #[must_use]
    pub const fn gid_kind(self) -> &'static str {
        match self {
            Self::Product => "Product",
            Self::ProductVariant => "ProductVariant",
            Self::Collection => "Collection",
            Self::Customer => "Customer",
            Self::Order => "Order",
            Self::DraftOrder => "DraftOrder",
            Self::Location => "Location",
            Self::Shop => "Shop",
            Self::MediaImage => "MediaImage",
            Self::Page => "Page",
            Self::Blog => "Blog",
            Self::Article => "Article",
            Self::Market => "Market",
            Self::Discount => "DiscountNode",
            Self::GiftCardTransaction => "GiftCardTransaction",
            Self::SellingPlan => "SellingPlan",
            Self::AppInstallation => "AppInstallation",
        }
    }

    /// The resource that a global id means, when it can have metafields.
    #[must_use]
    pub fn of_gid(gid: &Gid) -> Option<(Self, i64)> {
        // Some resources have nodes of several kinds.
        let kind = match gid.kind.as_str() {
            "DiscountCodeNode" | "DiscountAutomaticNode" => "DiscountNode",
            "GiftCardCreditTransaction" | "GiftCardDebitTransaction" => "GiftCardTransaction",
            kind => kind,
        };
        let owner = Self::ALL.iter().find(|owner| owner.gid_kind() == kind)?;
        Some((*owner, gid.number))
    }
}

impl Metafield {
    /// A fingerprint of the value, for setting it only if nobody else did meanwhile.
    #[must_use]
    pub fn compare_digest(&self) -> String {
        let digest = Sha256::new()
            .chain_update(self.kind.as_bytes())
            .chain_update([0])
            .chain_update(self.value.as_bytes())
            .finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The namespace as it is stored: `$app` and `$app:name` are the calling app's own. Apps' own
/// namespaces are closed to other apps: `None`.
#[must_use]
pub fn namespace(call: &Call, given: Option<&str>) -> Option<String> {
    let app = match call.actor {
        Actor::App(app) => Some(app),
        _ => None,
    };
    own_namespace(app, given.unwrap_or("$app"))
}

fn own_namespace(app: Option<AppId>, given: &str) -> Option<String> {
    if let Some(rest) = given.strip_prefix("$app") {
        let app = app?.get();
        return match rest {
            "" => Some(format!("app--{app}")),
            _ => rest
                .strip_prefix(':')
                .map(|name| format!("app--{app}--{name}")),
        };
    }
    let Some(rest) = given.strip_prefix("app--") else {
        return Some(given.to_owned());
    };
    let owner = rest.split_once("--").map_or(rest, |(owner, _)| owner);
    let own = app.is_none_or(|app| owner == app.get().to_string());
    own.then(|| given.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apps_own_namespace_is_its_alone() {
        let app = Some(AppId(7));
        assert_eq!(own_namespace(app, "$app").as_deref(), Some("app--7"));
        assert_eq!(
            own_namespace(app, "$app:loyalty").as_deref(),
            Some("app--7--loyalty")
        );
        assert_eq!(
            own_namespace(app, "app--7--loyalty").as_deref(),
            Some("app--7--loyalty")
        );
        assert_eq!(own_namespace(app, "app--77--loyalty"), None);
        assert_eq!(own_namespace(app, "custom").as_deref(), Some("custom"));
        assert_eq!(own_namespace(None, "$app"), None);
    }
}
