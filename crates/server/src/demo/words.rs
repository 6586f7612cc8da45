//! What the demo shop says: a page, a blog with two articles, and its menus.

use commerce::Call;
use commerce::catalog::{self, CollectionOrder};
use commerce::content::{self, ArticleInput, Author, BlogInput, ItemInput, ItemKind, PageInput};
use store::page::{Filter, Window};
use store::{Db, Tx};
use units::{BlogId, PageId, ShopId};

use crate::settings::Settings;
use crate::start::system_call;
use crate::trouble::Trouble;

/// Collections in the head of the shop window.
const COLLECTIONS: usize = 3;

const ABOUT: &str = "<p>Harbour &amp; Oak began in a boat shed in Portland, with one lathe and an \
    order for eleven bowls. We still make what we would want at home, in small runs, and mend \
    what we have made.</p><p>Come by: 12 Commercial Street, Tuesday to Saturday, ten to six. Or \
    look through <a href=\"/collections/all\">everything we have</a>.</p>";
const OILING: &str = "<p>Oak darkens where hands are, and dries out where they are not. Once a \
    season is enough.</p><ol><li>Wipe the board and let it stand overnight.</li><li>Rub in a \
    spoonful of linseed oil along the grain.</li><li>Take off with a dry cloth what has not gone \
    in after an hour.</li></ol>";
const KILN: &str = "<p>The second kiln is lit. It holds twice as many plates as the first, and \
    fires them evenly enough that the slate glaze comes out slate.</p><p>Seconds from the trial \
    firings are in the shop until they are gone.</p>";

/// Writes it all through the ordinary operations.
pub(super) fn write(db: &Db, settings: &Settings, shop: ShopId) -> Result<(), Trouble> {
    let call = system_call(db, settings, shop);
    db.write_blocking(shop, move |tx| -> Result<(), Trouble> {
        let page = PageInput {
            title: Some("About us".to_owned()),
            body_html: Some(ABOUT.to_owned()),
            ..PageInput::default()
        };
        let page = content::create_page(tx, &call, &page).map_err(wrong)?;
        let blog = blog(tx, &call)?;
        menus(tx, &call, page, blog)
    })
}

fn blog(tx: &mut Tx, call: &Call) -> Result<BlogId, Trouble> {
    let blog = BlogInput {
        title: Some("Journal".to_owned()),
        ..BlogInput::default()
    };
    let blog = content::create_blog(tx, call, &blog).map_err(wrong)?;
    for (title, body, tag) in [
        ("How to oil an oak board", OILING, "care"),
        ("A second kiln", KILN, "workshop"),
    ] {
        let article = ArticleInput {
            title: Some(title.to_owned()),
            blog: Some(blog),
            author: Some(Author {
                name: Some("Olivia Owner".to_owned()),
                staff_member: None,
            }),
            body_html: Some(body.to_owned()),
            tags: Some(vec![tag.to_owned()]),
            ..ArticleInput::default()
        };
        content::create_article(tx, call, &article).map_err(wrong)?;
    }
    Ok(blog)
}

fn menus(tx: &mut Tx, call: &Call, page: PageId, blog: BlogId) -> Result<(), Trouble> {
    let window = Window::first(COLLECTIONS);
    let shown = catalog::collections_page(tx, Filter::none(), CollectionOrder::Id, &window)
        .map_err(wrong)?;
    let mut head: Vec<ItemInput> = shown
        .nodes
        .into_iter()
        .map(|own| item(&own.title, ItemKind::Collection, Some(own.id.get())))
        .collect();
    head.push(item("All", ItemKind::Collections, None));
    head.push(item("Journal", ItemKind::Blog, Some(blog.get())));
    let foot = [
        item("All products", ItemKind::Catalog, None),
        item("About us", ItemKind::Page, Some(page.get())),
        item("Search", ItemKind::Search, None),
    ];
    for (handle, title, items) in [
        ("main-menu", "Main menu", head.as_slice()),
        ("footer", "Footer menu", foot.as_slice()),
    ] {
        let menu = content::menu_by_handle(tx, handle)?
            .ok_or_else(|| wrong("a menu that every shop has is missing"))?;
        content::update_menu(tx, call, menu.id, (None, title), items).map_err(wrong)?;
    }
    Ok(())
}

fn item(title: &str, kind: ItemKind, id: Option<i64>) -> ItemInput {
    ItemInput {
        id: None,
        title: title.to_owned(),
        kind,
        resource: kind
            .resource_kind()
            .zip(id)
            .map(|(kind, id)| (kind.to_owned(), id)),
        url: None,
        tags: Vec::new(),
        items: Vec::new(),
    }
}

fn wrong(why: impl std::fmt::Display) -> Trouble {
    Trouble::Input(format!("What the demo says was not written: {why}"))
}
