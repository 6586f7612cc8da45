//! The database: reader threads, write lanes and the ways to reach them.

use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;
use units::ShopId;

use crate::error::{OpenError, StoreError};
use crate::ids::Ids;
use crate::job::{Awaited, Closure, Gathered, Job, Slice, message};
use crate::kept::Keeper;
use crate::lanes::{Jobs, Lane};
use crate::open::{self, Opened, Options, Place};
use crate::platform::Platform;
use crate::queue::Queue;
use crate::readers::{self, Answer, Reading, Readings};
use crate::tender::{self, Knocks};
use crate::tx::{Purpose, Tx};

/// Lanes on PostgreSQL, unless the options say otherwise.
const LANES: usize = 4;
/// A store thread runs the domain and the GraphQL executor, which are recursive.
const STACK_BYTES: usize = 8 << 20;

/// An open database. Clones share its threads; the last one that goes closes it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    ids: Ids,
    readings: Arc<Readings>,
    lanes: Vec<Arc<Jobs>>,
    tender: Arc<Knocks>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    lock: Mutex<Option<File>>,
}

impl Db {
    /// Opens `sqlite://PATH` (created when it does not exist) or `postgres://…`, brings its
    /// schema up to date and starts the threads.
    ///
    /// # Errors
    /// Each says what is wrong and how to go on.
    pub fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        let Opened {
            place,
            lock,
            lane,
            ids,
            lease,
        } = opened(url, &options)?;
        let lane_count = match (&place, options.lanes) {
            (Place::File(_), _) => 1,
            (Place::Server(_), 0) => LANES,
            (Place::Server(_), lanes) => lanes.min(64),
        };
        let cores = thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
        let readers = match (&place, options.readers) {
            (Place::File(_), 0) => cores,
            // A reader of a server mostly waits.
            (Place::Server(_), 0) => cores * 4,
            (_, readers) => readers.min(256),
        };
        let mut threads = Vec::new();
        let mut lanes = Vec::new();
        let knocks: Arc<Knocks> = Arc::new(Queue::new(1));
        let (heard, tended) = (Arc::clone(&knocks), place.clone());
        threads.push(start("tender".to_owned(), move || {
            tender::work(&heard, &tended);
        })?);
        let watch = &options.watch;
        let mut first = Some(lane.watched(watch.clone()));
        for number in 0..lane_count {
            let tx = match first.take() {
                Some(tx) => tx,
                None => place.connect(Purpose::Write, watch.clone())?,
            };
            let jobs: Arc<Jobs> = Arc::new(Queue::new(options.queue_limit));
            let lane = Lane::new(tx, ids.clone(), Arc::clone(&lease), Arc::clone(&knocks));
            let queue = Arc::clone(&jobs);
            threads.push(start(format!("lane-{number}"), move || {
                // Should the lane ever die, those who wait must hear of it.
                let _closing = Closing(Arc::clone(&queue));
                lane.work(&queue);
            })?);
            lanes.push(jobs);
        }
        let readings: Arc<Readings> = Arc::new(Queue::new(options.queue_limit));
        let keeper = Keeper::default();
        for number in 0..readers {
            let (place, watch, keeper) = (place.clone(), watch.clone(), keeper.clone());
            let queue = Arc::clone(&readings);
            threads.push(start(format!("reader-{number}"), move || {
                readers::work(&queue, || {
                    let tx = place.connect(Purpose::Read, watch.clone())?;
                    Ok(tx.keeping(keeper.clone()))
                });
            })?);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                ids,
                readings,
                lanes,
                tender: knocks,
                threads: Mutex::new(threads),
                lock: Mutex::new(lock),
            }),
        })
    }

    /// The maker of ids.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.inner.ids
    }

    /// Runs `reading` on a snapshot of the shop, on a store thread.
    ///
    /// # Errors
    /// `Busy`, `Closed`, `Panicked`, or `Disconnected`.
    pub fn read<R, F>(
        &self,
        shop: ShopId,
        reading: F,
    ) -> impl Future<Output = Result<R, StoreError>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx) -> R + Send + 'static,
    {
        answered(self.queue_reading(readers::borrowed(Some(shop), reading)))
    }

    /// As [`read`](Self::read), for a closure that must own its transaction while it runs.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_owned<R, F>(
        &self,
        shop: ShopId,
        reading: F,
    ) -> impl Future<Output = Result<R, StoreError>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(Tx) -> (Tx, R) + Send + 'static,
    {
        answered(self.queue_reading(readers::owned(shop, reading)))
    }

    /// As [`read`](Self::read), and this thread waits. Never on an async worker.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_blocking<R, F>(&self, shop: ShopId, reading: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx) -> R + Send + 'static,
    {
        awaited(self.queue_reading(readers::borrowed(Some(shop), reading)))
    }

    /// Reads the platform's tables on a snapshot.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn platform_read<R, F>(
        &self,
        reading: F,
    ) -> impl Future<Output = Result<R, StoreError>> + Send + use<R, F>
    where
        R: Send + 'static,
        F: FnOnce(&mut Platform<'_>) -> R + Send + 'static,
    {
        answered(self.queue_reading(readers::borrowed(None, |tx| {
            reading(&mut Platform::new(tx))
        })))
    }

    /// As [`platform_read`](Self::platform_read), and this thread waits.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn platform_read_blocking<R, F>(&self, reading: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(&mut Platform<'_>) -> R + Send + 'static,
    {
        awaited(self.queue_reading(readers::borrowed(None, |tx| {
            reading(&mut Platform::new(tx))
        })))
    }

    /// Runs `writing` in a transaction of the shop and resolves after its commit.
    ///
    /// The closure may run more than once, so it changes nothing but the database. `Err` before
    /// its first write is a refusal; after it, a fault: what it wrote is undone either way.
    ///
    /// # Errors
    /// The closure's own, and the store's through `From<StoreError>`.
    pub fn write<T, E, F>(
        &self,
        shop: ShopId,
        writing: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        written(self.queue_closure(Some(shop), writing))
    }

    /// As [`write`](Self::write), and this thread waits. Never on an async worker.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_blocking<T, E, F>(&self, shop: ShopId, writing: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        written_blocking(self.queue_closure(Some(shop), writing))
    }

    /// Writes the platform's tables.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn platform_write<T, E, F>(
        &self,
        mut writing: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Platform<'_>) -> Result<T, E> + Send + 'static,
    {
        written(self.queue_closure(None, move |tx: &mut Tx| writing(&mut Platform::new(tx))))
    }

    /// As [`platform_write`](Self::platform_write), and this thread waits.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn platform_write_blocking<T, E, F>(&self, mut writing: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Platform<'_>) -> Result<T, E> + Send + 'static,
    {
        written_blocking(
            self.queue_closure(None, move |tx: &mut Tx| writing(&mut Platform::new(tx))),
        )
    }

    /// Hands a request to the shop's lane, which serves it together with others of its kind,
    /// and resolves after the commit.
    ///
    /// # Errors
    /// The request's own, and the store's through `From<StoreError>`.
    pub fn submit<S: Slice>(
        &self,
        shop: ShopId,
        request: S,
    ) -> impl Future<Output = Result<S::Done, S::Error>> + Send + use<S> {
        written(self.queue_request(shop, request))
    }

    /// As [`submit`](Self::submit), and this thread waits. Never on an async worker.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    pub fn submit_blocking<S: Slice>(&self, shop: ShopId, request: S) -> Result<S::Done, S::Error> {
        written_blocking(self.queue_request(shop, request))
    }

    /// Takes no more work, finishes what is in line and stops the threads.
    pub fn close(&self) {
        self.inner.close();
    }

    fn queue_reading<R>(&self, packed: (Reading, Answer<R>)) -> Result<Answer<R>, StoreError> {
        let (reading, answer) = packed;
        self.inner.readings.push(reading).map(|()| answer)
    }

    fn queue_closure<T, E, F>(
        &self,
        shop: Option<ShopId>,
        writing: F,
    ) -> Result<Awaited<T, E>, StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.inner
            .push(shop, Box::new(Closure::new(shop, writing, reply)))?;
        Ok(answer)
    }

    fn queue_request<S: Slice>(
        &self,
        shop: ShopId,
        request: S,
    ) -> Result<Awaited<S::Done, S::Error>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.inner
            .push(Some(shop), Box::new(Gathered::new(shop, request, reply)))?;
        Ok(answer)
    }
}

impl Inner {
    /// A shop is always on the same lane; the platform is on the first.
    fn push(&self, shop: Option<ShopId>, job: Box<dyn Job>) -> Result<(), StoreError> {
        let spread = shop.map_or(0, |shop| {
            shop.get()
                .cast_unsigned()
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                >> 32
        });
        let lane = usize::try_from(spread).unwrap_or(0) % self.lanes.len();
        self.lanes[lane].push(job)
    }

    fn close(&self) {
        for lane in &self.lanes {
            lane.close();
        }
        self.readings.close();
        self.tender.close();
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // The last clone may go on a store thread, which cannot wait for itself.
            if thread.thread().id() != thread::current().id() && thread.join().is_err() {
                tracing::error!("a store thread had died");
            }
        }
        drop(
            self.lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// Opens on a thread of its own: the PostgreSQL client may not run on an async worker.
fn opened(url: &str, options: &Options) -> Result<Opened, OpenError> {
    thread::scope(|scope| {
        scope
            .spawn(|| open::open(url, options))
            .join()
            .unwrap_or_else(|panic| Err(StoreError::Panicked(message(&*panic)).into()))
    })
}

/// Closes a lane's queue and lets its jobs go when the lane's thread ends.
struct Closing(Arc<Jobs>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
        while let Some(job) = self.0.pop() {
            drop(job);
        }
    }
}

fn start(name: String, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name(name)
        .stack_size(STACK_BYTES)
        .spawn(work)
        .map_err(|error| StoreError::Database(format!("no thread: {error}")))
}

async fn answered<R>(queued: Result<Answer<R>, StoreError>) -> Result<R, StoreError> {
    queued?.await.unwrap_or(Err(StoreError::Closed))
}

fn awaited<R>(queued: Result<Answer<R>, StoreError>) -> Result<R, StoreError> {
    queued?.blocking_recv().unwrap_or(Err(StoreError::Closed))
}

async fn written<T, E: From<StoreError>>(
    queued: Result<Awaited<T, E>, StoreError>,
) -> Result<T, E> {
    match queued {
        Ok(answer) => answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Closed.into())),
        Err(error) => Err(error.into()),
    }
}

fn written_blocking<T, E: From<StoreError>>(
    queued: Result<Awaited<T, E>, StoreError>,
) -> Result<T, E> {
    match queued {
        Ok(answer) => answer
            .blocking_recv()
            .unwrap_or_else(|_| Err(StoreError::Closed.into())),
        Err(error) => Err(error.into()),
    }
}
