//! Collections that fill themselves, at some size.

use commerce::catalog::{
    self, CollectionInput, CollectionRule, Partial, ProductInput, RuleColumn, RuleRelation,
    RulesMatch, VariantInput,
};
use store::StoreError;
use units::{CollectionId, ProductId};

use crate::world::{World, on_both, option, titled, variant};

/// More than one turn looks at.
const PRODUCTS: usize = 300;
/// What the change of one product may read, whatever the size of its collections.
const ROWS_MAX: u64 = 40;

fn priced(title: &str, price_minor: i64) -> ProductInput {
    ProductInput {
        options: Some(vec![option("Size", &["One"])]),
        variants: Some(vec![variant(&[("Size", "One")], price_minor)]),
        ..titled(title)
    }
}

fn cheap() -> CollectionInput {
    let rule = CollectionRule {
        column: RuleColumn::VariantPrice,
        relation: RuleRelation::LessThan,
        condition: "50".to_owned(),
        definition_id: None,
        number: None,
    };
    CollectionInput {
        title: Some("Cheap".to_owned()),
        rules: Some((RulesMatch::All, vec![rule])),
        ..CollectionInput::default()
    }
}

fn count(world: &World, id: CollectionId) -> i64 {
    world.read(move |tx| {
        let found = catalog::collections(tx, &[id]).unwrap().remove(0);
        found.unwrap().products_count
    })
}

/// Changes a product's price; gives how many rows that read.
fn reprice(world: &World, product: ProductId, price_minor: i64) -> u64 {
    let id = world.variants(product)[0].variant.id;
    world
        .write(move |tx, call| {
            let input = VariantInput {
                id: Some(id),
                price_minor: Some(price_minor),
                ..VariantInput::default()
            };
            let before = tx.rows_read();
            catalog::update_variants(tx, call, product, &[input], &[], Partial::Refuse)?;
            Ok(tx.rows_read() - before)
        })
        .unwrap()
}

#[test]
fn one_product_of_many_moves_without_the_others_being_read() {
    on_both(|world| {
        let products: Vec<ProductId> = (0..PRODUCTS)
            .map(|number| world.create(priced(&format!("Peg {number}"), 1_000)))
            .collect();
        let id = world
            .write(|tx, call| catalog::create_collection(tx, call, &cheap()))
            .unwrap();
        assert_eq!(count(world, id), 250, "the first turn is done at once");
        let call = world.call_in(crate::world::SHOP);
        let more = world
            .db
            .write_blocking(crate::world::SHOP, move |tx| -> Result<bool, StoreError> {
                catalog::sweep(tx, &call, 0, id)
            })
            .unwrap();
        assert!(!more);
        assert_eq!(count(world, id), 300);

        assert!(reprice(world, products[7], 9_900) < ROWS_MAX);
        assert_eq!(count(world, id), 299);
        assert!(reprice(world, products[7], 900) < ROWS_MAX);
        assert_eq!(count(world, id), 300);
        assert_eq!(world.rows("collection_products"), 300);
    });
}
