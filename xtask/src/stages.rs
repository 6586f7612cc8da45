//! The stages of `test`, `check` and `bench`.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::cluster::{Cluster, Commits};
use crate::command::Run;
use crate::counts::Counts;
use crate::report::{Outcome, Report};
use crate::targets::Targets;
use crate::{packages, schema, tidy};

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
    let targets = Targets::read(root)?;
    let names: Vec<&str> = BEFORE
        .iter()
        .copied()
        .chain(targets.suites.iter().map(String::as_str))
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
        unit: targets.unit.clone(),
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
        unit: Vec::new(),
    };
    let mut report = Report::default();
    for name in ["tidy", "format", "lints"] {
        report.stage(name, || workbench.run(name));
    }
    report.stage("unit", || workbench.cargo_test(&["--lib", "--bins"]));
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

/// What the stages share: the tree, the filter, the names of the unit tests, and the database
/// cluster, which the first stage that needs it starts.
///
/// Whatever is built is built of the whole workspace with its tests: for a part of it, Cargo
/// chooses fewer features of the libraries, and would build them and all that stands on them anew.
struct Workbench {
    root: PathBuf,
    filter: Vec<String>,
    cluster: OnceCell<Result<Cluster, String>>,
    unit: Vec<String>,
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
            "build" => Outcome::of(self.build()),
            "unit" => self.unit(),
            "docs" => Outcome::of(self.docs()),
            "schema" if schema::is_printable(&self.root) => Outcome::of(schema::check(&self.root)),
            "schema" => Outcome::default(),
            suite => self.cargo_test(&["--test", suite]),
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Run {
        Run::new("cargo")
            .args(arguments.iter().copied())
            .folder(&self.root)
    }

    fn build(&self) -> Result<(), String> {
        self.cargo(&["build", "--workspace", "--bins", "--tests"])
            .show()
    }

    /// The tests of each package, and the examples in its documentation.
    fn unit(&self) -> Outcome {
        let tests = self.unit.iter().flat_map(|name| ["--test", name]);
        let own: Vec<&str> = ["--lib", "--bins"].into_iter().chain(tests).collect();
        let mut outcome = self.cargo_test(&own);
        outcome.add(self.cargo_test(&["--doc"]));
        outcome
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
            .cargo(&["test", "--workspace", "--no-fail-fast"])
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
