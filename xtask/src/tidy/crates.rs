//! The arrows between crates, and what must not stand in some of them.

use super::source::{Source, find_words};
use super::{Finding, Tree};

/// What each crate may import of the workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("liquid", &[]),
    ("graphql", &[]),
    ("functions", &[]),
    ("pricing", &["units"]),
    ("store", &["units"]),
    ("commerce", &["units", "pricing", "functions", "store"]),
    ("outbound", &["units", "commerce"]),
    ("blobs", &["outbound"]),
    (
        "jobs",
        &[
            "units",
            "blobs",
            "commerce",
            "outbound",
            "storefront",
            "store",
        ],
    ),
    ("api", &["units", "graphql", "commerce", "store"]),
    ("storefront", &["units", "commerce", "liquid", "store"]),
    ("admin", &["units", "commerce", "store"]),
];

/// The domain is plain functions: nothing that knows a network or a future.
const FOREIGN_TO_COMMERCE: &[&str] = &[
    "apollo-compiler",
    "axum",
    "futures",
    "http",
    "hyper",
    "reqwest",
    "tokio",
    "tower",
];

/// Only `outbound` speaks to other machines.
const CLIENTS: &[&str] = &["reqwest", "ureq", "hyper-rustls"];

const SQL_FREE: &[&str] = &["api", "storefront", "admin"];

pub(super) fn check(tree: &Tree) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for (name, text) in &tree.texts {
        let Some(krate) = crate_of(name) else {
            continue;
        };
        if name.ends_with("/Cargo.toml") {
            let manifest = text
                .parse()
                .map_err(|error| format!("{name} cannot be read: {error}"))?;
            findings.extend(arrows(name, krate, &manifest));
        }
    }
    for source in &tree.sources {
        match crate_of(&source.name) {
            // Examples measure the domain from the edge.
            Some("commerce") if !source.name.contains("/examples/") => {
                findings.extend(waiting(source));
            }
            Some(krate) if SQL_FREE.contains(&krate) => findings.extend(sql(source)),
            _ => {}
        }
    }
    Ok(findings)
}

/// The crate that a file belongs to, if it stands under `crates/`.
pub(super) fn crate_of(name: &str) -> Option<&str> {
    let (krate, _) = name.strip_prefix("crates/")?.split_once('/')?;
    Some(krate)
}

fn arrows(file: &str, krate: &str, manifest: &toml::Table) -> Vec<Finding> {
    let dependencies: Vec<&str> = ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|table| manifest.get(*table)?.as_table())
        .flat_map(|table| table.keys().map(String::as_str))
        .collect();
    let mut findings = Vec::new();
    if krate != "server" {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == krate) else {
            let message = format!("the table of arrows does not know `{krate}`");
            return vec![Finding::new(file, 1, message)];
        };
        let ours = |name: &str| name == "server" || ARROWS.iter().any(|(ours, _)| *ours == name);
        for name in &dependencies {
            if ours(name) && !allowed.contains(name) {
                let message = format!("`{krate}` must not import `{name}`");
                findings.push(Finding::new(file, 1, message));
            }
        }
    }
    for name in dependencies {
        if krate == "commerce" && FOREIGN_TO_COMMERCE.contains(&name) {
            let message = format!("the domain must not know `{name}`");
            findings.push(Finding::new(file, 1, message));
        }
        if krate != "outbound" && CLIENTS.contains(&name) {
            let message = format!("only `outbound` may use the client `{name}`");
            findings.push(Finding::new(file, 1, message));
        }
    }
    findings
}

fn waiting(source: &Source) -> Vec<Finding> {
    ["async", ".await"]
        .iter()
        .flat_map(|word| source.find(word))
        .map(|at| {
            let message = "the domain does not wait: `async` belongs at the edge";
            Finding::new(&source.name, source.line(at), message)
        })
        .collect()
}

fn sql(source: &Source) -> Vec<Finding> {
    source
        .strings
        .iter()
        .filter(|(at, text)| is_sql(text) && !source.is_test(*at))
        .map(|(at, _)| {
            let message = "SQL stands in the `sql.rs` of an area of `commerce`";
            Finding::new(&source.name, source.line(*at), message)
        })
        .collect()
}

/// Whether a string literal holds a statement; the key words are in capitals
/// everywhere in the tree, and prose is not.
fn is_sql(text: &str) -> bool {
    let has = |word: &str| !find_words(text, word).is_empty();
    (has("SELECT") && has("FROM"))
        || has("INSERT INTO")
        || has("DELETE FROM")
        || (has("UPDATE") && has("SET"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(krate: &str, manifest: &str) -> usize {
        arrows("Cargo.toml", krate, &manifest.parse().unwrap()).len()
    }

    #[test]
    fn an_arrow_that_the_table_draws_is_free() {
        assert_eq!(
            findings("api", "[dependencies]\ncommerce.workspace = true"),
            0
        );
        assert_eq!(
            findings("server", "[dependencies]\napi.workspace = true"),
            0
        );
    }

    #[test]
    fn an_arrow_against_the_table_is_found() {
        assert_eq!(
            findings("store", "[dependencies]\ncommerce.workspace = true"),
            1
        );
        assert_eq!(
            findings("api", "[dependencies]\nstorefront.workspace = true"),
            1
        );
        assert_eq!(findings("warehouse", "[dependencies]"), 1);
    }

    #[test]
    fn the_domain_knows_no_network() {
        assert_eq!(findings("commerce", "[dependencies]\ntokio = \"1\""), 1);
        assert_eq!(findings("api", "[dependencies]\nreqwest = \"1\""), 1);
        assert_eq!(findings("outbound", "[dependencies]\nreqwest = \"1\""), 0);
        let source = Source::parse("a.rs", "// async\nasync fn a() { b().await }");
        assert_eq!(waiting(&source).len(), 2);
    }

    #[test]
    fn statements_are_told_from_prose() {
        assert!(is_sql("SELECT id\n FROM products"));
        assert!(is_sql("UPDATE products SET title = $1"));
        assert!(!is_sql("Select a product from the list"));
        assert!(!is_sql("UPDATE"));
    }
}
