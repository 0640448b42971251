//! Runs one domain check at a time, and interrupts a slow one when a check waits that is a first
//! one or whose last attempt had a result. Name servers that do not answer must not delay the activation of other domains.

use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

/// Shared by all checks of a process.
#[derive(Debug)]
pub struct CheckLane {
    turn: Semaphore,
    /// How many checks with priority wait; a slow check is interrupted for them.
    first_waiting: watch::Sender<usize>,
}

impl Default for CheckLane {
    fn default() -> Self {
        Self { turn: Semaphore::new(1), first_waiting: watch::Sender::new(0) }
    }
}

impl CheckLane {
    /// Runs `check` when it is its turn. Returns `None` if it was interrupted: it had run for
    /// `longest`, and a check with priority (`goes_first`) was waiting.
    pub(crate) async fn run<T>(
        &self,
        goes_first: bool,
        longest: Duration,
        check: impl Future<Output = T>,
    ) -> Option<T> {
        let waiting = goes_first.then(|| Waiting::begins(&self.first_waiting));
        let turn = self.turn.acquire().await;
        drop(waiting);
        let mut first_waiting = self.first_waiting.subscribe();
        let is_to_give_way = async {
            sleep(longest).await;
            first_waiting.wait_for(|waiting| *waiting > 0).await.is_ok()
        };
        let result = tokio::select! {
            biased;
            result = check => Some(result),
            _ = is_to_give_way => None,
        };
        drop(turn);
        result
    }
}

/// Counts one waiting check, until it is dropped.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn begins(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|waiting| *waiting += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::time::Duration;

    use futures::FutureExt;

    use super::CheckLane;

    const SHORT: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn what_takes_long_gives_way_to_what_goes_first_only() {
        let lane = CheckLane::default();
        let long = lane.run(false, SHORT, pending::<()>());
        let (long, first) = tokio::join!(long, lane.run(true, SHORT, ready(1)));
        assert_eq!((long, first), (None, Some(1)));

        let long = lane.run(true, SHORT, async {
            tokio::time::sleep(20 * SHORT).await;
            2
        });
        let (long, second) = tokio::join!(long, lane.run(false, SHORT, ready(3)));
        assert_eq!((long, second), (Some(2), Some(3)));
    }

    #[tokio::test]
    async fn one_that_waits_no_more_is_not_given_way_to() {
        let lane = CheckLane::default();
        let mut long = pin!(lane.run(false, SHORT, async {
            tokio::time::sleep(20 * SHORT).await;
            1
        }));
        assert_eq!(long.as_mut().now_or_never(), None);
        assert_eq!(lane.run(true, SHORT, ready(2)).now_or_never(), None, "it waits, and leaves");
        assert_eq!(long.await, Some(1));
    }
}
