//! Products and their collections.

use commerce::catalog::{
    self, CollectionInput, Identifier, MediaInput, ProductInput, ProductStatus, StockInput,
};
use units::ProductId;

use crate::world::{NOW, on_both, option, refusals, titled, variant};

#[test]
fn a_product_without_options_has_one_default_variant_that_is_stocked() {
    on_both(|world| {
        let id = world.create(titled("  Oak Stool "));
        let product = world.product(id);
        assert_eq!(
            (product.title.as_str(), product.handle.as_str()),
            ("Oak Stool", "oak-stool")
        );
        assert_eq!(product.vendor, "Harbour");
        assert!(product.only_default_variant && product.is_visible(NOW));
        let variants = world.variants(id);
        assert_eq!(variants[0].variant.title, "Default Title");
        assert!(
            variants[0].is_available(),
            "what is not counted can be bought"
        );
        assert_eq!(world.rows("inventory_levels"), 1);
        assert_eq!(world.rows("inventory_items"), 1);
        assert_eq!(world.events(), ["PRODUCTS_CREATE"]);
    });
}

#[test]
fn handles_are_numbered_when_made_and_refused_when_wanted_twice() {
    on_both(|world| {
        let handles: Vec<String> = (0..3)
            .map(|_| {
                let id = world.create(titled("Oak Stool"));
                world.product(id).handle
            })
            .collect();
        assert_eq!(handles, ["oak-stool", "oak-stool-1", "oak-stool-2"]);
        let taken = ProductInput {
            handle: Some("Oak Stool".to_owned()),
            ..titled("Other")
        };
        let refused = world.write(move |tx, call| catalog::create(tx, call, &taken));
        assert_eq!(
            refusals(refused),
            [(
                "handle".to_owned(),
                "Handle 'oak-stool' already in use. Please provide a new handle.".to_owned()
            )]
        );
        assert_eq!(world.rows("products"), 3);
    });
}

#[test]
fn every_fault_of_an_input_is_told_at_its_place() {
    on_both(|world| {
        let input = ProductInput {
            title: Some(" ".to_owned()),
            vendor: Some("x".repeat(256)),
            handle: Some("!!".to_owned()),
            ..ProductInput::default()
        };
        let refused = refusals(world.write(move |tx, call| catalog::create(tx, call, &input)));
        let places: Vec<&str> = refused.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(places, ["title", "vendor", "handle"]);
        let missing = world.write(|tx, call| catalog::update(tx, call, ProductId(9), &titled("x")));
        assert_eq!(
            refusals(missing),
            [("id".to_owned(), "Product does not exist".to_owned())]
        );
        assert_eq!(world.rows("products"), 0);
        assert!(world.events().is_empty());
    });
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    on_both(|world| {
        let id = world.create(ProductInput {
            tags: Some(vec!["oak".to_owned(), "Sale".to_owned()]),
            ..titled("Oak Stool")
        });
        let input = ProductInput {
            status: Some(ProductStatus::Draft),
            tags: Some(vec!["sale, new".to_owned()]),
            seo_title: Some(Some("Stool".to_owned())),
            media: Some(vec![MediaInput {
                url: Some("https://x.test/a.jpg".to_owned()),
                ..MediaInput::default()
            }]),
            ..ProductInput::default()
        };
        let same = input.clone();
        world
            .write(move |tx, call| catalog::update(tx, call, id, &input))
            .unwrap();
        let product = world.product(id);
        assert_eq!(
            (product.title.as_str(), product.status),
            ("Oak Stool", ProductStatus::Draft)
        );
        assert_eq!(product.seo_title.as_deref(), Some("Stool"));
        let tags = world.read(move |tx| {
            commerce::tags::load(tx, commerce::tags::Owner::Product, &[id.get()]).unwrap()
        });
        assert_eq!(tags, [["new", "Sale"]]);
        world
            .write(move |tx, call| catalog::update(tx, call, id, &same))
            .unwrap();
        assert_eq!(
            world.rows("media"),
            1,
            "a picture that is there is not added again"
        );
        assert_eq!(
            world.events().len(),
            2,
            "an update that changes nothing is no event"
        );
    });
}

#[test]
fn a_product_set_whole_loses_what_is_not_given() {
    on_both(|world| {
        let input = |sizes: &[&str], price: i64| ProductInput {
            options: Some(vec![option("Size", sizes), option("Colour", &["Red"])]),
            variants: Some(
                sizes
                    .iter()
                    .map(|size| {
                        let mut one = variant(&[("Size", size), ("Colour", "Red")], price);
                        one.stock = vec![StockInput {
                            location: None,
                            available: 5,
                        }];
                        one.item.tracked = Some(true);
                        one
                    })
                    .collect(),
            ),
            ..titled("Shirt")
        };
        let by_handle = Identifier::Handle("shirt".to_owned());
        let first = input(&["S", "M"], 1_000);
        let identifier = by_handle.clone();
        let id = world
            .write(move |tx, call| catalog::set(tx, call, Some(&identifier), &first))
            .unwrap();
        let before = world.variants(id);
        let second = input(&["M", "L"], 2_000);
        let again = world
            .write(move |tx, call| catalog::set(tx, call, Some(&by_handle), &second))
            .unwrap();
        assert_eq!(id, again);
        let after = world.variants(id);
        assert_eq!(world.titles(id), ["M / Red", "L / Red"]);
        assert_eq!(
            after[0].variant.id, before[1].variant.id,
            "the same values are the same variant"
        );
        assert_eq!((after[0].available, after[1].available), (5, 5));
        let product = world.product(id);
        assert_eq!(
            (product.price_min_minor, product.variants_count),
            (2_000, 2)
        );
        assert_eq!(world.rows("product_option_values"), 3);
        assert_eq!(world.rows("inventory_levels"), 2);
    });
}

#[test]
fn a_deleted_product_leaves_nothing_but_its_event_and_the_ledger() {
    on_both(|world| {
        let id = world.create(ProductInput {
            tags: Some(vec!["oak".to_owned()]),
            description_html: Some("<p>Solid</p>".to_owned()),
            ..titled("Oak Stool")
        });
        let other = world.create(titled("Ash Bench"));
        world
            .write(move |tx, call| {
                let input = CollectionInput {
                    title: Some("Seats".to_owned()),
                    products: vec![id, other],
                    ..CollectionInput::default()
                };
                catalog::create_collection(tx, call, &input)
            })
            .unwrap();
        world
            .write(move |tx, call| catalog::delete(tx, call, id))
            .unwrap();
        let missing = world.write(move |tx, call| catalog::delete(tx, call, id));
        assert_eq!(refusals(missing)[0].1, "Product does not exist");
        world
            .write(move |tx, call| catalog::delete(tx, call, other))
            .unwrap();
        for table in [
            "products",
            "product_options",
            "product_option_values",
            "product_variants",
            "inventory_items",
            "inventory_levels",
            "tags",
            "search_terms",
            "collection_products",
        ] {
            assert_eq!(world.rows(table), 0, "{table}");
        }
        let events = world.events();
        assert_eq!(
            events
                .iter()
                .filter(|topics| *topics == "PRODUCTS_DELETE")
                .count(),
            2
        );
    });
}

#[test]
fn a_collection_keeps_its_order_and_counts_its_products() {
    on_both(|world| {
        let ids: Vec<ProductId> = ["C", "A", "B"]
            .iter()
            .map(|title| world.create(titled(title)))
            .collect();
        let wanted = ids.clone();
        let collection = world
            .write(move |tx, call| {
                let input = CollectionInput {
                    title: Some("Letters".to_owned()),
                    sort_order: Some(catalog::CollectionSort::Manual),
                    products: wanted.clone(),
                    ..CollectionInput::default()
                };
                catalog::create_collection(tx, call, &input)
            })
            .unwrap();
        let gone = ids[1];
        world
            .write(move |tx, call| catalog::remove_products(tx, call, collection, &[gone]))
            .unwrap();
        world
            .write(move |tx, call| catalog::add_products(tx, call, collection, &[gone, gone]))
            .unwrap();
        let (listed, count) = world.read(move |tx| {
            let pages = catalog::products_of(
                tx,
                &[catalog::Collected {
                    id: collection,
                    sort: catalog::CollectionSort::Manual,
                    count: 3,
                }],
                (&catalog::Shown::to_buyers(NOW), &[]),
                catalog::CollectionProducts::AsCollected,
                &store::Window::first(10),
            );
            let count = catalog::collections(tx, &[collection]).unwrap()[0].clone();
            (
                pages.unwrap().remove(0).nodes,
                count.unwrap().products_count,
            )
        });
        let titles: Vec<String> = listed.into_iter().map(|product| product.title).collect();
        assert_eq!(
            (titles, count),
            (vec!["C".to_owned(), "B".into(), "A".into()], 3)
        );
        let unknown = world
            .write(move |tx, call| catalog::add_products(tx, call, collection, &[ProductId(1)]));
        assert_eq!(refusals(unknown)[0].0, "products");
    });
}
