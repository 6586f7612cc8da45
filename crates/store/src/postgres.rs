//! The PostgreSQL side: one connection's transaction and its prepared statements.

mod faults;
mod link;
mod roles;
mod wire;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use foldhash::HashMap;
use tokio_postgres::{Config, Row as ServerRow, Statement as Prepared};
use units::ShopId;

use crate::error::StoreError;
use crate::ids::NODES;
use crate::params::Param;
use crate::row::{Row, Source};
use crate::sql::{self, Side};
use crate::tx::{Done, Each, OnKeyedRow, OnRow, Purpose, RAISE, ShopOrPlatform};

use faults::{broken, fault};
pub(crate) use link::Link;
use link::{Answer, Asked, Failed, Sent};
pub(crate) use roles::{grants, plain_role};
pub(crate) use wire::value;
use wire::{Arg, Pg, args, encode};

/// Texts kept per connection and form; beyond that the memory is emptied and fills again.
const TEXTS_MAX: usize = 1_000;
/// Statements that may wait to be sent together.
const UNSENT_MAX: usize = 64;
/// Waits before a lost server is tried again.
const RECONNECT_MS: [u64; 6] = [0, 50, 100, 200, 400, 800];

/// What of the tables and indexes has been read in this transaction.
const TOUCHED: &str = "
SELECT CAST(COALESCE(SUM(pg_stat_get_xact_tuples_returned(oid)), 0) AS BIGINT)
  FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')";

/// How to reach the server.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    /// The role that row-level security holds, when the connection's own would bypass it.
    pub(crate) role: Option<String>,
}

/// What the server knows of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// Nothing.
    No,
    /// Nothing yet: its first words wait to be sent.
    Unsent,
    /// It is open.
    Sent,
}

/// One connection.
pub(crate) struct Postgres {
    server: Server,
    link: Option<Link>,
    purpose: Purpose,
    /// Whether every statement is waited for, so that its error names the right job.
    eager: bool,
    begun: Begun,
    /// What waits to be sent with the next statement that is waited for.
    unsent: Vec<Sent>,
    /// The process's place on the database, which this connection keeps locked.
    node: Option<i64>,
    /// The shop that row-level security has been told of in this transaction.
    told: Option<ShopOrPlatform>,
    texts: HashMap<(Form, Side), HashMap<Box<str>, Arc<Text>>>,
}

/// How a text is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Plain,
    Locked,
    Each,
    Many,
}

/// A text in PostgreSQL's dialect and one form.
struct Text {
    sql: String,
    params: usize,
    /// Whether it inserts exactly its rows or fails.
    sure: bool,
    prepared: OnceLock<Prepared>,
}

impl Server {
    /// Connects and sets the session up.
    pub(crate) fn connect(&self) -> Result<Link, StoreError> {
        let role = self
            .role
            .as_ref()
            .map(|role| format!("SET ROLE {role};"))
            .unwrap_or_default();
        // Generic plans: a plan for the values at hand costs more to make than these statements
        // to run, and on new tables without statistics it was three times slower.
        let setup = format!(
            "SELECT set_config('search_path', current_schema(), false);
             {role} SET lock_timeout = '5s'; SET statement_timeout = '60s';
             SET idle_in_transaction_session_timeout = '60s'; SET plan_cache_mode = force_generic_plan;
             SELECT set_config('synchronous_commit', 'on', false)
              WHERE current_setting('synchronous_commit') = 'off';"
        );
        Link::connect(&self.config, &setup)
    }
}

impl Postgres {
    pub(crate) fn new(server: Server, purpose: Purpose) -> Self {
        Self {
            server,
            link: None,
            purpose,
            eager: true,
            begun: Begun::No,
            unsent: Vec::new(),
            node: None,
            told: None,
            texts: HashMap::default(),
        }
    }

    /// Takes the first free place, which this connection then keeps; `None` when all are taken.
    pub(crate) fn take_node(&mut self) -> Result<Option<i64>, StoreError> {
        for node in 0..NODES {
            if lock_node(self.link()?, node)? {
                self.node = Some(node);
                break;
            }
        }
        Ok(self.node)
    }

    pub(crate) fn set_eager(&mut self, eager: bool) {
        self.eager = eager;
    }

    pub(crate) fn begin(&mut self) {
        self.begun = Begun::No;
        self.told = None;
        self.unsent.clear();
    }

    pub(crate) fn is_open(&self) -> bool {
        self.begun != Begun::No && !self.link.as_ref().is_some_and(Link::is_closed)
    }

    /// Commits, and raises the commit numbers of the shops that were written, in the same
    /// breath as the last statements.
    pub(crate) fn commit(&mut self, wrote: &[ShopId]) -> Result<(), StoreError> {
        match self.begun {
            Begun::No => return Ok(()),
            // A connection that died long ago must be found out before the commit is sent.
            Begun::Unsent => self.flush()?,
            Begun::Sent => {}
        }
        let raise = if wrote.is_empty() {
            String::new()
        } else {
            let rows: Vec<String> = wrote
                .iter()
                .map(|shop| format!("({}, 1)", shop.get()))
                .collect();
            format!(
                "INSERT INTO shop_commits (shop, number) VALUES {} {RAISE};",
                rows.join(", ")
            )
        };
        self.unsent.push(Sent::Words(format!("{raise}COMMIT")));
        match self.flush() {
            Ok(()) => {
                self.begun = Begun::No;
                Ok(())
            }
            Err(StoreError::Disconnected(_)) => {
                self.begun = Begun::No;
                Err(StoreError::OutcomeUnknown)
            }
            // A statement before the commit failed, so the server has not committed.
            Err(other) => Err(other),
        }
    }

    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        self.unsent.clear();
        if std::mem::replace(&mut self.begun, Begun::No) != Begun::Sent {
            return Ok(());
        }
        match (&self.link, self.purpose) {
            (Some(link), Purpose::Write | Purpose::Tend) => link.batch("ROLLBACK"),
            (Some(link), Purpose::Read) => {
                link.send_away("ROLLBACK");
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    pub(crate) fn savepoint(&mut self, text: &str) -> Result<(), StoreError> {
        self.stand_in(self.told.unwrap_or(ShopOrPlatform(None)));
        if text.starts_with("ROLLBACK") {
            // What was told since the savepoint is undone with it.
            self.told = None;
        }
        self.unsent.push(Sent::Words(text.to_owned()));
        if self.unsent.len() > UNSENT_MAX {
            return self.flush();
        }
        Ok(())
    }

    /// Runs a script of the store's own as the platform.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.stand_in(ShopOrPlatform(None));
        self.flush()?;
        self.link()?.batch(text)
    }

    /// The connection, made again when it was lost.
    fn link(&mut self) -> Result<&Link, StoreError> {
        if self.link.as_ref().is_none_or(Link::is_closed) {
            if self.begun == Begun::Sent {
                // A new connection knows nothing of this transaction.
                return Err(StoreError::Disconnected(
                    "the connection broke during a transaction".to_owned(),
                ));
            }
            self.texts.clear();
            self.link = None;
            let link = self.server.connect().map_err(|error| match error {
                StoreError::Disconnected(reason) => StoreError::Disconnected(reason),
                other => StoreError::Disconnected(other.to_string()),
            })?;
            if let Some(node) = self.node {
                // Should another process have taken the place meanwhile, the lease's epoch
                // has changed and keeps the ids apart.
                lock_node(&link, node)?;
            }
            self.link = Some(link);
        }
        self.link
            .as_ref()
            .ok_or_else(|| StoreError::Disconnected("no connection".to_owned()))
    }

    /// Begins if need be, and tells row-level security which shop it is.
    fn stand_in(&mut self, shop: ShopOrPlatform) {
        if self.begun != Begun::No && self.told == Some(shop) {
            return;
        }
        let number = shop
            .0
            .map(|shop| shop.get().to_string())
            .unwrap_or_default();
        let begin = match (self.begun, self.purpose) {
            (Begun::No, Purpose::Read) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ",
            (Begun::No, Purpose::Write | Purpose::Tend) => "BEGIN ISOLATION LEVEL READ COMMITTED; ",
            _ => "",
        };
        if self.begun == Begun::No {
            self.begun = Begun::Unsent;
        }
        self.unsent.push(Sent::Words(format!(
            "{begin}SET LOCAL stockroom.shop = '{number}'"
        )));
        self.told = Some(shop);
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.ask(None, "").map(|_| ())
    }

    /// Sends what waits and the statement that is asked for.
    fn ask(&mut self, asked: Option<&Asked<'_>>, text: &str) -> Result<Answer, StoreError> {
        let unsent = std::mem::take(&mut self.unsent);
        if unsent.is_empty() && asked.is_none() {
            return Ok(Answer::default());
        }
        let answer = self.link()?.send(&unsent, asked);
        if answer.is_ok() && self.begun == Begun::Unsent {
            self.begun = Begun::Sent;
        }
        answer.map_err(|failed| {
            let error = match failed {
                Failed::Asked(error) => broken(&error, text),
                Failed::Sent(place, error) => match &unsent[place] {
                    Sent::Words(_) => fault(&error),
                    Sent::Statement { text, .. } => broken(&error, text),
                },
            };
            if !matches!(error, StoreError::Disconnected(_)) && self.begun == Begun::Unsent {
                self.begun = Begun::Sent;
            }
            error
        })
    }

    /// Runs `step`; again on a new connection as long as the server has heard nothing of the
    /// transaction and nothing of it waits to be sent.
    fn persistently<T>(
        &mut self,
        mut step: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut last = None;
        for wait_ms in RECONNECT_MS {
            std::thread::sleep(Duration::from_millis(wait_ms));
            let alone = self.begun != Begun::Sent
                && self.unsent.iter().all(
                    |sent| matches!(sent, Sent::Words(words) if !words.starts_with("SAVEPOINT")),
                );
            match step(self) {
                Err(StoreError::Disconnected(reason)) if alone => {
                    last = Some(StoreError::Disconnected(reason));
                    self.link = None;
                    self.begin();
                }
                other => return other,
            }
        }
        Err(last.unwrap_or(StoreError::Closed))
    }

    fn known(
        &mut self,
        text: &str,
        side: Side,
        form: Form,
        given: usize,
    ) -> Result<Arc<Text>, StoreError> {
        // A lost connection takes its prepared statements along.
        self.link()?;
        let found = self
            .texts
            .get(&(form, side))
            .and_then(|texts| texts.get(text));
        if let Some(known) = found {
            if known.params == given {
                return Ok(Arc::clone(known));
            }
            return Err(StoreError::Parameters {
                wanted: known.params,
                given,
                statement: text.to_owned(),
            });
        }
        let statement = sql::parse(text, side)?;
        statement.takes(given)?;
        if statement.writes && self.purpose == Purpose::Read {
            return Err(StoreError::ReadOnly {
                statement: text.to_owned(),
            });
        }
        if form == Form::Many {
            statement.takes_many()?;
        }
        let sql = match form {
            Form::Plain => statement.postgres(),
            Form::Locked => format!("{} FOR UPDATE", statement.postgres()),
            Form::Each | Form::Many => {
                let types = self.types(&statement, text)?;
                if form == Form::Each {
                    statement.postgres_each(types.first().map_or("", String::as_str))?
                } else {
                    statement.postgres_many(&types)?
                }
            }
        };
        let new = Arc::new(Text {
            sql,
            params: statement.params,
            sure: statement.sure,
            prepared: OnceLock::new(),
        });
        let texts = self.texts.entry((form, side)).or_default();
        if texts.len() >= TEXTS_MAX {
            texts.clear();
        }
        texts.insert(text.into(), Arc::clone(&new));
        Ok(new)
    }

    /// The types of the caller's parameters, as the server sees them in the plain text.
    fn types(
        &mut self,
        statement: &sql::Statement<'_>,
        text: &str,
    ) -> Result<Vec<String>, StoreError> {
        let single = self
            .link()?
            .prepare(&statement.postgres())
            .map_err(|e| broken(&e, text))?;
        let first = single.params().len() - statement.params;
        Ok(single.params()[first..]
            .iter()
            .map(|kind| kind.name().to_owned())
            .collect())
    }

    fn prepared(&mut self, known: &Text, text: &str) -> Result<Prepared, StoreError> {
        if let Some(prepared) = known.prepared.get() {
            return Ok(prepared.clone());
        }
        let new = self
            .link()?
            .prepare(&known.sql)
            .map_err(|e| broken(&e, text))?;
        Ok(known.prepared.get_or_init(|| new).clone())
    }

    /// Runs a text and gives its rows and how many were changed. A sure insert of `inserts`
    /// rows is sent later, with what comes next.
    fn query(
        &mut self,
        known: &Text,
        (text, shop): (&str, ShopOrPlatform),
        args: &[Arg<'_>],
        inserts: u64,
    ) -> Result<(Vec<ServerRow>, Done), StoreError> {
        let prepared = self.prepared(known, text)?;
        self.stand_in(shop);
        if known.sure && !self.eager && self.unsent.len() < UNSENT_MAX {
            self.unsent.push(Sent::Statement {
                args: encode(args, prepared.params())
                    .map_err(|reason| StoreError::Database(format!("{reason}: {text}")))?,
                prepared,
                text: text.to_owned(),
            });
            let done = Done {
                rows: 0,
                changed: inserts,
            };
            return Ok((Vec::new(), done));
        }
        let rows = !prepared.columns().is_empty();
        let asked = Asked {
            prepared: &prepared,
            args,
            rows,
        };
        let answer = self.ask(Some(&asked), text)?;
        let done = Done {
            rows: answer.rows.len() as u64,
            changed: answer.changed,
        };
        Ok((answer.rows, done))
    }

    /// Runs a statement; hands its rows over until `on_row` has enough.
    pub(crate) fn run(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        params: &[Param<'_>],
        locked: bool,
        on_row: OnRow<'_>,
    ) -> Result<Done, StoreError> {
        let form = if locked && self.purpose == Purpose::Write {
            Form::Locked
        } else {
            Form::Plain
        };
        let args = args(shop, params.iter().map(Arg::One));
        let (rows, mut done, reads) = self.persistently(|this| {
            let known = this.known(text, shop.side(), form, params.len())?;
            let (rows, done) = this.query(&known, (text, shop), &args, 1)?;
            Ok((rows, done, known.sql.starts_with("SELECT")))
        })?;
        if !reads {
            done.changed = done.changed.max(done.rows);
        }
        let mut handed = 0;
        for row in &rows {
            handed += 1;
            if !on_row(&mut Row::new(Source::Postgres(row), 0, row.len(), text))? {
                break;
            }
        }
        done.rows = handed;
        Ok(done)
    }

    /// Runs a statement once per key, in one round trip.
    pub(crate) fn each(
        &mut self,
        each: Each<'_>,
        on_row: OnKeyedRow<'_>,
    ) -> Result<Done, StoreError> {
        let keys = Arg::Many(each.keys.iter().map(Pg).collect());
        let args = args(
            each.shop,
            std::iter::once(keys).chain(each.params.iter().map(Arg::One)),
        );
        let given = each.params.len() + 1;
        let (rows, done) = self.persistently(|this| {
            let known = this.known(each.text, each.shop.side(), Form::Each, given)?;
            this.query(&known, (each.text, each.shop), &args, 0)
        })?;
        for row in &rows {
            let mut row = Row::new(Source::Postgres(row), 0, row.len(), each.text);
            let place: i64 = row.take()?;
            let place = usize::try_from(place - 1).unwrap_or(usize::MAX);
            if place < each.keys.len() {
                on_row(place, &mut row)?;
            }
        }
        Ok(done)
    }

    /// Rows and entries of indexes that this connection has read.
    pub(crate) fn rows_touched(&mut self, shop: ShopOrPlatform) -> Result<u64, StoreError> {
        // Within the transaction: the figures of a finished one may have been put away.
        self.stand_in(shop);
        self.flush()?;
        let count: i64 = self.link()?.one(TOUCHED)?.get(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// How the server reads for a text that has run, as it was run last.
    pub(crate) fn explained(&mut self, text: &str) -> Result<Vec<String>, StoreError> {
        let known = self.texts.values().find_map(|texts| texts.get(text));
        let Some(known) = known.cloned() else {
            return Ok(Vec::new());
        };
        let count = known.prepared.get().map_or(0, |one| one.params().len());
        let nulls = vec!["NULL"; count].join(", ");
        let given = if count == 0 {
            String::new()
        } else {
            format!("({nulls})")
        };
        self.flush()?;
        let link = self.link()?;
        link.batch(&format!("PREPARE explained AS {}", known.sql))?;
        let lines = link.lines(&format!("EXPLAIN (COSTS OFF) EXECUTE explained{given}"))?;
        link.batch("DEALLOCATE explained")?;
        Ok(lines)
    }

    /// Runs a single-row statement for all rows of `flat` at once.
    pub(crate) fn many(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        width: usize,
        flat: &[Param<'_>],
    ) -> Result<Done, StoreError> {
        let columns = (0..width)
            .map(|column| Arg::Many(flat.iter().skip(column).step_by(width).map(Pg).collect()));
        let args = args(shop, columns);
        let count = flat.len().checked_div(width).unwrap_or(0) as u64;
        self.persistently(|this| {
            let known = this.known(text, shop.side(), Form::Many, width)?;
            this.query(&known, (text, shop), &args, count)
        })
        .map(|(_, done)| done)
    }
}

/// Tries to take a place with a lock that lasts as long as the session.
fn lock_node(link: &Link, node: i64) -> Result<bool, StoreError> {
    link.one(&format!(
        "SELECT pg_try_advisory_lock(hashtext('stockroom ' || current_schema()), {node})"
    ))
    .map(|row| row.get(0))
}
