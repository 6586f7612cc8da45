//! The stages of `test`, `check` and `bench`.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::cluster::{Cluster, Commits};
use crate::command::Run;
use crate::counts::Counts;
use crate::report::{Outcome, Report};
use crate::{packages, schema, tidy};

/// The package that drives the whole program; every other package's tests are
/// its unit tests.
const TESTS: &str = "tests";

const BEFORE: &[&str] = &[
    "tools",
    "javascript",
    "python",
    "tidy",
    "format",
    "lints",
    "build",
    "unit",
];
const AFTER: &[&str] = &["docs", "schema"];

/// `cargo xtask test`: everything that CI runs. Every stage runs, also after
/// one has failed.
///
/// # Errors
/// A sentence when anything failed; the report has been printed by then.
pub(crate) fn test(root: &Path, arguments: &[String]) -> Result<(), String> {
    let suites = suites(root)?;
    let names: Vec<&str> = BEFORE
        .iter()
        .copied()
        .chain(suites.iter().map(String::as_str))
        .chain(AFTER.iter().copied())
        .collect();
    let chosen = Chosen::parse(arguments, &names)?;
    if chosen.list {
        println!("{}", names.join("\n"));
        return Ok(());
    }
    let workbench = Workbench {
        root: root.to_path_buf(),
        filter: chosen.filter.clone(),
        cluster: OnceCell::new(),
    };
    let mut report = Report::default();
    for name in names.into_iter().filter(|name| chosen.wants(name)) {
        report.stage(name, || workbench.run(name));
    }
    drop(workbench);
    report.close()
}

/// `cargo xtask check`: what takes seconds once the tree is built.
///
/// # Errors
/// As [`test()`].
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let workbench = Workbench {
        root: root.to_path_buf(),
        filter: Vec::new(),
        cluster: OnceCell::new(),
    };
    let mut report = Report::default();
    for name in ["tidy", "format", "lints"] {
        report.stage(name, || workbench.run(name));
    }
    report.stage("unit", || {
        workbench.cargo_test(&["--workspace", "--exclude", TESTS, "--lib", "--bins"])
    });
    drop(workbench);
    report.close()
}

/// `cargo xtask bench`: the load generator against a release build.
///
/// # Errors
/// A sentence when a build or the generator failed.
pub(crate) fn bench(root: &Path, arguments: &[String]) -> Result<(), String> {
    if !root.join("benches/Cargo.toml").is_file() {
        return Err("There are no benchmarks yet.".to_owned());
    }
    let cluster = Cluster::start(Commits::Durable)?;
    let cargo = |arguments: &[&str]| {
        Run::new("cargo")
            .args(arguments.iter().copied())
            .folder(root)
    };
    cargo(&["build", "--release", "-p", "server", "-p", "benches"]).show()?;
    cargo(&["run", "--release", "--quiet", "-p", "benches", "--"])
        .args(arguments.iter().map(String::as_str))
        .env("STOCKROOM_TEST_POSTGRES", &cluster.url())
        .show()
}

/// The names of the test targets of the package that drives the program.
fn suites(root: &Path) -> Result<Vec<String>, String> {
    let path = root.join(TESTS).join("Cargo.toml");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Ok(Vec::new());
    };
    let manifest: toml::Table = text
        .parse()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let targets = manifest.get("test").and_then(toml::Value::as_array);
    Ok(targets
        .into_iter()
        .flatten()
        .filter_map(|target| target.get("name")?.as_str())
        .map(str::to_owned)
        .collect())
}

/// Which stages a developer asked for.
#[derive(Debug, Default)]
struct Chosen {
    only: Vec<String>,
    skip: Vec<String>,
    filter: Vec<String>,
    list: bool,
}

impl Chosen {
    fn parse(arguments: &[String], names: &[&str]) -> Result<Self, String> {
        let mut chosen = Chosen::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let list = match argument.as_str() {
                "--list" => {
                    chosen.list = true;
                    continue;
                }
                "--" => {
                    chosen.filter = rest.by_ref().cloned().collect();
                    break;
                }
                "--only" => &mut chosen.only,
                "--skip" => &mut chosen.skip,
                other => return Err(format!("`{other}` is no option of `cargo xtask test`.")),
            };
            let stages = rest
                .next()
                .ok_or_else(|| format!("`{argument}` wants the name of a stage."))?;
            for stage in stages.split(',') {
                if !names.contains(&stage) {
                    let known = names.join(", ");
                    return Err(format!("There is no stage `{stage}`, only {known}."));
                }
                list.push(stage.to_owned());
            }
        }
        Ok(chosen)
    }

    fn wants(&self, name: &str) -> bool {
        let named = |stages: &[String]| stages.iter().any(|stage| stage == name);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

/// What the stages share: the tree, the filter, and the database cluster, which
/// the first stage that needs it starts.
struct Workbench {
    root: PathBuf,
    filter: Vec<String>,
    cluster: OnceCell<Result<Cluster, String>>,
}

impl Workbench {
    fn run(&self, name: &str) -> Outcome {
        match name {
            "tools" => Outcome::of(packages::install_missing()),
            "javascript" => Outcome::of(packages::install_javascript(&self.root)),
            "python" => Outcome::of(packages::install_python(&self.root)),
            "tidy" => Outcome::of(tidy::command(&self.root)),
            "format" => Outcome::of(self.cargo(&["fmt", "--all", "--check"]).show()),
            "lints" => Outcome::of(self.lints()),
            "build" => Outcome::of(self.cargo(&["build", "-p", "server"]).show()),
            "unit" => self.cargo_test(&["--workspace", "--exclude", TESTS]),
            "docs" => Outcome::of(self.docs()),
            "schema" if schema::is_printable(&self.root) => Outcome::of(schema::check(&self.root)),
            "schema" => Outcome::default(),
            suite => self.cargo_test(&["-p", TESTS, "--test", suite]),
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Run {
        Run::new("cargo")
            .args(arguments.iter().copied())
            .folder(&self.root)
    }

    fn lints(&self) -> Result<(), String> {
        self.cargo(&["clippy", "--workspace", "--all-targets", "--quiet"])
            .args(["--", "-D", "warnings"])
            .show()
    }

    fn docs(&self) -> Result<(), String> {
        self.cargo(&["doc", "--workspace", "--no-deps", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .show()
    }

    /// Runs tests against the private cluster and counts them. A test that is
    /// left out counts as a failure: nothing is ignored here.
    fn cargo_test(&self, arguments: &[&str]) -> Outcome {
        let cluster = match self
            .cluster
            .get_or_init(|| Cluster::start(Commits::Forgetful))
        {
            Ok(cluster) => cluster,
            Err(failure) => return Outcome::of(Err(failure.clone())),
        };
        let mut outcome = Outcome::default();
        let run = self
            .cargo(&["test", "--no-fail-fast"])
            .args(arguments.iter().copied())
            .args(["--"])
            .args(self.filter.iter().map(String::as_str))
            .env("STOCKROOM_TEST_POSTGRES", &cluster.url())
            // What tests leave behind goes with the cluster.
            .env("TMPDIR", &cluster.scratch());
        let ended = run.each_line(|line| {
            if let Some(counts) = Counts::of_line(line) {
                outcome.counts.add(counts);
            } else if let Some(test) = Counts::failure_of_line(line) {
                outcome.failures.push(test.to_owned());
            }
        });
        if outcome.counts.ignored > 0 {
            let ignored = outcome.counts.ignored;
            outcome
                .failures
                .push(format!("{ignored} tests are ignored"));
        }
        if let Err(failure) = ended
            && outcome.failures.is_empty()
        {
            outcome.counts.add(Counts::FAILED);
            outcome.failures.push(failure);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::Chosen;

    fn parse(arguments: &[&str]) -> Result<Chosen, String> {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        Chosen::parse(&arguments, &["tidy", "unit", "docs"])
    }

    #[test]
    fn every_stage_runs_unless_some_are_chosen() {
        assert!(parse(&[]).unwrap().wants("docs"));
        let chosen = parse(&["--only", "tidy,unit"]).unwrap();
        assert!(chosen.wants("unit") && !chosen.wants("docs"));
        let chosen = parse(&["--skip", "tidy"]).unwrap();
        assert!(chosen.wants("unit") && !chosen.wants("tidy"));
    }

    #[test]
    fn what_follows_the_dashes_goes_to_the_tests() {
        assert_eq!(parse(&["--", "cart", "--exact"]).unwrap().filter.len(), 2);
    }

    #[test]
    fn an_unknown_stage_or_option_is_refused_by_name() {
        assert!(parse(&["--only", "lunch"]).unwrap_err().contains("lunch"));
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
        assert!(parse(&["--only"]).is_err());
    }
}
