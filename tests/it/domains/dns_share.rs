//! Sending the DNS settings to the person who manages the DNS: the email, its link, who may, and what ends it.

use std::time::Duration;

use dimail_portal::model::role::Role;
use dimail_portal::worker;

use crate::members::roles::is_spoken;
use crate::support::{Anna, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    an_email_carries_the_records_and_a_link,
    the_link_shows_the_guide_alone,
    the_link_checks_under_the_pause_of_the_domain,
    a_link_is_listed_and_ended,
    a_link_ends_after_thirty_days,
    a_link_ends_with_the_right_of_its_sender,
    a_link_ends_with_its_domain,
    another_email_replaces_the_link,
    an_email_of_an_ended_link_does_not_leave,
    only_owners_and_administrators_share,
    a_neighbour_ends_no_link,
    a_disabled_domain_is_not_shared,
    mistakes_come_back_with_the_form,
);
on_both!(emails_to_one_address_are_limited with ["--emails-per-hour", "2"]);
on_both!(emails_of_one_person_are_limited with ["--invitations-per-hour", "2"]);

const PAGE: &str = "/domains/neuve.fr/dns";
const SHARE: &str = "/domains/neuve.fr/dns/share";
const DSI: &str = "dsi@agglo.test";
const DAY: Duration = Duration::from_hours(24);

/// A domain of Anna's with two wrong records, which Bruno administers and Chloé views.
async fn neuve(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx", "no_spf"], &[]).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    portal.grant("neuve.fr", Chloe, Role::Viewer).await;
    portal.work().await;
    portal.forget_emails();
}

/// Shares the settings; returns the path of the link in the email.
async fn share(portal: &Portal, by: &Visitor, to: &str) -> String {
    by.post(SHARE, &[("email", to)]).await.leads_to(PAGE);
    portal.work().await;
    let emails = portal.emails();
    let email = emails.iter().rfind(|email| email.to == to).unwrap_or_else(|| panic!("no email to {to}"));
    let (_, rest) = email.text.split_once("/dns/").expect("a link");
    format!("/dns/{}", rest.split_whitespace().next().expect("a token"))
}

/// The address that ends the only link.
async fn end_path(by: &Visitor) -> String {
    let page = by.get(PAGE).await;
    let paths = page.is(200).attributes("#dns-share [data-share] form", "action");
    paths.into_iter().next().expect("a link")
}

async fn is_dead(portal: &Portal, path: &str) {
    let visitor = portal.visitor();
    for answer in [visitor.get(path).await, visitor.post(path, &[]).await] {
        is_spoken(answer.is(404));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.words().contains("neuve.fr"), "{}", answer.words());
    }
}

async fn an_email_carries_the_records_and_a_link(portal: &Portal) {
    neuve(portal).await;
    let bruno = portal.sign_in(Bruno).await;

    let sent = bruno.post(SHARE, &[("email", " Dsi <dsi@agglo.test> ")]).await;

    sent.leads_to(PAGE);
    assert!(bruno.follow(&sent).await.notice().1.contains(DSI));
    portal.work().await;
    let email = portal.emails().into_iter().find(|email| email.to == DSI).expect("an email");
    assert!(email.subject.contains("neuve.fr") && !email.subject.contains(Bruno.name), "{}", email.subject);
    let values = ["mx.ox.numerique.gouv.fr.", "v=spf1 include:_spf.ox.numerique.gouv.fr -all", Bruno.name, "30 jours"];
    for what in values {
        assert!(email.text.contains(what) && email.html.contains(what), "{what}: {}", email.text);
    }
    // The provider can answer the person who asks.
    let named = format!("« {} » ({})", Bruno.name, Bruno.email).replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
    assert!(email.text.contains(&named), "{}", email.text);
    assert!(email.html.contains(&format!("href=\"mailto:{}\"", Bruno.email)), "{}", email.html);
    assert_eq!(email.reply_to.as_deref(), Some(Bruno.email));
    assert!(portal.emails().iter().all(|other| other.to == DSI || other.reply_to.is_none()));
    assert!(email.text.contains("4 autres enregistrements"), "{}", email.text);
    assert!(!email.text.contains("webmail.ox"), "what is right is on the page of the link");
    let token = email.text.split_once("/dns/").and_then(|(_, rest)| rest.split_whitespace().next()).expect("a token");
    assert!(!portal.database.texts("select content from emails").await.concat().contains(token));
    assert!(!portal.database.texts("select token_hash from dns_share_links").await.concat().contains(token));
    let line = "select event from journal where event like '%dns_shared%'";
    assert!(portal.database.text(line).await.contains(DSI));
}

async fn the_link_shows_the_guide_alone(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("neuve.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    let path = share(portal, &anna, DSI).await;
    // A role is neither needed nor of use.
    for visitor in [portal.visitor(), portal.sign_in(Dan).await, portal.sign_in(Chloe).await] {
        let page = visitor.get(&path).await;
        let words = page.is(200).words();
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.attributes(".dns-left [data-record]", "data-record"), ["MX", "TXT"]);
        assert!(words.contains("4 enregistrements sur 6") && words.contains("22 décembre 2026"), "{words}");
        assert!(words.contains("vous a envoyé ce lien le 22 novembre 2026"), "{words}");
        assert!(!page.has(".tabs") && !page.has("#dns-share") && !page.has("#status"));
        assert!(!page.has("main a[href^=\"/domains\"]"));
        for hidden in ["jean", DSI, Bruno.email, Anna.name, "Adresses", "Collaborateurs"] {
            assert!(!page.select("main").concat().contains(hidden), "{hidden}: {words}");
        }
        assert_eq!(page.attributes("main form", "action"), [path.as_str()]);
    }
    for odd in ["/dns/x", "/dns/AAAAAAAAAAAAAAAA", "/dns/%00"] {
        is_dead(portal, odd).await;
    }
}

async fn the_link_checks_under_the_pause_of_the_domain(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    let path = share(portal, &anna, DSI).await;
    let visitor = portal.visitor();
    portal.dimail.finds("neuve.fr", &["no_spf"], &[], false).await;
    let before = portal.dimail.calls("GET /domains/neuve.fr/check").await;

    let page = visitor.post(&path, &[]).await;

    is_spoken(page.is(200));
    assert!(page.select("[role=status]").concat().contains("il reste 1 enregistrement"), "{}", page.words());
    assert_eq!(page.attributes(".dns-left [data-record]", "data-record"), ["TXT"]);
    let line = format!("journal where kind = 'check_asked' and actor_id is null and actor_email = '{DSI}'");
    assert_eq!(portal.database.count(&line).await, 1);
    // The pause is the domain's: it holds for the link and for its people alike.
    for _ in 0..3 {
        assert!(visitor.post(&path, &[]).await.is(200).words().contains("il y a un instant"));
        anna.post("/domains/neuve.fr/check", &[]).await.leads_to("/domains/neuve.fr");
    }
    assert_eq!(portal.dimail.calls("GET /domains/neuve.fr/check").await, before + 1);
    portal.dimail.finds_nothing_wrong("neuve.fr").await;
    portal.wait(Duration::from_secs(61));
    let done = visitor.post(&path, &[]).await;
    assert!(done.is(200).words().contains("tout est en place") && !done.has(".dns-left"), "{}", done.words());
    portal.work().await;
}

async fn a_link_is_listed_and_ended(portal: &Portal) {
    neuve(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let path = share(portal, &anna, DSI).await;
    for visitor in [&anna, &bruno] {
        let rows = visitor.get(PAGE).await.is(200).select("#dns-share [data-share]");
        assert!(rows.len() == 1, "{rows:?}");
        for what in [DSI, Anna.name, "22 décembre 2026"] {
            assert!(rows[0].contains(what), "{what}: {rows:?}");
        }
    }
    assert!(!portal.sign_in(Chloe).await.get(PAGE).await.is(200).words().contains(DSI));

    let end = end_path(&bruno).await;
    let ended = bruno.post(&end, &[]).await;

    ended.leads_to(PAGE);
    assert!(bruno.follow(&ended).await.notice().1.contains(DSI));
    is_dead(portal, &path).await;
    assert!(!bruno.get(PAGE).await.has("[data-share]"));
    bruno.post(&end, &[]).await.is(404);
    bruno.get(&end).await.leads_to(PAGE);
    let line = "select event from journal where event like '%dns_share_revoked%'";
    assert!(portal.database.text(line).await.contains(DSI));
}

async fn a_link_ends_after_thirty_days(portal: &Portal) {
    neuve(portal).await;
    let path = share(portal, &portal.sign_in(Anna).await, DSI).await;
    portal.wait(29 * DAY + Duration::from_hours(23));
    portal.visitor().get(&path).await.is(200);
    worker::tidy(&portal.app).await.expect("an answer");
    assert_eq!(portal.database.count("dns_shares").await, 1);
    portal.wait(Duration::from_hours(1));
    is_dead(portal, &path).await;
    assert!(!portal.sign_in(Anna).await.get(PAGE).await.is(200).has("[data-share]"));
    worker::tidy(&portal.app).await.expect("an answer");
    assert_eq!(portal.database.count("dns_shares").await, 0);
    assert_eq!(portal.database.count("dns_share_links").await, 0);
    portal.work().await;
}

/// The address at which the role of a member is changed or the member removed.
async fn member_path(by: &Visitor, person: Person, verb: &str) -> String {
    let page = by.get("/domains/neuve.fr/members").await;
    let row = format!("tr[data-member=\"{}\"] a[href$=\"/role\"]", person.email);
    let role = page.is(200).attributes(&row, "href").remove(0);
    role.replace("/role", &format!("/{verb}"))
}

async fn a_link_ends_with_the_right_of_its_sender(portal: &Portal) {
    neuve(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let path = share(portal, &bruno, DSI).await;
    let of_staff = share(portal, &portal.sign_in(Eve).await, "eve.knows@agglo.test").await;
    let role = member_path(&anna, Bruno, "role").await;
    anna.post(&role, &[("role", "viewer")]).await.leads_to("/domains/neuve.fr/members");
    is_dead(portal, &path).await;
    assert!(!anna.get(PAGE).await.words().contains(DSI), "what is over is not listed");
    portal.visitor().get(&of_staff).await.is(200);
    anna.post(&role, &[("role", "administrator")]).await.leads_to("/domains/neuve.fr/members");
    is_dead(portal, &path).await;
    assert_eq!(portal.database.count("dns_shares where email = 'dsi@agglo.test'").await, 0, "nor does it count");
    let path = share(portal, &bruno, DSI).await;
    bruno.post("/domains/neuve.fr/leave", &[]).await.is(303);
    is_dead(portal, &path).await;
    portal.grant("neuve.fr", Bruno, Role::Administrator).await;
    let path = share(portal, &bruno, "autre@agglo.test").await;
    portal.database.change("update users set disabled_at = 1 where email = 'bruno@mairie.test'").await;
    is_dead(portal, &path).await;
    portal.database.change("update users set is_staff = 0 where email = 'eve@portail.test'").await;
    is_dead(portal, &of_staff).await;
}

async fn a_link_ends_with_its_domain(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    let path = share(portal, &anna, DSI).await;
    anna.post("/domains/neuve.fr/remove", &[]).await.leads_to("/domains");
    is_dead(portal, &path).await;
    // A domain of the same name is another one.
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    is_dead(portal, &path).await;
}

async fn another_email_replaces_the_link(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    let first = share(portal, &anna, DSI).await;
    let second = share(portal, &portal.sign_in(Bruno).await, "DSI@agglo.test").await;
    is_dead(portal, &first).await;
    portal.visitor().get(&second).await.is(200);
    assert_eq!(anna.get(PAGE).await.select("[data-share]").len(), 1);
}

async fn an_email_of_an_ended_link_does_not_leave(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    anna.post(SHARE, &[("email", DSI)]).await.leads_to(PAGE);
    anna.post(&end_path(&anna).await, &[]).await.leads_to(PAGE);
    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.count(&format!("emails where recipient = '{DSI}' and state = 'withdrawn'")).await, 1);
}

async fn only_owners_and_administrators_share(portal: &Portal) {
    neuve(portal).await;
    let chloe = portal.sign_in(Chloe).await;
    chloe.post(SHARE, &[("email", DSI)]).await.is(403);
    assert!(!chloe.get(PAGE).await.is(200).has("#dns-share"));
    for (who, status) in [(Dan, 404), (Fay, 404)] {
        portal.sign_in(who).await.post(SHARE, &[("email", DSI)]).await.is(status);
    }
    portal.visitor().post(SHARE, &[("email", DSI)]).await.leads_to("/sign-in?next=%2Fdomains%2Fneuve.fr%2Fdns%2Fshare");
    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.count("dns_shares").await, 0);
}

async fn a_neighbour_ends_no_link(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    let path = share(portal, &anna, DSI).await;
    let end = end_path(&anna).await;
    let id = end.split('/').nth(5).expect("an id").to_owned();
    let fay = portal.sign_in(Fay).await;
    // As an owner of another domain, below both; as a viewer of this one.
    fay.post(&end, &[]).await.is(404);
    fay.post(&format!("/domains/autre.fr/dns/share/{id}/revoke"), &[]).await.is(404);
    portal.sign_in(Chloe).await.post(&end, &[]).await.is(403);
    assert!(!fay.get("/domains/autre.fr/dns").await.is(200).words().contains(DSI));
    anna.post("/domains/neuve.fr/dns/share/x/revoke", &[]).await.is(404);
    portal.visitor().get(&path).await.is(200);
}

async fn a_disabled_domain_is_not_shared(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/dns/share", &[("email", DSI)]).await.leads_to("/domains/ville.fr/dns");
    portal.work().await;
    let text = portal.emails().into_iter().find(|email| email.to == DSI).expect("an email").text;
    assert!(text.contains("webmail.ox.numerique.gouv.fr."), "all records, where nothing is left: {text}");
    let (_, rest) = text.split_once("/dns/").expect("a link");
    let path = format!("/dns/{}", rest.split_whitespace().next().expect("a token"));
    portal.disable("ville.fr", "travaux").await;

    let refused = anna.post("/domains/ville.fr/dns/share", &[("email", DSI)]).await;

    is_spoken(refused.is(409));
    assert_eq!(refused.attributes("main a.button", "href"), ["/domains/ville.fr/dns"]);
    let page = portal.visitor().get(&path).await;
    assert!(page.is(200).has("#dns-right") && !page.has("main form"), "{}", page.words());
    is_spoken(portal.visitor().post(&path, &[]).await.is(409));
    // What was sent can be ended.
    let end = anna.get("/domains/ville.fr/dns").await.attributes("[data-share] form", "action").remove(0);
    anna.post(&end, &[]).await.leads_to("/domains/ville.fr/dns");
    is_dead(portal, &path).await;
    portal.work().await;
}

async fn mistakes_come_back_with_the_form(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    for typed in ["", "pas une adresse"] {
        let form = anna.post(SHARE, &[("email", typed)]).await;
        is_spoken(form.is(422));
        assert!(form.has("#dns-share[open]") && !form.mistake("email").is_empty());
        assert_eq!(
            (form.value("email").as_str(), form.attributes(".dns-left tr[data-record]", "data-record").len()),
            (typed, 2)
        );
    }
    // Nothing can be sent before dimail has told which records it expects.
    portal.dimail.fault("GET", "/domains/lente.fr/check", "refuse_500", 60).await;
    portal.add_domain(Anna, "lente.fr").await;
    is_spoken(anna.post("/domains/lente.fr/dns/share", &[("email", DSI)]).await.is(409));
    portal.leaves_work();
}

async fn emails_to_one_address_are_limited(portal: &Portal) {
    neuve(portal).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    for visitor in [&anna, &bruno] {
        visitor.post(SHARE, &[("email", DSI)]).await.leads_to(PAGE);
    }
    let refused = anna.post(SHARE, &[("email", "DSI@agglo.test")]).await;
    is_spoken(refused.is(429));
    assert!(!refused.header("retry-after").is_empty() && !refused.mistake("email").is_empty());
    portal.wait(Duration::from_mins(15));
    let refused = anna.post(SHARE, &[("email", DSI)]).await;
    assert_eq!(refused.is(429).header("retry-after"), "2700");
    assert!(refused.mistake("email").contains("recommencer dans 45 minutes"), "{}", refused.mistake("email"));
    anna.post(SHARE, &[("email", "autre@agglo.test")]).await.leads_to(PAGE);
    portal.wait(Duration::from_mins(45));
    anna.post(SHARE, &[("email", DSI)]).await.leads_to(PAGE);
    portal.work().await;
}

async fn emails_of_one_person_are_limited(portal: &Portal) {
    neuve(portal).await;
    let anna = portal.sign_in(Anna).await;
    for to in ["a@agglo.test", "b@agglo.test"] {
        anna.post(SHARE, &[("email", to)]).await.leads_to(PAGE);
    }
    is_spoken(anna.post(SHARE, &[("email", "c@agglo.test")]).await.is(429));
    portal.work().await;
}
