//! The fields of discounts of every kind.

use commerce::customers::{self, Customer};
use commerce::discounts::{
    self, Buyers, CodeSort, Destination, DiscountClass, Effect, Minimum, RedeemCode, short_summary,
    summary,
};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{CustomerId, DiscountId, Money};

use super::entitled::{CustomerBuys, CustomerGets};
use super::{Own, Seen};
use crate::admin::counts::Count;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Something off items, by a code.
pub(super) struct CodeBasic(pub(super) Own);
/// Something off some items for those who buy others, by a code.
pub(super) struct CodeBxgy(pub(super) Own);
/// Free delivery, by a code.
pub(super) struct CodeFreeShipping(pub(super) Own);
/// Something off items, by itself.
pub(super) struct AutomaticBasic(pub(super) Own);
/// Something off some items for those who buy others, by itself.
pub(super) struct AutomaticBxgy(pub(super) Own);
/// Free delivery, by itself.
pub(super) struct AutomaticFreeShipping(pub(super) Own);

/// A discount that an app's function decides: no app has one.
#[derive(Clone, Copy)]
enum CodeApp {}
/// The same, by itself.
#[derive(Clone, Copy)]
enum AutomaticApp {}
/// The function of such a discount.
#[derive(Clone, Copy)]
enum AppType {}

/// What a discount stands beside.
struct CombinesWith(Own);
/// A number of units that a sale must have.
struct MinimumQuantity(i64);
/// An amount that a sale must come to.
struct MinimumSubtotal(Money);
/// Everybody, as older clients ask.
struct AllCustomers;
/// Everybody.
struct AllBuyers;
/// Certain customers.
struct Customers(Vec<CustomerId>);
/// Everywhere.
struct AllCountries;
/// In certain countries.
struct Countries {
    codes: Vec<String>,
    rest_of_world: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CodesArgs {
    query: Option<String>,
    sort_key: CodeSortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CodeSortKey {
    Code,
    CreatedAt,
    Id,
    Relevance,
}

/// A discount of one kind.
trait Shown: 'static {
    fn own(&self) -> &Own;
}

macro_rules! shown {
    ($($name:ident)*) => {$(
        impl Shown for $name {
            fn own(&self) -> &Own {
                &self.0
            }
        }
    )*};
}

shown! { CodeBasic CodeBxgy CodeFreeShipping AutomaticBasic AutomaticBxgy AutomaticFreeShipping }

pub(super) fn register(r: &mut Registry) {
    all::<CodeBasic>(r, "DiscountCodeBasic");
    all::<CodeBxgy>(r, "DiscountCodeBxgy");
    all::<CodeFreeShipping>(r, "DiscountCodeFreeShipping");
    all::<AutomaticBasic>(r, "DiscountAutomaticBasic");
    all::<AutomaticBxgy>(r, "DiscountAutomaticBxgy");
    all::<AutomaticFreeShipping>(r, "DiscountAutomaticFreeShipping");
    by_code::<CodeBasic>(r, "DiscountCodeBasic");
    by_code::<CodeBxgy>(r, "DiscountCodeBxgy");
    by_code::<CodeFreeShipping>(r, "DiscountCodeFreeShipping");
    with_minimum::<CodeBasic>(r, "DiscountCodeBasic");
    with_minimum::<CodeFreeShipping>(r, "DiscountCodeFreeShipping");
    with_minimum::<AutomaticBasic>(r, "DiscountAutomaticBasic");
    with_minimum::<AutomaticFreeShipping>(r, "DiscountAutomaticFreeShipping");
    gets::<CodeBasic>(r, "DiscountCodeBasic");
    gets::<CodeBxgy>(r, "DiscountCodeBxgy");
    gets::<AutomaticBasic>(r, "DiscountAutomaticBasic");
    gets::<AutomaticBxgy>(r, "DiscountAutomaticBxgy");
    buys::<CodeBxgy>(r, "DiscountCodeBxgy");
    buys::<AutomaticBxgy>(r, "DiscountAutomaticBxgy");
    delivery::<CodeFreeShipping>(r, "DiscountCodeFreeShipping");
    delivery::<AutomaticFreeShipping>(r, "DiscountAutomaticFreeShipping");
    r.object::<AutomaticBxgy>("DiscountAutomaticBxgy")
        .leaf("id", |own| own.0.gid("DiscountAutomaticBxgy"));
    r.object::<CodeBasic>("DiscountCodeBasic")
        .leaf("recurringCycleLimit", |_| None::<i64>);
    r.object::<CodeFreeShipping>("DiscountCodeFreeShipping")
        .leaf("recurringCycleLimit", |_| None::<i64>);
    parts(r);
    apps(r);
}

fn all<T: Shown>(r: &mut Registry, name: &str) {
    r.object::<T>(name)
        .text("title", |own| &own.own().row.title)
        .leaf("status", |own| {
            let own = own.own();
            own.row.status(own.now).as_str()
        })
        .leaf("startsAt", |own| DateTime(own.own().row.starts_at))
        .leaf("endsAt", |own| own.own().row.ends_at.map(DateTime))
        .leaf("createdAt", |own| DateTime(own.own().row.created_at))
        .leaf("updatedAt", |own| DateTime(own.own().row.updated_at))
        .leaf("asyncUsageCount", |own| own.own().row.usage_count)
        .leaf("summary", |own| {
            let own = own.own();
            summary(&own.row, own.currency)
        })
        .leaf("discountClass", |own| own.own().class())
        .leaf("discountClasses", |own| vec![own.own().class()])
        .child("combinesWith", |own| CombinesWith(own.own().clone()))
        .child("context", |own| own.own().context());
}

fn with_minimum<T: Shown>(r: &mut Registry, name: &str) {
    r.object::<T>(name)
        .leaf("shortSummary", |own| {
            let own = own.own();
            short_summary(&own.row.terms, own.currency)
        })
        .child("minimumRequirement", |own| own.own().minimum());
}

fn gets<T: Shown>(r: &mut Registry, name: &str) {
    r.object::<T>(name)
        .child("customerGets", |own| CustomerGets(own.own().clone()));
}

fn buys<T: Shown>(r: &mut Registry, name: &str) {
    r.object::<T>(name)
        .child("customerBuys", |own| CustomerBuys(own.own().clone()))
        .leaf("usesPerOrderLimit", |own| {
            match own.own().row.terms.effect {
                Effect::BuyGet { uses_per_order, .. } => uses_per_order,
                Effect::Off { .. } | Effect::FreeShipping { .. } => None,
            }
        });
}

fn delivery<T: Shown>(r: &mut Registry, name: &str) {
    r.object::<T>(name)
        .leaf("appliesOnOneTimePurchase", |own| {
            own.own().row.terms.purchases.one_time
        })
        .leaf("appliesOnSubscription", |own| {
            own.own().row.terms.purchases.subscription
        })
        .child("maximumShippingPrice", |own| {
            let own = own.own();
            match own.row.terms.effect {
                Effect::FreeShipping {
                    price_max_minor, ..
                } => price_max_minor.map(|minor| own.money(minor)),
                Effect::Off { .. } | Effect::BuyGet { .. } => None,
            }
        })
        .child("destinationSelection", |own| {
            match &own.own().row.terms.effect {
                Effect::FreeShipping {
                    destination:
                        Destination::Countries {
                            codes,
                            rest_of_world,
                        },
                    ..
                } => obj(Countries {
                    codes: codes.clone(),
                    rest_of_world: *rest_of_world,
                }),
                _ => obj(AllCountries),
            }
        });
}

fn by_code<T: Shown>(r: &mut Registry, name: &str) {
    r.object::<T>(name)
        .leaf("usageLimit", |own| own.own().row.usage_limit)
        .leaf("appliesOncePerCustomer", |own| {
            own.own().row.once_per_customer
        })
        .child("codesCount", |own| {
            let codes = own.own().row.codes_count;
            Some(Count::exactly(usize::try_from(codes).unwrap_or(0)))
        })
        .child("customerSelection", |own| own.own().selection())
        .load("codes", codes::<T>);
}

fn codes<T: Shown>(
    parents: &[&T],
    args: &(PageArgs, CodesArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<RedeemCode>, Error>> {
    let ids: Vec<DiscountId> = parents.iter().map(|own| own.own().row.id).collect();
    let mut load = || {
        let currency = cx.shop()?.currency;
        let query = args.1.query.as_deref().unwrap_or_default();
        let found = discounts::parse_code_search(query, currency);
        let filter = compiled(cx, "codes", query, found);
        let sort = match args.1.sort_key {
            CodeSortKey::Code => CodeSort::Code,
            CodeSortKey::CreatedAt => CodeSort::CreatedAt,
            CodeSortKey::Id | CodeSortKey::Relevance => CodeSort::Id,
        };
        let window = window(&args.0)?;
        let found = discounts::codes_page(&mut cx.tx, &ids, &filter, sort, &window);
        Ok(found.map_err(page_error)?.into_iter().map(page).collect())
    };
    spread(load(), parents.len())
}

fn parts(r: &mut Registry) {
    r.connection::<RedeemCode>("DiscountRedeemCodeConnection", "DiscountRedeemCodeEdge");
    r.object::<RedeemCode>("DiscountRedeemCode")
        .leaf("id", |code| Id(code.id))
        .text("code", |code| &code.code)
        .leaf("asyncUsageCount", |code| code.usage_count);
    r.object::<CombinesWith>("DiscountCombinesWith")
        .leaf("productDiscounts", |own| own.0.row.terms.with_products)
        .leaf("orderDiscounts", |own| own.0.row.terms.with_order)
        .leaf("shippingDiscounts", |own| own.0.row.terms.with_shipping);
    r.object::<MinimumQuantity>("DiscountMinimumQuantity")
        .leaf("greaterThanOrEqualToQuantity", |own| own.0.to_string());
    r.object::<MinimumSubtotal>("DiscountMinimumSubtotal")
        .child("greaterThanOrEqualToSubtotal", |own| own.0);
    r.object::<AllCustomers>("DiscountCustomerAll")
        .leaf("allCustomers", |_| true);
    r.object::<AllBuyers>("DiscountBuyerSelectionAll")
        .leaf("all", |_| "ALL");
    r.object::<Customers>("DiscountCustomers")
        .load("customers", customers_of);
    r.object::<AllCountries>("DiscountCountryAll")
        .leaf("allCountries", |_| true);
    r.object::<Countries>("DiscountCountries")
        .leaf("countries", |own| own.codes.clone())
        .leaf("includeRestOfWorld", |own| own.rest_of_world);
}

fn customers_of(
    parents: &[&Customers],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<Customer>, Error>> {
    let ids: Vec<CustomerId> = parents.iter().flat_map(|own| own.0.clone()).collect();
    let found = cx
        .permit("customers", commerce::apps::Scope::ReadCustomers)
        .and_then(|()| customers::load_many(&mut cx.tx, &ids).map_err(fault));
    let found = found.map(|found| {
        let of = |own: &&Customers| {
            let named = found.iter().filter(|row| own.0.contains(&row.id));
            named.cloned().collect::<Vec<_>>()
        };
        parents.iter().map(of).collect()
    });
    spread(found, parents.len())
}

/// Discounts of apps' functions: their types are named by clients, and none is ever there.
fn apps(r: &mut Registry) {
    r.object::<AppType>("AppDiscountType")
        .leaf("functionId", |never| -> String { match *never {} });
    r.object::<CodeApp>("DiscountCodeApp")
        .leaf("title", |never| -> String { match *never {} })
        .leaf("status", |never| -> String { match *never {} })
        .leaf("discountId", |never| -> String { match *never {} })
        .leaf("startsAt", |never| -> String { match *never {} })
        .leaf("endsAt", |never| -> Option<String> { match *never {} })
        .leaf("updatedAt", |never| -> String { match *never {} })
        .leaf("usageLimit", |never| -> Option<i64> { match *never {} })
        .leaf("appliesOncePerCustomer", |never| -> bool {
            match *never {}
        })
        .leaf("discountClasses", |never| -> Vec<String> {
            match *never {}
        })
        .child("combinesWith", |never| -> CombinesWith { match *never {} })
        .child("appDiscountType", |never| -> AppType { match *never {} });
    r.object::<AutomaticApp>("DiscountAutomaticApp")
        .leaf("title", |never| -> String { match *never {} })
        .leaf("status", |never| -> String { match *never {} })
        .leaf("discountId", |never| -> String { match *never {} })
        .leaf("startsAt", |never| -> String { match *never {} })
        .leaf("endsAt", |never| -> Option<String> { match *never {} })
        .leaf("updatedAt", |never| -> String { match *never {} })
        .leaf("discountClasses", |never| -> Vec<String> {
            match *never {}
        })
        .child("combinesWith", |never| -> CombinesWith { match *never {} })
        .child("appDiscountType", |never| -> AppType { match *never {} });
}

impl Seen {
    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    fn class(&self) -> &'static str {
        let class: DiscountClass = self.row.terms.class();
        class.as_str()
    }

    fn minimum(&self) -> Option<Obj> {
        match self.row.terms.minimum {
            Minimum::Nothing => None,
            Minimum::Subtotal(minor) => Some(obj(MinimumSubtotal(self.money(minor)))),
            Minimum::Quantity(units) => Some(obj(MinimumQuantity(units))),
        }
    }

    fn named_buyers(&self) -> Option<Vec<CustomerId>> {
        match &self.row.terms.buyers {
            Buyers::All => None,
            Buyers::Customers(ids) => Some(ids.iter().copied().map(CustomerId).collect()),
        }
    }

    fn context(&self) -> Obj {
        match self.named_buyers() {
            None => obj(AllBuyers),
            Some(ids) => obj(Customers(ids)),
        }
    }

    fn selection(&self) -> Obj {
        match self.named_buyers() {
            None => obj(AllCustomers),
            Some(ids) => obj(Customers(ids)),
        }
    }
}
