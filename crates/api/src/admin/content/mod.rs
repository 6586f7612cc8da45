//! What a shop says: pages, blogs, articles, menus and redirects.

mod articles;
mod blogs;
mod comments;
mod menus;
mod pages;
mod policies;
mod redirect_imports;
mod redirects;
mod refusals;

use commerce::apps::Scope;

use crate::Registry;

pub(super) use articles::nodes as article_nodes;
pub(super) use blogs::nodes as blog_nodes;
pub(super) use comments::nodes as comment_nodes;
pub(super) use menus::nodes as menu_nodes;
pub(super) use pages::nodes as page_nodes;
pub(super) use policies::nodes as policy_nodes;
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
    comments::register(r);
    policies::register(r);
    menus::register(r);
    redirects::register(r);
    redirect_imports::register(r);
    refusals::register(r);
}
