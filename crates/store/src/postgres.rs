//! The PostgreSQL side: one connection, its prepared statements and its errors.

mod faults;
mod roles;
mod wire;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use foldhash::HashMap;
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls};
use units::ShopId;

use crate::error::StoreError;
use crate::ids::NODES;
use crate::params::Param;
use crate::row::{Row, Source};
use crate::sql::{self, Side};
use crate::tx::{Done, Each, OnKeyedRow, OnRow, Purpose, RAISE, ShopOrPlatform};

use faults::broken;
pub(crate) use faults::fault;
pub(crate) use roles::{grants, plain_role};
pub(crate) use wire::value;
use wire::{Arg, Pg, args};

/// Texts kept per connection and form; beyond that the memory is emptied and fills again.
const TEXTS_MAX: usize = 1_000;
/// Waits before a lost server is tried again.
const RECONNECT_MS: [u64; 6] = [0, 50, 100, 200, 400, 800];

/// How to reach the server.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    /// The role that row-level security holds, when the connection's own would bypass it.
    pub(crate) role: Option<String>,
}

/// Where the transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Idle,
    /// Begun for the caller; the server hears of it with the first statement.
    Pending,
    Open,
}

/// One connection.
pub(crate) struct Postgres {
    server: Server,
    client: Option<Client>,
    purpose: Purpose,
    stage: Stage,
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
    prepared: OnceLock<postgres::Statement>,
}

impl Server {
    /// Connects and sets the session up.
    pub(crate) fn connect(&self) -> Result<Client, StoreError> {
        let mut client = self.config.connect(NoTls).map_err(|e| fault(&e))?;
        let role = self
            .role
            .as_ref()
            .map(|role| format!("SET ROLE {role};"))
            .unwrap_or_default();
        client
            .batch_execute(&format!(
                "SELECT set_config('search_path', current_schema(), false);
                 {role} SET lock_timeout = '5s'; SET statement_timeout = '60s';
                 SET idle_in_transaction_session_timeout = '60s';
                 SELECT set_config('synchronous_commit', 'on', false)
                  WHERE current_setting('synchronous_commit') = 'off';"
            ))
            .map_err(|e| fault(&e))?;
        Ok(client)
    }
}

impl Postgres {
    pub(crate) fn new(server: Server, purpose: Purpose) -> Self {
        Self {
            server,
            client: None,
            purpose,
            stage: Stage::Idle,
            node: None,
            told: None,
            texts: HashMap::default(),
        }
    }

    /// Takes the first free place, which this connection then keeps; `None` when all are taken.
    pub(crate) fn take_node(&mut self) -> Result<Option<i64>, StoreError> {
        self.stand_in(ShopOrPlatform(None))?;
        for node in 0..NODES {
            if lock_node(self.client()?, node)? {
                self.node = Some(node);
                break;
            }
        }
        Ok(self.node)
    }

    pub(crate) fn begin(&mut self) {
        self.stage = Stage::Pending;
        self.told = None;
    }

    pub(crate) fn is_open(&self) -> bool {
        self.stage != Stage::Idle && !self.client.as_ref().is_some_and(Client::is_closed)
    }

    /// Commits, and raises the commit numbers of the shops that were written, in one round trip.
    pub(crate) fn commit(&mut self, wrote: &[ShopId]) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.stage, Stage::Idle) != Stage::Open {
            return Ok(());
        }
        let client = self.client.as_mut().ok_or(StoreError::OutcomeUnknown)?;
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
        client
            .batch_execute(&format!("{raise}COMMIT"))
            .map_err(|error| match (client.is_closed(), fault(&error)) {
                (true, _) | (_, StoreError::Disconnected(_)) => StoreError::OutcomeUnknown,
                (false, other) => {
                    // The server refused before the commit: the transaction still stands.
                    self.stage = Stage::Open;
                    other
                }
            })
    }

    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.stage, Stage::Idle) != Stage::Open {
            return Ok(());
        }
        match self.client.as_mut() {
            Some(client) => client.batch_execute("ROLLBACK").map_err(|e| fault(&e)),
            None => Ok(()),
        }
    }

    pub(crate) fn savepoint(&mut self, text: &str) -> Result<(), StoreError> {
        let told = self.told.unwrap_or(ShopOrPlatform(None));
        self.stand_in(told)?;
        if text.starts_with("ROLLBACK") {
            // What was told since the savepoint is undone with it.
            self.told = None;
        }
        self.client()?.batch_execute(text).map_err(|e| fault(&e))
    }

    /// Runs a script of the store's own as the platform.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.stand_in(ShopOrPlatform(None))?;
        self.client()?.batch_execute(text).map_err(|e| fault(&e))
    }

    fn client(&mut self) -> Result<&mut Client, StoreError> {
        self.client
            .as_mut()
            .ok_or_else(|| StoreError::Disconnected("no connection".to_owned()))
    }

    /// Begins if need be, and tells row-level security which shop it is.
    fn stand_in(&mut self, shop: ShopOrPlatform) -> Result<(), StoreError> {
        if self.stage == Stage::Open && self.told == Some(shop) {
            return Ok(());
        }
        let number = shop
            .0
            .map(|shop| shop.get().to_string())
            .unwrap_or_default();
        let tell = format!("SET LOCAL stockroom.shop = '{number}'");
        if self.stage == Stage::Open {
            self.client()?.batch_execute(&tell).map_err(|e| fault(&e))?;
        } else {
            let begin = match self.purpose {
                Purpose::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Purpose::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
            };
            self.open(&format!("{begin}; {tell}"))?;
            self.stage = Stage::Open;
        }
        self.told = Some(shop);
        Ok(())
    }

    /// Sends the first words of a transaction, connecting again when the server was lost:
    /// nothing has been done yet, so this is safe.
    fn open(&mut self, begin: &str) -> Result<(), StoreError> {
        let mut last = StoreError::Disconnected("no connection".to_owned());
        for wait_ms in RECONNECT_MS {
            if self.client.as_ref().is_none_or(Client::is_closed) {
                std::thread::sleep(Duration::from_millis(wait_ms));
                self.texts.clear();
                self.client = None;
                match self.connect() {
                    Ok(client) => self.client = Some(client),
                    Err(error) => {
                        last = error;
                        continue;
                    }
                }
            }
            match self.client()?.batch_execute(begin) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    last = fault(&error);
                    if !matches!(last, StoreError::Disconnected(_)) {
                        return Err(last);
                    }
                    self.client = None;
                }
            }
        }
        Err(match last {
            StoreError::Disconnected(reason) => StoreError::Disconnected(reason),
            other => StoreError::Disconnected(other.to_string()),
        })
    }

    fn connect(&self) -> Result<Client, StoreError> {
        let mut client = self.server.connect()?;
        if let Some(node) = self.node {
            // Should another process have taken the place meanwhile, the lease's epoch has
            // changed and keeps the ids apart.
            lock_node(&mut client, node)?;
        }
        Ok(client)
    }

    fn known(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        form: Form,
        given: usize,
    ) -> Result<Arc<Text>, StoreError> {
        let side = shop.side();
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
        self.stand_in(shop)?;
        let sql = match form {
            Form::Plain => statement.postgres(),
            Form::Locked => format!("{} FOR UPDATE", statement.postgres()),
            Form::Each | Form::Many => {
                let single = self
                    .client()?
                    .prepare(&statement.postgres())
                    .map_err(|e| broken(&e, text))?;
                let first = single.params().len() - statement.params;
                let types: Vec<String> = single.params()[first..]
                    .iter()
                    .map(|kind| kind.name().to_owned())
                    .collect();
                if form == Form::Each {
                    let key = types.first().map_or("", String::as_str);
                    statement.postgres_each(key)?
                } else {
                    statement.postgres_many(&types)?
                }
            }
        };
        let new = Arc::new(Text {
            sql,
            params: statement.params,
            prepared: OnceLock::new(),
        });
        let texts = self.texts.entry((form, side)).or_default();
        if texts.len() >= TEXTS_MAX {
            texts.clear();
        }
        texts.insert(text.into(), Arc::clone(&new));
        Ok(new)
    }

    /// Prepares once, runs, and gives the rows and how many were changed.
    fn query(
        &mut self,
        known: &Text,
        text: &str,
        args: &[Arg<'_>],
    ) -> Result<(Vec<postgres::Row>, Done), StoreError> {
        let client = self.client()?;
        let prepared = if let Some(prepared) = known.prepared.get() {
            prepared
        } else {
            let new = client.prepare(&known.sql).map_err(|e| broken(&e, text))?;
            known.prepared.get_or_init(|| new)
        };
        let args: Vec<&(dyn ToSql + Sync)> =
            args.iter().map(|arg| arg as &(dyn ToSql + Sync)).collect();
        if prepared.columns().is_empty() {
            let changed = client
                .execute(prepared, &args)
                .map_err(|e| broken(&e, text))?;
            return Ok((Vec::new(), Done { rows: 0, changed }));
        }
        let rows = client
            .query(prepared, &args)
            .map_err(|e| broken(&e, text))?;
        let count = rows.len() as u64;
        let done = Done {
            rows: count,
            changed: 0,
        };
        Ok((rows, done))
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
        let known = self.known(text, shop, form, params.len())?;
        self.stand_in(shop)?;
        let args = args(shop, params.iter().map(Arg::One));
        let (rows, mut done) = self.query(&known, text, &args)?;
        if done.rows > 0 && !known.sql.starts_with("SELECT") {
            done.changed = done.rows;
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
        let known = self.known(each.text, each.shop, Form::Each, each.params.len() + 1)?;
        self.stand_in(each.shop)?;
        let keys = Arg::Many(each.keys.iter().map(Pg).collect());
        let args = args(
            each.shop,
            std::iter::once(keys).chain(each.params.iter().map(Arg::One)),
        );
        let (rows, done) = self.query(&known, each.text, &args)?;
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

    /// Runs a single-row statement for all rows of `flat` at once.
    pub(crate) fn many(
        &mut self,
        text: &str,
        shop: ShopOrPlatform,
        width: usize,
        flat: &[Param<'_>],
    ) -> Result<Done, StoreError> {
        let known = self.known(text, shop, Form::Many, width)?;
        self.stand_in(shop)?;
        let columns = (0..width)
            .map(|column| Arg::Many(flat.iter().skip(column).step_by(width).map(Pg).collect()));
        let args = args(shop, columns);
        self.query(&known, text, &args).map(|(_, done)| done)
    }
}

/// Tries to take a place with a lock that lasts as long as the session.
fn lock_node(client: &mut Client, node: i64) -> Result<bool, StoreError> {
    client
        .query_one(
            "SELECT pg_try_advisory_lock(7305, $1::bigint::int)",
            &[&node],
        )
        .map(|row| row.get(0))
        .map_err(|e| fault(&e))
}
