//! Checks a domain: reads dimail's report, requests one repair, reads the expected DNS records, and
//! updates the domain's status.

use crate::actions::App;
use crate::actions::sync::trouble::trouble;
use crate::actions::sync::work::{Progress, Recording, Work};
use crate::dimail::CallError;
use crate::model::check::{CheckReport, DnsRecord, Verdict};
use crate::model::dns_guide::Guide;
use crate::model::domain::{Domain, DomainStatus, Judgement, judge, next_check};
use crate::model::email::EmailContent;
use crate::model::event::Event;
use crate::model::reason::Trouble;
use crate::store::{ByPortal, CheckFacts, Fault, Locked, NewEmail, Tx};

/// A check that has run for this fraction of the call timeout is interrupted when a check waits that is a
/// first one or whose last attempt had a result. It gets the full time once no such check waits.
const GIVES_WAY_AFTER: u32 = 10;

/// Checks the domain of the job, and records the result.
pub(crate) async fn check(work: &Work<'_>, domain: &Domain) -> Result<Progress, Fault> {
    let app = work.app;
    let (goes_first, longest) = (work.job.last_trouble.is_none(), app.settings.dimail_timeout / GIVES_WAY_AFTER);
    // One turn in the lane for all calls: a slow check of another domain must not come between a check
    // and its records.
    let (mut report, mut expected) = (None, ExpectedRecords::NoAnswer);
    let calls = async {
        let result = result(app, domain).await;
        let is_known = result.is_ok();
        report = Some(result);
        if is_known {
            expected = records(app, domain).await;
        }
    };
    let _ended_in_time = app.check_lane.run(goes_first, longest, Box::pin(calls)).await;
    let trouble = match report {
        Some(Ok(report)) => return record(work, report, expected).await,
        Some(Err(CallError::Refused(refusal))) => Trouble::Refused { detail: refusal.detail },
        Some(Err(failure)) if failure.is_time_out() && answers_otherwise(app).await => Trouble::NameServers,
        Some(Err(failure)) => trouble(&failure),
        None => Trouble::no_answer("it gave way to the check of another domain"),
    };
    put_off(work, trouble).await
}

/// Whether dimail answers another call after a check timed out. If it does, the check waits for the
/// name servers of that domain; otherwise dimail itself is unavailable, which says nothing about them.
async fn answers_otherwise(app: &App) -> bool {
    match app.dimail.sign_in().await {
        Ok(()) => true,
        Err(failure) => failure.has_status(),
    }
}

/// The report to record: if only internal checks fail, the report after one request to repair. A check
/// without an answer has no result.
async fn result(app: &App, domain: &Domain) -> Result<CheckReport, CallError> {
    let report = app.dimail.check(&domain.name).await?;
    if report.verdict() != Verdict::InternalFails {
        return Ok(report);
    }
    match app.dimail.fix(&domain.name).await {
        Ok(repaired) => Ok(repaired),
        // The server has no repair route, or refuses to repair: use the first report.
        Err(failure) if failure.is_route_missing() || matches!(failure, CallError::Refused(_)) => Ok(report),
        Err(failure) => Err(failure),
    }
}

/// The expected DNS records, if dimail returned them; the check is recorded without them, too.
enum ExpectedRecords {
    Known(Vec<DnsRecord>),
    /// No answer. Asked again soon, because until then people cannot know which records to publish.
    NoAnswer,
    /// This version of dimail has no list of records; the regular checks ask again.
    Unsupported,
}

async fn records(app: &App, domain: &Domain) -> ExpectedRecords {
    match app.dimail.spec(&domain.name).await {
        Ok(records) => ExpectedRecords::Known(records),
        Err(failure) => {
            tracing::info!(domain = %domain.name, %failure, "dimail did not return the expected DNS records");
            if failure.is_route_missing() { ExpectedRecords::Unsupported } else { ExpectedRecords::NoAnswer }
        }
    }
}

async fn record(work: &Work<'_>, report: CheckReport, records: ExpectedRecords) -> Result<Progress, Fault> {
    let app = work.app;
    let Some(Recording { mut tx, locked }) = work.record().await? else { return Ok(Progress::Lost) };
    let (now, domain) = (app.clock.now(), &locked.domain);
    // Ignore the result if the domain was closed while dimail was answering.
    if let Some(waits_for) = Work::must_wait(domain, false) {
        tx.park_job(&work.job, waits_for, None).await?;
        tx.commit().await?;
        return Ok(Progress::Ended);
    }
    let confirm_after = app.settings.check_confirm_after;
    let judged = judge(domain.status, domain.bad_since, report.verdict(), now, confirm_after);
    let due_at = next_check(domain.created_at, now, judged, confirm_after);
    let before = tx.checks(&locked).await?;
    let guide = Guide::new(&domain.name, &before.records, before.report.as_ref());
    let (mut records, due_at) = match records {
        ExpectedRecords::Known(records) => (records, due_at),
        ExpectedRecords::NoAnswer => (before.records, due_at.min(now.plus(app.settings.retry_longest))),
        ExpectedRecords::Unsupported => (before.records, due_at),
    };
    guide.note_published(&domain.name, &mut records, &report);
    tx.postpone_job(&work.job, due_at, false, None).await?;
    let codes = report.external_codes();
    tx.store_check(&locked, &CheckFacts { report, judged, records }).await?;
    change_of_status(&mut tx, &locked, app, judged.status, None, codes).await?;
    tx.commit().await?;
    Ok(Progress::Ended)
}

/// A check without a result. One that dimail refused is not repeated before the next regular check.
async fn put_off(work: &Work<'_>, trouble: Trouble) -> Result<Progress, Fault> {
    let Some(mut recording) = work.record().await? else { return Ok(Progress::Lost) };
    if !matches!(trouble, Trouble::Refused { .. }) {
        return work.put_off(recording, trouble, false).await;
    }
    let (domain, now) = (&recording.locked.domain, work.app.clock.now());
    let unchanged = Judgement { status: domain.status, bad_since: None };
    let due_at = next_check(domain.created_at, now, unchanged, work.app.settings.check_confirm_after);
    recording.tx.postpone_job(&work.job, due_at, false, Some(&trouble)).await?;
    recording.tx.commit().await?;
    Ok(Progress::Later(trouble))
}

/// Writes the journal line of a status change, and emails the support address and the owners.
pub(crate) async fn change_of_status(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    app: &App,
    to: DomainStatus,
    reason: Option<String>,
    codes: Vec<String>,
) -> Result<(), Fault> {
    let from = locked.domain.status;
    if from == to {
        return Ok(());
    }
    let event = Event::StatusChanged { from: from.to_string(), to: to.to_string(), reason: reason.clone() };
    tx.record(locked, &event, None).await?;
    let domain = locked.domain.name.to_string();
    let content = match to {
        DomainStatus::Pending => return Ok(()),
        DomainStatus::Enabled => EmailContent::DomainReady { domain },
        DomainStatus::ActionRequired => EmailContent::DomainActionRequired { domain, codes },
        DomainStatus::Failed => EmailContent::DomainFailed { domain },
        DomainStatus::Disabled => EmailContent::DomainDisabled { domain, reason: reason.unwrap_or_default() },
    };
    write_to_those_in_charge(tx, locked, app, &content).await
}

async fn write_to_those_in_charge(
    tx: &mut Tx,
    locked: &Locked<ByPortal>,
    app: &App,
    content: &EmailContent,
) -> Result<(), Fault> {
    let fallback = app.settings.default_language;
    let support = locked.domain.support_email.clone();
    let owners = tx.active_owners(locked).await?;
    let mut recipients: Vec<_> =
        owners.into_iter().map(|owner| (owner.email, owner.language.unwrap_or(fallback))).collect();
    // An owner who is also the support address gets one email, in the owner's language. An address that did
    // not confirm that it wants them gets none: it may be of a person who never heard of the domain.
    let is_confirmed = locked.domain.support_confirmed_at.is_some();
    if is_confirmed && !recipients.iter().any(|(email, _)| email.eq_ignore_ascii_case(&support)) {
        recipients.push((support, fallback));
    }
    for (recipient, language) in recipients {
        let email = NewEmail::about(locked.domain.id, recipient, language, content.clone()).by(&locked.actor);
        tx.insert_email(&email).await?;
    }
    Ok(())
}
