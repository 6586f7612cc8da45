//! The bodies of requests: they must keep coming, and what nobody read is taken off the line
//! before the reply, so that a client that is still sending hears why it was refused.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http::{Version, header};
use hyper::body::Frame;
use tokio::time::Sleep;

/// How fast a body must come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How long it may take in any case.
    pub(crate) grace: Duration,
    /// How much longer each kibibyte makes it.
    pub(crate) per_kib: Duration,
    /// Bytes of a refused body that are read on; a client that sends more may not hear why.
    pub(crate) unread_max: u64,
    /// For how long they are.
    pub(crate) unread_time: Duration,
}

impl Default for Pace {
    /// Two kibibytes a second, and 15 seconds.
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(15),
            per_kib: Duration::from_millis(500),
            unread_max: 32 * 1024 * 1024,
            unread_time: Duration::from_secs(60),
        }
    }
}

/// How a body that was watched ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was read, or is done with.
    Whole,
    /// It came too slowly.
    Late,
}

/// A body that is being read by whoever answers.
pub(crate) struct Watch {
    rest: Arc<Mutex<Option<Timed>>>,
    pace: Pace,
    version: Version,
    asks_first: bool,
}

/// Puts a request's body under watch; `None` when it has none.
pub(crate) fn watch(request: &mut Request, pace: Pace) -> Option<Watch> {
    if request.body().is_end_stream() {
        return None;
    }
    let rest = Arc::new(Mutex::new(None));
    let timed = Timed {
        body: std::mem::take(request.body_mut()),
        sleep: None,
        pace,
        received: 0,
        state: State::Unread,
    };
    *request.body_mut() = Body::new(Lent {
        timed: Some(timed),
        rest: Arc::clone(&rest),
    });
    Some(Watch {
        rest,
        pace,
        version: request.version(),
        asks_first: request.headers().contains_key(header::EXPECT),
    })
}

impl Watch {
    /// Reads on what is left, now that the reply is known. In http/2 a reply says by itself that
    /// no more is wanted, and a client that asks first has not begun.
    pub(crate) async fn settle(self) -> Ended {
        let rest = self
            .rest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(mut rest) = rest else {
            return Ended::Whole;
        };
        if rest.state == State::Late {
            return Ended::Late;
        }
        let unasked = self.asks_first && rest.state == State::Unread;
        if self.version >= Version::HTTP_2 || unasked {
            return Ended::Whole;
        }
        let reading_on = async {
            while rest.received <= self.pace.unread_max {
                let frame = std::future::poll_fn(|cx| rest.poll(cx)).await;
                if !matches!(frame, Some(Ok(_))) {
                    break;
                }
            }
        };
        // The reply leaves either way.
        let _ = tokio::time::timeout(self.pace.unread_time, reading_on).await;
        Ended::Whole
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unread,
    Begun,
    Over,
    Late,
}

/// A body and how long it may still take.
struct Timed {
    body: Body,
    sleep: Option<Pin<Box<Sleep>>>,
    pace: Pace,
    received: u64,
    state: State,
}

impl Timed {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.state == State::Late {
            return Poll::Ready(None);
        }
        if self.state == State::Unread {
            self.state = State::Begun;
        }
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            match &frame {
                Some(Ok(frame)) => self.count(frame),
                Some(Err(_)) | None => self.state = State::Over,
            }
            return Poll::Ready(frame);
        }
        let grace = self.pace.grace;
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(grace)));
        ready!(sleep.as_mut().poll(cx));
        self.state = State::Late;
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn count(&mut self, frame: &Frame<Bytes>) {
        let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
        let before = self.received / 1_024;
        self.received += bytes;
        let kib = u32::try_from(self.received / 1_024 - before).unwrap_or(u32::MAX);
        if let Some(sleep) = self.sleep.as_mut() {
            let until = sleep.deadline() + self.pace.per_kib * kib;
            sleep.as_mut().reset(until);
        }
    }
}

/// Why a body broke off.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

/// A body in the hands of whoever answers; what they leave comes back.
struct Lent {
    timed: Option<Timed>,
    rest: Arc<Mutex<Option<Timed>>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.timed.as_mut() {
            Some(timed) => timed.poll(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        let timed = self.timed.as_ref();
        timed.is_none_or(|timed| timed.body.is_end_stream())
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        let timed = self.timed.as_ref();
        timed.map_or_else(Default::default, |timed| timed.body.size_hint())
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(timed) = self.timed.take()
            && timed.state != State::Over
            && !(timed.state == State::Begun && timed.body.is_end_stream())
        {
            let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
            *rest = Some(timed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::body::to_bytes;
    use tokio::sync::mpsc;

    const PACE: Pace = Pace {
        grace: Duration::from_millis(300),
        per_kib: Duration::from_millis(300),
        unread_max: 8 * 1_024,
        unread_time: Duration::from_secs(10),
    };

    /// A body that comes in pieces of so many bytes, when the test sends them.
    struct Pieces(mpsc::UnboundedReceiver<usize>);

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            let size = ready!(self.0.poll_recv(cx));
            Poll::Ready(size.map(|size| Ok(Frame::data(Bytes::from(vec![0; size])))))
        }
    }

    fn request() -> (Request, mpsc::UnboundedSender<usize>) {
        let (sizes, pieces) = mpsc::unbounded_channel();
        (Request::new(Body::new(Pieces(pieces))), sizes)
    }

    #[tokio::test]
    async fn a_body_that_stalls_is_late() {
        let (mut request, sizes) = request();
        let watch = watch(&mut request, PACE).unwrap();
        sizes.send(1).unwrap();
        let read = to_bytes(request.into_body(), usize::MAX).await;
        assert!(read.is_err());
        assert_eq!(watch.settle().await, Ended::Late);
    }

    #[tokio::test]
    async fn a_body_that_keeps_coming_has_time() {
        let (mut request, sizes) = request();
        let watch = watch(&mut request, PACE).unwrap();
        tokio::spawn(async move {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                sizes.send(1_024).unwrap();
            }
        });
        let read = to_bytes(request.into_body(), usize::MAX).await.unwrap();
        assert_eq!(read.len(), 10 * 1_024);
        assert_eq!(watch.settle().await, Ended::Whole);
    }

    #[tokio::test]
    async fn what_nobody_read_is_read_on_up_to_a_bound() {
        let (mut request, sizes) = request();
        let watch = watch(&mut request, PACE).unwrap();
        for _ in 0..20 {
            sizes.send(1_024).unwrap();
        }
        drop(request);
        assert_eq!(watch.settle().await, Ended::Whole);
        // Nine pieces were taken off the line, one beyond the bound; then it was given up.
        assert!(sizes.send(1).is_err());
    }

    #[tokio::test]
    async fn a_client_that_asks_first_is_not_told_to_go_on() {
        let (mut request, _sizes) = request();
        let expect = http::HeaderValue::from_static("100-continue");
        request.headers_mut().insert(header::EXPECT, expect);
        let watch = watch(&mut request, PACE).unwrap();
        drop(request);
        let settled = tokio::time::timeout(Duration::from_secs(1), watch.settle()).await;
        assert_eq!(settled, Ok(Ended::Whole));
    }
}
