//! Bulk operations on mailboxes: one operation, with one line and result for each mailbox,
//! independent of the others.

use std::time::Duration;

use dimail_portal::i18n::Sentences;
use dimail_portal::model::user::Language;

use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Fay, Portal, Visitor, on_both};

on_both!(
    the_list_lets_one_choose,
    a_disabling_is_asked_once_more,
    enabling_and_links_are_asked_once_more,
    a_page_says_beforehand_for_whom_it_works,
    each_line_says_what_hinders_it,
    what_an_administrator_may_not_cut_off,
    one_refusal_stops_nobody,
    a_domain_that_is_closed_meanwhile_waits,
    what_was_given_up_is_no_hindrance_to_understand,
    sent_twice_is_done_once,
    a_page_of_mailboxes,
    three_hundred_mailboxes,
    an_operation_is_its_domains_own,
    forged_names_change_nothing,
    what_a_colleague_deletes_is_not_kept_among_many,
);
on_both!(progress_while_dimail_hangs with ["--dimail-timeout", "500ms", "--answer-within", "200ms"]);

const HERE: &str = "/domains/ville.fr/selected-mailboxes";
const LIST: &str = "/domains/ville.fr/mailboxes";
const HOUR: Duration = Duration::from_hours(1);

/// Creates mailboxes that dimail has.
async fn open(portal: &Portal, parts: &[&str]) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    for part in parts {
        let answer = anna.new_mailbox("ville.fr", ["Jean", part, part, &format!("{part}@ailleurs.test")]).await;
        answer.leads_to(&format!("{LIST}/{part}"));
    }
    portal.work().await;
    portal.forget_emails();
    anna
}

/// Submits the form of the list.
async fn choose(by: &Visitor, action: &str, parts: &[&str], confirmed: bool) -> Answer {
    let mut fields = vec![("action", action)];
    fields.extend(parts.iter().map(|part| ("mailbox", *part)));
    if confirmed {
        fields.push(("confirm", "yes"));
    }
    by.post(HERE, &fields).await
}

/// The lines of an operation's page: address and result.
fn lines(page: &Answer) -> Vec<(String, String)> {
    let results = page.select("tr[data-address] td .tag");
    page.attributes("tr[data-address]", "data-address").into_iter().zip(results).collect()
}

/// The page to which an answer redirects, in English.
async fn operation(by: &Visitor, answer: &Answer) -> Answer {
    assert!(answer.location().starts_with(&format!("{HERE}?operation=")), "{} {}", answer.status, answer.words());
    let page = by.follow(answer).await;
    page.is(200);
    page
}

/// Demands these results on the page of an operation, and this number of finished ones.
fn reads(page: &Answer, expected: &[(&str, &str)], done: usize) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(part, words)| (format!("{part}@ville.fr"), (*words).to_owned())).collect();
    assert_eq!(lines(page), expected);
    assert_eq!(page.attributes("progress", "value"), [done.to_string()], "{}", page.words());
}

async fn english(portal: &Portal, person: crate::support::Person) -> Visitor {
    portal.sign_in_as(person, portal.visitor().with("accept-language", "en")).await
}

async fn the_list_lets_one_choose(portal: &Portal) {
    let anna = open(portal, &["a", "b"]).await;
    let list = anna.get(LIST).await;
    assert_eq!(list.attributes("tr[data-address] input[type=checkbox][name=mailbox]", "value"), ["a", "b"]);
    // Without JavaScript the checkboxes belong to a form with a choice of actions.
    assert_eq!(list.attributes("tr[data-address] input[name=mailbox]", "form"), ["selected", "selected"]);
    assert_eq!(list.attributes("form#selected", "action"), [HERE]);
    assert_eq!(list.attributes("form#selected", "method"), ["post"]);
    assert_eq!(list.attributes("form#selected option", "value"), ["", "login-link", "enable", "disable"]);
    assert!(!list.has("form#selected option[selected]:not([value=\"\"])"), "no action is chosen beforehand");
    let chloe = portal.sign_in(Chloe).await;
    let list = chloe.get(LIST).await;
    assert!(!list.has("input[name=mailbox]") && !list.has("#selected"));
    choose(&chloe, "disable", &["a"], true).await.is(403);
    portal.sign_in(Dan).await.post(HERE, &[("action", "disable"), ("mailbox", "a")]).await.is(404);
    // No selection, and an unknown action.
    let nothing = choose(&anna, "disable", &[], true).await;
    assert_eq!(nothing.is(422).mistakes(), ["mailbox"]);
    assert_eq!(nothing.select("h1"), ["Plusieurs adresses"], "not « 0 adresse »");
    assert!(nothing.attributes("main a", "href").contains(&LIST.to_owned()));
    let unknown = choose(&anna, "delete", &["a", "b"], true).await;
    assert_eq!(unknown.is(422).mistakes(), ["action"]);
    assert_eq!(unknown.attributes("main input[name=mailbox]", "value"), ["a", "b"], "the choice is still there");
    let unset = choose(&anna, "", &["a", "b"], false).await;
    assert_eq!(unset.is(422).mistake("action"), Sentences::new(Language::Fr).t("mistake-no-action-chosen"));
    assert_eq!(unset.attributes("main input[type=checkbox][name=mailbox][checked]", "value"), ["a", "b"]);
    assert_eq!(choose(&anna, "", &[], false).await.is(422).mistakes(), ["mailbox"]);
    assert_eq!(portal.database.count("bulk_actions").await, 0);
}

async fn a_disabling_is_asked_once_more(portal: &Portal) {
    open(portal, &["a", "b", "c"]).await;
    let anna = english(portal, Anna).await;
    let mark = portal.dimail.mark().await;

    let ask = choose(&anna, "disable", &["a", "b"], false).await;

    let words = ask.is(200).words();
    assert!(words.contains("calendar and the address book") && words.contains("b@ville.fr"), "{words}");
    portal.work().await;
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0]);
    for no in ["no", "0", "False"] {
        let fields = [("action", "disable"), ("mailbox", "a"), ("confirm", no)];
        anna.post(HERE, &fields).await.is(200);
    }
    let many: Vec<String> = (0..501).map(|n| format!("m{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(choose(&anna, "disable", &many, true).await.is(422).mistakes(), ["mailbox"]);
    assert_eq!(portal.database.count("bulk_actions").await, 0);
    // The language form leads back to the list: the choice is not part of an address.
    assert_eq!(ask.attributes("form.language [name=next]", "value"), [LIST]);
    let wrong = choose(&anna, "", &["a"], false).await;
    assert_eq!(wrong.is(422).attributes("form.language [name=next]", "value"), [LIST]);
    anna.post("/language", &[("language", "fr"), ("next", LIST)]).await.leads_to(LIST);
    anna.post("/language", &[("language", "en"), ("next", LIST)]).await.leads_to(LIST);
    // The confirmation page contains all fields of the form.
    assert_eq!(ask.attributes("main input[name=mailbox]", "value"), ["a", "b"]);
    assert_eq!((ask.value("action"), ask.value("confirm")), ("disable".to_owned(), "yes".to_owned()));
    assert_eq!(ask.attributes("main form", "action"), [HERE]);

    let answer = choose(&anna, "disable", &["a", "b"], true).await;

    let page = operation(&anna, &answer).await;
    reads(&page, &[("a", "In progress"), ("b", "In progress")], 0);
    assert!(page.words().contains(Anna.name));
    portal.work().await;
    let page = anna.follow(&answer).await;
    reads(&page, &[("a", "Disabled"), ("b", "Disabled")], 2);
    assert_eq!(page.attributes("tr[data-address] a", "href"), [format!("{LIST}/a"), format!("{LIST}/b")]);
    for (part, holds) in [("a", "- no"), ("b", "- no"), ("c", "Jean c yes")] {
        assert_eq!(portal.dimail.holds(&format!("{part}@ville.fr")).await, holds);
    }
    assert_eq!(portal.dimail.calls("PATCH ").await, 2);
    // The journal has one line for each mailbox.
    assert_eq!(portal.database.count("journal where event like '%mailbox_disable_asked%'").await, 2);
}

/// The addresses of a list on the page that confirms an action.
fn listed(page: &Answer, id: &str) -> Vec<String> {
    let addresses = page.attributes(&format!("#{id} [data-address]"), "data-address");
    addresses.iter().map(|address| address.trim_end_matches("@ville.fr").to_owned()).collect()
}

async fn enabling_and_links_are_asked_once_more(portal: &Portal) {
    open(portal, &["a", "b"]).await;
    let anna = english(portal, Anna).await;
    choose(&anna, "disable", &["a"], true).await;
    portal.work().await;
    for (action, works, others) in [("enable", &["a"][..], &["b"][..]), ("login-link", &["b"], &["a"])] {
        let ask = choose(&anna, action, &["a", "b"], false).await;
        assert_eq!((listed(ask.is(200), "works"), listed(&ask, "others")), (owned(works), owned(others)), "{action}");
        assert_eq!((ask.value("action"), ask.value("confirm")), (action.to_owned(), "yes".to_owned()));
    }
    assert_eq!(portal.database.count("bulk_actions").await, 1, "nothing was asked for");
    assert_eq!(portal.emails(), []);

    let answer = choose(&anna, "enable", &["a", "b"], true).await;
    portal.work().await;
    reads(&operation(&anna, &answer).await, &[("a", "Active"), ("b", "Active")], 2);
    assert_eq!(portal.dimail.holds("a@ville.fr").await, "Jean a yes");
    assert_eq!(portal.dimail.calls("PATCH ").await, 2, "no call for mailboxes in this status already");

    let answer = choose(&anna, "login-link", &["a", "b"], true).await;
    reads(&operation(&anna, &answer).await, &[("a", "In progress"), ("b", "In progress")], 0);
    portal.work().await;
    reads(&anna.follow(&answer).await, &[("a", "Email sent"), ("b", "Email sent")], 2);
    assert_eq!(portal.recipients(), ["a@ailleurs.test", "b@ailleurs.test"]);
    assert!(portal.emails().iter().all(|email| email.text.contains("/login-link/")));
}

fn owned(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// Demands that the page that confirms an action says what its operation says afterwards.
async fn foresees(by: &Visitor, action: &str, parts: &[&str]) -> Answer {
    let ask = choose(by, action, parts, false).await;
    let foreseen = listed(ask.is(200), "others");
    let reasons = ask.select("#others li");
    let answer = choose(by, action, parts, true).await;
    let result = lines(&operation(by, &answer).await);
    let hindered = |(address, _): &&(String, String)| foreseen.contains(&address.replace("@ville.fr", ""));
    for ((address, words), reason) in result.iter().filter(hindered).zip(&reasons) {
        assert!(reason.contains(words.as_str()) || reason.contains("This is the case already"), "{address}: {reason}");
    }
    assert_eq!(listed(&ask, "works").len() + foreseen.len(), parts.len());
    ask
}

async fn a_page_says_beforehand_for_whom_it_works(portal: &Portal) {
    let by_anna = open(portal, &["a", "off"]).await;
    let anna = english(portal, Anna).await;
    by_anna.new_mailbox("ville.fr", ["Jean", "Sans", "bare", ""]).await.is(200);
    choose(&anna, "disable", &["off"], true).await;
    portal.work().await;
    portal.forget_emails();
    let all = ["a", "nobody", "bare", "off"];

    let ask = foresees(&anna, "login-link", &all).await;
    assert_eq!((listed(&ask, "works"), listed(&ask, "others")), (owned(&["a"]), owned(&["nobody", "bare", "off"])));
    let words = ask.words();
    for part in ["Jean Sans", "No secondary address", "The mailbox is not active", "Nothing changes for 3 addresses"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(ask.select("h1"), ["Send 1 login link"]);
    let ask = foresees(&anna, "enable", &all).await;
    assert_eq!(listed(&ask, "works"), ["off"]);
    portal.work().await;
    assert_eq!(portal.recipients(), ["a@ailleurs.test"]);
    let ask = foresees(&anna, "disable", &all).await;
    assert_eq!(listed(&ask, "others"), ["nobody"]);
    // If it works for none, there is no button, and a way back.
    let none = choose(&anna, "login-link", &["nobody"], false).await;
    assert!(!none.is(200).has("main input[name=confirm]") && !none.has("main .form-end button"), "{}", none.words());
    assert!(none.attributes("main a", "href").contains(&LIST.to_owned()));
    portal.work().await;
}

async fn each_line_says_what_hinders_it(portal: &Portal) {
    let by_anna = open(portal, &["a", "busy", "off", "many"]).await;
    let anna = english(portal, Anna).await;
    by_anna.new_mailbox("ville.fr", ["Jean", "Sans", "bare", ""]).await.is(200);
    portal.dimail.fault("POST", &format!("{LIST}/unborn"), "redirect_307", 1).await;
    by_anna.new_mailbox("ville.fr", ["Jean", "Unborn", "unborn", ""]).await.is(303);
    choose(&anna, "disable", &["off"], true).await;
    portal.work().await;
    portal.dimail.fault("PATCH", &format!("{LIST}/busy"), "redirect_307", 1).await;
    let renamed = [("first_name", "Neuf"), ("last_name", "Nom"), ("secondary_email", "busy@ailleurs.test")];
    anna.post(&format!("{LIST}/busy/edit"), &renamed).await.is(303);
    for _ in 0..5 {
        choose(&anna, "login-link", &["many"], true).await;
    }
    portal.work().await;
    portal.forget_emails();
    let all = ["a", "nobody", "unborn", "bare", "off", "busy", "many"];

    let answer = choose(&anna, "login-link", &all, true).await;
    portal.work().await;
    let expected = [
        ("a", "Email sent"),
        ("nobody", "No mailbox at this address"),
        ("unborn", "The mailbox is not active"),
        ("bare", "No secondary address"),
        ("off", "The mailbox is not active"),
        ("busy", "Email sent"),
        ("many", "Limit of emails in an hour reached: try again in an hour"),
    ];
    let page = operation(&anna, &answer).await;
    reads(&page, &expected, 7);
    assert!(!page.attributes("tr[data-address] a", "href").contains(&format!("{LIST}/nobody")));
    assert_eq!(portal.recipients(), ["a@ailleurs.test", "busy@ailleurs.test"]);

    let answer = choose(&anna, "disable", &all, true).await;
    portal.work().await;
    let expected = [
        ("a", "Disabled"),
        ("nobody", "No mailbox at this address"),
        ("unborn", "Not created at the mail service yet"),
        ("bare", "Disabled"),
        ("off", "Disabled"),
        ("busy", "Disabled"),
        ("many", "Disabled"),
    ];
    reads(&operation(&anna, &answer).await, &expected, 7);
    // The names that waited are sent when it is enabled.
    portal.work_after(HOUR).await;
    choose(&anna, "enable", &["busy"], true).await;
    portal.work().await;
    assert_eq!(portal.dimail.holds("busy@ville.fr").await, "Neuf Nom yes");
    assert_eq!(portal.mailbox_status("unborn@ville.fr").await, "enabled");
}

async fn what_an_administrator_may_not_cut_off(portal: &Portal) {
    let fay = portal.sign_in(Fay).await;
    fay.new_domain("mairie.test", "aide@ailleurs.test").await.leads_to("/domains/mairie.test");
    portal.grant("mairie.test", Bruno, dimail_portal::model::role::Role::Administrator).await;
    portal.work().await;
    for part in ["anna", "chloe"] {
        fay.new_mailbox("mairie.test", ["Une", part, part, "s@ailleurs.test"]).await.is(303);
    }
    portal.work().await;
    portal.forget_emails();
    let bruno = english(portal, Bruno).await;
    for (action, done) in [("disable", "Disabled"), ("login-link", ""), ("enable", "Active")] {
        let fields = [("action", action), ("mailbox", "anna"), ("mailbox", "chloe"), ("confirm", "yes")];
        let answer = bruno.post("/domains/mairie.test/selected-mailboxes", &fields).await;
        portal.work().await;
        let lines = lines(&bruno.follow(&answer).await);
        assert_eq!(lines[0].1, "Protected address: owners only", "{action}");
        assert!(done.is_empty() || lines[1].1 == done, "{lines:?}");
    }
    assert_eq!(portal.dimail.holds("anna@mairie.test").await, "Une anna yes");
    assert_eq!(portal.emails(), []);
    // An owner may disable it.
    let fields = [("action", "disable"), ("mailbox", "anna"), ("confirm", "yes")];
    fay.post("/domains/mairie.test/selected-mailboxes", &fields).await.is(303);
    portal.work().await;
    assert_eq!(portal.dimail.holds("anna@mairie.test").await, "- no");
}

async fn one_refusal_stops_nobody(portal: &Portal) {
    open(portal, &["a", "b", "c"]).await;
    let anna = english(portal, Anna).await;
    portal.dimail.fault("PATCH", &format!("{LIST}/b"), "refuse_422", 1).await;

    let answer = choose(&anna, "disable", &["a", "b", "c"], true).await;
    portal.work().await;

    let lines = lines(&operation(&anna, &answer).await);
    assert_eq!((lines[0].1.as_str(), lines[2].1.as_str()), ("Disabled", "Disabled"));
    let refused = "The mail service refused this request. If it happens again, contact the people who run this portal and quote \
                   the technical details.";
    assert_eq!(lines[1].1, refused);
    assert_eq!(portal.mailbox_status("b@ville.fr").await, "enabled");
    assert_eq!(portal.dimail.holds("b@ville.fr").await, "Jean b yes");
    assert_eq!(portal.dimail.calls("PATCH ").await, 3);
    // A mailbox that is deleted later keeps its line.
    anna.post(&format!("{LIST}/a/delete"), &[("address", "a@ville.fr")]).await.is(303);
    anna.follow(&answer).await.is(200);
}

async fn progress_while_dimail_hangs(portal: &Portal) {
    open(portal, &["a", "b"]).await;
    let anna = english(portal, Anna).await;
    portal.dimail.lasting_fault("PATCH", &format!("{LIST}/b"), "act_then_hang", 1, 5.0).await;

    let answer = choose(&anna, "disable", &["a", "b"], true).await;
    portal.work().await;

    let page = operation(&anna, &answer).await;
    let again = "The mail service is not responding; we will try again soon";
    reads(&page, &[("a", "Disabled"), ("b", again)], 1);
    assert!(page.has("#operation[hx-get]"), "it goes on by itself");
    assert_eq!(page.attributes("#operation", "hx-get"), [answer.location()]);
    portal.work_after(HOUR).await;
    let page = anna.follow(&answer).await;
    reads(&page, &[("a", "Disabled"), ("b", "Disabled")], 2);
    assert!(!page.has("#operation[hx-get]"));
    assert_eq!(portal.dimail.calls(&format!("PATCH {LIST}/b ")).await, 1, "looked up, not repeated");
}

async fn a_domain_that_is_closed_meanwhile_waits(portal: &Portal) {
    open(portal, &["a"]).await;
    let anna = english(portal, Anna).await;
    let answer = choose(&anna, "disable", &["a"], true).await;
    portal.disable("ville.fr", "travaux").await;
    portal.work_after(HOUR).await;
    reads(&operation(&anna, &answer).await, &[("a", "In progress")], 0);
    assert_eq!(portal.dimail.calls("PATCH ").await, 0);
    choose(&anna, "enable", &["a"], true).await.is(409);
    choose(&anna, "enable", &[], true).await.is(409);

    portal.enable("ville.fr").await;
    portal.work().await;
    reads(&anna.follow(&answer).await, &[("a", "Disabled")], 1);
}

/// A change without an answer was given up, so dimail may have carried it out. The next bulk
/// operation must not leave different names at dimail and in the portal.
async fn what_was_given_up_is_no_hindrance_to_understand(portal: &Portal) {
    open(portal, &["a"]).await;
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("PATCH", &format!("{LIST}/a"), "act_then_close", 1).await;
    portal.dimail.fault("GET", "/v2/domains/ville.fr/mailboxes", "refuse_500", 90).await;
    let renamed = [("first_name", "Neuf"), ("last_name", "Nom"), ("secondary_email", "a@ailleurs.test")];
    anna.post(&format!("{LIST}/a/edit"), &renamed).await.is(303);
    for _ in 0..6 {
        portal.work_after(10 * HOUR).await;
    }
    portal.dimail.lose_faults().await;
    let anna = english(portal, Anna).await;

    let answer = choose(&anna, "disable", &["a"], true).await;
    portal.work().await;
    let hindered = lines(&operation(&anna, &answer).await);
    assert_eq!(hindered[0].1, "Disabled");

    // What dimail did with the names is found out before anything else.
    for action in ["disable", "enable"] {
        choose(&anna, action, &["a"], true).await;
        portal.work().await;
    }
    assert_eq!(portal.dimail.holds("a@ville.fr").await, "Neuf Nom yes");
    assert_eq!(portal.database.text("select first_name from mailboxes where wanted is null").await, "Neuf");
}

async fn sent_twice_is_done_once(portal: &Portal) {
    open(portal, &["a", "b"]).await;
    let anna = english(portal, Anna).await;
    // A mailbox that is selected twice, by its local part and by its address, counts once.
    let first = choose(&anna, "disable", &["a", "b", "a", "A@ville.fr"], true).await;
    let second = choose(&anna, "disable", &["a", "b"], true).await;
    reads(&operation(&anna, &second).await, &[("a", "In progress"), ("b", "In progress")], 0);
    portal.work().await;
    for answer in [&first, &second] {
        reads(&operation(&anna, answer).await, &[("a", "Disabled"), ("b", "Disabled")], 2);
    }
    assert_eq!(portal.dimail.calls("PATCH ").await, 2);

    // The same request while dimail carries out the first one.
    portal.dimail.lasting_fault("PATCH", &format!("{LIST}/a"), "slow", 1, 0.5).await;
    choose(&anna, "enable", &["a"], true).await;
    let (third, ()) = tokio::join!(
        async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            choose(&anna, "enable", &["a"], true).await
        },
        portal.work()
    );
    reads(&operation(&anna, &third).await, &[("a", "Active")], 1);
    portal.work().await;
    assert_eq!(portal.dimail.calls("PATCH ").await, 3);
    // The opposite request, before the first one was sent, cancels it.
    choose(&anna, "disable", &["a"], true).await;
    let back = choose(&anna, "enable", &["a"], true).await;
    portal.work().await;
    reads(&operation(&anna, &back).await, &[("a", "Active")], 1);
    assert_eq!(portal.dimail.calls("PATCH ").await, 3);
    assert_eq!(portal.dimail.holds("a@ville.fr").await, "Jean a yes");
}

/// Inserts many mailboxes, as if dimail had them.
async fn many(portal: &Portal, count: usize) -> Vec<String> {
    let parts: Vec<String> = (0..count).map(|n| format!("p{n}")).collect();
    let anna = portal.sign_in(Anna).await;
    let ask = |part: &String| {
        let (anna, part) = (&anna, part.clone());
        async move { anna.new_mailbox("ville.fr", ["Jean", &part, &part, "s@ailleurs.test"]).await }
    };
    for some in parts.chunks(20) {
        let answers = futures::future::join_all(some.iter().map(ask)).await;
        assert!(answers.iter().all(|answer| answer.status == 303));
    }
    portal.work().await;
    portal.forget_emails();
    parts
}

async fn all_disabled(portal: &Portal, count: usize) {
    let parts = many(portal, count).await;
    let anna = english(portal, Anna).await;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ask = choose(&anna, "disable", &parts, false).await;
    assert_eq!(ask.is(200).attributes("main input[name=mailbox]", "value"), parts);
    let answer = choose(&anna, "disable", &parts, true).await;
    portal.work().await;
    let page = operation(&anna, &answer).await;
    let lines = lines(&page);
    assert_eq!(lines.len(), count);
    assert!(lines.iter().all(|(_, words)| words == "Disabled"), "{lines:?}");
    assert_eq!(page.attributes("progress", "max"), [count.to_string()]);
    assert_eq!(portal.dimail.calls("PATCH ").await, count);
    assert_eq!(portal.database.count("mailboxes where status = 'disabled'").await, i64::try_from(count).expect("few"));
}

async fn a_page_of_mailboxes(portal: &Portal) {
    all_disabled(portal, 25).await;
}

async fn three_hundred_mailboxes(portal: &Portal) {
    all_disabled(portal, 300).await;
}

async fn an_operation_is_its_domains_own(portal: &Portal) {
    open(portal, &["a"]).await;
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let answer = choose(&anna, "disable", &["a"], true).await;
    portal.work().await;
    let (path, id) = (answer.location(), answer.location().rsplit('=').next().expect("an id"));
    bruno.get(path).await.is(200);
    portal.sign_in(Chloe).await.get(path).await.is(403);
    portal.sign_in(Dan).await.get(path).await.is(404);
    let fay = portal.sign_in(Fay).await;
    fay.get(path).await.is(404);
    fay.get(&format!("/domains/autre.fr/selected-mailboxes?operation={id}")).await.is(404);
    for odd in ["x", "%00", "01890000-0000-7000-8000-000000000000", "%27"] {
        anna.get(&format!("{HERE}?operation={odd}")).await.is(404);
    }
    anna.get(HERE).await.leads_to(LIST);
    anna.get(&format!("{HERE}?operation=")).await.leads_to(LIST);
    let nobody = portal.visitor().get(path).await;
    assert_eq!(nobody.status, 303);
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    assert_eq!(nobody.location(), format!("/sign-in?next={next}"));
}

async fn forged_names_change_nothing(portal: &Portal) {
    open(portal, &["a"]).await;
    let fay = portal.sign_in(Fay).await;
    fay.new_mailbox("autre.fr", ["Une", "Voisine", "voisine", "s@ailleurs.test"]).await.is(303);
    portal.work().await;
    let anna = english(portal, Anna).await;
    let long = "x".repeat(5000);
    let odd = [
        "voisine@autre.fr",
        "../../autre.fr/mailboxes/voisine",
        "oxadmin",
        "a\u{0}",
        "\u{0}",
        "a\n",
        "<script>alert(1)</script>",
        "a@ville.fr@autre.fr",
        "@",
        "*",
        &long,
    ];
    let mark = portal.dimail.mark().await;
    let ask = choose(&anna, "disable", &odd, false).await;
    assert!(!ask.is(200).text.contains("<script>alert"), "{}", ask.words());

    let answer = choose(&anna, "disable", &odd, true).await;

    portal.work().await;
    let page = operation(&anna, &answer).await;
    assert!(!page.text.contains("<script>alert"));
    // A local part with a line break at the end is accepted without it.
    let (known, unknown): (Vec<_>, Vec<_>) = lines(&page).into_iter().partition(|(address, _)| address == "a@ville.fr");
    assert!(unknown.iter().all(|(_, words)| words == "No mailbox at this address"), "{unknown:?}");
    assert_eq!(known.len(), 1, "{known:?}");
    assert_eq!(portal.dimail.heard_since(mark).await.len(), 1);
    assert_eq!(portal.dimail.holds("voisine@autre.fr").await, "Une Voisine yes");
}

async fn what_a_colleague_deletes_is_not_kept_among_many(portal: &Portal) {
    open(portal, &["a", "b"]).await;
    let anna = english(portal, Anna).await;
    portal.dimail.fault("DELETE", &format!("{LIST}/a"), "redirect_307", 1).await;
    anna.post(&format!("{LIST}/a/delete"), &[("address", "a@ville.fr")]).await.leads_to(&format!("{LIST}/a"));

    let answer = choose(&anna, "enable", &["a", "b"], true).await;
    portal.work().await;

    reads(&operation(&anna, &answer).await, &[("a", "Another request is in progress"), ("b", "Active")], 2);
    portal.work_after(HOUR).await;
    assert_eq!(portal.dimail.mailboxes("ville.fr").await, ["b@ville.fr"]);
}
