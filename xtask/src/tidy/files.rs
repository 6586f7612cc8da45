//! No dead file: every Rust source is reached from some target.

use std::collections::BTreeSet;

use super::source::Source;
use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open = roots(tree);
    while let Some(name) = open.pop() {
        if !reached.insert(name.clone()) {
            continue;
        }
        let Some(source) = tree.sources.iter().find(|source| source.name == name) else {
            continue;
        };
        for module in modules(source, reached_as_root(tree, &name)) {
            let files = module.files.into_iter();
            open.extend(files.filter(|file| tree.names.contains(file)));
        }
    }
    tree.sources
        .iter()
        .filter(|source| !reached.contains(&source.name))
        .map(|source| Finding::new(&source.name, 1, "no `mod` leads to this file"))
        .collect()
}

fn reached_as_root(tree: &Tree, name: &str) -> bool {
    roots(tree).iter().any(|root| root == name)
}

/// The files that Cargo compiles by itself or because a manifest says so.
fn roots(tree: &Tree) -> Vec<String> {
    let mut roots = Vec::new();
    for (manifest, text) in &tree.texts {
        let Some(folder) = folder_of_manifest(manifest) else {
            continue;
        };
        let Ok(table) = text.parse::<toml::Table>() else {
            continue;
        };
        for kind in ["bin", "test", "bench", "example"] {
            let targets = table.get(kind).and_then(toml::Value::as_array);
            let paths = targets
                .into_iter()
                .flatten()
                .filter_map(|target| target.get("path")?.as_str());
            roots.extend(paths.map(|path| format!("{folder}{path}")));
        }
        if let Some(path) = table.get("lib").and_then(|lib| lib.get("path")?.as_str()) {
            roots.push(format!("{folder}{path}"));
        }
        let usual = tree
            .names
            .iter()
            .filter(|name| name.strip_prefix(folder).is_some_and(is_usual_root));
        roots.extend(usual.cloned());
    }
    roots
}

/// The folder of a manifest, with a slash at its end unless it is the root.
fn folder_of_manifest(name: &str) -> Option<&str> {
    let folder = name.strip_suffix("Cargo.toml")?;
    (folder.is_empty() || folder.ends_with('/')).then_some(folder)
}

fn is_usual_root(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["build.rs"] | ["src", "lib.rs" | "main.rs"] | ["src", "bin", _, "main.rs"] => true,
        ["src", "bin", file] | ["tests" | "benches" | "examples", file] => file.ends_with(".rs"),
        ["tests" | "benches" | "examples", _, "main.rs"] => true,
        _ => false,
    }
}

/// The files that only `#[cfg(test)] mod name;` leads to.
pub(super) fn test_files(sources: &[Source]) -> BTreeSet<String> {
    let mut files: BTreeSet<String> = BTreeSet::new();
    loop {
        let known = files.len();
        for source in sources {
            for module in modules(source, is_usual_root_name(&source.name)) {
                if source.is_test(module.at) || files.contains(&source.name) {
                    files.extend(module.files);
                }
            }
        }
        if files.len() == known {
            return files;
        }
    }
}

fn is_usual_root_name(name: &str) -> bool {
    name.ends_with("/lib.rs") || name.ends_with("/main.rs")
}

/// A `mod name;`: where it stands, and the files that it may stand for.
struct Module {
    at: usize,
    files: Vec<String>,
}

fn modules(source: &Source, is_root: bool) -> Vec<Module> {
    let (folder, file) = source.name.rsplit_once('/').unwrap_or(("", &source.name));
    let stem = file.trim_end_matches(".rs");
    let home = if is_root || stem == "mod" {
        folder.to_owned()
    } else {
        format!("{folder}/{stem}")
    };
    source
        .find("mod")
        .into_iter()
        .filter_map(|at| {
            let rest = source.code[at + 3..].trim_start();
            let (name, _) = rest.split_once(';')?;
            let name = name.trim();
            let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
            if name.is_empty() || !name.chars().all(is_name) {
                return None;
            }
            let mut files = vec![format!("{home}/{name}.rs"), format!("{home}/{name}/mod.rs")];
            if let Some(path) = path_attribute(source, at) {
                files.push(format!("{folder}/{path}"));
            }
            Some(Module { at, files })
        })
        .collect()
}

/// The file that a `#[path]` right before a `mod` names.
fn path_attribute(source: &Source, at: usize) -> Option<&str> {
    let attribute = source.code[..at].rfind("#[path")?;
    let (start, path) = source
        .strings
        .iter()
        .find(|(start, _)| *start > attribute)?;
    (*start < at && !source.code[attribute..at].contains(';')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let (rust, other): (Vec<_>, Vec<_>) =
            files.iter().partition(|(name, _)| name.ends_with(".rs"));
        Tree {
            names: files.iter().map(|(name, _)| (*name).to_owned()).collect(),
            sources: rust
                .iter()
                .map(|(name, text)| Source::parse(name, text))
                .collect(),
            texts: other
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn files_that_a_mod_leads_to_are_alive() {
        let tree = tree(&[
            (
                "a/Cargo.toml",
                "[[test]]\nname = \"t\"\npath = \"t/all.rs\"",
            ),
            ("a/src/lib.rs", "mod b;\nmod c { }"),
            ("a/src/b.rs", "mod d;\n#[path = \"else.rs\"]\nmod e;"),
            ("a/src/b/d.rs", ""),
            ("a/src/else.rs", ""),
            ("a/t/all.rs", "mod one;"),
            ("a/t/one.rs", ""),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn files_behind_a_test_mod_are_tests() {
        let sources = [
            Source::parse("a/src/c.rs", "mod d;"),
            Source::parse("a/src/lib.rs", "mod b;\n#[cfg(test)]\nmod c;"),
        ];
        let files = test_files(&sources);
        assert!(files.contains("a/src/c.rs") && files.contains("a/src/c/d.rs"));
        assert!(!files.contains("a/src/b.rs"));
    }

    #[test]
    fn a_file_without_a_mod_is_dead() {
        let tree = tree(&[
            ("a/Cargo.toml", ""),
            ("a/src/lib.rs", "// mod b;"),
            ("a/src/b.rs", ""),
        ]);
        assert_eq!(check(&tree).len(), 1);
    }
}
