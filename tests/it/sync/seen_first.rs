//! A mailbox that dimail already has is never treated as ours: the address is looked up before a
//! creation is sent, and a mailbox is adopted only if that call had seen the address absent.

use std::time::Duration;

use crate::support::{Anna, Portal, on_both};

on_both!(
    what_is_there_before_is_refused_at_once,
    what_came_between_the_look_and_the_creation_is_refused,
    what_came_between_two_attempts_is_refused,
    a_conflict_is_adopted_only_after_a_call_without_answer,
    another_case_is_not_taken_for_ours,
    a_local_part_of_another_domain_is_refused_at_once,
    one_list_serves_the_creations_of_a_domain,
    a_deleted_mailbox_whose_user_is_left_says_so,
    a_mailbox_deleted_behind_our_back_leaves_its_user,
    silence_about_its_user_is_no_deletion,
    names_with_apostrophes_are_found_again,
    a_half_made_user_refuses_changes_of_its_names,
);
on_both!(
    an_own_call_that_acts_late_is_adopted_once with ["--dimail-timeout", "2s", "--answer-within", "200ms"],
    what_is_there_is_refused_after_silence with ["--dimail-timeout", "500ms", "--answer-within", "200ms"],
);

const JEAN: &str = "/domains/ville.fr/mailboxes/jean.dupont";
const ADDRESS: &str = "jean.dupont@ville.fr";
const FIELDS: [&str; 4] = ["Jean", "Dupont", "", "intrus@ailleurs.test"];
const OWNER: &str = "la_regie:password";
const PAUSE: Duration = Duration::from_mins(5);

async fn made_by_another(portal: &Portal) {
    portal.dimail.mailbox_by_other(OWNER, ADDRESS, "Jean", "Dupont").await;
}

/// Demands that no email was sent and no mailbox was created.
async fn nothing_is_taken(portal: &Portal) {
    portal.work_after(PAUSE).await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.dimail.calls(&format!("POST {JEAN}/code")).await, 0);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [ADDRESS]);
}

async fn what_is_there_before_is_refused_at_once(portal: &Portal) {
    made_by_another(portal).await;
    let anna = portal.sign_in(Anna).await;
    let mark = portal.dimail.mark().await;

    let answer = anna.new_mailbox("ville.fr", FIELDS).await;

    assert!(answer.is(422).mistake("local_part").split(' ').count() > 5, "{}", answer.words());
    assert_eq!(anna.get(JEAN).await.status, 404, "nothing is kept");
    assert!(!portal.dimail.heard_since(mark).await.iter().any(|line| line.starts_with("POST")), "it is not sent");
    nothing_is_taken(portal).await;
}

/// The address is free at the lookup, and another client creates it before our creation arrives.
async fn what_came_between_the_look_and_the_creation_is_refused(portal: &Portal) {
    // Per case: the fault, whether it is refused at once or later, and the names of the other
    // mailbox.
    for (kind, at_once, [given, sur]) in [
        ("", true, ["Jean", "Dupont"]),
        ("", true, ["Jeanne", "Autre"]),
        ("refuse_409", true, ["Jeanne", "Autre"]),
        ("refuse_500", true, ["Jeanne", "Autre"]),
        ("act_then_500", true, ["Jeanne", "Autre"]),
        ("bad_json", true, ["Jeanne", "Autre"]),
        ("html_502", true, ["Jeanne", "Autre"]),
        ("close", false, ["Jeanne", "Autre"]),
        ("act_then_close", false, ["Jeanne", "Autre"]),
    ] {
        let anna = portal.sign_in(Anna).await;
        if !kind.is_empty() {
            portal.dimail.fault("POST", JEAN, kind, 1).await;
        }
        portal.dimail.lasting_fault("GET", "/domains/ville.fr/address/*", "slow", 1, 1.0).await;
        let mark = portal.dimail.mark().await;

        let (answer, ()) = tokio::join!(anna.new_mailbox("ville.fr", FIELDS), async {
            while !portal.dimail.heard_since(mark).await.iter().any(|line| line.contains("/address/")) {
                tokio::task::yield_now().await;
            }
            // With another case the path differs, so that the fault does not apply to this call.
            portal.dimail.mailbox_by_other(OWNER, "JEAN.DUPONT@ville.fr", given, sur).await;
        });

        let sent = format!("POST {JEAN} ");
        assert!(portal.dimail.heard_since(mark).await.iter().any(|line| line.starts_with(&sent)), "{kind}: it is sent");
        assert_eq!(portal.dimail.state().await["faults"], serde_json::json!([]), "{kind}");
        if at_once {
            assert!(!answer.is(422).mistake("local_part").is_empty(), "{kind}: {}", answer.words());
            assert_eq!(anna.get(JEAN).await.status, 404, "{kind}: nothing is kept");
        } else {
            answer.leads_to(JEAN);
            portal.work_after(PAUSE).await;
            assert_eq!(anna.get(JEAN).await.status_of_page(), "failed", "{kind}");
            anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await.is(303);
            // The row goes when the call can no longer act.
            portal.work_after(PAUSE * 3).await;
        }
        nothing_is_taken(portal).await;
        portal.dimail.delete_by_other(OWNER, ADDRESS).await;
    }
}

/// The first call acts after it was abandoned, and after the second attempt has seen the address
/// absent.
async fn an_own_call_that_acts_late_is_adopted_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.lasting_fault("POST", JEAN, "hang_then_act", 1, 3.5).await;
    let mark = portal.dimail.mark().await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    while !portal.app.under_way.is_empty() {
        tokio::task::yield_now().await;
    }
    // This lookup belongs to the second attempt.
    portal.dimail.lasting_fault("GET", "/v2/domains/ville.fr/mailboxes", "slow", 1, 1.5).await;

    portal.work_after(PAUSE).await;

    let heard = portal.dimail.heard_since(mark).await;
    let sent: Vec<&String> = heard.iter().filter(|line| line.starts_with(&format!("POST {JEAN} "))).collect();
    assert!(matches!(sent.as_slice(), [_, second] if second.ends_with(" 409")), "{heard:?}");
    assert_eq!(anna.get(JEAN).await.status_of_page(), "enabled");
    assert_eq!(portal.recipients(), ["intrus@ailleurs.test"]);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [ADDRESS]);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
    portal.work_after(Duration::from_hours(1)).await;
    assert_eq!(portal.recipients(), ["intrus@ailleurs.test"], "one email");
    assert_eq!(portal.database.text("select count(*) from sent_calls").await, "0");
}

/// As above, with one fault at each lookup first, and with a dimail that answers only errors for an
/// hour.
async fn refused_after(portal: &Portal, faults: &[&str]) {
    made_by_another(portal).await;
    for (n, (kind, times)) in
        faults.iter().flat_map(|kind| [(kind, 2), (kind, if *kind == "hang" { 4 } else { 24 })]).enumerate()
    {
        let anna = portal.sign_in(Anna).await;
        for (method, path) in [("GET", "/domains/ville.fr/address/*"), ("GET", "/v2/domains/ville.fr/mailboxes")] {
            portal.dimail.lasting_fault(method, path, kind, times, 0.8).await;
        }
        portal.dimail.lasting_fault("POST", JEAN, kind, 1, 0.8).await;
        anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
        portal.wait(Duration::from_hours(1));
        portal.dimail.lose_faults().await;
        while !portal.app.under_way.is_empty() {
            tokio::task::yield_now().await;
        }

        portal.work_after(PAUSE).await;

        let page = anna.get(JEAN).await;
        assert_eq!(page.status_of_page(), "failed", "{n} {kind}: {}", page.words());
        nothing_is_taken(portal).await;
        anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await.is(303);
        // The request may have been answered before dimail.
        while portal.database.count("mailboxes where local_part = 'jean.dupont'").await > 0 {
            tokio::task::yield_now().await;
        }
    }
}

async fn what_came_between_two_attempts_is_refused(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    // It was answered with a status, so the call is deleted and gives later attempts no claim.
    portal.dimail.fault("POST", JEAN, "refuse_500", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    made_by_another(portal).await;

    portal.work_after(PAUSE).await;

    assert_eq!(anna.get(JEAN).await.status_of_page(), "failed");
    assert_eq!(portal.database.text("select reason from mailboxes").await, "{\"reason\":\"address_taken\"}");
    nothing_is_taken(portal).await;
    refused_after_faults(portal).await;
}

async fn refused_after_faults(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await.leads_to("/domains/ville.fr/mailboxes");
    portal.dimail.delete_by_other(OWNER, ADDRESS).await;
    refused_after(portal, &["refuse_500", "html_502", "close", "refuse_409", "bad_json"]).await;
}

async fn what_is_there_is_refused_after_silence(portal: &Portal) {
    refused_after(portal, &["hang"]).await;
}

async fn a_conflict_is_adopted_only_after_a_call_without_answer(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    // Our own call is not answered; the second one is refused as a duplicate.
    portal.dimail.fault("POST", JEAN, "close", 1).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    assert_eq!(portal.database.text("select count(*) from sent_calls").await, "1");
    made_by_another(portal).await;

    portal.work_after(PAUSE).await;

    assert_eq!(anna.get(JEAN).await.status_of_page(), "enabled");
    assert_eq!(portal.recipients(), ["intrus@ailleurs.test"]);
    assert_eq!(portal.database.text("select count(*) from sent_calls").await, "0");
}

async fn another_case_is_not_taken_for_ours(portal: &Portal) {
    portal.dimail.mailbox_by_other(OWNER, "JEAN.Dupont@ville.fr", "Jeanne", "Autre").await;
    let anna = portal.sign_in(Anna).await;

    // Today's server would refuse it itself, because it ignores case.
    let answer = anna.new_mailbox("ville.fr", FIELDS).await;

    assert_eq!(answer.is(422).mistakes(), ["local_part"], "{}", answer.words());
    assert_eq!(portal.dimail.calls(&format!("POST {JEAN}")).await, 0);
    assert_eq!(portal.emails(), []);
}

async fn a_local_part_of_another_domain_is_refused_at_once(portal: &Portal) {
    portal.dimail.domain_by_other(OWNER, "jumelle.fr", "ville.fr").await;
    portal.dimail.mailbox_by_other(OWNER, "jean.dupont@jumelle.fr", "Jeanne", "Autre").await;
    let anna = portal.sign_in(Anna).await;

    let answer = anna.new_mailbox("ville.fr", FIELDS).await;

    let said = answer.is(422).mistake("local_part");
    assert!(said.contains("autre domaine") && !answer.text.contains("jumelle"), "{said}");
    assert_eq!(portal.dimail.creations("ville.fr").await, 0);
}

async fn one_list_serves_the_creations_of_a_domain(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for n in 0..8 {
        anna.new_mailbox("neuve.fr", ["Jean", &format!("Nom{n}"), "", "jean@ailleurs.test"]).await;
    }
    portal.dimail.mailbox_by_other(OWNER, "jean.nom3@neuve.fr", "Jean", "Nom3").await;
    portal.dimail.finds_nothing_wrong("neuve.fr").await;

    portal.work_after(Duration::from_hours(1)).await;

    let statuses = "select status, count(*) from mailboxes group by status order by status";
    assert_eq!(portal.database.texts(statuses).await, ["enabled|7", "failed|1"]);
    assert_eq!(portal.dimail.calls("GET /v2/domains/neuve.fr/mailboxes").await, 2, "for all, and for one mailbox");
    assert!(portal.dimail.calls("GET /domains/neuve.fr/address/").await <= 5, "one by one only below five");
}

async fn a_deleted_mailbox_whose_user_is_left_says_so(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.work().await;
    portal.dimail.fault("DELETE", JEAN, "half_delete", 1).await;

    let answer = anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await;

    assert!(answer.is(422).words().contains("connaît encore la personne"), "{}", answer.words());
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    assert!(page.words().contains("connaît encore la personne"), "{}", page.words());
    // Asked again, dimail is looked at; the row stays as long as the user is there.
    anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await.is(422);
    assert_eq!(anna.get(JEAN).await.status_of_page(), "failed");
}

/// dimail reports that it deleted the mailbox, but not whether its Open-XChange user is left.
async fn silence_about_its_user_is_no_deletion(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.work().await;
    portal.dimail.fault("DELETE", JEAN, "half_delete", 1).await;
    portal.dimail.fault("GET", "/domains/ville.fr/address/*", "refuse_500", 1).await;

    anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await.leads_to(JEAN);

    assert_eq!(anna.get(JEAN).await.status_of_page(), "enabled");
    portal.work_after(PAUSE).await;
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    assert!(page.words().contains("connaît encore la personne"), "{}", page.words());
}

async fn a_mailbox_deleted_behind_our_back_leaves_its_user(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.work().await;
    half_deleted_by_another(portal).await;

    let answer = anna.post(&format!("{JEAN}/delete"), &[("address", ADDRESS)]).await;

    assert!(answer.is(422).words().contains("connaît encore la personne"), "{}", answer.words());
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    assert!(page.words().contains("connaît encore la personne"), "{}", page.words());
}

async fn half_deleted_by_another(portal: &Portal) {
    portal.dimail.delete_by_other(OWNER, ADDRESS).await;
    portal.dimail.half_make("ville.fr", "jean.dupont", "Jean", "Dupont").await;
}

async fn a_half_made_user_refuses_changes_of_its_names(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", FIELDS).await.leads_to(JEAN);
    portal.work().await;
    half_deleted_by_another(portal).await;

    let fields = [("first_name", "Jeanne"), ("last_name", "Dupont"), ("secondary_email", "intrus@ailleurs.test")];
    let answer = anna.post(&format!("{JEAN}/edit"), &fields).await;

    assert!(answer.is(422).words().contains("mi-chemin"), "{}", answer.words());
}

async fn names_with_apostrophes_are_found_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (n, last) in ["L'Hôte", "D'Arc", "'; touch x #", "Cʼhozh", "D`Arc"].into_iter().enumerate() {
        let path = format!("/domains/ville.fr/mailboxes/j{n}");
        // Our own creation is recognised although dimail stores other apostrophes than were typed.
        portal.dimail.fault("POST", &path, "act_then_close", 1).await;
        let first = format!("Jeanne{n}");
        anna.new_mailbox("ville.fr", [&first, last, &format!("j{n}"), "jean@ailleurs.test"]).await.leads_to(&path);
        portal.work_after(PAUSE).await;
        let page = anna.get(&path).await;
        assert_eq!(page.status_of_page(), "enabled", "{last}");
        assert!(page.words().contains(last), "{last}: shown as typed");
        let held = portal.dimail.holds(&format!("j{n}@ville.fr")).await;
        assert!(!held.contains(['\'', '`', 'ʼ']) && held.contains('\u{2019}'), "{held}");
        let fields =
            [("first_name", first.as_str()), ("last_name", "Lo'Monaco"), ("secondary_email", "jean@ailleurs.test")];
        portal.dimail.fault("PATCH", &path, "act_then_close", 1).await;
        anna.post(&format!("{path}/edit"), &fields).await.leads_to(&path);
        portal.work_after(PAUSE).await;
        assert_eq!(portal.dimail.holds(&format!("j{n}@ville.fr")).await, format!("{first} Lo\u{2019}Monaco yes"));
    }
    // The same name with another apostrophe is the same name.
    let again = anna.new_mailbox("ville.fr", ["Jeanne0", "Lo\u{2019}Monaco", "autre", "jean@ailleurs.test"]).await;
    assert!(again.is(422).mistake("last_name").contains("j0@ville.fr"));
}
