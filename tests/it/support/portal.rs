//! A whole portal with its own database, a dimail over HTTP, emails kept in memory, and a clock
//! that the story sets. There is no background work: [`Portal::work`] does what is due.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser};
use dimail_portal::actions::App;
use dimail_portal::actions::domains;
use dimail_portal::actions::domains::add::DomainFields;
use dimail_portal::clock::Clock;
use dimail_portal::config::Settings;
use dimail_portal::dimail::{Dimail as Client, DimailSettings};
use dimail_portal::fake_dimail::Release;
use dimail_portal::mail::{Sender, SentEmail};
use dimail_portal::model::address::{DomainName, EmailAddress};
use dimail_portal::model::domain::Domain;
use dimail_portal::model::role::Role;
use dimail_portal::model::time::Timestamp;
use dimail_portal::store::{NewUser, SignedIn, Store};
use dimail_portal::web::{Assets, Web, router};
use dimail_portal::worker;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::cast::{EVERYBODY, PASSWORD, PASSWORD_HASH, Person};
use super::database::Database;
use super::fake::Dimail;
use super::smtp::Sink;
use super::visitor::Visitor;
use super::{Anna, Fay};

/// The time at which every story starts: 22 November 2026, 10:00 in Paris.
const BEGINNING: Timestamp = Timestamp(1_795_338_000_000_000);
/// The support address of the domains.
pub(crate) const SUPPORT: &str = "informatique@mairie.test";
/// The address of the webmail in all settings.
pub(crate) const WEBMAIL: &str = "https://webmail.test";

/// A portal for one story.
pub(crate) struct Portal {
    /// The portal's own parts, used directly where an operator would use a command.
    pub(crate) app: App,
    /// Its dimail.
    pub(crate) dimail: Dimail,
    /// Its database, for queries.
    pub(crate) database: Database,
    clock: Clock,
    address: SocketAddr,
    serving: JoinHandle<()>,
    may_leave_work: AtomicBool,
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    settings: Settings,
}

/// Settings from flags only; this machine's environment is not read.
fn settings(flags: &BTreeMap<&str, String>) -> Settings {
    let arguments = flags.iter().flat_map(|(flag, value)| [(*flag).to_owned(), value.clone()]);
    let command = Line::command().mut_args(|argument| argument.env(None::<&str>));
    let matches = command.try_get_matches_from(std::iter::once("it".to_owned()).chain(arguments));
    Line::from_arg_matches(&matches.expect("flags")).expect("settings").settings
}

/// Opens the database and serves the pages, as a process of its own would.
async fn serve(listener: TcpListener, settings: Arc<Settings>, clock: &Clock) -> (App, JoinHandle<()>) {
    let store = Store::open(&settings.database_url, clock.clone()).await.expect("a database");
    let client = DimailSettings {
        url: settings.dimail_url.clone().expect("set"),
        username: settings.dimail_username.clone().expect("set"),
        password: settings.dimail_password.clone().expect("set"),
        timeout: settings.dimail_timeout,
        concurrency: usize::from(settings.dimail_concurrency),
    };
    let client = Client::new(&client).expect("a client");
    let app = App::new(store, client, Sender::memory(), settings);
    let web = Web::new(app.clone(), Assets::find(None, None).expect("static files"), None);
    let pages = router(&web).into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, pages).await.expect("served") });
    (app, serving)
}

/// Another process of a portal, with the same database, dimail, settings and clock. It has a runtime of its
/// own, so that it can be killed in the middle of what it does.
pub(crate) struct Process {
    /// Its parts.
    pub(crate) app: App,
    /// The address of its pages.
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Process {
    /// Starts it.
    pub(crate) async fn start(portal: &Portal) -> Self {
        let (settings, clock) = (portal.app.settings.clone(), portal.clock.clone());
        let start = move || {
            let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
            let (app, address) = runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let address = listener.local_addr().expect("its address");
                (serve(listener, settings, &clock).await.0, address)
            });
            (runtime, app, address)
        };
        let (runtime, app, address) = tokio::task::spawn_blocking(start).await.expect("started");
        Self { app, address, runtime: Some(runtime) }
    }

    /// Does all work that is due now.
    pub(crate) async fn work(&self) {
        let app = self.app.clone();
        let runtime = self.runtime.as_ref().expect("it was not killed");
        let work = runtime.spawn(async move { worker::run_until_idle(&app).await });
        work.await.expect("no panic").expect("the database answers");
    }

    /// Ends it at once, whatever it does.
    pub(crate) fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The path of the login link in the text of an email.
pub(crate) fn login_link_in(text: &str) -> Option<String> {
    let token = text.split("/login-link/").nth(1)?.split(|c: char| c.is_whitespace() || c == '"').next()?;
    Some(format!("/login-link/{token}"))
}

/// Sets the TLS provider of this process.
pub(crate) fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

impl Portal {
    /// A portal with its people, `ville.fr` and `autre.fr` enabled, and no work left.
    pub(crate) async fn start(database: Database, changes: &[&'static str]) -> Self {
        Self::before(Release::Production, database, changes).await
    }

    /// As [`Portal::start`], with a dimail of this release.
    pub(crate) async fn before(release: Release, database: Database, changes: &[&'static str]) -> Self {
        install_tls();
        let dimail = Dimail::start(release).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut flags = BTreeMap::from([
            ("--public-url", format!("http://{address}")),
            ("--database-url", database.url.clone()),
            ("--dimail-url", format!("http://{}", dimail.address)),
            ("--dimail-username", "la_regie".to_owned()),
            ("--dimail-password", "password".to_owned()),
            ("--webmail-url", WEBMAIL.to_owned()),
            ("--brand-name", "Portail".to_owned()),
            // Many stories add more domains than a person does in a day; the limits have stories of their own.
            ("--domains-per-day", "1000".to_owned()),
            ("--domains-waiting", "1000".to_owned()),
            ("--emails-per-address", "1000".to_owned()),
        ]);
        for change in changes.chunks(2) {
            flags.insert(change[0], change[1].to_owned());
        }
        let clock = Clock::by_hand(BEGINNING);
        let (app, serving) = serve(listener, Arc::new(settings(&flags)), &clock).await;
        let portal = Self { app, dimail, database, clock, address, serving, may_leave_work: AtomicBool::new(false) };
        portal.settle().await;
        portal
    }

    async fn settle(&self) {
        for person in EVERYBODY {
            self.add_account(person).await;
        }
        self.add_domain(Anna, "ville.fr").await;
        self.add_domain(Fay, "autre.fr").await;
        for person in EVERYBODY {
            match person.role {
                Some(Role::Owner) | None => {}
                Some(role) => self.grant("ville.fr", *person, role).await,
            }
        }
        self.work().await;
        self.forget_emails();
        // What the beginning needed does not count for the limits.
        self.database.change("delete from rate_limits").await;
    }

    /// Makes the account of a person.
    pub(crate) async fn add_account(&self, person: &Person) {
        let email = EmailAddress::parse(person.email).expect("an address");
        let new = NewUser {
            email,
            name: person.name.to_owned(),
            password_hash: PASSWORD_HASH.clone(),
            is_staff: person.is_staff,
            language: None,
        };
        let mut tx = self.app.store.begin().await.expect("a transaction");
        tx.insert_user(&new).await.expect("an insert").expect("a new address");
        tx.commit().await.expect("a commit");
    }

    async fn account(&self, person: Person) -> SignedIn {
        let email = EmailAddress::parse(person.email).expect("an address");
        self.app.store.credentials(&email).await.expect("an answer").expect("an account").person
    }

    /// Adds a domain as its form does, whose support address confirms at once that it wants its emails.
    pub(crate) async fn add_domain(&self, owner: Person, name: &str) {
        let fields = DomainFields { name: name.to_owned(), support_email: SUPPORT.to_owned() };
        domains::add::add(&self.app, &self.account(owner).await, &fields).await.expect("added");
        self.confirm_support(name).await;
    }

    /// Confirms the support address of a domain, as the link that was sent to it does.
    pub(crate) async fn confirm_support(&self, name: &str) {
        let name = DomainName::parse(name).expect("a name");
        let sql = format!("update domains set support_confirmed_at = {} where name = '{name}'", self.now().0);
        self.database.change(&sql).await;
        self.database.change("delete from emails where state = 'waiting' and content like '%confirm_address%'").await;
        self.database.change("delete from rate_limits where kind = 'confirm_address'").await;
    }

    /// Adds a domain whose checks report these errors from the start.
    pub(crate) async fn add_domain_with(&self, owner: Person, name: &str, errors: &[&str], internal: &[&str]) {
        self.dimail.finds(name, errors, internal, false).await;
        self.add_domain(owner, name).await;
        self.work().await;
        self.forget_emails();
    }

    /// Gives a role, as the operator's command does.
    pub(crate) async fn grant(&self, domain: &str, person: Person, role: Role) {
        let domain = self.domain(domain).await.id;
        let (user, language) = (self.account(person).await, self.app.settings.default_language);
        domains::grant::grant(&self.app.store, domain, user.user(), role, language).await.expect("granted");
        // The email to a new owner is a story of its own.
        self.database.change("delete from emails where content like '%\"email\":\"raised\"%'").await;
    }

    /// Records that the person has just used a link that was sent to the address of their account.
    pub(crate) async fn prove(&self, person: Person) {
        let (now, email) = (self.now().0, person.email);
        self.database.change(&format!("update users set proved_at = {now} where email_key = '{email}'")).await;
    }

    /// Disables a domain, as the operator's command does.
    pub(crate) async fn disable(&self, domain: &str, reason: &str) {
        let id = self.domain(domain).await.id;
        assert!(domains::close::disable(&self.app, id, reason).await.expect("an answer"));
    }

    /// Enables a disabled domain again, as the operator's command does.
    pub(crate) async fn enable(&self, domain: &str) {
        let id = self.domain(domain).await.id;
        assert!(domains::close::enable(&self.app, id).await.expect("an answer"));
    }

    /// A domain, read from the database.
    pub(crate) async fn domain(&self, name: &str) -> Domain {
        let name = DomainName::parse(name).expect("a name");
        self.app.store.domain_named(&name).await.expect("an answer").expect("a domain")
    }

    /// The status of a domain in the database.
    pub(crate) async fn status(&self, name: &str) -> &'static str {
        self.domain(name).await.status.into()
    }

    /// The status of a mailbox in the database.
    pub(crate) async fn mailbox_status(&self, address: &str) -> String {
        let (part, domain) = address.split_once('@').expect("an address");
        let sql = format!(
            "select mailboxes.status from mailboxes join domains on domains.id = domain_id \
             where local_part = '{part}' and name = '{domain}'"
        );
        self.database.text(&sql).await
    }

    /// The address of the portal, for connections by hand.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A visitor without a session.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(self.address)
    }

    /// A visitor who is signed in as this person.
    pub(crate) async fn sign_in(&self, person: Person) -> Visitor {
        self.sign_in_as(person, self.visitor()).await
    }

    /// Signs this person in at the browser of `visitor`.
    pub(crate) async fn sign_in_as(&self, person: Person, visitor: Visitor) -> Visitor {
        self.make_known(person.email, &visitor).await;
        visitor.post("/sign-in", &[("email", person.email), ("password", PASSWORD)]).await.leads_to("/domains");
        visitor
    }

    /// Makes the browser of a visitor known to an account, if there is one: signing in there is no news.
    pub(crate) async fn make_known(&self, email: &str, visitor: &Visitor) {
        let email = EmailAddress::parse(email).expect("an address");
        let Some(found) = self.app.store.credentials(&email).await.expect("an answer") else { return };
        let cookie = format!("browser-of-{}", found.person.user().id);
        let hash = format!("{:x}", Sha256::digest(cookie.as_bytes()));
        let mut tx = self.app.store.begin().await.expect("a transaction");
        tx.keep_browser(found.person.user().id, &hash).await.expect("kept");
        tx.commit().await.expect("a commit");
        let name = if self.app.settings.is_https() { "__Host-browser" } else { "browser" };
        visitor.set_cookie(name, &cookie);
    }

    /// Does all work that is due now.
    pub(crate) async fn work(&self) {
        worker::run_until_idle(&self.app).await.expect("the database answers");
    }

    /// Advances the clock.
    pub(crate) fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Sets the clock back: it had been wrong.
    pub(crate) fn set_back(&self, time: Duration) {
        self.clock.set_back(time);
    }

    /// Advances the clock, then does the work that is due.
    pub(crate) async fn work_after(&self, time: Duration) {
        self.wait(time);
        self.work().await;
    }

    /// The current time of the clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The emails that were sent since the last [`Portal::forget_emails`].
    pub(crate) fn emails(&self) -> Vec<SentEmail> {
        self.app.sender.sent()
    }

    /// The recipients of those emails, in the order of their addresses.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let mut recipients: Vec<String> = self.emails().into_iter().map(|email| email.to).collect();
        recipients.sort();
        recipients
    }

    /// The paths of the login links in those to an address, the oldest first.
    pub(crate) fn login_links(&self, to: &str) -> Vec<String> {
        let emails = self.emails().into_iter().filter(|email| email.to == to);
        emails.filter_map(|email| login_link_in(&email.text)).collect()
    }

    /// The same portal, with emails sent to this SMTP server.
    pub(crate) fn by_smtp(&self, server: &Sink) -> App {
        let sender =
            Sender::smtp(&server.url().into(), "Portail <portail@mairie.test>", "portail.test").expect("a sender");
        App { sender: Arc::new(sender), ..self.app.clone() }
    }

    /// Forgets the emails sent so far.
    pub(crate) fn forget_emails(&self) {
        self.app.sender.forget_sent();
    }

    /// Allows this story to end with work left.
    pub(crate) fn leaves_work(&self) {
        self.may_leave_work.store(true, Ordering::SeqCst);
    }

    /// Demands that no work is left that could be done, and stops the portal.
    pub(crate) async fn finish(self) {
        self.check().await;
        self.serving.abort();
        self.app.store.close().await;
        self.database.close().await;
    }

    /// Demands that no work is left that could be done, and that nothing is forgotten.
    pub(crate) async fn check(&self) {
        if !self.may_leave_work.load(Ordering::SeqCst) {
            let now = self.now().0;
            let jobs = format!("select kind, object, holder from jobs where due_at <= {now}");
            assert_eq!(self.database.texts(&jobs).await, Vec::<String>::new(), "jobs are left over");
            let emails = format!("select recipient, content from emails where state = 'waiting' and due_at <= {now}");
            assert_eq!(self.database.texts(&emails).await, Vec::<String>::new(), "emails are left over");
        }
        // A mailbox that is not as it is wanted, without a job, would never become so.
        let forgotten = "select local_part, wants, known from mailboxes where (reason is null or wants = 'absent') \
                         and not (wants = known or wants = 'inactive' and known in ('new', 'absent') \
                         or wants = 'absent' and known = 'half_made') \
                         and not exists (select id from jobs where jobs.domain_id = mailboxes.domain_id \
                         and kind = 'mailbox' and object = mailboxes.id)";
        assert_eq!(self.database.texts(forgotten).await, Vec::<String>::new(), "mailboxes are forgotten");
        let wrong = "select local_part, known, reason, status from mailboxes where status <> case \
                     when known = 'active' then 'enabled' when known = 'inactive' then 'disabled' \
                     when known in ('new', 'absent') and reason is null then 'pending' else 'failed' end";
        assert_eq!(self.database.texts(wrong).await, Vec::<String>::new(), "mailboxes of a wrong status");
        // Stories about a database that is away have closed the store.
        for journal in self.app.store.journals_on_record().await.unwrap_or_default() {
            let verified = self.app.store.verify_journal(&journal).await.expect("an answer");
            assert_eq!(verified.fault, None, "{:?}", journal.name);
        }
        // The same holds for an alias destination, and for a change that waits.
        let forgotten = "select local_part, destination from aliases where status in ('pending', 'removing') \
                         and not exists (select id from jobs where jobs.domain_id = aliases.domain_id \
                         and kind = 'alias' and object = local_part)";
        assert_eq!(self.database.texts(forgotten).await, Vec::<String>::new(), "destinations are forgotten");
        let forgotten = "select kind, subject, destination from changes where outcome = 'waiting' \
                         and not exists (select id from jobs where jobs.domain_id = changes.domain_id \
                         and jobs.kind = object_kind and jobs.object = changes.object)";
        assert_eq!(self.database.texts(forgotten).await, Vec::<String>::new(), "changes are forgotten");
        let orphans = "select call from sent_calls where job_id not in (select id from jobs)";
        assert_eq!(self.database.texts(orphans).await, Vec::<String>::new(), "calls without a job");
        // What people see follows from what is wanted and known.
        let wrong = "select local_part, destination, status from aliases where status <> case when wanted = 0 \
                     then 'removing' when known = 'present' then 'enabled' when reason is not null then 'failed' \
                     else 'pending' end";
        assert_eq!(self.database.texts(wrong).await, Vec::<String>::new(), "destinations of a wrong status");
        let counted = "select name, aliases from domains where aliases <> \
                       (select count(distinct local_part) from aliases where domain_id = domains.id)";
        assert_eq!(self.database.texts(counted).await, Vec::<String>::new(), "aliases are miscounted");
    }
}
