//! A short history of the demo shop: orders in several states, made the way buyers and staff
//! make them.

use commerce::carts::{Edit, NewLine, Target, Write};
use commerce::catalog::{self, ProductSort, VariantSort, listed};
use commerce::checkouts::{Outcome, Payment, Submit};
use commerce::customers::{self, CustomerInput};
use commerce::fulfillment::{self, FulfillmentOrderLines, NewFulfillment, Tracking};
use commerce::orders::{self, CancelReason};
use commerce::returns::{
    self, Cancellation, NewRefund, RefundLine, RefundShipping, RefundTransaction, RestockType,
};
use commerce::{Actor, Address, Call};
use store::page::Window;
use store::{Db, Tx};
use units::{Money, OrderId, ProductVariantId, ShopId, Timestamp};

use crate::settings::Settings;
use crate::start::system_call;
use crate::trouble::Trouble;

/// Somebody who buys.
struct Buyer {
    first_name: &'static str,
    last_name: &'static str,
    email: &'static str,
    address1: &'static str,
    zip: &'static str,
    city: &'static str,
    province: &'static str,
}

/// How a buyer pays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pays {
    ByCard,
    OnInvoice,
}

/// What becomes of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Waits,
    IsSent,
    IsSentInPart,
    IsPaidLater,
    ComesBackInPart,
    IsCancelled,
}

/// An order of the history.
struct Sale {
    hours_ago: i64,
    buyer: &'static Buyer,
    /// Which of the shop's goods, and how many.
    picks: &'static [(usize, i64)],
    pays: Pays,
    then: Then,
}

const MARTA: Buyer = Buyer {
    first_name: "Marta",
    last_name: "Kowalska",
    email: "marta.kowalska@example.com",
    address1: "85 Congress Street",
    zip: "04101",
    city: "Portland",
    province: "ME",
};
const JONAS: Buyer = Buyer {
    first_name: "Jonas",
    last_name: "Brandt",
    email: "jonas.brandt@example.com",
    address1: "4 Elm Street",
    zip: "05401",
    city: "Burlington",
    province: "VT",
};
const AMINA: Buyer = Buyer {
    first_name: "Amina",
    last_name: "Diallo",
    email: "amina.diallo@example.com",
    address1: "31 Prospect Avenue",
    zip: "11215",
    city: "Brooklyn",
    province: "NY",
};
const PETER: Buyer = Buyer {
    first_name: "Peter",
    last_name: "Nygaard",
    email: "peter.nygaard@example.com",
    address1: "160 Lake Street",
    zip: "55406",
    city: "Minneapolis",
    province: "MN",
};
const LUCIA: Buyer = Buyer {
    first_name: "Lucía",
    last_name: "Ferrer",
    email: "lucia.ferrer@example.com",
    address1: "22 Valencia Street",
    zip: "94103",
    city: "San Francisco",
    province: "CA",
};

const HISTORY: [Sale; 8] = [
    Sale {
        hours_ago: 214,
        buyer: &MARTA,
        picks: &[(0, 1), (3, 2)],
        pays: Pays::ByCard,
        then: Then::IsSent,
    },
    Sale {
        hours_ago: 190,
        buyer: &JONAS,
        picks: &[(7, 1)],
        pays: Pays::OnInvoice,
        then: Then::IsPaidLater,
    },
    Sale {
        hours_ago: 146,
        buyer: &AMINA,
        picks: &[(5, 2), (9, 1), (2, 1)],
        pays: Pays::ByCard,
        then: Then::ComesBackInPart,
    },
    Sale {
        hours_ago: 97,
        buyer: &PETER,
        picks: &[(11, 1)],
        pays: Pays::ByCard,
        then: Then::IsCancelled,
    },
    Sale {
        hours_ago: 71,
        buyer: &LUCIA,
        picks: &[(1, 3), (4, 1)],
        pays: Pays::ByCard,
        then: Then::IsSentInPart,
    },
    Sale {
        hours_ago: 26,
        buyer: &MARTA,
        picks: &[(8, 1), (6, 1)],
        pays: Pays::ByCard,
        then: Then::Waits,
    },
    Sale {
        hours_ago: 9,
        buyer: &JONAS,
        picks: &[(10, 2)],
        pays: Pays::OnInvoice,
        then: Then::Waits,
    },
    Sale {
        hours_ago: 2,
        buyer: &AMINA,
        picks: &[(12, 1), (0, 1)],
        pays: Pays::ByCard,
        then: Then::Waits,
    },
];

/// Sells what the history says.
pub(super) fn history(db: &Db, settings: &Settings, shop: ShopId) -> Result<(), Trouble> {
    let now = settings.clock.now();
    let goods = db.read_blocking(shop, move |tx| goods(tx, now))??;
    if goods.is_empty() {
        return Ok(());
    }
    welcome(db, settings, shop, &LUCIA)?;
    for sale in &HISTORY {
        let call = system_call(db, settings, shop);
        let call = call.at(now.plus_seconds(-sale.hours_ago * 3600));
        let order = sell(db, &call.acting_as(Actor::Buyer), sale, &goods)?;
        let later = call.at(call.now.plus_seconds(4200));
        carry_on(db, &later, order, sale.then)?;
    }
    Ok(())
}

/// The first variant that can be bought of each of the shop's products, by title.
fn goods(tx: &mut Tx, now: Timestamp) -> Result<Vec<ProductVariantId>, Trouble> {
    let window = Window::first(40);
    let page =
        catalog::products_page(tx, listed(now), ProductSort::Title, &window).map_err(wrong)?;
    let ids: Vec<_> = page.nodes.iter().map(|product| product.id).collect();
    let variants =
        catalog::variants_of(tx, &ids, VariantSort::Position, &Window::first(20)).map_err(wrong)?;
    let first = variants.into_iter().filter_map(|page| {
        // Enough of it for every sale of the history.
        let mut found = page.nodes.into_iter();
        found.find(|each| each.is_available() && (!each.variant.tracked || each.sellable >= 6))
    });
    Ok(first.map(|each| each.variant.id).collect())
}

/// A customer who has not bought yet but has left an address.
fn welcome(
    db: &Db,
    settings: &Settings,
    shop: ShopId,
    buyer: &'static Buyer,
) -> Result<(), Trouble> {
    let call = system_call(db, settings, shop);
    let given = |text: &str| Some(Some(text.to_owned()));
    let input = CustomerInput {
        email: given(buyer.email),
        first_name: given(buyer.first_name),
        last_name: given(buyer.last_name),
        addresses: Some(vec![buyer.address()]),
        tags: Some(vec!["newsletter".to_owned()]),
        ..CustomerInput::default()
    };
    db.write_blocking(shop, move |tx| {
        customers::create(tx, &call, &input).map_err(wrong)
    })?;
    Ok(())
}

fn sell(db: &Db, call: &Call, sale: &Sale, goods: &[ProductVariantId]) -> Result<OrderId, Trouble> {
    let line = |(pick, quantity): &(usize, i64)| NewLine {
        merchandise: goods[pick % goods.len()],
        quantity: *quantity,
        attributes: Vec::new(),
        selling_plan: None,
    };
    let edits = vec![Edit::AddLines(sale.picks.iter().map(line).collect())];
    let write = Write {
        call: call.clone(),
        target: Target::New,
        edits,
    };
    let cart = db.submit_blocking(call.shop, write).map_err(wrong)?.cart;
    let submit = Submit {
        call: call.clone(),
        token: cart.token,
        proof: cart.secret,
        email: sale.buyer.email.to_owned(),
        shipping_address: Some(sale.buyer.address()),
        billing_address: None,
        shipping_rate: None,
        payment: match sale.pays {
            Pays::ByCard => Payment {
                gateway: "bogus".to_owned(),
                number: Some("1".to_owned()),
            },
            Pays::OnInvoice => Payment {
                gateway: "manual".to_owned(),
                number: None,
            },
        },
        expected_total: None,
        expected_due: None,
        expected_quantity: None,
    };
    match db.submit_blocking(call.shop, submit).map_err(wrong)? {
        Outcome::Placed(placed) => Ok(placed.order_id),
        Outcome::Declined { message } | Outcome::Failed { message } => Err(wrong(message)),
    }
}

fn carry_on(db: &Db, call: &Call, order: OrderId, then: Then) -> Result<(), Trouble> {
    let call = call.clone();
    db.write_blocking(call.shop, move |tx| match then {
        Then::Waits => Ok(()),
        Then::IsSent => send(tx, &call, order, usize::MAX),
        Then::IsSentInPart => send(tx, &call, order, 1),
        Then::IsPaidLater => {
            orders::mark_as_paid(tx, &call, order).map_err(wrong)?;
            send(tx, &call, order, usize::MAX)
        }
        Then::ComesBackInPart => {
            send(tx, &call, order, usize::MAX)?;
            take_back(tx, &call, order)
        }
        Then::IsCancelled => {
            let cancellation = Cancellation {
                reason: CancelReason::Customer,
                refund: true,
                restock: true,
                notify_customer: true,
                staff_note: Some("Ordered by mistake, asked by phone.".to_owned()),
            };
            returns::cancel_order(tx, &call, order, &cancellation).map_err(wrong)?;
            Ok(())
        }
    })
}

/// Sends the first `lines` lines of an order.
fn send(tx: &mut Tx, call: &Call, order: OrderId, lines: usize) -> Result<(), Trouble> {
    let works = fulfillment::fulfillment_orders(tx, &[order])?
        .into_iter()
        .flatten();
    let keys: Vec<_> = works.map(|work| (order, work.id)).collect();
    let all = fulfillment::fulfillment_order_lines(tx, &keys)?;
    let groups = keys
        .iter()
        .zip(all)
        .map(|((_, id), found)| FulfillmentOrderLines {
            id: *id,
            lines: found
                .iter()
                .take(lines)
                .map(|line| (line.id, line.remaining_quantity))
                .collect(),
        });
    let new = NewFulfillment {
        fulfillment_orders: groups.collect(),
        tracking: Tracking {
            company: Some("DHL".to_owned()),
            numbers: vec![format!("JD0146{:014}", order.get() % 100_000_000_000_000)],
            urls: Vec::new(),
        },
        notify_customer: true,
    };
    fulfillment::create(tx, call, &new).map_err(wrong)?;
    Ok(())
}

/// Takes one unit of an order's first line back, and refunds what it was worth.
fn take_back(tx: &mut Tx, call: &Call, order: OrderId) -> Result<(), Trouble> {
    let lines = orders::line_items(tx, &[order])?.pop().unwrap_or_default();
    let Some(line) = lines.first() else {
        return Ok(());
    };
    let back = RefundLine {
        line_item_id: line.id,
        quantity: 1,
        restock_type: RestockType::Return,
        location_id: None,
    };
    let idea = returns::RefundIdea {
        lines: vec![back.clone()],
        ..returns::RefundIdea::default()
    };
    let worth = returns::suggest(tx, order, &idea).map_err(wrong)?;
    let transactions = worth.repayments.iter().map(|repayment| RefundTransaction {
        kind: "REFUND".to_owned(),
        amount: Money::new(
            repayment.amount.presentment,
            worth.order.presentment_currency,
        )
        .decimal(),
        gateway: repayment.parent.gateway.clone(),
        parent_id: Some(repayment.parent.id),
    });
    let new = NewRefund {
        lines: vec![back],
        shipping: RefundShipping::Nothing,
        transactions: transactions.collect(),
        note: Some("Arrived with a scratch.".to_owned()),
        notify_customer: true,
        currency: None,
        processed_at: None,
    };
    returns::create(tx, call, order, &new, None).map_err(wrong)?;
    Ok(())
}

impl Buyer {
    fn address(&self) -> Address {
        let given = |text: &str| Some(text.to_owned());
        Address {
            first_name: given(self.first_name),
            last_name: given(self.last_name),
            address1: given(self.address1),
            zip: given(self.zip),
            city: given(self.city),
            province_code: given(self.province),
            country_code: given("US"),
            ..Address::default()
        }
    }
}

fn wrong(why: impl std::fmt::Display) -> Trouble {
    Trouble::Input(format!("The demo's history was not made: {why}"))
}
