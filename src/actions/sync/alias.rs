//! The steps of an alias: adds and removes its destinations at dimail. Both calls can be repeated without
//! harm, so dimail is asked what it has only when it refuses a call that an earlier one may already have
//! carried out, and once more when a call that had no answer can no longer act.

use futures::stream::{self, StreamExt, TryStreamExt};

use crate::actions::App;
use crate::actions::sync::alias_record::{Answer, Answered, end_done, record, record_observed};
use crate::actions::sync::trouble::trouble;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::dimail::{CallError, Made};
use crate::model::address::LocalPart;
use crate::model::alias::{AliasDestination, AliasKnown};
use crate::model::alias_step::{AliasStep, AliasWork};
use crate::model::change::Object;
use crate::model::domain::Domain;
use crate::model::job::{Call, Job, SentCall, WaitsFor};
use crate::model::reason::{Reason, Trouble};
use crate::store::Fault;

/// How many destinations of one alias are added or removed concurrently.
const AT_ONCE: usize = 8;

/// What this attempt knows and has done so far.
struct Attempt {
    part: LocalPart,
    /// The calls whose effect is not known.
    sent: Vec<SentCall>,
    /// The destinations for which a call had no result.
    tried: Vec<AliasDestination>,
    /// The first reason why something had no result.
    trouble: Option<Trouble>,
    looks_first: bool,
    is_observed: bool,
    /// Whether the deletion of the whole alias waits.
    is_deleted: bool,
}

impl Attempt {
    fn work<'a>(&'a self, domain: &Domain, pairs: &'a [AliasDestination]) -> AliasWork<'a> {
        AliasWork {
            pairs,
            sent: &self.sent,
            tried: &self.tried,
            looks_first: self.looks_first,
            is_observed: self.is_observed,
            is_deleted: self.is_deleted,
            status: domain.status,
        }
    }

    fn note(&mut self, failure: &CallError) {
        self.trouble.get_or_insert_with(|| trouble(failure));
    }
}

/// Makes all steps of an alias that can be made now: each is sent without a transaction, then recorded in
/// one, in which the next is decided on what is wanted by then.
pub(crate) async fn advance(work: &mut Work<'_>) -> Result<Progress, Fault> {
    let (app, job) = (work.app, &work.job);
    let Object::Alias(part) = job.object.clone() else { return Ok(Progress::Lost) };
    let Some(mut domain) = app.store.domain_of(job.domain_id).await? else { return Ok(Progress::Lost) };
    let mut pairs = app.store.pairs_of(domain.id, &part).await?;
    let sent = app.store.sent_calls(job.id).await?;
    let is_deleted = app.store.is_alias_deleted(domain.id, &part).await?;
    let (tried, trouble, looks_first) = (Vec::new(), None, work.looks_first);
    let mut attempt = Attempt { part, sent, tried, trouble, looks_first, is_observed: false, is_deleted };
    loop {
        let step = attempt.work(&domain, &pairs).next_step(app.clock.now());
        let recording = match step {
            AliasStep::Forget(pairs) => forget(work, &mut attempt, &pairs).await?,
            AliasStep::Add(pairs) => add(work, &mut attempt, &domain, pairs).await?,
            AliasStep::Remove(pairs) => send(work, &mut attempt, &domain, &pairs, removal, &[]).await?,
            AliasStep::RemoveAll(pairs) => remove_all(work, &mut attempt, &domain, &pairs).await?,
            AliasStep::Observe => observe(work, &mut attempt, &domain, &pairs).await?,
            AliasStep::Nothing => work.record().await?,
        };
        let Some(mut recording) = recording else { return Ok(Progress::Lost) };
        (pairs, attempt.is_deleted) = end_done(&mut recording, &attempt.part).await?;
        domain = recording.locked.domain.clone();
        let left = attempt.work(&domain, &pairs);
        if let AliasStep::Nothing = left.next_step(app.clock.now()) {
            return rest(work, &attempt, left.waits_for(), recording).await;
        }
        recording.tx.commit().await?;
        work.tell();
    }
}

/// Ends the claim.
async fn rest(
    work: &Work<'_>,
    attempt: &Attempt,
    waits_for: Option<WaitsFor>,
    mut recording: Recording,
) -> Result<Progress, Fault> {
    if let Some(trouble) = &attempt.trouble {
        return work.put_off(recording, trouble.clone(), false).await;
    }
    match waits_for {
        Some(waits_for) => work.wait_for(&mut recording, waits_for, &attempt.sent).await?,
        None => work.rest(&mut recording, &attempt.sent).await?,
    }
    recording.tx.commit().await?;
    Ok(Progress::Ended)
}

/// Deletes destinations of which dimail has nothing.
async fn forget(
    work: &Work<'_>,
    attempt: &mut Attempt,
    pairs: &[AliasDestination],
) -> Result<Option<Recording>, Fault> {
    let forgotten: Vec<Answered> = pairs.iter().map(|pair| Answered::unsent(removal(pair), Answer::Done)).collect();
    record(work, &attempt.part, &mut attempt.sent, &forgotten).await
}

/// Adds destinations at dimail. The alias may have become guarded since they were asked for.
async fn add(
    work: &Work<'_>,
    attempt: &mut Attempt,
    domain: &Domain,
    pairs: Vec<AliasDestination>,
) -> Result<Option<Recording>, Fault> {
    let guard = work.app.store.guard_at(domain.id, &domain.name, &attempt.part).await?;
    let (guarded, free): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|pair| guard > pair.cleared);
    let call = |pair: &AliasDestination| Call::Add { destination: pair.destination.as_str().to_owned() };
    send(work, attempt, domain, &free, call, &guarded).await
}

fn removal(pair: &AliasDestination) -> Call {
    Call::Remove { destination: pair.destination.as_str().to_owned() }
}

/// Deletes an alias at dimail, including destinations that the portal does not know.
async fn remove_all(
    work: &Work<'_>,
    attempt: &mut Attempt,
    domain: &Domain,
    pairs: &[AliasDestination],
) -> Result<Option<Recording>, Fault> {
    let one = pairs.get(..1).unwrap_or_default();
    let recording = send(work, attempt, domain, one, |_| Call::RemoveAll, &[]).await?;
    if !attempt.tried.is_empty() {
        attempt.tried.extend(pairs.iter().cloned());
    }
    Ok(recording)
}

/// Sends a call for each destination, asks dimail what it has where a refusal does not tell, and records the
/// answers; guarded destinations are not sent. `None`: the claim has ended.
async fn send(
    work: &Work<'_>,
    attempt: &mut Attempt,
    domain: &Domain,
    pairs: &[AliasDestination],
    call: impl Fn(&AliasDestination) -> Call,
    guarded: &[AliasDestination],
) -> Result<Option<Recording>, Fault> {
    let is_repeated = !attempt.sent.is_empty() || matches!(work.job.last_trouble, Some(Trouble::NoAnswer { .. }));
    let dimail = AliasCalls { app: work.app, job: &work.job, domain, part: &attempt.part };
    let mut calls = Vec::new();
    for pair in pairs {
        let may_be_done = is_repeated || pair.wanted && pair.known == AliasKnown::Absent;
        calls.push(dimail.send(call(pair), may_be_done));
    }
    let answered: Vec<Option<Answered>> = stream::iter(calls).buffered(AT_ONCE).try_collect().await?;
    let Some(mut answered) = answered.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
    dimail.settle(&mut answered).await;
    for (pair, answered) in pairs.iter().zip(&mut answered) {
        let Answer::Later(failure) = &answered.answer else { continue };
        if pair.wanted && work.is_hopeless(&trouble(failure)) {
            answered.answer = Answer::Refused(Reason::GivenUp);
            answered.may_have_acted = true;
        } else {
            attempt.note(failure);
            attempt.tried.push(pair.clone());
        }
    }
    let kept_back = |pair: &AliasDestination| Answered::unsent(call(pair), Answer::Refused(Reason::Guarded));
    answered.extend(guarded.iter().map(kept_back));
    record(work, &attempt.part, &mut attempt.sent, &answered).await
}

/// Sends calls about an alias.
struct AliasCalls<'a> {
    app: &'a App,
    job: &'a Job,
    domain: &'a Domain,
    part: &'a LocalPart,
}

impl AliasCalls<'_> {
    /// Stores a call and sends it. `None`: the claim has ended, and it was not sent. `may_be_done` is whether an
    /// earlier call may already have done the same.
    async fn send(&self, call: Call, may_be_done: bool) -> Result<Option<Answered>, Fault> {
        let sent = SentCall::new(call.clone(), self.app.clock.now());
        if !self.app.store.begin_call(self.job, &sent).await? {
            return Ok(None);
        }
        let (dimail, domain) = (&self.app.dimail, &self.domain.name);
        let result = match &call {
            Call::Add { destination } => dimail.add_alias(domain, self.part, destination).await,
            Call::Remove { destination } => {
                dimail.remove_alias(domain, self.part, destination).await.map(|()| Made::New)
            }
            _ => dimail.remove_all_destinations(domain, self.part).await.map(|()| Made::New),
        };
        let failure = result.as_ref().err();
        let may_have_acted = failure.is_some_and(CallError::may_have_acted);
        let may_act = may_have_acted && !failure.is_some_and(CallError::has_status);
        let answer = match result {
            Ok(Made::New) => Answer::Done,
            Ok(Made::AlreadyThere) => Answer::Unclear(Reason::Refused { status: None, detail: String::new() }),
            Err(CallError::Refused(refusal)) if may_be_done => Answer::Unclear(Reason::from(&refusal)),
            Err(CallError::Refused(refusal)) => Answer::Refused(Reason::from(&refusal)),
            Err(failure) => Answer::Later(failure),
        };
        let may_have_acted = may_have_acted || matches!(answer, Answer::Unclear(_));
        Ok(Some(Answered { call, sent: Some(sent), answer, may_have_acted, may_act }))
    }

    /// Asks dimail once what it has, if it refused changes that may already have been made.
    async fn settle(&self, answered: &mut [Answered]) {
        if !answered.iter().any(|answered| matches!(answered.answer, Answer::Unclear(_))) {
            return;
        }
        let found = self.app.dimail.destinations(&self.domain.name, self.part).await;
        for answered in answered {
            let Answer::Unclear(reason) = &answered.answer else { continue };
            answered.answer = match &found {
                Ok(found) if is_done(&answered.call, found) => Answer::Done,
                Ok(_) => Answer::Refused(reason.clone()),
                Err(failure) => Answer::Later(failure.clone()),
            };
            answered.may_have_acted = found.is_err();
        }
    }
}

/// Whether what dimail has is what the call asked for.
fn is_done(call: &Call, found: &[String]) -> bool {
    let has = |destination: &str| found.iter().any(|other| other.to_lowercase() == destination.to_lowercase());
    match call {
        Call::Add { destination } => has(destination),
        Call::Remove { destination } => !has(destination),
        _ => found.is_empty(),
    }
}

/// Asks dimail what it has, after a call that had no answer can no longer act: what it added or removed late
/// is made good by further steps.
async fn observe(
    work: &Work<'_>,
    attempt: &mut Attempt,
    domain: &Domain,
    pairs: &[AliasDestination],
) -> Result<Option<Recording>, Fault> {
    attempt.is_observed = true;
    let observed_at = work.app.clock.now();
    match work.app.dimail.destinations(&domain.name, &attempt.part).await {
        Ok(found) => record_observed(work, &attempt.part, &mut attempt.sent, (observed_at, &found)).await,
        Err(failure) => {
            attempt.note(&failure);
            if attempt.looks_first {
                attempt.tried.extend(pairs.iter().cloned());
            }
            work.record().await
        }
    }
}
