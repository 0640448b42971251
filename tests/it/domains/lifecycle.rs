//! Domains: added once, refused with a reason, continued when dimail does not answer, edited,
//! removed.

use std::time::Duration;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Dan, Eve, Fay, Portal, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

on_both!(
    whoever_adds_a_domain_owns_it,
    names_are_read_as_people_type_them,
    a_refusal_leaves_no_domain,
    no_answer_keeps_the_domain_and_goes_on,
    a_domain_of_somebody_else_is_refused,
    a_domain_of_somebody_else_is_not_taken_in_a_time_out,
    a_domain_with_mailboxes_is_not_taken_in_a_time_out,
    a_late_refusal_keeps_what_was_put_into_the_domain,
    a_domain_without_an_answer_is_removed_and_comes_back,
    a_name_that_is_here_names_nobody,
    the_same_name_at_the_same_time_is_added_once,
    an_owner_edits_the_support_address,
    a_domain_that_was_never_enabled_is_removed,
    a_domain_that_was_enabled_stays,
    a_removed_name_comes_back,
    a_removed_domain_leaves_nothing_behind,
    forms_have_a_limit,
);

on_both!(only_staff_adds_domains_where_set_so with ["--domain-creation", "staff"]);

async fn whoever_adds_a_domain_owns_it(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    assert!(dan.get("/domains").await.is(200).domains().is_empty());

    let answer = dan.new_domain("neuve.fr", SUPPORT).await;

    answer.leads_to("/domains/neuve.fr");
    let page = dan.follow(&answer).await;
    assert_eq!((page.status_of_page(), page.notice().0), ("enabled".into(), "good".into()));
    assert!(page.words().contains(SUPPORT), "{}", page.words());
    assert_eq!(page.select("dd .address").iter().filter(|text| *text == "neuve.fr").count(), 1, "its context");
    let list = dan.get("/domains").await;
    assert_eq!(list.domains(), ["neuve.fr"]);
    assert_eq!(list.attributes("[data-domain] [data-role]", "data-role"), ["owner"]);
    assert_eq!(list.attributes("[data-domain] [data-status]", "data-status"), ["enabled"]);
    let state = portal.dimail.state().await;
    let domains = state["domains"].as_array().expect("domains");
    let known = domains.iter().find(|domain| domain["name"] == "neuve.fr").expect("it is at dimail");
    assert_eq!(known["context_name"], "neuve.fr", "a context of its own, named as the domain");
    portal.work().await;
    assert_eq!(portal.recipients(), [Dan.email, SUPPORT]);
    assert_eq!(portal.dimail.calls("POST /domains ").await, 3);
}

async fn names_are_read_as_people_type_them(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_domain("  Mairie-Neuve.FR. ", " Aide@Mairie.test ").await.leads_to("/domains/mairie-neuve.fr");
    assert_eq!(portal.domain("mairie-neuve.fr").await.support_email, "Aide@mairie.test");

    let answer = anna.new_domain("Orléans.fr", SUPPORT).await;

    answer.leads_to("/domains/xn--orlans-dva.fr");
    let page = anna.follow(&answer).await;
    assert_eq!(page.select("h1"), ["orléans.fr"]);
    assert!(page.words().contains("xn--orlans-dva.fr"), "{}", page.words());
    let list = anna.get("/domains?q=orleans").await;
    assert_eq!(list.domains(), ["xn--orlans-dva.fr"]);
    assert!(list.words().contains("orléans.fr"));
    assert!(portal.dimail.domains().await.contains(&"xn--orlans-dva.fr".to_owned()));
    portal.work().await;
}

/// The number of rows about a domain in the whole database.
async fn traces(portal: &Portal, name: &str) -> i64 {
    let mut sum = portal.database.count(&format!("domains where name = '{name}'")).await;
    for table in ["members", "jobs", "changes", "emails"] {
        sum += portal.database.count(&format!("{table} where domain_id not in (select id from domains)")).await;
    }
    // The journal of a removed domain stays; that of a refused one does not.
    let removed = "select id from domains union select id from removed_domains";
    sum += portal.database.count(&format!("journal where domain_id not in ({removed})")).await;
    sum + portal.database.count("members where domain_id not in (select domain_id from journal)").await
}

async fn a_refusal_leaves_no_domain(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for kind in ["refuse_409", "refuse_422"] {
        portal.dimail.fault("POST", "/domains", kind, 1).await;

        let form = anna.new_domain("Neuve.fr", SUPPORT).await;

        assert_eq!(form.is(422).mistakes(), ["name"], "{kind}");
        assert_eq!((form.value("name"), form.value("support_email")), ("Neuve.fr".into(), SUPPORT.into()));
        assert_eq!(traces(portal, "neuve.fr").await, 0);
        portal.work_after(HOUR).await;
        assert_eq!(anna_sees(portal).await, ["ville.fr"]);
        assert_eq!(portal.emails(), []);
    }
    assert!(!portal.dimail.domains().await.contains(&"neuve.fr".to_owned()));
    anna.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    portal.work().await;
}

async fn anna_sees(portal: &Portal) -> Vec<String> {
    portal.sign_in(Anna).await.get("/domains").await.domains()
}

async fn no_answer_keeps_the_domain_and_goes_on(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (n, kind) in
        ["refuse_500", "html_502", "close", "act_then_close", "act_then_500", "bad_json", "redirect_307", "missing"]
            .into_iter()
            .enumerate()
    {
        let name = format!("neuve{n}.fr");
        portal.dimail.fault("POST", "/domains", kind, 1).await;

        let answer = anna.new_domain(&name, SUPPORT).await;

        answer.leads_to(&format!("/domains/{name}"));
        let page = anna.follow(&answer).await;
        assert_eq!((page.status_of_page(), page.notice().0), ("pending".into(), "warn".into()), "{kind}");
        portal.work_after(5 * MINUTE).await;
        assert_eq!(portal.status(&name).await, "enabled", "{kind}");
        assert!(portal.recipients().contains(&Anna.email.to_owned()), "{kind}");
        portal.forget_emails();
        let known = portal.dimail.domains().await.into_iter().filter(|other| *other == name).count();
        assert_eq!(known, 1, "{kind}");
    }
}

async fn a_domain_of_somebody_else_is_refused(portal: &Portal) {
    portal.dimail.domain_by_other("admin:admin", "prise.fr", "prise.fr").await;
    let dan = portal.sign_in(Dan).await;

    let form = dan.new_domain("prise.fr", SUPPORT).await;

    assert_eq!(form.is(422).mistakes(), ["name"]);
    assert_eq!(traces(portal, "prise.fr").await, 0);
    portal.work_after(HOUR).await;
    dan.get("/domains/prise.fr").await.is(404);
}

/// Dan adds a domain that another dimail account owns, and dimail's first answer is lost.
async fn dan_stays_outside(portal: &Portal, name: &str) {
    portal.dimail.fault("POST", "/domains", "close", 1).await;
    let dan = portal.sign_in(Dan).await;
    dan.new_domain(name, SUPPORT).await.leads_to(&format!("/domains/{name}"));

    portal.work_after(5 * MINUTE).await;

    let page = dan.get(&format!("/domains/{name}")).await;
    assert_eq!(page.status_of_page(), "pending");
    assert!(page.has(".banner-bad"), "the page gives the reason: {}", page.words());
    assert_eq!(portal.emails(), []);
    let mark = portal.dimail.mark().await;
    for _ in 0..4 {
        portal.work_after(HOUR).await;
    }
    let heard = portal.dimail.heard_since(mark).await;
    assert_eq!(heard, Vec::<String>::new(), "no further tries or checks");
    dan.new_mailbox(name, ["Dan", "Leroy", "", ""]).await;
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.creations(name).await, 0);
    dan.post(&format!("/domains/{name}/remove"), &[]).await.leads_to("/domains");
    assert_eq!(traces(portal, name).await, 0);
    // Adding it again is refused as well.
    assert_eq!(dan.new_domain(name, SUPPORT).await.is(422).mistakes(), ["name"]);
}

async fn a_domain_of_somebody_else_is_not_taken_in_a_time_out(portal: &Portal) {
    portal.dimail.domain_by_other("admin:admin", "prise.fr", "prise.fr").await;
    dan_stays_outside(portal, "prise.fr").await;
}

async fn a_domain_with_mailboxes_is_not_taken_in_a_time_out(portal: &Portal) {
    portal.dimail.domain_by_other("la_regie:password", "prise.fr", "prise.fr").await;
    portal.dimail.mailbox_by_other("la_regie:password", "zoe@prise.fr", "Zoé", "Martin").await;
    // The counts below begin here, so that only the portal's own calls are counted.
    dan_stays_outside_with_one(portal).await;
}

async fn dan_stays_outside_with_one(portal: &Portal) {
    portal.dimail.fault("POST", "/domains", "close", 1).await;
    let dan = portal.sign_in(Dan).await;
    dan.new_domain("prise.fr", SUPPORT).await.leads_to("/domains/prise.fr");

    portal.work_after(5 * MINUTE).await;

    assert_eq!(dan.get("/domains/prise.fr").await.status_of_page(), "pending");
    assert_eq!(portal.domain("prise.fr").await.accepted_at, None);
    assert!(!dan.get("/domains/prise.fr").await.text.contains("zoe@"), "no mailbox of the other account is shown");
}

/// dimail refuses a domain late, while the person who adds it still waits: what was put into it from another
/// window stays.
async fn a_late_refusal_keeps_what_was_put_into_the_domain(portal: &Portal) {
    portal.dimail.domain_by_other("admin:admin", "prise.fr", "prise.fr").await;
    portal.dimail.lasting_fault("POST", "/domains", "slow", 1, 1.0).await;
    let (dan, window) = (portal.sign_in(Dan).await, portal.sign_in(Dan).await);
    let meanwhile = async {
        while portal.database.count("domains where name = 'prise.fr'").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        window.new_mailbox("prise.fr", ["Dan", "Leroy", "dan", ""]).await.leads_to("/domains/prise.fr/mailboxes/dan");
    };

    let (answer, ()) = tokio::join!(dan.new_domain("prise.fr", SUPPORT), meanwhile);

    answer.leads_to("/domains/prise.fr");
    let page = dan.get("/domains/prise.fr").await;
    assert_eq!(page.status_of_page(), "pending");
    assert!(page.has(".banner-bad"), "the page gives the reason: {}", page.words());
    assert_eq!(portal.database.texts("select local_part, status from mailboxes").await, ["dan|pending"]);
    portal.work_after(HOUR).await;
    dan.post("/domains/prise.fr/remove", &[]).await.leads_to("/domains");
}

/// A domain of which dimail has not said whether it has it may go, and may be added again.
async fn a_domain_without_an_answer_is_removed_and_comes_back(portal: &Portal) {
    portal.dimail.fault("POST", "/domains", "act_then_close", 1).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    anna.post("/domains/neuve.fr/remove", &[]).await.leads_to("/domains");
    assert_eq!(traces(portal, "neuve.fr").await, 0);

    portal.sign_in(Fay).await.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");

    assert_eq!(portal.status("neuve.fr").await, "enabled");
    portal.work().await;
}

async fn a_name_that_is_here_names_nobody(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    let mark = portal.dimail.mark().await;

    let form = dan.new_domain("VILLE.fr", "dan@ailleurs.test").await;

    assert_eq!(form.is(422).mistakes(), ["name"]);
    assert_eq!(form.value("name"), "VILLE.fr");
    for secret in [Anna.email, Anna.name, SUPPORT] {
        assert!(!form.text.contains(secret), "{secret}");
    }
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
    dan.get("/domains/ville.fr").await.is(404);
}

async fn the_same_name_at_the_same_time_is_added_once(portal: &Portal) {
    let (anna, fay) = (portal.sign_in(Anna).await, portal.sign_in(Fay).await);

    let (one, other) = tokio::join!(anna.new_domain("neuve.fr", SUPPORT), fay.new_domain("neuve.fr", SUPPORT));

    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    let owners = "members join domains on domains.id = domain_id where name = 'neuve.fr'";
    assert_eq!(portal.database.count(owners).await, 1);
    portal.work().await;
}

async fn an_owner_edits_the_support_address(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    assert_eq!(anna.get("/domains/ville.fr/edit").await.is(200).value("support_email"), SUPPORT);

    let answer = anna.post("/domains/ville.fr/edit", &[("support_email", " aide@mairie.test ")]).await;

    answer.leads_to("/domains/ville.fr");
    assert_eq!(anna.follow(&answer).await.notice().0, "good");
    assert_eq!(portal.domain("ville.fr").await.support_email, "aide@mairie.test");
    assert_eq!(portal.domain("autre.fr").await.support_email, SUPPORT);
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    assert_eq!(portal.recipients(), ["aide@mairie.test", Anna.email]);
}

async fn a_domain_that_was_never_enabled_is_removed(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    let consequences = async || anna.get("/domains/neuve.fr/remove").await.select(".consequences li").join(" ");
    assert!(!consequences().await.contains("adresse"), "what is not there is not lost: {}", consequences().await);
    anna.new_mailbox("neuve.fr", ["Jean", "Dupont", "", ""]).await;
    assert!(consequences().await.contains("1 adresse"), "{}", consequences().await);
    assert!(anna.get("/domains/neuve.fr/remove").await.is(200).has("main form"));

    let answer = anna.post("/domains/neuve.fr/remove", &[]).await;

    answer.leads_to("/domains");
    let list = anna.follow(&answer).await;
    assert_eq!((list.domains(), list.notice().0), (vec!["ville.fr".to_owned()], "good".to_owned()));
    anna.get("/domains/neuve.fr").await.is(404);
    let mark = portal.dimail.mark().await;
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new());
}

async fn a_domain_that_was_enabled_stays(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.get("/domains/ville.fr/remove").await.is(409);
    anna.post("/domains/ville.fr/remove", &[]).await.is(409);
    // A domain that was enabled once cannot be removed in another status either.
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(24 * HOUR).await;
    portal.work_after(10 * MINUTE).await;
    assert_eq!(portal.status("ville.fr").await, "action_required");
    portal.sign_in(Anna).await.post("/domains/ville.fr/remove", &[]).await.is(409);
    assert_eq!(portal.database.count("domains where name = 'ville.fr'").await, 1);
}

async fn a_removed_name_comes_back(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx", "no_dkim"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/neuve.fr/remove", &[]).await.leads_to("/domains");

    let answer = portal.sign_in(Fay).await.new_domain("neuve.fr", SUPPORT).await;

    answer.leads_to("/domains/neuve.fr");
    assert_eq!(portal.status("neuve.fr").await, "action_required");
    anna.get("/domains/neuve.fr").await.is(404);
    portal.work().await;
}

async fn a_removed_domain_leaves_nothing_behind(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("neuve.fr", ["Jean", "Dupont", "", "jean@ailleurs.test"]).await;

    anna.post("/domains/neuve.fr/remove", &[]).await.leads_to("/domains");

    assert_eq!(traces(portal, "neuve.fr").await, 0);
    assert_eq!(portal.database.count("mailboxes").await, 0);
}

async fn forms_have_a_limit(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let long = "a".repeat(70_000);

    let answer = anna.new_domain(&long, SUPPORT).await;

    assert_eq!(answer.is(413).language(), "fr");
    assert!(answer.has("main a[href]"), "a way on: {}", answer.words());
    anna.send("POST", "/domains/new", &[("content-type", "application/json")], b"{}".to_vec()).await.is(415);
    assert_eq!(portal.database.count("domains").await, 2);
}

async fn only_staff_adds_domains_where_set_so(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    assert!(!anna.get("/domains").await.attributes("a", "href").contains(&"/domains/new".to_owned()));
    anna.get("/domains/new").await.is(403);
    anna.new_domain("neuve.fr", SUPPORT).await.is(403);
    assert_eq!(portal.database.count("domains").await, 2);

    let eve = portal.sign_in(Eve).await;
    assert!(eve.get("/domains").await.attributes("a", "href").contains(&"/domains/new".to_owned()));
    eve.get("/domains/new").await.is(200);
    eve.new_domain("neuve.fr", SUPPORT).await.leads_to("/domains/neuve.fr");
    portal.work().await;
}
