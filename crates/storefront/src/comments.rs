//! What readers say below articles: the list, and the form for one more.

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use commerce::Actor;
use commerce::content::{
    self, Article, Blog, Comment, CommentError, CommentPolicy, CommentStatus, NewComment,
};
use maud::{Markup, html};
use serde::Deserialize;
use store::{StoreError, Tx};

use crate::at::Form;
use crate::content::shown_article;
use crate::reply::{Fault, Reply, see_other};
use crate::visit::Visit;

/// Comments below an article that are shown, the newest first.
const SHOWN_MAX: i64 = 100;

/// The form, by the names that themes use.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Said {
    #[serde(default, rename = "comment[author]")]
    author: String,
    #[serde(default, rename = "comment[email]")]
    email: String,
    #[serde(default, rename = "comment[body]")]
    body: String,
}

/// The comments that are shown below an article.
pub(crate) fn below(
    tx: &mut Tx,
    blog: &Blog,
    article: &Article,
) -> Result<Vec<Comment>, StoreError> {
    match blog.comment_policy {
        CommentPolicy::Closed => Ok(Vec::new()),
        CommentPolicy::AutoPublished | CommentPolicy::Moderated => {
            content::shown_comments(tx, article.id, SHOWN_MAX)
        }
    }
}

/// The comments and the form; nothing where the blog takes none.
pub(crate) fn section(path: &str, blog: &Blog, said: &[Comment], became: Option<&str>) -> Markup {
    if blog.comment_policy == CommentPolicy::Closed {
        return html! {};
    }
    html! {
        section #comments aria-labelledby="comments-title" {
            h2 #comments-title { "Comments" }
            @match became {
                Some("shown") => p role="status" { "Thank you. Your comment is shown." },
                Some("waits") => p role="status" { "Thank you. Your comment is shown when the shop has read it." },
                Some("incomplete") => p role="alert" { "Enter your name, your email address and a comment." },
                Some("later") => p role="alert" { "Too many comments wait to be read. Try again later." },
                _ => {}
            }
            @for comment in said {
                article.comment {
                    p { strong { (comment.author) } }
                    @for line in comment.body.lines() { p { (line) } }
                }
            }
            form method="post" action={ (path) "/comments" } {
                label { "Name" input name="comment[author]" autocomplete="name" maxlength="255" required; }
                label { "Email" input type="email" name="comment[email]" autocomplete="email" maxlength="255" required; }
                label { "Comment" textarea name="comment[body]" rows="5" maxlength="5000" required {} }
                button type="submit" { "Post comment" }
            }
        }
    }
}

/// `POST /blogs/{blog}/{handle}/comments`.
pub(crate) async fn add(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Path((blog, handle)): Path<(String, String)>,
    Form(said): Form<Said>,
) -> Reply {
    let agent = headers.get(header::USER_AGENT);
    let new = NewComment {
        author: said.author,
        email: said.email,
        body: said.body,
        ip: visit.peer.map(|peer| peer.to_string()),
        user_agent: agent
            .and_then(|agent| agent.to_str().ok())
            .map(str::to_owned),
    };
    let now = visit.now;
    let (blog, article) = visit
        .read(move |tx| shown_article(tx, &blog, &handle, now))
        .await?;
    let id = article.id;
    let call = visit.call(Actor::Buyer);
    let done = visit
        .db
        .write(visit.shop, move |tx| {
            content::create_comment(tx, &call, id, &new)
        })
        .await;
    let became = match done {
        Ok(CommentStatus::Published) => "shown",
        Ok(_) => "waits",
        Err(CommentError::Author | CommentError::Email | CommentError::Body) => "incomplete",
        Err(CommentError::TooMany) => "later",
        Err(CommentError::Closed | CommentError::NotFound) => return Err(Fault::NotFound),
        Err(CommentError::Store(cause)) => return Err(cause.into()),
    };
    let path = format!("/blogs/{}/{}", blog.handle, article.handle);
    Ok(see_other(&format!("{path}?comment={became}#comments")))
}
