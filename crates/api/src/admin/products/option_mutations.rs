//! Adding, changing, deleting and ordering the options of a product.

use commerce::apps::Scope;
use commerce::catalog::{
    self, CatalogError, DeletionStrategy, OptionChange, OptionInput, OptionValueInput, OptionWhy,
    Product, Refusal, VariantStrategy, Why,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{ProductId, ProductOptionId, ProductOptionValueId};

use super::inputs::{OptionFields, OptionValueFields};
use super::mutations::product_of;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

/// A product after a change of its options, or why it is as it was.
struct OptionsPayload {
    product: ProductId,
    deleted: Option<Vec<ProductOptionId>>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    product_id: ProductId,
    options: Vec<OptionFields>,
    variant_strategy: Option<CreateStrategy>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CreateStrategy {
    Create,
    LeaveAsIs,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    product_id: ProductId,
    option: OptionUpdateFields,
    option_values_to_add: Option<Vec<OptionValueFields>>,
    option_values_to_update: Option<Vec<OptionValueUpdateFields>>,
    option_values_to_delete: Option<Vec<ProductOptionValueId>>,
    variant_strategy: Option<UpdateStrategy>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum UpdateStrategy {
    LeaveAsIs,
    Manage,
}

#[derive(Deserialize)]
struct OptionUpdateFields {
    id: ProductOptionId,
    name: Option<String>,
    position: Option<i64>,
}

#[derive(Deserialize)]
struct OptionValueUpdateFields {
    id: ProductOptionValueId,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    product_id: ProductId,
    options: Vec<ProductOptionId>,
    strategy: Option<DeleteStrategy>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeleteStrategy {
    Default,
    NonDestructive,
    Position,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReorderArgs {
    product_id: ProductId,
    options: Vec<OptionReorderFields>,
}

#[derive(Deserialize)]
struct OptionReorderFields {
    id: Option<ProductOptionId>,
    name: Option<String>,
    values: Option<Vec<OptionValueReorderFields>>,
}

#[derive(Deserialize)]
struct OptionValueReorderFields {
    id: Option<ProductOptionValueId>,
    name: Option<String>,
}

/// Which mutation's codes are meant.
#[derive(Clone, Copy)]
enum Verb {
    Create,
    Update,
    Delete,
    Reorder,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("productOptionsCreate", create);
    r.mutation("productOptionUpdate", update);
    r.mutation("productOptionsDelete", delete);
    r.mutation("productOptionsReorder", reorder);
    for list in [
        "OptionCreateInput.values",
        "OptionReorderInput.values",
        "productOptionUpdate.optionValuesToAdd",
        "productOptionUpdate.optionValuesToUpdate",
        "productOptionUpdate.optionValuesToDelete",
    ] {
        r.list_limit(list, catalog::VARIANTS_MAX);
    }
    for verb in [
        "OptionsCreate",
        "OptionUpdate",
        "OptionsDelete",
        "OptionsReorder",
    ] {
        r.object::<OptionsPayload>(&format!("Product{verb}Payload"))
            .load("product", product)
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    r.object::<OptionsPayload>("ProductOptionsDeletePayload")
        .leaf("deletedOptionsIds", |payload| {
            let deleted = payload.deleted.as_ref()?;
            Some(deleted.iter().copied().map(Id).collect::<Vec<_>>())
        });
    for name in [
        "ProductOptionsCreateUserError",
        "ProductOptionUpdateUserError",
        "ProductOptionsDeleteUserError",
        "ProductOptionsReorderUserError",
    ] {
        user_error_with_code(r, name);
    }
}

fn product(
    all: &[&OptionsPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Product>, Error>> {
    product_of(all.iter().map(|payload| Some(payload.product)), cx)
}

/// Adds options to a product.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<OptionsPayload, Error> {
    let call = cx
        .request
        .permit("productOptionsCreate", Scope::WriteProducts)?;
    let product = args.product_id;
    let options: Vec<OptionInput> = args.options.iter().map(OptionFields::input).collect();
    let strategy = match args.variant_strategy {
        None | Some(CreateStrategy::LeaveAsIs) => VariantStrategy::LeaveAsIs,
        Some(CreateStrategy::Create) => VariantStrategy::Manage,
    };
    let done = cx
        .request
        .write(move |tx| catalog::create_options(tx, &call, product, &options, strategy))
        .await;
    OptionsPayload::present(product, done, Verb::Create)
}

/// Changes an option and its values.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<OptionsPayload, Error> {
    let call = cx
        .request
        .permit("productOptionUpdate", Scope::WriteProducts)?;
    let product = args.product_id;
    let add = args.option_values_to_add.iter().flatten();
    let update = args.option_values_to_update.into_iter().flatten();
    let change = OptionChange {
        id: args.option.id,
        name: args.option.name,
        position: args.option.position,
        add: add.map(OptionValueFields::input).collect(),
        update: update
            .map(|value| OptionValueInput {
                id: Some(value.id),
                name: value.name,
                linked: None,
            })
            .collect(),
        delete: args.option_values_to_delete.unwrap_or_default(),
    };
    let strategy = match args.variant_strategy {
        None | Some(UpdateStrategy::LeaveAsIs) => VariantStrategy::LeaveAsIs,
        Some(UpdateStrategy::Manage) => VariantStrategy::Manage,
    };
    let done = cx
        .request
        .write(move |tx| catalog::update_option(tx, &call, product, &change, strategy))
        .await;
    OptionsPayload::present(product, done, Verb::Update)
}

/// Takes options off a product.
async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<OptionsPayload, Error> {
    let call = cx
        .request
        .permit("productOptionsDelete", Scope::WriteProducts)?;
    let (product, ids) = (args.product_id, args.options.clone());
    let strategy = match args.strategy {
        None | Some(DeleteStrategy::Default) => DeletionStrategy::Default,
        Some(DeleteStrategy::NonDestructive) => DeletionStrategy::NonDestructive,
        Some(DeleteStrategy::Position) => DeletionStrategy::Position,
    };
    let done = cx
        .request
        .write(move |tx| catalog::delete_options(tx, &call, product, &ids, strategy))
        .await;
    let mut payload = OptionsPayload::present(product, done, Verb::Delete)?;
    payload.deleted = payload.user_errors.is_empty().then_some(args.options);
    Ok(payload)
}

/// Puts options and their values in another order.
async fn reorder(cx: MutationCx<Request>, args: ReorderArgs) -> Result<OptionsPayload, Error> {
    let call = cx
        .request
        .permit("productOptionsReorder", Scope::WriteProducts)?;
    let product = args.product_id;
    let order: Vec<OptionInput> = args
        .options
        .into_iter()
        .map(OptionReorderFields::input)
        .collect();
    let done = cx
        .request
        .write(move |tx| catalog::reorder_options(tx, &call, product, &order))
        .await;
    OptionsPayload::present(product, done, Verb::Reorder)
}

impl OptionReorderFields {
    fn input(self) -> OptionInput {
        let value = |value: OptionValueReorderFields| OptionValueInput {
            id: value.id,
            name: value.name,
            linked: None,
        };
        OptionInput {
            id: self.id,
            name: self.name,
            position: None,
            values: self.values.into_iter().flatten().map(value).collect(),
            linked: None,
        }
    }
}

impl OptionsPayload {
    fn present(
        product: ProductId,
        done: Result<(), CatalogError>,
        verb: Verb,
    ) -> Result<Self, Error> {
        let refused = match done {
            Ok(()) => Vec::new(),
            Err(CatalogError::Store(cause)) => return Err(fault(cause)),
            Err(CatalogError::Refused(refused)) => refused,
        };
        Ok(Self {
            product,
            deleted: None,
            user_errors: refused.iter().map(|one| user_error(one, verb)).collect(),
        })
    }
}

fn user_error(refusal: &Refusal, verb: Verb) -> UserError {
    let (path, code) = match &refusal.why {
        Why::ProductMissing => (vec!["productId"], Some("PRODUCT_DOES_NOT_EXIST")),
        Why::Option(why) => (path(refusal), code(why, verb)),
        _ => (path(refusal), None),
    };
    UserError::new(&path, code, &refusal.why)
}

fn path(refusal: &Refusal) -> Vec<&str> {
    refusal.at.iter().map(|part| &**part).collect()
}

/// The code of a refusal in each mutation's own enum.
const fn code(why: &OptionWhy, verb: Verb) -> Option<&'static str> {
    let [create, update, delete, reorder] = table(why);
    let code = match verb {
        Verb::Create => create,
        Verb::Update => update,
        Verb::Delete => delete,
        Verb::Reorder => reorder,
    };
    match code.is_empty() {
        true => None,
        false => Some(code),
    }
}

/// The codes for creating, updating, deleting and ordering; none where the rule is not met there.
const fn table(why: &OptionWhy) -> [&'static str; 4] {
    const fn create(code: &'static str) -> [&'static str; 4] {
        [code, "", "", ""]
    }
    const fn update(code: &'static str) -> [&'static str; 4] {
        ["", code, "", ""]
    }
    const fn delete(code: &'static str) -> [&'static str; 4] {
        ["", "", code, ""]
    }
    const fn reorder(code: &'static str) -> [&'static str; 4] {
        ["", "", "", code]
    }
    const MISSING: &str = "OPTION_DOES_NOT_EXIST";
    const TAKEN: &str = "OPTION_ALREADY_EXISTS";
    const OVER: &str = "OPTION_VALUES_OVER_LIMIT";
    const LONG: &str = "OPTION_NAME_TOO_LONG";
    const VALUE_LONG: &str = "OPTION_VALUE_NAME_TOO_LONG";
    const INVALID: &str = "INVALID_NAME";
    const TWICE: &str = "DUPLICATED_OPTION_VALUE";
    const UNLINKED: &str = "LINKED_METAFIELD_VALUE_WITHOUT_LINKED_OPTION";
    const COMBINED: &str = "CANNOT_COMBINE_LINKED_AND_NONLINKED_OPTION_VALUES";
    const LINK: &str = "LINKED_METAFIELD_DEFINITION_NOT_FOUND";
    const LINK_VALUE: &str = "INVALID_METAFIELD_VALUE_FOR_LINKED_OPTION";
    const VARIANTS: &str = "TOO_MANY_VARIANTS_CREATED";
    match why {
        OptionWhy::Missing => ["", MISSING, MISSING, ""],
        OptionWhy::OfAnotherProduct => delete("OPTIONS_DO_NOT_BELONG_TO_THE_SAME_PRODUCT"),
        OptionWhy::NameMissing => ["OPTION_NAME_MISSING", INVALID, "", ""],
        OptionWhy::NameInvalid(_) => [INVALID, INVALID, "", ""],
        OptionWhy::NameTooLong => [LONG, LONG, "", ""],
        OptionWhy::NameTaken(_) => [TAKEN, TAKEN, "", ""],
        OptionWhy::NameTwice(_) => ["DUPLICATED_OPTION_NAME", "", "", "DUPLICATED_OPTION_NAME"],
        OptionWhy::TooMany => create("OPTIONS_OVER_LIMIT"),
        OptionWhy::PositionMissing => create("OPTION_POSITION_MISSING"),
        OptionWhy::Position(_) => ["POSITION_OUT_OF_BOUNDS", "INVALID_POSITION", "", ""],
        OptionWhy::ValuesMissing(_) => create("OPTION_VALUES_MISSING"),
        OptionWhy::TooManyValues => [OVER, OVER, "", ""],
        OptionWhy::ValueMissing => update("OPTION_VALUE_DOES_NOT_EXIST"),
        OptionWhy::ValueBlank => ["OPTION_VALUES_MISSING", "KEY_MISSING_IN_INPUT", "", ""],
        OptionWhy::ValueTooLong => [VALUE_LONG, VALUE_LONG, "", ""],
        OptionWhy::ValueTaken(_) => update("OPTION_VALUE_ALREADY_EXISTS"),
        OptionWhy::ValueTwice(_) => [TWICE, TWICE, "", TWICE],
        OptionWhy::ValueConflict => update("OPTION_VALUE_CONFLICTING_OPERATION"),
        OptionWhy::ValueHasVariants(_) => update("OPTION_VALUE_HAS_VARIANTS"),
        OptionWhy::NoValuesLeft => update("CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION"),
        OptionWhy::NoVariantsLeft => update("CANNOT_LEAVE_OPTIONS_WITHOUT_VARIANTS"),
        OptionWhy::TooManyVariants => [VARIANTS, VARIANTS, "", ""],
        OptionWhy::SeveralValues(_) => delete("CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES"),
        OptionWhy::VariantsWouldGo => delete("CANNOT_USE_NON_DESTRUCTIVE_STRATEGY"),
        OptionWhy::IdUnknown(_) => reorder("OPTION_ID_DOES_NOT_EXIST"),
        OptionWhy::NameUnknown(_) => reorder("OPTION_NAME_DOES_NOT_EXIST"),
        OptionWhy::ValueIdUnknown(_) => reorder("OPTION_VALUE_ID_DOES_NOT_EXIST"),
        OptionWhy::ValueUnknown(_) => reorder("OPTION_VALUE_DOES_NOT_EXIST"),
        OptionWhy::LeftOut(_) => reorder("MISSING_OPTION_NAME"),
        OptionWhy::ValueLeftOut(_) => reorder("MISSING_OPTION_VALUE"),
        OptionWhy::KeysMixed => reorder("MIXING_ID_AND_NAME_KEYS_IS_NOT_ALLOWED"),
        OptionWhy::LinkedDefinitionMissing(..) => [LINK, LINK, "", ""],
        OptionWhy::LinkedCombined => create("CANNOT_COMBINE_LINKED_METAFIELD_AND_OPTION_VALUES"),
        OptionWhy::LinkedValuesMissing => create("MISSING_METAFIELD_VALUES_FOR_LINKED_OPTION"),
        OptionWhy::LinkedValueInvalid(_) => [LINK_VALUE, LINK_VALUE, "", ""],
        OptionWhy::LinkedValueNeeded => update(COMBINED),
        OptionWhy::LinkedValueWithoutOption => [UNLINKED, COMBINED, "", ""],
        OptionWhy::LinkedTwice(..) => {
            ["DUPLICATE_LINKED_OPTION", "DUPLICATE_LINKED_OPTION", "", ""]
        }
        OptionWhy::KeyMissing => reorder("NO_KEY_ON_REORDER"),
    }
}
