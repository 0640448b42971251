//! The processes and databases of the benchmarks, and their data.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dimail_portal::clock::Clock;
use dimail_portal::model::id::{DomainId, MailboxId, MemberId};
use dimail_portal::model::name::{display_key, search_text};
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, AssertSqlSafe, Row};

use super::client::{Client, get, post};

/// The program, in the release build.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_dimail-portal");
/// A domain with 100 mailboxes.
pub const SMALL: &str = "petite.test";
/// A domain with 100,000 mailboxes.
pub const LARGE: &str = "grande.test";
const ANNA: &str = "anna@mairie.test";
const PASSWORD: &str = "un mot de passe sûr";

/// A process that is killed when this is dropped.
pub struct Process {
    child: Child,
    first_line: String,
}

impl Process {
    /// Starts a process and waits for its first line.
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("a process");
        let mut first_line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut first_line).expect("a line");
        Self { child, first_line }
    }

    /// A bare axum server.
    pub fn bare() -> Self {
        Self::start(Command::new(std::env::current_exe().expect("this program")).arg("bare"))
    }

    /// The address at the end of the first line that the process printed.
    pub fn first_line_address(&self) -> SocketAddr {
        let word = self.first_line.split_whitespace().last().unwrap_or_default();
        word.trim_start_matches("http://").parse().expect("an address")
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The minimal axum server for comparison: one route, one short text.
pub async fn serve_bare() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    writeln!(std::io::stdout(), "{}", listener.local_addr().expect("an address")).expect("a line");
    // As many threads as the portal has: this one only waits for them.
    let bare = async { axum::serve(listener, axum::Router::new().route("/", axum::routing::get(async || "ok"))).await };
    bare.await.expect("served");
}

/// The processor time that a process has used, in ticks of the system.
pub fn ticks_of(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    after_name.skip(11).take(2).filter_map(|text| text.parse::<u64>().ok()).sum()
}

/// Converts ticks to a duration: Linux has 100 a second.
pub fn processor(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}

/// A database that the portal makes.
pub struct Database {
    url: String,
    folder: Option<tempfile::TempDir>,
}

impl Database {
    /// A file in a temporary folder.
    pub fn sqlite() -> Self {
        let folder = tempfile::TempDir::new().expect("a folder");
        Self { url: format!("sqlite://{}/portal.db", folder.path().display()), folder: Some(folder) }
    }

    /// One on the server of `TEST_DATABASE_URL`.
    pub fn postgres() -> Option<Self> {
        let server = std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())?;
        let (server, _) = server.rsplit_once('/').expect("an address with a database");
        Some(Self { url: format!("{server}/bench_{}", std::process::id()), folder: None })
    }

    /// Its name.
    pub fn kind(&self) -> &'static str {
        if self.folder.is_some() { "SQLite" } else { "PostgreSQL" }
    }

    async fn pool(&self) -> AnyPool {
        install_default_drivers();
        AnyPoolOptions::new().max_connections(1).connect(&self.url).await.expect("the database")
    }

    /// How many rows there are.
    pub async fn count(&self, from_where: &str) -> i64 {
        let pool = self.pool().await;
        let sql = AssertSqlSafe(format!("select count(*) from {from_where}"));
        let count = sqlx::query(sql).fetch_one(&pool).await.expect("a count").get(0);
        pool.close().await;
        count
    }

    /// Deletes the database.
    pub async fn forget(&self) {
        if let (None, Some((server, name))) = (&self.folder, self.url.rsplit_once('/')) {
            let pool = AnyPoolOptions::new().connect(&format!("{server}/postgres")).await.expect("the server");
            let sql = AssertSqlSafe(format!("drop database {name} with (force)"));
            sqlx::query(sql).execute(&pool).await.expect("it is dropped");
        }
    }
}

/// A portal with its dimail.
pub struct World<'a> {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The time from its start to its first page.
    pub took_to_answer: Duration,
    database: &'a Database,
    portal: Child,
    dimail: Process,
}

impl<'a> World<'a> {
    /// Starts a portal with a dimail that waits `delay` milliseconds before each answer.
    pub async fn start(database: &'a Database, delay: u64) -> Self {
        let dimail = Process::start(Command::new(PROGRAM).args([
            "fake-dimail",
            "--seed",
            "--listen",
            "127.0.0.1:0",
            "--delay",
            &delay.to_string(),
        ]));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let mut command = Command::new(PROGRAM);
        command.env("DATABASE_URL", &database.url).env("DIMAIL_URL", format!("http://{}", dimail.first_line_address()));
        command.env("DIMAIL_USERNAME", "la_regie").env("DIMAIL_PASSWORD", "password").env("RUST_LOG", "error");
        // No email is sent: no server listens at this address.
        command.env("SMTP_URL", "smtp://127.0.0.1:9").env("MAIL_FROM", "bench@exemple.test");
        command.env("PUBLIC_URL", format!("http://{port}")).env("LISTEN", port.to_string());
        command.env("WEBMAIL_URL", "https://webmail.test").env("CHECK_NOW_PAUSE", "0");
        let began = Instant::now();
        let portal = command.arg("serve").stdin(Stdio::null()).spawn().expect("the portal");
        while tokio::net::TcpStream::connect(port).await.is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "the portal does not start");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Client::connect(port).await.ask(&get("/sign-in", "")).await;
        Self { address: port, took_to_answer: began.elapsed(), database, portal, dimail }
    }

    /// The portal's process.
    pub fn portal(&self) -> u32 {
        self.portal.id()
    }

    /// The processor time of the fake dimail.
    pub fn dimail_ticks(&self) -> u64 {
        ticks_of(self.dimail.id())
    }

    /// Memory of the portal in bytes: now, and at most so far.
    pub fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.portal())).unwrap_or_default();
        let read = |key: &str| {
            let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default() * 1024
        };
        (read("VmRSS:"), read("VmHWM:"))
    }

    /// Anna's session.
    pub async fn sign_in(&self) -> String {
        if self.database.count("users").await == 0 {
            let mut command = Command::new(PROGRAM);
            command.args(["users", "add", ANNA, "--name", "Anna Martin", "--password-stdin"]);
            let adding = command.env("DATABASE_URL", &self.database.url).stdin(Stdio::piped()).stdout(Stdio::null());
            let mut adding = adding.spawn().expect("a command");
            writeln!(adding.stdin.take().expect("its input"), "{PASSWORD}").expect("a password");
            assert!(adding.wait().expect("an end").success(), "no account");
        }
        let typed = [("email", ANNA), ("password", PASSWORD)];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(typed).finish();
        let head = Client::connect(self.address).await.ask(&post("/sign-in", "", &body)).await;
        let cookie = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next());
        cookie.expect("a session").to_owned()
    }

    /// Adds a domain by its form; dimail's checks of it report these errors.
    pub async fn add_domain(&self, name: &str, cookie: &str, errors: &[&str]) {
        self.finds(name, errors).await;
        let body = format!("name={name}&support_email=aide%40mairie.test");
        Client::connect(self.address).await.ask(&post("/domains/new", cookie, &body)).await;
        let unchecked = format!("domains where name = '{name}' and checked_at is null");
        while self.database.count(&unchecked).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// From now on, dimail's checks of a domain report no errors.
    pub async fn publish(&self, name: &str) {
        self.finds(name, &[]).await;
    }

    async fn finds(&self, name: &str, errors: &[&str]) {
        let body = serde_json::json!({"errors": errors}).to_string();
        let request = format!(
            "PUT /_fake/domains/{name} HTTP/1.1\r\nhost: fake\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        Client::connect(self.dimail.first_line_address()).await.ask(request.as_bytes()).await;
    }

    /// Fills the two lists of mailboxes, and the list of domains up to 20, directly in the
    /// database.
    pub async fn fill(&self) {
        self.sign_in().await;
        let filler = Filler { pool: self.database.pool().await, clock: Clock::system() };
        filler.domain(SMALL, 100).await;
        filler.domain(LARGE, 100_000).await;
        for n in 3..=20 {
            filler.domain(&format!("commune-{n}.test"), n).await;
        }
        if self.database.folder.is_none() {
            filler.run("analyze".to_owned()).await;
        }
        filler.pool.close().await;
    }

    /// Runs a command of the operator on domains.
    pub fn run_domains(&self, arguments: &[&str]) {
        let mut command = Command::new(PROGRAM);
        command.arg("domains").args(arguments).env("DATABASE_URL", &self.database.url);
        let command = command.env("DIMAIL_URL", format!("http://{}", self.dimail.first_line_address()));
        let command = command.env("DIMAIL_USERNAME", "la_regie").env("DIMAIL_PASSWORD", "password");
        assert!(command.stdout(Stdio::null()).status().expect("a command").success(), "{arguments:?}");
    }

    /// Adds mailboxes with these numbers to a domain, each with a job that waits for it to become enabled.
    pub async fn fill_waiting(&self, name: &str, numbers: Range<usize>) {
        let filler = Filler { pool: self.database.pool().await, clock: Clock::system() };
        let sql = AssertSqlSafe(format!("select id from domains where name = '{name}'"));
        let id: String = sqlx::query(sql).fetch_one(&filler.pool).await.expect("a domain").get(0);
        filler.mailboxes(id.parse().expect("its id"), name, numbers).await;
        let waiting = format!("update mailboxes set known = 'new', status = 'pending' where domain_id = '{id}'");
        filler.run(waiting).await;
        filler
            .run(format!(
                "insert into jobs (id, domain_id, kind, object, lane, waits_for, created_at) \
                 select id, domain_id, 'mailbox', id, 'changes', 'enabled', created_at from mailboxes \
                 where domain_id = '{id}' on conflict do nothing"
            ))
            .await;
        if self.database.folder.is_none() {
            filler.run("analyze".to_owned()).await;
        }
        filler.pool.close().await;
    }
}

impl Drop for World<'_> {
    fn drop(&mut self) {
        // Asked to stop, it gives its share of the limit of calls back to the next one.
        let pid = rustix::process::Pid::from_child(&self.portal);
        if rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_err() {
            drop(self.portal.kill());
        }
        drop(self.portal.wait());
    }
}

/// The form of the `n`th new mailbox, without a secondary address, so that no email is sent.
pub fn new_mailbox(n: usize) -> String {
    format!("first_name=Agent&last_name=Num%C3%A9ro-{n}&local_part=agent.{n}&secondary_email=")
}

/// Inserts many rows.
struct Filler {
    pool: AnyPool,
    clock: Clock,
}

impl Filler {
    async fn run(&self, sql: String) {
        sqlx::query(AssertSqlSafe(sql)).execute(&self.pool).await.expect("rows");
    }

    async fn domain(&self, name: &str, mailboxes: usize) {
        let now = self.clock.now();
        let id = DomainId::new(now);
        self.run(format!(
            "insert into domains (id, name, name_key, search, support_email, status, status_since, created_at, \
             accepted_at, first_enabled_at, checked_at, mailboxes) values ('{id}', '{name}', '{name}', '{}', 'aide@mairie.test', 'enabled', \
             {at}, {at}, {at}, {at}, {at}, {mailboxes})",
            search_text(&[name]),
            at = now.0,
        ))
        .await;
        self.run(format!(
            "insert into members (id, domain_id, user_id, role, created_at) \
             select '{}', '{id}', id, 'owner', {} from users where email = '{ANNA}'",
            MemberId::new(now),
            now.0,
        ))
        .await;
        self.mailboxes(id, name, 0..mailboxes).await;
    }

    async fn mailboxes(&self, id: DomainId, name: &str, numbers: Range<usize>) {
        for some in numbers.collect::<Vec<_>>().chunks(1000) {
            let rows: Vec<String> = some.iter().map(|n| self.mailbox(id, name, *n)).collect();
            self.run(format!(
                "insert into mailboxes (id, domain_id, local_part, first_name, last_name, display_key, name_key, \
                 search, secondary_email, secondary_search, known, status, language, created_at) values {}",
                rows.join(",")
            ))
            .await;
        }
    }

    fn mailbox(&self, domain: DomainId, name: &str, n: usize) -> String {
        let now = self.clock.now();
        let (first, last, part) = (format!("Prénom{}", n % 500), format!("Nom{n}"), format!("prenom.nom{n}"));
        let secondary = format!("{part}@ailleurs.test");
        format!(
            "('{}', '{domain}', '{part}', '{first}', '{last}', '{}', '{}', '{}', '{secondary}', '{}', 'active', 'enabled', 'fr', {})",
            MailboxId::new(now),
            display_key(&format!("{first} {last}")),
            search_text(&[&last, &first]),
            search_text(&[&format!("{part}@{name}"), &first, &last]),
            search_text(&[&secondary]),
            now.0,
        )
    }
}
