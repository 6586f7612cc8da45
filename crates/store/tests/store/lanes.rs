//! Write lanes: batches, faults, refusals, slices.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use store::{Db, Slice, StoreError, Tx};

use crate::world::{SHOP, TWIN, World, on_both};

#[derive(Debug, thiserror::Error)]
enum TakeError {
    #[error("only {0} left")]
    NotEnough(i64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes one unit, refusing before the first write.
fn take(tx: &mut Tx, id: i64) -> Result<i64, TakeError> {
    let left: i64 = tx.one(
        "SELECT stock FROM items WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    if left == 0 {
        return Err(TakeError::NotEnough(left));
    }
    add(tx, id, -1)?;
    Ok(left - 1)
}

fn add(tx: &mut Tx, id: i64, units: i64) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE items SET stock = stock + $2 WHERE shop_id = $shop AND id = $1",
        (id, units),
    )
}

/// Holds the shop's lane until it is let go, so that what follows makes one batch.
struct Held(mpsc::Sender<()>, std::thread::JoinHandle<()>);

impl Held {
    fn lane(world: &World) -> Self {
        let (go, wait) = mpsc::channel::<()>();
        let (held, holds) = mpsc::channel();
        let db = world.db.clone();
        let thread = std::thread::spawn(move || {
            db.write_blocking(SHOP, move |_| {
                held.send(()).unwrap();
                let _ = wait.recv();
                Ok::<_, StoreError>(())
            })
            .unwrap();
        });
        holds.recv().unwrap();
        Self(go, thread)
    }

    fn let_go(self) {
        drop(self.0);
        self.1.join().unwrap();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

#[test]
fn a_fault_is_undone_alone_and_the_rest_of_its_batch_is_stored() {
    on_both(|world| {
        world.given_items(&[1, 2, 3, 4]);
        let before = world.commits(SHOP);
        let held = Held::lane(world);
        let good = world.db.write(SHOP, |tx| add(tx, 1, 5));
        let broken = world.db.write(SHOP, |tx| {
            add(tx, 2, 5)?;
            add(tx, 3, -11)
        });
        let late = world.db.write(SHOP, |tx| {
            add(tx, 3, 1)?;
            Err::<(), _>(TakeError::NotEnough(0))
        });
        let quiet = world.db.write(SHOP, |tx| {
            add(tx, 3, 1)?;
            // Looking away from a failed statement does not make it good.
            let _ = add(tx, 3, -99);
            Ok::<_, StoreError>(())
        });
        let panics = world.db.write(SHOP, |tx| {
            add(tx, 4, 5)?;
            assert!(tx.statements() > 9, "a rule was broken");
            Ok::<_, StoreError>(())
        });
        let last = world.db.write(SHOP, |tx| add(tx, 4, 7));
        held.let_go();
        let runtime = runtime();
        assert!(runtime.block_on(good).is_ok());
        assert!(matches!(
            runtime.block_on(broken),
            Err(StoreError::Constraint(_))
        ));
        assert!(matches!(
            runtime.block_on(late),
            Err(TakeError::NotEnough(0))
        ));
        assert!(runtime.block_on(quiet).is_err());
        match runtime.block_on(panics) {
            Err(StoreError::Panicked(reason)) => assert_eq!(reason, "a rule was broken"),
            other => panic!("{other:?}"),
        }
        assert!(runtime.block_on(last).is_ok());
        let stocks: Vec<i64> = (1..=4).map(|id| world.stock(SHOP, id)).collect();
        assert_eq!(stocks, [15, 10, 10, 17]);
        // The faults have left no commit of their own.
        assert!(world.commits(SHOP) <= before + 3);
        // Savepoints are still on: the next faults are undone too.
        assert!(world.db.write_blocking(SHOP, |tx| add(tx, 1, -99)).is_err());
        assert_eq!(world.stock(SHOP, 1), 15);
    });
}

#[test]
fn a_refusal_stores_nothing_and_runs_once() {
    on_both(|world| {
        world.given_items(&[1]);
        world.db.write_blocking(SHOP, |tx| add(tx, 1, -10)).unwrap();
        let before = world.commits(SHOP);
        let runs = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&runs);
        let refused = world.db.write_blocking(SHOP, move |tx| {
            count.fetch_add(1, Ordering::Relaxed);
            take(tx, 1)
        });
        assert!(matches!(refused, Err(TakeError::NotEnough(0))));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        assert_eq!(world.commits(SHOP), before);
    });
}

#[test]
fn a_batch_is_one_commit_over_several_shops() {
    on_both(|world| {
        world.given_items(&[1]);
        let before = world.commits(SHOP);
        let held = Held::lane(world);
        let answers: Vec<_> = (0..100)
            .map(|number| {
                let shop = if number % 3 == 0 { TWIN } else { SHOP };
                world.db.write(shop, |tx| add(tx, 1, 1))
            })
            .collect();
        held.let_go();
        let runtime = runtime();
        for answer in answers {
            runtime.block_on(answer).unwrap();
        }
        assert_eq!(world.stock(SHOP, 1), 10 + 66);
        assert_eq!(world.stock(TWIN, 1), 10 + 34);
        // One, or a few more when a turn had no time left; never one each.
        assert!(world.commits(SHOP) - before <= 20);
    });
}

/// Takes units of one item, many buyers at a time.
struct Take {
    id: i64,
    units: i64,
}

impl Slice for Take {
    /// What was left, and how many requests were served together.
    type Done = (i64, usize);
    type Error = TakeError;

    fn run(
        tx: &mut Tx,
        requests: &mut [Self],
    ) -> Result<Vec<Result<Self::Done, TakeError>>, StoreError> {
        let mut ids: Vec<i64> = requests.iter().map(|request| request.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut stocks: Vec<(i64, i64)> = tx.all_locked(
            "SELECT id, stock FROM items WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
            (&ids,),
        )?;
        let together = requests.len();
        let results = requests
            .iter()
            .map(|request| {
                assert!(request.units != 13, "thirteen");
                let Some(stock) = stocks.iter_mut().find(|(id, _)| *id == request.id) else {
                    return Err(TakeError::NotEnough(0));
                };
                // The rule forgets to refuse 99, so that the CHECK trips.
                if stock.1 < request.units && request.units != 99 {
                    return Err(TakeError::NotEnough(stock.1));
                }
                stock.1 -= request.units;
                Ok((stock.1, together))
            })
            .collect();
        tx.update_many(
            "UPDATE items SET stock = $2 WHERE shop_id = $shop AND id = $1",
            &stocks,
        )?;
        Ok(results)
    }
}

#[test]
fn requests_of_one_kind_and_shop_are_gathered_and_never_oversell() {
    on_both(|world| {
        world.given_items(&[1, 2]);
        let held = Held::lane(world);
        let answers: Vec<_> = (0..30)
            .map(|number| {
                world.db.submit(
                    SHOP,
                    Take {
                        id: 1 + number % 2,
                        units: 1,
                    },
                )
            })
            .collect();
        let other = world.db.submit(TWIN, Take { id: 1, units: 4 });
        held.let_go();
        let runtime = runtime();
        let results: Vec<_> = answers
            .into_iter()
            .map(|answer| runtime.block_on(answer))
            .collect();
        let sold: Vec<_> = results.iter().filter_map(|r| r.as_ref().ok()).collect();
        assert_eq!(sold.len(), 20);
        assert!(sold.iter().all(|(_, together)| *together == 30));
        assert_eq!((world.stock(SHOP, 1), world.stock(SHOP, 2)), (0, 0));
        assert_eq!(runtime.block_on(other).unwrap().0, 6);
    });
}

#[test]
fn a_faulty_request_of_a_slice_is_undone_alone() {
    on_both(|world| {
        world.given_items(&[1]);
        let held = Held::lane(world);
        let answers: Vec<_> = [1, 99, 2, 13, 3]
            .map(|units| world.db.submit(SHOP, Take { id: 1, units }))
            .into();
        held.let_go();
        let runtime = runtime();
        let results: Vec<_> = answers
            .into_iter()
            .map(|answer| runtime.block_on(answer))
            .collect();
        assert!(results[0].is_ok() && results[2].is_ok() && results[4].is_ok());
        assert!(matches!(
            results[1],
            Err(TakeError::Store(StoreError::Constraint(_)))
        ));
        assert!(matches!(
            results[3],
            Err(TakeError::Store(StoreError::Panicked(_)))
        ));
        assert_eq!(world.stock(SHOP, 1), 4);
    });
}

#[test]
fn a_full_queue_says_busy_and_a_closed_store_says_closed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    let options = store::Options {
        queue_limit: 2,
        ..crate::world::options()
    };
    let db = Db::open(&url, options).unwrap();
    let (go, wait) = mpsc::channel::<()>();
    let (held, holds) = mpsc::channel();
    let first = db.write(SHOP, move |_| {
        held.send(()).unwrap();
        let _ = wait.recv();
        Ok::<_, StoreError>(())
    });
    holds.recv().unwrap();
    let second = db.write(SHOP, |_| Ok::<_, StoreError>(()));
    let third = db.write(SHOP, |_| Ok::<_, StoreError>(()));
    let fourth = db.write(SHOP, |_| Ok::<_, StoreError>(()));
    let runtime = runtime();
    assert!(matches!(runtime.block_on(fourth), Err(StoreError::Busy)));
    drop(go);
    db.close();
    for answer in [
        runtime.block_on(first),
        runtime.block_on(second),
        runtime.block_on(third),
    ] {
        assert!(answer.is_ok());
    }
    let late = db.write_blocking(SHOP, |_| Ok::<_, StoreError>(()));
    assert!(matches!(late, Err(StoreError::Closed)));
}

#[test]
fn a_reading_closure_may_own_its_transaction_and_may_panic() {
    on_both(|world| {
        world.given_items(&[1]);
        for _ in 0..8 {
            let lost = world.db.read_owned(SHOP, |tx| -> (Tx, ()) {
                drop(tx);
                panic!("lost")
            });
            assert!(matches!(
                runtime().block_on(lost),
                Err(StoreError::Panicked(_))
            ));
        }
        let found = world.db.read_owned(SHOP, |mut tx| {
            let count = tx.all::<i64>("SELECT id FROM items WHERE shop_id = $shop", ());
            (tx, count)
        });
        assert_eq!(runtime().block_on(found).unwrap().unwrap(), [1]);
    });
}

#[test]
fn a_snapshot_does_not_see_what_is_written_meanwhile() {
    on_both(|world| {
        world.given_items(&[1]);
        let db = world.db.clone();
        let seen = world
            .db
            .read_blocking(SHOP, move |tx| {
                let text = "SELECT stock FROM items WHERE shop_id = $shop AND id = $1";
                let before: i64 = tx.one(text, (1_i64,))?;
                db.write_blocking(SHOP, |tx| add(tx, 1, 5))?;
                let after: i64 = tx.one(text, (1_i64,))?;
                Ok::<_, StoreError>((before, after))
            })
            .unwrap()
            .unwrap();
        assert_eq!(seen, (10, 10));
        assert_eq!(world.stock(SHOP, 1), 15);
    });
}
