//! The processes of one database share how many calls dimail can take, and pause together.

use std::time::Duration;

use dimail_portal::actions::{App, dimail_limit};
use dimail_portal::dimail::{Dimail, DimailSettings, SharedLimit};
use dimail_portal::model::id::PortalId;

use crate::support::{Portal, on_both};

on_both!(what_one_process_learns_the_other_takes_over, a_process_that_stops_leaves_its_share);

/// Another process of the same database, with a client of its own.
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

async fn what_one_process_learns_the_other_takes_over(portal: &Portal) {
    let (one, other) = (portal.app.clone(), another(portal));
    let sharing = [one.clone(), other.clone()].map(|app| tokio::spawn(dimail_limit::keep_shared(app)));
    let standing = |app: &App| app.dimail.limiter().standing();
    // Each tells again until the other has heard: they begin to share at some moment.
    until(|| {
        one.dimail.limiter().agree(SharedLimit { limit: 5, pause: Duration::ZERO }, 1);
        standing(&other).limit == 5
    })
    .await;
    until(|| {
        other.dimail.limiter().agree(SharedLimit { limit: 1, pause: Duration::from_mins(1) }, 1);
        standing(&one).limit == 1 && !standing(&one).pause.is_zero()
    })
    .await;

    assert_eq!(portal.database.text("select calls from dimail_limit").await, "1");
    sharing.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn a_process_that_stops_leaves_its_share(portal: &Portal) {
    let other = another(portal);
    let sharing = [portal.app.clone(), other.clone()].map(|app| tokio::spawn(dimail_limit::keep_shared(app)));
    let mut clients = 0;
    while clients != 2 {
        clients = portal.database.count("dimail_clients").await;
        tokio::task::yield_now().await;
    }
    sharing.iter().for_each(tokio::task::JoinHandle::abort);

    dimail_limit::leave(&other).await.expect("the database answers");

    assert_eq!(portal.database.count("dimail_clients").await, 1);
}
