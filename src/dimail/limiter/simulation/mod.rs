//! Tests of the limiter with simulated servers in simulated time: one that serves one request at a time
//! and carries out requests that timed out, one that serves all concurrently, and one that does not
//! answer for a while.

mod load;
mod pauses;
mod processes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{Caller, Ending, Limiter, SharedLimit};

const TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Clone, Default)]
struct Server {
    /// Held by the request in service, if they are served one at a time.
    turn: Option<Arc<Mutex<()>>>,
    length: Duration,
    /// Requests are served from this time on.
    silent_until: Option<Instant>,
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
}

impl Server {
    fn serial(length: Duration) -> Self {
        Self { turn: Some(Arc::default()), length, ..Self::default() }
    }

    fn parallel(length: Duration) -> Self {
        Self { length, ..Self::default() }
    }

    /// Serves a request to its end, even if the client has closed the connection.
    fn request(&self) -> oneshot::Receiver<()> {
        let (answer, answered) = oneshot::channel();
        let server = self.clone();
        let inside = server.inside.fetch_add(1, Ordering::SeqCst) + 1;
        server.most.fetch_max(inside, Ordering::SeqCst);
        tokio::spawn(async move {
            let turn = match &server.turn {
                Some(turn) => Some(turn.lock().await),
                None => None,
            };
            if let Some(until) = server.silent_until {
                sleep_until(until).await;
            }
            sleep(server.length).await;
            drop(turn);
            server.inside.fetch_sub(1, Ordering::SeqCst);
            server.done.fetch_add(1, Ordering::SeqCst);
            answer.send(()).ok();
        });
        answered
    }

    /// Makes one call as the client does. Returns whether it was answered.
    async fn call(&self, limiter: &Limiter, caller: &Caller) -> bool {
        let mut permit = limiter.acquire(caller).await;
        permit.sent();
        let began = Instant::now();
        let answered = timeout(TIMEOUT, self.request()).await.is_ok();
        permit.ended("POST /x", if answered { Ending::Answered(began.elapsed()) } else { Ending::TimedOut });
        answered
    }

    /// Repeats a call until it is answered.
    async fn until_answered(&self, limiter: &Limiter, caller: &Caller) {
        while !self.call(limiter, caller).await {}
    }
}

fn background(domain: &str) -> Caller {
    Caller::Background(domain.to_owned())
}

fn person(name: &str) -> Caller {
    Caller::Person(name.to_owned())
}

/// The remaining pause of background calls.
fn pause(limiter: &Limiter) -> Duration {
    limiter.standing().own.pause.unwrap_or_default()
}

/// Simulates that the processes have agreed on this.
fn share(limiter: &Limiter, limit: usize, pause: Option<Duration>) {
    limiter.agree(limiter.standing(), SharedLimit { limit, pause });
}

async fn seconds(work: impl Future) -> f64 {
    let began = Instant::now();
    work.await;
    began.elapsed().as_secs_f64()
}

/// Makes a call that times out.
async fn time_out(limiter: &Limiter, caller: &Caller) {
    let mut permit = limiter.acquire(caller).await;
    permit.sent();
    sleep(TIMEOUT).await;
    permit.ended("POST /x", Ending::TimedOut);
}
