//! Cancels the creation of a mailbox while a call that timed out may still take effect: dimail is asked
//! until that time is over, and a mailbox that such a call created is deleted there.

use crate::actions::App;
use crate::actions::sync;
use crate::actions::sync::fate::{Fate, deleted};
use crate::actions::sync::observe::Shown;
use crate::actions::sync::retry::Later;
use crate::model::creation::{CreationAttempt, Found, Origin, origin};
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;
use crate::store::{Fault, MailboxInDomain};

/// The result of cancelling a creation. A mailbox that was not created by the portal is left alone.
pub(crate) async fn fate(app: &App, target: &MailboxInDomain) -> Result<Fate, Fault> {
    let attempts = app.store.creation_attempts(target.mailbox.id).await?;
    let observed_at = app.clock.now();
    let found = match sync::observe::address(app, &target.domain, &target.mailbox).await {
        Shown::Mailbox(ref names) => origin(Found::Mailbox(names.as_ref()), &attempts, None, observed_at),
        Shown::HalfMade => origin(Found::HalfMade, &attempts, None, observed_at),
        Shown::Absent | Shown::Obstacle(_) => return Ok(absent(&attempts, observed_at)),
        Shown::Unclear(trouble) => return Ok(Fate::Later(Later { trouble, in_doubt: false })),
    };
    Ok(match found {
        Origin::Ours(_) => delete(app, target, &attempts, observed_at).await,
        Origin::Foreign => Fate::Done,
        Origin::Unsure => later(),
        Origin::HalfMade => Fate::Refused(Reason::HalfMade),
    })
}

async fn delete(app: &App, target: &MailboxInDomain, attempts: &[CreationAttempt], observed_at: Timestamp) -> Fate {
    if let Err(failure) = app.dimail.delete_mailbox(&target.domain.name, &target.mailbox.local_part).await {
        return Fate::Later(Later::after(&failure, false));
    }
    match deleted(app, target).await {
        // More than one attempt may still take effect.
        Fate::Done => absent(attempts, observed_at),
        fate => fate,
    }
}

fn absent(attempts: &[CreationAttempt], observed_at: Timestamp) -> Fate {
    if attempts.iter().any(|attempt| attempt.may_act_after(observed_at)) { later() } else { Fate::Done }
}

fn later() -> Fate {
    let detail = "the mail service may still carry out the cancelled creation".to_owned();
    Fate::Later(Later { trouble: Trouble::NoAnswer { detail }, in_doubt: false })
}
