//! Resetting a forgotten password: the answer does not tell whether an account exists, and the link
//! in the email works once.

use std::time::Duration;

use dimail_portal::actions::accounts::reset_password::set_by_operator;
use dimail_portal::mail::SentEmail;
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::user::Language;

use crate::support::cast::PASSWORD;
use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Portal, Visitor, on_both};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const NEW: &str = "une autre phrase longue";

on_both!(
    a_forgotten_password_is_chosen_anew,
    a_link_is_good_once_and_with_it_all_others,
    a_link_is_used_once_however_often_it_is_pressed,
    a_link_is_good_for_one_hour,
    whoever_asks_learns_nothing,
    emails_are_limited,
    emails_from_one_origin_are_limited,
    an_answered_email_does_not_leave,
    the_email_speaks_the_accounts_language,
    an_account_without_a_password_gets_one,
    an_operator_sets_a_password,
);
on_both!(the_setting_limits_emails_to_one_address with ["--emails-per-hour", "2"]);

async fn ask(visitor: &Visitor, email: &str) -> Answer {
    visitor.post("/forgot-password", &[("email", email)]).await
}

/// The path of the single link in an email.
fn link(email: &SentEmail) -> String {
    let line = email.text.lines().find(|line| line.contains("/reset-password/")).expect("a link");
    line[line.find("/reset-password/").expect("a path")..].trim().to_owned()
}

/// Requests this many emails, and returns their links.
async fn links(portal: &Portal, email: &str, times: usize) -> Vec<String> {
    portal.forget_emails();
    for _ in 0..times {
        ask(&portal.visitor(), email).await.leads_to("/forgot-password?sent=yes");
    }
    portal.work().await;
    let links: Vec<String> = portal.emails().iter().map(link).collect();
    portal.forget_emails();
    assert_eq!(links.len(), times);
    links
}

async fn signs_in(portal: &Portal, email: &str, password: &str) -> bool {
    let visitor = portal.visitor();
    portal.make_known(email, &visitor).await;
    visitor.post("/sign-in", &[("email", email), ("password", password)]).await.status == 303
}

async fn a_forgotten_password_is_chosen_anew(portal: &Portal) {
    let (elsewhere, visitor) = (portal.sign_in(Anna).await, portal.visitor());
    assert!(visitor.get("/sign-in").await.attributes("main a", "href").contains(&"/forgot-password".to_owned()));
    visitor.get("/forgot-password").await.is(200);
    let sent = ask(&visitor, " Anna@MAIRIE.test ").await;
    sent.leads_to("/forgot-password?sent=yes");
    visitor.follow(&sent).await.is(200);
    portal.work().await;

    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!((email.to.as_str(), email.subject.as_str()), (Anna.email, "Choisir un nouveau mot de passe"));
    assert!(email.text.contains("1 heure") && email.html.contains(&link(email)), "{}", email.text);
    let path = link(email);
    let token = path.rsplit('/').next().expect("a token");
    for rows in ["select content from emails", "select token_hash from reset_links"] {
        assert!(!portal.database.texts(rows).await.concat().contains(token), "{rows}");
    }
    assert!(visitor.get(&path).await.is(200).words().contains(Anna.email));
    // An invalid password does not use up the link.
    let short = visitor.post(&path, &[("password", "court")]).await;
    assert_eq!(short.is(422).mistakes(), ["password"]);
    assert_eq!(visitor.post(&path, &[("password", &"a".repeat(201))]).await.is(422).mistakes(), ["password"]);
    for weak in ["password1234", Anna.email, "            "] {
        assert_eq!(visitor.post(&path, &[("password", weak)]).await.is(422).mistakes(), ["password"], "{weak}");
    }
    portal.forget_emails();

    let done = visitor.post(&path, &[("password", NEW)]).await;

    done.leads_to("/domains");
    let page = visitor.follow(&done).await;
    assert!(page.is(200).words().contains(Anna.name));
    assert_eq!(page.notice().0, "good");
    elsewhere.get("/domains").await.leads_to("/sign-in?next=%2Fdomains");
    assert!(!signs_in(portal, Anna.email, PASSWORD).await);
    assert!(signs_in(portal, Anna.email, NEW).await);
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!((email.to.as_str(), email.subject.as_str()), (Anna.email, "Votre mot de passe a changé"));
    assert!(email.text.contains("/forgot-password"), "{}", email.text);
}

async fn a_link_is_good_once_and_with_it_all_others(portal: &Portal) {
    let links = links(portal, Anna.email, 3).await;
    let bruno = portal.sign_in(Bruno).await;
    let session = bruno.cookie("session");
    // The session of the person who was signed in ends; the account of the link is signed in.
    bruno.post(&links[1], &[("password", NEW)]).await.leads_to("/domains");
    assert_ne!(bruno.cookie("session"), session);
    assert!(bruno.get("/domains").await.words().contains(Anna.name));

    let visitor = portal.visitor();
    let unknown = visitor.get("/reset-password/AAAA").await;
    for path in &links {
        let (looked, sent) = (visitor.get(path).await, visitor.post(path, &[("password", "encore une phrase")]).await);
        assert_eq!((looked.status, sent.status), (404, 404));
        assert_eq!(looked.text.replace(path.as_str(), ""), unknown.text.replace("/reset-password/AAAA", ""));
        assert!(looked.attributes("main a", "href").contains(&"/forgot-password".to_owned()));
        assert!(!looked.words().contains(Anna.email));
    }
    assert!(signs_in(portal, Anna.email, NEW).await);
    assert!(signs_in(portal, Bruno.email, PASSWORD).await);
    portal.work().await;
}

async fn a_link_is_used_once_however_often_it_is_pressed(portal: &Portal) {
    for same in [true, false] {
        let links = links(portal, Anna.email, 2).await;
        let (first, second) = (&links[0], if same { &links[0] } else { &links[1] });
        let (one, other) = (portal.visitor(), portal.visitor());
        let (a, b) = tokio::join!(
            one.post(first, &[("password", "la phrase de la première")]),
            other.post(second, &[("password", "la phrase de la seconde")]),
        );
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404]);
        let first_won = a.status == 303;
        assert_eq!(signs_in(portal, Anna.email, "la phrase de la première").await, first_won);
        assert_eq!(signs_in(portal, Anna.email, "la phrase de la seconde").await, !first_won);
        portal.work().await;
        assert_eq!(portal.emails().len(), 1, "one change, one email");
        portal.wait(61 * MINUTE);
    }
}

async fn a_link_is_good_for_one_hour(portal: &Portal) {
    // The hour begins when the email is sent.
    ask(&portal.visitor(), Anna.email).await.is(303);
    portal.wait(50 * MINUTE);
    portal.work().await;
    let path = link(&portal.emails()[0]);
    let visitor = portal.visitor();
    portal.wait(59 * MINUTE + 59 * SECOND);
    visitor.get(&path).await.is(200);
    portal.wait(SECOND);
    visitor.get(&path).await.is(404);
    visitor.post(&path, &[("password", NEW)]).await.is(404);
    assert!(signs_in(portal, Anna.email, PASSWORD).await);
}

async fn whoever_asks_learns_nothing(portal: &Portal) {
    portal.database.change("update users set disabled_at = 1 where email = 'chloe@mairie.test'").await;
    let visitor = portal.visitor();
    let mut answers = Vec::new();
    for email in [Anna.email, Chloe.email, "zz@mairie.test"] {
        let answer = ask(&visitor, email).await;
        answer.leads_to("/forgot-password?sent=yes");
        answers.push((visitor.follow(&answer).await.text, answer.text, answer.headers.len()));
        // The same row is stored for each address.
        assert_eq!(
            portal.database.count("emails where state = 'waiting'").await,
            i64::try_from(answers.len()).unwrap()
        );
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(ask(&visitor, "no address").await.is(422).mistakes(), ["email"]);
    assert_eq!(ask(&visitor, "").await.is(422).mistakes(), ["email"]);
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email]);
    let kept = portal.database.texts("select recipient from emails where content like '%forgotten%'").await;
    assert_eq!(kept, [Anna.email], "requests for unknown addresses are deleted");
    // The link does not work for a closed account.
    let path = link(&portal.emails()[0]);
    portal.database.change("update users set disabled_at = 1 where email = 'anna@mairie.test'").await;
    visitor.get(&path).await.is(404);
    visitor.post(&path, &[("password", NEW)]).await.is(404);
}

async fn emails_are_limited(portal: &Portal) {
    let visitor = portal.visitor();
    for email in [Anna.email, "zz@mairie.test"] {
        for _ in 0..7 {
            ask(&visitor, email).await.leads_to("/forgot-password?sent=yes");
        }
    }
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email; 5]);
    // All links work until one of them is used.
    for email in portal.emails() {
        visitor.get(&link(&email)).await.is(200);
    }
    portal.forget_emails();
    portal.wait(60 * MINUTE);
    ask(&visitor, Anna.email).await.is(303);
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email]);
}

async fn the_setting_limits_emails_to_one_address(portal: &Portal) {
    for _ in 0..4 {
        ask(&portal.visitor(), Anna.email).await.leads_to("/forgot-password?sent=yes");
    }
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email; 2]);
}

async fn emails_from_one_origin_are_limited(portal: &Portal) {
    let visitor = portal.visitor();
    for n in 0..30 {
        ask(&visitor, &format!("p{n}@mairie.test")).await.is(303);
    }
    for email in ["zz@mairie.test", Anna.email] {
        let answer = ask(&visitor, email).await;
        assert_eq!((answer.is(429).header("retry-after"), answer.value("email").as_str()), ("3600", email));
        assert_eq!(answer.mistakes(), ["email"]);
    }
    portal.work().await;
    assert_eq!(portal.emails(), []);
    portal.wait(60 * MINUTE);
    ask(&visitor, Anna.email).await.is(303);
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email]);
}

async fn user(portal: &Portal, email: &str) -> dimail_portal::model::user::User {
    let email = EmailAddress::parse(email).expect("an address");
    portal.app.store.user_with_email(&email).await.expect("an answer").expect("an account")
}

async fn an_answered_email_does_not_leave(portal: &Portal) {
    ask(&portal.visitor(), Anna.email).await.is(303);
    portal.wait(SECOND);
    let anna = user(portal, Anna.email).await;
    set_by_operator(&portal.app.store, &anna, NEW.into(), Language::Fr).await.expect("set");
    portal.work().await;
    let subjects: Vec<String> = portal.emails().into_iter().map(|email| email.subject).collect();
    assert_eq!(subjects, ["Votre mot de passe a changé"]);
    assert_eq!(portal.database.count("reset_links").await, 0);
}

async fn the_email_speaks_the_accounts_language(portal: &Portal) {
    portal.database.change("update users set language = 'en' where email = 'anna@mairie.test'").await;
    ask(&portal.visitor(), Anna.email).await.is(303);
    ask(&portal.visitor().with("accept-language", "en"), Dan.email).await.is(303);
    portal.work().await;
    let subjects: Vec<String> = portal.emails().into_iter().map(|email| email.subject).collect();
    assert_eq!(subjects, ["Choose a new password"; 2]);
}

async fn an_account_without_a_password_gets_one(portal: &Portal) {
    portal.database.change("update users set password_hash = null where email = 'dan@ailleurs.test'").await;
    assert!(!signs_in(portal, Dan.email, PASSWORD).await);
    let links = links(portal, Dan.email, 1).await;
    portal.visitor().post(&links[0], &[("password", NEW)]).await.leads_to("/domains");
    assert!(signs_in(portal, Dan.email, NEW).await);
    portal.work().await;
}

async fn an_operator_sets_a_password(portal: &Portal) {
    let elsewhere = portal.sign_in(Anna).await;
    let links = links(portal, Anna.email, 1).await;
    let anna = user(portal, Anna.email).await;
    let set = async |password: &str| set_by_operator(&portal.app.store, &anna, password.into(), Language::Fr).await;
    assert!(set("court").await.is_err());
    elsewhere.get("/domains").await.is(200);
    set(NEW).await.expect("set");
    elsewhere.get("/domains").await.leads_to("/sign-in?next=%2Fdomains");
    elsewhere.get(&links[0]).await.is(404);
    assert!(signs_in(portal, Anna.email, NEW).await && !signs_in(portal, Anna.email, PASSWORD).await);
    portal.work().await;
    assert_eq!(portal.recipients(), [Anna.email]);
}
