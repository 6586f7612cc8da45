//! What a server is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use blobs::Bucket;
use commerce::{Clock, Luck};
use units::Timestamp;

/// What a server is started with: a value, so that tests can make one.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database: String,
    /// Folder of pictures and certificates.
    pub data: PathBuf,
    /// A bucket for files, instead of folders under the data folder.
    pub bucket: Option<Bucket>,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Whether, and with which certificate, to serve https.
    pub tls: Tls,
    /// Where moments come from.
    pub clock: Clock,
    /// Where tokens get their randomness from.
    pub luck: Luck,
    /// Whether the worker loop runs beside the server.
    pub jobs: Jobs,
    /// Whether webhooks may reach addresses of this machine.
    pub loopback_allowed: bool,
}

/// How connections are secured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Plain http.
    Off,
    /// A certificate of our own making, kept under the data folder.
    SelfSigned,
    /// Files in PEM.
    Files {
        /// The certificate chain.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

/// Who runs the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jobs {
    /// The server, beside its other work.
    Running,
    /// Whoever started it, by hand: for tests.
    ByHand,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database: "sqlite://data/stockroom.db".to_owned(),
            data: PathBuf::from("data"),
            bucket: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: Tls::Off,
            clock: system_clock(),
            luck: system_luck(),
            jobs: Jobs::Running,
            loopback_allowed: false,
        }
    }
}

/// The machine's clock.
#[must_use]
pub fn system_clock() -> Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everybody is given"
    )]
    fn read() -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        // A clock before 1970 is a broken one; the ids' high-water mark still keeps order.
        let micros = since.map_or(0, |passed| passed.as_micros());
        Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
    }
    Clock::new(read)
}

/// The machine's source of secure randomness.
#[must_use]
pub fn system_luck() -> Luck {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the luck that everybody is given"
    )]
    fn fill(buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("a machine without randomness cannot keep secrets");
    }
    Luck::new(fill)
}
