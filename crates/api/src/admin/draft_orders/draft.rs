//! The fields of a draft, and those that it shares with one that is only calculated.

use commerce::draft_orders::{AppliedDiscount, DraftOrder, DraftOrderLineItem};
use commerce::orders::{self, Order, ShippingLine, TaxLine};
use commerce::{Address, tags};
use graphql::{Error, NoArgs, Obj, PageArgs, obj};
use units::{CustomerId, MinorBag, MoneyBag, OrderId};

use crate::admin::addresses::MailingAddress;
use crate::admin::batches::{each, fail_all, page_in_memory};
use crate::admin::links;
use crate::admin::priced::Priced;
use crate::scalars::{Amount, DateTime, Id};
use crate::{Cx, Registry};

/// A discount with the currency of its draft.
pub(super) type Applied = Priced<AppliedDiscount>;

pub(super) fn register(r: &mut Registry) {
    facts(r);
    buyers(r);
    amounts::<DraftOrder>(r, "DraftOrder", |draft| draft);
    customers::<DraftOrder>(r, "DraftOrder", |draft| draft);
    discounts(r);
    links_of(r);
    r.object::<DraftOrder>("DraftOrder").load(
        "lineItems",
        |drafts: &[&DraftOrder], args: &PageArgs, _: &mut Cx| {
            let lines = |draft: &&DraftOrder| {
                let lines = draft.line_items().into_iter();
                let lines = lines.map(|line| Priced::new(line, draft.currency));
                let id = |line: &Priced<DraftOrderLineItem>| line.row.id().get();
                page_in_memory(lines.collect(), args, id)
            };
            drafts.iter().map(lines).collect()
        },
    );
}

fn facts(r: &mut Registry) {
    r.object::<DraftOrder>("DraftOrder")
        .leaf("id", |draft| Id(draft.id))
        .leaf("legacyResourceId", |draft| draft.id.get().to_string())
        .text("name", |draft| &draft.name)
        .text("status", |draft| draft.status.as_str())
        // Prices are reckoned when a draft is saved: it is ready at once.
        .leaf("ready", |_| true)
        .leaf("hasTimelineComment", |_| false)
        .leaf("visibleToCustomer", |draft| draft.visible_to_customer)
        .leaf("createdAt", |draft| DateTime(draft.created_at))
        .leaf("updatedAt", |draft| DateTime(draft.updated_at))
        .leaf("completedAt", |draft| draft.completed_at.map(DateTime))
        .leaf("invoiceSentAt", |draft| draft.invoice_sent_at.map(DateTime))
        // Stock is committed with the order, never held for a draft.
        .leaf("reserveInventoryUntil", |_| None::<String>)
        .leaf("totalWeight", |draft| draft.weight_grams.to_string())
        .load_leaf(
            "invoiceUrl",
            |drafts: &[&DraftOrder], _: &NoArgs, cx: &mut Cx| {
                let shop = cx.request.shop();
                let origin = cx.request.origin();
                let url =
                    |draft: &&DraftOrder| Ok(Some(format!("{origin}{}", draft.invoice_path(shop))));
                drafts.iter().map(url).collect()
            },
        )
        .load_leaf(
            "invoiceEmailTemplateSubject",
            |drafts: &[&DraftOrder], _: &NoArgs, _: &mut Cx| {
                let subject = |draft: &&DraftOrder| Ok(format!("Invoice {}", draft.name));
                drafts.iter().map(subject).collect()
            },
        )
        .load_leaf("tags", |drafts: &[&DraftOrder], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = drafts.iter().map(|draft| draft.id.get()).collect();
            let found = tags::load(&mut cx.tx, tags::Owner::DraftOrder, &ids);
            each(drafts, found, |_, tags| Ok(tags))
        });
}

fn buyers(r: &mut Registry) {
    r.object::<DraftOrder>("DraftOrder")
        .text_opt("email", |draft| draft.email.as_deref())
        .text_opt("note2", |draft| draft.note.as_deref())
        .text_opt("poNumber", |draft| draft.po_number.as_deref())
        .leaf("taxExempt", |draft| draft.tax_exempt)
        .child("customAttributes", DraftOrder::attributes)
        .child("shippingAddress", |draft| {
            address(draft, draft.shipping_address())
        })
        .child("billingAddress", |draft| {
            address(draft, draft.billing_address())
        });
}

/// The amounts of a draft, and of one that is only calculated.
pub(super) fn amounts<T: 'static>(r: &mut Registry, name: &'static str, of: fn(&T) -> &DraftOrder) {
    let bag = |draft: &DraftOrder, minor: i64| MoneyBag::same(draft.money(minor));
    r.object::<T>(name)
        .text("currencyCode", move |own| of(own).currency.as_str())
        .text("presentmentCurrencyCode", move |own| {
            of(own).currency.as_str()
        })
        .leaf("taxesIncluded", move |own| of(own).taxes_included)
        .leaf("totalQuantityOfLineItems", move |own| of(own).quantity)
        .child("lineItemsSubtotalPrice", move |own| {
            bag(of(own), of(own).lines_subtotal_minor())
        })
        .child("subtotalPriceSet", move |own| {
            bag(of(own), of(own).subtotal_minor)
        })
        .child("totalDiscountsSet", move |own| {
            bag(of(own), of(own).discounts_minor)
        })
        .child("totalLineItemsPriceSet", move |own| {
            bag(of(own), of(own).gross_minor)
        })
        .child("totalShippingPriceSet", move |own| {
            bag(of(own), of(own).shipping_minor)
        })
        .child("totalTaxSet", move |own| bag(of(own), of(own).tax_minor))
        .child("totalPriceSet", move |own| {
            bag(of(own), of(own).total_minor)
        })
        .leaf("subtotalPrice", move |own| {
            Amount(of(own).money(of(own).subtotal_minor))
        })
        .leaf("totalPrice", move |own| {
            Amount(of(own).money(of(own).total_minor))
        })
        .leaf("totalShippingPrice", move |own| {
            Amount(of(own).money(of(own).shipping_minor))
        })
        .leaf("totalTax", move |own| {
            Amount(of(own).money(of(own).tax_minor))
        })
        .child("taxLines", move |own| taxes(of(own)))
        .child("shippingLine", move |own| {
            let draft = of(own);
            let line: Option<ShippingLine> = draft.shipping_line();
            line.map(|line| Priced::new(line, draft.currency))
        })
        .child("appliedDiscount", move |own| {
            let draft = of(own);
            let found = draft.applied_discount();
            found.map(|found| Applied::new(found, draft.currency))
        })
        // The merchant's own discounts are a draft's only ones.
        .leaf("discountCodes", |_| Vec::<String>::new())
        .leaf("allVariantPricesOverridden", move |own| {
            let lines = of(own).line_items();
            let mut variants = lines.iter().filter(|line| line.variant_id().is_some());
            variants.all(|line| line.override_minor.is_some())
        })
        .leaf("anyVariantPricesOverridden", move |own| {
            let lines = of(own).line_items();
            lines.iter().any(|line| line.override_minor.is_some())
        });
}

/// The customer of a draft, and of one that is only calculated.
pub(super) fn customers<T: 'static>(
    r: &mut Registry,
    name: &'static str,
    of: fn(&T) -> &DraftOrder,
) {
    r.object::<T>(name)
        .text_opt("phone", move |own| of(own).phone.as_deref())
        .leaf("billingAddressMatchesShippingAddress", move |own| {
            of(own).billing_address() == of(own).shipping_address()
        })
        .load("customer", move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<Option<CustomerId>> = all.iter().map(|own| of(own).customer_id).collect();
            links::customers(cx, &ids)
        })
        .load(
            "purchasingEntity",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<Option<CustomerId>> =
                    all.iter().map(|own| of(own).customer_id).collect();
                let found = links::customers(cx, &ids).into_iter();
                found
                    .map(|found| Ok(found?.map(obj)))
                    .collect::<Vec<Result<Option<Obj>, Error>>>()
            },
        );
}

fn discounts(r: &mut Registry) {
    r.object::<Applied>("DraftOrderAppliedDiscount")
        .text_opt("title", |own| own.row.title.as_deref())
        .text("description", |own| &own.row.description)
        .text("valueType", |own| own.row.value_type.as_str())
        .leaf("value", |own| {
            let value = own.row.value_hundredths;
            let text = format!("{}.{:02}", value / 100, value % 100);
            text.parse::<f64>().unwrap_or_default()
        })
        .leaf("amount", |own| Amount(own.money(own.row.amount_minor)))
        .child("amountV2", |own| own.money(own.row.amount_minor))
        .child("amountSet", |own| {
            own.bag(MinorBag::same(own.row.amount_minor))
        });
}

fn links_of(r: &mut Registry) {
    r.object::<DraftOrder>("DraftOrder").load(
        "order",
        |drafts: &[&DraftOrder], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<OrderId> = drafts.iter().filter_map(|draft| draft.order_id).collect();
            match orders::load(&mut cx.tx, &ids) {
                Ok(found) => {
                    let of = |draft: &&DraftOrder| {
                        let mut rows = found.iter().flatten();
                        let order: Option<&Order> = rows.find(|own| Some(own.id) == draft.order_id);
                        Ok(order.cloned())
                    };
                    drafts.iter().map(of).collect()
                }
                Err(cause) => fail_all(drafts.len(), cause),
            }
        },
    );
}

fn address(draft: &DraftOrder, address: Option<Address>) -> Option<MailingAddress> {
    let id = format!(
        "gid://shopify/MailingAddress/{}?model_name=Address",
        draft.id.get()
    );
    address.map(|address| MailingAddress { id, address })
}

/// The taxes of all lines and of the delivery, one per title and rate.
fn taxes(draft: &DraftOrder) -> Vec<Priced<TaxLine>> {
    let lines = draft.line_items();
    let lines = lines.into_iter().flat_map(|line| line.tax_lines);
    let shipping = draft.delivery().map(|own| own.tax_lines);
    let all = lines.chain(shipping.into_iter().flatten());
    let sums = crate::admin::orders::summed(all).into_iter();
    sums.map(|tax| Priced::new(tax, draft.currency)).collect()
}
