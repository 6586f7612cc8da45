//! Fulfilment orders: what each location has to send.

use commerce::Address;
use commerce::apps::Scope;
use commerce::fulfillment::{
    self, Fulfillment, FulfillmentOrder, FulfillmentOrderLineItem, SortKey, SupportedAction, Which,
};
use commerce::inventory::Location;
use commerce::orders::{self, Order};
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use units::{FulfillmentOrderId, LineItemId, LocationId, MoneyBag, OrderId};

use crate::admin::batches::{as_nodes, each, map_page, page_in_memory};
use crate::admin::links;
use crate::admin::orders::{Line, load_lines, load_orders};
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

#[derive(Deserialize)]
struct IdArgs {
    id: FulfillmentOrderId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    include_closed: bool,
    query: Option<String>,
    sort_key: SortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKeys {
    Id,
    UpdatedAt,
}

/// Something that may be done with a fulfilment order.
struct Action(SupportedAction);

/// The location that a fulfilment order is assigned to, as it is now.
struct AssignedLocation {
    location: Location,
}

/// Where a fulfilment order goes.
struct Destination {
    id: FulfillmentOrderId,
    email: Option<String>,
    address: Address,
}

/// How a fulfilment order reaches its buyer.
struct DeliveryMethod {
    id: FulfillmentOrderId,
    shipped: bool,
    name: Option<String>,
}

/// A line of a fulfilment order beside the order's line.
struct WorkLine {
    row: FulfillmentOrderLineItem,
    line: Line,
}

/// A request to a fulfilment service: there is none yet.
enum MerchantRequest {}
/// Duties beyond the border: there are none.
enum InternationalDuties {}

const READ: Scope = Scope::ReadMerchantManagedFulfillmentOrders;

/// Any of these lets a token see fulfilment orders.
const READERS: [Scope; 3] = [
    Scope::ReadMerchantManagedFulfillmentOrders,
    Scope::ReadAssignedFulfillmentOrders,
    Scope::ReadThirdPartyFulfillmentOrders,
];

pub(super) fn register(r: &mut Registry) {
    r.query("fulfillmentOrder", load_one);
    r.query("fulfillmentOrders", list);
    r.connection::<FulfillmentOrder>("FulfillmentOrderConnection", "FulfillmentOrderEdge");
    facts(r);
    places(r);
    rows(r);
    lines(r);
    nothing_yet(r);
}

/// Checks that the token may see fulfilment orders.
pub(super) fn permit(cx: &Cx, field: &str) -> Result<(), Error> {
    if READERS.iter().any(|scope| cx.permit(field, *scope).is_ok()) {
        return Ok(());
    }
    cx.permit(field, READ)
}

fn load_one(args: &IdArgs, cx: &mut Cx) -> Result<Option<FulfillmentOrder>, Error> {
    permit(cx, "fulfillmentOrder")?;
    let found = fulfillment::fulfillment_orders_by_id(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<FulfillmentOrder>, Error> {
    permit(cx, "fulfillmentOrders")?;
    let (args, wanted) = args;
    let reading = cx.reading()?;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = fulfillment::parse_search(query, reading);
    let filter = compiled(cx, "fulfillmentOrders", query, found);
    let which = if wanted.include_closed {
        Which::All
    } else {
        Which::Open
    };
    let sort = match wanted.sort_key {
        SortKeys::Id => SortKey::Id,
        SortKeys::UpdatedAt => SortKey::UpdatedAt,
    };
    let found = fulfillment::list(&mut cx.tx, which, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn facts(r: &mut Registry) {
    r.object::<FulfillmentOrder>("FulfillmentOrder")
        .leaf("id", |own| Id(own.id))
        .text("status", |own| own.status.as_str())
        .text("requestStatus", |own| own.request_status.as_str())
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .leaf("fulfillAt", |own| Some(DateTime(own.created_at)))
        .leaf("fulfillBy", |_| None::<String>)
        .leaf("channelId", |_| None::<String>)
        .leaf("orderId", |own| Id(own.order_id))
        .child("supportedActions", |own| {
            let actions = fulfillment::supported_actions(own.status);
            actions.into_iter().map(Action).collect::<Vec<_>>()
        })
        .load(
            "order",
            |own: &[&FulfillmentOrder], _: &NoArgs, cx: &mut Cx| load_orders(cx, &order_ids(own)),
        )
        .load_leaf(
            "orderName",
            |own: &[&FulfillmentOrder], _: &NoArgs, cx: &mut Cx| {
                let orders = load_orders(cx, &order_ids(own)).into_iter();
                orders.map(|order| Ok(order?.name)).collect()
            },
        )
        .load_leaf(
            "orderProcessedAt",
            |own: &[&FulfillmentOrder], _: &NoArgs, cx: &mut Cx| {
                let orders = load_orders(cx, &order_ids(own)).into_iter();
                orders
                    .map(|order| Ok(DateTime(order?.processed_at)))
                    .collect()
            },
        );
    r.object::<Action>("FulfillmentOrderSupportedAction")
        .text("action", |action| action.0.as_str())
        .leaf("externalUrl", |_| None::<String>);
}

fn places(r: &mut Registry) {
    r.object::<FulfillmentOrder>("FulfillmentOrder")
        .load(
            "assignedLocation",
            |own: &[&FulfillmentOrder], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<Option<LocationId>> =
                    own.iter().map(|own| Some(own.location_id)).collect();
                let gone = || Error::new("The location is gone.");
                let found = links::locations(cx, &ids).into_iter();
                found
                    .map(|found| {
                        Ok(AssignedLocation {
                            location: found?.ok_or_else(gone)?,
                        })
                    })
                    .collect()
            },
        )
        .load(
            "destination",
            |own: &[&FulfillmentOrder], _: &NoArgs, cx: &mut Cx| {
                let orders = load_orders(cx, &order_ids(own)).into_iter();
                own.iter()
                    .zip(orders)
                    .map(|(own, order)| Ok(destination(own, order?)))
                    .collect()
            },
        )
        .load("deliveryMethod", delivery_methods);
    r.object::<AssignedLocation>("FulfillmentOrderAssignedLocation")
        .text("name", |own| &own.location.name)
        .leaf("address1", |own| filled(&own.location.address1))
        .leaf("address2", |own| filled(&own.location.address2))
        .leaf("city", |own| filled(&own.location.city))
        .leaf("zip", |own| filled(&own.location.zip))
        .leaf("phone", |own| filled(&own.location.phone))
        .leaf("province", |own| filled(&own.location.province_code))
        .text("countryCode", |own| &own.location.country_code)
        .child("location", |own| Some(own.location.clone()));
    r.object::<Destination>("FulfillmentOrderDestination")
        .leaf("id", |own| {
            format!("gid://shopify/FulfillmentOrderDestination/{}", own.id.get())
        })
        .text_opt("email", |own| own.email.as_deref())
        .text_opt("firstName", |own| own.address.first_name.as_deref())
        .text_opt("lastName", |own| own.address.last_name.as_deref())
        .text_opt("company", |own| own.address.company.as_deref())
        .text_opt("address1", |own| own.address.address1.as_deref())
        .text_opt("address2", |own| own.address.address2.as_deref())
        .text_opt("city", |own| own.address.city.as_deref())
        .text_opt("zip", |own| own.address.zip.as_deref())
        .text_opt("phone", |own| own.address.phone.as_deref())
        .text_opt("province", |own| own.address.province_name())
        .text_opt("countryCode", |own| own.address.country_code.as_deref())
        .child("location", |_| None::<Location>);
    r.object::<DeliveryMethod>("DeliveryMethod")
        .leaf("id", |own| {
            format!("gid://shopify/DeliveryMethod/{}", own.id.get())
        })
        .leaf(
            "methodType",
            |own| if own.shipped { "SHIPPING" } else { "NONE" },
        )
        .text_opt("presentedName", |own| own.name.as_deref())
        .leaf("minDeliveryDateTime", |_| None::<String>)
        .leaf("maxDeliveryDateTime", |_| None::<String>)
        .leaf("serviceCode", |_| None::<String>)
        .leaf("sourceReference", |_| None::<String>);
}

fn rows(r: &mut Registry) {
    r.object::<FulfillmentOrder>("FulfillmentOrder")
        .load(
            "lineItems",
            |own: &[&FulfillmentOrder], args: &PageArgs, cx: &mut Cx| {
                let keys: Vec<_> = own.iter().map(|own| (own.order_id, own.id)).collect();
                let found = fulfillment::fulfillment_order_lines(&mut cx.tx, &keys);
                let pages = each(own, found, |_, lines| {
                    page_in_memory(lines, args, |line| line.id.get())
                });
                with_lines(cx, pages)
            },
        )
        .load(
            "fulfillments",
            |own: &[&FulfillmentOrder], args: &PageArgs, cx: &mut Cx| {
                let ids = order_ids(own);
                let found = fulfillment::fulfillment_lines(&mut cx.tx, &ids).and_then(|lines| {
                    let parcels = fulfillment::fulfillments(&mut cx.tx, &ids)?;
                    Ok(lines.into_iter().zip(parcels).collect())
                });
                each(
                    own,
                    found,
                    |own, (lines, mut parcels): (Vec<_>, Vec<Fulfillment>)| {
                        let of = |parcel: &Fulfillment| {
                            lines.iter().any(|line: &fulfillment::FulfillmentLineItem| {
                                line.fulfillment_id == parcel.id
                                    && line.fulfillment_order_id == own.id
                            })
                        };
                        parcels.retain(of);
                        page_in_memory(parcels, args, |parcel| parcel.id.get())
                    },
                )
            },
        );
}

fn lines(r: &mut Registry) {
    r.connection::<WorkLine>(
        "FulfillmentOrderLineItemConnection",
        "FulfillmentOrderLineItemEdge",
    );
    r.object::<WorkLine>("FulfillmentOrderLineItem")
        .leaf("id", |own| Id(own.row.id))
        .leaf("totalQuantity", |own| own.row.total_quantity)
        .leaf("remainingQuantity", |own| own.row.remaining_quantity)
        .leaf("inventoryItemId", |own| {
            own.line.row.inventory_item_id.map(Id)
        })
        .child("lineItem", |own| own.line.clone())
        .text("productTitle", |own| &own.line.row.title)
        .text_opt("variantTitle", |own| own.line.row.variant_title.as_deref())
        .text_opt("vendor", |own| own.line.row.vendor.as_deref())
        .text_opt("sku", |own| own.line.row.sku.as_deref())
        .leaf("requiresShipping", |own| own.line.row.requires_shipping)
        .child("originalUnitPriceSet", |own| -> MoneyBag {
            own.line.bag(own.line.row.price())
        });
}

fn nothing_yet(r: &mut Registry) {
    r.object::<FulfillmentOrder>("FulfillmentOrder")
        .child("internationalDuties", |_| None::<InternationalDuties>)
        .load(
            "merchantRequests",
            |own: &[&FulfillmentOrder], args: &PageArgs, _: &mut Cx| {
                own.iter()
                    .map(|_| args.window().map(|_| Page::<MerchantRequest>::default()))
                    .collect()
            },
        );
    r.object::<InternationalDuties>("FulfillmentOrderInternationalDuties")
        .leaf("incoterm", |never| -> String { match *never {} });
    r.connection::<MerchantRequest>(
        "FulfillmentOrderMerchantRequestConnection",
        "FulfillmentOrderMerchantRequestEdge",
    );
    r.object::<MerchantRequest>("FulfillmentOrderMerchantRequest")
        .leaf("id", |never| -> String { match *never {} })
        .leaf("kind", |never| -> String { match *never {} })
        .leaf("message", |never| -> Option<String> { match *never {} })
        .leaf("sentAt", |never| -> String { match *never {} });
}

fn order_ids(own: &[&FulfillmentOrder]) -> Vec<OrderId> {
    own.iter().map(|own| own.order_id).collect()
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn destination(own: &FulfillmentOrder, order: Order) -> Option<Destination> {
    let address = order.shipping_address()?;
    Some(Destination {
        id: own.id,
        email: order.email,
        address,
    })
}

/// What is shipped goes by the order's shipping line.
fn delivery_methods(
    own: &[&FulfillmentOrder],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<DeliveryMethod>, Error>> {
    let ids = order_ids(own);
    let found = orders::shipping_lines(&mut cx.tx, &ids).and_then(|shipping| {
        let lines = orders::line_items(&mut cx.tx, &ids)?;
        Ok(shipping.into_iter().zip(lines).collect())
    });
    each(
        own,
        found,
        |own, (shipping, lines): (Vec<orders::ShippingLine>, Vec<_>)| {
            let shipped = lines
                .iter()
                .any(|line: &orders::LineItem| line.requires_shipping);
            let name = shipping
                .into_iter()
                .next()
                .map(|line| line.title)
                .filter(|_| shipped);
            Ok(Some(DeliveryMethod {
                id: own.id,
                shipped,
                name,
            }))
        },
    )
}

/// Puts the orders' lines beside those of the fulfilment orders, all in one load.
fn with_lines(
    cx: &mut Cx,
    pages: Vec<Result<Page<FulfillmentOrderLineItem>, Error>>,
) -> Vec<Result<Page<WorkLine>, Error>> {
    let ids: Vec<LineItemId> = pages
        .iter()
        .flatten()
        .flat_map(|page| page.nodes.iter().map(|row| row.line_item_id))
        .collect();
    let mut lines = load_lines(cx, &ids).into_iter();
    pages
        .into_iter()
        .map(|page| {
            let page = map_page(page?, |row| (row, lines.next()));
            let mut failed = None;
            let nodes = page.nodes.into_iter().filter_map(|(row, line)| match line {
                Some(Ok(line)) => Some(WorkLine { row, line }),
                Some(Err(error)) => {
                    failed = Some(error);
                    None
                }
                None => None,
            });
            let nodes: Vec<WorkLine> = nodes.collect();
            match failed {
                Some(error) => Err(error),
                None => Ok(Page {
                    nodes,
                    cursors: page.cursors,
                    has_next_page: page.has_next_page,
                    has_previous_page: page.has_previous_page,
                    total_count: page.total_count,
                    extra: page.extra,
                }),
            }
        })
        .collect()
}

/// Fulfilment orders, for `node` and `nodes`.
pub(crate) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    permit(cx, "fulfillmentOrder")?;
    let ids: Vec<FulfillmentOrderId> = ids.iter().copied().map(FulfillmentOrderId).collect();
    as_nodes(fulfillment::fulfillment_orders_by_id(&mut cx.tx, &ids))
}
