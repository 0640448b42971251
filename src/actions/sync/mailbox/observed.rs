//! Asks dimail for the state of a mailbox that it had, and records it.

use std::sync::Arc;

use crate::actions::App;
use crate::actions::sync::lists::Listing;
use crate::actions::sync::mailbox::record::{conclude, give_up_names, lost, reread};
use crate::actions::sync::mailbox::target::{Target, wanted_names, wanted_still};
use crate::actions::sync::observe::user_is_left;
use crate::actions::sync::trouble::trouble;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::dimail::{Active, CallError, KnownMailbox};
use crate::model::event::Event;
use crate::model::job::SentCall;
use crate::model::mailbox::Mailbox;
use crate::model::name::KnownNames;
use crate::model::reason::{Reason, Trouble};
use crate::model::time::Timestamp;
use crate::model::wanted::{Known, Wants};
use crate::store::{Fault, MailboxState};

/// What dimail shows of a mailbox that it had.
pub(crate) enum Found {
    /// The mailbox, with the whole list of its context.
    Listed(KnownMailbox, Arc<Listing>),
    /// An Open-XChange user without a mailbox.
    HalfMade,
    /// Nothing.
    Gone,
    /// Nothing certain.
    Unclear(Trouble),
}

/// Asks for the list, and for the address if the list does not decide.
pub(crate) async fn look(work: &Work<'_>, target: &Target) -> Found {
    match looked(work.app, target, work.list_since(&target.sent)).await {
        Ok(found) => found,
        Err(failure) => Found::Unclear(trouble(&failure)),
    }
}

async fn looked(app: &App, target: &Target, since: Timestamp) -> Result<Found, CallError> {
    let Target { mailbox, domain, .. } = target;
    let (list, own) = app.lists.with(app, domain, mailbox, since).await?;
    // An Open-XChange user without a mailbox is listed, too, and its activity is not known.
    let is_clear = own.as_ref().is_some_and(|own| own.active != Active::Unsure && mailbox.wants != Wants::Absent);
    if !is_clear && user_is_left(app, &domain.name, mailbox).await? {
        return Ok(Found::HalfMade);
    }
    Ok(own.map_or(Found::Gone, |own| Found::Listed(own, list)))
}

/// Records what dimail shows.
pub(crate) async fn observe(work: &mut Work<'_>, target: &Target) -> Result<Progress, Fault> {
    let observed_at = work.app.clock.now();
    let found = look(work, target).await;
    let settled: Vec<SentCall> = target.sent.iter().filter(|call| !call.may_act_after(observed_at)).cloned().collect();
    let own = match found {
        Found::Unclear(trouble) => return unclear(work, target, trouble).await,
        Found::Listed(own, _) if own.active == Active::Unsure => {
            let detail = "dimail does not know yet whether the mailbox is active".to_owned();
            return unclear(work, target, Trouble::no_answer(detail)).await;
        }
        Found::Gone => {
            work.observed_at = Some(observed_at);
            return lost(work, (Known::Gone, Reason::Gone), &settled).await;
        }
        Found::HalfMade => {
            work.observed_at = Some(observed_at);
            let is_leaving = target.mailbox.wants == Wants::Absent;
            let reason = if is_leaving { Reason::UserLeft } else { Reason::HalfMade };
            return lost(work, (Known::HalfMade, reason), &settled).await;
        }
        Found::Listed(own, _) => own,
    };
    work.observed_at = Some(observed_at);
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    for call in &settled {
        recording.tx.end_call(call).await?;
    }
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let Recording { tx, locked } = &mut recording;
    let known = if is_active(&own) { Known::Active } else { Known::Inactive };
    let names = own.names.as_ref().and_then(|names| recognized(&mailbox, &target.sent, names));
    // A call that had no answer may have acted after a later one: then the present names are sent again.
    let wanted = mailbox.wanted.clone().or_else(|| names.as_ref().map(|_| wanted_still(&mailbox)));
    let still = wanted.as_ref().filter(|wanted| {
        names.as_ref().is_none_or(|(first, last)| (&wanted.first_name, &wanted.last_name) != (first, last))
    });
    // Names that were given up are still refused, unless dimail has them by now.
    let reason = mailbox.reason.clone().filter(|_| mailbox.known.is_present() && still.is_some());
    tx.know_mailbox(locked, &mailbox, &MailboxState { wants: mailbox.wants, known, reason }).await?;
    if let Some(event) = changed_there(&mailbox, known, mailbox.address(&locked.domain.name)) {
        tx.record(locked, &event, Some(mailbox.id)).await?;
    }
    if let Some((first, last)) = &names {
        tx.know_names(locked, &mailbox, (first, last), still).await?;
    }
    work.job.must_observe = false;
    conclude(work, recording).await
}

/// The line of the journal about a mailbox that dimail has disabled or enabled since it was last known: by a
/// call that had no answer, or because others asked for it.
fn changed_there(mailbox: &Mailbox, known: Known, address: String) -> Option<Event> {
    match (mailbox.known, known) {
        (Known::Active, Known::Inactive) => Some(Event::MailboxDisabled { address }),
        (Known::Inactive, Known::Active) => Some(Event::MailboxEnabled { address }),
        _ => None,
    }
}

/// Nothing certain: asked again later. Names are given up after too long.
async fn unclear(work: &mut Work<'_>, target: &Target, trouble: Trouble) -> Result<Progress, Fault> {
    let waits_for_names = target.mailbox.situation().renames && target.mailbox.reason.is_none();
    if waits_for_names && target.mailbox.wants == Wants::Active && work.is_hopeless(&trouble) {
        return give_up_names(work).await;
    }
    let Some(recording) = work.record().await? else { return Ok(Progress::Lost) };
    work.put_off(recording, trouble, true).await
}

/// A server that does not say whether a mailbox is active shows names of active ones only.
fn is_active(own: &KnownMailbox) -> bool {
    match own.active {
        Active::Yes => true,
        Active::No => false,
        Active::Unsure | Active::NotShown => own.names.is_some(),
    }
}

/// The names that dimail shows, if a call of ours sent them. Others are left to a comparison.
fn recognized(mailbox: &Mailbox, sent: &[SentCall], shown: &KnownNames) -> Option<(String, String)> {
    let present = (mailbox.first_name.as_str(), mailbox.last_name.as_str());
    let wanted = wanted_names(mailbox);
    let ours = sent.iter().filter_map(SentCall::sent_names);
    std::iter::once((wanted.first, wanted.last))
        .chain(ours)
        .find(|(first, last)| shown.are(first, last))
        .filter(|names| *names != present)
        .map(|(first, last)| (first.to_owned(), last.to_owned()))
}
