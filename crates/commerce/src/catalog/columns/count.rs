//! What a list of products can be narrowed by, with how many products each choice leaves.
//!
//! The choices of a kind are counted as if nothing of that kind were chosen yet, so that a buyer sees what another
//! choice would bring.

use std::cmp::Reverse;

use store::{StoreError, Tx};
use units::ProductId;

use super::block::Row;
use super::narrow::{Fit, ProductList, Question};
use super::{Columns, names::Numbered};
use crate::catalog::facets::{Choice, Facet};
use crate::catalog::filters::Kind;

/// Choices of one kind, at most.
const CHOICES_MAX: usize = 100;
/// Values of all options, at most.
const VALUES_MAX: usize = 1_000;

/// What a list of products can be narrowed by: nothing when there are more products than can be counted.
///
/// # Errors
/// `Store` faults only.
pub fn facets(tx: &mut Tx, list: &ProductList) -> Result<Vec<Facet>, StoreError> {
    let Some(columns) = Columns::of(tx)? else {
        return Ok(Vec::new());
    };
    let question = Question::new(tx, &columns, list)?;
    let mut counts = Counts::new(&question);
    question.each(|row, _, fit| counts.take(row, fit));
    Ok(counts.facets(&question))
}

/// An option's value, as far as it was counted.
#[derive(Debug, Clone, Copy)]
struct Value {
    count: i64,
    option_position: u32,
    position: u32,
}

/// Where a kind of facet has the bit of what was chosen of it.
#[derive(Debug, Clone, Copy, Default)]
struct Chosen(Option<u32>);

struct Counts {
    available: i64,
    sold_out: i64,
    /// Products with their highest price.
    priced: Vec<(ProductId, i64)>,
    types: Vec<i64>,
    vendors: Vec<i64>,
    values: Vec<Value>,
    by_availability: Chosen,
    by_price: Chosen,
    by_type: Chosen,
    by_vendor: Chosen,
    /// Of each value, for its option.
    by_value: Vec<Chosen>,
}

impl Chosen {
    /// Whether a product counts for the facet.
    fn counts(self, fit: Fit) -> bool {
        match self.0 {
            Some(bit) => fit.but & (1 << bit) != 0,
            None => fit.all,
        }
    }
}

impl Counts {
    fn new(question: &Question<'_>) -> Self {
        let names = &question.columns.names;
        let chosen = |wanted: &Kind| {
            let place = question.kinds().position(|kind| kind == wanted);
            Chosen(place.and_then(|place| u32::try_from(place).ok()))
        };
        let options = question.kinds().any(|kind| matches!(kind, Kind::Option(_)));
        let by_value = |number: usize| match (options, u32::try_from(number)) {
            (true, Ok(number)) => {
                let (option, _) = names.value(number);
                chosen(&Kind::Option(units::fold(option)))
            }
            _ => Chosen::default(),
        };
        let none = Value {
            count: 0,
            option_position: u32::MAX,
            position: u32::MAX,
        };
        Self {
            available: 0,
            sold_out: 0,
            priced: Vec::new(),
            types: vec![0; names.types.len()],
            vendors: vec![0; names.vendors.len()],
            values: vec![none; names.values.len()],
            by_availability: chosen(&Kind::Available),
            by_price: chosen(&Kind::Price),
            by_type: chosen(&Kind::ProductType),
            by_vendor: chosen(&Kind::Vendor),
            by_value: (0..names.values.len()).map(by_value).collect(),
        }
    }

    fn take(&mut self, row: Row<'_>, fit: Fit) {
        let head = row.head;
        if self.by_availability.counts(fit) {
            match head.available {
                true => self.available += 1,
                false => self.sold_out += 1,
            }
        }
        if self.by_price.counts(fit) {
            self.priced.push((ProductId(head.id), head.price_max_minor));
        }
        if self.by_type.counts(fit) {
            raise(&mut self.types, head.product_type);
        }
        if self.by_vendor.counts(fit) {
            raise(&mut self.vendors, head.vendor);
        }
        if head.only_default_variant {
            return;
        }
        for used in row.values {
            let place = used.value as usize;
            let by = self.by_value.get(place).copied().unwrap_or_default();
            if let Some(value) = self.values.get_mut(place).filter(|_| by.counts(fit)) {
                value.count += 1;
                value.option_position = value.option_position.min(used.option_position);
                value.position = value.position.min(used.position);
            }
        }
    }

    fn facets(self, question: &Question<'_>) -> Vec<Facet> {
        let names = &question.columns.names;
        let mut facets = vec![
            Facet::Availability {
                available: self.available,
                sold_out: self.sold_out,
            },
            Facet::Price(self.priced),
            Facet::ProductTypes(choices(&self.types, &names.types)),
            Facet::Vendors(choices(&self.vendors, &names.vendors)),
        ];
        // In the products' own order, as far as they agree.
        let mut values: Vec<(&str, &str, Value)> = (0_u32..)
            .zip(&self.values)
            .filter(|(_, value)| value.count > 0)
            .map(|(number, value)| {
                let (option, name) = names.value(number);
                (option, name, *value)
            })
            .collect();
        values.sort_unstable_by_key(|(option, name, value)| (*option, value.position, *name));
        values.truncate(VALUES_MAX);
        let mut options: Vec<(u32, &str, Vec<Choice>)> = Vec::new();
        for (option, name, value) in values {
            let choice = Choice {
                value: name.to_owned(),
                count: value.count,
            };
            match options.last_mut().filter(|(_, own, _)| *own == option) {
                Some((position, _, choices)) => {
                    *position = value.option_position.min(*position);
                    if choices.len() < CHOICES_MAX {
                        choices.push(choice);
                    }
                }
                None => options.push((value.option_position, option, vec![choice])),
            }
        }
        options.sort_by_key(|(position, option, _)| (*position, *option));
        let options = options.into_iter().map(|(_, name, values)| Facet::Option {
            name: name.to_owned(),
            values,
        });
        facets.extend(options);
        facets.retain(Facet::is_of_use);
        facets
    }
}

fn raise(counts: &mut [i64], number: u32) {
    if let Some(count) = counts.get_mut(number as usize) {
        *count += 1;
    }
}

/// What was counted, the commonest first.
fn choices(counts: &[i64], names: &Numbered) -> Vec<Choice> {
    let mut choices: Vec<Choice> = (0_u32..)
        .zip(counts)
        .map(|(number, count)| (names.text(number), *count))
        .filter(|(text, count)| *count > 0 && !text.is_empty())
        .map(|(text, count)| Choice {
            value: text.to_owned(),
            count,
        })
        .collect();
    choices.sort_unstable_by(|one, other| {
        (Reverse(one.count), &one.value).cmp(&(Reverse(other.count), &other.value))
    });
    choices.truncate(CHOICES_MAX);
    choices
}
