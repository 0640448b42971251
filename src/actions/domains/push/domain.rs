//! Creates a domain at dimail that the portal has, with the permission of the portal's account on it.
//!
//! It can be called again for a domain with an unknown result: it gets the state of the earlier calls, and first
//! looks at what exists. Must not know: when and how often it is called again.

use super::PushResult;
use crate::actions::App;
use crate::dimail::{CallError, Dimail, Made};
use crate::model::Domain;

/// What this run knows of a domain.
#[derive(Debug, Default)]
pub struct DomainSoFar {
    /// Whether dimail created it or had it, once dimail has confirmed that it has it.
    there: Option<PushResult>,
    /// Whether a creation by this run got no answer.
    unanswered: bool,
    /// The result of giving our account permission on it, if that was necessary.
    pub allow: Option<PushResult>,
}

/// Creates a domain in its context. `admin` may give our account permission on a domain that belongs to
/// another account.
pub async fn domain(app: &App, admin: Option<&Dimail>, domain: &Domain, so_far: &mut DomainSoFar) -> PushResult {
    let there = match so_far.there.clone() {
        Some(there) => there,
        None => match made_or_there(app, domain, so_far.unanswered).await {
            Ok(there) => so_far.there.insert(there).clone(),
            Err(failure) => {
                so_far.unanswered |= failure.may_have_acted();
                return PushResult::no(&failure);
            }
        },
    };
    match allowed(app, admin, domain, &mut so_far.allow).await {
        Ok(()) => there,
        Err(result) => result,
    }
}

/// Creates a domain. After a creation without an answer, dimail is first asked whether it exists.
async fn made_or_there(app: &App, domain: &Domain, unanswered: bool) -> Result<PushResult, CallError> {
    if unanswered {
        match app.dimail.mailboxes(&domain.name).await {
            Ok(_) => return Ok(PushResult::Created),
            // It does not exist, or belongs to another account: the creation tells which.
            Err(failure) if failure.is_denied() || failure.is_object_missing() => {}
            Err(failure) => return Err(failure),
        }
    }
    let context = domain.context.as_deref().unwrap_or(domain.name.as_str());
    match app.dimail.create_domain_in(&domain.name, context).await {
        Ok(_) => Ok(PushResult::Created),
        // The list tells whether it is ours.
        Err(failure) if failure.is_conflict() && !says_context(&failure) => {
            Ok(if unanswered { PushResult::Created } else { PushResult::Present })
        }
        Err(failure) => Err(failure),
    }
}

fn says_context(failure: &CallError) -> bool {
    matches!(failure, CallError::Refused(refusal) if refusal.detail.contains("context"))
}

/// Whether our account may list a domain that dimail has; if not, `admin` gives it the permission.
async fn allowed(
    app: &App,
    admin: Option<&Dimail>,
    domain: &Domain,
    allow: &mut Option<PushResult>,
) -> Result<(), PushResult> {
    let unanswered = matches!(allow, Some(PushResult::Unknown(_)));
    let mut list = app.dimail.mailboxes(&domain.name).await;
    if list.is_ok() && unanswered {
        *allow = Some(PushResult::Created);
    }
    if let (true, Some(admin)) = (list.as_ref().is_err_and(CallError::is_denied), admin) {
        let username = app.settings.dimail_username.as_deref().unwrap_or_default();
        let given = match admin.create_allow(username, &domain.name).await {
            Ok(Made::AlreadyThere) if !unanswered => PushResult::Present,
            Ok(Made::New | Made::AlreadyThere) => PushResult::Created,
            Err(failure) => PushResult::no(&failure),
        };
        if let PushResult::Unknown(_) = allow.insert(given.clone()) {
            return Err(given);
        }
        list = app.dimail.mailboxes(&domain.name).await;
    }
    match list {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_denied() => {
            let why = "dimail has it for another account: set DIMAIL_ADMIN_USERNAME and DIMAIL_ADMIN_PASSWORD to \
                        have it allowed to ours";
            Err(PushResult::Refused(why.to_owned()))
        }
        Err(failure) => Err(PushResult::no(&failure)),
    }
}
