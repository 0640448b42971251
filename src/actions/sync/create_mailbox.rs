//! Creates mailboxes at dimail: looks at what exists, creates, and records the result. A mailbox that
//! already exists is never adopted.

use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;

use crate::actions::App;
use crate::actions::sync;
use crate::actions::sync::observe::Shown;
use crate::actions::sync::outcome::Outcome;
use crate::actions::sync::respond::Waiting;
use crate::actions::sync::retry::Later;
use crate::dimail::{CallError, CallPlace, Names};
use crate::model::activity::Event;
use crate::model::creation::{AtAddress, CreationAttempt, MailboxOrigin, origin};
use crate::model::email::EmailContent;
use crate::model::mailbox::Mailbox;
use crate::model::order::Order;
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;
use crate::model::user::Actor;
use crate::store::{ByPortal, Fault, Locked, MailboxInDomain, NewEmail, NewOrder, Tx};

/// The result of an attempt, before it is recorded.
enum MailboxResult {
    /// dimail has it. The first password is known only if this attempt created it.
    Made { password: Option<SecretString> },
    /// dimail refused.
    Refused(Reason),
    /// The result is unknown, or nothing was created.
    Later(Later),
}

impl MailboxResult {
    fn later(failure: &CallError, in_doubt: bool) -> Self {
        Self::Later(Later::after(failure, in_doubt))
    }
}

/// The result of an attempt at a mailbox, with the earlier calls that can no longer take effect.
struct Ended {
    result: MailboxResult,
    settled: Vec<CreationAttempt>,
    /// Whether dimail has the mailbox with names of an earlier call that differ from the present ones.
    former_names: bool,
}

impl From<MailboxResult> for Ended {
    fn from(result: MailboxResult) -> Self {
        Self { result, settled: Vec::new(), former_names: false }
    }
}

/// How long an address that was seen absent may be created there without another look.
const LOOK_COUNTS: Duration = Duration::from_secs(20);

/// The state at dimail before a mailbox is created.
enum Before {
    /// Nothing exists at the address: it may be created. These attempts can no longer take effect.
    Absent { settled: Vec<CreationAttempt> },
    /// It needs no creation, or must not be created now.
    Ended(Ended),
}

pub(crate) async fn create(app: &App, order: &Order, waiting: &Waiting) -> Result<Outcome, Fault> {
    let Some(target) = target(app, order).await? else { return Ok(Outcome::Lost) };
    let Some(mut ended) = seen_and_sent(app, order, &target, waiting).await? else { return Ok(Outcome::Lost) };
    if matches!(&ended.result, MailboxResult::Later(later) if later.is_hopeless(app, order, waiting)) {
        ended.result = MailboxResult::Refused(Reason::GivenUp);
    }
    record(app, order, &target, ended, waiting).await
}

/// Asks dimail whether an order in doubt took effect, and records the answer; creates nothing.
pub(crate) async fn settle(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let Some(target) = target(app, order).await? else { return Ok(Outcome::Lost) };
    match seen_before(app, order, &target, &Waiting::person()).await? {
        Before::Ended(ended) => record(app, order, &target, ended, &Waiting::no_person()).await,
        Before::Absent { settled } => clear_doubt(app, order, &settled).await,
    }
}

async fn target(app: &App, order: &Order) -> Result<Option<MailboxInDomain>, Fault> {
    match order.mailbox_id {
        Some(id) => app.store.mailbox_in_domain(id).await,
        None => Ok(None),
    }
}

/// Nothing exists at dimail: resets the order as if it had never been tried, and keeps its lease.
async fn clear_doubt(app: &App, order: &Order, settled: &[CreationAttempt]) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let ours = tx.clear_doubt(order, &app.lease()).await?;
    for attempt in settled {
        tx.end_creation_attempt(attempt).await?;
    }
    tx.commit().await?;
    Ok(if ours { Outcome::Free } else { Outcome::Lost })
}

/// Looks at dimail, and sends the creation if nothing exists there. Returns `None` if the order's lease
/// was lost.
async fn seen_and_sent(
    app: &App,
    order: &Order,
    target: &MailboxInDomain,
    waiting: &Waiting,
) -> Result<Option<Ended>, Fault> {
    let (place, settled) = loop {
        let looked_at = Instant::now();
        let settled = match seen_before(app, order, target, waiting).await? {
            Before::Absent { settled } => settled,
            Before::Ended(ended) => return Ok(Some(ended)),
        };
        // The place among the concurrent calls is acquired before the attempt is stored: a call that is
        // still queued must not be recorded as sent. If the look became too old in the queue, it is
        // repeated.
        let place = app.dimail.place(&target.domain.name).await;
        if looked_at.elapsed() < LOOK_COUNTS {
            break (place, settled);
        }
    };
    // Asked as late as possible: the address may have become guarded since the creation was stored.
    let MailboxInDomain { mailbox, domain, cleared } = target;
    if app.store.guard_at(domain.id, &domain.name, &mailbox.local_part).await? > *cleared {
        let guarded = Ended::from(MailboxResult::Refused(Reason::Guarded));
        return Ok(Some(Ended { settled, ..guarded }));
    }
    let Some(attempt) = begin_attempt(app, order, &target.mailbox).await? else { return Ok(None) };
    let mut ended = attempted(app, target, place, attempt).await?;
    ended.settled.extend(settled);
    Ok(Some(ended))
}

/// What dimail shows before anything is sent. A mailbox that already exists is never adopted, unless it
/// has the names of a call that had seen the address absent and was not answered.
async fn seen_before(app: &App, order: &Order, target: &MailboxInDomain, waiting: &Waiting) -> Result<Before, Fault> {
    let MailboxInDomain { mailbox, domain, .. } = target;
    let unanswered = app.store.creation_attempts(mailbox.id).await?;
    let observed_at = app.clock.now();
    let shown = if waiting.is_person() && order.attempts <= 1 {
        sync::observe::address(app, domain, mailbox).await
    } else {
        sync::observe::before_attempt(app, domain, mailbox, !unanswered.is_empty()).await?
    };
    let found = |found| Before::Ended(ended_by(mailbox, found, (&unanswered, None), observed_at));
    Ok(match shown {
        Shown::Mailbox(names) => found(AtAddress::Mailbox(names.as_ref())),
        Shown::HalfMade => found(AtAddress::HalfMade),
        Shown::Absent => {
            let settled = unanswered.into_iter().filter(|attempt| !attempt.may_act_after(observed_at)).collect();
            Before::Absent { settled }
        }
        Shown::Obstacle(reason) => Before::Ended(MailboxResult::Refused(reason).into()),
        Shown::Unclear(trouble) => Before::Ended(MailboxResult::Later(Later { trouble, in_doubt: false }).into()),
    })
}

/// Decides from dimail's present state how the attempt ends.
fn ended_by(
    mailbox: &Mailbox,
    found: AtAddress<'_>,
    (unanswered, just_failed): (&[CreationAttempt], Option<&CreationAttempt>),
    observed_at: Timestamp,
) -> Ended {
    match origin(found, unanswered, just_failed, observed_at) {
        MailboxOrigin::Ours(attempt) => {
            let former_names = (&attempt.first_name, &attempt.last_name) != (&mailbox.first_name, &mailbox.last_name);
            let result = MailboxResult::Made { password: None };
            Ended { result, settled: Vec::new(), former_names }
        }
        MailboxOrigin::Foreign => MailboxResult::Refused(Reason::AddressTaken).into(),
        MailboxOrigin::Unsure => {
            let detail = "the user is there, the mailbox is not yet".to_owned();
            MailboxResult::Later(Later { trouble: Trouble::no_answer(detail), in_doubt: false }).into()
        }
        MailboxOrigin::HalfMade => {
            tracing::warn!(mailbox = %mailbox.id, local_part = %mailbox.local_part, "half made at dimail: an Open-XChange user without a mailbox");
            MailboxResult::Refused(Reason::HalfMade).into()
        }
    }
}

/// Stores that the creation is about to be sent. Returns `None` if the order's lease was lost.
async fn begin_attempt(app: &App, order: &Order, mailbox: &Mailbox) -> Result<Option<CreationAttempt>, Fault> {
    let attempt = CreationAttempt::new(mailbox, app.clock.now());
    Ok(app.store.begin_creation(order, app.id, &attempt).await?.then_some(attempt))
}

/// Sends the creation of a mailbox whose address was seen absent.
async fn attempted(
    app: &App,
    target: &MailboxInDomain,
    place: CallPlace,
    attempt: CreationAttempt,
) -> Result<Ended, Fault> {
    let MailboxInDomain { mailbox, domain, .. } = target;
    let names = Names { first: &mailbox.first_name, last: &mailbox.last_name };
    let failure = match app.dimail.create_mailbox(place, &domain.name, &mailbox.local_part, names).await {
        Ok(created) => {
            let result = MailboxResult::Made { password: Some(created.password) };
            return Ok(Ended { result, settled: vec![attempt], former_names: false });
        }
        Err(failure) => failure,
    };
    let mut ended = match &failure {
        // Without a status, keep the attempt if it may have been sent, because it may still take
        // effect. A status of the token route does not concern the creation.
        CallError::NoAnswer(silence) if silence.status.is_none() || !silence.sent => {
            let settled = if silence.sent { Vec::new() } else { vec![attempt] };
            let result = MailboxResult::later(&failure, false);
            return Ok(Ended { result, settled, former_names: false });
        }
        // With a status, only a mailbox that exists right now with the names sent is ours; a later one
        // is not.
        CallError::NoAnswer(_) => after_answer(app, target, &failure, &attempt).await?,
        CallError::Refused(_) if failure.is_conflict() => after_answer(app, target, &failure, &attempt).await?,
        CallError::Refused(refusal) => {
            MailboxResult::Refused(Reason::Refused { detail: refusal.detail.clone() }).into()
        }
        CallError::Installation(_) => MailboxResult::later(&failure, false).into(),
    };
    ended.settled.push(attempt);
    Ok(ended)
}

/// Looks at dimail after it answered a creation with a server error or a conflict.
async fn after_answer(
    app: &App,
    target: &MailboxInDomain,
    failure: &CallError,
    attempt: &CreationAttempt,
) -> Result<Ended, Fault> {
    let MailboxInDomain { mailbox, domain, .. } = target;
    let mut unanswered = app.store.creation_attempts(mailbox.id).await?;
    unanswered.retain(|other| other.id != attempt.id);
    // A conflict means that it existed before this call: only an earlier call can have created it.
    let just_failed = (!failure.is_conflict()).then_some(attempt);
    let observed_at = app.clock.now();
    let found = |found| ended_by(mailbox, found, (&unanswered, just_failed), observed_at);
    Ok(match sync::observe::address_and_name(app, domain, mailbox).await {
        Shown::Mailbox(names) => found(AtAddress::Mailbox(names.as_ref())),
        Shown::HalfMade => found(AtAddress::HalfMade),
        Shown::Obstacle(reason) => MailboxResult::Refused(reason).into(),
        Shown::Absent => match failure {
            CallError::Refused(refusal) => {
                MailboxResult::Refused(Reason::Refused { detail: refusal.detail.clone() }).into()
            }
            _ => MailboxResult::later(failure, false).into(),
        },
        Shown::Unclear(_) => MailboxResult::later(failure, false).into(),
    })
}

async fn record(
    app: &App,
    order: &Order,
    target: &MailboxInDomain,
    ended: Ended,
    waiting: &Waiting,
) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        return Ok(Outcome::Lost);
    };
    let Ended { result, settled, former_names } = ended;
    for attempt in &settled {
        tx.end_creation_attempt(attempt).await?;
    }
    let address = target.mailbox.address(&target.domain.name);
    let id = target.mailbox.id;
    let outcome = match result {
        MailboxResult::Made { password } => {
            if !tx.finish_order(order, app.id, None, false).await? {
                // An answered attempt must not be kept as a claim on the address.
                tx.commit().await?;
                return Ok(Outcome::Lost);
            }
            tx.open_mailbox(&locked, id).await?;
            // A call that is still on its way would be refused as a duplicate.
            tx.end_creation_attempts(id).await?;
            tx.record(&locked, &Event::MailboxOpened { address: address.clone() }, Some(id)).await?;
            email_user(&mut tx, &locked, target, address).await?;
            if former_names {
                tx.insert_order(&locked, &NewOrder::rename(id)).await?;
            }
            Outcome::Done { password }
        }
        MailboxResult::Refused(reason) => {
            // A creation given up without an answer may have succeeded: dimail is asked before a
            // change.
            let in_doubt = reason == Reason::GivenUp;
            if !tx.finish_order(order, app.id, Some(&reason), in_doubt).await? {
                // An answered attempt must not be kept as a claim on the address.
                tx.commit().await?;
                return Ok(Outcome::Lost);
            }
            let event = Event::MailboxFailed { address, reason: reason.clone() };
            tx.record(&locked, &event, Some(id)).await?;
            if waiting.claim_answer() {
                tx.drop_mailbox(&locked, id).await?;
            } else {
                tx.fail_mailbox(&locked, id, &reason).await?;
                if reason == Reason::Guarded {
                    sync::guarded::tell_owners(app, &mut tx, &locked, &target.mailbox.local_part).await?;
                }
            }
            Outcome::Refused(reason)
        }
        MailboxResult::Later(later) => {
            // The order is in doubt as long as any attempt may still take effect, whatever the result
            // of the last one.
            let in_doubt = tx.last_creation_sent_at(id).await?.is_some();
            Later { in_doubt, ..later }.put_off(app, &mut tx, order).await?
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

/// Writes the confirmation email, if the mailbox user has another address to read it.
async fn email_user(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    target: &MailboxInDomain,
    address: String,
) -> Result<(), Fault> {
    let Some(recipient) = target.mailbox.secondary_email.clone() else { return Ok(()) };
    let content = EmailContent::NewMailbox {
        user: target.mailbox.display_name(),
        address,
        support: locked.domain.support_email.clone(),
    };
    let email = NewEmail::about(locked.domain.id, recipient, target.mailbox.language, content);
    tx.insert_email(&NewEmail { mailbox_id: Some(target.mailbox.id), ..email }).await?;
    Ok(())
}
