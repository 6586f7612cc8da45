//! Filters, their counts and recommendations read by index, and in a fixed number of statements.

use commerce::catalog::{
    self, Facet, Intent, ListSort, MetafieldIs, ProductFilter, ProductInput, ProductList,
    ProductSort, Shown, Source, listed, narrowed,
};
use store::{Dialect, Filter, Window};
use units::ProductId;

use crate::world::{NOW, World, on_both, option, titled, variant};

/// The steps by which SQLite reads a filtered list of products; none on PostgreSQL, whose plans
/// follow from the sizes of tables.
fn plan(world: &World, filter: Filter) -> Vec<String> {
    // The guard takes what is no SELECT for a write.
    let explained = world.write(move |tx, _| {
        if tx.dialect() != Dialect::Sqlite {
            return Ok(Vec::new());
        }
        let text = format!(
            "EXPLAIN QUERY PLAN SELECT p.id FROM products p WHERE p.shop_id = $shop AND ({})",
            filter.sql
        );
        let steps: Vec<(i64, i64, i64, String)> = tx.all(&text, filter.params.clone())?;
        Ok(steps.into_iter().map(|step| step.3).collect())
    });
    explained.unwrap()
}

fn all_kinds() -> Vec<ProductFilter> {
    let metafield = MetafieldIs {
        namespace: "custom".to_owned(),
        key: "fabric".to_owned(),
        value: "linen".to_owned(),
    };
    vec![
        ProductFilter::Available(true),
        ProductFilter::Price {
            listed: None,
            min_minor: 100,
            max_minor: Some(900),
        },
        ProductFilter::ProductType("Shirts".to_owned()),
        ProductFilter::Vendor("Ash".to_owned()),
        ProductFilter::Tag("summer".to_owned()),
        ProductFilter::Option {
            name: "Size".to_owned(),
            value: "M".to_owned(),
        },
        ProductFilter::ProductMetafield(metafield.clone()),
        ProductFilter::VariantMetafield(metafield),
    ]
}

#[test]
fn every_filter_seeks_in_an_index() {
    on_both(|world| {
        let base = Filter::of(
            "p.id IN (SELECT fc.product_id FROM collection_products fc \
             WHERE fc.shop_id = $shop AND fc.collection_id = 7)",
            Vec::new(),
        );
        for filter in all_kinds() {
            let list = listed(NOW).and(base.clone()).and(narrowed(&[filter]));
            for step in plan(world, list) {
                let scan = step.starts_with("SCAN");
                assert!(!scan && !step.ends_with("(shop_id=?)"), "{step}");
            }
        }
    });
}

/// A list of what buyers see of the whole shop.
fn shop_list(chosen: Vec<ProductFilter>) -> ProductList {
    ProductList {
        shown: Shown::to_buyers(NOW),
        among: Source::All,
        chosen,
    }
}

/// Goods of two makers in three sizes, some sold out, some not shown.
fn stock(world: &World) -> Vec<ProductId> {
    let make = |number: i64| {
        let sizes = match number % 3 {
            0 => &["S", "M"][..],
            1 => &["M", "L"],
            _ => &["L"],
        };
        let input = ProductInput {
            vendor: Some(["Ash", "ash & co", "Birke"][number as usize % 3].to_owned()),
            product_type: Some(["Shirts", "Hats"][number as usize % 2].to_owned()),
            tags: Some(match number % 4 {
                0 => vec!["summer".to_owned(), "linen".to_owned()],
                1 => vec!["Summer".to_owned()],
                _ => Vec::new(),
            }),
            status: (number % 7 == 6).then_some(catalog::ProductStatus::Draft),
            options: Some(vec![option("Size", sizes)]),
            variants: Some(
                sizes
                    .iter()
                    .zip(0..)
                    .map(|(size, place)| variant(&[("Size", size)], 300 + 100 * number + place))
                    .collect(),
            ),
            ..titled(&format!("Good {number}"))
        };
        world.create(input)
    };
    (0..24).map(make).collect()
}

#[test]
fn the_columns_narrow_lists_as_the_store_does() {
    on_both(|world| {
        stock(world);
        let kinds = all_kinds();
        let price = |min_minor, max_minor| ProductFilter::Price {
            min_minor,
            max_minor,
            listed: None,
        };
        let size = |value: &str| ProductFilter::Option {
            name: "size".to_owned(),
            value: value.to_owned(),
        };
        let mut sets: Vec<Vec<ProductFilter>> = vec![
            vec![],
            vec![price(500, Some(1_200)), size("M")],
            vec![size("S"), size("L"), kinds[4].clone()],
            vec![ProductFilter::Available(false), kinds[2].clone()],
            vec![
                ProductFilter::Available(true),
                ProductFilter::Available(false),
            ],
            vec![
                kinds[3].clone(),
                ProductFilter::Vendor("BIRKE".to_owned()),
                price(0, Some(900)),
            ],
            vec![ProductFilter::Tag("nobody".to_owned())],
        ];
        sets.extend(kinds.into_iter().map(|kind| vec![kind]));
        for chosen in sets {
            let (list, filter) = (
                shop_list(chosen.clone()),
                listed(NOW).and(narrowed(&chosen)),
            );
            for sort in [
                ProductSort::Title,
                ProductSort::Price,
                ProductSort::CreatedAt,
                ProductSort::Id,
            ] {
                let (list, filter) = (list.clone(), filter.clone());
                let (kept, read) = world.read(move |tx| {
                    let window = Window::first(50);
                    let kept = catalog::list_page(tx, &list, ListSort::By(sort), &window).unwrap();
                    let read = catalog::products_page(tx, filter, sort, &window).unwrap();
                    (kept, read)
                });
                assert_eq!(kept.nodes, read.nodes, "{chosen:?} by {sort:?}");
                assert_eq!(kept.cursors, read.cursors, "{chosen:?} by {sort:?}");
            }
        }
    });
}

#[test]
fn pages_of_the_columns_join_without_a_gap_in_every_direction() {
    on_both(|world| {
        stock(world);
        for (reverse, backwards) in [(false, false), (true, false), (false, true), (true, true)] {
            let ids = world.read(move |tx| {
                let list = shop_list(Vec::new());
                let sort = ListSort::By(ProductSort::Price);
                let mut ids: Vec<ProductId> = Vec::new();
                let mut cursor: Option<String> = None;
                loop {
                    let edge = cursor.as_deref();
                    let window = Window {
                        limit: 5,
                        after: edge.filter(|_| !backwards),
                        before: edge.filter(|_| backwards),
                        backwards,
                        reverse,
                    };
                    let page = catalog::list_page(tx, &list, sort, &window).unwrap();
                    let own = page.nodes.iter().map(|product| product.id);
                    let (more, next) = if backwards {
                        ids.splice(0..0, own);
                        (page.has_previous_page, page.cursors.first().cloned())
                    } else {
                        ids.extend(own);
                        (page.has_next_page, page.cursors.last().cloned())
                    };
                    cursor = next;
                    if !more {
                        return ids;
                    }
                }
            });
            let whole = world.read(move |tx| {
                let window = Window {
                    reverse,
                    ..Window::first(50)
                };
                let page = catalog::products_page(tx, listed(NOW), ProductSort::Price, &window);
                page.unwrap()
                    .nodes
                    .into_iter()
                    .map(|product| product.id)
                    .collect::<Vec<_>>()
            });
            assert_eq!(ids, whole, "reverse {reverse}, backwards {backwards}");
        }
    });
}

#[test]
fn a_choice_is_counted_as_if_nothing_of_its_kind_were_chosen() {
    on_both(|world| {
        stock(world);
        let chosen = vec![
            ProductFilter::Vendor("Birke".to_owned()),
            ProductFilter::Price {
                min_minor: 0,
                max_minor: Some(1_500),
                listed: None,
            },
            ProductFilter::Option {
                name: "Size".to_owned(),
                value: "L".to_owned(),
            },
        ];
        let asked = chosen.clone();
        let facets = world.read(move |tx| catalog::facets(tx, &shop_list(asked)).unwrap());
        let count = |own: ProductFilter, but: usize| {
            let mut chosen = chosen.clone();
            chosen[but] = own;
            let filter = listed(NOW).and(narrowed(&chosen));
            world.read(move |tx| catalog::products_count(tx, filter, 100).unwrap())
        };
        let mut seen = 0;
        for facet in facets {
            match facet {
                Facet::Vendors(choices) => {
                    assert_eq!(choices.len(), 2);
                    for choice in choices {
                        assert_eq!(choice.count, count(ProductFilter::Vendor(choice.value), 0));
                        seen += 1;
                    }
                }
                Facet::Option { name, values } => {
                    let sizes: Vec<&str> = values.iter().map(|it| it.value.as_str()).collect();
                    assert_eq!(sizes, ["L"]);
                    for choice in values {
                        let (name, value) = (name.clone(), choice.value);
                        assert_eq!(
                            choice.count,
                            count(ProductFilter::Option { name, value }, 2)
                        );
                        seen += 1;
                    }
                }
                _ => {}
            }
        }
        assert_eq!(seen, 3);
    });
}

#[test]
fn the_columns_follow_what_changes() {
    on_both(|world| {
        let ids = stock(world);
        let faults = || world.read(|tx| catalog::columns_faults(tx).unwrap());
        assert_eq!(faults(), Vec::<String>::new());
        let titles = |list: ProductList| {
            let page = world.read(move |tx| {
                let sort = ListSort::By(ProductSort::Title);
                catalog::list_page(tx, &list, sort, &Window::first(50)).unwrap()
            });
            page.nodes.len()
        };
        let before = titles(shop_list(Vec::new()));
        let gone = ids[0];
        world
            .write(move |tx, call| catalog::delete(tx, call, gone))
            .unwrap();
        world.create(titled("Late"));
        world.create(titled("Later"));
        assert_eq!(titles(shop_list(Vec::new())), before + 1);
        assert_eq!(faults(), Vec::<String>::new());
    });
}

#[test]
fn counts_and_recommendations_take_a_fixed_number_of_statements() {
    on_both(|world| {
        let mut last = None;
        for number in 0..12 {
            let input = ProductInput {
                vendor: Some("Ash".to_owned()),
                product_type: Some("Shirts".to_owned()),
                tags: Some(vec!["summer".to_owned(), "linen".to_owned()]),
                options: Some(vec![option("Size", &["S", "M"])]),
                variants: Some(vec![
                    variant(&[("Size", "S")], 500),
                    variant(&[("Size", "M")], 700),
                ]),
                ..titled(&format!("Shirt {number}"))
            };
            last = Some(world.create(input));
        }
        let id = last.unwrap();
        let product = world.product(id);
        let chosen = [all_kinds().remove(3), all_kinds().remove(5)];
        // The first time, all products are read.
        world.read(|tx| catalog::facets(tx, &shop_list(Vec::new())).unwrap());
        let (facets, counted, recommended, read) = world.read(move |tx| {
            let before = tx.statements();
            let facets = catalog::facets(tx, &shop_list(chosen.to_vec())).unwrap();
            let between = tx.statements();
            let found = catalog::recommendations(tx, &product, Intent::Related, NOW).unwrap();
            let after = tx.statements();
            (facets.len(), between - before, found.len(), after - between)
        });
        assert_eq!((facets, recommended), (5, 10));
        assert!(counted <= 2, "{counted} statements for the counts");
        // On SQLite each collection and tag is one more seek.
        assert!(read <= 10, "{read} statements for recommendations");
    });
}
