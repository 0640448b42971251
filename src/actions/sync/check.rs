//! Checks a domain: reads dimail's report, requests one repair, reads the expected DNS records, and
//! updates the domain's status.

use crate::actions::App;
use crate::actions::sync::outcome::{Outcome, trouble};
use crate::dimail::CallError;
use crate::model::activity::Event;
use crate::model::check::{CheckReport, DnsRecord, Verdict};
use crate::model::domain::{Domain, DomainStatus, judge, next_check};
use crate::model::email::EmailContent;
use crate::model::order::Order;
use crate::model::reason::Trouble;
use crate::model::user::Actor;
use crate::store::{ByPortal, CheckFacts, Fault, Locked, NewEmail, Tx};

/// A check that has run for this fraction of the call timeout is interrupted when a domain that was
/// never checked waits. An interrupted check gets the full time once no such domain waits.
const GIVES_WAY_AFTER: u32 = 10;

pub(crate) async fn check_domain(app: &App, order: &Order) -> Result<Outcome, Fault> {
    let Some(domain) = app.store.domain_of(order.domain_id).await? else { return Ok(Outcome::Lost) };
    let (is_first, longest) = (order.last_trouble.is_none(), app.settings.dimail_timeout / GIVES_WAY_AFTER);
    // One turn in the lane for all calls: a slow check of another domain must not come between a check
    // and its records.
    let (mut report, mut expected) = (None, ExpectedRecords::NoAnswer);
    let calls = async {
        let result = result(app, &domain).await;
        let is_known = result.is_ok();
        report = Some(result);
        if is_known {
            expected = records(app, &domain).await;
        }
    };
    let _ended_in_time = app.check_lane.run(is_first, longest, Box::pin(calls)).await;
    let Some(result) = report else {
        let detail = "it gave way to the check of another domain".to_owned();
        return put_off(app, order, Trouble::no_answer(detail)).await;
    };
    match result {
        Ok(report) => record(app, order, report, expected).await,
        Err(failure) if failure.is_time_out() && answers_otherwise(app).await => {
            put_off(app, order, Trouble::NameServers).await
        }
        Err(failure) => put_off(app, order, trouble(&failure)).await,
    }
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

async fn record(app: &App, order: &Order, report: CheckReport, records: ExpectedRecords) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let Some(locked) = tx.lock_as_portal(order.domain_id, Actor::portal()).await? else {
        return Ok(Outcome::Lost);
    };
    let (now, domain) = (app.clock.now(), locked.domain.clone());
    let confirm_after = app.settings.check_confirm_after;
    let judged = judge(domain.status, domain.bad_since, report.verdict(), now, confirm_after);
    let due_at = next_check(domain.created_at, now, judged, confirm_after);
    let (records, due_at) = match records {
        ExpectedRecords::Known(records) => (Some(records), due_at),
        ExpectedRecords::NoAnswer => (None, due_at.min(now.plus(app.settings.retry_longest))),
        ExpectedRecords::Unsupported => (None, due_at),
    };
    if !tx.postpone_order(order, app.id, due_at, false, None).await? {
        return Ok(Outcome::Lost);
    }
    // Ignore the result if the domain was closed while dimail was answering.
    if domain.status != DomainStatus::Disabled {
        let codes = report.external_codes();
        tx.store_check(&locked, &CheckFacts { report, judged, records }).await?;
        change_of_status(&mut tx, &locked, app, judged.status, None, codes).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn put_off(app: &App, order: &Order, trouble: Trouble) -> Result<Outcome, Fault> {
    let mut tx = app.store.begin().await?;
    let attempts = if trouble == Trouble::NameServers { order.silent_checks() } else { order.attempts };
    let due_at = app.next_attempt(attempts, &trouble);
    if !tx.postpone_order(order, app.id, due_at, false, Some(&trouble)).await? {
        return Ok(Outcome::Lost);
    }
    tx.commit().await?;
    Ok(Outcome::Later(trouble))
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
        let email = NewEmail::about(locked.domain.id, recipient, language, content.clone());
        tx.insert_email(&email).await?;
    }
    Ok(())
}
