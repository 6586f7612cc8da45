//! Where a cart goes, and how.

use std::rc::Rc;

use commerce::carts::{SelectableAddress, delivery_group_id, delivery_handle};
use graphql::{Error, PageArgs, obj};
use serde::Deserialize;
use units::Money;

use super::CartNode;
use super::discounts::of_line;
use super::lines::{LineNode, lines_page};
use crate::paging::of_list;
use crate::storefront::address::{FormattedArgs, MailingAddress, named};
use crate::{Cx, Registry};

/// The addresses of a cart.
struct CartDelivery {
    token: String,
    addresses: Vec<SelectableAddress>,
}

/// One of them, with its global id.
#[derive(Clone)]
struct AddressNode {
    id: String,
    address: SelectableAddress,
}

/// What is sent together: everything in the cart.
struct Group {
    id: String,
    cart: CartNode,
    address: SelectableAddress,
    option: DeliveryOption,
    chosen: bool,
}

/// A way of sending it.
#[derive(Clone)]
struct DeliveryOption {
    handle: String,
    title: String,
    price: Money,
}

#[derive(Debug, Deserialize)]
struct SelectedArgs {
    selected: Option<bool>,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<CartNode>("Cart")
        .child("delivery", |cart| CartDelivery {
            token: cart.view.cart.id.token.clone(),
            addresses: cart.view.cart.delivery.addresses.clone(),
        })
        .load("deliveryGroups", groups);
    r.object::<CartDelivery>("CartDelivery")
        .load("addresses", addresses);
    r.object::<AddressNode>("CartSelectableAddress")
        .text("id", |node| &node.id)
        .leaf("selected", |node| node.address.selected)
        .leaf("oneTimeUse", |node| node.address.one_time_use)
        .child("address", |node| obj(node.address.clone()));
    delivery_address(r);
    r.connection::<Group>("CartDeliveryGroupConnection", "CartDeliveryGroupEdge");
    r.object::<Group>("CartDeliveryGroup")
        .text("id", |group| &group.id)
        .text("groupType", |_| "ONE_TIME_PURCHASE")
        .child("deliveryAddress", |group| MailingAddress {
            id: format!("gid://shopify/MailingAddress/{}", group.address.id),
            address: group.address.address.clone(),
        })
        .child("deliveryOptions", |group| vec![group.option.clone()])
        .child("selectedDeliveryOption", |group| {
            group.chosen.then(|| group.option.clone())
        })
        .child("discountAllocations", |group| {
            let view = &group.cart.view;
            of_line(view, &view.granted.shipping, false)
        })
        .load(
            "cartLines",
            |groups: &[&Group], args: &PageArgs, _: &mut Cx| {
                groups
                    .iter()
                    .map(|group| lines_page(&group.cart, args))
                    .collect()
            },
        );
    r.object::<DeliveryOption>("CartDeliveryOption")
        .text("handle", |option| &option.handle)
        .text_opt("code", |option| Some(&option.handle))
        .text_opt("title", |option| Some(&option.title))
        .text_opt("description", |_| None)
        .text("deliveryMethodType", |_| "SHIPPING")
        .child("estimatedCost", |option| option.price);
}

fn delivery_address(r: &mut Registry) {
    r.object::<SelectableAddress>("CartDeliveryAddress")
        .text_opt("firstName", |it| it.address.first_name.as_deref())
        .text_opt("lastName", |it| it.address.last_name.as_deref())
        .leaf("name", |it| named(&it.address))
        .text_opt("company", |it| it.address.company.as_deref())
        .text_opt("address1", |it| it.address.address1.as_deref())
        .text_opt("address2", |it| it.address.address2.as_deref())
        .text_opt("city", |it| it.address.city.as_deref())
        .text_opt("provinceCode", |it| it.address.province_code.as_deref())
        .text_opt("zip", |it| it.address.zip.as_deref())
        .text_opt("countryCode", |it| it.address.country_code.as_deref())
        .text_opt("phone", |it| it.address.phone.as_deref())
        // Addresses are not looked up on a map.
        .leaf("latitude", |_| None::<f64>)
        .leaf("longitude", |_| None::<f64>)
        .leaf("formattedArea", |it| it.address.formatted_area())
        .with("formatted", |it, args: &FormattedArgs| {
            Ok(it.address.formatted(args.heading()))
        });
}

fn addresses(
    deliveries: &[&CartDelivery],
    args: &SelectedArgs,
    _: &mut Cx,
) -> Vec<Result<Vec<AddressNode>, Error>> {
    let only_selected = args.selected.unwrap_or(false);
    let nodes = |delivery: &&CartDelivery| {
        let wanted = delivery
            .addresses
            .iter()
            .filter(|it| it.selected || !only_selected);
        let node = |it: &SelectableAddress| AddressNode {
            id: format!(
                "gid://shopify/CartSelectableAddress/{}?cart={}",
                it.id, delivery.token
            ),
            address: it.clone(),
        };
        Ok(wanted.map(node).collect())
    };
    deliveries.iter().map(nodes).collect()
}

fn groups(
    carts: &[&CartNode],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<graphql::Page<Rc<Group>>, Error>> {
    carts
        .iter()
        .map(|cart| {
            let group: Vec<Rc<Group>> = group_of(cart, cx)?.into_iter().map(Rc::new).collect();
            of_list(&group, args, |group| group.id.clone())
        })
        .collect()
}

/// A cart has one group once it holds something to send and the buyer chose where to.
fn group_of(cart: &CartNode, cx: &mut Cx) -> Result<Option<Group>, Error> {
    let Some(address) = cart
        .view
        .cart
        .delivery
        .selected()
        .filter(|_| cart.view.requires_shipping)
    else {
        return Ok(None);
    };
    let shop = cx.shop()?;
    let option = DeliveryOption {
        handle: delivery_handle(&shop),
        title: shop.shipping_title.clone(),
        price: cart.view.delivery_price,
    };
    Ok(Some(Group {
        id: delivery_group_id(&cart.view.cart.id.token),
        chosen: cart.view.cart.delivery.option.as_ref() == Some(&option.handle),
        cart: CartNode {
            view: cart.view.clone(),
            lines: LineNode::all(&cart.view),
            checkout_url: cart.checkout_url.clone(),
        },
        address: address.clone(),
        option,
    }))
}
