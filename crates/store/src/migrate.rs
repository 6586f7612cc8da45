//! Migrations: forward only, embedded, run at start.

use crate::error::{OpenError, StoreError};
use crate::platform::Platform;
use crate::postgres;
use crate::sql::{self, Dialect};
use crate::tx::{Backend, Tx};

/// One step of the schema. Versions count from 1; 0 is the store's own.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its place in the order.
    pub version: i64,
    /// What it brings, in a word or two.
    pub name: &'static str,
    /// The common text: `BIGINT` and `TEXT` columns, primary keys that begin with `shop_id`.
    pub sql: &'static str,
}

impl Migration {
    /// A step, in a line.
    #[must_use]
    pub const fn new(version: i64, name: &'static str, sql: &'static str) -> Self {
        Self { version, name, sql }
    }
}

/// The store's own tables. None of them belongs to one shop, so none has a `shop_id`.
const OWN: Migration = Migration {
    version: 0,
    name: "store",
    sql: "
CREATE TABLE id_leases (
    node BIGINT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    mark BIGINT NOT NULL
);
CREATE TABLE shop_commits (
    shop BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);",
};

const LEDGER: &str = "
CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    program TEXT NOT NULL
);";

/// Row-level security for every table with a `shop_id` that has none yet.
const SECURE: &str = "
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT c.oid::regclass AS name
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shop_id' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
       AND NOT c.relrowsecurity
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t.name);
    EXECUTE format(
      'CREATE POLICY of_the_shop ON %s USING (shop_id = NULLIF(current_setting(''stockroom.shop'', true), '''')::bigint)',
      t.name);
  END LOOP;
END $$;";

/// What SQLite is told about every index, instead of what a new database would make it guess.
///
/// Left alone, its planner takes the first column of any key for selective and reads a whole
/// shop (`shop_id = ?` on the primary key) where an index names the very row. These figures say
/// that a shop is most of a table, a kind much of a shop, and every other column nearly one row.
const ASSUME: &str = "
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
WITH keys AS (
    SELECT t.name AS tbl, i.origin = 'pk' AS is_primary, i.\"unique\" AS is_unique,
           CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END AS idx,
           c.seqno AS place, c.name AS col,
           MAX(c.seqno) OVER (PARTITION BY t.name, i.name) AS last
      FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
), figures AS (
    SELECT tbl, idx, place,
           CASE WHEN place = last AND (is_unique OR col = 'id') THEN 1
                WHEN col IN ('shop_id', 'shop') AND is_primary THEN 500000
                WHEN col IN ('shop_id', 'shop') THEN 1000000
                WHEN place = 1 AND col LIKE '%kind' THEN 250000
                WHEN place <= 1 THEN 20
                ELSE 10 END AS n
      FROM keys
)
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT tbl, idx, '1000000 ' || group_concat(n, ' ')
  FROM (SELECT tbl, idx, n FROM figures ORDER BY tbl, idx, place)
 GROUP BY tbl, idx;
ANALYZE sqlite_schema;";

/// What a program does about the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    pub(crate) migrations: &'static [Migration],
    /// The version of the program.
    pub(crate) program: &'a str,
    /// The plain role that works on the tables.
    pub(crate) role: Option<&'a str>,
    /// Whether a running server stands on the schema, so that it must stay as it is.
    pub(crate) fixed: bool,
}

/// Brings the database up to date, in one transaction.
pub(crate) fn run(tx: &mut Tx, plan: Plan<'_>) -> Result<(), OpenError> {
    tx.enter(None);
    tx.begin()?;
    let result = apply(tx, plan).and_then(|()| match plan.role {
        Some(role) => Ok(batch(tx, &postgres::grants(role))?),
        None => Ok(()),
    });
    match result {
        Ok(()) => Ok(tx.commit(&[])?),
        Err(error) => {
            let _ = tx.rollback();
            Err(error)
        }
    }
}

fn apply(tx: &mut Tx, plan: Plan<'_>) -> Result<(), OpenError> {
    if let Backend::Postgres(postgres) = &mut tx.backend {
        // Two processes that start together must not both migrate.
        postgres.batch(
            "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s';
             SELECT pg_advisory_xact_lock(hashtext('stockroom ' || current_schema()), -1)",
        )?;
    }
    batch(tx, &script(tx.dialect(), LEDGER)?)?;
    let found: Option<(i64, String)> = Platform::new(tx).optional(
        "SELECT version, program FROM schema_migrations ORDER BY version DESC LIMIT 1",
        (),
    )?;
    let steps = plan.migrations.iter();
    let known = steps.map(|step| step.version).max().unwrap_or(0);
    let (version, written_by) = found.unwrap_or((-1, String::new()));
    if version > known {
        return Err(OpenError::Newer {
            database: version,
            written_by,
            program: plan.program.to_owned(),
            known,
        });
    }
    if version == known {
        return Ok(());
    }
    if plan.fixed {
        return Err(OpenError::Older {
            database: version,
            known,
        });
    }
    let steps = std::iter::once(&OWN).chain(plan.migrations);
    for step in steps.filter(|step| step.version > version) {
        one(tx, step, plan.program).map_err(|error| OpenError::Migration {
            version: step.version,
            name: step.name,
            reason: error.to_string(),
        })?;
    }
    batch(tx, tx.dialect().pick(ASSUME, SECURE))?;
    Ok(())
}

fn one(tx: &mut Tx, step: &Migration, program: &str) -> Result<(), StoreError> {
    batch(tx, &script(tx.dialect(), step.sql)?)?;
    Platform::new(tx).execute(
        "INSERT INTO schema_migrations (version, name, program) VALUES ($1, $2, $3)",
        (step.version, step.name, program),
    )?;
    Ok(())
}

fn script(dialect: Dialect, text: &str) -> Result<String, StoreError> {
    match dialect {
        Dialect::Sqlite => sql::sqlite_script(text),
        Dialect::Postgres => sql::postgres_script(text),
    }
}

fn batch(tx: &mut Tx, text: &str) -> Result<(), StoreError> {
    match &mut tx.backend {
        Backend::Sqlite(sqlite) => sqlite.batch(text),
        Backend::Postgres(postgres) => postgres.batch(text),
        Backend::Lent(_) => Err(StoreError::Closed),
    }
}
