//! What a shop says: pages, blogs, articles, menus and redirects.

mod articles;
mod blogs;
mod menus;
mod pages;
mod redirects;
mod refusals;

use commerce::apps::Scope;

use crate::Registry;

pub(super) use articles::nodes as article_nodes;
pub(super) use blogs::nodes as blog_nodes;
pub(super) use menus::nodes as menu_nodes;
pub(super) use pages::nodes as page_nodes;
pub(super) use redirects::nodes as redirect_nodes;

/// Either of these opens pages, blogs and articles.
pub(super) const READ: &[Scope] = &[Scope::ReadContent, Scope::ReadOnlineStorePages];
/// Either of these writes them.
pub(super) const WRITE: &[Scope] = &[Scope::WriteContent, Scope::WriteOnlineStorePages];

/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

pub(super) fn register(r: &mut Registry) {
    pages::register(r);
    blogs::register(r);
    articles::register(r);
    menus::register(r);
    redirects::register(r);
    refusals::register(r);
}
