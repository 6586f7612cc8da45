//! The transaction: one type over both databases.

use std::sync::{Arc, Mutex, PoisonError};

use units::ShopId;

use crate::error::StoreError;
use crate::kept::Keeper;
use crate::params::{Param, Params, ToParam};
use crate::postgres::Postgres;
use crate::row::{FromRow, Row};
use crate::sql::{Dialect, Side};
use crate::sqlite::Sqlite;
use crate::watch::Watch;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
    /// Looking after the database as it grows.
    Tend,
}

/// Whose rows a statement reaches: one shop's, or the platform's own tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShopOrPlatform(pub(crate) Option<ShopId>);

impl ShopOrPlatform {
    pub(crate) const fn side(self) -> Side {
        match self.0 {
            Some(_) => Side::Shop,
            None => Side::Platform,
        }
    }
}

/// The end of the statement that raises shops' commit numbers.
pub(crate) const RAISE: &str = "ON CONFLICT (shop) DO UPDATE SET number = shop_commits.number + 1";

/// Takes a row; says whether more are wanted.
pub(crate) type OnRow<'f> = &'f mut dyn FnMut(&mut Row<'_>) -> Result<bool, StoreError>;
/// Takes a row and the place of the key that it belongs to.
pub(crate) type OnKeyedRow<'f> = &'f mut dyn FnMut(usize, &mut Row<'_>) -> Result<(), StoreError>;

/// What a statement did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Done {
    /// Rows handed over.
    pub(crate) rows: u64,
    /// Rows changed.
    pub(crate) changed: u64,
}

/// A statement that runs once per key.
#[derive(Clone, Copy)]
pub(crate) struct Each<'a> {
    pub(crate) text: &'a str,
    pub(crate) shop: ShopOrPlatform,
    pub(crate) keys: &'a [Param<'a>],
    pub(crate) params: &'a [Param<'a>],
}

/// The connection under a transaction.
pub(crate) enum Backend {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
    /// It is lent; see [`Tx::lend`].
    Lent(Dialect),
}

impl Backend {
    const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Lent(dialect) => *dialect,
        }
    }
}

/// Where a lent transaction comes back to.
type Home = Arc<Mutex<Option<Returned>>>;

/// What comes back of a lent transaction.
struct Returned {
    backend: Backend,
    wrote: bool,
    fault: Option<StoreError>,
}

/// A transaction in one shop.
///
/// Every statement names `$shop`, which the transaction binds. It owns its connection while it
/// runs, so it has no lifetime; it is handed out by [`Db`](crate::Db) on a store thread.
pub struct Tx {
    pub(crate) shop: ShopOrPlatform,
    pub(crate) backend: Backend,
    statements: u64,
    rows_read: u64,
    wrote: bool,
    fault: Option<StoreError>,
    /// Where its connection goes when this transaction is only lent.
    home: Option<Home>,
    pub(crate) watch: Option<Watch>,
    /// Where a reader keeps what it makes of a shop.
    pub(crate) keeper: Option<Keeper>,
}

impl Tx {
    pub(crate) const fn new(backend: Backend) -> Self {
        Self {
            shop: ShopOrPlatform(None),
            backend,
            statements: 0,
            rows_read: 0,
            wrote: false,
            fault: None,
            home: None,
            watch: None,
            keeper: None,
        }
    }

    /// Tells `watch` of every statement.
    pub(crate) fn watched(mut self, watch: Option<Watch>) -> Self {
        self.watch = watch;
        self
    }

    /// Lets it keep what it makes of shops.
    pub(crate) fn keeping(mut self, keeper: Keeper) -> Self {
        self.keeper = Some(keeper);
        self
    }

    /// Turns to a shop, or to the platform, with clean counts.
    pub(crate) fn enter(&mut self, shop: Option<ShopId>) {
        self.shop = ShopOrPlatform(shop);
        self.statements = 0;
        self.rows_read = 0;
        self.wrote = false;
        self.fault = None;
    }

    /// Runs `within` for another shop or the platform in the same transaction.
    pub(crate) fn turned<R>(
        &mut self,
        shop: Option<ShopId>,
        within: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let before = std::mem::replace(&mut self.shop, ShopOrPlatform(shop));
        let result = within(self);
        self.shop = before;
        result
    }

    /// Lends the transaction to something that must own one: what it reads and writes is of this
    /// transaction. It comes back when it is dropped, at the end of `within` at the latest.
    pub fn lend<R>(&mut self, within: impl FnOnce(Self) -> R) -> R {
        let home: Home = Arc::default();
        let lent = Backend::Lent(self.backend.dialect());
        let mut lent = Self::new(std::mem::replace(&mut self.backend, lent));
        lent.shop = self.shop;
        lent.home = Some(Arc::clone(&home));
        lent.watch.clone_from(&self.watch);
        lent.keeper.clone_from(&self.keeper);
        let _back = Back { own: self, home };
        within(lent)
    }

    /// Runs `within`, and says whether it changed rows.
    pub fn watch<R>(&mut self, within: impl FnOnce(&mut Self) -> R) -> (R, bool) {
        let before = std::mem::replace(&mut self.wrote, false);
        let result = within(self);
        let wrote = self.wrote;
        self.wrote |= before;
        (result, wrote)
    }

    /// Whether the database refused a statement: nothing of this job will be kept then.
    #[must_use]
    pub const fn is_at_fault(&self) -> bool {
        self.fault.is_some()
    }

    /// Whether rows were changed since `enter`.
    pub(crate) const fn wrote(&self) -> bool {
        self.wrote
    }

    /// The first error that the database gave since `enter`.
    pub(crate) const fn fault(&self) -> Option<&StoreError> {
        self.fault.as_ref()
    }

    /// The shop whose rows this transaction reaches.
    #[must_use]
    pub fn shop(&self) -> ShopId {
        self.shop.0.unwrap_or(ShopId(0))
    }

    /// Which database runs this; for the few texts that differ.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.backend.dialect()
    }

    /// Statements run so far; a statement over many rows or keys counts as one.
    #[must_use]
    pub const fn statements(&self) -> u64 {
        self.statements
    }

    /// Rows read so far.
    #[must_use]
    pub const fn rows_read(&self) -> u64 {
        self.rows_read
    }

    /// The shop's commit number as this transaction sees it; 0 before its first write.
    ///
    /// # Errors
    /// When the database fails.
    pub fn commit_number(&mut self) -> Result<i64, StoreError> {
        let number = self.optional("SELECT number FROM shop_commits WHERE shop = $shop", ())?;
        Ok(number.unwrap_or(0))
    }

    /// The commit number that the shop will have when this writing transaction is committed. Until then no other may
    /// commit for the shop, so it is asked for where it is written down, and nowhere else.
    ///
    /// # Errors
    /// When the database fails.
    pub fn coming_commit(&mut self) -> Result<i64, StoreError> {
        let number: Option<i64> =
            self.optional_locked("SELECT number FROM shop_commits WHERE shop = $shop", ())?;
        Ok(number.unwrap_or(0) + 1)
    }

    /// Runs a statement and gives the number of rows that it changed.
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn execute(&mut self, text: &str, params: impl Params) -> Result<u64, StoreError> {
        let done = params.lend(|params| self.run(text, params, false, &mut |_| Ok(true)))?;
        Ok(done.changed)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the text is refused, a column is of another type or the database fails.
    pub fn optional<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Option<T>, StoreError> {
        params.lend(|params| self.first(text, params, false))
    }

    /// As [`optional`](Self::optional), and the row stays locked until the end of the
    /// transaction (`FOR UPDATE` on PostgreSQL; SQLite has one writer).
    ///
    /// # Errors
    /// When the text is refused, a column is of another type or the database fails.
    pub fn optional_locked<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Option<T>, StoreError> {
        params.lend(|params| self.first(text, params, true))
    }

    /// The first row, which must be there.
    ///
    /// # Errors
    /// [`StoreError::Missing`] without a row; otherwise as [`optional`](Self::optional).
    pub fn one<T: FromRow>(&mut self, text: &str, params: impl Params) -> Result<T, StoreError> {
        self.optional(text, params)?
            .ok_or_else(|| StoreError::Missing {
                statement: text.to_owned(),
            })
    }

    /// All rows.
    ///
    /// # Errors
    /// When the text is refused, a column is of another type or the database fails.
    pub fn all<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Vec<T>, StoreError> {
        params.lend(|params| self.collect(text, params, false))
    }

    /// All rows, locked until the end of the transaction. Order them by their key, so that two
    /// transactions lock in the same order.
    ///
    /// # Errors
    /// When the text is refused, a column is of another type or the database fails.
    pub fn all_locked<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Vec<T>, StoreError> {
        params.lend(|params| self.collect(text, params, true))
    }

    /// The rows of each key, in the keys' order. `$1` is the key, `params` begin at `$2`.
    ///
    /// Prepared index seeks on SQLite, one `LATERAL` join on PostgreSQL: a `LIMIT` in the text
    /// holds per key.
    ///
    /// # Errors
    /// When the text is refused, a column is of another type or the database fails.
    pub fn each<K: ToParam, T: FromRow>(
        &mut self,
        text: &str,
        keys: &[K],
        params: impl Params,
    ) -> Result<Vec<Vec<T>>, StoreError> {
        let mut found: Vec<Vec<T>> = Vec::with_capacity(keys.len());
        found.resize_with(keys.len(), Vec::new);
        if keys.is_empty() {
            return Ok(found);
        }
        let keys: Vec<Param<'_>> = keys.iter().map(ToParam::to_param).collect();
        params.lend(|params| {
            self.run_each(text, &keys, params, &mut |place, row| {
                found[place].push(row.whole()?);
                Ok(())
            })
        })?;
        Ok(found)
    }

    /// Inserts many rows with a single-row text: `INSERT INTO t (…) VALUES ($shop, $1, …)`,
    /// optionally with an `ON CONFLICT` that has no parameters. With `DO UPDATE` the rows'
    /// keys must be distinct. Gives the number of rows changed.
    ///
    /// # Errors
    /// When the text has another form or the database fails.
    pub fn insert_many<P: Params>(&mut self, text: &str, rows: &[P]) -> Result<u64, StoreError> {
        self.many(text, rows)
    }

    /// Updates or deletes many rows with a single-row text. The rows' keys must be distinct:
    /// PostgreSQL changes a row once per statement. Gives the number of rows changed.
    ///
    /// # Errors
    /// When the text has another form or the database fails.
    pub fn update_many<P: Params>(&mut self, text: &str, rows: &[P]) -> Result<u64, StoreError> {
        self.many(text, rows)
    }

    fn many<P: Params>(&mut self, text: &str, rows: &[P]) -> Result<u64, StoreError> {
        let mut flat = Vec::new();
        for row in rows {
            row.append(&mut flat);
        }
        if flat.iter().any(|param| matches!(param, Param::List(_))) {
            return Err(StoreError::Statement {
                reason: "a row of many takes no list".to_owned(),
                statement: text.to_owned(),
            });
        }
        match rows.len() {
            0 => Ok(0),
            count => self.run_many(text, flat.len() / count, &flat),
        }
    }

    fn first<T: FromRow>(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        locked: bool,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.run(text, params, locked, &mut |row| {
            found = Some(row.whole()?);
            Ok(false)
        })?;
        Ok(found)
    }

    fn collect<T: FromRow>(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        locked: bool,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.run(text, params, locked, &mut |row| {
            found.push(row.whole()?);
            Ok(true)
        })?;
        Ok(found)
    }

    fn run(
        &mut self,
        text: &str,
        params: &[Param<'_>],
        locked: bool,
        on_row: OnRow<'_>,
    ) -> Result<Done, StoreError> {
        let shop = self.shop;
        let before = self.work()?;
        let done = whole_texts(text, params).and_then(|()| match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.run(text, shop, params, on_row),
            Backend::Postgres(postgres) => postgres.run(text, shop, params, locked, on_row),
            Backend::Lent(_) => Err(lent()),
        });
        self.note(text, before, done)
    }

    fn run_each(
        &mut self,
        text: &str,
        keys: &[Param<'_>],
        params: &[Param<'_>],
        on_row: OnKeyedRow<'_>,
    ) -> Result<Done, StoreError> {
        let each = Each {
            text,
            shop: self.shop,
            keys,
            params,
        };
        let before = self.work()?;
        let done = match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.each(each, on_row),
            Backend::Postgres(postgres) => postgres.each(each, on_row),
            Backend::Lent(_) => Err(lent()),
        };
        self.note(text, before, done)
    }

    fn run_many(
        &mut self,
        text: &str,
        width: usize,
        flat: &[Param<'_>],
    ) -> Result<u64, StoreError> {
        let shop = self.shop;
        let before = self.work()?;
        let done = whole_texts(text, flat).and_then(|()| match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.many(text, shop, width, flat),
            Backend::Postgres(postgres) => postgres.many(text, shop, width, flat),
            Backend::Lent(_) => Err(lent()),
        });
        self.note(text, before, done).map(|done| done.changed)
    }

    /// Keeps the counts, and the first fault: a failed statement makes the job a fault even
    /// when its closure looks away.
    fn note(
        &mut self,
        text: &str,
        before: u64,
        done: Result<Done, StoreError>,
    ) -> Result<Done, StoreError> {
        self.statements += 1;
        match &done {
            Ok(done) => {
                self.rows_read += done.rows;
                self.wrote |= done.changed > 0;
                let rows = done.rows;
                self.tell(text, rows, before)?;
            }
            Err(error) => {
                self.fault.get_or_insert_with(|| error.clone());
            }
        }
        done
    }

    /// Whether every statement is answered before the next one is sent.
    pub(crate) fn set_eager(&mut self, eager: bool) {
        if let Backend::Postgres(postgres) = &mut self.backend {
            postgres.set_eager(eager);
        }
    }

    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.begin(),
            Backend::Postgres(postgres) => {
                postgres.begin();
                Ok(())
            }
            Backend::Lent(_) => Err(lent()),
        }
    }

    /// Commits, and raises the commit numbers of the shops that were written. The shops come in
    /// rising order, so that two processes do not wait for each other in a ring.
    pub(crate) fn commit(&mut self, wrote: &[ShopId]) -> Result<(), StoreError> {
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.commit(wrote),
            Backend::Postgres(postgres) => postgres.commit(wrote),
            Backend::Lent(_) => Err(lent()),
        }
    }

    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.rollback(),
            Backend::Postgres(postgres) => postgres.rollback(),
            Backend::Lent(_) => Err(lent()),
        }
    }

    pub(crate) fn savepoint(&mut self, step: Savepoint) -> Result<(), StoreError> {
        let text = match step {
            Savepoint::Set => "SAVEPOINT job",
            Savepoint::Release => "RELEASE SAVEPOINT job",
            Savepoint::Back => "ROLLBACK TO SAVEPOINT job",
        };
        match &mut self.backend {
            Backend::Sqlite(sqlite) => sqlite.savepoint(text),
            Backend::Postgres(postgres) => postgres.savepoint(text),
            Backend::Lent(_) => Err(lent()),
        }
    }

    /// Whether the transaction still stands; a grave error may have ended it.
    pub(crate) fn is_open(&self) -> bool {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.is_open(),
            Backend::Postgres(postgres) => postgres.is_open(),
            Backend::Lent(_) => false,
        }
    }
}

/// Takes the connection back, also from what panicked.
struct Back<'a> {
    own: &'a mut Tx,
    home: Home,
}

impl Drop for Back<'_> {
    fn drop(&mut self) {
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(returned) = home.take() {
            self.own.backend = returned.backend;
            self.own.wrote |= returned.wrote;
            self.own.fault = self.own.fault.take().or(returned.fault);
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(home) = self.home.take() {
            let lent = Backend::Lent(self.backend.dialect());
            let returned = Returned {
                backend: std::mem::replace(&mut self.backend, lent),
                wrote: self.wrote,
                fault: self.fault.take(),
            };
            *home.lock().unwrap_or_else(PoisonError::into_inner) = Some(returned);
        }
    }
}

pub(crate) fn lent() -> StoreError {
    StoreError::Database("the transaction is lent".to_owned())
}

/// PostgreSQL stores no NUL character, so neither database is given one.
fn whole_texts(text: &str, params: &[Param<'_>]) -> Result<(), StoreError> {
    let broken = params
        .iter()
        .any(|param| matches!(param, Param::Text(text) if text.contains('\0')));
    if broken {
        return Err(StoreError::NulText {
            statement: text.to_owned(),
        });
    }
    Ok(())
}

/// A step with the savepoint around one job.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Savepoint {
    Set,
    Release,
    Back,
}
