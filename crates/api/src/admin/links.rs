//! Links from one area's rows to another's, by id; null where the row is gone.

use commerce::apps::Scope;
use commerce::customers::{self, Customer};
use commerce::inventory::{self, Location};
use graphql::Error;
use store::StoreError;
use units::{CustomerId, LocationId};

use crate::admin::batches::fail_all;
use crate::scalars::Id;
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.object::<Location>("Location")
        .leaf("id", |location| Id(location.id))
        .text("name", |location| &location.name);
}

/// The customers of some ids; a token that may not read customers is told so.
pub(crate) fn customers(
    cx: &mut Cx,
    ids: &[Option<CustomerId>],
) -> Vec<Result<Option<Customer>, Error>> {
    if let Err(denied) = cx.permit("customer", Scope::ReadCustomers) {
        return ids
            .iter()
            .map(|id| id.map_or(Ok(None), |_| Err(denied.clone())))
            .collect();
    }
    let known: Vec<CustomerId> = ids.iter().copied().flatten().collect();
    let found = customers::load_many(&mut cx.tx, &known);
    by_id(ids, found, |customer| customer.id)
}

/// The locations of some ids.
pub(crate) fn locations(
    cx: &mut Cx,
    ids: &[Option<LocationId>],
) -> Vec<Result<Option<Location>, Error>> {
    let known: Vec<LocationId> = ids.iter().copied().flatten().collect();
    let found = inventory::locations_by_id(&mut cx.tx, &known);
    let found = found.map(|found| found.into_iter().flatten().collect());
    by_id(ids, found, |location| location.id)
}

fn by_id<I: PartialEq, T: Clone>(
    ids: &[Option<I>],
    found: Result<Vec<T>, StoreError>,
    id_of: impl Fn(&T) -> I,
) -> Vec<Result<Option<T>, Error>> {
    match found {
        Ok(found) => ids
            .iter()
            .map(|id| {
                let row = id
                    .as_ref()
                    .and_then(|id| found.iter().find(|row| id_of(row) == *id));
                Ok(row.cloned())
            })
            .collect(),
        Err(cause) => fail_all(ids.len(), cause),
    }
}
