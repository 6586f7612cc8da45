//! What the commonest operations may cost, on a small shop and on a large one.
//!
//! A shop with a hundred products, orders and customers is made through the API and measured; then it is doubled
//! until there are a hundred thousand of each, and measured again. Statements, and what the database reads for them,
//! stay within the same bound, and every statement reads by an index.

mod operations;
mod plans;
mod shop;
mod stock;
mod texts;

use operations::Operation;
use shop::{Cost, Engine, Shop};

/// How often the shop is doubled: from 100 to 102,400.
const DOUBLINGS: u32 = 10;

#[test]
fn operations_cost_the_same_on_a_large_shop_on_sqlite() {
    measure(Engine::Sqlite);
}

#[test]
fn operations_cost_the_same_on_a_large_shop_on_postgres() {
    measure(Engine::Postgres);
}

fn measure(engine: Engine) {
    let mut shop = Shop::open(engine);
    shop.stock();
    let operations = operations::all(&shop);
    let small = costs(&shop, &operations);
    let long = shop.grow(DOUBLINGS);
    let large = costs(&shop, &operations);
    let mut broken = Vec::new();
    for ((operation, small), large) in operations.iter().zip(small).zip(large) {
        let bound = operation.most(engine);
        println!(
            "{engine:?} {}: {} statements and {} steps, then {} and {}; bound {bound:?}",
            operation.name, small.statements, small.work, large.statements, large.work
        );
        for (size, cost) in [("100", small), ("100,000", large)] {
            if cost.statements > bound.statements || cost.work > bound.work {
                broken.push(format!(
                    "{} of {size}: {cost:?} over {bound:?}",
                    operation.name
                ));
            }
        }
    }
    broken.extend(plans::faults(engine, &shop.plans(), &long));
    shop.close();
    assert!(broken.is_empty(), "{engine:?}:\n{}", broken.join("\n"));
}

/// What each operation costs once its plan and its statements are known.
fn costs(shop: &Shop, operations: &[Operation]) -> Vec<Cost> {
    operations
        .iter()
        .map(|operation| {
            shop.ask(operation);
            shop.ask(operation)
        })
        .collect()
}
