//! The real program, started as its users start it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const START_PATIENCE: Duration = Duration::from_secs(60);

/// The `stockroom` binary, running; killed when dropped.
pub struct Program {
    child: Child,
    /// The line that it printed when it was ready: addresses, tokens, the sign-in.
    pub ready: Value,
}

impl Program {
    /// Starts `stockroom` with these arguments, which must include `--json`, and
    /// waits for the line that says it is ready. What it logs goes to the test's output.
    ///
    /// # Panics
    /// When it is not built, or ends, or is silent for a minute.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        let program = path();
        assert!(
            program.is_file(),
            "{} is missing: `cargo build -p server` builds it",
            program.display()
        );
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let stdout = child.stdout.take().expect("the output is a pipe");
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody listens any more once the program is ready; reading on
                // keeps its pipe from filling up.
                send.send(line).ok();
            }
        });
        let deadline = Instant::now() + START_PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = receive.recv_timeout(left) else {
                let ended = child.try_wait();
                child.kill().ok();
                panic!(
                    "`stockroom {}` is not ready ({ended:?})",
                    arguments.join(" ")
                );
            };
            if let Ok(ready) = serde_json::from_str::<Value>(&line)
                && ready.is_object()
            {
                return Program { child, ready };
            }
        }
    }

    /// Runs `stockroom` with these arguments to its end and hands back what it printed.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn run(arguments: &[&str]) -> String {
        let output = Command::new(path())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        assert!(
            output.status.success(),
            "`stockroom {}` failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A text of the line that it printed when it was ready.
    ///
    /// # Panics
    /// When the line lacks it.
    #[must_use]
    pub fn told(&self, name: &str) -> String {
        match self.ready[name].as_str() {
            Some(text) => text.to_owned(),
            None => panic!("the ready line lacks `{name}`: {}", self.ready),
        }
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it on the spot, as a power cut or the kernel would.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where Cargo put the binary: beside the folder of this test's own program.
#[must_use]
pub fn path() -> PathBuf {
    let this = std::env::current_exe().expect("a test has a program");
    let folder = this.parent().and_then(Path::parent);
    folder
        .expect("Cargo keeps tests in a folder")
        .join("stockroom")
}
