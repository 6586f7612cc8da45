//! Delivering webhooks.

use std::collections::HashMap;

use commerce::queue::Job;
use commerce::webhooks::{self, Outcome, Post, Prepared};
use store::StoreError;
use units::{ShopId, WebhookDeliveryId};

use crate::claims::Claim;
use crate::worker::Deps;

/// Delivers one shop's webhooks. They are prepared together and sent side by side.
///
/// One that cannot be prepared keeps no other back: after a fault each is prepared by itself. A
/// fault leaves a job claimed: it is due again when the lease ends.
pub(crate) async fn deliver(deps: Deps, shop: ShopId, jobs: Vec<(Job, Claim)>) {
    let alone = jobs.len() <= 1;
    match prepare(&deps, shop, subjects(&jobs)).await {
        Ok(prepared) => send_all(&deps, jobs, prepared),
        Err(fault) if alone => {
            tracing::error!(%shop, %fault, "a webhook could not be prepared");
        }
        Err(fault) => {
            tracing::warn!(%shop, %fault, "webhooks could not be prepared together");
            for job in jobs {
                let job = vec![job];
                match prepare(&deps, shop, subjects(&job)).await {
                    Ok(prepared) => send_all(&deps, job, prepared),
                    Err(fault) => {
                        tracing::error!(%shop, %fault, "a webhook could not be prepared");
                    }
                }
            }
        }
    }
}

fn subjects(jobs: &[(Job, Claim)]) -> Vec<WebhookDeliveryId> {
    let ids = jobs.iter().map(|(job, _)| job.subject_id);
    ids.map(WebhookDeliveryId).collect()
}

fn send_all(
    deps: &Deps,
    jobs: Vec<(Job, Claim)>,
    mut prepared: HashMap<WebhookDeliveryId, Prepared>,
) {
    for (job, claim) in jobs {
        let id = WebhookDeliveryId(job.subject_id);
        let what = prepared.remove(&id).unwrap_or(Prepared::Settled);
        tokio::spawn(deliver_one(deps.clone(), job, id, what, claim));
    }
}

/// Renders what was not rendered yet from one snapshot, and keeps it before anything is sent.
async fn prepare(
    deps: &Deps,
    shop: ShopId,
    ids: Vec<WebhookDeliveryId>,
) -> Result<HashMap<WebhookDeliveryId, Prepared>, StoreError> {
    let read = deps
        .db
        .read(shop, move |tx| webhooks::prepare(tx, &ids))
        .await??;
    let mut prepared: HashMap<WebhookDeliveryId, Prepared> = read.into_iter().collect();
    let new: Vec<(WebhookDeliveryId, String)> = prepared
        .iter()
        .filter_map(|(id, what)| match what {
            Prepared::Send { post, is_new: true } => Some((*id, post.body.clone())),
            _ => None,
        })
        .collect();
    if new.is_empty() {
        return Ok(prepared);
    }
    let mut kept = deps
        .db
        .write(shop, move |tx| webhooks::keep_payloads(tx, &new))
        .await?;
    for (id, what) in &mut prepared {
        if let (Prepared::Send { post, .. }, Some(body)) = (what, kept.remove(id)) {
            post.body = body;
        }
    }
    Ok(prepared)
}

async fn deliver_one(deps: Deps, job: Job, id: WebhookDeliveryId, what: Prepared, claim: Claim) {
    let outcome = match what {
        Prepared::Settled => Outcome::Settled,
        Prepared::Orphaned => Outcome::Orphaned,
        Prepared::Unwanted => Outcome::Unwanted,
        Prepared::Send { post, .. } => send(&deps, &post, &claim).await,
    };
    if let Outcome::NotHeard { status, error, .. } = &outcome {
        tracing::info!(shop = %job.shop, delivery = %id, ?status, error, "a webhook was not heard");
    }
    let call = deps.call(job.shop);
    let recorded = deps
        .db
        .write(job.shop, move |tx| {
            webhooks::record_outcome(tx, &call, job.id, id, &outcome)
        })
        .await;
    if let Err(fault) = recorded {
        tracing::error!(shop = %job.shop, delivery = %id, %fault, "an outcome was not recorded");
    }
}

async fn send(deps: &Deps, post: &Post, claim: &Claim) -> Outcome {
    match claim.calls.acquire().await {
        Ok(_permit) => deps.outbound.post_webhook(post).await,
        Err(_) => Outcome::NotHeard {
            status: None,
            excerpt: String::new(),
            error: "The worker was stopping".to_owned(),
        },
    }
}
