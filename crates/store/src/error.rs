//! What can go wrong: while opening a database, and in a transaction.

/// A fault of the store: ours to log, never the caller's to fix.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A statement of a shop's transaction does not name `$shop`.
    #[error("the statement does not name $shop: {statement}")]
    ShopNotNamed {
        /// The refused text.
        statement: String,
    },
    /// A statement of the platform names `$shop` or `shop_id`.
    #[error("a platform statement must not name $shop or shop_id: {statement}")]
    ShopNamed {
        /// The refused text.
        statement: String,
    },
    /// The number of parameters differs from what the text names.
    #[error("the statement takes {wanted} parameters and was given {given}: {statement}")]
    Parameters {
        /// How many the text names.
        wanted: usize,
        /// How many came.
        given: usize,
        /// The refused text.
        statement: String,
    },
    /// A column is not of the type that the program reads.
    #[error("column {index} is {found}, not {wanted}: {statement}")]
    Column {
        /// Counted from 1.
        index: usize,
        /// What the program reads.
        wanted: &'static str,
        /// What the row holds.
        found: String,
        /// The text that was run.
        statement: String,
    },
    /// The text cannot be run in the way that was asked for.
    #[error("{reason}: {statement}")]
    Statement {
        /// What is wrong with it.
        reason: String,
        /// The refused text.
        statement: String,
    },
    /// A text holds a NUL character, which PostgreSQL cannot keep.
    #[error("a text holds a NUL character: {statement}")]
    NulText {
        /// The refused text.
        statement: String,
    },
    /// A reading transaction was asked to write.
    #[error("a reading transaction cannot write: {statement}")]
    ReadOnly {
        /// The refused text.
        statement: String,
    },
    /// A row that had to be there is not.
    #[error("no row: {statement}")]
    Missing {
        /// The text that found nothing.
        statement: String,
    },
    /// A rule of the schema was broken: a key twice, a missing parent, a `CHECK`.
    #[error("{0}")]
    Constraint(String),
    /// Another transaction was in the way too many times; safe to try again.
    #[error("another transaction was in the way: {0}")]
    Conflict(String),
    /// The queue is full; safe to try again later.
    #[error("the store is busy: its queue is full")]
    Busy,
    /// The closure panicked and was undone.
    #[error("the operation panicked and was undone: {0}")]
    Panicked(String),
    /// The connection broke during the commit: the work may or may not be stored.
    /// Look it up (by its id or idempotency key) before doing it again.
    #[error("the connection broke during the commit: the outcome is unknown")]
    OutcomeUnknown,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// The database cannot be reached; nothing was stored.
    #[error("the database cannot be reached: {0}")]
    Disconnected(String),
    /// Any other error of the database.
    #[error("{0}")]
    Database(String),
}

impl StoreError {
    /// Whether the same work may succeed when it is run again from the start.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Disconnected(_))
    }
}

/// Why a database could not be opened; each text is a sentence that says how to go on.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address has no known scheme.
    #[error(
        "'{0}' is no database address. Use sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE."
    )]
    Address(String),
    /// The folder cannot be created or written.
    #[error(
        "The folder {folder} cannot be written: {reason}. Make it writable for this user, or choose another folder with --data."
    )]
    Folder {
        /// The folder.
        folder: String,
        /// What the system says.
        reason: String,
    },
    /// Another process has the file open.
    #[error(
        "Another process has {path} open for writing. Stop it first, or give this one a folder of its own with --data."
    )]
    InUse {
        /// The database file.
        path: String,
    },
    /// The file is no database, or a damaged one.
    #[error("{path} cannot be read as a database: {reason}. Restore a backup, or move it away.")]
    Unreadable {
        /// The database file.
        path: String,
        /// What the engine says.
        reason: String,
    },
    /// The database was written by a newer program.
    #[error(
        "The database is at version {database} (written by Stockroom {written_by}); this program, Stockroom {program}, knows versions up to {known}. Start the newer program, or restore a backup from before the upgrade."
    )]
    Newer {
        /// The version of the database.
        database: i64,
        /// The program that wrote it.
        written_by: String,
        /// This program.
        program: String,
        /// The newest version that this program knows.
        known: i64,
    },
    /// A visitor would need a newer schema than the running server's.
    #[error(
        "A running server has the database at version {database}, and this program needs version {known}. Restart the server with this version first."
    )]
    Older {
        /// The version of the database.
        database: i64,
        /// The version that this program needs.
        known: i64,
    },
    /// The server refuses or does not answer.
    #[error(
        "Cannot connect to the PostgreSQL server at {server}: {reason}. Check that it runs and that the address, user and password are right."
    )]
    Connect {
        /// Host, port and database, without the password.
        server: String,
        /// What the client says.
        reason: String,
    },
    /// The role would not be held by row-level security.
    #[error(
        "The PostgreSQL role '{role}' bypasses row-level security, and a plain role could not be prepared: {reason}. Connect as a role that is no superuser and has no BYPASSRLS, and owns the database's tables."
    )]
    Role {
        /// The role of the connection.
        role: String,
        /// What the server says.
        reason: String,
    },
    /// A migration failed; the database is as it was before it.
    #[error("Migration {version} ({name}) failed and was undone: {reason}")]
    Migration {
        /// Its version.
        version: i64,
        /// Its name.
        name: &'static str,
        /// What the database says.
        reason: String,
    },
    /// Every node number is taken by a running process.
    #[error(
        "All 16 places for processes on this database are taken. Stop one of the others first."
    )]
    Nodes,
    /// Anything else.
    #[error("The database cannot be opened: {0}")]
    Store(#[from] StoreError),
}
