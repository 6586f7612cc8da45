//! Watching: what each statement cost and how it was planned. Tests bound it; a server watches nothing.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::StoreError;
use crate::tx::{Backend, Tx, lent};

/// What is told of a statement that has run.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// The text, as the caller wrote it.
    pub text: &'a str,
    /// Rows handed over.
    pub rows: u64,
    /// What the database did for it: steps of SQLite's machine, or rows and entries of indexes that PostgreSQL
    /// read. Neither grows with a table, unless the statement reads more of it.
    pub work: u64,
    /// How the database reads for it, line by line; only the first time that a text is seen.
    pub plan: &'a [String],
}

type Seen = dyn Fn(&Watched<'_>) + Send + Sync;

/// Is told of every statement, on the thread that ran it.
#[derive(Clone)]
pub struct Watch {
    tell: Arc<Seen>,
    planned: Arc<Mutex<HashSet<String>>>,
}

impl Watch {
    /// Calls `tell` after every statement.
    pub fn new(tell: impl Fn(&Watched<'_>) + Send + Sync + 'static) -> Self {
        Self {
            tell: Arc::new(tell),
            planned: Arc::default(),
        }
    }

    pub(crate) fn tell(&self, watched: &Watched<'_>) {
        (self.tell)(watched);
    }

    /// Whether a text has not been seen before.
    pub(crate) fn is_new(&self, text: &str) -> bool {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.insert(text.to_owned())
    }

    /// Tells the plans of all texts once more: after a database has grown they may be others.
    pub fn plan_again(&self) {
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.clear();
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl Tx {
    /// What the database has done on this connection so far; 0 when nobody watches.
    pub(crate) fn work(&mut self) -> Result<u64, StoreError> {
        if self.watch.is_none() {
            return Ok(0);
        }
        let shop = self.shop;
        match &mut self.backend {
            Backend::Sqlite(sqlite) => Ok(sqlite.steps()),
            Backend::Postgres(postgres) => postgres.rows_touched(shop),
            Backend::Lent(_) => Err(lent()),
        }
    }

    pub(crate) fn tell(&mut self, text: &str, rows: u64, before: u64) -> Result<(), StoreError> {
        let Some(watch) = self.watch.clone() else {
            return Ok(());
        };
        let work = self.work()?.saturating_sub(before);
        let plan = match &mut self.backend {
            _ if !watch.is_new(text) => Vec::new(),
            Backend::Sqlite(sqlite) => sqlite.explained(text, self.shop)?,
            Backend::Postgres(postgres) => postgres.explained(text)?,
            Backend::Lent(_) => Vec::new(),
        };
        watch.tell(&Watched {
            text,
            rows,
            work,
            plan: &plan,
        });
        Ok(())
    }
}
