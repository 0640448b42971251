//! Repeats calls that dimail did not answer, with growing pauses, until all outcomes are known or there
//! is no more progress.

use std::collections::VecDeque;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesOrdered;
use tokio::time::{Instant, sleep};

use super::{CommandError, say};
use crate::actions::domains::push::PushResult;
use crate::model::retry::Pauses;

/// Gives up after this many consecutive rounds without progress.
pub(super) const MAX_FRUITLESS_ROUNDS: u32 = 8;
/// A round ends after this many consecutive items without an answer: dimail itself is down then, and
/// each further item would wait for a time-out.
const UNANSWERED: usize = 3;

/// The retry state of a command, shared by all its calls.
pub(super) struct Rounds {
    pauses: Pauses,
    fruitless: u32,
    known_at: Instant,
}

impl Rounds {
    pub(super) fn new(pauses: Pauses) -> Self {
        Self { pauses, fruitless: 0, known_at: Instant::now() }
    }

    /// Calls `work` for all items, `several` at a time, and reports the outcome of each item once;
    /// items whose outcome stays unknown come last.
    pub(super) async fn run<T>(
        &mut self,
        items: Vec<T>,
        several: usize,
        work: impl AsyncFn(&mut T) -> Result<PushResult, CommandError>,
        mut report: impl FnMut(&T, &PushResult),
    ) -> Result<(), CommandError> {
        let mut left = VecDeque::from(items);
        loop {
            let unknown = self.round(&mut left, several, &work, &mut report).await?;
            let Some((_, last)) = unknown.last() else { return Ok(()) };
            let last = last.clone();
            let Some(pause) = self.pause() else {
                for item in &left {
                    report(item, &last);
                }
                for (item, outcome) in &unknown {
                    report(item, outcome);
                }
                return Ok(());
            };
            let count = left.len() + unknown.len();
            say::clear();
            tracing::warn!(left = count, ?pause, ?last, "no answer from dimail: retrying after a pause");
            sleep(pause).await;
            // Items that were not attempted in this round go first.
            left.extend(unknown.into_iter().map(|(item, _)| item));
        }
    }

    /// Works on the items in `left` and returns those that were attempted and whose outcome is unknown.
    /// Items stay in `left` only if some outcome is unknown.
    async fn round<T>(
        &mut self,
        left: &mut VecDeque<T>,
        several: usize,
        work: &impl AsyncFn(&mut T) -> Result<PushResult, CommandError>,
        report: &mut impl FnMut(&T, &PushResult),
    ) -> Result<Vec<(T, PushResult)>, CommandError> {
        let (mut running, mut unknown, mut unanswered) = (FuturesOrdered::new(), Vec::new(), 0);
        loop {
            while running.len() < several
                && unanswered < UNANSWERED
                && let Some(mut item) = left.pop_front()
            {
                running.push_back(async move {
                    let outcome = work(&mut item).await;
                    (item, outcome)
                });
            }
            let Some((item, outcome)) = running.next().await else { return Ok(unknown) };
            let outcome = outcome?;
            if let PushResult::Unknown(_) = outcome {
                unanswered += 1;
                unknown.push((item, outcome));
            } else {
                unanswered = 0;
                (self.fruitless, self.known_at) = (0, Instant::now());
                report(&item, &outcome);
            }
        }
    }

    /// The pause before the next round; `None` to give up.
    fn pause(&mut self) -> Option<Duration> {
        self.fruitless = self.fruitless.saturating_add(1);
        let is_over = self.fruitless >= MAX_FRUITLESS_ROUNDS || self.known_at.elapsed() >= self.pauses.give_up;
        (!is_over).then(|| self.pauses.after(self.fruitless.into(), rand::random()))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{MAX_FRUITLESS_ROUNDS, Rounds};
    use crate::actions::domains::push::PushResult;
    use crate::model::retry::Pauses;

    const GIVE_UP: Duration = Duration::from_hours(1);

    fn rounds(give_up: Duration) -> Rounds {
        Rounds::new(Pauses { first: Duration::from_secs(2), longest: Duration::from_mins(1), give_up })
    }

    fn unknown() -> PushResult {
        PushResult::Unknown("no answer".to_owned())
    }

    /// Runs over ten items. `outcome_of` gives the outcome of an item, from its number and the number of
    /// attempts.
    async fn words(
        rounds: &mut Rounds,
        several: usize,
        outcome_of: impl Fn(usize, usize) -> PushResult,
    ) -> (Vec<(usize, PushResult)>, Vec<usize>) {
        let asked = RefCell::new(vec![0; 10]);
        let mut reported = Vec::new();
        let work = async |item: &mut usize| {
            let times = asked.borrow()[*item] + 1;
            asked.borrow_mut()[*item] = times;
            tokio::task::yield_now().await;
            Ok(outcome_of(*item, times))
        };
        let ended =
            rounds.run((0..10).collect(), several, work, |item, outcome| reported.push((*item, outcome.clone()))).await;
        assert!(ended.is_ok());
        (reported, asked.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn each_thing_is_told_once_in_its_final_word() {
        for several in [1, 4, 20] {
            let began = Instant::now();
            let outcome_of = |item, times| match item {
                1 => PushResult::Refused("no".to_owned()),
                3 | 7 if times < 3 => unknown(),
                _ => PushResult::Created,
            };
            let (reported, asked) = words(&mut rounds(GIVE_UP), several, outcome_of).await;
            let order: Vec<usize> = reported.iter().map(|(item, _)| *item).collect();
            assert_eq!(order, [0, 1, 2, 4, 5, 6, 8, 9, 3, 7]);
            assert_eq!(asked, [1, 1, 1, 3, 1, 1, 1, 3, 1, 1]);
            assert!(reported.iter().all(|(_, outcome)| *outcome != unknown()));
            assert!((Duration::from_secs(2)..=Duration::from_secs(6)).contains(&began.elapsed()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_stays_unknown_has_an_end() {
        let mut rounds = rounds(GIVE_UP);
        let outcome_of = |item, _| if item == 5 { unknown() } else { PushResult::Present };
        let (reported, asked) = words(&mut rounds, 4, outcome_of).await;
        assert_eq!(reported.last(), Some(&(5, unknown())));
        assert_eq!((reported.len(), asked[5]), (10, usize::try_from(MAX_FRUITLESS_ROUNDS).expect("small")));
        // After giving up, later calls get one round, unless there is progress.
        let (reported, asked) = words(&mut rounds, 1, |_, _| unknown()).await;
        assert_eq!((reported.len(), asked), (10, vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0]));
        let (reported, _) =
            words(&mut rounds, 1, |item, times| if item == 0 && times < 2 { unknown() } else { PushResult::Present })
                .await;
        assert_eq!(reported.last(), Some(&(0, PushResult::Present)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dimail_that_is_away_is_not_asked_for_everything() {
        let (reported, asked) = words(&mut rounds(GIVE_UP), 1, |_, _| unknown()).await;
        assert_eq!(reported.len(), 10);
        // Each item in turn, three in a round.
        assert_eq!(asked.iter().sum::<usize>(), 3 * usize::try_from(MAX_FRUITLESS_ROUNDS).expect("small"));
        assert!(asked.iter().all(|times| (2..=3).contains(times)), "{asked:?}");
        let (_, asked) = words(&mut rounds(Duration::ZERO), 1, |_, _| unknown()).await;
        assert_eq!(asked.iter().sum::<usize>(), 3);
    }
}
