//! Which test targets the workspace has.

use std::path::Path;

use serde_json::Value;

use crate::command::Run;

/// The package that drives the whole program; every other package's tests are its unit tests.
const TESTS: &str = "tests";

/// The names of test targets. They must differ all over the workspace, for that is what they are
/// called by.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Targets {
    /// Those that drive the whole program, in the order of its manifest: each is a stage.
    pub(crate) suites: Vec<String>,
    /// Those of single packages.
    pub(crate) unit: Vec<String>,
}

impl Targets {
    /// Asks Cargo.
    ///
    /// # Errors
    /// A sentence when Cargo cannot read the workspace, or two targets have one name.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        let told = Run::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .folder(root)
            .output()?;
        let told: Value = serde_json::from_str(&told).map_err(|error| error.to_string())?;
        Self::of(&told)
    }

    fn of(told: &Value) -> Result<Self, String> {
        let mut targets = Self::default();
        for package in list(&told["packages"]) {
            for target in list(&package["targets"]) {
                let name = target["name"].as_str().unwrap_or_default();
                if target["kind"][0] != "test" {
                    continue;
                }
                if targets
                    .suites
                    .iter()
                    .chain(&targets.unit)
                    .any(|one| one == name)
                {
                    return Err(format!("Two test targets are called `{name}`: rename one."));
                }
                match package["name"] == TESTS {
                    true => targets.suites.push(name.to_owned()),
                    false => targets.unit.push(name.to_owned()),
                }
            }
        }
        Ok(targets)
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Targets;

    #[test]
    fn the_tests_of_the_whole_program_stand_apart() {
        let told = json!({ "packages": [
            { "name": "tests", "targets": [{ "name": "crash", "kind": ["test"] }] },
            { "name": "store", "targets": [{ "name": "store", "kind": ["lib"] }, { "name": "lanes", "kind": ["test"] }] },
        ] });
        let targets = Targets::of(&told).unwrap();
        assert_eq!(targets.suites, ["crash"]);
        assert_eq!(targets.unit, ["lanes"]);
    }

    #[test]
    fn one_name_for_two_is_refused() {
        let one = json!({ "name": "crash", "kind": ["test"] });
        let told = json!({ "packages": [
            { "name": "tests", "targets": [one] },
            { "name": "store", "targets": [one] },
        ] });
        assert!(Targets::of(&told).unwrap_err().contains("`crash`"));
    }
}
