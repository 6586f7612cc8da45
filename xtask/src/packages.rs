//! The programs that the tests drive, installed where they are missing.

use std::path::{Path, PathBuf};

use crate::command::{Run, on_path};
use crate::tree;

/// A program the tests need, and Debian's package of it.
struct Tool {
    what: &'static str,
    package: &'static str,
    present: fn() -> bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        what: "PostgreSQL's server",
        package: "postgresql",
        present: || postgres_program("initdb").is_some(),
    },
    Tool {
        what: "Node",
        package: "nodejs",
        present: || on_path("node"),
    },
    Tool {
        what: "npm",
        package: "npm",
        present: || on_path("npm"),
    },
    Tool {
        what: "Python with its virtual environments",
        package: "python3-venv",
        present: || {
            let python = Run::new("python3").args(["-c", "import ensurepip, venv"]);
            on_path("python3") && python.output().is_ok()
        },
    },
    Tool {
        what: "Chromium",
        package: "chromium",
        present: || chromium().is_some(),
    },
    Tool {
        what: "a C compiler",
        package: "gcc",
        present: || on_path("cc"),
    },
];

/// Installs what is missing, where this is Debian and the user may; nothing
/// that is installed gets upgraded.
///
/// # Errors
/// A sentence that names what is missing and how to install it.
pub(crate) fn install_missing() -> Result<(), String> {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.present)()).collect();
    if missing.is_empty() {
        println!("Everything that the tests drive is installed.");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let by_hand = format!(
        "The tests need {}. On Debian and Ubuntu: apt-get install {}",
        list(&missing),
        packages.join(" ")
    );
    if !on_path("apt-get") || !is_root() {
        return Err(by_hand);
    }
    println!("Installing {}.", packages.join(", "));
    Run::new("apt-get").args(["update", "-qq"]).show()?;
    Run::new("apt-get")
        .args([
            "install",
            "--no-upgrade",
            "--no-install-recommends",
            "-y",
            "-qq",
        ])
        .args(packages.iter().copied())
        .env("DEBIAN_FRONTEND", "noninteractive")
        .show()?;
    match TOOLS.iter().find(|tool| !(tool.present)()) {
        Some(tool) => Err(format!("{} is still missing. {by_hand}", tool.what)),
        None => Ok(()),
    }
}

fn list(tools: &[&Tool]) -> String {
    let names: Vec<&str> = tools.iter().map(|tool| tool.what).collect();
    names.join(", ")
}

/// Installs the JavaScript packages of every folder that has a `package.json`,
/// in the versions of its lock file.
///
/// # Errors
/// What npm said, or that it is missing.
pub(crate) fn install_javascript(root: &Path) -> Result<(), String> {
    let folders = tree::npm_folders(root)?;
    for folder in &folders {
        let path = root.join(folder);
        if is_fresh(&path) {
            println!("{folder} is up to date.");
            continue;
        }
        let verb = if path.join("package-lock.json").is_file() {
            "ci"
        } else {
            "install"
        };
        Run::new("npm")
            .args([verb, "--no-audit", "--no-fund", "--loglevel=error"])
            .folder(&path)
            .show()?;
    }
    Ok(())
}

/// Installs the Python packages that any `requirements.txt` of the tree asks for, in those
/// versions, into a virtual environment under `target`: the system's Python stays as it is.
///
/// # Errors
/// What pip said, or that Python is missing.
pub(crate) fn install_python(root: &Path) -> Result<(), String> {
    let mut wanted = String::new();
    let mut lists = Vec::new();
    for name in tree::files(root)? {
        if name.ends_with("/requirements.txt") {
            let path = root.join(name);
            wanted += &std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            lists.push(path);
        }
    }
    let environment = root.join("target/python");
    let installed = environment.join("installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        println!("{} is up to date.", environment.display());
        return Ok(());
    }
    Run::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&environment.display().to_string())
        .show()?;
    let mut pip = Run::new(&environment.join("bin/pip").display().to_string()).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    for list in &lists {
        pip = pip.args(["--requirement", &list.display().to_string()]);
    }
    pip.show()?;
    std::fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))
}

/// Whether what npm installed is younger than what the tree asks for.
fn is_fresh(folder: &Path) -> bool {
    let changed = |name: &str| {
        folder
            .join(name)
            .metadata()
            .and_then(|file| file.modified())
            .ok()
    };
    match (
        changed("node_modules/.package-lock.json"),
        changed("package-lock.json"),
        changed("package.json"),
    ) {
        (Some(installed), Some(locked), Some(asked)) => installed >= locked && installed >= asked,
        _ => false,
    }
}

/// Where one of PostgreSQL's server programs stands; Debian keeps them off the
/// search path, one folder per version, of which the newest is taken.
pub(crate) fn postgres_program(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok();
    let newest = versions
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let program = entry.path().join("bin").join(name);
            program.is_file().then_some((version, program))
        })
        .max();
    newest.map(|(_, program)| program).or_else(|| {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .map(|folder| folder.join(name))
            .find(|program| program.is_file())
    })
}

/// Where Chromium stands, under any of the names it goes by.
pub(crate) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .map(|name| Path::new("/usr/bin").join(name))
        .find(|program| program.is_file())
}

/// Whether this runs as the superuser.
pub(crate) fn is_root() -> bool {
    Run::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.trim() == "0")
}
