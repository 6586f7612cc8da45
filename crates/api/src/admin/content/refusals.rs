//! Refusals of pages, blogs and articles as user errors, with the codes of each mutation.

use commerce::content::{ContentError, Part};
use commerce::metafields::MetafieldError;
use graphql::Error;

use crate::Registry;
use crate::errors::{UserError, fault, user_error_with_code};

/// Whose codes are meant. Their enums differ in a few members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codes {
    Page,
    BlogCreate,
    BlogUpdate,
    Article,
}

pub(super) fn register(r: &mut Registry) {
    for name in [
        "PageCreateUserError",
        "PageUpdateUserError",
        "PageDeleteUserError",
        "BlogCreateUserError",
        "BlogUpdateUserError",
        "BlogDeleteUserError",
        "ArticleCreateUserError",
        "ArticleUpdateUserError",
        "ArticleDeleteUserError",
        "MenuCreateUserError",
        "MenuUpdateUserError",
        "MenuDeleteUserError",
        "UrlRedirectUserError",
    ] {
        user_error_with_code(r, name);
    }
}

/// A refusal; faults stay errors.
pub(super) fn user_error(error: ContentError, codes: Codes) -> Result<UserError, Error> {
    if let ContentError::Store(cause) = error {
        return Err(fault(cause));
    }
    let argument = match codes {
        Codes::Page => "page",
        Codes::BlogCreate | Codes::BlogUpdate => "blog",
        Codes::Article => "article",
    };
    let place;
    let field: Vec<&str> = match &error {
        ContentError::NotFound(_) => vec!["id"],
        ContentError::TitleBlank => vec![argument, "title"],
        ContentError::TooLong(part, _) | ContentError::TooBig(part) => {
            vec![argument, input_of(*part)]
        }
        ContentError::HandleTaken | ContentError::HandleEmpty => vec![argument, "handle"],
        ContentError::TooManyTags => vec![argument, "tags"],
        ContentError::ImageInvalid | ContentError::ImageRefused(_) => {
            vec![argument, "image", "url"]
        }
        ContentError::TooManyMetafields => vec![argument, "metafields"],
        ContentError::Metafield { index, .. } => {
            place = index.to_string();
            vec![argument, "metafields", &place]
        }
        ContentError::PublishDate
        | ContentError::BlogNeeded
        | ContentError::BlogAmbiguous
        | ContentError::BlogMissing
        | ContentError::AuthorNeeded
        | ContentError::AuthorAmbiguous
        | ContentError::AuthorMissing
        | ContentError::Store(_) => vec![argument],
    };
    Ok(UserError::new(&field, code(&error, codes), &error))
}

const fn input_of(part: Part) -> &'static str {
    match part {
        Part::Title => "title",
        Part::Handle => "handle",
        Part::Body => "body",
        Part::Summary => "summary",
        Part::TemplateSuffix => "templateSuffix",
        Part::Author => "author",
        Part::Tags => "tags",
    }
}

fn code(error: &ContentError, codes: Codes) -> &'static str {
    let is_blog = matches!(codes, Codes::BlogCreate | Codes::BlogUpdate);
    match error {
        ContentError::NotFound(_) | ContentError::BlogMissing => "NOT_FOUND",
        // A new blog's codes know no blank.
        ContentError::TitleBlank if codes == Codes::BlogCreate => "INVALID",
        ContentError::TitleBlank => "BLANK",
        ContentError::TooBig(_) if codes == Codes::Page => "TOO_BIG",
        ContentError::TooLong(..) | ContentError::TooBig(_) => "TOO_LONG",
        ContentError::HandleTaken if is_blog => "INVALID",
        ContentError::HandleTaken => "TAKEN",
        ContentError::PublishDate => "INVALID_PUBLISH_DATE",
        ContentError::BlogNeeded => "BLOG_REFERENCE_REQUIRED",
        ContentError::BlogAmbiguous => "AMBIGUOUS_BLOG",
        ContentError::AuthorNeeded => "AUTHOR_FIELD_REQUIRED",
        ContentError::AuthorAmbiguous => "AMBIGUOUS_AUTHOR",
        ContentError::AuthorMissing => "AUTHOR_MUST_EXIST",
        ContentError::HandleEmpty
        | ContentError::TooManyTags
        | ContentError::ImageInvalid
        | ContentError::ImageRefused(_)
        | ContentError::Store(_) => "INVALID",
        ContentError::TooManyMetafields | ContentError::Metafield { .. }
            if codes == Codes::BlogUpdate =>
        {
            "INVALID"
        }
        ContentError::Metafield {
            why: MetafieldError::TypeMissing | MetafieldError::TypeUnknown(_),
            ..
        } => "INVALID_TYPE",
        ContentError::TooManyMetafields | ContentError::Metafield { .. } => "INVALID_VALUE",
    }
}
