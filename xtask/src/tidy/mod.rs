//! The rules of the house that neither rustc nor Clippy can check.
//!
//! The checks read text, not types: comments and string literals are told apart
//! from code first, and then each rule looks for one plain thing.

mod areas;
mod crates;
mod docs;
mod files;
mod shape;
mod source;
mod words;

use std::fmt;
use std::path::Path;

use crate::tree;
use source::Source;

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Finding {
            file: file.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// The files of the tree, read once for all rules.
struct Tree {
    /// Every file, as git names it.
    names: Vec<String>,
    /// The Rust sources, parsed.
    sources: Vec<Source>,
    /// Every other text: manifests, documents, scripts, schemas.
    texts: Vec<(String, String)>,
}

impl Tree {
    fn read(root: &Path) -> Result<Self, String> {
        let names = tree::files(root)?;
        let mut sources = Vec::new();
        let mut texts = Vec::new();
        for name in &names {
            // What is not UTF-8 is a picture, and nothing here concerns it.
            let Ok(text) = std::fs::read_to_string(root.join(name)) else {
                continue;
            };
            if name.ends_with(".rs") {
                sources.push(Source::parse(name, &text));
            } else {
                texts.push((name.clone(), text));
            }
        }
        let tests = files::test_files(&sources);
        for source in sources
            .iter_mut()
            .filter(|source| tests.contains(&source.name))
        {
            source.mark_as_test();
        }
        Ok(Tree {
            names,
            sources,
            texts,
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        let (_, text) = self.texts.iter().find(|(file, _)| file == name)?;
        Some(text)
    }
}

/// `cargo xtask tidy`.
///
/// # Errors
/// Every place that breaks a rule, one a line.
pub(crate) fn command(root: &Path) -> Result<(), String> {
    let tree = Tree::read(root)?;
    let mut findings = Vec::new();
    findings.extend(tree.sources.iter().flat_map(shape::check));
    findings.extend(files::check(&tree));
    findings.extend(crates::check(&tree)?);
    findings.extend(areas::check(&tree));
    findings.extend(words::check(&tree));
    findings.extend(docs::check(&tree));
    findings.sort();
    findings.dedup();
    if findings.is_empty() {
        println!("{} files are tidy.", tree.names.len());
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    Err(lines.join("\n"))
}
