//! `MoneyV2`, the same in both interfaces.

use units::Money;

use crate::Registry;

pub(crate) fn register(r: &mut Registry) {
    r.object::<Money>("MoneyV2")
        .leaf("amount", |money| money.decimal_short())
        .text("currencyCode", |money| money.currency.as_str());
}
