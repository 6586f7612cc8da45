//! How statements may read what grows with a shop: by an index that finds the rows, or that has their order.

use std::collections::BTreeMap;

use crate::shop::Engine;

/// Lists of all that a word is in: a database may well read a table along with them.
const OF_A_WORD: &str = "IN (SELECT s.owner_id FROM search_terms s";

/// The next products of a list, a fixed number of them.
const AHEAD: &str = "p.id IN (SELECT p.id FROM products p";

/// A line for every statement that reads a whole table, or all of a shop in it. PostgreSQL may do so with tables that
/// are not `long`.
pub(crate) fn faults(
    engine: Engine,
    plans: &BTreeMap<String, Vec<String>>,
    long: &[String],
) -> Vec<String> {
    plans
        .iter()
        .filter_map(|(text, plan)| {
            if text.contains(OF_A_WORD) || text.contains(AHEAD) {
                return None;
            }
            let line = match engine {
                Engine::Sqlite => sqlite_fault(text, plan),
                Engine::Postgres => postgres_fault(plan, long),
            };
            Some(format!("{}\n    in {text}", line?))
        })
        .collect()
}

fn postgres_fault<'p>(plan: &'p [String], long: &[String]) -> Option<&'p String> {
    plan.iter().find(|line| {
        let scanned = line.split_once("Seq Scan on ");
        let table = scanned.and_then(|(_, rest)| rest.split_whitespace().next());
        table.is_some_and(|table| long.iter().any(|name| name == table))
    })
}

fn sqlite_fault<'p>(text: &str, plan: &'p [String]) -> Option<&'p String> {
    let sorts = plan.iter().any(|line| line.starts_with("USE TEMP B-TREE"));
    // Whoever reads in an index's order stops when there is enough.
    let stops = text.contains("ORDER BY") && text.contains("LIMIT") && !sorts;
    plan.iter().find(|line| {
        let mut words = line.split_whitespace();
        let verb = words.next();
        let grown = words
            .next()
            .is_some_and(|name| is_of_grown_table(text, name));
        grown && (verb == Some("SCAN") || line.ends_with("(shop_id=?)") && !stops)
    })
}

/// Whether a name in a plan is that of a table that grows, or stands for one in the text.
fn is_of_grown_table(text: &str, name: &str) -> bool {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let stands_for = |pair: &[&str]| fixtures::is_grown(pair[0]) && pair[1] == name;
    fixtures::is_grown(name) || words.windows(2).any(stands_for)
}
