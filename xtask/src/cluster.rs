//! A private PostgreSQL cluster in a temporary folder, for the length of a run.
//!
//! The system's own cluster is never touched. The server refuses to run as the
//! superuser, so under root an ordinary user owns the folder and the process.
//! It listens on a free port of the loopback address only, and does not wait
//! for the disk: the data is thrown away.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use crate::command::{Run, interrupted, on_path, stop};
use crate::packages::{is_root, postgres_program};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const SETTINGS: &str = "\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '128MB'
autovacuum_naptime = '10s'
log_min_messages = 'warning'
";
/// Tests lose nothing that they would miss.
const FORGETFUL: &str = "\
fsync = off
synchronous_commit = off
full_page_writes = off
";

/// Whether a commit of the cluster survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// For benchmarks.
    Durable,
    /// For tests.
    Forgetful,
}

/// A running cluster; stopped and deleted when dropped.
pub(crate) struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster, starts it, and waits until it answers.
    ///
    /// # Errors
    /// A sentence with what PostgreSQL said.
    pub(crate) fn start(commits: Commits) -> Result<Self, String> {
        let owner = if is_root() {
            Some(ordinary_user()?)
        } else {
            None
        };
        let folder = new_folder(owner.as_deref())?;
        let started = Self::start_in(&folder, owner.as_deref(), commits);
        if started.is_err() {
            std::fs::remove_dir_all(&folder).ok();
        }
        started
    }

    fn start_in(folder: &Path, owner: Option<&str>, commits: Commits) -> Result<Self, String> {
        let data = folder.join("data");
        as_owner("initdb", owner)?
            .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args(["--username=superuser", "-D", &data.to_string_lossy()])
            .folder(folder)
            .output()?;
        let settings = data.join("postgresql.auto.conf");
        let forgetful = if commits == Commits::Forgetful {
            FORGETFUL
        } else {
            ""
        };
        std::fs::write(&settings, format!("{SETTINGS}{forgetful}"))
            .map_err(|error| error.to_string())?;

        let port = free_port()?;
        let log = folder.join("log");
        let log_file = File::create(&log).map_err(|error| error.to_string())?;
        let server = as_owner("postgres", owner)?
            .args(["-D", &data.to_string_lossy(), "-p", &port.to_string()])
            .folder(folder)
            .log_to(log_file)?
            .start()?;
        let mut cluster = Cluster {
            server,
            folder: folder.to_path_buf(),
            port,
        };
        cluster.wait_until_ready(&log)?;
        cluster.create_role()?;
        Ok(cluster)
    }

    fn wait_until_ready(&mut self, log: &Path) -> Result<(), String> {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            if self.superuser("SELECT 1").is_ok() {
                return Ok(());
            }
            let gone = matches!(self.server.try_wait(), Ok(Some(_)));
            if gone || interrupted() || Instant::now() > deadline {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(format!("PostgreSQL did not start:\n{said}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The role that the tests use may make databases and roles and is no superuser,
    /// since row-level security does not hold a superuser back.
    fn create_role(&self) -> Result<(), String> {
        self.superuser("CREATE ROLE stockroom LOGIN CREATEDB CREATEROLE")?;
        self.superuser("CREATE DATABASE stockroom OWNER stockroom")
    }

    fn superuser(&self, statement: &str) -> Result<(), String> {
        let psql = postgres_program("psql").ok_or("psql is missing")?;
        Run::new(&psql.to_string_lossy())
            .args(["-X", "-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-U", "superuser", "-d", "postgres", "-c", statement])
            .output()
            .map(drop)
    }

    /// A folder for the temporary files of a run, deleted with the cluster.
    pub(crate) fn scratch(&self) -> String {
        let folder = self.folder.join("scratch");
        std::fs::create_dir_all(&folder).ok();
        folder.to_string_lossy().into_owned()
    }

    /// The address of a database whose role may create further databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://stockroom@127.0.0.1:{}/stockroom", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // An interrupt asks the server for a fast shutdown.
        stop(&mut self.server, "INT");
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// A user that is not root and exists everywhere PostgreSQL does.
fn ordinary_user() -> Result<String, String> {
    ["postgres", "nobody"]
        .iter()
        .find(|name| Run::new("id").args(["-u", name]).output().is_ok())
        .map(|name| (*name).to_owned())
        .ok_or_else(|| "There is no ordinary user to run PostgreSQL as.".to_owned())
}

/// A server program under its owner, ended by the kernel if this process
/// vanishes without a word.
fn as_owner(program: &str, owner: Option<&str>) -> Result<Run, String> {
    let path = postgres_program(program)
        .ok_or_else(|| format!("PostgreSQL's `{program}` is missing: install `postgresql`."))?;
    let path = path.to_string_lossy();
    if !on_path("setpriv") {
        return match owner {
            None => Ok(Run::new(&path)),
            Some(_) => Err("`setpriv` is missing: install `util-linux`.".to_owned()),
        };
    }
    let run = Run::new("setpriv").args(["--pdeathsig", "INT"]);
    let run = match owner {
        Some(user) => {
            let group = Run::new("id").args(["-g", user]).output()?;
            run.args(["--reuid", user, "--regid", group.trim(), "--clear-groups"])
        }
        None => run,
    };
    Ok(run.args(["--", &path]))
}

fn new_folder(owner: Option<&str>) -> Result<PathBuf, String> {
    let made = Run::new("mktemp")
        .args(["-d", "-t", "stockroom-postgres-XXXXXXXX"])
        .output()?;
    let folder = PathBuf::from(made.trim());
    if let Some(user) = owner {
        Run::new("chown")
            .args([user, &folder.to_string_lossy()])
            .output()?;
    }
    Ok(folder)
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("There is no free port: {error}"))
}
