//! Disabling, enabling, deleting, and retrying.

use crate::mailboxes::common::{
    ADDRESS, HOUR, JEAN, MINUTE, confirm, edit, english, open, pair, patches, told, with_jean,
};
use crate::support::{Anna, Bruno, Chloe, Portal, on_both};

on_both!(
    disabled_once_the_address_is_typed,
    enabled_with_its_names,
    an_enabling_can_clash,
    deleted_there_then_here,
    the_opposite_takes_back_what_is_not_done,
    the_opposite_of_what_was_done_after_all_is_done,
    refusals_keep_their_order,
    a_disabled_domain_keeps_everything,
    a_domain_that_left_enabled_goes_on,
    a_change_that_waits_is_due_now_by_retry,
    emails_to_a_disabled_mailbox_stay_here,
    an_email_waits_for_its_mailbox,
    the_same_twice_at_once_is_done_once,
    a_deletion_that_waits_can_be_given_up,
    a_deletion_that_was_done_after_all_is_shown,
    the_aliases_that_lead_to_it_are_named,
    what_dimail_has_deleted_is_not_made_again,
    what_is_gone_is_made_again_by_a_retry_alone,
);

async fn disabled_once_the_address_is_typed(portal: &Portal) {
    let anna = english(portal, Anna).await;
    with_jean(portal, &anna).await;
    let form = anna.get(&format!("{JEAN}/disable")).await;
    let words = form.is(200).words();
    assert!(words.contains("calendar and the address book") && words.contains(ADDRESS), "{words}");
    for typed in ["", "jean", "jean@autre.fr", "zoe@ville.fr"] {
        let form = anna.post(&format!("{JEAN}/disable"), &[("address", typed)]).await;
        assert_eq!(form.is(422).mistakes(), ["address"], "{typed}");
        assert_eq!(form.value("address"), typed);
    }
    assert_eq!((patches(portal, JEAN).await, portal.dimail.holds(ADDRESS).await.as_str()), (0, "Jean Dupont yes"));

    let answer = anna.post(&format!("{JEAN}/disable"), &[("address", " JEAN@ville.fr ")]).await;

    assert_eq!(told(&anna, &answer).await, pair("good", "disabled"));
    let there = portal.dimail.mailbox(ADDRESS).await.expect("it is there");
    assert_eq!((there["active"].as_str(), there["calendar_lost"].as_bool()), (Some("no"), Some(true)));
    // Disabling again changes nothing.
    let answer = confirm(&anna, JEAN, "disable").await;
    assert_eq!(told(&anna, &answer).await, pair("good", "disabled"));
    assert_eq!(patches(portal, JEAN).await, 1);
}

async fn enabled_with_its_names(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "- no");

    for _ in 0..2 {
        let answer = anna.post(&format!("{JEAN}/enable"), &[]).await;
        assert_eq!(told(&anna, &answer).await, pair("good", "enabled"));
    }

    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
    assert_eq!(patches(portal, JEAN).await, 2, "one to disable, one to enable");
    anna.get(&format!("{JEAN}/enable")).await.leads_to(JEAN);
}

async fn an_enabling_can_clash(portal: &Portal) {
    portal.dimail.domain_by_other("la_regie:password", "jumelle.fr", "ville.fr").await;
    let anna = english(portal, Anna).await;
    with_jean(portal, &anna).await;
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    portal.dimail.mailbox_by_other("la_regie:password", "secrete@jumelle.fr", "Jean", "Dupont").await;

    let answer = anna.post(&format!("{JEAN}/enable"), &[]).await;

    let page = anna.follow(&answer).await;
    assert_eq!((page.notice().0, page.status_of_page()), pair("warn", "disabled"));
    assert!(page.notice().1.contains("another domain sharing this context"), "{}", page.notice().1);
    assert!(!page.text.contains("secrete"), "{}", page.words());
    assert_eq!(portal.dimail.holds(ADDRESS).await, "- no");
    // After a new name, enabling works.
    edit(&anna, JEAN, ["Jean", "Dupont (voirie)", "jean@ailleurs.test"]).await.leads_to(JEAN);
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont (voirie) yes");
    portal.work().await;
}

async fn deleted_there_then_here(portal: &Portal) {
    let anna = english(portal, Anna).await;
    with_jean(portal, &anna).await;
    let form = anna.get(&format!("{JEAN}/delete")).await;
    assert!(form.is(200).words().contains("messages"), "{}", form.words());
    let wrong = anna.post(&format!("{JEAN}/delete"), &[("address", "jean")]).await;
    assert_eq!(wrong.is(422).mistakes(), ["address"]);

    let answer = confirm(&anna, JEAN, "delete").await;

    answer.leads_to("/domains/ville.fr/mailboxes");
    let list = anna.follow(&answer).await;
    assert_eq!((list.notice().0.as_str(), list.addresses().len()), ("good", 0));
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0]);
    assert_eq!(portal.domain("ville.fr").await.mailboxes, 0);
    confirm(&anna, JEAN, "delete").await.is(404);
    anna.get(JEAN).await.is(404);
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.calls(&format!("DELETE {JEAN} ")).await, 1);
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0], "nothing brings it back");
    // Address and display name are free again.
    with_jean(portal, &anna).await;
}

async fn the_opposite_takes_back_what_is_not_done(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let enable = format!("{JEAN}/enable");
    // The first fault leaves the order not in doubt, the second one in doubt; then dimail is asked
    // what it did.
    for (kind, said) in [("redirect_307", "good"), ("close", "warn")] {
        let before = patches(portal, JEAN).await;
        portal.dimail.fault("PATCH", JEAN, kind, 1).await;
        let answer = confirm(&anna, JEAN, "disable").await;
        assert_eq!(told(&anna, &answer).await, pair("warn", "enabled"), "{kind}");
        let actions = anna.get(JEAN).await.attributes("main form", "action");
        assert!(actions.contains(&enable), "the page offers to take it back: {actions:?}");
        let answer = anna.post(&enable, &[]).await;
        // A call without an answer may have disabled it, and deleted the calendar.
        assert_eq!(told(&anna, &answer).await, pair(said, "enabled"), "{kind}");
        portal.work_after(HOUR).await;
        assert_eq!(patches(portal, JEAN).await, before + 1, "{kind}");
        assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes", "{kind}");
        assert!(!anna.get(JEAN).await.has(".banner-next"));
    }
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    let answer = anna.post(&enable, &[]).await;
    assert_eq!(told(&anna, &answer).await, pair("warn", "disabled"));
    let answer = confirm(&anna, JEAN, "disable").await;
    assert_eq!(told(&anna, &answer).await, pair("good", "disabled"));
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.holds(ADDRESS).await, "- no");
}

async fn the_opposite_of_what_was_done_after_all_is_done(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("PATCH", JEAN, "act_then_close", 1).await;
    let answer = confirm(&anna, JEAN, "disable").await;
    assert_eq!(told(&anna, &answer).await, pair("warn", "enabled"));

    let answer = anna.post(&format!("{JEAN}/enable"), &[]).await;

    let page = anna.follow(&answer).await;
    assert_eq!((page.notice().0, page.status_of_page()), pair("warn", "enabled"));
    assert!(page.notice().1.contains("agenda"), "what is lost: {}", page.notice().1);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
    assert_eq!(patches(portal, JEAN).await, 2);
    portal.work().await;
}

async fn refusals_keep_their_order(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Chloe, dimail_portal::model::role::Role::Viewer).await;
    let (anna, chloe) = (portal.sign_in(Anna).await, portal.sign_in(Chloe).await);
    let waiting = "/domains/neuve.fr/mailboxes/jean";
    anna.new_mailbox("neuve.fr", ["Jean", "Dupont", "jean", ""]).await.leads_to(waiting);
    let mark = portal.dimail.mark().await;
    for act in ["disable", "enable"] {
        let path = format!("{waiting}/{act}");
        chloe.post(&path, &[("address", "wrong")]).await.is(403);
        anna.post(&path, &[("address", "wrong")]).await.is(409);
        anna.post("/domains/neuve.fr/mailboxes/nobody/disable", &[]).await.is(404);
    }
    anna.get(&format!("{waiting}/disable")).await.is(409);
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
}

async fn a_disabled_domain_keeps_everything(portal: &Portal) {
    let (anna, chloe) = (portal.sign_in(Anna).await, portal.sign_in(Chloe).await);
    with_jean(portal, &anna).await;
    open(portal, &anna, "ville.fr", ["Zoé", "Martin", "zoe", ""]).await;
    let zoe = "/domains/ville.fr/mailboxes/zoe";
    portal.dimail.fault("PATCH", zoe, "redirect_307", 1).await;
    confirm(&anna, zoe, "disable").await.leads_to(zoe);
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    let mark = portal.dimail.mark().await;

    for path in [JEAN, zoe] {
        for act in ["edit", "disable", "enable", "delete", "retry"] {
            chloe.post(&format!("{path}/{act}"), &[("address", "wrong")]).await.is(403);
            let refused = anna.post(&format!("{path}/{act}"), &[("address", "wrong")]).await;
            assert!(!refused.is(409).has("main form"), "{act}: {}", refused.words());
        }
        for act in ["edit", "disable", "delete"] {
            anna.get(&format!("{path}/{act}")).await.is(409);
        }
        let page = anna.get(path).await;
        assert!(!page.is(200).has("main form") && !page.has("main a.button"), "{}", page.words());
    }
    anna.post("/domains/ville.fr/selected-mailboxes", &[("action", "x")]).await.is(409);
    assert!(!anna.get("/domains/ville.fr/mailboxes").await.has("#selected"));
    portal.work_after(48 * HOUR).await;
    let about = |line: &String| line.contains("ville.fr");
    assert!(!portal.dimail.heard_since(mark).await.iter().any(about), "jobs wait");

    portal.enable("ville.fr").await;
    portal.work().await;
    assert_eq!(portal.dimail.holds("zoe@ville.fr").await, "- no", "then they are carried out");
}

async fn a_domain_that_left_enabled_goes_on(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await.leads_to(JEAN);
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(24 * HOUR).await;
    portal.work_after(10 * MINUTE).await;
    assert_eq!(portal.status("ville.fr").await, "action_required");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Durand yes", "by itself");

    let anna = portal.sign_in(Anna).await;
    edit(&anna, JEAN, ["Jean", "Durand", "jean@ailleurs.test"]).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Durand yes");
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "- no");
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    assert_eq!(portal.mailbox_status(ADDRESS).await, "enabled");
    confirm(&anna, JEAN, "delete").await.leads_to("/domains/ville.fr/mailboxes");
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0]);
    portal.work().await;
}

async fn a_change_that_waits_is_due_now_by_retry(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(patches(portal, JEAN).await, 1);

    for _ in 0..3 {
        anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    }
    portal.work().await;

    assert_eq!(patches(portal, JEAN).await, 2);
    assert_eq!(anna.get(JEAN).await.status_of_page(), "disabled");
    assert_eq!(portal.database.count("changes where kind = 'disable_mailbox'").await, 1, "no change is added");
    anna.post(&format!("{JEAN}/retry"), &[]).await.is(409);
}

async fn emails_to_a_disabled_mailbox_stay_here(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.leads_to(JEAN);

    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    portal.work_after(HOUR).await;

    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.texts("select state from emails where mailbox_id is not null").await, ["withdrawn"]);
}

/// An email that is due while its mailbox is to become inactive, or to be deleted, waits for what becomes of
/// it: it leaves if the wish is taken back, and is withdrawn otherwise.
async fn an_email_waits_for_its_mailbox(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (verb, back, sent) in [("disable", true, 1), ("delete", true, 1), ("disable", false, 0), ("delete", false, 0)] {
        let part = format!("{verb}-{back}");
        let path = format!("/domains/ville.fr/mailboxes/{part}");
        anna.new_mailbox("ville.fr", ["Jean", &part, &part, "jean@ailleurs.test"]).await.leads_to(&path);
        let (method, route) =
            if verb == "delete" { ("DELETE", "/domains/*/mailboxes/*") } else { ("PATCH", "/domains/*/mailboxes/*") };
        portal.dimail.fault(method, route, "refuse_500", 1).await;
        confirm(&anna, &path, verb).await.leads_to(&path);
        portal.work().await;
        assert_eq!(portal.emails(), [], "{part}: it waits");
        let words = anna.get(&path).await.words();
        assert!(words.contains("la désactivation ou la suppression de la boîte est en cours"), "{words}");

        if back {
            anna.post(&format!("{path}/enable"), &[]).await.leads_to(&path);
        }
        portal.work_after(HOUR).await;

        assert_eq!(portal.emails().len(), sent, "{part}");
        let states = portal.database.texts("select distinct state from emails where mailbox_id is not null").await;
        assert_eq!(states, [if back { "sent" } else { "withdrawn" }], "{part}");
        portal.forget_emails();
        portal.database.change("delete from emails").await;
    }
}

async fn the_same_twice_at_once_is_done_once(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    with_jean(portal, &anna).await;
    portal.dimail.lasting_fault("PATCH", JEAN, "slow", 1, 0.5).await;

    let (first, second) = tokio::join!(confirm(&anna, JEAN, "disable"), async {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        confirm(&bruno, JEAN, "disable").await
    });

    assert_eq!(told(&anna, &first).await, pair("good", "disabled"));
    second.leads_to(JEAN);
    portal.work_after(HOUR).await;
    assert_eq!(patches(portal, JEAN).await, 1);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "- no");
}

async fn a_deletion_that_waits_can_be_given_up(portal: &Portal) {
    let (anna, enable) = (english(portal, Anna).await, format!("{JEAN}/enable"));
    with_jean(portal, &anna).await;
    for (kind, status, holds) in [
        ("redirect_307", "enabled", "Jean Dupont yes"),
        ("close", "enabled", "Jean Dupont yes"),
        ("redirect_307", "disabled", "- no"),
    ] {
        if status == "disabled" {
            confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
        }
        let before = portal.dimail.calls(&format!("DELETE {JEAN} ")).await;
        portal.dimail.fault("DELETE", JEAN, kind, 1).await;
        confirm(&anna, JEAN, "delete").await.leads_to(JEAN);
        let page = anna.get(JEAN).await;
        let offers = page.select("main .choices-list li").concat();
        assert!(offers.contains("Keep the mailbox"), "{kind} {status}: {offers}");
        assert!(page.attributes("main form", "action").contains(&enable));

        let answer = anna.post(&enable, &[]).await;

        let page = anna.follow(&answer).await;
        // A call without an answer may still delete it.
        let (said, words) =
            if kind == "close" { ("warn", "If the mail service has not deleted") } else { ("good", "is kept") };
        assert_eq!((page.notice().0, page.status_of_page()), pair(said, status), "{kind}");
        assert!(page.notice().1.contains(words), "{}", page.notice().1);
        portal.work_after(HOUR).await;
        assert_eq!(portal.dimail.calls(&format!("DELETE {JEAN} ")).await, before + 1, "{kind} {status}: not again");
        assert_eq!(portal.dimail.holds(ADDRESS).await, holds);
        assert!(!anna.get(JEAN).await.has(".banner-next"));
    }
    let withdrawn = r#"journal where event = '{"verb":"mailbox_change_withdrawn","address":"jean@ville.fr","change":"delete_mailbox"}'"#;
    assert_eq!(portal.database.count(withdrawn).await, 3);
    assert!(anna.get(JEAN).await.select(".history li")[0].ends_with("Anna Martin cancelled a request: deletion."));
}

async fn a_deletion_that_was_done_after_all_is_shown(portal: &Portal) {
    let anna = english(portal, Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("DELETE", JEAN, "act_then_close", 1).await;
    confirm(&anna, JEAN, "delete").await.leads_to(JEAN);

    let answer = anna.post(&format!("{JEAN}/enable"), &[]).await;

    answer.leads_to(JEAN);
    let page = anna.get(JEAN).await;
    assert_eq!(page.status_of_page(), "failed");
    assert!(page.words().contains("no longer"), "{}", page.words());
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0], "a new one would be empty");
    assert_eq!(portal.database.count("changes where outcome = 'waiting'").await, 0);
    assert_eq!(anna.get(JEAN).await.status_of_page(), "failed");
}

async fn the_aliases_that_lead_to_it_are_named(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    open(portal, &anna, "ville.fr", ["Zoé", "Martin", "zoe", ""]).await;
    for (part, to) in [("contact", "JEAN@ville.fr"), ("info", ADDRESS), ("info", "a@x.test"), ("other", "zoe@ville.fr")]
    {
        let fields = [("local_part", part), ("destination", to)];
        anna.post("/domains/ville.fr/new-alias", &fields).await.leads_to(&format!("/domains/ville.fr/aliases/{part}"));
    }
    // Chloé sees the aliases too, because she sees the list of aliases.
    for by in [&anna, &portal.sign_in(Chloe).await] {
        let links = by.get(JEAN).await.attributes("main dd a", "href");
        assert_eq!(links, ["contact", "info"].map(|part| format!("/domains/ville.fr/aliases/{part}")));
    }
    let words = anna.get(&format!("{JEAN}/delete")).await.is(200).words();
    assert!(words.contains("contact@ville.fr, info@ville.fr") && !words.contains("other@ville.fr"), "{words}");
    // A mailbox without aliases has no text about aliases.
    anna.post("/domains/ville.fr/aliases/other/delete", &[]).await.is(303);
    let zoe = "/domains/ville.fr/mailboxes/zoe";
    assert!(!anna.get(&format!("{zoe}/delete")).await.is(200).select("main").concat().contains("alias"));
    assert!(!anna.get(zoe).await.has("main dd a[href*=aliases]"));
}

/// Its row is still there, because a call may act late.
async fn what_dimail_has_deleted_is_not_made_again(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("DELETE", JEAN, "close_then_act", 1).await;
    confirm(&anna, JEAN, "delete").await.leads_to(JEAN);
    portal.work_after(MINUTE).await;
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, [""; 0]);

    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    portal.dimail.act_late().await;
    portal.work_after(15 * MINUTE).await;

    assert_eq!(anna.get(JEAN).await.status_of_page(), "failed");
    assert_eq!(portal.database.text("select reason from mailboxes").await, "{\"reason\":\"gone\"}");
    assert_eq!((portal.dimail.creations("ville.fr").await, portal.recipients()), (1, vec![]));
}

async fn what_is_gone_is_made_again_by_a_retry_alone(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.delete_by_other("la_regie:password", ADDRESS).await;
    edit(&anna, JEAN, ["Jeanne", "Dupont", "jean@ailleurs.test"]).await.is(422);
    for names in [["Jean", "Dupont", "autre@ailleurs.test"], ["Jeannot", "Dupont", "autre@ailleurs.test"]] {
        edit(&anna, JEAN, names).await.leads_to(JEAN);
        portal.work_after(MINUTE).await;
        assert_eq!(anna.get(JEAN).await.status_of_page(), "failed");
    }
    assert_eq!(portal.dimail.creations("ville.fr").await, 1);

    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    portal.work().await;

    // The names that were refused are not.
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeannot Dupont yes");
    assert_eq!(portal.recipients(), ["autre@ailleurs.test"]);
    // One that is to be inactive is not made at all.
    portal.dimail.delete_by_other("la_regie:password", ADDRESS).await;
    confirm(&anna, JEAN, "disable").await.is(422);
    anna.post(&format!("{JEAN}/retry"), &[]).await.leads_to(JEAN);
    portal.work_after(MINUTE).await;
    assert_eq!(portal.dimail.creations("ville.fr").await, 2);
    assert_eq!(anna.get(JEAN).await.status_of_page(), "failed");
}
