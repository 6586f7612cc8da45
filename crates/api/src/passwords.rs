//! Passwords at the edge: hashed and verified off the store's threads, a few at a time.

use commerce::staff::{self, PasswordHash};
use graphql::Error;
use tokio::sync::Semaphore;

use crate::cx::Request;

/// Passwords that are worked on at a time: each takes 19 MB and a core.
static SEATS: Semaphore = Semaphore::const_new(2);
/// Requests that wait for a seat; who comes when all are taken is sent away.
static QUEUE: Semaphore = Semaphore::const_new(64);

/// Hashes a password that was checked.
pub(crate) async fn hash(request: &Request, password: String) -> Result<PasswordHash, Error> {
    let luck = request.luck().clone();
    seated(move || staff::hash_checked_password(&password, &luck)).await
}

/// Whether a password is the one of a hash; takes as long without one.
pub(crate) async fn verify(password: String, hash: Option<PasswordHash>) -> Result<bool, Error> {
    seated(move || staff::verify_password(&password, hash.as_ref())).await
}

async fn seated<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let Ok(_waiting) = QUEUE.try_acquire() else {
        return Err(crowded());
    };
    let _seat = SEATS.acquire().await;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| crowded())
}

fn crowded() -> Error {
    Error::new("Too many people are signing in. Try again in a moment.").code("THROTTLED")
}
