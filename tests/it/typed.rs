//! What people type and paste, through the pages: names of domains and persons, addresses in each field
//! that takes one, proposals that one press takes, searches.

use crate::support::{Anna, Answer, Bruno, Portal, Visitor, on_both};

on_both!(
    a_dash_in_a_domain_is_a_hyphen,
    what_no_registry_allows_is_refused_by_name,
    a_pasted_address_is_asked_about_and_one_press_takes_the_domain,
    addresses_are_proposed_from_plain_letters,
    names_that_look_alike_are_one_person,
    the_name_of_a_second_person_is_proposed_and_one_press_takes_it,
    the_proposed_name_typed_by_hand_has_the_address_that_was_said,
    a_taken_address_is_replaced_by_one_press,
    names_with_apostrophes_are_found,
    an_address_is_understood_in_each_field,
    several_destinations_in_one_field,
    a_whole_address_is_understood_before_the_at,
    what_stands_is_not_refused,
    a_name_in_an_email_is_never_the_subject,
);

async fn a_dash_in_a_domain_is_a_hyphen(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (typed, name) in [
        ("saint–denis.fr", "saint-denis.fr"),
        ("saint\u{2011}ouen.fr", "saint-ouen.fr"),
        ("\u{feff}Saint—Malo.FR", "saint-malo.fr"),
        ("l\u{2212}haÿ.fr", "xn--l-ha-jsa.fr"),
    ] {
        anna.new_domain(typed, "aide@ailleurs.test").await.leads_to(&format!("/domains/{name}"));
    }
    portal.work().await;
}

async fn what_no_registry_allows_is_refused_by_name(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (typed, named) in
        [("l’haÿ-les-roses.fr", "«\u{a0}’\u{a0}»"), ("l'hay.fr", "'"), ("i♥ville.fr", "♥"), ("100€.fr", "€")]
    {
        let form = anna.new_domain(typed, "aide@ailleurs.test").await;
        let mistake = form.is(422).attributes("[data-mistake]", "data-mistake");
        assert_eq!(mistake, ["name"], "{typed}");
        let named = named.replace('\u{a0}', " ");
        assert!(form.mistake("name").replace('\u{a0}', " ").contains(&named), "{}", form.mistake("name"));
        assert_eq!(form.value("name"), typed);
    }
    for typed in ["orléans-.fr", "-orléans.fr", "vіlle.fr", "mairie.mоntreuil.fr"] {
        assert_eq!(anna.new_domain(typed, "aide@ailleurs.test").await.is(422).mistakes(), ["name"], "{typed}");
    }
    assert_eq!(portal.database.count("domains").await, 2);
}

/// The fields of a form as a browser sends them after the press on a button with this value.
fn pressed<'a>(fields: &[(&'a str, &'a str)], take: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().copied().chain([("take", take)]).collect()
}

/// The value of the one button that takes a proposal.
#[track_caller]
fn proposal(form: &Answer) -> String {
    let found = form.attributes("main form button[name=take]", "value");
    assert_eq!(found.len(), 1, "{}", form.words());
    found.concat()
}

async fn a_pasted_address_is_asked_about_and_one_press_takes_the_domain(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for typed in ["https://www.Ma-Commune.fr/accueil", "www.ma-commune.fr", "mairie@ma-commune.fr"] {
        let form = anna.new_domain(typed, "aide@ailleurs.test").await;
        assert_eq!(form.is(422).mistakes(), ["name"]);
        assert_eq!(form.mistake("name").replace('\u{a0}', " "), "Vouliez-vous dire ma-commune.fr ?");
        assert_eq!(form.value("name"), typed, "what was typed is kept");
        assert_eq!(portal.database.count("domains").await, 2, "nothing is stored before the answer");
        // The first button is the one that the enter key presses.
        assert_eq!(form.attributes("main form button", "name"), ["", "take"]);
    }
    let fields = [("name", "www.ma-commune.fr"), ("support_email", "aide@ailleurs.test")];
    let take = proposal(&anna.post("/domains/new", &fields).await);
    anna.post("/domains/new", &pressed(&fields, &take)).await.leads_to("/domains/ma-commune.fr");
    portal.work().await;
}

async fn addresses_are_proposed_from_plain_letters(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (first, last, part) in [
        ("Soﬁa", "Steﬀens", "sofia.steffens"),
        ("Ａｌｉｃｅ", "Ｒｏｂａｄｅｙ", "alice.robadey"),
        ("Jean\u{2011}Luc", "Martin–Roy", "jean-luc.martin-roy"),
        ("Teʻura", "Cʼhozh", "teura.chozh"),
        ("Đặng", "Łukasz", "dang.lukasz"),
    ] {
        let answer = anna.new_mailbox("ville.fr", [first, last, "", "x@ailleurs.test"]).await;
        answer.leads_to(&format!("/domains/ville.fr/mailboxes/{part}"));
    }
    let stored = "select first_name, last_name from mailboxes where local_part = 'jean-luc.martin-roy'";
    assert_eq!(portal.database.text(stored).await, "Jean-Luc|Martin-Roy", "each hyphen is the plain one");
    portal.work().await;
}

async fn names_that_look_alike_are_one_person(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean Paul", "D'Arc", "jp", "x@ailleurs.test"]).await;
    for (n, [first, last]) in [
        ["Jean  Paul", "D'Arc"],
        ["Jean\u{a0}Paul", "D’Arc"],
        ["jean\u{202f}paul", "DʼARC"],
        [" Jean Paul\u{3000}", "D`Arc"],
        ["Ｊｅａｎ　Ｐａｕｌ", "D'Arc"],
    ]
    .into_iter()
    .enumerate()
    {
        let form = anna.new_mailbox("ville.fr", [first, last, &format!("jp{n}"), "x@ailleurs.test"]).await;
        assert_eq!(form.is(422).mistakes(), ["last_name"], "{first:?} {last:?}");
        assert!(form.mistake("last_name").contains("jp@ville.fr"), "{}", form.mistake("last_name"));
    }
    portal.work().await;
}

async fn the_name_of_a_second_person_is_proposed_and_one_press_takes_it(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Alice", "Robadey", "", "x@ailleurs.test"]).await;
    let fields =
        [("first_name", "Alice"), ("last_name", "Robadey"), ("local_part", ""), ("secondary_email", "y@ailleurs.test")];

    let form = anna.post("/domains/ville.fr/new-mailbox", &fields).await;

    let mistake = form.is(422).mistake("last_name").replace('\u{a0}', " ");
    assert!(mistake.contains("écrivez « Robadey (alice.robadey2) » dans le champ « Nom »"), "{mistake}");
    assert!(mistake.contains("alice.robadey2@ville.fr"), "the address that will be made: {mistake}");
    assert_eq!(form.value("last_name"), "Robadey", "what was typed is kept");
    let take = proposal(&form);
    let made = anna.post("/domains/ville.fr/new-mailbox", &pressed(&fields, &take)).await;
    made.leads_to("/domains/ville.fr/mailboxes/alice.robadey2");
    assert_eq!(portal.dimail.holds("alice.robadey2@ville.fr").await, "Alice Robadey (alice.robadey2) yes");

    // A third one, at an address of her own.
    let fields = [fields[0], fields[1], ("local_part", "a.robadey"), fields[3]];
    let form = anna.post("/domains/ville.fr/new-mailbox", &fields).await;
    let made = anna.post("/domains/ville.fr/new-mailbox", &pressed(&fields, &proposal(&form))).await;
    made.leads_to("/domains/ville.fr/mailboxes/a.robadey");
    // Renaming proposes the address that is there already.
    let edit = "/domains/ville.fr/mailboxes/a.robadey/edit";
    let fields = [("first_name", "Alice"), ("last_name", "Robadey"), ("secondary_email", "y@ailleurs.test")];
    let form = anna.post(edit, &fields).await;
    assert!(form.is(422).mistake("last_name").contains("Robadey (2)"), "{}", form.mistake("last_name"));
    portal.work().await;
}

async fn the_proposed_name_typed_by_hand_has_the_address_that_was_said(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Alice", "Robadey", "", "x@ailleurs.test"]).await;
    let form = anna.new_mailbox("ville.fr", ["Alice", "Robadey", "", "y@ailleurs.test"]).await;
    let mistake = form.is(422).mistake("last_name");
    assert!(mistake.contains("Robadey (alice.robadey2)") && mistake.contains("alice.robadey2@ville.fr"), "{mistake}");

    let made = anna.new_mailbox("ville.fr", ["Alice", "Robadey (alice.robadey2)", "", "y@ailleurs.test"]).await;

    made.leads_to("/domains/ville.fr/mailboxes/alice.robadey2");
    portal.work().await;
}

async fn a_taken_address_is_replaced_by_one_press(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Alice", "Robadey", "alice", "x@ailleurs.test"]).await;
    let fields =
        [("first_name", "Alix"), ("last_name", "Roy"), ("local_part", "alice"), ("secondary_email", "y@ailleurs.test")];
    let form = anna.post("/domains/ville.fr/new-mailbox", &fields).await;
    assert_eq!(form.is(422).mistakes(), ["local_part"]);
    let made = anna.post("/domains/ville.fr/new-mailbox", &pressed(&fields, &proposal(&form))).await;
    made.leads_to("/domains/ville.fr/mailboxes/alice2");
    portal.work().await;
}

async fn names_with_apostrophes_are_found(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (part, last) in [("a", "D'Arc"), ("b", "D’Artagnan"), ("c", "Teʻura"), ("d", "Cʼhozh"), ("e", "Steﬀens")]
    {
        anna.new_mailbox("ville.fr", ["Zoé", last, part, "x@ailleurs.test"]).await;
    }
    for (q, parts) in [
        ("darc", "a"),
        ("d'arc", "a"),
        ("D’ARC", "a"),
        ("arc", "a"),
        ("dar", "ab"),
        ("d'ar", "ab"),
        ("dartagnan", "b"),
        ("teura", "c"),
        ("te'ura", "c"),
        ("Teʻu", "c"),
        ("c'hozh", "d"),
        ("chozh", "d"),
        ("hozh", "d"),
        ("steffens", "e"),
        ("ｓｔｅ", "e"),
        ("zoe darc", "a"),
    ] {
        let encoded: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let found = anna.get(&format!("/domains/ville.fr/mailboxes?q={encoded}&sort=address")).await.addresses();
        let expected: Vec<String> = parts.chars().map(|part| format!("{part}@ville.fr")).collect();
        assert_eq!(found, expected, "{q}");
    }
    portal.work().await;
}

/// The spellings of an address that people paste.
fn spellings(address: &str) -> [String; 7] {
    [
        format!("\u{feff}{address}"),
        format!("\u{200b}{address}\u{200b}"),
        format!("\u{202a}{address}\u{202c}"),
        format!("Nom <{address}>"),
        format!("\"Nom, Jean\" <{address}>;"),
        format!("mailto:{address}"),
        format!("Nom <MAILTO:{address}>"),
    ]
}

async fn an_address_is_understood_in_each_field(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    for (n, typed) in spellings("aide@ailleurs.test").iter().enumerate() {
        let part = format!("jean{n}");
        let secondary = "select secondary_email from mailboxes order by id desc limit 1";
        let made = anna.new_mailbox("ville.fr", ["Jean", &format!("N{n}"), &part, typed]).await;
        made.leads_to(&format!("/domains/ville.fr/mailboxes/{part}"));
        assert_eq!(portal.database.text(secondary).await, "aide@ailleurs.test", "{typed:?}");
        assert!(anna.follow(&made).await.notice().1.contains(" aide@ailleurs.test"), "{typed:?}");

        anna.post("/domains/ville.fr/edit", &[("support_email", typed)]).await.leads_to("/domains/ville.fr");
        assert_eq!(portal.domain("ville.fr").await.support_email, "aide@ailleurs.test", "{typed:?}");

        let own = format!("{part}@ville.fr");
        let address = &spellings(&own)[n];
        let disabled = anna.post(&format!("/domains/ville.fr/mailboxes/{part}/disable"), &[("address", address)]).await;
        disabled.leads_to(&format!("/domains/ville.fr/mailboxes/{part}"));

        let invited = &spellings(&format!("nina{n}@ailleurs.test"))[n];
        let sent = anna.post("/domains/ville.fr/new-invitation", &[("email", invited), ("role", "viewer")]).await;
        sent.leads_to("/domains/ville.fr/members");
        assert!(anna.follow(&sent).await.notice().1.contains(&format!(" nina{n}@ailleurs.test")), "{invited:?}");

        signed_in_with(&portal.visitor(), &spellings(Anna.email)[n]).await;
    }
    portal.work().await;
}

/// Signs in with an address in one of its spellings, and asks for a password with it.
async fn signed_in_with(visitor: &Visitor, email: &str) {
    let fields = [("email", email), ("password", crate::support::cast::PASSWORD)];
    visitor.post("/sign-in", &fields).await.leads_to("/domains");
    for (path, field) in [("/forgot-password", "email"), ("/first-access", "address")] {
        let asked = visitor.post(path, &[(field, email)]).await;
        assert!(asked.status < 400 || asked.status == 429, "{path} {email:?}: {}", asked.words());
    }
}

async fn several_destinations_in_one_field(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let new = "/domains/ville.fr/new-alias";
    let typed = "a@x.test\r\nZoé <b@x.test>; mailto:c@x.test, \"Roy, Paul\" <d@x.test>";
    anna.post(new, &[("local_part", "contact"), ("destination", typed)])
        .await
        .leads_to("/domains/ville.fr/aliases/contact");
    let made: Vec<String> = ["a", "b", "c", "d"].iter().map(|part| format!("contact {part}@x.test")).collect();
    assert_eq!(portal.dimail.aliases("ville.fr").await, made);

    // What is wrong is named, and everything that was typed is kept.
    let typed = "e@x.test\njean\nf@x.test\nzoe@x";
    let form = anna.post(new, &[("local_part", "info"), ("destination", typed), ("destination", "g@x.test, h")]).await;
    assert_eq!(form.is(422).mistakes(), ["destination", "destination"]);
    let mistake = form.mistake("destination").replace('\u{a0}', " ");
    for wrong in ["« jean » :", "« zoe@x » :", "« h » :"] {
        assert!(mistake.contains(wrong), "{mistake}");
    }
    assert_eq!(form.select("main textarea[name=destination]"), ["e@x.test jean f@x.test zoe@x"]);
    assert_eq!(form.attributes("main [type=email][name=destination]", "value")[0], "g@x.test, h");

    let add = "/domains/ville.fr/aliases/contact/add";
    anna.post(add, &[("destination", "e@x.test f@x.test")]).await.leads_to("/domains/ville.fr/aliases/contact");
    assert_eq!(portal.dimail.aliases("ville.fr").await.len(), 6);
    let form = anna.post(add, &[("destination", "a@x.test, i@x.test")]).await;
    assert!(form.is(422).mistake("destination").contains("a@x.test"), "{}", form.mistake("destination"));
}

async fn a_whole_address_is_understood_before_the_at(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.add_domain(Anna, "xn--orlans-dva.fr").await;
    for (n, (domain, typed, part)) in [
        ("ville.fr", "Paul@Ville.fr", "paul"),
        ("ville.fr", "Zoé Martin <mailto:zoe@ville.fr>", "zoe"),
        ("xn--orlans-dva.fr", "jean@orléans.fr", "jean"),
        ("xn--orlans-dva.fr", "lea@xn--orlans-dva.fr", "lea"),
    ]
    .into_iter()
    .enumerate()
    {
        let state = format!("/domains/{domain}/new-mailbox/address?{}", query(&[("local_part", typed)]));
        assert_eq!(anna.get(&state).await.is(200).attributes("[data-state]", "data-state"), ["free"], "{typed}");
        let secondary = "p@ailleurs.test";
        let answer = anna.new_mailbox(domain, ["Agent", &format!("Nr {n}"), typed, secondary]).await;
        answer.leads_to(&format!("/domains/{domain}/mailboxes/{part}"));
        let fields = [("local_part", typed), ("destination", "a@ailleurs.test")];
        let answer = anna.post(&format!("/domains/{domain}/new-alias"), &fields).await;
        answer.leads_to(&format!("/domains/{domain}/aliases/{part}"));
    }
    let form = anna.new_mailbox("ville.fr", ["Agent", "Autre", "paul@autre.fr", ""]).await;
    let told = form.is(422).mistake("local_part");
    assert!(told.contains("autre.fr") && told.contains("@ville.fr"), "{told}");
    assert_eq!(form.value("local_part"), "paul@autre.fr");
    let fields = [("local_part", "x@autre.fr"), ("destination", "a@ailleurs.test")];
    let form = anna.post("/domains/ville.fr/new-alias", &fields).await;
    assert!(form.is(422).mistake("local_part").contains("autre.fr"));
    portal.work().await;
    portal.forget_emails();
}

fn query(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn what_stands_is_not_refused(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "x@ailleurs.test"]).await;
    portal.work().await;
    let old = "update mailboxes set first_name = 'Jean  <chef>', last_name = 'www.dupont'";
    portal.database.change(old).await;
    let edit = "/domains/ville.fr/mailboxes/jean/edit";
    let fields =
        |last, secondary| [("first_name", "Jean  <chef>"), ("last_name", last), ("secondary_email", secondary)];

    anna.post(edit, &fields("www.dupont", "y@ailleurs.test")).await.leads_to("/domains/ville.fr/mailboxes/jean");
    let stored = "select first_name, last_name, secondary_email from mailboxes";
    assert_eq!(portal.database.text(stored).await, "Jean  <chef>|www.dupont|y@ailleurs.test");
    assert_eq!(anna.post(edit, &fields("www.durand", "y@ailleurs.test")).await.is(422).mistakes(), ["last_name"]);

    portal.database.change("update users set name = 'Anna @ville' where email = 'anna@mairie.test'").await;
    anna.post("/account", &[("name", "Anna @ville"), ("language", "en")]).await.leads_to("/account");
    assert_eq!(
        anna.post("/account", &[("name", "Anna @mairie"), ("language", "en")]).await.is(422).mistakes(),
        ["name"]
    );
    portal.work().await;
}

async fn a_name_in_an_email_is_never_the_subject(portal: &Portal) {
    let name = "Votre mot de passe expire. Connectez-vous ici : https://exemple.test/ avec votre code secret";
    portal.database.change(&format!("update users set name = '{name}' where email = 'anna@mairie.test'")).await;
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/ville.fr/new-invitation", &[("email", "nina@ailleurs.test"), ("role", "viewer")]).await;
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.subject, "Invitation à rejoindre ville.fr");
    assert!(email.text.starts_with("Bonjour,\n\nVous avez une invitation"), "{}", email.text);
    for text in [&email.text, &email.html] {
        assert!(!text.contains("exemple.test") && !text.contains("code secret"), "{text}");
    }
    // A name that the rules refuse cannot be given; Bruno does not have it already.
    let bruno = portal.sign_in(Bruno).await;
    for odd in
        [name, "Suivez https://exemple.test/", "www.exemple.test", "\u{3164}", "\u{200b}\u{ad}", "<b>", "Zoé\u{200b}"]
    {
        let form = bruno.post("/account", &[("name", odd), ("language", "fr")]).await;
        assert_eq!(form.is(422).mistakes(), ["name"], "{odd:?}");
        let fields = [("first_name", "Zoé"), ("last_name", odd), ("local_part", "zoe"), ("secondary_email", "")];
        let form = bruno.post("/domains/ville.fr/new-mailbox", &fields).await;
        assert_eq!(form.is(422).mistakes(), ["last_name"], "{odd:?}");
    }
}
