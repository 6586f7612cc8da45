//! Taxes that an app gives with an order: on the order, or on its lines.

use pricing::{TOTAL_MINOR_MAX, allocate, tax_on};

use super::create::CreateError;
use super::goods::{TaxText, tax_lines};
use super::input::{OrderInput, TaxInput};
use super::rows::{Amounts, NewLineItem, NewShippingLine};

/// A tax on one line: which of the given taxes, and what it comes to.
struct Levied<'a> {
    tax: &'a TaxInput,
    price_minor: i64,
}

/// Fills the taxes in and adds the order up.
pub(super) fn levy(
    input: &OrderInput,
    lines: &mut [NewLineItem<'_>],
    shipping_lines: &mut [NewShippingLine<'_>],
) -> Result<Amounts, CreateError> {
    check(input)?;
    let totals = line_totals(lines)?;
    let included = input.taxes_included;
    let mut levied: Vec<Vec<Levied<'_>>> = input
        .lines
        .iter()
        .zip(lines.iter().zip(&totals))
        .map(|(given, (line, total))| {
            let taxed = if line.taxable {
                given.tax_lines.as_slice()
            } else {
                &[]
            };
            taxed.iter().map(|tax| on(tax, *total, included)).collect()
        })
        .collect();
    for tax in &input.tax_lines {
        let taxable = |at: usize| if lines[at].taxable { totals[at] } else { 0 };
        let bases: Vec<i64> = (0..lines.len()).map(taxable).collect();
        let shares = match tax.price {
            Some(price) => allocate(price.minor, &bases),
            None => bases
                .iter()
                .map(|base| tax_on(*base, tax.rate_ppm, included))
                .collect(),
        };
        for (at, price_minor) in shares.into_iter().enumerate() {
            if price_minor > 0 || lines[at].taxable {
                levied[at].push(Levied { tax, price_minor });
            }
        }
    }
    let mut amounts = Amounts::default();
    for ((line, total), taxes) in lines.iter_mut().zip(&totals).zip(&levied) {
        line.tax_minor = sum(taxes)?;
        line.tax_lines = text(taxes);
        amounts.subtotal_minor = add(amounts.subtotal_minor, *total)?;
        amounts.tax_minor = add(amounts.tax_minor, line.tax_minor)?;
    }
    for (line, given) in shipping_lines.iter_mut().zip(&input.shipping_lines) {
        let taxes = given
            .tax_lines
            .iter()
            .map(|tax| on(tax, line.price_minor, included));
        let taxes: Vec<Levied<'_>> = taxes.collect();
        line.tax_minor = sum(&taxes)?;
        line.tax_lines = text(&taxes);
        amounts.shipping_minor = add(amounts.shipping_minor, line.price_minor)?;
        amounts.tax_minor = add(amounts.tax_minor, line.tax_minor)?;
    }
    let goods = add(amounts.subtotal_minor, amounts.shipping_minor)?;
    amounts.total_minor = if included {
        goods
    } else {
        add(goods, amounts.tax_minor)?
    };
    Ok(amounts)
}

fn check(input: &OrderInput) -> Result<(), CreateError> {
    let on_lines = input.lines.iter().any(|line| !line.tax_lines.is_empty());
    if on_lines && !input.tax_lines.is_empty() {
        return Err(CreateError::TaxesTwice);
    }
    let odd = |tax: &TaxInput| !(0..=pricing::PPM).contains(&tax.rate_ppm);
    let places = [
        ("taxLines", input.tax_lines.iter().any(odd)),
        (
            "lineItems",
            input
                .lines
                .iter()
                .any(|line| line.tax_lines.iter().any(odd)),
        ),
        (
            "shippingLines",
            input
                .shipping_lines
                .iter()
                .any(|line| line.tax_lines.iter().any(odd)),
        ),
    ];
    match places.into_iter().find(|(_, wrong)| *wrong) {
        Some((field, _)) => Err(CreateError::TaxRateInvalid { field }),
        None => Ok(()),
    }
}

fn line_totals(lines: &[NewLineItem<'_>]) -> Result<Vec<i64>, CreateError> {
    let total = |line: &NewLineItem<'_>| {
        let whole = line.price_minor.checked_mul(line.quantity)?;
        whole.checked_sub(line.discount_minor)
    };
    let counted = |minor: &i64| *minor <= TOTAL_MINOR_MAX;
    lines
        .iter()
        .map(|line| total(line).filter(counted).ok_or(CreateError::TooLarge))
        .collect()
}

fn on(tax: &TaxInput, base_minor: i64, included: bool) -> Levied<'_> {
    let by_rate = || tax_on(base_minor, tax.rate_ppm, included);
    let price_minor = tax.price.map_or_else(by_rate, |price| price.minor);
    Levied { tax, price_minor }
}

fn sum(taxes: &[Levied<'_>]) -> Result<i64, CreateError> {
    taxes
        .iter()
        .try_fold(0, |so_far, tax| add(so_far, tax.price_minor))
}

fn add(so_far: i64, more: i64) -> Result<i64, CreateError> {
    let counted = |minor: &i64| *minor <= TOTAL_MINOR_MAX;
    so_far
        .checked_add(more)
        .filter(counted)
        .ok_or(CreateError::TooLarge)
}

fn text(taxes: &[Levied<'_>]) -> String {
    let texts: Vec<TaxText<'_>> = taxes
        .iter()
        .map(|levied| TaxText {
            title: &levied.tax.title,
            rate_ppm: levied.tax.rate_ppm,
            price_minor: levied.price_minor,
            presentment_minor: None,
        })
        .collect();
    tax_lines(&texts)
}
