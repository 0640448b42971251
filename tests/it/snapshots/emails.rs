//! Every email that the portal sends: subject, plain text, HTML.

use std::time::Duration;

use super::in_both_languages;
use dimail_portal::mail::{Facts, write};
use dimail_portal::model::role::Role;
use dimail_portal::model::{EmailContent, Language};
use jiff::tz::TimeZone;

use crate::support::cast::PASSWORD;
use crate::support::portal::SUPPORT;
use crate::support::{Anna, Bruno, Dan, Eve, Portal};

in_both_languages!(mailbox_users, collaborators, domains, accounts);

const JEAN: &str = "/domains/ville.fr/mailboxes/jean";
const HOUR: Duration = Duration::from_hours(1);

/// Sends what is due, and compares the single email to an address.
async fn sent(portal: &Portal, name: &str, to: &str) {
    portal.work().await;
    let emails = portal.emails();
    let emails: Vec<_> = emails.iter().filter(|email| email.to == to).collect();
    let [email] = emails.as_slice() else { panic!("{name}: {emails:?}") };
    super::email(name, email);
    portal.forget_emails();
}

async fn mailbox_users(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await;
    sent(portal, "new_mailbox", "jean@ailleurs.test").await;
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    sent(portal, "login_link", "jean@ailleurs.test").await;
    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
    sent(portal, "new_password", "jean@ailleurs.test").await;
    let fields = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", "jean@neuf.test")];
    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
    sent(portal, "secondary_changed", "jean@ailleurs.test").await;
}

async fn collaborators(portal: &Portal) {
    portal.add_domain(Anna, "orléans.fr").await;
    portal.work().await;
    portal.forget_emails();
    let anna = portal.sign_in(Anna).await;
    let here = "/domains/xn--orlans-dva.fr";
    let members = format!("{here}/members");
    let invite = async |email, role| {
        let form = [("email", email), ("role", role)];
        anna.post(&format!("{here}/new-invitation"), &form).await.leads_to(&members);
    };
    invite("nina@neuf.test", "administrator").await;
    sent(portal, "invitation", "nina@neuf.test").await;
    portal.grant("orléans.fr", Dan, Role::Viewer).await;
    let row = format!("tr[data-member=\"{}\"] a[href$=\"/role\"]", Dan.email);
    let role = anna.get(&members).await.attributes(&row, "href").remove(0);
    anna.post(&role, &[("role", "administrator")]).await.leads_to(&members);
    sent(portal, "role_changed", Dan.email).await;
    anna.post(&role, &[("role", "owner"), ("confirm", "yes")]).await.leads_to(&members);
    sent(portal, "owner_now", Dan.email).await;
    anna.post(&role.replace("/role", "/remove"), &[]).await.leads_to(&members);
    sent(portal, "access_removed", Dan.email).await;
}

async fn domains(portal: &Portal) {
    let codes = ["wrong_mx", "no_cname_imap", "wrong_spf", "no_dkim", "odd_new"];
    portal.dimail.finds("xn--orlans-dva.fr", &codes, &[], false).await;
    portal.sign_in(Anna).await.new_domain("orléans.fr", SUPPORT).await.is(303);
    portal.work().await;
    for (name, to) in [("confirm_support", SUPPORT), ("domain_action_required", Anna.email)] {
        super::email(name, portal.emails().iter().find(|email| email.to == to).expect("an email"));
    }
    portal.forget_emails();
    let anna = portal.sign_in(Anna).await;
    anna.post("/domains/xn--orlans-dva.fr/dns/share", &[("email", "dsi@agglo.test")]).await.is(303);
    sent(portal, "dns_settings", "dsi@agglo.test").await;
    portal.confirm_support("orléans.fr").await;
    portal.dimail.finds("xn--orlans-dva.fr", &[], &["no_cert"], false).await;
    portal.wait(HOUR);
    sent(portal, "domain_failed", SUPPORT).await;
    portal.dimail.finds_nothing_wrong("xn--orlans-dva.fr").await;
    portal.wait(HOUR);
    sent(portal, "domain_ready", SUPPORT).await;
    state_adopted(portal).await;
    portal.disable("orléans.fr", "fusion de communes").await;
    sent(portal, "domain_disabled", SUPPORT).await;
    portal.disable("ville.fr", "").await;
    sent(portal, "domain_disabled_without_reason", SUPPORT).await;
}

/// An owner adopts what dimail has, and the other owner is told.
async fn state_adopted(portal: &Portal) {
    portal.grant("ville.fr", Dan, Role::Owner).await;
    let other = "la_regie:password";
    portal.dimail.mailbox_by_other(other, "nina@ville.fr", "Nina", "Neuve").await;
    portal.dimail.alias_by_other(other, "contact", "ville.fr", "nina@ville.fr").await;
    let (anna, here) = (portal.sign_in(Anna).await, "/domains/ville.fr/compare");
    let keys = anna.get(here).await.attributes("tr[data-line]", "data-line");
    let mut fields = vec![("action", "adopt")];
    fields.extend(keys.iter().map(|key| ("line", key.as_str())));
    anna.post(here, &fields).await.leads_to(here);
    sent(portal, "state_adopted", Dan.email).await;
}

async fn accounts(portal: &Portal) {
    let visitor = portal.visitor();
    visitor.post("/forgot-password", &[("email", Bruno.email)]).await.leads_to("/forgot-password?sent=yes");
    sent(portal, "forgotten_password", Bruno.email).await;
    let bruno = portal.sign_in(Bruno).await;
    let language = bruno.get("/account").await.language();
    let new = "une autre phrase longue";
    let fields = [("name", Bruno.name), ("language", &language), ("current_password", PASSWORD), ("new_password", new)];
    bruno.post("/account", &fields).await.leads_to("/account");
    sent(portal, "password_changed", Bruno.email).await;
    bruno.post("/account/confirm-address", &[]).await.leads_to("/account");
    sent(portal, "confirm_account", Bruno.email).await;
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    let dan = portal.sign_in(Dan).await;
    dan.post("/domains/new", &[("ours", "neuve.fr")]).await.leads_to("/domains");
    sent(portal, "domain_claimed", Eve.email).await;
    portal.sign_in(Eve).await.post("/staff/domains/neuve.fr/remove", &[]).await.leads_to("/domains");
    sent(portal, "domain_removed", Anna.email).await;
    let stranger = portal.visitor();
    stranger.post("/sign-in", &[("email", Bruno.email), ("password", new)]).await.leads_to("/domains");
    sent(portal, "new_browser", Bruno.email).await;
    let stranger = portal.visitor();
    for _ in 0..100 {
        stranger.post("/sign-in", &[("email", Bruno.email), ("password", "not this one")]).await.is(422);
        portal.wait(Duration::from_secs(31));
    }
    sent(portal, "many_wrong_passwords", Bruno.email).await;
}

/// What is rarely sent: those whose story is told by the tests of what causes them.
#[test]
fn rare_emails() {
    let domain = || "xn--orlans-dva.fr".to_owned();
    let (by, address) = (|| "Dan Petit".to_owned(), || "anna@xn--orlans-dva.fr".to_owned());
    let contents = [
        ("creation_guarded", EmailContent::CreationGuarded { domain: domain(), address: address() }),
        ("staff_now", EmailContent::Raised { domain: None, address: address(), leads: 2, by: by() }),
        (
            "state_pushed",
            EmailContent::Reconciled {
                domain: domain(),
                by: by(),
                adopted: false,
                subjects: vec![address()],
                count: 3,
            },
        ),
        (
            "name_from_right_to_left",
            EmailContent::Invitation {
                inviter: "محمد الأمين".to_owned(),
                domain: domain(),
                role: "viewer".to_owned(),
                expires_at: dimail_portal::model::Timestamp(1_795_352_700_000_000),
            },
        ),
    ];
    let facts = Facts {
        public_url: "https://portail.test",
        webmail_url: "https://webmail.test",
        brand: "Portail",
        accent: None,
        token: Some("token".into()),
        login_link_valid: HOUR,
        new_password: None,
        time_zone: &TimeZone::UTC,
        support_url: Some("https://aide.test"),
    };
    for (name, content) in contents {
        for language in [Language::Fr, Language::En] {
            let email = write(&content, language, &facts).expect("an email");
            super::written(language.code(), name, &email);
        }
    }
}
