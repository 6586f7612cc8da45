//! What a shop says: pages, blogs and their articles, menus, and where old addresses lead.

mod articles;
mod blogs;
mod comments;
mod common;
mod error;
mod lists;
mod menus;
mod moved;
mod pages;
mod policies;
mod redirect_imports;
mod redirects;
mod sitemap;
mod sql;

pub use articles::{
    Article, ArticleInput, Author, TagOrder, article_tags, create_article, delete_article,
    update_article,
};
pub use blogs::{Blog, BlogInput, CommentPolicy, create_blog, delete_blog, update_blog};
pub use comments::{
    COMMENTS, Comment, CommentError, CommentSort, CommentStatus, NewComment, comments,
    comments_counts, comments_of, comments_page, create_comment, delete_comment, judge_comment,
    shown_comments,
};
pub use common::{published, summary};
pub use error::{ContentError, Kind, Part};
pub use lists::{
    ARTICLES, ArticleSort, BLOGS, BlogSort, PAGES, PageSort, articles_found, articles_of,
    articles_page, blogs_count, blogs_page, first_of_each_author, listed_articles, listed_pages,
    pages_count, pages_page,
};
pub use menus::{
    Item, ItemInput, ItemKind, MENUS, Menu, MenuError, MenuSort, Place, create_menu, delete_menu,
    items, menu_by_handle, menus, menus_page, open, update_menu,
};
pub use moved::{OldAddress, change_collection, change_metaobject, change_product};
pub use pages::{Page, PageInput, create_page, delete_page, update_page};
pub use policies::{PolicyError, PolicyKind, ShopPolicy, policies, policies_by_id, update_policy};
pub use redirect_imports::{
    ImportError, ImportState, Row as RedirectRow, UrlRedirectImport, advance_import, create_import,
    imports, redirect_rows, submit_import,
};
pub use redirects::{
    REDIRECTS, RedirectError, RedirectSort, UrlRedirect, create_redirect, delete_redirect,
    delete_redirects, redirects, redirects_count, redirects_page, target, update_redirect,
};
pub use sitemap::{Mapped, MappedKind, SITEMAP_PAGE, mapped, mapped_count};
pub use sql::{
    article_by_handle, articles, articles_count, authors, blog_by_handle, blogs, page_by_handle,
    pages, tags_of_blogs,
};
