//! Wrong input in every field of every form: status 422, a message at the field in the visitor's
//! language, the typed values kept, nothing stored, and no call to dimail.

use dimail_portal::i18n::Sentences;
use dimail_portal::model::field_error::FieldError;
use dimail_portal::model::user::Language;

use crate::support::portal::SUPPORT;
use crate::support::{Anna, Portal, on_both};

on_both!(each_mistake_is_told_by_its_field, all_mistakes_are_told_at_once, mistakes_are_linked_to_their_fields);

const LONG: usize = 101;

/// A form with one wrong field: its path, its valid fields, the wrong field, the typed value, and
/// the expected error.
struct Case {
    path: &'static str,
    right: &'static [(&'static str, &'static str)],
    field: &'static str,
    typed: String,
    mistake: FieldError,
}

const DOMAIN: (&str, &[(&str, &str)]) = ("/domains/new", &[("name", "nouvelle.fr"), ("support_email", SUPPORT)]);
const EDIT: (&str, &[(&str, &str)]) = ("/domains/ville.fr/edit", &[("support_email", SUPPORT)]);
const MAILBOX: (&str, &[(&str, &str)]) = (
    "/domains/ville.fr/new-mailbox",
    &[("first_name", "Jean"), ("last_name", "Dupont"), ("local_part", "jean"), ("secondary_email", "j@ailleurs.test")],
);

const CORRECTION: (&str, &[(&str, &str)]) = (
    "/domains/neuve.fr/mailboxes/zoe/edit",
    &[("first_name", "Zoé"), ("last_name", "Martin"), ("secondary_email", "zoe@ailleurs.test")],
);
const DELETION: (&str, &[(&str, &str)]) = ("/domains/neuve.fr/mailboxes/zoe/delete", &[("address", "zoe@neuve.fr")]);

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |form: (&'static str, &'static [(&'static str, &'static str)]), field, typed: &str, mistake| {
        cases.push(Case { path: form.0, right: form.1, field, typed: typed.to_owned(), mistake });
    };
    let long_label = format!("{}.fr", "a".repeat(64));
    let long_name = format!("{}.fr", vec!["a".repeat(49); 4].join("."));
    for typed in ["fr", "ville..fr", "-a.fr", "a_b.fr", "ville.12", "vi lle.fr", "orléans-.fr", &long_label] {
        add(DOMAIN, "name", typed, FieldError::NotADomainName);
    }
    for typed in ["http://neuf.fr", "https://www.neuf.fr/accueil", "www.neuf.fr", "aide@neuf.fr", "Aide <aide@neuf.fr>"]
    {
        add(DOMAIN, "name", typed, FieldError::DidYouMean { domain: "neuf.fr".into() });
    }
    add(DOMAIN, "name", "l’haÿ-les-roses.fr", FieldError::DomainCharacter('’'));
    add(DOMAIN, "name", "été☀.fr", FieldError::DomainCharacter('☀'));
    add(DOMAIN, "name", "vіlle.fr", FieldError::DomainMixesScripts);
    add(DOMAIN, "name", "  ", FieldError::Required);
    add(DOMAIN, "name", &long_name, FieldError::DomainNameTooLong);
    add(DOMAIN, "name", "Autre.fr", FieldError::DomainTaken);
    for (form, own) in [(DOMAIN, "nouvelle.fr"), (EDIT, "ville.fr")] {
        add(form, "support_email", "", FieldError::Required);
        add(form, "support_email", "aide", FieldError::NotAnAddress);
        add(form, "support_email", "a@b.test, c@d.test", FieldError::NotAnAddress);
        add(form, "support_email", "a@b.test\r\nBcc: x@y.test", FieldError::NotAnAddress);
        add(form, "support_email", &format!("aide@{own}"), FieldError::SupportInsideDomain);
        add(form, "support_email", &format!("aide@Mairie.{own}"), FieldError::SupportInsideDomain);
    }
    for (form, field) in
        [MAILBOX, CORRECTION].into_iter().flat_map(|form| ["first_name", "last_name"].map(|field| (form, field)))
    {
        add(form, field, " \t ", FieldError::Required);
        add(form, field, &"é".repeat(LONG), FieldError::TooLong(100));
        add(form, field, "Je\nan", FieldError::InvisibleCharacters);
        add(form, field, "Je\u{202e}an", FieldError::InvisibleCharacters);
        add(form, field, "Je\0an", FieldError::InvisibleCharacters);
        add(form, field, "Je\u{200b}an", FieldError::InvisibleCharacters);
        add(form, field, "\u{200d}\u{2060}\u{3164}", FieldError::Required);
        add(form, field, "…", FieldError::NameWithoutLetter);
        for typed in ["Jean <b>", "jean@ville.fr", "ici : https://x", "WWW.x"] {
            add(form, field, typed, FieldError::NameWithAddress);
        }
    }
    add(CORRECTION, "secondary_email", "zoe", FieldError::NotAnAddress);
    add(CORRECTION, "secondary_email", "zoe@NEUVE.fr", FieldError::SecondaryIsMailbox);
    for typed in ["", "zoe", "zoe@ville.fr", "jean@neuve.fr"] {
        add(DELETION, "address", typed, FieldError::NotTheAddress);
    }
    add(MAILBOX, "local_part", "jean dupont", FieldError::LocalPartCharacters);
    add(MAILBOX, "local_part", "jéan", FieldError::LocalPartCharacters);
    let elsewhere = FieldError::InOtherDomain { typed: "autre.fr".into(), domain: "ville.fr".into() };
    add(MAILBOX, "local_part", "Jean <jean@autre.fr>", elsewhere);
    add(MAILBOX, "local_part", "jean@", FieldError::LocalPartCharacters);
    add(MAILBOX, "local_part", "jean..d", FieldError::LocalPartDots);
    add(MAILBOX, "local_part", ".jean", FieldError::LocalPartDots);
    add(MAILBOX, "local_part", "OxAdmin", FieldError::LocalPartReserved);
    add(MAILBOX, "local_part", "all", FieldError::LocalPartReserved);
    add(MAILBOX, "local_part", &"a".repeat(65), FieldError::TooLong(64));
    add(MAILBOX, "secondary_email", "jean", FieldError::NotAnAddress);
    add(MAILBOX, "secondary_email", "Jean <j@ailleurs.test>, k@ailleurs.test", FieldError::NotAnAddress);
    add(MAILBOX, "secondary_email", "je\u{200b}an@ailleurs.test", FieldError::InvisibleCharacters);
    add(MAILBOX, "secondary_email", "JEAN@Ville.fr", FieldError::SecondaryIsMailbox);
    add(MAILBOX, "secondary_email", "Jean <mailto:Jean@Ville.fr>", FieldError::SecondaryIsMailbox);
    add(MAILBOX, "local_part", "je\u{200b}an", FieldError::InvisibleCharacters);
    cases
}

/// The text on one line, as a browser keeps the value of a single-line field.
fn shown(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn each_mistake_is_told_by_its_field(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.sign_in(Anna).await.new_mailbox("neuve.fr", ["Zoé", "Martin", "zoe", ""]).await;
    let counts = "select (select count(*) from domains) + (select count(*) from mailboxes) + \
                  (select count(*) from jobs) + (select count(*) from journal) + (select count(*) from emails)";
    let (before, mark) = (portal.database.number(counts).await, portal.dimail.mark().await);
    for (language, code) in [(Language::Fr, "fr"), (Language::En, "en")] {
        let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", code)).await;
        for case in cases() {
            let about = format!("{code} {} {}={:?}", case.path, case.field, case.typed);
            let wrong = (case.field, case.typed.as_str());
            let fields: Vec<(&str, &str)> =
                case.right.iter().map(|right| if right.0 == case.field { wrong } else { *right }).collect();

            let form = anna.post(case.path, &fields).await;

            assert_eq!(form.status, 422, "{about}: {}", form.words());
            assert_eq!(form.language(), code, "{about}");
            assert_eq!(form.mistakes(), [case.field], "{about}");
            let sentence = Sentences::new(language).field_error(&case.mistake).text();
            assert_eq!(form.mistake(case.field), shown(&sentence), "{about}");
            for (field, typed) in &fields {
                // HTML cannot contain a zero byte, and has one kind of line end.
                let kept = form.value(field).replace('\u{fffd}', "\0");
                assert_eq!(kept, typed.replace("\r\n", "\n"), "{about}");
            }
        }
    }
    assert_eq!(portal.database.number(counts).await, before, "nothing is stored");
    assert_eq!(portal.dimail.heard_since(mark).await, Vec::<String>::new(), "dimail is not asked");
}

async fn all_mistakes_are_told_at_once(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let form = anna.new_mailbox("ville.fr", ["", "\u{1}", "..", "x"]).await;
    assert_eq!(form.is(422).mistakes(), ["first_name", "last_name", "local_part", "secondary_email"]);
    assert_eq!(form.select("[data-summary] li").len(), 4);
    let form = anna.new_domain("", "").await;
    assert_eq!(form.is(422).mistakes(), ["name", "support_email"]);
    // These names have no Latin letters, so no local part can be derived from them.
    let form = anna.new_mailbox("ville.fr", ["محمد", "علي", "", ""]).await;
    assert_eq!(form.is(422).mistakes(), ["local_part"]);
    let sentence = Sentences::new(Language::Fr).field_error(&FieldError::LocalPartNotProposable).text();
    assert_eq!(form.mistake("local_part"), shown(&sentence));
}

async fn mistakes_are_linked_to_their_fields(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let form = anna.new_mailbox("ville.fr", ["", "Dupont", "", ""]).await;
    let described = form.attributes("#field-first_name", "aria-describedby").concat();
    let id = form.attributes("[data-mistake=\"first_name\"]", "id").concat();
    assert!(described.split(' ').any(|word| word == id), "{described} {id}");
    assert_eq!(form.attributes("#field-first_name", "aria-invalid"), ["true"]);
    assert_eq!(form.attributes("[data-summary] a", "href"), ["#field-first_name"]);
    let right = anna.get("/domains/ville.fr/new-mailbox").await;
    assert!(!right.has("[aria-invalid]") && !right.has("[data-mistake]") && !right.has("[data-summary]"));
}
