//! Work that was asked for.

use commerce::{Call, catalog, secret};
use graphql::Error;
use serde::Deserialize;
use units::{CollectionId, ShopId};

use crate::errors::fault;
use crate::{Cx, Registry};

const GID: &str = "gid://shopify/Job/";
/// The last digits of an id are a check sum of the others: so they are known again.
const CHECKED: usize = 20;
/// What ids of work that fills a collection begin with; the collection's number follows.
const FILLING: &str = "c011";

/// Work that was asked for; most of it is done when the reply leaves.
#[derive(Clone)]
pub(crate) struct Job {
    id: String,
    done: bool,
}

#[derive(Deserialize)]
struct JobArgs {
    id: String,
}

impl Job {
    /// Work that is done.
    pub(crate) fn done(call: &Call) -> Self {
        let token = call.new_token();
        Self {
            id: format!("{GID}{}", dashed(&checked(call.shop, &token[..CHECKED]))),
            done: true,
        }
    }

    /// Work that fills a collection. Its id tells which, so that it can be asked for later.
    pub(crate) fn filling(shop: ShopId, collection: CollectionId, done: bool) -> Self {
        let digits = format!("{FILLING}{:016x}", collection.get());
        Self {
            id: format!("{GID}{}", dashed(&checked(shop, &digits))),
            done,
        }
    }

    /// The collection that the work fills, if that is what it does.
    fn collection(&self) -> Option<CollectionId> {
        let digits = self.id.strip_prefix(GID)?.replace('-', "");
        let number = digits.get(..CHECKED)?.strip_prefix(FILLING)?;
        i64::from_str_radix(number, 16).ok().map(CollectionId)
    }

    /// Work that this shop did, by its id.
    fn of(shop: ShopId, id: &str) -> Option<Self> {
        let digits = id.strip_prefix(GID)?.replace('-', "");
        let is_plain = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        (is_plain && checked(shop, &digits[..CHECKED]) == digits).then(|| Self {
            id: format!("{GID}{}", dashed(&digits)),
            done: true,
        })
    }
}

fn checked(shop: ShopId, digits: &str) -> String {
    let sum = secret::hash_bytes(format!("job {} {digits}", shop.get()).as_bytes());
    format!("{digits}{}", &sum[..32 - CHECKED])
}

fn dashed(digits: &str) -> String {
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    parts.join("-")
}

pub(super) fn register(r: &mut Registry) {
    r.query("job", |args: &JobArgs, cx: &mut Cx| -> Result<_, Error> {
        let Some(mut job) = Job::of(cx.request.shop(), &args.id) else {
            return Ok(None);
        };
        if let Some(collection) = job.collection() {
            let found = catalog::collections(&mut cx.tx, &[collection]).map_err(fault)?;
            let mut found = found.iter().flatten();
            job.done = found.all(|own| own.swept_to.is_none());
        }
        Ok(Some(job))
    });
    r.object::<Job>("Job")
        .text("id", |job| &job.id)
        .leaf("done", |job| job.done);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_tells_which_collection_it_fills() {
        let job = Job::filling(ShopId(7), CollectionId(123), false);
        assert_eq!(job.collection(), Some(CollectionId(123)));
        assert!(Job::of(ShopId(7), &job.id).is_some());
    }

    #[test]
    fn a_job_is_known_again_by_its_own_shop() {
        let digits = checked(ShopId(7), "0123456789abcdef0123");
        let id = format!("{GID}{}", dashed(&digits));
        assert_eq!(Job::of(ShopId(7), &id).map(|job| job.id), Some(id.clone()));
        assert!(Job::of(ShopId(8), &id).is_none());
        assert!(Job::of(ShopId(7), &id.replace("0123-", "0124-")).is_none());
        assert!(Job::of(ShopId(7), "gid://shopify/Job/1").is_none());
    }
}
