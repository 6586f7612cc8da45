//! The rule for a product's own fields, its tags and its pictures.

use std::borrow::Cow;

use units::{HANDLE_CHARS_MAX, MediaImageId, fold, handleize};

use super::errors::{Refusal, Why};
use super::input::{MediaInput, ProductInput};
use super::sheet::{Birth, Sheet};
use super::taxonomy::taxonomy;
use super::{MEDIA_MAX, MediaImage};
use crate::files::{self, File, FileKind, FileStatus};
use crate::tags;

/// Titles, vendors and the like, in characters.
pub(super) const LINE_CHARS_MAX: usize = 255;
/// Descriptions, in bytes.
pub(super) const DESCRIPTION_BYTES_MAX: usize = 512 * 1024;
/// Addresses of pictures, in bytes.
const URL_BYTES_MAX: usize = 2048;
/// Alternative texts, in characters.
const ALT_CHARS_MAX: usize = 512;

/// Puts the input's own fields onto the sheet. `is_new` demands a title and allows what only a
/// new product may be given.
pub(super) fn apply(sheet: &mut Sheet, input: &ProductInput, is_new: bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let product = &mut sheet.product;
    match input.title.as_deref().map(str::trim) {
        Some("") => refusals.push(Refusal::new(["title"], Why::Blank("Title"))),
        None if is_new => refusals.push(Refusal::new(["title"], Why::Blank("Title"))),
        Some(title) => line(&mut product.title, title, "title", "Title", &mut refusals),
        None => {}
    }
    if let Some(vendor) = input.vendor.as_deref() {
        line(
            &mut product.vendor,
            vendor.trim(),
            "vendor",
            "Vendor",
            &mut refusals,
        );
    }
    if let Some(kind) = input.product_type.as_deref() {
        line(
            &mut product.product_type,
            kind.trim(),
            "productType",
            "Product type",
            &mut refusals,
        );
    }
    if let Some(wanted) = input.category.as_deref() {
        let place = &mut product.category;
        match category(wanted.trim()) {
            Ok(name) => line(place, &name, "category", "Category", &mut refusals),
            Err(why) => refusals.push(Refusal::new(["category"], why)),
        }
    }
    if let Some(html) = input.description_html.as_deref() {
        if html.len() > DESCRIPTION_BYTES_MAX {
            let why = Why::TooLong("Description", DESCRIPTION_BYTES_MAX);
            refusals.push(Refusal::new(["descriptionHtml"], why));
        } else {
            product.description_html = clean(html).into_owned();
        }
    }
    if let Some(status) = input.status {
        product.status = status;
    }
    if let Some(published_at) = input.published_at {
        product.published_at = published_at;
    }
    if let Some(suffix) = &input.template_suffix {
        product.template_suffix = filled(suffix.as_deref());
    }
    if let Some(title) = &input.seo_title {
        product.seo_title = filled(title.as_deref());
    }
    if let Some(description) = &input.seo_description {
        product.seo_description = filled(description.as_deref());
    }
    if let Some(gift_card) = input.gift_card {
        if !is_new && gift_card != product.gift_card {
            refusals.push(Refusal::new(["giftCard"], Why::GiftCardFixed));
        }
        product.gift_card = gift_card;
    }
    if let Some(required) = input.requires_selling_plan {
        product.requires_selling_plan = required;
    }
    refusals.extend(handle(&mut product.handle, input.handle.as_deref()));
    refusals.extend(put_tags(sheet, input.tags.as_deref()));
    refusals
}

/// The full name of a category that is meant by its id or its name. A name that the list does not
/// have is kept as it is: files of other shops bring them.
fn category(wanted: &str) -> Result<Cow<'_, str>, Why> {
    let known = match wanted.starts_with("gid://") {
        true => {
            let known = taxonomy().by_id(wanted);
            Some(known.ok_or_else(|| Why::CategoryMissing(wanted.to_owned()))?)
        }
        false => taxonomy().by_name(wanted),
    };
    Ok(known.map_or(Cow::Borrowed(wanted), |known| Cow::Owned(known.full_name)))
}

fn put_tags(sheet: &mut Sheet, given: Option<&[String]>) -> Option<Refusal> {
    let why = match tags::checked(given?) {
        Ok(checked) => {
            // A tag that the product has keeps its case.
            let held = |tag: String| sheet.tags.iter().find(|held| same(held, &tag)).cloned();
            sheet.tags = checked
                .into_iter()
                .map(|tag| held(tag.clone()).unwrap_or(tag))
                .collect();
            return None;
        }
        Err(tags::TagsError::TooMany) => Why::TooManyTags,
        Err(_) => Why::TooLong("Tag", tags::TAG_CHARS_MAX),
    };
    Some(Refusal::new(["tags"], why))
}

/// Puts a wanted handle in its usual form. Without one it stays as it is.
pub(super) fn handle(current: &mut String, wanted: Option<&str>) -> Option<Refusal> {
    let wanted = wanted.map(str::trim).filter(|wanted| !wanted.is_empty())?;
    if wanted.chars().count() > HANDLE_CHARS_MAX {
        return Some(Refusal::new(
            ["handle"],
            Why::TooLong("Handle", HANDLE_CHARS_MAX),
        ));
    }
    let tidy = handleize(wanted);
    if tidy.is_empty() {
        return Some(Refusal::new(["handle"], Why::HandleEmpty));
    }
    *current = tidy;
    None
}

/// Adds a medium, or changes the one that is meant.
pub(super) fn put_media(
    sheet: &mut Sheet,
    input: &MediaInput,
    birth: &Birth<'_>,
) -> Result<MediaImageId, Why> {
    let place = match (input.id, &input.file, input.url.as_deref()) {
        (Some(id), file, _) => {
            let place = sheet.media.iter().position(|media| media.id == id);
            if place.is_none() && file.is_none() {
                return Err(Why::MediaMissing);
            }
            place
        }
        (None, Some(file), _) => sheet.media.iter().position(|media| media.id == file.id),
        (None, None, Some(url)) => sheet.media.iter().position(|media| media.url == url.trim()),
        (None, None, None) => return Err(Why::Url),
    };
    let alt = input.alt.as_deref().map(clean);
    if alt
        .as_ref()
        .is_some_and(|alt| alt.chars().count() > ALT_CHARS_MAX)
    {
        return Err(Why::TooLong("Alt text", ALT_CHARS_MAX));
    }
    if let Some(place) = place {
        let media = &mut sheet.media[place];
        if let Some(alt) = alt {
            media.alt = alt.into_owned();
        }
        return Ok(media.id);
    }
    if sheet.media.len() >= MEDIA_MAX {
        return Err(Why::TooManyMedia);
    }
    let mut file = match &input.file {
        Some(file) => file.clone(),
        None => kept_elsewhere(input.url.as_deref().unwrap_or_default(), birth)?,
    };
    if let Some(alt) = alt {
        file.alt = alt.into_owned();
    }
    let id = file.id;
    sheet.media.push(MediaImage {
        id,
        product_id: sheet.product.id,
        position: 0,
        content_type: file.kind,
        status: file.status,
        url: file.url.clone(),
        alt: file.alt.clone(),
        width: file.width,
        height: file.height,
        created_at: file.created_at,
        updated_at: file.updated_at,
    });
    sheet.files.push(file);
    Ok(id)
}

/// A picture that stays where it is: a path in the shop.
fn kept_elsewhere(url: &str, birth: &Birth<'_>) -> Result<File, Why> {
    let url = url.trim();
    if !is_path(url) {
        return Err(Why::Url);
    }
    Ok(File {
        id: birth.id(),
        kind: FileKind::Image,
        status: FileStatus::Ready,
        filename: String::new(),
        leaves: None,
        url: url.to_owned(),
        source: url.to_owned(),
        alt: String::new(),
        mime_type: files::mime_of(url).to_owned(),
        size_bytes: None,
        width: None,
        height: None,
        duration_ms: None,
        preview_id: None,
        error_code: String::new(),
        error: String::new(),
        created_at: birth.now,
        updated_at: birth.now,
    })
}

/// A path in the shop.
fn is_path(url: &str) -> bool {
    let rest = url.strip_prefix('/').unwrap_or_default();
    url.len() <= URL_BYTES_MAX
        && !(rest.is_empty() || rest.starts_with('/'))
        && !url
            .chars()
            .any(|c| c.is_control() || c == ' ' || c == '"' || c == '<')
}

/// A single line of text that must not be too long.
fn line(
    field: &mut String,
    text: &str,
    at: &'static str,
    name: &'static str,
    refusals: &mut Vec<Refusal>,
) {
    if text.chars().count() > LINE_CHARS_MAX {
        refusals.push(Refusal::new([at], Why::TooLong(name, LINE_CHARS_MAX)));
    } else {
        *field = clean(text).into_owned();
    }
}

/// The text, or nothing when it is blank.
pub(super) fn filled(text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    Some(clean(text).into_owned())
}

/// NUL cannot be kept, and means nothing.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether two names are the same to a merchant.
pub(super) fn same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    fold(one) == fold(other)
}
