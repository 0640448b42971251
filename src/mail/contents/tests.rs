//! What all emails have in common, and the text of one.

use std::time::Duration;

use crate::mail::email::Written;
use crate::mail::{Facts, write};
use crate::model::confirm::Confirming;
use crate::model::email::{EmailContent, SettingToSend};
use crate::model::time::Timestamp;
use crate::model::user::Language::{self, En, Fr};

static UTC: jiff::tz::TimeZone = jiff::tz::TimeZone::UTC;

fn facts() -> Facts<'static> {
    Facts {
        public_url: "https://portail.exemple.fr/",
        webmail_url: "https://webmail.exemple.fr/",
        brand: "Portail <Mail>",
        accent: None,
        token: Some("abc-d".into()),
        login_link_valid: Duration::from_hours(72),
        new_password: None,
        time_zone: &UTC,
        support_url: Some("mailto:aide@portail.exemple.fr"),
    }
}

fn new_mailbox(user: &str) -> EmailContent {
    EmailContent::NewMailbox {
        user: user.into(),
        address: "jean.dupont@ville.fr".into(),
        support: "support@exemple.fr".into(),
    }
}

fn dns_settings_from(by: &str) -> EmailContent {
    let setting = |kind: &str, value: &str, priority| SettingToSend {
        kind: kind.into(),
        name: "@".into(),
        value: value.into(),
        priority,
    };
    EmailContent::DnsSettings {
        by: by.into(),
        address: "dan@ville.fr".into(),
        domain: "ville.fr".into(),
        share: String::new(),
        settings: vec![setting("MX", "mx.ox.fr.", Some(10)), setting("TXT", "v=spf1 include:x.fr\n -all", None)],
        right: 4,
    }
}

#[test]
fn a_value_of_a_setting_is_one_line() {
    let email = written(&dns_settings_from("Dan"), En, &facts());
    assert!(email.text.contains("Type | MX\nName | @\nValue | mx.ox.fr.\nPriority | 10\n\n"), "{}", email.text);
    assert!(email.text.contains("\nValue | v=spf1 include:x.fr  -all\n\n"), "{}", email.text);
    assert!(email.html.contains(">v=spf1 include:x.fr  -all</td>"), "{}", email.html);
}

fn written(content: &EmailContent, language: Language, facts: &Facts<'_>) -> Written {
    write(content, language, facts).expect("an email")
}

#[test]
fn a_new_mailbox_in_french() {
    let email = written(&new_mailbox("Jean Dupont"), Fr, &facts());
    assert_eq!(email.subject, "Votre adresse jean.dupont@ville.fr est prête");
    assert_eq!(
        email.text.replace('\u{a0}', "~"),
        "Bonjour Jean Dupont,\n\n\
         Votre boîte est ouverte. Vous pouvez dès maintenant recevoir et envoyer des e-mails avec cette adresse.\n\n\
         Votre adresse\n    jean.dupont@ville.fr\n\n\
         Messagerie\n    https://webmail.exemple.fr/\n\n\
         Pour entrer dans votre boîte la première fois, ouvrez ce lien et appuyez sur le bouton~: aucun mot de passe n’est demandé. Le lien fonctionne pendant 72 heures, 5 fois au plus.\n\n\
         Ne transmettez cet e-mail à personne~: avec ce lien, n’importe qui entre dans votre boîte.\n\n\
         Entrer dans ma boîte\n    https://portail.exemple.fr/login-link/abc-d\n\n\
         Si le lien ne fonctionne plus, demandez-en un autre, qui arrivera à cette même adresse de secours~: https://portail.exemple.fr/first-access\n\n\
         Vous n’attendiez pas cet e-mail~? Prévenez votre assistance~: support@exemple.fr\n\n\
         -- \nE-mail envoyé automatiquement par Portail <Mail>.\nhttps://portail.exemple.fr\n"
    );
}

#[test]
fn everything_is_escaped_in_html() {
    let email = written(&new_mailbox("<script>alert('x')</script> Zoé & \"Cie\""), Fr, &facts());
    assert!(!email.html.contains("<script"), "{}", email.html);
    assert!(email.html.contains("Bonjour <bdi>Zoé &#38; &#34;Cie&#34;</bdi>,"), "{}", email.html);
    assert!(email.html.contains("href=\"https://portail.exemple.fr/login-link/abc-d\""));
    let reason = "<script>alert('x')</script>".to_owned();
    let email = written(&EmailContent::DomainDisabled { domain: "ville.fr".into(), reason }, Fr, &facts());
    assert!(email.html.contains("&#60;script&#62;alert"), "{}", email.html);
    assert!(email.html.contains("Portail &#60;Mail&#62;"));
}

#[test]
fn a_name_is_short_plain_text_and_never_the_subject() {
    let spam = "Votre mot de passe expire. Connectez-vous ici : https://exemple.test/ et donnez votre code secret";
    let spam = || spam.to_owned();
    let (domain, role) = (|| "ville.fr".to_owned(), || "owner".to_owned());
    let (address, support) = (|| "jean@ville.fr".to_owned(), || "support@exemple.fr".to_owned());
    let contents = [
        new_mailbox(&spam()),
        EmailContent::LoginLink { user: spam(), address: address(), support: support() },
        EmailContent::NewPassword { user: spam(), address: address(), support: support() },
        EmailContent::SecondaryChanged { user: spam(), address: address(), by: spam(), support: support() },
        EmailContent::Invitation { inviter: spam(), domain: domain(), role: role(), expires_at: Timestamp(0) },
        EmailContent::Raised { domain: Some(domain()), address: address(), leads: 1, by: spam() },
        EmailContent::ConfirmAddress {
            what: Confirming::Support,
            by: spam(),
            user: String::new(),
            domain: Some(domain()),
        },
        EmailContent::DomainClaimed { by: spam(), address: address(), domain: domain() },
        dns_settings_from(&spam()),
        EmailContent::RoleChanged { by: spam(), domain: domain(), role: role() },
        EmailContent::AccessRemoved { by: spam(), domain: domain() },
        EmailContent::Reconciled { domain: domain(), by: spam(), adopted: true, subjects: vec![address()], count: 1 },
    ];
    for content in &contents {
        for language in [Fr, En] {
            let email = written(content, language, &facts());
            assert!(!email.subject.contains("mot de passe expire"), "{}", email.subject);
            for text in [&email.text, &email.html] {
                assert!(!text.contains("exemple.test") && !text.contains("code secret"), "{text}");
            }
            let first = email.text.split("\n\n").nth(1).unwrap_or_default();
            assert!(!first.starts_with("Votre mot"), "the first sentence is the portal's: {first}");
        }
    }
}

#[test]
fn actions_to_take_are_named_once_with_their_page() {
    let codes = ["no_mx", "wrong_spf", "no_mx"].map(String::from).to_vec();
    let content = EmailContent::DomainActionRequired { domain: "xn--orlans-dva.fr".into(), codes };
    let email = written(&content, En, &facts());
    assert_eq!(email.subject, "orléans.fr: DNS records need correcting");
    assert!(email.text.contains("2 checks of the domain orléans.fr (xn--orlans-dva.fr) did not pass."));
    assert_eq!(email.text.matches("- No MX record").count(), 1);
    assert!(email.text.contains("\n    https://portail.exemple.fr/domains/xn--orlans-dva.fr/dns\n"));
    let codes = vec![];
    let content = EmailContent::DomainActionRequired { domain: "ville.fr".into(), codes };
    assert!(written(&content, Fr, &facts()).text.contains("Une vérification du domaine ville.fr n’est pas passée"));
}

#[test]
fn every_email_can_be_written_in_both_languages() {
    let domain = || "ville.fr".to_owned();
    let contents = [
        new_mailbox("Jean Dupont"),
        EmailContent::DomainReady { domain: domain() },
        EmailContent::DomainActionRequired { domain: domain(), codes: vec!["odd".into()] },
        EmailContent::DomainFailed { domain: domain() },
        EmailContent::DomainDisabled { domain: domain(), reason: "Fusion\nde communes".into() },
        EmailContent::CreationGuarded { domain: domain(), address: "anna@ville.fr".into() },
        EmailContent::Reconciled {
            domain: domain(),
            by: "Dan".into(),
            adopted: false,
            subjects: vec!["anna@ville.fr".into(), "contact@ville.fr → anna@ville.fr".into()],
            count: 3,
        },
        EmailContent::Raised { domain: Some(domain()), address: "anna@ville.fr".into(), leads: 0, by: "Dan".into() },
        EmailContent::Raised { domain: None, address: "anna@ville.fr".into(), leads: 2, by: String::new() },
        EmailContent::DomainRemoved { domain: domain() },
        dns_settings_from("Dan"),
        EmailContent::DomainClaimed { by: "Dan".into(), address: "dan@ailleurs.fr".into(), domain: domain() },
        EmailContent::ForgottenPassword,
        EmailContent::PasswordChanged { address: "anna@ville.fr".into(), at: Timestamp(0) },
    ];
    for content in &contents {
        for language in [Fr, En] {
            let email = written(content, language, &facts());
            for part in [&email.subject, &email.text, &email.html] {
                assert!(!part.contains("email-") && !part.contains("problem-"), "a missing sentence: {part}");
            }
            assert!(!email.subject.contains('\n') && !email.text.contains("\n\n\n"), "{}", email.text);
            assert_eq!(email.html.matches("display:inline-block").count(), 1, "one button");
            no_sign_at_an_address(&email.text);
            each_element_has_its_style(&email.html);
        }
    }
}

/// Mail programs may take a full stop behind an address for a part of it.
fn no_sign_at_an_address(text: &str) {
    let is_address = |word: &&str| word.contains("://") || (word.contains('@') && *word != "@");
    for word in text.split_whitespace().filter(is_address) {
        let is_read = word.ends_with(char::is_alphanumeric) || word.ends_with(['/', ')', ',']);
        assert!(is_read, "{word} in {text}");
    }
}

/// Some mail programs drop `<body>` and `<style>`.
fn each_element_has_its_style(html: &str) {
    for start in ["<p", "<h1", "<li"] {
        for element in html.split(start).skip(1) {
            let element = element.split('>').next().unwrap_or_default();
            let has = |what: &str| element.contains(what);
            assert!(has("color:#") || has("margin:24px 0\""), "{start}{element}");
            assert!(has("font-family:") || has("margin:24px 0\""), "{start}{element}");
        }
    }
    assert!(html.contains("<table class=\"page\" lang="), "{html}");
}

#[test]
fn addresses_are_links_and_names_stand_apart() {
    let email = written(&new_mailbox("Jean Dupont"), Fr, &facts());
    for (href, shown) in [
        ("mailto:support@exemple.fr", "support@exemple.fr"),
        ("https://webmail.exemple.fr/", "https://webmail.exemple.fr/"),
        ("https://portail.exemple.fr/first-access", "https://portail.exemple.fr/first-access"),
        ("https://portail.exemple.fr", "https://portail.exemple.fr"),
    ] {
        let link = email.html.split(&format!("href=\"{href}\"")).nth(1).unwrap_or_default();
        assert!(link.split('>').nth(1).unwrap_or_default().starts_with(&format!("{shown}<")), "{href}: {}", email.html);
    }
    assert!(email.html.contains("Bonjour <bdi>Jean Dupont</bdi>,"), "{}", email.html);
    // What a person types is no link, even if it reads like one that the portal names.
    let reason = "voir https://webmail.exemple.fr/x ou x@support@exemple.fr".to_owned();
    let email = written(&EmailContent::DomainDisabled { domain: "ville.fr".into(), reason }, Fr, &facts());
    assert!(email.html.contains("<strong>voir https://webmail.exemple.fr/x ou"), "{}", email.html);
}

#[test]
fn an_email_does_not_tell_its_link_to_logs() {
    let email = written(&new_mailbox("Jean"), Fr, &facts());
    assert!(!format!("{email:?} {:?}", facts()).contains("abc-d"));
}
