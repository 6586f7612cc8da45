//! Opening: addresses, folders, locks, roles and node numbers.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_postgres::Config;

use crate::error::{OpenError, StoreError};
use crate::ids::{Ids, NODES};
use crate::lease::Lease;
use crate::migrate::{self, Migration, Plan};
use crate::platform::Platform;
use crate::postgres::{self, Postgres, Server};
use crate::sqlite::Sqlite;
use crate::tx::{Backend, Purpose, Tx};
use crate::watch::Watch;

/// Jobs that may wait per queue, unless the options say otherwise.
const QUEUE_LIMIT: usize = 8_192;

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The schema, in order.
    pub migrations: &'static [Migration],
    /// The version of the program, for the message about a newer database.
    pub program_version: &'static str,
    /// Reader threads; 0 is one per core, at least 2, and four times that on PostgreSQL.
    pub readers: usize,
    /// Write lanes on PostgreSQL; 0 is 4. SQLite has one.
    pub lanes: usize,
    /// Jobs that may wait in one queue; beyond it callers get [`StoreError::Busy`].
    pub queue_limit: usize,
    /// Beside whom.
    pub access: Access,
    /// Who is told of every statement.
    pub watch: Option<Watch>,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub const fn new(migrations: &'static [Migration], program_version: &'static str) -> Self {
        Self {
            migrations,
            program_version,
            readers: 0,
            lanes: 0,
            queue_limit: QUEUE_LIMIT,
            access: Access::Own,
            watch: None,
        }
    }
}

/// Beside whom a SQLite file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// As the one server of the file: a second one is refused.
    Own,
    /// Beside a running server, for a short command.
    Visit,
}

/// What a database needs to open further connections.
#[derive(Clone)]
pub(crate) enum Place {
    File(PathBuf),
    Server(Box<Server>),
}

impl Place {
    pub(crate) fn connect(&self, purpose: Purpose, watch: Option<Watch>) -> Result<Tx, StoreError> {
        let backend = match self {
            Self::File(path) => Backend::Sqlite(Box::new(Sqlite::open(path, purpose)?)),
            Self::Server(server) => {
                Backend::Postgres(Box::new(Postgres::new((**server).clone(), purpose)))
            }
        };
        Ok(Tx::new(backend).watched(watch))
    }
}

/// A database that is ready for threads.
pub(crate) struct Opened {
    pub(crate) place: Place,
    /// The locked file beside a SQLite database.
    pub(crate) lock: Option<File>,
    pub(crate) lane: Tx,
    pub(crate) ids: Ids,
    pub(crate) lease: Arc<Lease>,
}

/// Opens, migrates and takes a node number.
pub(crate) fn open(url: &str, options: &Options) -> Result<Opened, OpenError> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        return open_file(Path::new(path), options);
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let config = url
            .parse()
            .map_err(|_| OpenError::Address(without_password(url)))?;
        return open_server(config, options);
    }
    Err(OpenError::Address(without_password(url)))
}

/// An address may hold a password, which no message repeats.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            format!("{}…{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}

fn open_file(path: &Path, options: &Options) -> Result<Opened, OpenError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let unwritable = |error: &io::Error| OpenError::Folder {
        folder: folder.display().to_string(),
        reason: error.to_string(),
    };
    make_folder(folder).map_err(|error| unwritable(&error))?;
    make_file(path).map_err(|error| unwritable(&error))?;
    let (lock, node) = lock(path, options.access, &unwritable)?;
    // A visitor may bring the schema up to date only when no server stands on it.
    let alone = match options.access {
        Access::Own => None,
        Access::Visit => lock_file(path, 0, &unwritable)?,
    };
    let unreadable = |error: StoreError| OpenError::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    let mut lane = Tx::new(Backend::Sqlite(Box::new(
        Sqlite::open(path, Purpose::Write).map_err(unreadable)?,
    )));
    let plan = Plan {
        migrations: options.migrations,
        program: options.program_version,
        role: None,
        fixed: options.access == Access::Visit && alone.is_none(),
    };
    migrate::run(&mut lane, plan)?;
    drop(alone);
    let (lease, mark) = take(&mut lane, node)?;
    Ok(Opened {
        place: Place::File(path.to_owned()),
        lock: Some(lock),
        lane,
        ids: Ids::new(node, mark),
        lease: Arc::new(lease),
    })
}

/// Takes the first free lock file: the server's own, or one of the visitors'.
fn lock(
    path: &Path,
    access: Access,
    unwritable: &dyn Fn(&io::Error) -> OpenError,
) -> Result<(File, i64), OpenError> {
    let nodes = match access {
        Access::Own => 0..1,
        Access::Visit => 1..NODES,
    };
    for node in nodes {
        if let Some(file) = lock_file(path, node, unwritable)? {
            return Ok((file, node));
        }
    }
    Err(match access {
        Access::Own => OpenError::InUse {
            path: path.display().to_string(),
        },
        Access::Visit => OpenError::Nodes,
    })
}

/// Makes the folder unless it is there. A new one is its owner's alone: secrets and customers
/// are in it.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the database's file unless it is there, for its owner alone; the engine gives the files
/// beside it the same rights.
fn make_file(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
        _ => Ok(()),
    }
}

/// Locks the file of one place; `None` when another process has it.
fn lock_file(
    path: &Path,
    node: i64,
    unwritable: &dyn Fn(&io::Error) -> OpenError,
) -> Result<Option<File>, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(match node {
        0 => ".lock".to_owned(),
        visitor => format!(".lock{visitor}"),
    });
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(|error| unwritable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(unwritable(&error)),
    }
}

fn take(lane: &mut Tx, node: i64) -> Result<(Lease, i64), StoreError> {
    lane.enter(None);
    lane.begin()?;
    let taken = Lease::take(&mut Platform::new(lane), node);
    match taken {
        Ok(taken) => lane.commit(&[]).map(|()| taken),
        Err(error) => {
            let _ = lane.rollback();
            Err(error)
        }
    }
}

fn open_server(config: Config, options: &Options) -> Result<Opened, OpenError> {
    let bare = Server {
        config: config.clone(),
        role: None,
    };
    let client = bare.connect().map_err(|error| OpenError::Connect {
        server: describe(&config),
        reason: error.to_string(),
    })?;
    let role = postgres::plain_role(&client)?;
    drop(client);
    let mut migrator = Tx::new(Backend::Postgres(Box::new(Postgres::new(
        bare,
        Purpose::Write,
    ))));
    let plan = Plan {
        migrations: options.migrations,
        program: options.program_version,
        role: role.as_deref(),
        fixed: false,
    };
    migrate::run(&mut migrator, plan)?;
    let server = Server { config, role };
    let mut first = Postgres::new(server.clone(), Purpose::Write);
    let node = first.take_node()?.ok_or(OpenError::Nodes)?;
    let mut lane = Tx::new(Backend::Postgres(Box::new(first)));
    lane.rollback()?;
    let (lease, mark) = take(&mut lane, node)?;
    Ok(Opened {
        place: Place::Server(Box::new(server)),
        lock: None,
        lane,
        ids: Ids::new(node, mark),
        lease: Arc::new(lease),
    })
}

/// Hosts, ports and database, without the password.
fn describe(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let ports: Vec<String> = config.get_ports().iter().map(ToString::to_string).collect();
    format!(
        "{}:{}/{}",
        hosts.join(","),
        ports.join(","),
        config.get_dbname().unwrap_or_default()
    )
}
