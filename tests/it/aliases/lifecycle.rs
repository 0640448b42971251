//! Aliases: permissions, several destinations at once, warnings, discarding messages, domains on
//! which none can be added, two people at the same time, lists. Failures of dimail are tested in
//! `faults`.

use futures::future::join_all;

use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Portal, Visitor, on_both};

on_both!(
    an_alias_with_several_destinations_is_made_and_taken_away,
    everybody_may_what_the_table_says,
    a_refused_destination_does_not_lose_the_others,
    when_all_are_refused_the_form_comes_back_and_nothing_is_left,
    mistakes_stand_by_their_fields,
    what_is_there_already_is_a_mistake,
    more_fields_come_without_javascript,
    messages_can_be_discarded,
    an_alias_may_be_a_mailbox_too,
    warnings_tell_what_is_odd,
    only_an_enabled_domain_takes_aliases,
    on_a_disabled_domain_aliases_can_be_taken_away,
    two_people_add_the_same_destination,
    an_odd_local_part_is_nowhere,
    sixty_aliases_make_three_pages,
    a_search_finds_local_parts_and_destinations,
    every_change_is_in_the_journal,
    the_pages_speak_english_too,
    what_another_made_is_adopted,
    a_whole_alias_goes_with_what_the_portal_does_not_know,
    the_last_destination_goes_alone,
    the_last_destination_is_asked_for,
    what_is_discarded_arrives_nowhere,
);

const LIST: &str = "/domains/ville.fr/aliases";
const NEW: &str = "/domains/ville.fr/new-alias";
const CONTACT: &str = "/domains/ville.fr/aliases/contact";

/// Submits the form of a new alias.
async fn new_alias(visitor: &Visitor, domain: &str, part: &str, destinations: &[&str]) -> Answer {
    let fields = destinations.iter().map(|to| ("destination", *to));
    let fields: Vec<_> = std::iter::once(("local_part", part)).chain(fields).collect();
    visitor.post(&format!("/domains/{domain}/new-alias"), &fields).await
}

/// The destinations on the page of an alias.
fn destinations(page: &Answer) -> Vec<String> {
    page.attributes("[data-destination]", "data-destination")
}

/// The aliases in a list.
fn aliases(page: &Answer) -> Vec<String> {
    page.attributes("[data-alias]", "data-alias")
}

/// All pairs as the database has them.
async fn pairs(portal: &Portal) -> Vec<String> {
    let sql = "select local_part, destination, status from aliases order by local_part, destination_key";
    portal.database.texts(sql).await
}

async fn an_alias_with_several_destinations_is_made_and_taken_away(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let empty = anna.get(LIST).await;
    assert!(empty.attributes("main a", "href").contains(&NEW.to_owned()));

    let made = new_alias(&anna, "ville.fr", " Contact ", &["a@x.test", "", "B@X.test ", "b@x.test"]).await;
    made.leads_to(CONTACT);
    let page = anna.follow(&made).await;
    assert_eq!(page.notice().0, "good");
    assert_eq!(destinations(&page), ["a@x.test", "B@x.test"]);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact B@x.test", "contact a@x.test"]);
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled", "contact|B@x.test|enabled"]);
    let list = anna.get(LIST).await;
    assert_eq!(aliases(&list), ["contact@ville.fr"]);
    assert!(list.select("[data-alias]").concat().contains("2 destinations"), "{}", list.words());
    assert!(list.select(".tabs a").contains(&"Alias 1".to_owned()), "{:?}", list.select(".tabs a"));

    anna.post(&format!("{CONTACT}/add"), &[("destination", "c@x.test")]).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/remove"), &[("destination", "b@X.TEST")]).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test", "contact c@x.test"]);
    let page = anna.get(CONTACT).await;
    assert_eq!(destinations(&page), ["a@x.test", "c@x.test"]);
    // Removing a destination again, as after a second click, changes nothing.
    anna.post(&format!("{CONTACT}/remove"), &[("destination", "b@x.test")]).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test", "contact c@x.test"]);

    let delete = format!("{CONTACT}/delete");
    assert!(page.attributes("main a", "href").contains(&delete));
    assert!(anna.get(&delete).await.is(200).words().contains("c@x.test"), "what will be lost");
    anna.post(&delete, &[]).await.leads_to(LIST);
    assert_eq!(portal.dimail.aliases("ville.fr").await, [""; 0]);
    anna.get(CONTACT).await.is(404);
    anna.post(&delete, &[]).await.is(404);
    assert_eq!(portal.domain("ville.fr").await.aliases, 0);

    // Removing the last destination removes the alias.
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);
    anna.post(&format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await.leads_to(LIST);
    assert_eq!(pairs(portal).await, [""; 0]);
}

async fn everybody_may_what_the_table_says(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (n, person) in [Anna, Bruno, Eve].into_iter().enumerate() {
        let visitor = portal.sign_in(person).await;
        let part = format!("alias{n}");
        let here = format!("{LIST}/{part}");
        new_alias(&visitor, "ville.fr", &part, &["a@x.test"]).await.leads_to(&here);
        visitor.post(&format!("{here}/add"), &[("destination", "b@x.test")]).await.leads_to(&here);
        visitor.post(&format!("{here}/remove"), &[("destination", "b@x.test")]).await.leads_to(&here);
        visitor.post(&format!("{here}/delete"), &[]).await.leads_to(LIST);
    }
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);
    let acts = [
        (NEW.to_owned(), [("local_part", "info"), ("destination", "b@x.test")]),
        (format!("{CONTACT}/add"), [("destination", "b@x.test"), ("", "")]),
        (format!("{CONTACT}/remove"), [("destination", "a@x.test"), ("", "")]),
        (format!("{CONTACT}/delete"), [("", ""), ("", "")]),
    ];
    for (person, status) in [(Chloe, 403), (Dan, 404)] {
        let visitor = portal.sign_in(person).await;
        for (path, fields) in &acts {
            visitor.post(path, fields).await.is(status);
        }
    }
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"]);
    // A viewer sees everything, without forms or buttons.
    let chloe = portal.sign_in(Chloe).await;
    assert_eq!(aliases(&chloe.get(LIST).await), ["contact@ville.fr"]);
    let page = chloe.get(CONTACT).await;
    assert_eq!(destinations(&page), ["a@x.test"]);
    for page in [page, chloe.get(LIST).await] {
        assert!(!page.has("main form[method=post]"), "{}", page.words());
        assert!(!page.attributes("main a", "href").iter().any(|to| to.ends_with("/delete") || to == NEW));
    }
    // A form sent after the end of the session leads to sign-in and then to the page of the object.
    let nobody = portal.visitor().post(&format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await;
    assert_eq!(nobody.location(), "/sign-in?next=%2Fdomains%2Fville.fr%2Faliases%2Fcontact%2Fremove");
    chloe.get(&format!("{CONTACT}/remove")).await.leads_to(CONTACT);
}

async fn a_refused_destination_does_not_lose_the_others(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "refuse_422", 1).await;

    let made = new_alias(&anna, "ville.fr", "contact", &["a@x.test", "b@x.test", "c@x.test"]).await;

    made.leads_to(CONTACT);
    let page = anna.follow(&made).await;
    let stand = destinations(&page);
    assert_eq!(stand.len(), 2, "any one of the three may be refused");
    let refused = ["a@x.test", "b@x.test", "c@x.test"].into_iter().find(|to| !stand.contains(&(*to).to_owned()));
    let (kind, told) = page.notice();
    assert_eq!(kind, "warn");
    let (stands, refusal) = told.split_once("Destination non ajoutée").expect("added and refused destinations");
    assert!(stand.iter().all(|to| stands.contains(to.as_str())), "{told}");
    assert!(refusal.contains(refused.expect("one")) && refusal.contains("refusé"), "{told}");
    let mut kept: Vec<String> = stand.iter().map(|to| format!("contact {to}")).collect();
    kept.sort();
    assert_eq!(portal.dimail.aliases("ville.fr").await, kept);
    assert_eq!(portal.database.count("aliases").await, 2, "nothing is left of the refused one");
}

async fn when_all_are_refused_the_form_comes_back_and_nothing_is_left(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "refuse_422", 3).await;

    let form = new_alias(&anna, "ville.fr", "contact", &["a@x.test", "b@x.test"]).await;

    assert_eq!(form.is(422).mistakes(), ["destination", "destination"]);
    assert_eq!(form.value("local_part"), "contact");
    let typed = form.attributes("main [type=email][name=destination]", "value");
    assert_eq!(typed[..2], ["a@x.test", "b@x.test"]);
    assert_eq!(form.attributes(".summary a", "href"), ["#field-destination", "#field-destination-2"]);
    assert_eq!(pairs(portal).await, [""; 0]);
    assert_eq!(portal.domain("ville.fr").await.aliases, 0);
    anna.get(CONTACT).await.is(404);

    // The same on the page of an existing alias, which stays as it is.
    let single = new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await;
    assert_eq!(single.is(422).mistakes(), ["destination"]);
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);
    portal.dimail.fault("POST", "/domains/ville.fr/aliases", "refuse_409", 1).await;
    let page = anna.post(&format!("{CONTACT}/add"), &[("destination", "b@x.test")]).await;
    assert_eq!(page.is(422).mistakes(), ["destination"], "a 409 is a refusal if dimail lacks the pair");
    assert_eq!(page.attributes("main [type=email]", "value"), ["b@x.test"]);
    assert_eq!(destinations(&page), ["a@x.test"]);
}

async fn mistakes_stand_by_their_fields(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let form = new_alias(&anna, "ville.fr", "Côté", &["a@x.test", "", "nobody", "x/y@x.test"]).await;
    assert_eq!(form.is(422).mistakes(), ["local_part", "destination", "destination"]);
    assert_eq!(form.value("local_part"), "Côté");
    let typed = form.attributes("main [type=email][name=destination]", "value");
    assert_eq!(typed[..3], ["a@x.test", "nobody", "x/y@x.test"]);
    let summary = ["#field-local_part", "#field-destination-2", "#field-destination-3"];
    assert_eq!(form.attributes(".summary a", "href"), summary);

    for (part, to, field) in
        [("", "a@x.test", "local_part"), ("all", "a@x.test", "local_part"), ("info", " ", "destination")]
    {
        assert_eq!(new_alias(&anna, "ville.fr", part, &[to]).await.is(422).mistakes(), [field], "{part} {to}");
    }
    let many: Vec<String> = (0..51).map(|n| format!("a{n}@x.test")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let form = new_alias(&anna, "ville.fr", "info", &many).await;
    assert_eq!(form.is(422).mistakes(), ["destination"]);
    assert!(form.mistake("destination").contains("50"));
    assert_eq!(form.attributes("main [type=email][name=destination]", "value").len(), 51, "everything typed");
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/aliases").await, 0);
    assert_eq!(pairs(portal).await, [""; 0]);
}

async fn what_is_there_already_is_a_mistake(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);

    let form = new_alias(&anna, "ville.fr", "CONTACT", &["b@x.test", "A@x.test"]).await;
    assert_eq!(form.is(422).attributes(".summary a", "href"), ["#field-destination-2"]);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"], "nothing was sent");
    let page = anna.post(&format!("{CONTACT}/add"), &[("destination", "A@X.TEST")]).await;
    assert_eq!(page.is(422).mistakes(), ["destination"]);

    // The form of a new alias also accepts further destinations of an existing one.
    new_alias(&anna, "ville.fr", "contact", &["b@x.test"]).await.leads_to(CONTACT);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test", "contact b@x.test"]);
    assert_eq!(portal.domain("ville.fr").await.aliases, 1);
}

async fn more_fields_come_without_javascript(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let form = anna.get(NEW).await;
    assert_eq!(form.attributes("main [type=email][name=destination]", "value"), [""; 3]);
    assert!(form.has("main form button[formmethod=get]"), "a button that asks for more");
    assert_eq!(form.select("main .suffix"), ["@ville.fr"]);

    let more = anna.get(&format!("{NEW}?local_part=Contact&destination=a%40x.test&destination=&destination=b")).await;

    assert_eq!(more.is(200).mistakes(), [""; 0]);
    assert_eq!(more.value("local_part"), "Contact");
    let typed = more.attributes("main [type=email][name=destination]", "value");
    assert_eq!(typed, ["a@x.test", "b", "", "", ""]);
    assert_eq!(pairs(portal).await, [""; 0], "nothing was asked for");
}

async fn messages_can_be_discarded(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let form = anna.get(NEW).await;
    assert_eq!(form.attributes("main [type=checkbox][name=destination]", "value"), ["devnull@devnull"]);
    assert!(form.select("main label[for=field-discard]").concat().contains("Jeter les messages"));

    // So no destination has to be typed, but one of them is needed.
    assert!(!form.has("main [name=destination][required]"));
    let wrong = new_alias(&anna, "ville.fr", "no-reply", &["", ""]).await;
    assert!(wrong.is(422).mistake("destination").contains("jeter les messages"), "{}", wrong.words());

    let here = format!("{LIST}/no-reply");
    new_alias(&anna, "ville.fr", "no-reply", &["", "", "", "devnull@devnull"]).await.leads_to(&here);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["no-reply devnull@devnull"]);
    let page = anna.get(&here).await;
    assert_eq!(destinations(&page), ["devnull@devnull"]);
    assert!(!page.words().contains("devnull"), "described in words: {}", page.words());
    assert!(anna.get(LIST).await.select("[data-alias]").concat().contains("Messages jetés"));
    let journal = anna.get("/domains/ville.fr/journal?q=no-reply").await.is(200).select("[data-line]").concat();
    assert!(journal.contains("Messages jetés") && !journal.contains("devnull"), "{journal}");
    anna.post(&format!("{here}/remove"), &[("destination", "devnull@devnull")]).await.leads_to(LIST);

    // The chosen checkbox stays checked when the form is shown again.
    let form = new_alias(&anna, "ville.fr", "", &["a@x.test", "devnull@devnull"]).await;
    assert!(form.is(422).has("main [type=checkbox][checked]"));
    assert_eq!(form.attributes("main [type=email][name=destination]", "value")[0], "a@x.test");
}

async fn an_alias_may_be_a_mailbox_too(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", ""]).await.is(200);
    new_alias(&anna, "ville.fr", "jean", &["jean@ville.fr", "zoe@x.test"]).await.leads_to(&format!("{LIST}/jean"));
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["jean jean@ville.fr", "jean zoe@x.test"]);
}

async fn warnings_tell_what_is_odd(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "j@x.test"]).await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", "z@x.test"]).await;
    portal.work().await;
    new_alias(&anna, "ville.fr", "b", &["C@ville.fr"]).await;
    new_alias(&anna, "ville.fr", "c", &["a@ville.fr"]).await;
    let to = ["a@ville.fr", "b@ville.fr", "jean@ville.fr", "nobody@ville.fr", "zoe@ville.fr", "nobody@autre.fr"];
    new_alias(&anna, "ville.fr", "a", &to).await.leads_to(&format!("{LIST}/a"));
    portal
        .database
        .change(
            "update mailboxes set status = 'disabled', wants = 'inactive', known = 'inactive' where local_part = 'zoe'",
        )
        .await;

    let page = anna.get(&format!("{LIST}/a")).await;

    let warned = |to: &str| page.select(&format!("[data-destination='{to}'] [data-warning]")).join(" ");
    for (to, word) in [
        ("a@ville.fr", "sa propre adresse"),
        ("b@ville.fr", "tournent en rond"),
        ("nobody@ville.fr", "ni boîte ni alias"),
        ("zoe@ville.fr", "désactivée"),
    ] {
        assert!(warned(to).contains(word), "{to}: {}", warned(to));
    }
    for to in ["jean@ville.fr", "nobody@autre.fr"] {
        assert_eq!(warned(to), "", "{to}");
    }
}

async fn only_an_enabled_domain_takes_aliases(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.grant("neuve.fr", Chloe, Chloe.role.expect("a role")).await;
    let anna = portal.sign_in(Anna).await;
    let list = anna.get("/domains/neuve.fr/aliases").await;
    assert!(list.words().contains("quand le domaine est actif"), "{}", list.words());
    assert!(!list.attributes("main a", "href").iter().any(|to| to.ends_with("/new-alias")));
    anna.get("/domains/neuve.fr/new-alias").await.is(409);
    new_alias(&anna, "neuve.fr", "contact", &["a@x.test"]).await.is(409);
    // The status of the domain is checked before the fields.
    new_alias(&anna, "neuve.fr", "", &["nobody"]).await.is(409);
    portal.sign_in(Chloe).await.get("/domains/neuve.fr/new-alias").await.is(403);
    assert_eq!(pairs(portal).await, [""; 0]);

    portal.disable("ville.fr", "essai").await;
    let list = anna.get(LIST).await;
    assert!(list.words().contains("aucun alias ne peut y être créé"), "{}", list.words());
    anna.get(NEW).await.is(409);
    assert!(new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.is(409).words().contains("désactivé"));
    portal.work().await;
}

async fn on_a_disabled_domain_aliases_can_be_taken_away(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    new_alias(&anna, "ville.fr", "contact", &["a@x.test", "b@x.test"]).await.leads_to(CONTACT);
    new_alias(&anna, "ville.fr", "info", &["a@x.test"]).await;
    portal.disable("ville.fr", "essai").await;

    let page = anna.get(CONTACT).await;
    assert!(!page.has(&format!("form[action='{CONTACT}/add']")), "nothing to add with");
    assert!(page.has(&format!("form[action='{CONTACT}/remove']")));
    anna.post(&format!("{CONTACT}/add"), &[("destination", "c@x.test")]).await.is(409);
    anna.post(&format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await.leads_to(CONTACT);
    // The alias is also removed if dimail answers only later.
    portal.dimail.fault("DELETE", "/domains/ville.fr/aliases/*/*", "close", 1).await;
    anna.post(&format!("{LIST}/info/delete"), &[]).await.leads_to(&format!("{LIST}/info"));
    portal.work_after(std::time::Duration::from_mins(1)).await;
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact b@x.test"]);
    assert_eq!(pairs(portal).await, ["contact|b@x.test|enabled"]);
}

async fn two_people_add_the_same_destination(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    let both = join_all((0..6).map(|n| {
        let who = if n % 2 == 0 { &anna } else { &bruno };
        new_alias(who, "ville.fr", "contact", &["a@x.test", "b@x.test"])
    }))
    .await;
    let mut statuses: Vec<u16> = both.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422, 422, 422, 422, 422]);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test", "contact b@x.test"]);
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/aliases").await, 2);
    assert_eq!(portal.database.count("journal where event like '%alias_added%'").await, 2);
    assert_eq!(portal.domain("ville.fr").await.aliases, 1);

    // Several simultaneous removals send one removal.
    let path = format!("{CONTACT}/remove");
    let all = join_all((0..4).map(|_| anna.post(&path, &[("destination", "a@x.test")]))).await;
    assert!(all.iter().any(|answer| answer.status == 303));
    assert!(all.iter().all(|answer| [303, 422].contains(&answer.status)));
    assert_eq!(portal.dimail.calls("DELETE /domains/ville.fr/aliases/contact/a@x.test").await, 1);
    assert_eq!(portal.database.count("journal where event like '%destination_remove_asked%'").await, 1);
}

async fn an_odd_local_part_is_nowhere(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await;
    for part in ["CONTACT", "all", "oxadmin", "nobody", "contact%20", "%2e%2e", "a%2fb", "a%00", "contact@ville.fr"] {
        anna.get(&format!("{LIST}/{part}")).await.is(404);
        anna.get(&format!("{LIST}/{part}/delete")).await.is(404);
        anna.post(&format!("{LIST}/{part}/delete"), &[]).await.is(404);
        anna.post(&format!("{LIST}/{part}/add"), &[("destination", "b@x.test")]).await.is(404);
        anna.post(&format!("{LIST}/{part}/remove"), &[("destination", "a@x.test")]).await.is(404);
    }
    // `all` is refused as a destination, because dimail would remove every destination.
    let page = anna.post(&format!("{CONTACT}/remove"), &[("destination", "all")]).await;
    assert_eq!(page.is(422).mistakes(), ["destination"]);
    assert_eq!(portal.dimail.calls("DELETE").await, 0);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact a@x.test"]);
}

async fn sixty_aliases_make_three_pages(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for n in 0..60 {
        let to = [format!("a{n}@x.test"), format!("b{n}@x.test")];
        new_alias(&anna, "ville.fr", &format!("p{n:02}"), &[&to[0], &to[1]]).await.is(303);
    }
    let all: Vec<String> = (0..60).map(|n| format!("p{n:02}@ville.fr")).collect();
    for q in ["", "x.test"] {
        let first = anna.get(&format!("{LIST}?q={q}&sort=-created")).await;
        assert!(first.select(".total").concat().starts_with("60"), "{:?}", first.select(".total"));
        assert_eq!((first.page_link("first"), first.page_link("prev")), (None, None));
        let second = anna.get(&first.page_link("next").expect("a next page")).await;
        let third = anna.get(&second.page_link("next").expect("a next page")).await;
        assert_eq!((third.page_link("next"), third.page_link("last")), (None, None));
        let seen = [aliases(&first), aliases(&second), aliases(&third)];
        assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [25, 25, 10]);
        assert_eq!(seen.concat(), all);
        let last = anna.get(&first.page_link("last").expect("a last page")).await;
        assert_eq!(aliases(&last), all[35..]);
        let back = anna.get(&third.page_link("prev").expect("a page before")).await;
        assert_eq!(aliases(&back), seen[1]);
    }
}

async fn a_search_finds_local_parts_and_destinations(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (part, to) in [
        ("etat-civil", &["Zoe.Martin@x.test", "jean@orléans.fr"][..]),
        ("contact", &["jean@x.test"]),
        ("no-reply", &["devnull@devnull"]),
    ] {
        new_alias(&anna, "ville.fr", part, to).await.is(303);
    }
    let all = ["contact", "etat-civil", "no-reply"];
    for (q, parts) in [
        ("", &all[..]),
        ("ÉTAT", &["etat-civil"]),
        ("civil", &["etat-civil"]),
        ("zoé", &["etat-civil"]),
        ("jean", &["contact", "etat-civil"]),
        ("martin+etat", &["etat-civil"]),
        ("ean", &[]),
        ("ville", &all),
        ("%25", &all),
        ("devnull", &["no-reply"]),
    ] {
        let list = anna.get(&format!("{LIST}?q={q}")).await;
        let wanted: Vec<String> = parts.iter().map(|part| format!("{part}@ville.fr")).collect();
        assert_eq!(aliases(&list), wanted, "{q}");
        assert_eq!(list.attributes("main [name=q]", "value").concat().is_empty(), q.is_empty());
    }
    // An alias that was found by one of its destinations still shows that it has two.
    let list = anna.get(&format!("{LIST}?q=zoe")).await;
    assert!(list.select("[data-alias]").concat().contains("2 destinations"), "{}", list.words());
}

async fn every_change_is_in_the_journal(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    let before = portal.database.count("journal").await;
    new_alias(&bruno, "ville.fr", "contact", &["a@x.test", "b@x.test"]).await;
    bruno.post(&format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await;
    bruno.post(&format!("{CONTACT}/delete"), &[]).await;

    let lines = portal.database.texts("select actor_name, event from journal order by at, sequence").await;
    let lines = &lines[usize::try_from(before).expect("a number")..];
    assert_eq!(
        lines,
        [
            r#"Bruno Petit|{"verb":"alias_added","address":"contact@ville.fr","destination":"a@x.test"}"#,
            r#"Bruno Petit|{"verb":"alias_added","address":"contact@ville.fr","destination":"b@x.test"}"#,
            r#"Bruno Petit|{"verb":"destination_remove_asked","address":"contact@ville.fr","destination":"a@x.test"}"#,
            r#"Bruno Petit|{"verb":"alias_deleted","address":"contact@ville.fr"}"#,
        ]
    );
}

async fn the_pages_speak_english_too(portal: &Portal) {
    let anna = portal.visitor().with("accept-language", "en");
    let anna = portal.sign_in_as(Anna, anna).await;
    let made = new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await;
    let page = anna.follow(&made).await;
    assert_eq!(page.language(), "en");
    assert!(page.notice().1.contains("contact@ville.fr: a@x.test"), "{:?}", page.notice());
    assert!(anna.get(NEW).await.words().contains("Discard the messages"));
    assert!(anna.get(LIST).await.select(".tabs a").contains(&"Aliases 1".to_owned()));
}

async fn what_another_made_is_adopted(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.dimail.alias_by_other("la_regie:password", "contact", "ville.fr", "A@x.test").await;
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);
    assert_eq!(pairs(portal).await, ["contact|a@x.test|enabled"]);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact A@x.test"]);
    anna.post(&format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await.leads_to(LIST);
    assert_eq!(portal.dimail.aliases("ville.fr").await, [""; 0]);
}

async fn a_whole_alias_goes_with_what_the_portal_does_not_know(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);
    portal.dimail.alias_by_other("la_regie:password", "contact", "ville.fr", "ghost@x.test").await;
    portal.dimail.alias_by_other("la_regie:password", "other", "ville.fr", "ghost@x.test").await;
    anna.post(&format!("{CONTACT}/delete"), &[]).await.leads_to(LIST);
    assert_eq!(portal.dimail.aliases("ville.fr").await, ["other ghost@x.test"]);
    assert_eq!(portal.database.count("aliases").await, 0);
}

/// Removing the last destination that the portal knows is no deletion of the alias: others may have added
/// destinations at dimail.
/// Without it the alias is gone, so a page confirms it.
async fn the_last_destination_is_asked_for(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let (button, link) = ("form[action$='/contact/remove']", "[data-destination] a[href$='/contact/delete']");
    new_alias(&anna, "ville.fr", "contact", &["a@x.test", "b@x.test"]).await.leads_to(CONTACT);
    let page = anna.get(CONTACT).await;
    assert_eq!((page.select(button).len(), page.has(link)), (2, false));
    anna.post(&format!("{CONTACT}/remove"), &[("destination", "b@x.test")]).await.leads_to(CONTACT);

    let page = anna.get(CONTACT).await;

    assert_eq!((page.has(button), page.select(link)), (false, vec!["Retirer… a@x.test".to_owned()]));
    assert!(page.words().contains("la retirer supprime l’alias"), "{}", page.words());
    let confirm = anna.get(&format!("{CONTACT}/delete")).await;
    assert!(confirm.is(200).words().contains("a@x.test") && confirm.has("main form .button-danger"));
}

async fn what_is_discarded_arrives_nowhere(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let made = new_alias(&anna, "ville.fr", "contact", &["devnull@devnull"]).await;
    let (kind, text) = anna.follow(&made).await.notice();
    assert!(kind == "good" && text.contains("sont jetés") && !text.contains("reçoivent les e-mails"), "{text}");
}

async fn the_last_destination_goes_alone(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    new_alias(&anna, "ville.fr", "contact", &["a@x.test"]).await.leads_to(CONTACT);
    portal.dimail.alias_by_other("la_regie:password", "contact", "ville.fr", "other@x.test").await;

    anna.post(&format!("{CONTACT}/remove"), &[("destination", "a@x.test")]).await.leads_to(LIST);

    assert_eq!(portal.dimail.aliases("ville.fr").await, ["contact other@x.test"]);
    assert_eq!(pairs(portal).await, [""; 0]);
}
