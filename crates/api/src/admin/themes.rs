//! Themes as stored files.

use commerce::apps::Scope;
use commerce::themes::{
    self, Encoding, FileWhy, FilesError, NewBody, NewFile, Role, Theme, ThemeError, ThemeFile,
};
use graphql::{Error, MutationCx, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::OnlineStoreThemeId;

use super::batches::as_nodes;
use super::enums::input_enum;
use super::jobs::Job;
use super::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

input_enum! {
    /// What a theme is for.
    ThemeRole(Role)
}

/// A text in a file.
struct BodyText(String);
/// Bytes in a file.
struct BodyBase64(String);
/// What became of a file that was asked for: those that are there are simply listed.
#[derive(Clone, Copy)]
enum ReadResult {}

/// A refusal of a theme's file.
#[derive(Clone)]
struct FileUserError {
    error: UserError,
    filename: Option<String>,
}

/// A theme after a mutation.
type ThemePayload = Payload<OnlineStoreThemeId>;

/// Files after a mutation, or why they are as they were.
struct FilesPayload {
    files: Option<Vec<ThemeFile>>,
    job: Option<Job>,
    user_errors: Vec<FileUserError>,
}

#[derive(Deserialize)]
struct IdArgs {
    id: OnlineStoreThemeId,
}

#[derive(Deserialize)]
struct ThemesArgs {
    names: Option<Vec<String>>,
    roles: Option<Vec<ThemeRole>>,
}

#[derive(Deserialize)]
struct FilesArgs {
    filenames: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: OnlineStoreThemeId,
    input: UpdateInput,
}

#[derive(Deserialize)]
struct UpdateInput {
    name: Option<String>,
}

#[derive(Deserialize)]
struct DuplicateArgs {
    id: OnlineStoreThemeId,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpsertArgs {
    theme_id: OnlineStoreThemeId,
    files: Vec<UpsertInput>,
}

#[derive(Deserialize)]
struct UpsertInput {
    filename: String,
    body: BodyInput,
}

#[derive(Deserialize)]
struct BodyInput {
    #[serde(rename = "type")]
    kind: BodyKind,
    value: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum BodyKind {
    Base64,
    Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    theme_id: OnlineStoreThemeId,
    files: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CopyArgs {
    theme_id: OnlineStoreThemeId,
    files: Vec<CopyInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CopyInput {
    src_filename: String,
    dst_filename: String,
}

/// What of a role can be said of a new theme.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum NewRole {
    Development,
    Main,
    Unpublished,
}

#[derive(Deserialize)]
struct CreateArgs {
    source: String,
    name: Option<String>,
    role: Option<NewRole>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("theme", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("theme", Scope::ReadThemes)?;
        by_id(cx, args.id)
    });
    r.query("themes", list);
    r.connection::<Theme>("OnlineStoreThemeConnection", "OnlineStoreThemeEdge");
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    r.enum_values("ThemeRole", &roles);
    r.object::<Theme>("OnlineStoreTheme")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .text("role", |own| own.role.as_str())
        .leaf("prefix", |own| format!("/t/{}", own.number))
        // Files are written with the mutation that brings them.
        .leaf("processing", |own| !own.source.is_empty() && !own.failed)
        .leaf("processingFailed", |own| own.failed)
        .leaf("themeStoreId", |_| None::<i64>)
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .load("files", files);
    file_types(r);
    mutations(r);
}

fn file_types(r: &mut Registry) {
    r.connection::<ThemeFile>("OnlineStoreThemeFileConnection", "OnlineStoreThemeFileEdge")
        .child("userErrors", |_| Vec::<ReadResult>::new());
    r.object::<ReadResult>("OnlineStoreThemeFileReadResult")
        .text("filename", |own| match *own {})
        .text("code", |own| match *own {});
    for name in [
        "OnlineStoreThemeFile",
        "OnlineStoreThemeFileOperationResult",
    ] {
        r.object::<ThemeFile>(name)
            .text("filename", |own| &own.filename)
            .text_opt("checksumMd5", |own| Some(own.checksum_md5.as_str()))
            .leaf("size", |own| own.size_bytes.to_string())
            .leaf("createdAt", |own| DateTime(own.created_at))
            .leaf("updatedAt", |own| DateTime(own.updated_at));
    }
    r.object::<ThemeFile>("OnlineStoreThemeFile")
        .text("contentType", |own| own.content_type())
        .child("body", |own| -> Obj {
            match own.encoding {
                Encoding::Text => obj(BodyText(own.body.clone())),
                Encoding::Base64 => obj(BodyBase64(own.body.clone())),
            }
        });
    r.object::<BodyText>("OnlineStoreThemeFileBodyText")
        .text("content", |own| &own.0);
    r.object::<BodyBase64>("OnlineStoreThemeFileBodyBase64")
        .text("contentBase64", |own| &own.0);
    r.object::<FileUserError>("OnlineStoreThemeFilesUserErrors")
        .leaf("field", |own| own.error.field.clone())
        .text("message", |own| &own.error.message)
        .text_opt("code", |own| own.error.code)
        .text_opt("filename", |own| own.filename.as_deref());
}

fn mutations(r: &mut Registry) {
    r.mutation("themeCreate", create);
    r.mutation("themeUpdate", update);
    r.mutation("themePublish", publish);
    r.mutation("themeDelete", delete);
    r.mutation("themeDuplicate", duplicate);
    r.mutation("themeFilesUpsert", upsert);
    r.mutation("themeFilesDelete", delete_files);
    r.mutation("themeFilesCopy", copy);
    let changed = [
        "ThemeCreatePayload",
        "ThemeUpdatePayload",
        "ThemePublishPayload",
    ];
    payloads(r, &changed, "theme", by_id);
    payloads(r, &["ThemeDuplicatePayload"], "newTheme", by_id);
    deleted::<OnlineStoreThemeId>(r, "ThemeDeletePayload", "deletedThemeId");
    for (name, field) in [
        ("ThemeFilesUpsertPayload", "upsertedThemeFiles"),
        ("ThemeFilesDeletePayload", "deletedThemeFiles"),
        ("ThemeFilesCopyPayload", "copiedThemeFiles"),
    ] {
        r.object::<FilesPayload>(name)
            .child(field, |own| own.files.clone())
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<FilesPayload>("ThemeFilesUpsertPayload")
        .child("job", |own| own.job.clone());
    for name in [
        "ThemeCreateUserError",
        "ThemeUpdateUserError",
        "ThemePublishUserError",
        "ThemeDeleteUserError",
        "ThemeDuplicateUserError",
    ] {
        user_error_with_code(r, name);
    }
}

fn by_id(cx: &mut Cx, id: OnlineStoreThemeId) -> Result<Option<Theme>, Error> {
    let found = themes::by_ids(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, ThemesArgs), cx: &mut Cx) -> Result<Option<Page<Theme>>, Error> {
    cx.permit("themes", Scope::ReadThemes)?;
    let (args, wanted) = args;
    let roles: Vec<Role> = wanted.roles.iter().flatten().map(|role| role.0).collect();
    let names = wanted.names.as_deref().unwrap_or_default();
    let found = themes::themes_page(&mut cx.tx, &roles, names, &window(args)?);
    found.map(page).map(Some).map_err(page_error)
}

fn files(
    all: &[&Theme],
    args: &(PageArgs, FilesArgs),
    cx: &mut Cx,
) -> Vec<Result<Option<Page<ThemeFile>>, Error>> {
    let ids: Vec<OnlineStoreThemeId> = all.iter().map(|own| own.id).collect();
    let names = args.1.filenames.as_deref().unwrap_or_default();
    let mut load = || {
        let window = window(&args.0)?;
        let found = themes::files_page(&mut cx.tx, &ids, names, &window).map_err(page_error)?;
        Ok(found.into_iter().map(|found| Some(page(found))).collect())
    };
    spread(load(), all.len())
}

fn present(done: Result<OnlineStoreThemeId, ThemeError>) -> Result<ThemePayload, Error> {
    Payload::of(done, |error| {
        let (field, code): (&[&str], _) = match &error {
            ThemeError::NotFound => (&["id"], Some("NOT_FOUND")),
            ThemeError::NameBlank => (&["input", "name"], Some("INVALID")),
            ThemeError::NameTooLong => (&["input", "name"], Some("TOO_LONG")),
            ThemeError::Published => (&["id"], None),
            ThemeError::TooMany
            | ThemeError::Source
            | ThemeError::ArchiveEmpty
            | ThemeError::ArchiveTooLarge
            | ThemeError::RoleInvalid
            | ThemeError::Store(_) => return at_creation(error),
        };
        Ok(UserError::new(field, code, &error))
    })
}

fn present_files(done: Result<Vec<ThemeFile>, FilesError>) -> Result<FilesPayload, Error> {
    let plain = |field: &[&str], code, message: &FilesError| FileUserError {
        error: UserError::new(field, code, message),
        filename: None,
    };
    let user_errors = match done {
        Ok(files) => {
            return Ok(FilesPayload {
                job: None,
                files: Some(files),
                user_errors: Vec::new(),
            });
        }
        Err(FilesError::Store(cause)) => return Err(fault(cause)),
        Err(FilesError::Refused(refused)) => refused
            .into_iter()
            .map(|(filename, why)| FileUserError {
                error: UserError::new(&["files"], code(&why), &why),
                filename: Some(filename),
            })
            .collect(),
        Err(error @ FilesError::ThemeMissing) => vec![plain(&["themeId"], "NOT_FOUND", &error)],
        Err(error @ (FilesError::TooMany | FilesError::ThemeFull)) => {
            vec![plain(&["files"], "LESS_THAN_OR_EQUAL_TO", &error)]
        }
    };
    Ok(FilesPayload {
        job: None,
        files: None,
        user_errors,
    })
}

const fn code(why: &FileWhy) -> &'static str {
    match why {
        FileWhy::Name | FileWhy::Base64 | FileWhy::Json(_) | FileWhy::TooLarge(_) => {
            "FILE_VALIDATION_ERROR"
        }
        FileWhy::Twice => "DUPLICATE_FILE_INPUT",
        FileWhy::Missing => "NOT_FOUND",
    }
}

/// Makes a theme of an archive; its files follow.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<ThemePayload, Error> {
    let call = cx.request.permit("themeCreate", Scope::WriteThemes)?;
    let role = match args.role {
        Some(NewRole::Development) => Role::Development,
        Some(NewRole::Main) => Role::Main,
        Some(NewRole::Unpublished) | None => Role::Unpublished,
    };
    let (source, name) = (args.source, args.name);
    let done = cx
        .request
        .write(move |tx| themes::begin_theme(tx, &call, &source, name.as_deref(), role))
        .await;
    Payload::of(done, at_creation)
}

/// Why a theme could not be made of an archive.
fn at_creation(error: ThemeError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        ThemeError::Store(cause) => return Err(fault(cause.clone())),
        ThemeError::Source => (&["source"], Some("INVALID_ZIP")),
        ThemeError::ArchiveEmpty => (&["source"], Some("ZIP_IS_EMPTY")),
        ThemeError::ArchiveTooLarge => (&["source"], Some("ZIP_TOO_LARGE")),
        ThemeError::RoleInvalid => {
            let code = "INVALID_THEME_ROLE_FOR_THEME_CREATION";
            (&["role"], Some(code))
        }
        ThemeError::NameBlank | ThemeError::NameTooLong => (&["name"], None),
        ThemeError::NotFound | ThemeError::Published | ThemeError::TooMany => (&[], None),
    };
    Ok(UserError::new(field, code, &error))
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<ThemePayload, Error> {
    let call = cx.request.permit("themeUpdate", Scope::WriteThemes)?;
    let (id, name) = (args.id, args.input.name);
    let done = cx
        .request
        .write(move |tx| themes::rename(tx, &call, id, name.as_deref()))
        .await;
    present(done)
}

async fn publish(cx: MutationCx<Request>, args: IdArgs) -> Result<ThemePayload, Error> {
    let call = cx.request.permit("themePublish", Scope::WriteThemes)?;
    let done = cx
        .request
        .write(move |tx| themes::publish(tx, &call, args.id))
        .await;
    present(done)
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<ThemePayload, Error> {
    let call = cx.request.permit("themeDelete", Scope::WriteThemes)?;
    let done = cx
        .request
        .write(move |tx| themes::delete(tx, &call, args.id))
        .await;
    present(done)
}

async fn duplicate(cx: MutationCx<Request>, args: DuplicateArgs) -> Result<ThemePayload, Error> {
    let call = cx.request.permit("themeDuplicate", Scope::WriteThemes)?;
    let (id, name) = (args.id, args.name);
    let done = cx
        .request
        .write(move |tx| themes::duplicate(tx, &call, id, name.as_deref()))
        .await;
    present(done)
}

async fn upsert(cx: MutationCx<Request>, args: UpsertArgs) -> Result<FilesPayload, Error> {
    let call = cx.request.permit("themeFilesUpsert", Scope::WriteThemes)?;
    let files: Vec<NewFile> = args
        .files
        .into_iter()
        .map(|file| NewFile {
            filename: file.filename,
            body: match file.body.kind {
                BodyKind::Base64 => NewBody::Base64(file.body.value),
                BodyKind::Text => NewBody::Text(file.body.value),
            },
        })
        .collect();
    let job = Job::done(&call);
    let done = cx
        .request
        .write(move |tx| themes::upsert_files(tx, &call, args.theme_id, &files))
        .await;
    let mut payload = present_files(done)?;
    payload.job = payload.files.is_some().then_some(job);
    Ok(payload)
}

async fn delete_files(cx: MutationCx<Request>, args: DeleteArgs) -> Result<FilesPayload, Error> {
    let call = cx.request.permit("themeFilesDelete", Scope::WriteThemes)?;
    let done = cx
        .request
        .write(move |tx| themes::delete_files(tx, &call, args.theme_id, &args.files))
        .await;
    present_files(done)
}

async fn copy(cx: MutationCx<Request>, args: CopyArgs) -> Result<FilesPayload, Error> {
    let call = cx.request.permit("themeFilesCopy", Scope::WriteThemes)?;
    let copies: Vec<(String, String)> = args
        .files
        .into_iter()
        .map(|file| (file.src_filename, file.dst_filename))
        .collect();
    let done = cx
        .request
        .write(move |tx| themes::copy_files(tx, &call, args.theme_id, &copies))
        .await;
    present_files(done)
}

/// Themes by id, for `node`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("theme", Scope::ReadThemes)?;
    let ids: Vec<OnlineStoreThemeId> = ids.iter().copied().map(OnlineStoreThemeId).collect();
    as_nodes(themes::by_ids(&mut cx.tx, &ids))
}
