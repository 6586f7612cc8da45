//! The closed loop: so many clients, each sending its next request when the last
//! reply is in.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::http::Connection;
use crate::program::Program;

/// What one client does over and over.
pub(crate) trait Work: 'static {
    /// Does it once: the `turn`-th time of this client. `Ok(false)` when it was
    /// properly refused, as for stock that has run out.
    async fn once(
        &self,
        connection: &mut Connection,
        client: usize,
        turn: u64,
    ) -> Result<bool, String>;
}

/// What a round measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Round {
    pub(crate) done: u64,
    pub(crate) refused: u64,
    pub(crate) seconds: f64,
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    pub(crate) cpu_us_each: u64,
}

impl Round {
    /// What was done or refused, a second.
    pub(crate) fn rate(&self) -> f64 {
        ratio(self.done + self.refused, self.seconds)
    }
}

#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a rate is no money"
)]
fn ratio(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// How a round is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) clients: usize,
    pub(crate) seconds: u64,
}

/// Runs one round against a program.
///
/// # Errors
/// The first thing that went wrong.
pub(crate) fn round<W: Work>(program: &Program, pace: Pace, work: Rc<W>) -> Result<Round, String> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let cpu = program.cpu();
    let start = Instant::now();
    let until = start + Duration::from_secs(pace.seconds);
    let address = program.address;
    let clients = LocalSet::new().block_on(&runtime, async move {
        let running: Vec<_> = (0..pace.clients)
            .map(|client| tokio::task::spawn_local(one(Rc::clone(&work), address, client, until)))
            .collect();
        let mut ended = Vec::with_capacity(running.len());
        for client in running {
            ended.push(client.await.map_err(|error| error.to_string())??);
        }
        Ok::<_, String>(ended)
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let used = program.cpu().saturating_sub(cpu);
    let mut latencies: Vec<u64> = Vec::new();
    let mut round = Round {
        seconds,
        ..Round::default()
    };
    for client in clients {
        round.done += client.done;
        round.refused += client.refused;
        latencies.extend(client.latencies_us);
    }
    latencies.sort_unstable();
    let at = |percent: usize| {
        latencies
            .get(latencies.len() * percent / 100)
            .copied()
            .unwrap_or(0)
    };
    round.p50_us = at(50);
    round.p99_us = at(99);
    let each = u64::try_from(used.as_micros()).unwrap_or(u64::MAX);
    round.cpu_us_each = each / (round.done + round.refused).max(1);
    Ok(round)
}

#[derive(Default)]
struct Client {
    done: u64,
    refused: u64,
    latencies_us: Vec<u64>,
}

async fn one<W: Work>(
    work: Rc<W>,
    address: SocketAddr,
    number: usize,
    until: Instant,
) -> Result<Client, String> {
    let mut connection = Connection::open(address)
        .await
        .map_err(|error| error.to_string())?;
    let mut client = Client::default();
    let mut turn = 0;
    loop {
        let start = Instant::now();
        if start >= until {
            return Ok(client);
        }
        if work.once(&mut connection, number, turn).await? {
            client.done += 1;
        } else {
            client.refused += 1;
        }
        let took = start.elapsed().as_micros();
        client
            .latencies_us
            .push(u64::try_from(took).unwrap_or(u64::MAX));
        turn += 1;
    }
}
