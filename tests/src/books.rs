//! The books of a shop: what must add up after everything that ever happened.

use commerce::books;
use store::Db;
use units::ShopId;

/// Checks the books of a shop; never on an async thread.
///
/// # Panics
/// With a line for every rule that does not hold.
pub fn check(db: &Db, shop: ShopId) {
    let wrong = db
        .read_blocking(shop, books::check)
        .and_then(|wrong| wrong)
        .expect("the books can be read");
    assert!(
        wrong.is_empty(),
        "The books are wrong:\n{}",
        wrong.join("\n")
    );
}
