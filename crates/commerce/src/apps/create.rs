//! Installing an app of the shop's own.

use store::{StoreError, Tx};
use units::handleize;

use super::{App, sql};
use crate::call::Call;

/// An app's title is no longer than this.
const TITLE_CHARS_MAX: usize = 60;

/// What an app begins with.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// Its name.
    pub title: String,
    /// Its public identifier; made up when not given.
    pub client_id: Option<String>,
    /// What its webhooks are signed with; made up when not given.
    pub client_secret: Option<String>,
    /// Cost points a second; 0 means no limit.
    pub throttle_per_second: i64,
}

/// Why an app was not installed.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// No letter or digit in it, or too long.
    #[error("An app's title has 1 to 60 characters, a letter or digit among them.")]
    TitleInvalid,
    /// Another app has the same handle.
    #[error("The shop has an app called '{0}' already.")]
    TitleTaken(String),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Installs an app of the shop's own.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, new: &NewApp) -> Result<App, CreateError> {
    let handle = handleize(&new.title);
    if handle.is_empty() || new.title.chars().count() > TITLE_CHARS_MAX {
        return Err(CreateError::TitleInvalid);
    }
    if sql::app_named(tx, &handle)?.is_some() {
        return Err(CreateError::TitleTaken(new.title.clone()));
    }
    let app = App {
        id: call.new_id(),
        installation_id: call.new_id(),
        title: new.title.clone(),
        handle,
        client_id: new.client_id.clone().unwrap_or_else(|| call.new_token()),
        client_secret: new
            .client_secret
            .clone()
            .unwrap_or_else(|| format!("shpss_{}", call.new_token())),
        throttle_per_second: new.throttle_per_second.max(0),
        created_at: call.now,
    };
    sql::insert_app(tx, &app)?;
    Ok(app)
}
