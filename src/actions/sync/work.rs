//! A claimed job while a process works on it: what all steps have in common.

use tokio::time::Instant;

use crate::actions::App;
use crate::actions::sync::respond::Waiting;
use crate::model::domain::{Domain, DomainStatus};
use crate::model::job::{Call, Job, SentCall, WaitsFor};
use crate::model::reason::Trouble;
use crate::model::time::Timestamp;
use crate::model::user::Actor;
use crate::store::{ByPortal, Fault, Locked, Tx};

/// A claimed job that this process works on, and what it knows from dimail.
pub(crate) struct Work<'a> {
    pub(crate) app: &'a App,
    pub(crate) job: Job,
    pub(crate) waiting: &'a Waiting,
    /// Whether dimail is asked what it has before anything is sent that can be repeated.
    pub(crate) looks_first: bool,
    /// When the observation began that counts: none after a call that changes something.
    pub(crate) observed_at: Option<Timestamp>,
    /// Whether dimail has carried out the last step, so that the next one begins a new series.
    pub(crate) has_progressed: bool,
    /// When the address was last seen absent, for a creation.
    pub(crate) absent_at: Option<Instant>,
    /// Whether a call that changes something was sent under this claim.
    pub(crate) has_called: bool,
}

/// How a step ended, after it was recorded.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Another step may be needed.
    Again,
    /// No step is left, or the job waits for its domain.
    Ended,
    /// The job is tried again later.
    Later(Trouble),
    /// Another process has the job, or its object is gone: nothing was recorded.
    Lost,
}

/// A transaction that records what a job did, under the lock of its domain.
pub(crate) struct Recording {
    pub(crate) tx: Tx,
    pub(crate) locked: Locked<ByPortal>,
}

impl Work<'_> {
    /// Wakes the requests that wait for what may have been recorded.
    pub(crate) fn tell(&self) {
        self.waiting.recorded().notify_waiters();
        self.app.changed.notify_waiters();
    }

    /// Begins to record; `None` if another process has the job, or the domain is gone.
    pub(crate) async fn record(&self) -> Result<Option<Recording>, Fault> {
        let mut tx = self.app.store.begin().await?;
        let Some(locked) = tx.lock_as_portal(self.job.domain_id, Actor::portal()).await? else { return Ok(None) };
        Ok(tx.holds_job(&self.job).await?.then_some(Recording { tx, locked }))
    }

    /// Stores that a call is about to be sent; what was observed before does not count any longer.
    pub(crate) async fn begin_call(&mut self, call: Call) -> Result<Option<SentCall>, Fault> {
        (self.observed_at, self.absent_at, self.has_called) = (None, None, true);
        let sent = SentCall::new(call, self.app.clock.now());
        Ok(self.app.store.begin_call(&self.job, &sent).await?.then_some(sent))
    }

    /// After when a list must have been requested to show what the calls about the object have done.
    pub(crate) fn list_since(&self, sent: &[SentCall]) -> Timestamp {
        let now = self.app.clock.now();
        if self.has_called { now } else { self.job.observed_since(sent, now) }
    }

    /// Whether the wish is given up: there was no answer for too long, and no person waits.
    pub(crate) fn is_hopeless(&self, trouble: &Trouble) -> bool {
        let now = self.app.clock.now();
        let is_silence = matches!(trouble, Trouble::NoAnswer { .. });
        is_silence && self.app.pauses().are_over(self.job.series(trouble, now), now) && !self.waiting.is_person()
    }

    /// Ends the claim, to try again later.
    pub(crate) async fn put_off(
        &self,
        mut recording: Recording,
        trouble: Trouble,
        must_observe: bool,
    ) -> Result<Progress, Fault> {
        let attempts = self.job.series(&trouble, self.app.clock.now()).attempts;
        let due_at = self.app.next_attempt(attempts, &trouble);
        recording.tx.postpone_job(&self.job, due_at, must_observe, Some(&trouble)).await?;
        recording.tx.commit().await?;
        Ok(Progress::Later(trouble))
    }

    /// Ends the claim when no step is left: the job ends, unless a call may still act; then the object is
    /// observed once more when none can any longer.
    pub(crate) async fn rest(&self, recording: &mut Recording, sent: &[SentCall]) -> Result<(), Fault> {
        let tx = &mut recording.tx;
        match sent.iter().map(SentCall::settles_at).max() {
            Some(settles_at) => tx.postpone_job(&self.job, settles_at, true, None).await,
            None => tx.end_job(&self.job).await,
        }
    }

    /// Whether the domain allows a step now; otherwise what the job waits for.
    pub(crate) fn must_wait(domain: &Domain, creates: bool) -> Option<WaitsFor> {
        match domain.status {
            DomainStatus::Enabled => None,
            DomainStatus::Disabled if !creates => Some(WaitsFor::Reopened),
            _ if creates => Some(WaitsFor::Enabled),
            _ => None,
        }
    }

    /// Parks the job, if its domain still does not allow the step.
    pub(crate) async fn park(&self, creates: bool, sent: &[SentCall]) -> Result<Progress, Fault> {
        let Some(mut recording) = self.record().await? else { return Ok(Progress::Lost) };
        let Some(waits_for) = Self::must_wait(&recording.locked.domain, creates) else { return Ok(Progress::Again) };
        self.wait_for(&mut recording, waits_for, sent).await?;
        recording.tx.commit().await?;
        Ok(Progress::Ended)
    }

    /// Ends the claim until the domain allows a step. The object is observed nevertheless when no call can act
    /// any longer, unless the domain is disabled.
    pub(crate) async fn wait_for(
        &self,
        recording: &mut Recording,
        waits_for: WaitsFor,
        sent: &[SentCall],
    ) -> Result<(), Fault> {
        let settles_at = sent.iter().map(SentCall::settles_at).max();
        let is_closed = recording.locked.domain.status == DomainStatus::Disabled;
        recording.tx.park_job(&self.job, waits_for, settles_at.filter(|_| !is_closed)).await
    }
}
