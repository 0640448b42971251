//! Limits the calls in flight, to protect dimail from overload, and decides which waiting call is next.
//!
//! dimail may serve one request at a time, and carries out requests after its clients timed out (dimail
//! contract, 9.1). With too many concurrent calls none would be answered in time. So the limit adapts
//! to dimail's answers, and a call that timed out counts as in flight for a while. Calls of people go
//! before background calls, and alternate by person; background calls alternate by domain and leave one
//! place free. After a run of people's calls one background call is admitted, so that background work
//! does not starve.
//!
//! Must not know: the content of a call, nor the database through which processes share the limit.

mod pace;
mod queue;

#[cfg(test)]
mod simulation;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use self::pace::{Pace, Sent};
use self::queue::Queue;

/// The longest expected time for the database between two calls of one person's request.
const NEXT_CALL: Duration = Duration::from_millis(100);
/// After this many calls of people in a row, one waiting background call is admitted.
const PEOPLE_RUN: usize = 8;

/// How long emails wait behind changes that need all places of background calls.
const EMAILS_WAIT: Duration = Duration::from_mins(1);
/// Afterwards, one email is admitted after this many changes in a row.
const CHANGES_RUN: usize = 8;

/// The priority class and the key of a caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A person who waits for the answer, identified by a key.
    Person(String),
    /// Background work on a domain, identified by its name.
    Background(String),
    /// A call for an email about a mailbox, identified by the domain's name. It is background work,
    /// too, but waits a while for changes that need the places.
    Email(String),
}

/// How a call ended, as far as it tells how many calls dimail can handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was answered after this time, and not with a 5xx.
    Answered(Duration),
    /// It was answered with a 5xx after this time.
    ServerError(Duration),
    /// dimail answered another request that the call needed, such as the one for a token: it is
    /// available, but this says nothing about the call's route.
    OtherAnswer,
    /// It timed out: dimail may still be processing it.
    TimedOut,
    /// It did not reach dimail, or the connection broke: this says nothing about the load.
    Broken,
}

/// The state that the processes of one database share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedLimit {
    /// How many calls all processes together may have in flight.
    pub limit: usize,
    /// The remaining pause of background calls: zero when the pause is over, `None` if an answer ended
    /// it or there was none.
    pub pause: Option<Duration>,
}

/// The share of one process in the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The number of processes that share the limit.
    pub processes: usize,
    /// The position of this process, from 0. The positions rotate every few seconds, so that no process
    /// always gets less.
    pub turn: usize,
}

/// The view of one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state that it would share.
    pub own: SharedLimit,
    /// How many pauses its own calls have begun or ended.
    pub pause_changes: u64,
}

/// The limiter of one dimail. Clones share everything.
#[derive(Clone)]
pub struct Limiter(Arc<Mutex<State>>);

struct State {
    pace: Pace,
    share: Share,
    in_flight: usize,
    background: usize,
    people: Queue<Waiter>,
    domains: Queue<Waiter>,
    emails: Queue<Waiter>,
    /// How many changes are being carried out in the background: each may need a place at any time.
    changes: usize,
    /// How many of their calls were admitted since the last email.
    changes_run: usize,
    /// Since when emails wait, if any does.
    emails_wait_since: Instant,
    /// Until when a place is reserved for the next call of a person whose last call has just ended.
    person_until: Option<Instant>,
    /// How many calls of people were admitted in a row while a background call waited.
    people_run: usize,
    /// When waiting calls are checked again even if no call ends.
    alarm: Option<Instant>,
}

type Waiter = oneshot::Sender<Permit>;

/// The class of an admitted call.
#[derive(Clone, Copy)]
enum Turn {
    Person,
    /// With its number if it is a probe.
    Background(Option<u64>),
}

impl Limiter {
    /// An adaptive limiter: two calls in flight at first, `ceiling` at most. `timeout` is the time
    /// limit of a call.
    #[must_use]
    pub fn adaptive(ceiling: usize, timeout: Duration) -> Self {
        Self::with(Pace::adaptive(ceiling.max(1), timeout))
    }

    /// A limiter of one call at a time that does not adapt: for calls that wait for the name servers of
    /// a domain, whose times say nothing about dimail itself.
    #[must_use]
    pub fn one_at_a_time() -> Self {
        Self::with(Pace::one_at_a_time())
    }

    fn with(pace: Pace) -> Self {
        Self(Arc::new(Mutex::new(State {
            pace,
            share: Share { processes: 1, turn: 0 },
            in_flight: 0,
            background: 0,
            people: Queue::default(),
            domains: Queue::default(),
            emails: Queue::default(),
            changes: 0,
            changes_run: 0,
            emails_wait_since: Instant::now(),
            person_until: None,
            people_run: 0,
            alarm: None,
        })))
    }

    /// Waits until a call is admitted. Dropping the future releases its turn.
    pub async fn acquire(&self, caller: &Caller) -> Permit {
        loop {
            let (waiter, place) = oneshot::channel();
            match caller {
                Caller::Person(key) => self.state().people.push(key, waiter),
                Caller::Background(key) => self.state().domains.push(key, waiter),
                Caller::Email(key) => self.state().push_email(key, waiter),
            }
            self.admit();
            // The channel is closed only when the runtime shuts down.
            if let Ok(permit) = place.await {
                return permit;
            }
        }
    }

    /// Announces that a change is carried out in the background until the guard is dropped.
    #[must_use]
    pub fn change(&self) -> ChangeGuard {
        self.state().changes += 1;
        ChangeGuard(self.clone())
    }

    /// The limit and the pause from the view of this process.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.state().pace.standing(Instant::now())
    }

    /// Adopts what all processes agreed on, based on the state `read` of this process. What its own
    /// calls have learnt since then is kept.
    pub fn agree(&self, read: Standing, shared: SharedLimit) {
        self.state().pace.agree(read, shared, Instant::now());
        self.admit();
    }

    /// Sets the share of this process in the limit.
    pub fn divide(&self, share: Share) {
        self.state().share = Share { processes: share.processes.max(1), ..share };
        self.admit();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits waiting calls while places are free.
    fn admit(&self) {
        let mut admitted = Vec::new();
        let alarm = {
            let mut state = self.state();
            // The same time for both: with a later one `set_alarm` would miss a deadline in between.
            let now = Instant::now();
            while let Some((waiter, turn)) = state.next(now) {
                admitted.push((waiter, self.permit(turn, now)));
            }
            state.set_alarm(now)
        };
        // After the lock is released, because dropping a permit of a cancelled waiter locks again.
        for (waiter, permit) in admitted {
            drop(waiter.send(permit));
        }
        if let (Some(at), Ok(runtime)) = (alarm, Handle::try_current()) {
            let limiter = self.clone();
            runtime.spawn(async move {
                sleep_until(at).await;
                limiter.state().alarm = None;
                limiter.admit();
            });
        }
    }

    fn permit(&self, turn: Turn, now: Instant) -> Permit {
        Permit { limiter: self.clone(), turn, admitted_at: now, is_sent: false, has_ended: false }
    }
}

impl Share {
    /// How many calls this process may have in flight: at least one, because people wait for answers in
    /// each process.
    fn of(self, limit: usize) -> usize {
        (limit / self.processes + usize::from(self.turn < limit % self.processes)).max(1)
    }

    /// How many of them may be background calls. All processes together leave one place free while the
    /// limit is above one. A process with several places keeps one of its own free. If no process has
    /// several, background work gets one place less than the limit, one in each of the first processes;
    /// the others do no background work until the positions rotate.
    fn for_background(self, limit: usize) -> usize {
        match self.of(limit) {
            1 => usize::from(limit > self.processes || self.turn < limit.saturating_sub(1).max(1)),
            several => several - 1,
        }
    }
}

impl State {
    /// The call that may begin now.
    fn next(&mut self, now: Instant) -> Option<(Waiter, Turn)> {
        let abandoned = self.pace.abandoned(now);
        let limit = self.share.of(self.pace.limit());
        if self.in_flight + abandoned >= limit {
            return None;
        }
        if self.background == 0
            && self.share.for_background(self.pace.limit()) > 0
            && self.people_run >= PEOPLE_RUN
            && self.pace.admits_background(now)
            && let Some(waiter) = self.next_background(now)
        {
            return Some((waiter, self.background_begins(now)));
        }
        if let Some(waiter) = self.people.pop(waits) {
            self.in_flight += 1;
            self.people_run = if self.background_waits() { self.people_run + 1 } else { 0 };
            return Some((waiter, Turn::Person));
        }
        let places = self.places_for_background(now);
        if self.background + abandoned >= places || !self.pace.admits_background(now) {
            return None;
        }
        let waiter = self.next_background(now)?;
        Some((waiter, self.background_begins(now)))
    }

    /// The next background call: a change before an email, until an email has waited for
    /// [`EMAILS_WAIT`]; then an email after [`CHANGES_RUN`] changes. Between two calls of a change no
    /// email takes its place.
    fn next_background(&mut self, now: Instant) -> Option<Waiter> {
        let is_email_due = self.emails_due_at() <= now;
        if !(is_email_due && self.changes_run >= CHANGES_RUN)
            && let Some(waiter) = self.domains.pop(waits)
        {
            self.changes_run += 1;
            return Some(waiter);
        }
        let leaves_places = self.changes < self.share.for_background(self.pace.limit());
        if !is_email_due && !leaves_places {
            return None;
        }
        self.changes_run = 0;
        self.emails.pop(waits).or_else(|| self.domains.pop(waits))
    }

    fn push_email(&mut self, key: &str, waiter: Waiter) {
        if !self.emails.has(waits) {
            self.emails_wait_since = Instant::now();
        }
        self.emails.push(key, waiter);
    }

    /// When emails have waited for long enough.
    fn emails_due_at(&self) -> Instant {
        self.emails_wait_since + EMAILS_WAIT
    }

    fn background_waits(&self) -> bool {
        self.domains.has(waits) || self.emails.has(waits)
    }

    fn background_begins(&mut self, now: Instant) -> Turn {
        self.in_flight += 1;
        self.background += 1;
        self.people_run = 0;
        Turn::Background(self.pace.background_begins(now))
    }

    /// Whether a call waits for a place.
    fn is_anyone_waiting(&self) -> bool {
        self.people.has(waits) || self.background_waits()
    }

    /// How many places background calls may use. Besides the places that people's calls use or have
    /// just used, one more stays free: the calls of one request follow each other, and must not wait
    /// behind background work.
    fn places_for_background(&self, now: Instant) -> usize {
        let just_ended = usize::from(self.person_until.is_some_and(|until| until > now));
        let people = self.in_flight - self.background + just_ended;
        self.share.for_background(self.pace.limit()).saturating_sub(people)
    }

    /// Sets the time at which a waiting call may be admitted without another event. Returns it if it
    /// has changed.
    fn set_alarm(&mut self, now: Instant) -> Option<Instant> {
        if !self.is_anyone_waiting() {
            return None;
        }
        let emails = self.emails.has(waits).then(|| self.emails_due_at());
        let others = self.person_until.into_iter().chain(emails).filter(|at| *at > now);
        let at = self.pace.next_change(now).into_iter().chain(others).min()?;
        if self.alarm.is_some_and(|alarm| alarm <= at) {
            return None;
        }
        self.alarm = Some(at);
        Some(at)
    }
}

/// Announces a change that is carried out in the background; see [`Limiter::change`].
pub struct ChangeGuard(Limiter);

impl Drop for ChangeGuard {
    fn drop(&mut self) {
        self.0.state().changes -= 1;
        self.0.admit();
    }
}

/// Merges two limits that both started from `base`: the one that changed, or the lower one if both did.
#[must_use]
pub fn agreed_limit<T: Copy + Ord>(base: Option<T>, own: T, other: T) -> T {
    match base {
        Some(base) if own == base => other,
        Some(base) if other == base => own,
        Some(_) | None => own.min(other),
    }
}

/// Whether the waiting future still exists.
fn waits(waiter: &Waiter) -> bool {
    !waiter.is_closed()
}

/// The permission to have one call in flight. If it is dropped without [`Permit::ended`], its call
/// counts as timed out if it was sent.
pub struct Permit {
    limiter: Limiter,
    turn: Turn,
    admitted_at: Instant,
    is_sent: bool,
    has_ended: bool,
}

impl Permit {
    /// Records that dimail may be processing the call from now on.
    pub fn sent(&mut self) {
        self.is_sent = true;
    }

    /// Records the ending of the call. Calls on one `route` are expected to take about the same time.
    pub fn ended(mut self, route: &str, ending: Ending) {
        self.has_ended = true;
        let mut state = self.limiter.state();
        let now = Instant::now();
        // Calls of other processes may be in flight, too.
        let inside = state.in_flight + state.pace.abandoned(now) + state.share.processes - 1;
        let demand = state.is_anyone_waiting();
        match ending {
            Ending::Answered(took) => state.pace.answered(route, took, inside, demand),
            Ending::ServerError(took) => state.pace.server_error(route, took, inside),
            Ending::OtherAnswer => state.pace.other_answer(),
            Ending::TimedOut => {
                state.pace.timed_out(Sent { at: self.admitted_at, probe: self.probe() }, now);
            }
            Ending::Broken => state.pace.broke(self.probe(), now),
        }
    }

    fn probe(&self) -> Option<u64> {
        match self.turn {
            Turn::Person => None,
            Turn::Background(probe) => probe,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.limiter.state();
            let now = Instant::now();
            match (self.has_ended, self.is_sent) {
                (true, _) => {}
                (false, true) => state.pace.abandoned_by_caller(self.probe(), now),
                // Nothing was sent. If this was the probe, a later call becomes the probe.
                (false, false) => state.pace.broke(self.probe(), now),
            }
            state.in_flight -= 1;
            match self.turn {
                Turn::Background(_) => state.background -= 1,
                Turn::Person => state.person_until = Some(now + NEXT_CALL),
            }
        }
        self.limiter.admit();
    }
}
