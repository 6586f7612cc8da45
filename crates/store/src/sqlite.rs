//! The SQLite side: one connection, its prepared statements and its errors.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use foldhash::HashMap;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use units::ShopId;

use crate::error::StoreError;
use crate::params::Param;
use crate::row::{Row, Source, Value};
use crate::sql::{self, Side};
use crate::tx::{Done, Each, OnRow, Purpose, RAISE, ShopOrPlatform};

/// Texts kept per connection; beyond that the memory is emptied and fills again.
const TEXTS_MAX: usize = 1_000;
/// Statements that the engine keeps prepared per connection.
const PREPARED_MAX: usize = 400;
/// How long the tender waits for the readers of the moment; the lane waits for it meanwhile.
const TENDING_TIMEOUT: Duration = Duration::from_millis(50);
/// How long a lock of another process is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// One connection.
pub(crate) struct Sqlite {
    connection: Connection,
    texts: [HashMap<Box<str>, Arc<Text>>; 2],
    purpose: Purpose,
    /// Steps that the engine's machine has made.
    steps: u64,
}

/// A text in SQLite's dialect.
struct Text {
    sql: String,
    params: usize,
    writes: bool,
    many: Option<StoreError>,
}

impl Sqlite {
    /// Opens a connection for one purpose.
    pub(crate) fn open(path: &Path, purpose: Purpose) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| fault(&e))?;
        let timeout = match purpose {
            Purpose::Tend => TENDING_TIMEOUT,
            Purpose::Read | Purpose::Write => BUSY_TIMEOUT,
        };
        connection.busy_timeout(timeout).map_err(|e| fault(&e))?;
        let (cache_kib, query_only) = match purpose {
            Purpose::Read => (4_096, "ON"),
            Purpose::Write => (16_384, "OFF"),
            Purpose::Tend => (256, "OFF"),
        };
        connection
            .execute_batch(&format!(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA case_sensitive_like = ON; PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -{cache_kib}; PRAGMA wal_autocheckpoint = 0;
                 PRAGMA journal_size_limit = 67108864; PRAGMA query_only = {query_only};"
            ))
            .map_err(|e| fault(&e))?;
        // Plans must not depend on bound values: without this, the engine prepares a statement
        // again whenever a value that it once looked at changes.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|e| fault(&e))?;
        connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
        rusqlite::vtab::array::load_module(&connection).map_err(|e| fault(&e))?;
        Ok(Self {
            connection,
            texts: [HashMap::default(), HashMap::default()],
            purpose,
            steps: 0,
        })
    }

    /// Runs a text of the engine's own: transactions, pragmas, migrations.
    pub(crate) fn batch(&self, text: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(text).map_err(|e| fault(&e))
    }

    fn own(&self, text: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(text)
            .and_then(|mut statement| statement.raw_execute())
            .map(|_| ())
            .map_err(|e| fault(&e))
    }

    pub(crate) fn begin(&self) -> Result<(), StoreError> {
        match self.purpose {
            Purpose::Read => self.own("BEGIN DEFERRED"),
            Purpose::Write | Purpose::Tend => self.own("BEGIN IMMEDIATE"),
        }
    }

    /// Commits, and raises the commit numbers of the shops that were written.
    pub(crate) fn commit(&self, wrote: &[ShopId]) -> Result<(), StoreError> {
        if !wrote.is_empty() {
            let text = format!("INSERT INTO shop_commits (shop, number) VALUES (?1, 1) {RAISE}");
            let mut raise = self
                .connection
                .prepare_cached(&text)
                .map_err(|e| fault(&e))?;
            for shop in wrote {
                raise.execute([shop.get()]).map_err(|e| fault(&e))?;
            }
        }
        self.connection
            .prepare_cached("COMMIT")
            .and_then(|mut statement| statement.raw_execute())
            .map(|_| ())
            .map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::SystemIoFailure) => StoreError::OutcomeUnknown,
                _ => fault(&error),
            })
    }

    /// Carries the write-ahead log over in one of the engine's modes; gives its pages, and how
    /// many of them are in the file by now.
    pub(crate) fn checkpoint(&self, mode: &str) -> Result<(i64, i64), StoreError> {
        self.connection
            .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
                Ok((row.get(1)?, row.get(2)?))
            })
            .map_err(|e| fault(&e))
    }

    /// Ends the transaction; the engine may have ended it already after a grave error.
    pub(crate) fn rollback(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.own("ROLLBACK")
    }

    /// Whether a transaction is open.
    pub(crate) fn is_open(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) fn savepoint(&self, text: &str) -> Result<(), StoreError> {
        self.own(text)
    }

    fn text(&mut self, text: &str, side: Side) -> Result<Arc<Text>, StoreError> {
        let texts = &mut self.texts[side as usize];
        if let Some(known) = texts.get(text) {
            return Ok(Arc::clone(known));
        }
        let statement = sql::parse(text, side)?;
        let new = Arc::new(Text {
            sql: statement.sqlite(),
            params: statement.params,
            writes: statement.writes,
            many: statement.takes_many().err(),
        });
        if texts.len() >= TEXTS_MAX {
            texts.clear();
        }
        texts.insert(text.into(), Arc::clone(&new));
        Ok(new)
    }

    fn known(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        given: usize,
    ) -> Result<Arc<Text>, StoreError> {
        let known = self.text(text, shop.side())?;
        if known.params != given {
            return Err(StoreError::Parameters {
                wanted: known.params,
                given,
                statement: text.to_owned(),
            });
        }
        if known.writes && self.purpose == Purpose::Read {
            return Err(StoreError::ReadOnly {
                statement: text.to_owned(),
            });
        }
        Ok(known)
    }

    /// Runs a statement; hands its rows over until `on_row` has enough.
    pub(crate) fn run(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        params: &[Param<'_>],
        on_row: OnRow<'_>,
    ) -> Result<Done, StoreError> {
        let known = self.known(text, shop, params.len())?;
        let mut statement = self
            .connection
            .prepare_cached(&known.sql)
            .map_err(|e| broken(&e, text))?;
        let first = bind_shop(&mut statement, shop).map_err(|e| broken(&e, text))?;
        bind(&mut statement, first, params).map_err(|e| broken(&e, text))?;
        let columns = statement.column_count();
        if columns == 0 {
            let changed = statement.raw_execute().map_err(|e| broken(&e, text))?;
            self.steps += made(&statement);
            return Ok(Done {
                rows: 0,
                changed: changed as u64,
            });
        }
        let rows = step(&mut statement, columns, text, on_row)?;
        self.steps += made(&statement);
        Ok(Done {
            rows,
            changed: if known.writes { rows } else { 0 },
        })
    }

    /// Runs a statement once per key.
    pub(crate) fn each(
        &mut self,
        each: Each<'_>,
        on_row: crate::tx::OnKeyedRow<'_>,
    ) -> Result<Done, StoreError> {
        let text = each.text;
        let known = self.known(text, each.shop, each.params.len() + 1)?;
        let mut statement = self
            .connection
            .prepare_cached(&known.sql)
            .map_err(|e| broken(&e, text))?;
        let key_at = bind_shop(&mut statement, each.shop).map_err(|e| broken(&e, text))?;
        bind(&mut statement, key_at + 1, each.params).map_err(|e| broken(&e, text))?;
        let columns = statement.column_count();
        let mut done = Done::default();
        for (place, key) in each.keys.iter().enumerate() {
            bind(&mut statement, key_at, std::slice::from_ref(key))
                .map_err(|e| broken(&e, text))?;
            done.rows += step(&mut statement, columns, text, &mut |row| {
                on_row(place, row).map(|()| true)
            })?;
        }
        self.steps += made(&statement);
        Ok(done)
    }

    /// Runs a single-row statement for each row of `flat`, which is cut every `width`.
    pub(crate) fn many(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        width: usize,
        flat: &[Param<'_>],
    ) -> Result<Done, StoreError> {
        let known = self.known(text, shop, width)?;
        if let Some(reason) = &known.many {
            return Err(reason.clone());
        }
        let mut statement = self
            .connection
            .prepare_cached(&known.sql)
            .map_err(|e| broken(&e, text))?;
        let first = bind_shop(&mut statement, shop).map_err(|e| broken(&e, text))?;
        let mut done = Done::default();
        for row in flat.chunks(width) {
            bind(&mut statement, first, row).map_err(|e| broken(&e, text))?;
            done.changed += statement.raw_execute().map_err(|e| broken(&e, text))? as u64;
        }
        self.steps += made(&statement);
        Ok(done)
    }

    /// Steps of the engine's machine so far.
    pub(crate) const fn steps(&self) -> u64 {
        self.steps
    }

    /// How the engine reads for a text.
    pub(crate) fn explained(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
    ) -> Result<Vec<String>, StoreError> {
        let known = self.text(text, shop.side())?;
        let mut statement = self
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {}", known.sql))
            .map_err(|e| broken(&e, text))?;
        let mut rows = statement.raw_query();
        let mut lines = Vec::new();
        while let Some(row) = rows.next().map_err(|e| broken(&e, text))? {
            lines.push(row.get(3).map_err(|e| broken(&e, text))?);
        }
        Ok(lines)
    }
}

/// The steps that a statement has made since it was asked last.
fn made(statement: &rusqlite::Statement<'_>) -> u64 {
    u64::try_from(statement.reset_status(rusqlite::StatementStatus::VmStep)).unwrap_or(0)
}

/// Binds the shop, if any, and says where the caller's parameters begin.
fn bind_shop(
    statement: &mut rusqlite::Statement<'_>,
    shop: ShopOrPlatform,
) -> rusqlite::Result<usize> {
    match shop.0 {
        Some(shop) => {
            statement.raw_bind_parameter(1, shop.get())?;
            Ok(2)
        }
        None => Ok(1),
    }
}

fn bind(
    statement: &mut rusqlite::Statement<'_>,
    first: usize,
    params: &[Param<'_>],
) -> rusqlite::Result<()> {
    for (index, param) in params.iter().enumerate() {
        let at = first + index;
        match param {
            Param::Null => statement.raw_bind_parameter(at, rusqlite::types::Null)?,
            Param::Int(number) => statement.raw_bind_parameter(at, number)?,
            Param::Text(text) => statement.raw_bind_parameter(at, text.as_ref())?,
            Param::List(list) => {
                let values: Vec<rusqlite::types::Value> = list.iter().map(owned).collect();
                statement.raw_bind_parameter(at, Rc::new(values))?;
            }
        }
    }
    Ok(())
}

fn owned(param: &Param<'_>) -> rusqlite::types::Value {
    match param {
        Param::Int(number) => (*number).into(),
        Param::Text(text) => text.clone().into_owned().into(),
        Param::Null | Param::List(_) => rusqlite::types::Value::Null,
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Int(number) => (*number).into(),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Null | Self::List(_) => ToSqlOutput::Borrowed(ValueRef::Null),
        })
    }
}

/// Steps through the rows; gives how many were handed over.
fn step(
    statement: &mut rusqlite::Statement<'_>,
    columns: usize,
    text: &str,
    on_row: OnRow<'_>,
) -> Result<u64, StoreError> {
    let mut rows = statement.raw_query();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(|e| broken(&e, text))? {
        count += 1;
        if !on_row(&mut Row::new(Source::Sqlite(row), 0, columns, text))? {
            break;
        }
    }
    Ok(count)
}

/// Reads a column; the error names what it holds.
pub(crate) fn value<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<Value<'r>, String> {
    match row.get_ref(index).map_err(|error| error.to_string())? {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(Value::Text)
            .map_err(|_| "a text that is not UTF-8".to_owned()),
        ValueRef::Real(_) => Err("a fraction (wrap it in CAST(… AS BIGINT))".to_owned()),
        ValueRef::Blob(_) => Err("bytes".to_owned()),
    }
}

fn broken(error: &rusqlite::Error, text: &str) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly {
            statement: text.to_owned(),
        },
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(format!("{error}: {text}")),
        _ => match fault(error) {
            StoreError::Database(reason) => StoreError::Database(format!("{reason}: {text}")),
            other => other,
        },
    }
}

/// Translates an error that belongs to no statement of the caller's.
pub(crate) fn fault(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Conflict(error.to_string())
        }
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(error.to_string()),
        _ => StoreError::Database(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_built_without_memory_statistics_and_with_full_text_search() {
        let connection = Connection::open_in_memory().unwrap();
        let mut options = connection.prepare("PRAGMA compile_options").unwrap();
        let options: Vec<String> = options
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for wanted in ["DEFAULT_MEMSTATUS=0", "ENABLE_FTS5"] {
            assert!(options.iter().any(|option| option == wanted), "{options:?}");
        }
    }

    #[test]
    fn commits_are_durable() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(&folder.path().join("shop.db"), Purpose::Write).unwrap();
        let pragma = |name: &str| -> String {
            sqlite
                .connection
                .query_row(&format!("PRAGMA {name}"), [], |row| {
                    row.get::<_, rusqlite::types::Value>(0)
                })
                .map(|value| format!("{value:?}"))
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("foreign_keys"), "Integer(1)");
    }
}
