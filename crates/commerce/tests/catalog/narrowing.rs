//! Filters, their counts and recommendations read by index, and in a fixed number of statements.

use commerce::catalog::{
    self, Intent, MetafieldIs, ProductFilter, ProductInput, Relevance, collected, listed, narrowed,
    worded,
};
use store::{Dialect, Filter};
use units::CollectionId;

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
        let searched = Relevance::of("linen", catalog::Open::Never).unwrap();
        for base in [collected(CollectionId(7)), worded(&searched)] {
            for filter in all_kinds() {
                let list = listed(NOW).and(base.clone()).and(narrowed(&[filter]));
                for step in plan(world, list) {
                    // `w` is what the words found: those rows alone.
                    let scan = step.starts_with("SCAN") && step != "SCAN w";
                    assert!(!scan && !step.ends_with("(shop_id=?)"), "{step}");
                }
            }
        }
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
        let (facets, counted, recommended, read) = world.read(move |tx| {
            let before = tx.statements();
            let facets = catalog::facets(tx, &listed(NOW), &chosen).unwrap();
            let between = tx.statements();
            let found = catalog::recommendations(tx, &product, Intent::Related, NOW).unwrap();
            let after = tx.statements();
            (facets.len(), between - before, found.len(), after - between)
        });
        assert_eq!((facets, recommended), (5, 10));
        assert!(counted <= 7, "{counted} statements for the counts");
        // On SQLite each collection and tag is one more seek.
        assert!(read <= 10, "{read} statements for recommendations");
    });
}
