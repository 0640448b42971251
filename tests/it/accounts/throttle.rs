//! Wrong passwords: after too many, only one attempt in 30 seconds is checked, on every page that
//! checks a password. Wrong attempts by others lock no one out, and the answers do not tell whether
//! an account exists.

use std::time::Duration;

use dimail_portal::worker;
use futures::future::join_all;

use crate::support::cast::PASSWORD;
use crate::support::{Anna, Answer, Bruno, Portal, Visitor, on_both};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

on_both!(
    five_wrong_passwords_ask_for_a_pause,
    a_right_password_ends_the_count,
    known_and_unknown_addresses_look_the_same,
    parallel_attempts_do_not_slip_through,
    parallel_right_passwords_all_get_in,
    a_forged_origin_is_not_believed,
    the_password_of_the_account_page_is_guarded_too,
    attempts_are_forgotten,
);

on_both!(
    nobody_is_locked_out_by_others with ["--trusted-proxies", "127.0.0.1,10.0.0.0/8"],
    fifty_wrong_passwords_from_one_origin with ["--trusted-proxies", "127.0.0.1"],
);

async fn attempt(visitor: &Visitor, email: &str, password: &str) -> Answer {
    visitor.post("/sign-in", &[("email", email), ("password", password), ("next", "/domains/ville.fr")]).await
}

async fn wrong(visitor: &Visitor, email: &str) -> u16 {
    attempt(visitor, email, "not this one at all").await.status
}

async fn statuses(visitor: &Visitor, email: &str, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(wrong(visitor, email).await);
    }
    statuses
}

async fn five_wrong_passwords_ask_for_a_pause(portal: &Portal) {
    let visitor = portal.visitor();
    assert_eq!(statuses(&visitor, Anna.email, 6).await, [422, 422, 422, 422, 422, 429]);

    // The right password is not checked either.
    let answer = attempt(&visitor, " ANNA@Mairie.test", PASSWORD).await;

    assert_eq!(answer.is(429).header("retry-after"), "30");
    assert_eq!(answer.mistakes(), ["password"]);
    assert!(answer.mistake("password").contains("30 secondes"), "{}", answer.words());
    assert_eq!((answer.value("email").trim(), answer.value("password").as_str()), ("ANNA@Mairie.test", ""));
    assert_eq!(answer.value("next"), "/domains/ville.fr", "the whole form is there");
    assert_eq!(visitor.cookie("session"), None);
    assert_eq!(portal.database.count("attempts").await, 5, "unchecked attempts are not stored");

    portal.wait(29 * SECOND);
    assert_eq!(wrong(&visitor, Anna.email).await, 429);
    portal.wait(SECOND);
    assert_eq!(statuses(&visitor, Anna.email, 2).await, [422, 429], "one, then a pause again");
    portal.wait(5 * MINUTE);
    assert_eq!(statuses(&visitor, Anna.email, 6).await, [422, 422, 422, 422, 422, 429], "the count restarts");
    // Another account from the same origin is not affected.
    attempt(&visitor, Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
}

async fn a_right_password_ends_the_count(portal: &Portal) {
    let visitor = portal.visitor();
    assert_eq!(statuses(&visitor, Anna.email, 4).await, [422; 4]);
    assert_eq!(statuses(&visitor, Bruno.email, 4).await, [422; 4]);
    attempt(&visitor, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    assert_eq!(portal.database.count("attempts").await, 4, "Bruno's");
    let visitor = portal.visitor();
    assert_eq!(statuses(&visitor, Anna.email, 4).await, [422; 4]);
    assert_eq!(statuses(&visitor, Bruno.email, 2).await, [422, 429]);
}

async fn known_and_unknown_addresses_look_the_same(portal: &Portal) {
    let (known, unknown, odd) = (Anna.email, "zz@mairie.test", "no address");
    let visitor = portal.visitor();
    for round in 0..6 {
        let mut texts = Vec::new();
        for email in [known, unknown, odd] {
            let answer = attempt(&visitor, email, "not this one at all").await;
            assert_eq!(answer.status, if round < 5 { 422 } else { 429 }, "{email}");
            texts.push(answer.text.replace(email, ""));
        }
        assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?}");
    }
    let noted = portal.database.texts("select count(*) from attempts group by address_hash").await;
    assert_eq!(noted, ["5", "5", "5"]);
    let kept = portal.database.texts("select address_hash, origin_hash from attempts").await.concat();
    assert!(!kept.contains("anna") && !kept.contains("127.0.0.1"), "{kept}");
}

async fn parallel_attempts_do_not_slip_through(portal: &Portal) {
    let visitors: Vec<Visitor> = (0..200).map(|_| portal.visitor()).collect();

    let mut statuses = join_all(visitors.iter().map(|visitor| wrong(visitor, Anna.email))).await;

    statuses.sort_unstable();
    assert_eq!((statuses[4], statuses[5], statuses.last()), (422, 429, Some(&429)));
    assert_eq!(portal.database.count("attempts where state = 'wrong'").await, 5);
    // After the pause, one of all parallel attempts is checked.
    portal.wait(30 * SECOND);
    let mut statuses = join_all(visitors.iter().take(20).map(|visitor| wrong(visitor, Anna.email))).await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1]), (422, 429));
}

async fn parallel_right_passwords_all_get_in(portal: &Portal) {
    let visitors: Vec<Visitor> = (0..20).map(|_| portal.visitor()).collect();
    let answers = join_all(visitors.iter().map(|visitor| attempt(visitor, Anna.email, PASSWORD))).await;
    for answer in answers {
        answer.leads_to("/domains/ville.fr");
    }
    assert_eq!(portal.database.count("attempts").await, 0);
}

async fn a_forged_origin_is_not_believed(portal: &Portal) {
    for n in 0..6 {
        let visitor = portal.visitor().with("x-forwarded-for", &format!("198.51.100.{n}"));
        assert_eq!(wrong(&visitor, Anna.email).await, if n < 5 { 422 } else { 429 });
    }
}

async fn nobody_is_locked_out_by_others(portal: &Portal) {
    let attacker = portal.visitor().with("x-forwarded-for", "203.0.113.7");
    assert_eq!(statuses(&attacker, Anna.email, 6).await, [422, 422, 422, 422, 422, 429]);
    // Anna comes from elsewhere, through one more proxy.
    let anna = portal.visitor().with("x-forwarded-for", "198.51.100.1, 10.0.0.3");
    attempt(&anna, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    assert_eq!(wrong(&attacker, Anna.email).await, 429, "Anna's success does not reset their count");
    // Entries that a client puts before its own address in the header have no effect.
    let forging = portal.visitor().with("x-forwarded-for", "198.51.100.1, 203.0.113.7");
    assert_eq!(wrong(&forging, Anna.email).await, 429);
    // With IPv6, all addresses of one network count as one origin.
    for n in 0..6 {
        let visitor = portal.visitor().with("x-forwarded-for", &format!("2001:db8:1:2:{n}::1"));
        assert_eq!(wrong(&visitor, Anna.email).await, if n < 5 { 422 } else { 429 });
    }
    let neighbour = portal.visitor().with("x-forwarded-for", "2001:db8:1:3::1");
    assert_eq!(wrong(&neighbour, Anna.email).await, 422);
}

async fn fifty_wrong_passwords_from_one_origin(portal: &Portal) {
    let (one, other) = (portal.visitor(), portal.visitor());
    let (one, other) = (one.with("x-forwarded-for", "203.0.113.7"), other.with("x-forwarded-for", "203.0.113.8"));
    let emails: Vec<String> = (0..60).map(|n| format!("p{n}@mairie.test")).collect();
    let mut statuses = join_all(emails.iter().map(|email| wrong(&one, email))).await;
    statuses.sort_unstable();
    assert_eq!((statuses[49], statuses[50]), (422, 429));
    assert_eq!(attempt(&one, Bruno.email, PASSWORD).await.status, 429);
    attempt(&other, Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
    portal.wait(30 * SECOND);
    attempt(&one, Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
    // A success resets the count of its own address, not that of the origin.
    assert_eq!(wrong(&one, Anna.email).await, 422);
    assert_eq!(wrong(&one, Anna.email).await, 429);
}

async fn the_password_of_the_account_page_is_guarded_too(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let change = async |current: &str| {
        let fields = [("name", "Anna M."), ("current_password", current), ("new_password", "une autre phrase longue")];
        anna.post("/account", &fields).await
    };
    for _ in 0..5 {
        assert_eq!(change("not this one at all").await.is(422).mistakes(), ["current_password"]);
    }
    let answer = change(PASSWORD).await;
    assert_eq!(answer.is(429).header("retry-after"), "30");
    assert_eq!(answer.mistakes(), ["current_password"]);
    assert_eq!(answer.value("name"), "Anna M.");
    assert_eq!(wrong(&portal.visitor(), Anna.email).await, 429, "sign-in and account page share the count");
    assert_eq!(portal.database.text("select name from users where email = 'anna@mairie.test'").await, Anna.name);
    // Without a new password, no password is checked.
    anna.post("/account", &[("name", Anna.name)]).await.leads_to("/account");
    portal.wait(30 * SECOND);
    change(PASSWORD).await.leads_to("/account");
    portal.work().await;
}

async fn attempts_are_forgotten(portal: &Portal) {
    let visitor = portal.visitor();
    assert_eq!(wrong(&visitor, Anna.email).await, 422);
    visitor.post("/forgot-password", &[("email", Anna.email)]).await.is(303);
    portal.work().await;
    worker::tidy(&portal.app).await.expect("an answer");
    let rows = async || {
        let count = |table| portal.database.count(table);
        [count("attempts").await, count("rate_limits").await, count("origins").await, count("reset_links").await]
    };
    assert_eq!(rows().await, [1, 2, 1, 1]);
    portal.wait(61 * MINUTE);
    worker::tidy(&portal.app).await.expect("an answer");
    assert_eq!(rows().await, [0, 0, 0, 0]);
}
