//! The picture of a collection or an article: a file of the shop, from wherever it comes.

use store::{StoreError, Tx};
use units::MediaImageId;

use super::create::{FileInput, enqueue, prepare};
use super::source::home;
use super::{File, FileError, FileKind, sql};
use crate::call::Call;

/// What is kept of a picture beside the row that shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// The file; none when the picture is a path in the shop.
    pub id: Option<MediaImageId>,
    /// Where it is seen; nowhere before its bytes are there.
    pub url: Option<String>,
    /// Width in pixels, when known.
    pub width: Option<i64>,
    /// Height in pixels, when known.
    pub height: Option<i64>,
}

/// A picture that was looked up and not written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPicture {
    /// What is kept of it.
    pub picture: Picture,
    /// The file, when it is a new one.
    file: Option<File>,
}

impl PlannedPicture {
    /// Writes what is new of it; gives what is kept.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn write(self, tx: &mut Tx, call: &Call) -> Result<Picture, StoreError> {
        sql::upsert(tx, self.file.as_slice())?;
        enqueue(tx, call, self.file.as_slice())?;
        Ok(self.picture)
    }
}

impl From<Picture> for PlannedPicture {
    fn from(picture: Picture) -> Self {
        Self {
            picture,
            file: None,
        }
    }
}

/// The picture at an address: the one that is shown, or on its way, when it is from there already,
/// or a new file, whose bytes follow. A path in the shop stays what it is. Nothing is written.
///
/// # Errors
/// A refusal, at place 0; `Store` is safe to retry.
pub fn picture(
    tx: &mut Tx,
    call: &Call,
    held: &Picture,
    address: &str,
    alt: &str,
) -> Result<PlannedPicture, FileError> {
    let address = address.trim();
    if is_held(tx, held, address)? {
        return Ok(held.clone().into());
    }
    if address.starts_with('/') && !address.starts_with("//") {
        let plain = |c: char| !c.is_control() && !matches!(c, ' ' | '"' | '<' | '>');
        return match address.chars().all(plain) {
            true => Ok(PlannedPicture::from(Picture {
                url: Some(address.to_owned()),
                ..Picture::default()
            })),
            false => Err(FileError::SourceInvalid(0)),
        };
    }
    let asked = FileInput {
        kind: Some(FileKind::Image),
        source: address.to_owned(),
        alt: Some(alt.to_owned()),
        ..FileInput::default()
    };
    let prepared = prepare(tx, call, &[(0, &asked)])?.pop();
    let file = prepared.unwrap_or(Err(FileError::SourceInvalid(0)))?;
    Ok(PlannedPicture {
        picture: Picture {
            id: Some(file.id),
            ..Picture::default()
        },
        file: Some(file),
    })
}

/// Whether the picture that is held is the one at an address. What could not be brought is tried
/// anew.
fn is_held(tx: &mut Tx, held: &Picture, address: &str) -> Result<bool, StoreError> {
    if let Some(url) = &held.url
        && home(tx, &[address])?.is_seen_at(url, address)
    {
        return Ok(true);
    }
    let file = match held.id {
        Some(id) => sql::by_ids(tx, &[id])?.pop().flatten(),
        None => None,
    };
    Ok(file.is_some_and(|file| file.is_from(address)))
}
