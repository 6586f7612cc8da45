//! Variants, many at a time.

use commerce::catalog::{
    self, Partial, ProductInput, StockInput, Strategy, VariantInput, VariantOptionInput,
};
use units::ProductId;

use crate::world::{World, on_both, option, refusals, titled, variant};

fn shirt(world: &World) -> ProductId {
    world.create(ProductInput {
        options: Some(vec![
            option("Size", &["S", "M"]),
            option("Colour", &["Red", "Blue"]),
        ]),
        ..titled("Shirt")
    })
}

#[test]
fn a_product_with_options_begins_with_the_first_value_of_each() {
    on_both(|world| {
        let id = shirt(world);
        assert_eq!(world.titles(id), ["S / Red"]);
        let options = world.read(move |tx| catalog::options(tx, &[id]).unwrap().remove(0));
        let used: Vec<(String, bool)> = options
            .iter()
            .flat_map(|option| &option.values)
            .map(|value| (value.value.name.clone(), value.has_variants))
            .collect();
        let expected = [("S", true), ("M", false), ("Red", true), ("Blue", false)];
        assert_eq!(used, expected.map(|(name, used)| (name.to_owned(), used)));
        assert!(!world.product(id).only_default_variant);
    });
}

#[test]
fn variants_are_made_with_new_values_and_stock_and_never_twice() {
    on_both(|world| {
        let id = shirt(world);
        let mut large = variant(&[("size", "L"), ("Colour", "red")], 1_500);
        large.item.tracked = Some(true);
        large.item.sku = Some("SH-L".to_owned());
        large.stock = vec![StockInput {
            location: None,
            available: 3,
        }];
        let made = world
            .write(move |tx, call| {
                catalog::create_variants(tx, call, id, &[large.clone()], &[], Strategy::Default)
            })
            .unwrap();
        assert_eq!(made.len(), 1);
        assert_eq!(world.titles(id), ["S / Red", "L / Red"]);
        let variants = world.variants(id);
        assert_eq!((variants[1].available, variants[1].sellable), (3, 3));
        assert_eq!(world.product(id).price_max_minor, 1_500);
        assert_eq!(world.rows("inventory_ledger"), 1);
        for (values, at, said) in [
            (
                vec![("Size", "L"), ("Colour", "Red")],
                "variants.0",
                "already exists",
            ),
            (
                vec![("Size", "L")],
                "variants.0.optionValues",
                "option values for Colour",
            ),
            (
                vec![("Fit", "Slim")],
                "variants.0.optionValues.0.optionName",
                "Option does not exist",
            ),
        ] {
            let input = variant(&values, 1);
            let refused = refusals(world.write(move |tx, call| {
                catalog::create_variants(
                    tx,
                    call,
                    id,
                    std::slice::from_ref(&input),
                    &[],
                    Strategy::Default,
                )
            }));
            assert_eq!(refused[0].0, at);
            assert!(refused[0].1.contains(said), "{refused:?}");
        }
        assert_eq!(world.variants(id).len(), 2);
    });
}

#[test]
fn the_lone_variant_goes_as_the_strategy_says() {
    on_both(|world| {
        for (strategy, expected) in [
            (Strategy::Default, vec!["Large"]),
            (Strategy::Preserve, vec!["Default Title", "Large"]),
            (Strategy::Remove, vec!["Large"]),
        ] {
            let id = world.create(titled("Mug"));
            let input = variant(&[("Title", "Large")], 900);
            world
                .write(move |tx, call| {
                    catalog::create_variants(
                        tx,
                        call,
                        id,
                        std::slice::from_ref(&input),
                        &[],
                        strategy,
                    )
                })
                .unwrap();
            assert_eq!(world.titles(id), expected);
        }
        let id = shirt(world);
        let input = variant(&[("Size", "S"), ("Colour", "Red")], 900);
        world
            .write(move |tx, call| {
                catalog::create_variants(
                    tx,
                    call,
                    id,
                    std::slice::from_ref(&input),
                    &[],
                    Strategy::Remove,
                )
            })
            .unwrap();
        assert_eq!(world.titles(id), ["S / Red"]);
        assert_eq!(world.product(id).price_min_minor, 900);
    });
}

#[test]
fn an_update_is_all_or_none_unless_it_may_be_done_in_part() {
    on_both(|world| {
        let id = shirt(world);
        let known = world.variants(id)[0].variant.id;
        let inputs = |price| {
            vec![
                VariantInput {
                    id: Some(known),
                    price_minor: Some(price),
                    compare_at_minor: Some(Some(9_900)),
                    ..VariantInput::default()
                },
                VariantInput {
                    id: Some(units::ProductVariantId(1)),
                    ..VariantInput::default()
                },
                VariantInput::default(),
                VariantInput {
                    id: Some(known),
                    price_minor: Some(-1),
                    ..VariantInput::default()
                },
            ]
        };
        let all = inputs(100);
        let refused = refusals(world.write(move |tx, call| {
            catalog::update_variants(tx, call, id, &all, &[], Partial::Refuse)
        }));
        let places: Vec<&str> = refused.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(
            places,
            ["variants.1.id", "variants.2.id", "variants.3.price"]
        );
        assert_eq!(world.product(id).price_min_minor, 0);
        let some = inputs(200);
        let done = world
            .write(move |tx, call| {
                catalog::update_variants(tx, call, id, &some, &[], Partial::Allow)
            })
            .unwrap();
        assert_eq!((done.variants, done.refused.len()), (vec![known], 3));
        let product = world.product(id);
        assert_eq!(
            (product.price_min_minor, product.compare_at_max_minor),
            (200, Some(9_900))
        );
    });
}

#[test]
fn a_variant_may_move_to_another_value_and_its_old_one_goes_with_the_last_that_had_it() {
    on_both(|world| {
        let id = shirt(world);
        let known = world.variants(id)[0].variant.id;
        let moved = VariantInput {
            id: Some(known),
            option_values: vec![VariantOptionInput {
                option_name: Some("Colour".to_owned()),
                name: Some("Green".to_owned()),
                ..VariantOptionInput::default()
            }],
            ..VariantInput::default()
        };
        world
            .write(move |tx, call| {
                catalog::update_variants(
                    tx,
                    call,
                    id,
                    std::slice::from_ref(&moved),
                    &[],
                    Partial::Refuse,
                )
            })
            .unwrap();
        assert_eq!(world.titles(id), ["S / Green"]);
        let input = variant(&[("Size", "M"), ("Colour", "Blue")], 1);
        let made = world
            .write(move |tx, call| {
                catalog::create_variants(
                    tx,
                    call,
                    id,
                    std::slice::from_ref(&input),
                    &[],
                    Strategy::Default,
                )
            })
            .unwrap();
        let last =
            world.write(move |tx, call| catalog::delete_variants(tx, call, id, &[known, made[0]]));
        assert_eq!(
            refusals(last)[0].1,
            "The last variant of a product cannot be deleted"
        );
        world
            .write(move |tx, call| catalog::delete_variants(tx, call, id, &[known]))
            .unwrap();
        assert_eq!(world.titles(id), ["M / Blue"]);
        assert_eq!(world.rows("product_option_values"), 2);
    });
}

#[test]
fn the_largest_product_is_made_and_changed_in_one_call_each() {
    let values = |letter: char, count: usize| -> Vec<String> {
        (0..count)
            .map(|number| format!("{letter}{number}"))
            .collect()
    };
    let (sizes, colours, cuts) = (values('s', 16), values('c', 16), values('k', 8));
    let mut inputs = Vec::new();
    for size in &sizes {
        for colour in &colours {
            for cut in &cuts {
                let chosen = [("Size", size.as_str()), ("Colour", colour), ("Cut", cut)];
                inputs.push(variant(&chosen, 1_000));
            }
        }
    }
    on_both(|world| {
        let id = world.create(ProductInput {
            options: Some(vec![
                option("Size", &["s0"]),
                option("Colour", &["c0"]),
                option("Cut", &["k0"]),
            ]),
            ..titled("Shirt")
        });
        let all = inputs.clone();
        let made = world
            .write(move |tx, call| {
                catalog::create_variants(tx, call, id, &all, &[], Strategy::Remove)
            })
            .unwrap();
        assert_eq!(made.len(), catalog::VARIANTS_MAX);
        let dearer: Vec<VariantInput> = made
            .iter()
            .map(|id| VariantInput {
                id: Some(*id),
                price_minor: Some(2_000),
                ..VariantInput::default()
            })
            .collect();
        let changed = world
            .write(move |tx, call| {
                catalog::update_variants(tx, call, id, &dearer, &[], Partial::Refuse)
            })
            .unwrap();
        assert_eq!(changed.variants, made);
        let product = world.product(id);
        assert_eq!(
            (product.price_min_minor, product.price_max_minor),
            (2_000, 2_000)
        );
        assert_eq!(product.variants_count, 2_048);
    });
}
