//! What a draft comes to.

use pricing::{
    Class, Combines, Effect, Line, Minimum, Offer, PricingError, Sale, Terms, Value,
    price as price_sale,
};
use units::Currency;

use super::draft_order::{AppliedDiscount, AppliedDiscountType, Delivery, DraftOrderLineItem};
use crate::orders::TaxLine;

/// What is priced: a draft's lines with their discounts, its own discount and its delivery.
pub(super) struct Sheet<'a> {
    pub(super) lines: &'a mut [DraftOrderLineItem],
    pub(super) discount: Option<&'a mut AppliedDiscount>,
    pub(super) delivery: Option<&'a mut Delivery>,
    pub(super) terms: Terms,
    pub(super) tax_title: &'a str,
    pub(super) currency: Currency,
}

/// A draft's sums, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) gross_minor: i64,
    pub(super) subtotal_minor: i64,
    pub(super) discounts_minor: i64,
    pub(super) shipping_minor: i64,
    pub(super) tax_minor: i64,
    pub(super) total_minor: i64,
}

/// Prices a draft: fills in what each discount takes off and the taxes, and adds it up.
///
/// # Errors
/// When a sum is beyond what is counted.
pub(super) fn price(sheet: &mut Sheet<'_>) -> Result<Sums, PricingError> {
    let lines: Vec<Line> = sheet.lines.iter().map(line).collect();
    let (offers, owners) = offers(sheet);
    let mut sale = Sale::new(sheet.terms, &lines).with_offers(&offers);
    if let Some(delivery) = &sheet.delivery {
        sale = sale.with_shipping(delivery.price_minor);
    }
    let priced = price_sale(&sale)?;
    for own in sheet
        .lines
        .iter_mut()
        .filter_map(|line| line.discount.as_mut())
    {
        own.amount_minor = 0;
    }
    if let Some(own) = sheet.discount.as_deref_mut() {
        own.amount_minor = 0;
    }
    for applied in &priced.discounts {
        let amount = applied.amount_minor();
        let owner = match owners[applied.offer] {
            Some(at) => sheet.lines[at].discount.as_mut(),
            None => sheet.discount.as_deref_mut(),
        };
        if let Some(own) = owner {
            own.amount_minor = amount;
        }
    }
    let (title, rate) = (sheet.tax_title, sheet.terms.tax_rate_ppm);
    for (line, priced) in sheet.lines.iter_mut().zip(&priced.lines) {
        line.tax_lines = taxes(title, rate, priced.tax_minor);
    }
    let mut shipping_minor = 0;
    if let (Some(delivery), Some(priced)) = (sheet.delivery.as_deref_mut(), priced.shipping) {
        delivery.tax_lines = taxes(title, rate, priced.tax_minor);
        shipping_minor = priced.price_minor;
    }
    Ok(Sums {
        gross_minor: priced.lines.iter().map(|line| line.subtotal_minor).sum(),
        subtotal_minor: priced.subtotal_minor,
        discounts_minor: priced.discounts_minor,
        shipping_minor,
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
    })
}

fn line(line: &DraftOrderLineItem) -> Line {
    Line {
        price_minor: line.price_minor,
        quantity: line.quantity,
        taxable: line.taxable,
    }
}

/// The draft's discounts as offers, and the line that each belongs to.
fn offers(sheet: &Sheet<'_>) -> (Vec<Offer>, Vec<Option<usize>>) {
    let count = sheet.lines.len();
    let mut offers = Vec::new();
    let mut owners = Vec::new();
    for (at, line) in sheet.lines.iter().enumerate() {
        if let Some(own) = &line.discount {
            offers.push(on_line(own, at, count, sheet.currency));
            owners.push(Some(at));
        }
    }
    if let Some(own) = &sheet.discount {
        offers.push(on_all(own, count, sheet.currency));
        owners.push(None);
    }
    (offers, owners)
}

/// A discount on one line of `count`, as the pricing sees it.
fn on_line(own: &AppliedDiscount, at: usize, count: usize, currency: Currency) -> Offer {
    let value = match own.value(currency) {
        (AppliedDiscountType::Percentage, ppm) => Value::Percentage(ppm),
        (AppliedDiscountType::FixedAmount, minor) => Value::AmountEach(minor),
    };
    let on = (0..count).map(|line| line == at).collect();
    offer(Class::Product, value, on)
}

/// A discount on all lines, as the pricing sees it.
fn on_all(own: &AppliedDiscount, count: usize, currency: Currency) -> Offer {
    let value = match own.value(currency) {
        (AppliedDiscountType::Percentage, ppm) => Value::Percentage(ppm),
        (AppliedDiscountType::FixedAmount, minor) => Value::Amount(minor),
    };
    offer(Class::Order, value, vec![true; count])
}

fn offer(class: Class, value: Value, on: Vec<bool>) -> Offer {
    Offer {
        class,
        combines: Combines::ALL,
        minimum: Minimum::Nothing,
        effect: Effect::Lines { value, on },
    }
}

fn taxes(title: &str, rate_ppm: i64, price_minor: i64) -> Vec<TaxLine> {
    if price_minor == 0 {
        return Vec::new();
    }
    vec![TaxLine {
        title: title.to_owned(),
        rate_ppm,
        price_minor,
        presentment_minor: None,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discount(value_type: AppliedDiscountType, value_hundredths: i64) -> AppliedDiscount {
        AppliedDiscount {
            title: None,
            description: String::new(),
            value_type,
            value_hundredths,
            amount_minor: 0,
        }
    }

    fn line(price_minor: i64, quantity: i64) -> DraftOrderLineItem {
        DraftOrderLineItem {
            id: 1,
            uuid: String::new(),
            product_id: None,
            variant_id: None,
            title: "Teapot".to_owned(),
            variant_title: None,
            vendor: None,
            sku: None,
            image_url: None,
            quantity,
            price_minor,
            override_minor: None,
            taxable: true,
            requires_shipping: true,
            gift_card: false,
            weight_grams: 0,
            attributes: Vec::new(),
            discount: None,
            tax_lines: Vec::new(),
        }
    }

    #[test]
    fn a_line_is_reduced_before_the_whole_and_all_is_taxed_after() {
        let mut lines = [line(2000, 2), line(94995, 1)];
        lines[0].discount = Some(discount(AppliedDiscountType::Percentage, 1000));
        let mut whole = discount(AppliedDiscountType::FixedAmount, 500);
        let mut delivery = Delivery {
            id: 1,
            title: "Courier".to_owned(),
            code: "custom".to_owned(),
            price_minor: 725,
            tax_lines: Vec::new(),
        };
        let terms = Terms {
            tax_rate_ppm: 0,
            taxes_included: false,
            shipping_taxed: false,
        };
        let sums = price(&mut Sheet {
            lines: &mut lines,
            discount: Some(&mut whole),
            delivery: Some(&mut delivery),
            terms,
            tax_title: "Tax",
            currency: Currency::EUR,
        })
        .unwrap();
        assert_eq!(lines[0].discount_minor(), 400);
        assert_eq!(whole.amount_minor, 500);
        assert_eq!(
            (sums.subtotal_minor, sums.discounts_minor, sums.total_minor),
            (98095, 900, 98820)
        );
    }

    #[test]
    fn an_amount_off_a_line_is_off_each_unit_and_never_more_than_its_price() {
        let mut lines = [line(300, 3)];
        lines[0].discount = Some(discount(AppliedDiscountType::FixedAmount, 100));
        let terms = Terms {
            tax_rate_ppm: 100_000,
            taxes_included: false,
            shipping_taxed: false,
        };
        let sheet = |lines: &mut [DraftOrderLineItem]| {
            price(&mut Sheet {
                lines,
                discount: None,
                delivery: None,
                terms,
                tax_title: "Tax",
                currency: Currency::EUR,
            })
            .unwrap()
        };
        let sums = sheet(&mut lines);
        assert_eq!((sums.subtotal_minor, sums.tax_minor), (600, 60));
        assert_eq!(lines[0].tax_lines[0].price_minor, 60);
        lines[0].discount = Some(discount(AppliedDiscountType::FixedAmount, 900));
        assert_eq!(sheet(&mut lines).total_minor, 0);
    }
}
