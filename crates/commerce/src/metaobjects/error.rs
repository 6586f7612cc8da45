//! Why a metaobject or its definition is refused.

use std::borrow::Cow;

use store::StoreError;

use crate::metafields::{OptionError, ValueError};

/// A refusal of one or more parts of an input, or the store's fault.
#[derive(Debug, thiserror::Error)]
pub enum MetaobjectError {
    /// The caller's to fix; nothing was written.
    #[error("{}", .0.first().map(|refusal| refusal.why.to_string()).unwrap_or_default())]
    Refused(Vec<Refusal>),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One refused part of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where in the input: `["metaobject", "fields", "0"]`.
    pub at: Vec<Cow<'static, str>>,
    /// The key of the field to blame.
    pub key: Option<String>,
    /// The place in a list of the entry to blame.
    pub index: Option<usize>,
    /// Why.
    pub why: Why,
}

/// Why a part of an input is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// No such row.
    #[error("Record not found")]
    NotFound,
    /// The type belongs to another app or to the platform.
    #[error("Not authorized. This type is reserved for use by another application.")]
    NotAuthorized,
    /// A required text is empty.
    #[error("{0} can't be blank")]
    Blank(&'static str),
    /// A text is too short.
    #[error("{0} is too short (minimum is {1} characters)")]
    TooShort(&'static str, usize),
    /// A text is too long.
    #[error("{0} is too long (maximum is {1} characters)")]
    TooLong(&'static str, usize),
    /// Characters that a name cannot have.
    #[error("{0} contains one or more invalid characters.")]
    Characters(&'static str),
    /// The type has a definition already.
    #[error("Type has already been taken")]
    TypeTaken,
    /// More definitions than an app, or the merchant, may have.
    #[error("Maximum number of metaobject definitions has been exceeded (maximum is 128)")]
    TooManyDefinitions,
    /// More fields than a definition may have.
    #[error("Maximum 40 fields per metaobject definition")]
    TooManyFields,
    /// A name that means something else.
    #[error("The name \"{0}\" is reserved for system use")]
    Reserved(String),
    /// A field is given twice.
    #[error("Field \"{0}\" duplicates other inputs")]
    Duplicate(String),
    /// The definition has that field already.
    #[error("Field \"{0}\" already exists")]
    FieldTaken(String),
    /// The definition has no such field.
    #[error("Field definition \"{0}\" does not exist")]
    FieldMissing(String),
    /// No such type of fields.
    #[error("Type name {0} is not a valid type.")]
    FieldType(String),
    /// An option is none of the field's type.
    #[error(transparent)]
    Option(OptionError),
    /// Another field than one of text.
    #[error("The field \"{0}\" must be a text field to be used by the renderable capability")]
    NotText(String),
    /// A page needs its part of the address.
    #[error("URL handle can't be blank")]
    UrlHandleBlank,
    /// Not of the shape of a part of an address.
    #[error("URL handle can only contain letters, digits and hyphens")]
    UrlHandle,
    /// Another definition has it.
    #[error("URL handle has already been taken")]
    UrlHandleTaken,
    /// Entries depend on the capability.
    #[error("Publishable cannot be disabled while metaobjects of this type are drafts.")]
    Drafts,
    /// Everybody may read and write what is no app's own.
    #[error(
        "Admin access can only be specified on metaobject definitions that have an app-reserved type."
    )]
    AdminAccess,
    /// Signed-in customers read, but never write.
    #[error("Customer account access must be one of NONE and READ.")]
    CustomerAccess,
    /// No definition of the type.
    #[error("No metaobject definition exists for type \"{0}\"")]
    TypeMissing(String),
    /// A field needs a value.
    #[error("{0} can't be blank")]
    Required(String),
    /// A value that does not fit its field.
    #[error("Value {0}")]
    Value(ValueError),
    /// The definition does not have the capability.
    #[error("Capability is not enabled on this definition")]
    Capability,
    /// Another entry of the type has it.
    #[error("Handle has already been taken")]
    HandleTaken,
    /// A handle without a letter or digit.
    #[error("Handle must contain a letter or a digit")]
    HandleEmpty,
    /// More entries than a type may have.
    #[error("Maximum number of metaobjects for this type has been exceeded (maximum is 1000000)")]
    TooManyEntries,
}

impl Refusal {
    /// A refusal at a place of the input.
    pub fn new<P: Into<Cow<'static, str>>>(at: impl IntoIterator<Item = P>, why: Why) -> Self {
        Self {
            at: at.into_iter().map(Into::into).collect(),
            key: None,
            index: None,
            why,
        }
    }

    /// A refusal of one field of a list.
    #[must_use]
    pub fn of_field(list: [&'static str; 2], place: usize, key: &str, why: Why) -> Self {
        let place = Cow::Owned(place.to_string());
        Self {
            at: vec![list[0].into(), list[1].into(), place],
            key: Some(key.to_owned()),
            index: None,
            why,
        }
    }
}

impl MetaobjectError {
    /// A refusal of one part.
    pub fn at<P: Into<Cow<'static, str>>>(at: impl IntoIterator<Item = P>, why: Why) -> Self {
        Self::Refused(vec![Refusal::new(at, why)])
    }
}
