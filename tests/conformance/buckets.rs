//! Files in a bucket: the file store against a server of the S3 interface, from PyPI.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use blobs::{BlobError, Blobs, Bucket};
use futures_util::TryStreamExt as _;

const NAME: &str = "files";
const MEBIBYTE: usize = 1024 * 1024;

/// A server that ends with the test.
struct Store {
    child: Child,
    endpoint: String,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Store {
    /// Starts a server with one bucket.
    async fn start() -> Self {
        let program =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/moto_server");
        assert!(
            program.is_file(),
            "the S3 server is not installed: `cargo xtask test --only python` installs it"
        );
        let free = TcpListener::bind("127.0.0.1:0").expect("the loopback address has a free port");
        let address = free.local_addr().expect("a bound listener has an address");
        drop(free);
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the S3 server starts");
        let store = Self {
            child,
            endpoint: format!("http://{address}"),
        };
        let client = tests::client();
        for _ in 0..300 {
            let made = client
                .put(format!("{}/{NAME}", store.endpoint))
                .send()
                .await;
            if made.is_ok_and(|reply| reply.status().is_success()) {
                return store;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the S3 server does not answer");
    }

    fn bucket(&self) -> Bucket {
        Bucket {
            name: NAME.to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: Some(self.endpoint.clone()),
            access_key: "key".to_owned(),
            secret_key: "secret".to_owned(),
        }
    }
}

#[tokio::test]
async fn a_bucket_keeps_bytes_as_a_folder_does() {
    let store = Store::start().await;
    let blobs = Blobs::bucket(&store.bucket()).expect("the bucket is described");
    let kept = "the file store answers";
    blobs.write("a/b.txt", "hello").await.expect(kept);
    assert_eq!(blobs.read("a/b.txt").await.expect(kept), "hello");
    assert_eq!(blobs.first("a/b.txt", 2).await.expect(kept), "he");
    assert_eq!(blobs.range("a/b.txt", 1..4).await.expect(kept), "ell");
    assert_eq!(blobs.known("a/b.txt").await.expect(kept).size_bytes, 5);
    blobs.copy("a/b.txt", "c.txt").await.expect(kept);
    let (size, pieces) = blobs.stream("c.txt").await.expect(kept);
    let pieces: Vec<_> = pieces.try_collect().await.expect(kept);
    assert_eq!((size, pieces.concat()), (5, b"hello".to_vec()));
    blobs.delete("a/b.txt").await.expect(kept);
    blobs.delete("a/b.txt").await.expect(kept);
    let gone = blobs.read("a/b.txt").await;
    assert!(matches!(gone, Err(BlobError::NotFound(_))));
    let lost = blobs.copy("a/b.txt", "d.txt").await;
    assert!(matches!(lost, Err(BlobError::NotFound(_))));
}

#[tokio::test]
async fn an_upload_to_a_bucket_comes_in_parts_and_is_there_when_it_is_finished() {
    let store = Store::start().await;
    let blobs = Blobs::bucket(&store.bucket()).expect("the bucket is described");
    let kept = "the file store answers";
    let mut upload = blobs.upload("film.mp4").await.expect(kept);
    let piece = vec![7; MEBIBYTE];
    for _ in 0..12 {
        upload.write(&piece).await.expect(kept);
    }
    assert!(blobs.known("film.mp4").await.is_err());
    let size = upload.finish().await.expect(kept);
    assert_eq!(size, 12 * MEBIBYTE as u64);
    assert_eq!(blobs.known("film.mp4").await.expect(kept).size_bytes, size);
    let mut other = blobs.upload("z").await.expect(kept);
    other.write(b"1").await.expect(kept);
    other.abandon().await;
    assert!(blobs.known("z").await.is_err());

    for name in ["r/a", "r/b", "r/c"] {
        blobs.write(name, vec![0; 10]).await.expect(kept);
    }
    assert_eq!(blobs.shrink("r", 15).await.expect(kept), 20);
    assert!(blobs.known("film.mp4").await.is_ok());
}
