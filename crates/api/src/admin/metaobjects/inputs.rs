//! What definitions and metaobjects are made of, as apps give it.

use commerce::content::OldAddress;
use commerce::metafields::{CustomerAccountAccess, StorefrontAccess};
use commerce::metaobjects::{
    Capabilities, DefinitionInput, EntryInput, FieldChange, FieldInput, OnlineStore, Renderable,
    Status,
};
use graphql::Maybe;
use serde::Deserialize;

use crate::admin::metafield_definitions::{AdminAccessInput, ValidationInput};

/// Whether a metaobject is shown.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum MetaobjectStatus {
    Active,
    Draft,
}

/// Whether storefronts may read.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum StorefrontInput {
    None,
    PublicRead,
}

/// What signed-in customers may do.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CustomerAccountInput {
    None,
    Read,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinitionCreateInput {
    access: Option<AccessInput>,
    capabilities: Option<CapabilityInput>,
    description: Option<String>,
    display_name_key: Option<String>,
    field_definitions: Option<Vec<FieldCreateInput>>,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinitionUpdateInput {
    access: Option<AccessInput>,
    capabilities: Option<CapabilityInput>,
    #[serde(default)]
    description: Maybe<String>,
    #[serde(default)]
    display_name_key: Maybe<String>,
    field_definitions: Option<Vec<FieldOperationInput>>,
    name: Option<String>,
    reset_field_order: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessInput {
    admin: Option<AdminAccessInput>,
    customer_account: Option<CustomerAccountInput>,
    storefront: Option<StorefrontInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CapabilityInput {
    publishable: Option<EnabledInput>,
    translatable: Option<EnabledInput>,
    renderable: Option<RenderableInput>,
    online_store: Option<OnlineStoreInput>,
}

#[derive(Deserialize)]
struct EnabledInput {
    enabled: bool,
}

#[derive(Deserialize)]
struct RenderableInput {
    enabled: bool,
    data: Option<RenderableDataInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RenderableDataInput {
    meta_title_key: Option<String>,
    meta_description_key: Option<String>,
}

#[derive(Deserialize)]
struct OnlineStoreInput {
    enabled: bool,
    data: Option<OnlineStoreDataInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnlineStoreDataInput {
    url_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldCreateInput {
    capabilities: Option<FieldCapabilityInput>,
    description: Option<String>,
    key: String,
    name: Option<String>,
    required: Option<bool>,
    #[serde(rename = "type")]
    kind: String,
    validations: Option<Vec<ValidationInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldUpdateInput {
    capabilities: Option<FieldCapabilityInput>,
    #[serde(default)]
    description: Maybe<String>,
    key: String,
    name: Option<String>,
    required: Option<bool>,
    validations: Option<Vec<ValidationInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldCapabilityInput {
    admin_filterable: Option<EnabledInput>,
}

#[derive(Deserialize)]
struct FieldDeleteInput {
    key: String,
}

/// One change of a definition's fields.
#[derive(Deserialize)]
struct FieldOperationInput {
    create: Option<FieldCreateInput>,
    update: Option<FieldUpdateInput>,
    delete: Option<FieldDeleteInput>,
}

#[derive(Deserialize)]
pub(super) struct MetaobjectCreateInput {
    #[serde(rename = "type")]
    pub(super) kind: String,
    handle: Option<String>,
    fields: Option<Vec<MetaobjectFieldInput>>,
    capabilities: Option<CapabilityDataInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetaobjectUpdateInput {
    handle: Option<String>,
    fields: Option<Vec<MetaobjectFieldInput>>,
    capabilities: Option<CapabilityDataInput>,
    redirect_new_handle: bool,
}

#[derive(Deserialize)]
pub(super) struct MetaobjectUpsertInput {
    handle: Option<String>,
    fields: Option<Vec<MetaobjectFieldInput>>,
    capabilities: Option<CapabilityDataInput>,
}

#[derive(Deserialize)]
struct MetaobjectFieldInput {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CapabilityDataInput {
    publishable: Option<PublishableInput>,
    online_store: Option<TemplateInput>,
}

#[derive(Deserialize)]
struct PublishableInput {
    status: MetaobjectStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TemplateInput {
    template_suffix: Option<String>,
}

impl DefinitionCreateInput {
    pub(super) fn input(self) -> DefinitionInput {
        let fields = self.field_definitions.unwrap_or_default().into_iter();
        let input = DefinitionInput {
            kind: self.kind,
            name: self.name,
            description: Some(self.description),
            display_name_key: Some(self.display_name_key),
            fields: fields
                .map(|field| FieldChange::Create(field.input()))
                .collect(),
            ..DefinitionInput::default()
        };
        with(input, self.access, self.capabilities)
    }
}

impl DefinitionUpdateInput {
    pub(super) fn input(self) -> DefinitionInput {
        let fields = self.field_definitions.unwrap_or_default().into_iter();
        let input = DefinitionInput {
            name: self.name,
            description: self.description.given(),
            display_name_key: self.display_name_key.given(),
            fields: fields.flat_map(FieldOperationInput::changes).collect(),
            reset_field_order: self.reset_field_order,
            ..DefinitionInput::default()
        };
        with(input, self.access, self.capabilities)
    }
}

/// The input with what both of the API's inputs for definitions share.
fn with(
    mut input: DefinitionInput,
    access: Option<AccessInput>,
    capabilities: Option<CapabilityInput>,
) -> DefinitionInput {
    if let Some(access) = access {
        input.admin_access = access.admin.map(AdminAccessInput::access);
        input.storefront_access = access.storefront.map(|access| match access {
            StorefrontInput::None => StorefrontAccess::None,
            StorefrontInput::PublicRead => StorefrontAccess::PublicRead,
        });
        input.customer_account_access = access.customer_account.map(|access| match access {
            CustomerAccountInput::None => CustomerAccountAccess::None,
            CustomerAccountInput::Read => CustomerAccountAccess::Read,
        });
    }
    if let Some(given) = capabilities {
        input.capabilities = Capabilities {
            publishable: given.publishable.map(|own| own.enabled),
            translatable: given.translatable.map(|own| own.enabled),
            renderable: given.renderable.map(RenderableInput::renderable),
            online_store: given.online_store.map(|own| OnlineStore {
                enabled: own.enabled,
                url_handle: own.data.map(|data| data.url_handle),
            }),
        };
    }
    input
}

impl RenderableInput {
    fn renderable(self) -> Renderable {
        let (title, description) = match self.data {
            Some(data) => (data.meta_title_key, data.meta_description_key),
            None => (None, None),
        };
        Renderable {
            enabled: self.enabled,
            meta_title_key: title,
            meta_description_key: description,
        }
    }
}

impl FieldCapabilityInput {
    fn filterable(given: Option<Self>) -> Option<bool> {
        given?.admin_filterable.map(|own| own.enabled)
    }
}

impl FieldCreateInput {
    fn input(self) -> FieldInput {
        FieldInput {
            key: self.key,
            kind: self.kind,
            name: self.name,
            description: Some(self.description),
            required: self.required,
            validations: self.validations.map(ValidationInput::options),
            admin_filterable: FieldCapabilityInput::filterable(self.capabilities),
        }
    }
}

impl FieldOperationInput {
    /// What is asked for: one of three, though nothing keeps an app from giving several.
    fn changes(self) -> impl Iterator<Item = FieldChange> {
        let create = self.create.map(|field| FieldChange::Create(field.input()));
        let update = self.update.map(|field| {
            FieldChange::Update(FieldInput {
                key: field.key,
                kind: String::new(),
                name: field.name,
                description: field.description.given(),
                required: field.required,
                validations: field.validations.map(ValidationInput::options),
                admin_filterable: FieldCapabilityInput::filterable(field.capabilities),
            })
        });
        let delete = self.delete.map(|field| FieldChange::Delete(field.key));
        create.into_iter().chain(update).chain(delete)
    }
}

impl MetaobjectCreateInput {
    pub(super) fn input(self) -> EntryInput {
        entry(self.handle, self.fields, self.capabilities)
    }
}

impl MetaobjectUpdateInput {
    /// What becomes of the address that the metaobject has.
    pub(super) const fn old_address(&self) -> OldAddress {
        match self.redirect_new_handle {
            true => OldAddress::Redirect,
            false => OldAddress::Forget,
        }
    }

    pub(super) fn input(self) -> EntryInput {
        entry(self.handle, self.fields, self.capabilities)
    }
}

impl MetaobjectUpsertInput {
    pub(super) fn input(self) -> EntryInput {
        entry(self.handle, self.fields, self.capabilities)
    }
}

fn entry(
    handle: Option<String>,
    fields: Option<Vec<MetaobjectFieldInput>>,
    capabilities: Option<CapabilityDataInput>,
) -> EntryInput {
    let fields = fields.unwrap_or_default().into_iter();
    let (publishable, online_store) = match capabilities {
        Some(given) => (given.publishable, given.online_store),
        None => (None, None),
    };
    EntryInput {
        handle,
        fields: fields.map(|field| (field.key, field.value)).collect(),
        status: publishable.map(|own| match own.status {
            MetaobjectStatus::Active => Status::Active,
            MetaobjectStatus::Draft => Status::Draft,
        }),
        template_suffix: online_store.map(|own| own.template_suffix),
    }
}
