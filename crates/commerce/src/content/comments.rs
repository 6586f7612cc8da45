//! What readers say below articles, and what the merchant makes of it.

use store::page::{Filter, Listing, PageError, Sort, SortKind, Window};
use store::search::{FieldKind, Table, field};
use store::{Record, StoreError, Tx, record, text_enum};
use units::{ArticleId, CommentId, Timestamp};

use super::blogs::CommentPolicy;
use super::common::clean;
use super::sql;
use crate::call::Call;
use crate::events::{self, Deed, Subject};

/// Names and mailboxes, in characters.
const LINE_CHARS_MAX: usize = 255;
/// What is said, in characters.
const BODY_CHARS_MAX: usize = 5_000;
/// Comments below one article that wait for the merchant.
const WAITING_MAX: i64 = 500;

text_enum! {
    /// What the merchant made of a comment.
    pub enum CommentStatus {
        /// It is looked at.
        Pending = "PENDING",
        /// It is shown.
        Published = "PUBLISHED",
        /// It was taken away.
        Removed = "REMOVED",
        /// It is an advertisement.
        Spam = "SPAM",
        /// It waits for the merchant.
        Unapproved = "UNAPPROVED",
    }
}

record! {
    /// A comment.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Comment {
        /// Id.
        pub id: CommentId,
        /// The article it stands below.
        pub article_id: ArticleId,
        /// Who says it.
        pub author: String,
        /// Their mailbox.
        pub email: String,
        /// What they say: plain text.
        pub body: String,
        /// What the merchant made of it.
        pub status: CommentStatus,
        /// The address it came from.
        pub ip: Option<String>,
        /// The program it came by.
        pub user_agent: Option<String>,
        /// Since when it is shown.
        pub published_at: Option<Timestamp>,
        /// When it was said.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A comment to be.
#[derive(Debug, Clone, Default)]
pub struct NewComment {
    /// Who says it.
    pub author: String,
    /// Their mailbox.
    pub email: String,
    /// What they say.
    pub body: String,
    /// The address it comes from.
    pub ip: Option<String>,
    /// The program it comes by.
    pub user_agent: Option<String>,
}

/// Why a comment is refused.
#[derive(Debug, thiserror::Error)]
pub enum CommentError {
    /// No such comment.
    #[error("Comment does not exist")]
    NotFound,
    /// The blog takes none, or the article is not shown.
    #[error("Comments are closed")]
    Closed,
    /// Somebody says it.
    #[error("Enter your name, with at most 255 characters.")]
    Author,
    /// No mailbox.
    #[error("Enter an email address.")]
    Email,
    /// Something is said.
    #[error("Enter a comment, with at most 5,000 characters.")]
    Body,
    /// The merchant has enough to read.
    #[error("Too many comments wait to be read. Try again later.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What comments are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CommentSort {
    /// By when they were said.
    CreatedAt,
    /// By id, the order in which they were said.
    #[default]
    Id,
}

const ID: (&str, SortKind) = ("c.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_CREATED: Sort = Sort {
    columns: &[("c.created_at", SortKind::Int), ID],
};

const STATUSES: &[(&str, &str)] = &[
    ("approved", "PUBLISHED"),
    ("pending", "PENDING"),
    ("published", "PUBLISHED"),
    ("removed", "REMOVED"),
    ("spam", "SPAM"),
    ("unapproved", "UNAPPROVED"),
];

/// What comments can be searched by.
pub const COMMENTS: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("c.created_at")),
        field("id", FieldKind::Id("c.id")),
        field("published_at", FieldKind::Time("c.published_at")),
        field("published_status", FieldKind::Enum("c.status", STATUSES)),
        field("status", FieldKind::Enum("c.status", STATUSES)),
        field("updated_at", FieldKind::Time("c.updated_at")),
    ],
    default: &[FieldKind::Text("lower(c.body)")],
};

/// Takes up a comment below an article; the blog says whether it is shown at once.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_comment(
    tx: &mut Tx,
    call: &Call,
    article: ArticleId,
    new: &NewComment,
) -> Result<CommentStatus, CommentError> {
    let found = sql::articles(tx, &[article])?.pop().flatten();
    let article = found.filter(|own| own.published_at.is_some_and(|at| at <= call.now));
    let article = article.ok_or(CommentError::Closed)?;
    let blog = sql::blogs(tx, &[article.blog_id])?.pop().flatten();
    let status = match blog.map(|blog| blog.comment_policy) {
        Some(CommentPolicy::AutoPublished) => CommentStatus::Published,
        Some(CommentPolicy::Moderated) => CommentStatus::Unapproved,
        Some(CommentPolicy::Closed) | None => return Err(CommentError::Closed),
    };
    let comment = said(call, article.id, new, status)?;
    if waiting(tx, article.id)? >= WAITING_MAX {
        return Err(CommentError::TooMany);
    }
    insert(tx, &comment)?;
    events::note(tx, call, Deed::Create, Subject::Comment, comment.id)?;
    Ok(status)
}

fn said(
    call: &Call,
    article: ArticleId,
    new: &NewComment,
    status: CommentStatus,
) -> Result<Comment, CommentError> {
    let line = |text: &str| clean(text.trim());
    let fits = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most;
    let (author, email, body) = (line(&new.author), line(&new.email), line(&new.body));
    if !fits(&author, LINE_CHARS_MAX) {
        return Err(CommentError::Author);
    }
    if !fits(&email, LINE_CHARS_MAX) || crate::contact::email(&email).is_none() {
        return Err(CommentError::Email);
    }
    if !fits(&body, BODY_CHARS_MAX) {
        return Err(CommentError::Body);
    }
    let short = |text: &Option<String>| {
        let text = text.as_deref().map(clean)?;
        Some(text.chars().take(LINE_CHARS_MAX).collect())
    };
    Ok(Comment {
        id: call.new_id(),
        article_id: article,
        author,
        email,
        body,
        status,
        ip: short(&new.ip),
        user_agent: short(&new.user_agent),
        published_at: (status == CommentStatus::Published).then_some(call.now),
        created_at: call.now,
        updated_at: call.now,
    })
}

/// Shows a comment, takes it down, or calls it an advertisement.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn judge_comment(
    tx: &mut Tx,
    call: &Call,
    id: CommentId,
    status: CommentStatus,
) -> Result<CommentId, CommentError> {
    let mut comment = lock(tx, id)?;
    comment.status = status;
    comment.published_at = match status {
        CommentStatus::Published => comment.published_at.or(Some(call.now)),
        _ => None,
    };
    tx.execute(
        "UPDATE comments SET status = $2, published_at = $3, updated_at = $4
          WHERE shop_id = $shop AND id = $1",
        (id, status, comment.published_at, call.now),
    )?;
    events::note(tx, call, Deed::Update, Subject::Comment, id)?;
    Ok(id)
}

/// Deletes a comment.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_comment(tx: &mut Tx, call: &Call, id: CommentId) -> Result<CommentId, CommentError> {
    lock(tx, id)?;
    tx.execute(
        "DELETE FROM comments WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    events::note(tx, call, Deed::Delete, Subject::Comment, id)?;
    Ok(id)
}

/// The comments with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn comments(tx: &mut Tx, ids: &[CommentId]) -> Result<Vec<Option<Comment>>, StoreError> {
    let text = format!(
        "SELECT {} FROM comments WHERE shop_id = $shop AND id = ANY($1)",
        Comment::COLUMNS
    );
    let found: Vec<Comment> = tx.all(&text, (ids,))?;
    let one = |id: &CommentId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// A window of the comments that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn comments_page(
    tx: &mut Tx,
    filter: Filter,
    sort: CommentSort,
    window: &Window<'_>,
) -> Result<store::Page<Comment>, PageError> {
    let select = select("");
    let listing = Listing {
        select: &select,
        filter,
        sort: match sort {
            CommentSort::CreatedAt => &BY_CREATED,
            CommentSort::Id => &BY_ID,
        },
    };
    store::page::page(tx, &listing, window)
}

/// A window of the comments below each article.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn comments_of(
    tx: &mut Tx,
    articles: &[ArticleId],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<store::Page<Comment>>, PageError> {
    let select = select(" AND c.article_id = $1");
    let listing = Listing {
        select: &select,
        filter,
        sort: &BY_ID,
    };
    store::page::page_each(tx, articles, &listing, window)
}

/// The comments that are shown below an article, the newest first, so many at most.
///
/// # Errors
/// `Store` faults only.
pub fn shown_comments(
    tx: &mut Tx,
    article: ArticleId,
    most: i64,
) -> Result<Vec<Comment>, StoreError> {
    let text = format!(
        "{} AND c.article_id = $1 AND c.status = 'PUBLISHED' ORDER BY c.id DESC LIMIT $2",
        select("")
    );
    tx.all(&text, (article, most))
}

/// How many comments stand below each article, counted up to `most`; one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn comments_counts(
    tx: &mut Tx,
    articles: &[ArticleId],
    most: i64,
) -> Result<Vec<i64>, StoreError> {
    let found: Vec<Vec<i64>> = tx.each(
        "SELECT CAST(COUNT(*) AS BIGINT)
           FROM (SELECT c.id FROM comments c
                  WHERE c.shop_id = $shop AND c.article_id = $1 LIMIT $2) AS counted",
        articles,
        (most,),
    )?;
    Ok(found.into_iter().map(|own| own.iter().sum()).collect())
}

fn select(more: &str) -> String {
    let names: Vec<String> = Comment::COLUMNS
        .split(", ")
        .map(|name| format!("c.{name}"))
        .collect();
    let names = names.join(", ");
    format!("SELECT {names} FROM comments c WHERE c.shop_id = $shop{more}")
}

fn lock(tx: &mut Tx, id: CommentId) -> Result<Comment, CommentError> {
    let text = format!(
        "SELECT {} FROM comments WHERE shop_id = $shop AND id = $1",
        Comment::COLUMNS
    );
    tx.optional_locked(&text, (id,))?
        .ok_or(CommentError::NotFound)
}

fn waiting(tx: &mut Tx, article: ArticleId) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM comments
          WHERE shop_id = $shop AND article_id = $1 AND status = 'UNAPPROVED'",
        (article,),
    )
}

fn insert(tx: &mut Tx, new: &Comment) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO comments (shop_id, id, article_id, author, email, body, status, ip, user_agent,
             published_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        (
            new.id,
            new.article_id,
            &new.author,
            &new.email,
            &new.body,
            new.status,
            new.ip.as_deref(),
            new.user_agent.as_deref(),
            new.published_at,
            new.created_at,
            new.updated_at,
        ),
    )?;
    Ok(())
}
