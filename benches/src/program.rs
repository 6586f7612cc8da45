//! The real program under load: started, asked what it used, stopped.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// `stockroom serve`, running; ended when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to the line that says it is ready.
    pub(crate) ready_after: Duration,
}

/// The binary beside this one: both are release builds.
pub(crate) fn path() -> Result<PathBuf, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = this.with_file_name("stockroom");
    if program.is_file() {
        Ok(program)
    } else {
        Err(format!(
            "{} is missing: run `cargo xtask bench`",
            program.display()
        ))
    }
}

/// Runs a command of the program to its end and hands back what it printed.
pub(crate) fn run(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(path()?)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`stockroom {}` failed: {said}",
            arguments.join(" ")
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

impl Program {
    /// Starts the program and waits until it serves.
    pub(crate) fn serve(arguments: &[&str]) -> Result<Self, String> {
        let started = Instant::now();
        let mut child = Command::new(path()?)
            .arg("serve")
            .args(arguments)
            .args(["--listen", "127.0.0.1:0", "--json"])
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let stdout = child.stdout.take().ok_or("the output is no pipe")?;
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        let ready_after = started.elapsed();
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        let address = ready["url"]
            .as_str()
            .and_then(|url| url.rsplit('/').next()?.parse().ok());
        match address {
            Some(address) => Ok(Program {
                child,
                address,
                ready_after,
            }),
            None => {
                child.kill().ok();
                child.wait().ok();
                Err(format!(
                    "`stockroom serve` did not say where it listens: {line}"
                ))
            }
        }
    }

    /// The processor time that it has used so far, both kinds together.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        // The name in brackets may hold spaces; what follows it does not.
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .collect();
        let ticks = |at: usize| {
            fields
                .get(at)
                .and_then(|text| text.parse::<u64>().ok())
                .unwrap_or(0)
        };
        // Linux counts in hundredths of a second.
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }

    /// The memory that it holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        held(self.child.id(), "VmRSS:")
    }

    /// The most memory that it has held so far, in bytes.
    pub(crate) fn peak_bytes(&self) -> u64 {
        peak_bytes(self.child.id())
    }
}

/// The most memory that a process has held so far, in bytes; 0 when it has ended.
pub(crate) fn peak_bytes(process: u32) -> u64 {
    held(process, "VmHWM:")
}

fn held(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

impl Program {
    /// Ends the program, so that another one may open its database.
    pub(crate) fn stop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.stop();
    }
}
