//! Pages: what a shop says about itself.

use store::{Tx, record};
use units::{PageId, Timestamp};

use super::common::{
    free_handle, handle_of, plan_metafields, publish_date, put_html, put_suffix, put_title,
    wanted_handle,
};
use super::error::{ContentError, Kind, Part};
use super::{redirects, sql};
use crate::call::Call;
use crate::events::{self, Deed, Subject};
use crate::metafields::{self, NewMetafield, Owner};

record! {
    /// A page.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Page {
        /// Id.
        pub id: PageId,
        /// What it is called.
        pub title: String,
        /// Its part of the address; unique among pages.
        pub handle: String,
        /// What it says, in HTML.
        pub body_html: String,
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

/// A page, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct PageInput {
    /// What it is called.
    pub title: Option<String>,
    /// Its part of the address; made of the title when left out.
    pub handle: Option<String>,
    /// What it says, in HTML.
    pub body_html: Option<String>,
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

/// Makes a page.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_page(tx: &mut Tx, call: &Call, input: &PageInput) -> Result<PageId, ContentError> {
    let mut page = Page {
        id: call.new_id(),
        title: String::new(),
        handle: String::new(),
        body_html: String::new(),
        template_suffix: None,
        published_at: Some(call.now),
        created_at: call.now,
        updated_at: call.now,
    };
    apply(&mut page, input, call.now)?;
    if page.title.is_empty() {
        return Err(ContentError::TitleBlank);
    }
    page.handle = match wanted_handle(input.handle.as_deref())? {
        Some(wanted) if sql::page_by_handle(tx, &wanted)?.is_some() => {
            return Err(ContentError::HandleTaken);
        }
        Some(wanted) => wanted,
        None => {
            let base = handle_of(&page.title, "page");
            let taken = sql::handles_like(tx, "pages", &base)?;
            free_handle(base, &taken)
        }
    };
    let planned = plan_metafields(tx, call, Owner::Page, page.id.get(), &input.metafields)?;
    sql::insert_page(tx, &page)?;
    planned.write(tx)?;
    events::note(tx, call, Deed::Create, Subject::Page, page.id)?;
    Ok(page.id)
}

/// Changes what the input gives of a page.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_page(
    tx: &mut Tx,
    call: &Call,
    id: PageId,
    input: &PageInput,
) -> Result<PageId, ContentError> {
    let mut page = sql::lock_page(tx, id)?.ok_or(ContentError::NotFound(Kind::Page))?;
    let old = page.handle.clone();
    apply(&mut page, input, call.now)?;
    if let Some(wanted) = wanted_handle(input.handle.as_deref())? {
        let other = sql::page_by_handle(tx, &wanted)?;
        if other.is_some_and(|other| other.id != id) {
            return Err(ContentError::HandleTaken);
        }
        page.handle = wanted;
    }
    let planned = plan_metafields(tx, call, Owner::Page, id.get(), &input.metafields)?;
    page.updated_at = call.now;
    sql::update_page(tx, &page)?;
    planned.write(tx)?;
    if input.redirect_new_handle == Some(true) && page.handle != old {
        let (from, to) = (format!("/pages/{old}"), format!("/pages/{}", page.handle));
        redirects::lead(tx, call, &from, &to)?;
    }
    events::note(tx, call, Deed::Update, Subject::Page, id)?;
    Ok(id)
}

/// Deletes a page with its metafields.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_page(tx: &mut Tx, call: &Call, id: PageId) -> Result<PageId, ContentError> {
    sql::lock_page(tx, id)?.ok_or(ContentError::NotFound(Kind::Page))?;
    metafields::delete_all(tx, Owner::Page, &[id.get()])?;
    sql::delete(tx, "pages", id.get())?;
    events::note(tx, call, Deed::Delete, Subject::Page, id)?;
    Ok(id)
}

fn apply(page: &mut Page, input: &PageInput, now: Timestamp) -> Result<(), ContentError> {
    put_title(&mut page.title, input.title.as_deref())?;
    put_html(&mut page.body_html, input.body_html.as_deref(), Part::Body)?;
    put_suffix(&mut page.template_suffix, input.template_suffix.as_ref())?;
    page.published_at = publish_date(
        page.published_at,
        input.is_published,
        input.publish_date,
        now,
    )?;
    Ok(())
}
