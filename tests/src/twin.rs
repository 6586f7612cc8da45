//! A shop with the same ids as another: what one of them must never show of the other.
//!
//! Ids are unique across shops, and a query that forgets its shop would never be
//! noticed. So the rows of a shop are copied under another shop's id, as they are.

use std::sync::Arc;

use fixtures::{Table, tables};
use store::{Db, Dialect, StoreError, Tx};
use units::ShopId;

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

fn insert(tx: &mut Tx, tables: &[Table], rows: &[Vec<String>]) -> Result<(), StoreError> {
    for Table { name, .. } in tables.iter().rev() {
        tx.execute(&format!("DELETE FROM {name} WHERE shop_id = $shop"), ())?;
    }
    for (Table { name, columns }, rows) in tables.iter().zip(rows) {
        let columns = columns.join(", ");
        for row in rows {
            let text = format!("INSERT INTO {name} (shop_id, {columns}) VALUES ($shop, {row})");
            tx.execute(&text, ())?;
        }
    }
    Ok(())
}

/// Every row of every table, as the literals of an `INSERT`.
fn literals(tx: &mut Tx, tables: &[Table]) -> Result<Vec<Vec<String>>, StoreError> {
    let quote = match tx.dialect() {
        Dialect::Sqlite => "quote",
        Dialect::Postgres => "quote_nullable",
    };
    tables
        .iter()
        .map(|Table { name, columns }| {
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
