//! The queries of pages, blogs and articles.

use store::{Record, StoreError, Tx};
use units::{ArticleId, BlogId, PageId, StaffMemberId, sort_key};

use super::articles::{Article, TagOrder};
use super::blogs::Blog;
use super::pages::Page;

/// Handles that are looked through for a free one.
const HANDLES_MAX: i64 = 10_000;
/// Tags and authors of one blog.
const NAMES_MAX: i64 = 250;

/// The pages with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn pages(tx: &mut Tx, ids: &[PageId]) -> Result<Vec<Option<Page>>, StoreError> {
    let text = format!(
        "SELECT {} FROM pages WHERE shop_id = $shop AND id = ANY($1)",
        Page::COLUMNS
    );
    let found: Vec<Page> = tx.all(&text, (ids,))?;
    Ok(in_order(ids, &found, |page| page.id))
}

/// The blogs with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn blogs(tx: &mut Tx, ids: &[BlogId]) -> Result<Vec<Option<Blog>>, StoreError> {
    let text = format!(
        "SELECT {} FROM blogs WHERE shop_id = $shop AND id = ANY($1)",
        Blog::COLUMNS
    );
    let found: Vec<Blog> = tx.all(&text, (ids,))?;
    Ok(in_order(ids, &found, |blog| blog.id))
}

/// The articles with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn articles(tx: &mut Tx, ids: &[ArticleId]) -> Result<Vec<Option<Article>>, StoreError> {
    let text = format!(
        "SELECT {} FROM articles WHERE shop_id = $shop AND id = ANY($1)",
        Article::COLUMNS
    );
    let found: Vec<Article> = tx.all(&text, (ids,))?;
    Ok(in_order(ids, &found, |article| article.id))
}

fn in_order<K: PartialEq, T: Clone>(
    ids: &[K],
    found: &[T],
    id: impl Fn(&T) -> K,
) -> Vec<Option<T>> {
    let one = |wanted: &K| found.iter().find(|row| id(row) == *wanted).cloned();
    ids.iter().map(one).collect()
}

/// The page with a handle.
///
/// # Errors
/// `Store` faults only.
pub fn page_by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Page>, StoreError> {
    let text = format!(
        "SELECT {} FROM pages WHERE shop_id = $shop AND handle = $1",
        Page::COLUMNS
    );
    tx.optional(&text, (handle,))
}

/// The blog with a handle.
///
/// # Errors
/// `Store` faults only.
pub fn blog_by_handle(tx: &mut Tx, handle: &str) -> Result<Option<Blog>, StoreError> {
    let text = format!(
        "SELECT {} FROM blogs WHERE shop_id = $shop AND handle = $1",
        Blog::COLUMNS
    );
    tx.optional(&text, (handle,))
}

/// The article of a blog with a handle.
///
/// # Errors
/// `Store` faults only.
pub fn article_by_handle(
    tx: &mut Tx,
    blog: BlogId,
    handle: &str,
) -> Result<Option<Article>, StoreError> {
    let text = format!(
        "SELECT {} FROM articles WHERE shop_id = $shop AND blog_id = $1 AND handle = $2",
        Article::COLUMNS
    );
    tx.optional(&text, (blog, handle))
}

/// How many articles each blog has.
///
/// # Errors
/// `Store` faults only.
pub fn articles_count(tx: &mut Tx, blogs: &[BlogId]) -> Result<Vec<i64>, StoreError> {
    let found: Vec<Vec<i64>> = tx.each(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM articles WHERE shop_id = $shop AND blog_id = $1",
        blogs,
        (),
    )?;
    let count = |rows: Vec<i64>| rows.into_iter().next().unwrap_or(0);
    Ok(found.into_iter().map(count).collect())
}

/// The tags of each blog's articles, each once.
///
/// # Errors
/// `Store` faults only.
pub fn tags_of_blogs(tx: &mut Tx, blogs: &[BlogId]) -> Result<Vec<Vec<String>>, StoreError> {
    let found: Vec<Vec<(String, String)>> = tx.each(
        "SELECT MIN(t.tag) AS tag, t.tag_key
           FROM articles a
           JOIN tags t ON t.shop_id = a.shop_id AND t.owner_kind = 'Article' AND t.owner_id = a.id
          WHERE a.shop_id = $shop AND a.blog_id = $1
          GROUP BY t.tag_key
          ORDER BY t.tag_key
          LIMIT $2",
        blogs,
        (NAMES_MAX,),
    )?;
    let tags = |rows: Vec<(String, String)>| rows.into_iter().map(|(tag, _)| tag).collect();
    Ok(found.into_iter().map(tags).collect())
}

/// Who wrote each blog's articles, each once.
///
/// # Errors
/// `Store` faults only.
pub fn authors(tx: &mut Tx, blogs: &[BlogId]) -> Result<Vec<Vec<String>>, StoreError> {
    let found: Vec<Vec<(String, String)>> = tx.each(
        "SELECT MIN(author) AS author, author_key
           FROM articles
          WHERE shop_id = $shop AND blog_id = $1
          GROUP BY author_key
          ORDER BY author_key
          LIMIT $2",
        blogs,
        (NAMES_MAX,),
    )?;
    let names = |rows: Vec<(String, String)>| rows.into_iter().map(|(name, _)| name).collect();
    Ok(found.into_iter().map(names).collect())
}

pub(super) fn lock_page(tx: &mut Tx, id: PageId) -> Result<Option<Page>, StoreError> {
    let text = format!(
        "SELECT {} FROM pages WHERE shop_id = $shop AND id = $1",
        Page::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

pub(super) fn lock_blog(tx: &mut Tx, id: BlogId) -> Result<Option<Blog>, StoreError> {
    let text = format!(
        "SELECT {} FROM blogs WHERE shop_id = $shop AND id = $1",
        Blog::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

pub(super) fn lock_article(tx: &mut Tx, id: ArticleId) -> Result<Option<Article>, StoreError> {
    let text = format!(
        "SELECT {} FROM articles WHERE shop_id = $shop AND id = $1",
        Article::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

/// The handles of a table that are `base`, or `base` with something behind a hyphen.
pub(super) fn handles_like(
    tx: &mut Tx,
    table: &'static str,
    base: &str,
) -> Result<Vec<String>, StoreError> {
    // The character after the hyphen is the full stop, which no handle has.
    let text = format!(
        "SELECT handle FROM {table}
          WHERE shop_id = $shop AND (handle = $1 OR (handle >= $2 AND handle < $3))
          LIMIT $4"
    );
    let (from, to) = (format!("{base}-"), format!("{base}."));
    tx.all(&text, (base, from, to, HANDLES_MAX))
}

/// As [`handles_like`], of a blog's articles.
pub(super) fn article_handles_like(
    tx: &mut Tx,
    blog: BlogId,
    base: &str,
) -> Result<Vec<String>, StoreError> {
    let (from, to) = (format!("{base}-"), format!("{base}."));
    tx.all(
        "SELECT handle FROM articles
          WHERE shop_id = $shop AND blog_id = $1
            AND (handle = $2 OR (handle >= $3 AND handle < $4))
          LIMIT $5",
        (blog, base, from, to, HANDLES_MAX),
    )
}

pub(super) fn article_handles(tx: &mut Tx, blog: BlogId) -> Result<Vec<String>, StoreError> {
    tx.all(
        "SELECT handle FROM articles WHERE shop_id = $shop AND blog_id = $1 ORDER BY id LIMIT $2",
        (blog, HANDLES_MAX),
    )
}

pub(super) fn article_ids(
    tx: &mut Tx,
    blog: BlogId,
    limit: usize,
) -> Result<Vec<ArticleId>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.all(
        "SELECT id FROM articles WHERE shop_id = $shop AND blog_id = $1 ORDER BY id LIMIT $2",
        (blog, limit),
    )
}

/// The path of an article's page.
pub(super) fn article_path(
    tx: &mut Tx,
    blog: BlogId,
    handle: &str,
) -> Result<Option<String>, StoreError> {
    let found: Option<String> = tx.optional(
        "SELECT handle FROM blogs WHERE shop_id = $shop AND id = $1",
        (blog,),
    )?;
    Ok(found.map(|blog| format!("/blogs/{blog}/{handle}")))
}

pub(super) fn staff_name(tx: &mut Tx, id: StaffMemberId) -> Result<Option<String>, StoreError> {
    let found: Option<(String, String)> = tx.optional(
        "SELECT first_name, last_name FROM staff_members WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(found.map(|(first, last)| format!("{first} {last}").trim().to_owned()))
}

pub(super) fn article_tags(
    tx: &mut Tx,
    limit: usize,
    order: TagOrder,
) -> Result<Vec<String>, StoreError> {
    let by = match order {
        TagOrder::Alphabetical => "tag_key",
        TagOrder::Popular => "uses DESC, tag_key",
    };
    let text = format!(
        "SELECT MIN(tag) AS tag, tag_key, CAST(COUNT(*) AS BIGINT) AS uses
           FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Article'
          GROUP BY tag_key
          ORDER BY {by}
          LIMIT $1"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found: Vec<(String, String, i64)> = tx.all(&text, (limit,))?;
    Ok(found.into_iter().map(|(tag, ..)| tag).collect())
}

pub(super) fn insert_page(tx: &mut Tx, page: &Page) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO pages (shop_id, id, title, title_key, handle, body_html, template_suffix,
             published_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        (
            page.id,
            &page.title,
            sort_key(&page.title),
            &page.handle,
            &page.body_html,
            &page.template_suffix,
            page.published_at,
            page.created_at,
            page.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_page(tx: &mut Tx, page: &Page) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE pages
            SET title = $2, title_key = $3, handle = $4, body_html = $5, template_suffix = $6,
                published_at = $7, updated_at = $8
          WHERE shop_id = $shop AND id = $1",
        (
            page.id,
            &page.title,
            sort_key(&page.title),
            &page.handle,
            &page.body_html,
            &page.template_suffix,
            page.published_at,
            page.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn insert_blog(tx: &mut Tx, blog: &Blog) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO blogs (shop_id, id, title, title_key, handle, comment_policy,
             template_suffix, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)",
        (
            blog.id,
            &blog.title,
            sort_key(&blog.title),
            &blog.handle,
            blog.comment_policy,
            &blog.template_suffix,
            blog.created_at,
            blog.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_blog(tx: &mut Tx, blog: &Blog) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE blogs
            SET title = $2, title_key = $3, handle = $4, comment_policy = $5,
                template_suffix = $6, updated_at = $7
          WHERE shop_id = $shop AND id = $1",
        (
            blog.id,
            &blog.title,
            sort_key(&blog.title),
            &blog.handle,
            blog.comment_policy,
            &blog.template_suffix,
            blog.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn insert_article(tx: &mut Tx, article: &Article) -> Result<(), StoreError> {
    let a = article;
    tx.execute(
        "INSERT INTO articles (shop_id, id, blog_id, title, title_key, handle, author, author_key,
             author_id, body_html, summary_html, image_id, image_url, image_alt, image_width,
             image_height, template_suffix, published_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19)",
        (
            a.id,
            a.blog_id,
            &a.title,
            sort_key(&a.title),
            &a.handle,
            &a.author,
            sort_key(&a.author),
            a.author_id,
            &a.body_html,
            &a.summary_html,
            a.image_id,
            &a.image_url,
            &a.image_alt,
            a.image_width,
            a.image_height,
            &a.template_suffix,
            a.published_at,
            a.created_at,
            a.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_article(tx: &mut Tx, article: &Article) -> Result<(), StoreError> {
    let a = article;
    tx.execute(
        "UPDATE articles
            SET blog_id = $2, title = $3, title_key = $4, handle = $5, author = $6,
                author_key = $7, author_id = $8, body_html = $9, summary_html = $10,
                image_url = $11, image_alt = $12, template_suffix = $13, published_at = $14,
                updated_at = $15, image_id = $16, image_width = $17, image_height = $18
          WHERE shop_id = $shop AND id = $1",
        (
            a.id,
            a.blog_id,
            &a.title,
            sort_key(&a.title),
            &a.handle,
            &a.author,
            sort_key(&a.author),
            a.author_id,
            &a.body_html,
            &a.summary_html,
            &a.image_url,
            &a.image_alt,
            &a.template_suffix,
            a.published_at,
            a.updated_at,
            a.image_id,
            a.image_width,
            a.image_height,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, table: &'static str, id: i64) -> Result<(), StoreError> {
    let text = format!("DELETE FROM {table} WHERE shop_id = $shop AND id = $1");
    tx.execute(&text, (id,))?;
    Ok(())
}

pub(super) fn delete_articles(tx: &mut Tx, ids: &[i64]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM tags
          WHERE shop_id = $shop AND owner_kind = 'Article' AND owner_id = ANY($1)",
        (ids,),
    )?;
    tx.execute(
        "DELETE FROM articles WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}
