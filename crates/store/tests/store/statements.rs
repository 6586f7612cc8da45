//! The ways to run a statement.

use store::{FromRow, Record, StoreError, Tx, record, text_enum};

use crate::world::{SHOP, TWIN, on_both, postgres};

text_enum! {
    /// How a thing is.
    pub(crate) enum Mood {
        /// Good.
        Good = "GOOD",
        /// Bad.
        Bad = "BAD",
    }
}

record! {
    /// An item.
    #[derive(Clone, PartialEq)]
    struct Item {
        id: i64,
        title: String,
        note: Option<String>,
    }
}

fn read<T: Send + 'static>(
    world: &crate::world::World,
    run: impl FnOnce(&mut Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    world.db.read_blocking(SHOP, run).unwrap().unwrap()
}

#[test]
fn a_record_reads_its_columns_in_order() {
    on_both(|world| {
        world.given_items(&[1, 2]);
        let found: Option<Item> = read(world, |tx| {
            tx.optional(
                &format!(
                    "SELECT {} FROM items WHERE shop_id = $shop AND id = $1",
                    Item::COLUMNS
                ),
                (1_i64,),
            )
        });
        assert_eq!(
            found.unwrap(),
            Item {
                id: 1,
                title: "1 of 1".into(),
                note: None
            }
        );
        let nested: Vec<((i64, String), Option<String>)> = read(world, |tx| {
            tx.all(
                "SELECT id, title, note FROM items WHERE shop_id = $shop ORDER BY id DESC",
                (),
            )
        });
        assert_eq!(nested[0].0.0, 2);
    });
}

#[test]
fn lists_may_be_of_numbers_or_texts_and_empty() {
    on_both(|world| {
        world.given_items(&[1, 2, 3]);
        let by_id = |ids: Vec<i64>| -> Vec<i64> {
            read(world, move |tx| {
                tx.all(
                    "SELECT id FROM items WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
                    (ids,),
                )
            })
        };
        assert_eq!(by_id(vec![3, 1, 9]), [1, 3]);
        assert_eq!(by_id(vec![]), [0; 0]);
        let titles: Vec<i64> = read(world, |tx| {
            tx.all(
                "SELECT id FROM items WHERE shop_id = $shop AND title <> ALL($1) ORDER BY id",
                (["1 of 1", "3 of 1"].as_slice(),),
            )
        });
        assert_eq!(titles, [2]);
    });
}

#[test]
fn each_gives_every_key_its_own_rows_in_order_and_limit() {
    on_both(|world| {
        world.given_items(&[1, 2, 3]);
        world
            .db
            .write_blocking(SHOP, |tx| {
                let rows: Vec<(i64, i64, String)> = (1..=2)
                    .flat_map(|item| (0..5).map(move |part| (item, part, format!("{item}.{part}"))))
                    .collect();
                tx.insert_many(
                    "INSERT INTO parts (shop_id, item_id, id, title) VALUES ($shop, $1, $2, $3)",
                    &rows,
                )
            })
            .unwrap();
        let (found, statements, rows) = read(world, |tx| {
            let found: Vec<Vec<String>> = tx.each(
                "SELECT title FROM parts WHERE shop_id = $shop AND item_id = $1
                  ORDER BY id DESC LIMIT $2",
                &[2_i64, 3, 1, 2],
                (2_i64,),
            )?;
            Ok((found, tx.statements(), tx.rows_read()))
        });
        assert_eq!(
            found,
            [
                vec!["2.4", "2.3"],
                vec![],
                vec!["1.4", "1.3"],
                vec!["2.4", "2.3"]
            ]
        );
        assert_eq!((statements, rows), (1, 6));
    });
}

#[test]
fn many_rows_are_updated_and_deleted_by_single_row_texts() {
    on_both(|world| {
        world.given_items(&[1, 2, 3]);
        let changed: (u64, u64) = world
            .db
            .write_blocking(SHOP, |tx| {
                let updated = tx.update_many(
                    "UPDATE items SET stock = stock - $2, note = $3
                      WHERE shop_id = $shop AND id = $1 AND stock >= $2",
                    &[
                        (1_i64, 4_i64, Some("four")),
                        (2, 40, None),
                        (3, 10, Some("all")),
                    ],
                )?;
                let deleted = tx.update_many(
                    "DELETE FROM items WHERE shop_id = $shop AND id = $1",
                    &[(2_i64,), (9,)],
                )?;
                Ok::<_, StoreError>((updated, deleted))
            })
            .unwrap();
        assert_eq!(changed, (2, 1));
        assert_eq!(world.stock(SHOP, 1), 6);
        assert_eq!(world.stock(SHOP, 3), 0);
        assert_eq!(world.stock(TWIN, 1), 10);
        assert_eq!(world.stock(TWIN, 2), 10);
    });
}

#[test]
fn an_upsert_of_many_rows_adds_up() {
    on_both(|world| {
        world.given_items(&[1]);
        world
            .db
            .write_blocking(SHOP, |tx| {
                tx.insert_many(
                    "INSERT INTO items (shop_id, id, title, stock, note)
                     VALUES ($shop, $1, $2, $3, NULL)
                     ON CONFLICT (shop_id, id) DO UPDATE SET stock = items.stock + excluded.stock",
                    &[(1_i64, "one", 5_i64), (2, "two", 7)],
                )
            })
            .unwrap();
        assert_eq!((world.stock(SHOP, 1), world.stock(SHOP, 2)), (15, 7));
    });
}

#[test]
fn returning_gives_the_changed_row() {
    on_both(|world| {
        world.given_items(&[1]);
        let left: Option<i64> = world
            .db
            .write_blocking(SHOP, |tx| {
                tx.optional(
                    "UPDATE items SET stock = stock - $2 WHERE shop_id = $shop AND id = $1
                     RETURNING stock",
                    (1_i64, 3_i64),
                )
            })
            .unwrap();
        assert_eq!(left, Some(7));
        assert_eq!(world.stock(SHOP, 1), 7);
    });
}

#[test]
fn a_locked_read_reads() {
    on_both(|world| {
        world.given_items(&[1, 2]);
        let stocks: Vec<i64> = world
            .db
            .write_blocking(SHOP, |tx| {
                tx.all_locked(
                    "SELECT stock FROM items WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
                    (vec![1_i64, 2],),
                )
            })
            .unwrap();
        assert_eq!(stocks, [10, 10]);
    });
}

#[test]
fn a_column_of_another_type_is_named() {
    on_both(|world| {
        world.given_items(&[1]);
        let run = |tx: &mut Tx| {
            tx.one::<i64>(
                "SELECT title FROM items WHERE shop_id = $shop AND id = $1",
                (1_i64,),
            )
        };
        let error = world.db.read_blocking(SHOP, run).unwrap().unwrap_err();
        assert!(error.to_string().contains("column 1"), "{error}");
        let run = |tx: &mut Tx| {
            tx.one::<(String, Mood)>(
                "SELECT title, 'SAD' AS mood FROM items WHERE shop_id = $shop AND id = $1",
                (1_i64,),
            )
        };
        let error = world.db.read_blocking(SHOP, run).unwrap().unwrap_err();
        assert!(error.to_string().contains("Mood"), "{error}");
        fn narrow<T: FromRow>(tx: &mut Tx) -> Result<T, StoreError> {
            tx.one(
                "SELECT id, title FROM items WHERE shop_id = $shop AND id = $1",
                (1_i64,),
            )
        }
        let run = |tx: &mut Tx| narrow::<i64>(tx).map(|_| ());
        assert!(world.db.read_blocking(SHOP, run).unwrap().is_err());
    });
}

#[test]
fn text_compares_bytewise_and_like_is_case_sensitive() {
    on_both(|world| {
        world
            .db
            .write_blocking(SHOP, |tx| {
                tx.insert_many(
                    "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, $1, $2, 0)",
                    &[(1_i64, "b"), (2, "B"), (3, "ä"), (4, "a"), (5, "a b")],
                )
            })
            .unwrap();
        let order: Vec<String> = read(world, |tx| {
            tx.all(
                "SELECT title FROM items WHERE shop_id = $shop ORDER BY title, id",
                (),
            )
        });
        assert_eq!(order, ["B", "a", "a b", "b", "ä"]);
        let like: Vec<String> = read(world, |tx| {
            tx.all(
                "SELECT title FROM items WHERE shop_id = $shop AND title LIKE $1",
                ("B%",),
            )
        });
        assert_eq!(like, ["B"]);
    });
}

#[test]
fn counts_are_whole_numbers_and_enums_are_texts() {
    on_both(|world| {
        world.given_items(&[1, 2]);
        let (count, sum): (i64, i64) = read(world, |tx| {
            tx.one(
                "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(stock), 0) AS BIGINT)
                   FROM items WHERE shop_id = $shop",
                (),
            )
        });
        assert_eq!((count, sum), (2, 20));
        world
            .db
            .write_blocking(SHOP, |tx| {
                tx.execute(
                    "UPDATE items SET note = $1 WHERE shop_id = $shop",
                    (Mood::Bad,),
                )
            })
            .unwrap();
        let mood: Vec<Mood> = read(world, |tx| {
            tx.all("SELECT note FROM items WHERE shop_id = $shop", ())
        });
        assert_eq!(mood, [Mood::Bad, Mood::Bad]);
    });
}

#[test]
fn a_list_of_keys_is_sought_in_the_index_on_sqlite() {
    let world = crate::world::sqlite();
    let plan: Vec<(i64, i64, i64, String)> = world
        .db
        .write_blocking(SHOP, |tx| {
            tx.all(
                "EXPLAIN QUERY PLAN SELECT title FROM items WHERE shop_id = $shop AND id = ANY($1)",
                (vec![1_i64, 2],),
            )
        })
        .map_err(|error: StoreError| error)
        .unwrap();
    assert!(
        plan.iter()
            .any(|step| step.3.contains("(shop_id=? AND id=?)")),
        "{plan:?}"
    );
}

#[test]
fn a_text_with_nul_is_refused_on_both() {
    on_both(|world| {
        let stored: Result<u64, StoreError> = world.db.write_blocking(SHOP, |tx| {
            tx.execute(
                "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, 1, $1, 1)",
                ("a\0b",),
            )
        });
        assert!(matches!(stored, Err(StoreError::NulText { .. })));
    });
}

#[test]
fn postgres_hears_of_a_table_that_grew_before_its_own_vacuum_would_tell_it() {
    let world = postgres();
    let mut owner = ::postgres::Client::connect(&world.url, ::postgres::NoTls).unwrap();
    owner
        .batch_execute("ALTER TABLE items SET (autovacuum_enabled = false)")
        .unwrap();
    let mut rows: i64 = -1;
    // The server counts changes with a delay of about a second, and lanes knock now and then.
    for round in 0..600 {
        let ids: Vec<i64> = (round * 10..round * 10 + 10).collect();
        world.given_items(&ids);
        let known = owner
            .query_one(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = 'items'::regclass",
                &[],
            )
            .unwrap();
        rows = known.get(0);
        if rows > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(rows > 0, "nobody counted the rows of a table that grew");
}
