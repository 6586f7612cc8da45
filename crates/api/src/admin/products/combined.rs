//! Combined listings: products that stand for others.

use commerce::apps::Scope;
use commerce::catalog::{self, Chosen, CombinedChange, CombinedChild, CombinedError, Product};
use graphql::{Error, MutationCx, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{ProductId, ProductVariantId};

use super::mutations::product_of;
use super::product::ids;
use super::refusals::{Codes, catalog_error};
use super::{Variant, variants};
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::paging::of_list;
use crate::{Cx, Registry, Request};

/// A listing, by the product that stands for the others.
struct Listing(Product);

/// A product of a listing, and the parent's variant that it is.
#[derive(Clone)]
struct Child {
    product: Product,
    variant: Variant,
}

/// A parent after a mutation, or why it is as it was.
struct UpdatePayload {
    product: Option<ProductId>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    parent_product_id: ProductId,
    title: Option<String>,
    products_added: Option<Vec<ChildInput>>,
    products_edited: Option<Vec<ChildInput>>,
    products_removed_ids: Option<Vec<ProductId>>,
    options_and_values: Option<Vec<OptionInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChildInput {
    child_product_id: ProductId,
    selected_parent_option_values: Vec<SelectedInput>,
}

#[derive(Deserialize)]
struct SelectedInput {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct OptionInput {
    name: String,
    values: Vec<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Product>("Product")
        .load_leaf("combinedListingRole", roles)
        .load("combinedListing", listings);
    r.object::<Listing>("CombinedListing")
        .child("parentProduct", |own| own.0.clone())
        .load("combinedListingChildren", children);
    r.connection::<Child>("CombinedListingChildConnection", "CombinedListingChildEdge");
    r.object::<Child>("CombinedListingChild")
        .child("product", |own| own.product.clone())
        .child("parentVariant", |own| own.variant.clone());
    r.mutation("combinedListingUpdate", update);
    r.object::<UpdatePayload>("CombinedListingUpdatePayload")
        .load(
            "product",
            |all: &[&UpdatePayload], _: &NoArgs, cx: &mut Cx| {
                product_of(all.iter().map(|own| own.product), cx)
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "CombinedListingUpdateUserError");
}

/// The parent of the listing that each product is in: itself, when it is one.
fn parents(cx: &mut Cx, all: &[&Product]) -> Result<Vec<Option<ProductId>>, Error> {
    let ids = ids(all);
    let combined = catalog::combined_listings(&mut cx.tx, &ids).map_err(fault)?;
    let parted = catalog::combined_parents(&mut cx.tx, &ids).map_err(fault)?;
    let of = |id: &ProductId| {
        let parent = parted.iter().find(|own| own.child == *id);
        match parent {
            Some(own) => Some(own.parent),
            None => combined.contains(id).then_some(*id),
        }
    };
    Ok(ids.iter().map(of).collect())
}

fn roles(all: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<&'static str>, Error>> {
    let role = |(own, parent): (&&Product, Option<ProductId>)| {
        parent.map(|parent| match parent == own.id {
            true => "PARENT",
            false => "CHILD",
        })
    };
    let found = parents(cx, all);
    spread(
        found.map(|found| all.iter().zip(found).map(role).collect()),
        all.len(),
    )
}

fn listings(all: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Listing>, Error>> {
    let mut load = || {
        let parents = parents(cx, all)?;
        let named: Vec<ProductId> = parents.iter().flatten().copied().collect();
        let found = catalog::products(&mut cx.tx, &named).map_err(fault)?;
        let mut found = found.into_iter();
        let listing =
            |parent: Option<ProductId>| parent.and_then(|_| found.next().flatten()).map(Listing);
        Ok(parents.into_iter().map(listing).collect())
    };
    spread(load(), all.len())
}

fn children(all: &[&Listing], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Child>, Error>> {
    let mut load = || {
        let parents: Vec<ProductId> = all.iter().map(|own| own.0.id).collect();
        let lists = catalog::combined_children(&mut cx.tx, &parents).map_err(fault)?;
        let products: Vec<ProductId> = lists.iter().flatten().map(|own| own.child).collect();
        let own: Vec<ProductVariantId> = lists.iter().flatten().map(|own| own.variant).collect();
        let products = catalog::products(&mut cx.tx, &products).map_err(fault)?;
        let own = match own.is_empty() {
            true => Vec::new(),
            false => variants(cx, &own)?,
        };
        let mut found = products.into_iter().zip(own);
        let mut page = |list: Vec<CombinedChild>| {
            let shown: Vec<Child> = found
                .by_ref()
                .take(list.len())
                .filter_map(|(product, variant)| {
                    Some(Child {
                        product: product?,
                        variant: variant?,
                    })
                })
                .collect();
            of_list(&shown, args, |own| own.product.id.get().to_string())
        };
        lists
            .into_iter()
            .map(&mut page)
            .collect::<Result<Vec<_>, _>>()
    };
    spread(load(), all.len())
}

/// Changes which products a listing combines.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<UpdatePayload, Error> {
    let call = cx
        .request
        .permit("combinedListingUpdate", Scope::WriteProducts)?;
    let child = |own: ChildInput| -> (ProductId, Chosen) {
        let values = own.selected_parent_option_values.into_iter();
        let chosen = values.map(|own| (own.name, own.value)).collect();
        (own.child_product_id, chosen)
    };
    let listed =
        |all: Option<Vec<ChildInput>>| all.into_iter().flatten().map(child).collect::<Vec<_>>();
    let options = args.options_and_values.into_iter().flatten();
    let change = CombinedChange {
        title: args.title,
        added: listed(args.products_added),
        edited: listed(args.products_edited),
        removed: args.products_removed_ids.unwrap_or_default(),
        options: options.map(|own| (own.name, own.values)).collect(),
    };
    let parent = args.parent_product_id;
    let done = cx
        .request
        .write(move |tx| catalog::change_combined(tx, &call, parent, &change))
        .await;
    Ok(match done {
        Ok(()) => UpdatePayload {
            product: Some(parent),
            user_errors: Vec::new(),
        },
        Err(error) => UpdatePayload {
            product: None,
            user_errors: refused(error)?,
        },
    })
}

fn refused(error: CombinedError) -> Result<Vec<UserError>, Error> {
    let (field, code) = match &error {
        CombinedError::ParentMissing => ("parentProductId", "PARENT_PRODUCT_NOT_FOUND"),
        CombinedError::NotCombined => (
            "parentProductId",
            "PARENT_PRODUCT_MUST_BE_A_COMBINED_LISTING",
        ),
        CombinedError::ProductMissing(_) => ("productsAdded", "PRODUCT_NOT_FOUND"),
        CombinedError::ParentAsChild => ("productsAdded", "CANNOT_HAVE_PARENT_AS_CHILD"),
        CombinedError::Duplicate => ("productsAdded", "CANNOT_HAVE_DUPLICATED_PRODUCTS"),
        CombinedError::AlreadyChild(_) => ("productsAdded", "PRODUCT_IS_ALREADY_A_CHILD"),
        CombinedError::NotChild(_) => ("productsEdited", "PRODUCT_MEMBERSHIP_NOT_FOUND"),
        CombinedError::EditedAndRemoved => {
            ("productsRemovedIds", "EDIT_AND_REMOVE_ON_SAME_PRODUCTS")
        }
        CombinedError::ValueMissing(_) => ("productsAdded", "MUST_HAVE_SELECTED_OPTION_VALUES"),
        CombinedError::OptionMissing(_) => ("productsAdded", "OPTION_NOT_FOUND"),
        CombinedError::SameValues => ("productsAdded", "CANNOT_HAVE_REPEATED_OPTION_VALUES"),
        CombinedError::TooMany => ("productsAdded", "TOO_MANY_PRODUCTS"),
        CombinedError::Catalog(_) => ("", "UNEXPECTED_ERROR"),
    };
    match error {
        CombinedError::Catalog(error) => {
            let shown = catalog_error(error, Codes::None, &[])?;
            let coded = |own: UserError| UserError {
                code: Some(code),
                ..own
            };
            Ok(shown.into_iter().map(coded).collect())
        }
        error => Ok(vec![UserError::new(&[field], code, &error)]),
    }
}
