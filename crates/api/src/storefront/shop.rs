//! The shop, as buyers see it.

use std::rc::Rc;

use commerce::shops::Shop;
use graphql::{Error, NoArgs};

use crate::scalars::Id;
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.query("shop", shop);
    r.object::<Shop>("Shop")
        .leaf("id", |shop| Id(shop.id))
        .text("name", |shop| &shop.name);
}

fn shop(_: &NoArgs, cx: &mut Cx) -> Result<Rc<Shop>, Error> {
    cx.shop()
}
