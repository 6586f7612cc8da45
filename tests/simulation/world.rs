//! The simulated world: two shops, their shoppers and their staff.

mod discounts;
mod stock;
mod work;

use std::collections::BTreeMap;

use commerce::carts::{self, Buyer, CartRef, Edit, LineUpdate, NewLine, Target, line_id};
use commerce::checkouts::{Outcome, Payment, Submit};
use commerce::fulfillment::{self, FulfillmentOrderLines, NewFulfillment, Tracking};
use commerce::inventory::{self, Change, ChangeQuantities, QuantityChange};
use commerce::markets::{self, CurrencyInput, MarketInput, MarketStatus, RegionsInput};
use commerce::orders::{
    self, CancelReason, Create, DisplayFinancialStatus, InventoryBehaviour, LineInput, OrderInput,
};
use commerce::returns::{
    self, Cancellation, NewRefund, RefundLine, RefundShipping, RefundTransaction, RestockType,
};
use commerce::shops::{self, NewShop};
use commerce::{Actor, Address, Call, Luck, MIGRATIONS, books};
use store::{Db, Options, StoreError, Tx};
use units::{
    Currency, FulfillmentOrderId, InventoryItemId, LineItemId, LocationId, MarketId, OrderId,
    ProductVariantId, ShopId, Timestamp,
};

const SHOPS: [ShopId; 2] = [ShopId(1), ShopId(2)];
const VARIANTS: i64 = 5;
/// The last one goes on being sold when its stock is used up.
const SOLD_ON: i64 = VARIANTS;
const LOCATIONS: [LocationId; 2] = [LocationId(1), LocationId(2)];

pub(crate) struct World {
    db: Db,
    dice: Dice,
    now: Timestamp,
    luck: Luck,
    shops: BTreeMap<ShopId, Memory>,
    _folder: tempfile::TempDir,
}

/// What was acknowledged in a shop.
#[derive(Default)]
struct Memory {
    open: Vec<CartRef>,
    bought: Vec<(CartRef, OrderId)>,
    orders: Vec<OrderId>,
    given: discounts::Given,
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % limit.unsigned_abs()).expect("below the limit")
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let count = i64::try_from(all.len()).expect("short lists");
        (count > 0).then(|| all[usize::try_from(self.below(count)).expect("positive")].clone())
    }
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/simulation.db", folder.path().display());
        let db = Db::open(&url, Options::new(MIGRATIONS, "simulation")).expect("a database");
        let mut world = Self {
            db,
            dice: Dice(seed),
            now: Timestamp(1_780_000_000_000_000),
            luck: Luck::seeded(seed),
            shops: BTreeMap::new(),
            _folder: folder,
        };
        for shop in SHOPS {
            world.open_shop(shop);
        }
        world
    }

    pub(crate) fn close(self) {
        self.db.close();
    }

    /// One thing happens in one shop; then everything must add up there.
    pub(crate) fn step(&mut self) {
        self.now = self.now.plus_seconds(1 + self.dice.below(600));
        let shop = if self.dice.below(4) == 0 {
            SHOPS[1]
        } else {
            SHOPS[0]
        };
        match self.dice.below(29) {
            0..3 => self.fill_cart(shop),
            3 => self.change_cart(shop),
            4..8 => self.check_out(shop),
            8 => self.check_out_again(shop),
            9 => self.create_order(shop),
            10 => self.set_stock(shop),
            11 => self.adjust_stock(shop),
            12 => self.mark_as_paid(shop),
            13 => self.fulfill(shop),
            14 => self.refund(shop),
            15 => self.draft(shop),
            16 => self.rearrange(shop),
            17 => self.call_back(shop),
            18 => self.capture(shop),
            19 => self.cancel(shop),
            20 => self.make_discount(shop),
            21 => self.switch_discount(shop),
            22 | 23 => self.type_codes(shop),
            24 => self.change_rate(shop),
            25 => self.set_aside(shop),
            26 => self.switch_stocking(shop),
            27 => self.close_location(shop),
            _ => self.gift_card(shop),
        }
        self.check(shop);
    }

    fn call(&self, shop: ShopId, actor: Actor) -> Call {
        Call::new(
            shop,
            actor,
            self.now,
            self.db.ids().clone(),
            self.luck.clone(),
        )
    }

    fn memory(&mut self, shop: ShopId) -> &mut Memory {
        self.shops.entry(shop).or_default()
    }

    fn fill_cart(&mut self, shop: ShopId) {
        let lines = (0..=self.dice.below(3))
            .map(|_| NewLine {
                merchandise: ProductVariantId(1 + self.dice.below(VARIANTS)),
                quantity: 1 + self.dice.below(4),
                attributes: Vec::new(),
                selling_plan: None,
            })
            .collect();
        // Some buyers are abroad, where the currency is another one, in a market or in none.
        let abroad = ["CH", "JP", "FR"].map(str::to_owned);
        let country = self
            .dice
            .one_of(&abroad)
            .filter(|_| self.dice.below(2) == 0);
        let buyer = Buyer {
            country_code: country,
            ..Buyer::default()
        };
        let write = carts::Write {
            call: self.call(shop, Actor::Buyer),
            target: Target::New,
            edits: vec![Edit::AddLines(lines), Edit::Buyer(buyer)],
        };
        let written = self.db.submit_blocking(shop, write).expect("a cart");
        self.memory(shop).open.push(written.cart);
    }

    fn change_cart(&mut self, shop: ShopId) {
        let open = self.memory(shop).open.clone();
        let Some(cart) = self.dice.one_of(&open) else {
            return;
        };
        let (id, now) = (cart.clone(), self.now);
        let view = self
            .db
            .read_blocking(shop, move |tx| carts::view(tx, &id, None, now));
        let view = view
            .and_then(|view| view)
            .expect("a reading")
            .expect("an open cart");
        let Some(line) = self.dice.one_of(&view.lines) else {
            return;
        };
        let write = carts::Write {
            call: self.call(shop, Actor::Buyer),
            target: Target::Existing(cart.clone()),
            edits: vec![Edit::UpdateLines(vec![LineUpdate {
                id: line_id(&cart.token, &line.line.id),
                merchandise: None,
                quantity: Some(self.dice.below(6)),
                attributes: None,
                selling_plan: None,
            }])],
        };
        self.db.submit_blocking(shop, write).expect("a change");
    }

    fn submission(&mut self, shop: ShopId, cart: &CartRef) -> Submit {
        let (gateway, number) = match self.dice.below(6) {
            0 => ("bogus", Some("2")),
            1 => ("bogus", Some("3")),
            2 => ("manual", None),
            _ => ("bogus", Some("1")),
        };
        Submit {
            call: self.call(shop, Actor::Buyer),
            token: cart.token.clone(),
            proof: cart.secret.clone(),
            email: format!("buyer{}@example.com", self.dice.below(5)),
            shipping_address: Some(home()),
            billing_address: None,
            shipping_rate: None,
            payment: Payment {
                gateway: gateway.to_owned(),
                number: number.map(str::to_owned),
            },
            expected_total: None,
            expected_due: None,
            expected_quantity: None,
        }
    }

    /// A cart is checked out; a refusal leaves it open.
    fn check_out(&mut self, shop: ShopId) {
        let open = self.memory(shop).open.clone();
        let Some(cart) = self.dice.one_of(&open) else {
            return;
        };
        let submit = self.submission(shop, &cart);
        if let Ok(Outcome::Placed(placed)) = self.db.submit_blocking(shop, submit) {
            assert!(!placed.replayed, "an open cart had been bought");
            let memory = self.memory(shop);
            memory.open.retain(|other| *other != cart);
            memory.orders.push(placed.order_id);
            memory.bought.push((cart, placed.order_id));
        }
    }

    /// A bought cart is checked out again: the same order answers, however it is paid now.
    fn check_out_again(&mut self, shop: ShopId) {
        let bought = self.memory(shop).bought.clone();
        let Some((cart, order)) = self.dice.one_of(&bought) else {
            return;
        };
        let submit = self.submission(shop, &cart);
        match self.db.submit_blocking(shop, submit) {
            Ok(Outcome::Placed(placed)) => {
                assert!(
                    placed.replayed && placed.order_id == order,
                    "another order answered"
                );
            }
            other => panic!("a replay answered {other:?}"),
        }
    }

    fn create_order(&mut self, shop: ShopId) {
        let inventory = match self.dice.below(3) {
            0 => InventoryBehaviour::Bypass,
            // Ignoring the policy may oversell, which the books would rightly report.
            _ => InventoryBehaviour::DecrementObeyingPolicy,
        };
        let statuses = [
            None,
            Some(DisplayFinancialStatus::Paid),
            Some(DisplayFinancialStatus::Authorized),
        ];
        let input = OrderInput {
            lines: vec![LineInput {
                variant: Some(ProductVariantId(1 + self.dice.below(VARIANTS))),
                quantity: 1 + self.dice.below(3),
                ..LineInput::default()
            }],
            email: Some(format!("buyer{}@example.com", self.dice.below(5))),
            financial_status: self.dice.one_of(&statuses).flatten(),
            inventory,
            ..OrderInput::default()
        };
        let create = Create {
            call: self.call(shop, Actor::System),
            input,
        };
        if let Ok(created) = self.db.submit_blocking(shop, create) {
            self.memory(shop).orders.push(created.id);
        }
    }

    fn change_stock(&mut self, shop: ShopId, change: Change, quantity: i64) {
        let location = self.dice.one_of(&LOCATIONS).expect("two locations");
        let request = ChangeQuantities {
            call: self.call(shop, Actor::System),
            change,
            name: "available".to_owned(),
            reason: "correction".to_owned(),
            document: String::new(),
            quantities: vec![QuantityChange {
                item: InventoryItemId(1 + self.dice.below(VARIANTS)),
                location,
                quantity,
                change_from: None,
                ledger_document: None,
            }],
            key: None,
        };
        // A refusal is fine; what it must not do is seen in the books.
        let _ = self.db.submit_blocking(shop, request);
    }

    fn set_stock(&mut self, shop: ShopId) {
        let quantity = self.dice.below(12);
        self.change_stock(shop, Change::Set, quantity);
    }

    fn adjust_stock(&mut self, shop: ShopId) {
        let quantity = self.dice.below(12) - 6;
        self.change_stock(shop, Change::Adjust, quantity);
    }

    /// Staff do something with an order; a refusal is fine.
    fn with_order<T, E>(
        &mut self,
        shop: ShopId,
        mut what: impl FnMut(&mut Tx, &Call, OrderId) -> Result<T, E> + Send + 'static,
    ) where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let all = self.memory(shop).orders.clone();
        let Some(order) = self.dice.one_of(&all) else {
            return;
        };
        let call = self.call(shop, Actor::System);
        let _ = self
            .db
            .write_blocking(shop, move |tx| what(tx, &call, order));
    }

    fn mark_as_paid(&mut self, shop: ShopId) {
        self.with_order(shop, orders::mark_as_paid);
    }

    fn fulfill(&mut self, shop: ShopId) {
        self.with_order(shop, |tx, call, order| {
            let open: Option<FulfillmentOrderId> = tx.optional(
                "SELECT id FROM fulfillment_orders
                  WHERE shop_id = $shop AND order_id = $1 AND status = 'OPEN'
                  ORDER BY id",
                (order,),
            )?;
            let Some(id) = open else {
                return Ok(None);
            };
            let new = NewFulfillment {
                fulfillment_orders: vec![FulfillmentOrderLines {
                    id,
                    lines: Vec::new(),
                }],
                tracking: Tracking::default(),
                notify_customer: false,
            };
            fulfillment::create(tx, call, &new).map(Some)
        });
    }

    fn refund(&mut self, shop: ShopId) {
        let restock = [
            RestockType::Cancel,
            RestockType::Return,
            RestockType::NoRestock,
        ];
        let restock = self.dice.one_of(&restock).expect("three kinds");
        let cents = self.dice.below(500);
        self.with_order(shop, move |tx, call, order| {
            let line: LineItemId = tx.one(
                "SELECT id FROM line_items
                  WHERE shop_id = $shop AND order_id = $1 ORDER BY id LIMIT 1",
                (order,),
            )?;
            let currency: Currency = tx.one(
                "SELECT presentment_currency FROM orders WHERE shop_id = $shop AND id = $1",
                (order,),
            )?;
            let new = NewRefund {
                lines: vec![RefundLine {
                    line_item_id: line,
                    quantity: 1,
                    restock_type: restock,
                    location_id: (restock == RestockType::Return).then_some(LOCATIONS[0]),
                }],
                shipping: RefundShipping::default(),
                transactions: vec![RefundTransaction {
                    kind: "REFUND".to_owned(),
                    amount: format!("{}.{:02}", cents / 100, cents % 100),
                    gateway: "bogus".to_owned(),
                    parent_id: None,
                }],
                note: None,
                notify_customer: false,
                currency: Some(currency),
                processed_at: None,
            };
            returns::create(tx, call, order, &new, None)
        });
    }

    fn cancel(&mut self, shop: ShopId) {
        let (refund, restock) = (self.dice.below(2) == 0, self.dice.below(2) == 0);
        self.with_order(shop, move |tx, call, order| {
            let cancellation = Cancellation {
                reason: CancelReason::Other,
                refund,
                restock,
                notify_customer: false,
                staff_note: None,
            };
            returns::cancel_order(tx, call, order, &cancellation)
        });
    }

    fn check(&mut self, shop: ShopId) {
        let wrong = self.db.read_blocking(shop, books::check);
        let wrong = wrong.and_then(|wrong| wrong).expect("books");
        assert!(
            wrong.is_empty(),
            "the books of {shop} are wrong:\n{}",
            wrong.join("\n")
        );
        self.check_limits(shop);
        let acknowledged = self.memory(shop).orders.clone();
        let stored = self.db.read_blocking(shop, |tx| {
            tx.all::<OrderId>(
                "SELECT id FROM orders WHERE shop_id = $shop ORDER BY id",
                (),
            )
        });
        let stored = stored.and_then(|stored| stored).expect("orders");
        let mut expected = acknowledged;
        expected.sort_unstable();
        assert_eq!(
            stored, expected,
            "acknowledged orders and stored ones differ"
        );
    }

    fn open_shop(&mut self, id: ShopId) {
        let shop = NewShop {
            handle: format!("simulated-{}", id.get()),
            name: "Simulated".to_owned(),
            email: "owner@example.com".to_owned(),
            currency: Currency::EUR,
            time_zone: "UTC".to_owned(),
            address1: String::new(),
            city: String::new(),
            zip: String::new(),
            country_code: "DE".to_owned(),
            test_shop: true,
            taxes_included: id == SHOPS[0],
            tax_title: "VAT".to_owned(),
            tax_rate_ppm: 190_000,
            shipping_title: "Standard".to_owned(),
            shipping_price_minor: 495,
            shipping_taxed: true,
        };
        let now = self.now;
        self.db
            .platform_write_blocking(move |platform| shops::create(platform, id, &shop, now))
            .expect("a shop");
        let call = self.call(id, Actor::System);
        self.db
            .write_blocking(id, move |tx| {
                for (place, primary) in LOCATIONS.iter().zip([1_i64, 0]) {
                    insert_location(tx, *place, primary, call.now)?;
                }
                for number in 1..=VARIANTS {
                    insert_variant(tx, number, call.now)?;
                    let item = InventoryItemId(number);
                    let stock =
                        LOCATIONS.map(|place| inventory::Movement::restocked(item, place, 10));
                    inventory::enter(tx, &call, "correction", "", &stock)?;
                }
                Ok::<_, StoreError>(())
            })
            .expect("merchandise");
        self.open_market(id, "CH", Currency::USD, "0.93715");
        self.open_market(id, "JP", Currency::JPY, "163.2");
    }

    fn open_market(&mut self, shop: ShopId, country: &str, currency: Currency, rate: &str) {
        let input = MarketInput {
            name: Some(country.to_owned()),
            status: Some(MarketStatus::Active),
            add: RegionsInput {
                countries: vec![country.to_owned()],
                ..RegionsInput::default()
            },
            currency: CurrencyInput {
                base: Some(currency),
                rate: Some(rate.to_owned()),
                ..CurrencyInput::default()
            },
            ..MarketInput::default()
        };
        let call = self.call(shop, Actor::System);
        self.db
            .write_blocking(shop, move |tx| markets::create(tx, &call, &input))
            .expect("a market");
    }

    /// The merchant sets another rate; what was sold before keeps its own.
    fn change_rate(&mut self, shop: ShopId) {
        let rate = format!("{}.{:03}", self.dice.below(3), 1 + self.dice.below(999));
        let input = MarketInput {
            currency: CurrencyInput {
                rate: Some(rate),
                ..CurrencyInput::default()
            },
            ..MarketInput::default()
        };
        let call = self.call(shop, Actor::System);
        self.db
            .write_blocking(shop, move |tx| {
                let market: MarketId = tx.one(
                    "SELECT id FROM markets WHERE shop_id = $shop AND handle = 'ch'",
                    (),
                )?;
                markets::update(tx, &call, market, &input)
            })
            .expect("a rate");
    }
}

fn insert_location(
    tx: &mut Tx,
    id: LocationId,
    primary: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO locations (shop_id, id, name, name_key, address1, address2, city,
             province_code, zip, country_code, phone, is_active, is_primary,
             fulfills_online_orders, created_at, updated_at)
         VALUES ($shop, $1, 'Warehouse', 'warehouse', '', '', '', '', '', 'DE', '', 1, $2, 1, $3,
             $3)",
        (id, primary, now),
    )?;
    Ok(())
}

fn insert_variant(tx: &mut Tx, number: i64, now: Timestamp) -> Result<(), StoreError> {
    let policy = if number == SOLD_ON {
        "CONTINUE"
    } else {
        "DENY"
    };
    tx.execute(
        "INSERT INTO products (shop_id, id, title, title_key, handle, description_html, vendor,
             vendor_key, product_type, product_type_key, category, status, gift_card,
             price_min_minor, price_max_minor, variants_count, only_default_variant, published_at,
             created_at, updated_at)
         VALUES ($shop, $1, $2, $2, $3, '', 'Maker', 'maker', '', '', '', 'ACTIVE', 0, $4, $4, 1,
             0, $5, $5, $5)",
        (
            number,
            format!("product {number}"),
            format!("product-{number}"),
            number * 333,
            now,
        ),
    )?;
    tx.execute(
        "INSERT INTO product_variants (shop_id, id, product_id, position, title, sku, barcode,
             price_minor, taxable, tax_code, inventory_policy, inventory_item_id, created_at,
             updated_at)
         VALUES ($shop, $1, $1, 1, 'Default Title', $2, '', $3, 1, '', $4, $1, $5, $5)",
        (number, format!("SKU-{number}"), number * 333, policy, now),
    )?;
    tx.execute(
        "INSERT INTO inventory_items (shop_id, id, variant_id, sku, tracked, requires_shipping,
             weight_grams, weight_unit, created_at, updated_at)
         VALUES ($shop, $1, $1, $2, 1, 1, 250, 'GRAMS', $3, $3)",
        (number, format!("SKU-{number}"), now),
    )?;
    Ok(())
}

fn home() -> Address {
    Address {
        first_name: Some("Bea".to_owned()),
        last_name: Some("Buyer".to_owned()),
        address1: Some("Torstr. 1".to_owned()),
        city: Some("Berlin".to_owned()),
        zip: Some("10119".to_owned()),
        country_code: Some("DE".to_owned()),
        ..Address::default()
    }
}
