//! A receiver of webhooks: a small HTTP server that answers as it is told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What was received, and what is answered next.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Receiver {
    /// Listens; answers 200 unless told otherwise, after `delay`.
    pub(crate) async fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/hooks", listener.local_addr().unwrap()),
            seen: Arc::default(),
            answers: Arc::default(),
        };
        let own = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(own.clone().serve(stream, delay));
            }
        });
        receiver
    }

    /// What is answered next, in order.
    pub(crate) fn answer_next(&self, answers: &[u16]) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    async fn serve(self, stream: TcpStream, delay: Duration) {
        let mut stream = BufReader::new(stream);
        while let Some(seen) = read(&mut stream).await {
            self.seen.lock().unwrap().push(seen);
            let status = self.answers.lock().unwrap().pop_front().unwrap_or(200);
            tokio::time::sleep(delay).await;
            let redirect = if status == 302 {
                "location: http://127.0.0.1:1/\r\n"
            } else {
                ""
            };
            let head = format!("HTTP/1.1 {status} X\r\n{redirect}content-length: 2\r\n\r\nok");
            if stream.get_mut().write_all(head.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Seen {
        headers,
        body: String::from_utf8(body).ok()?,
    })
}
