//! Changes a mailbox that dimail has: names, activity, deletion.

use crate::actions::sync::mailbox::observed::{Found, look};
use crate::actions::sync::mailbox::record::{conclude, end_as_refused, give_up_names, lost, refuse_all, reread};
use crate::actions::sync::mailbox::target::{Target, wanted_names};
use crate::actions::sync::observe::user_is_left;
use crate::actions::sync::trouble::trouble;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::dimail::{Active, CallError, KnownMailbox, Names};
use crate::model::change::ChangeKind;
use crate::model::event::{Event, FieldChange};
use crate::model::job::{Call, SentCall};
use crate::model::mailbox::Mailbox;
use crate::model::name::{display_key, display_name};
use crate::model::reason::{Reason, Trouble};
use crate::model::wanted::{Known, Wants};
use crate::store::{Fault, MailboxState};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rename,
    Disable,
    Enable,
    Delete,
}

impl Kind {
    fn change(self) -> ChangeKind {
        match self {
            Self::Rename => ChangeKind::RenameMailbox,
            Self::Disable => ChangeKind::DisableMailbox,
            Self::Enable => ChangeKind::EnableMailbox,
            Self::Delete => ChangeKind::DeleteMailbox,
        }
    }

    fn call(self, names: Names<'_>) -> Call {
        let (first_name, last_name) = (names.first.to_owned(), names.last.to_owned());
        match self {
            Self::Rename => Call::Rename { first_name, last_name },
            Self::Enable => Call::Enable { first_name, last_name },
            Self::Disable => Call::Disable,
            Self::Delete => Call::Delete,
        }
    }
}

/// The result of a call, before it is recorded.
enum Ended {
    /// dimail has made the change.
    Done,
    /// dimail refused it.
    Refused(Reason),
    /// The mailbox is gone, or only its Open-XChange user is left.
    Lost(Known, Reason),
    /// Nothing was changed, or the result is not known; whether dimail must be asked first.
    Later(Trouble, bool),
}

/// Sends a change, and records the result.
pub(crate) async fn change(work: &mut Work<'_>, target: &Target, kind: Kind) -> Result<Progress, Fault> {
    let Some(call) = work.begin_call(kind.call(wanted_names(&target.mailbox))).await? else {
        return Ok(Progress::Lost);
    };
    let sent = ask(work, target, kind).await;
    // A call without a status may still act, whatever dimail shows a moment later.
    let may_act = sent.as_ref().is_err_and(|failure| failure.may_have_acted() && !failure.has_status());
    let ended = ended(work, target, kind, sent).await;
    let call = if may_act { None } else { Some(call) };
    match ended {
        Ended::Done => done(work, target, kind, call).await,
        Ended::Refused(reason) => refused(work, target, (kind, reason), call).await,
        Ended::Lost(known, reason) => lost(work, (known, reason), call.as_slice()).await,
        Ended::Later(trouble, must_observe) => later(work, (kind, trouble, must_observe), call).await,
    }
}

/// Sends the call. Returns the mailbox that dimail shows in its answer, if it shows one.
async fn ask(work: &Work<'_>, target: &Target, kind: Kind) -> Result<Option<KnownMailbox>, CallError> {
    let Target { mailbox, domain, .. } = target;
    let (dimail, domain, part) = (&work.app.dimail, &domain.name, &mailbox.local_part);
    match kind {
        Kind::Disable => dimail.disable_mailbox(domain, part).await,
        Kind::Enable => dimail.enable_mailbox(domain, part, wanted_names(mailbox)).await,
        Kind::Delete => dimail.delete_mailbox(domain, part).await.map(|()| None),
        Kind::Rename => dimail.rename_mailbox(domain, part, wanted_names(mailbox)).await,
    }
}

async fn ended(work: &Work<'_>, target: &Target, kind: Kind, sent: Result<Option<KnownMailbox>, CallError>) -> Ended {
    let failure = match sent {
        Ok(shown) => return answered(work, target, kind, shown.as_ref()).await,
        Err(failure) => failure,
    };
    let later = || Ended::Later(trouble(&failure), failure.may_have_acted());
    match &failure {
        // A 500 may mean that the display name is taken, or that the change was made: ask dimail.
        CallError::NoAnswer(silence) if silence.status == Some(500) => {
            shown_now(work, target, kind).await.unwrap_or_else(later)
        }
        CallError::Refused(refusal) if failure.is_about_object() => match shown_now(work, target, kind).await {
            Some(ended) => ended,
            None if failure.is_conflict() => Ended::Refused(refusal.into()),
            // Listed but not found: an Open-XChange user without a mailbox.
            None => match user_is_left(work.app, &target.domain.name, &target.mailbox).await {
                Ok(true) => Ended::Lost(Known::HalfMade, Reason::HalfMade),
                Ok(false) | Err(_) => Ended::Later(trouble(&failure), true),
            },
        },
        CallError::Refused(refusal) => Ended::Refused(refusal.into()),
        _ => later(),
    }
}

/// Handles a success answer of dimail. The mailbox that it shows is compared, because the server of
/// 2024 also answers success for changes that it ignores, and deletes a mailbox without its
/// Open-XChange user.
async fn answered(work: &Work<'_>, target: &Target, kind: Kind, shown: Option<&KnownMailbox>) -> Ended {
    if kind == Kind::Delete {
        return match user_is_left(work.app, &target.domain.name, &target.mailbox).await {
            Ok(true) => Ended::Lost(Known::HalfMade, Reason::UserLeft),
            Ok(false) => Ended::Done,
            Err(failure) => Ended::Later(trouble(&failure), true),
        };
    }
    let names = wanted_names(&target.mailbox);
    let first = shown.map_or(Agreement::NotShown, |shown| agreement(kind, shown, names));
    if first == Agreement::Yes {
        return Ended::Done;
    }
    let again = match own_entry(work, target).await {
        Ok(own) => own.map_or(Agreement::Unsure, |own| agreement(kind, &own, names)),
        Err(failure) => return Ended::Later(trouble(&failure), true),
    };
    match (first, again) {
        (_, Agreement::Yes | Agreement::NotShown) => Ended::Done,
        (Agreement::No, Agreement::No) => Ended::Refused(match kind {
            Kind::Disable => Reason::CannotDisable,
            Kind::Enable => Reason::CannotEnable,
            Kind::Rename | Kind::Delete => Reason::CannotRename,
        }),
        (_, Agreement::No | Agreement::Unsure) => {
            Ended::Later(Trouble::no_answer("dimail said yes, and does not show it yet".to_owned()), true)
        }
    }
}

async fn own_entry(work: &Work<'_>, target: &Target) -> Result<Option<KnownMailbox>, CallError> {
    let list = work.app.dimail.mailboxes(&target.domain.name).await?;
    Ok(list.into_iter().find(|other| other.is(&target.mailbox.local_part, &target.domain.name)))
}

/// Whether the state that dimail shows agrees with the change that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    Yes,
    No,
    /// dimail is still working on it, or does not know.
    Unsure,
    /// dimail shows nothing about it.
    NotShown,
}

fn agreement(kind: Kind, shown: &KnownMailbox, names: Names<'_>) -> Agreement {
    let wants_active = kind != Kind::Disable;
    match shown.active {
        Active::Unsure if kind != Kind::Rename => return Agreement::Unsure,
        Active::Yes if !wants_active => return Agreement::No,
        Active::No if kind == Kind::Enable => return Agreement::No,
        Active::No if !wants_active => return Agreement::Yes,
        Active::Yes | Active::No | Active::Unsure | Active::NotShown => {}
    }
    match &shown.names {
        // A disabled mailbox has no Open-XChange user, and so no names.
        Some(_) if !wants_active => Agreement::No,
        None if !wants_active => Agreement::Yes,
        Some(shown) if names.are_shown_by(shown) => Agreement::Yes,
        Some(_) => Agreement::No,
        None => Agreement::NotShown,
    }
}

/// How the change ended, as dimail's list shows it; `None` if it was not made, or nothing is certain.
async fn shown_now(work: &Work<'_>, target: &Target, kind: Kind) -> Option<Ended> {
    let is_deletion = kind == Kind::Delete;
    let (own, list) = match look(work, target).await {
        Found::Gone if is_deletion => return Some(Ended::Done),
        Found::Gone => return Some(Ended::Lost(Known::Gone, Reason::Gone)),
        Found::HalfMade => {
            let reason = if is_deletion { Reason::UserLeft } else { Reason::HalfMade };
            return Some(Ended::Lost(Known::HalfMade, reason));
        }
        Found::Unclear(_) => return None,
        Found::Listed(own, list) => (own, list),
    };
    let names = wanted_names(&target.mailbox);
    if is_deletion {
        return None;
    }
    match agreement(kind, &own, names) {
        Agreement::Yes => return Some(Ended::Done),
        Agreement::Unsure => return None,
        Agreement::No | Agreement::NotShown => {}
    }
    let wanted = display_key(&display_name(names.first, names.last));
    let gives_names = matches!(kind, Kind::Rename | Kind::Enable);
    let in_the_way = list.other_holder(&wanted, &own.email).filter(|_| gives_names);
    in_the_way.map(|holder| Ended::Refused(Reason::DisplayNameTaken { holder: Some(holder.to_owned()) }))
}

/// Records what dimail has done.
async fn done(work: &mut Work<'_>, target: &Target, kind: Kind, call: Option<SentCall>) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    if let Some(call) = &call {
        recording.tx.end_call(call).await?;
    }
    work.job.must_observe = false;
    work.has_progressed = true;
    let Some(mailbox) = reread(work, &mut recording).await? else { return conclude(work, recording).await };
    let Recording { tx, locked } = &mut recording;
    let address = target.address();
    let mut state = MailboxState { reason: None, ..MailboxState::of(&mailbox) };
    let event = match kind {
        Kind::Disable => {
            state.known = Known::Inactive;
            Event::MailboxDisabled { address }
        }
        Kind::Enable => {
            state.known = Known::Active;
            Event::MailboxEnabled { address }
        }
        Kind::Rename => {
            let names = wanted_names(&target.mailbox);
            let fields = target.mailbox.wanted.as_ref().map(|wanted| wanted.fields.clone()).unwrap_or_default();
            Event::MailboxEdited {
                address,
                changes: FieldChange::all(&mailbox, &fields, (names.first, names.last, None)),
            }
        }
        Kind::Delete => return deleted(work, recording, &mailbox).await,
    };
    tx.know_mailbox(locked, &mailbox, &state).await?;
    note_names(&mut recording, target, (&mailbox, kind)).await?;
    recording.tx.record(&recording.locked, &event, Some(mailbox.id)).await?;
    conclude(work, recording).await
}

/// Records the names that dimail has now. Those of an inactive mailbox are sent when it becomes active.
async fn note_names(
    recording: &mut Recording,
    target: &Target,
    (mailbox, kind): (&Mailbox, Kind),
) -> Result<(), Fault> {
    let Recording { tx, locked } = recording;
    let Names { first, last } = match kind {
        Kind::Disable => wanted_names(mailbox),
        Kind::Rename | Kind::Enable => wanted_names(&target.mailbox),
        Kind::Delete => return Ok(()),
    };
    if (first, last) == (mailbox.first_name.as_str(), mailbox.last_name.as_str()) && mailbox.wanted.is_none() {
        return Ok(());
    }
    let wanted = mailbox.wanted.as_ref();
    let still = wanted.filter(|wanted| (wanted.first_name.as_str(), wanted.last_name.as_str()) != (first, last));
    tx.know_names(locked, mailbox, (first, last), still).await
}

/// Records that dimail deleted the mailbox. If it is wanted again by now, it is shown as gone: a new one
/// would be empty.
async fn deleted(work: &mut Work<'_>, mut recording: Recording, mailbox: &Mailbox) -> Result<Progress, Fault> {
    if mailbox.wants == Wants::Absent {
        let state = MailboxState { wants: Wants::Absent, known: Known::Absent, reason: None };
        recording.tx.know_mailbox(&recording.locked, mailbox, &state).await?;
        return conclude(work, recording).await;
    }
    let state = MailboxState { wants: mailbox.wants, known: Known::Gone, reason: Some(Reason::Gone) };
    recording.tx.know_mailbox(&recording.locked, mailbox, &state).await?;
    let address = mailbox.address(&recording.locked.domain.name);
    let event = Event::MailboxFailed { address, reason: Reason::Gone };
    recording.tx.record(&recording.locked, &event, Some(mailbox.id)).await?;
    refuse_all(work, &mut recording, mailbox, (&Reason::Gone, false)).await?;
    conclude(work, recording).await
}

/// Records a refusal. It concerns what was sent: what is still wanted so returns to what is known; what was
/// asked meanwhile stays wanted.
async fn refused(
    work: &mut Work<'_>,
    target: &Target,
    (kind, reason): (Kind, Reason),
    call: Option<SentCall>,
) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    if let Some(call) = &call {
        recording.tx.end_call(call).await?;
    }
    work.job.must_observe = false;
    work.has_progressed = true;
    if let Some(mailbox) = reread(work, &mut recording).await? {
        take_back(work, &mut recording, (target, &mailbox), (kind, &reason)).await?;
    }
    conclude(work, recording).await
}

async fn take_back(
    work: &Work<'_>,
    recording: &mut Recording,
    (target, mailbox): (&Target, &Mailbox),
    (kind, reason): (Kind, &Reason),
) -> Result<(), Fault> {
    let mut state = MailboxState::of(mailbox);
    let is_wanted = match kind {
        Kind::Rename => mailbox.wanted.is_some() && same_names(mailbox, &target.mailbox),
        Kind::Disable => mailbox.wants == Wants::Inactive,
        Kind::Enable => mailbox.wants == Wants::Active,
        Kind::Delete => mailbox.wants == Wants::Absent,
    };
    if !is_wanted {
        return Ok(());
    }
    let Recording { tx, locked } = &mut *recording;
    match kind {
        Kind::Rename => tx.forget_wanted(locked, mailbox.id).await?,
        Kind::Disable | Kind::Enable | Kind::Delete => {
            state.wants = if mailbox.known == Known::Inactive { Wants::Inactive } else { Wants::Active };
        }
    }
    tx.know_mailbox(locked, mailbox, &state).await?;
    let (address, change) = (mailbox.address(&locked.domain.name), kind.change().to_string());
    let event = Event::MailboxChangeRefused { address, change, reason: reason.clone() };
    tx.record(locked, &event, Some(mailbox.id)).await?;
    let told = work.waiting.claim_answer();
    end_as_refused(work, recording, |change| change == kind.change(), (reason, told)).await
}

fn same_names(one: &Mailbox, other: &Mailbox) -> bool {
    wanted_names(one) == wanted_names(other)
}

/// No result: tried again later. Names are given up after too long; what protects people never is.
async fn later(
    work: &mut Work<'_>,
    (kind, trouble, must_observe): (Kind, Trouble, bool),
    call: Option<SentCall>,
) -> Result<Progress, Fault> {
    if kind == Kind::Rename && work.is_hopeless(&trouble) {
        return give_up_names(work).await;
    }
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    if let Some(call) = &call {
        recording.tx.end_call(call).await?;
    }
    work.put_off(recording, trouble, must_observe).await
}
