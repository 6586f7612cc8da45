//! `stockroom import products`.

use std::time::Duration;

use commerce::catalog::{self, Imported, csv};
use commerce::shops;
use serde::Serialize;

use crate::commands::{on_terminal, say, say_json};
use crate::config::ImportProducts;
use crate::settings::Settings;
use crate::start::{named_shop, system_call, visit};
use crate::trouble::Trouble;

/// Refused rows that are printed one by one; the rest is counted.
const PRINTED_MAX: usize = 1000;
/// The bar on a terminal.
const BAR: usize = 30;

#[derive(Serialize)]
struct Summary {
    created: usize,
    updated: usize,
    unchanged: usize,
    rejected: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    line: u64,
    handle: String,
    reason: String,
}

/// Reads a product file into a shop.
pub(super) fn products(line: &ImportProducts) -> Result<(), Trouble> {
    let bytes = std::fs::read(&line.file).map_err(|cause| {
        Trouble::Input(format!(
            "The file {} cannot be read: {cause}.",
            line.file.display()
        ))
    })?;
    let found = line.place.find()?;
    let db = visit(&found.database)?;
    let shop = named_shop(&db, &line.shop)?;
    let currency = db.read_blocking(shop, shops::current)??.currency;
    let file = csv::read(&bytes, currency).map_err(|why| Trouble::Input(why.to_string()))?;
    if !file.ignored_columns.is_empty() && !line.json {
        eprintln!(
            "Columns that nothing is known of, left out: {}.",
            file.ignored_columns.join(", ")
        );
    }
    let settings = Settings::default();
    let call = system_call(&db, &settings, shop);
    let begun = settings.clock.now();
    let loud = on_terminal() && !line.json;
    let done = catalog::import(&db, &call, file, |done, all| {
        if loud {
            eprint!("\r{}", bar(done, all));
        }
    })?;
    if loud {
        eprintln!();
    }
    db.close();
    let passed = settings.clock.now().micros() - begun.micros();
    let outcome = outcome(&done);
    report(line, done, Duration::from_micros(passed.unsigned_abs()));
    outcome
}

/// Whether a script that looks at the exit status alone may go on.
fn outcome(done: &Imported) -> Result<(), Trouble> {
    match (done.products(), done.rejected.len()) {
        (0, refused @ 1..) => Err(Trouble::NothingImported(refused)),
        _ => Ok(()),
    }
}

/// How far it is, for a terminal.
pub(super) fn bar(done: usize, all: usize) -> String {
    let filled = (BAR * done).checked_div(all).unwrap_or(BAR);
    format!(
        "[{}{}] {done} of {all} products",
        "#".repeat(filled),
        ".".repeat(BAR - filled)
    )
}

fn report(line: &ImportProducts, done: Imported, took: Duration) {
    if line.json {
        let row = |row: csv::Rejected| Row {
            line: row.line,
            handle: row.handle,
            reason: row.reason,
        };
        say_json(&Summary {
            created: done.created,
            updated: done.updated,
            unchanged: done.unchanged,
            rejected: done.rejected.into_iter().map(row).collect(),
        });
        return;
    }
    for row in done.rejected.iter().take(PRINTED_MAX) {
        let about = if row.handle.is_empty() {
            String::new()
        } else {
            format!(" ({})", row.handle)
        };
        eprintln!("Line {}{about}: {}", row.line, row.reason);
    }
    if done.rejected.len() > PRINTED_MAX {
        eprintln!("… and {} more rows.", done.rejected.len() - PRINTED_MAX);
    }
    say(&format!(
        "{} products: {} new, {} changed, {} as they were; {} rows refused; {}.{:01} s.",
        done.products(),
        done.created,
        done.updated,
        done.unchanged,
        done.rejected.len(),
        took.as_secs(),
        took.subsec_millis() / 100,
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_sees_when_nothing_was_imported() {
        let row = csv::Rejected {
            line: 2,
            handle: String::new(),
            reason: String::new(),
        };
        let mut done = Imported::default();
        assert!(outcome(&done).is_ok(), "an empty file is no failure");
        done.rejected.push(row);
        assert_eq!(outcome(&done).unwrap_err().exit_code(), 2);
        done.unchanged = 1;
        assert!(
            outcome(&done).is_ok(),
            "the rows that were refused are named"
        );
    }

    #[test]
    fn the_bar_fills_from_left_to_right() {
        assert_eq!(bar(0, 4), format!("[{}] 0 of 4 products", ".".repeat(30)));
        assert!(bar(4, 4).starts_with(&format!("[{}]", "#".repeat(30))));
        assert!(bar(0, 0).contains("0 of 0"));
    }
}
