//! Access for mailbox users: login links and new passwords by email or on a sheet, and the page
//! *First access* for people without an account.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use dimail_portal::actions::App;
use dimail_portal::model::role::Role;
use dimail_portal::worker::run_until_idle;
use futures::future::join_all;

use crate::support::portal::{SUPPORT, WEBMAIL, login_link_in};
use crate::support::smtp::Sink;
use crate::support::{Anna, Answer, Bruno, Chloe, Person, Portal, Visitor, on_both};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const JEAN: &str = "/domains/ville.fr/mailboxes/jean";

on_both!(
    a_login_link_leaves_for_the_secondary_address,
    a_new_password_leaves_for_the_secondary_address,
    without_secondary_address_the_password_is_on_a_sheet,
    emails_are_counted_for_each_mailbox,
    emails_are_counted_one_after_the_other,
    what_the_state_forbids_is_said,
    powerful_accounts_are_guarded,
    holders_have_their_own_link_sent,
    emails_without_a_reason_do_not_leave,
    of_two_passwords_the_last_leaves,
    a_changed_address_is_told_to_the_old_one,
    emails_follow_the_secondary_address,
    an_email_under_way_follows_at_its_next_attempt,
    a_first_access_tells_nothing,
    a_first_access_leads_to_an_email,
    first_accesses_leave_emails_to_others,
    a_first_email_that_never_left_is_noted,
    a_password_that_reached_nobody_is_noted,
    first_accesses_are_counted_for_each_origin,
);
on_both!(a_limit_can_be_set with ["--emails-per-hour", "1"]);

/// Creates Jean's mailbox, and forgets its welcome email.
async fn jean(portal: &Portal, secondary: &str) -> Visitor {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", secondary]).await;
    portal.work().await;
    portal.forget_emails();
    anna
}

/// The text of the only email sent, which must be to this address.
#[track_caller]
pub(crate) fn one_email(portal: &Portal, to: &str) -> String {
    let emails = portal.emails();
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!(email.to, to);
    email.text.clone()
}

/// The password in an email.
#[track_caller]
pub(crate) fn password_in(text: &str) -> String {
    let mut lines = text.lines().skip_while(|line| *line != "Votre nouveau mot de passe");
    lines.nth(1).expect("a password").trim().to_owned()
}

/// The password on a sheet.
#[track_caller]
pub(crate) fn password_on(sheet: &Answer) -> String {
    assert_eq!((sheet.status, sheet.header("cache-control")), (200, "no-store"), "{}", sheet.words());
    let secrets = sheet.select("output[data-secret]");
    let [secret] = secrets.as_slice() else { panic!("{secrets:?}") };
    secret.clone()
}

/// All rows of all tables, as text.
pub(crate) async fn everything_stored(portal: &Portal) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut tables = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("migrations") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a migration");
        let names = text.split("create table ").skip(1).filter_map(|rest| rest.split([' ', '(']).next());
        tables.extend(names.map(str::to_owned));
    }
    assert!(tables.contains("mailboxes") && tables.contains("emails"), "{tables:?}");
    let mut all = String::new();
    for table in tables {
        all.push_str(&portal.database.texts(&format!("select * from {table}")).await.join("\n"));
    }
    all
}

/// The log of this thread.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        // While there is a single subscriber, tracing asks only the thread that reaches an event first
        // whether anything listens to it, and keeps the answer for all threads.
        static ANOTHER: LazyLock<tracing::Dispatch> =
            LazyLock::new(|| tracing::Dispatch::new(tracing_subscriber::registry()));
        LazyLock::force(&ANOTHER);
        let log = self.clone();
        let subscriber =
            tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || log.clone());
        let listening = tracing::subscriber::set_default(subscriber.finish());
        // Other tests have subscribers of their own at the same time: what their threads cached about
        // events must not hold for this one.
        tracing_core::callsite::rebuild_interest_cache();
        listening
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("a log")).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn to_hand_over(portal: &Portal) -> i64 {
    portal.database.number("select to_hand_over from mailboxes where local_part = 'jean'").await
}

async fn a_login_link_leaves_for_the_secondary_address(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;

    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    let (kind, notice) = anna.get(JEAN).await.notice();
    assert_eq!((kind.as_str(), notice.contains("jean@ailleurs.test")), ("good", true), "{notice}");
    assert_eq!(portal.database.count("login_links").await, 1, "not before the email leaves");
    portal.work().await;

    let text = one_email(portal, "jean@ailleurs.test");
    let link = login_link_in(&text).expect("a link");
    assert!(
        text.contains("/first-access") && text.contains("Bonjour Jean Dupont,") && text.contains(SUPPORT),
        "{text}"
    );
    assert!(!everything_stored(portal).await.contains(link.trim_start_matches("/login-link/")));
    assert_eq!(portal.dimail.codes().await, [], "dimail is asked when the button is pressed");
    let event = portal.database.text("select event from journal order by at desc, sequence desc limit 1").await;
    assert_eq!(event, r#"{"verb":"login_link_asked","address":"jean@ville.fr"}"#);
}

async fn a_new_password_leaves_for_the_secondary_address(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    let log = Log::default();
    let listening = log.listen();

    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/jean/reset_password").await, 0);
    portal.work().await;

    let text = one_email(portal, "jean@ailleurs.test");
    let password = password_in(&text);
    assert!(password.len() > 7, "{text}");
    assert!(!text.contains("/login-link/"), "{text}");
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/jean/reset_password").await, 1);
    assert!(!everything_stored(portal).await.contains(&password));
    assert!(log.text().contains("POST") || !log.text().is_empty(), "the log is captured");
    assert!(!log.text().contains(&password));
    assert!(!anna.get(JEAN).await.text.contains(&password));
    let line = portal.database.text("select event from journal order by at desc, sequence desc limit 1").await;
    assert_eq!(line, r#"{"verb":"password_reset","address":"jean@ville.fr","by_email":true}"#);
    drop(listening);
}

async fn without_secondary_address_the_password_is_on_a_sheet(portal: &Portal) {
    let anna = jean(portal, "").await;
    let log = Log::default();
    let listening = log.listen();

    let sheet = anna.post(&format!("{JEAN}/reset-password"), &[]).await;

    let password = password_on(&sheet);
    assert!(sheet.words().contains("jean@ville.fr") && sheet.words().contains("Jean Dupont"), "{}", sheet.words());
    assert!(sheet.words().contains(WEBMAIL), "{}", sheet.words());
    assert_eq!(to_hand_over(portal).await, 1, "until it was handed over");
    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert!(!everything_stored(portal).await.contains(&password));
    assert!(!log.text().contains(&password));
    assert!(!anna.get(JEAN).await.text.contains(&password));
    let line = portal.database.text("select event from journal order by at desc, sequence desc limit 1").await;
    assert_eq!(line, r#"{"verb":"password_reset","address":"jean@ville.fr","by_email":false}"#);
    // Each sheet shows a new password. Sheets send no emails, and are not counted.
    let mut seen = BTreeSet::from([password]);
    for _ in 0..6 {
        assert!(seen.insert(password_on(&anna.post(&format!("{JEAN}/reset-password"), &[]).await)));
    }
    drop(listening);
}

async fn emails_are_counted_for_each_mailbox(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    anna.new_mailbox("ville.fr", ["Zoé", "Martin", "zoe", "zoe@ailleurs.test"]).await;
    for what in ["login-link", "reset-password", "login-link", "reset-password", "login-link"] {
        portal.work_after(10 * MINUTE).await;
        anna.post(&format!("{JEAN}/{what}"), &[]).await.leads_to(JEAN);
    }

    for what in ["login-link", "reset-password"] {
        let refused = anna.post(&format!("{JEAN}/{what}"), &[]).await;
        // The first email was sent 40 minutes ago, so the next is possible in 20 minutes.
        assert_eq!((refused.status, refused.header("retry-after")), (429, "1200"), "{what}");
        assert!(refused.words().contains("recommencer dans 20 minutes"), "{}", refused.words());
        assert!(refused.has(&format!("main a[href=\"{JEAN}\"]")), "a way on");
    }
    let zoe = "/domains/ville.fr/mailboxes/zoe";
    anna.post(&format!("{zoe}/login-link"), &[]).await.leads_to(zoe);
    portal.wait(20 * MINUTE);
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    anna.post(&format!("{JEAN}/login-link"), &[]).await.is(429);

    portal.work().await;
    let links = "emails where recipient = 'jean@ailleurs.test' and kind <> 'new_mailbox'";
    assert_eq!(portal.database.count(links).await, 6);
}

async fn emails_are_counted_one_after_the_other(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;

    let path = format!("{JEAN}/login-link");
    let answers = join_all((0..12).map(|_| anna.post(&path, &[]))).await;

    let sent = answers.iter().filter(|answer| answer.status == 303).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((sent, refused), (5, 7));
    portal.work().await;
    assert_eq!(portal.emails().len(), 5);
}

async fn a_limit_can_be_set(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    let refused = anna.post(&format!("{JEAN}/login-link"), &[]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "3600"));
    portal.work().await;
}

async fn what_the_state_forbids_is_said(portal: &Portal) {
    let anna = jean(portal, "").await;
    let refused = anna.post(&format!("{JEAN}/login-link"), &[]).await;
    refused.is(409);
    assert!(refused.words().contains("fiche à remettre"), "the sheet is offered: {}", refused.words());

    for status in ["disabled", "failed", "pending"] {
        portal.database.change(&format!("update mailboxes set status = '{status}'")).await;
        for what in ["login-link", "reset-password"] {
            let refused = anna.post(&format!("{JEAN}/{what}"), &[]).await;
            refused.is(409);
            assert!(refused.words().contains("n’est pas active"), "{status}: {}", refused.words());
        }
    }
    portal.database.change("update mailboxes set status = 'enabled', secondary_email = 'jean@ailleurs.test'").await;
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    portal.forget_emails();
    for what in ["login-link", "reset-password"] {
        let refused = anna.post(&format!("{JEAN}/{what}"), &[]).await;
        refused.is(409);
        assert!(refused.words().contains("désactivé"), "{}", refused.words());
        anna.get(&format!("{JEAN}/{what}")).await.leads_to(JEAN);
        anna.post(&format!("/domains/ville.fr/mailboxes/nobody/{what}"), &[]).await.is(404);
    }
    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/jean/reset_password").await, 0);
}

/// Creates an account whose address is a mailbox of `ville.fr`, and this mailbox.
async fn account_in_ville(portal: &Portal, email: &'static str, secondary: &str) -> Person {
    let person = Person { email, ..Anna };
    portal.add_account(&person).await;
    let part = email.split('@').next().expect("a part");
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Prénom", part, part, secondary]).await;
    portal.work().await;
    portal.forget_emails();
    portal.prove(person).await;
    person
}

async fn powerful_accounts_are_guarded(portal: &Portal) {
    let omar = account_in_ville(portal, "omar@ville.fr", "omar@ailleurs.test").await;
    let ben = account_in_ville(portal, "ben@ville.fr", "ben@ailleurs.test").await;
    for owner in [omar, ben] {
        portal.grant("autre.fr", owner, Role::Owner).await;
    }
    portal.grant("ville.fr", ben, Role::Administrator).await;
    let (bruno, ben) = (portal.sign_in(Bruno).await, portal.sign_in(ben).await);
    for what in ["login-link", "reset-password"] {
        bruno.post(&format!("/domains/ville.fr/mailboxes/omar/{what}"), &[]).await.is(403);
        ben.post(&format!("/domains/ville.fr/mailboxes/omar/{what}"), &[]).await.is(403);
    }
    portal.work().await;
    assert_eq!(portal.emails(), []);

    // An administrator may send a link to their own guarded mailbox, but no password.
    let own = "/domains/ville.fr/mailboxes/ben";
    ben.post(&format!("{own}/reset-password"), &[]).await.is(403);
    ben.post(&format!("{own}/login-link"), &[]).await.leads_to(own);
    // An owner may send a password.
    let anna = portal.sign_in(Anna).await;
    let path = "/domains/ville.fr/mailboxes/omar";
    anna.post(&format!("{path}/reset-password"), &[]).await.leads_to(path);
    portal.work().await;
    assert_eq!(portal.recipients(), ["ben@ailleurs.test", "omar@ailleurs.test"]);
}

async fn holders_have_their_own_link_sent(portal: &Portal) {
    let vera = account_in_ville(portal, "vera@ville.fr", "vera@ailleurs.test").await;
    portal.grant("ville.fr", vera, Role::Viewer).await;
    jean(portal, "jean@ailleurs.test").await;
    let vera = portal.sign_in(vera).await;
    let own = "/domains/ville.fr/mailboxes/vera";

    vera.post(&format!("{own}/login-link"), &[]).await.leads_to(own);
    vera.post(&format!("{own}/reset-password"), &[]).await.is(403);
    vera.post(&format!("{JEAN}/login-link"), &[]).await.is(403);
    portal.sign_in(Chloe).await.post(&format!("{own}/login-link"), &[]).await.is(403);
    portal.work().await;
    assert_eq!(portal.recipients(), ["vera@ailleurs.test"]);
    // Vera sees when and to which address the link was sent; other viewers do not.
    let left = "Envoyé à vera@ailleurs.test";
    assert!(vera.get(own).await.words().contains(left), "{}", vera.get(own).await.words());
    assert!(!portal.sign_in(Chloe).await.get(own).await.words().contains("Envoyé à"));

    portal.database.change("update mailboxes set secondary_email = null where local_part = 'vera'").await;
    let refused = vera.post(&format!("{own}/login-link"), &[]).await;
    refused.is(409);
    assert!(refused.words().contains("demandez à la personne"), "{}", refused.words());
}

async fn emails_without_a_reason_do_not_leave(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    let gone = ["status = 'disabled', wants = 'inactive', known = 'inactive'", "secondary_email = null"];
    for (change, withdrawn) in gone.into_iter().zip([2, 4]) {
        anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
        anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
        portal.database.change(&format!("update mailboxes set {change} where local_part = 'jean'")).await;
        portal.work().await;
        let back = "update mailboxes set status = 'enabled', secondary_email = 'jean@ailleurs.test'";
        portal.database.change(back).await;
        assert_eq!(portal.database.count("emails where state = 'withdrawn'").await, withdrawn, "{change}");
    }
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    portal.database.change("delete from mailboxes").await;
    portal.work().await;
    assert_eq!(portal.emails(), []);
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/jean/reset_password").await, 0);
}

async fn of_two_passwords_the_last_leaves(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
    portal.wait(MINUTE);
    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
    portal.work().await;

    one_email(portal, "jean@ailleurs.test");
    let states = "select state from emails where kind = 'new_password' order by created_at";
    assert_eq!(portal.database.texts(states).await, ["withdrawn", "sent"]);
    assert_eq!(portal.dimail.calls("POST /domains/ville.fr/mailboxes/jean/reset_password").await, 1);
}

/// Changes Jean's secondary address.
async fn change_secondary(portal: &Portal, secondary: &str) {
    let anna = portal.sign_in(Anna).await;
    let fields = [("first_name", "Jean"), ("last_name", "Dupont"), ("secondary_email", secondary)];
    anna.post(&format!("{JEAN}/edit"), &fields).await.leads_to(JEAN);
}

async fn a_changed_address_is_told_to_the_old_one(portal: &Portal) {
    jean(portal, "jean@ailleurs.test").await;

    change_secondary(portal, "neuve@ailleurs.test").await;
    // The email that announces the new address is sent even if the mailbox was disabled meanwhile.
    portal.database.change("update mailboxes set status = 'disabled', wants = 'inactive', known = 'inactive' where local_part = 'jean'").await;
    portal.work().await;

    let text = one_email(portal, "jean@ailleurs.test");
    assert!(text.contains("Anna Martin") && text.contains("jean@ville.fr"), "{text}");
    assert!(!text.contains("neuve@") && !text.contains("/login-link/"), "{text}");
    assert_eq!(portal.database.count("login_links").await, 0, "no key for the old address");
    portal.forget_emails();
    change_secondary(portal, "neuve@ailleurs.test").await;
    portal.work().await;
    assert_eq!(portal.emails(), [], "nothing changed");
}

async fn emails_follow_the_secondary_address(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "faute@ailleurs.test"]).await;
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);

    change_secondary(portal, "jean@ailleurs.test").await;
    portal.work().await;
    let to = "jean@ailleurs.test";
    assert_eq!(portal.recipients(), ["faute@ailleurs.test", to, to, to]);
    let told = portal.emails().into_iter().find(|email| email.to == "faute@ailleurs.test").expect("an email");
    assert!(told.subject.contains("a changé"), "{}", told.subject);
    portal.forget_emails();

    // Without a secondary address, emails are withdrawn. The welcome email was sent before, so Jean
    // has a link.
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    change_secondary(portal, "").await;
    portal.work().await;
    one_email(portal, "jean@ailleurs.test");
    assert_eq!(to_hand_over(portal).await, 0);
    // The same holds for an email that waits after a failed attempt.
    portal.database.change("update mailboxes set secondary_email = 'jean@ailleurs.test'").await;
    portal.database.change("update emails set state = 'waiting' where kind = 'new_mailbox'").await;
    change_secondary(portal, "").await;
    assert_eq!(to_hand_over(portal).await, 1, "the password was not shown");
    assert_eq!(portal.database.text("select state from emails where kind = 'new_mailbox'").await, "withdrawn");
    portal.work().await;
    // The mark "to hand over" goes when the user signs in by a link.
    change_secondary(portal, "jean@ailleurs.test").await;
    anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(to_hand_over(portal).await, 1);
    let link = portal.login_links("jean@ailleurs.test").pop().expect("a link");
    portal.visitor().post(&link, &[]).await.is(303);
    assert_eq!(to_hand_over(portal).await, 0);
}

async fn an_email_under_way_follows_at_its_next_attempt(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "faute@ailleurs.test"]).await;
    let leased = format!("update emails set lease_holder = 'x', lease_until = {}", portal.now().0 + 30_000_000);

    portal.database.change(&leased).await;
    change_secondary(portal, "jean@ailleurs.test").await;
    portal.work().await;
    one_email(portal, "faute@ailleurs.test");
    portal.forget_emails();
    portal.work_after(MINUTE).await;
    one_email(portal, "jean@ailleurs.test");
    let welcome = "select recipient, state from emails where kind = 'new_mailbox'";
    assert_eq!(portal.database.text(welcome).await, "jean@ailleurs.test|sent");
    portal.forget_emails();

    // If the address is removed while the email is being sent, its link is dead, whether it is sent or
    // withdrawn.
    for ends in ["sent", "withdrawn"] {
        portal.database.change("update mailboxes set secondary_email = 'jean@ailleurs.test', to_hand_over = 0").await;
        portal.database.change("update emails set state = 'waiting' where kind = 'new_mailbox'").await;
        let lease = portal.app.id;
        let leased =
            format!("update emails set lease_holder = '{lease}', lease_until = {}", portal.now().0 + 30_000_000);
        portal.database.change(&format!("{leased} where kind = 'new_mailbox'")).await;
        change_secondary(portal, "").await;
        assert_eq!(to_hand_over(portal).await, 1, "{ends}");
        if ends == "sent" {
            portal.database.change("update mailboxes set secondary_email = 'jean@ailleurs.test'").await;
        }
        portal.work_after(MINUTE).await;
        let state = portal.database.text("select state from emails where kind = 'new_mailbox'").await;
        assert_eq!((state.as_str(), to_hand_over(portal).await), (ends, 1), "until the user signs in");
    }
}

async fn a_first_access_tells_nothing(portal: &Portal) {
    jean(portal, "jean@ailleurs.test").await;
    let somebody = portal.visitor();
    assert!(somebody.get("/sign-in").await.has("main a[href=\"/first-access\"]"));
    somebody.get("/first-access").await.is(200);

    let known = somebody.post("/first-access", &[("address", "jean@ville.fr")]).await;
    let mark = portal.dimail.mark().await;
    known.is(200);
    for address in ["nobody@ville.fr", "jean@nowhere.fr", "JEAN@Ville.FR", "a+b@ville.fr"] {
        let other = somebody.post("/first-access", &[("address", address)]).await;
        assert_eq!((other.status, &other.text), (200, &known.text), "{address}");
    }
    assert_eq!(portal.dimail.mark().await, mark, "dimail is not asked meanwhile");
    for (address, words) in [("", "obligatoire"), ("jean", "adresse"), ("jean@", "adresse")] {
        let refused = somebody.post("/first-access", &[("address", address)]).await;
        assert_eq!((refused.status, refused.value("address").as_str()), (422, address));
        let mistake = refused.mistake("address").to_lowercase();
        assert!(!mistake.is_empty(), "{words}: {mistake}");
    }
    portal.work().await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test", "jean@ailleurs.test"], "the case does not matter");
}

async fn a_first_access_leads_to_an_email(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    let somebody = portal.visitor().with("accept-language", "en");
    let ask = async || {
        somebody.post("/first-access", &[("address", "jean@ville.fr")]).await.is(200);
        portal.work().await;
        let emails = portal.emails();
        portal.forget_emails();
        emails
    };
    let emails = ask().await;
    assert!(login_link_in(&emails[0].text).is_some() && emails.len() == 1, "{emails:?}");
    let line = portal.database.text("select event from journal order by at desc, sequence desc limit 1").await;
    assert_eq!(line, r#"{"verb":"first_access_asked","address":"jean@ville.fr"}"#);

    // These emails and those sent by managers count together: after five in an hour, the page sends
    // nothing and says nothing.
    for _ in 0..4 {
        anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    }
    portal.work().await;
    portal.forget_emails();
    assert_eq!(ask().await, []);
    portal.wait(HOUR);
    assert_eq!(ask().await.len(), 1);
    for change in [
        "status = 'disabled', wants = 'inactive', known = 'inactive'",
        "status = 'enabled', wants = 'active', known = 'active', secondary_email = null",
    ] {
        portal.database.change(&format!("update mailboxes set {change} where local_part = 'jean'")).await;
        portal.wait(HOUR);
        assert_eq!(ask().await, [], "{change}");
    }
    portal.database.change("update mailboxes set secondary_email = 'jean@ailleurs.test'").await;
    portal.disable("ville.fr", "travaux").await;
    portal.work().await;
    portal.forget_emails();
    assert_eq!(ask().await, [], "a closed domain");
}

async fn first_accesses_are_counted_for_each_origin(portal: &Portal) {
    let somebody = portal.visitor();
    for n in 0..30 {
        somebody.post("/first-access", &[("address", &format!("n{n}@ville.fr"))]).await.is(200);
    }
    let refused = somebody.post("/first-access", &[("address", "jean@ville.fr")]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "600"));
    assert!(refused.has("main a[href=\"/first-access\"]"), "{}", refused.words());
    portal.work_after(10 * MINUTE).await;
    somebody.post("/first-access", &[("address", "jean@ville.fr")]).await.is(200);
    assert_eq!(portal.database.count("first_accesses").await, 1, "only the new request is stored");
    portal.work().await;
}

async fn first_accesses_leave_emails_to_others(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    let somebody = portal.visitor();
    for _ in 0..6 {
        somebody.post("/first-access", &[("address", "jean@ville.fr")]).await.is(200);
    }
    portal.work().await;
    assert_eq!(portal.recipients(), ["jean@ailleurs.test"; 3], "three of the five in an hour");
    assert_eq!(portal.database.count("journal where event like '%first_access_asked%'").await, 3);

    for _ in 0..2 {
        anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
    }
    anna.post(&format!("{JEAN}/login-link"), &[]).await.is(429);
    portal.work().await;
    assert_eq!(portal.emails().len(), 5);
}

/// Advances the clock until the email is given up.
async fn days_pass(portal: &Portal, app: &App) {
    for _ in 0..5 {
        portal.wait(15 * HOUR);
        run_until_idle(app).await.expect("the database answers");
    }
    portal.dimail.lose_faults().await;
    assert_eq!(portal.database.count("emails where state = 'given_up'").await, 1);
}

async fn a_first_email_that_never_left_is_noted(portal: &Portal) {
    let server = Sink::start().await;
    let app = portal.by_smtp(&server);
    server.answer("greeting", "421 busy");
    // The mailbox is marked if its first email is given up, unless the user got another login link
    // meanwhile.
    for (another, unseen) in [(false, 1), (true, 0)] {
        let anna = portal.sign_in(Anna).await;
        anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.leads_to(JEAN);
        run_until_idle(&app).await.expect("the database answers");
        assert_eq!(to_hand_over(portal).await, 0, "an email that waits may still leave");
        if another {
            anna.post(&format!("{JEAN}/reset-password"), &[]).await.leads_to(JEAN);
            portal.work().await;
        }
        days_pass(portal, &app).await;

        assert_eq!(to_hand_over(portal).await, unseen, "{another}");
        let anna = portal.sign_in(Anna).await;
        let banner = anna.get(JEAN).await.select(".banner-next").concat();
        assert_eq!(
            banner.starts_with("Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe"),
            unseen == 1,
            "{banner}"
        );
        anna.post(&format!("{JEAN}/login-link"), &[]).await.leads_to(JEAN);
        portal.work().await;
        let link = portal.login_links("jean@ailleurs.test").pop().expect("a link");
        portal.visitor().post(&link, &[]).await.is(303);
        assert_eq!(to_hand_over(portal).await, 0);
        assert!(!anna.get(JEAN).await.has(".banner-next"));
        anna.post(&format!("{JEAN}/delete"), &[("address", "jean@ville.fr")]).await.is(303);
        portal.database.change("delete from emails").await;
    }
}

async fn a_password_that_reached_nobody_is_noted(portal: &Portal) {
    let anna = jean(portal, "jean@ailleurs.test").await;
    let reset = format!("{JEAN}/reset-password");
    let asked = format!("{JEAN}/reset_password");
    // dimail refuses, so the former password still works and the mailbox is not marked.
    portal.dimail.fault("POST", &asked, "refuse_422", 1).await;
    anna.post(&reset, &[]).await.leads_to(JEAN);
    portal.work().await;
    assert_eq!(portal.database.text("select state from emails where kind = 'new_password'").await, "given_up");
    assert_eq!(to_hand_over(portal).await, 0);
    portal.database.change("delete from emails where kind = 'new_password'").await;

    portal.dimail.fault("POST", &asked, "act_then_close", 60).await;
    anna.post(&reset, &[]).await.leads_to(JEAN);
    days_pass(portal, &portal.app).await;
    assert_eq!((to_hand_over(portal).await, portal.emails().len()), (1, 0));
    let anna = portal.sign_in(Anna).await;
    assert!(
        anna.get(JEAN)
            .await
            .select(".banner-next")
            .concat()
            .starts_with("Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe")
    );

    anna.post(&reset, &[]).await.leads_to(JEAN);
    portal.work().await;
    password_in(&one_email(portal, "jean@ailleurs.test"));
    assert_eq!(to_hand_over(portal).await, 0);
}
