//! `stockroom migrate`.

use crate::commands::say;
use crate::config::Place;
use crate::start::open;
use crate::trouble::Trouble;

/// Brings the database up to this program's tables.
pub(super) fn run(place: &Place) -> Result<(), Trouble> {
    let found = place.find()?;
    open(&found.database)?.close();
    say("The database is up to date.");
    Ok(())
}
