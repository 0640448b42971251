//! Tests of the limiter with simulated servers in simulated time: one that serves one request at a time
//! and carries out requests that timed out, one that serves all concurrently, and one that does not
//! answer for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{Mutex, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{Caller, Ending, Limiter, Share, SharedLimit};

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

#[tokio::test(start_paused = true)]
async fn a_serial_server_is_never_crowded_and_people_hardly_wait() {
    for start in 0..60 {
        a_person_beside_background_work(Duration::from_secs(start)).await;
    }
}

async fn a_person_beside_background_work(start: Duration) {
    let (server, limiter) = (Server::serial(Duration::from_secs(3)), Limiter::adaptive(8, TIMEOUT));
    let ville = background("ville.fr");
    let work = async { join_all((0..40).map(|_| server.until_answered(&limiter, &ville))).await };
    let anna = async {
        sleep(start).await;
        // A creation needs two calls: the look, and the creation itself.
        seconds(async {
            server.call(&limiter, &person("anna")).await;
            sleep(Duration::from_millis(20)).await;
            server.call(&limiter, &person("anna")).await;
        })
        .await
    };
    let (took, annas) = tokio::join!(seconds(work), anna);
    assert!(took < 42.0 * 3.0 + 1.0, "no longer than dimail needs: {took}");
    assert!(server.most.load(Ordering::SeqCst) <= 3, "{} at once", server.most.load(Ordering::SeqCst));
    assert!(annas <= 12.1, "within four calls' time when asked after {start:?}: {annas}");
}

#[tokio::test(start_paused = true)]
async fn a_parallel_server_is_used_up_to_the_ceiling() {
    let (server, limiter) = (Server::parallel(Duration::from_millis(50)), Limiter::adaptive(8, TIMEOUT));
    let ville = background("ville.fr");
    let took = seconds(join_all((0..1000).map(|_| server.until_answered(&limiter, &ville)))).await;
    assert!(took < 1000.0 * 0.05 / 8.0 * 1.2, "a fifth more than eight at once need: {took}");
    assert_eq!(server.most.load(Ordering::SeqCst), 7, "one place stays free for people");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_learnt_about_more_calls_at_once_while_nobody_waits() {
    let (server, limiter) = (Server::parallel(Duration::from_millis(50)), Limiter::adaptive(8, TIMEOUT));
    for _ in 0..100 {
        server.call(&limiter, &person("anna")).await;
    }
    assert_eq!(limiter.standing().own.limit, 2);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_gets_one_probe_at_a_time_and_all_is_done_afterwards() {
    let hour = Duration::from_hours(1);
    let mut server = Server::parallel(Duration::from_millis(50));
    server.silent_until = Some(Instant::now() + hour);
    let limiter = Limiter::adaptive(8, TIMEOUT);
    let domains: Vec<_> = (0..50).map(|n| background(&format!("d{n}.fr"))).collect();
    let work = join_all(domains.iter().map(|domain| server.until_answered(&limiter, domain)));
    let calls_in_silence = async {
        sleep(hour.saturating_sub(Duration::from_secs(1))).await;
        server.inside.load(Ordering::SeqCst)
    };
    let (took, calls) = tokio::join!(seconds(work), calls_in_silence);
    // A probe takes its time-out of 20 s, the pause grows to 60 s.
    assert!((30..=70).contains(&calls), "{calls} calls in an hour of silence");
    assert!(took < 3600.0 + 90.0, "resumed by itself: {took}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_given_up_counts_as_in_flight_for_a_while() {
    let (server, limiter) = (Server::serial(Duration::from_secs(1)), Limiter::adaptive(2, TIMEOUT));
    for _ in 0..3 {
        server.call(&limiter, &person("anna")).await;
    }
    for _ in 0..2 {
        let mut permit = limiter.acquire(&person("anna")).await;
        permit.sent();
    }
    let waited = seconds(limiter.acquire(&person("paul"))).await;
    assert!((3.0..3.1).contains(&waited), "three times the longest answer: {waited}");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_not_sent_does_not_keep_the_others_waiting() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    let mut permit = limiter.acquire(&background("ville.fr")).await;
    permit.sent();
    sleep(TIMEOUT).await;
    permit.ended("POST /x", Ending::TimedOut);
    drop(limiter.acquire(&background("ville.fr")).await);
    assert!(timeout(TIMEOUT * 3, limiter.acquire(&background("autre.fr"))).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn processes_divide_the_limit() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    share(&limiter, 4, None);
    limiter.divide(Share { processes: 2, turn: 0 });
    let held = [limiter.acquire(&person("anna")).await, limiter.acquire(&person("anna")).await];
    assert!(timeout(Duration::from_secs(1), limiter.acquire(&person("anna"))).await.is_err());
    drop(held);
    limiter.acquire(&person("anna")).await;
}

#[tokio::test(start_paused = true)]
async fn a_person_does_not_wait_behind_the_many_calls_of_another() {
    let (server, limiter) = (Server::serial(Duration::from_secs(1)), Limiter::adaptive(8, TIMEOUT));
    let (anna, paul) = (person("anna"), person("paul"));
    let many = join_all((0..30).map(|_| server.call(&limiter, &anna)));
    let one = async {
        sleep(Duration::from_secs(10)).await;
        seconds(server.call(&limiter, &paul)).await
    };
    let (_, waited) = tokio::join!(many, one);
    assert!(waited <= 4.0, "{waited}");
}

#[tokio::test(start_paused = true)]
async fn background_work_goes_on_beside_a_person_who_calls_all_the_time() {
    for ceiling in [1, 2] {
        let (server, limiter) = (Server::serial(Duration::from_secs(1)), Limiter::adaptive(ceiling, TIMEOUT));
        let busy = async {
            loop {
                server.call(&limiter, &person("anna")).await;
                sleep(Duration::from_millis(20)).await;
            }
        };
        let ville = background("ville.fr");
        let work = async {
            sleep(Duration::from_millis(1)).await;
            timeout(Duration::from_mins(1), server.until_answered(&limiter, &ville)).await
        };
        tokio::select! {
            () = busy => {}
            done = work => assert!(done.is_ok(), "no turn with {ceiling} at once"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_no_longer_waits_is_no_demand() {
    let (server, limiter) = (Server::parallel(Duration::from_millis(50)), Limiter::adaptive(8, TIMEOUT));
    let held = [limiter.acquire(&person("anna")).await, limiter.acquire(&person("anna")).await];
    drop(timeout(Duration::from_millis(1), limiter.acquire(&background("ville.fr"))).await);
    let [first, _second] = held;
    drop(first);
    for _ in 0..30 {
        server.call(&limiter, &person("anna")).await;
    }
    assert_eq!(limiter.standing().own.limit, 2);
}

/// Makes a call that times out.
async fn time_out(limiter: &Limiter, caller: &Caller) {
    let mut permit = limiter.acquire(caller).await;
    permit.sent();
    sleep(TIMEOUT).await;
    permit.ended("POST /x", Ending::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_time_out_long_after_a_pause_begins_with_the_first_length() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    for caller in [background("ville.fr"), person("anna"), background("ville.fr")] {
        time_out(&limiter, &caller).await;
        assert_eq!(pause(&limiter), TIMEOUT / 4, "{caller:?}");
        sleep(Duration::from_hours(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_out_soon_after_a_pause_doubles_it_whoever_called() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    for (caller, quarters) in [(background("ville.fr"), 1), (background("ville.fr"), 2), (person("anna"), 4)] {
        time_out(&limiter, &caller).await;
        assert_eq!(pause(&limiter), TIMEOUT / 4 * quarters, "{caller:?}");
        sleep(pause(&limiter)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_older_call_is_not_taken_for_the_probes() {
    let (limiter, ville) = (Limiter::adaptive(8, TIMEOUT), background("ville.fr"));
    share(&limiter, 8, None);
    let [mut first, mut older] = [limiter.acquire(&ville).await, limiter.acquire(&ville).await];
    first.sent();
    older.sent();
    first.ended("POST /x", Ending::TimedOut);
    let mut probe = limiter.acquire(&ville).await;
    probe.sent();
    older.ended("POST /x", Ending::TimedOut);
    assert_eq!(pause(&limiter), Duration::ZERO, "the probe is still in flight");
    probe.ended("POST /x", Ending::TimedOut);
    assert_eq!(pause(&limiter), TIMEOUT / 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_learnt_while_others_were_asked_is_kept() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    share(&limiter, 8, None);
    let before = limiter.standing();
    time_out(&limiter, &background("ville.fr")).await;
    limiter.agree(before, SharedLimit { limit: 6, pause: None });
    assert_eq!((limiter.standing().own.limit, pause(&limiter)), (4, TIMEOUT / 4));

    share(&limiter, 4, Some(TIMEOUT));
    let before = limiter.standing();
    let mut permit = limiter.acquire(&person("anna")).await;
    permit.sent();
    permit.ended("POST /x", Ending::Answered(Duration::from_secs(1)));
    limiter.agree(before, SharedLimit { limit: 4, pause: Some(TIMEOUT) });
    assert_eq!(limiter.standing().own.pause, None, "an answer has ended it");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_was_taken_over_goes_on_with_its_next_length() {
    let (limiter, ville) = (Limiter::adaptive(8, TIMEOUT), background("ville.fr"));
    time_out(&limiter, &ville).await;
    share(&limiter, 2, Some(Duration::from_secs(18)));
    assert_eq!(pause(&limiter), Duration::from_secs(18), "the longer one counts");
    time_out(&limiter, &ville).await;
    assert_eq!(pause(&limiter), TIMEOUT * 2);
    share(&limiter, 2, None);
    assert_eq!(limiter.standing().own.pause, None, "an answer to another process has ended it");
}

#[test]
fn processes_together_leave_one_place_free_for_people() {
    for (limit, processes) in (1..10).flat_map(|limit| (1..5).map(move |processes| (limit, processes))) {
        let shares: Vec<Share> = (0..processes).map(|turn| Share { processes, turn }).collect();
        let all: usize = shares.iter().map(|share| share.of(limit)).sum();
        let background: usize = shares.iter().map(|share| share.for_background(limit)).sum();
        assert_eq!(all, limit.max(processes), "{limit} between {processes}");
        assert!((1..=(limit - 1).max(1)).contains(&background), "{background} of {limit} between {processes}");
    }
}

#[tokio::test(start_paused = true)]
async fn processes_take_turns_with_the_only_place_for_background_work() {
    let (limiter, ville) = (Limiter::adaptive(8, TIMEOUT), background("ville.fr"));
    limiter.divide(Share { processes: 2, turn: 1 });
    assert!(timeout(TIMEOUT, limiter.acquire(&ville)).await.is_err(), "the other process has it");
    drop(limiter.acquire(&person("anna")).await);
    limiter.divide(Share { processes: 2, turn: 0 });
    assert!(timeout(TIMEOUT, limiter.acquire(&ville)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn two_processes_before_a_serial_server_notice_that_it_is_slow() {
    let server = Server::serial(Duration::from_secs(1));
    let limiters = [(); 2].map(|()| Limiter::adaptive(8, TIMEOUT));
    for (turn, limiter) in limiters.iter().enumerate() {
        share(limiter, 4, None);
        limiter.divide(Share { processes: 2, turn });
    }
    let ville = background("ville.fr");
    // Each process first measures how long an answer takes alone.
    for limiter in &limiters {
        server.call(limiter, &ville).await;
    }
    let people = [person("anna"), person("paul")];
    let calls = limiters.iter().zip(&people).map(|(limiter, caller)| async {
        for _ in 0..10 {
            server.call(limiter, caller).await;
        }
    });
    join_all(calls).await;
    assert!(limiters.iter().any(|limiter| limiter.standing().own.limit < 4));
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_request_for_a_token_ends_a_pause_and_judges_no_route() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    share(&limiter, 4, Some(TIMEOUT));
    let mut held = [limiter.acquire(&person("anna")).await, limiter.acquire(&person("anna")).await];
    held.iter_mut().for_each(super::Permit::sent);
    let [first, second] = held;
    first.ended("POST /x", Ending::Answered(Duration::from_millis(1)));
    share(&limiter, 4, Some(TIMEOUT));
    sleep(Duration::from_secs(5)).await;
    second.ended("POST /x", Ending::OtherAnswer);
    assert_eq!(limiter.standing().own, SharedLimit { limit: 4, pause: None });
}
