//! Runs cases of the public conformance suites: one JSON object a line.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Deserialize;
use stockroom_liquid::{
    Clock, Engine, Error, ErrorKind, Loader, Map, Mode, Render, Result, Template,
};

/// The clock of the suites: 2024-01-01 00:01:58 UTC.
const NOW: i64 = 1_704_067_318;

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) suite: String,
    template: String,
    #[serde(default)]
    data: Map,
    #[serde(default)]
    templates: BTreeMap<String, String>,
    mode: Option<String>,
    #[serde(default)]
    inline_errors: bool,
    results: Option<Vec<String>>,
    result_pattern: Option<String>,
    errors: Option<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    #[serde(default)]
    any: bool,
    parse_error: Option<Vec<String>>,
    render_error: Option<Vec<String>>,
    output: Option<Vec<String>>,
    line: Option<u32>,
}

/// What a template came to.
enum Outcome {
    Printed(String),
    NotParsed(Error),
    NotRendered(Error),
}

impl Case {
    /// Runs the case.
    ///
    /// # Errors
    /// What was expected and what came instead.
    pub(crate) fn run(&self) -> std::result::Result<(), String> {
        let outcome =
            catch_unwind(AssertUnwindSafe(|| self.outcome())).map_err(|_| "panicked".to_owned())?;
        if self.fits(&outcome) {
            return Ok(());
        }
        Err(match outcome {
            Outcome::Printed(text) => format!("printed {text:?}"),
            Outcome::NotParsed(error) => format!("did not parse: {error}"),
            Outcome::NotRendered(error) => format!("did not render: {error}"),
        })
    }

    /// What the case wants, for a person to read.
    pub(crate) fn wants(&self) -> String {
        match (&self.results, &self.result_pattern, &self.errors) {
            (Some(results), _, _) => format!("{results:?}"),
            (_, Some(pattern), _) => format!("/{pattern}/"),
            (_, _, Some(errors)) => format!(
                "any {} parse {:?} render {:?} output {:?}",
                errors.any, errors.parse_error, errors.render_error, errors.output
            ),
            _ => "nothing".to_owned(),
        }
    }

    /// The template, for a person to read.
    pub(crate) fn template(&self) -> String {
        format!(
            "{:?} with {:?} and {:?}",
            self.template, self.data, self.templates
        )
    }

    fn outcome(&self) -> Outcome {
        let engine = Engine::new().mode(match self.mode.as_deref() {
            Some("lax") => Mode::Lax,
            Some("warn") => Mode::Warn,
            Some("strict") => Mode::Strict,
            _ => Mode::Strict2,
        });
        let template = match engine.parse(&self.template) {
            Ok(template) => template,
            Err(error) if self.inline_errors => return Outcome::Printed(error.to_string()),
            Err(error) => return Outcome::NotParsed(error),
        };
        let partials = Folder {
            engine: &engine,
            files: &self.templates,
        };
        let clock = Clock::new(NOW, "UTC").expect("the clock of the suites is in range");
        let mut render = Render::new(&template)
            .data(&self.data)
            .partials(&partials)
            .clock(&clock);
        if !self.inline_errors {
            render = render.raising();
        }
        match render.to_string() {
            Ok(text) => Outcome::Printed(text),
            Err(error) => Outcome::NotRendered(error),
        }
    }

    fn fits(&self, outcome: &Outcome) -> bool {
        if let (Some(results), Outcome::Printed(text)) = (&self.results, outcome) {
            return results.contains(text);
        }
        if let (Some(pattern), Outcome::Printed(text)) = (&self.result_pattern, outcome) {
            return pattern_fits(pattern, text);
        }
        let Some(expected) = &self.errors else {
            return false;
        };
        if expected.any {
            return !matches!(outcome, Outcome::Printed(text) if !text.contains("Liquid"));
        }
        let all = |patterns: &Option<Vec<String>>, text: &str| {
            patterns
                .as_ref()
                .is_some_and(|patterns| patterns.iter().all(|pattern| pattern_fits(pattern, text)))
        };
        match outcome {
            Outcome::Printed(text) => all(&expected.output, text),
            Outcome::NotParsed(error) => {
                all(&expected.parse_error, &described(error)) && line_fits(expected, error)
            }
            Outcome::NotRendered(error) => {
                all(&expected.render_error, &described(error)) && line_fits(expected, error)
            }
        }
    }
}

fn line_fits(expected: &Expected, error: &Error) -> bool {
    expected.line.is_none() || expected.line == error.line()
}

/// The message with the reference's name for its kind, which some cases ask
/// for.
fn described(error: &Error) -> String {
    let class = match error.kind() {
        ErrorKind::Syntax => "Liquid::SyntaxError",
        ErrorKind::Argument => "Liquid::ArgumentError",
        _ => "Liquid::Error",
    };
    format!("{class}: {error}")
}

/// Patterns are plain texts, but for `.*` and a few escaped letters; their case
/// does not count.
fn pattern_fits(pattern: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let pattern = pattern.to_lowercase();
    let mut at = 0;
    pattern.split(".*").all(|part| {
        let part = part
            .replace("\\(", "(")
            .replace("\\)", ")")
            .replace("\\.", ".");
        match text[at..].find(&part) {
            Some(found) => {
                at += found + part.len();
                true
            }
            None => false,
        }
    })
}

/// Partials by name, whatever the case of their letters, with or without the
/// ending `.liquid`.
struct Folder<'c> {
    engine: &'c Engine,
    files: &'c BTreeMap<String, String>,
}

impl Loader for Folder<'_> {
    fn load(&self, name: &str) -> Result<Arc<Template>> {
        let plain = |name: &str| {
            let name = name.to_lowercase();
            name.strip_suffix(".liquid")
                .map(str::to_owned)
                .unwrap_or(name)
        };
        let wanted = plain(name);
        let source = self.files.get(name).or_else(|| {
            let mut files = self.files.iter();
            files
                .find(|(file, _)| plain(file) == wanted)
                .map(|(_, source)| source)
        });
        match source {
            Some(source) => self.engine.parse_named(name, source).map(Arc::new),
            None => Err(self.not_found(name)),
        }
    }
}
