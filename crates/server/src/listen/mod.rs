//! Accepting connections: http/1.1 and http/2, plain or through rustls, until told to stop.
//!
//! A connection has a seat. There is an end to them, one peer never has them all, and who says
//! nothing loses theirs: see [`Bounds`].

mod seats;
mod speak;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::trouble::Trouble;
use seats::{Full, Seats};
use speak::speak;

/// Connections at a time, where the system lets the program have as many.
const CONNECTIONS_MAX: usize = 10_000;
/// Descriptors that are asked of the system.
const DESCRIPTORS_WANTED: u64 = 16_384;
/// Descriptors that are kept back at least: for the database, files and calls to others.
const DESCRIPTORS_KEPT_MIN: u64 = 64;
/// How long the server waits when the system gave it no connection.
const AFTER_FAULT: Duration = Duration::from_millis(100);
/// Clients at a time that are told there is no room; those beyond are cut off without a word.
const TOLD_MAX: usize = 32;
/// How long telling them may take.
const TELLING_TIMEOUT: Duration = Duration::from_secs(1);
/// A warning that comes with every connection is written once in this time.
const HUSH: Duration = Duration::from_secs(1);
/// What a client hears that finds no room.
const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 60\r\nretry-after: 5\r\n\
    connection: close\r\n\r\n\
    Too many connections are open here. Try again in a moment.\r\n";

/// How many connections there may be, and how long they may keep silent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections at a time.
    pub(crate) connections_max: usize,
    /// Those of one peer.
    pub(crate) per_peer_max: usize,
    /// By then the handshake of TLS is done, and again by then a client has sent a head.
    pub(crate) head: Duration,
    /// A connection without a request, or whose client takes no byte of a reply, is let go.
    pub(crate) quiet: Duration,
    /// At the end, how long requests that are under way may still take.
    pub(crate) drain: Duration,
}

impl Bounds {
    /// As many connections as this machine lets the program have.
    ///
    /// The soft limit of open files is raised to the hard one, and a quarter of it is left for
    /// the database, files and calls to others.
    pub(crate) fn of_this_machine() -> Self {
        let descriptors = match rlimit::increase_nofile_limit(DESCRIPTORS_WANTED) {
            Ok(descriptors) => descriptors,
            Err(cause) => {
                tracing::warn!(%cause, "the limit of open files is not known; 1,024 are assumed");
                1_024
            }
        };
        let kept = DESCRIPTORS_KEPT_MIN.max(descriptors / 4);
        let free = usize::try_from(descriptors.saturating_sub(kept)).unwrap_or(CONNECTIONS_MAX);
        let connections_max = free.clamp(16, CONNECTIONS_MAX);
        Self {
            connections_max,
            per_peer_max: connections_max / 2,
            head: Duration::from_secs(15),
            quiet: Duration::from_secs(60),
            drain: Duration::from_secs(20),
        }
    }
}

/// The peer of a connection, found among a request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Binds the address.
///
/// # Errors
/// When it is another program's, or not one of this machine's.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Trouble> {
    TcpListener::bind(address)
        .await
        .map_err(|cause| match cause.kind() {
            io::ErrorKind::AddrInUse => Trouble::PortBusy { address },
            _ => Trouble::CannotListen { address, cause },
        })
}

/// Serves until `stop` says so, then lets what is under way end.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    mut stop: watch::Receiver<bool>,
    bounds: Bounds,
) {
    let acceptor = tls.map(TlsAcceptor::from);
    let seats = Seats::new(bounds.connections_max, bounds.per_peer_max);
    let telling = Arc::new(Semaphore::new(TOLD_MAX));
    let (mut faults, mut refusals) = (Hushed::default(), Hushed::default());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(cause) => {
                // Out of descriptors, or a client that left at once: neither ends the server.
                if let Some(times) = faults.say(Instant::now()) {
                    tracing::warn!(%cause, times, "connections were not accepted");
                }
                tokio::time::sleep(AFTER_FAULT).await;
                continue;
            }
        };
        let seat = match seats.take(peer.ip()) {
            Ok(seat) => seat,
            Err(full) => {
                if let Some(times) = refusals.say(Instant::now()) {
                    note(full, peer, times, bounds);
                }
                if let Ok(turn) = Arc::clone(&telling).try_acquire_owned()
                    && acceptor.is_none()
                {
                    tokio::spawn(async move {
                        let _ = tokio::time::timeout(TELLING_TIMEOUT, tell(stream)).await;
                        drop(turn);
                    });
                }
                continue;
            }
        };
        let (router, acceptor, stop) = (router.clone(), acceptor.clone(), stop.clone());
        tokio::spawn(async move {
            converse(stream, Peer(peer), acceptor, router, stop, bounds).await;
            drop(seat);
        });
    }
    drop(listener);
    let drained = tokio::time::timeout(bounds.drain, seats.all_free()).await;
    if drained.is_err() {
        tracing::warn!("connections were cut: they took longer than the server waits at its end");
    }
}

fn note(full: Full, peer: SocketAddr, times: u64, bounds: Bounds) {
    match full {
        Full::All => tracing::warn!(
            times,
            max = bounds.connections_max,
            "connections were refused: as many are open as there may be (raise the limit of open \
             files, `ulimit -n`, to allow more)"
        ),
        Full::Peer => tracing::warn!(
            times,
            peer = %peer.ip(),
            max = bounds.per_peer_max,
            "connections of a peer were refused: it has half of all there may be"
        ),
    }
}

/// Says that there is no room, and lets the client read it before the connection goes.
async fn tell(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(NO_ROOM).await?;
    stream.shutdown().await?;
    let mut unheard = [0; 4_096];
    while stream.read(&mut unheard).await? > 0 {}
    Ok(())
}

/// A warning that would come too often: it is written once in a while, with how often it came.
#[derive(Default)]
struct Hushed {
    said: Option<Instant>,
    times: u64,
}

impl Hushed {
    /// How often it came since it was last written; `None` when that is too recent.
    fn say(&mut self, now: Instant) -> Option<u64> {
        self.times += 1;
        if self
            .said
            .is_some_and(|said| now.duration_since(said) < HUSH)
        {
            return None;
        }
        self.said = Some(now);
        Some(std::mem::take(&mut self.times))
    }
}

/// Waits until the server is told to stop, or whoever could tell it is gone.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}

async fn converse(
    stream: TcpStream,
    peer: Peer,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    stop: watch::Receiver<bool>,
    bounds: Bounds,
) {
    // Replies are written whole, so waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => speak(stream, peer, router, stop, bounds).await,
        Some(acceptor) => match tokio::time::timeout(bounds.head, acceptor.accept(stream)).await {
            Ok(Ok(secured)) => speak(secured, peer, router, stop, bounds).await,
            Ok(Err(cause)) => tracing::debug!(%cause, "a handshake failed"),
            Err(_) => tracing::debug!("a handshake took too long"),
        },
    }
}
