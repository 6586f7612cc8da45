//! Child processes: their output passed on, their end awaited, and all of them
//! stopped when the developer presses Ctrl-C or CI loses its patience.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

const POLL: Duration = Duration::from_millis(20);
const GRACE: Duration = Duration::from_secs(10);

/// Turns the signals that ask for an end into a flag, so that every guard
/// (the database cluster above all) still gets to clean up.
pub(crate) fn watch_for_interrupts() {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // Without the handler the signal ends the program at once, as usual.
        signal_hook::flag::register(signal, Arc::clone(flag)).ok();
    }
}

/// Whether somebody asked this program to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// A command about to run.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    pub(crate) fn new(program: &str) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        // Cargo describes this program to it in variables that the build scripts of
        // some libraries watch: handed on, they would be built anew each time.
        for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        Run {
            command,
            shown: program.to_owned(),
        }
    }

    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self.shown.push(' ');
        self.shown.push_str(argument);
        self
    }

    pub(crate) fn args<'a>(self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        arguments.into_iter().fold(self, Run::arg)
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs to the end and hands back what it printed; its errors are shown
    /// only if it fails.
    ///
    /// # Errors
    /// A sentence with the command and what it said.
    pub(crate) fn output(mut self) -> Result<String, String> {
        let output = self
            .command
            .output()
            .map_err(|error| cannot_start(&self.shown, &error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!(
            "`{}` failed ({}):\n{}{}",
            self.shown,
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }

    /// Runs to the end with its output passed on.
    ///
    /// # Errors
    /// A sentence with the command and how it ended.
    pub(crate) fn show(self) -> Result<(), String> {
        self.each_line(|_| ())
    }

    /// Runs to the end; every line of its standard output is printed and handed
    /// to `see`.
    ///
    /// # Errors
    /// A sentence with the command and how it ended, or that it was interrupted.
    pub(crate) fn each_line(mut self, mut see: impl FnMut(&str) + Send) -> Result<(), String> {
        println!("$ {}", self.shown);
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| cannot_start(&self.shown, &error))?;
        let stdout = child.stdout.take().expect("the output is a pipe");
        let ended = std::thread::scope(|scope| {
            scope.spawn(move || {
                for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                    let line = String::from_utf8_lossy(&line);
                    println!("{line}");
                    see(&line);
                }
            });
            wait(&mut child)
        })?;
        if ended.success() {
            Ok(())
        } else {
            Err(format!("`{}` failed ({ended})", self.shown))
        }
    }

    /// Starts the command and leaves it running.
    ///
    /// # Errors
    /// A sentence with the command and why it did not start.
    pub(crate) fn start(mut self) -> Result<Child, String> {
        self.command
            .process_group(0)
            .spawn()
            .map_err(|error| cannot_start(&self.shown, &error))
    }

    /// Sends what the command prints to a file.
    pub(crate) fn log_to(mut self, file: std::fs::File) -> Result<Self, String> {
        let twin = file.try_clone().map_err(|error| error.to_string())?;
        self.command.stdout(file).stderr(twin);
        Ok(self)
    }
}

fn cannot_start(shown: &str, error: &std::io::Error) -> String {
    format!("`{shown}` did not start: {error}")
}

fn wait(child: &mut Child) -> Result<std::process::ExitStatus, String> {
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        if interrupted() {
            stop(child, "TERM");
            return Err("interrupted".to_owned());
        }
        std::thread::sleep(POLL);
    }
}

/// Ends a child and everything that it started, with a signal first and, if
/// that is not heard within ten seconds, by force.
pub(crate) fn stop(child: &mut Child, signal: &str) {
    signal_group(child.id(), signal);
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline {
        if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
            return;
        }
        std::thread::sleep(POLL);
    }
    signal_group(child.id(), "KILL");
    child.wait().ok();
}

fn signal_group(leader: u32, signal: &str) {
    Command::new("kill")
        .args([format!("-{signal}"), "--".to_owned(), format!("-{leader}")])
        .stderr(Stdio::null())
        .status()
        .ok();
}

/// Whether a program of this name is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}
