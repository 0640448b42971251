//! Signing in and out: how long sessions last, where the redirect leads, the language, the security
//! headers.

use std::time::Duration;

use crate::support::cast::PASSWORD;
use crate::support::{Anna, Bruno, Dan, Portal, Visitor, on_both};

const HOUR: Duration = Duration::from_hours(1);

on_both!(
    a_person_signs_in_and_out,
    each_sign_in_has_a_new_session,
    a_session_ends_twelve_hours_after_its_last_use,
    a_session_ends_after_seven_days,
    a_wrong_password_and_an_unknown_account_look_the_same,
    a_closed_account_is_out_at_once,
    a_new_password_ends_the_sessions,
    people_land_where_they_wanted_to_go,
    nobody_is_led_to_another_site,
    other_sites_may_not_act,
    pages_come_with_their_headers,
    the_language_is_the_accounts_then_the_choice_then_the_browsers,
    a_stored_session_can_not_be_taken_over,
    notices_are_said_once,
    a_new_browser_is_told,
    without_cookies_the_form_says_what_is_missing,
    nothing_personal_stays_in_a_cache,
);

on_both!(over_http_the_form_names_the_https_address with ["--public-url", "https://portail.test"]);

on_both!(cookies_are_guarded_over_https with ["--public-url", "https://portail.test"]);
on_both!(the_default_language_is_a_setting with ["--default-language", "en"]);

async fn is_signed_in(visitor: &Visitor) -> bool {
    let answer = visitor.get("/domains").await;
    assert!(answer.status == 200 || answer.location() == "/sign-in?next=%2Fdomains", "{}", answer.words());
    answer.status == 200
}

async fn a_person_signs_in_and_out(portal: &Portal) {
    let anna = portal.visitor();
    assert!(!is_signed_in(&anna).await);
    anna.get("/").await.leads_to("/sign-in");

    anna.post("/sign-in", &[("email", " ANNA@Mairie.test "), ("password", PASSWORD)]).await.leads_to("/domains");

    assert!(is_signed_in(&anna).await);
    anna.get("/").await.leads_to("/domains/ville.fr/mailboxes");
    assert!(anna.get("/domains").await.words().contains(Anna.name));
    let session = anna.cookie("session").expect("a session");
    anna.post("/sign-out", &[]).await.leads_to("/sign-in");
    assert!(!is_signed_in(&anna).await);
    anna.set_cookie("session", &session);
    assert!(!is_signed_in(&anna).await, "the old cookie is no longer valid");
    assert_eq!(portal.database.count("sessions").await, 0);
}

async fn each_sign_in_has_a_new_session(portal: &Portal) {
    let anna = portal.visitor();
    anna.set_cookie("session", "AAAAAAAAAAAAAAAAAAAAAA");
    let anna = portal.sign_in_as(Anna, anna).await;
    let first = anna.cookie("session").expect("a session");
    assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAA", "the portal gives the identifier");

    anna.post("/sign-out", &[]).await.leads_to("/sign-in");
    anna.set_cookie("session", &first);
    let bruno = portal.sign_in_as(Bruno, anna).await;

    assert_ne!(Some(first), bruno.cookie("session"));
    assert!(bruno.get("/domains").await.words().contains(Bruno.name));

    // Session fixation: if an attacker sets their own session cookie in the victim's browser, they
    // do not share the session that begins when the victim signs in.
    let planted = bruno.cookie("session").expect("a session");
    let victim = portal.visitor();
    victim.set_cookie("session", &planted);
    let victim = portal.sign_in_as(Anna, victim).await;
    assert_ne!(Some(planted), victim.cookie("session"));
    assert!(victim.get("/domains").await.words().contains(Anna.name));
    assert!(!is_signed_in(&bruno).await, "the planted session is over");
}

async fn a_session_ends_twelve_hours_after_its_last_use(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for _ in 0..3 {
        portal.wait(11 * HOUR);
        assert!(is_signed_in(&anna).await, "each use counts");
    }
    portal.wait(12 * HOUR);
    assert!(!is_signed_in(&anna).await);
    let sent = anna.post("/domains/ville.fr/check", &[]).await;
    sent.leads_to("/sign-in?next=%2Fdomains%2Fville.fr%2Fcheck");
    portal.leaves_work();
}

async fn a_session_ends_after_seven_days(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for _ in 0..16 {
        portal.wait(10 * HOUR);
        assert!(is_signed_in(&anna).await);
    }
    portal.wait(9 * HOUR);
    assert!(!is_signed_in(&anna).await, "169 hours");
    portal.leaves_work();
}

async fn a_wrong_password_and_an_unknown_account_look_the_same(portal: &Portal) {
    let visitor = portal.visitor();
    let wrong = visitor.post("/sign-in", &[("email", Anna.email), ("password", "not this one!")]).await;
    let unknown = visitor.post("/sign-in", &[("email", "x@mairie.test"), ("password", "not this one!")]).await;
    let odd = visitor.post("/sign-in", &[("email", "no address"), ("password", "not this one!")]).await;
    let long = "a".repeat(5000);
    let long = visitor.post("/sign-in", &[("email", Anna.email), ("password", &long)]).await;

    for answer in [&wrong, &unknown, &odd, &long] {
        assert_eq!(answer.is(422).mistakes(), ["password"]);
        assert_eq!(answer.mistake("password"), wrong.mistake("password"));
        assert_eq!(answer.value("password"), "", "a password never comes back");
        assert!(answer.all_headers("set-cookie").is_empty());
    }
    assert_eq!(wrong.value("email"), Anna.email);
    assert_eq!(wrong.text.replace(Anna.email, ""), unknown.text.replace("x@mairie.test", ""));
    assert_eq!(visitor.post("/sign-in", &[]).await.is(422).mistakes(), ["email", "password"]);
    assert!(!is_signed_in(&visitor).await);
}

async fn a_closed_account_is_out_at_once(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    portal.database.change("update users set disabled_at = 1 where email = 'bruno@mairie.test'").await;

    assert!(!is_signed_in(&bruno).await);
    let again = bruno.post("/sign-in", &[("email", Bruno.email), ("password", PASSWORD)]).await;
    assert_eq!(again.is(422).mistakes(), ["password"]);
}

async fn a_new_password_ends_the_sessions(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    portal.database.change("update users set password_hash = 'other' where email = 'anna@mairie.test'").await;
    assert!(!is_signed_in(&anna).await);
    assert!(is_signed_in(&bruno).await);
}

async fn people_land_where_they_wanted_to_go(portal: &Portal) {
    let anna = portal.visitor();
    let asked = anna.get("/domains/ville.fr/mailboxes?q=d%27été&sort=-name").await;
    asked.leads_to("/sign-in?next=%2Fdomains%2Fville.fr%2Fmailboxes%3Fq%3Dd%2527%C3%A9t%C3%A9%26sort%3D-name");
    let form = anna.get(asked.location()).await;
    let next = form.is(200).value("next");

    let fields = [("email", Anna.email), ("password", PASSWORD), ("next", next.as_str())];
    let wrong = anna.post("/sign-in", &[("email", Anna.email), ("password", "no"), ("next", &next)]).await;
    assert_eq!(wrong.value("next"), next, "the target is kept after a wrong password");
    let answer = anna.post("/sign-in", &fields).await;

    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with("/domains"), "{}", answer.location());
    // A POST sent after the session's end leads to sign-in and then to the page of its object.
    let other = portal.visitor();
    let sent = other.post("/domains/ville.fr/check", &[]).await;
    sent.leads_to("/sign-in?next=%2Fdomains%2Fville.fr%2Fcheck");
    let fields = [("email", Anna.email), ("password", PASSWORD), ("next", "/domains/ville.fr/check")];
    let signed_in = other.post("/sign-in", &fields).await;
    other.follow(&signed_in).await.leads_to("/domains/ville.fr");
    portal.work().await;
}

async fn nobody_is_led_to_another_site(portal: &Portal) {
    for next in [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        " //evil.test",
        "/domains\r\nset-cookie: a=b",
        "evil",
    ] {
        let visitor = portal.visitor();
        let fields = [("email", Dan.email), ("password", PASSWORD), ("next", next)];
        visitor.post("/sign-in", &fields).await.leads_to("/domains");
        visitor.post("/language", &[("language", "en"), ("next", next)]).await.leads_to("/domains");
        let encoded: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        visitor.get(&format!("/sign-in?next={encoded}")).await.leads_to("/domains");
    }
    portal.work().await;
}

async fn other_sites_may_not_act(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let mark = portal.dimail.mark().await;
    let fields = [("first_name", "Jean"), ("last_name", "Dupont")];
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.test")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")],
    ] {
        for path in ["/domains/ville.fr/new-mailbox", "/domains/ville.fr/check", "/sign-in", "/sign-out", "/language"] {
            let answer = anna.post_with(path, &fields, &headers).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
            assert!(answer.has("main a[href]"), "the page has a link");
        }
        let looking = anna.send("GET", "/domains", &headers, Vec::new()).await;
        assert_eq!(looking.status, 200, "a link from elsewhere may be followed: {headers:?}");
    }
    assert!(is_signed_in(&anna).await);
    assert_eq!(portal.database.count("mailboxes").await, 0);
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
    let own = anna.post_with("/domains/ville.fr/new-mailbox", &[], &[("sec-fetch-site", "same-origin")]).await;
    own.is(422);
}

async fn pages_come_with_their_headers(portal: &Portal) {
    let (anna, nobody) = (portal.sign_in(Anna).await, portal.visitor());
    let mut numbers = Vec::new();
    for answer in [
        anna.get("/domains").await,
        anna.get("/domains/nowhere.fr").await,
        nobody.get("/sign-in").await,
        nobody.get("/nowhere").await,
        anna.post("/domains/new", &[]).await,
        nobody.get("/domains").await,
    ] {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let number = answer.header("x-request-id").to_owned();
        assert!(number.len() == 32 && !numbers.contains(&number), "{number}");
        numbers.push(number);
        if answer.status != 303 {
            assert!(answer.header("cache-control").contains("private"), "{:?}", answer.headers);
            let varies = answer.all_headers("vary").join(",").to_lowercase();
            assert!(varies.contains("hx-request"), "{varies}");
        }
    }
    let cookies = portal.visitor();
    let answer = cookies.post("/sign-in", &[("email", Dan.email), ("password", PASSWORD)]).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure"), "{cookie}");
    assert_eq!(nobody.get("/healthz").await.text, "ok\n");
    let css = nobody.get("/sign-in").await.attributes("link[rel=stylesheet]", "href").concat();
    let css = nobody.get(&css).await;
    assert_eq!(css.is(200).header("cache-control"), "public, max-age=31536000, immutable");
}

async fn cookies_are_guarded_over_https(portal: &Portal) {
    let anna = portal.visitor();
    let fields = [("email", Anna.email), ("password", PASSWORD)];

    let answer = anna.post_with("/sign-in", &fields, &[("origin", "https://portail.test")]).await;

    answer.leads_to("/domains");
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-session=") && cookie.contains("Secure") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(is_signed_in(&anna).await);
    let evil = anna.post_with("/sign-out", &[], &[("origin", "http://portail.test")]).await;
    assert_eq!(evil.status, 403);
}

async fn the_language_is_the_accounts_then_the_choice_then_the_browsers(portal: &Portal) {
    let visitor = portal.visitor();
    assert_eq!(visitor.get("/sign-in").await.language(), "fr");
    for (accepted, language) in
        [("en", "en"), ("de, en;q=0.5", "en"), ("en;q=0.3, fr-CA;q=0.8", "fr"), ("de", "fr"), ("", "fr")]
    {
        let answer = visitor.send("GET", "/sign-in", &[("accept-language", accepted)], Vec::new()).await;
        assert_eq!(answer.language(), language, "{accepted:?}");
    }

    let english = portal.visitor().with("accept-language", "fr");
    english.post("/language", &[("language", "en"), ("next", "/sign-in")]).await.leads_to("/sign-in");
    assert_eq!(english.get("/sign-in").await.language(), "en", "the choice overrides the browser's language");
    assert_eq!(english.get("/nowhere").await.language(), "en", "error pages too");

    let anna = portal.sign_in_as(Anna, english).await;
    assert_eq!(anna.get("/domains").await.language(), "en", "an account without a language");
    anna.post("/language", &[("language", "fr"), ("next", "/domains/new")]).await.leads_to("/domains/new");
    assert_eq!(anna.get("/domains").await.language(), "fr");
    assert_eq!(portal.database.text("select language from users where email = 'anna@mairie.test'").await, "fr");
    anna.set_cookie("language", "en");
    assert_eq!(anna.get("/domains").await.language(), "fr", "the account overrides the earlier choice");
    anna.post("/language", &[("language", "tlh"), ("next", "/domains")]).await.leads_to("/domains");
    assert_eq!(anna.get("/domains").await.language(), "fr");
}

async fn the_default_language_is_a_setting(portal: &Portal) {
    assert_eq!(portal.visitor().get("/sign-in").await.language(), "en");
    let german = portal.visitor().with("accept-language", "de");
    assert_eq!(german.get("/nowhere").await.language(), "en");
    portal.disable("ville.fr", "works").await;
    portal.work().await;
    assert!(portal.emails().iter().all(|email| email.html.contains("lang=\"en\"")));
}

async fn a_stored_session_can_not_be_taken_over(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let session = anna.cookie("session").expect("a session");
    let stored = portal.database.text("select id_hash from sessions").await;
    let data = portal.database.text("select data from sessions").await;
    assert!(!stored.contains(&session) && !data.contains(&session) && !data.contains("$argon2"), "{data}");
    let thief = portal.visitor();
    for cookie in [stored.as_str(), "AAAAAAAAAAAAAAAAAAAAAA", "' or 1=1 --", "é", ""] {
        thief.set_cookie("session", cookie);
        assert!(!is_signed_in(&thief).await, "{cookie}");
    }
}

async fn notices_are_said_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let answer = anna.post("/domains/ville.fr/edit", &[("support_email", "aide@mairie.test")]).await;
    // Neither a fragment nor an error page uses up the notice.
    anna.send("GET", "/domains/ville.fr", &[("hx-request", "true")], Vec::new()).await.is(200);
    anna.get("/domains/nowhere.fr").await.is(404);
    assert_eq!(anna.follow(&answer).await.notice().0, "good");
    assert_eq!(anna.follow(&answer).await.notice().0, "");
    portal.work().await;
}

async fn a_new_browser_is_told(portal: &Portal) {
    let sign_in = async |visitor: &Visitor| {
        let answer = visitor.post("/sign-in", &[("email", Anna.email), ("password", PASSWORD)]).await;
        answer.leads_to("/domains");
        portal.work().await;
        let emails = portal.emails();
        portal.forget_emails();
        (answer, emails)
    };
    let first = portal.visitor();
    let (answer, emails) = sign_in(&first).await;
    assert_eq!(emails, [], "the first browser of an account is no news");
    let cookies = answer.all_headers("set-cookie");
    assert!(cookies[0].starts_with("session="), "{cookies:?}");
    let cookie = cookies[1];
    assert!(cookie.starts_with("browser=") && cookie.contains("Max-Age=31536000;"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/;"), "{cookie}");
    let token = first.cookie("browser").expect("a cookie");
    assert!(!portal.database.texts("select cookie_hash from browsers").await.contains(&token));

    first.post("/sign-out", &[]).await.leads_to("/sign-in");
    assert_eq!(sign_in(&first).await.1, [], "signing out does not make it unknown");
    assert_eq!(first.cookie("browser"), Some(token.clone()));
    let (_, emails) = sign_in(&portal.visitor()).await;
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!((email.to.as_str(), email.subject.as_str()), (Anna.email, "Connexion depuis un nouveau navigateur"));
    assert!(email.text.contains("/forgot-password"), "{}", email.text);
    // A browser may be known to several accounts; a planted cookie is replaced.
    first.post("/sign-in", &[("email", Bruno.email), ("password", PASSWORD)]).await.leads_to("/domains");
    assert_eq!(first.cookie("browser"), Some(token));
    let planted = portal.visitor();
    planted.set_cookie("browser", "planted");
    assert_eq!(sign_in(&planted).await.1.len(), 1);
    assert_ne!(planted.cookie("browser").as_deref(), Some("planted"));
}

async fn without_cookies_the_form_says_what_is_missing(portal: &Portal) {
    let here = "/sign-in?next=%2Fdomains%2Fville.fr";
    assert!(!portal.visitor().get(here).await.is(200).has("[data-cookies]"));
    let fields = [("email", Anna.email), ("password", PASSWORD), ("next", "/domains/ville.fr")];
    portal.visitor().post("/sign-in", &fields).await.leads_to("/domains/ville.fr");
    // A visitor without a cookie, as the next request of the same browser.
    portal.visitor().get("/domains/ville.fr").await.leads_to(here);
    let page = portal.visitor().get(here).await;
    assert!(page.is(200).select("[data-cookies]").concat().contains("cookies"), "{}", page.words());
    let english = portal.visitor().with("accept-language", "en").get(here).await;
    assert!(english.select("[data-cookies]").concat().contains("cookies"), "{}", english.words());
    assert!(!portal.visitor().with("user-agent", "another").get(here).await.has("[data-cookies]"));
    let kept = portal.visitor();
    kept.set_cookie("language", "fr");
    assert!(!kept.get(here).await.has("[data-cookies]"), "a browser that sends cookies");
    portal.wait(Duration::from_mins(1));
    assert!(!portal.visitor().get(here).await.has("[data-cookies]"));
}

async fn over_http_the_form_names_the_https_address(portal: &Portal) {
    let fields = [("email", Anna.email), ("password", PASSWORD)];
    let origin = [("origin", "https://portail.test")];
    portal.visitor().post_with("/sign-in", &fields, &origin).await.leads_to("/domains");
    let page = portal.visitor().get("/sign-in?next=%2Fdomains").await;
    assert!(page.select("[data-cookies]").concat().contains("https://portail.test"), "{}", page.words());
}

async fn nothing_personal_stays_in_a_cache(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
    portal.work().await;
    for path in [
        "/domains",
        "/domains/ville.fr",
        "/domains/ville.fr/mailboxes",
        "/domains/ville.fr/mailboxes/jean",
        "/domains/ville.fr/mailboxes/jean/edit",
        "/domains/ville.fr/members",
        "/domains/ville.fr/aliases",
        "/account",
    ] {
        assert_eq!(anna.get(path).await.is(200).header("cache-control"), "private, no-store", "{path}");
    }
    let refused = anna.new_mailbox("ville.fr", ["", "", "", "jean@ailleurs.test"]).await;
    assert_eq!(refused.is(422).header("cache-control"), "private, no-store");
    let form = anna.get("/domains/ville.fr/new-mailbox").await;
    assert_eq!(form.is(200).header("cache-control"), "private, no-cache", "a browser may keep what is typed");
    let out = anna.post("/sign-out", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
}
