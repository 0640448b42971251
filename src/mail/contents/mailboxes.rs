//! Emails to the user of a mailbox.

use secrecy::ExposeSecret;

use crate::i18n::Sentences;
use crate::mail::parts::{EmailParts, Facts};
use crate::mail::shown::address_in_both_forms;
use crate::model::address::shown_address;
use crate::model::mailbox::LOGIN_LINK_PRESSES;
use crate::model::name::in_email;
use crate::urls;

/// The mailbox user to whom an email goes.
#[derive(Clone, Copy)]
pub(super) struct To<'a> {
    /// Their name.
    pub(super) user: &'a str,
    /// The address of the mailbox.
    pub(super) address: &'a str,
    /// The support address; empty if there is none that was confirmed.
    pub(super) support: &'a str,
}

/// An email about a mailbox. The keys are those of the subject, and of what to do if it was not expected.
fn about_mailbox(
    s: Sentences,
    To { user, address, support }: To<'_>,
    [subject, unexpected]: [&str; 2],
    text: String,
) -> EmailParts {
    EmailParts {
        subject: s.sentence(subject, &[("address", &shown_address(address))]),
        hello: hello(s, user),
        before: vec![text],
        last: vec![match support {
            "" => s.t("email-unexpected-no-support"),
            _ => s.t1(unexpected, "support", support),
        }],
        ..EmailParts::default()
    }
}

pub(super) fn new_mailbox(s: Sentences, facts: &Facts<'_>, to: To<'_>) -> EmailParts {
    let keys = ["email-new-mailbox-subject", "email-new-mailbox-unexpected"];
    let email = about_mailbox(s, to, keys, s.t("email-new-mailbox-open"));
    with_link(s, facts, to, email, "email-new-mailbox-with-link")
}

pub(super) fn login_link(s: Sentences, facts: &Facts<'_>, to: To<'_>) -> EmailParts {
    let keys = ["email-login-link-subject", "email-login-link-unexpected"];
    let email = about_mailbox(s, to, keys, s.t("email-login-link-text"));
    with_link(s, facts, to, email, "email-login-link-with-link")
}

pub(super) fn new_password(s: Sentences, facts: &Facts<'_>, to: To<'_>) -> EmailParts {
    let keys = ["email-new-password-subject", "email-new-password-unexpected"];
    let password = facts.new_password.as_ref().map_or("", |password| password.expose_secret());
    let mut particulars = particulars(s, facts, to.address);
    particulars.push((s.t("email-new-password-password"), password.to_owned()));
    let after = vec![s.t("email-new-password-change"), s.t("email-new-password-keep")];
    let email = about_mailbox(s, to, keys, s.t("email-new-password-text"));
    to_webmail(s, facts, EmailParts { particulars, after, ..email })
}

pub(super) fn secondary_changed(s: Sentences, facts: &Facts<'_>, to: To<'_>, by: &str) -> EmailParts {
    let keys = ["email-secondary-changed-subject", "email-secondary-changed-unexpected"];
    let text = s.t2("email-secondary-changed-text", "by", facts.named(by), "address", shown_address(to.address));
    let after = vec![s.t("email-secondary-changed-then")];
    to_webmail(s, facts, EmailParts { after, ..about_mailbox(s, to, keys, text) })
}

fn hello(s: Sentences, user: &str) -> String {
    let name = in_email(user);
    if name.is_empty() { s.t("email-hello-all") } else { s.t1("email-hello", "name", name) }
}

fn particulars(s: Sentences, facts: &Facts<'_>, address: &str) -> Vec<(String, String)> {
    vec![
        (s.t("email-new-mailbox-address"), address_in_both_forms(s, address)),
        (s.t("email-new-mailbox-webmail"), facts.webmail_url.to_owned()),
    ]
}

/// Adds the mailbox, the link, how long it is valid, and where to get another one.
fn with_link(s: Sentences, facts: &Facts<'_>, to: To<'_>, mut email: EmailParts, key: &str) -> EmailParts {
    let valid = s.t2(key, "length", s.duration(facts.login_link_valid), "uses", LOGIN_LINK_PRESSES);
    let page = facts.portal_address(urls::FIRST_ACCESS);
    email.last.insert(0, s.t1("email-new-mailbox-when-expired", "page", page));
    EmailParts {
        particulars: particulars(s, facts, to.address),
        after: vec![valid, s.t("email-new-mailbox-keep-link")],
        button: s.t("email-new-mailbox-enter"),
        link: facts.link_address(urls::login_link),
        ..email
    }
}

fn to_webmail(s: Sentences, facts: &Facts<'_>, email: EmailParts) -> EmailParts {
    EmailParts { button: s.t("email-new-mailbox-see-webmail"), link: facts.webmail_url.to_owned(), ..email }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::mail::email::Written;
    use crate::mail::{Facts, write};
    use crate::model::email::EmailContent;
    use crate::model::user::Language::{self, En, Fr};

    static UTC: jiff::tz::TimeZone = jiff::tz::TimeZone::UTC;

    fn written(content: &EmailContent, language: Language) -> Written {
        let facts = Facts {
            public_url: "https://portail.exemple.fr/",
            webmail_url: "https://webmail.exemple.fr/",
            brand: "Portail",
            accent: None,
            token: Some("abc".into()),
            login_link_valid: Duration::from_hours(72),
            new_password: Some("S3cret <word>".into()),
            time_zone: &UTC,
            support_url: None,
        };
        write(content, language, &facts).expect("an email")
    }

    fn user() -> (String, String, String) {
        ("Jean Dupont".into(), "jean.dupont@ville.fr".into(), "support@exemple.fr".into())
    }

    /// An email as a person reads it, with non-breaking spaces as `~`.
    fn text(content: &EmailContent, language: Language) -> String {
        written(content, language).text.replace('\u{a0}', "~")
    }

    #[test]
    fn a_login_link_in_both_languages() {
        let (user, address, support) = user();
        let content = EmailContent::LoginLink { user, address, support };
        assert_eq!(written(&content, Fr).subject, "Votre lien pour entrer dans jean.dupont@ville.fr");
        assert_eq!(
            text(&content, Fr),
            "Bonjour Jean Dupont,\n\n\
             Voici un nouveau lien pour entrer dans votre boîte.\n\n\
             Votre adresse\n    jean.dupont@ville.fr\n\n\
             Messagerie\n    https://webmail.exemple.fr/\n\n\
             Ouvrez ce lien et appuyez sur le bouton~: il ne demande pas de mot de passe. Il fonctionne pendant 72 heures, 5 fois au plus.\n\n\
             Ne transmettez cet e-mail à personne~: avec ce lien, n’importe qui entre dans votre boîte.\n\n\
             Entrer dans ma boîte\n    https://portail.exemple.fr/login-link/abc\n\n\
             Si le lien ne fonctionne plus, demandez-en un autre, qui arrivera à cette même adresse de secours~: https://portail.exemple.fr/first-access\n\n\
             Vous n’avez rien demandé~? N’ouvrez pas le lien, et prévenez votre assistance~: support@exemple.fr\n\n\
             -- \nE-mail envoyé automatiquement par Portail.\nhttps://portail.exemple.fr\n"
        );
        let english = text(&content, En);
        for sentence in [
            "Hello Jean Dupont,",
            "Follow this link and press the button: no password is needed. It works for 72 hours, 5 times at most.",
            "If the link no longer works, ask for another one, which will be sent to this same secondary address: https://portail.exemple.fr/first-access",
        ] {
            assert!(english.contains(sentence), "{english}");
        }
        assert!(!english.contains("S3cret"));
    }

    #[test]
    fn a_new_password_in_both_languages() {
        let (user, address, support) = user();
        let content = EmailContent::NewPassword { user, address, support };
        assert_eq!(
            text(&content, Fr),
            "Bonjour Jean Dupont,\n\n\
             Votre boîte a un nouveau mot de passe. L’ancien ne fonctionne plus.\n\n\
             Votre adresse\n    jean.dupont@ville.fr\n\n\
             Messagerie\n    https://webmail.exemple.fr/\n\n\
             Votre nouveau mot de passe\n    S3cret <word>\n\n\
             Connectez-vous à votre boîte avec ce mot de passe, puis choisissez aussitôt un autre mot de passe. Si vous recevez plusieurs e-mails comme celui-ci, seul le dernier compte.\n\n\
             Ne transmettez cet e-mail à personne, et supprimez-le ensuite.\n\n\
             Ouvrir la messagerie\n    https://webmail.exemple.fr/\n\n\
             Vous n’avez rien demandé~? Prévenez votre assistance~: support@exemple.fr\n\n\
             -- \nE-mail envoyé automatiquement par Portail.\nhttps://portail.exemple.fr\n"
        );
        let english = written(&content, En);
        assert_eq!(english.subject, "A new password for jean.dupont@ville.fr");
        assert!(english.text.contains("Your new password\n    S3cret <word>\n"), "{}", english.text);
        assert!(english.html.contains("S3cret &#60;word&#62;"), "{}", english.html);
        assert!(!format!("{english:?}").contains("S3cret"), "Debug tells no password");
    }

    #[test]
    fn a_changed_secondary_address_in_both_languages() {
        let (user, address, support) = user();
        let content = EmailContent::SecondaryChanged { user, address, by: "Anna Martin".into(), support };
        assert_eq!(
            text(&content, Fr),
            "Bonjour Jean Dupont,\n\n\
             L’adresse de secours de la boîte jean.dupont@ville.fr a été changée par Anna Martin. L’adresse à laquelle vous lisez cet e-mail n’est plus son adresse de secours.\n\n\
             Les liens et mots de passe de cette boîte n’arriveront plus ici.\n\n\
             Ouvrir la messagerie\n    https://webmail.exemple.fr/\n\n\
             Si cela vous surprend, écrivez sans attendre à votre assistance~: support@exemple.fr\n\n\
             -- \nE-mail envoyé automatiquement par Portail.\nhttps://portail.exemple.fr\n"
        );
        let english = text(&content, En);
        assert!(
            english.contains("The secondary address of the mailbox jean.dupont@ville.fr was changed by Anna Martin")
        );
        assert!(!english.contains("/login-link/") && !english.contains("S3cret"), "{english}");
    }
}
