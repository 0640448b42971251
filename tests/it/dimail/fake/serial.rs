//! The fake as a server that serves one request at a time (section 9.1), and what both kinds of
//! server share: the list of requests in progress, and that abandoned requests are carried out.

use std::time::Instant;

use crate::dimail::fake::*;

const FOR_EVER: f64 = 3600.0;

fn serial() -> FakeOptions {
    FakeOptions { serial: true, ..seeded() }
}

#[tokio::test]
async fn requests_are_served_one_at_a_time_in_the_order_in_which_they_came() {
    let delay = Duration::from_millis(80);
    let server = start(FakeOptions { delay, ..serial() }).await;
    server.add_domain("a.fr", "a.fr").await;
    let token = server.token(LA_REGIE).await;
    let begun = Instant::now();
    let mut sent = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        sent.push(server.mailbox_arrives(&token, name).await);
    }
    for one in sent {
        assert_eq!(one.await.unwrap().unwrap().status(), 201);
    }
    assert!(begun.elapsed() >= delay * 5, "{:?}", begun.elapsed());
    let state = server.state().await;
    assert_eq!(emails(&state["mailboxes"]), ["a@a.fr", "b@a.fr", "c@a.fr", "d@a.fr", "e@a.fr"]);
    assert_eq!((&state["inside"], &state["freezes"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn while_one_is_served_the_others_wait_and_only_dimail_is_meant() {
    let server = start(serial()).await;
    server.lasting_fault("GET", "/users/", "slow", FOR_EVER).await;
    let first = server.arrives(server.request("GET", "/users/", &basic(ADMIN))).await;
    server.until(|state| state["faults"] == json!([])).await;
    let waiting = server.arrives(server.request("GET", "/users/admin", &basic(ADMIN))).await;
    let body = json!({"name": "x", "password": "x", "is_admin": false});
    let also = server.arrives(server.request("POST", "/users/", &basic(ADMIN)).json(&body)).await;
    server.plan("a.fr", json!({"errors": ["no_mx"]})).await;
    let state = server.state().await;
    assert_eq!((&state["inside"], &state["most_inside"]), (&json!(3), &json!(3)));
    assert_eq!(state["users"].as_array().unwrap().len(), 2);
    assert_eq!(server.statuses().await, [0, 0, 0]);
    assert!(![&first, &waiting, &also].iter().any(|sent| sent.is_finished()));
}

#[tokio::test]
async fn what_was_given_up_is_carried_out_and_counts_as_inside() {
    for serial in [true, false] {
        let server = start(FakeOptions { serial, ..seeded() }).await;
        server.add_domain("a.fr", "a.fr").await;
        let token = server.token(LA_REGIE).await;
        server.lasting_fault("GET", "/users/", "slow", 0.5).await;
        let mut sent = vec![server.arrives(server.request("GET", "/users/", &basic(ADMIN))).await];
        for name in ["a", "b"] {
            sent.push(server.mailbox_arrives(&token, name).await);
        }
        for one in sent {
            one.abort();
            assert!(!serial || one.await.unwrap_err().is_cancelled());
        }
        if serial {
            assert_eq!(server.state().await["inside"], 3);
        }
        server.until(|state| state["inside"] == 0).await;
        assert_eq!(emails(&server.state().await["mailboxes"]), ["a@a.fr", "b@a.fr"]);
        assert_eq!(server.statuses().await, [201, 200, 200, 201, 201]);
    }
}

#[tokio::test]
async fn with_more_than_15_inside_nothing_is_served_for_a_while_at_a_time() {
    let freeze = Duration::from_millis(2100);
    let server = start(FakeOptions { freeze, ..serial() }).await;
    server.lasting_fault("GET", "/users/", "slow", 2.0).await;
    let mut sent = vec![server.arrives(server.request("GET", "/users/", &basic(ADMIN))).await];
    for _ in 2..=15 {
        sent.push(server.arrives(server.request("GET", "/users/admin", &basic(ADMIN))).await);
    }
    assert_eq!(server.state().await["freezes"], 0);
    let begun = Instant::now();
    for _ in 16..=18 {
        sent.push(server.arrives(server.request("GET", "/users/admin", &basic(ADMIN))).await);
    }
    assert_eq!(server.state().await["freezes"], 1, "more than 15 requests freeze the server");
    for one in sent {
        assert_eq!(one.await.unwrap().unwrap().status(), 200);
    }
    // 18 requests are in progress: the first was served already, the second is served after one
    // freeze, the third after another.
    assert!(begun.elapsed() >= freeze * 2, "{:?}", begun.elapsed());
    let state = server.state().await;
    assert_eq!((&state["freezes"], &state["most_inside"]), (&json!(2), &json!(18)));
    assert_eq!(server.call("POST", "/_fake/reset", "").await.status, 204);
    let state = server.state().await;
    assert_eq!((&state["freezes"], &state["most_inside"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn a_freeze_meets_who_is_being_served_too() {
    let freeze = Duration::from_millis(2500);
    let delay = Duration::from_secs(2);
    let server = start(FakeOptions { freeze, delay, ..serial() }).await;
    let first = server.arrives(server.request("GET", "/users/", &basic(ADMIN))).await;
    let mut others = Vec::new();
    for _ in 2..=15 {
        others.push(server.arrives(server.request("GET", "/users/admin", &basic(ADMIN))).await);
    }
    let begun = Instant::now();
    others.push(server.arrives(server.request("GET", "/users/admin", &basic(ADMIN))).await);
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    assert!(begun.elapsed() >= freeze, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_server_that_serves_in_parallel_counts_and_never_freezes() {
    let server = start(seeded()).await;
    let fault = json!({"method": "GET", "path": "/users/", "kind": "hang", "seconds": FOR_EVER, "times": 20});
    server.post("/_fake/faults", "", fault).await;
    for _ in 0..20 {
        tokio::spawn(server.request("GET", "/users/", &basic(ADMIN)).send());
    }
    server.until(|state| state["inside"] == 20).await;
    assert_eq!(server.get("/users/admin", &basic(ADMIN)).await.status, 200);
    let state = server.state().await;
    assert_eq!((&state["most_inside"], &state["freezes"]), (&json!(21), &json!(0)));
}

#[tokio::test]
async fn it_stands_still_for_half_a_minute_unless_told_otherwise() {
    let options = FakeOptions::default();
    assert_eq!((options.serial, options.freeze), (false, Duration::from_secs(30)));
}

#[tokio::test]
async fn every_route_of_dimail_waits_for_the_delay() {
    let delay = Duration::from_millis(150);
    for release in [Release::Production, Release::August2024] {
        let server = start(FakeOptions { delay, release, ..seeded() }).await;
        let calls = [
            ("GET", "/token/"),
            ("GET", "/users/"),
            ("POST", "/users/"),
            ("PATCH", "/users/x"),
            ("GET", "/allows/"),
            ("DELETE", "/allows/a.fr/x"),
            ("GET", "/domains/"),
            ("POST", "/domains/"),
            ("GET", "/domains/a.fr"),
            ("GET", "/domains/a.fr/check"),
            ("GET", "/domains/a.fr/fix/"),
            ("GET", "/domains/a.fr/spec/"),
            ("GET", "/domains/a.fr/mailboxes/"),
            ("GET", "/v2/domains/a.fr/mailboxes/"),
            ("POST", "/domains/a.fr/mailboxes/x"),
            ("GET", "/domains/a.fr/mailboxes/x"),
            ("PATCH", "/domains/a.fr/mailboxes/x"),
            ("DELETE", "/domains/a.fr/mailboxes/x"),
            ("PATCH", "/v2/domains/a.fr/mailboxes/x"),
            ("POST", "/domains/a.fr/mailboxes/x/code"),
            ("POST", "/domains/a.fr/mailboxes/x/reset_password"),
            ("GET", "/domains/a.fr/address/x/"),
            ("GET", "/domains/a.fr/aliases/"),
            ("POST", "/domains/a.fr/aliases/"),
            ("DELETE", "/domains/a.fr/aliases/x/all"),
            ("GET", "/domains"),
            ("GET", "/nothing"),
        ];
        let asked = calls.map(|(method, path)| {
            let request = server.request(method, path, &basic(ADMIN));
            let begun = Instant::now();
            tokio::spawn(async move {
                request.send().await.unwrap();
                begun.elapsed()
            })
        });
        for (call, asked) in calls.iter().zip(asked) {
            let took = asked.await.unwrap();
            assert!(took >= delay, "{call:?} {release:?} {took:?}");
        }
        assert_eq!(server.journal().await.len(), calls.len());
    }
}

/// A token that is valid when a request arrives may have expired when the request is served.
#[tokio::test]
async fn a_request_is_judged_when_it_is_served() {
    let server = start(serial()).await;
    server.send("PUT", "/_fake/habits", "", json!({"token_lifetime": 1})).await;
    let token = server.token(ADMIN).await;
    server.lasting_fault("GET", "/users/", "slow", 2.1).await;
    let first = server.arrives(server.request("GET", "/users/", &basic(ADMIN))).await;
    server.get("/domains/a.fr", &token).await.is(403, "Permission denied");
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_stopped_server_cuts_who_waits() {
    let fake = Fake::new(serial()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        fake.serve(listener, async move { stopped.await.unwrap_or_default() }).await.unwrap();
    });
    let server = Server { base, http: client(), running: tokio::spawn(async {}) };
    server.lasting_fault("GET", "/users/", "hang", FOR_EVER).await;
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.push(server.arrives(server.request("GET", "/users/", &basic(ADMIN))).await);
    }
    stop.send(()).unwrap();
    serving.await.unwrap();
    for one in sent {
        assert!(one.await.unwrap().is_err());
    }
}
