//! Why a page, blog or article is refused.

use store::StoreError;

use crate::metafields::MetafieldError;

/// A kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page.
    Page,
    /// A blog.
    Blog,
    /// An article.
    Article,
}

/// A text of a page, blog or article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What it is called.
    Title,
    /// Its part of the address.
    Handle,
    /// What it says.
    Body,
    /// What it says in short.
    Summary,
    /// The theme's template.
    TemplateSuffix,
    /// Who wrote it.
    Author,
    /// One of its tags.
    Tags,
}

/// Why a page, blog or article is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// No such row.
    #[error("{} does not exist", .0.name())]
    NotFound(Kind),
    /// A title is needed.
    #[error("Title can't be blank")]
    TitleBlank,
    /// A text is too long.
    #[error("{} is too long (maximum is {} characters)", .0.name(), .1)]
    TooLong(Part, usize),
    /// A body beyond what a page can be.
    #[error("{} is too big (maximum is 512 KB)", .0.name())]
    TooBig(Part),
    /// The handle is another's.
    #[error("Handle has already been taken")]
    HandleTaken,
    /// A handle without a letter or digit.
    #[error("Handle must contain a letter or a digit")]
    HandleEmpty,
    /// Shown now and shown later cannot both be.
    #[error("Can’t set isPublished to true and also set a future publish date.")]
    PublishDate,
    /// More tags than an article may have.
    #[error("An article has at most 250 tags")]
    TooManyTags,
    /// An article stands in a blog.
    #[error("Must reference or create a blog when creating an article.")]
    BlogNeeded,
    /// Both a blog to use and one to make.
    #[error("Can't create a blog from input if a blog ID is supplied.")]
    BlogAmbiguous,
    /// The blog is not there.
    #[error("Must reference an existing blog.")]
    BlogMissing,
    /// Somebody wrote it.
    #[error("Can't create an article if both author name and user ID are blank.")]
    AuthorNeeded,
    /// Both a name and a member of the staff.
    #[error("Can't set both an author name and a user ID.")]
    AuthorAmbiguous,
    /// The member of the staff is not there.
    #[error("User must exist if a user ID is supplied.")]
    AuthorMissing,
    /// The picture's address is none.
    #[error("Image URL is invalid")]
    ImageInvalid,
    /// The picture cannot be taken; in words.
    #[error("{0}")]
    ImageRefused(String),
    /// More metafields than one call sets.
    #[error("At most 25 metafields can be set at once.")]
    TooManyMetafields,
    /// A metafield, by its place.
    #[error("{why}")]
    Metafield {
        /// Its place in the list.
        index: usize,
        /// What is wrong with it.
        why: MetafieldError,
    },
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Kind {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "Page",
            Self::Blog => "Blog",
            Self::Article => "Article",
        }
    }
}

impl Part {
    /// What a merchant reads.
    const fn name(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Handle => "Handle",
            Self::Body => "Body",
            Self::Summary => "Summary",
            Self::TemplateSuffix => "Template suffix",
            Self::Author => "Author",
            Self::Tags => "Tag",
        }
    }
}
