//! Editing a mailbox: its names and its secondary address.

use crate::mailboxes::common::{
    ADDRESS, HOUR, JEAN, MINUTE, confirm, edit, open, pair, patches, stored, told, with_jean,
};
use crate::support::{Anna, Answer, Bruno, Chloe, Portal, on_both};

on_both!(
    names_reach_dimail,
    a_secondary_address_is_no_business_of_dimail,
    a_secondary_address_does_not_wait_for_the_names,
    waiting_emails_go_to_the_new_address,
    a_first_secondary_address_tells_nobody,
    a_disabled_mailbox_gets_its_names_when_enabled,
    nothing_changed_is_nothing_done,
    a_name_in_the_domain_is_told_with_its_holder,
    a_name_that_waits_is_taken_too,
    a_name_that_a_call_may_still_give_is_taken_too,
    a_name_in_another_domain_names_nobody,
    unusual_names_go_through,
    what_is_no_name_comes_back,
    the_second_of_two_is_told,
    a_refused_edit_is_corrected_in_its_form,
    a_later_wish_takes_the_place_of_one_that_waits,
    an_edit_is_taken_while_another_process_works,
    names_of_a_mailbox_that_stays_inactive_are_kept_here,
    changes_of_the_secondary_address_are_counted,
    names_that_act_late_give_way_to_the_last_ones,
);

async fn names_reach_dimail(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;

    let answer = edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await;

    answer.leads_to(JEAN);
    assert_eq!(told(&anna, &answer).await, pair("good", "enabled"));
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Durand yes");
    assert_eq!(portal.dimail.mailbox(ADDRESS).await.expect("it is there")["givenName"], "Jeanne");
    assert_eq!(stored(portal, "jean").await, "Jeanne|Durand|jean@ailleurs.test");
    assert_eq!(patches(portal, JEAN).await, 1);
    for (q, found) in [("jeanne", 1), ("durand", 1), ("dupont", 0)] {
        let list = anna.get(&format!("/domains/ville.fr/mailboxes?q={q}")).await;
        assert_eq!(list.addresses().len(), found, "{q}");
    }
    portal.work_after(HOUR).await;
    assert_eq!((portal.emails(), patches(portal, JEAN).await), (vec![], 1));
}

async fn a_secondary_address_is_no_business_of_dimail(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let mark = portal.dimail.mark().await;

    let answer = edit(&anna, JEAN, ["Jean", "Dupont", "neuve@ailleurs.test"]).await;

    assert_eq!(told(&anna, &answer).await, pair("good", "enabled"));
    portal.work().await;
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.to, "jean@ailleurs.test", "the old address gets the email");
    assert!(email.text.contains(ADDRESS) && email.text.contains(Anna.name), "{}", email.text);
    for text in [&email.text, &email.html, &email.subject] {
        assert!(!text.contains("neuve"), "the email must not name the new address: {text}");
    }
    for (q, found) in [("neuve", 1), ("jean%40ailleurs", 0)] {
        let list = anna.get(&format!("/domains/ville.fr/mailboxes?q={q}")).await;
        assert_eq!(list.addresses().len(), found, "{q}");
    }
}

async fn a_secondary_address_does_not_wait_for_the_names(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("PATCH", JEAN, "close", 1).await;

    let answer = edit(&anna, JEAN, ["Jeanne", "Durand", "neuve@ailleurs.test"]).await;

    answer.leads_to(JEAN);
    let page = anna.follow(&answer).await;
    assert_eq!((page.notice().0, page.status_of_page()), pair("warn", "enabled"));
    let banner = page.select(".banner-next.banner-info").concat();
    assert!(banner.contains("Jeanne Durand") && !banner.contains("neuve@ailleurs.test"), "what waits: {banner}");
    assert_eq!(stored(portal, "jean").await, "Jean|Dupont|neuve@ailleurs.test", "names not before dimail has them");
    let form = anna.get(&format!("{JEAN}/edit")).await;
    let shown = (form.value("first_name"), form.value("secondary_email"));
    assert_eq!(shown, pair("Jeanne", "neuve@ailleurs.test"), "the form goes on from what is asked for");
    assert_eq!(portal.emails(), []);

    portal.work_after(MINUTE).await;

    assert_eq!(stored(portal, "jean").await, "Jeanne|Durand|neuve@ailleurs.test");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Durand yes");
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
    assert_eq!(patches(portal, JEAN).await, 2);
    assert!(!anna.get(JEAN).await.has(".banner-next"));
}

async fn waiting_emails_go_to_the_new_address(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jaen@ailleurs.test"]).await.leads_to(JEAN);

    edit(&anna, JEAN, ["Jean", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
    portal.work_after(MINUTE).await;

    let emails = portal.emails();
    let keys: Vec<_> = emails.iter().filter(|email| email.text.contains("/login-link/")).collect();
    assert_eq!(keys.iter().map(|email| email.to.as_str()).collect::<Vec<_>>(), ["jean@ailleurs.test"]);
    assert_eq!(portal.recipients(), ["jaen@ailleurs.test", "jean@ailleurs.test"]);
}

async fn a_first_secondary_address_tells_nobody(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    open(portal, &anna, "ville.fr", ["Jean", "Dupont", "jean", ""]).await;

    edit(&anna, JEAN, ["Jean", "Dupont", "neuve@ailleurs.test"]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.emails(), []);

    edit(&anna, JEAN, ["Jean", "Dupont", ""]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.recipients(), ["neuve@ailleurs.test"]);
    assert_eq!(stored(portal, "jean").await, "Jean|Dupont|-");
}

async fn a_disabled_mailbox_gets_its_names_when_enabled(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    let mark = portal.dimail.mark().await;

    let answer = edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await;

    assert_eq!(told(&anna, &answer).await, pair("good", "disabled"));
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(stored(portal, "jean").await, "Jeanne|Durand|jean@ailleurs.test");
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Durand yes");
}

async fn nothing_changed_is_nothing_done(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let (mark, lines) = (portal.dimail.mark().await, portal.database.count("journal").await);
    let version = anna.get(&format!("{JEAN}/edit")).await.value("version");

    let answer = edit(&anna, JEAN, [" Jean ", "Dupont", "jean@ailleurs.test"]).await;

    assert_eq!(told(&anna, &answer).await, pair("good", "enabled"));
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(portal.database.count("journal").await, lines);
    assert_eq!(anna.get(&format!("{JEAN}/edit")).await.value("version"), version);
}

async fn a_name_in_the_domain_is_told_with_its_holder(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    open(portal, &anna, "ville.fr", ["Zoé", "Martin", "zoe", ""]).await;
    let mark = portal.dimail.mark().await;

    let form = edit(&anna, JEAN, ["ZOÉ", "martin", "typed@ailleurs.test"]).await;

    assert_eq!(form.is(422).mistakes(), ["last_name"]);
    let sentence = form.mistake("last_name");
    assert!(sentence.contains("zoe@ville.fr") && sentence.contains("ZOÉ martin (jean)"), "{sentence}");
    assert_eq!((form.value("first_name"), form.value("secondary_email")), pair("ZOÉ", "typed@ailleurs.test"));
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    edit(&anna, JEAN, ["ZOÉ", "martin (jean)", "jean@ailleurs.test"]).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "ZOÉ martin (jean) yes");
}

async fn a_name_that_waits_is_taken_too(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    open(portal, &anna, "ville.fr", ["Zoé", "Martin", "zoe", ""]).await;
    let zoe = "/domains/ville.fr/mailboxes/zoe";
    portal.dimail.fault("PATCH", JEAN, "close", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Durand", ""]).await.leads_to(JEAN);

    // Both the current name and the pending new one are taken.
    for name in [["jeanne", "DURAND", ""], ["Jean", "Dupont", ""]] {
        let form = edit(&anna, zoe, name).await;
        assert!(form.is(422).mistake("last_name").contains(ADDRESS), "{}", form.words());
        let form = anna.new_mailbox("ville.fr", [name[0], name[1], "autre", ""]).await;
        assert!(form.is(422).mistake("last_name").contains(ADDRESS), "{}", form.words());
    }

    portal.work_after(MINUTE).await;
    edit(&anna, zoe, ["Jean", "Dupont", ""]).await.leads_to(zoe);
    assert_eq!(portal.dimail.holds("zoe@ville.fr").await, "Jean Dupont yes");
}

/// A call that had no answer may still give its names, although others are wanted by now.
async fn a_name_that_a_call_may_still_give_is_taken_too(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("PATCH", JEAN, "close", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await.leads_to(JEAN);
    edit(&anna, JEAN, ["Jean", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
    portal.work().await;

    let form = anna.new_mailbox("ville.fr", ["Jeanne", "Durand", "autre", ""]).await;

    assert!(form.is(422).mistake("last_name").contains(ADDRESS), "{}", form.words());
    portal.work_after(16 * MINUTE).await;
    open(portal, &anna, "ville.fr", ["Jeanne", "Durand", "autre", ""]).await;
}

async fn a_name_in_another_domain_names_nobody(portal: &Portal) {
    portal.dimail.domain_by_other("la_regie:password", "jumelle.fr", "ville.fr").await;
    portal.dimail.mailbox_by_other("la_regie:password", "secrete@jumelle.fr", "Julie", "Dupuis").await;
    let anna = crate::mailboxes::common::english(portal, Anna).await;
    with_jean(portal, &anna).await;

    let form = edit(&anna, JEAN, ["Julie", "Dupuis", ""]).await;

    assert_eq!(form.is(422).mistakes(), ["last_name"]);
    let sentence = form.mistake("last_name");
    assert!(sentence.contains("another domain sharing this context"), "{sentence}");
    assert!(sentence.contains("Julie Dupuis (jean)"), "{sentence}");
    assert!(!form.text.contains("secrete") && !form.text.contains("jumelle"), "{}", form.words());
    assert_eq!(stored(portal, "jean").await, "Jean|Dupont|-", "the secondary address does not depend on the names");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jean Dupont yes");
    assert_eq!(portal.database.count("mailboxes where wanted is not null").await, 0);
    assert!(!anna.get(JEAN).await.text.contains("secrete"));
    edit(&anna, JEAN, ["Julie", "Dupuis (jean)", "jean@ailleurs.test"]).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Julie Dupuis (jean) yes");
    portal.work().await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"]);
}

async fn unusual_names_go_through(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let long = "é".repeat(100);
    for [first, last] in [
        ["Éloïse", "Müller-Łukasz"],
        ["Anne-Laure", "L’Hôpital d'Éon"],
        ["שרה", "כהן"],
        ["محمد", "بن علي"],
        ["小明", "王"],
        ["نرگس\u{200c}جان", "क्\u{200d}ष"],
        ["[b]", "& \"Cie\""],
        ["{ $name }", "%s ' or 1=1"],
        [&long, &long],
    ] {
        let before = patches(portal, JEAN).await;
        edit(&anna, JEAN, [first, last, "jean@ailleurs.test"]).await.leads_to(JEAN);
        // dimail receives typographic apostrophes, because straight ones break its quoting.
        let sent = format!("{first} {last} yes").replace('\'', "\u{2019}");
        assert_eq!(portal.dimail.holds(ADDRESS).await, sent);
        assert_eq!(stored(portal, "jean").await, format!("{first}|{last}|jean@ailleurs.test"));
        assert_eq!(patches(portal, JEAN).await, before + 1, "{first}");
        assert!(anna.get(JEAN).await.words().contains(first));
    }
    // Composed and decomposed characters are the same name.
    edit(&anna, JEAN, ["Zoe\u{301}", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
    assert_eq!(stored(portal, "jean").await, "Zoé|Dupont|jean@ailleurs.test");
}

async fn what_is_no_name_comes_back(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let mark = portal.dimail.mark().await;
    let long = "é".repeat(101);
    for (fields, mistakes) in [
        (["", " ", ""], vec!["first_name", "last_name"]),
        ([&long, "Dupont", ""], vec!["first_name"]),
        (["Je\u{0}an", "Du\u{202e}pont", ""], vec!["first_name", "last_name"]),
        // With invisible characters, a name could look like another one or be empty.
        (["Jean\u{200b}", "Du\u{ad}pont", ""], vec!["first_name", "last_name"]),
        (["\u{3164}", "\u{200d}", ""], vec!["first_name", "last_name"]),
        (["Jean", "Dupont", "nowhere"], vec!["secondary_email"]),
        (["Jean", "Dupont", "JEAN@ville.fr"], vec!["secondary_email"]),
    ] {
        let form = edit(&anna, JEAN, fields).await;
        assert_eq!(form.is(422).mistakes(), mistakes, "{fields:?}");
        assert_eq!(form.value("secondary_email"), fields[2], "{fields:?}");
    }
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    assert_eq!(stored(portal, "jean").await, "Jean|Dupont|jean@ailleurs.test");
}

async fn the_second_of_two_is_told(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    with_jean(portal, &anna).await;
    let path = format!("{JEAN}/edit");
    let version = bruno.get(&path).await.value("version");
    let fields = |first: &'static str, version: &str| {
        let version = version.to_owned();
        [
            ("first_name", first.to_owned()),
            ("last_name", "Dupont".to_owned()),
            ("secondary_email", "typed@ailleurs.test".to_owned()),
            ("version", version),
        ]
    };
    let save = async |first: &'static str, version: &str| {
        let fields = fields(first, version);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
        bruno.post(&path, &fields).await
    };
    edit(&anna, JEAN, ["Anne", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);

    let late = save("Brune", &version).await;

    assert_eq!(late.is(409).mistakes(), ["version"], "{}", late.words());
    assert!(late.mistake("version").split(' ').count() > 5);
    let now = late.select("#field-version p").join(" ");
    assert!(now.contains("Anne Dupont") && now.contains("jean@ailleurs.test"), "what it is now: {now}");
    assert_eq!((late.value("first_name"), late.value("secondary_email")), pair("Brune", "typed@ailleurs.test"));
    assert_eq!(stored(portal, "jean").await, "Anne|Dupont|jean@ailleurs.test");
    // The form now has the new version, so saving it again succeeds.
    save("Brune", &late.value("version")).await.leads_to(JEAN);
    assert_eq!(stored(portal, "jean").await, "Brune|Dupont|typed@ailleurs.test");
    // A pending change changes the version too, and so does disabling or enabling.
    for act in ["disable", "enable"] {
        let version = bruno.get(&path).await.value("version");
        confirm(&anna, JEAN, act).await.leads_to(JEAN);
        assert_eq!(save("Claire", &version).await.is(409).mistakes(), ["version"], "{act}");
    }
    save("Claire", "").await.leads_to(JEAN);
    // A viewer gets no form.
    portal.sign_in(Chloe).await.get(&path).await.is(403);
    portal.work().await;
}

async fn a_refused_edit_is_corrected_in_its_form(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    let here = format!("{JEAN}/edit");
    let version = |page: &Answer| page.attributes("input[name=version]", "value").concat();
    let opened = version(&anna.get(&here).await);
    portal.dimail.fault("PATCH", JEAN, "refuse_422", 1).await;
    let typed = |first, version| {
        [
            ("first_name", first),
            ("last_name", "Durand"),
            ("secondary_email", "neuve@ailleurs.test"),
            ("version", version),
        ]
    };

    let answer = anna.post(&here, &typed("Jeane", &opened)).await;

    assert!(answer.is(422).words().contains("Adresse de secours : neuve@ailleurs.test"), "{}", answer.words());
    assert_ne!(version(&answer), opened);
    assert_eq!(answer.attributes("input[name=first_name]", "value"), ["Jeane"]);
    let present = version(&answer);
    anna.post(&here, &typed("Jeanne", &present)).await.leads_to(JEAN);
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Durand yes");
    // An old form is still told that another person was faster.
    anna.post(&here, &typed("Jean", &opened)).await.is(409);
    portal.work().await;
    portal.forget_emails();
}

async fn a_later_wish_takes_the_place_of_one_that_waits(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    // An installation fault: nothing is in doubt, and the next attempt is minutes away.
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Durand", "neuve@ailleurs.test"]).await.leads_to(JEAN);

    let answer = edit(&anna, JEAN, ["Jeannot", "Dupont", "jean@ailleurs.test"]).await;

    assert_eq!(told(&anna, &answer).await, pair("good", "enabled"));
    assert_eq!(stored(portal, "jean").await, "Jeannot|Dupont|jean@ailleurs.test");
    // Saving the current values cancels the pending change.
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    edit(&anna, JEAN, ["Autre", "Nom", "jean@ailleurs.test"]).await.leads_to(JEAN);
    edit(&anna, JEAN, ["Jeannot", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeannot Dupont yes");
    assert_eq!(patches(portal, JEAN).await, 3);
    assert_eq!(portal.recipients(), ["jean@ailleurs.test", "neuve@ailleurs.test"]);
    assert!(!anna.get(JEAN).await.has(".banner-next"));
    // The cancelled name is free again.
    open(portal, &anna, "ville.fr", ["Autre", "Nom", "autre", ""]).await;
}

async fn an_edit_is_taken_while_another_process_works(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await.leads_to(JEAN);
    let until = portal.now().0 + 30_000_000;
    portal.database.change(&format!("update jobs set claim = 'x', holder = 'x', due_at = {until}")).await;
    let mark = portal.dimail.mark().await;

    edit(&anna, JEAN, ["Brune", "Dupont", "typed@ailleurs.test"]).await.leads_to(JEAN);

    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    portal.work_after(HOUR).await;
    assert_eq!(stored(portal, "jean").await, "Brune|Dupont|typed@ailleurs.test");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Brune Dupont yes");
    // On a closed domain the answer has no form.
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    assert!(!edit(&anna, JEAN, ["Brune", "Dupont", ""]).await.is(409).has("main form.form"));
}

/// Names asked for while an activation waits take effect here when it is taken back.
async fn names_of_a_mailbox_that_stays_inactive_are_kept_here(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    portal.dimail.fault("PATCH", JEAN, "redirect_307", 1).await;
    edit(&anna, JEAN, ["Jeanne", "Durand", "jean@ailleurs.test"]).await.leads_to(JEAN);

    confirm(&anna, JEAN, "disable").await.leads_to(JEAN);

    portal.work().await;
    assert_eq!(stored(portal, "jean").await, "Jeanne|Durand|jean@ailleurs.test");
    assert_eq!(portal.dimail.holds(ADDRESS).await, "- no");
    assert_eq!(portal.database.count("changes where outcome = 'waiting'").await, 0);
    anna.post(&format!("{JEAN}/enable"), &[]).await.leads_to(JEAN);
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Durand yes");
}

async fn changes_of_the_secondary_address_are_counted(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    for n in 0..5 {
        edit(&anna, JEAN, ["Jean", "Dupont", &format!("victim{n}@ailleurs.test")]).await.leads_to(JEAN);
    }

    for secondary in ["one.more@ailleurs.test", ""] {
        let form = edit(&anna, JEAN, ["Jean", "Dupont", secondary]).await;
        assert_eq!(form.is(422).mistakes(), ["secondary_email"], "{secondary}");
        assert_eq!(form.value("secondary_email"), secondary);
    }
    assert_eq!(stored(portal, "jean").await, "Jean|Dupont|victim4@ailleurs.test");
    // A change of names sends no email and is not counted.
    edit(&anna, JEAN, ["Jeanne", "Dupont", "victim4@ailleurs.test"]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.emails().len(), 5);
    portal.wait(HOUR);
    edit(&anna, JEAN, ["Jeanne", "Dupont", "one.more@ailleurs.test"]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.emails().len(), 6);
}

/// The call for the first names acts after others, or the former ones, were asked for.
async fn names_that_act_late_give_way_to_the_last_ones(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    with_jean(portal, &anna).await;
    for last in ["Jeannot", "Jean"] {
        edit(&anna, JEAN, ["Jean", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
        portal.dimail.fault("PATCH", JEAN, "close_then_act", 1).await;
        edit(&anna, JEAN, ["Jeanne", "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
        edit(&anna, JEAN, [last, "Dupont", "jean@ailleurs.test"]).await.leads_to(JEAN);
        portal.work_after(MINUTE).await;
        assert_eq!(portal.dimail.holds(ADDRESS).await, format!("{last} Dupont yes"));

        portal.dimail.act_late().await;
        assert_eq!(portal.dimail.holds(ADDRESS).await, "Jeanne Dupont yes");
        portal.work_after(15 * MINUTE).await;

        assert_eq!(portal.dimail.holds(ADDRESS).await, format!("{last} Dupont yes"));
        assert_eq!(stored(portal, "jean").await, format!("{last}|Dupont|jean@ailleurs.test"));
    }
}
