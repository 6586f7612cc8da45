//! Amounts in both currencies, and the errors without codes.

use units::MoneyBag;

use crate::{Registry, errors, money};

pub(super) fn register(r: &mut Registry) {
    money::register(r);
    r.object::<MoneyBag>("MoneyBag")
        .child("shopMoney", |bag| bag.shop)
        .child("presentmentMoney", |bag| bag.presentment);
    errors::user_error(r, "UserError");
}
