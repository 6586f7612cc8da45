//! Making, changing, setting and deleting products.

use std::rc::Rc;

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError, Product};
use commerce::content;
use commerce::metafields::Owner;
use commerce::shops::{self, Shop};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{Currency, ProductId};

use super::inputs::{
    MediaFields, ProductCreateInput, ProductFields, ProductInput, ProductUpdateInput, SetFields,
};
use super::operations::DeleteOperation;
use super::refusals::{Codes, catalog_error};
use crate::admin::custom_id::CustomId;
use crate::errors::{UserError, fault};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

/// A product after a mutation, or why it is as it was.
struct ProductPayload {
    product: Option<ProductId>,
    user_errors: Vec<UserError>,
}

/// The product that is gone.
struct DeletePayload {
    deleted: Option<ProductId>,
    operation: Option<DeleteOperation>,
    user_errors: Vec<UserError>,
}

/// Setting a product: done when the reply leaves.
struct SetPayload {
    product: Option<ProductId>,
    operation: Option<SetOperation>,
    user_errors: Vec<UserError>,
}

/// The work that a caller did not want to wait for.
#[derive(Clone)]
pub(super) struct SetOperation {
    product: ProductId,
}

impl SetOperation {
    /// The work that led to a product.
    pub(super) const fn of(product: ProductId) -> Self {
        Self { product }
    }
}

#[derive(Deserialize)]
struct CreateArgs {
    product: Option<ProductCreateInput>,
    input: Option<ProductInput>,
    media: Option<Vec<MediaFields>>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    product: Option<ProductUpdateInput>,
    input: Option<ProductInput>,
    identifier: Option<Identifier>,
    media: Option<Vec<MediaFields>>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct Identifier {
    id: Option<ProductId>,
    handle: Option<String>,
    custom_id: Option<CustomId>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: DeleteInput,
    synchronous: Option<bool>,
}

#[derive(Deserialize)]
struct DeleteInput {
    id: ProductId,
}

#[derive(Deserialize)]
struct SetArgs {
    identifier: Option<Identifier>,
    input: SetFields,
    synchronous: Option<bool>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("productCreate", create);
    r.mutation("productUpdate", update);
    r.mutation("productDelete", delete);
    r.mutation("productSet", set);
    r.list_limit("ProductSetInput.variants", catalog::VARIANTS_MAX);
    r.list_limit("OptionSetInput.values", catalog::VARIANTS_MAX);
    for name in ["ProductCreatePayload", "ProductUpdatePayload"] {
        r.object::<ProductPayload>(name)
            .load(
                "product",
                |all: &[&ProductPayload], _: &NoArgs, cx: &mut Cx| {
                    product_of(all.iter().map(|payload| payload.product), cx)
                },
            )
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    r.object::<ProductPayload>("ProductCreatePayload").load(
        "shop",
        |all: &[&ProductPayload], _: &NoArgs, cx: &mut Cx| shop(all.len(), cx),
    );
    r.object::<DeletePayload>("ProductDeletePayload")
        .leaf("deletedProductId", |payload| payload.deleted.map(Id))
        .load("shop", |all: &[&DeletePayload], _: &NoArgs, cx: &mut Cx| {
            shop(all.len(), cx)
        })
        .child("productDeleteOperation", |payload| {
            payload.operation.clone()
        })
        .child("userErrors", |payload| payload.user_errors.clone());
    r.object::<SetPayload>("ProductSetPayload")
        .load("product", |all: &[&SetPayload], _: &NoArgs, cx: &mut Cx| {
            product_of(all.iter().map(|payload| payload.product), cx)
        })
        .child("productSetOperation", |payload| payload.operation.clone())
        .child("userErrors", |payload| payload.user_errors.clone());
    r.object::<SetOperation>("ProductSetOperation")
        .leaf("id", |own| {
            format!("gid://shopify/ProductSetOperation/{}", own.product.get())
        })
        .text("status", |_| "COMPLETE")
        .load(
            "product",
            |all: &[&SetOperation], _: &NoArgs, cx: &mut Cx| {
                product_of(all.iter().map(|own| Some(own.product)), cx)
            },
        )
        .child("userErrors", |_| Vec::<UserError>::new());
}

/// The products of payloads, where there are any.
pub(super) fn product_of(
    ids: impl Iterator<Item = Option<ProductId>>,
    cx: &mut Cx,
) -> Vec<Result<Option<Product>, Error>> {
    ids.map(|id| match id {
        None => Ok(None),
        Some(id) => {
            let found = catalog::products(&mut cx.tx, &[id]).map_err(fault)?;
            Ok(found.into_iter().next().flatten())
        }
    })
    .collect()
}

/// The shop, for as many payloads.
pub(super) fn shop(count: usize, cx: &mut Cx) -> Vec<Result<Rc<Shop>, Error>> {
    (0..count).map(|_| cx.shop()).collect()
}

impl ProductPayload {
    fn present(done: Result<ProductId, CatalogError>) -> Result<Self, Error> {
        Ok(match done {
            Ok(id) => Self {
                product: Some(id),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                product: None,
                user_errors: catalog_error(error, Codes::None, &[])?,
            },
        })
    }
}

/// The currency that amounts are given in.
pub(super) async fn currency(request: &Request) -> Result<Currency, Error> {
    let shop = request.read(shops::current).await.map_err(fault)?;
    shop.map(|shop| shop.currency).map_err(fault)
}

/// The same fields may stand in either of two arguments, one of them the older one.
fn one_of(
    product: Option<impl Into<ProductFields>>,
    input: Option<ProductInput>,
) -> Result<ProductFields, Error> {
    match (product, input) {
        (Some(product), None) => Ok(product.into()),
        (None, Some(input)) => Ok(input.into()),
        (Some(_), Some(_)) => Err(Error::new(
            "Only one of the arguments `product` and `input` may be given.",
        )
        .code("INVALID_FIELD_ARGUMENTS")),
        (None, None) => {
            Err(Error::new("The argument `product` is required.").code("missingRequiredArguments"))
        }
    }
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<ProductPayload, Error> {
    let call = cx.request.permit("productCreate", Scope::WriteProducts)?;
    let fields = one_of(args.product, args.input)?;
    let input = fields.input(args.media.as_deref(), call.now);
    let done = cx
        .request
        .write(move |tx| catalog::create(tx, &call, &input))
        .await;
    ProductPayload::present(done)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<ProductPayload, Error> {
    let call = cx.request.permit("productUpdate", Scope::WriteProducts)?;
    let fields = one_of(args.product, args.input)?;
    let input = fields.input(args.media.as_deref(), call.now);
    let given = args.identifier;
    let id = given.as_ref().and_then(|given| given.id).or(fields.id);
    let (handle, custom) = given.map_or((None, None), |given| (given.handle, given.custom_id));
    let old = fields.old_address();
    let done = cx
        .request
        .write(move |tx| {
            let id = match (id, &handle, &custom) {
                (Some(id), ..) => Some(id),
                (None, Some(handle), _) => {
                    catalog::product_by_handle(tx, handle)?.map(|product| product.id)
                }
                (None, None, Some(custom)) => {
                    custom.find_for(tx, &call, Owner::Product)?.map(ProductId)
                }
                (None, None, None) => None,
            };
            // What is not there has no number.
            let id = id.unwrap_or(ProductId(0));
            content::change_product(tx, &call, Some(id), old, |tx| {
                catalog::update(tx, &call, id, &input).map(|()| id)
            })
        })
        .await;
    ProductPayload::present(done)
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<DeletePayload, Error> {
    let call = cx.request.permit("productDelete", Scope::WriteProducts)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| catalog::delete(tx, &call, id))
        .await;
    Ok(match done {
        Ok(()) => DeletePayload {
            deleted: Some(id),
            operation: (args.synchronous == Some(false)).then_some(DeleteOperation(id)),
            user_errors: Vec::new(),
        },
        Err(error) => DeletePayload {
            deleted: None,
            operation: None,
            user_errors: catalog_error(error, Codes::None, &[])?,
        },
    })
}

async fn set(cx: MutationCx<Request>, args: SetArgs) -> Result<SetPayload, Error> {
    let call = cx.request.permit("productSet", Scope::WriteProducts)?;
    if args.identifier.is_some() && args.input.id.is_some() {
        let why = "The id field is not allowed if identifier is provided.";
        let refused = UserError::new(&["input", "id"], "ID_NOT_ALLOWED", &why);
        return Ok(SetPayload {
            product: None,
            operation: None,
            user_errors: vec![refused],
        });
    }
    let mut input = args.input.input(currency(&cx.request).await?)?;
    let custom = args
        .identifier
        .as_ref()
        .and_then(|own| own.custom_id.clone());
    let identifier = match args.identifier {
        Some(Identifier { id: Some(id), .. }) => Some(catalog::Identifier::Id(id)),
        Some(Identifier {
            handle: Some(handle),
            ..
        }) => Some(catalog::Identifier::Handle(handle)),
        _ => args.input.id.map(catalog::Identifier::Id),
    };
    if let Some(custom) = &custom {
        input.give(custom.metafield());
    }
    let old = args.input.old_address();
    let done = cx
        .request
        .write(move |tx| {
            let mut identifier = identifier.clone();
            if let Some(custom) = &custom {
                // A product with the id is the one that is meant; a new one is given it.
                match custom.find_for(tx, &call, Owner::Product)? {
                    Some(id) => identifier = Some(catalog::Identifier::Id(ProductId(id))),
                    None => identifier = None,
                }
            }
            let known = match &identifier {
                Some(catalog::Identifier::Id(id)) => Some(*id),
                Some(catalog::Identifier::Handle(handle)) => {
                    catalog::product_by_handle(tx, handle)?.map(|product| product.id)
                }
                None => None,
            };
            content::change_product(tx, &call, known, old, |tx| {
                catalog::set(tx, &call, identifier.as_ref(), &input)
            })
        })
        .await;
    let (product, user_errors) = match done {
        Ok(id) => (Some(id), Vec::new()),
        Err(error) => (None, catalog_error(error, Codes::Set, &["input"])?),
    };
    // Who does not want to wait gets the operation, which is over already.
    let waited = args.synchronous != Some(false);
    let operation = product.filter(|_| !waited).map(SetOperation::of);
    Ok(SetPayload {
        product,
        operation,
        user_errors,
    })
}
