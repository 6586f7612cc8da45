//! Bytes by key: pictures and uploads. A local folder by default, a bucket of an S3-compatible
//! store by configuration.
//!
//! Keys are paths of plain names with slashes, `files/7/cup.png`; they are the same whatever
//! keeps the bytes.

mod web;

use std::fmt;
use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload};

/// Bytes that are handed on at once while they are uploaded.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Why bytes could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is nothing under the key.
    #[error("There is nothing under the key {0}.")]
    NotFound(String),
    /// The key is no path of plain names.
    #[error("{0} is no key.")]
    Key(String),
    /// Whatever keeps the bytes failed.
    #[error("The file store failed: {0}")]
    Store(#[source] object_store::Error),
}

/// Where bytes are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

/// A bucket of an S3-compatible store.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// What it is called.
    pub name: String,
    /// Where it is: `eu-central-1`.
    pub region: String,
    /// The store's address; Amazon's own without.
    pub endpoint: Option<String>,
    /// Whose key it is opened with.
    pub access_key: String,
    /// The key's secret.
    pub secret_key: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// What is known of bytes without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// How many they are.
    pub size_bytes: u64,
    /// When they were written: microseconds since 1970.
    pub modified_micros: i64,
}

/// Bytes on their way in. Nothing is kept before [`Upload::finish`].
pub struct Upload {
    inner: Box<dyn MultipartUpload>,
    waiting: Vec<u8>,
    written: u64,
}

impl Blobs {
    /// A folder, which is made when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made or used.
    pub fn folder(folder: &FilePath) -> Result<Self, BlobError> {
        let unusable = |source: std::io::Error| {
            BlobError::Store(object_store::Error::Generic {
                store: "folder",
                source: Box::new(source),
            })
        };
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(BlobError::Store)?;
        Ok(Self(Arc::new(store)))
    }

    /// A bucket, which must be there.
    ///
    /// # Errors
    /// When what is said of it makes no sense.
    pub fn bucket(bucket: &Bucket) -> Result<Self, BlobError> {
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(web::Web)
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(&bucket.secret_key)
            .with_virtual_hosted_style_request(false);
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder
                .with_endpoint(endpoint.trim_end_matches('/'))
                .with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().map_err(BlobError::Store)?;
        Ok(Self(Arc::new(store)))
    }

    /// All bytes under a key.
    ///
    /// # Errors
    /// `NotFound`, or what keeps the bytes failed.
    pub async fn read(&self, key: &str) -> Result<Bytes, BlobError> {
        let found = self.0.get(&path(key)?).await;
        let found = found.map_err(|error| named(key, error))?;
        found.bytes().await.map_err(|error| named(key, error))
    }

    /// The first bytes under a key, `most` of them or all.
    ///
    /// # Errors
    /// `NotFound`, or what keeps the bytes failed.
    pub async fn first(&self, key: &str, most: u64) -> Result<Bytes, BlobError> {
        let size = self.known(key).await?.size_bytes;
        self.range(key, 0..size.min(most)).await
    }

    /// Some of the bytes under a key.
    ///
    /// # Errors
    /// `NotFound`, or what keeps the bytes failed.
    pub async fn range(&self, key: &str, range: Range<u64>) -> Result<Bytes, BlobError> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let found = self.0.get_range(&path(key)?, range).await;
        found.map_err(|error| named(key, error))
    }

    /// The bytes under a key, piece by piece, and how many they are.
    ///
    /// # Errors
    /// `NotFound`, or what keeps the bytes failed.
    pub async fn stream(
        &self,
        key: &str,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, BlobError>>), BlobError> {
        let found = self.0.get(&path(key)?).await;
        let found = found.map_err(|error| named(key, error))?;
        let size = found.meta.size;
        Ok((size, found.into_stream().map_err(BlobError::Store).boxed()))
    }

    /// What is known of the bytes under a key.
    ///
    /// # Errors
    /// `NotFound`, or what keeps the bytes failed.
    pub async fn known(&self, key: &str) -> Result<Known, BlobError> {
        let found = self.0.head(&path(key)?).await;
        let found = found.map_err(|error| named(key, error))?;
        Ok(Known {
            size_bytes: found.size,
            modified_micros: found.last_modified.timestamp_micros(),
        })
    }

    /// Takes away the oldest bytes below a key until no more than `most` are left; gives how many
    /// bytes went.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub async fn shrink(&self, below: &str, most: u64) -> Result<u64, BlobError> {
        let listed = self.0.list(Some(&path(below)?));
        let found: Result<Vec<_>, _> = listed.try_collect().await;
        let mut found = found.map_err(BlobError::Store)?;
        found.sort_by_key(|one| one.last_modified);
        let mut left: u64 = found.iter().map(|one| one.size).sum();
        let mut gone = 0;
        for one in found {
            if left <= most {
                break;
            }
            self.0
                .delete(&one.location)
                .await
                .map_err(BlobError::Store)?;
            left -= one.size;
            gone += one.size;
        }
        Ok(gone)
    }

    /// Keeps bytes under a key; those that were there go.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub async fn write(&self, key: &str, bytes: impl Into<Bytes>) -> Result<(), BlobError> {
        let payload = PutPayload::from_bytes(bytes.into());
        let done = self.0.put(&path(key)?, payload).await;
        done.map(drop).map_err(BlobError::Store)
    }

    /// Begins to take bytes piece by piece.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub async fn upload(&self, key: &str) -> Result<Upload, BlobError> {
        let inner = self.0.put_multipart(&path(key)?).await;
        Ok(Upload {
            inner: inner.map_err(BlobError::Store)?,
            waiting: Vec::new(),
            written: 0,
        })
    }

    /// Keeps the bytes of one key under another, too.
    ///
    /// # Errors
    /// `NotFound`, or what keeps the bytes failed.
    pub async fn copy(&self, from: &str, to: &str) -> Result<(), BlobError> {
        let done = self.0.copy(&path(from)?, &path(to)?).await;
        done.map_err(|error| named(from, error))
    }

    /// Takes away the bytes under a key; that there are none is no error.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        match self.0.delete(&path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(BlobError::Store(error)),
        }
    }
}

impl Upload {
    /// Takes some more.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.waiting.extend_from_slice(bytes);
        self.written += bytes.len() as u64;
        if self.waiting.len() >= PART_BYTES {
            self.hand_on().await?;
        }
        Ok(())
    }

    /// How many bytes were taken so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Keeps what was taken.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub async fn finish(mut self) -> Result<u64, BlobError> {
        self.hand_on().await?;
        let done = self.inner.complete().await;
        done.map_err(BlobError::Store)?;
        Ok(self.written)
    }

    /// Forgets what was taken. What is left of it is swept away by whatever keeps the bytes.
    pub async fn abandon(mut self) {
        // Nobody sees bytes that were never finished.
        let _ = self.inner.abort().await;
    }

    async fn hand_on(&mut self) -> Result<(), BlobError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let part = PutPayload::from(std::mem::take(&mut self.waiting));
        self.inner.put_part(part).await.map_err(BlobError::Store)
    }
}

fn path(key: &str) -> Result<Path, BlobError> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    if !key.split('/').all(plain) {
        return Err(BlobError::Key(key.to_owned()));
    }
    Path::parse(key).map_err(|_| BlobError::Key(key.to_owned()))
}

fn named(key: &str, error: object_store::Error) -> BlobError {
    match error {
        object_store::Error::NotFound { .. } => BlobError::NotFound(key.to_owned()),
        other => BlobError::Store(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(&folder.path().join("data")).unwrap();
        blobs.write("a/b.txt", "hello".as_bytes()).await.unwrap();
        assert_eq!(blobs.first("a/b.txt", 2).await.unwrap(), "he");
        blobs.copy("a/b.txt", "c.txt").await.unwrap();
        blobs.delete("a/b.txt").await.unwrap();
        blobs.delete("a/b.txt").await.unwrap();
        assert!(matches!(
            blobs.read("a/b.txt").await,
            Err(BlobError::NotFound(_))
        ));
        assert_eq!(blobs.read("c.txt").await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn an_upload_is_there_when_it_is_finished_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(folder.path()).unwrap();
        let mut upload = blobs.upload("x/y").await.unwrap();
        upload.write(b"12").await.unwrap();
        assert!(blobs.known("x/y").await.is_err());
        upload.write(b"3").await.unwrap();
        assert_eq!(upload.finish().await.unwrap(), 3);
        assert_eq!(blobs.known("x/y").await.unwrap().size_bytes, 3);
        let mut other = blobs.upload("z").await.unwrap();
        other.write(b"1").await.unwrap();
        other.abandon().await;
        assert!(blobs.known("z").await.is_err());
    }

    #[tokio::test]
    async fn the_oldest_bytes_go_first_when_there_is_an_end_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(folder.path()).unwrap();
        for name in ["r/a", "r/b", "r/c", "other"] {
            blobs.write(name, vec![0; 10]).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(blobs.shrink("r", 15).await.unwrap(), 20);
        assert!(blobs.known("r/c").await.is_ok() && blobs.known("other").await.is_ok());
        assert!(blobs.known("r/a").await.is_err() && blobs.known("r/b").await.is_err());
    }

    #[tokio::test]
    async fn a_key_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(folder.path()).unwrap();
        for key in ["../x", "a/../x", "/x", "", "a//b", "."] {
            assert!(
                matches!(blobs.read(key).await, Err(BlobError::Key(_))),
                "{key}"
            );
        }
    }
}
