//! How statements may read: by an index, in a large shop as in a small one.

use std::collections::BTreeMap;

use crate::shop::Engine;

/// Tables that have few rows in every shop, or in every shop of whatever size: reading one whole is no fault.
const SMALL_TABLES: [&str; 0] = [];

/// A line for every statement that reads a whole table, or a whole shop.
pub(crate) fn faults(engine: Engine, plans: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let reads_all = |line: &&String| match engine {
        Engine::Sqlite => sqlite_reads_all(line),
        Engine::Postgres => line.contains("Seq Scan on "),
    };
    let small = |line: &&String| {
        let mut words = line.split_whitespace();
        !words.any(|word| SMALL_TABLES.contains(&word))
    };
    plans
        .iter()
        .filter_map(|(text, plan)| {
            let line = plan.iter().filter(reads_all).find(small)?;
            Some(format!("{line}\n    in {text}"))
        })
        .collect()
}

/// A scan of a table or an index, or a search that knows nothing but the shop.
fn sqlite_reads_all(line: &str) -> bool {
    let scan = line.starts_with("SCAN ") && !line.contains("VIRTUAL TABLE") && !line.contains("CONSTANT ROW");
    scan || line.ends_with("(shop_id=?)")
}
