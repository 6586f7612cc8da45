//! Narrowing lists of products: what is chosen, and what can be chosen.

use std::rc::Rc;

use commerce::catalog::{
    self, Choice, FILTER_PARAMETERS_MAX, Facet, MetafieldIs, ProductFilter, ProductList, narrowed,
};
use graphql::{Connection, Error, NoArgs, Obj, obj};
use serde::Deserialize;
use serde_json::{Value, json};
use units::{Currency, Money, handleize};

use super::absent::FilterSwatch;
use super::media::Picture;
use crate::errors::fault;
use crate::{Cx, Registry};

/// A condition, or several at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProductFilterInput {
    available: Option<bool>,
    category: Option<CategoryInput>,
    price: Option<PriceRangeInput>,
    product_metafield: Option<MetafieldInput>,
    product_type: Option<String>,
    product_vendor: Option<String>,
    tag: Option<String>,
    variant_metafield: Option<MetafieldInput>,
    variant_option: Option<OptionInput>,
}

#[derive(Debug, Clone, Deserialize)]
struct CategoryInput {
    id: String,
}

#[derive(Debug, Clone, Deserialize)]
struct PriceRangeInput {
    max: Option<f64>,
    min: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
struct MetafieldInput {
    namespace: String,
    key: String,
    value: String,
}

#[derive(Debug, Clone, Deserialize)]
struct OptionInput {
    name: String,
    value: String,
}

/// A thing to narrow a list by, as buyers see it.
struct Filter {
    id: String,
    label: String,
    kind: &'static str,
    values: Vec<Rc<FilterValue>>,
}

/// A choice.
struct FilterValue {
    id: String,
    label: String,
    count: i64,
    input: Value,
}

pub(super) fn register(r: &mut Registry) {
    r.connection::<catalog::Product>("ProductConnection", "ProductEdge")
        .load("filters", filters);
    r.connection::<Obj>("SearchResultItemConnection", "SearchResultItemEdge")
        .load("productFilters", filters);
    r.object::<Filter>("Filter")
        .text("id", |filter| &filter.id)
        .text("label", |filter| &filter.label)
        .text("type", |filter| filter.kind)
        // No colour or picture stands for a value, so all are shown as texts.
        .text_opt("presentation", |filter| {
            (filter.kind == "LIST").then_some("TEXT")
        })
        .child("values", |filter| filter.values.clone());
    r.object::<FilterValue>("FilterValue")
        .text("id", |value| &value.id)
        .text("label", |value| &value.label)
        .leaf("count", |value| value.count)
        // The scalar holds a text that is JSON: clients parse it themselves.
        .leaf("input", |value| Value::String(value.input.to_string()))
        .child("image", |_| None::<Picture>)
        .child("swatch", |_| None::<FilterSwatch>);
}

/// The conditions of a list; amounts are in the currency of the buyer's market.
pub(super) fn chosen(
    inputs: Option<&[ProductFilterInput]>,
    cx: &mut Cx,
) -> Result<Vec<ProductFilter>, Error> {
    let mut chosen = Vec::new();
    for input in inputs.unwrap_or_default() {
        input.read(cx, &mut chosen)?;
    }
    if narrowed(&chosen).params.len() > FILTER_PARAMETERS_MAX {
        return Err(Error::new("These are too many filters. Choose fewer.").code("BAD_REQUEST"));
    }
    Ok(chosen)
}

/// What a connection needs to tell its filters, if it is asked.
pub(super) fn narrowed_list(list: ProductList) -> Option<Obj> {
    Some(obj(list))
}

impl ProductFilterInput {
    fn read(&self, cx: &mut Cx, chosen: &mut Vec<ProductFilter>) -> Result<(), Error> {
        chosen.extend(self.available.map(ProductFilter::Available));
        if let Some(price) = &self.price {
            let currency = cx.currency()?;
            let min_minor = minor(price.min.unwrap_or(0.0), currency)?;
            let max_minor = price.max.map(|max| minor(max, currency)).transpose()?;
            chosen.push(match cx.terms()? {
                Some(terms) => terms.costing(min_minor, max_minor),
                None => ProductFilter::Price {
                    min_minor,
                    max_minor,
                    listed: None,
                },
            });
        }
        chosen.extend(self.product_type.clone().map(ProductFilter::ProductType));
        chosen.extend(self.product_vendor.clone().map(ProductFilter::Vendor));
        chosen.extend(self.tag.clone().map(ProductFilter::Tag));
        let category = self.category.as_ref().map(|own| own.id.clone());
        chosen.extend(category.map(ProductFilter::Category));
        let metafield = |it: &MetafieldInput| MetafieldIs {
            namespace: it.namespace.clone(),
            key: it.key.clone(),
            value: it.value.clone(),
        };
        let of_product = self.product_metafield.as_ref().map(metafield);
        chosen.extend(of_product.map(ProductFilter::ProductMetafield));
        let of_variant = self.variant_metafield.as_ref().map(metafield);
        chosen.extend(of_variant.map(ProductFilter::VariantMetafield));
        chosen.extend(
            self.variant_option
                .as_ref()
                .map(|it| ProductFilter::Option {
                    name: it.name.clone(),
                    value: it.value.clone(),
                }),
        );
        Ok(())
    }
}

/// A price of a filter in minor units.
fn minor(amount: f64, currency: Currency) -> Result<i64, Error> {
    // The shortest text of a float is the number that the client wrote.
    Money::parse(&amount.to_string(), currency)
        .map(|money| money.minor)
        .map_err(|_| Error::new(format!("{amount} is no price.")).code("BAD_REQUEST"))
}

fn filters(
    connections: &[&Connection],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<Filter>, Error>> {
    let mut of = |connection: &&Connection| {
        let Some(list) = connection.extra::<ProductList>() else {
            return Ok(Vec::new());
        };
        let found = catalog::facets(&mut cx.tx, list);
        let facets = found.map_err(fault)?.into_iter();
        facets.map(|facet| Filter::of(facet, cx)).collect()
    };
    connections.iter().map(&mut of).collect()
}

impl Filter {
    fn of(facet: Facet, cx: &mut Cx) -> Result<Self, Error> {
        Ok(match facet {
            Facet::Availability {
                available,
                sold_out,
            } => {
                let id = "filter.v.availability";
                let value = |place: u8, label: &str, count, is: bool| FilterValue {
                    id: format!("{id}.{place}"),
                    label: label.to_owned(),
                    count,
                    input: json!({ "available": is }),
                };
                let values = [
                    value(1, "In stock", available, true),
                    value(0, "Out of stock", sold_out, false),
                ];
                Self::list(id, "Availability", values.into())
            }
            Facet::Price(products) => {
                let highest = match cx.terms()? {
                    Some(terms) => terms.highest(&mut cx.tx, &products).map_err(fault)?,
                    None => products.iter().map(|(_, own)| *own).max().unwrap_or(0),
                };
                let count = i64::try_from(products.len()).unwrap_or(i64::MAX);
                let most = Money::new(highest, cx.currency()?).decimal();
                let most = serde_json::from_str::<Value>(&most).unwrap_or(Value::Null);
                let id = "filter.v.price".to_owned();
                let value = FilterValue {
                    id: id.clone(),
                    label: "Price".to_owned(),
                    count,
                    input: json!({ "price": { "min": 0, "max": most } }),
                };
                Self {
                    id,
                    label: "Price".to_owned(),
                    kind: "PRICE_RANGE",
                    values: vec![Rc::new(value)],
                }
            }
            Facet::ProductTypes(choices) => {
                let input = |choice: &Choice| json!({ "productType": choice.value });
                Self::of_choices("filter.p.product_type", "Product type", choices, input)
            }
            Facet::Vendors(choices) => {
                let input = |choice: &Choice| json!({ "productVendor": choice.value });
                Self::of_choices("filter.p.vendor", "Vendor", choices, input)
            }
            Facet::Option { name, values } => {
                let id = format!("filter.v.option.{}", handleize(&name));
                let input = |choice: &Choice| json!({ "variantOption": { "name": name, "value": choice.value } });
                Self::of_choices(&id, &name, values, input)
            }
        })
    }

    fn list(id: &str, label: &str, values: Vec<FilterValue>) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            kind: "LIST",
            values: values.into_iter().map(Rc::new).collect(),
        }
    }

    fn of_choices(
        id: &str,
        label: &str,
        choices: Vec<Choice>,
        input: impl Fn(&Choice) -> Value,
    ) -> Self {
        let value = |choice: Choice| FilterValue {
            id: format!("{id}.{}", handleize(&choice.value)),
            input: input(&choice),
            count: choice.count,
            label: choice.value,
        };
        Self::list(id, label, choices.into_iter().map(value).collect())
    }
}
