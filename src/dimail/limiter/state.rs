//! Decides which waiting call is next.

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::pace::Pace;
use super::permit::{Permit, Turn};
use super::queue::Queue;
use super::share::Share;

/// After this many calls of people in a row, one waiting background call is admitted.
const PEOPLE_RUN: usize = 8;

pub struct State {
    pub pace: Pace,
    pub share: Share,
    pub in_flight: usize,
    pub background: usize,
    pub people: Queue<Waiter>,
    pub domains: Queue<Waiter>,
    /// Until when a place is kept from background calls, because a person's call has just ended.
    pub person_until: Option<Instant>,
    /// How many calls of people were admitted in a row while a background call waited.
    pub people_run: usize,
    /// When waiting calls are checked again even if no call ends.
    pub alarm: Option<Instant>,
}

pub type Waiter = oneshot::Sender<Permit>;

impl State {
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            share: Share { processes: 1, turn: 0 },
            in_flight: 0,
            background: 0,
            people: Queue::default(),
            domains: Queue::default(),
            person_until: None,
            people_run: 0,
            alarm: None,
        }
    }

    /// The call that may begin now.
    pub fn next(&mut self, now: Instant) -> Option<(Waiter, Turn)> {
        let abandoned = self.pace.abandoned(now);
        let limit = self.share.of(self.pace.limit());
        if self.in_flight + abandoned >= limit {
            return None;
        }
        if self.background == 0
            && self.share.for_background(self.pace.limit()) > 0
            && self.people_run >= PEOPLE_RUN
            && self.pace.admits_background(now)
            && let Some(waiter) = self.domains.pop(waits)
        {
            return Some((waiter, self.background_begins(now)));
        }
        if let Some(waiter) = self.people.pop(waits) {
            self.in_flight += 1;
            self.people_run = if self.domains.has(waits) { self.people_run + 1 } else { 0 };
            return Some((waiter, Turn::Person));
        }
        let places = self.places_for_background(now);
        if self.background + abandoned >= places || !self.pace.admits_background(now) {
            return None;
        }
        let waiter = self.domains.pop(waits)?;
        Some((waiter, self.background_begins(now)))
    }

    fn background_begins(&mut self, now: Instant) -> Turn {
        self.in_flight += 1;
        self.background += 1;
        self.people_run = 0;
        Turn::Background(self.pace.background_begins(now))
    }

    /// Whether a call waits for a place.
    pub fn is_anyone_waiting(&self) -> bool {
        self.people.has(waits) || self.domains.has(waits)
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
    pub fn set_alarm(&mut self, now: Instant) -> Option<Instant> {
        if !self.is_anyone_waiting() {
            return None;
        }
        let person = self.person_until.filter(|at| *at > now);
        let at = self.pace.next_change(now).into_iter().chain(person).min()?;
        if self.alarm.is_some_and(|alarm| alarm <= at) {
            return None;
        }
        self.alarm = Some(at);
        Some(at)
    }
}

/// Whether the waiting future still exists.
fn waits(waiter: &Waiter) -> bool {
    !waiter.is_closed()
}
