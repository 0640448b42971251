//! The running tasks of one kind, of which there is a limited number.

use tokio::task::JoinSet;

use crate::store::Fault;

/// Running tasks, and those that ended since the last look.
pub(super) struct Queue {
    size: usize,
    pub(super) tasks: JoinSet<()>,
}

impl Queue {
    /// A queue for at most `size` tasks at a time.
    pub(super) fn new(size: usize) -> Self {
        Self { size, tasks: JoinSet::new() }
    }

    /// How many tasks run; those that ended are forgotten.
    pub(super) fn running(&mut self) -> usize {
        while self.tasks.try_join_next().is_some() {}
        self.tasks.len()
    }

    /// Starts what `claim` returns, until nothing is left or `most` tasks run. It does not replace tasks that
    /// end meanwhile: if work is always due it would never return, and the worker has other queues.
    pub(super) async fn fill<T, C, W>(
        &mut self,
        most: usize,
        claim: impl Fn() -> C,
        work: impl Fn(T) -> W,
    ) -> Result<(), Fault>
    where
        C: Future<Output = Result<Option<T>, Fault>>,
        W: Future<Output = ()> + Send + 'static,
    {
        for _ in self.running()..most.min(self.size) {
            let Some(claimed) = claim().await? else { break };
            self.tasks.spawn(work(claimed));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};

    use tokio::task::yield_now;

    use super::Queue;

    /// More than any queue of the tests takes.
    const TOO_MANY: usize = 1000;

    /// Fills a queue from work that is always due, and returns how much was claimed.
    async fn claimed<W: Future<Output = ()> + Send + 'static>(queue: &mut Queue, work: impl Fn(()) -> W) -> usize {
        let claims = Cell::new(0);
        let claim = async || {
            // What was started before ends now, if it can.
            yield_now().await;
            claims.set(claims.get() + 1);
            Ok((claims.get() < TOO_MANY).then_some(()))
        };
        queue.fill(usize::MAX, claim, work).await.expect("claimed");
        claims.get()
    }

    #[tokio::test]
    async fn work_that_ends_at_once_and_is_always_due_does_not_hold_the_worker() {
        let mut queue = Queue::new(3);
        for _ in 0..2 {
            assert_eq!(claimed(&mut queue, ready).await, 3);
            assert_eq!(queue.tasks.len(), 3, "ended tasks do not pile up");
            // The last one ends, too.
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn no_more_tasks_run_than_there_may_be() {
        let mut queue = Queue::new(3);
        queue.fill(1, async || Ok(Some(())), |()| pending()).await.expect("claimed");
        assert_eq!(queue.running(), 1);
        assert_eq!(claimed(&mut queue, |()| pending()).await, 2);
        assert_eq!(claimed(&mut queue, |()| pending()).await, 0);
    }
}
