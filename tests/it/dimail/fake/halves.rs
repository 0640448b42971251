//! Creations and deletions have two halves, Open-XChange and the mailbox (sections 3.9 and 9.7),
//! and calls may act late: what remains after one half, and the faults that cause it.

use std::time::Instant;

use crate::dimail::fake::*;

const JEAN: &str = "/domains/a.fr/mailboxes/jean";
const ANY: &str = "/domains/*/mailboxes/*";
const FOR_EVER: f64 = 3600.0;

/// Demands that only Open-XChange knows `jean@a.fr`, as `Jean Un`; `b.fr` is in the same context.
async fn is_half_made(server: &Server, token: &str) {
    let known = server.get("/domains/a.fr/address/jean/", token).await.json();
    assert_eq!((&known["is_ox"], &known["is_mailbox"]), (&json!(true), &json!(false)));
    assert_eq!(known["ox_primary_email"], "jean@a.fr");
    let one = server.get(JEAN, token).await;
    assert_eq!((one.status, &one.json()["status"]), (200, &json!("broken")));
    let listed = with_email(&server.get("/domains/a.fr/mailboxes/", token).await.json(), "jean@a.fr");
    assert_eq!((&listed["status"], &listed["displayName"]), (&json!("broken"), &json!("Jean Un")));
    let listed = with_email(&server.get("/v2/domains/a.fr/mailboxes/", token).await.json(), "jean@a.fr");
    assert_eq!((&listed["features"], &listed["extras"]["ox"]["display_name"]), (&json!(["ox"]), &json!("Jean Un")));
    assert_eq!((&listed["active"], &listed["imap_active"]), (&json!("unknown"), &json!("unknown")));
    assert_eq!(server.state().await["mailboxes"], json!([]));

    server.add_mailbox(token, "jean@a.fr", "Jean", "Un").await.crashed();
    server.add_mailbox(token, "jean@a.fr", "Other", "Names").await.crashed();
    server.add_mailbox(token, "jean@b.fr", "Other", "Names").await.crashed();
    server.add_mailbox(token, "other@b.fr", "JEAN", "un").await.crashed();
    for (method, path) in [
        ("PATCH", JEAN.to_owned()),
        ("DELETE", JEAN.to_owned()),
        ("PATCH", format!("/v2{JEAN}")),
        ("POST", format!("{JEAN}/reset_password")),
        ("POST", format!("{JEAN}/code")),
    ] {
        server.send(method, &path, token, json!({})).await.is(404, "Mailbox not found");
    }
    let disable = json!({"active": "no"});
    server.send("PATCH", JEAN, token, disable).await.is(404, "Mailbox not found");
}

async fn with_twin() -> (Server, String) {
    let (server, token) = with_domain().await;
    server.add_domain("b.fr", "a.fr").await;
    (server, token)
}

#[tokio::test]
async fn a_creation_breaks_between_its_halves() {
    let (server, token) = with_twin().await;
    server.fault("POST", ANY, "half_then_500").await;
    server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.crashed();
    is_half_made(&server, &token).await;
}

#[tokio::test]
async fn a_deletion_breaks_between_its_halves() {
    let (server, token) = with_twin().await;
    server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
    server.fault("DELETE", ANY, "half_delete").await;
    server.call("DELETE", JEAN, &token).await.crashed();
    is_half_made(&server, &token).await;
}

#[tokio::test]
async fn half_made_on_order() {
    let (server, token) = with_twin().await;
    let names = json!({"givenName": "Jean", "surName": "Un"});
    assert_eq!(server.send("PUT", "/_fake/ox-users/a.fr/jean", "", names).await.status, 201);
    is_half_made(&server, &token).await;
}

#[tokio::test]
async fn refusals_of_dimail_come_before_the_halves() {
    let (server, token) = with_domain().await;
    for kind in ["half_then_500", "slow_halves"] {
        let fault = json!({"method": "POST", "path": ANY, "kind": kind, "times": 2, "seconds": FOR_EVER});
        server.post("/_fake/faults", "", fault).await;
        server.post(JEAN, &token, json!({})).await.json()["detail"].as_array().unwrap();
        server.add_mailbox("Bearer x", "jean@a.fr", "Jean", "Un").await.is(403, "Permission denied");
    }
    server.fault("DELETE", ANY, "half_delete").await;
    server.call("DELETE", JEAN, &token).await.is(404, "Mailbox not found");
    let state = server.state().await;
    assert_eq!((&state["faults"], emails(&state["ox_users"])), (&json!([]), vec!["oxadmin@a.fr"]));
}

#[tokio::test]
async fn halves_that_no_route_has_are_refused() {
    let server = start(seeded()).await;
    for (method, kind) in [
        ("DELETE", "half_then_500"),
        ("PATCH", "half_then_500"),
        ("*", "half_then_500"),
        ("POST", "half_delete"),
        ("*", "half_delete"),
        ("GET", "slow_halves"),
    ] {
        let fault = json!({"method": method, "path": ANY, "kind": kind});
        assert_eq!(server.post("/_fake/faults", "", fault).await.status, 422, "{method} {kind}");
    }
}

#[tokio::test]
async fn the_user_may_come_long_before_its_mailbox() {
    let (server, token) = with_twin().await;
    server.lasting_fault("POST", ANY, "slow_halves", FOR_EVER).await;
    let sent = server.mailbox_arrives(&token, "jean").await;
    server.until(|state| state["ox_users"].as_array().unwrap().len() == 2).await;
    let known = server.get("/domains/a.fr/address/jean/", &token).await.json();
    assert_eq!((&known["is_ox"], &known["is_mailbox"]), (&json!(true), &json!(false)));
    server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.crashed();
    assert!(!sent.is_finished());
    assert_eq!(server.statuses().await[3], 0);
}

#[tokio::test]
async fn the_mailbox_comes_later_and_then_the_answer() {
    let (server, token) = with_domain().await;
    server.lasting_fault("POST", ANY, "slow_halves", 0.3).await;
    let begun = Instant::now();
    let got = server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await;
    assert_eq!((got.status, got.json()["email"].clone()), (201, json!("jean@a.fr")));
    assert_eq!(got.json()["password"].as_str().unwrap().len(), 16);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(server.get(JEAN, &token).await.json()["status"], "ok");
}

/// A functional mailbox has no Open-XChange user, so it has one half only.
#[tokio::test]
async fn a_functional_mailbox_comes_late_as_a_whole() {
    let server = start(seeded()).await;
    let body = json!({"name": "a.fr", "context_name": null, "features": ["mailbox"]});
    server.post("/domains/", &basic(LA_REGIE), body).await;
    let token = server.token(LA_REGIE).await;
    server.fault("POST", ANY, "half_then_500").await;
    server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.crashed();
    server.get(JEAN, &token).await.is(404, "Mailbox not found");
    server.lasting_fault("POST", ANY, "slow_halves", 0.1).await;
    assert_eq!(server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.status, 201);
}

#[tokio::test]
async fn what_was_given_up_acts_later() {
    for (kind, serial) in
        [("slow_halves", false), ("slow_halves", true), ("hang_then_act", false), ("hang_then_act", true)]
    {
        let server = start(FakeOptions { serial, ..seeded() }).await;
        server.add_domain("a.fr", "a.fr").await;
        let token = server.token(LA_REGIE).await;
        server.lasting_fault("POST", ANY, kind, 0.8).await;
        let sent = server.mailbox_arrives(&token, "jean").await;
        sent.abort();
        assert!(sent.await.unwrap_err().is_cancelled());
        assert_eq!(server.state().await["mailboxes"], json!([]), "{kind}");
        server.until(|state| state["inside"] == 0).await;
        assert_eq!(emails(&server.state().await["mailboxes"]), ["jean@a.fr"], "{kind}");
        assert_eq!(server.statuses().await, [201, 200, 201], "{kind}");
    }
}

#[tokio::test]
async fn nothing_is_done_until_a_late_call_acts() {
    let (server, token) = with_domain().await;
    server.lasting_fault("POST", ANY, "hang_then_act", FOR_EVER).await;
    let sent = server.mailbox_arrives(&token, "jean").await;
    server.until(|state| state["faults"] == json!([])).await;
    assert_eq!(server.get("/domains/a.fr/address/jean/", &token).await.status, 404);
    assert!(!sent.is_finished());
    server.lasting_fault("POST", ANY, "hang_then_act", 0.3).await;
    let begun = Instant::now();
    assert_eq!(server.add_mailbox(&token, "jean@a.fr", "Jean", "Un").await.status, 201);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_server_that_serves_one_at_a_time_keeps_the_order_of_late_calls() {
    for (serial, order) in [(true, ["jean@a.fr", "paul@a.fr"]), (false, ["paul@a.fr", "jean@a.fr"])] {
        let server = start(FakeOptions { serial, ..seeded() }).await;
        server.add_domain("a.fr", "a.fr").await;
        let token = server.token(LA_REGIE).await;
        server.lasting_fault("POST", JEAN, "hang_then_act", 0.5).await;
        for name in ["jean", "paul"] {
            server.mailbox_arrives(&token, name).await;
        }
        server.until(|state| state["inside"] == 0).await;
        assert_eq!(emails(&server.state().await["mailboxes"]), order);
    }
}

#[tokio::test]
async fn a_reset_between_the_halves_leaves_nothing_of_them() {
    let (server, token) = with_domain().await;
    server.lasting_fault("POST", ANY, "slow_halves", 0.3).await;
    let sent = server.mailbox_arrives(&token, "jean").await;
    server.until(|state| state["ox_users"].as_array().unwrap().len() == 2).await;
    server.call("POST", "/_fake/reset", "").await;
    assert_eq!(sent.await.unwrap().unwrap().status(), 500);
    assert_eq!(server.state().await["mailboxes"], json!([]));
}
