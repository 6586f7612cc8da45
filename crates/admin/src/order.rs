//! One order: what was sold, paid and sent, with the forms to fulfil and refund it.
use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use commerce::fulfillment::{self, Fulfillment, FulfillmentOrder, FulfillmentOrderLineItem};
use commerce::inventory::{self, Location};
use commerce::orders::{self, LineItem, Order, OrderTransaction, ShippingLine};
use commerce::returns::{self, Refund};
use maud::{Markup, html};
use store::{StoreError, Tx};
use units::{FulfillmentOrderId, LineItemId, LocationId, MinorBag, MoneyBag, OrderId};

use crate::at::At;
use crate::desk::Desk;
use crate::frame::{self, Part, csrf};
use crate::orders::buyer;
use crate::reply::{Fault, Reply, page};
use crate::session::{self, Clerk};
use crate::states;

/// An order with all that its page shows.
pub(crate) struct Sheet {
    pub(crate) order: Order,
    pub(crate) lines: Vec<LineItem>,
    shipping: Vec<ShippingLine>,
    transactions: Vec<OrderTransaction>,
    work: Vec<(FulfillmentOrder, Vec<FulfillmentOrderLineItem>)>,
    parcels: Vec<Fulfillment>,
    refunds: Vec<Refund>,
    locations: Vec<Location>,
}

impl Sheet {
    /// Reads an order's page.
    pub(crate) fn read(tx: &mut Tx, id: OrderId) -> Result<Self, Fault> {
        let order = one(orders::load(tx, &[id])?)
            .flatten()
            .ok_or(Fault::NotFound)?;
        let work = one(fulfillment::fulfillment_orders(tx, &[id])?).unwrap_or_default();
        let keys: Vec<(OrderId, FulfillmentOrderId)> =
            work.iter().map(|work| (id, work.id)).collect();
        let work_lines = fulfillment::fulfillment_order_lines(tx, &keys)?;
        Ok(Self {
            order,
            lines: one(orders::line_items(tx, &[id])?).unwrap_or_default(),
            shipping: one(orders::shipping_lines(tx, &[id])?).unwrap_or_default(),
            transactions: one(orders::transactions(tx, &[id])?).unwrap_or_default(),
            work: work.into_iter().zip(work_lines).collect(),
            parcels: one(fulfillment::fulfillments(tx, &[id])?).unwrap_or_default(),
            refunds: one(returns::refunds(tx, &[id])?).unwrap_or_default(),
            locations: inventory::locations(tx)?,
        })
    }

    fn line(&self, id: LineItemId) -> Option<&LineItem> {
        self.lines.iter().find(|line| line.id == id)
    }

    fn location(&self, id: LocationId) -> &str {
        let found = self.locations.iter().find(|location| location.id == id);
        found.map_or("a closed location", |location| location.name.as_str())
    }
}

fn one<T>(mut found: Vec<T>) -> Option<T> {
    found.pop()
}

/// `GET /admin/orders/{id}`.
pub(crate) async fn show(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At(id): At<i64>,
) -> Reply {
    let (clerk, sheet) =
        session::read(&desk, &headers, move |tx, _| Sheet::read(tx, OrderId(id))).await?;
    Ok(shown(&desk, &clerk, &sheet, None))
}

/// The page again, saying why what was asked for was not done.
pub(crate) async fn refused(desk: &Desk, clerk: &Clerk, id: OrderId, why: &str) -> Reply {
    let sheet = desk
        .read(move |tx| Ok::<_, StoreError>(Sheet::read(tx, id)))
        .await??;
    Ok(shown(desk, clerk, &sheet, Some(why)))
}

fn shown(desk: &Desk, clerk: &Clerk, sheet: &Sheet, why: Option<&str>) -> Response {
    let status = if why.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let view = View {
        clerk,
        sheet,
        nonce: desk.luck.token(),
    };
    let body = view.body(why);
    page(
        status,
        &frame::page(clerk, Part::Orders, &sheet.order.name, &body),
    )
}

struct View<'a> {
    clerk: &'a Clerk,
    sheet: &'a Sheet,
    /// Makes a form that was sent twice count once.
    nonce: String,
}

impl View<'_> {
    fn body(&self, why: Option<&str>) -> Markup {
        let order = &self.sheet.order;
        let zone = &self.clerk.shop.time_zone;
        html! {
            p.crumb { a href="/admin/orders" { "Orders" } }
            div.top {
                div.title {
                    h1 { (order.name) }
                    (states::financial(order.financial_status)) (states::fulfillment(order.fulfillment_status))
                    @if order.is_cancelled() { (states::plain("Cancelled")) }
                    @if order.is_closed() { (states::plain("Closed")) }
                    @if order.test { (states::plain("Test")) }
                }
                span.soft { (order.processed_at.shown(zone)) " · " (order.source_name) }
            }
            @if let Some(why) = why { div.note.bad role="alert" { strong { "Nothing was changed. " } (why) } }
            div.cols {
                div {
                    @for (work, lines) in &self.sheet.work { (self.work(work, lines)) }
                    (self.sold())
                    (self.refund_form())
                    (self.money_log())
                }
                div { (self.sums()) (self.who()) (self.parcels()) (self.refunds()) }
            }
        }
    }

    fn action(&self, verb: &str) -> String {
        format!("/admin/orders/{}/{verb}", self.sheet.order.id.get())
    }

    /// What one location has to send, with the form to send it.
    fn work(&self, work: &FulfillmentOrder, lines: &[FulfillmentOrderLineItem]) -> Markup {
        let left: Vec<_> = lines
            .iter()
            .filter(|line| line.remaining_quantity > 0)
            .collect();
        if left.is_empty() || !work.status.is_fulfillable() {
            return html! {};
        }
        html! {
            form.card method="post" action=(self.action("fulfill")) {
                (csrf(self.clerk))
                input type="hidden" name="fulfillment_order" value=(work.id.get());
                div.head { h2 { "To be sent" } span.soft { "from " (self.sheet.location(work.location_id)) } }
                table {
                    thead { tr { th { "Item" } th.end { "Left" } th.end { "Send" } } }
                    tbody { @for line in &left {
                        @let name = self.sheet.line(line.line_item_id).map_or("A removed line".to_owned(), LineItem::name);
                        @let field = format!("send-{}", line.id.get());
                        tr {
                            td { (thing(self.sheet.line(line.line_item_id), &name)) }
                            td.end.num { (line.remaining_quantity) }
                            td.end { label.hidden for=(field) { "Send of " (name) }
                                input type="number" id=(field) name=(format!("quantity[{}]", line.id.get())) value=(line.remaining_quantity) min="0" max=(line.remaining_quantity); }
                        }
                    } }
                }
                div.pair {
                    div.field { label for=(format!("company-{}", work.id.get())) { "Carrier" }
                        input id=(format!("company-{}", work.id.get())) type="text" name="tracking_company" maxlength="255"; }
                    div.field { label for=(format!("number-{}", work.id.get())) { "Tracking number" }
                        input id=(format!("number-{}", work.id.get())) type="text" name="tracking_number" maxlength="255"; }
                }
                label.check { input type="checkbox" name="notify" value="1" checked; "Note a mail to the buyer" small.soft { " (listed under Mails, not sent)" } }
                div { button { "Fulfil" } }
            }
        }
    }

    fn sold(&self) -> Markup {
        let order = &self.sheet.order;
        html! {
            div.card {
                h2 { "Items" }
                table {
                    thead { tr { th { "Item" } th.end { "Price" } th.end { "Quantity" } th.end { "Total" } } }
                    tbody { @for line in &self.sheet.lines {
                        tr {
                            td { (thing(Some(line), &line.name())) }
                            td.end.num.nowrap { (order.bag(line.price()).shop.shown()) }
                            td.end.num { (line.current_quantity)
                                @if line.current_quantity != line.quantity { span.soft { " of " (line.quantity) } } }
                            td.end.num.nowrap { (order.bag(line.discounted_total()).shop.shown()) }
                        }
                    } }
                }
            }
        }
    }

    fn refund_form(&self) -> Markup {
        let order = &self.sheet.order;
        let left: Vec<_> = self
            .sheet
            .lines
            .iter()
            .filter(|line| line.current_quantity > 0)
            .collect();
        if !order.is_refundable() {
            return html! {};
        }
        let shipping = order.bag(order.current_shipping()).presentment;
        html! {
            details.card {
                summary { "Refund" }
                form.stack method="post" action=(self.action("refund")) {
                    (csrf(self.clerk))
                    input type="hidden" name="nonce" value=(self.nonce);
                    @if !left.is_empty() {
                        table {
                            thead { tr { th { "Item" } th.end { "Left" } th.end { "Take back" } } }
                            tbody { @for line in &left {
                                @let field = format!("back-{}", line.id.get());
                                tr {
                                    td { (line.name()) }
                                    td.end.num { (line.current_quantity) }
                                    td.end { label.hidden for=(field) { "Take back of " (line.name()) }
                                        input type="number" id=(field) name=(format!("quantity[{}]", line.id.get())) value="0" min="0" max=(line.current_quantity); }
                                }
                            } }
                        }
                        label.check { input type="checkbox" name="restock" value="1" checked; "Put them back in stock" }
                    }
                    @if shipping.is_positive() {
                        label.check { input type="checkbox" name="shipping" value="1"; "Refund the shipping of " (shipping.shown()) }
                    }
                    div.pair {
                        div.field { label for="amount" { "Amount in " (order.presentment_currency) }
                            input id="amount" type="text" name="amount" inputmode="decimal" maxlength="20" placeholder="What the items are worth"; }
                        div.field { label for="note" { "Reason" } input id="note" type="text" name="note" maxlength="500"; }
                    }
                    p.soft.small { (order.bag(order.net_payment()).presentment.shown()) " can be refunded at most. Leave the amount empty to refund what the items and the shipping are worth." }
                    label.check { input type="checkbox" name="notify" value="1" checked; "Note a mail to the buyer" small.soft { " (listed under Mails, not sent)" } }
                    div { button.bad { "Refund" } }
                }
            }
        }
    }

    fn money_log(&self) -> Markup {
        let zone = &self.clerk.shop.time_zone;
        html! {
            @if !self.sheet.transactions.is_empty() {
                div.card {
                    h2 { "Payments" }
                    ul.log { @for each in &self.sheet.transactions {
                        li {
                            span { strong { (words(each.kind.as_str())) } " · " (each.gateway) " · " (words(each.status.as_str()).to_lowercase())
                                @if !each.message.is_empty() { br; span.soft.small { (each.message) } } }
                            span.end { span.num { (in_both(each.money())) } br; span.soft.small.nowrap { (each.processed_at.shown(zone)) } }
                        }
                    } }
                }
            }
        }
    }

    fn sums(&self) -> Markup {
        let order = &self.sheet.order;
        let row = |name: &str, amount: MinorBag| html! { div { dt { (name) } dd.num { (order.bag(amount).shop.shown()) } } };
        let less = |amount: MinorBag| MinorBag::ZERO - amount;
        html! {
            div.card {
                h2 { "Sum" }
                dl.sums {
                    (row("Subtotal", order.current_subtotal()))
                    @if order.discounts().shop > 0 { (row("Discounts", less(order.discounts()))) }
                    @for line in &self.sheet.shipping { (row(&line.title, line.price())) }
                    @if order.tax().shop > 0 { (row(if order.taxes_included { "Tax (included)" } else { "Tax" }, order.current_tax())) }
                    div.all { dt { "Total" } dd.num { (in_both(order.bag(order.current_total()))) } }
                    (row("Paid", order.received()))
                    @if order.refunded().shop > 0 { (row("Refunded", less(order.refunded()))) }
                    @if order.outstanding().presentment > 0 && !order.is_cancelled() { (row("Outstanding", order.outstanding())) }
                }
                @if order.can_mark_as_paid() {
                    form method="post" action=(self.action("mark-as-paid")) {
                        (csrf(self.clerk))
                        button.quiet { "Mark as paid" }
                    }
                }
            }
        }
    }

    fn who(&self) -> Markup {
        let order = &self.sheet.order;
        html! {
            div.card {
                h2 { "Buyer" }
                div {
                    strong { (buyer(order)) }
                    @if let Some(email) = &order.email { div { a href=(format!("mailto:{email}")) { (email) } } }
                    @if let Some(phone) = &order.phone { div { (phone) } }
                }
                @if let Some(address) = order.shipping_address() {
                    div { h3 { "Goes to" }
                        @for line in address.formatted(commerce::address::Heading { name: true, company: true }) { div.soft { (line) } } }
                }
                @if let Some(note) = &order.note { div { h3 { "Note" } p.soft { (note) } } }
            }
        }
    }

    fn parcels(&self) -> Markup {
        let zone = &self.clerk.shop.time_zone;
        html! {
            @if !self.sheet.parcels.is_empty() {
                div.card {
                    h2 { "Parcels" }
                    ul.log { @for parcel in &self.sheet.parcels {
                        @let tracking = parcel.tracking();
                        li {
                            span { strong { (parcel.name) } " · " (words(parcel.status.as_str()).to_lowercase())
                                br; span.soft.small { (tracking.company.as_deref().unwrap_or("No carrier")) @for number in &tracking.numbers { " " (number) } } }
                            span.soft.small.nowrap { (parcel.created_at.shown_date(zone)) }
                        }
                    } }
                }
            }
        }
    }

    fn refunds(&self) -> Markup {
        let zone = &self.clerk.shop.time_zone;
        html! {
            @if !self.sheet.refunds.is_empty() {
                div.card {
                    h2 { "Refunds" }
                    ul.log { @for refund in &self.sheet.refunds {
                        li {
                            span { strong.num { (in_both(refund.total())) } @if let Some(note) = &refund.note { br; span.soft.small { (note) } } }
                            span.soft.small.nowrap { (refund.created_at.shown_date(zone)) }
                        }
                    } }
                }
            }
        }
    }
}

/// An amount, and what the buyer paid where that was another currency.
fn in_both(amount: MoneyBag) -> String {
    let (own, seen) = (amount.shop, amount.presentment);
    if own.currency == seen.currency {
        own.shown()
    } else {
        format!("{} ({} {})", own.shown(), seen.shown(), seen.currency)
    }
}

fn thing(line: Option<&LineItem>, name: &str) -> Markup {
    let picture = line.and_then(|line| line.image_url.as_deref());
    let sku = line
        .and_then(|line| line.sku.as_deref())
        .filter(|sku| !sku.is_empty());
    html! {
        div.thing {
            @match picture { Some(url) => img src=(url) alt="" loading="lazy";, None => span.none {} }
            div { (name) @if let Some(sku) = sku { div.soft.small { (sku) } } }
        }
    }
}

/// `PARTIALLY_PAID` as people say it.
fn words(state: &str) -> String {
    let lower = state.to_lowercase().replace('_', " ");
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
