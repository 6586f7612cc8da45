//! Metaobjects: entries of custom data, and the definitions of their types.

mod define;
mod delete;
mod entry;
mod error;
mod fields;
mod list;
mod references;
mod sql;

pub use define::{
    Capabilities, DefinitionInput, FieldChange, FieldInput, OnlineStore, Renderable,
    create_definition, delete_definition, rename_entries, update_definition,
};
pub use delete::{delete, delete_many, delete_some};
pub use entry::{EntryInput, create, update, upsert};
pub use error::{MetaobjectError, Refusal, Why};
pub use fields::{FieldDefinition, FieldDefinitions};
pub use list::{MetaobjectSort, page, page_each, parse_search, published};
pub use references::{Reference, Source, referenced_by};
pub use sql::{by_handle, counts, definition_by_type, definitions, definitions_page, load, values};

use store::{record, text_enum};
use units::{AppId, MetaobjectDefinitionId, MetaobjectId, Timestamp};

use crate::call::Call;
use crate::metafields::{self, AdminAccess, CustomerAccountAccess, StorefrontAccess};

text_enum! {
    /// Whether a metaobject is shown.
    pub enum Status {
        /// It is.
        Active = "ACTIVE",
        /// Not yet.
        Draft = "DRAFT",
    }
}

record! {
    /// The definition of a type of metaobjects.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Definition {
        /// Its id.
        pub id: MetaobjectDefinitionId,
        /// The type, unique in the shop.
        pub kind: String,
        /// What it is called.
        pub name: String,
        /// What it is for.
        pub description: Option<String>,
        /// The field whose value names an entry.
        pub display_name_key: Option<String>,
        /// Who may do what with the entries.
        pub admin_access: AdminAccess,
        /// Whether storefronts may read the entries.
        pub storefront_access: StorefrontAccess,
        /// What signed-in customers may do with the entries.
        pub customer_account_access: CustomerAccountAccess,
        /// Whether entries are drafts until they are published.
        pub publishable: bool,
        /// Whether entries can be translated.
        pub translatable: bool,
        /// Whether entries have what search engines want.
        pub renderable: bool,
        /// The field with the title for search engines.
        pub meta_title_key: Option<String>,
        /// The field with the description for search engines.
        pub meta_description_key: Option<String>,
        /// Whether entries have pages in the online store.
        pub online_store: bool,
        /// Their part of those pages' addresses.
        pub url_handle: Option<String>,
        /// The fields, in order.
        pub fields: FieldDefinitions,
        /// The app that made it.
        pub app_id: AppId,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// An entry of custom data; its values are read apart.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Metaobject {
        /// Its id.
        pub id: MetaobjectId,
        /// Its definition.
        pub definition_id: MetaobjectDefinitionId,
        /// Its type.
        pub kind: String,
        /// Its part of addresses, unique in its type.
        pub handle: String,
        /// What it is called.
        pub display_name: String,
        /// Whether it is shown, where its definition asks.
        pub status: Status,
        /// The theme's template, when it is not the usual one.
        pub template_suffix: Option<String>,
        /// The app that made it.
        pub app_id: AppId,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A type as it is kept: `$app:name` is the calling app's own, letters are small. Types of other
/// apps are closed: `None`.
#[must_use]
pub fn own_type(call: &Call, given: &str) -> Option<String> {
    metafields::namespace(call, Some(given)).map(|kind| kind.to_ascii_lowercase())
}
