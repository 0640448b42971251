//! Wrong passwords: after too many, only one attempt in 30 seconds is checked, on every page that
//! checks a password. Wrong attempts by others lock no one out, and the answers do not tell whether
//! an account exists.

use std::time::Duration;

use dimail_portal::worker;
use futures::future::join_all;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

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
    a_known_browser_is_counted_apart,
    a_browser_stays_known_until_twenty_wrong_passwords_or_a_new_one,
    when_all_places_are_taken_known_browsers_have_their_own,
    clients_that_hung_up_are_not_tested,
);

on_both!(
    nobody_is_locked_out_by_others with ["--trusted-proxies", "127.0.0.1,10.0.0.0/8"],
    fifty_wrong_passwords_from_one_origin with ["--trusted-proxies", "127.0.0.1"],
    an_address_takes_a_hundred_wrong_passwords_an_hour with ["--trusted-proxies", "127.0.0.1"],
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
    assert_eq!(portal.database.count("password_attempts").await, 5, "unchecked attempts are not stored");

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
    assert_eq!(portal.database.count("password_attempts where state = 'wrong'").await, 4, "Bruno's");
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
    let noted = portal.database.texts("select count(*) from password_attempts group by address_hash").await;
    assert_eq!(noted, ["5", "5", "5"]);
    let kept = portal.database.texts("select address_hash, origin_hash from password_attempts").await.concat();
    assert!(!kept.contains("anna") && !kept.contains("127.0.0.1"), "{kept}");
}

async fn parallel_attempts_do_not_slip_through(portal: &Portal) {
    let visitors: Vec<Visitor> = (0..200).map(|_| portal.visitor()).collect();

    let statuses = join_all(visitors.iter().map(|visitor| wrong(visitor, Anna.email))).await;

    // Those that waited for the first ones had places; for the others there were none left.
    let tested = statuses.iter().filter(|status| **status == 422).count();
    assert_eq!(tested, 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| [422, 429, 503].contains(status)), "{statuses:?}");
    assert_eq!(portal.database.count("password_attempts where state = 'wrong'").await, 5);
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
    assert_eq!(portal.database.count("password_attempts").await, 0);
    portal.work().await;
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
    let mut statuses = Vec::new();
    for some in emails.chunks(20) {
        statuses.extend(join_all(some.iter().map(|email| wrong(&one, email))).await);
    }
    statuses.sort_unstable();
    assert_eq!((statuses[49], statuses[50]), (422, 429));
    assert_eq!(attempt(&one, Bruno.email, PASSWORD).await.status, 429);
    attempt(&other, Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
    portal.wait(30 * SECOND);
    attempt(&one, Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
    // A success resets the count of its own address, not that of the origin.
    assert_eq!(wrong(&one, Anna.email).await, 422);
    assert_eq!(wrong(&one, Anna.email).await, 429);
    portal.work().await;
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
    assert_eq!(wrong(&anna, Anna.email).await, 429, "sign-in and account page share the count");
    assert_eq!(wrong(&portal.visitor(), Anna.email).await, 422, "a stranger has another one");
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
        [
            count("password_attempts").await,
            count("rate_limits").await,
            count("origins").await,
            count("reset_links").await,
        ]
    };
    // The origin and the address are locked while they are counted.
    assert_eq!(rows().await, [1, 2, 2, 1]);
    portal.wait(61 * MINUTE);
    worker::tidy(&portal.app).await.expect("an answer");
    assert_eq!(rows().await, [0, 0, 0, 0]);
}

async fn an_address_takes_a_hundred_wrong_passwords_an_hour(portal: &Portal) {
    let known = portal.sign_in(Anna).await;
    let from = |n: usize| portal.visitor().with("x-forwarded-for", &format!("198.51.{}.{}", n / 250, n % 250));
    let strangers: Vec<Visitor> = (0..130).map(from).collect();
    let mut answers = Vec::new();
    // An address without an account looks the same.
    for email in [Anna.email, "zz@mairie.test"] {
        let mut statuses = Vec::new();
        for some in strangers.chunks(26) {
            statuses.extend(join_all(some.iter().map(|visitor| wrong(visitor, email))).await);
        }
        let tested = statuses.iter().filter(|status| **status == 422).count();
        assert_eq!((tested, statuses.len() - tested), (100, 30), "{email}");
        let answer = attempt(&strangers[129], email, PASSWORD).await;
        assert_eq!(answer.is(429).header("retry-after"), "3600");
        assert!(answer.mistake("password").contains("oublié"), "{}", answer.words());
        assert!(answer.has("main a.button[href='/forgot-password']"), "the way that still works");
        answers.push(answer.text.replace(email, ""));
    }
    assert_eq!(answers[0], answers[1]);
    // The known browser, and other addresses, are not affected.
    attempt(&known, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    attempt(&strangers[129], Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!((email.to.as_str(), email.subject.starts_with("Beaucoup de mots de passe faux")), (Anna.email, true));
    assert_eq!(portal.database.count("emails where recipient like 'zz@%'").await, 0);

    // The link of a forgotten password works, and makes the browser known.
    let stranger = &strangers[129];
    stranger.post("/forgot-password", &[("email", Anna.email)]).await.is(303);
    portal.work().await;
    let text = portal.emails().last().expect("an email").text.clone();
    let link = text.lines().find_map(|line| line.find("/reset-password/").map(|at| line[at..].to_owned()));
    let new = "une autre phrase longue";
    stranger.post(&link.expect("a link"), &[("password", new)]).await.leads_to("/domains");
    stranger.post("/sign-out", &[]).await.leads_to("/sign-in");
    attempt(stranger, Anna.email, new).await.leads_to("/domains/ville.fr");
    assert_eq!(attempt(&known, Anna.email, new).await.status, 429, "the new password has ended the other browser");
    portal.work().await;
    portal.forget_emails();

    // The next hour takes a hundred again; the person is told once a day.
    for (hours, told) in [(1, 0), (24, 1)] {
        portal.wait(hours * 60 * MINUTE);
        for some in strangers[..100].chunks(25) {
            assert_eq!(join_all(some.iter().map(|visitor| wrong(visitor, Anna.email))).await, [422; 25]);
        }
        portal.work().await;
        assert_eq!(portal.emails().len(), told, "after {hours} hours");
    }
}

async fn a_known_browser_is_counted_apart(portal: &Portal) {
    let (anna, stranger) = (portal.sign_in(Anna).await, portal.visitor());
    // Strangers at the same address of the town hall use up what one address, then the whole origin has.
    let mut emails = vec![Anna.email.to_owned(); 6];
    emails.extend((0..60).map(|n| format!("p{n}@mairie.test")));
    for some in emails.chunks(20) {
        join_all(some.iter().map(|email| wrong(&stranger, email))).await;
    }
    for email in [Anna.email, Bruno.email] {
        assert_eq!(attempt(&portal.visitor(), email, PASSWORD).await.status, 429);
    }
    attempt(&anna, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    assert_eq!(attempt(&anna, Bruno.email, PASSWORD).await.status, 429, "only Anna's account knows it");
    // Its own wrong passwords are counted, for nobody else.
    portal.wait(5 * MINUTE);
    assert_eq!(statuses(&anna, Anna.email, 6).await, [422, 422, 422, 422, 422, 429]);
    assert_eq!(wrong(&portal.visitor(), Anna.email).await, 422);
    // A forged cookie is no known browser.
    let forger = portal.visitor();
    forger.set_cookie("browser", &"A".repeat(43));
    assert_eq!(statuses(&forger, Anna.email, 5).await, [422, 422, 422, 422, 429]);
}

async fn a_browser_stays_known_until_twenty_wrong_passwords_or_a_new_one(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let known = async || portal.database.count("browsers").await;
    for round in 0..2 {
        for n in 0..19 {
            assert_eq!(wrong(&anna, Anna.email).await, 422, "{round} {n}");
            portal.wait(31 * SECOND);
        }
        assert_eq!(known().await, 1);
        // A right password begins the count again.
        attempt(&anna, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    }
    for _ in 0..20 {
        assert_eq!(wrong(&anna, Anna.email).await, 422);
        portal.wait(31 * SECOND);
    }
    assert_eq!(known().await, 0);

    let anna = portal.sign_in(Anna).await;
    assert_eq!(known().await, 1);
    portal.wait(366 * 24 * 60 * MINUTE);
    worker::tidy(&portal.app).await.expect("an answer");
    assert_eq!(known().await, 0, "a year is over");

    let bruno = portal.sign_in(Bruno).await;
    let elsewhere = portal.visitor();
    attempt(&elsewhere, Bruno.email, PASSWORD).await.leads_to("/domains/ville.fr");
    assert_eq!(known().await, 2);
    let fields = [("name", Bruno.name), ("current_password", PASSWORD), ("new_password", "une autre phrase longue")];
    bruno.post("/account", &fields).await.leads_to("/account");
    assert_eq!(known().await, 1, "the browser in which it was changed");
    drop(anna);
    portal.work().await;
}

async fn when_all_places_are_taken_known_browsers_have_their_own(portal: &Portal) {
    let queue = &portal.app.passwords;
    let (anna, stranger) = (portal.sign_in(Anna).await, portal.visitor());
    let mut held: Vec<_> = std::iter::from_fn(|| queue.place(false)).collect();
    assert_eq!(held.len(), 48);
    let answer = attempt(&stranger, Anna.email, PASSWORD).await;
    assert_eq!(answer.is(503).header("retry-after"), "5");
    assert_eq!((answer.value("email").as_str(), answer.mistakes()), (Anna.email, vec!["password".to_owned()]));
    attempt(&anna, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    held.extend(std::iter::from_fn(|| queue.place(true)));
    assert_eq!(held.len(), 64);
    attempt(&anna, Anna.email, PASSWORD).await.is(503);
    assert_eq!(portal.database.count("password_attempts").await, 0);
    drop(held);
    attempt(&stranger, Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    portal.work().await;
}

async fn clients_that_hung_up_are_not_tested(portal: &Portal) {
    let queue = &portal.app.passwords;
    let turns = join_all((0..4).map(|_| queue.turn(true))).await;
    let mut clients = Vec::new();
    for n in 0..30 {
        let mut stream = TcpStream::connect(portal.address()).await.expect("a connection");
        let body = format!("email=p{n}%40mairie.test&password=not+this+one+at+all");
        let head = format!(
            "POST /sign-in HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            portal.address(),
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        clients.push(stream);
    }
    while queue.waiting() < 30 {
        tokio::task::yield_now().await;
    }
    drop(clients);
    while queue.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    drop(turns);
    attempt(&portal.visitor(), Anna.email, PASSWORD).await.leads_to("/domains/ville.fr");
    assert_eq!(portal.database.count("password_attempts").await, 0, "none was tested");
}
