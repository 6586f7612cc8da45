//! Taking in files of redirects: read first, so that the merchant sees what they hold, then
//! written a few rows at a time.

use store::{Record, StoreError, Tx, record, text_enum};
use units::{Timestamp, UrlRedirectId, UrlRedirectImportId};

use super::redirects::{self, RedirectError};
use crate::call::Call;
use crate::files::{self, Source};
use crate::queue::{self, NewJob};

/// Rows of a file.
const ROWS_MAX: usize = 100_000;
/// Rows that are shown before a file is taken in.
const PREVIEW_ROWS: usize = 10;
/// Rows that are written in one transaction.
const STEP_ROWS: usize = 50;

text_enum! {
    /// Where an import stands.
    pub enum ImportState {
        /// Its file is being read.
        Reading = "READING",
        /// It may be taken in.
        Ready = "READY",
        /// It is being taken in.
        Importing = "IMPORTING",
        /// It was taken in.
        Finished = "FINISHED",
        /// Its file cannot be read.
        Failed = "FAILED",
    }
}

record! {
    /// A file of redirects.
    #[derive(Clone, PartialEq, Eq)]
    pub struct UrlRedirectImport {
        /// Id.
        pub id: UrlRedirectImportId,
        /// Where it comes from.
        pub source: String,
        /// Where it stands.
        pub state: ImportState,
        /// Its first rows: pairs of a path and a target, as JSON.
        pub preview: String,
        /// How many rows it has, once it was read.
        pub row_count: Option<i64>,
        /// How many of them are done.
        pub done: i64,
        /// How many became redirects.
        pub created_count: i64,
        /// How many changed one that was there.
        pub updated_count: i64,
        /// How many are none.
        pub failed_count: i64,
        /// When it was asked for.
        pub created_at: Timestamp,
        /// When it ended.
        pub finished_at: Option<Timestamp>,
    }
}

/// A row of a file: path and target.
pub type Row = (String, String);

/// Why a file is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No such import.
    #[error("The import does not exist")]
    NotFound,
    /// The address leads to no file.
    #[error("The address is none of an uploaded file or of one on the web")]
    Source,
    /// It is being taken in.
    #[error("The file is being imported already")]
    UnderWay,
    /// It was taken in.
    #[error("The file was imported already")]
    Done,
    /// It cannot be read.
    #[error("The file cannot be read: it needs the columns \"Redirect from\" and \"Redirect to\"")]
    Unreadable,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UrlRedirectImport {
    /// Its first rows.
    #[must_use]
    pub fn first_rows(&self) -> Vec<Row> {
        // It was written by `read`.
        serde_json::from_str(&self.preview).unwrap_or_default()
    }
}

/// The rows of a file: comma-separated, with a head that names the columns.
///
/// # Errors
/// `Unreadable` without those columns, or beyond 100,000 rows.
pub fn redirect_rows(file: &[u8]) -> Result<Vec<Row>, ImportError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let head = reader.headers().map_err(|_| ImportError::Unreadable)?;
    let place = |names: [&str; 2]| {
        let plain = |name: &str| name.trim_start_matches('\u{feff}').trim().to_lowercase();
        head.iter()
            .position(|name| names.contains(&plain(name).as_str()))
    };
    let from = place(["redirect from", "path"]).ok_or(ImportError::Unreadable)?;
    let to = place(["redirect to", "target"]).ok_or(ImportError::Unreadable)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| ImportError::Unreadable)?;
        let field = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        rows.push((field(from), field(to)));
        if rows.len() > ROWS_MAX {
            return Err(ImportError::Unreadable);
        }
    }
    Ok(rows)
}

/// Notes a file of redirects, and has it read.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_import(
    tx: &mut Tx,
    call: &Call,
    url: &str,
) -> Result<UrlRedirectImportId, ImportError> {
    match files::source(tx, url)? {
        Source::Staged(upload) if upload.uploaded_bytes.is_some() => {}
        Source::Own(_) | Source::Remote(_) => {}
        Source::Staged(_) | Source::Unreadable => return Err(ImportError::Source),
    }
    let id: UrlRedirectImportId = call.new_id();
    tx.execute(
        "INSERT INTO url_redirect_imports (shop_id, id, source, state, preview, row_count, done,
             created_count, updated_count, failed_count, created_at, finished_at)
         VALUES ($shop, $1, $2, $3, '[]', NULL, 0, 0, 0, 0, $4, NULL)",
        (id, url.trim(), ImportState::Reading, call.now),
    )?;
    add_job(tx, call, url, id)?;
    Ok(id)
}

/// Has a file of redirects taken in; one that is still read is, as soon as that is done.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn submit_import(
    tx: &mut Tx,
    call: &Call,
    id: UrlRedirectImportId,
) -> Result<UrlRedirectImportId, ImportError> {
    let import = lock(tx, id)?;
    match import.state {
        ImportState::Reading | ImportState::Ready => {}
        ImportState::Importing => return Err(ImportError::UnderWay),
        ImportState::Finished => return Err(ImportError::Done),
        ImportState::Failed => return Err(ImportError::Unreadable),
    }
    set_state(tx, id, ImportState::Importing)?;
    if import.state == ImportState::Ready {
        add_job(tx, call, &import.source, id)?;
    }
    Ok(id)
}

fn add_job(
    tx: &mut Tx,
    call: &Call,
    source: &str,
    id: UrlRedirectImportId,
) -> Result<(), StoreError> {
    let address = files::home(tx, &[source])?.address_in(source);
    let job = NewJob::redirect_import(call, address.as_deref(), id.get());
    queue::add(tx, &[job])
}

/// The imports with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn imports(
    tx: &mut Tx,
    ids: &[UrlRedirectImportId],
) -> Result<Vec<Option<UrlRedirectImport>>, StoreError> {
    let text = format!(
        "SELECT {} FROM url_redirect_imports WHERE shop_id = $shop AND id = ANY($1)",
        UrlRedirectImport::COLUMNS
    );
    let found: Vec<UrlRedirectImport> = tx.all(&text, (ids,))?;
    let one = |id: &UrlRedirectImportId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// Goes on with an import whose rows were read; gives whether there is more to do. What was
/// done is counted in the transaction that did it, so that no row counts twice.
///
/// # Errors
/// `Store` faults only.
pub fn advance_import(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    id: UrlRedirectImportId,
    rows: Option<&[Row]>,
) -> Result<bool, StoreError> {
    let mut import = match lock(tx, id) {
        Ok(import) => import,
        Err(ImportError::Store(cause)) => return Err(cause),
        Err(_) => {
            queue::finish(tx, job)?;
            return Ok(false);
        }
    };
    let open = matches!(import.state, ImportState::Reading | ImportState::Importing);
    let Some(rows) = rows.filter(|_| open) else {
        if open {
            import.state = ImportState::Failed;
            import.finished_at = Some(call.now);
            save(tx, &import)?;
        }
        queue::finish(tx, job)?;
        return Ok(false);
    };
    let shown = &rows[..rows.len().min(PREVIEW_ROWS)];
    import.preview = serde_json::to_string(shown).unwrap_or_else(|_| "[]".to_owned());
    import.row_count = i64::try_from(rows.len()).ok();
    if import.state == ImportState::Reading {
        import.state = ImportState::Ready;
        save(tx, &import)?;
        queue::finish(tx, job)?;
        return Ok(false);
    }
    let from = usize::try_from(import.done).unwrap_or(0).min(rows.len());
    let to = rows.len().min(from + STEP_ROWS);
    for (path, target) in &rows[from..to] {
        match put(tx, call, path, target)? {
            Put::Created => import.created_count += 1,
            Put::Updated => import.updated_count += 1,
            Put::Refused => import.failed_count += 1,
        }
    }
    import.done = i64::try_from(to).unwrap_or(i64::MAX);
    let more = to < rows.len();
    if !more {
        import.state = ImportState::Finished;
        import.finished_at = Some(call.now);
        queue::finish(tx, job)?;
    }
    save(tx, &import)?;
    Ok(more)
}

/// What became of a row.
enum Put {
    Created,
    Updated,
    Refused,
}

fn put(tx: &mut Tx, call: &Call, path: &str, target: &str) -> Result<Put, StoreError> {
    let made = match redirects::create_redirect(tx, call, path, target) {
        Err(RedirectError::PathTaken) => {
            let held = redirects::at(tx, path)?;
            let id = held.unwrap_or(UrlRedirectId(0));
            redirects::update_redirect(tx, id, None, Some(target)).map(|_| Put::Updated)
        }
        made => made.map(|_| Put::Created),
    };
    match made {
        Ok(put) => Ok(put),
        Err(RedirectError::Store(cause)) => Err(cause),
        Err(_) => Ok(Put::Refused),
    }
}

fn lock(tx: &mut Tx, id: UrlRedirectImportId) -> Result<UrlRedirectImport, ImportError> {
    let text = format!(
        "SELECT {} FROM url_redirect_imports WHERE shop_id = $shop AND id = $1",
        UrlRedirectImport::COLUMNS
    );
    tx.optional_locked(&text, (id,))?
        .ok_or(ImportError::NotFound)
}

fn set_state(tx: &mut Tx, id: UrlRedirectImportId, state: ImportState) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE url_redirect_imports SET state = $2 WHERE shop_id = $shop AND id = $1",
        (id, state),
    )?;
    Ok(())
}

fn save(tx: &mut Tx, import: &UrlRedirectImport) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE url_redirect_imports
            SET state = $2, preview = $3, row_count = $4, done = $5, created_count = $6,
                updated_count = $7, failed_count = $8, finished_at = $9
          WHERE shop_id = $shop AND id = $1",
        (
            import.id,
            import.state,
            &import.preview,
            import.row_count,
            import.done,
            import.created_count,
            import.updated_count,
            import.failed_count,
            import.finished_at,
        ),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let file =
            "\u{feff}Redirect from,Redirect to\r\n/a,/b\r\n\"/c,d\",https://x.example\r\n/e\r\n";
        let rows = redirect_rows(file.as_bytes()).unwrap();
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let expected = [
            pair("/a", "/b"),
            pair("/c,d", "https://x.example"),
            pair("/e", ""),
        ];
        assert_eq!(rows, expected);
        assert!(redirect_rows(b"a,b\n/x,/y\n").is_err());
    }
}
