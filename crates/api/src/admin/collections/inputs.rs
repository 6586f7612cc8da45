//! The inputs for collections, older and newer.

use commerce::catalog::{CollectionInput, CollectionSort};
use graphql::Maybe;
use serde::Deserialize;
use units::{CollectionId, ProductId};

use super::rules::RuleSetInput;
use crate::admin::products::{MetafieldInput, SeoInput};

/// A collection, or what is to change of one, as any of the inputs for it says.
#[derive(Default)]
pub(super) struct CollectionFields {
    pub(super) id: Option<CollectionId>,
    title: Option<String>,
    handle: Option<String>,
    description_html: Option<String>,
    sort_order: Option<SortOrder>,
    template_suffix: Maybe<String>,
    image: Maybe<ImageFields>,
    seo: Option<SeoInput>,
    metafields: Option<Vec<MetafieldInput>>,
    products: Option<Vec<ProductId>>,
    rule_set: Option<RuleSetInput>,
    redirect_new_handle: Option<bool>,
}

/// Declares an input for collections: what all of them have, and what is its own.
macro_rules! collection_input {
    ($(#[$doc:meta])* $name:ident: $title:ty; $($own:ident: $kind:ty),*) => {
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
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
    CollectionUpdateInput: Option<String>; id: CollectionId, redirect_new_handle: bool
}

collection_input! {
    /// Either, as older clients say it.
    OldCollectionInput: Option<String>;
    id: CollectionId, products: Vec<ProductId>, rule_set: RuleSetInput, redirect_new_handle: bool
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
    /// What the domain makes of it.
    pub(super) fn input(&self) -> CollectionInput {
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
                Maybe::Value(image) => Some(Some((image.src.clone(), image.alt_text.clone()))),
            },
            seo_title: seo.0,
            seo_description: seo.1,
            products: self.products.clone().unwrap_or_default(),
            rules: self.rule_set.as_ref().map(RuleSetInput::rules),
            // What is made here is published by itself.
            published_at: None,
            metafields: metafields.iter().map(MetafieldInput::metafield).collect(),
        }
    }
}

impl CollectionFields {
    /// Whether the address that it had leads to the one that it has now.
    pub(super) fn redirects(&self) -> bool {
        self.redirect_new_handle.unwrap_or(false)
    }
}
