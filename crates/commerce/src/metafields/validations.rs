//! What a definition asks of its values beyond their type.
//!
//! The options and the types that take them are those of the public list of validation options.

use std::borrow::Cow;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{FromColumn, Param, ToParam};
use units::{Gid, MetaobjectDefinitionId, Timestamp};

use super::types::ValueError;
use super::{measure_units, measures};

/// Options of one definition, at most.
const OPTIONS_MAX: usize = 16;
/// Choices of one definition, at most.
const CHOICES_MAX: usize = 128;
/// Characters of an option's value, at most.
const OPTION_CHARS_MAX: usize = 300_000;
/// Bytes that a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// One option: `max`, `10`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// The option's name.
    pub name: String,
    /// Its value, as text.
    pub value: String,
}

/// A definition's options, kept as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Validations(pub Vec<Validation>);

/// Why an option is none of its type's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// Not an option of the type.
    #[error("Validations contains an unknown option for the type {1}: {0}")]
    Unknown(String, String),
    /// Twice the same.
    #[error("Validations has duplicated option {0}")]
    Duplicate(String),
    /// Not a value of the option.
    #[error("Validations value for option {0} {1}")]
    Value(String, &'static str),
    /// An option that the type must have.
    #[error("Validations require that you set {0}")]
    Missing(&'static str),
    /// More than a definition may have.
    #[error("Validations are too many (maximum is 16)")]
    TooMany,
}

/// The options of a type, each with the type of its own value.
#[must_use]
pub fn supported(kind: &str) -> Vec<(&'static str, &'static str)> {
    let item = kind.strip_prefix("list.").unwrap_or(kind);
    let own: &[(&str, &str)] = match item {
        "single_line_text_field" => &[
            ("min", "number_integer"),
            ("max", "number_integer"),
            ("regex", "single_line_text_field"),
            ("choices", "list.single_line_text_field"),
        ],
        "multi_line_text_field" | "id" => &[
            ("min", "number_integer"),
            ("max", "number_integer"),
            ("regex", "single_line_text_field"),
        ],
        "number_integer" => &[("min", "number_integer"), ("max", "number_integer")],
        "number_decimal" => &[
            ("min", "number_decimal"),
            ("max", "number_decimal"),
            ("max_precision", "number_integer"),
        ],
        "rating" => &[
            ("scale_min", "number_decimal"),
            ("scale_max", "number_decimal"),
        ],
        "date" => &[("min", "date"), ("max", "date")],
        "date_time" => &[("min", "date_time"), ("max", "date_time")],
        "url" | "link" => &[("allowed_domains", "list.single_line_text_field")],
        "file_reference" => &[("file_type_options", "list.single_line_text_field")],
        "metaobject_reference" => &[("metaobject_definition_id", "id")],
        "mixed_reference" => &[("metaobject_definition_ids", "list.id")],
        _ => &[],
    };
    let mut all = own.to_vec();
    if let Some(measure) = measure_units::kinds().find(|measure| *measure == item) {
        all.extend([("min", measure), ("max", measure)]);
    }
    if kind.starts_with("list.") {
        all.extend([
            ("list.min", "number_integer"),
            ("list.max", "number_integer"),
        ]);
    }
    all
}

impl Validations {
    /// Checks options against the type that they are for.
    ///
    /// # Errors
    /// What is wrong with the first that does not fit.
    pub fn accept(kind: &str, options: Vec<Validation>) -> Result<Self, OptionError> {
        if options.len() > OPTIONS_MAX {
            return Err(OptionError::TooMany);
        }
        let known = supported(kind);
        for (place, option) in options.iter().enumerate() {
            if options[..place].iter().any(|one| one.name == option.name) {
                return Err(OptionError::Duplicate(option.name.clone()));
            }
            let Some((_, of)) = known.iter().find(|(name, _)| *name == option.name) else {
                let unknown = OptionError::Unknown(option.name.clone(), kind.to_owned());
                return Err(unknown);
            };
            fits(option, of).map_err(|must| OptionError::Value(option.name.clone(), must))?;
        }
        let accepted = Self(options);
        let required: &[&str] = match kind.strip_prefix("list.").unwrap_or(kind) {
            "rating" => &["scale_min", "scale_max"],
            "metaobject_reference" => &["metaobject_definition_id"],
            "mixed_reference" => &["metaobject_definition_ids"],
            _ => &[],
        };
        match required.iter().find(|name| accepted.get(name).is_none()) {
            Some(missing) => Err(OptionError::Missing(missing)),
            None => Ok(accepted),
        }
    }

    /// The value of an option.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|option| option.name == name);
        found.map(|option| option.value.as_str())
    }

    /// The definitions that a reference to a metaobject must be of; empty for any.
    #[must_use]
    pub fn metaobject_definitions(&self) -> Vec<MetaobjectDefinitionId> {
        let one = self.get("metaobject_definition_id").map(str::to_owned);
        let many = self.get("metaobject_definition_ids").map(texts);
        let all = one.into_iter().chain(many.into_iter().flatten());
        all.filter_map(|id| MetaobjectDefinitionId::parse(&id).ok())
            .collect()
    }

    /// Holds a value of the right type against the options.
    ///
    /// # Errors
    /// What the value must be.
    pub fn hold(&self, kind: &str, value: &str) -> Result<(), ValueError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let Some(item) = kind.strip_prefix("list.") else {
            return self.hold_one(kind, value);
        };
        let items: Vec<Value> = serde_json::from_str(value).unwrap_or_default();
        let count = i128::try_from(items.len()).unwrap_or(i128::MAX);
        let limit = |name: &str| self.get(name).and_then(|most| most.parse::<i128>().ok());
        if let Some(least) = limit("list.min").filter(|least| count < *least) {
            return Err(ValueError::Few(least.to_string()));
        }
        if let Some(most) = limit("list.max").filter(|most| count > *most) {
            return Err(ValueError::Many(most.to_string()));
        }
        items.iter().try_for_each(|one| match one {
            Value::String(text) => self.hold_one(item, text),
            other => self.hold_one(item, &other.to_string()),
        })
    }

    fn hold_one(&self, kind: &str, value: &str) -> Result<(), ValueError> {
        match kind {
            "single_line_text_field" | "multi_line_text_field" | "id" => self.hold_text(value),
            "number_integer" | "number_decimal" => {
                self.hold_range(value, measures::decimal)?;
                self.hold_precision(value)
            }
            "date" | "date_time" => self.hold_range(value, moment),
            "rating" => self.hold_rating(value),
            "url" => self.hold_domain(value),
            "link" => {
                let link: Value = serde_json::from_str(value).unwrap_or_default();
                self.hold_domain(link["url"].as_str().unwrap_or_default())
            }
            "file_reference" => self.hold_file(value),
            measure if measures::is_kind(measure) => self.hold_range(value, |text| {
                let value: Value = serde_json::from_str(text).ok()?;
                measures::of(measure, &value)
            }),
            _ => Ok(()),
        }
    }

    fn hold_text(&self, value: &str) -> Result<(), ValueError> {
        let length = value.chars().count();
        let limit = |name: &str| self.get(name).and_then(|most| most.parse::<usize>().ok());
        if let Some(least) = limit("min").filter(|least| length < *least) {
            return Err(ValueError::Short(least.to_string()));
        }
        if let Some(most) = limit("max").filter(|most| length > *most) {
            return Err(ValueError::Long(most.to_string()));
        }
        if let Some(pattern) = self.get("regex")
            && !compiled(pattern).is_some_and(|regex| regex.is_match(value))
        {
            return Err(ValueError::Pattern(pattern.to_owned()));
        }
        match self.get("choices") {
            Some(choices) if !texts(choices).iter().any(|choice| choice == value) => {
                Err(ValueError::Choice(choices.to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn hold_range(
        &self,
        value: &str,
        read: impl Fn(&str) -> Option<i128>,
    ) -> Result<(), ValueError> {
        let own = read(value);
        let least = self.get("min");
        if let Some(least) = least.filter(|least| read(least).is_some_and(|l| own < Some(l))) {
            return Err(ValueError::Below(least.to_owned()));
        }
        let most = self.get("max");
        match most.filter(|most| read(most).is_some_and(|m| own > Some(m))) {
            Some(most) => Err(ValueError::Above(most.to_owned())),
            None => Ok(()),
        }
    }

    fn hold_precision(&self, value: &str) -> Result<(), ValueError> {
        let decimals = value.split_once('.').map_or(0, |(_, part)| part.len());
        let most = self.get("max_precision");
        match most.filter(|most| most.parse::<usize>().is_ok_and(|most| decimals > most)) {
            Some(most) => Err(ValueError::Precise(most.to_owned())),
            None => Ok(()),
        }
    }

    fn hold_rating(&self, value: &str) -> Result<(), ValueError> {
        let rating: Value = serde_json::from_str(value).unwrap_or_default();
        let scale = |name: &str| self.get(name).and_then(measures::decimal);
        let own = measures::number(&rating["value"]);
        let (least, most) = (scale("scale_min"), scale("scale_max"));
        if own < least {
            let least = self.get("scale_min").unwrap_or_default();
            return Err(ValueError::Below(least.to_owned()));
        }
        if most.is_some() && own > most {
            let most = self.get("scale_max").unwrap_or_default();
            return Err(ValueError::Above(most.to_owned()));
        }
        for (name, wanted) in [("scale_min", least), ("scale_max", most)] {
            if wanted.is_some() && measures::number(&rating[name]) != wanted {
                let scale = |name| self.get(name).unwrap_or_default();
                let scale = format!("{} to {}", scale("scale_min"), scale("scale_max"));
                return Err(ValueError::Scale(scale));
            }
        }
        Ok(())
    }

    fn hold_domain(&self, url: &str) -> Result<(), ValueError> {
        let Some(allowed) = self.get("allowed_domains") else {
            return Ok(());
        };
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let on = |domain: &String| {
            let domain = domain.to_ascii_lowercase();
            let host = host.to_ascii_lowercase();
            host == domain || host.ends_with(&format!(".{domain}"))
        };
        if texts(allowed).iter().any(on) {
            Ok(())
        } else {
            Err(ValueError::Domain(allowed.to_owned()))
        }
    }

    fn hold_file(&self, value: &str) -> Result<(), ValueError> {
        let Some(options) = self.get("file_type_options") else {
            return Ok(());
        };
        let kind = Gid::parse(value).map(|gid| gid.kind).unwrap_or_default();
        let named = match kind.as_str() {
            "MediaImage" => "Image",
            other => other,
        };
        let allowed = texts(options);
        if allowed.is_empty() || allowed.iter().any(|option| option == named) {
            Ok(())
        } else {
            Err(ValueError::FileType(options.to_owned()))
        }
    }
}

/// Whether an option's value is of its type.
fn fits(option: &Validation, of: &str) -> Result<(), &'static str> {
    let value = option.value.as_str();
    let ok = |fits: bool, must: &'static str| if fits { Ok(()) } else { Err(must) };
    if value.len() > OPTION_CHARS_MAX || value.contains('\0') {
        return Err("is too long (maximum is 300000 characters)");
    }
    match (option.name.as_str(), of) {
        ("regex", _) => ok(
            compiled(value).is_some(),
            "must be a regular expression of the syntax RE2",
        ),
        ("choices", _) => {
            let choices = texts(value);
            ok(
                (1..=CHOICES_MAX).contains(&choices.len()),
                "must be a list in JSON of 1 to 128 choices",
            )
        }
        (_, "number_integer") => ok(value.parse::<i64>().is_ok(), "must be an integer."),
        (_, "number_decimal") => ok(measures::decimal(value).is_some(), "must be a decimal."),
        (_, "date" | "date_time") => ok(moment(value).is_some(), "must be a date."),
        (_, measure) if measures::is_kind(measure) => {
            let value: Value = serde_json::from_str(value).unwrap_or_default();
            ok(measures::of(of, &value).is_some(), "must be a measurement.")
        }
        ("metaobject_definition_id", _) => ok(
            MetaobjectDefinitionId::parse(value).is_ok(),
            "must be a valid metaobject definition ID",
        ),
        ("metaobject_definition_ids", _) => {
            let ids = texts(value);
            let all = ids
                .iter()
                .all(|id| MetaobjectDefinitionId::parse(id).is_ok());
            ok(
                all && !ids.is_empty(),
                "must be a list in JSON of metaobject definition IDs",
            )
        }
        _ => ok(
            serde_json::from_str::<Vec<String>>(value).is_ok(),
            "must be a list of texts in JSON",
        ),
    }
}

fn texts(value: &str) -> Vec<String> {
    serde_json::from_str(value).unwrap_or_default()
}

fn compiled(pattern: &str) -> Option<Regex> {
    let mut builder = regex::RegexBuilder::new(pattern);
    builder.size_limit(PATTERN_BYTES_MAX).build().ok()
}

/// A day or a moment, in microseconds.
fn moment(text: &str) -> Option<i128> {
    // Without a zone it is UTC; tried first, since a day is read out of it otherwise.
    let found = Timestamp::parse(&format!("{text}Z")).or_else(|_| Timestamp::parse(text));
    found.ok().map(|at| i128::from(at.micros()))
}

impl ToParam for Validations {
    fn to_param(&self) -> Param<'_> {
        let json = serde_json::to_string(self).expect("texts are JSON");
        Param::Text(Cow::Owned(json))
    }
}

impl FromColumn for Validations {
    const WANTED: &'static str = "a list of validations in JSON";

    fn from_column(value: store::Value<'_>) -> Option<Self> {
        match value {
            store::Value::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(given: &[(&str, &str)]) -> Vec<Validation> {
        let one = |(name, value): &(&str, &str)| Validation {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        given.iter().map(one).collect()
    }

    #[test]
    fn values_are_held_against_the_options_of_their_type() {
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);
        let cases: &[Case<'_>] = &[
            ("single_line_text_field", &[("max", "3")], "abc", "abcd"),
            ("single_line_text_field", &[("min", "2")], "ab", "a"),
            (
                "single_line_text_field",
                &[("regex", "^[A-Z]+$")],
                "AB",
                "Ab",
            ),
            (
                "single_line_text_field",
                &[("choices", "[\"S\",\"M\"]")],
                "S",
                "L",
            ),
            ("number_integer", &[("max", "5")], "5", "6"),
            ("number_decimal", &[("min", "0.5")], "0.5", "0.49"),
            ("number_decimal", &[("max_precision", "2")], "1.25", "1.255"),
            ("date", &[("min", "2026-01-01")], "2026-01-01", "2025-12-31"),
            (
                "date_time",
                &[("max", "2026-01-01T00:00:00Z")],
                "2025-12-31T23:00:00",
                "2026-01-01T01:00:00",
            ),
            (
                "weight",
                &[("max", "{\"value\": 1, \"unit\": \"kg\"}")],
                "{\"value\": 999, \"unit\": \"g\"}",
                "{\"value\": 3, \"unit\": \"lb\"}",
            ),
            (
                "rating",
                &[("scale_min", "1.0"), ("scale_max", "5.0")],
                "{\"value\": \"4\", \"scale_min\": \"1\", \"scale_max\": \"5\"}",
                "{\"value\": \"4\", \"scale_min\": \"1\", \"scale_max\": \"10\"}",
            ),
            (
                "url",
                &[("allowed_domains", "[\"example.com\"]")],
                "https://shop.example.com/a",
                "https://example.com.evil.org/",
            ),
            (
                "file_reference",
                &[("file_type_options", "[\"Image\"]")],
                "gid://shopify/MediaImage/1",
                "gid://shopify/Video/1",
            ),
            (
                "list.number_integer",
                &[("list.max", "2")],
                "[1, 2]",
                "[1, 2, 3]",
            ),
            ("list.number_integer", &[("max", "2")], "[1, 2]", "[3]"),
        ];
        for (kind, given, good, bad) in cases {
            let held = Validations::accept(kind, options(given)).unwrap();
            assert_eq!(held.hold(kind, good), Ok(()), "{kind} {given:?} {good}");
            assert!(held.hold(kind, bad).is_err(), "{kind} {given:?} {bad}");
        }
    }

    #[test]
    fn options_that_are_not_the_types_own_are_refused() {
        let refused = |kind: &str, given: &[(&str, &str)]| {
            Validations::accept(kind, options(given))
                .unwrap_err()
                .to_string()
        };
        assert!(refused("boolean", &[("max", "3")]).contains("unknown option"));
        assert!(refused("number_integer", &[("max", "x")]).contains("an integer"));
        assert!(refused("single_line_text_field", &[("regex", "(")]).contains("RE2"));
        assert!(refused("number_integer", &[("max", "1"), ("max", "2")]).contains("duplicated"));
        assert!(refused("metaobject_reference", &[]).contains("metaobject_definition_id"));
        assert!(refused("rating", &[("scale_min", "1")]).contains("scale_max"));
    }
}
