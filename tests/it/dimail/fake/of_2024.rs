//! How the server of 2024 treats names and capitals (sections 9.3, 9.8, 9.10).

use crate::dimail::fake::*;

const LEA: &str = "/domains/a.fr/mailboxes/lea";

#[tokio::test]
async fn a_straight_apostrophe_is_a_500_for_ever_and_does_nothing() {
    let (server, token) = with_domain_in_2024().await;
    for (given, sur) in [("L'Éa", "Roy"), ("Léa", "D'Arc")] {
        for _ in 0..2 {
            server.add_mailbox(&token, "lea@a.fr", given, sur).await.crashed();
        }
    }
    server.get(LEA, &token).await.is(404, "Mailbox not found");
    assert_eq!(emails(&server.state().await["ox_users"]), ["oxadmin@a.fr"]);

    assert_eq!(server.add_mailbox(&token, "lea@a.fr", "Léa", "D’Arc").await.status, 201);
    let before = server.get(LEA, &token).await.json();
    assert_eq!(before["displayName"], "Léa D’Arc");
    for field in ["givenName", "surName", "displayName"] {
        server.send("PATCH", LEA, &token, json!({"givenName": "L", field: "D'Arc"})).await.crashed();
    }
    assert_eq!(server.get(LEA, &token).await.json(), before);
    let nobody = "/domains/a.fr/mailboxes/nobody";
    server.send("PATCH", nobody, &token, json!({"surName": "D'Arc"})).await.is(404, "Mailbox not found");
}

/// The server of 2024 ignores the display name in the request and derives its own.
#[tokio::test]
async fn an_apostrophe_that_reaches_no_shell_does_no_harm() {
    let (server, token) = with_domain_in_2024().await;
    let body = json!({"givenName": "Léa", "surName": "Arc", "displayName": "Léa D'Arc"});
    assert_eq!(server.post(LEA, &token, body).await.status, 201);
    let body = json!({"name": "f.fr", "context_name": null, "features": ["mailbox"]});
    server.post("/domains/", &basic(LA_REGIE), body).await;
    assert_eq!(server.add_mailbox(&token, "lea@f.fr", "Léa", "D'Arc").await.status, 201);
    let (today, token) = with_domain().await;
    assert_eq!(today.add_mailbox(&token, "lea@a.fr", "Léa", "D'Arc").await.status, 201);
    assert_eq!(today.send("PATCH", LEA, &token, json!({"surName": "O'Hara"})).await.status, 200);
}

#[tokio::test]
async fn the_activity_is_ignored_and_only_the_answer_tells() {
    let (server, token) = with_domain_in_2024().await;
    server.add_mailbox(&token, "lea@a.fr", "Léa", "Roy").await;
    let before = server.get(LEA, &token).await.json();
    for body in [json!({"active": "no"}), json!({"active": "yes"}), json!({"active": 7})] {
        let got = server.send("PATCH", LEA, &token, body).await;
        assert_eq!((got.status, got.json()), (200, before.clone()));
    }
    let names = json!({"active": "no", "surName": "Rey"});
    assert_eq!(server.send("PATCH", LEA, &token, names).await.json()["surName"], "Rey");
}

/// The mailbox was created by another client of the same server.
#[tokio::test]
async fn a_mailbox_with_capitals_is_found_by_no_other_route() {
    let (server, token) = with_domain_in_2024().await;
    let admin = server.token(ADMIN).await;
    assert_eq!(server.add_mailbox(&admin, "JULES.Verne@a.fr", "Jules", "Verne").await.status, 201);
    let listed = server.get("/domains/a.fr/mailboxes/", &token).await.json();
    assert_eq!(with_email(&listed, "JULES.Verne@a.fr")["status"], "ok");
    let lower = "/domains/a.fr/mailboxes/jules.verne";
    for method in ["GET", "PATCH", "DELETE"] {
        server.send(method, lower, &token, json!({})).await.is(404, "Mailbox not found");
    }
    server.add_mailbox(&token, "jules.verne@a.fr", "Jules", "Verne").await.crashed();
    assert_eq!(server.add_mailbox(&token, "jules.verne@a.fr", "Jules", "Verne 2").await.status, 201);
    assert_eq!(server.call("DELETE", "/domains/a.fr/mailboxes/JULES.Verne", &token).await.status, 204);
    assert_eq!(emails(&server.state().await["mailboxes"]), ["jules.verne@a.fr"]);
}
