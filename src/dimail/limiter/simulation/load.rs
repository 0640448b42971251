//! Servers that answer, quickly or slowly: how many calls they get, and the turns of the callers.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::{sleep, timeout};

use super::{Server, TIMEOUT, background, person, seconds};
use crate::dimail::limiter::Limiter;

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
