//! A shop with the same ids as another: what one of them must never show of the other.
//!
//! Ids are unique across shops, and a query that forgets its shop would never be
//! noticed. So the rows of a shop are copied under another shop's id, as they are.

use std::sync::Arc;

use store::{Db, Dialect, StoreError, Tx};
use units::ShopId;

/// The tables with a `shop_id`, in the order of the migrations, and their other columns.
fn tables() -> Tables {
    let mut tables = Vec::new();
    for migration in commerce::MIGRATIONS {
        for table in migration.sql.split("CREATE TABLE ").skip(1) {
            let Some((name, rest)) = table.split_once('(') else {
                continue;
            };
            let columns: Vec<String> = rest
                .lines()
                .take_while(|line| !line.starts_with(");"))
                .filter_map(|line| line.split_whitespace().next())
                .filter(|word| {
                    word.chars().all(|letter| {
                        letter.is_ascii_lowercase() || letter == '_' || letter.is_ascii_digit()
                    })
                })
                .map(str::to_owned)
                .collect();
            if columns.iter().any(|column| column == "shop_id") {
                let others = columns.into_iter().filter(|column| column != "shop_id");
                tables.push((name.trim().to_owned(), others.collect()));
            }
        }
    }
    tables
}

/// A table's name and its columns.
type Tables = Vec<(String, Vec<String>)>;

/// Copies all rows of one shop to another, whose own rows are removed first.
///
/// # Panics
/// When the store refuses.
pub(crate) fn copy(db: &Db, from: ShopId, to: ShopId) {
    let tables = Arc::new(tables());
    let read = Arc::clone(&tables);
    let rows = db
        .read_blocking(from, move |tx| literals(tx, &read))
        .and_then(|rows| rows)
        .expect("a shop can be read");
    db.write_blocking(to, move |tx| insert(tx, &tables, &rows))
        .expect("a shop can be copied");
}

fn insert(tx: &mut Tx, tables: &Tables, rows: &[Vec<String>]) -> Result<(), StoreError> {
    for (name, _) in tables.iter().rev() {
        tx.execute(&format!("DELETE FROM {name} WHERE shop_id = $shop"), ())?;
    }
    for ((name, columns), rows) in tables.iter().zip(rows) {
        let columns = columns.join(", ");
        for row in rows {
            let text = format!("INSERT INTO {name} (shop_id, {columns}) VALUES ($shop, {row})");
            tx.execute(&text, ())?;
        }
    }
    Ok(())
}

/// Every row of every table, as the literals of an `INSERT`.
fn literals(tx: &mut Tx, tables: &Tables) -> Result<Vec<Vec<String>>, StoreError> {
    let quote = match tx.dialect() {
        Dialect::Sqlite => "quote",
        Dialect::Postgres => "quote_nullable",
    };
    tables
        .iter()
        .map(|(name, columns)| {
            let quoted: Vec<String> = columns
                .iter()
                .map(|column| format!("{quote}({column})"))
                .collect();
            let row = quoted.join(" || ', ' || ");
            tx.all(
                &format!("SELECT {row} FROM {name} WHERE shop_id = $shop"),
                (),
            )
        })
        .collect()
}
