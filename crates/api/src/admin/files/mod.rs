//! Files: uploads, the shop's files, and how each kind is shown.

mod inputs;
mod mutations;
mod objects;
mod refusals;
mod staged;

use commerce::apps::Scope;
use commerce::files::{self, FILES, File, FileSort};
use graphql::{Error, Obj, Page, PageArgs};
use serde::Deserialize;
use store::search;
use units::{MediaImageId, SavedSearchId};

use super::batches::map_page;
use super::saved_searches::joined;
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::searches::compiled;
use crate::{Cx, Registry};

pub(super) use inputs::{ContentType, FileType};
pub(super) use objects::{Picture, media_object, picture};

/// Any of these opens files.
pub(super) const READ: &[Scope] = &[Scope::ReadFiles, Scope::ReadProducts, Scope::ReadThemes];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FilesArgs {
    query: Option<String>,
    saved_search_id: Option<SavedSearchId>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    CreatedAt,
    Filename,
    Id,
    OriginalUploadSize,
    Relevance,
    UpdatedAt,
}

pub(super) fn register(r: &mut Registry) {
    r.query("files", list);
    r.connection::<Obj>("FileConnection", "FileEdge");
    objects::register(r);
    refusals::register(r);
    mutations::register(r);
    staged::register(r);
}

fn list(args: &(PageArgs, FilesArgs), cx: &mut Cx) -> Result<Page<Obj>, Error> {
    cx.permit_any("files", READ)?;
    let (args, wanted) = args;
    let reading = cx.reading()?;
    let query = joined(cx, wanted.query.as_deref(), wanted.saved_search_id)?;
    let found = search::compile(&query, &FILES, reading);
    let filter = compiled(cx, "files", &query, found);
    let sort = match wanted.sort_key {
        SortKey::CreatedAt => FileSort::CreatedAt,
        SortKey::Filename => FileSort::Filename,
        SortKey::Id | SortKey::Relevance => FileSort::Id,
        SortKey::OriginalUploadSize => FileSort::Size,
        SortKey::UpdatedAt => FileSort::UpdatedAt,
    };
    let found = files::files_page(&mut cx.tx, filter, sort, &window(args)?);
    let found = found.map(page).map_err(page_error)?;
    let origin = cx.request.origin().to_owned();
    Ok(map_page(found, |file| objects::file_object(file, &origin)))
}

/// Files with those ids, one place for each.
pub(super) fn by_ids(cx: &mut Cx, ids: &[MediaImageId]) -> Result<Vec<Option<File>>, Error> {
    files::by_ids(&mut cx.tx, ids).map_err(fault)
}

/// Files by id, of the kind that the id names: for `node` and for references.
fn of_kind(cx: &mut Cx, ids: &[i64], kind: &str) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit_any("file", READ)?;
    let ids: Vec<MediaImageId> = ids.iter().copied().map(MediaImageId).collect();
    let found = by_ids(cx, &ids)?;
    let origin = cx.request.origin().to_owned();
    let shown = |file: Option<File>| {
        let file = file.filter(|file| file.gid_kind() == kind)?;
        Some(objects::file_object(file, &origin))
    };
    Ok(found.into_iter().map(shown).collect())
}

/// Pictures by id.
pub(super) fn image_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    of_kind(cx, ids, "MediaImage")
}

/// Plain files by id.
pub(super) fn generic_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    of_kind(cx, ids, "GenericFile")
}

/// Films by id.
pub(super) fn video_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    of_kind(cx, ids, "Video")
}

/// Films on other sites by id.
pub(super) fn external_video_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    of_kind(cx, ids, "ExternalVideo")
}

/// Models by id.
pub(super) fn model_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    of_kind(cx, ids, "Model3d")
}
