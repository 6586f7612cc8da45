//! Real sockets, short times.

use std::net::Ipv4Addr;

use axum::routing::get;
use tokio::net::TcpSocket;

use super::*;

const BOUNDS: Bounds = Bounds {
    connections_max: 4,
    per_peer_max: 2,
    head: Duration::from_millis(200),
    quiet: Duration::from_millis(600),
    drain: Duration::from_secs(5),
};

struct Serving {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

async fn serving(bounds: Bounds) -> Serving {
    let listener = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(900)).await;
        "slow"
    };
    let large = || async { "x".repeat(64 * 1024 * 1024) };
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/slow", get(slow))
        .route("/large", get(large));
    let task = tokio::spawn(serve(listener, None, router, stopped, bounds));
    Serving {
        address,
        stop,
        task,
    }
}

impl Serving {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends what is given and reads until the server closes.
    async fn hear(&self, mut stream: TcpStream, sent: &[u8]) -> String {
        stream.write_all(sent).await.unwrap();
        let mut heard = Vec::new();
        let read = stream.read_to_end(&mut heard);
        tokio::time::timeout(Duration::from_secs(5), read)
            .await
            .expect("the server closes")
            .unwrap();
        String::from_utf8(heard).unwrap()
    }

    async fn end(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
    }
}

const ASKED: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn who_says_nothing_is_let_go() {
    let serving = serving(BOUNDS).await;
    assert_eq!(serving.hear(serving.connect().await, b"").await, "");
    // The beginning of http/2's preface, which hyper waits on.
    assert_eq!(serving.hear(serving.connect().await, b"PRI * H").await, "");
    // And a head that does not end.
    let heard = serving.hear(serving.connect().await, b"GET / HT").await;
    assert!(!heard.contains("here"), "{heard}");
    let heard = serving.hear(serving.connect().await, ASKED).await;
    assert!(heard.ends_with("here"), "{heard}");
    serving.end().await;
}

#[tokio::test]
async fn a_request_under_way_is_waited_for() {
    let serving = serving(BOUNDS).await;
    let asked = b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let heard = serving.hear(serving.connect().await, asked).await;
    assert!(heard.ends_with("slow"), "{heard}");
    serving.end().await;
}

#[tokio::test]
async fn who_takes_no_byte_of_a_reply_is_let_go() {
    let serving = serving(BOUNDS).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(serving.address).await.unwrap();
    let asked = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(asked).await.unwrap();
    tokio::time::sleep(BOUNDS.quiet * 4).await;
    let mut heard = 0;
    let mut buffer = vec![0; 1024 * 1024];
    while let Ok(1..) = stream.read(&mut buffer).await.inspect(|read| heard += read) {}
    assert!(heard < 64 * 1024 * 1024, "{heard} bytes came");
    serving.end().await;
}

#[tokio::test]
async fn a_peer_beyond_its_share_is_told_so_and_others_are_served() {
    let patient = Bounds {
        head: Duration::from_secs(60),
        ..BOUNDS
    };
    let serving = serving(patient).await;
    let held = [serving.connect().await, serving.connect().await];
    let heard = serving.hear(serving.connect().await, ASKED).await;
    assert!(heard.starts_with("HTTP/1.1 503 "), "{heard}");
    let (head, text) = heard.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}\r\n", text.len())));
    assert!(head.contains("retry-after: 5"));

    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let other = socket.connect(serving.address).await.unwrap();
    let heard = serving.hear(other, ASKED).await;
    assert!(heard.ends_with("here"), "{heard}");
    drop(held);
    serving.end().await;
}

#[test]
fn a_warning_is_written_once_a_second() {
    let mut hushed = Hushed::default();
    let now = Instant::now();
    assert_eq!(hushed.say(now), Some(1));
    assert_eq!(hushed.say(now), None);
    assert_eq!(hushed.say(now), None);
    assert_eq!(hushed.say(now + HUSH), Some(3));
}

#[test]
fn this_machine_lets_connections_in() {
    let bounds = Bounds::of_this_machine();
    assert!(bounds.connections_max >= 16 && bounds.per_peer_max < bounds.connections_max);
}
