//! Menus: lists of links, up to three levels deep. A link to something of the shop holds its id,
//! so that it follows the handle wherever that goes.

mod save;
mod sql;

pub use save::{create_menu, delete_menu, open, update_menu};

use std::collections::BTreeMap;

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{FieldKind, Table, field};
use store::{Record, StoreError, Tx, record, text_enum};
use units::{MenuId, MenuItemId, Timestamp};

text_enum! {
    /// What an entry leads to.
    pub enum ItemKind {
        /// An article.
        Article = "ARTICLE",
        /// A blog.
        Blog = "BLOG",
        /// All products.
        Catalog = "CATALOG",
        /// A collection.
        Collection = "COLLECTION",
        /// All collections.
        Collections = "COLLECTIONS",
        /// The front page.
        Frontpage = "FRONTPAGE",
        /// Any address.
        Http = "HTTP",
        /// A metaobject that has a page.
        Metaobject = "METAOBJECT",
        /// A page.
        Page = "PAGE",
        /// A product.
        Product = "PRODUCT",
        /// The search.
        Search = "SEARCH",
        /// One of the shop's terms.
        ShopPolicy = "SHOP_POLICY",
    }
}

record! {
    /// A menu.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Menu {
        /// Id.
        pub id: MenuId,
        /// What themes and storefronts know it by.
        pub handle: String,
        /// What it is called.
        pub title: String,
        /// Whether it came with the shop, and stays.
        pub is_default: bool,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it or its entries last changed.
        pub updated_at: Timestamp,
    }
}

/// An entry of a menu, with what is below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id.
    pub id: MenuItemId,
    /// What it says.
    pub title: String,
    /// What it leads to.
    pub kind: ItemKind,
    /// The number of what it leads to, where that is something of the shop.
    pub resource_id: Option<i64>,
    /// Where it leads: a path in the shop or a whole address; none when that is gone.
    pub path: Option<String>,
    /// Tags that a collection's products are narrowed by.
    pub tags: Vec<String>,
    /// What is below it.
    pub items: Vec<Item>,
}

/// An entry to be.
#[derive(Debug, Clone)]
pub struct ItemInput {
    /// Its id, when the menu has it already.
    pub id: Option<MenuItemId>,
    /// What it says.
    pub title: String,
    /// What it leads to.
    pub kind: ItemKind,
    /// The kind and number of what it leads to, as a global id says it.
    pub resource: Option<(String, i64)>,
    /// The address, for `Http`.
    pub url: Option<String>,
    /// Tags that a collection's products are narrowed by.
    pub tags: Vec<String>,
    /// What is below it.
    pub items: Vec<ItemInput>,
}

/// Why a menu is refused.
#[derive(Debug, thiserror::Error)]
pub enum MenuError {
    /// No such menu.
    #[error("Menu does not exist.")]
    NotFound,
    /// It came with the shop.
    #[error("Default menu cannot be deleted.")]
    Default,
    /// Themes know it by its handle.
    #[error("Default menu's handle cannot be changed.")]
    DefaultHandle,
    /// A title is needed.
    #[error("Title can't be blank")]
    TitleBlank,
    /// A title is too long.
    #[error("Title is too long (maximum is 255 characters)")]
    TitleTooLong,
    /// A handle is needed, with a letter or digit.
    #[error("Handle can't be blank")]
    HandleBlank,
    /// The handle is another menu's.
    #[error("Handle has already been taken")]
    HandleTaken,
    /// More entries than a menu may have.
    #[error("A menu has at most 500 items.")]
    TooManyItems,
    /// More levels than a menu may have.
    #[error("Menu items can be nested up to 3 levels deep.")]
    TooDeep(Place),
    /// The entry is not of this menu.
    #[error("Menu item does not exist.")]
    ItemMissing(Place),
    /// An entry says nothing.
    #[error("Title can't be blank")]
    ItemTitleBlank(Place),
    /// What an entry leads to is not there, or is of another kind.
    #[error("Resource does not exist.")]
    ResourceMissing(Place),
    /// What an entry leads to is not said.
    #[error("A menu item of this type needs a resource ID.")]
    ResourceNeeded(Place),
    /// An address is needed, or cannot be used.
    #[error("URL is invalid")]
    UrlInvalid(Place),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where an entry stands: its place on each level, from 0.
pub type Place = Vec<usize>;

impl ItemKind {
    /// The noun in the global id of what it leads to; none where it leads to no row.
    #[must_use]
    pub const fn resource_kind(self) -> Option<&'static str> {
        Some(match self {
            Self::Article => "Article",
            Self::Blog => "Blog",
            Self::Collection => "Collection",
            Self::Metaobject => "Metaobject",
            Self::Page => "Page",
            Self::Product => "Product",
            Self::ShopPolicy => "ShopPolicy",
            Self::Catalog | Self::Collections | Self::Frontpage | Self::Http | Self::Search => {
                return None;
            }
        })
    }

    /// The path of a resource of this kind, or of a place that every shop has.
    fn path(self, handle: Option<&str>) -> Option<String> {
        Some(match self {
            Self::Article | Self::Blog => format!("/blogs/{}", handle?),
            Self::Collection => format!("/collections/{}", handle?),
            Self::Metaobject | Self::Page => format!("/pages/{}", handle?),
            Self::ShopPolicy => format!("/policies/{}", handle?),
            Self::Product => format!("/products/{}", handle?),
            Self::Catalog => "/collections/all".to_owned(),
            Self::Collections => "/collections".to_owned(),
            Self::Frontpage => "/".to_owned(),
            Self::Search => "/search".to_owned(),
            Self::Http => return None,
        })
    }
}

impl Item {
    /// The global id of what it leads to.
    #[must_use]
    pub fn resource_gid(&self) -> Option<String> {
        let (kind, number) = (self.kind.resource_kind()?, self.resource_id?);
        Some(format!("gid://shopify/{kind}/{number}"))
    }

    /// How many entries there are from here down.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.items.iter().map(Self::count).sum::<usize>()
    }
}

/// What menus are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MenuSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By title.
    Title,
    /// By when they last changed.
    UpdatedAt,
}

const ID: (&str, SortKind) = ("m.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_TITLE: Sort = Sort {
    columns: &[("m.title_key", SortKind::Text), ID],
};
const BY_UPDATED_AT: Sort = Sort {
    columns: &[("m.updated_at", SortKind::Int), ID],
};

/// What menus can be searched by.
pub const MENUS: Table = Table {
    fields: &[
        field("id", FieldKind::Id("m.id")),
        field("title", FieldKind::Words("m.title_key")),
    ],
    default: &[FieldKind::Words("m.title_key")],
};

/// The menus with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn menus(tx: &mut Tx, ids: &[MenuId]) -> Result<Vec<Option<Menu>>, StoreError> {
    let found = sql::load(tx, ids)?;
    let one = |id: &MenuId| found.iter().find(|menu| menu.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// The menu with a handle.
///
/// # Errors
/// `Store` faults only.
pub fn menu_by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Menu>, StoreError> {
    sql::by_handle(tx, handle)
}

/// A window of the menus that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn menus_page(
    tx: &mut Tx,
    filter: Filter,
    sort: MenuSort,
    window: &Window<'_>,
) -> Result<Page<Menu>, PageError> {
    let select = format!(
        "SELECT {} FROM menus m WHERE m.shop_id = $shop",
        Menu::COLUMNS
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: match sort {
            MenuSort::Id => &BY_ID,
            MenuSort::Title => &BY_TITLE,
            MenuSort::UpdatedAt => &BY_UPDATED_AT,
        },
    };
    store::page::page(tx, &listing, window)
}

/// The entries of each menu, in their order and levels.
///
/// # Errors
/// `Store` faults only.
pub fn items(tx: &mut Tx, menus: &[MenuId]) -> Result<Vec<Vec<Item>>, StoreError> {
    let stored = sql::items(tx, menus)?;
    let mut wanted: BTreeMap<ItemKind, Vec<i64>> = BTreeMap::new();
    for item in stored.iter().flatten() {
        if let Some(id) = item.resource_id {
            wanted.entry(item.kind).or_default().push(id);
        }
    }
    let mut handles = BTreeMap::new();
    for (kind, ids) in wanted {
        for (id, handle) in sql::handles(tx, kind, &ids)? {
            handles.insert((kind, id), handle);
        }
    }
    Ok(stored
        .iter()
        .map(|rows| level(rows, None, &handles))
        .collect())
}

/// The entries below one, each with its own below it.
fn level(
    rows: &[sql::StoredItem],
    parent: Option<MenuItemId>,
    handles: &BTreeMap<(ItemKind, i64), String>,
) -> Vec<Item> {
    rows.iter()
        .filter(|row| row.parent_id == parent)
        .map(|row| {
            let handle = row.resource_id.and_then(|id| handles.get(&(row.kind, id)));
            let path = match row.kind {
                ItemKind::Http => row.url.clone(),
                kind => kind.path(handle.map(String::as_str)),
            };
            Item {
                id: row.id,
                title: row.title.clone(),
                kind: row.kind,
                resource_id: row.resource_id,
                path,
                tags: serde_json::from_str(&row.tags).unwrap_or_default(),
                items: level(rows, Some(row.id), handles),
            }
        })
        .collect()
}
