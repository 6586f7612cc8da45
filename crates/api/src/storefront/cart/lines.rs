//! The lines of a cart.

use std::rc::Rc;

use commerce::carts::{CartView, LineView, line_id};
use graphql::{Error, NoArgs, Obj, PageArgs, obj};
use serde::Deserialize;
use units::Money;

use super::discounts::of_line;
use super::{CartNode, KeyArgs, find};
use crate::errors::spread;
use crate::paging::of_list;
use crate::storefront::absent::ParentLine;
use crate::storefront::selling_plans::{Allocation, allocated};
use crate::storefront::variants;
use crate::{Cx, Registry};

/// A line of a cart, with its global id.
pub(in crate::storefront) struct LineNode {
    id: String,
    view: LineView,
    cart: Rc<CartView>,
}

/// What a line costs.
pub(in crate::storefront) struct LineCost {
    price: Money,
    compare_at: Option<Money>,
    subtotal: Money,
    total: Money,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::storefront) struct DiscountArgs {
    line_level_only: Option<bool>,
}

impl LineNode {
    /// The lines of a priced cart.
    pub(super) fn all(cart: &Rc<CartView>) -> Vec<Rc<Self>> {
        let token = &cart.cart.id.token;
        let node = |view: &LineView| {
            Rc::new(Self {
                id: line_id(token, &view.line.id),
                view: view.clone(),
                cart: cart.clone(),
            })
        };
        cart.lines.iter().map(node).collect()
    }

    fn cost(&self) -> LineCost {
        LineCost {
            price: self.view.price,
            compare_at: self.view.compare_at,
            subtotal: self.view.total,
            total: self.view.discounted,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<CartNode>("Cart").load("lines", cart_lines);
    r.connection::<Obj>("BaseCartLineConnection", "BaseCartLineEdge");
    r.object::<LineNode>("CartLine")
        .text("id", |line| &line.id)
        .leaf("quantity", |line| line.view.line.quantity)
        .child("attributes", |line| line.view.line.attributes.clone())
        .child("cost", LineNode::cost)
        .child("estimatedCost", LineNode::cost)
        .load(
            "attribute",
            |lines: &[&LineNode], args: &KeyArgs, _: &mut Cx| {
                let attribute = |line: &&LineNode| Ok(find(&line.view.line.attributes, &args.key));
                lines.iter().map(attribute).collect()
            },
        )
        .load("merchandise", merchandise)
        .load(
            "discountAllocations",
            |lines: &[&LineNode], args: &DiscountArgs, _: &mut Cx| {
                let own_only = args.line_level_only.unwrap_or(true);
                let of = |line: &&LineNode| Ok(of_line(&line.cart, &line.view.discounts, own_only));
                lines.iter().map(of).collect()
            },
        )
        .load("sellingPlanAllocation", plans)
        // Nothing is bundled yet.
        .child("parentRelationship", |_| None::<ParentLine>);
    r.object::<LineCost>("CartLineCost")
        .child("amountPerQuantity", |cost| cost.price)
        .child("compareAtAmountPerQuantity", |cost| cost.compare_at)
        .child("subtotalAmount", |cost| cost.subtotal)
        .child("totalAmount", |cost| cost.total);
    r.object::<LineCost>("CartLineEstimatedCost")
        .child("amount", |cost| cost.price)
        .child("compareAtAmount", |cost| cost.compare_at)
        .child("subtotalAmount", |cost| cost.subtotal)
        .child("totalAmount", |cost| cost.total);
}

fn cart_lines(
    carts: &[&CartNode],
    args: &PageArgs,
    _: &mut Cx,
) -> Vec<Result<graphql::Page<Obj>, Error>> {
    carts.iter().map(|cart| lines_page(cart, args)).collect()
}

/// A window of a cart's lines, as its own list and its delivery group's show them.
pub(super) fn lines_page(cart: &CartNode, args: &PageArgs) -> Result<graphql::Page<Obj>, Error> {
    let page = of_list(&cart.lines, args, |line| line.view.line.id.clone())?;
    Ok(graphql::Page {
        nodes: page.nodes.into_iter().map(|line| line as Obj).collect(),
        cursors: page.cursors,
        has_next_page: page.has_next_page,
        has_previous_page: page.has_previous_page,
        ..graphql::Page::default()
    })
}

/// What the lines' selling plans make of their prices; their groups are read once for all.
fn plans(lines: &[&LineNode], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Allocation>, Error>> {
    let wanted = lines.iter().map(|line| {
        let view = &line.view;
        let before = view.merchandise.compare_at_minor;
        let price = view.merchandise.price_minor;
        let plan = view.plan.clone()?;
        Some((plan, price, before.unwrap_or(price), view.price.currency))
    });
    spread(allocated(wanted.collect(), cx), lines.len())
}

fn merchandise(lines: &[&LineNode], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Obj, Error>> {
    let ids: Vec<_> = lines.iter().map(|line| line.view.line.variant).collect();
    let gone = || Error::new("The merchandise of this line is gone.");
    let found = variants::by_id(cx, &ids);
    spread(found, lines.len())
        .into_iter()
        .map(|variant| variant?.map(obj).ok_or_else(gone))
        .collect()
}
