//! Articles of a blog.

use store::{StoreError, Tx, record};
use units::{ArticleId, BlogId, MediaImageId, StaffMemberId, Timestamp};

use super::blogs::{self, BlogInput};
use super::common::{
    checked_line, clean, free_handle, handle_of, plan_metafields, publish_date, put_html,
    put_suffix, put_title, wanted_handle,
};
use super::error::{ContentError, Kind, Part};
use super::{redirects, sql};
use crate::call::Call;
use crate::events::{self, Deed, Subject};
use crate::files::{self, FileError, Picture, PlannedPicture};
use crate::metafields::{self, NewMetafield, Owner};
use crate::tags::{self, TagsError};

record! {
    /// An article.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Article {
        /// Id.
        pub id: ArticleId,
        /// The blog it stands in.
        pub blog_id: BlogId,
        /// What it is called.
        pub title: String,
        /// Its part of the address; unique in its blog.
        pub handle: String,
        /// Who wrote it.
        pub author: String,
        /// The member of the staff who wrote it, if one did.
        pub author_id: Option<StaffMemberId>,
        /// What it says, in HTML.
        pub body_html: String,
        /// What it says in short, in HTML; empty when nothing was said.
        pub summary_html: String,
        /// Its picture's file.
        pub image_id: Option<MediaImageId>,
        /// Its picture's address, once it can be seen.
        pub image_url: Option<String>,
        /// What the picture shows.
        pub image_alt: String,
        /// The picture's width in pixels, when known.
        pub image_width: Option<i64>,
        /// The picture's height in pixels, when known.
        pub image_height: Option<i64>,
        /// The theme's template, when it is not the usual one.
        pub template_suffix: Option<String>,
        /// Since when, or from when on, it is shown.
        pub published_at: Option<Timestamp>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// Who wrote an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// By name.
    pub name: Option<String>,
    /// By member of the staff.
    pub staff_member: Option<StaffMemberId>,
}

/// An article, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct ArticleInput {
    /// What it is called.
    pub title: Option<String>,
    /// Its part of the address; made of the title when left out.
    pub handle: Option<String>,
    /// The blog it stands in.
    pub blog: Option<BlogId>,
    /// The title of a blog that is made for it.
    pub new_blog: Option<String>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// What it says, in HTML.
    pub body_html: Option<String>,
    /// What it says in short, in HTML.
    pub summary_html: Option<String>,
    /// Its picture: address and what it shows; `Some(None)` for none.
    pub image: Option<Option<(Option<String>, Option<String>)>>,
    /// Its tags.
    pub tags: Option<Vec<String>>,
    /// The theme's template; `Some(None)` for the usual one.
    pub template_suffix: Option<Option<String>>,
    /// Whether it is shown; a new one is, unless it is said.
    pub is_published: Option<bool>,
    /// Since when, or from when on, it is shown.
    pub publish_date: Option<Timestamp>,
    /// Whether the old address leads to the new one, when the handle changes.
    pub redirect_new_handle: Option<bool>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
}

/// Makes an article, and its blog when that is asked for.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_article(
    tx: &mut Tx,
    call: &Call,
    input: &ArticleInput,
) -> Result<ArticleId, ContentError> {
    let blog = blog_of(tx, input)?;
    if blog.is_none() && input.new_blog.is_none() {
        return Err(ContentError::BlogNeeded);
    }
    let mut article = Article {
        id: call.new_id(),
        blog_id: blog.unwrap_or(BlogId(0)),
        title: String::new(),
        handle: String::new(),
        author: String::new(),
        author_id: None,
        body_html: String::new(),
        summary_html: String::new(),
        image_id: None,
        image_url: None,
        image_alt: String::new(),
        image_width: None,
        image_height: None,
        template_suffix: None,
        published_at: Some(call.now),
        created_at: call.now,
        updated_at: call.now,
    };
    apply(tx, &mut article, input, call.now)?;
    if article.title.is_empty() {
        return Err(ContentError::TitleBlank);
    }
    if article.author.is_empty() {
        return Err(ContentError::AuthorNeeded);
    }
    let wanted = wanted_handle(input.handle.as_deref())?;
    let base = wanted
        .clone()
        .unwrap_or_else(|| handle_of(&article.title, "article"));
    // A blog that is made now has no article yet.
    let taken = match blog {
        Some(blog) => sql::article_handles_like(tx, blog, &base)?,
        None => Vec::new(),
    };
    if wanted.is_some() && taken.contains(&base) {
        return Err(ContentError::HandleTaken);
    }
    article.handle = free_handle(base, &taken);
    let tags = checked_tags(input)?.unwrap_or_default();
    let id = article.id.get();
    let planned = plan_metafields(tx, call, Owner::Article, id, &input.metafields)?;
    let picture = wanted_picture(tx, call, &article, input)?;
    if let Some(made) = make_blog(tx, call, input)? {
        article.blog_id = made;
    }
    put_picture(tx, call, &mut article, input, picture)?;
    sql::insert_article(tx, &article)?;
    tags::replace(tx, tags::Owner::Article, id, &tags)?;
    planned.write(tx)?;
    events::note(tx, call, Deed::Create, Subject::Article, article.id)?;
    Ok(article.id)
}

/// Changes what the input gives of an article; it may move to another blog.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_article(
    tx: &mut Tx,
    call: &Call,
    id: ArticleId,
    input: &ArticleInput,
) -> Result<ArticleId, ContentError> {
    let mut article = sql::lock_article(tx, id)?.ok_or(ContentError::NotFound(Kind::Article))?;
    let before = (article.blog_id, article.handle.clone());
    if let Some(blog) = blog_of(tx, input)? {
        article.blog_id = blog;
    }
    apply(tx, &mut article, input, call.now)?;
    if let Some(wanted) = wanted_handle(input.handle.as_deref())? {
        article.handle = wanted;
    }
    let moved = input.new_blog.is_some() || (article.blog_id, article.handle.clone()) != before;
    if moved && input.new_blog.is_none() {
        let other = sql::article_by_handle(tx, article.blog_id, &article.handle)?;
        if other.is_some_and(|other| other.id != id) {
            return Err(ContentError::HandleTaken);
        }
    }
    let tags = checked_tags(input)?;
    let planned = plan_metafields(tx, call, Owner::Article, id.get(), &input.metafields)?;
    let picture = wanted_picture(tx, call, &article, input)?;
    if let Some(made) = make_blog(tx, call, input)? {
        article.blog_id = made;
    }
    put_picture(tx, call, &mut article, input, picture)?;
    article.updated_at = call.now;
    sql::update_article(tx, &article)?;
    if let Some(tags) = tags {
        tags::replace(tx, tags::Owner::Article, id.get(), &tags)?;
    }
    planned.write(tx)?;
    if moved && input.redirect_new_handle == Some(true) {
        let from = sql::article_path(tx, before.0, &before.1)?;
        let to = sql::article_path(tx, article.blog_id, &article.handle)?;
        if let (Some(from), Some(to)) = (from, to) {
            redirects::lead(tx, call, &from, &to)?;
        }
    }
    events::note(tx, call, Deed::Update, Subject::Article, id)?;
    Ok(id)
}

/// Deletes an article with its tags and metafields.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_article(tx: &mut Tx, call: &Call, id: ArticleId) -> Result<ArticleId, ContentError> {
    sql::lock_article(tx, id)?.ok_or(ContentError::NotFound(Kind::Article))?;
    remove(tx, &[id])?;
    events::note(tx, call, Deed::Delete, Subject::Article, id)?;
    Ok(id)
}

/// How a shop's tags of articles are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagOrder {
    /// As in a dictionary.
    Alphabetical,
    /// The most used first.
    Popular,
}

/// The tags of all articles, each once.
///
/// # Errors
/// `Store` faults only.
pub fn article_tags(tx: &mut Tx, limit: usize, order: TagOrder) -> Result<Vec<String>, StoreError> {
    sql::article_tags(tx, limit, order)
}

/// Takes articles away with what hangs on them.
pub(super) fn remove(tx: &mut Tx, ids: &[ArticleId]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    metafields::delete_all(tx, Owner::Article, &numbers)?;
    sql::delete_articles(tx, &numbers)
}

/// The blog that the input names, which must be there.
fn blog_of(tx: &mut Tx, input: &ArticleInput) -> Result<Option<BlogId>, ContentError> {
    match (input.blog, &input.new_blog) {
        (Some(_), Some(_)) => Err(ContentError::BlogAmbiguous),
        (Some(blog), None) => match sql::lock_blog(tx, blog)? {
            Some(blog) => Ok(Some(blog.id)),
            None => Err(ContentError::BlogMissing),
        },
        (None, _) => Ok(None),
    }
}

/// Makes the blog that the input asks for. It is written before the article, so that this is
/// the last that can be refused.
fn make_blog(
    tx: &mut Tx,
    call: &Call,
    input: &ArticleInput,
) -> Result<Option<BlogId>, ContentError> {
    let Some(title) = &input.new_blog else {
        return Ok(None);
    };
    let blog = BlogInput {
        title: Some(title.clone()),
        ..BlogInput::default()
    };
    blogs::create_blog(tx, call, &blog).map(Some)
}

fn apply(
    tx: &mut Tx,
    article: &mut Article,
    input: &ArticleInput,
    now: Timestamp,
) -> Result<(), ContentError> {
    put_title(&mut article.title, input.title.as_deref())?;
    put_html(
        &mut article.body_html,
        input.body_html.as_deref(),
        Part::Body,
    )?;
    let summary = input.summary_html.as_deref();
    put_html(&mut article.summary_html, summary, Part::Summary)?;
    put_suffix(&mut article.template_suffix, input.template_suffix.as_ref())?;
    article.published_at = publish_date(
        article.published_at,
        input.is_published,
        input.publish_date,
        now,
    )?;
    if let Some(author) = &input.author {
        put_author(tx, article, author)?;
    }
    match &input.image {
        Some(None) => article.image_alt.clear(),
        Some(Some((_, Some(alt)))) => {
            article.image_alt = clean(alt).chars().take(files::ALT_CHARS_MAX).collect();
        }
        None | Some(Some((_, None))) => {}
    }
    Ok(())
}

/// The picture that the article is to have; nothing is written.
fn wanted_picture(
    tx: &mut Tx,
    call: &Call,
    article: &Article,
    input: &ArticleInput,
) -> Result<PlannedPicture, ContentError> {
    let held = Picture {
        id: article.image_id,
        url: article.image_url.clone(),
        width: article.image_width,
        height: article.image_height,
    };
    match &input.image {
        Some(Some((Some(address), alt))) => {
            let wanted = alt.as_deref().unwrap_or_default();
            let found = files::picture(tx, call, &held, address, wanted);
            found.map_err(|error| match error {
                FileError::Store(fault) => ContentError::Store(fault),
                FileError::SourceInvalid(_) | FileError::SourceBlank(_) => {
                    ContentError::ImageInvalid
                }
                why => ContentError::ImageRefused(why.to_string()),
            })
        }
        Some(None) => Ok(Picture::default().into()),
        Some(Some((None, _))) | None => Ok(held.into()),
    }
}

/// Gives the article its picture, writing what is new of that.
fn put_picture(
    tx: &mut Tx,
    call: &Call,
    article: &mut Article,
    input: &ArticleInput,
    picture: PlannedPicture,
) -> Result<(), StoreError> {
    let picture = picture.write(tx, call)?;
    let is_new = picture.id.is_some() && picture.id != article.image_id;
    if is_new && matches!(&input.image, Some(Some((_, None)))) {
        // What the old one showed says nothing of the new one.
        article.image_alt.clear();
    }
    article.image_id = picture.id;
    article.image_url = picture.url;
    article.image_width = picture.width;
    article.image_height = picture.height;
    Ok(())
}

fn put_author(tx: &mut Tx, article: &mut Article, author: &Author) -> Result<(), ContentError> {
    let name = author.name.as_deref().map(str::trim).unwrap_or_default();
    match (name, author.staff_member) {
        ("", None) => Ok(()),
        ("", Some(id)) => {
            let name = sql::staff_name(tx, id)?.ok_or(ContentError::AuthorMissing)?;
            article.author = name;
            article.author_id = Some(id);
            Ok(())
        }
        (_, Some(_)) => Err(ContentError::AuthorAmbiguous),
        (name, None) => {
            article.author = checked_line(name, Part::Author)?;
            article.author_id = None;
            Ok(())
        }
    }
}

fn checked_tags(input: &ArticleInput) -> Result<Option<Vec<String>>, ContentError> {
    let Some(given) = &input.tags else {
        return Ok(None);
    };
    tags::checked(given).map(Some).map_err(|error| match error {
        TagsError::TooLong(_) => ContentError::TooLong(Part::Tags, tags::TAG_CHARS_MAX),
        TagsError::Store(fault) => ContentError::Store(fault),
        TagsError::TooMany | TagsError::OwnerMissing(_) => ContentError::TooManyTags,
    })
}
