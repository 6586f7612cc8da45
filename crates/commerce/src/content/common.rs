//! What pages, blogs and articles have in common: titles, handles, dates and metafields.

use store::Tx;
use units::{HANDLE_CHARS_MAX, Timestamp, handleize};

use super::error::{ContentError, Part};
use crate::call::Call;
use crate::catalog::plain_text;
use crate::metafields::{self, MetafieldsError, NewMetafield, Owned, Owner, Plan};

/// Titles, authors and the like, in characters.
const LINE_CHARS_MAX: usize = 255;
/// Bodies, in bytes.
const BODY_BYTES_MAX: usize = 512 * 1024;
/// What a summary keeps of a body, in characters.
const SUMMARY_CHARS: usize = 150;

/// The first of a body's text: 150 characters, and an ellipsis when there are more.
#[must_use]
pub fn summary(html: &str) -> String {
    let text = plain_text(html);
    match text.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}...", text[..end].trim_end()),
        None => text,
    }
}

/// Whether something that is published at a moment is shown at another.
#[must_use]
pub fn published(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now)
}

/// Puts a title; `None` leaves it as it is.
pub(super) fn put_title(title: &mut String, given: Option<&str>) -> Result<(), ContentError> {
    let Some(given) = given else {
        return Ok(());
    };
    let line = checked_line(given, Part::Title)?;
    if line.is_empty() {
        return Err(ContentError::TitleBlank);
    }
    *title = line;
    Ok(())
}

/// A single line of text, trimmed.
pub(super) fn checked_line(text: &str, part: Part) -> Result<String, ContentError> {
    let line = text.trim();
    if line.chars().count() > LINE_CHARS_MAX {
        return Err(ContentError::TooLong(part, LINE_CHARS_MAX));
    }
    Ok(clean(line))
}

/// Puts a body of HTML; `None` leaves it as it is.
pub(super) fn put_html(
    html: &mut String,
    given: Option<&str>,
    part: Part,
) -> Result<(), ContentError> {
    if let Some(given) = given {
        if given.len() > BODY_BYTES_MAX {
            return Err(ContentError::TooBig(part));
        }
        *html = clean(given);
    }
    Ok(())
}

/// Puts a template; `Some(None)` takes it off.
pub(super) fn put_suffix(
    suffix: &mut Option<String>,
    given: Option<&Option<String>>,
) -> Result<(), ContentError> {
    if let Some(given) = given {
        let line = checked_line(given.as_deref().unwrap_or_default(), Part::TemplateSuffix)?;
        *suffix = (!line.is_empty()).then_some(line);
    }
    Ok(())
}

/// A wanted handle in its usual form; `None` when none is wanted.
pub(super) fn wanted_handle(given: Option<&str>) -> Result<Option<String>, ContentError> {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    if given.chars().count() > HANDLE_CHARS_MAX {
        return Err(ContentError::TooLong(Part::Handle, HANDLE_CHARS_MAX));
    }
    match handleize(given) {
        tidy if tidy.is_empty() => Err(ContentError::HandleEmpty),
        tidy => Ok(Some(tidy)),
    }
}

/// The first of `base`, `base-1`, `base-2`, … that is not taken.
pub(super) fn free_handle(base: String, taken: &[String]) -> String {
    let is_free = |handle: &String| !taken.contains(handle);
    if is_free(&base) {
        return base;
    }
    let numbered = (1..=taken.len() + 1)
        .map(|number| format!("{base}-{number}"))
        .find(is_free);
    numbered.expect("one number more than there are handles is free")
}

/// A handle made of a title.
pub(super) fn handle_of(title: &str, nameless: &str) -> String {
    match handleize(title) {
        handle if handle.is_empty() => nameless.to_owned(),
        handle => handle,
    }
}

/// When something is shown, from what the caller said of it and what it was before.
pub(super) fn publish_date(
    before: Option<Timestamp>,
    is_published: Option<bool>,
    date: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Timestamp>, ContentError> {
    match (is_published, date) {
        (Some(true), Some(date)) if date > now => Err(ContentError::PublishDate),
        (Some(true) | None, Some(date)) => Ok(Some(date)),
        (Some(true), None) => Ok(Some(before.filter(|at| *at <= now).unwrap_or(now))),
        // Hidden until a moment that is to come.
        (Some(false), date) => Ok(date.filter(|date| *date > now)),
        (None, None) => Ok(before),
    }
}

/// Checks an owner's metafields; they are written with the owner.
pub(super) fn plan_metafields(
    tx: &mut Tx,
    call: &Call,
    owner: Owner,
    id: i64,
    given: &[NewMetafield],
) -> Result<Plan, ContentError> {
    let owned: Vec<Owned> = given
        .iter()
        .map(|metafield| Owned {
            owner,
            owner_id: id,
            metafield: metafield.clone(),
        })
        .collect();
    if owned.len() > metafields::MAX_PER_CALL {
        return Err(ContentError::TooManyMetafields);
    }
    metafields::plan(tx, call, &owned).map_err(|error| match error {
        MetafieldsError::Store(fault) => ContentError::Store(fault),
        MetafieldsError::TooMany => ContentError::TooManyMetafields,
        MetafieldsError::Refused(refused) => match refused.into_iter().next() {
            Some((index, why)) => ContentError::Metafield { index, why },
            None => ContentError::TooManyMetafields,
        },
    })
}

/// NUL cannot be kept, and means nothing.
pub(super) fn clean(text: &str) -> String {
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);
    const LATER: Timestamp = Timestamp(2_000);
    const EARLIER: Timestamp = Timestamp(500);

    #[test]
    fn a_summary_is_cut_at_150_characters() {
        assert_eq!(summary("<p>Open <b>daily</b></p>"), "Open daily");
        let long = summary(&"x".repeat(200));
        assert_eq!(long.chars().count(), 153);
        assert!(long.ends_with("x..."));
    }

    #[test]
    fn what_is_shown_now_has_no_date_to_come() {
        let date = |before, shown, date| publish_date(before, shown, date, NOW);
        assert!(matches!(
            date(None, Some(true), Some(LATER)),
            Err(ContentError::PublishDate)
        ));
        assert_eq!(date(None, Some(true), None).unwrap(), Some(NOW));
        assert_eq!(
            date(Some(EARLIER), Some(true), None).unwrap(),
            Some(EARLIER)
        );
        assert_eq!(date(Some(LATER), Some(true), None).unwrap(), Some(NOW));
        assert_eq!(date(None, Some(false), Some(LATER)).unwrap(), Some(LATER));
        assert_eq!(date(Some(EARLIER), Some(false), None).unwrap(), None);
        assert_eq!(date(Some(EARLIER), None, None).unwrap(), Some(EARLIER));
    }

    #[test]
    fn a_taken_handle_gets_a_number() {
        let taken = ["about".to_owned(), "about-1".to_owned()];
        assert_eq!(free_handle("about".to_owned(), &taken), "about-2");
        assert_eq!(free_handle("team".to_owned(), &taken), "team");
    }
}
