//! No shop sees another shop's row.

use store::{StoreError, Tx};

use crate::world::{SHOP, TWIN, on_both, postgres};

#[test]
fn twin_shops_with_equal_ids_see_their_own_rows() {
    on_both(|world| {
        world.given_items(&[1, 2]);
        for (shop, title) in [(SHOP, "1 of 1"), (TWIN, "1 of 2")] {
            let found: Vec<String> = world
                .db
                .read_blocking(shop, |tx| {
                    tx.all(
                        "SELECT title FROM items WHERE shop_id = $shop AND id = $1",
                        (1_i64,),
                    )
                })
                .unwrap()
                .unwrap();
            assert_eq!(found, [title]);
        }
    });
}

#[test]
fn a_statement_that_does_not_name_the_shop_is_refused() {
    on_both(|world| {
        world.given_items(&[1]);
        let read = world
            .db
            .read_blocking(SHOP, |tx| tx.all::<i64>("SELECT id FROM items", ()))
            .unwrap();
        assert!(matches!(read, Err(StoreError::ShopNotNamed { .. })));
        let write: Result<u64, StoreError> = world
            .db
            .write_blocking(SHOP, |tx| tx.execute("DELETE FROM items", ()));
        assert!(matches!(write, Err(StoreError::ShopNotNamed { .. })));
        assert_eq!(world.stock(SHOP, 1), 10);
    });
}

#[test]
fn the_platform_does_not_reach_into_shops() {
    on_both(|world| {
        world.given_items(&[1]);
        let read = world
            .db
            .platform_read_blocking(|platform| {
                platform.all::<i64>("SELECT id FROM items WHERE shop_id = $1", (1_i64,))
            })
            .unwrap();
        assert!(matches!(read, Err(StoreError::ShopNamed { .. })));
    });
}

#[test]
fn the_platform_steps_into_a_shop_in_one_transaction() {
    on_both(|world| {
        world.given_items(&[1]);
        world
            .db
            .platform_write_blocking(|platform| {
                platform.execute(
                    "INSERT INTO shops (id, name) VALUES ($1, $2)",
                    (1_i64, "One"),
                )?;
                for shop in [SHOP, TWIN] {
                    platform.within(shop, |tx| {
                        tx.execute(
                            "UPDATE items SET stock = $1 WHERE shop_id = $shop",
                            (shop.get(),),
                        )
                    })?;
                }
                platform.execute("UPDATE shops SET name = $1", ("Uno",))
            })
            .map_err(|error: StoreError| error)
            .unwrap();
        assert_eq!((world.stock(SHOP, 1), world.stock(TWIN, 1)), (1, 2));
    });
}

#[test]
fn row_level_security_stands_behind_the_guard() {
    let world = postgres();
    world.given_items(&[1]);
    // `OR` defeats the predicate that the guard looks for.
    let sneaky = |tx: &mut Tx| {
        tx.all::<String>(
            "SELECT title FROM items WHERE shop_id = $shop OR 1 = 1 ORDER BY title",
            (),
        )
    };
    let seen = world.db.read_blocking(SHOP, sneaky).unwrap().unwrap();
    assert_eq!(seen, ["1 of 1"]);
    let changed = world
        .db
        .write_blocking(SHOP, |tx| {
            tx.execute(
                "UPDATE items SET stock = 0 WHERE shop_id = $shop OR 1 = 1",
                (),
            )
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    assert_eq!(changed, 1);
    let planted: Result<u64, StoreError> = world.db.write_blocking(SHOP, |tx| {
        tx.execute(
            "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop + 1, 7, 'planted', 1)",
            (),
        )
    });
    assert!(planted.is_err());
    let unset = world
        .db
        .platform_read_blocking(|platform| platform.all::<String>("SELECT title FROM items", ()))
        .unwrap()
        .unwrap();
    assert!(unset.is_empty());
}

#[test]
fn a_reading_transaction_cannot_write() {
    on_both(|world| {
        world.given_items(&[1]);
        for text in [
            "UPDATE items SET stock = 0 WHERE shop_id = $shop",
            "WITH a AS (SELECT 1) DELETE FROM items WHERE shop_id = $shop",
        ] {
            let wrote = world
                .db
                .read_blocking(SHOP, move |tx| tx.execute(text, ()))
                .unwrap();
            assert!(
                matches!(wrote, Err(StoreError::ReadOnly { .. })),
                "{wrote:?}"
            );
        }
        assert_eq!(world.stock(SHOP, 1), 10);
    });
}

#[test]
fn the_number_of_parameters_is_checked() {
    on_both(|world| {
        let run = |tx: &mut Tx| {
            tx.all::<i64>("SELECT id FROM items WHERE shop_id = $shop AND id = $1", ())
        };
        let read = world.db.read_blocking(SHOP, run).unwrap();
        assert!(matches!(
            read,
            Err(StoreError::Parameters {
                wanted: 1,
                given: 0,
                ..
            })
        ));
    });
}
