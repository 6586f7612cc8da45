//! Roles: row-level security must hold whoever connects.

use crate::error::OpenError;
use crate::postgres::link::Link;

/// The role that transactions take on when the connection's own bypasses row-level security.
const PLAIN_ROLE: &str = "stockroom_app";

/// Finds out whether row-level security holds the connection's role, and prepares a plain role
/// when it does not.
pub(crate) fn plain_role(link: &Link) -> Result<Option<String>, OpenError> {
    let row = link.one(
        "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles
          WHERE rolname = current_user",
    )?;
    let (role, bypasses): (String, bool) = (row.get(0), row.get(1));
    if !bypasses {
        return Ok(None);
    }
    link.batch(&format!(
        "DO $$ BEGIN
           CREATE ROLE {PLAIN_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
         END $$;
         SET ROLE {PLAIN_ROLE}; RESET ROLE;"
    ))
    .map_err(|error| OpenError::Role {
        role,
        reason: error.to_string(),
    })?;
    Ok(Some(PLAIN_ROLE.to_owned()))
}

/// Lets the plain role work on the tables.
pub(crate) fn grants(role: &str) -> String {
    format!(
        "DO $$ BEGIN
           EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema());
           EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO {role}',
                          current_schema());
         END $$;"
    )
}
