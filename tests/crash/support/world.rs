//! What exists beside the portal and outlives it: database, dimail, SMTP server, people; and how
//! portals are started with them.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use tempfile::TempDir;

use super::browser::{Browser, client};
use super::database::Database;
use super::dimail::Dimail;
use super::process::{Process, ignoring_large_files, program, run};
use super::smtp::Sink;

/// The support address of all domains.
pub(crate) const SUPPORT: &str = "aide@mairie.test";
/// The owner of all domains.
pub(crate) const ANNA: &str = "anna@mairie.test";
/// The password of all people.
pub(crate) const PASSWORD: &str = "un mot de passe sûr";
/// The longest wait for background work.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// How often a condition is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How many forms are sent concurrently.
const FORMS: usize = 16;

/// A mailbox to be created.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) local_part: String,
    pub(crate) secondary: Option<String>,
}

impl Wanted {
    /// Mailbox number `number`; every tenth has no secondary address.
    pub(crate) fn new(number: usize) -> Self {
        let local_part = format!("agent.{number:04}");
        let secondary = (number % 10 != 9).then(|| format!("{local_part}@ailleurs.test"));
        Self { local_part, secondary }
    }

    pub(crate) fn fields(&self) -> [(&'static str, &str); 4] {
        let secondary = self.secondary.as_deref().unwrap_or_default();
        // The local part also serves as a name.
        let names = [("first_name", "Agent"), ("last_name", self.local_part.trim_start_matches("agent."))];
        [names[0], names[1], ("local_part", &self.local_part), ("secondary_email", secondary)]
    }
}

/// Database, dimail, SMTP server and people.
pub(crate) struct World {
    pub(crate) dimail: Dimail,
    pub(crate) post: Sink,
    pub(crate) database: Database,
    folder: TempDir,
}

/// A running portal.
pub(crate) struct Portal {
    /// Its address, without a final slash.
    pub(crate) url: String,
    listen: String,
    account: (String, String),
    changes: Vec<(&'static str, &'static str)>,
    pub(crate) process: Process,
}

impl World {
    /// Creates a world with Anna, without a portal.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, Dimail::start()).await
    }

    /// Creates a world with this dimail and with Anna, without a portal.
    pub(crate) async fn start_with(database: Database, dimail: Dimail) -> Self {
        let world = Self::around(database, dimail).await;
        let added =
            world.command(&["users", "add", ANNA, "--name", "Anna Martin", "--language", "fr", "--password-stdin"]);
        let output = run(added, &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{output:?}");
        world
    }

    /// Creates a world with this dimail, without accounts or a portal.
    pub(crate) async fn around(database: Database, dimail: Dimail) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self { dimail, post: Sink::start().await, database, folder }
    }

    /// The program with the settings of this world.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command
            .env("DATABASE_URL", &self.database.url)
            .env("DIMAIL_URL", &self.dimail.url)
            .env("DIMAIL_USERNAME", "la_regie")
            .env("DIMAIL_PASSWORD", "password")
            .env("SMTP_URL", self.post.url())
            .env("MAIL_FROM", "Portail <portail@exemple.test>")
            .env("WEBMAIL_URL", &self.dimail.url)
            .env("RETRY_FIRST", "200ms")
            .env("CHECK_NOW_PAUSE", "0");
        command
    }

    /// Runs an operator's command.
    pub(crate) fn operator(&self, arguments: &[&str]) -> Output {
        run(self.command(arguments), "")
    }

    /// Starts a portal and waits until it answers.
    pub(crate) async fn portal(&self) -> Portal {
        self.portal_with(("la_regie", "password"), &[]).await
    }

    /// Starts a portal with its account at dimail and other settings, and waits until it answers.
    pub(crate) async fn portal_with(&self, account: (&str, &str), changes: &[(&'static str, &'static str)]) -> Portal {
        let listen = free_address();
        let account = (account.0.to_owned(), account.1.to_owned());
        let process = self.serve(&listen, &account, changes);
        let url = format!("http://{listen}");
        let mut portal = Portal { url, listen, account, changes: changes.to_vec(), process };
        portal.is_ready().await;
        portal
    }

    /// Starts a portal that may open this many files, and waits until it answers.
    pub(crate) async fn portal_with_files(&self, files: u64) -> Portal {
        let listen = free_address();
        let account = ("la_regie".to_owned(), "password".to_owned());
        let process = self.serve(&listen, &account, &[]);
        process.limit_files(files);
        let url = format!("http://{listen}");
        let mut portal = Portal { url, listen, account, changes: Vec::new(), process };
        portal.is_ready().await;
        portal
    }

    /// Starts a portal that has ended again, at the same address.
    pub(crate) async fn again(&self, portal: &mut Portal) {
        portal.process = self.serve(&portal.listen, &portal.account, &portal.changes);
        portal.is_ready().await;
    }

    fn serve(&self, listen: &str, account: &(String, String), changes: &[(&str, &str)]) -> Process {
        let mut command = self.command(&["serve"]);
        command.env("LISTEN", listen).env("PUBLIC_URL", format!("http://{listen}"));
        command.env("DIMAIL_USERNAME", &account.0).env("DIMAIL_PASSWORD", &account.1);
        command.envs(changes.iter().copied());
        Process::logging_to(ignoring_large_files(&command), &self.log(listen))
    }

    fn log(&self, listen: &str) -> PathBuf {
        self.folder.path().join(format!("{}.log", listen.replace(':', "-")))
    }

    /// Everything that a portal has logged.
    pub(crate) fn logged(&self, portal: &Portal) -> String {
        std::fs::read_to_string(self.log(&portal.listen)).expect("a log")
    }

    /// Copies what the portals have logged, each to a file whose name begins with `start`.
    pub(crate) fn keep_logs(&self, start: &Path) {
        for entry in std::fs::read_dir(self.folder.path()).expect("a folder").flatten() {
            let to = format!("{}-{}", start.display(), entry.file_name().to_string_lossy());
            drop(std::fs::copy(entry.path(), to));
        }
    }

    /// The kind of database.
    pub(crate) fn kind(&self) -> &'static str {
        if self.database.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" }
    }

    /// Anna, signed in.
    pub(crate) async fn anna(&self, portal: &Portal) -> Browser {
        // As at a first sign-in, no email tells of a new browser.
        self.database.change("update users set last_sign_in_at = null").await;
        Browser::sign_in(&portal.url, ANNA, PASSWORD).await
    }

    /// Adds a domain that is not enabled, with this many pending mailboxes.
    pub(crate) async fn waiting_domain(&self, anna: &Browser, name: &str, size: usize) -> Vec<Wanted> {
        self.dimail.finds(name, &["wrong_mx"]).await;
        anna.add_domain(name).await;
        self.until("the first check", || async { self.domain_status(name).await == "action_required" }).await;
        self.confirm_support(name).await;
        let wanted: Vec<Wanted> = (0..size).map(Wanted::new).collect();
        let began = Instant::now();
        let all = futures::stream::iter(&wanted).map(|one| anna.add_mailbox(name, one));
        let answers: Vec<_> = all.buffer_unordered(FORMS).collect().await;
        for answer in answers {
            answer.is(303);
        }
        super::say(format!("  {size} forms in {:.1?}", began.elapsed()));
        wanted
    }

    /// Presses the button to which the support address of a domain gets a link.
    async fn confirm_support(&self, domain: &str) {
        let link = || {
            let emails = self.post.emails().into_iter().filter(|email| email.to == SUPPORT);
            let text = emails.map(|email| email.decoded()).find(|text| text.contains(domain))?;
            text.split_whitespace().find(|word| word.contains("/confirm/")).map(str::to_owned)
        };
        self.until("a link for the support address", || async { link().is_some() }).await;
        let pressed = client().post(link().expect("a link")).send().await.expect("an answer of the portal");
        assert!(pressed.status().is_success(), "{}", pressed.status());
    }

    /// Makes dimail's checks of a domain pass.
    pub(crate) async fn publish(&self, anna: &Browser, name: &str) {
        self.dimail.finds(name, &[]).await;
        anna.post(&format!("/domains/{name}/check"), &[]).await.is(303);
    }

    pub(crate) async fn domain_status(&self, name: &str) -> String {
        self.database.text(&format!("select status from domains where name = '{name}'")).await
    }

    /// The number of mailboxes of a domain with this status.
    pub(crate) async fn mailboxes(&self, domain: &str, status: &str) -> i64 {
        let sql = format!(
            "mailboxes where status = '{status}' and domain_id in (select id from domains where name = '{domain}')"
        );
        self.database.count(&sql).await
    }

    /// The number of emails that were not sent yet.
    pub(crate) async fn emails_waiting(&self) -> i64 {
        self.database.count("emails where state = 'waiting'").await
    }

    /// Waits until nothing on a domain is pending, and all emails were sent.
    pub(crate) async fn until_done(&self, domain: &str) {
        self.until("no mailbox pending", || async { self.mailboxes(domain, "pending").await == 0 }).await;
        self.until("no email waiting", || async { self.emails_waiting().await == 0 }).await;
    }

    /// Waits until a condition is met by background work; returns how long it took.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, what: &str, has_happened: impl Fn() -> F) -> Duration {
        let began = Instant::now();
        while !has_happened().await {
            if began.elapsed() > PATIENCE {
                let jobs = "select kind, object, attempts, holder, due_at, trouble from jobs limit 10";
                panic!("waited for {what} in vain; jobs: {:#?}", self.database.texts(jobs).await);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        began.elapsed()
    }
}

impl Portal {
    async fn is_ready(&mut self) {
        let (client, began) = (client(), Instant::now());
        let url = format!("{}/healthz", self.url);
        loop {
            assert!(self.process.is_running(), "the portal has ended at its start");
            if client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the portal is not ready");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

/// An address with a port below those that the system gives to outgoing connections, so that it
/// stays free while its portal is dead.
fn free_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let own = u16::try_from(std::process::id() % 100).expect("small") * 100;
    loop {
        let address = format!("127.0.0.1:{}", 20_000 + own + NEXT.fetch_add(1, Ordering::SeqCst) % 100);
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
}
