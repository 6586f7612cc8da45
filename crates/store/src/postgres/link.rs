//! A connection to the server, driven by the thread that owns it.
//!
//! What does not have to be waited for is sent in one breath with what has to be: on a busy
//! machine a round trip costs more than a statement.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Config, Error, NoTls, Row, SimpleQueryMessage, Statement};

use crate::error::StoreError;
use crate::postgres::faults::fault;
use crate::postgres::wire::{Arg, Encoded};

/// How long a server may take to let us in.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection and the runtime that drives it, on the owner's thread alone.
pub(crate) struct Link {
    runtime: Runtime,
    client: Client,
}

/// Something to send whose answer is only checked for an error.
pub(super) enum Sent {
    /// Words of the transaction itself.
    Words(String),
    /// A statement that is known to change `rows` rows or to fail.
    Statement {
        prepared: Statement,
        args: Vec<Encoded>,
        /// The caller's text, for the message.
        text: String,
    },
}

/// The statement that is waited for.
pub(super) struct Asked<'a> {
    pub(super) prepared: &'a Statement,
    pub(super) args: &'a [Arg<'a>],
    /// Whether it gives rows; otherwise it gives the number of rows changed.
    pub(super) rows: bool,
}

/// What it gives.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<Row>,
    pub(super) changed: u64,
}

/// Which of the things sent failed, and how.
pub(super) enum Failed {
    Sent(usize, Error),
    Asked(Error),
}

type Wait<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + 'a>>;

impl Link {
    /// Connects; `setup` runs before anything else.
    pub(crate) fn connect(config: &Config, setup: &str) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| StoreError::Disconnected(error.to_string()))?;
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        let client = runtime
            .block_on(async {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::warn!(%error, "a connection to PostgreSQL ended");
                    }
                });
                client.batch_execute(setup).await?;
                Ok(client)
            })
            .map_err(|error| fault(&error))?;
        Ok(Self { runtime, client })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs a script and waits.
    pub(crate) fn batch(&self, text: &str) -> Result<(), StoreError> {
        self.runtime
            .block_on(self.client.batch_execute(text))
            .map_err(|error| fault(&error))
    }

    /// Runs a statement of the store's own that gives one row.
    pub(crate) fn one(&self, text: &str) -> Result<Row, StoreError> {
        self.runtime
            .block_on(self.client.query_one(text, &[]))
            .map_err(|error| fault(&error))
    }

    /// Runs a statement of the store's own that gives texts.
    pub(super) fn lines(&self, text: &str) -> Result<Vec<String>, StoreError> {
        let messages = self
            .runtime
            .block_on(self.client.simple_query(text))
            .map_err(|error| fault(&error))?;
        let lines = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(lines.collect())
    }

    pub(super) fn prepare(&self, text: &str) -> Result<Statement, Error> {
        self.runtime.block_on(self.client.prepare(text))
    }

    /// Sends everything in order in one breath, and waits for all answers.
    pub(super) fn send(&self, sent: &[Sent], asked: Option<&Asked<'_>>) -> Result<Answer, Failed> {
        let mut waits: Vec<Wait<'_>> = sent.iter().map(|one| self.wait_sent(one)).collect();
        if let Some(asked) = asked {
            waits.push(self.wait_asked(asked));
        }
        let mut answers: Vec<Option<Result<Answer, Error>>> = Vec::new();
        answers.resize_with(waits.len(), || None);
        // The first poll of each puts its message on the wire, so they must go in order.
        self.runtime.block_on(poll_fn(|cx| {
            let mut open = false;
            for (wait, answer) in waits.iter_mut().zip(&mut answers) {
                if answer.is_none() {
                    match wait.as_mut().poll(cx) {
                        Poll::Ready(result) => *answer = Some(result),
                        Poll::Pending => open = true,
                    }
                }
            }
            if open { Poll::Pending } else { Poll::Ready(()) }
        }));
        let mut last = Answer::default();
        for (place, answer) in answers.into_iter().flatten().enumerate() {
            match answer {
                Ok(answer) => last = answer,
                Err(error) if place < sent.len() => return Err(Failed::Sent(place, error)),
                Err(error) => return Err(Failed::Asked(error)),
            }
        }
        Ok(last)
    }

    /// Sends words without waiting for the answer, which must not matter.
    pub(super) fn send_away(&self, text: &str) {
        self.runtime.block_on(async {
            let mut wait = pin!(self.client.batch_execute(text));
            poll_fn(|cx| {
                let _ = wait.as_mut().poll(cx);
                Poll::Ready(())
            })
            .await;
            // Lets the connection's own task write it out.
            tokio::task::yield_now().await;
        });
    }

    fn wait_sent<'a>(&'a self, sent: &'a Sent) -> Wait<'a> {
        match sent {
            Sent::Words(text) => Box::pin(async move {
                self.client.batch_execute(text).await?;
                Ok(Answer::default())
            }),
            Sent::Statement { prepared, args, .. } => Box::pin(async move {
                self.client.execute_raw(prepared, args).await?;
                Ok(Answer::default())
            }),
        }
    }

    fn wait_asked<'a>(&'a self, asked: &'a Asked<'a>) -> Wait<'a> {
        Box::pin(async move {
            let args: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
                asked.args.iter().map(|arg| arg as _).collect();
            Ok(if asked.rows {
                Answer {
                    rows: self.client.query(asked.prepared, &args).await?,
                    changed: 0,
                }
            } else {
                Answer {
                    rows: Vec::new(),
                    changed: self.client.execute(asked.prepared, &args).await?,
                }
            })
        })
    }
}
