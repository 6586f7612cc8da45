//! Lists of pages, blogs and articles: searched, sorted, in windows.

use store::page::{Filter, Listing, PageError, Sort, SortKind, Window};
use store::search::{Builder, Comparison, FieldKind, Table, Wanted, field};
use store::{Param, Record, StoreError, Tx};
use units::{BlogId, Timestamp};

use super::articles::Article;
use super::blogs::Blog;
use super::pages::Page;

/// What pages are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By when they are shown; those that never are come first.
    PublishedAt,
    /// By title.
    Title,
    /// By when they last changed.
    UpdatedAt,
}

/// What blogs are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BlogSort {
    /// By handle.
    Handle,
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By title.
    Title,
}

/// What articles are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ArticleSort {
    /// By who wrote them.
    Author,
    /// By the title of their blog.
    BlogTitle,
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By when they are shown; those that never are come first.
    PublishedAt,
    /// By title.
    Title,
    /// By when they last changed.
    UpdatedAt,
}

const INT: SortKind = SortKind::Int;
const TEXT: SortKind = SortKind::Text;

impl PageSort {
    const fn columns(self) -> &'static Sort {
        const ID: Sort = by(&[("p.id", INT)]);
        const PUBLISHED: Sort = by(&[("COALESCE(p.published_at, 0)", INT), ("p.id", INT)]);
        const TITLE: Sort = by(&[("p.title_key", TEXT), ("p.id", INT)]);
        const UPDATED: Sort = by(&[("p.updated_at", INT), ("p.id", INT)]);
        match self {
            Self::Id => &ID,
            Self::PublishedAt => &PUBLISHED,
            Self::Title => &TITLE,
            Self::UpdatedAt => &UPDATED,
        }
    }
}

impl BlogSort {
    const fn columns(self) -> &'static Sort {
        const HANDLE: Sort = by(&[("b.handle", TEXT), ("b.id", INT)]);
        const ID: Sort = by(&[("b.id", INT)]);
        const TITLE: Sort = by(&[("b.title_key", TEXT), ("b.id", INT)]);
        match self {
            Self::Handle => &HANDLE,
            Self::Id => &ID,
            Self::Title => &TITLE,
        }
    }
}

impl ArticleSort {
    const fn columns(self) -> &'static Sort {
        const AUTHOR: Sort = by(&[("a.author_key", TEXT), ("a.id", INT)]);
        const BLOG: Sort = by(&[
            (
                "(SELECT b.title_key FROM blogs b WHERE b.shop_id = $shop AND b.id = a.blog_id)",
                TEXT,
            ),
            ("a.id", INT),
        ]);
        const ID: Sort = by(&[("a.id", INT)]);
        const PUBLISHED: Sort = by(&[("COALESCE(a.published_at, 0)", INT), ("a.id", INT)]);
        const TITLE: Sort = by(&[("a.title_key", TEXT), ("a.id", INT)]);
        const UPDATED: Sort = by(&[("a.updated_at", INT), ("a.id", INT)]);
        match self {
            Self::Author => &AUTHOR,
            Self::BlogTitle => &BLOG,
            Self::Id => &ID,
            Self::PublishedAt => &PUBLISHED,
            Self::Title => &TITLE,
            Self::UpdatedAt => &UPDATED,
        }
    }
}

const fn by(columns: &'static [(&'static str, SortKind)]) -> Sort {
    Sort { columns }
}

/// What pages can be searched by.
pub const PAGES: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("p.created_at")),
        field("handle", FieldKind::Exact("p.handle")),
        field("id", FieldKind::Id("p.id")),
        field("published_at", FieldKind::Time("p.published_at")),
        field("published_status", FieldKind::Custom(page_status)),
        field("title", FieldKind::Words("p.title_key")),
        field("updated_at", FieldKind::Time("p.updated_at")),
    ],
    default: &[FieldKind::Words("p.title_key")],
};

/// What blogs can be searched by.
pub const BLOGS: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("b.created_at")),
        field("handle", FieldKind::Exact("b.handle")),
        field("id", FieldKind::Id("b.id")),
        field("title", FieldKind::Words("b.title_key")),
        field("updated_at", FieldKind::Time("b.updated_at")),
    ],
    default: &[FieldKind::Words("b.title_key")],
};

const TAGGED: &str = "SELECT 1 FROM tags t WHERE t.shop_id = $shop \
                      AND t.owner_kind = 'Article' AND t.owner_id = a.id";
const IN_BLOG: &str = "SELECT 1 FROM blogs b WHERE b.shop_id = $shop AND b.id = a.blog_id";

/// What articles can be searched by.
pub const ARTICLES: Table = Table {
    fields: &[
        field("author", FieldKind::Words("a.author_key")),
        field("blog_id", FieldKind::Id("a.blog_id")),
        field(
            "blog_title",
            FieldKind::Exists(IN_BLOG, &FieldKind::Words("b.title_key")),
        ),
        field("created_at", FieldKind::Time("a.created_at")),
        field("handle", FieldKind::Exact("a.handle")),
        field("id", FieldKind::Id("a.id")),
        field("published_at", FieldKind::Time("a.published_at")),
        field("published_status", FieldKind::Custom(article_status)),
        field(
            "tag",
            FieldKind::Exists(TAGGED, &FieldKind::Text("t.tag_key")),
        ),
        field("title", FieldKind::Words("a.title_key")),
        field("updated_at", FieldKind::Time("a.updated_at")),
    ],
    default: &[
        FieldKind::Words("a.title_key"),
        FieldKind::Words("a.author_key"),
    ],
};

fn page_status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    status("p.published_at", wanted)
}

fn article_status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    status("a.published_at", wanted)
}

fn status(column: &str, wanted: &Wanted) -> Option<String> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "published" | "visible" => Some(format!("{column} IS NOT NULL")),
        "unpublished" | "hidden" => Some(format!("{column} IS NULL")),
        "any" => Some("1 = 1".to_owned()),
        _ => None,
    }
}

/// Only the pages that are shown at a moment.
#[must_use]
pub fn listed_pages(now: Timestamp) -> Filter {
    Filter::of("p.published_at <= $1", vec![Param::Int(now.micros())])
}

/// Only the articles that are shown at a moment.
#[must_use]
pub fn listed_articles(now: Timestamp) -> Filter {
    Filter::of("a.published_at <= $1", vec![Param::Int(now.micros())])
}

/// One article of each author: the first that they wrote.
#[must_use]
pub fn first_of_each_author() -> Filter {
    let first = "a.id = (SELECT MIN(o.id) FROM articles o \
                 WHERE o.shop_id = $shop AND o.author_key = a.author_key)";
    Filter::of(first, Vec::new())
}

/// A window of the pages that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn pages_page(
    tx: &mut Tx,
    filter: Filter,
    sort: PageSort,
    window: &Window<'_>,
) -> Result<store::Page<Page>, PageError> {
    let select = columns::<Page>("pages", "p", "");
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    store::page::page(tx, &listing, window)
}

/// How many pages there are, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn pages_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = columns::<Page>("pages", "p", "");
    let listing = Listing {
        select: &select,
        filter,
        sort: PageSort::Id.columns(),
    };
    store::page::count(tx, &listing, limit)
}

/// A window of the blogs that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn blogs_page(
    tx: &mut Tx,
    filter: Filter,
    sort: BlogSort,
    window: &Window<'_>,
) -> Result<store::Page<Blog>, PageError> {
    let select = columns::<Blog>("blogs", "b", "");
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    store::page::page(tx, &listing, window)
}

/// How many blogs a filter finds, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn blogs_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = columns::<Blog>("blogs", "b", "");
    let listing = Listing {
        select: &select,
        filter,
        sort: BlogSort::Id.columns(),
    };
    store::page::count(tx, &listing, limit)
}

/// A window of the articles that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn articles_page(
    tx: &mut Tx,
    filter: Filter,
    sort: ArticleSort,
    window: &Window<'_>,
) -> Result<store::Page<Article>, PageError> {
    let select = columns::<Article>("articles", "a", "");
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    store::page::page(tx, &listing, window)
}

/// How many articles a filter finds, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn articles_found(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = columns::<Article>("articles", "a", "");
    let listing = Listing {
        select: &select,
        filter,
        sort: ArticleSort::Id.columns(),
    };
    store::page::count(tx, &listing, limit)
}

/// A window of each blog's articles that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn articles_of(
    tx: &mut Tx,
    blogs: &[BlogId],
    filter: Filter,
    sort: ArticleSort,
    window: &Window<'_>,
) -> Result<Vec<store::Page<Article>>, PageError> {
    let select = columns::<Article>("articles", "a", " AND a.blog_id = $1");
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    store::page::page_each(tx, blogs, &listing, window)
}

fn columns<T: Record>(table: &str, alias: &str, more: &str) -> String {
    let names: Vec<String> = T::COLUMNS
        .split(", ")
        .map(|name| format!("{alias}.{name}"))
        .collect();
    let names = names.join(", ");
    format!("SELECT {names} FROM {table} {alias} WHERE {alias}.shop_id = $shop{more}")
}
