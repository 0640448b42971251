//! Decides about emails that did not leave: given up, retried alone, or held until the SMTP server takes
//! emails again.

use crate::actions::App;
use crate::model::delivery::Verdict;
use crate::model::reason::Trouble;
use crate::model::{Email, GivenUp, RefusedFor, ServerAnswers};
use crate::store::Fault;

/// The decision about an email that was not sent.
pub(crate) enum Decision {
    /// It is given up, for this reason.
    GiveUp(GivenUp, String),
    /// It was postponed.
    Postponed,
}

/// Records that the SMTP server took an email. If it had refused all recipients, those emails are due now.
pub(crate) async fn note_taken(app: &App) -> Result<(), Fault> {
    let now = app.clock.now();
    if !app.store.smtp_answers().await?.must_be_recorded(now) {
        return Ok(());
    }
    let mut tx = app.store.begin().await?;
    let before = tx.lock_smtp_answers().await?;
    tx.store_smtp_answers(&ServerAnswers::after_taking(now)).await?;
    if before.fault_since.is_some() {
        tx.release_refused_emails().await?;
    }
    tx.commit().await?;
    if before.fault_since.is_some() {
        tracing::warn!("the SMTP server takes emails again: those that waited for it are sent now");
        app.wake.notify_one();
    }
    Ok(())
}

/// Decides about an email that the SMTP server refused.
pub(crate) async fn after_refusal(
    app: &App,
    email: &Email,
    about: RefusedFor,
    detail: String,
) -> Result<Decision, Fault> {
    let verdict = judged(app, email, about, &detail).await?;
    tracing::info!(email = %email.id, ?about, ?verdict, detail, "email refused by the SMTP server");
    match verdict {
        Verdict::GiveUp => Ok(Decision::GiveUp(GivenUp::Recipient, detail)),
        Verdict::RetryAlone => put_off(app, email, Trouble::no_answer(detail), GivenUp::Server).await,
        Verdict::Fault => put_off(app, email, Trouble::Installation { detail }, GivenUp::Server).await,
    }
}

/// Counts the refusal, and decides what it says.
async fn judged(app: &App, email: &Email, about: RefusedFor, detail: &str) -> Result<Verdict, Fault> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let mut answers = tx.lock_smtp_answers().await?;
    let was_fault = answers.fault_since.is_some();
    let verdict = answers.refused(about, &email.recipient, email.refused_at, now, detail);
    if about != RefusedFor::Content {
        tx.note_refused(email, app.id).await?;
    }
    tx.store_smtp_answers(&answers).await?;
    let begins = verdict == Verdict::Fault && !was_fault;
    if begins {
        let due_at = app.next_attempt(1, &Trouble::Installation { detail: String::new() });
        tx.reopen_refused_emails(answers.refusing_since(now), due_at).await?;
    }
    tx.commit().await?;
    if begins {
        tracing::error!(
            detail,
            "the SMTP server refuses recipients in several domains: all emails wait until it takes one; check \
             SMTP_URL, SMTP_HELLO, MAIL_FROM, and whether the server lets this machine send"
        );
    }
    Ok(verdict)
}

/// Postpones an email, unless it was tried for too long; then it is given up for `cause`. While the
/// installation is at fault, nothing is given up.
pub(crate) async fn put_off(app: &App, email: &Email, trouble: Trouble, cause: GivenUp) -> Result<Decision, Fault> {
    let now = app.clock.now();
    let why = trouble.detail().to_owned();
    let series = email.series.after(email.was_away, trouble.is_away(), now);
    let may_end = !matches!(trouble, Trouble::Installation { .. }) && app.pauses().are_over(series, now);
    if may_end && app.store.smtp_answers().await?.fault_since.is_none() {
        return Ok(Decision::GiveUp(cause, why));
    }
    tracing::info!(email = %email.id, attempts = email.attempts, why, "email put off");
    let due_at = app.next_attempt(series.attempts, &trouble);
    app.store.postpone_email(email, app.id, due_at, &why, (series, trouble.is_away())).await?;
    Ok(Decision::Postponed)
}
