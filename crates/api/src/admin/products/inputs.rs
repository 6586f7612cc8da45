//! What clients say about products and variants.

use commerce::catalog::{
    self, LinkedInput, MediaInput, OptionInput, OptionValueInput, ProductStatus,
};
use commerce::content::OldAddress;
use commerce::metafields::NewMetafield;
use graphql::{Error, Maybe};
use serde::Deserialize;
use units::{
    CollectionId, Currency, Gid, MediaImageId, ProductId, ProductOptionId, ProductOptionValueId,
    Timestamp,
};

use super::variant_inputs::VariantSetFields;
use crate::admin::files::{ContentType, FileType};

/// A product, or what is to change of one, as any of the inputs for it says.
#[derive(Default)]
pub(super) struct ProductFields {
    pub(super) id: Option<ProductId>,
    title: Option<String>,
    handle: Option<String>,
    description_html: Option<String>,
    vendor: Option<String>,
    product_type: Option<String>,
    status: Option<Status>,
    tags: Option<Vec<String>>,
    template_suffix: Maybe<String>,
    gift_card: Option<bool>,
    requires_selling_plan: Option<bool>,
    seo: Option<SeoInput>,
    category: Maybe<String>,
    metafields: Option<Vec<MetafieldInput>>,
    product_options: Option<Vec<OptionFields>>,
    collections_to_join: Option<Vec<CollectionId>>,
    collections_to_leave: Option<Vec<CollectionId>>,
    published: Option<bool>,
    published_at: Option<Timestamp>,
    redirect_new_handle: Option<bool>,
    combined_listing_role: Option<CombinedRole>,
}

/// What a new product is in a combined listing: children are named by its parent.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CombinedRole {
    Child,
    Parent,
}

/// Declares an input for products: what all of them have, and what is its own.
macro_rules! product_input {
    ($(#[$doc:meta])* $name:ident: $($own:ident: $kind:ty),*) => {
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            title: Option<String>,
            handle: Option<String>,
            description_html: Option<String>,
            vendor: Option<String>,
            product_type: Option<String>,
            status: Option<Status>,
            tags: Option<Vec<String>>,
            #[serde(default)]
            template_suffix: Maybe<String>,
            requires_selling_plan: Option<bool>,
            seo: Option<SeoInput>,
            #[serde(default)]
            category: Maybe<String>,
            metafields: Option<Vec<MetafieldInput>>,
            collections_to_join: Option<Vec<CollectionId>>,
            $($own: Option<$kind>,)*
        }

        impl From<$name> for ProductFields {
            fn from(given: $name) -> Self {
                let fields = Self {
                    title: given.title,
                    handle: given.handle,
                    description_html: given.description_html,
                    vendor: given.vendor,
                    product_type: given.product_type,
                    status: given.status,
                    tags: given.tags,
                    template_suffix: given.template_suffix,
                    requires_selling_plan: given.requires_selling_plan,
                    seo: given.seo,
                    category: given.category,
                    metafields: given.metafields,
                    collections_to_join: given.collections_to_join,
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

product_input! {
    /// A new product.
    ProductCreateInput: gift_card: bool, product_options: Vec<OptionFields>,
        combined_listing_role: CombinedRole
}

product_input! {
    /// What is to change of a product.
    ProductUpdateInput: id: ProductId, collections_to_leave: Vec<CollectionId>,
        redirect_new_handle: bool
}

product_input! {
    /// Either, as older clients say it.
    ProductInput: id: ProductId, gift_card: bool, product_options: Vec<OptionFields>,
        collections_to_leave: Vec<CollectionId>, published: bool, published_at: Timestamp,
        redirect_new_handle: bool, combined_listing_role: CombinedRole
}

/// A whole product.
#[derive(Deserialize, Clone, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetFields {
    pub(super) id: Option<ProductId>,
    title: Option<String>,
    handle: Option<String>,
    description_html: Option<String>,
    vendor: Option<String>,
    product_type: Option<String>,
    status: Option<Status>,
    tags: Option<Vec<String>>,
    #[serde(default)]
    template_suffix: Maybe<String>,
    gift_card: Option<bool>,
    requires_selling_plan: Option<bool>,
    seo: Option<SeoInput>,
    #[serde(default)]
    category: Maybe<String>,
    metafields: Option<Vec<MetafieldInput>>,
    product_options: Option<Vec<OptionSetFields>>,
    variants: Option<Vec<VariantSetFields>>,
    files: Option<Vec<FileFields>>,
    collections: Option<Vec<CollectionId>>,
    redirect_new_handle: Option<bool>,
    combined_listing_role: Option<CombinedRole>,
}

/// Whether an address that changes goes on leading to the product.
fn old_address(redirect: Option<bool>) -> OldAddress {
    match redirect {
        Some(true) => OldAddress::Redirect,
        _ => OldAddress::Forget,
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Active,
    Archived,
    Draft,
    Unlisted,
}

#[derive(Deserialize, Clone, Default)]
pub(in crate::admin) struct SeoInput {
    #[serde(default)]
    title: Maybe<String>,
    #[serde(default)]
    description: Maybe<String>,
}

#[derive(Deserialize, Clone)]
pub(in crate::admin) struct MetafieldInput {
    namespace: Option<String>,
    key: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
}

/// A metafield whose metaobjects are an option's values.
#[derive(Deserialize, Clone)]
pub(super) struct LinkedFields {
    namespace: String,
    key: String,
    values: Option<Vec<String>>,
}

impl LinkedFields {
    fn input(&self) -> LinkedInput {
        LinkedInput {
            namespace: self.namespace.clone(),
            key: self.key.clone(),
            values: self.values.clone().unwrap_or_default(),
        }
    }
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptionFields {
    linked_metafield: Option<LinkedFields>,
    name: Option<String>,
    position: Option<i64>,
    values: Option<Vec<OptionValueFields>>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct OptionValueFields {
    linked_metafield_value: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct OptionSetFields {
    id: Option<ProductOptionId>,
    linked_metafield: Option<LinkedFields>,
    name: Option<String>,
    position: Option<i64>,
    values: Option<Vec<OptionValueSetFields>>,
}

#[derive(Deserialize, Clone)]
struct OptionValueSetFields {
    id: Option<ProductOptionValueId>,
    name: Option<String>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaFields {
    alt: Option<String>,
    media_content_type: ContentType,
    original_source: String,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileFields {
    id: Option<Gid>,
    alt: Option<String>,
    original_source: Option<String>,
    content_type: Option<FileType>,
}

/// `Some(None)` for an explicit null.
pub(super) fn maybe<T: Clone>(value: &Maybe<T>) -> Option<Option<T>> {
    match value {
        Maybe::Undefined => None,
        Maybe::Null => Some(None),
        Maybe::Value(value) => Some(Some(value.clone())),
    }
}

impl SeoInput {
    /// The title and the description, each with `Some(None)` for an explicit null.
    pub(in crate::admin) fn parts(&self) -> (Option<Option<String>>, Option<Option<String>>) {
        (maybe(&self.title), maybe(&self.description))
    }
}

impl MetafieldInput {
    /// The metafield to set.
    pub(in crate::admin) fn metafield(&self) -> NewMetafield {
        NewMetafield {
            namespace: self.namespace.clone(),
            key: self.key.clone().unwrap_or_default(),
            kind: self.kind.clone(),
            value: self.value.clone().unwrap_or_default(),
            compare_digest: None,
        }
    }
}

impl Status {
    /// The state that is meant.
    pub(super) const fn product(self) -> ProductStatus {
        match self {
            Self::Active => ProductStatus::Active,
            Self::Archived => ProductStatus::Archived,
            Self::Draft => ProductStatus::Draft,
            Self::Unlisted => ProductStatus::Unlisted,
        }
    }
}

impl OptionValueFields {
    /// The value to add.
    pub(super) fn input(&self) -> OptionValueInput {
        OptionValueInput {
            id: None,
            name: self.name.clone(),
            linked: self.linked_metafield_value.clone(),
        }
    }
}

impl OptionFields {
    /// The option to add.
    pub(super) fn input(&self) -> OptionInput {
        let values = self.values.iter().flatten();
        OptionInput {
            id: None,
            name: self.name.clone(),
            position: self.position,
            values: values.map(OptionValueFields::input).collect(),
            linked: self.linked_metafield.as_ref().map(LinkedFields::input),
        }
    }
}

impl OptionSetFields {
    fn input(&self) -> OptionInput {
        let value = |value: &OptionValueSetFields| OptionValueInput {
            id: value.id,
            name: value.name.clone(),
            linked: None,
        };
        OptionInput {
            id: self.id,
            name: self.name.clone(),
            position: self.position,
            values: self.values.iter().flatten().map(value).collect(),
            linked: self.linked_metafield.as_ref().map(LinkedFields::input),
        }
    }
}

impl MediaFields {
    /// The picture to add.
    pub(super) fn input(&self) -> MediaInput {
        MediaInput {
            url: Some(self.original_source.clone()),
            alt: self.alt.clone(),
            kind: Some(self.media_content_type.kind()),
            ..MediaInput::default()
        }
    }
}

impl FileFields {
    /// The picture that is meant.
    pub(super) fn input(&self) -> MediaInput {
        MediaInput {
            id: self.id.as_ref().map(|gid| MediaImageId(gid.number)),
            url: self.original_source.clone(),
            alt: self.alt.clone(),
            kind: self.content_type.map(|kind| kind.0),
            ..MediaInput::default()
        }
    }
}

impl ProductFields {
    /// What becomes of the address that the product has.
    pub(super) fn old_address(&self) -> OldAddress {
        old_address(self.redirect_new_handle)
    }

    /// What the catalogue is to do, with the pictures that stand beside the input.
    pub(super) fn input(
        &self,
        media: Option<&[MediaFields]>,
        now: Timestamp,
    ) -> catalog::ProductInput {
        let seo = self.seo.as_ref().map(SeoInput::parts).unwrap_or_default();
        let published_at = match (self.published, self.published_at) {
            (Some(false), _) => Some(None),
            (_, Some(at)) => Some(Some(at)),
            (Some(true), None) => Some(Some(now)),
            (None, None) => None,
        };
        catalog::ProductInput {
            title: self.title.clone(),
            handle: self.handle.clone(),
            description_html: self.description_html.clone(),
            vendor: self.vendor.clone(),
            product_type: self.product_type.clone(),
            category: maybe(&self.category).map(Option::unwrap_or_default),
            status: self.status.map(Status::product),
            tags: self.tags.clone(),
            template_suffix: maybe(&self.template_suffix),
            gift_card: self.gift_card,
            requires_selling_plan: self.requires_selling_plan,
            seo_title: seo.0,
            seo_description: seo.1,
            published_at,
            options: self
                .product_options
                .as_ref()
                .map(|all| all.iter().map(OptionFields::input).collect()),
            variants: None,
            media: media.map(|media| media.iter().map(MediaFields::input).collect()),
            metafields: metafields(self.metafields.as_deref()),
            only_metafields: false,
            combined: self.combined_listing_role == Some(CombinedRole::Parent),
            collections_to_join: self.collections_to_join.clone().unwrap_or_default(),
            collections_to_leave: self.collections_to_leave.clone().unwrap_or_default(),
            collections: None,
        }
    }
}

impl SetFields {
    /// What becomes of the address that the product has.
    pub(super) fn old_address(&self) -> OldAddress {
        old_address(self.redirect_new_handle)
    }

    /// What the catalogue is to do.
    pub(super) fn input(&self, currency: Currency) -> Result<catalog::ProductInput, Error> {
        let seo = self.seo.as_ref().map(SeoInput::parts).unwrap_or_default();
        let variants = self
            .variants
            .as_ref()
            .map(|all| all.iter().map(|one| one.input(currency)).collect())
            .transpose()?;
        Ok(catalog::ProductInput {
            title: self.title.clone(),
            handle: self.handle.clone(),
            description_html: self.description_html.clone(),
            vendor: self.vendor.clone(),
            product_type: self.product_type.clone(),
            category: maybe(&self.category).map(Option::unwrap_or_default),
            status: self.status.map(Status::product),
            tags: self.tags.clone(),
            template_suffix: maybe(&self.template_suffix),
            gift_card: self.gift_card,
            requires_selling_plan: self.requires_selling_plan,
            seo_title: seo.0,
            seo_description: seo.1,
            options: self
                .product_options
                .as_ref()
                .map(|all| all.iter().map(OptionSetFields::input).collect()),
            variants,
            media: self
                .files
                .as_ref()
                .map(|files| files.iter().map(FileFields::input).collect()),
            metafields: metafields(self.metafields.as_deref()),
            only_metafields: self.metafields.is_some(),
            combined: self.combined_listing_role == Some(CombinedRole::Parent),
            collections: self.collections.clone(),
            ..catalog::ProductInput::default()
        })
    }
}

pub(super) fn metafields(given: Option<&[MetafieldInput]>) -> Vec<NewMetafield> {
    given
        .unwrap_or_default()
        .iter()
        .map(MetafieldInput::metafield)
        .collect()
}
