//! Apps: who may call the API, with which token, for what.

mod authenticate;
pub mod billing;
mod create;
mod scope;
mod sql;
mod storefront_token;
mod token;

pub use authenticate::{Authenticated, authenticate};
pub use create::{CreateError, NewApp, create};
pub use scope::{Scope, Scopes, UnknownScope};
pub use storefront_token::{
    StorefrontTokenError, storefront_access_token_create, storefront_access_token_delete,
    storefront_access_tokens,
};
pub use token::{NewToken, NewTokenError, Token, TokenKind, create_token};

use store::{StoreError, Tx, record};
use units::{AppId, AppInstallationId, StorefrontAccessTokenId, Timestamp};

record! {
    /// An app that is installed in the shop. In this release every app is the shop's own.
    #[derive(Clone)]
    pub struct App {
        /// Its id.
        pub id: AppId,
        /// The id of its installation.
        pub installation_id: AppInstallationId,
        /// Its name.
        pub title: String,
        /// Its name in addresses.
        pub handle: String,
        /// Its public identifier, the API key.
        pub client_id: String,
        /// What its webhooks are signed with.
        pub client_secret: String,
        /// Cost points a second that its bucket refills by; 0 means no limit.
        pub throttle_per_second: i64,
        /// When it was installed.
        pub created_at: Timestamp,
    }
}

record! {
    /// A public token that a storefront shows to everybody.
    #[derive(Clone)]
    pub struct StorefrontAccessToken {
        /// Its id.
        pub id: StorefrontAccessTokenId,
        /// What it is called.
        pub title: String,
        /// The token itself.
        pub access_token: String,
        /// What it may read and write.
        pub scopes: Scopes,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

/// The apps of the given ids, in no particular order; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_many(tx: &mut Tx, ids: &[AppId]) -> Result<Vec<App>, StoreError> {
    sql::apps(tx, ids)
}

/// The apps of the given installations; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_installations(tx: &mut Tx, ids: &[AppInstallationId]) -> Result<Vec<App>, StoreError> {
    sql::apps_by_installation(tx, ids)
}

/// The app with a client id or a handle.
///
/// # Errors
/// `Store` faults only.
pub fn find(tx: &mut Tx, client_id_or_handle: &str) -> Result<Option<App>, StoreError> {
    sql::app_named(tx, client_id_or_handle)
}

/// Every app of the shop, oldest first; at most 250.
///
/// # Errors
/// `Store` faults only.
pub fn all(tx: &mut Tx) -> Result<Vec<App>, StoreError> {
    sql::all(tx)
}

/// The storefront tokens of the given ids; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_storefront_tokens(
    tx: &mut Tx,
    ids: &[StorefrontAccessTokenId],
) -> Result<Vec<StorefrontAccessToken>, StoreError> {
    sql::storefront_tokens(tx, ids)
}
