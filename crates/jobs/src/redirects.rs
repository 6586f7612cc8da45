//! Taking in files of redirects.

use commerce::content;
use commerce::queue::Job;
use store::StoreError;
use units::UrlRedirectImportId;

use crate::claims::Claim;
use crate::file::fetched;
use crate::worker::Deps;

/// Bytes of a file.
const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Steps before the job is put down; its lease ends, and it goes on then.
const STEPS_MAX: usize = 2_100;

/// Reads a file of redirects, or takes it in. A fault leaves the job claimed: it is due again
/// when the lease ends.
pub(crate) async fn import(deps: Deps, job: Job, claim: Claim) {
    if let Err(fault) = try_import(&deps, &job, &claim).await {
        tracing::error!(shop = %job.shop, import = job.subject_id, %fault, "redirects were not taken in");
    }
}

async fn try_import(deps: &Deps, job: &Job, claim: &Claim) -> Result<(), StoreError> {
    let id = UrlRedirectImportId(job.subject_id);
    let found = deps
        .db
        .read(job.shop, move |tx| content::imports(tx, &[id]));
    let import = found.await??.into_iter().flatten().next();
    let source = import.map(|import| import.source).unwrap_or_default();
    let rows = match fetched(deps, job, claim, &source, FILE_BYTES_MAX).await {
        Ok(bytes) => tokio::task::spawn_blocking(move || content::redirect_rows(&bytes).ok())
            .await
            .unwrap_or_default(),
        Err(why) => {
            tracing::warn!(shop = %job.shop, import = %id, why, "a file of redirects was not read");
            None
        }
    };
    let rows: Option<std::sync::Arc<[content::RedirectRow]>> = rows.map(Into::into);
    for _ in 0..STEPS_MAX {
        let (call, number, rows) = (deps.call(job.shop), job.id, rows.clone());
        let more = deps
            .db
            .write(job.shop, move |tx| {
                content::advance_import(tx, &call, number, id, rows.as_deref())
            })
            .await?;
        if !more {
            break;
        }
    }
    Ok(())
}
