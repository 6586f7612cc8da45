//! Uploads: where a client may send bytes, for how long, and how many.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;
use store::{Record, StoreError, Tx, record, text_enum};
use subtle::ConstantTimeEq as _;
use units::Timestamp;

use crate::call::Call;

/// How long a client has to send its bytes, and to use them then.
const SECONDS_OPEN: i64 = 24 * 3_600;
/// Names of uploads, in characters.
const NAME_CHARS_MAX: usize = 255;
/// The first part of every key.
const FIRST: &str = "tmp/";
/// What stands before a key in an upload's address.
const PLACE: &str = "/staged-uploads/";
const MEBIBYTE: i64 = 1024 * 1024;

text_enum! {
    /// What an upload is for.
    pub enum StagedResource {
        /// The variables of a bulk mutation, one JSON object a line.
        BulkMutationVariables = "BULK_MUTATION_VARIABLES",
        /// The picture of a collection.
        CollectionImage = "COLLECTION_IMAGE",
        /// Any file.
        File = "FILE",
        /// A picture.
        Image = "IMAGE",
        /// A model in three dimensions.
        Model3d = "MODEL_3D",
        /// A picture of a product.
        ProductImage = "PRODUCT_IMAGE",
        /// A picture of the shop.
        ShopImage = "SHOP_IMAGE",
        /// Redirects to take in, a file of rows.
        UrlRedirectImport = "URL_REDIRECT_IMPORT",
        /// A film.
        Video = "VIDEO",
    }
}

impl StagedResource {
    /// The folder in its keys.
    const fn folder(self) -> &'static str {
        match self {
            Self::BulkMutationVariables => "bulk",
            Self::CollectionImage => "collections",
            Self::File => "files",
            Self::Image | Self::ProductImage => "products",
            Self::Model3d => "models",
            Self::ShopImage => "shop",
            Self::UrlRedirectImport => "redirects",
            Self::Video => "videos",
        }
    }

    /// How many bytes, at most.
    const fn bytes_max(self) -> i64 {
        match self {
            Self::BulkMutationVariables => 100 * MEBIBYTE,
            Self::Video => 1024 * MEBIBYTE,
            Self::Model3d => 500 * MEBIBYTE,
            Self::CollectionImage
            | Self::File
            | Self::Image
            | Self::ProductImage
            | Self::ShopImage
            | Self::UrlRedirectImport => 20 * MEBIBYTE,
        }
    }

    /// Whether it takes a kind of bytes.
    fn takes(self, mime_type: &str) -> bool {
        match self {
            Self::CollectionImage | Self::Image | Self::ProductImage | Self::ShopImage => {
                mime_type.starts_with("image/")
            }
            Self::Video => mime_type.starts_with("video/"),
            Self::UrlRedirectImport => {
                mime_type.starts_with("text/") || mime_type == "application/csv"
            }
            Self::BulkMutationVariables | Self::File | Self::Model3d => true,
        }
    }
}

/// An upload to be.
#[derive(Debug, Clone)]
pub struct StageInput {
    /// What it is for.
    pub resource: StagedResource,
    /// What the file is called.
    pub filename: String,
    /// What kind of bytes it holds.
    pub mime_type: String,
    /// How many bytes it will be; films and models say.
    pub size_bytes: Option<i64>,
    /// Whether it comes as a form (`POST`) or as it is (`PUT`).
    pub as_form: bool,
}

record! {
    /// An upload, agreed on or done.
    #[derive(Clone, PartialEq, Eq)]
    pub struct StagedUpload {
        /// What nobody can guess of its key.
        pub token: String,
        /// What it is for.
        pub resource: StagedResource,
        /// Its whole key.
        pub key: String,
        /// What the file is called.
        pub filename: String,
        /// What kind of bytes it holds.
        pub mime_type: String,
        /// How many bytes, at most.
        pub bytes_max: i64,
        /// What its parameters are signed with.
        pub secret: String,
        /// How many bytes came; none came yet without.
        pub uploaded_bytes: Option<i64>,
        /// Until when it can be sent and used.
        pub expires_at: Timestamp,
    }
}

impl StagedUpload {
    /// Where its bytes are kept.
    #[must_use]
    pub fn blob_key(&self) -> String {
        blob_key(&self.key)
    }
}

/// Where the bytes of an upload with this key are kept.
#[must_use]
pub fn blob_key(key: &str) -> String {
    format!("staged/{key}")
}

/// Where to send an upload, and with which parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedTarget {
    /// The path to send it to, with its query.
    pub path: String,
    /// The path that the upload is called by then.
    pub resource_path: String,
    /// What to send with it, in order.
    pub parameters: Vec<(&'static str, String)>,
}

/// Why an upload is refused; the place in the list of those asked for.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A name that cannot be one.
    #[error("Filename is invalid")]
    Filename(usize),
    /// Bytes of a kind that does not fit.
    #[error("{} is not a recognized format", .1)]
    MimeType(usize, String),
    /// Films and models say how large they are.
    #[error("file size is required for this resource")]
    SizeNeeded(usize),
    /// More bytes than are taken.
    #[error("The file is larger than {} bytes", .1)]
    TooLarge(usize, i64),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Agrees on uploads, all or none.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn stage(
    tx: &mut Tx,
    call: &Call,
    inputs: &[StageInput],
) -> Result<Vec<StagedTarget>, StageError> {
    let mut uploads = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        uploads.push((agreed(call, index, input)?, input.as_form));
    }
    let rows: Vec<_> = uploads
        .iter()
        .map(|(upload, _)| {
            (
                &upload.token,
                upload.resource,
                &upload.key,
                &upload.filename,
                &upload.mime_type,
                upload.bytes_max,
                &upload.secret,
                upload.expires_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO staged_uploads (shop_id, token, resource, key, filename, mime_type,
             bytes_max, secret, uploaded_bytes, expires_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, NULL, $8)",
        &rows,
    )?;
    let target = |(upload, as_form): &(StagedUpload, bool)| target(upload, *as_form);
    Ok(uploads.iter().map(target).collect())
}

/// The upload of a key, when this shop agreed on it.
///
/// # Errors
/// `Store` faults only.
pub fn staged(tx: &mut Tx, key: &str) -> Result<Option<StagedUpload>, StoreError> {
    Ok(uploads(tx, &[key])?.pop())
}

/// The uploads of some keys, as far as this shop agreed on them.
pub(super) fn uploads(tx: &mut Tx, keys: &[&str]) -> Result<Vec<StagedUpload>, StoreError> {
    let tokens: Vec<&str> = keys.iter().filter_map(|key| token_in(key)).collect();
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {} FROM staged_uploads WHERE shop_id = $shop AND token = ANY($1)",
        StagedUpload::COLUMNS
    );
    let mut found: Vec<StagedUpload> = tx.all(&text, (tokens,))?;
    found.retain(|upload| keys.contains(&upload.key.as_str()));
    Ok(found)
}

/// Notes that an upload's bytes are there.
///
/// # Errors
/// `Store` faults only.
pub fn record_upload(tx: &mut Tx, token: &str, bytes: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE staged_uploads SET uploaded_bytes = $2 WHERE shop_id = $shop AND token = $1",
        (token, bytes),
    )?;
    Ok(())
}

/// Keeps an upload until a moment at least: something that takes long reads it.
///
/// # Errors
/// `Store` faults only.
pub fn keep_upload(tx: &mut Tx, key: &str, until: Timestamp) -> Result<(), StoreError> {
    let Some(token) = token_in(key) else {
        return Ok(());
    };
    tx.execute(
        "UPDATE staged_uploads SET expires_at = $2
          WHERE shop_id = $shop AND token = $1 AND expires_at < $2",
        (token, until),
    )?;
    Ok(())
}

/// Uploads whose time is over: their bytes may go, then they are forgotten.
///
/// # Errors
/// `Store` faults only.
pub fn expired_uploads(tx: &mut Tx, now: Timestamp) -> Result<Vec<StagedUpload>, StoreError> {
    let text = format!(
        "SELECT {} FROM staged_uploads
          WHERE shop_id = $shop AND expires_at < $1
          ORDER BY expires_at
          LIMIT 500",
        StagedUpload::COLUMNS
    );
    tx.all(&text, (now,))
}

/// Forgets uploads.
///
/// # Errors
/// `Store` faults only.
pub fn forget_uploads(tx: &mut Tx, tokens: &[String]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM staged_uploads WHERE shop_id = $shop AND token = ANY($1)",
        (tokens,),
    )?;
    Ok(())
}

/// Whether a client may send an upload: it shows what its parameters were signed with.
#[must_use]
pub fn is_signed(upload: &StagedUpload, given: &str) -> bool {
    let own = signature(upload);
    own.as_bytes().ct_eq(given.as_bytes()).into()
}

fn signature(upload: &StagedUpload) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(upload.secret.as_bytes())
        .expect("a key may have any length");
    mac.update(policy(upload).as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key in an upload's address, or the key alone.
#[must_use]
pub fn key_in(text: &str) -> Option<&str> {
    let key = match text.find(PLACE) {
        Some(at) => &text[at + PLACE.len()..],
        None => text,
    };
    let key = key.split('?').next().unwrap_or_default();
    key.starts_with(FIRST).then_some(key)
}

/// `tmp/{shop}/{folder}/{token}/{filename}`
fn token_in(key: &str) -> Option<&str> {
    let mut parts = key.strip_prefix(FIRST)?.split('/');
    parts.nth(2)
}

fn agreed(call: &Call, index: usize, input: &StageInput) -> Result<StagedUpload, StageError> {
    let filename = plain_name(&input.filename).ok_or(StageError::Filename(index))?;
    let mime_type = input.mime_type.trim().to_ascii_lowercase();
    let is_type = mime_type.split('/').filter(|part| !part.is_empty()).count() == 2
        && mime_type.len() <= 127
        && mime_type.bytes().all(|b| b.is_ascii_graphic());
    if !is_type || !input.resource.takes(&mime_type) {
        return Err(StageError::MimeType(index, input.mime_type.clone()));
    }
    let most = input.resource.bytes_max();
    let declares = matches!(
        input.resource,
        StagedResource::Video | StagedResource::Model3d
    );
    let bytes_max = match input.size_bytes {
        None if declares => return Err(StageError::SizeNeeded(index)),
        Some(size) if size > most => return Err(StageError::TooLarge(index, most)),
        Some(size) => size.max(1),
        None => most,
    };
    let token = call.new_token();
    let folder = input.resource.folder();
    Ok(StagedUpload {
        key: format!("{FIRST}{}/{folder}/{token}/{filename}", call.shop.get()),
        token,
        resource: input.resource,
        filename,
        mime_type,
        bytes_max,
        secret: call.new_token(),
        uploaded_bytes: None,
        expires_at: call.now.plus_seconds(SECONDS_OPEN),
    })
}

/// A name whose every character can stand in an address and in a folder.
pub(super) fn plain_name(name: &str) -> Option<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return None;
    }
    let plain: String = name
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') => c,
            _ => '_',
        })
        .collect();
    let plain = plain.trim_start_matches('.');
    let has_letters = plain.bytes().any(|b| b.is_ascii_alphanumeric());
    has_letters.then(|| plain.to_owned())
}

fn policy(upload: &StagedUpload) -> String {
    let policy = json!({
        "expiration": upload.expires_at.to_string(),
        "conditions": [
            { "key": upload.key },
            { "Content-Type": upload.mime_type },
            ["content-length-range", 1, upload.bytes_max],
        ],
    });
    STANDARD.encode(policy.to_string())
}

fn target(upload: &StagedUpload, as_form: bool) -> StagedTarget {
    let resource_path = format!("{PLACE}{}", upload.key);
    let signature = signature(upload);
    if as_form {
        return StagedTarget {
            path: PLACE.to_owned(),
            resource_path,
            parameters: vec![
                ("Content-Type", upload.mime_type.clone()),
                ("success_action_status", "201".to_owned()),
                ("acl", "private".to_owned()),
                ("key", upload.key.clone()),
                ("x-stockroom-signature", signature),
                ("policy", policy(upload)),
            ],
        };
    }
    StagedTarget {
        path: format!("{resource_path}?signature={signature}"),
        resource_path,
        parameters: vec![
            ("content_type", upload.mime_type.clone()),
            ("acl", "private".to_owned()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_plain_and_cannot_leave_its_folder() {
        assert_eq!(plain_name("../a b?.png").as_deref(), Some("_a_b_.png"));
        assert_eq!(plain_name("Größe.PNG").as_deref(), Some("Gr__e.PNG"));
        assert_eq!(plain_name("..."), None);
        assert_eq!(plain_name(&"x".repeat(256)), None);
    }

    #[test]
    fn a_key_is_found_in_an_address_and_holds_its_token() {
        let key = "tmp/7/files/abc/a.txt";
        assert_eq!(
            key_in(&format!("https://s.example/staged-uploads/{key}?x=1")),
            Some(key)
        );
        assert_eq!(key_in(key), Some(key));
        assert_eq!(key_in("https://example.com/a.txt"), None);
        assert_eq!(token_in(key), Some("abc"));
    }
}
