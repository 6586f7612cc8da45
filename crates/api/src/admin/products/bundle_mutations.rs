//! Making and changing bundles, and relating variants.

use commerce::apps::Scope;
use commerce::catalog::{
    self, Bundle, BundleError, BundleInput, BundlePart, Calculation, CatalogError,
    ConsolidatedOption, OptionSelection, PARTS_MAX, QuantityOption, Relation, RelationWhy,
};
use graphql::{Error, Maybe, MutationCx, NoArgs};
use serde::Deserialize;
use units::{Money, ProductId, ProductOptionId, ProductVariantId};

use super::mutations::currency;
use super::operations::BundleOperation;
use super::refusals::{Codes, catalog_error};
use super::{Variant, variants};
use crate::admin::payload::Payload;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::DecimalInput;
use crate::{Cx, Registry, Request};

/// A bundle after a mutation, or why it is as it was.
struct BundlePayload {
    operation: Option<BundleOperation>,
    user_errors: Vec<UserError>,
}

type RelationPayload = Payload<Vec<ProductVariantId>>;

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    title: String,
    components: Vec<ComponentInput>,
    consolidated_options: Option<Vec<ConsolidatedInput>>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    input: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    product_id: ProductId,
    title: Option<String>,
    components: Option<Vec<ComponentInput>>,
    consolidated_options: Option<Vec<ConsolidatedInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ComponentInput {
    product_id: ProductId,
    quantity: Option<i64>,
    quantity_option: Option<QuantityOptionInput>,
    option_selections: Vec<SelectionInput>,
}

#[derive(Deserialize)]
struct QuantityOptionInput {
    name: String,
    values: Vec<QuantityValueInput>,
}

#[derive(Deserialize)]
struct QuantityValueInput {
    name: String,
    quantity: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SelectionInput {
    component_option_id: ProductOptionId,
    name: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConsolidatedInput {
    option_name: String,
    option_selections: Vec<ConsolidatedSelectionInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConsolidatedSelectionInput {
    option_value: String,
    components: Vec<ConsolidatedComponentInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConsolidatedComponentInput {
    component_option_id: Option<ProductOptionId>,
    component_option_value: String,
}

#[derive(Deserialize)]
struct RelateArgs {
    input: Vec<RelationInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RelationInput {
    parent_product_id: Option<ProductId>,
    parent_product_variant_id: Option<ProductVariantId>,
    price_input: Option<PriceInput>,
    product_variant_relationships_to_create: Option<Vec<PieceInput>>,
    product_variant_relationships_to_update: Option<Vec<PieceInput>>,
    product_variant_relationships_to_remove: Option<Vec<ProductVariantId>>,
    remove_all_product_variant_relationships: Option<bool>,
}

#[derive(Deserialize)]
struct PriceInput {
    calculation: Option<CalculationInput>,
    #[serde(default)]
    price: Maybe<DecimalInput>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CalculationInput {
    ComponentsSum,
    Fixed,
    None,
}

#[derive(Deserialize)]
struct PieceInput {
    id: ProductVariantId,
    quantity: i64,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("productBundleCreate", create);
    r.mutation("productBundleUpdate", update);
    r.mutation("productVariantRelationshipBulkUpdate", relate);
    r.list_limit("ProductBundleCreateInput.components", PARTS_MAX + 1);
    r.list_limit("ProductBundleUpdateInput.components", PARTS_MAX + 1);
    for name in ["ProductBundleCreatePayload", "ProductBundleUpdatePayload"] {
        r.object::<BundlePayload>(name)
            .child("productBundleOperation", |own| own.operation.clone())
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<RelationPayload>("ProductVariantRelationshipBulkUpdatePayload")
        .load("parentProductVariants", parents)
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "ProductVariantRelationshipBulkUpdateUserError");
}

fn parents(
    all: &[&RelationPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<Variant>>, Error>> {
    let of = |own: &&RelationPayload| match &own.done {
        Some(ids) => Ok(Some(variants(cx, ids)?.into_iter().flatten().collect())),
        None => Ok(None),
    };
    all.iter().map(of).collect()
}

fn bundle(components: Vec<ComponentInput>, consolidated: Option<Vec<ConsolidatedInput>>) -> Bundle {
    let selection = |own: SelectionInput| OptionSelection {
        option: own.component_option_id.get(),
        name: own.name,
        values: own.values,
    };
    let part = |own: ComponentInput| BundlePart {
        product: own.product_id.get(),
        quantity: own.quantity,
        quantity_option: own.quantity_option.map(|option| QuantityOption {
            name: option.name,
            values: option
                .values
                .into_iter()
                .map(|value| (value.name, value.quantity))
                .collect(),
        }),
        selections: own.option_selections.into_iter().map(selection).collect(),
    };
    let value = |own: ConsolidatedSelectionInput| {
        let chosen = own.components.into_iter().filter_map(|component| {
            let option = component.component_option_id?.get();
            Some((option, component.component_option_value))
        });
        (own.option_value, chosen.collect())
    };
    let option = |own: ConsolidatedInput| ConsolidatedOption {
        name: own.option_name,
        values: own.option_selections.into_iter().map(value).collect(),
    };
    Bundle {
        parts: components.into_iter().map(part).collect(),
        consolidated: consolidated.into_iter().flatten().map(option).collect(),
    }
}

impl BundlePayload {
    fn present(done: Result<ProductId, BundleError>) -> Result<Self, Error> {
        Ok(match done {
            Ok(id) => Self {
                operation: Some(BundleOperation(id)),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                operation: None,
                user_errors: refused(error)?,
            },
        })
    }
}

/// Makes a bundle.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<BundlePayload, Error> {
    let call = cx
        .request
        .permit("productBundleCreate", Scope::WriteProducts)?;
    let CreateInput {
        title,
        components,
        consolidated_options,
    } = args.input;
    let bundle = bundle(components, consolidated_options);
    let done = cx
        .request
        .write(move |tx| catalog::create_bundle(tx, &call, &title, &bundle))
        .await;
    BundlePayload::present(done)
}

/// Changes a bundle.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<BundlePayload, Error> {
    let call = cx
        .request
        .permit("productBundleUpdate", Scope::WriteProducts)?;
    let own = args.input;
    let id = own.product_id;
    let input = BundleInput {
        title: own.title,
        bundle: own
            .components
            .map(|components| bundle(components, own.consolidated_options)),
    };
    let done = cx
        .request
        .write(move |tx| catalog::update_bundle(tx, &call, id, &input).map(|()| id))
        .await;
    BundlePayload::present(done)
}

fn refused(error: BundleError) -> Result<Vec<UserError>, Error> {
    let (place, part): (Option<usize>, &str) = match &error {
        BundleError::Count | BundleError::NoVariants | BundleError::TooManyVariants => {
            (None, "components")
        }
        BundleError::ProductMissing(place)
        | BundleError::Nested(place)
        | BundleError::GiftCard(place) => (Some(*place), "productId"),
        BundleError::OptionMissing(place)
        | BundleError::Unselected(place, _)
        | BundleError::ValueMissing(place, _) => (Some(*place), "optionSelections"),
        BundleError::Quantity(place) => (Some(*place), "quantity"),
        BundleError::Consolidation(_) | BundleError::TooManyOptions => {
            (None, "consolidatedOptions")
        }
        BundleError::NotABundle => (None, "productId"),
        BundleError::Catalog(_) => (None, ""),
    };
    let place = place.map(|place| place.to_string());
    let path: Vec<&str> = match &place {
        Some(place) => vec!["input", "components", place, part],
        None => vec!["input", part],
    };
    match error {
        BundleError::Catalog(error) => catalog_error(error, Codes::None, &["input"]),
        error => Ok(vec![UserError::new(&path, None, &error)]),
    }
}

impl RelationInput {
    fn relation(&self, currency: units::Currency) -> Result<Relation, Error> {
        let pieces = |all: &Option<Vec<PieceInput>>| {
            let all = all.iter().flatten();
            all.map(|own| (own.id, own.quantity)).collect()
        };
        let fixed = match self.price_input.as_ref().map(|own| &own.price) {
            Some(Maybe::Value(price)) => Some(
                Money::parse(&price.0, currency)
                    .map_err(|wrong| Error::new(wrong.to_string()).code("INVALID_VARIABLE"))?
                    .minor,
            ),
            _ => None,
        };
        let calculation = self.price_input.as_ref().and_then(|own| own.calculation);
        let price = match (calculation, fixed) {
            (Some(CalculationInput::ComponentsSum), _) => Calculation::Sum,
            (Some(CalculationInput::Fixed), Some(minor)) => Calculation::Fixed(minor),
            (None, Some(minor)) => Calculation::Fixed(minor),
            (Some(CalculationInput::Fixed | CalculationInput::None) | None, _) => Calculation::None,
        };
        Ok(Relation {
            variant: self.parent_product_variant_id,
            product: self.parent_product_id,
            create: pieces(&self.product_variant_relationships_to_create),
            update: pieces(&self.product_variant_relationships_to_update),
            remove: self
                .product_variant_relationships_to_remove
                .clone()
                .unwrap_or_default(),
            remove_all: self.remove_all_product_variant_relationships == Some(true),
            price,
        })
    }
}

/// Says which variants variants are made of.
async fn relate(cx: MutationCx<Request>, args: RelateArgs) -> Result<RelationPayload, Error> {
    let field = "productVariantRelationshipBulkUpdate";
    let call = cx.request.permit(field, Scope::WriteProducts)?;
    let currency = currency(&cx.request).await?;
    let relations = args.input.iter().map(|own| own.relation(currency));
    let relations: Vec<Relation> = relations.collect::<Result<_, _>>()?;
    let done = cx
        .request
        .write(move |tx| {
            let done = catalog::relate(tx, &call, &relations).map_err(CatalogError::from)?;
            Ok::<_, CatalogError>(done)
        })
        .await;
    match done {
        Ok(Ok(ids)) => Ok(Payload::done(ids)),
        Ok(Err((place, why))) => {
            let place = place.to_string();
            let path = ["input", place.as_str()];
            Ok(Payload::refused(UserError::new(&path, code(&why), &why)))
        }
        Err(CatalogError::Store(cause)) => Err(fault(cause)),
        Err(error) => Err(Error::new(error.to_string())),
    }
}

const fn code(why: &RelationWhy) -> &'static str {
    match why {
        RelationWhy::ParentMissing => "PARENT_REQUIRED",
        RelationWhy::VariantsMissing(_) => "PRODUCT_VARIANTS_NOT_FOUND",
        RelationWhy::NotComponents(_) => "PRODUCT_VARIANTS_NOT_COMPONENTS",
        RelationWhy::Duplicate(_) | RelationWhy::ParentTwice => {
            "DUPLICATE_PRODUCT_VARIANT_RELATIONSHIP"
        }
        RelationWhy::Circular => "CIRCULAR_REFERENCE",
        RelationWhy::Nested => "NESTED_PARENT_PRODUCT_VARIANT",
        RelationWhy::GiftCard => "PARENT_PRODUCT_VARIANT_CANNOT_BE_GIFT_CARD",
        RelationWhy::GiftCardInside => "FAILED_TO_CREATE",
        RelationWhy::TooMany | RelationWhy::TooManyRelations => {
            "EXCEEDED_PRODUCT_VARIANT_RELATIONSHIP_LIMIT"
        }
        RelationWhy::Quantity => "INVALID_QUANTITY",
        RelationWhy::Price => "FAILED_TO_UPDATE_PARENT_PRODUCT_VARIANT_PRICE",
        RelationWhy::Parent(_) => "UNEXPECTED_ERROR",
    }
}
