//! Creates a mailbox at dimail: looks at what exists, creates, and records the result. A mailbox that
//! already exists is never taken for ours, unless a call of ours that had seen the address absent made it.

use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;

use crate::actions::sync;
use crate::actions::sync::mailbox::record::{conclude, end_as_refused, reread};
use crate::actions::sync::mailbox::target::{Target, wanted_still};
use crate::actions::sync::observe::Shown;
use crate::actions::sync::trouble::trouble;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::dimail::{CallError, CallPlace, Names};
use crate::model::change::{ChangeKind, Object};
use crate::model::creation::{AtAddress, MailboxOrigin, origin};
use crate::model::email::EmailContent;
use crate::model::event::Event;
use crate::model::job::{Call, SentCall};
use crate::model::mailbox::Mailbox;
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;
use crate::model::wanted::{Known, Wants};
use crate::store::{ByPortal, Fault, Locked, MailboxState, NewEmail, Tx};

/// How long an address that was seen absent may be created there without another look.
const LOOK_COUNTS: Duration = Duration::from_secs(20);

/// What dimail shows at the address, compared with the calls that were sent.
enum Found {
    /// Nothing.
    Absent,
    /// The mailbox, made by this call.
    Ours(SentCall),
    /// What keeps the mailbox from being created; with what is known then.
    Obstacle(Known, Reason),
    /// Nothing certain.
    Unclear(Trouble),
}

/// Asks dimail what is at the address of a mailbox that it is not known to have, and records it.
pub(crate) async fn observe(work: &mut Work<'_>, target: &Target) -> Result<Progress, Fault> {
    let (began, observed_at) = (Instant::now(), work.app.clock.now());
    let (app, Target { mailbox, domain, sent, .. }) = (work.app, target);
    let since = work.list_since(sent);
    let shown = if work.waiting.is_person() && work.job.attempts <= 1 {
        sync::observe::address(app, domain, mailbox, since).await
    } else {
        sync::observe::before_attempt(app, domain, mailbox, (!sent.is_empty(), since)).await?
    };
    match found(target, &shown, (sent, None), observed_at) {
        Found::Absent => {
            (work.observed_at, work.absent_at) = (Some(observed_at), Some(began));
            seen_absent(work, target, observed_at).await
        }
        Found::Ours(call) => created(work, target, &call, None).await,
        Found::Obstacle(known, reason) => {
            work.observed_at = Some(observed_at);
            let settled: Vec<_> = sent.iter().filter(|call| !call.may_act_after(observed_at)).cloned().collect();
            refused(work, target, (known, reason), sent_names(mailbox), &settled).await
        }
        Found::Unclear(trouble) => put_off(work, trouble, &[]).await,
    }
}

/// Compares what dimail shows with what was sent.
fn found(
    target: &Target,
    shown: &Shown,
    (unanswered, just_failed): (&[SentCall], Option<&SentCall>),
    observed_at: Timestamp,
) -> Found {
    let at_address = match shown {
        Shown::Absent => return Found::Absent,
        Shown::Obstacle(reason) => return Found::Obstacle(Known::Absent, reason.clone()),
        Shown::Unclear(trouble) => return Found::Unclear(trouble.clone()),
        Shown::Mailbox(names) => AtAddress::Mailbox(names.as_ref()),
        Shown::HalfMade => AtAddress::HalfMade,
    };
    match origin(at_address, unanswered, just_failed, observed_at) {
        MailboxOrigin::Ours(call) => Found::Ours(call.clone()),
        MailboxOrigin::Foreign => Found::Obstacle(Known::Absent, Reason::AddressTaken),
        MailboxOrigin::Unsure => {
            Found::Unclear(Trouble::no_answer("the user is there, the mailbox is not yet".to_owned()))
        }
        MailboxOrigin::HalfMade => {
            let id = target.mailbox.id;
            tracing::warn!(mailbox = %id, "half made at dimail: an Open-XChange user without a mailbox");
            Found::Obstacle(Known::HalfMade, Reason::HalfMade)
        }
    }
}

/// Nothing is at the address. The database is written only if that is news.
async fn seen_absent(work: &mut Work<'_>, target: &Target, observed_at: Timestamp) -> Result<Progress, Fault> {
    let settled: Vec<&SentCall> = target.sent.iter().filter(|call| !call.may_act_after(observed_at)).collect();
    let is_news = target.mailbox.known == Known::HalfMade || !target.sent.is_empty();
    if settled.is_empty() && !is_news {
        work.job.must_observe = false;
        return Ok(Progress::Again);
    }
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    for call in settled {
        recording.tx.end_call(call).await?;
    }
    if let Some(mailbox) = reread(work, &mut recording).await? {
        let state = MailboxState { known: Known::Absent, ..MailboxState::of(&mailbox) };
        recording.tx.know_mailbox(&recording.locked, &mailbox, &state).await?;
    }
    conclude(work, recording).await
}

/// Sends the creation, if the address was seen absent a moment ago; otherwise looks first.
pub(crate) async fn create(work: &mut Work<'_>, target: &Target) -> Result<Progress, Fault> {
    if work.absent_at.is_none_or(|at| at.elapsed() >= LOOK_COUNTS) {
        return observe(work, target).await;
    }
    // The place among the concurrent calls is acquired before the call is stored: a call that is still
    // queued must not be recorded as sent. If the look became too old in the queue, it is repeated.
    let place = work.app.dimail.place(&target.domain.name).await;
    if work.absent_at.is_none_or(|at| at.elapsed() >= LOOK_COUNTS) {
        drop(place);
        return observe(work, target).await;
    }
    let Target { mailbox, domain, cleared, .. } = target;
    // Asked as late as possible: the address may have become guarded since the creation was stored.
    if work.app.store.guard_at(domain.id, &domain.name, &mailbox.local_part).await? > *cleared {
        return refused(work, target, (mailbox.known, Reason::Guarded), sent_names(mailbox), &[]).await;
    }
    let (first_name, last_name) = (mailbox.first_name.clone(), mailbox.last_name.clone());
    let Some(call) = work.begin_call(Call::Create { first_name, last_name }).await? else {
        return Ok(Progress::Lost);
    };
    send(work, target, place, call).await
}

fn sent_names(mailbox: &Mailbox) -> (String, String) {
    (mailbox.first_name.clone(), mailbox.last_name.clone())
}

async fn send(work: &mut Work<'_>, target: &Target, place: CallPlace, call: SentCall) -> Result<Progress, Fault> {
    let Target { mailbox, domain, .. } = target;
    let names = Names { first: &mailbox.first_name, last: &mailbox.last_name };
    let failure = match work.app.dimail.create_mailbox(place, &domain.name, &mailbox.local_part, names).await {
        Ok(made) => return created(work, target, &call, Some(made.password)).await,
        Err(failure) => failure,
    };
    match &failure {
        // Without a status, the call may still act, if it was sent. A status of the token route does not
        // concern the creation.
        CallError::NoAnswer(silence) if silence.status.is_none() || !silence.sent => {
            let ended = if silence.sent { Vec::new() } else { vec![call] };
            put_off(work, trouble(&failure), &ended).await
        }
        // With a status, only a mailbox that exists right now with the names sent is ours; a later one is
        // not.
        CallError::NoAnswer(_) => after_answer(work, target, &failure, call).await,
        CallError::Refused(_) if failure.is_conflict() => after_answer(work, target, &failure, call).await,
        CallError::Refused(refusal) => {
            refused(work, target, (Known::Absent, refusal.into()), sent_names(mailbox), &[call]).await
        }
        CallError::Installation(_) => put_off(work, trouble(&failure), &[call]).await,
    }
}

/// Looks at dimail after it answered a creation with a server error or a conflict.
async fn after_answer(
    work: &mut Work<'_>,
    target: &Target,
    failure: &CallError,
    call: SentCall,
) -> Result<Progress, Fault> {
    // A conflict means that it existed before this call: only an earlier call can have created it.
    let just_failed = (!failure.is_conflict()).then_some(&call);
    let observed_at = work.app.clock.now();
    let shown = sync::observe::address_and_name(work.app, &target.domain, &target.mailbox, observed_at).await;
    let names = sent_names(&target.mailbox);
    work.observed_at = Some(observed_at);
    match (found(target, &shown, (&target.sent, just_failed), observed_at), failure) {
        (Found::Ours(ours), _) => created(work, target, &ours, None).await,
        (Found::Obstacle(known, reason), _) => refused(work, target, (known, reason), names, &[call]).await,
        (Found::Absent, CallError::Refused(refusal)) => {
            refused(work, target, (Known::Absent, refusal.into()), names, &[call]).await
        }
        (Found::Absent | Found::Unclear(_), _) => put_off(work, trouble(failure), &[call]).await,
    }
}

/// No result: tried again later, or given up after too long. `ended` are calls that cannot act any longer.
async fn put_off(work: &mut Work<'_>, trouble: Trouble, ended: &[SentCall]) -> Result<Progress, Fault> {
    let is_hopeless = work.is_hopeless(&trouble);
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    for call in ended {
        recording.tx.end_call(call).await?;
    }
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let Recording { tx, locked } = &mut recording;
    if !ended.is_empty() && mailbox.known == Known::New {
        let state = MailboxState { known: Known::Absent, ..MailboxState::of(&mailbox) };
        tx.know_mailbox(locked, &mailbox, &state).await?;
    }
    if is_hopeless && mailbox.wants != Wants::Absent {
        fail(work, &mut recording, &mailbox, (mailbox.known, &Reason::GivenUp)).await?;
        return conclude_given_up(work, recording).await;
    }
    let must_observe = work.job.must_observe;
    work.put_off(recording, trouble, must_observe).await
}

/// A creation that was given up may still be carried out: the calls stay, and are looked at once more when
/// none can act any longer.
async fn conclude_given_up(work: &mut Work<'_>, recording: Recording) -> Result<Progress, Fault> {
    work.observed_at = Some(work.app.clock.now());
    conclude(work, recording).await
}

/// Records that dimail has the mailbox, with the names that the call sent.
async fn created(
    work: &mut Work<'_>,
    target: &Target,
    call: &SentCall,
    password: Option<SecretString>,
) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    // A call that is still on its way would be refused as a duplicate.
    recording.tx.end_calls(&work.job).await?;
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let Recording { tx, locked } = &mut recording;
    // The user of one that is made again after a comparison had it before, and gets no email.
    let is_told = mailbox.secondary_email.is_some() && !mailbox.is_pushed;
    tx.open_mailbox(locked, &mailbox, password.is_some() && work.waiting.is_person()).await?;
    if let Some((first, last)) = call.created_names()
        && (first, last) != (mailbox.first_name.as_str(), mailbox.last_name.as_str())
    {
        // It was corrected while the call was under way: its present names are still wanted.
        let wanted = wanted_still(&mailbox);
        tx.know_names(locked, &mailbox, (first, last), Some(&wanted)).await?;
    }
    let address = target.address();
    tx.record(locked, &Event::MailboxOpened { address: address.clone() }, Some(mailbox.id)).await?;
    // While it is to be deleted, the email waits: the deletion may be refused or taken back.
    if is_told {
        email_user(tx, locked, &mailbox, address).await?;
    }
    if let Some(password) = password {
        work.waiting.hand_over(password);
    }
    work.job.must_observe = false;
    work.has_progressed = true;
    conclude(work, recording).await
}

/// Records a refusal of the creation. It concerns what was sent: other names that are wanted by now are
/// sent in turn, and a mailbox that is not wanted any longer is simply absent. If the person who asked for
/// it still waits for the answer, and no other change was made, the row is deleted and the form is shown.
async fn refused(
    work: &mut Work<'_>,
    target: &Target,
    (known, reason): (Known, Reason),
    (first, last): (String, String),
    ended: &[SentCall],
) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    for call in ended {
        recording.tx.end_call(call).await?;
    }
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let is_superseded = (&first, &last) != (&mailbox.first_name, &mailbox.last_name) && reason != Reason::Guarded;
    let is_unwanted = mailbox.wants == Wants::Absent && known != Known::HalfMade;
    let is_known = mailbox.known == known && mailbox.reason.as_ref() == Some(&reason);
    if is_known {
        return conclude(work, recording).await;
    }
    if is_superseded || is_unwanted {
        let state = MailboxState { known, ..MailboxState::of(&mailbox) };
        recording.tx.know_mailbox(&recording.locked, &mailbox, &state).await?;
        return conclude(work, recording).await;
    }
    let address = target.address();
    let event = Event::MailboxFailed { address, reason: reason.clone() };
    recording.tx.record(&recording.locked, &event, Some(mailbox.id)).await?;
    let is_alone = target.sent.is_empty() && mailbox.version == 1 && mailbox.there_since.is_none();
    if is_alone && work.waiting.claim_answer() {
        end_as_refused(work, &mut recording, |kind| kind == ChangeKind::CreateMailbox, (&reason, true)).await?;
        recording.tx.drop_mailbox(&recording.locked, mailbox.id).await?;
        recording.tx.commit().await?;
        return Ok(Progress::Ended);
    }
    store_failed(work, &mut recording, &mailbox, (known, &reason)).await?;
    conclude(work, recording).await
}

/// Records that the creation failed, with its journal line.
async fn fail(
    work: &Work<'_>,
    recording: &mut Recording,
    mailbox: &Mailbox,
    (known, reason): (Known, &Reason),
) -> Result<(), Fault> {
    let address = mailbox.address(&recording.locked.domain.name);
    let event = Event::MailboxFailed { address, reason: reason.clone() };
    recording.tx.record(&recording.locked, &event, Some(mailbox.id)).await?;
    store_failed(work, recording, mailbox, (known, reason)).await
}

async fn store_failed(
    work: &Work<'_>,
    recording: &mut Recording,
    mailbox: &Mailbox,
    (known, reason): (Known, &Reason),
) -> Result<(), Fault> {
    let state = MailboxState { known, reason: Some(reason.clone()), ..MailboxState::of(mailbox) };
    recording.tx.know_mailbox(&recording.locked, mailbox, &state).await?;
    end_as_refused(work, recording, |kind| kind == ChangeKind::CreateMailbox || kind.is_state(), (reason, false))
        .await?;
    if *reason == Reason::Guarded {
        let Recording { tx, locked } = recording;
        sync::guarded::tell_owners(work.app, tx, locked, &mailbox.local_part).await?;
    }
    Ok(())
}

/// Writes the confirmation email, if the mailbox user has another address to read it.
async fn email_user(tx: &mut Tx, locked: &Locked<ByPortal>, mailbox: &Mailbox, address: String) -> Result<(), Fault> {
    let Some(recipient) = mailbox.secondary_email.clone() else { return Ok(()) };
    let support = locked.domain.support_email.clone();
    let content = EmailContent::NewMailbox { user: mailbox.display_name(), address, support };
    let email = NewEmail::about(locked.domain.id, recipient, mailbox.language, content);
    let actor_name = tx.asked_by(locked, &Object::Mailbox(mailbox.id), ChangeKind::CreateMailbox).await?;
    tx.insert_email(&NewEmail { mailbox_id: Some(mailbox.id), actor_name, ..email }).await?;
    Ok(())
}
