//! Lists, searches and what buyers see of them.

use commerce::catalog::{self, Open, ProductInput, ProductSort, ProductStatus, Relevance};
use store::{Page, Window};
use units::Currency;

use crate::world::{NOW, World, on_both, titled, variant};

fn found(world: &World, query: &str) -> Vec<String> {
    let compiled = store::search::compile(query, &catalog::PRODUCTS, Currency::EUR);
    assert_eq!(compiled.warnings, [], "{query}");
    titles(world.read(move |tx| {
        let window = Window::first(50);
        catalog::products_page(tx, compiled.filter, ProductSort::Title, &window).unwrap()
    }))
}

fn titles(page: Page<catalog::Product>) -> Vec<String> {
    page.nodes
        .into_iter()
        .map(|product| product.title)
        .collect()
}

fn given(world: &World) {
    let mut stool = titled("Größe Oak Stool");
    stool.tags = Some(vec!["Wood".to_owned(), "New In".to_owned()]);
    stool.vendor = Some("Oak & Co".to_owned());
    stool.options = Some(vec![crate::world::option("Size", &["S"])]);
    let mut small = variant(&[("Size", "S")], 4_900);
    small.item.sku = Some("OAK-1".to_owned());
    small.item.tracked = Some(true);
    small.compare_at_minor = Some(Some(5_900));
    stool.variants = Some(vec![small]);
    world
        .write(move |tx, call| catalog::set(tx, call, None, &stool))
        .unwrap();
    world.create(ProductInput {
        status: Some(ProductStatus::Draft),
        description_html: Some("<p>Goes with an <b>oak</b> stool.</p>".to_owned()),
        ..titled("Ash Bench")
    });
    world.create(ProductInput {
        published_at: Some(None),
        product_type: Some("Mugs".to_owned()),
        ..titled("Mug")
    });
}

#[test]
fn products_are_found_by_every_field() {
    on_both(|world| {
        given(world);
        for (query, expected) in [
            ("", vec!["Ash Bench", "Größe Oak Stool", "Mug"]),
            ("status:active", vec!["Größe Oak Stool", "Mug"]),
            (
                "status:ACTIVE AND published_status:published",
                vec!["Größe Oak Stool"],
            ),
            ("tag:'new in'", vec!["Größe Oak Stool"]),
            ("tag_not:wood", vec!["Ash Bench", "Mug"]),
            ("vendor:'oak & co'", vec!["Größe Oak Stool"]),
            ("sku:OAK-1 OR title:mug", vec!["Größe Oak Stool", "Mug"]),
            ("sku:OAK*", vec!["Größe Oak Stool"]),
            ("oak", vec!["Ash Bench", "Größe Oak Stool"]),
            ("grosse", vec!["Größe Oak Stool"]),
            ("st*", vec!["Ash Bench", "Größe Oak Stool"]),
            ("price:>10", vec!["Größe Oak Stool"]),
            ("is_price_reduced:true", vec!["Größe Oak Stool"]),
            ("out_of_stock_somewhere:true", vec!["Größe Oak Stool"]),
            (
                "inventory_total:0 -title:mug",
                vec!["Ash Bench", "Größe Oak Stool"],
            ),
            ("product_type:mugs", vec!["Mug"]),
            ("has_only_default_variant:true title:m*", vec!["Mug"]),
            ("created_at:>2026-01-01 handle:mug", vec!["Mug"]),
            ("bundles:true", vec![]),
        ] {
            assert_eq!(found(world, query), expected, "{query}");
        }
    });
}

#[test]
fn the_best_match_comes_first_and_every_word_must_match() {
    on_both(|world| {
        given(world);
        let search = |text: &str, open| {
            let relevance = Relevance::of(text, open).unwrap();
            titles(world.read(move |tx| {
                let window = Window::first(10);
                let all = catalog::Shown::Everything;
                catalog::ranked_page(tx, &relevance, all, &window).unwrap()
            }))
        };
        assert_eq!(
            search("oak stool", Open::Never),
            ["Größe Oak Stool", "Ash Bench"]
        );
        assert_eq!(search("oak st", Open::Never), Vec::<String>::new());
        assert_eq!(
            search("oak st", Open::Last),
            ["Größe Oak Stool", "Ash Bench"]
        );
        assert_eq!(search("mug oak", Open::Last), Vec::<String>::new());
        assert!(Relevance::of("!!", Open::Last).is_none());
    });
}

#[test]
fn a_query_finds_the_same_whether_the_list_is_walked_or_sought_through() {
    on_both(|world| {
        for number in 0..40 {
            let input = ProductInput {
                vendor: Some(["Ash", "Birke"][number % 2].to_owned()),
                ..titled(&format!("Stool {:02}", 39 - number))
            };
            world.create(input);
        }
        for (query, reverse) in [("vendor:ash stool", false), ("vendor:birke", true)] {
            let pages = world.read(move |tx| {
                let compiled = store::search::compile(query, &catalog::PRODUCTS, Currency::EUR);
                let filter = compiled.filter;
                let sort = ProductSort::Title;
                let mut found = Vec::new();
                let mut cursor: Option<String> = None;
                loop {
                    let window = Window {
                        after: cursor.as_deref(),
                        reverse,
                        ..Window::first(6)
                    };
                    let all = store::Filter::none();
                    let page =
                        catalog::products_found(tx, all, filter.clone(), sort, &window).unwrap();
                    let last = page.cursors.last().cloned();
                    let more = page.has_next_page;
                    found.extend(titles(page));
                    if !more {
                        break;
                    }
                    cursor = last;
                }
                let window = Window {
                    reverse,
                    ..Window::first(50)
                };
                let whole = catalog::products_page(tx, filter, sort, &window).unwrap();
                (found, titles(whole))
            });
            assert_eq!(pages.0.len(), 20);
            assert_eq!(pages.0, pages.1, "{query}");
        }
    });
}

#[test]
fn buyers_see_what_is_active_and_published_and_whether_it_can_be_bought() {
    on_both(|world| {
        given(world);
        let (listed, available) = world.read(|tx| {
            let window = Window::first(10);
            let page =
                catalog::products_page(tx, catalog::listed(NOW), ProductSort::BestSelling, &window)
                    .unwrap();
            let ids: Vec<_> = page.nodes.iter().map(|product| product.id).collect();
            (titles(page), catalog::available(tx, &ids).unwrap())
        });
        assert_eq!(
            (listed, available),
            (vec!["Größe Oak Stool".to_owned()], vec![false])
        );
        let later = world.read(|tx| {
            let filter = catalog::listed(units::Timestamp(NOW.micros() - 1));
            catalog::products_count(tx, filter, 10).unwrap()
        });
        assert_eq!(later, 0, "what is published later is not seen yet");
    });
}

#[test]
fn the_twin_shop_stays_empty() {
    on_both(|world| {
        given(world);
        let count = world.db.read_blocking(crate::world::TWIN, |tx| {
            catalog::products_count(tx, store::Filter::none(), 10).unwrap()
        });
        assert_eq!(count.unwrap(), 0);
    });
}
