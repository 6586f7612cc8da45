//! Two processes on one PostgreSQL database, and a server that goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::mpsc;

use store::{Db, StoreError, Tx};

use crate::world::{SHOP, TWIN, options, postgres, server, within};

fn add(tx: &mut Tx, id: i64, units: i64) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE items SET stock = stock + $2
          WHERE shop_id = $shop AND id = $1 AND stock + $2 >= 0",
        (id, units),
    )
}

#[test]
fn a_deadlock_between_processes_is_tried_again() {
    let world = postgres();
    world.given_items(&[1, 2]);
    let other = Db::open(&world.url, options()).unwrap();
    let (here, there) = (mpsc::channel(), mpsc::channel());
    let cross = |db: Db, first, second, tell: mpsc::Sender<()>, wait: mpsc::Receiver<()>| {
        std::thread::spawn(move || {
            let mut met = false;
            db.write_blocking(SHOP, move |tx| {
                add(tx, first, 1)?;
                if !met {
                    met = true;
                    tell.send(()).unwrap();
                    wait.recv().unwrap();
                }
                add(tx, second, 1)
            })
        })
    };
    let one = cross(world.db.clone(), 1, 2, here.0, there.1);
    let two = cross(other.clone(), 2, 1, there.0, here.1);
    one.join().unwrap().unwrap();
    two.join().unwrap().unwrap();
    assert_eq!((world.stock(SHOP, 1), world.stock(SHOP, 2)), (12, 12));
}

#[test]
fn a_key_that_another_process_takes_meanwhile_is_seen_at_a_second_look() {
    let world = postgres();
    world.given_items(&[1]);
    let other = Db::open(&world.url, options()).unwrap();
    let insert = |tx: &mut Tx, id: i64| {
        tx.execute(
            "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, $1, 'new', 1)",
            (id,),
        )
    };
    // Once without savepoints, and once with them, which stay on after a fault.
    for id in [7, 8] {
        let (inserted, looked) = (mpsc::channel(), mpsc::channel());
        let first = world.db.clone();
        let first = std::thread::spawn(move || {
            first.write_blocking(SHOP, move |tx| {
                insert(tx, id)?;
                tx.optional::<i64>(
                    "SELECT id FROM items WHERE shop_id = $shop AND id = $1",
                    (id,),
                )?;
                inserted.0.send(()).unwrap();
                looked.1.recv().unwrap();
                Ok::<_, StoreError>(())
            })
        });
        inserted.1.recv().unwrap();
        let taken = other.write_blocking(SHOP, move |tx| {
            let found: Option<i64> = tx.optional(
                "SELECT id FROM items WHERE shop_id = $shop AND id = $1",
                (id,),
            )?;
            if found.is_some() {
                return Ok(false);
            }
            let _ = looked.0.send(());
            insert(tx, id)?;
            Ok::<_, StoreError>(true)
        });
        assert!(!taken.unwrap());
        first.join().unwrap().unwrap();
    }
}

#[test]
fn two_processes_never_sell_a_unit_twice() {
    let world = postgres();
    world.given_items(&[1]);
    let other = Db::open(&world.url, options()).unwrap();
    let sold = Arc::new(AtomicI64::new(0));
    std::thread::scope(|scope| {
        for buyer in 0..8 {
            let db = if buyer % 2 == 0 { &world.db } else { &other };
            let sold = Arc::clone(&sold);
            scope.spawn(move || {
                for _ in 0..4 {
                    let taken = db.write_blocking(SHOP, |tx| add(tx, 1, -1)).unwrap();
                    sold.fetch_add(taken.cast_signed(), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(sold.load(Ordering::Relaxed), 10);
    assert_eq!((world.stock(SHOP, 1), world.stock(TWIN, 1)), (0, 10));
}

/// Ends the session that the transaction runs on, as a crash of the server would.
fn end_session(tx: &mut Tx) {
    let session: i64 = tx
        .one(
            "SELECT CAST(pg_backend_pid() AS BIGINT) WHERE $shop > 0",
            (),
        )
        .unwrap();
    let mut client = postgres::Client::connect(&server(), postgres::NoTls).unwrap();
    client
        .execute(
            &format!("SELECT pg_terminate_backend({session}, 5000)"),
            &[],
        )
        .unwrap();
}

#[test]
fn a_batch_is_run_again_when_the_server_goes_away_before_the_commit() {
    let world = postgres();
    world.given_items(&[1]);
    let runs = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&runs);
    world
        .db
        .write_blocking(SHOP, move |tx| {
            add(tx, 1, 1)?;
            if count.fetch_add(1, Ordering::Relaxed) == 0 {
                end_session(tx);
            }
            add(tx, 1, 1)
        })
        .unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(world.stock(SHOP, 1), 12);
}

#[test]
fn a_commit_without_an_answer_is_told_and_not_repeated() {
    let world = postgres();
    world.given_items(&[1]);
    let runs = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&runs);
    let outcome: Result<u64, StoreError> = world.db.write_blocking(SHOP, move |tx| {
        count.fetch_add(1, Ordering::Relaxed);
        let changed = add(tx, 1, 1)?;
        // The next word on this connection is the commit.
        end_session(tx);
        Ok(changed)
    });
    assert!(
        matches!(outcome, Err(StoreError::OutcomeUnknown)),
        "{outcome:?}"
    );
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    // The lane goes on with a new connection.
    world.db.write_blocking(SHOP, |tx| add(tx, 1, 5)).unwrap();
    assert_eq!(world.stock(SHOP, 1), 15);
}

#[test]
fn a_reader_connects_again_after_its_session_ended() {
    let world = postgres();
    world.given_items(&[1]);
    for _ in 0..4 {
        world.db.read_blocking(SHOP, end_session).unwrap();
    }
    assert_eq!(world.stock(SHOP, 1), 10);
}

#[test]
fn an_ordinary_owner_of_the_tables_is_held_by_row_level_security_too() {
    let name = format!("store_owner_{}", std::process::id());
    let mut client = postgres::Client::connect(&server(), postgres::NoTls).unwrap();
    client
        .batch_execute(&format!(
            "CREATE ROLE {name} LOGIN PASSWORD 'secret'; GRANT {name} TO CURRENT_USER;
             CREATE SCHEMA {name} AUTHORIZATION {name};"
        ))
        .unwrap();
    let place = server();
    let host = place.rsplit('@').next().unwrap();
    let url = within(&format!("postgres://{name}:secret@{host}"), &name);
    let db = Db::open(&url, options()).unwrap();
    for shop in [SHOP, TWIN] {
        db.write_blocking(shop, |tx| {
            tx.execute(
                "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, 1, 'same', 1)",
                (),
            )
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    }
    let seen = db
        .read_blocking(SHOP, |tx| {
            tx.all::<i64>(
                "SELECT shop_id FROM items WHERE shop_id = $shop OR 1 = 1",
                (),
            )
        })
        .unwrap()
        .unwrap();
    assert_eq!(seen, [1]);
    db.close();
    client
        .batch_execute(&format!("DROP OWNED BY {name}; DROP ROLE {name};"))
        .unwrap();
}

#[test]
fn a_database_may_be_opened_and_dropped_inside_an_async_runtime() {
    let world = postgres();
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(async {
            let db = Db::open(&world.url, options()).unwrap();
            let found = db
                .read(SHOP, |tx| {
                    tx.all::<i64>("SELECT id FROM items WHERE shop_id = $shop", ())
                })
                .await;
            assert!(found.unwrap().unwrap().is_empty());
            drop(db);
        });
}
