//! The five kinds of files as objects.

use commerce::files::{self, File, FileKind, external_video};
use graphql::{Error, NoArgs, Obj, obj};
use units::MediaImageId;

use crate::errors::{fault, spread};
use crate::images::{Image, absolute};
use crate::scalars::DateTime;
use crate::{Cx, Registry};

/// A file with the host that its address is told under.
#[derive(Clone)]
pub(super) struct Shown {
    file: File,
    origin: String,
}

/// A picture.
#[derive(Clone)]
pub(in crate::admin) struct Picture(Shown);
/// A film.
struct Video(Shown);
/// A film on another site.
struct ExternalVideo(Shown);
/// A model in three dimensions.
struct Model3d(Shown);
/// Any other file.
struct GenericFile(Shown);

/// The small picture that stands for a file: a picture stands for itself.
struct Preview {
    image: Option<Image>,
    status: &'static str,
}

/// What went wrong with a file.
struct Trouble {
    code: String,
    message: String,
}

/// What to beware of: nothing so far.
#[derive(Clone, Copy)]
enum Warning {}

/// Where a picture came from.
struct OriginalSource {
    url: String,
    size_bytes: Option<i64>,
}

/// Where a film or model is read from.
struct Source {
    url: String,
    format: String,
    mime_type: String,
    size_bytes: i64,
    width: i64,
    height: i64,
}

impl Picture {
    pub(in crate::admin) fn id(&self) -> MediaImageId {
        self.0.file.id
    }
}

impl Shown {
    fn url(&self) -> String {
        absolute(&self.file.url, &self.origin)
    }

    fn image(&self) -> Option<Image> {
        Image::of_file(&self.file, &self.origin)
    }

    fn as_preview(&self) -> Preview {
        Preview {
            image: self.image(),
            status: self.file.status.as_str(),
        }
    }

    fn troubles(&self) -> Vec<Trouble> {
        if self.file.error_code.is_empty() {
            return Vec::new();
        }
        vec![Trouble {
            code: self.file.error_code.clone(),
            message: self.file.error.clone(),
        }]
    }

    fn source(&self) -> Option<Source> {
        let file = &self.file;
        if !file.is_ready() {
            return None;
        }
        let ending = file.filename.rsplit_once('.').map_or("", |(_, end)| end);
        Some(Source {
            url: self.url(),
            format: ending.to_ascii_lowercase(),
            mime_type: file.mime_type.clone(),
            size_bytes: file.size_bytes.unwrap_or(0),
            width: file.width.unwrap_or(0),
            height: file.height.unwrap_or(0),
        })
    }

    fn mime_type(&self) -> Option<&str> {
        Some(self.file.mime_type.as_str()).filter(|kind| !kind.is_empty())
    }
}

/// A file as the object of its kind.
pub(super) fn file_object(file: File, origin: &str) -> Obj {
    let kind = file.kind;
    let shown = Shown {
        file,
        origin: origin.to_owned(),
    };
    match kind {
        FileKind::Image => obj(Picture(shown)),
        FileKind::Video => obj(Video(shown)),
        FileKind::ExternalVideo => obj(ExternalVideo(shown)),
        FileKind::Model3d => obj(Model3d(shown)),
        FileKind::File => obj(GenericFile(shown)),
    }
}

/// A picture; other files are none.
pub(in crate::admin) fn picture(file: File, origin: &str) -> Option<Picture> {
    let origin = origin.to_owned();
    (file.kind == FileKind::Image).then_some(Picture(Shown { file, origin }))
}

/// A medium of a product; a plain file is none.
pub(in crate::admin) fn media_object(file: File, origin: &str) -> Option<Obj> {
    (file.kind != FileKind::File).then(|| file_object(file, origin))
}

pub(super) fn register(r: &mut Registry) {
    file_fields::<Picture>(r, "MediaImage", |own| &own.0);
    file_fields::<Video>(r, "Video", |own| &own.0);
    file_fields::<ExternalVideo>(r, "ExternalVideo", |own| &own.0);
    file_fields::<Model3d>(r, "Model3d", |own| &own.0);
    file_fields::<GenericFile>(r, "GenericFile", |own| &own.0);
    media_fields::<Picture>(r, "MediaImage", |own| &own.0);
    media_fields::<Video>(r, "Video", |own| &own.0);
    media_fields::<ExternalVideo>(r, "ExternalVideo", |own| &own.0);
    media_fields::<Model3d>(r, "Model3d", |own| &own.0);
    own_fields(r);
    r.object::<Preview>("MediaPreviewImage")
        .child("image", |own| own.image.clone())
        .text("status", |own| own.status);
    for name in ["FileError", "MediaError"] {
        r.object::<Trouble>(name)
            .text("code", |own| &own.code)
            .text_opt("details", |own| Some(own.message.as_str()))
            .text("message", |own| &own.message);
    }
    r.object::<Warning>("MediaWarning")
        .text("code", |own| match *own {})
        .text_opt("message", |own| match *own {});
    r.object::<Source>("VideoSource")
        .text("url", |own| &own.url)
        .text("format", |own| &own.format)
        .text("mimeType", |own| &own.mime_type)
        .leaf("fileSize", |own| Some(own.size_bytes))
        .leaf("width", |own| own.width)
        .leaf("height", |own| own.height);
    r.object::<Source>("Model3dSource")
        .text("url", |own| &own.url)
        .text("format", |own| &own.format)
        .text("mimeType", |own| &own.mime_type)
        .leaf("filesize", |own| own.size_bytes);
    r.object::<OriginalSource>("MediaImageOriginalSource")
        .text_opt("url", |own| Some(own.url.as_str()))
        .leaf("fileSize", |own| own.size_bytes);
    r.connection::<Obj>("MediaConnection", "MediaEdge");
}

/// What every file tells.
fn file_fields<T: 'static>(r: &mut Registry, name: &'static str, get: fn(&T) -> &Shown) {
    r.object::<T>(name)
        .leaf("id", move |own| get(own).file.gid())
        .leaf("alt", move |own| {
            Some(get(own).file.alt.clone()).filter(|alt| !alt.is_empty())
        })
        .leaf("createdAt", move |own| DateTime(get(own).file.created_at))
        .leaf("updatedAt", move |own| DateTime(get(own).file.updated_at))
        .leaf("fileStatus", move |own| get(own).file.status.as_str())
        .child("fileErrors", move |own| get(own).troubles())
        .load("preview", move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
            let all: Vec<&Shown> = all.iter().map(|own| get(own)).collect();
            spread(previews(&all, cx), all.len())
        });
}

/// The pictures that stand for files: for a picture itself, for others one that was given.
fn previews(all: &[&Shown], cx: &mut Cx) -> Result<Vec<Option<Preview>>, Error> {
    let ids: Vec<MediaImageId> = all.iter().filter_map(|own| own.file.preview_id).collect();
    let mut found = match ids[..] {
        [] => Vec::new(),
        _ => files::by_ids(&mut cx.tx, &ids).map_err(fault)?,
    }
    .into_iter();
    let one = |own: &&Shown| match own.file.preview_id {
        Some(_) => {
            let file = found.next().flatten()?;
            let origin = own.origin.clone();
            Some(Shown { file, origin }.as_preview())
        }
        None => (own.file.kind == FileKind::Image).then(|| own.as_preview()),
    };
    Ok(all.iter().map(one).collect())
}

/// What everything tells that a product can show.
fn media_fields<T: 'static>(r: &mut Registry, name: &'static str, get: fn(&T) -> &Shown) {
    r.object::<T>(name)
        .leaf("mediaContentType", move |own| get(own).file.kind.as_str())
        .leaf("status", move |own| get(own).file.status.as_str())
        .child("mediaErrors", move |own| get(own).troubles())
        .child("mediaWarnings", |_| Vec::<Warning>::new());
}

fn own_fields(r: &mut Registry) {
    r.object::<Picture>("MediaImage")
        .text_opt("mimeType", |own| own.0.mime_type())
        .child("image", |own| own.0.image())
        .child("originalSource", |own| {
            own.0.file.is_ready().then(|| OriginalSource {
                url: own.0.url(),
                size_bytes: own.0.file.size_bytes,
            })
        });
    r.object::<Video>("Video")
        .text("filename", |own| &own.0.file.filename)
        .leaf("duration", |own| own.0.file.duration_ms)
        .child("originalSource", |own| own.0.source())
        .child("sources", |own| -> Vec<Source> {
            own.0.source().into_iter().collect()
        });
    r.object::<Model3d>("Model3d")
        .text("filename", |own| &own.0.file.filename)
        .child("originalSource", |own| own.0.source())
        .child("sources", |own| -> Vec<Source> {
            own.0.source().into_iter().collect()
        });
    r.object::<ExternalVideo>("ExternalVideo")
        .leaf("embedUrl", |own| {
            let film = external_video(&own.0.file.url);
            film.map_or_else(|| own.0.url(), |film| film.embed_url)
        })
        .leaf("embeddedUrl", |own| {
            let film = external_video(&own.0.file.url);
            film.map_or_else(|| own.0.url(), |film| film.embed_url)
        })
        .leaf("originUrl", |own| own.0.url())
        .leaf("host", |own| {
            external_video(&own.0.file.url).map_or("YOUTUBE", |film| film.host.as_str())
        });
    r.object::<GenericFile>("GenericFile")
        .text_opt("mimeType", |own| own.0.mime_type())
        .leaf("originalFileSize", |own| own.0.file.size_bytes)
        .leaf("url", |own| own.0.file.is_ready().then(|| own.0.url()));
}
