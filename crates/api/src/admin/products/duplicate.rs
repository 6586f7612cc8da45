//! Making a product like another, and changing its state alone.

use std::rc::Rc;

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError, Pictures, Product, Why};
use commerce::shops::Shop;
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::ProductId;

use super::inputs::Status;
use super::mutations::{product_of, shop};
use super::refusals::{Codes, catalog_error};
use crate::admin::jobs::Job;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

/// A product's copy, or why there is none.
struct DuplicatePayload {
    copy: Option<ProductId>,
    operation: Option<DuplicateOperation>,
    pictures: Option<Job>,
    user_errors: Vec<UserError>,
}

/// The work that a caller did not want to wait for.
#[derive(Clone)]
pub(super) struct DuplicateOperation {
    /// The original; nobody remembers it later.
    product: Option<ProductId>,
    copy: ProductId,
}

impl DuplicateOperation {
    /// The work that led to a copy.
    pub(super) const fn of(copy: ProductId) -> Self {
        Self {
            product: None,
            copy,
        }
    }
}

/// A product in its new state, or why it is as it was.
struct StatusPayload {
    product: Option<ProductId>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DuplicateArgs {
    product_id: ProductId,
    new_title: String,
    new_status: Option<Status>,
    include_images: Option<bool>,
    synchronous: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusArgs {
    product_id: ProductId,
    status: Status,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("productDuplicate", duplicate);
    r.mutation("productChangeStatus", change_status);
    r.object::<DuplicatePayload>("ProductDuplicatePayload")
        .load(
            "newProduct",
            |all: &[&DuplicatePayload], _: &NoArgs, cx: &mut Cx| {
                product_of(all.iter().map(|own| own.copy), cx)
            },
        )
        .child("imageJob", |own| own.pictures.clone())
        .child("productDuplicateOperation", |own| own.operation.clone())
        .load(
            "shop",
            |all: &[&DuplicatePayload], _: &NoArgs, cx: &mut Cx| -> Vec<Result<Rc<Shop>, Error>> {
                shop(all.len(), cx)
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<DuplicateOperation>("ProductDuplicateOperation")
        .leaf("id", |own| {
            format!("gid://shopify/ProductDuplicateOperation/{}", own.copy.get())
        })
        .text("status", |_| "COMPLETE")
        .load(
            "product",
            |all: &[&DuplicateOperation], _: &NoArgs, cx: &mut Cx| {
                product_of(all.iter().map(|own| own.product), cx)
            },
        )
        .load(
            "newProduct",
            |all: &[&DuplicateOperation], _: &NoArgs, cx: &mut Cx| {
                product_of(all.iter().map(|own| Some(own.copy)), cx)
            },
        )
        .child("userErrors", |_| Vec::<UserError>::new());
    r.object::<StatusPayload>("ProductChangeStatusPayload")
        .load("product", changed)
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "ProductChangeStatusUserError");
}

fn changed(all: &[&StatusPayload], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Product>, Error>> {
    product_of(all.iter().map(|own| own.product), cx)
}

/// Makes a product like another.
async fn duplicate(
    cx: MutationCx<Request>,
    args: DuplicateArgs,
) -> Result<DuplicatePayload, Error> {
    let call = cx
        .request
        .permit("productDuplicate", Scope::WriteProducts)?;
    let job = Job::done(&call);
    let product = args.product_id;
    let status = args.new_status.map(Status::product);
    let pictures = match args.include_images {
        Some(true) => Pictures::Keep,
        _ => Pictures::Leave,
    };
    let title = args.new_title;
    let done = cx
        .request
        .write(move |tx| catalog::duplicate(tx, &call, product, &title, status, pictures))
        .await;
    let (copy, user_errors) = match done {
        Ok(id) => (Some(id), Vec::new()),
        Err(error) => (None, named(catalog_error(error, Codes::None, &[])?)),
    };
    // Who does not want to wait gets the operation, which is over already.
    let waited = args.synchronous != Some(false);
    let operation = copy.filter(|_| !waited).map(|copy| DuplicateOperation {
        product: Some(product),
        copy,
    });
    Ok(DuplicatePayload {
        copy,
        operation,
        pictures: copy.filter(|_| pictures == Pictures::Keep).map(|_| job),
        user_errors,
    })
}

/// The product and its title are named by other arguments than in other mutations.
fn named(errors: Vec<UserError>) -> Vec<UserError> {
    let argument = |name: &str| match name {
        "id" => "productId".to_owned(),
        "title" => "newTitle".to_owned(),
        other => other.to_owned(),
    };
    let one = |error: UserError| UserError {
        field: error
            .field
            .map(|path| path.iter().map(|part| argument(part)).collect()),
        ..error
    };
    errors.into_iter().map(one).collect()
}

/// Changes a product's state alone.
async fn change_status(cx: MutationCx<Request>, args: StatusArgs) -> Result<StatusPayload, Error> {
    let call = cx
        .request
        .permit("productChangeStatus", Scope::WriteProducts)?;
    let product = args.product_id;
    let input = catalog::ProductInput {
        status: Some(args.status.product()),
        ..catalog::ProductInput::default()
    };
    let done = cx
        .request
        .write(move |tx| catalog::update(tx, &call, product, &input))
        .await;
    let refused = match done {
        Ok(()) => {
            return Ok(StatusPayload {
                product: Some(product),
                user_errors: Vec::new(),
            });
        }
        Err(CatalogError::Store(cause)) => return Err(fault(cause)),
        Err(CatalogError::Refused(refused)) => refused,
    };
    let shown = |why: &Why| {
        let code = matches!(why, Why::ProductMissing).then_some("PRODUCT_NOT_FOUND");
        UserError::new(&["productId"], code, why)
    };
    Ok(StatusPayload {
        product: None,
        user_errors: refused.iter().map(|one| shown(&one.why)).collect(),
    })
}
