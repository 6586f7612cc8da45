//! Words and attributes that have no place in the tree.

use super::crates::crate_of;
use super::source::{Source, find_words, line_of};
use super::{Finding, Tree};

/// The one file that may read the environment.
const CONFIG: &str = "crates/server/src/config.rs";

/// Hosts of package registries, and folders of one machine: a checkout works
/// anywhere, with whatever registries its owner has set up. The words are cut in
/// two here, so that this list does not find itself.
const PLACES: &[&str] = &[
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("files.", "pythonhosted.org"),
    concat!("pypi", ".org"),
    concat!("deb.", "debian.org"),
    concat!("arti", "factory"),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
];

const MARKS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, text) in &tree.texts {
        findings.extend(places(name, text));
    }
    for source in &tree.sources {
        let texts = source.comments.iter().chain(&source.strings);
        for (at, text) in texts {
            let line = source.line(*at) - 1;
            findings.extend(
                places(&source.name, text)
                    .into_iter()
                    .map(|finding| Finding {
                        line: finding.line + line,
                        ..finding
                    }),
            );
        }
        findings.extend(marks(source));
        findings.extend(code(source));
    }
    findings
}

fn places(name: &str, text: &str) -> Vec<Finding> {
    // Cargo writes the name of its index into the lock file by itself.
    if name == "Cargo.lock" {
        return Vec::new();
    }
    PLACES
        .iter()
        .flat_map(|word| text.match_indices(word).map(move |(at, _)| (at, word)))
        .map(|(at, word)| {
            let message = format!("`{word}` names a place that others do not have");
            Finding::new(name, line_of(text, at), message)
        })
        .collect()
}

fn marks(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, text) in &source.comments {
        for word in MARKS
            .iter()
            .filter(|word| !find_words(text, word).is_empty())
        {
            let message = format!("`{word}`: do it, or write down why it is as it is");
            findings.push(Finding::new(&source.name, source.line(*at), message));
        }
    }
    findings
}

fn code(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |at: usize, message: &str| {
        findings.push(Finding::new(&source.name, source.line(at), message));
    };
    for attribute in ["#[allow(", "#![allow("] {
        for at in source.find(attribute) {
            add(
                at,
                "write `#[expect(…, reason = \"…\")]` instead of `allow`",
            );
        }
    }
    for at in source.find("#[ignore") {
        add(
            at,
            "no test is ignored: assert what happens today, and say why",
        );
    }
    let Some(krate) = crate_of(&source.name) else {
        return findings;
    };
    // Examples are tools of the developer, as tests are.
    let is_tool = ["/tests/", "/examples/", "/benches/"]
        .iter()
        .any(|folder| source.name.contains(folder));
    let in_product = |at: &usize| !is_tool && !source.is_test(*at);
    if source.name != CONFIG {
        for word in [
            "env::var",
            "env::vars",
            "env::var_os",
            "env::vars_os",
            "env =",
        ] {
            for at in source.find(word).into_iter().filter(in_product) {
                add(
                    at,
                    "the environment is read in `server/src/config.rs` alone",
                );
            }
        }
    }
    for at in source.find(".unwrap()").into_iter().filter(in_product) {
        add(
            at,
            "write `expect(\"why it cannot fail\")` or hand the error on",
        );
    }
    if krate != "server" {
        for at in source.find("println!").into_iter().filter(in_product) {
            add(
                at,
                "only the command line prints; elsewhere it is a log line",
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, text: &str) -> usize {
        let source = Source::parse(name, text);
        code(&source).len() + marks(&source).len()
    }

    #[test]
    fn attributes_that_hide_something_are_found() {
        assert_eq!(
            findings("crates/a/src/lib.rs", "#[allow(dead_code)]\nfn a() {}"),
            1
        );
        assert_eq!(
            findings("crates/a/src/lib.rs", "#[expect(dead_code, reason = \"\")]"),
            0
        );
        assert_eq!(findings("tests/a.rs", "#[ignore]\nfn a() {}"), 1);
    }

    #[test]
    fn the_environment_is_read_in_one_file() {
        let text = "let a = std::env::var(\"A\");";
        assert_eq!(findings("crates/api/src/lib.rs", text), 1);
        assert_eq!(findings(CONFIG, text), 0);
        assert_eq!(findings("xtask/src/main.rs", text), 0);
    }

    #[test]
    fn unwrapping_is_for_tests() {
        assert_eq!(findings("crates/a/src/lib.rs", "a.unwrap()"), 1);
        assert_eq!(
            findings(
                "crates/a/src/lib.rs",
                "#[cfg(test)]\nmod tests { fn b() { a.unwrap() } }"
            ),
            0
        );
        assert_eq!(findings("tests/scenario/a.rs", "a.unwrap()"), 0);
    }

    #[test]
    fn a_mark_counts_in_a_comment_only() {
        let mark = MARKS[0];
        assert_eq!(
            findings("crates/a/src/lib.rs", &format!("// {mark}: later")),
            1
        );
        assert_eq!(
            findings("crates/a/src/lib.rs", &format!("f(\"{mark}\")")),
            0
        );
    }

    #[test]
    fn places_of_one_machine_are_found_with_their_line() {
        let text = format!("a\nb {} c", PLACES[0]);
        assert_eq!(places("README.md", &text)[0].line, 2);
        assert_eq!(places("Cargo.lock", &text), []);
    }
}
