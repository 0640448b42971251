//! Guarded addresses on pages: what the visitor may do there, and why not.

use crate::model::mailbox::Mailbox;
use crate::model::options::Asker;
use crate::model::{Guard, LocalPart, Permission, Refusal, Why};
use crate::store::Allowed;
use crate::web::Web;
use crate::web::error::PageError;

/// The visitor, and what a mailbox with this guard is to them.
pub(crate) fn asker<R>(by: &Allowed<R>, mailbox: &Mailbox, guard: Guard) -> Asker {
    Asker { manages: by.can(Permission::ManageMailboxes), is_own: by.holds(mailbox), guard, passes: by.passes() }
}

/// Why the visitor may not decide what arrives at an address; `None` if they may.
pub(crate) async fn kept_out<R>(web: &Web, by: &Allowed<R>, part: &LocalPart) -> Result<Option<Why>, PageError> {
    let guard = web.app().store.guard(by, part).await?;
    Ok((guard > by.passes()).then(|| by.passes().why(by.domain().id)))
}

/// Whether emails to an address may be led to all these destinations, as far as its guard says.
pub(crate) async fn may_lead<R>(
    web: &Web,
    by: &Allowed<R>,
    part: &LocalPart,
    destinations: &[&str],
) -> Result<bool, PageError> {
    let store = &web.app().store;
    let guard = store.guard(by, part).await?;
    for destination in destinations {
        if store.leads_elsewhere(by, guard, destination).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Checks the guard of an address once more before a password is shown that an earlier request of the person
/// asked for (`again`).
pub(crate) async fn check_again<R>(web: &Web, by: &Allowed<R>, part: &LocalPart, again: bool) -> Result<(), PageError> {
    if again && let Some(why) = kept_out(web, by, part).await? {
        return Err(Refusal::Forbidden(why).into());
    }
    Ok(())
}
