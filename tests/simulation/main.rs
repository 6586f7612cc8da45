//! A seeded run of random shoppers and staff, straight against the domain.
//!
//! Two shops with equal ids share one database. After every step the books of the shop that
//! changed must balance, every acknowledged order must exist once, and a replayed checkout must
//! answer with its order. A failure prints its seed: `STOCKROOM_SEED=n` plays that one again.

mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use world::World;

/// Seeds of an ordinary run.
const SEEDS: std::ops::Range<u64> = 1..9;
/// Steps of one run.
const STEPS: usize = 400;

#[test]
fn random_shoppers_and_staff_leave_the_books_balanced() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a failing seed is named by its tester"
    )]
    let named = std::env::var("STOCKROOM_SEED").ok();
    let seeds: Vec<u64> = match named {
        Some(seed) => vec![seed.parse().expect("STOCKROOM_SEED is a number")],
        None => SEEDS.collect(),
    };
    for seed in seeds {
        let mut step = 0;
        let run = catch_unwind(AssertUnwindSafe(|| {
            let mut world = World::new(seed);
            while step < STEPS {
                step += 1;
                world.step();
            }
            world.close();
        }));
        assert!(
            run.is_ok(),
            "seed {seed} failed at step {step}: STOCKROOM_SEED={seed}"
        );
    }
}
