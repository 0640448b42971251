//! The processes of one database share the limit of concurrent calls to dimail, and pause together.

use std::time::Duration;

use dimail_portal::actions::{App, sync};
use dimail_portal::dimail::{Caller, Dimail, DimailSettings, Ending, SharedLimit};
use dimail_portal::model::id::PortalId;

use crate::support::{Portal, on_both};

on_both!(
    what_one_process_learns_the_other_takes_over,
    an_answer_ends_the_pause_of_all,
    a_process_that_stops_leaves_its_share
);

/// A second process of the same database, with its own client.
fn another(portal: &Portal) -> App {
    let settings = &portal.app.settings;
    let client = DimailSettings {
        url: settings.dimail_url.clone().expect("set"),
        username: settings.dimail_username.clone().expect("set"),
        password: settings.dimail_password.clone().expect("set"),
        timeout: settings.dimail_timeout,
        concurrency: 8,
    };
    let dimail = Dimail::new(&client).expect("a client");
    App { id: PortalId::new(portal.app.clock.now()), dimail, ..portal.app.clone() }
}

async fn until(what: impl Fn() -> bool) {
    tokio::time::timeout(Duration::from_secs(20), async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("it comes to that");
}

fn standing(app: &App) -> SharedLimit {
    app.dimail.limiter().standing().own
}

/// Makes a call for a person at `app`, with this ending.
async fn call(app: &App, ending: Ending) {
    let mut permit = app.dimail.limiter().acquire(&Caller::Person("anna".into())).await;
    permit.sent();
    permit.ended("GET /x", ending);
}

async fn what_one_process_learns_the_other_takes_over(portal: &Portal) {
    let (one, other) = (portal.app.clone(), another(portal));
    let sharing = [one.clone(), other.clone()].map(|app| tokio::spawn(sync::limit::keep_shared(app)));
    // Repeats it until the other process has read it, because the processes exchange limits only
    // after they found each other.
    until(|| {
        let limiter = one.dimail.limiter();
        limiter.agree(limiter.standing(), SharedLimit { limit: 5, pause: None });
        standing(&other).limit == 5
    })
    .await;
    call(&other, Ending::TimedOut).await;
    until(|| standing(&one).limit == 2 && standing(&one).pause.is_some_and(|left| !left.is_zero())).await;

    assert_eq!(portal.database.text("select calls from dimail_limit").await, "2");
    sharing.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn an_answer_ends_the_pause_of_all(portal: &Portal) {
    let (one, other) = (portal.app.clone(), another(portal));
    let sharing = [one.clone(), other.clone()].map(|app| tokio::spawn(sync::limit::keep_shared(app)));
    call(&one, Ending::TimedOut).await;
    until(|| standing(&other).pause.is_some()).await;
    call(&one, Ending::OtherAnswer).await;

    until(|| standing(&other).pause.is_none()).await;

    assert_eq!(standing(&one).pause, None, "it is not put back");
    assert_eq!(portal.database.text("select paused_until from dimail_limit").await, "0");
    sharing.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn a_process_that_stops_leaves_its_share(portal: &Portal) {
    let other = another(portal);
    let sharing = [portal.app.clone(), other.clone()].map(|app| tokio::spawn(sync::limit::keep_shared(app)));
    let mut clients = 0;
    while clients != 2 {
        clients = portal.database.count("dimail_clients").await;
        tokio::task::yield_now().await;
    }
    sharing.iter().for_each(tokio::task::JoinHandle::abort);

    sync::limit::leave(&other).await.expect("the database answers");

    assert_eq!(portal.database.count("dimail_clients").await, 1);
}
