//! Cancels the creation of a mailbox while a call that timed out may still take effect: dimail is asked
//! until that time is over, and a mailbox that such a call created is deleted there.

use crate::actions::App;
use crate::actions::sync;
use crate::actions::sync::change_result::{ChangeResult, deleted};
use crate::actions::sync::observe::Shown;
use crate::actions::sync::retry::Later;
use crate::model::creation::{AtAddress, CreationAttempt, MailboxOrigin, origin};
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;
use crate::store::{Fault, MailboxInDomain};

/// The result of cancelling a creation. A mailbox that was not created by the portal is left alone.
pub(crate) async fn cancelled(app: &App, target: &MailboxInDomain) -> Result<ChangeResult, Fault> {
    let attempts = app.store.creation_attempts(target.mailbox.id).await?;
    let observed_at = app.clock.now();
    let found = match sync::observe::address(app, &target.domain, &target.mailbox).await {
        Shown::Mailbox(ref names) => origin(AtAddress::Mailbox(names.as_ref()), &attempts, None, observed_at),
        Shown::HalfMade => origin(AtAddress::HalfMade, &attempts, None, observed_at),
        Shown::Absent | Shown::Obstacle(_) => return Ok(absent(&attempts, observed_at)),
        Shown::Unclear(trouble) => return Ok(ChangeResult::Later(Later { trouble, in_doubt: false })),
    };
    Ok(match found {
        MailboxOrigin::Ours(_) => delete(app, target, &attempts, observed_at).await,
        MailboxOrigin::Foreign => ChangeResult::Done,
        MailboxOrigin::Unsure => later(),
        MailboxOrigin::HalfMade => ChangeResult::Refused(Reason::HalfMade),
    })
}

async fn delete(
    app: &App,
    target: &MailboxInDomain,
    attempts: &[CreationAttempt],
    observed_at: Timestamp,
) -> ChangeResult {
    if let Err(failure) = app.dimail.delete_mailbox(&target.domain.name, &target.mailbox.local_part).await {
        return ChangeResult::Later(Later::after(&failure, false));
    }
    match deleted(app, target).await {
        // More than one attempt may still take effect.
        ChangeResult::Done => absent(attempts, observed_at),
        result => result,
    }
}

fn absent(attempts: &[CreationAttempt], observed_at: Timestamp) -> ChangeResult {
    if attempts.iter().any(|attempt| attempt.may_act_after(observed_at)) { later() } else { ChangeResult::Done }
}

fn later() -> ChangeResult {
    let detail = "the mail service may still carry out the cancelled creation".to_owned();
    ChangeResult::Later(Later { trouble: Trouble::no_answer(detail), in_doubt: false })
}
