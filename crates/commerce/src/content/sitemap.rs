//! What a shop shows to search engines, page by page.

use store::{StoreError, Tx, record};
use units::Timestamp;

/// Entries on one page of a map.
pub const SITEMAP_PAGE: usize = 250;

/// A kind of thing that stands on a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappedKind {
    /// Articles.
    Article,
    /// Blogs.
    Blog,
    /// Collections.
    Collection,
    /// Metaobjects that the online store shows on pages of their own.
    Metaobject,
    /// Pages.
    Page,
    /// Products.
    Product,
}

record! {
    /// An entry of a map.
    #[derive(Clone)]
    pub struct Mapped {
        /// Its part of the address; an article's has its blog's before it.
        pub handle: String,
        /// What it is called.
        pub title: String,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Its picture's address.
        pub image_url: Option<String>,
        /// What the picture shows.
        pub image_alt: Option<String>,
        /// Its type, when it is a metaobject.
        pub metaobject_type: Option<String>,
        /// The part of a metaobject's address that stands for its type.
        pub url_handle: Option<String>,
    }
}

/// How many things of a kind are shown, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn mapped_count(
    tx: &mut Tx,
    kind: MappedKind,
    now: Timestamp,
    limit: i64,
) -> Result<i64, StoreError> {
    let text = format!(
        "SELECT CAST(COUNT(*) AS BIGINT)
           FROM (SELECT t.id {} LIMIT $2) AS shown",
        source(kind)
    );
    tx.one(&text, (now, limit))
}

/// A page of the things of a kind, counted from 1, and whether there is another.
///
/// # Errors
/// `Store` faults only.
pub fn mapped(
    tx: &mut Tx,
    kind: MappedKind,
    now: Timestamp,
    page: usize,
) -> Result<(Vec<Mapped>, bool), StoreError> {
    let fields = match kind {
        MappedKind::Article => {
            "(SELECT b.handle FROM blogs b WHERE b.shop_id = t.shop_id AND b.id = t.blog_id)
                 || '/' || t.handle, t.title, t.updated_at, t.image_url, t.image_alt, NULL, NULL"
        }
        MappedKind::Blog | MappedKind::Page => {
            "t.handle, t.title, t.updated_at, NULL, NULL, NULL, NULL"
        }
        MappedKind::Collection => {
            "t.handle, t.title, t.updated_at, t.image_url, t.image_alt, NULL, NULL"
        }
        MappedKind::Metaobject => {
            "t.handle, t.display_name, t.updated_at, NULL, NULL, t.type,
             (SELECT d.url_handle FROM metaobject_definitions d
               WHERE d.shop_id = t.shop_id AND d.id = t.definition_id)"
        }
        MappedKind::Product => {
            "t.handle, t.title, t.updated_at,
             (SELECT m.url FROM media m WHERE m.shop_id = t.shop_id AND m.product_id = t.id
                 AND m.content_type = 'IMAGE' AND m.url <> ''
               ORDER BY m.position, m.id LIMIT 1),
             (SELECT m.alt FROM media m WHERE m.shop_id = t.shop_id AND m.product_id = t.id
                 AND m.content_type = 'IMAGE' AND m.url <> ''
               ORDER BY m.position, m.id LIMIT 1), NULL, NULL"
        }
    };
    // The pages of a map are numbered, and read by search engines alone: the ids before a page
    // are skipped in the index, and rows are read for the page's own.
    let text = format!(
        "SELECT {fields} FROM {} t
          WHERE t.shop_id = $shop
            AND t.id IN (SELECT t.id {} ORDER BY t.id LIMIT $2 OFFSET $3)
          ORDER BY t.id",
        table(kind),
        source(kind)
    );
    let size = i64::try_from(SITEMAP_PAGE).unwrap_or(i64::MAX);
    let before = i64::try_from(page.saturating_sub(1))
        .unwrap_or(i64::MAX)
        .saturating_mul(size);
    let mut found: Vec<Mapped> = tx.all(&text, (now, size + 1, before))?;
    let more = found.len() > SITEMAP_PAGE;
    found.truncate(SITEMAP_PAGE);
    Ok((found, more))
}

const fn table(kind: MappedKind) -> &'static str {
    match kind {
        MappedKind::Article => "articles",
        MappedKind::Blog => "blogs",
        MappedKind::Collection => "collections",
        MappedKind::Metaobject => "metaobjects",
        MappedKind::Page => "pages",
        MappedKind::Product => "products",
    }
}

/// The things of a kind that are shown at `$1`.
const fn source(kind: MappedKind) -> &'static str {
    match kind {
        MappedKind::Article => "FROM articles t WHERE t.shop_id = $shop AND t.published_at <= $1",
        MappedKind::Blog => "FROM blogs t WHERE t.shop_id = $shop AND t.created_at <= $1",
        MappedKind::Collection => {
            "FROM collections t WHERE t.shop_id = $shop AND t.published_at <= $1"
        }
        MappedKind::Metaobject => {
            "FROM metaobjects t
              WHERE t.shop_id = $shop AND t.created_at <= $1 AND t.status = 'ACTIVE'
                AND t.definition_id IN (SELECT d.id FROM metaobject_definitions d
                                         WHERE d.shop_id = $shop AND d.online_store = 1)"
        }
        MappedKind::Page => "FROM pages t WHERE t.shop_id = $shop AND t.published_at <= $1",
        MappedKind::Product => {
            "FROM products t
              WHERE t.shop_id = $shop AND t.published_at <= $1 AND t.status = 'ACTIVE'"
        }
    }
}
