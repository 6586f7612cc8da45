//! One connection's conversation, and when it is over.

use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tower::Service;

use super::{Bounds, Peer, told};

/// Requests of one http/2 connection at a time.
const STREAMS_MAX: u32 = 250;
/// How long a connection that is let go may take to say so.
const GOODBYE: Duration = Duration::from_secs(1);
/// How often in the time that a connection may be quiet it is looked at.
const LOOKS: u32 = 12;

/// What a connection is doing.
#[derive(Default)]
struct Activity {
    /// Requests that are being answered.
    under_way: AtomicUsize,
    /// Whether a head ever came.
    asked: AtomicBool,
    /// Whether the client took bytes since this was last looked at.
    taken: AtomicBool,
}

pub(super) async fn speak<S>(
    stream: S,
    peer: Peer,
    router: Router,
    mut stop: watch::Receiver<bool>,
    bounds: Bounds,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let activity = Arc::new(Activity::default());
    let stream = Watched {
        stream,
        activity: Arc::clone(&activity),
    };
    let seen = Arc::clone(&activity);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let mut router = router.clone();
        let answering = Answering::begin(&seen);
        async move {
            let reply: Result<Response<Body>, Infallible> = router.call(request).await;
            drop(answering);
            reply
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = activity.unasked(bounds.head) => {
            tracing::debug!("a connection that asked for nothing was let go");
            return;
        }
        () = activity.quiet(bounds.quiet) => {
            tracing::debug!("a connection that was quiet was let go");
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(GOODBYE, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(cause) = ended {
        tracing::debug!(%cause, "a connection ended early");
    }
}

impl Activity {
    /// Ends when no head came in time. The time-out of hyper begins once it knows the version
    /// of the protocol, which takes the first bytes.
    async fn unasked(&self, patience: Duration) {
        tokio::time::sleep(patience).await;
        if self.asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }

    /// Ends when for so long nothing was being answered and the client took no byte.
    async fn quiet(&self, patience: Duration) {
        let mut looks = tokio::time::interval(patience / LOOKS);
        let mut quiet = 0;
        while quiet <= LOOKS {
            looks.tick().await;
            let busy = self.under_way.load(Ordering::Relaxed) > 0;
            if self.taken.swap(false, Ordering::Relaxed) || busy {
                quiet = 0;
            } else {
                quiet += 1;
            }
        }
    }
}

/// A request that is being answered; over when it is dropped.
struct Answering(Arc<Activity>);

impl Answering {
    fn begin(activity: &Arc<Activity>) -> Self {
        activity.asked.store(true, Ordering::Relaxed);
        activity.under_way.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(activity))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream that notes when the other side takes bytes.
struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.activity.taken.store(true, Ordering::Relaxed);
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
