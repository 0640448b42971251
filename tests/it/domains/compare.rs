//! The comparison of a domain with dimail: drift that others made there is shown, adopted, pushed or ignored.

use std::time::Duration;

use serde_json::json;

use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Person, Portal, Visitor, on_both};
use dimail_portal::model::role::Role;
use dimail_portal::worker;

on_both!(
    what_others_changed_is_adopted,
    what_others_changed_is_pushed,
    what_dimail_lost_comes_back_on_a_domain_that_is_not_enabled,
    a_difference_is_left_as_it_is,
    each_line_is_decided_by_itself,
    the_journal_says_what_was_taken_over_and_left,
    what_was_deleted_meanwhile_is_not_adopted,
    ignoring_twice_counts_once,
    who_may_not_cannot,
    many_lines_are_shown_page_by_page,
    every_night_it_is_counted_how_much_differs,
    what_is_gone_is_said_on_its_page,
    nothing_agrees_while_requests_wait,
);
on_both!(a_silent_service_changes_nothing with ["--dimail-timeout", "500ms", "--answer-within", "300ms"]);

const HERE: &str = "/domains/ville.fr/compare";
const REGIE: &str = "la_regie:password";

/// The lines of the page: kind of difference and what it is about, from their keys.
fn lines(page: &Answer) -> Vec<String> {
    let keys = page.is(200).attributes("tr[data-line]", "data-line").into_iter();
    let mut lines: Vec<String> = keys.map(|key| about(&key)).collect();
    lines.sort();
    lines
}

fn about(key: &str) -> String {
    match key.split('/').collect::<Vec<_>>().as_slice() {
        ["mailbox", part, kind, _] => format!("{kind} {part}"),
        ["pair", part, to, kind, _] => format!("{kind} {part} {to}"),
        _ => "odd".to_owned(),
    }
}

/// The keys of the lines about these.
fn keys(page: &Answer, wanted: &[&str]) -> Vec<String> {
    let keys = page.attributes("tr[data-line]", "data-line");
    let found: Vec<String> = keys.into_iter().filter(|key| wanted.contains(&about(key).as_str())).collect();
    assert_eq!(found.len(), wanted.len(), "{:?}", lines(page));
    found
}

async fn send(by: &Visitor, action: &str, keys: &[String], reason: &str) -> Answer {
    let mut fields = vec![("action", action), ("reason", reason)];
    fields.extend(keys.iter().map(|key| ("line", key.as_str())));
    by.post(HERE, &fields).await
}

async fn nothing_agrees_while_requests_wait(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let page = anna.get(HERE).await;
    assert!(page.is(200).words().contains("Tout concorde"), "{}", page.words());
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/paul", "refuse_500", 9).await;
    anna.new_mailbox("ville.fr", ["Paul", "Roy", "paul", "paul@ailleurs.test"]).await.is(303);

    let page = anna.get(HERE).await;

    assert!(!page.is(200).words().contains("Tout concorde"), "{}", page.words());
    assert!(page.has("main a[href=\"/domains/ville.fr/operations\"]"), "{}", page.words());
    portal.leaves_work();
}

/// Chooses lines of the present page, and returns the page after it, with its notice.
async fn choose(by: &Visitor, action: &str, wanted: &[&str], reason: &str) -> Answer {
    let page = by.get(HERE).await;
    let answer = send(by, action, &keys(&page, wanted), reason).await;
    answer.leads_to(HERE);
    by.follow(&answer).await
}

/// Changes a mailbox at dimail, as another client does.
async fn patch(portal: &Portal, path: &str, change: serde_json::Value) {
    assert_eq!(portal.dimail.call_as_admin("PATCH", path, &change).await, 200, "{path}");
}

const DRIFT: [&str; 7] = [
    "activity off",
    "names jean",
    "names_and_activity on",
    "only_here contact x@ailleurs.test",
    "only_here lost",
    "only_there contact y@ailleurs.test",
    "only_there new",
];
const APART: [&str; 2] = ["functional role", "half_made half"];

/// Makes dimail differ in every kind.
async fn drift(portal: &Portal) -> Visitor {
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    for part in ["jean", "off", "on", "lost", "same"] {
        let secondary = format!("{part}@ailleurs.test");
        anna.new_mailbox("ville.fr", ["Jean", part, part, &secondary]).await.is(303);
    }
    anna.new_mailbox("ville.fr", ["Jean", "Bare", "bare", ""]).await.is(200);
    for to in ["x@ailleurs.test", "z@ailleurs.test"] {
        let fields = [("local_part", "contact"), ("destination", to)];
        anna.post("/domains/ville.fr/new-alias", &fields).await.is(303);
    }
    portal.work().await;
    let disabled = [("address", "on@ville.fr")];
    anna.post("/domains/ville.fr/mailboxes/on/disable", &disabled).await.is(303);
    portal.work().await;
    portal.forget_emails();
    assert_eq!(lines(&anna.get(HERE).await), [""; 0], "nothing differs yet");

    let dimail = &portal.dimail;
    dimail.mailbox_by_other(REGIE, "new@ville.fr", "Nina", "Neuve").await;
    dimail.delete_by_other(REGIE, "lost@ville.fr").await;
    let named =
        |given: &str, sur: &str, display: &str| json!({"givenName": given, "surName": sur, "displayName": display});
    patch(portal, "/domains/ville.fr/mailboxes/jean", named("Jeanne", "Martin", "Jeanne Martin")).await;
    patch(portal, "/domains/ville.fr/mailboxes/off", json!({"active": "no"})).await;
    let mut active = named("Olga", "Neuf", "Olga Neuf");
    active["active"] = json!("yes");
    patch(portal, "/domains/ville.fr/mailboxes/on", active).await;
    dimail.alias_by_other(REGIE, "contact", "ville.fr", "y@ailleurs.test").await;
    dimail.unalias_by_other(REGIE, "contact", "ville.fr", "x@ailleurs.test").await;
    // What the portal cannot take over.
    dimail.half_make("ville.fr", "half", "Demi", "Fait").await;
    dimail.mailbox_by_other(REGIE, "role@ville.fr", "Role", "Box").await;
    patch(portal, "/domains/ville.fr/mailboxes/role", json!({"active": "no"})).await;
    patch(portal, "/v2/domains/ville.fr/mailboxes/role", json!({"imap_active": "yes"})).await;
    dimail.domain_by_other(REGIE, "voisine.fr", "ville.fr").await;
    dimail.mailbox_by_other(REGIE, "voisin@voisine.fr", "Guy", "Voisin").await;
    anna
}

async fn what_others_changed_is_adopted(portal: &Portal) {
    let anna = drift(portal).await;
    portal.grant("ville.fr", Dan, Role::Owner).await;
    let mark = portal.dimail.mark().await;
    let page = anna.get(HERE).await;
    let mut all = [DRIFT.as_slice(), APART.as_slice()].concat();
    all.sort_unstable();
    assert_eq!(lines(&page), all);
    assert!(!page.words().contains("voisin"), "another domain of the context");
    let staff = portal.sign_in_as(Eve, portal.visitor().with("accept-language", "en")).await;
    assert!(staff.get(HERE).await.words().contains("1 address of another domain"));

    let page = choose(&anna, "adopt", &DRIFT, "").await;

    let said = "7 lines have been adopted from the mail service: jean@ville.fr, lost@ville.fr, new@ville.fr, \
                off@ville.fr, on@ville.fr, contact@ville.fr → x@ailleurs.test, contact@ville.fr → y@ailleurs.test.";
    assert_eq!(page.notice(), ("good".to_owned(), said.to_owned()));
    assert_eq!(lines(&page), APART, "the second time nothing is left to adopt");
    let stored = "select local_part, first_name, last_name, wants, known, status, to_hand_over from mailboxes \
                  where local_part in ('new', 'jean', 'off', 'on', 'lost') order by local_part";
    let expected = [
        "jean|Jeanne|Martin|active|active|enabled|0",
        "new|Nina|Neuve|active|active|enabled|0",
        "off|Jean|off|inactive|inactive|disabled|0",
        "on|Olga|Neuf|active|active|enabled|0",
    ];
    assert_eq!(portal.database.texts(stored).await, expected);
    let pairs = "select destination, wanted, known from aliases order by destination";
    assert_eq!(portal.database.texts(pairs).await, ["y@ailleurs.test|1|present", "z@ailleurs.test|1|present"]);
    portal.work().await;
    let heard = portal.dimail.heard_since(mark).await;
    assert!(heard.iter().all(|line| line.starts_with("GET ")), "adopting only reads: {heard:?}");
    assert_eq!(portal.recipients(), [Dan.email], "the other owner, and no mailbox user");
    let email = &portal.emails()[0];
    assert!(email.text.contains("Anna Martin") && email.text.contains("jean@ville.fr"), "{}", email.text);
    let count = |n: i64| format!("select mailboxes - {n} from domains where name = 'ville.fr'");
    assert_eq!(portal.database.number(&count(6)).await, 0, "the count of the domain");
    // What was deleted here does not come back by itself.
    assert_eq!(portal.dimail.mailbox("lost@ville.fr").await, None);
}

async fn what_others_changed_is_pushed(portal: &Portal) {
    let anna = drift(portal).await;
    portal.grant("ville.fr", Dan, Role::Owner).await;
    portal.dimail.delete_by_other(REGIE, "bare@ville.fr").await;
    portal.database.change("update mailboxes set to_hand_over = 0").await;
    let mark = portal.dimail.mark().await;
    let pushed = [
        "activity off",
        "names jean",
        "names_and_activity on",
        "only_here bare",
        "only_here contact x@ailleurs.test",
        "only_here lost",
    ];

    let page = choose(&anna, "push", &pushed, "").await;

    assert_eq!(page.notice().0, "good", "{}", page.words());
    let heard = portal.dimail.heard_since(mark).await;
    assert!(heard.iter().all(|line| line.starts_with("GET ")), "the page calls nothing: {heard:?}");
    for part in ["jean", "lost"] {
        assert!(lines(&page).contains(&format!("under_way {part}")), "{:?}", lines(&page));
    }
    assert_eq!(page.attributes("#under-way input[name=line]", "value"), [""; 0], "nothing is offered meanwhile");
    portal.work().await;
    let left = ["functional role", "half_made half", "only_there contact y@ailleurs.test", "only_there new"];
    assert_eq!(lines(&anna.get(HERE).await), left);
    for (part, holds) in [
        ("jean", "Jean jean yes"),
        ("off", "Jean off yes"),
        ("on", "- no"),
        ("lost", "Jean lost yes"),
        ("bare", "Jean Bare yes"),
    ] {
        assert_eq!(portal.dimail.holds(&format!("{part}@ville.fr")).await, holds);
    }
    let pairs = ["contact x@ailleurs.test", "contact y@ailleurs.test", "contact z@ailleurs.test"];
    assert_eq!(portal.dimail.aliases("ville.fr").await, pairs);
    assert_eq!(portal.recipients(), [Dan.email], "no email to the users of mailboxes that are made again");
    let handed = "select local_part from mailboxes where to_hand_over = 1";
    assert_eq!(portal.database.texts(handed).await, ["bare"]);
    assert_eq!(portal.database.count("changes where outcome = 'waiting'").await, 0);
    assert_eq!(portal.database.count("mailboxes where is_pushed = 1").await, 0);
    // What the portal does not know is never deleted, whatever is sent.
    let page = anna.get(HERE).await;
    let keys = keys(&page, &["only_there new", "only_there contact y@ailleurs.test"]);
    let page = anna.follow(&send(&anna, "push", &keys, "").await).await;
    assert_eq!(page.notice().0, "warn");
    portal.work().await;
    assert!(portal.dimail.mailbox("new@ville.fr").await.is_some());
}

async fn what_dimail_lost_comes_back_on_a_domain_that_is_not_enabled(portal: &Portal) {
    drift(portal).await;
    portal.dimail.unalias_by_other(REGIE, "contact", "ville.fr", "z@ailleurs.test").await;
    portal.dimail.finds("ville.fr", &["wrong_mx"], &[], true).await;
    portal.work_after(Duration::from_hours(24)).await;
    portal.work_after(Duration::from_mins(10)).await;
    assert_eq!(portal.status("ville.fr").await, "action_required");
    let anna = portal.sign_in(Anna).await;
    let pushed = ["only_here contact x@ailleurs.test", "only_here contact z@ailleurs.test", "only_here lost"];

    let page = choose(&anna, "push", &pushed, "").await;

    assert_eq!(page.notice().0, "good", "two destinations of one alias: {}", page.words());
    portal.work().await;
    assert_eq!(portal.status("ville.fr").await, "action_required");
    assert_eq!(portal.dimail.holds("lost@ville.fr").await, "Jean lost yes");
    let pairs = ["contact x@ailleurs.test", "contact y@ailleurs.test", "contact z@ailleurs.test"];
    assert_eq!(portal.dimail.aliases("ville.fr").await, pairs);
    assert_eq!(portal.database.count("aliases where is_pushed = 1").await, 0);
    // What dimail never had waits as before.
    let fields = [("first_name", "Nova"), ("last_name", "N"), ("local_part", "nova"), ("secondary_email", "n@x.test")];
    anna.post("/domains/ville.fr/new-mailbox", &fields).await.is(303);
    portal.work().await;
    assert_eq!(portal.dimail.mailbox("nova@ville.fr").await, None);
}

async fn a_difference_is_left_as_it_is(portal: &Portal) {
    drift(portal).await;
    let bruno = portal.sign_in_as(Bruno, portal.visitor().with("accept-language", "en")).await;
    let page = bruno.get(HERE).await;
    assert!(page.words().contains("Only the owners (Anna") && page.words().contains(Anna.name));
    assert_eq!(page.attributes("#selected option", "value"), ["", "ignore"]);
    let jean = keys(&page, &["names jean"]);
    assert_eq!(send(&bruno, "ignore", &jean, " ").await.is(422).mistakes(), ["reason"]);
    assert_eq!(send(&bruno, "ignore", &jean, &"é".repeat(201)).await.is(422).mistakes(), ["reason"]);
    let unknown = send(&bruno, "watch", &[], "").await;
    assert_eq!(unknown.is(422).mistakes(), ["action"]);
    assert_eq!(portal.database.count("ignored_differences").await, 0);

    let page = choose(&bruno, "ignore", &["names jean", "half_made half", "functional role"], "Nom d’usage").await;

    assert_eq!(page.notice().0, "good");
    assert_eq!(page.attributes("#ignored tr[data-line]", "data-line").len(), 3);
    assert!(page.words().contains("Nom d’usage") && page.words().contains(Bruno.name), "{}", page.words());
    // Another difference of the same mailbox is shown.
    patch(portal, "/domains/ville.fr/mailboxes/jean", json!({"active": "no"})).await;
    let page = bruno.get(HERE).await;
    assert!(lines(&page).contains(&"activity jean".to_owned()), "{:?}", lines(&page));
    assert_eq!(page.attributes("#ignored tr[data-line]", "data-line").len(), 2);
    // Without a reason it is ignored no longer.
    let page = choose(&bruno, "ignore", &["half_made half"], "").await;
    assert_eq!(page.attributes("#ignored tr[data-line]", "data-line").len(), 1);
    // What is adopted is ignored no longer.
    choose(&bruno, "ignore", &["only_there new"], "Plus tard").await;
    let anna = portal.sign_in(Anna).await;
    let page = choose(&anna, "adopt", &["only_there new"], "").await;
    assert!(!lines(&page).contains(&"only_there new".to_owned()));
    assert_eq!(portal.database.count("ignored_differences where line like '%/new/%'").await, 0);
}

async fn each_line_is_decided_by_itself(portal: &Portal) {
    let anna = drift(portal).await;
    // The account of a staff member, which owners may not decide about.
    let chief = Person { email: "chief@ville.fr", name: "Chief", is_staff: true, role: None };
    portal.add_account(&chief).await;
    portal.dimail.mailbox_by_other(REGIE, "chief@ville.fr", "Chief", "Staff").await;
    portal.dimail.alias_by_other(REGIE, "chief", "ville.fr", "mine@ailleurs.test").await;
    let wanted =
        ["names jean", "only_here lost", "only_there chief", "only_there chief mine@ailleurs.test", "only_there new"];
    let shown = anna.get(HERE).await;
    let mut chosen = keys(&shown, &wanted);
    chosen.extend(["mailbox/nobody/only_there/0000000000000000".to_owned(), "x".to_owned()]);
    // Two of them changed since they were shown.
    patch(portal, "/domains/ville.fr/mailboxes/jean", json!({"givenName": "Julie", "displayName": "Julie Martin"}))
        .await;
    portal.dimail.mailbox_by_other(REGIE, "lost@ville.fr", "Another", "Person").await;

    let page = anna.follow(&send(&anna, "adopt", &chosen, "").await).await;

    let (kind, words) = page.notice();
    assert_eq!(kind, "warn");
    assert!(words.starts_with("1 line has been adopted"), "{words}");
    for refused in ["jean@ville.fr", "lost@ville.fr", "chief@ville.fr", "chief@ville.fr → mine@ailleurs.test"] {
        assert!(words.contains(&format!("{refused}: ")), "{refused}: {words}");
    }
    let parts = "select local_part from mailboxes where first_name in ('Nina', 'Julie', 'Another', 'Chief')";
    assert_eq!(portal.database.texts(parts).await, ["new"]);
    assert_eq!(portal.database.count("aliases where local_part = 'chief'").await, 0);
    // The mailbox that came back is shown as what it is, and another person's names are not taken for ours.
    assert!(lines(&page).contains(&"names lost".to_owned()), "{:?}", lines(&page));
    // Staff may adopt it.
    let eve = portal.sign_in(Eve).await;
    choose(&eve, "adopt", &["only_there chief"], "").await;
    assert_eq!(portal.mailbox_status("chief@ville.fr").await, "enabled");
    portal.work().await;
}

async fn who_may_not_cannot(portal: &Portal) {
    let anna = drift(portal).await;
    let keys = keys(&anna.get(HERE).await, &["only_there new"]);
    let overview = "/domains/ville.fr";
    for (person, status, links) in [(Bruno, 200, true), (Chloe, 403, false)] {
        let visitor = portal.sign_in(person).await;
        visitor.get(HERE).await.is(status);
        assert_eq!(visitor.get(overview).await.has(&format!("main a[href='{HERE}']")), links);
        for action in ["adopt", "push"] {
            send(&visitor, action, &keys, "").await.is(403);
        }
    }
    let dan = portal.sign_in(Dan).await;
    let unknown = dan.get("/domains/nulle-part.fr/compare").await;
    for answer in [dan.get(HERE).await, send(&dan, "adopt", &keys, "").await] {
        assert_eq!(answer.is(404).without_numbers(), unknown.without_numbers());
    }
    assert_eq!(portal.database.count("mailboxes where local_part = 'new'").await, 0);
    // A closed domain can be compared, and not changed.
    portal.disable("ville.fr", "fusion").await;
    let page = anna.get(HERE).await;
    assert!(lines(&page).contains(&"only_there new".to_owned()) && !page.has("main input[name=line]"));
    for action in ["adopt", "push", "ignore"] {
        send(&anna, action, &keys, "x").await.is(409);
    }
    portal.work().await;
}

async fn a_silent_service_changes_nothing(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.mailbox_by_other(REGIE, "new@ville.fr", "Nina", "Neuve").await;
    let keys = keys(&anna.get(HERE).await, &["only_there new"]);
    for (path, kind) in [
        ("/v2/domains/ville.fr/mailboxes", "hang"),
        ("/domains/ville.fr/aliases", "refuse_500"),
        ("/domains/ville.fr/aliases", "refuse_403"),
    ] {
        // A refused token is asked for once more.
        portal.dimail.fault("GET", path, kind, 2).await;
        let page = anna.get(HERE).await;
        assert_eq!(lines(&page), [""; 0], "{kind}");
        assert!(page.words().contains("ne répond pas") && page.has(&format!("main a[href='{HERE}']")), "{kind}");
        portal.dimail.lose_faults().await;
    }
    portal.dimail.fault("GET", "/v2/domains/ville.fr/mailboxes", "hang", 1).await;
    let answer = send(&anna, "adopt", &keys, "").await;
    let page = anna.follow(&answer).await;
    assert_eq!((page.notice().0.as_str(), portal.database.count("mailboxes").await), ("warn", 0));
}

async fn many_lines_are_shown_page_by_page(portal: &Portal) {
    let domain = portal.domain("ville.fr").await.id;
    for n in 0..450 {
        let sql = format!(
            "insert into mailboxes (id, domain_id, local_part, first_name, last_name, display_key, name_key, search, \
             wants, known, status, reason, language, created_at) values ('01900000-0000-7000-8000-{n:012}', '{domain}', \
             'a{n:03}', 'A', 'Nr{n}', 'a nr{n}', '', '', 'active', 'gone', 'failed', '{{\"reason\":\"gone\"}}', 'fr', 0)"
        );
        portal.database.change(&sql).await;
    }
    portal.database.change("update domains set mailboxes = 450 where name = 'ville.fr'").await;
    let anna = portal.sign_in(Anna).await;
    let (mut page, mut seen) = (anna.get(HERE).await, Vec::new());
    assert!(page.words().contains("450 différences"), "{}", page.words());
    loop {
        let keys = page.attributes("tr[data-line]", "data-line");
        assert!(keys.len() <= 200);
        seen.extend(keys);
        let Some(next) = page.attributes("#only-here a[rel=next]", "href").first().cloned() else { break };
        page = anna.get(&next).await;
    }
    assert_eq!((seen.len(), seen.is_sorted()), (450, true));
    // All of a page at once.
    let answer = send(&anna, "adopt", &seen[..200], "").await;
    answer.leads_to(HERE);
    assert_eq!(portal.database.count("mailboxes").await, 250);
}

async fn every_night_it_is_counted_how_much_differs(portal: &Portal) {
    const LIST: &str = "GET /v2/domains/ville.fr/mailboxes";
    drift(portal).await;
    let compare = async || worker::compare(&portal.app).await.expect("the database answers");
    let overview = async |by: &Visitor| by.get("/domains/ville.fr").await.is(200).select("#differences p").concat();
    let mark = portal.dimail.mark().await;
    compare().await;
    compare().await;
    assert_eq!(portal.dimail.heard_since(mark).await, [""; 0], "not by day");
    portal.work_after(Duration::from_hours(24)).await;
    let calls = portal.dimail.calls(LIST).await;
    // Without an answer it comes back an hour later.
    portal.dimail.fault("GET", "/v2/domains/ville.fr/mailboxes", "refuse_500", 2).await;
    compare().await;
    assert_eq!(portal.database.count("domains where compared_at is not null").await, 1, "the other domain");
    portal.dimail.lose_faults().await;
    portal.wait(Duration::from_hours(1));
    compare().await;
    compare().await;
    assert!(portal.dimail.calls(LIST).await >= calls + 2);
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    let found = "On 23 November 2026, 9 differences from the mail service were found. See the comparison";
    assert_eq!(overview(&anna).await, found);
    assert_eq!(overview(&portal.sign_in(Chloe).await).await, "", "viewers do not compare");
    let tags = "tr[data-domain='ville.fr'] .todo a[href='/domains/ville.fr/compare']";
    let staff = portal.sign_in_as(Eve, portal.visitor().with("accept-language", "en")).await;
    assert_eq!(staff.get("/domains").await.select(tags), ["9 differences (ville.fr)"]);
    assert!(!anna.get("/domains").await.has(tags));
    // What is dealt with counts no longer.
    choose(&anna, "ignore", &APART, "Pas à nous").await;
    choose(&anna, "adopt", &["names jean"], "").await;
    assert!(overview(&anna).await.contains("6 differences"));
    choose(&anna, "adopt", &["activity off"], "").await;
    // An ignored difference that is gone is forgotten.
    patch(portal, "/domains/ville.fr/mailboxes/role", json!({"active": "no"})).await;
    portal.work_after(Duration::from_hours(24)).await;
    compare().await;
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    assert!(overview(&anna).await.contains("6 differences"), "the role mailbox has become adoptable");
    assert_eq!(portal.database.texts("select reason from ignored_differences").await, ["Pas à nous"]);
    portal.work().await;
}

async fn what_is_gone_is_said_on_its_page(portal: &Portal) {
    let compare = async || worker::compare(&portal.app).await.expect("the database answers");
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    let page = async |part: &str| anna.get(&format!("/domains/ville.fr/mailboxes/{part}")).await;
    for part in ["lost", "here"] {
        let secondary = format!("{part}@ailleurs.test");
        anna.new_mailbox("ville.fr", ["Jean", part, part, &secondary]).await.is(303);
    }
    portal.work().await;
    portal.forget_emails();
    let sent = "Sent to lost@ailleurs.test";
    assert!(page("lost").await.words().contains(sent));
    portal.dimail.delete_by_other(REGIE, "lost@ville.fr").await;
    compare().await;
    portal.wait(Duration::from_hours(48));
    compare().await;
    compare().await;
    portal.work().await;
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en")).await;
    let page = async |part: &str| anna.get(&format!("/domains/ville.fr/mailboxes/{part}")).await;
    let gone = page("lost").await;
    assert_eq!(gone.status_of_page(), "failed");
    assert!(gone.words().contains("The mail service no longer has this mailbox"), "{}", gone.words());
    assert_eq!(page("here").await.status_of_page(), "enabled");
    let overview = anna.get("/domains/ville.fr").await.select("#differences p").concat();
    assert!(overview.contains("1 difference from"), "{overview}");
    // It is made again, as another mailbox: the email was about the first one.
    let pushed = choose(&anna, "push", &["only_here lost"], "").await;
    let said = "1 line is being sent to the mail service: lost@ville.fr.";
    assert!(pushed.notice().1.starts_with(said), "{}", pushed.notice().1);
    assert!(!page("lost").await.words().contains(sent));
    portal.work().await;
    let again = page("lost").await;
    assert_eq!(again.status_of_page(), "enabled");
    assert!(!again.words().contains(sent), "{}", again.words());
    anna.post("/domains/ville.fr/mailboxes/lost/login-link", &[]).await.is(303);
    portal.work().await;
    assert!(page("lost").await.words().contains(sent));
    portal.forget_emails();
}

async fn the_journal_says_what_was_taken_over_and_left(portal: &Portal) {
    let anna = drift(portal).await;
    let from = portal.database.number("select max(sequence) from journal").await;
    choose(&anna, "adopt", &["names_and_activity on", "activity off", "only_here lost"], "").await;
    choose(&anna, "push", &["names jean"], "").await;
    choose(&anna, "ignore", &["only_there new"], "tests of a colleague").await;
    choose(&anna, "ignore", &["only_there new"], "").await;
    let csv = anna.get("/domains/ville.fr/journal.csv").await;
    let lines: Vec<&str> = csv.is(200).text.lines().skip(1).collect();
    let told = |of: &str, what: &str, values: &[&str]| {
        let is_it = |line: &&&str| line.contains(of) && line.contains(what) && values.iter().all(|v| line.contains(v));
        assert!(lines.iter().any(|line| is_it(&line)), "{of} {what} {values:?}: {lines:#?}");
    };
    told("on@ville.fr", "adopted", &["Olga", "Neuf"]);
    told("off@ville.fr", "disabled", &[]);
    told("lost@ville.fr", "removed from the portal", &[]);
    told("jean@ville.fr", "requested", &["First name: Jeanne, Last name: Martin", "First name: Jean, Last name: jean"]);
    told("new@ville.fr", "ignored", &["tests of a colleague"]);
    told("new@ville.fr", "no longer ignored", &[]);
    let deleted = format!("journal where event like '%mailbox_deleted%' and sequence > {from}");
    assert_eq!(portal.database.count(&deleted).await, 0, "nobody deleted anything");
    portal.work_after(Duration::from_hours(1)).await;
}

/// While dimail is asked for its lists, another person deletes the mailbox.
async fn what_was_deleted_meanwhile_is_not_adopted(portal: &Portal) {
    let anna = drift(portal).await;
    let key = keys(&anna.get(HERE).await, &["only_there new"]);
    portal.dimail.lasting_fault("GET", "/domains/ville.fr/aliases", "slow", 1, 0.5).await;
    let mark = portal.dimail.calls("GET /domains/ville.fr/aliases").await;
    let bruno = portal.sign_in(Bruno).await;
    let deleted = async {
        while portal.dimail.calls("GET /domains/ville.fr/aliases").await == mark {
            tokio::task::yield_now().await;
        }
        // It is created here and deleted again, so that no row is left.
        let fields = ["Nina", "Vieille", "new", "nina@ailleurs.test"];
        portal.dimail.delete_by_other(REGIE, "new@ville.fr").await;
        bruno.new_mailbox("ville.fr", fields).await.is(303);
        bruno.post("/domains/ville.fr/mailboxes/new/delete", &[("address", "new@ville.fr")]).await.is(303);
    };

    let (answer, ()) = tokio::join!(send(&anna, "adopt", &key, ""), deleted);

    assert_eq!(anna.follow(&answer).await.notice().0, "warn");
    assert_eq!(portal.database.count("mailboxes where local_part = 'new'").await, 0);
    portal.work_after(Duration::from_hours(1)).await;
    portal.forget_emails();
}

async fn ignoring_twice_counts_once(portal: &Portal) {
    let anna = drift(portal).await;
    portal.database.change("update domains set differences = 5 where name = 'ville.fr'").await;
    let counted = || portal.database.number("select differences from domains where name = 'ville.fr'");
    let key = keys(&anna.get(HERE).await, &["only_there new"]);
    for _ in 0..3 {
        send(&anna, "ignore", &key, "tests").await.leads_to(HERE);
        assert_eq!(counted().await, 4);
    }
    send(&anna, "ignore", &key, "").await.leads_to(HERE);
    assert_eq!(counted().await, 5);
}
