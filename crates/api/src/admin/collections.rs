//! Collections of products.

use commerce::apps::Scope;
use commerce::catalog::{
    self, CatalogError, Collection, CollectionInput, CollectionOrder, CollectionProducts,
    CollectionSort, Product, ProductSort, plain_text,
};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{CollectionId, ProductId};

use super::counts::Count;
use super::jobs::Job;
use super::products::{Codes, MetafieldInput, Seo, SeoInput, TruncateArgs, catalog_error};
use super::searches::compiled;
use crate::errors::{UserError, fault, spread};
use crate::images::Image;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

/// The rules of a collection that fills itself: every collection is put together by hand.
#[derive(Clone, Copy)]
enum RuleSet {}

/// One of those rules.
#[derive(Clone, Copy)]
enum Rule {}

/// A collection after a mutation, or why it is as it was.
struct CollectionPayload {
    collection: Option<CollectionId>,
    user_errors: Vec<UserError>,
}

/// Products that were taken out of a collection, or why they are still in it.
struct RemovePayload {
    job: Option<Job>,
    user_errors: Vec<UserError>,
}

/// The collection that is gone.
struct DeletePayload {
    deleted: Option<CollectionId>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct IdArgs {
    id: CollectionId,
}

#[derive(Deserialize)]
struct HandleArgs {
    handle: String,
}

#[derive(Deserialize)]
struct IdentifierArgs {
    identifier: Identifier,
}

#[derive(Deserialize)]
struct Identifier {
    id: Option<CollectionId>,
    handle: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectionsArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Relevance,
    Title,
    UpdatedAt,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    sort_key: ProductSortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ProductSortKey {
    BestSelling,
    CollectionDefault,
    Created,
    Id,
    Manual,
    Price,
    Relevance,
    Title,
}

#[derive(Deserialize)]
struct ProductArgs {
    id: ProductId,
}

#[derive(Deserialize)]
struct CreateArgs {
    collection: Option<CollectionCreateInput>,
    input: Option<OldCollectionInput>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    collection: Option<CollectionUpdateInput>,
    input: Option<OldCollectionInput>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: DeleteInput,
}

#[derive(Deserialize)]
struct DeleteInput {
    id: CollectionId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MembersArgs {
    id: CollectionId,
    product_ids: Vec<ProductId>,
}

/// A collection, or what is to change of one, as any of the inputs for it says.
#[derive(Default)]
struct CollectionFields {
    id: Option<CollectionId>,
    title: Option<String>,
    handle: Option<String>,
    description_html: Option<String>,
    sort_order: Option<SortOrder>,
    template_suffix: Maybe<String>,
    image: Maybe<ImageFields>,
    seo: Option<SeoInput>,
    metafields: Option<Vec<MetafieldInput>>,
    products: Option<Vec<ProductId>>,
}

/// Declares an input for collections: what all of them have, and what is its own.
macro_rules! collection_input {
    ($(#[$doc:meta])* $name:ident: $title:ty; $($own:ident: $kind:ty),*) => {
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct $name {
            title: $title,
            handle: Option<String>,
            description_html: Option<String>,
            sort_order: Option<SortOrder>,
            #[serde(default)]
            template_suffix: Maybe<String>,
            #[serde(default)]
            image: Maybe<ImageFields>,
            seo: Option<SeoInput>,
            metafields: Option<Vec<MetafieldInput>>,
            $($own: Option<$kind>,)*
        }

        impl From<$name> for CollectionFields {
            fn from(given: $name) -> Self {
                let fields = Self {
                    title: given.title.into(),
                    handle: given.handle,
                    description_html: given.description_html,
                    sort_order: given.sort_order,
                    template_suffix: given.template_suffix,
                    image: given.image,
                    seo: given.seo,
                    metafields: given.metafields,
                    ..Self::default()
                };
                Self {
                    $($own: given.$own,)*
                    ..fields
                }
            }
        }
    };
}

collection_input! {
    /// A new collection.
    CollectionCreateInput: String;
}

collection_input! {
    /// What is to change of a collection.
    CollectionUpdateInput: Option<String>; id: CollectionId
}

collection_input! {
    /// Either, as older clients say it.
    OldCollectionInput: Option<String>; id: CollectionId, products: Vec<ProductId>
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct ImageFields {
    src: Option<String>,
    alt_text: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortOrder {
    AlphaAsc,
    AlphaDesc,
    BestSelling,
    Created,
    CreatedDesc,
    Manual,
    PriceAsc,
    PriceDesc,
}

pub(super) fn register(r: &mut Registry) {
    r.query("collection", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("collection", Scope::ReadProducts)?;
        by_id(cx, args.id)
    });
    r.query("collectionByHandle", |args: &HandleArgs, cx: &mut Cx| {
        cx.permit("collectionByHandle", Scope::ReadProducts)?;
        catalog::collection_by_handle(&mut cx.tx, &args.handle).map_err(fault)
    });
    r.query("collectionByIdentifier", by_identifier);
    r.query("collections", collections);
    r.connection::<Collection>("CollectionConnection", "CollectionEdge");
    fields(r);
    r.object::<RuleSet>("CollectionRuleSet")
        .leaf("appliedDisjunctively", |rules| -> bool { match *rules {} })
        .child("rules", |rules| -> Vec<Rule> { match *rules {} });
    r.object::<Rule>("CollectionRule")
        .text("column", |rule| match *rule {})
        .text("condition", |rule| match *rule {})
        .text("relation", |rule| match *rule {});
    mutations(r);
}

fn fields(r: &mut Registry) {
    r.object::<Collection>("Collection")
        .leaf("id", |own| Id(own.id))
        .leaf("storefrontId", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("descriptionHtml", |own| &own.description_html)
        .with("description", |own, args: &TruncateArgs| {
            Ok(args.cut(plain_text(&own.description_html)))
        })
        .text("sortOrder", |own| own.sort_order.as_str())
        .text_opt("templateSuffix", |own| own.template_suffix.as_deref())
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .child("productsCount", |own| {
            Some(Count::exactly(
                usize::try_from(own.products_count).unwrap_or(0),
            ))
        })
        .child("ruleSet", |_| None::<RuleSet>)
        .child("seo", |own| Seo {
            title: own.seo_title.clone(),
            description: own.seo_description.clone(),
        })
        .load("image", |all: &[&Collection], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let image = |own: &&Collection| {
                let url = own.image_url.as_deref();
                Ok(url.map(|url| Image::at(url, &own.image_alt, origin)))
            };
            all.iter().map(image).collect()
        })
        .load("products", products)
        .load_leaf(
            "hasProduct",
            |all: &[&Collection], args: &ProductArgs, cx: &mut Cx| {
                let ids: Vec<CollectionId> = all.iter().map(|own| own.id).collect();
                let found = catalog::collections_with(&mut cx.tx, &ids, args.id).map_err(fault);
                let held =
                    |with: Vec<CollectionId>| ids.iter().map(|id| with.contains(id)).collect();
                spread(found.map(held), all.len())
            },
        );
}

fn mutations(r: &mut Registry) {
    r.mutation("collectionCreate", create);
    r.mutation("collectionUpdate", update);
    r.mutation("collectionDelete", delete);
    r.mutation("collectionAddProducts", add_products);
    r.mutation("collectionRemoveProducts", remove_products);
    for name in [
        "CollectionCreatePayload",
        "CollectionUpdatePayload",
        "CollectionAddProductsPayload",
    ] {
        r.object::<CollectionPayload>(name)
            .load(
                "collection",
                |all: &[&CollectionPayload], _: &NoArgs, cx: &mut Cx| {
                    let load = |payload: &&CollectionPayload| match payload.collection {
                        None => Ok(None),
                        Some(id) => by_id(cx, id),
                    };
                    all.iter().map(load).collect()
                },
            )
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    r.object::<RemovePayload>("CollectionRemoveProductsPayload")
        .child("job", |payload| payload.job.clone())
        .child("userErrors", |payload| payload.user_errors.clone());
    r.object::<DeletePayload>("CollectionDeletePayload")
        .leaf("deletedCollectionId", |payload| payload.deleted.map(Id))
        .child("userErrors", |payload| payload.user_errors.clone());
}

fn by_id(cx: &mut Cx, id: CollectionId) -> Result<Option<Collection>, Error> {
    let found = catalog::collections(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn by_identifier(args: &IdentifierArgs, cx: &mut Cx) -> Result<Option<Collection>, Error> {
    cx.permit("collectionByIdentifier", Scope::ReadProducts)?;
    match (&args.identifier.id, &args.identifier.handle) {
        (Some(id), _) => by_id(cx, *id),
        (None, Some(handle)) => catalog::collection_by_handle(&mut cx.tx, handle).map_err(fault),
        (None, None) => Ok(None),
    }
}

fn collections(args: &(PageArgs, CollectionsArgs), cx: &mut Cx) -> Result<Page<Collection>, Error> {
    cx.permit("collections", Scope::ReadProducts)?;
    let (args, wanted) = args;
    let currency = cx.shop()?.currency;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &catalog::COLLECTIONS, currency);
    let filter = compiled(cx, "collections", query, found);
    let order = match wanted.sort_key {
        SortKey::Id | SortKey::Relevance => CollectionOrder::Id,
        SortKey::Title => CollectionOrder::Title,
        SortKey::UpdatedAt => CollectionOrder::UpdatedAt,
    };
    let found = catalog::collections_page(&mut cx.tx, filter, order, &window(args)?);
    found.map(page).map_err(page_error)
}

fn products(
    all: &[&Collection],
    args: &(PageArgs, ProductsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Product>, Error>> {
    let order = match args.1.sort_key {
        ProductSortKey::CollectionDefault | ProductSortKey::Relevance => {
            CollectionProducts::AsCollected
        }
        ProductSortKey::Manual => CollectionProducts::Manual,
        ProductSortKey::BestSelling => CollectionProducts::By(ProductSort::BestSelling),
        ProductSortKey::Created => CollectionProducts::By(ProductSort::CreatedAt),
        ProductSortKey::Id => CollectionProducts::By(ProductSort::Id),
        ProductSortKey::Price => CollectionProducts::By(ProductSort::Price),
        ProductSortKey::Title => CollectionProducts::By(ProductSort::Title),
    };
    let keys: Vec<_> = all.iter().map(|own| (own.id, own.sort_order)).collect();
    let mut load = || {
        let window = window(&args.0)?;
        let found = catalog::products_of(&mut cx.tx, &keys, &Filter::none(), order, &window);
        Ok(found.map_err(page_error)?.into_iter().map(page).collect())
    };
    spread(load(), all.len())
}

impl SortOrder {
    const fn collection(self) -> CollectionSort {
        match self {
            Self::AlphaAsc => CollectionSort::AlphaAsc,
            Self::AlphaDesc => CollectionSort::AlphaDesc,
            Self::BestSelling => CollectionSort::BestSelling,
            Self::Created => CollectionSort::Created,
            Self::CreatedDesc => CollectionSort::CreatedDesc,
            Self::Manual => CollectionSort::Manual,
            Self::PriceAsc => CollectionSort::PriceAsc,
            Self::PriceDesc => CollectionSort::PriceDesc,
        }
    }
}

impl CollectionFields {
    fn input(&self) -> CollectionInput {
        let seo = self.seo.as_ref().map(SeoInput::parts).unwrap_or_default();
        let metafields = self.metafields.as_deref().unwrap_or_default();
        CollectionInput {
            title: self.title.clone(),
            handle: self.handle.clone(),
            description_html: self.description_html.clone(),
            sort_order: self.sort_order.map(SortOrder::collection),
            template_suffix: match &self.template_suffix {
                Maybe::Undefined => None,
                Maybe::Null => Some(None),
                Maybe::Value(suffix) => Some(Some(suffix.clone())),
            },
            image: match &self.image {
                Maybe::Undefined => None,
                Maybe::Null => Some(None),
                Maybe::Value(image) => image
                    .src
                    .as_ref()
                    .map(|src| Some((src.clone(), image.alt_text.clone().unwrap_or_default()))),
            },
            seo_title: seo.0,
            seo_description: seo.1,
            products: self.products.clone().unwrap_or_default(),
            metafields: metafields.iter().map(MetafieldInput::metafield).collect(),
        }
    }
}

impl CollectionPayload {
    fn present(done: Result<CollectionId, CatalogError>) -> Result<Self, Error> {
        Ok(match done {
            Ok(id) => Self {
                collection: Some(id),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                collection: None,
                user_errors: catalog_error(error, Codes::None, &[])?,
            },
        })
    }
}

fn one_of(
    collection: Option<impl Into<CollectionFields>>,
    input: Option<OldCollectionInput>,
) -> Result<CollectionFields, Error> {
    let given = collection.map(Into::into).or(input.map(Into::into));
    given.ok_or_else(|| {
        Error::new("The argument `collection` is required.").code("missingRequiredArguments")
    })
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionCreate", Scope::WriteProducts)?;
    let input = one_of(args.collection, args.input)?.input();
    let done = cx
        .request
        .write(move |tx| catalog::create_collection(tx, &call, &input))
        .await;
    CollectionPayload::present(done)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionUpdate", Scope::WriteProducts)?;
    let fields = one_of(args.collection, args.input)?;
    let id = fields.id.unwrap_or(CollectionId(0));
    let input = fields.input();
    let done = cx
        .request
        .write(move |tx| catalog::update_collection(tx, &call, id, &input).map(|()| id))
        .await;
    CollectionPayload::present(done)
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<DeletePayload, Error> {
    let call = cx
        .request
        .permit("collectionDelete", Scope::WriteProducts)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| catalog::delete_collection(tx, &call, id))
        .await;
    Ok(match done {
        Ok(()) => DeletePayload {
            deleted: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => DeletePayload {
            deleted: None,
            user_errors: catalog_error(error, Codes::None, &[])?,
        },
    })
}

async fn add_products(
    cx: MutationCx<Request>,
    args: MembersArgs,
) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionAddProducts", Scope::WriteProducts)?;
    let (id, products) = (args.id, args.product_ids);
    let done = cx
        .request
        .write(move |tx| catalog::add_products(tx, &call, id, &products).map(|()| id))
        .await;
    CollectionPayload::present(done)
}

async fn remove_products(
    cx: MutationCx<Request>,
    args: MembersArgs,
) -> Result<RemovePayload, Error> {
    let call = cx
        .request
        .permit("collectionRemoveProducts", Scope::WriteProducts)?;
    let job = Job::done(&call);
    let done = cx
        .request
        .write(move |tx| catalog::remove_products(tx, &call, args.id, &args.product_ids))
        .await;
    Ok(match done {
        Ok(()) => RemovePayload {
            job: Some(job),
            user_errors: Vec::new(),
        },
        Err(error) => RemovePayload {
            job: None,
            user_errors: catalog_error(error, Codes::None, &[])?,
        },
    })
}

/// Collections by id, for `node` and for references.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("collection", Scope::ReadProducts)?;
    let ids: Vec<CollectionId> = ids.iter().copied().map(CollectionId).collect();
    let found = catalog::collections(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.into_iter().map(|own| own.map(obj)).collect())
}
