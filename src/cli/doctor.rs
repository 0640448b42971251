//! `doctor`: checks settings, database, dimail and SMTP, and prints one line for each. It continues
//! after an error, sends no email, and creates nothing at dimail.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::{CommandError, parts, quiet_log, say};
use crate::clock::Clock;
use crate::config::Settings;
use crate::dimail::{CallError, Dimail, FaultKind, InstallationFault};
use crate::mail::Sender;
use crate::store::{Cause, FileError, OpenError, SchemaWas, Store};

/// The largest acceptable difference between the clocks, in seconds: tokens expire by the clock.
const CLOCK_OFF: u64 = 60;
/// The time limit for a program on the portal's own address to answer as a portal.
const OWN_ANSWER: Duration = Duration::from_secs(3);
/// The time limit for opening the database and bringing its schema up to date.
const OPENED_WITHIN: Duration = Duration::from_secs(30);
/// A valid sender and a valid server, to check each of the two settings without the other.
const SOME_SENDER: &str = "doctor@example.org";
const SOME_SERVER: &str = "smtp://localhost";
const SOME_HOST: &str = "localhost";

/// Tells what is right and wrong with the settings of "serve", the database, dimail and the SMTP
/// server: one line each, "ok" or "wrong". Sends no email. Exit status 1 if anything is wrong.
#[derive(Args, Debug)]
pub(super) struct Doctor {
    #[command(flatten)]
    settings: Settings,
}

/// The results so far.
struct Findings {
    wrong: usize,
    /// Settings that could not be parsed.
    unreadable: Vec<String>,
}

impl Findings {
    fn ok(text: impl std::fmt::Display) {
        say::line(format!("ok     {text}"));
    }

    fn wrong(&mut self, text: impl std::fmt::Display) {
        self.wrong += 1;
        say::line(format!("wrong  {text}"));
    }

    /// Whether an error of this setting was already reported.
    fn knows(&self, setting: &str) -> bool {
        self.unreadable.iter().any(|complaint| complaint.starts_with(&format!("{setting}:")))
    }

    /// The value of a setting that `serve` requires; reports it as missing if it is not set.
    fn required<'a, T>(&mut self, value: Option<&'a T>, setting: &str) -> Option<&'a T> {
        if value.is_none() && !self.knows(setting) && !self.knows(&format!("{setting}_FILE")) {
            self.wrong(format!("{setting}: it is not set: \"serve\" can't start without it; see --help"));
        }
        value
    }
}

impl Doctor {
    pub(super) async fn run(&self, unreadable: Vec<String>) -> Result<(), CommandError> {
        let mut settings = self.settings.clone();
        quiet_log(settings.log_format);
        let mut findings = Findings { wrong: 0, unreadable };
        findings.unreadable.extend(settings.read_secrets().iter().map(ToString::to_string));
        for complaint in findings.unreadable.clone() {
            findings.wrong(complaint);
        }
        if let Err(complaint) = parts::certificates() {
            findings.wrong(format!("{complaint}: correct the path, or unset it to trust the system's authorities"));
        }
        addresses(&mut findings, &settings).await;
        static_files(&mut findings, &settings);
        let recipients = database(&mut findings, &settings).await;
        dimail(&mut findings, &settings).await;
        emails(&mut findings, &settings, &recipients).await;
        match findings.wrong {
            0 => Ok(()),
            1 => Err(CommandError::other("one thing is wrong")),
            several => Err(CommandError::other(format!("{several} things are wrong"))),
        }
    }
}

async fn addresses(findings: &mut Findings, settings: &Settings) {
    if let Some(url) = findings.required(settings.public_url.as_ref(), "PUBLIC_URL") {
        if url.starts_with("http://") && !is_this_machine(url) {
            findings.wrong(format!(
                "PUBLIC_URL: {url} is without TLS: passwords would travel in the open; put a reverse proxy with https \
                 in front, and give its address"
            ));
        } else {
            Findings::ok(format!("PUBLIC_URL: {url}"));
        }
    }
    if settings.lacks_proxy() && !findings.knows("TRUSTED_PROXIES") {
        findings.wrong(
            "TRUSTED_PROXIES: it is empty, and PUBLIC_URL is https: all visitors count as one when wrong passwords are \
             counted; set it to the addresses of the proxies in front of the portal",
        );
    }
    if let Some(url) = findings.required(settings.webmail_url.as_ref(), "WEBMAIL_URL") {
        Findings::ok(format!("WEBMAIL_URL: {url}"));
    }
    if !findings.knows("LISTEN") {
        listen(findings, settings.listen).await;
    }
}

fn is_this_machine(url: &str) -> bool {
    let host = url.trim_start_matches("http://");
    ["localhost", "127.", "[::1]"].iter().any(|own| host.starts_with(own))
}

async fn listen(findings: &mut Findings, address: SocketAddr) {
    match TcpListener::bind(address).await {
        Ok(_) => Findings::ok(format!("LISTEN: {address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse && answers_as_portal(address).await => {
            Findings::ok(format!("LISTEN: the portal answers on {address}"));
        }
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            findings.wrong(format!("LISTEN: another program listens on {address}: end it, or give another address"));
        }
        Err(error) => findings.wrong(format!(
            "LISTEN: {address} can't be listened on: {error}: give an address of this machine, and a port above 1023"
        )),
    }
}

async fn answers_as_portal(address: SocketAddr) -> bool {
    let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    let url = format!("http://{}/healthz", SocketAddr::new(host, address.port()));
    // Plain HTTP: needs no certificates of the machine.
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().timeout(OWN_ANSWER);
    let Ok(client) = client.build() else { return false };
    client.get(url).send().await.is_ok_and(|answer| answer.status().is_success())
}

fn static_files(findings: &mut Findings, settings: &Settings) {
    match parts::assets(settings) {
        Ok(_) => Findings::ok("STATIC_DIR: the static files are there"),
        Err(error) => findings.wrong(format!("STATIC_DIR: {error}")),
    }
}

/// Checks the database; returns recipients about which the SMTP server can be asked.
async fn database(findings: &mut Findings, settings: &Settings) -> Vec<String> {
    if findings.knows("DATABASE_URL_FILE") {
        return Vec::new();
    }
    let opened = Store::open_telling(&settings.database_url, Clock::system());
    let (store, was) = match timeout(OPENED_WITHIN, opened).await {
        Ok(Ok(opened)) => opened,
        Ok(Err(error)) => {
            findings.wrong(format!("DATABASE_URL: {error}: {}", remedy(&error)));
            return Vec::new();
        }
        Err(_) => {
            findings.wrong(format!(
                "DATABASE_URL: the database is not ready after {} seconds: look at what its server is busy with; \
                 \"serve\" migrates a large database for as long as it takes",
                OPENED_WITHIN.as_secs()
            ));
            return Vec::new();
        }
    };
    let was = match was {
        SchemaWas::Missing => "created",
        SchemaWas::Older => "brought up to date",
        SchemaWas::Current => "up to date",
    };
    match store.is_writable().await {
        Ok(()) => Findings::ok(format!("DATABASE_URL: the database answers and can be written, its schema is {was}")),
        Err(fault) => findings
            .wrong(format!("DATABASE_URL: the database can't be written: {fault}: {}", remedy_of(fault.cause()))),
    }
    match store.not_durable().await {
        Ok(off) => off.iter().for_each(|setting| {
            findings.wrong(format!(
                "DATABASE_URL: {setting} is off: what was answered is lost when the power of the database server \
                 fails: set it to on, on the server"
            ));
        }),
        Err(fault) => findings.wrong(format!("DATABASE_URL: {fault}")),
    }
    if let Some(complaint) = parts::file_readable_by_others(settings) {
        findings.wrong(complaint);
    }
    match store.encoding().await {
        Ok(Some(encoding)) if encoding != "UTF8" => findings.wrong(format!(
            "DATABASE_URL: the database writes {encoding}: create one with \"encoding 'UTF8' template template0\""
        )),
        Ok(_) => {}
        Err(fault) => findings.wrong(format!("DATABASE_URL: {fault}")),
    }
    staff(findings, &store).await;
    let recipients = outbox(findings, &store).await;
    store.close().await;
    recipients
}

/// Tells of emails that the SMTP server refuses, or that are held; returns recipients about which it can be asked.
async fn outbox(findings: &mut Findings, store: &Store) -> Vec<String> {
    let (answers, waiting) = (store.smtp_answers().await, store.emails_refused().await);
    if let (Ok(answers), Ok(waiting @ 1..)) = (answers, waiting)
        && answers.fault_since.is_some()
    {
        findings.wrong(format!(
            "emails: {waiting} wait, because the SMTP server refuses recipients in several domains: {}: the next \
             email that it takes releases them",
            answers.detail.unwrap_or_default()
        ));
    }
    if let Ok(held @ 1..) = store.emails_held().await {
        findings.wrong(format!(
            "emails: {held} are held, because this database was restored from a backup and they may have left \
             already: decide with \"emails release\" or \"emails withdraw\""
        ));
    }
    store.recipients_to_try().await.unwrap_or_default()
}

fn remedy(error: &OpenError) -> &'static str {
    match error {
        OpenError::Address => "write it so",
        OpenError::File(FileError::Missing | FileError::Address(_)) => "write sqlite:// and its path",
        OpenError::File(FileError::Folder(_) | FileError::File(_)) => "give the portal's user the right to make it",
        OpenError::File(FileError::NotADatabase) => "name another file, or restore a backup",
        OpenError::Pooler => "use its session mode, or the address of the server itself",
        OpenError::Connect(_) | OpenError::NoAnswer => remedy_of(error.cause()),
        OpenError::SchemaNewer(_) => "use that version, or restore the backup that was made before the upgrade",
        OpenError::SchemaOther(_) => "use that build, or restore a backup that belongs to this one",
        OpenError::Schema(_) if error.cause() != Cause::Other => remedy_of(error.cause()),
        OpenError::Schema(_) => "let the portal's user change the schema",
        OpenError::SchemaSlow => "find out what the database server is busy with",
    }
}

/// What to do about a database that does not work.
fn remedy_of(cause: Cause) -> &'static str {
    match cause {
        Cause::Refused => "check host and port, and that the server runs",
        Cause::NoHost => "check the name of the host",
        Cause::NoAnswer => "check host and port, the firewall, and that the server is not stuck",
        Cause::Certificate => {
            "give the name that is in the server's certificate, and its authority by sslrootcert in the address or \
             by SSL_CERT_FILE"
        }
        Cause::Credentials => "check user and password",
        Cause::ReadOnly => "give the address of the server that takes writes, and let the portal's user write",
        Cause::Full => "make space on the disk of the database",
        Cause::TooMany => "allow more connections on the server: each portal has up to 12",
        Cause::Locked => "end the program that holds a lock on the database, or wait for it",
        Cause::Other => "check the address, and that the portal's user may read and write there",
    }
}

async fn staff(findings: &mut Findings, store: &Store) {
    match store.every_user().await {
        Ok(users) if users.iter().any(|user| user.is_staff && user.disabled_at.is_none()) => {
            Findings::ok("staff: there is an account that operates the portal");
        }
        Ok(_) => {
            findings.wrong("staff: nobody operates the portal: run \"bootstrap\" or \"users add EMAIL --staff --yes\"");
        }
        Err(fault) => findings.wrong(format!("staff: {fault}")),
    }
}

async fn dimail(findings: &mut Findings, settings: &Settings) {
    let url = findings.required(settings.dimail_url.as_ref(), "DIMAIL_URL").is_some();
    let name = findings.required(settings.dimail_username.as_ref(), "DIMAIL_USERNAME").is_some();
    let password = findings.required(settings.dimail_password.as_ref(), "DIMAIL_PASSWORD").is_some();
    if !(url && name && password) {
        return;
    }
    let client = match parts::dimail(settings) {
        Ok(client) => client,
        Err(error) => return findings.wrong(format!("{error}: correct it")),
    };
    match signed_in(&client).await {
        Ok(()) => Findings::ok("DIMAIL_URL: dimail answers, and accepts our account"),
        Err(complaint) => return findings.wrong(complaint),
    }
    match client.may_create_domains().await {
        Ok(true) => Findings::ok("dimail rights: our account may create domains"),
        Ok(false) => findings.wrong(
            "dimail rights: our account may not create domains: give it the right new_domain, or on a server of 2024 \
             make it an administrator",
        ),
        Err(failure) => findings.wrong(format!("dimail rights: {failure}")),
    }
    routes(findings, &client).await;
    clock(findings, &client).await;
}

/// Checks whether dimail has the portal's account, with a plain message if not.
async fn signed_in(client: &Dimail) -> Result<(), String> {
    if client.users().await.is_ok_and(|users| users.is_empty()) {
        return Err("DIMAIL_USERNAME: dimail has no account at all yet: run \"bootstrap\"".to_owned());
    }
    let Err(failure) = client.sign_in().await else { return Ok(()) };
    Err(match failure {
        CallError::Installation(InstallationFault { kind: FaultKind::SignIn, .. }) => {
            "DIMAIL_USERNAME: dimail does not accept it with DIMAIL_PASSWORD: correct them, or have the account made \
             by \"bootstrap\""
                .to_owned()
        }
        CallError::Installation(InstallationFault { kind: FaultKind::Redirected, detail }) => {
            format!("DIMAIL_URL: {detail}: give the address to which it points")
        }
        CallError::Installation(fault) => format!("DIMAIL_URL: what answers there is no dimail: {fault}: correct it"),
        CallError::NoAnswer(silence) => format!("DIMAIL_URL: {silence}: check the address, and that dimail runs"),
        CallError::Refused(refusal) => format!("DIMAIL_URL: {refusal}: correct it"),
    })
}

async fn routes(findings: &mut Findings, client: &Dimail) {
    match client.missing_routes().await {
        Ok(missing) if missing.is_empty() => Findings::ok("dimail version: it has all that the portal uses"),
        Ok(missing) => {
            let routes: Vec<String> = missing.iter().map(|route| route.replace("{}", "…")).collect();
            findings.wrong(format!(
                "dimail version: it lacks {}: the portal works, but {}; ask those who run dimail for a newer one",
                routes.join(", "),
                costs(&missing),
            ));
        }
        Err(failure) => findings.wrong(format!("dimail version: {failure}")),
    }
}

/// The consequences of each missing route.
fn costs(missing: &[&str]) -> String {
    let lacks = |word: &str| missing.iter().any(|route| route.contains(word));
    let all = [
        ("/code", "emails carry no login link"),
        ("/reset_password", "no password can be reset"),
        ("/spec", "the expected DNS records are not shown"),
        ("/fix", "dimail is not asked to repair what is on its side"),
        ("/address", "what is in doubt takes longer to clarify"),
        ("/v2", "whether a mailbox is active is not told"),
    ];
    let costs: Vec<&str> = all.into_iter().filter(|(word, _)| lacks(word)).map(|(_, cost)| cost).collect();
    costs.join(", ")
}

async fn clock(findings: &mut Findings, client: &Dimail) {
    let here = Clock::system().now().0 / 1_000_000;
    match client.time().await {
        Ok(Some(there)) if there.abs_diff(here) > CLOCK_OFF => findings.wrong(format!(
            "clock: dimail's and that of this machine are {} seconds apart: have both set by the network (NTP)",
            there.abs_diff(here)
        )),
        Ok(_) => Findings::ok("clock: that of dimail and that of this machine agree"),
        Err(failure) => findings.wrong(format!("clock: {failure}")),
    }
}

async fn emails(findings: &mut Findings, settings: &Settings, recipients: &[String]) {
    let from = findings.required(settings.mail_from.as_ref(), "MAIL_FROM");
    let from = from.filter(|from| match Sender::smtp(&SOME_SERVER.into(), from, SOME_HOST) {
        Ok(_) => {
            Findings::ok("MAIL_FROM: it is an address");
            true
        }
        Err(error) => {
            findings.wrong(error);
            false
        }
    });
    let Some(url) = findings.required(settings.smtp_url.as_ref(), "SMTP_URL") else { return };
    let sender = match Sender::smtp(url, from.map_or(SOME_SENDER, String::as_str), &settings.smtp_hello()) {
        Ok(sender) => sender,
        Err(error) => return findings.wrong(error),
    };
    if let Err(failure) = sender.ready().await {
        return findings.wrong(format!(
            "SMTP_URL: the server does not take our emails: {failure}: check host, port, protection, user and password"
        ));
    }
    if from.is_none() {
        return Findings::ok("SMTP_URL: the server answers");
    }
    if let Err(failure) = sender.takes(None).await {
        return findings.wrong(format!(
            "SMTP_URL: the server takes no email from MAIL_FROM: {failure}: check the sender, user and password, and \
             whether the server lets this machine send"
        ));
    }
    for recipient in recipients {
        if let Err(failure) = sender.takes(Some(recipient)).await {
            return findings.wrong(format!(
                "SMTP_URL: the server takes no email from MAIL_FROM to {recipient}: {failure}: unless the address is \
                 wrong, let the server relay for this machine or for the user of SMTP_URL, and check SMTP_HELLO ({})",
                settings.smtp_hello()
            ));
        }
    }
    Findings::ok("SMTP_URL: the server answers and takes emails from MAIL_FROM");
}
