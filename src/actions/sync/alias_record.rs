//! Records what dimail answered to calls about an alias.

use crate::actions::sync;
use crate::actions::sync::work::{Recording, Work};
use crate::dimail::CallError;
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasKnown, Destination};
use crate::model::alias_step::late_additions;
use crate::model::change::{ChangeKind, ChangeOutcome, Object, WaitingChange};
use crate::model::event::Event;
use crate::model::job::{Call, SentCall};
use crate::model::reason::Reason;
use crate::model::time::Timestamp;
use crate::store::{ByPortal, Fault, Locked, Tx};

/// What dimail answered to a call.
pub(crate) enum Answer {
    /// dimail has made the change, or had made it before.
    Done,
    /// dimail refused, the portal did not send it, or it was given up.
    Refused(Reason),
    /// dimail refused, but may have made the change before.
    Unclear(Reason),
    /// The result is unknown, or the change was not made.
    Later(CallError),
}

/// A call with its answer.
pub(crate) struct Answered {
    pub(crate) call: Call,
    /// As it is stored; absent if it did not have to be sent.
    pub(crate) sent: Option<SentCall>,
    pub(crate) answer: Answer,
    /// Whether dimail may have carried it out, or an earlier one.
    pub(crate) may_have_acted: bool,
    /// Whether dimail may still carry it out.
    pub(crate) may_act: bool,
}

impl Answered {
    /// A call that was not sent.
    pub(crate) fn unsent(call: Call, answer: Answer) -> Self {
        Self { call, sent: None, answer, may_have_acted: false, may_act: false }
    }

    fn is_about(&self, pair: &AliasDestination) -> bool {
        match &self.call {
            Call::Add { destination } | Call::Remove { destination } => pair.destination.is(destination),
            _ => true,
        }
    }

    /// Why a change that waits is not carried out. A refusal concerns what was sent: not what is wanted
    /// otherwise by now.
    fn refusal_of(&self, change: &WaitingChange, pairs: &[AliasDestination]) -> Option<&Reason> {
        let Answer::Refused(reason) = &self.answer else { return None };
        let is_addition = matches!(self.call, Call::Add { .. });
        let mut own = pairs.iter().filter(|pair| self.is_about(pair) && pair.wanted == is_addition);
        let is_concerned = match change.kind {
            ChangeKind::AddDestination => is_addition && own.any(|pair| change.is_about(pair)),
            ChangeKind::RemoveDestination => !is_addition && own.any(|pair| change.is_about(pair)),
            ChangeKind::DeleteAlias => !is_addition && own.next().is_some(),
            _ => false,
        };
        is_concerned.then_some(reason)
    }
}

/// Records the answers to calls of one step, and returns the transaction; `sent` are the calls whose effect is
/// not known. `None`: another process has the job.
pub(crate) async fn record(
    work: &Work<'_>,
    part: &LocalPart,
    sent: &mut Vec<SentCall>,
    answered: &[Answered],
) -> Result<Option<Recording>, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(None) };
    let Recording { tx, locked } = &mut recording;
    let pairs = tx.destinations(locked, part).await?;
    let mut is_guarded = false;
    for answered in answered {
        end_calls(tx, sent, answered).await?;
        for pair in pairs.iter().filter(|pair| answered.is_about(pair)) {
            match after(pair, answered) {
                After::Same => {}
                After::Gone => tx.delete_destination(locked, pair).await?,
                After::Changed(pair) => tx.record_destination(locked, &pair).await?,
            }
            is_guarded |= matches!(answered.answer, Answer::Refused(Reason::Guarded)) && pair.wanted;
        }
    }
    for change in tx.waiting_changes(locked, &Object::Alias(part.clone())).await? {
        if let Some(reason) = answered.iter().find_map(|answered| answered.refusal_of(&change, &pairs)) {
            end_refused(tx, locked, part, &change, reason).await?;
        }
    }
    if is_guarded {
        sync::guarded::tell_owners(work.app, tx, locked, part).await?;
    }
    Ok(Some(recording))
}

/// Records which destinations dimail has, as it was asked at a time, and returns the transaction; forgets the
/// calls that could no longer act then.
pub(crate) async fn record_observed(
    work: &Work<'_>,
    part: &LocalPart,
    sent: &mut Vec<SentCall>,
    (observed_at, found): (Timestamp, &[String]),
) -> Result<Option<Recording>, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(None) };
    let Recording { tx, locked } = &mut recording;
    let pairs = tx.destinations(locked, part).await?;
    for late in late_additions(&pairs, sent, found) {
        if let Ok(destination) = Destination::parse(&late) {
            tx.insert_unwanted(locked, part, destination).await?;
        }
    }
    for mut pair in pairs {
        let is_there = found.iter().any(|other| pair.destination.is(other));
        match (is_there, pair.known) {
            (false, _) if !pair.wanted => {
                tx.delete_destination(locked, &pair).await?;
                continue;
            }
            (true, AliasKnown::Present) | (false, AliasKnown::New | AliasKnown::Absent) => continue,
            (true, _) => (pair.known, pair.reason) = (AliasKnown::Present, None),
            (false, AliasKnown::Present) => pair.known = AliasKnown::Absent,
        }
        tx.record_destination(locked, &pair).await?;
    }
    for settled in sent.extract_if(.., |sent| !sent.may_act_after(observed_at)) {
        tx.end_call(&settled).await?;
    }
    Ok(Some(recording))
}

/// What becomes of a destination.
enum After {
    Same,
    Gone,
    Changed(AliasDestination),
}

/// What becomes of a destination after a call about it.
fn after(pair: &AliasDestination, answered: &Answered) -> After {
    let mut pair = pair.clone();
    let is_new = pair.known == AliasKnown::New;
    match (&answered.call, &answered.answer) {
        (Call::Add { .. }, Answer::Done) => (pair.known, pair.reason) = (AliasKnown::Present, None),
        (Call::Add { .. }, Answer::Refused(reason)) => {
            if answered.may_have_acted {
                pair.known = AliasKnown::Absent;
            } else if !pair.wanted {
                return After::Gone;
            }
            if pair.wanted {
                pair.reason = Some(reason.clone());
            }
        }
        (Call::Add { .. }, Answer::Unclear(_) | Answer::Later(_)) if answered.may_have_acted => {
            pair.known = AliasKnown::Absent;
        }
        (Call::Add { .. }, _) => return After::Same,
        (_, Answer::Done) if !pair.wanted => return After::Gone,
        (_, Answer::Done) if !is_new => pair.known = AliasKnown::Absent,
        (_, Answer::Refused(reason)) if !pair.wanted => {
            (pair.wanted, pair.reason) = (true, Some(reason.clone()));
        }
        _ => return After::Same,
    }
    After::Changed(pair)
}

/// Forgets a call whose effect is known. One that may still act takes the place of earlier ones that sent the
/// same.
async fn end_calls(tx: &mut Tx, sent: &mut Vec<SentCall>, answered: &Answered) -> Result<(), Fault> {
    let Some(call) = &answered.sent else { return Ok(()) };
    if !answered.may_act {
        return tx.end_call(call).await;
    }
    for earlier in sent.extract_if(.., |earlier| earlier.call == call.call) {
        tx.end_call(&earlier).await?;
    }
    sent.push(call.clone());
    Ok(())
}

async fn end_refused(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    part: &LocalPart,
    change: &WaitingChange,
    reason: &Reason,
) -> Result<(), Fault> {
    let outcome = if *reason == Reason::GivenUp { ChangeOutcome::GivenUp } else { ChangeOutcome::Refused };
    tx.end_change(locked, change, outcome, (Some(reason), false)).await?;
    let (address, reason) = (part.at(&locked.domain.name), reason.clone());
    let event = match (change.kind, change.destination.clone()) {
        (ChangeKind::AddDestination, Some(destination)) => Event::AliasFailed { address, destination, reason },
        (_, destination) => Event::AliasKept { address, destination, reason },
    };
    tx.record(locked, &event, None).await
}

/// Ends the changes of an alias that have been carried out. Returns its destinations.
pub(crate) async fn end_done(
    recording: &mut Recording,
    part: &LocalPart,
) -> Result<(Vec<AliasDestination>, bool), Fault> {
    let Recording { tx, locked } = recording;
    let pairs = tx.destinations(locked, part).await?;
    let mut is_deleted = false;
    for change in tx.waiting_changes(locked, &Object::Alias(part.clone())).await? {
        if change.is_done(&pairs) {
            tx.end_change(locked, &change, ChangeOutcome::Done, (None, false)).await?;
        } else {
            is_deleted |= change.kind == ChangeKind::DeleteAlias;
        }
    }
    Ok((pairs, is_deleted))
}

#[cfg(test)]
mod tests {
    use super::{After, Answer, Answered, after};
    use crate::dimail::{CallError, FaultKind, InstallationFault};
    use crate::model::address::LocalPart;
    use crate::model::alias::{AliasDestination, Destination};
    use crate::model::guard::Guard;
    use crate::model::id::AliasId;
    use crate::model::job::Call;
    use crate::model::reason::Reason;
    use crate::model::time::Timestamp;

    /// A destination from `+new` (wanted) or `-present`.
    fn pair(text: &str) -> AliasDestination {
        let (sign, known) = text.split_at(1);
        AliasDestination {
            id: AliasId::new(Timestamp(0)),
            local_part: LocalPart::parse("contact").expect("a part"),
            destination: Destination::parse("a@x.fr").expect("a destination"),
            wanted: sign == "+",
            known: known.parse().expect("a word"),
            reason: None,
            cleared: Guard::None,
            is_pushed: false,
        }
    }

    fn becomes(text: &str, call: &Call, answer: &str) -> String {
        let (answer, may_have_acted) = match answer {
            "done" => (Answer::Done, false),
            "refused" => (Answer::Refused(Reason::Refused { status: None, detail: String::new() }), false),
            "given up" => (Answer::Refused(Reason::GivenUp), true),
            later => {
                let fault = InstallationFault { kind: FaultKind::Denied, detail: String::new() };
                (Answer::Later(CallError::Installation(fault)), later == "may have acted")
            }
        };
        let answered = Answered { may_have_acted, ..Answered::unsent(call.clone(), answer) };
        match after(&pair(text), &answered) {
            After::Same => "same".to_owned(),
            After::Gone => "gone".to_owned(),
            After::Changed(pair) => {
                let sign = if pair.wanted { '+' } else { '-' };
                format!("{sign}{}{}", pair.known, if pair.reason.is_some() { " refused" } else { "" })
            }
        }
    }

    #[test]
    fn each_answer_has_its_state() {
        let add = Call::Add { destination: "A@x.fr".to_owned() };
        let remove = Call::Remove { destination: "a@x.fr".to_owned() };
        for (before, call, answer, wanted) in [
            ("+new", &add, "done", "+present"),
            ("+new", &add, "refused", "+new refused"),
            ("+absent", &add, "refused", "+absent refused"),
            ("+new", &add, "given up", "+absent refused"),
            ("+new", &add, "may have acted", "+absent"),
            ("+new", &add, "not sent", "same"),
            // It is no longer wanted: what may have been added is removed, what was refused is gone.
            ("-new", &add, "done", "-present"),
            ("-new", &add, "refused", "gone"),
            ("-new", &add, "given up", "-absent"),
            ("-new", &add, "may have acted", "-absent"),
            ("-present", &remove, "done", "gone"),
            ("-absent", &Call::RemoveAll, "done", "gone"),
            ("-present", &remove, "refused", "+present refused"),
            ("-absent", &Call::RemoveAll, "refused", "+absent refused"),
            ("-present", &remove, "may have acted", "same"),
            // It is wanted again: the removal took it away, or not.
            ("+present", &remove, "done", "+absent"),
            ("+new", &Call::RemoveAll, "done", "same"),
            ("+absent", &remove, "refused", "same"),
        ] {
            assert_eq!(becomes(before, call, answer), wanted, "{before} {call:?} {answer}");
        }
    }
}
