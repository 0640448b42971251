//! A server that does not answer: pauses, their lengths, and probes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use super::{Server, TIMEOUT, background, pause, person, seconds, share, time_out};
use crate::dimail::limiter::{Ending, Limiter, Permit, SharedLimit};

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
async fn the_answer_to_a_request_for_a_token_ends_a_pause_and_judges_no_route() {
    let limiter = Limiter::adaptive(8, TIMEOUT);
    share(&limiter, 4, Some(TIMEOUT));
    let mut held = [limiter.acquire(&person("anna")).await, limiter.acquire(&person("anna")).await];
    held.iter_mut().for_each(Permit::sent);
    let [first, second] = held;
    first.ended("POST /x", Ending::Answered(Duration::from_millis(1)));
    share(&limiter, 4, Some(TIMEOUT));
    sleep(Duration::from_secs(5)).await;
    second.ended("POST /x", Ending::OtherAnswer);
    assert_eq!(limiter.standing().own, SharedLimit { limit: 4, pause: None });
}
