//! What the program logs as its own fault.

use std::io::{self, Write};
use std::sync::{Mutex, Once, PoisonError};

use tracing::Level;

static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Listener;

impl Write for Listener {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).trim_end().to_owned();
        TOLD.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to listen; once for a process.
pub(crate) fn listen() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(Level::ERROR)
            .with_ansi(false)
            .with_writer(|| Listener)
            .init();
    });
}

/// What was logged since the last time.
pub(crate) fn told() -> Vec<String> {
    std::mem::take(&mut TOLD.lock().unwrap_or_else(PoisonError::into_inner))
}
