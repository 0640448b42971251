//! Invitations: the email, the link, who may use it, how long it is valid, and what ends it.

use std::time::Duration;

use dimail_portal::actions::accounts;
use dimail_portal::actions::accounts::new::NewAccount;
use dimail_portal::i18n::Sentences;
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::field_error::FieldError;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::Language;
use sha2::{Digest, Sha256};

use crate::members::roles::{everything, is_spoken, people, verbs};
use crate::support::cast::PASSWORD;
use crate::support::{Anna, Answer, Bruno, Chloe, Dan, Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    the_email_says_who_where_what_and_until_when,
    the_email_is_in_the_senders_language,
    an_invited_person_makes_an_account,
    what_is_wrong_with_a_new_account_is_told,
    the_link_works_once,
    the_case_of_the_address_does_not_matter,
    each_invitation_is_accepted_by_itself,
    somebody_else_is_told_so,
    the_invited_person_presses_once,
    who_is_signed_out_signs_in_first,
    a_link_ends_after_seven_days,
    a_withdrawn_invitation_is_dead,
    an_inviter_without_the_right_has_no_open_invitation,
    an_operator_takes_the_right_to_invite,
    an_operator_takes_the_inviters_account,
    acceptance_waits_for_a_disabled_domain,
    a_role_is_never_lowered,
    who_has_an_account_accepts_too,
    a_new_invitation_replaces_one_that_expired,
    an_account_takes_up_no_invitation_by_itself,
    an_invitation_tells_nothing_about_accounts,
    nobody_accepts_the_invitation_of_another,
    each_mistake_of_the_form_is_told,
    an_invitation_sent_twice_is_one,
    a_link_opened_twice_makes_one_account,
    odd_links_are_dead_links,
);
on_both!(twenty_an_hour_and_person with ["--invitations-per-hour", "3"]);
on_both!(a_hundred_a_day_and_domain with ["--invitations-per-day", "3"]);

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const ME: &str = "/domains/ville.fr";
const LIST: &str = "/domains/ville.fr/members";
const NEW: &str = "/domains/ville.fr/new-invitation";
const NINA: &str = "nina@neuf.test";
const JOINING: &[(&str, &str)] = &[("name", "Nina Neuf"), ("password", PASSWORD)];

async fn invite(visitor: &Visitor, domain: &str, email: &str, role: &str) {
    let fields = [("email", email), ("role", role), ("confirm", "yes")];
    visitor
        .post(&format!("/domains/{domain}/new-invitation"), &fields)
        .await
        .leads_to(&format!("/domains/{domain}/members"));
}

/// The message of a field error, on one line as on a page.
fn told(language: Language, mistake: &FieldError) -> String {
    Sentences::new(language).field_error(mistake).text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The path of the link in the last email to this address.
fn link(portal: &Portal, to: &str) -> String {
    let emails = portal.emails();
    let email = emails.iter().rfind(|email| email.to == to).unwrap_or_else(|| panic!("no email to {to}"));
    let start = format!("{}/invitations/", portal.app.settings.public_url());
    let (_, rest) = email.text.split_once(&start).unwrap_or_else(|| panic!("no link in {}", email.text));
    let token = rest.split_whitespace().next().expect("a token");
    assert!(email.html.contains(&format!("{start}{token}")), "{}", email.html);
    format!("/invitations/{token}")
}

/// Anna invites Nina; returns the link of the email.
async fn invited(portal: &Portal, role: &str) -> String {
    invite(&portal.sign_in(Anna).await, "ville.fr", NINA, role).await;
    portal.work().await;
    link(portal, NINA)
}

/// Demands the page of a link that is no longer valid, which says what to do.
#[track_caller]
fn is_dead(answer: &Answer) {
    is_spoken(answer.is(404));
    assert!(answer.words().contains("demandez une nouvelle invitation"), "{}", answer.words());
    assert!(!answer.has("main form"), "{}", answer.words());
}

/// Accepts all invitations that stand on the list of domains.
async fn accept_all(visitor: &Visitor) {
    let list = visitor.get("/domains").await;
    is_spoken(list.is(200));
    for action in list.attributes("#invitations form", "action") {
        visitor.post(&action, &[("accept", "yes")]).await.is(303);
    }
}

async fn invitation_id(portal: &Portal, email: &str) -> String {
    portal.database.text(&format!("select id from invitations where email = '{email}'")).await
}

async fn accounts_of(portal: &Portal, email_key: &str) -> i64 {
    portal.database.count(&format!("users where email_key = '{email_key}'")).await
}

async fn add_account(portal: &Portal, email: &str, language: Option<Language>) {
    let new = NewAccount { email, name: "Nina Neuf", password: PASSWORD.into(), is_staff: false, language };
    accounts::manage::add(&portal.app.store, new, Language::Fr).await.expect("an account");
}

async fn sign_in(portal: &Portal, email: &str, next: &str) -> Visitor {
    let visitor = portal.visitor();
    portal.make_known(email, &visitor).await;
    visitor.post("/sign-in", &[("email", email), ("password", PASSWORD), ("next", next)]).await.leads_to(next);
    visitor
}

async fn the_email_says_who_where_what_and_until_when(portal: &Portal) {
    let path = invited(portal, "administrator").await;

    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    let end = Sentences::new(Language::Fr).timestamp(portal.now().plus(7 * DAY), &portal.app.settings.time_zone);
    assert_eq!(email.subject, "Invitation à rejoindre ville.fr");
    for what in [Anna.name, "ville.fr", "Administrateur", &end] {
        assert!(email.text.contains(what) && email.html.contains(what), "{what}: {}", email.text);
    }
    let token = path.rsplit('/').next().expect("a token");
    assert!(token.len() >= 43, "256 bits: {token}");
    // Only a hash of the token is stored.
    for sql in [
        "select content from emails",
        "select event from journal",
        "select token_hash from invitation_links",
        "select id from invitations",
    ] {
        let rows = portal.database.texts(sql).await.concat();
        assert!(!rows.contains(token), "{sql} holds the token");
    }
    let hash = format!("{:x}", Sha256::digest(token.as_bytes()));
    assert_eq!(portal.database.texts("select token_hash from invitation_links").await, [hash]);
    // The link works, and its page has the same details as the email.
    let page = portal.visitor().get(&path).await;
    is_spoken(page.is(200));
    for what in [Anna.name, "ville.fr", "Administrateur", NINA] {
        assert!(page.words().contains(what), "{what}: {}", page.words());
    }
    assert_eq!(page.header("referrer-policy"), "same-origin");
    // No further emails are sent by themselves.
    portal.work_after(2 * DAY).await;
    assert_eq!(portal.emails().iter().filter(|email| email.to == NINA).count(), 1);
}

async fn the_email_is_in_the_senders_language(portal: &Portal) {
    let bruno = portal.sign_in(Bruno).await;
    bruno.post("/language", &[("language", "en"), ("next", "/domains")]).await.leads_to("/domains");
    invite(&bruno, "ville.fr", "one@neuf.test", "viewer").await;
    // Without a stored choice, the sender's language is the one that the browser requests.
    let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", "en-GB")).await;
    invite(&anna, "ville.fr", "two@neuf.test", "viewer").await;
    invite(&portal.sign_in(Anna).await, "ville.fr", "three@neuf.test", "viewer").await;

    portal.work().await;

    let email = |to: &str| portal.emails().into_iter().find(|email| email.to == to).expect("an email");
    assert_eq!(email("one@neuf.test").subject, "Invitation to join ville.fr");
    assert!(email("one@neuf.test").html.contains("lang=\"en\""));
    assert!(email("three@neuf.test").html.contains("lang=\"fr\""));
    assert!(email("two@neuf.test").html.contains("lang=\"en\""), "{}", email("two@neuf.test").text);
}

async fn an_invited_person_makes_an_account(portal: &Portal) {
    let path = invited(portal, "administrator").await;
    portal.forget_emails();
    let nina = portal.visitor().with("accept-language", "en");
    let form = nina.get(&path).await;
    is_spoken(form.is(200));
    assert_eq!((form.value("name"), form.value("password")), (String::new(), String::new()));
    assert_eq!(form.attributes("main form", "action"), [path.as_str()]);

    nina.post(&path, JOINING).await.leads_to(ME);

    let page = nina.get(ME).await;
    is_spoken(page.is(200));
    assert!(page.words().contains("Nina Neuf"), "{}", page.words());
    assert_eq!(page.notice().0, "good");
    let account = "select email, name, is_staff, language from users where email_key = 'nina@neuf.test'";
    assert_eq!(portal.database.text(account).await, "nina@neuf.test|Nina Neuf|0|en");
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test administrator"));
    assert_eq!(portal.database.count("invitations").await, 0);
    assert_eq!(portal.database.count("invitation_links").await, 0);
    assert_eq!(verbs(portal, "ville.fr").await.split_off(5), ["member_invited", "invitation_accepted"]);
    let line = "select actor_email from journal where event like '%invitation_accepted%'";
    assert_eq!(portal.database.text(line).await, NINA);
    // Nina can work with the account: she is an administrator, not an owner, and signs in with her
    // password.
    let again = sign_in(portal, NINA, "/domains").await;
    assert_eq!(again.get("/domains").await.domains(), ["ville.fr"]);
    invite(&again, "ville.fr", "autre@neuf.test", "viewer").await;
    again.post(NEW, &[("email", "a@neuf.test"), ("role", "owner")]).await.is(403);
    nina.get("/domains/autre.fr").await.is(404);
    portal.work().await;
    assert_eq!(portal.recipients(), ["autre@neuf.test"]);
}

async fn what_is_wrong_with_a_new_account_is_told(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let before = everything(portal).await;
    let long = "é".repeat(201);
    for (language, code) in [(Language::Fr, "fr"), (Language::En, "en")] {
        let nina = portal.visitor().with("accept-language", code);
        let length = || FieldError::PasswordLength { min: 12, max: 200 };
        for (name, password, field, mistake) in [
            ("Nina Neuf", "onze lettre", "password", length()),
            ("Nina Neuf", "", "password", length()),
            ("Nina Neuf", long.as_str(), "password", length()),
            ("  ", PASSWORD, "name", FieldError::Required),
            ("Ni\u{202e}na", PASSWORD, "name", FieldError::InvisibleCharacters),
            (long.as_str(), PASSWORD, "name", FieldError::TooLong(100)),
        ] {
            let form = nina.post(&path, &[("name", name), ("password", password)]).await;
            is_spoken(form.is(422));
            assert_eq!((form.language(), form.mistakes()), (code.to_owned(), vec![field.to_owned()]));
            assert_eq!(form.mistake(field), told(language, &mistake));
            assert_eq!(form.value("name"), name, "what was typed is kept");
            assert_eq!(form.value("password"), "", "but never a password");
            assert!(!form.text.contains(password) || password.is_empty());
        }
        let form = nina.post(&path, &[]).await;
        assert_eq!(form.is(422).mistakes(), ["name", "password"]);
        assert_eq!(nina.cookie("session"), None);
    }
    assert_eq!(everything(portal).await, before, "no account is made");
    // Fields that the form does not have are ignored.
    let odd = [JOINING, &[("email", "other@neuf.test"), ("role", "owner"), ("is_staff", "1")]].concat();
    portal.visitor().post(&path, &odd).await.leads_to(ME);
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test viewer"));
    assert_eq!(portal.database.count("users where is_staff = 1").await, 1);
    assert_eq!(accounts_of(portal, "other@neuf.test").await, 0);
}

async fn the_link_works_once(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let nina = portal.visitor();
    nina.post(&path, JOINING).await.leads_to(ME);
    let before = everything(portal).await;
    for visitor in [&nina, &portal.visitor(), &portal.sign_in(Dan).await] {
        is_dead(&visitor.get(&path).await);
        is_dead(&visitor.post(&path, JOINING).await);
    }
    assert_eq!(everything(portal).await, before);
}

async fn the_case_of_the_address_does_not_matter(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    invite(&anna, "ville.fr", " NINA@Été.Test ", "viewer").await;
    let again = anna.post(NEW, &[("email", "nina@été.test"), ("role", "viewer")]).await;
    assert_eq!(again.is(422).mistake("email"), told(Language::Fr, &FieldError::AlreadyInvited));
    portal.work().await;
    let path = link(portal, "NINA@xn--t-9fab.test");
    // The account is created in another way, with the address in another case.
    add_account(portal, "Nina@ÉTÉ.test", None).await;
    accept_all(&sign_in(portal, "nina@été.test", "/domains").await).await;
    assert_eq!(
        people(portal, "ville.fr").await.iter().filter(|line| line.contains("ina@xn--t-9fab.test viewer")).count(),
        1
    );
    is_dead(&portal.visitor().get(&path).await);
    let again = anna.post(NEW, &[("email", "nINA@été.TEST"), ("role", "viewer")]).await;
    assert_eq!(again.is(422).mistake("email"), told(Language::Fr, &FieldError::AlreadyMember));
}

async fn each_invitation_is_accepted_by_itself(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    invite(&portal.sign_in(Fay).await, "autre.fr", "Nina@NEUF.test", "owner").await;
    portal.work().await;
    let other = link(portal, "Nina@neuf.test");

    let nina = portal.visitor();
    nina.post(&path, JOINING).await.leads_to(ME);

    // Only the invitation of the link is accepted. The other one stands first on the list of domains.
    let list = nina.get("/domains").await;
    is_spoken(list.is(200));
    assert_eq!(list.domains(), ["ville.fr"]);
    assert_eq!(list.attributes("[data-invited]", "data-invited"), ["autre.fr"]);
    let words = list.select("main").concat();
    assert!(words.find("autre.fr") < words.find("ville.fr"), "{words}");
    for what in [Fay.name, "Propriétaire"] {
        assert!(list.select("[data-invited]").concat().contains(what), "{words}");
    }
    assert!(people(portal, "autre.fr").await.contains("Nina@neuf.test owner invited"));
    accept_all(&nina).await;
    assert_eq!(nina.get("/domains").await.domains(), ["autre.fr", "ville.fr"]);
    assert!(!nina.get("/domains").await.has("#invitations"));
    assert!(people(portal, "autre.fr").await.contains("nina@neuf.test owner"));
    assert_eq!(portal.database.count("invitations").await, 0);
    is_dead(&nina.get(&other).await);
    for domain in ["ville.fr", "autre.fr"] {
        assert_eq!(verbs(portal, domain).await.last().map(String::as_str), Some("invitation_accepted"), "{domain}");
    }
    portal.work().await;
}

async fn somebody_else_is_told_so(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let before = everything(portal).await;
    for code in ["fr", "en"] {
        let dan = portal.sign_in_as(Dan, portal.visitor().with("accept-language", code)).await;
        let page = dan.get(&path).await;
        is_spoken(page.is(200));
        assert!(page.words().contains(NINA), "{}", page.words());
        assert_eq!(page.attributes("main form", "action"), ["/sign-out"]);
        let sent = dan.post(&path, JOINING).await;
        assert!([200, 403, 409].contains(&sent.status), "{} {}", sent.status, sent.words());
        assert!(sent.words().contains(NINA), "{}", sent.words());
    }
    assert_eq!(everything(portal).await, before);
    assert!(!people(portal, "ville.fr").await.iter().any(|line| line.starts_with(Dan.email)));
}

async fn the_invited_person_presses_once(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    add_account(portal, "Nina@neuf.test", None).await;
    let nina = sign_in(portal, NINA, "/domains").await;
    let page = nina.get(&path).await;
    is_spoken(page.is(200));
    assert_eq!(page.attributes("main form", "action"), [path.as_str()]);
    assert!(!page.has("main input:not([type=\"hidden\"])"));

    nina.post(&path, &[]).await.leads_to(ME);

    is_spoken(nina.get(ME).await.is(200));
    is_dead(&nina.get(&path).await);
    is_dead(&nina.post(&path, &[]).await);
    assert_eq!(verbs(portal, "ville.fr").await.iter().filter(|verb| *verb == "invitation_accepted").count(), 1);
}

async fn who_is_signed_out_signs_in_first(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    add_account(portal, NINA, None).await;
    let nina = portal.visitor();
    for (page, status) in [(nina.get(&path).await, 200), (nina.post(&path, JOINING).await, 409)] {
        is_spoken(page.is(status));
        assert_eq!(page.attributes("main a.button", "href"), [format!("/sign-in?next={path}")]);
        assert!(!page.has("main form") && page.words().contains(NINA), "{}", page.words());
    }
    assert_eq!(accounts_of(portal, NINA).await, 1);
    // Signing in leads back to the invitation, and accepts nothing by itself.
    let form = nina.get(&format!("/sign-in?next={path}")).await;
    assert_eq!(form.value("next"), path);
    let fields = [("email", NINA), ("password", PASSWORD), ("next", &path)];
    let page = nina.post("/sign-in", &fields).await;
    page.leads_to(&path);
    let page = nina.follow(&page).await;
    is_spoken(page.is(200));
    assert_eq!(page.attributes("main form", "action"), [path.as_str()]);
    nina.get(ME).await.is(404);
    nina.post(&path, &[("accept", "yes")]).await.leads_to(ME);
    nina.get(ME).await.is(200);
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test viewer"));
    // Another person who signs in there reads that the invitation is for another address.
    invite(&portal.sign_in(Anna).await, "ville.fr", "guy@neuf.test", "viewer").await;
    portal.work().await;
    let path = link(portal, "guy@neuf.test");
    let dan = sign_in(portal, Dan.email, &path).await;
    assert!(dan.get(&path).await.is(200).words().contains("guy@neuf.test"));
}

async fn a_link_ends_after_seven_days(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let id = invitation_id(portal, NINA).await;
    portal.work_after(Duration::from_secs(7 * 24 * 3600 - 1)).await;
    portal.visitor().get(&path).await.is(200);
    portal.work_after(Duration::from_secs(1)).await;
    let before = everything(portal).await;
    for code in ["fr", "en"] {
        let nina = portal.visitor().with("accept-language", code);
        for page in [nina.get(&path).await, nina.post(&path, JOINING).await] {
            is_spoken(page.is(410));
            assert!(page.words().contains(Anna.name), "whom to ask: {}", page.words());
            assert!(!page.has("main form"));
        }
    }
    assert_eq!(everything(portal).await, before);
    let anna = portal.sign_in(Anna).await;
    let row = format!("[data-invitation=\"{NINA}\"]");
    assert!(anna.get(LIST).await.select(&row).concat().contains("Expirée"));
    // An expired invitation gives no role, whatever creates the account.
    add_account(portal, NINA, None).await;
    assert!(!people(portal, "ville.fr").await.contains("nina@neuf.test viewer"));
    portal.database.change("delete from users where email = 'nina@neuf.test'").await;

    portal.forget_emails();
    anna.post(&format!("{ME}/invitations/{id}/resend"), &[]).await.leads_to(LIST);
    portal.work().await;

    let fresh = link(portal, NINA);
    assert_ne!(fresh, path);
    is_dead(&portal.visitor().get(&path).await);
    let list = anna.get(LIST).await;
    let end = Sentences::new(Language::Fr).timestamp(portal.now().plus(7 * DAY), &portal.app.settings.time_zone);
    assert!(list.select(&row).concat().contains(&end), "{}", list.words());
    assert!(!list.select(&row).concat().contains("Expirée"));
    portal.work_after(167 * HOUR).await;
    // Resending it before its end starts the seven days again.
    let anna = portal.sign_in(Anna).await;
    anna.post(&format!("{ME}/invitations/{id}/resend"), &[]).await.leads_to(LIST);
    portal.work_after(3 * HOUR).await;
    is_dead(&portal.visitor().get(&fresh).await);
    let path = link(portal, NINA);
    portal.visitor().post(&path, JOINING).await.leads_to(ME);
    let told: Vec<String> =
        verbs(portal, "ville.fr").await.into_iter().filter(|verb| verb.starts_with("invit")).collect();
    assert_eq!(told, ["invitation_resent", "invitation_resent", "invitation_accepted"]);
    // After its end, a new invitation works as well.
    let anna = portal.sign_in(Anna).await;
    invite(&anna, "ville.fr", "tard@neuf.test", "viewer").await;
    portal.work_after(8 * DAY).await;
    let anna = portal.sign_in(Anna).await;
    invite(&anna, "ville.fr", "tard@neuf.test", "administrator").await;
    portal.work().await;
    assert!(people(portal, "ville.fr").await.contains("tard@neuf.test administrator invited"));
    assert_eq!(portal.database.count("invitations").await, 1);
}

async fn a_withdrawn_invitation_is_dead(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let anna = portal.sign_in(Anna).await;
    let id = invitation_id(portal, NINA).await;
    anna.post(&format!("{ME}/invitations/{id}/withdraw"), &[]).await.leads_to(LIST);
    let before = everything(portal).await;
    is_dead(&portal.visitor().get(&path).await);
    is_dead(&portal.visitor().post(&path, JOINING).await);
    assert_eq!(everything(portal).await, before);
    anna.post(&format!("{ME}/invitations/{id}/withdraw"), &[]).await.is(404);
    anna.post(&format!("{ME}/invitations/{id}/resend"), &[]).await.is(404);
    add_account(portal, NINA, None).await;
    assert!(!people(portal, "ville.fr").await.contains("nina@neuf.test viewer"));

    // An email that was not sent yet is withdrawn.
    portal.forget_emails();
    invite(&anna, "ville.fr", "vite@neuf.test", "viewer").await;
    let id = invitation_id(portal, "vite@neuf.test").await;
    anna.post(&format!("{ME}/invitations/{id}/withdraw"), &[]).await.leads_to(LIST);
    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.database.text("select state from emails where recipient = 'vite@neuf.test'").await, "withdrawn");
}

/// Bruno as owner has invited Nina as owner and Guy as viewer; returns the links.
async fn brunos_invitations(portal: &Portal) -> (String, String) {
    portal.grant("ville.fr", Bruno, Role::Owner).await;
    let bruno = portal.sign_in(Bruno).await;
    invite(&bruno, "ville.fr", NINA, "owner").await;
    invite(&bruno, "ville.fr", "guy@neuf.test", "viewer").await;
    portal.work().await;
    let links = (link(portal, NINA), link(portal, "guy@neuf.test"));
    portal.forget_emails();
    links
}

/// Demands that neither link works, and that a new account gets no role.
async fn both_are_dead(portal: &Portal, links: &(String, String)) {
    let users = portal.database.count("users").await;
    for path in [&links.0, &links.1] {
        is_dead(&portal.visitor().get(path).await);
        is_dead(&portal.visitor().post(path, JOINING).await);
    }
    assert_eq!(portal.database.count("users").await, users, "no account without access");
    add_account(portal, NINA, None).await;
    assert_eq!(people(portal, "ville.fr").await.iter().find(|line| line.starts_with(NINA)), None);
}

async fn bruno_id(portal: &Portal) -> String {
    portal
        .database
        .text("select members.id from members join users on users.id = user_id where users.email = 'bruno@mairie.test'")
        .await
}

async fn an_inviter_without_the_right_has_no_open_invitation(portal: &Portal) {
    let links = brunos_invitations(portal).await;
    let anna = portal.sign_in(Anna).await;
    let id = bruno_id(portal).await;
    let journal = verbs(portal, "ville.fr").await.len();

    // Bruno becomes an administrator: his invitation of an owner ends, that of a viewer stays.
    anna.post(&format!("{LIST}/{id}/role"), &[("role", "administrator")]).await.leads_to(LIST);
    is_dead(&portal.visitor().get(&links.0).await);
    portal.visitor().get(&links.1).await.is(200);
    let told = verbs(portal, "ville.fr").await.split_off(journal);
    assert!(told.contains(&"invitation_withdrawn".to_owned()), "{told:?}");
    assert!(!anna.get(LIST).await.has(&format!("[data-invitation=\"{NINA}\"]")));
    // An email that was not sent yet is withdrawn.
    let bruno = portal.sign_in(Bruno).await;
    portal.work().await;
    portal.forget_emails();
    invite(&bruno, "ville.fr", "vite@neuf.test", "viewer").await;
    anna.post(&format!("{LIST}/{id}/role"), &[("role", "viewer")]).await.leads_to(LIST);
    portal.work().await;
    assert_eq!(portal.recipients(), [Bruno.email]);
    both_are_dead(portal, &links).await;

    // Invitations also end when the inviter is removed or leaves.
    for leaves in [false, true] {
        portal.forget_emails();
        portal.grant("ville.fr", Bruno, Role::Administrator).await;
        invite(&bruno, "ville.fr", "guy@neuf.test", "viewer").await;
        portal.work().await;
        let path = link(portal, "guy@neuf.test");
        if leaves {
            bruno.post(&format!("{ME}/leave"), &[]).await.leads_to("/domains");
        } else {
            let id = bruno_id(portal).await;
            anna.post(&format!("{LIST}/{id}/remove"), &[]).await.leads_to(LIST);
        }
        is_dead(&portal.visitor().get(&path).await);
        assert_eq!(portal.database.count("invitations").await, 0);
    }
    portal.work().await;
}

async fn an_operator_takes_the_right_to_invite(portal: &Portal) {
    let links = brunos_invitations(portal).await;
    portal.grant("ville.fr", Bruno, Role::Viewer).await;
    both_are_dead(portal, &links).await;

    // Staff invites without a role; when a person is no longer staff, their invitations end.
    invite(&portal.sign_in(Eve).await, "ville.fr", "guy@neuf.test", "owner").await;
    portal.work().await;
    let path = link(portal, "guy@neuf.test");
    portal.visitor().get(&path).await.is(200);
    portal.database.change("update users set is_staff = 0 where email = 'eve@portail.test'").await;
    let users = portal.database.count("users").await;
    is_dead(&portal.visitor().get(&path).await);
    is_dead(&portal.visitor().post(&path, JOINING).await);
    assert_eq!(portal.database.count("users").await, users);
}

async fn an_operator_takes_the_inviters_account(portal: &Portal) {
    let links = brunos_invitations(portal).await;
    let bruno = portal.sign_in(Bruno).await;
    invite(&bruno, "ville.fr", "vite@neuf.test", "viewer").await;
    let email = EmailAddress::parse(Bruno.email).expect("an address");
    let id = portal.app.store.user_with_email(&email).await.expect("an answer").expect("an account").id;
    let journal = verbs(portal, "ville.fr").await.len();
    accounts::manage::disable(&portal.app.store, id).await.expect("closed");
    both_are_dead(portal, &links).await;
    let told = verbs(portal, "ville.fr").await.split_off(journal);
    assert_eq!(told, ["invitation_withdrawn"; 3], "the domain's journal says where they went");
    portal.work().await;
    assert_eq!(portal.emails(), []);
    // Opening the account again does not restore its invitations.
    accounts::manage::enable(&portal.app.store, id).await.expect("an answer");
    is_dead(&portal.visitor().get(&links.1).await);
    assert_eq!(portal.database.count("invitations").await, 0);
    accounts::manage::remove(&portal.app.store, id).await.expect("deleted");
    is_dead(&portal.visitor().get(&links.1).await);
}

async fn acceptance_waits_for_a_disabled_domain(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    let before = everything(portal).await;
    for code in ["fr", "en"] {
        let nina = portal.visitor().with("accept-language", code);
        for page in [nina.get(&path).await, nina.post(&path, JOINING).await] {
            is_spoken(page.is(409));
            assert!(!page.has("main form") && page.words().contains("ville.fr"), "{}", page.words());
        }
    }
    assert_eq!(everything(portal).await, before);
    // An account that is created meanwhile has no role yet, and signing in gives none.
    add_account(portal, NINA, None).await;
    let nina = sign_in(portal, NINA, "/domains").await;
    nina.get(&path).await.is(409);
    nina.post(&path, &[]).await.is(409);
    nina.get(ME).await.is(404);
    portal.enable("ville.fr").await;
    portal.work().await;
    nina.post(&path, &[]).await.leads_to(ME);
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test viewer"));
    // Without the link: the list of domains says so, and offers the button once the domain is open.
    invite(&portal.sign_in(Anna).await, "ville.fr", "guy@neuf.test", "viewer").await;
    portal.disable("ville.fr", "travaux").await;
    add_account(portal, "guy@neuf.test", None).await;
    let guy = sign_in(portal, "guy@neuf.test", "/domains").await;
    let list = guy.get("/domains").await;
    is_spoken(list.is(200));
    assert!(list.has("[data-invited=\"ville.fr\"]") && !list.has("#invitations form"), "{}", list.words());
    portal.enable("ville.fr").await;
    portal.work().await;
    accept_all(&guy).await;
    guy.get(ME).await.is(200);
}

async fn a_role_is_never_lowered(portal: &Portal) {
    // Nina has an account and a higher role before she accepts.
    invited(portal, "viewer").await;
    add_account(portal, NINA, None).await;
    let nina = Person { email: NINA, name: "Nina Neuf", is_staff: false, role: None };
    portal.grant("ville.fr", nina, Role::Administrator).await;
    accept_all(&sign_in(portal, NINA, "/domains").await).await;
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test administrator"));
    assert!(!people(portal, "ville.fr").await.contains("nina@neuf.test viewer"));
    assert_eq!(portal.database.count("invitations").await, 0);
    // A lower role is raised.
    invite(&portal.sign_in(Fay).await, "autre.fr", "guy@neuf.test", "owner").await;
    add_account(portal, "guy@neuf.test", None).await;
    let guy = Person { email: "guy@neuf.test", ..nina };
    portal.grant("autre.fr", guy, Role::Viewer).await;
    accept_all(&sign_in(portal, "guy@neuf.test", "/domains").await).await;
    portal.work().await;
    assert!(people(portal, "autre.fr").await.contains("guy@neuf.test owner"));
    portal.work().await;
    // A person who has a role cannot be invited.
    let anna = portal.sign_in(Anna).await;
    let answer = anna.post(NEW, &[("email", NINA), ("role", "viewer")]).await;
    assert_eq!(answer.is(422).mistakes(), ["email"]);
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test administrator"));
}

async fn who_has_an_account_accepts_too(portal: &Portal) {
    let dan = portal.sign_in(Dan).await;
    dan.post("/language", &[("language", "en"), ("next", "/domains")]).await.leads_to("/domains");
    let anna = portal.sign_in(Anna).await;

    invite(&anna, "ville.fr", "DAN@AILLEURS.test", "administrator").await;

    dan.get(ME).await.is(404);
    assert_eq!(verbs(portal, "ville.fr").await.split_off(5), ["member_invited"]);
    portal.work().await;
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    // In the language of the account, not in that of the sender.
    assert!(email.html.contains("lang=\"en\"") && email.text.contains("Administrator"), "{}", email.text);
    let path = link(portal, &email.to);
    is_spoken(dan.get(&path).await.is(200));
    dan.get(ME).await.is(404);
    dan.post(&path, &[("accept", "yes")]).await.leads_to(ME);
    dan.get(ME).await.is(200);
    assert_eq!(verbs(portal, "ville.fr").await.split_off(6), ["invitation_accepted"]);
    assert_eq!(portal.database.count("invitations").await, 0);
    assert!(!dan.get("/domains").await.has("#invitations"));
}

async fn a_new_invitation_replaces_one_that_expired(portal: &Portal) {
    invited(portal, "viewer").await;
    portal.work_after(8 * DAY).await;
    add_account(portal, NINA, None).await;
    let nina = sign_in(portal, NINA, "/domains").await;
    assert!(!nina.get("/domains").await.has("#invitations"), "it has expired");
    let id = invitation_id(portal, NINA).await;
    is_dead_or_over(&nina.post(&format!("/invitations/{id}"), &[("accept", "yes")]).await);
    let anna = portal.sign_in(Anna).await;
    invite(&anna, "ville.fr", NINA, "administrator").await;
    assert_eq!(portal.database.count("invitations").await, 1);
    accept_all(&nina).await;
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test administrator"));
    assert_eq!(portal.database.count("invitations").await, 0);
    portal.work().await;
}

#[track_caller]
fn is_dead_or_over(answer: &Answer) {
    assert!([404, 410].contains(&answer.status), "{} {}", answer.status, answer.words());
    is_spoken(answer);
}

async fn an_account_takes_up_no_invitation_by_itself(portal: &Portal) {
    let path = invited(portal, "administrator").await;
    invite(&portal.sign_in(Fay).await, "autre.fr", "NINA@NEUF.TEST", "viewer").await;
    portal.forget_emails();

    add_account(portal, "nina@Neuf.test", None).await;
    let nina = sign_in(portal, NINA, "/domains").await;

    assert_eq!(nina.get("/domains").await.domains(), [] as [&str; 0]);
    assert!(people(portal, "ville.fr").await.contains("nina@neuf.test administrator invited"));
    portal.work().await;
    assert_eq!(portal.emails().len(), 1, "the email that had not left leaves");
    // What Nina does not accept is nothing to her: the inviter withdraws it, and it is gone.
    let id = portal.database.text("select id from invitations where email = 'nina@neuf.test'").await;
    let anna = portal.sign_in(Anna).await;
    anna.post(&format!("{ME}/invitations/{id}/withdraw"), &[]).await.leads_to(LIST);
    assert_eq!(nina.get("/domains").await.attributes("[data-invited]", "data-invited"), ["autre.fr"]);
    is_dead(&nina.get(&path).await);
    accept_all(&nina).await;
    assert_eq!(nina.get("/domains").await.domains(), ["autre.fr"]);
}

/// What an inviter sees of an invitation: the answer, the next page, the pages of the collaborators and
/// of the domain. The address and what differs at each request are replaced.
async fn seen(portal: &Portal, anna: &Visitor, email: &str) -> Vec<String> {
    let answer = anna.post(NEW, &[("email", email), ("role", "viewer")]).await;
    answer.leads_to(LIST);
    let mut pages = vec![anna.follow(&answer).await.without_numbers()];
    portal.work().await;
    for path in [LIST, ME] {
        pages.push(anna.get(path).await.without_numbers());
    }
    let id = invitation_id(portal, email).await;
    let again = anna.post(&format!("{ME}/invitations/{id}/resend"), &[]).await;
    pages.push(anna.follow(&again).await.without_numbers());
    portal.work().await;
    pages.push(anna.get(LIST).await.without_numbers());
    anna.post(&format!("{ME}/invitations/{id}/withdraw"), &[]).await.leads_to(LIST);
    pages.push(anna.get(LIST).await.without_numbers());
    let (broken, encoded) = (email.replace('@', "<wbr>@"), email.replace('@', "%40"));
    let same = |page: &String| {
        [email, &broken, &encoded].iter().fold(page.replace(&id, "ID"), |page, email| page.replace(email, "EMAIL"))
    };
    pages.iter().map(same).collect()
}

async fn an_invitation_tells_nothing_about_accounts(portal: &Portal) {
    portal.database.change("update users set disabled_at = 1 where email = 'fay@autre.test'").await;
    let anna = portal.sign_in(Anna).await;

    let unknown = seen(portal, &anna, "gus@inconnu.test").await;
    let known = seen(portal, &anna, Dan.email).await;
    let staff = seen(portal, &anna, Eve.email).await;
    let closed = seen(portal, &anna, Fay.email).await;

    assert_eq!(known, unknown, "an address with an account");
    assert_eq!(staff, unknown, "an account of staff");
    assert_eq!(closed, unknown, "a closed account");
    let mut told = portal.recipients();
    told.dedup();
    assert_eq!(told, [Dan.email, Eve.email, "gus@inconnu.test"], "a closed account gets no emails");
}

async fn nobody_accepts_the_invitation_of_another(portal: &Portal) {
    invited(portal, "viewer").await;
    let id = invitation_id(portal, NINA).await;
    let before = everything(portal).await;
    for visitor in [portal.visitor(), portal.sign_in(Dan).await, portal.sign_in(Eve).await, portal.sign_in(Anna).await]
    {
        is_dead(&visitor.post(&format!("/invitations/{id}"), &[("accept", "yes")]).await);
        assert!(!visitor.get("/domains").await.has("#invitations"));
    }
    assert_eq!(everything(portal).await, before);
}

async fn each_mistake_of_the_form_is_told(portal: &Portal) {
    invited(portal, "viewer").await;
    portal.forget_emails();
    let long = format!("{}@neuf.test", "a".repeat(250));
    for (language, code) in [(Language::Fr, "fr"), (Language::En, "en")] {
        let anna = portal.sign_in_as(Anna, portal.visitor().with("accept-language", code)).await;
        let before = everything(portal).await;
        for (email, role, field, mistake) in [
            ("", "viewer", "email", FieldError::Required),
            ("   ", "viewer", "email", FieldError::Required),
            ("nina", "viewer", "email", FieldError::NotAnAddress),
            ("nina@", "viewer", "email", FieldError::NotAnAddress),
            ("@neuf.test", "viewer", "email", FieldError::NotAnAddress),
            ("nina@neuf", "viewer", "email", FieldError::NotAnAddress),
            ("ni na@neuf.test", "viewer", "email", FieldError::NotAnAddress),
            ("Nina <nina@neuf.test>", "viewer", "email", FieldError::AlreadyInvited),
            ("a@neuf.test, b@neuf.test", "viewer", "email", FieldError::NotAnAddress),
            ("a@neuf.test\nBcc: b@neuf.test", "viewer", "email", FieldError::NotAnAddress),
            ("nïna@neuf.test", "viewer", "email", FieldError::NotAnAddress),
            (&long, "viewer", "email", FieldError::TooLong(254)),
            ("guy@neuf.test", "king", "role", FieldError::UnknownChoice),
            ("guy@neuf.test", "", "role", FieldError::UnknownChoice),
            ("guy@neuf.test", "Owner", "role", FieldError::UnknownChoice),
            (NINA, "viewer", "email", FieldError::AlreadyInvited),
            ("NINA@Neuf.Test", "owner", "email", FieldError::AlreadyInvited),
            (Chloe.email, "viewer", "email", FieldError::AlreadyMember),
            ("CHLOE@mairie.TEST", "owner", "email", FieldError::AlreadyMember),
            (Anna.email, "viewer", "email", FieldError::OwnAddress),
            ("ANNA@Mairie.test", "owner", "email", FieldError::OwnAddress),
        ] {
            let form = anna.post(NEW, &[("email", email), ("role", role)]).await;
            let about = format!("{code} {email:?} {role:?}");
            assert_eq!(form.status, 422, "{about}: {}", form.words());
            is_spoken(&form);
            assert_eq!((form.language(), form.mistakes()), (code.to_owned(), vec![field.to_owned()]), "{about}");
            assert_eq!(form.mistake(field), told(language, &mistake), "{about}");
            assert_eq!(form.value("email"), email, "{about}: what was typed is kept");
            let chosen = form.attributes("[name=\"role\"][checked]", "value");
            assert_eq!(chosen.concat(), role.parse::<Role>().map_or(String::new(), |role| role.to_string()), "{about}");
        }
        let form = anna.post(NEW, &[]).await;
        assert_eq!(form.is(422).mistakes(), ["email", "role"]);
        assert_eq!(everything(portal).await, before, "nothing is stored");
    }
    portal.work().await;
    assert_eq!(portal.emails(), [], "and nothing is sent");
}

async fn an_invitation_sent_twice_is_one(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    for (round, other) in [&anna, &bruno].into_iter().enumerate() {
        let email = format!("nina{round}@neuf.test");
        let upper = email.to_uppercase();
        let (first, second) =
            ([("email", email.as_str()), ("role", "viewer")], [("email", upper.as_str()), ("role", "viewer")]);
        let (first, second) = tokio::join!(anna.post(NEW, &first), other.post(NEW, &second));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
        assert_eq!(portal.database.count(&format!("invitations where email_key = '{email}'")).await, 1);
    }
    // The same for a person with an account.
    let fields = [("email", Dan.email), ("role", "viewer")];
    let (first, second) = tokio::join!(anna.post(NEW, &fields), bruno.post(NEW, &fields));
    assert_eq!(first.status + second.status, 303 + 422);
    portal.work().await;
    assert_eq!(portal.emails().len(), 3);
    // Resending twice at the same time sends one email, with one valid link.
    let id = portal.database.text("select id from invitations where email_key = 'nina0@neuf.test'").await;
    let path = format!("{ME}/invitations/{id}/resend");
    let (first, second) = tokio::join!(anna.post(&path, &[]), bruno.post(&path, &[]));
    assert_eq!((first.status, second.status), (303, 303));
    portal.forget_emails();
    portal.work().await;
    assert_eq!(portal.emails().len(), 1, "the last email withdraws the one before");
    assert_eq!(portal.database.count(&format!("invitation_links where invitation_id = '{id}'")).await, 1);
}

async fn a_link_opened_twice_makes_one_account(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let (nina, other) = (portal.visitor(), portal.visitor());
    let (first, second) = tokio::join!(nina.post(&path, JOINING), other.post(&path, JOINING));
    let statuses = [first.status, second.status];
    assert!(statuses.contains(&303), "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 303, 404, 409, 422].contains(status)), "{statuses:?}");
    is_spoken(&first);
    is_spoken(&second);
    assert_eq!(accounts_of(portal, NINA).await, 1);
    assert_eq!(verbs(portal, "ville.fr").await.iter().filter(|verb| *verb == "invitation_accepted").count(), 1);
    // Accepting and withdrawing at the same time: the person has the role, or has no account.
    let anna = portal.sign_in(Anna).await;
    invite(&anna, "ville.fr", "guy@neuf.test", "viewer").await;
    portal.work().await;
    let (path, id) = (link(portal, "guy@neuf.test"), invitation_id(portal, "guy@neuf.test").await);
    let withdraw = format!("{ME}/invitations/{id}/withdraw");
    let guy = portal.visitor();
    let (joined, _) = tokio::join!(guy.post(&path, JOINING), anna.post(&withdraw, &[]));
    is_spoken(&joined);
    let is_in = people(portal, "ville.fr").await.contains("guy@neuf.test viewer");
    assert_eq!(joined.location() == ME, is_in, "redirected without a role, or the reverse: {}", joined.words());
    assert_eq!(portal.database.count("invitations").await, 0);
}

async fn odd_links_are_dead_links(portal: &Portal) {
    let path = invited(portal, "viewer").await;
    let token = path.rsplit('/').next().expect("a token").to_owned();
    let hash = portal.database.text("select token_hash from invitation_links").await;
    let id = invitation_id(portal, NINA).await;
    let swapped: String =
        token.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let long = "a".repeat(5000);
    let visitors = [portal.visitor(), portal.sign_in(Anna).await];
    for odd in [
        "x",
        &token[1..],
        &format!("{token}x"),
        &format!("{token}%20"),
        &format!("{token}="),
        &swapped,
        &hash,
        &id,
        "%00",
        "'%20or%201=1",
        "%2e%2e",
        "%ff",
        &long,
    ] {
        for visitor in &visitors {
            is_dead_or_not_found(&visitor.get(&format!("/invitations/{odd}")).await);
            is_dead_or_not_found(&visitor.post(&format!("/invitations/{odd}"), JOINING).await);
        }
    }
    for odd in ["/invitations", &format!("{path}/x")] {
        visitors[0].get(odd).await.is(404);
    }
    // A final slash leads to the address without it.
    for address in ["/invitations", &path] {
        visitors[0].get(&format!("{address}/")).await.leads_to(address);
    }
    let english = portal.visitor().with("accept-language", "en").get("/invitations/x").await;
    is_spoken(english.is(404));
    assert!(english.words().contains("ask the person who wrote to you"), "{}", english.words());
    portal.visitor().get(&path).await.is(200);
}

#[track_caller]
fn is_dead_or_not_found(answer: &Answer) {
    is_spoken(answer.is(404));
    assert!(answer.has("main a[href]") || answer.words().contains("nouvelle invitation"), "{}", answer.words());
}

async fn too_many(visitor: &Visitor, path: &str, email: &str) {
    let form = visitor.post(path, &[("email", email), ("role", "viewer")]).await;
    is_spoken(form.is(422));
    assert_eq!(form.mistakes(), ["email"]);
    assert_eq!(form.mistake("email"), told(Language::Fr, &FieldError::TooManyInvitations));
    assert_eq!(form.value("email"), email);
}

async fn twenty_an_hour_and_person(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    portal.add_domain(Anna, "tiers.fr").await;
    portal.work().await;
    portal.forget_emails();
    invite(&anna, "ville.fr", "a@neuf.test", "viewer").await;
    // Inviting a person with an account, inviting on another domain and resending all count, because
    // each sends an email.
    invite(&anna, "tiers.fr", "b@neuf.test", "viewer").await;
    portal.wait(HOUR / 2);
    invite(&anna, "ville.fr", Dan.email, "viewer").await;
    let before = everything(portal).await;
    too_many(&anna, NEW, "c@neuf.test").await;
    too_many(&anna, "/domains/tiers.fr/new-invitation", "c@neuf.test").await;
    too_many(&anna, NEW, Fay.email).await;
    let id = invitation_id(portal, "a@neuf.test").await;
    let resent = anna.post(&format!("{ME}/invitations/{id}/resend"), &[]).await;
    is_spoken(resent.is(429));
    assert_eq!(resent.header("retry-after"), "3600");
    assert!(resent.words().contains("recommencer dans 1 heure"), "{}", resent.words());
    assert_eq!(everything(portal).await, before);
    // Withdrawing does not reduce the count; other field errors are reported first; other senders
    // are not affected.
    anna.post(&format!("{ME}/invitations/{id}/withdraw"), &[]).await.leads_to(LIST);
    too_many(&anna, NEW, "c@neuf.test").await;
    let mistaken = anna.post(NEW, &[("email", "x"), ("role", "viewer")]).await;
    assert_eq!(mistaken.is(422).mistake("email"), told(Language::Fr, &FieldError::NotAnAddress));
    let bruno = portal.sign_in(Bruno).await;
    invite(&bruno, "ville.fr", "d@neuf.test", "viewer").await;
    // An hour after the first two, two more may be sent.
    portal.work_after(HOUR / 2).await;
    let id = portal.database.text("select id from invitations where email = 'b@neuf.test'").await;
    anna.post(&format!("/domains/tiers.fr/invitations/{id}/resend"), &[]).await.leads_to("/domains/tiers.fr/members");
    invite(&anna, "ville.fr", "c@neuf.test", "viewer").await;
    too_many(&anna, NEW, "e@neuf.test").await;
    // Simultaneous invitations on several domains are counted as well.
    portal.work_after(HOUR).await;
    let other = "/domains/tiers.fr/new-invitation";
    let emails = ["p@neuf.test", "q@neuf.test", "r@neuf.test", "s@neuf.test", "t@neuf.test", "u@neuf.test"];
    let forms = emails.map(|email| [("email", email), ("role", "viewer")]);
    let answers = tokio::join!(
        anna.post(NEW, &forms[0]),
        anna.post(other, &forms[1]),
        anna.post(NEW, &forms[2]),
        anna.post(other, &forms[3]),
        anna.post(NEW, &forms[4]),
        anna.post(other, &forms[5])
    );
    let answers = [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5];
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 3);
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 3);
    portal.work().await;
}

async fn a_hundred_a_day_and_domain(portal: &Portal) {
    let (anna, bruno) = (portal.sign_in(Anna).await, portal.sign_in(Bruno).await);
    invite(&anna, "ville.fr", "a@neuf.test", "viewer").await;
    invite(&bruno, "ville.fr", "b@neuf.test", "viewer").await;
    portal.wait(2 * HOUR);
    invite(&anna, "ville.fr", "c@neuf.test", "viewer").await;
    let before = everything(portal).await;
    for visitor in [&anna, &bruno, &portal.sign_in(Eve).await] {
        too_many(visitor, NEW, "d@neuf.test").await;
        let id = invitation_id(portal, "b@neuf.test").await;
        visitor.post(&format!("{ME}/invitations/{id}/resend"), &[]).await.is(429);
    }
    assert_eq!(everything(portal).await, before);
    // Other domains are not affected.
    invite(&portal.sign_in(Fay).await, "autre.fr", "d@neuf.test", "viewer").await;
    portal.work_after(22 * HOUR).await;
    let anna = portal.sign_in(Anna).await;
    invite(&anna, "ville.fr", "d@neuf.test", "viewer").await;
    invite(&anna, "ville.fr", "e@neuf.test", "viewer").await;
    too_many(&anna, NEW, "f@neuf.test").await;
    portal.work().await;
}
