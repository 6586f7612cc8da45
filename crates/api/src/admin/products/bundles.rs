//! What bundles are made of, and what products and variants are part of.

use commerce::catalog::{
    self, Bundle, BundlePart, ConsolidatedOption, OptionWithValues, Product, QuantityOption,
};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use store::Filter;
use units::{ProductId, ProductVariantId};

use super::product::ids;
use super::{Variant, product_filter, variants};
use crate::admin::counts::Count;
use crate::errors::{fault, spread};
use crate::paging::{of_list, page, page_error, window};
use crate::{Cx, Registry};

/// A variant that is part of another.
#[derive(Clone)]
struct Component {
    id: i64,
    variant: Variant,
    quantity: i64,
}

/// A product that is part of a bundle.
#[derive(Clone)]
struct Part {
    bundle: ProductId,
    product: Product,
    options: Vec<OptionWithValues>,
    own: BundlePart,
    variants: Vec<ProductVariantId>,
}

/// An option of a component, as a bundle offers it.
struct Selection {
    bundle: ProductId,
    name: String,
    option: OptionWithValues,
    values: Vec<String>,
}

/// A value of a component's option, and whether the bundle offers it.
struct SelectedValue {
    value: String,
    offered: bool,
}

/// An option of a bundle that says how many.
struct Quantities {
    bundle: ProductId,
    own: QuantityOption,
}

/// A value of such an option.
struct QuantityValue(String, i64);

/// A value of an option that stands for several.
struct ConsolidatedValue(String);

#[derive(Deserialize)]
struct ParentsArgs {
    query: Option<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Product>("Product")
        .load_leaf(
            "hasVariantsThatRequiresComponents",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                spread(
                    catalog::bundled_in(&mut cx.tx, &ids(all)).map_err(fault),
                    all.len(),
                )
            },
        )
        .load("bundleComponents", parts)
        .load("bundleConsolidatedOptions", consolidated)
        .load("productParents", parents_of_products);
    r.object::<Variant>("ProductVariant")
        .load("productVariantComponents", components)
        .load("productParents", parents_of_variants);
    r.connection::<Component>(
        "ProductVariantComponentConnection",
        "ProductVariantComponentEdge",
    );
    r.object::<Component>("ProductVariantComponent")
        .leaf("id", |own| {
            format!("gid://shopify/ProductVariantComponent/{}", own.id)
        })
        .child("productVariant", |own| own.variant.clone())
        .leaf("quantity", |own| own.quantity);
    part(r);
    r.object::<ConsolidatedOption>("ComponentizedProductsBundleConsolidatedOption")
        .text("name", |own| &own.name)
        .child("selections", |own| {
            let values = own.values.iter();
            values
                .map(|(value, _)| ConsolidatedValue(value.clone()))
                .collect::<Vec<_>>()
        });
    r.object::<ConsolidatedValue>("ComponentizedProductsBundleConsolidatedOptionSelection")
        .text("value", |own| &own.0);
}

fn part(r: &mut Registry) {
    r.connection::<Part>(
        "ProductBundleComponentConnection",
        "ProductBundleComponentEdge",
    );
    r.object::<Part>("ProductBundleComponent")
        .child("componentProduct", |own| own.product.clone())
        .leaf("quantity", |own| match own.own.quantity_option {
            None => Some(own.own.quantity.unwrap_or(1)),
            Some(_) => own.own.quantity,
        })
        .child("quantityOption", |own| {
            let option = own.own.quantity_option.clone();
            option.map(|option| Quantities {
                bundle: own.bundle,
                own: option,
            })
        })
        .child("optionSelections", Part::selections)
        .load("componentVariants", part_variants)
        .child("componentVariantsCount", |own| {
            Some(Count::exactly(own.variants.len()))
        });
    r.object::<Selection>("ProductBundleComponentOptionSelection")
        .child("componentOption", |own| own.option.clone())
        .load(
            "parentOption",
            |all: &[&Selection], _: &NoArgs, cx: &mut Cx| {
                let named: Vec<_> = all.iter().map(|own| (own.bundle, &*own.name)).collect();
                parent_options(cx, &named)
            },
        )
        .child("values", |own| {
            let all = own.option.values.iter();
            all.map(|known| SelectedValue {
                offered: own.values.contains(&known.value.name),
                value: known.value.name.clone(),
            })
            .collect::<Vec<_>>()
        });
    r.object::<SelectedValue>("ProductBundleComponentOptionSelectionValue")
        .text("value", |own| &own.value)
        .leaf("selectionStatus", |own| match own.offered {
            true => "SELECTED",
            false => "DESELECTED",
        });
    r.object::<Quantities>("ProductBundleComponentQuantityOption")
        .text("name", |own| &own.own.name)
        .load(
            "parentOption",
            |all: &[&Quantities], _: &NoArgs, cx: &mut Cx| {
                let named: Vec<_> = all.iter().map(|own| (own.bundle, &*own.own.name)).collect();
                parent_options(cx, &named)
            },
        )
        .child("values", |own| {
            let all = own.own.values.iter();
            all.map(|(name, quantity)| QuantityValue(name.clone(), *quantity))
                .collect::<Vec<_>>()
        });
    r.object::<QuantityValue>("ProductBundleComponentQuantityOptionValue")
        .text("name", |own| &own.0)
        .leaf("quantity", |own| own.1);
}

impl Part {
    fn selections(&self) -> Vec<Selection> {
        let one = |own: &catalog::OptionSelection| {
            let same = |known: &&OptionWithValues| known.option.id.get() == own.option;
            let option = self.options.iter().find(same)?.clone();
            Some(Selection {
                bundle: self.bundle,
                name: own.name.clone(),
                option,
                values: own.values.clone(),
            })
        };
        self.own.selections.iter().filter_map(one).collect()
    }
}

/// The bundles' options of those names.
fn parent_options(
    cx: &mut Cx,
    named: &[(ProductId, &str)],
) -> Vec<Result<Option<OptionWithValues>, Error>> {
    let mut products: Vec<ProductId> = named.iter().map(|(id, _)| *id).collect();
    products.sort_unstable();
    products.dedup();
    let found = catalog::options(&mut cx.tx, &products).map_err(fault);
    let of = |found: Vec<Vec<OptionWithValues>>| {
        let one = |(id, name): &(ProductId, &str)| {
            let options = &found[products.binary_search(id).ok()?];
            options.iter().find(|own| own.option.name == *name).cloned()
        };
        named.iter().map(one).collect()
    };
    spread(found.map(of), named.len())
}

fn load_bundles(cx: &mut Cx, all: &[&Product]) -> Result<Vec<Option<Bundle>>, Error> {
    catalog::bundles(&mut cx.tx, &ids(all)).map_err(fault)
}

fn consolidated(
    all: &[&Product],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<ConsolidatedOption>>, Error>> {
    let options = |bundle: Option<Bundle>| bundle.map(|own| own.consolidated);
    let found = load_bundles(cx, all);
    spread(
        found.map(|found| found.into_iter().map(options).collect()),
        all.len(),
    )
}

/// The products that bundles are put together of; those that are gone are left out.
fn parts(all: &[&Product], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Part>, Error>> {
    let mut load = || {
        let bundles = load_bundles(cx, all)?;
        let mut named: Vec<ProductId> = bundles
            .iter()
            .flatten()
            .flat_map(|bundle| bundle.parts.iter().map(|part| ProductId(part.product)))
            .collect();
        named.sort_unstable();
        named.dedup();
        if named.is_empty() {
            return all
                .iter()
                .map(|_| of_list(&[], args, |_: &Part| String::new()))
                .collect();
        }
        let products = catalog::products(&mut cx.tx, &named).map_err(fault)?;
        let options = catalog::options(&mut cx.tx, &named).map_err(fault)?;
        let bundled = catalog::bundled_variants(&mut cx.tx, &ids(all)).map_err(fault)?;
        let page = |((own, bundle), bundled): ((&&Product, Option<Bundle>), Vec<_>)| {
            let part = |part: BundlePart| {
                let at = named.binary_search(&ProductId(part.product)).ok()?;
                let product = products[at].clone()?;
                let of = |(variant, id): &(ProductVariantId, ProductId)| {
                    (*id == product.id).then_some(*variant)
                };
                Some(Part {
                    bundle: own.id,
                    variants: bundled.iter().filter_map(of).collect(),
                    options: options[at].clone(),
                    product,
                    own: part,
                })
            };
            let parts = bundle.map(|bundle| bundle.parts).unwrap_or_default();
            let parts: Vec<Part> = parts.into_iter().filter_map(part).collect();
            of_list(&parts, args, |own| own.product.id.get().to_string())
        };
        let pairs = all.iter().zip(bundles).zip(bundled);
        pairs.map(page).collect::<Result<Vec<_>, _>>()
    };
    spread(load(), all.len())
}

fn part_variants(all: &[&Part], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Variant>, Error>> {
    let wanted: Vec<ProductVariantId> = all.iter().flat_map(|own| own.variants.clone()).collect();
    let found = match variants(cx, &wanted) {
        Ok(found) => found,
        Err(error) => return spread(Err(error), all.len()),
    };
    let mut found = found.into_iter();
    let mut page = |own: &&Part| {
        let held: Vec<Variant> = found.by_ref().take(own.variants.len()).flatten().collect();
        of_list(&held, args, |own| own.row.variant.id.get().to_string())
    };
    all.iter().map(&mut page).collect()
}

fn components(
    all: &[&Variant],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Component>, Error>> {
    let mut load = || {
        let parents: Vec<ProductVariantId> = all.iter().map(|own| own.row.variant.id).collect();
        let lists = catalog::components_of(&mut cx.tx, &parents).map_err(fault)?;
        let wanted: Vec<ProductVariantId> = lists.iter().flatten().map(|own| own.variant).collect();
        let found = match wanted.is_empty() {
            true => Vec::new(),
            false => variants(cx, &wanted)?,
        };
        let mut found = found.into_iter();
        let mut page = |list: Vec<catalog::Component>| {
            let held = list.into_iter().zip(found.by_ref());
            let shown: Vec<Component> = held
                .filter_map(|(own, variant)| {
                    Some(Component {
                        id: own.id,
                        variant: variant?,
                        quantity: own.quantity,
                    })
                })
                .collect();
            of_list(&shown, args, |own| own.id.to_string())
        };
        lists
            .into_iter()
            .map(&mut page)
            .collect::<Result<Vec<_>, _>>()
    };
    spread(load(), all.len())
}

fn searched(cx: &mut Cx, args: &ParentsArgs) -> Result<Filter, Error> {
    product_filter(
        cx,
        "productParents",
        args.query.as_deref().unwrap_or_default(),
    )
}

fn parents_of_products(
    all: &[&Product],
    args: &(PageArgs, ParentsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Product>, Error>> {
    let mut load = || {
        let filter = searched(cx, &args.1)?;
        let window = window(&args.0)?;
        let found = catalog::parents_of_products(&mut cx.tx, &ids(all), filter, &window);
        Ok(found.map_err(page_error)?.into_iter().map(page).collect())
    };
    spread(load(), all.len())
}

fn parents_of_variants(
    all: &[&Variant],
    args: &(PageArgs, ParentsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Product>, Error>> {
    let mut load = || {
        let filter = searched(cx, &args.1)?;
        let window = window(&args.0)?;
        let ids: Vec<ProductVariantId> = all.iter().map(|own| own.row.variant.id).collect();
        let found = catalog::parents_of_variants(&mut cx.tx, &ids, filter, &window);
        let found = found.map_err(page_error)?.into_iter();
        Ok(found.map(page).collect())
    };
    spread(load(), all.len())
}
