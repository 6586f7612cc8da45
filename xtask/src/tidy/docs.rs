//! Links in documents lead somewhere, and the paths they name exist.

use super::{Finding, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, text) in tree.texts.iter().filter(|(name, _)| name.ends_with(".md")) {
        for (line, text) in prose(text) {
            for target in links(text) {
                if let Some(message) = broken(tree, name, target) {
                    findings.push(Finding::new(name, line, message));
                }
            }
            for path in paths(tree, text) {
                if !exists(tree, path.trim_end_matches('/')) {
                    let message = format!("there is no `{path}`");
                    findings.push(Finding::new(name, line, message));
                }
            }
        }
    }
    findings
}

/// The numbered lines of a document outside its fenced examples.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// The targets of the inline links of a line.
fn links(line: &str) -> Vec<&str> {
    line.match_indices("](")
        .filter_map(|(at, _)| {
            let (target, _) = line[at + 2..].split_once(')')?;
            Some(target.split_whitespace().next().unwrap_or(target))
        })
        .collect()
}

/// What is wrong with a link from a document, if anything.
fn broken(tree: &Tree, from: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() {
        from.to_owned()
    } else {
        resolve(from, path)
    };
    if !exists(tree, &file) {
        return Some(format!("the link to `{target}` leads nowhere"));
    }
    if anchor.is_empty() || !file.ends_with(".md") {
        return None;
    }
    let text = tree.text(&file)?;
    let has = prose(text)
        .iter()
        .any(|(_, line)| line.starts_with('#') && slug(line) == anchor);
    (!has).then(|| format!("`{file}` has no heading `#{anchor}`"))
}

fn exists(tree: &Tree, path: &str) -> bool {
    let folder = format!("{path}/");
    tree.names
        .iter()
        .any(|name| name == path || name.starts_with(&folder))
}

/// A relative path seen from a document, from the root.
fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchor of a heading: lower case, spaces to hyphens, punctuation dropped.
fn slug(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            letter if letter.is_alphanumeric() => Some(letter),
            _ => None,
        })
        .collect()
}

/// What stands in backticks and looks like a path of this tree: it begins with
/// one of its folders and holds nothing that stands for something else.
fn paths<'a>(tree: &Tree, line: &'a str) -> Vec<&'a str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|text| {
            let plain = text
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter));
            let first = text.split_once('/').map(|(first, _)| format!("{first}/"));
            let ours =
                first.is_some_and(|first| tree.names.iter().any(|name| name.starts_with(&first)));
            plain && ours && !is_generated(text)
        })
        .collect()
}

/// Folders that a run makes and no checkout has.
fn is_generated(path: &str) -> bool {
    ["tests/artifacts", "target/", "data/"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(readme: &str) -> Tree {
        Tree {
            names: [
                "README.md",
                "docs/adr/0001-lanes.md",
                "crates/store/src/lib.rs",
            ]
            .map(str::to_owned)
            .to_vec(),
            sources: Vec::new(),
            texts: vec![
                ("README.md".to_owned(), readme.to_owned()),
                (
                    "docs/adr/0001-lanes.md".to_owned(),
                    "# Write lanes, one per shop\n[up](../../README.md)".to_owned(),
                ),
            ],
        }
    }

    fn findings(readme: &str) -> Vec<String> {
        check(&tree(readme))
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn links_to_files_folders_and_headings_hold() {
        let text = "[a](docs/adr/0001-lanes.md#write-lanes-one-per-shop) [b](docs/adr) [c](https://example.com/x)";
        assert_eq!(findings(text), Vec::<String>::new());
    }

    #[test]
    fn a_link_into_the_void_is_found() {
        assert_eq!(findings("[a](docs/none.md)").len(), 1);
        assert_eq!(findings("[a](docs/adr/0001-lanes.md#gone)").len(), 1);
        assert_eq!(
            findings("```\n[a](docs/none.md)\n```"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_path_that_a_document_names_exists() {
        assert_eq!(
            findings(
                "`crates/store/src/lib.rs`, `crates/store/`, `docs/adr/NNNN-….md`, `POST /api`"
            ),
            Vec::<String>::new()
        );
        assert_eq!(findings("`crates/store/src/gone.rs`").len(), 1);
    }
}
