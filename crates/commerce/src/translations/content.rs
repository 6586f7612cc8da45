//! What can be translated: the texts of each kind of resource.

use std::collections::BTreeMap;

use store::{StoreError, Tx, text_enum};
use units::Gid;

use crate::secret;

text_enum! {
    /// A kind of resource whose texts can be translated.
    pub enum Resource {
        /// An article.
        Article = "ARTICLE",
        /// The picture of an article.
        ArticleImage = "ARTICLE_IMAGE",
        /// A blog.
        Blog = "BLOG",
        /// A collection.
        Collection = "COLLECTION",
        /// The picture of a collection.
        CollectionImage = "COLLECTION_IMAGE",
        /// An entry of a menu.
        Link = "LINK",
        /// A picture.
        MediaImage = "MEDIA_IMAGE",
        /// A menu.
        Menu = "MENU",
        /// A metafield.
        Metafield = "METAFIELD",
        /// A metaobject.
        Metaobject = "METAOBJECT",
        /// A page.
        Page = "PAGE",
        /// A product.
        Product = "PRODUCT",
        /// An option of a product.
        ProductOption = "PRODUCT_OPTION",
        /// A value of an option.
        ProductOptionValue = "PRODUCT_OPTION_VALUE",
        /// A selling plan.
        SellingPlan = "SELLING_PLAN",
        /// A group of selling plans.
        SellingPlanGroup = "SELLING_PLAN_GROUP",
        /// The shop.
        Shop = "SHOP",
        /// One of the shop's terms.
        ShopPolicy = "SHOP_POLICY",
    }
}

text_enum! {
    /// What kind of text something is.
    pub enum ContentType {
        /// HTML.
        Html = "HTML",
        /// JSON.
        Json = "JSON",
        /// Lines of text.
        ListSingleLine = "LIST_SINGLE_LINE_TEXT_FIELD",
        /// Text of several lines.
        MultiLine = "MULTI_LINE_TEXT_FIELD",
        /// Formatted text, in JSON.
        RichText = "RICH_TEXT_FIELD",
        /// A line of text.
        SingleLine = "SINGLE_LINE_TEXT_FIELD",
        /// A short text.
        Plain = "STRING",
        /// Part of an address.
        Uri = "URI",
    }
}

/// A text that can be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Which of the resource's.
    pub key: String,
    /// The text, in the shop's own language.
    pub value: String,
    /// What kind of text it is.
    pub kind: ContentType,
}

impl Content {
    /// What tells this text from what it was before: SHA-256, hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(&self.value)
    }
}

/// What tells a text from another: SHA-256, hexadecimal.
#[must_use]
pub fn digest(value: &str) -> String {
    secret::hash(value)
}

/// A text of a kind of resource: its key, the column that has it, and what kind of text it is.
type Column = (&'static str, &'static str, ContentType);

const TITLE: Column = ("title", "x.title", ContentType::Plain);
const HANDLE: Column = ("handle", "x.handle", ContentType::Uri);
const NAME: Column = ("name", "x.name", ContentType::Plain);
const DESCRIPTION: Column = ("body_html", "x.description_html", ContentType::Html);
const BODY: Column = ("body_html", "x.body_html", ContentType::Html);
const META_TITLE: Column = (
    "meta_title",
    "COALESCE(x.seo_title, '')",
    ContentType::Plain,
);
const META_DESCRIPTION: Column = (
    "meta_description",
    "COALESCE(x.seo_description, '')",
    ContentType::Plain,
);

impl Resource {
    /// The noun in its global id.
    #[must_use]
    pub const fn gid_kind(self) -> &'static str {
        match self {
            Self::Article => "Article",
            Self::ArticleImage => "ArticleImage",
            Self::Blog => "Blog",
            Self::Collection => "Collection",
            Self::CollectionImage => "CollectionImage",
            Self::Link => "Link",
            Self::MediaImage => "MediaImage",
            Self::Menu => "Menu",
            Self::Metafield => "Metafield",
            Self::Metaobject => "Metaobject",
            Self::Page => "Page",
            Self::Product => "Product",
            Self::ProductOption => "ProductOption",
            Self::ProductOptionValue => "ProductOptionValue",
            Self::SellingPlan => "SellingPlan",
            Self::SellingPlanGroup => "SellingPlanGroup",
            Self::Shop => "Shop",
            Self::ShopPolicy => "ShopPolicy",
        }
    }

    /// The resource that a global id names, if its texts can be translated.
    #[must_use]
    pub fn of_gid(gid: &Gid) -> Option<(Self, i64)> {
        let kind = match gid.kind.as_str() {
            "MenuItem" => "Link",
            kind => kind,
        };
        let found = Self::ALL.iter().find(|own| own.gid_kind() == kind)?;
        Some((*found, gid.number))
    }

    /// Where its rows are.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Article | Self::ArticleImage => "articles",
            Self::Blog => "blogs",
            Self::Collection | Self::CollectionImage => "collections",
            Self::Link => "menu_items",
            Self::MediaImage => "files",
            Self::Menu => "menus",
            Self::Metafield => "metafields",
            Self::Metaobject => "metaobjects",
            Self::Page => "pages",
            Self::Product => "products",
            Self::ProductOption => "product_options",
            Self::ProductOptionValue => "product_option_values",
            Self::SellingPlan => "selling_plans",
            Self::SellingPlanGroup => "selling_plan_groups",
            Self::Shop => "shops",
            Self::ShopPolicy => "shop_policies",
        }
    }

    /// Which of the rows (`x`) of its table are meant.
    pub(super) const fn condition(self) -> &'static str {
        match self {
            Self::ArticleImage | Self::CollectionImage => "x.image_url IS NOT NULL",
            Self::MediaImage => "x.kind = 'IMAGE'",
            Self::Metafield => IS_TEXT,
            Self::ShopPolicy => "x.body <> ''",
            Self::Shop => "x.id = $shop",
            _ => "x.shop_id = $shop",
        }
    }

    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Article => &[
                TITLE,
                BODY,
                ("summary_html", "x.summary_html", ContentType::Html),
                HANDLE,
            ],
            Self::Blog => &[TITLE, HANDLE],
            Self::Page => &[TITLE, BODY, HANDLE],
            Self::Collection => &[TITLE, DESCRIPTION, HANDLE, META_TITLE, META_DESCRIPTION],
            Self::Product => &[
                TITLE,
                DESCRIPTION,
                HANDLE,
                ("product_type", "x.product_type", ContentType::Plain),
                META_TITLE,
                META_DESCRIPTION,
            ],
            Self::Link | Self::Menu => &[TITLE],
            Self::ProductOption | Self::ProductOptionValue => &[NAME],
            Self::ArticleImage | Self::CollectionImage => {
                &[("alt", "x.image_alt", ContentType::Plain)]
            }
            Self::MediaImage => &[("alt", "x.alt", ContentType::Plain)],
            Self::SellingPlan | Self::SellingPlanGroup => &[
                NAME,
                (
                    "description",
                    "COALESCE(x.description, '')",
                    ContentType::Plain,
                ),
            ],
            Self::Shop => &[("meta_description", "x.description", ContentType::Plain)],
            Self::ShopPolicy => &[("body", "x.body", ContentType::Html)],
            Self::Metafield | Self::Metaobject => &[],
        }
    }
}

/// The condition on metafields (`x`) whose values are texts.
pub(super) const IS_TEXT: &str = "x.type IN ('single_line_text_field', 'multi_line_text_field', \
    'rich_text_field', 'list.single_line_text_field', 'json') AND x.owner_kind IN ('ARTICLE', 'BLOG', \
    'COLLECTION', 'MEDIA_IMAGE', 'PAGE', 'PRODUCT', 'PRODUCTVARIANT', 'SELLING_PLAN', 'SHOP')";

fn type_of(kind: &str) -> Option<ContentType> {
    Some(match kind {
        "single_line_text_field" => ContentType::SingleLine,
        "multi_line_text_field" => ContentType::MultiLine,
        "rich_text_field" => ContentType::RichText,
        "list.single_line_text_field" => ContentType::ListSingleLine,
        "json" => ContentType::Json,
        _ => return None,
    })
}

/// The texts of resources of one kind, one place for each: `None` where there is no such resource.
/// Texts without a word are left out.
///
/// # Errors
/// `Store` faults only.
pub fn contents(
    tx: &mut Tx,
    kind: Resource,
    ids: &[i64],
) -> Result<Vec<Option<Vec<Content>>>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<i64, Vec<Content>> = match kind {
        Resource::Metafield => metafields(tx, ids)?,
        Resource::Metaobject => metaobjects(tx, ids)?,
        _ => rows(tx, kind, ids)?,
    };
    Ok(ids.iter().map(|id| found.remove(id)).collect())
}

fn rows(
    tx: &mut Tx,
    kind: Resource,
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<Content>>, StoreError> {
    let shop = match kind {
        Resource::Shop => "x.id = $shop",
        _ => "x.shop_id = $shop",
    };
    let one = |(place, (_, column, _)): (usize, &Column)| {
        format!(
            "SELECT x.id, CAST({place} AS BIGINT) AS place, {column} AS value FROM {} x
              WHERE {shop} AND x.id = ANY($1) AND {}",
            kind.table(),
            kind.condition()
        )
    };
    let columns = kind.columns();
    let parts: Vec<String> = columns.iter().enumerate().map(one).collect();
    let text = format!("{} ORDER BY 1, 2", parts.join(" UNION ALL "));
    let rows: Vec<(i64, i64, String)> = tx.all(&text, (ids,))?;
    let mut found: BTreeMap<i64, Vec<Content>> = BTreeMap::new();
    for (id, place, value) in rows {
        let own = found.entry(id).or_default();
        let Some((key, _, kind)) = usize::try_from(place).ok().and_then(|at| columns.get(at))
        else {
            continue;
        };
        if !value.is_empty() {
            own.push(Content {
                key: (*key).to_owned(),
                value,
                kind: *kind,
            });
        }
    }
    Ok(found)
}

fn metafields(tx: &mut Tx, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Content>>, StoreError> {
    let text = format!(
        "SELECT x.id, x.type, x.value FROM metafields x
          WHERE x.shop_id = $shop AND x.id = ANY($1) AND {IS_TEXT}"
    );
    let rows: Vec<(i64, String, String)> = tx.all(&text, (ids,))?;
    let content = |(id, kind, value): (i64, String, String)| {
        let content = Content {
            key: "value".to_owned(),
            value,
            kind: type_of(&kind)?,
        };
        Some((id, vec![content]))
    };
    Ok(rows.into_iter().filter_map(content).collect())
}

fn metaobjects(tx: &mut Tx, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Content>>, StoreError> {
    use crate::metaobjects as entries;
    let ids: Vec<units::MetaobjectId> = ids.iter().copied().map(units::MetaobjectId).collect();
    let found = entries::load(tx, &ids)?;
    let values = entries::values(tx, &ids)?;
    let mut kinds: Vec<_> = found.iter().map(|own| own.definition_id).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let definitions = entries::definitions(tx, &kinds)?;
    let mut all = BTreeMap::new();
    for (id, values) in ids.iter().zip(values) {
        let Some(own) = found.iter().find(|own| own.id == *id) else {
            continue;
        };
        let mut known = definitions.iter();
        let Some(definition) = known.find(|known| known.id == own.definition_id) else {
            continue;
        };
        let text = |(key, value): (String, String)| {
            let kind = type_of(&definition.fields.get(&key)?.kind)?;
            Some(Content { key, value, kind })
        };
        all.insert(id.get(), values.into_iter().filter_map(text).collect());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_s_entry_goes_by_two_names() {
        for text in ["gid://shopify/Link/7", "gid://shopify/MenuItem/7"] {
            let gid = Gid::parse(text).unwrap();
            assert_eq!(Resource::of_gid(&gid), Some((Resource::Link, 7)));
        }
        let order = Gid::parse("gid://shopify/Order/7").unwrap();
        assert_eq!(Resource::of_gid(&order), None);
    }

    #[test]
    fn the_keys_of_a_kind_differ() {
        for kind in Resource::ALL {
            let mut keys: Vec<_> = kind.columns().iter().map(|column| column.0).collect();
            let all = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), all, "{kind:?}");
        }
    }
}
