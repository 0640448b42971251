//! The administrator of each Open-XChange context, whose address and name are taken (section 9.6).

use crate::dimail::fake::*;

#[tokio::test]
async fn its_login_address_and_display_name_are_taken() {
    for release in [Release::Production, Release::August2024] {
        let server = start(FakeOptions { release, ..seeded() }).await;
        server.add_domain("a.fr", "a.fr").await;
        server.add_domain("b.fr", "a.fr").await;
        server.add_domain("c.fr", "c.fr").await;
        let token = server.token(LA_REGIE).await;
        for (email, given, sur) in [
            ("admin_user@a.fr", "Some", "Body"),
            ("admin_user@b.fr", "Some", "Body"),
            ("oxadmin@a.fr", "Some", "Body"),
            ("oxadmin@b.fr", "Some", "Body"),
            ("contact@a.fr", "Context", "Admin"),
            ("contact@b.fr", "context", "ADMIN"),
        ] {
            server.add_mailbox(&token, email, given, sur).await.crashed();
        }
        assert_eq!(server.state().await["mailboxes"], json!([]));
        assert_eq!(server.add_mailbox(&token, "contact@a.fr", "Some", "Body").await.status, 201);
        let path = "/domains/a.fr/mailboxes/contact";
        server.send("PATCH", path, &token, json!({"displayName": "Context Admin"})).await.crashed();
    }
}

#[tokio::test]
async fn it_is_listed_and_known_and_no_mailbox() {
    let (server, token) = with_domain().await;
    server.add_domain("b.fr", "a.fr").await;
    for domain in ["a.fr", "b.fr"] {
        let path = format!("/domains/{domain}/mailboxes/");
        let expected = json!({"type": "mailbox", "status": "broken", "email": "oxadmin@a.fr", "givenName": "Admin",
            "surName": "Context", "displayName": "Context Admin", "active": "unknown", "additionalSenders": []});
        assert_eq!(server.get(&path, &token).await.json(), json!([expected]));
        let listed = server.get(&format!("/v2{path}"), &token).await.json();
        let listed = with_email(&listed, "oxadmin@a.fr");
        let names = json!({"given_name": "Admin", "sur_name": "Context", "display_name": "Context Admin"});
        assert_eq!((&listed["active"], &listed["features"]), (&json!("unknown"), &json!(["ox"])));
        assert_eq!(listed["extras"]["ox"], names);
        for name in ["oxadmin", "admin_user"] {
            let known = server.get(&format!("/domains/{domain}/address/{name}/"), &token).await.json();
            assert_eq!((&known["is_ox"], &known["is_mailbox"]), (&json!(true), &json!(false)));
            assert_eq!(known["ox_primary_email"], "oxadmin@a.fr");
        }
    }
    server.call("DELETE", "/domains/a.fr/mailboxes/oxadmin", &token).await.is(404, "Mailbox not found");
    let admin = &server.state().await["ox_users"][0];
    assert_eq!((&admin["login"], &admin["email"]), (&json!("admin_user"), &json!("oxadmin@a.fr")));
}
