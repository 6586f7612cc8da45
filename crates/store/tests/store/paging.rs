//! Pages of real rows, on both databases.

use store::page::{count, page, page_each};
use store::search::{Field, FieldKind, Table, compile};
use store::{Filter, Listing, Page, PageError, Param, Sort, SortKind, Window};
use units::Currency;

use crate::world::{SHOP, TWIN, World, on_both};

const BY_STOCK: Sort = Sort {
    columns: &[("i.stock", SortKind::Int), ("i.id", SortKind::Int)],
};
const BY_TITLE: Sort = Sort {
    columns: &[("i.title", SortKind::Text), ("i.id", SortKind::Int)],
};
const ITEMS: &str = "SELECT i.id FROM items i WHERE i.shop_id = $shop";

fn given_stocks(world: &World, stocks: &[i64]) {
    for shop in [SHOP, TWIN] {
        let rows: Vec<(i64, String, i64)> = stocks
            .iter()
            .zip(1..)
            .map(|(stock, id)| (id, format!("Größe {stock}"), *stock))
            .collect();
        world
            .db
            .write_blocking(shop, move |tx| {
                tx.insert_many(
                    "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, $1, $2, $3)",
                    &rows,
                )
            })
            .unwrap();
    }
}

fn read(world: &World, filter: Filter, sort: &'static Sort, window: &Window<'_>) -> Page<i64> {
    let (after, before) = (
        window.after.map(str::to_owned),
        window.before.map(str::to_owned),
    );
    let (limit, backwards, reverse) = (window.limit, window.backwards, window.reverse);
    world
        .db
        .read_blocking(SHOP, move |tx| {
            let listing = Listing {
                select: ITEMS,
                filter,
                sort,
            };
            let window = Window {
                limit,
                after: after.as_deref(),
                before: before.as_deref(),
                backwards,
                reverse,
            };
            page(tx, &listing, &window)
        })
        .unwrap()
        .unwrap()
}

#[test]
fn walking_a_list_in_any_direction_meets_every_row_once() {
    on_both(|world| {
        given_stocks(world, &[5, 3, 5, 1, 5, 2, 9]);
        let rising = [4, 6, 2, 1, 3, 5, 7];
        for (sort, reverse) in [(&BY_STOCK, false), (&BY_STOCK, true), (&BY_TITLE, false)] {
            for backwards in [false, true] {
                let mut met = Vec::new();
                let mut cursor: Option<String> = None;
                loop {
                    let window = Window {
                        limit: 2,
                        after: cursor.as_deref().filter(|_| !backwards),
                        before: cursor.as_deref().filter(|_| backwards),
                        backwards,
                        reverse,
                    };
                    let found = read(world, Filter::none(), sort, &window);
                    assert_eq!(found.nodes.len(), found.cursors.len());
                    if backwards {
                        cursor = found.cursors.first().cloned();
                        met.splice(0..0, found.nodes);
                        assert_eq!(found.has_previous_page, met.len() < 7);
                    } else {
                        cursor = found.cursors.last().cloned();
                        met.extend(found.nodes);
                        assert_eq!(found.has_next_page, met.len() < 7);
                    }
                    if met.len() >= 7 {
                        break;
                    }
                }
                let mut expected = rising.to_vec();
                if reverse {
                    expected.reverse();
                }
                assert_eq!(met, expected, "backwards {backwards}, reverse {reverse}");
            }
        }
    });
}

#[test]
fn a_row_between_two_pages_neither_hides_nor_repeats_the_others() {
    on_both(|world| {
        given_stocks(world, &[1, 2, 3, 4]);
        let first = read(world, Filter::none(), &BY_STOCK, &Window::first(2));
        world
            .db
            .write_blocking(SHOP, |tx| {
                tx.execute(
                    "UPDATE items SET stock = 0 WHERE shop_id = $shop AND id = 1",
                    (),
                )
            })
            .unwrap();
        let window = Window {
            after: first.cursors.last().map(String::as_str),
            ..Window::first(5)
        };
        assert_eq!(
            read(world, Filter::none(), &BY_STOCK, &window).nodes,
            [3, 4]
        );
    });
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    on_both(|world| {
        given_stocks(world, &[1]);
        let refused = world
            .db
            .read_blocking(SHOP, |tx| {
                let listing = Listing {
                    select: ITEMS,
                    filter: Filter::none(),
                    sort: &BY_STOCK,
                };
                let window = Window {
                    after: Some("bm9uZQ"),
                    ..Window::first(1)
                };
                page::<i64>(tx, &listing, &window)
            })
            .unwrap();
        assert!(matches!(refused, Err(PageError::BadCursor)));
    });
}

#[test]
fn every_parent_gets_its_own_page_in_one_statement() {
    on_both(|world| {
        world.given_items(&[1, 2, 3]);
        for shop in [SHOP, TWIN] {
            let rows: Vec<(i64, i64, String)> = (0..12)
                .map(|id| (id % 2 + 1, id, format!("part {id}")))
                .collect();
            world
                .db
                .write_blocking(shop, move |tx| {
                    tx.insert_many(
                        "INSERT INTO parts (shop_id, item_id, id, title) VALUES ($shop, $1, $2, $3)",
                        &rows,
                    )
                })
                .unwrap();
        }
        let (pages, statements) = world
            .db
            .read_blocking(SHOP, |tx| {
                const BY_ID: Sort = Sort {
                    columns: &[("p.id", SortKind::Int)],
                };
                let listing = Listing {
                    select: "SELECT p.id, p.title FROM parts p
                              WHERE p.shop_id = $shop AND p.item_id = $1",
                    filter: Filter::of("p.id <> $1", vec![Param::Int(2)]),
                    sort: &BY_ID,
                };
                let before = tx.statements();
                let pages =
                    page_each::<i64, (i64, String)>(tx, &[2, 3, 1], &listing, &Window::first(3))
                        .unwrap();
                (pages, tx.statements() - before)
            })
            .unwrap();
        assert_eq!(statements, 1);
        let ids = |place: usize| -> Vec<i64> { pages[place].nodes.iter().map(|n| n.0).collect() };
        assert_eq!(
            [ids(0), ids(1), ids(2)],
            [vec![1, 3, 5], vec![], vec![0, 4, 6]]
        );
        assert!(pages[0].has_next_page && !pages[1].has_next_page);
    });
}

const TABLE: Table = Table {
    fields: &[
        Field {
            name: "stock",
            kind: FieldKind::Int("i.stock"),
        },
        Field {
            name: "title",
            kind: FieldKind::Words("i.title"),
        },
        Field {
            name: "note",
            kind: FieldKind::Exact("i.note"),
        },
        Field {
            name: "id",
            kind: FieldKind::Id("i.id"),
        },
        Field {
            name: "made",
            kind: FieldKind::Time("i.stock"),
        },
    ],
    default: &[FieldKind::TextPrefix("i.title")],
};

#[test]
fn a_search_runs_on_both_databases_and_counts_up_to_its_limit() {
    on_both(|world| {
        world.given_items(&[1, 2, 3, 4, 5]);
        world
            .db
            .write_blocking(SHOP, |tx| {
                tx.execute(
                    "UPDATE items SET note = 'a%b_c', stock = 3
                      WHERE shop_id = $shop AND id = 2",
                    (),
                )
            })
            .unwrap();
        for (query, expected) in [
            ("", vec![1, 2, 3, 4, 5]),
            ("stock:<5", vec![2]),
            ("-stock:<5 id:>=3", vec![3, 4, 5]),
            ("NOT note:x", vec![1, 2, 3, 4, 5]),
            ("note:a%*", vec![2]),
            ("note:*%b_*", vec![2]),
            ("note:*xb*", vec![]),
            ("title:of", vec![1, 2, 3, 4, 5]),
            ("title:'1 of'", vec![1]),
            ("title:o", vec![]),
            ("title:o*", vec![1, 2, 3, 4, 5]),
            ("id:1,3,9", vec![1, 3]),
            ("3 OR (stock:3 note:a%b_c)", vec![2, 3]),
            ("id:x", vec![]),
            ("made:<1970-01-01 OR id:5", vec![5]),
        ] {
            let filter = compile(query, &TABLE, Currency::EUR).filter;
            let found = read(world, filter.clone(), &BY_TITLE, &Window::first(10)).nodes;
            assert_eq!(found, expected, "{query}");
            let counted = world
                .db
                .read_blocking(SHOP, move |tx| {
                    let listing = Listing {
                        select: ITEMS,
                        filter: filter.clone(),
                        sort: &BY_TITLE,
                    };
                    count(tx, &listing, 4)
                })
                .unwrap()
                .unwrap();
            assert_eq!(
                counted,
                i64::try_from(expected.len()).unwrap().min(4),
                "{query}"
            );
        }
    });
}
