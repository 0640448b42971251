//! Protects dimail from the portal: how many calls are in flight at once, and whose turn it is.
//!
//! dimail may serve one request at a time, and carries out what its clients have given up (dimail
//! contract, 9.1). With too many calls at once none would be answered in time. So the number of
//! calls adapts to how dimail answers, and a call that was given up counts as in flight for a
//! while. People's calls go before background calls, and take turns by person; background calls
//! take turns by domain and leave one place free. After a run of people's calls one background call
//! has its turn, so that it does not wait for ever.
//!
//! Must not know: what a call asks for, nor the database through which processes share the limit.

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

/// How long the database may need between two calls of one person's request.
const NEXT_CALL: Duration = Duration::from_millis(100);
/// After so many calls of people in a row, one background call that waits has its turn.
const PEOPLE_RUN: usize = 8;

/// After so many changes in a row an email that waits has its turn.
const CHANGES_RUN: usize = 8;

/// On whose behalf dimail is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A person who waits for the answer, by a key of theirs.
    Person(String),
    /// The portal's own work on a domain, by its name.
    Background(String),
    /// What an email about a mailbox needs, by the name of the domain: background work, too, but
    /// most of the turns are those of changes.
    Email(String),
}

/// How a call ended, as far as it tells how much dimail can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was answered after this time, with anything but a server's error.
    Answered(Duration),
    /// It was answered with a 5xx after this time.
    ServerError(Duration),
    /// dimail answered something else that the call needed, such as the request for a token: it is
    /// there, but this tells nothing about the call's route.
    OtherAnswer,
    /// It was given up: dimail may still be at it.
    TimedOut,
    /// It did not reach dimail, or the connection broke: this tells nothing about load.
    Broken,
}

/// What the processes of one database share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedLimit {
    /// How many calls all of them together may have in flight.
    pub limit: usize,
    /// For how long background calls still pause: zero when the pause is over, `None` when an
    /// answer ended it or there was none.
    pub pause: Option<Duration>,
}

/// Which part of the limit is one process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Between how many processes the limit is divided.
    pub processes: usize,
    /// Which of them this one is now, from 0 on. They change places every few seconds, so that
    /// none is always the one that gets less.
    pub turn: usize,
}

/// What one process sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it would share.
    pub own: SharedLimit,
    /// How often its own calls have begun or ended a pause.
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
    /// How many changes have had a turn since the last email.
    changes_run: usize,
    /// Until when a place is kept for the next call of a person whose last call has just ended.
    person_until: Option<Instant>,
    /// How many calls of people began in a row while a background call waited.
    people_run: usize,
    /// When waiting calls are looked at again even if no call ends.
    alarm: Option<Instant>,
}

type Waiter = oneshot::Sender<Permit>;

/// For whom a call was admitted.
#[derive(Clone, Copy)]
enum Turn {
    Person,
    /// With its number, if it is a probe.
    Background(Option<u64>),
}

impl Limiter {
    /// A limiter that adapts: two calls in flight at first, `ceiling` at most. `timeout` is after
    /// how long a call is given up.
    #[must_use]
    pub fn adaptive(ceiling: usize, timeout: Duration) -> Self {
        Self::with(Pace::adaptive(ceiling.max(1), timeout))
    }

    /// One call at a time, whatever becomes of it: for calls that wait for the name servers of one
    /// domain, and tell nothing of dimail itself.
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
            changes_run: 0,
            person_until: None,
            people_run: 0,
            alarm: None,
        })))
    }

    /// Waits for a place. Dropping the future gives the turn back.
    pub async fn acquire(&self, caller: &Caller) -> Permit {
        loop {
            let (waiter, place) = oneshot::channel();
            match caller {
                Caller::Person(key) => self.state().people.push(key, waiter),
                Caller::Background(key) => self.state().domains.push(key, waiter),
                Caller::Email(key) => self.state().emails.push(key, waiter),
            }
            self.admit();
            // A closed channel can only come of a runtime that is shutting down.
            if let Ok(permit) = place.await {
                return permit;
            }
        }
    }

    /// The limit and the pause as this process sees them.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.state().pace.standing(Instant::now())
    }

    /// Takes over what all processes agreed on, when this one saw `read`. What its own calls have
    /// told since then is kept.
    pub fn agree(&self, read: Standing, shared: SharedLimit) {
        self.state().pace.agree(read, shared, Instant::now());
        self.admit();
    }

    /// From now on this process may use this part of the limit.
    pub fn divide(&self, share: Share) {
        self.state().share = Share { processes: share.processes.max(1), ..share };
        self.admit();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives free places to those whose turn it is.
    fn admit(&self) {
        let mut admitted = Vec::new();
        let alarm = {
            let mut state = self.state();
            // The same time for both: with a later one `set_alarm` would miss what fell due between.
            let now = Instant::now();
            while let Some((waiter, turn)) = state.next(now) {
                admitted.push((waiter, self.permit(turn, now)));
            }
            state.set_alarm(now)
        };
        // After the lock was released: dropping a permit that nobody takes locks again.
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
    /// How many calls this process may have in flight: one at least, since people wait for answers
    /// from each process.
    fn of(self, limit: usize) -> usize {
        (limit / self.processes + usize::from(self.turn < limit % self.processes)).max(1)
    }

    /// How many of them may be background calls. All processes together leave one place free while
    /// the limit is above one. A process with several places keeps one of its own free. Where none
    /// has several, background work has as many places as the limit less one, one in each of the
    /// first processes; the others do none until they have changed places.
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
            && let Some(waiter) = self.next_background()
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
        let waiter = self.next_background()?;
        Some((waiter, self.background_begins(now)))
    }

    /// A change goes before an email, but for one in [`CHANGES_RUN`] turns.
    fn next_background(&mut self) -> Option<Waiter> {
        if self.changes_run < CHANGES_RUN
            && let Some(waiter) = self.domains.pop(waits)
        {
            self.changes_run += 1;
            return Some(waiter);
        }
        self.changes_run = 0;
        self.emails.pop(waits).or_else(|| self.domains.pop(waits))
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

    /// Beside those that people have or have just had, one more place stays free for them: the
    /// calls of one request follow each other, and must not wait behind background work.
    fn places_for_background(&self, now: Instant) -> usize {
        let just_ended = usize::from(self.person_until.is_some_and(|until| until > now));
        let people = self.in_flight - self.background + just_ended;
        self.share.for_background(self.pace.limit()).saturating_sub(people)
    }

    /// When a waiting call may be admitted without another event, unless that is known already.
    fn set_alarm(&mut self, now: Instant) -> Option<Instant> {
        if !self.is_anyone_waiting() {
            return None;
        }
        let at = self.pace.next_change(now).into_iter().chain(self.person_until.filter(|until| *until > now)).min()?;
        if self.alarm.is_some_and(|alarm| alarm <= at) {
            return None;
        }
        self.alarm = Some(at);
        Some(at)
    }
}

/// The limit on which two agree who both knew `base`: what one of them changed, or the lower one.
#[must_use]
pub fn agreed_limit<T: Copy + Ord>(base: Option<T>, own: T, other: T) -> T {
    match base {
        Some(base) if own == base => other,
        Some(base) if other == base => own,
        Some(_) | None => own.min(other),
    }
}

/// Whether the future that waits still exists.
fn waits(waiter: &Waiter) -> bool {
    !waiter.is_closed()
}

/// The right to have one call in flight. Dropped without [`Permit::ended`], its call counts as
/// given up if it was sent.
pub struct Permit {
    limiter: Limiter,
    turn: Turn,
    admitted_at: Instant,
    is_sent: bool,
    has_ended: bool,
}

impl Permit {
    /// dimail may be at the call from now on.
    pub fn sent(&mut self) {
        self.is_sent = true;
    }

    /// The call has ended. Calls on one `route` are expected to take about as long as each other.
    pub fn ended(mut self, route: &str, ending: Ending) {
        self.has_ended = true;
        let mut state = self.limiter.state();
        let now = Instant::now();
        // Calls of other processes may be inside too.
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
                // Nothing was sent. If this was to be the probe, a later call is.
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
