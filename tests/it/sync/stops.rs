//! Stops of the portal and of dimail, and a clock that goes back: none of them uses up the time after
//! which the portal gives up, or makes anything wait longer.

use std::sync::Arc;
use std::time::Duration;

use dimail_portal::actions::App;
use dimail_portal::mail::Sender;
use dimail_portal::worker::run_until_idle;

use crate::support::cast::PASSWORD;
use crate::support::smtp::Sink;
use crate::support::{Anna, Portal, on_both};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

on_both!(
    the_first_hiccup_after_a_long_stop_gives_nothing_up,
    the_first_hiccup_after_dimail_came_back_gives_nothing_up,
    an_smtp_server_that_comes_back_has_the_whole_time_again,
    a_clock_that_goes_back_makes_nothing_wait,
    nothing_stays_in_the_future_when_the_clock_went_back,
);

/// The portal after a restart.
fn restarted(portal: &Portal, sender: Sender) -> App {
    let App { store, dimail, settings, .. } = portal.app.clone();
    App::new(store, dimail, sender, settings)
}

fn by_smtp(url: String) -> Sender {
    Sender::smtp(&url.into(), "portail@mairie.test", "portail.test").expect("a sender")
}

async fn work(app: &App) {
    run_until_idle(app).await.expect("the database answers");
}

async fn states(portal: &Portal) -> [String; 2] {
    let mailbox = portal.mailbox_status("zoe.martin@ville.fr").await;
    [mailbox, portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await]
}

async fn the_first_hiccup_after_a_long_stop_gives_nothing_up(portal: &Portal) {
    let server = Sink::start().await;
    server.answer("RCPT", "451 4.7.1 come back later");
    let before = App { sender: Arc::new(by_smtp(server.url())), ..portal.app.clone() };
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "refuse_500", 8).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;
    for _ in 0..5 {
        portal.wait(5 * MINUTE);
        work(&before).await;
    }

    portal.wait(50 * HOUR);
    let again = restarted(portal, by_smtp(server.url()));
    work(&again).await;
    assert_eq!(states(portal).await, ["pending", "waiting"], "the first attempt after the start");

    server.behave();
    for _ in 0..2 {
        portal.wait(5 * MINUTE);
        work(&again).await;
    }
    assert_eq!(states(portal).await, ["enabled", "sent"]);
}

async fn the_first_hiccup_after_dimail_came_back_gives_nothing_up(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "html_502", 6).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;
    for _ in 0..5 {
        portal.work_after(9 * HOUR).await;
    }
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "refuse_500", 1).await;

    portal.work_after(9 * HOUR).await;
    assert_eq!(portal.mailbox_status("zoe.martin@ville.fr").await, "pending");

    portal.work_after(5 * MINUTE).await;
    assert_eq!(portal.mailbox_status("zoe.martin@ville.fr").await, "enabled");
}

async fn an_smtp_server_that_comes_back_has_the_whole_time_again(portal: &Portal) {
    let server = Sink::start().await;
    let away = App { sender: Arc::new(by_smtp("smtp://127.0.0.1:1".to_owned())), ..portal.app.clone() };
    let back = App { sender: Arc::new(by_smtp(server.url())), ..portal.app.clone() };
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    let state = async || portal.database.text("select state from emails where recipient = 'jean@ailleurs.test'").await;
    for _ in 0..6 {
        work(&away).await;
        portal.wait(9 * HOUR);
    }
    assert_eq!(state().await, "waiting");

    server.answer("RCPT", "451 4.7.1 come back later");
    for _ in 0..4 {
        work(&back).await;
        portal.wait(9 * HOUR);
    }
    assert_eq!(state().await, "waiting");
    server.behave();
    work(&back).await;
    assert_eq!(state().await, "sent");
}

async fn a_clock_that_goes_back_makes_nothing_wait(portal: &Portal) {
    let visitor = portal.visitor();
    let sign_in = async |password| visitor.post("/sign-in", &[("email", Anna.email), ("password", password)]).await;
    let anna = portal.sign_in(Anna).await;
    for _ in 0..5 {
        assert_eq!(sign_in("not this one at all").await.status, 422);
    }
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "refuse_500", 1).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "", ""]).await;
    portal.dimail.finds("neuve.fr", &["wrong_mx"], &[], false).await;
    portal.add_domain(Anna, "neuve.fr").await;
    portal.work().await;
    let first = portal.domain("neuve.fr").await.checked_at;

    portal.set_back(3 * HOUR);
    portal.work().await;
    portal.work_after(30 * SECOND).await;

    sign_in(PASSWORD).await.leads_to("/domains");
    assert_eq!(portal.mailbox_status("zoe.martin@ville.fr").await, "enabled");
    assert_ne!(portal.domain("neuve.fr").await.checked_at, first, "checked again");
    // The browser of that sign-in is new: its email leaves.
    portal.work().await;
}

/// What happened, by table and column, and what ends some time after it was stored.
const TIMES: [(&str, &str, Duration); 14] = [
    ("browsers", "used_at", Duration::ZERO),
    ("users", "proved_at", Duration::ZERO),
    ("users", "password_set_at", Duration::ZERO),
    ("reset_links", "created_at", Duration::ZERO),
    ("confirmations", "created_at", Duration::ZERO),
    ("dns_shares", "created_at", Duration::ZERO),
    ("invitation_links", "created_at", Duration::ZERO),
    ("login_links", "created_at", Duration::ZERO),
    ("members", "visited_at", Duration::ZERO),
    ("mailboxes", "created_at", Duration::ZERO),
    ("mailboxes", "there_since", Duration::ZERO),
    ("domains", "created_at", Duration::ZERO),
    ("emails", "created_at", Duration::ZERO),
    ("invitations", "expires_at", Duration::from_hours(7 * 24)),
];

async fn nothing_stays_in_the_future_when_the_clock_went_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.get("/domains/ville.fr").await.is(200);
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;
    anna.post("/domains/ville.fr/new-invitation", &[("email", "gus@neuf.test"), ("role", "viewer")]).await.is(303);
    anna.post("/domains/ville.fr/dns/share", &[("email", "dsi@neuf.test")]).await.is(303);
    anna.post("/account/confirm-address", &[]).await.is(303);
    portal.visitor().post("/forgot-password", &[("email", Anna.email)]).await.is(303);
    portal.work().await;
    portal.prove(Anna).await;
    portal.database.change(&format!("update users set password_set_at = {}", portal.now().0)).await;
    let ahead = async |(table, column, later): (&str, &str, Duration)| {
        let latest = portal.now().plus(later + MINUTE).0;
        portal.database.count(&format!("{table} where {column} > {latest}")).await
    };

    portal.set_back(3 * HOUR);
    for time in TIMES {
        assert!(ahead(time).await > 0, "nothing to bring back: {time:?}");
    }
    portal.work().await;

    for time in TIMES {
        assert_eq!(ahead(time).await, 0, "{time:?}");
    }
    assert_eq!(portal.database.count(&format!("invitations where expires_at > {}", portal.now().0)).await, 1);
}
