//! The order of the domain's areas: each imports only those before it.
//!
//! The order stands in the documentation of `commerce`'s `lib.rs`, in lines
//! that hold nothing but names in backticks; without such a list it is the
//! order in which `lib.rs` declares its modules.

use super::source::Source;
use super::{Finding, Tree};

const LIB: &str = "crates/commerce/src/lib.rs";
const FOLDER: &str = "crates/commerce/src/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(lib) = tree.sources.iter().find(|source| source.name == LIB) else {
        return Vec::new();
    };
    let declared = declared(lib);
    let listed = listed(lib);
    let mut findings = Vec::new();
    if !listed.is_empty() {
        for area in declared.iter().filter(|area| !listed.contains(area)) {
            let message = format!("the list of areas lacks `{area}`");
            findings.push(Finding::new(LIB, 1, message));
        }
        for area in listed.iter().filter(|area| !declared.contains(area)) {
            let message = format!("the list names `{area}`, which is no module");
            findings.push(Finding::new(LIB, 1, message));
        }
        for (at, area) in listed.iter().enumerate() {
            if listed[..at].contains(area) {
                let message = format!("the list names `{area}` twice");
                findings.push(Finding::new(LIB, 1, message));
            }
        }
    }
    let order = if listed.is_empty() { declared } else { listed };
    for source in &tree.sources {
        findings.extend(against(source, &order));
    }
    findings
}

fn declared(lib: &Source) -> Vec<String> {
    lib.find("mod")
        .into_iter()
        .filter(|at| !lib.is_test(*at))
        .filter_map(|at| {
            let (name, _) = lib.code[at + 3..].split_once([';', '{'])?;
            Some(name.trim().to_owned())
        })
        .collect()
}

fn listed(lib: &Source) -> Vec<String> {
    lib.comments
        .iter()
        .filter_map(|(_, text)| text.strip_prefix("//!"))
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| {
            !words.is_empty() && words.iter().all(|word| name_in_backticks(word).is_some())
        })
        .flatten()
        .filter_map(name_in_backticks)
        .map(str::to_owned)
        .collect()
}

fn name_in_backticks(word: &str) -> Option<&str> {
    let name = word.trim_end_matches([',', '.']);
    let name = name.strip_prefix('`')?.strip_suffix('`')?;
    name.chars()
        .all(|letter| letter.is_ascii_lowercase() || letter == '_')
        .then_some(name)
}

/// The imports of a file that go down the list.
fn against(source: &Source, order: &[String]) -> Vec<Finding> {
    let Some(path) = source.name.strip_prefix(FOLDER) else {
        return Vec::new();
    };
    let area = path.split(['/', '.']).next().unwrap_or_default();
    let Some(place) = order.iter().position(|name| name == area) else {
        return Vec::new();
    };
    imports(source)
        .into_iter()
        .filter(|(at, _)| !source.is_test(*at))
        .filter(|(_, other)| order.iter().position(|name| name == other) > Some(place))
        .map(|(at, other)| {
            let message = format!("`{area}` stands before `{other}` and must not import it");
            Finding::new(&source.name, source.line(at), message)
        })
        .collect()
}

/// The first names behind each `crate::`, also inside `crate::{…}`.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut imports = Vec::new();
    for at in source.find("crate::") {
        let rest = &source.code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                for name in heads(group) {
                    imports.push((at, name));
                }
            }
            None => imports.push((at, head(rest))),
        }
    }
    imports
}

fn head(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// The first name of every entry of a `use` group, which is open already.
fn heads(group: &str) -> Vec<String> {
    let mut names = vec![head(group)];
    let mut depth = 1_usize;
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(head(&group[at + 1..])),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lib() -> Source {
        Source::parse(
            LIB,
            "//! Areas, in order:\n//!\n//! `shops` `catalog`,\n//! `orders`\nmod catalog;\nmod orders;\nmod shops;",
        )
    }

    fn tree(files: &[(&str, &str)]) -> Tree {
        let mut sources = vec![lib()];
        sources.extend(
            files
                .iter()
                .map(|(name, text)| Source::parse(&format!("{FOLDER}{name}"), text)),
        );
        Tree {
            names: Vec::new(),
            sources,
            texts: Vec::new(),
        }
    }

    #[test]
    fn the_documentation_gives_the_order() {
        assert_eq!(listed(&lib()), ["shops", "catalog", "orders"]);
        assert_eq!(declared(&lib()), ["catalog", "orders", "shops"]);
    }

    #[test]
    fn an_area_has_one_place() {
        let twice = "//! `shops` `orders` `shops`\nmod orders;\nmod shops;";
        let tree = Tree {
            names: Vec::new(),
            sources: vec![Source::parse(LIB, twice)],
            texts: Vec::new(),
        };
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn imports_go_up_the_list() {
        let tree = tree(&[
            ("orders/create.rs", "use crate::catalog::Product;"),
            (
                "catalog/mod.rs",
                "use crate::{Call, shops::{Shop, orders}};",
            ),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn an_import_down_the_list_is_found() {
        let tree = tree(&[
            ("catalog/sql.rs", "fn a() { crate::orders::sql::b() }"),
            (
                "shops.rs",
                "use crate::{\n    Call,\n    catalog::Product,\n};",
            ),
            (
                "catalog/a.rs",
                "#[cfg(test)]\nmod tests { use crate::orders; }",
            ),
        ]);
        assert_eq!(check(&tree).len(), 2);
    }
}
