//! A form that is sent twice is carried out once: at the same moment and one after the other, for each kind
//! of object, with rights read again.

use std::net::SocketAddr;
use std::time::Duration;

use dimail_portal::web::{Assets, Web, router};
use tokio::net::TcpListener;

use crate::support::{Anna, Answer, Bruno, Portal, Visitor, on_both};

on_both!(
    a_double_click_is_one_mailbox_and_one_sheet,
    the_same_sheet_comes_for_a_minute,
    only_the_same_form_of_the_same_session_is_the_same,
    rights_are_read_again_before_the_sheet,
    a_refusal_is_the_same_for_both,
    the_browser_that_hangs_up_gets_its_sheet,
    another_process_leads_to_the_mailbox,
    a_double_click_is_one_alias,
    a_double_click_is_one_domain,
    a_double_click_is_one_invitation,
    a_double_click_is_one_new_password,
    a_double_click_on_a_button_is_one_act,
    every_form_has_a_number_of_its_own,
);

const NEW: &str = "/domains/ville.fr/new-mailbox";
const ZOE: [(&str, &str); 5] =
    [("first_name", "Zoé"), ("last_name", "Martin"), ("local_part", ""), ("secondary_email", ""), ("request", "n1")];

/// The password on a sheet.
#[track_caller]
fn secret(sheet: &Answer) -> String {
    let secrets = sheet.is(200).select("output[data-secret]");
    assert_eq!(secrets.len(), 1, "{}", sheet.words());
    secrets.concat()
}

/// Sends a form twice at the same moment.
async fn twice(by: &Visitor, path: &str, fields: &[(&str, &str)]) -> (Answer, Answer) {
    tokio::join!(by.post(path, fields), by.post(path, fields))
}

async fn a_double_click_is_one_mailbox_and_one_sheet(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("POST", "/domains/ville.fr/mailboxes/*", "slow", 1, 0.2).await;

    let (one, two) = twice(&anna, NEW, &ZOE).await;

    assert_eq!(secret(&one), secret(&two));
    assert_eq!((one.header("cache-control"), two.header("cache-control")), ("no-store", "no-store"));
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    assert_eq!(portal.database.count("mailboxes").await, 1);
    let page = anna.get("/domains/ville.fr/mailboxes/zoe.martin").await;
    assert!(page.is(200).has("[data-handover]"), "nobody has said yet that it was handed over");
}

async fn the_same_sheet_comes_for_a_minute(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let first = secret(&anna.post(NEW, &ZOE).await);

    portal.wait(Duration::from_secs(59));
    assert_eq!(secret(&anna.post(NEW, &ZOE).await), first);

    portal.wait(Duration::from_secs(2));
    assert_eq!(anna.post(NEW, &ZOE).await.is(422).mistakes(), ["last_name"], "a request of its own");
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
}

async fn only_the_same_form_of_the_same_session_is_the_same(portal: &Portal) {
    let (anna, again) = (portal.sign_in(Anna).await, portal.sign_in(Anna).await);
    secret(&anna.post(NEW, &ZOE).await);

    let elsewhere = again.post(NEW, &ZOE).await;
    let without = anna.post(NEW, &ZOE[..4]).await;
    for other in [elsewhere, without] {
        assert!(other.is(422).select("output[data-secret]").is_empty());
    }
    // Back in the browser, and another person in the same form.
    let paul = [("first_name", "Paul"), ("last_name", "Roy"), ("local_part", ""), ("secondary_email", "")];
    let paul = anna.post(NEW, &[&paul[..], &ZOE[4..]].concat()).await;
    assert!(paul.is(200).words().contains("paul.roy@ville.fr"), "{}", paul.words());
    assert_eq!(portal.database.count("mailboxes").await, 2);
}

async fn rights_are_read_again_before_the_sheet(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    secret(&bruno.post(NEW, &ZOE).await);

    // The address becomes an owner's.
    let owner = "insert into users (id, email, email_key, email_base, name, password_hash, is_staff, created_at) \
                 select '00000000-0000-7000-8000-000000000001', 'zoe.martin@ville.fr', 'zoe.martin@ville.fr', \
                 'zoe.martin@ville.fr', 'Zoé', 'x', 1, 0";
    portal.database.change(owner).await;
    let guarded = bruno.post(NEW, &ZOE).await;
    assert!(guarded.is(403).select("output[data-secret]").is_empty());

    portal.database.change("delete from members where role = 'administrator'").await;
    assert!(bruno.post(NEW, &ZOE).await.is(404).select("output[data-secret]").is_empty());
}

async fn a_refusal_is_the_same_for_both(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "refuse_422", 1).await;

    let (one, two) = twice(&anna, NEW, &ZOE).await;

    assert_eq!((one.status, one.mistakes()), (422, two.is(422).mistakes()));
    assert_eq!(portal.dimail.creations("ville.fr").await, 1, "dimail is asked once");
    assert_eq!(portal.database.count("mailboxes").await, 0);
    // The form that comes back has a number of its own.
    assert_ne!(one.value("request"), "n1");
    let (request, rest) = (one.value("request"), &ZOE[..4]);
    secret(&anna.post(NEW, &[rest, &[("request", &request)]].concat()).await);
}

async fn the_browser_that_hangs_up_gets_its_sheet(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("POST", "/domains/ville.fr/mailboxes/*", "slow", 1, 0.3).await;

    // A browser drops the connection of the first click when the second one comes.
    let first = anna.post(NEW, &ZOE);
    let gone = tokio::time::timeout(Duration::from_millis(100), first).await;
    assert!(gone.is_err(), "the first click was not answered yet");
    let sheet = anna.post(NEW, &ZOE).await;

    secret(&sheet);
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
}

async fn another_process_leads_to_the_mailbox(portal: &Portal) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let web = Web::new(portal.app.clone(), Assets::find(None, None).expect("static files"), None);
    let pages = router(&web).into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, pages).await });
    let anna = portal.sign_in(Anna).await;
    let other = Visitor::new(address);
    other.set_cookie("session", &anna.cookie("session").expect("a session"));
    portal.dimail.lasting_fault("POST", "/domains/ville.fr/mailboxes/*", "slow", 1, 0.3).await;

    // The browser drops the first click.
    let gone = tokio::time::timeout(Duration::from_millis(100), anna.post(NEW, &ZOE)).await;
    assert!(gone.is_err(), "the first click was not answered yet");
    let second = other.post(NEW, &ZOE).await;

    second.leads_to("/domains/ville.fr/mailboxes/zoe.martin");
    let other = other.post(NEW, &ZOE[..4]).await;
    assert_eq!(other.is(422).mistakes(), ["last_name"], "without a number it is another request");
    // The process that created it still has the sheet; without it the mailbox is to hand over.
    let page = "/domains/ville.fr/mailboxes/zoe.martin";
    while anna.get(page).await.status_of_page() != "enabled" {
        tokio::task::yield_now().await;
    }
    assert!(anna.get(page).await.has("[data-handover]"));
    secret(&anna.post(NEW, &ZOE).await);
    anna.post(&format!("{page}/handed-over"), &[]).await.leads_to(page);
    assert!(!anna.get(page).await.has("[data-handover]"));
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);
    serving.abort();
}

async fn a_double_click_is_one_alias(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("local_part", "contact"), ("destination", "a@x.test, b@x.test"), ("request", "n1")];

    let (one, two) = twice(&anna, "/domains/ville.fr/new-alias", &fields).await;
    for answer in [one, two, anna.post("/domains/ville.fr/new-alias", &fields).await] {
        answer.leads_to("/domains/ville.fr/aliases/contact");
    }
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/aliases").await, 2, "one for each destination");
    let add = "/domains/ville.fr/aliases/contact/add";
    let (one, two) = twice(&anna, add, &[("destination", "c@x.test"), ("request", "n1")]).await;
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(portal.dimail.aliases("ville.fr").await.len(), 3);
}

async fn a_double_click_is_one_domain(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("name", "neuve.fr"), ("support_email", "aide@ailleurs.test"), ("request", "n1")];

    let (one, two) = twice(&anna, "/domains/new", &fields).await;

    for answer in [one, two, anna.post("/domains/new", &fields).await] {
        answer.leads_to("/domains/neuve.fr");
    }
    portal.work().await;
}

async fn a_double_click_is_one_invitation(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("email", "Nina <nina@ailleurs.test>"), ("role", "viewer"), ("request", "n1")];

    let (one, two) = twice(&anna, "/domains/ville.fr/new-invitation", &fields).await;

    for answer in [one, two] {
        answer.leads_to("/domains/ville.fr/members");
    }
    portal.work().await;
    assert_eq!(portal.recipients(), ["nina@ailleurs.test"]);
}

async fn a_double_click_is_one_new_password(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    secret(&anna.post(NEW, &ZOE).await);
    let reset = "/domains/ville.fr/mailboxes/zoe.martin/reset-password";

    let (one, two) = twice(&anna, reset, &[("request", "n2")]).await;

    assert_eq!(secret(&one), secret(&two));
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/zoe.martin/reset_password").await, 1);
    // Another press is another password.
    assert_ne!(secret(&anna.post(reset, &[("request", "n3")]).await), secret(&one));
}

/// The second click of each button gets the answer of the first, although its object is gone by then.
async fn a_double_click_on_a_button_is_one_act(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let domain = "/domains/ville.fr";
    anna.post(NEW, &[&ZOE[..3], &[("secondary_email", "zoe@ailleurs.test")]].concat()).await.is(303);
    let alias = [("local_part", "contact"), ("destination", "a@x.test, b@x.test")];
    anna.post(&format!("{domain}/new-alias"), &alias).await.is(303);
    let invitation = [("email", "nina@ailleurs.test"), ("role", "viewer")];
    anna.post(&format!("{domain}/new-invitation"), &invitation).await.is(303);
    let invitation = portal.database.text("select id from invitations").await;
    let mut lines = portal.database.count("journal").await;
    for (number, (path, field)) in [
        ("selected-mailboxes".to_owned(), ("mailbox", "zoe.martin")),
        (format!("invitations/{invitation}/resend"), ("", "")),
        (format!("invitations/{invitation}/withdraw"), ("", "")),
        ("aliases/contact/remove".to_owned(), ("destination", "a@x.test")),
        ("aliases/contact/delete".to_owned(), ("", "")),
        ("mailboxes/zoe.martin/delete".to_owned(), ("address", "zoe.martin@ville.fr")),
    ]
    .into_iter()
    .enumerate()
    {
        let (path, number) = (format!("{domain}/{path}"), format!("n{number}"));
        let fields = [field, ("request", &number), ("action", "login-link"), ("confirm", "yes")];

        let (one, two) = twice(&anna, &path, &fields).await;
        let three = anna.post(&path, &fields).await;

        for answer in [&one, &two, &three] {
            assert_eq!(answer.is(303).header("location"), one.header("location"), "{path}");
        }
        let now = portal.database.count("journal where event not like '%mailbox_deleted%'").await;
        assert_eq!(now, lines + 1, "{path}: one line");
        lines = now;
    }
    portal.work().await;
    assert_eq!(portal.recipients(), ["zoe@ailleurs.test"; 0], "all that they were about is gone");
}

async fn every_form_has_a_number_of_its_own(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let mut seen = std::collections::BTreeSet::new();
    for path in [NEW, "/domains/ville.fr/new-alias", "/domains/new", "/domains/ville.fr/new-invitation", NEW] {
        let number = anna.get(path).await.value("request");
        assert!(number.len() >= 16 && seen.insert(number), "{path}");
    }
}
