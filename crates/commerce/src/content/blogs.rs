//! Blogs: what articles stand in.

use store::{Tx, record, text_enum};
use units::{ArticleId, BlogId, Timestamp};

use super::common::{
    free_handle, handle_of, plan_metafields, put_suffix, put_title, wanted_handle,
};
use super::error::{ContentError, Kind};
use super::{articles, redirects, sql};
use crate::call::Call;
use crate::events::{self, Deed, Subject};
use crate::metafields::{self, NewMetafield, Owner};

/// Articles that go with their blog in one statement.
const ARTICLES_AT_ONCE: usize = 1_000;

text_enum! {
    /// What becomes of what readers write under an article.
    pub enum CommentPolicy {
        /// It is shown at once.
        AutoPublished = "AUTO_PUBLISHED",
        /// Nobody can write.
        Closed = "CLOSED",
        /// It is shown when the merchant says so.
        Moderated = "MODERATED",
    }
}

record! {
    /// A blog.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Blog {
        /// Id.
        pub id: BlogId,
        /// What it is called.
        pub title: String,
        /// Its part of the address; unique among blogs.
        pub handle: String,
        /// What becomes of comments.
        pub comment_policy: CommentPolicy,
        /// The theme's template, when it is not the usual one.
        pub template_suffix: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A blog, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct BlogInput {
    /// What it is called.
    pub title: Option<String>,
    /// Its part of the address; made of the title when left out.
    pub handle: Option<String>,
    /// What becomes of comments; nobody can write, unless it is said.
    pub comment_policy: Option<CommentPolicy>,
    /// The theme's template; `Some(None)` for the usual one.
    pub template_suffix: Option<Option<String>>,
    /// Whether the old address leads to the new one, when the handle changes.
    pub redirect_new_handle: Option<bool>,
    /// Whether the old addresses of its articles do, too.
    pub redirect_articles: Option<bool>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
}

/// Makes a blog.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_blog(tx: &mut Tx, call: &Call, input: &BlogInput) -> Result<BlogId, ContentError> {
    let mut blog = Blog {
        id: call.new_id(),
        title: String::new(),
        handle: String::new(),
        comment_policy: CommentPolicy::Closed,
        template_suffix: None,
        created_at: call.now,
        updated_at: call.now,
    };
    apply(&mut blog, input)?;
    if blog.title.is_empty() {
        return Err(ContentError::TitleBlank);
    }
    blog.handle = match wanted_handle(input.handle.as_deref())? {
        Some(wanted) if sql::blog_by_handle(tx, &wanted)?.is_some() => {
            return Err(ContentError::HandleTaken);
        }
        Some(wanted) => wanted,
        None => {
            let base = handle_of(&blog.title, "blog");
            let taken = sql::handles_like(tx, "blogs", &base)?;
            free_handle(base, &taken)
        }
    };
    let planned = plan_metafields(tx, call, Owner::Blog, blog.id.get(), &input.metafields)?;
    sql::insert_blog(tx, &blog)?;
    planned.write(tx)?;
    events::note(tx, call, Deed::Create, Subject::Blog, blog.id)?;
    Ok(blog.id)
}

/// Changes what the input gives of a blog.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_blog(
    tx: &mut Tx,
    call: &Call,
    id: BlogId,
    input: &BlogInput,
) -> Result<BlogId, ContentError> {
    let mut blog = sql::lock_blog(tx, id)?.ok_or(ContentError::NotFound(Kind::Blog))?;
    let old = blog.handle.clone();
    apply(&mut blog, input)?;
    if let Some(wanted) = wanted_handle(input.handle.as_deref())? {
        let other = sql::blog_by_handle(tx, &wanted)?;
        if other.is_some_and(|other| other.id != id) {
            return Err(ContentError::HandleTaken);
        }
        blog.handle = wanted;
    }
    let planned = plan_metafields(tx, call, Owner::Blog, id.get(), &input.metafields)?;
    blog.updated_at = call.now;
    sql::update_blog(tx, &blog)?;
    planned.write(tx)?;
    if blog.handle != old {
        let (from, to) = (format!("/blogs/{old}"), format!("/blogs/{}", blog.handle));
        if input.redirect_new_handle == Some(true) {
            redirects::lead(tx, call, &from, &to)?;
        }
        if input.redirect_articles == Some(true) {
            for handle in sql::article_handles(tx, id)? {
                let (from, to) = (format!("{from}/{handle}"), format!("{to}/{handle}"));
                redirects::lead(tx, call, &from, &to)?;
            }
        }
    }
    events::note(tx, call, Deed::Update, Subject::Blog, id)?;
    Ok(id)
}

/// Deletes a blog with its articles.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_blog(tx: &mut Tx, call: &Call, id: BlogId) -> Result<BlogId, ContentError> {
    sql::lock_blog(tx, id)?.ok_or(ContentError::NotFound(Kind::Blog))?;
    loop {
        let ids: Vec<ArticleId> = sql::article_ids(tx, id, ARTICLES_AT_ONCE)?;
        articles::remove(tx, &ids)?;
        if ids.len() < ARTICLES_AT_ONCE {
            break;
        }
    }
    metafields::delete_all(tx, Owner::Blog, &[id.get()])?;
    sql::delete(tx, "blogs", id.get())?;
    events::note(tx, call, Deed::Delete, Subject::Blog, id)?;
    Ok(id)
}

fn apply(blog: &mut Blog, input: &BlogInput) -> Result<(), ContentError> {
    put_title(&mut blog.title, input.title.as_deref())?;
    put_suffix(&mut blog.template_suffix, input.template_suffix.as_ref())?;
    if let Some(policy) = input.comment_policy {
        blog.comment_policy = policy;
    }
    Ok(())
}
