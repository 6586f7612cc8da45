//! Who is signed in.

use axum::http::HeaderMap;
use commerce::shops::{self, Shop};
use commerce::staff::{self, Session};
use store::Tx;
use units::StaffMemberId;

use crate::cookies;
use crate::desk::Desk;
use crate::reply::Fault;

/// Somebody who is signed in, and the shop they work for.
pub(crate) struct Clerk {
    /// Their session.
    pub(crate) session: Session,
    /// The shop.
    pub(crate) shop: Shop,
}

impl Clerk {
    /// Who they are.
    pub(crate) fn id(&self) -> StaffMemberId {
        self.session.member.id
    }
}

/// Reads a page's matter in one snapshot, for somebody who is signed in.
///
/// # Errors
/// `SignedOut`, and `look`'s own.
pub(crate) async fn read<T: Send + 'static>(
    desk: &Desk,
    headers: &HeaderMap,
    look: impl FnOnce(&mut Tx, &Shop) -> Result<T, Fault> + Send + 'static,
) -> Result<(Clerk, T), Fault> {
    let token = cookies::get(headers, cookies::SESSION)
        .ok_or(Fault::SignedOut)?
        .to_owned();
    let now = desk.now;
    desk.read(move |tx| {
        let session = staff::session(tx, &token, now)?.ok_or(Fault::SignedOut)?;
        let shop = shops::current(tx)?;
        let matter = look(tx, &shop)?;
        Ok((Clerk { session, shop }, matter))
    })
    .await
}

/// Who posted a form: signed in, and from their own page.
///
/// # Errors
/// `SignedOut` or `ForeignForm`.
pub(crate) async fn poster(
    desk: &Desk,
    headers: &HeaderMap,
    csrf_token: &str,
) -> Result<Clerk, Fault> {
    let (clerk, ()) = read(desk, headers, |_, _| Ok(())).await?;
    if clerk.session.csrf_fits(csrf_token) {
        Ok(clerk)
    } else {
        Err(Fault::ForeignForm)
    }
}
