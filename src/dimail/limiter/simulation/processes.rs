//! Several processes of one database: they divide the limit, and share what they learn.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;

use super::{Server, TIMEOUT, background, pause, person, share, time_out};
use crate::dimail::limiter::{Ending, Limiter, Share, SharedLimit};

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
