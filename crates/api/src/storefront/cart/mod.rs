//! Carts: the query, the mutations, and what a cart looks like.

mod delivery;
mod discounts;
mod inputs;
mod lines;
mod mutations;

use std::rc::Rc;

use commerce::apps::Scope;
use commerce::attributes::Attribute;
use commerce::carts::{self, Buyer, CartCost, CartRef, CartView};
use graphql::{Error, NoArgs, Obj};
use serde::Deserialize;
use units::Money;

pub(super) use self::discounts::Percentage;
pub(super) use self::lines::{DiscountArgs, LineCost, LineNode};
use super::absent::CartPreferences;
use super::customers::{self, Customer};
use crate::errors::{fault, spread};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// A cart and where its checkout is.
pub(super) struct CartNode {
    view: Rc<CartView>,
    lines: Vec<Rc<LineNode>>,
    checkout_url: String,
}

#[derive(Debug, Deserialize)]
struct CartArgs {
    id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct KeyArgs {
    key: String,
}

pub(super) fn register(r: &mut Registry) {
    r.query("cart", |args: &CartArgs, cx: &mut Cx| load(&args.id, cx));
    r.object::<CartNode>("Cart")
        .leaf("id", |cart| Id(cart.view.cart.id.clone()))
        .text("checkoutUrl", |cart| &cart.checkout_url)
        .leaf("createdAt", |cart| DateTime(cart.view.cart.created_at))
        .leaf("updatedAt", |cart| DateTime(cart.view.cart.updated_at))
        .leaf("totalQuantity", |cart| cart.view.quantity)
        .leaf("note", |cart| note(&cart.view))
        .child("attributes", |cart| cart.view.cart.attributes.clone())
        .child("buyerIdentity", |cart| cart.view.cart.buyer.clone())
        .child("cost", |cart| cart.view.cost())
        .child("estimatedCost", |cart| cart.view.cost())
        .load(
            "attribute",
            |carts: &[&CartNode], args: &KeyArgs, _: &mut Cx| {
                let attribute = |cart: &&CartNode| Ok(find(&cart.view.cart.attributes, &args.key));
                carts.iter().map(attribute).collect()
            },
        );
    costs(r);
    r.object::<Attribute>("Attribute")
        .text("key", |attribute| &attribute.key)
        .text_opt("value", |attribute| Some(&attribute.value));
    r.object::<Buyer>("CartBuyerIdentity")
        .text_opt("email", |buyer| buyer.email.as_deref())
        .text_opt("phone", |buyer| buyer.phone.as_deref())
        .text_opt("countryCode", |buyer| buyer.country_code.as_deref())
        .load("customer", customer)
        // Buyers cannot leave preferences.
        .child("deliveryAddressPreferences", |_| Vec::<Obj>::new())
        .child("preferences", |_| None::<CartPreferences>);
    discounts::register(r);
    lines::register(r);
    delivery::register(r);
    mutations::register(r);
}

fn costs(r: &mut Registry) {
    r.object::<CartCost>("CartCost")
        .child("subtotalAmount", |cost| cost.subtotal)
        .leaf("subtotalAmountEstimated", |_| false)
        .child("totalAmount", |cost| cost.total)
        .leaf("totalAmountEstimated", |_| true)
        .child("totalTaxAmount", |cost| cost.tax)
        .leaf("totalTaxAmountEstimated", |_| true)
        .child("checkoutChargeAmount", |cost| cost.charged)
        .child("totalDutyAmount", |_| None::<Money>)
        .leaf("totalDutyAmountEstimated", |_| false);
    r.object::<CartCost>("CartEstimatedCost")
        .child("subtotalAmount", |cost| cost.subtotal)
        .child("totalAmount", |cost| cost.total)
        .child("totalTaxAmount", |cost| cost.tax)
        .child("totalDutyAmount", |_| None::<Money>)
        .child("checkoutChargeAmount", |cost| cost.charged);
}

/// The cart that a global id opens; none when it is unknown, its key is another, or it was bought.
pub(super) fn load(id: &str, cx: &mut Cx) -> Result<Option<CartNode>, Error> {
    let Some(id) = CartRef::parse(id) else {
        return Ok(None);
    };
    let now = cx.request.now();
    let view = carts::view(&mut cx.tx, &id, None, now).map_err(fault)?;
    Ok(view.map(Rc::new).map(|view| CartNode {
        checkout_url: format!(
            "{}/cart/c/{}?key={}",
            cx.request.origin(),
            id.token,
            id.secret
        ),
        lines: LineNode::all(&view),
        view,
    }))
}

/// The customer who signed in, for a token that may read customers.
fn customer(buyers: &[&Buyer], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Customer>, Error>> {
    let permitted = cx
        .permit("customer", Scope::UnauthenticatedReadCustomers)
        .is_ok();
    let ids: Vec<_> = buyers
        .iter()
        .map(|buyer| buyer.customer_id().filter(|_| permitted))
        .collect();
    spread(customers::by_id(&ids, cx), buyers.len())
}

fn note(view: &CartView) -> Option<String> {
    (!view.cart.note.is_empty()).then(|| view.cart.note.clone())
}

fn find(attributes: &[Attribute], key: &str) -> Option<Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.key == key)
        .cloned()
}
