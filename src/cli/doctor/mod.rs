//! `doctor`: checks settings, database, dimail and SMTP, and prints one line for each. It continues
//! after an error, sends no email, and creates nothing at dimail.

mod database;
mod dimail;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use super::{CommandError, parts, quiet_log, say};
use crate::config::Settings;
use crate::mail::Sender;
use crate::web::Assets;

/// The time limit for a program on the portal's own address to answer as a portal.
const OWN_ANSWER: Duration = Duration::from_secs(3);
/// A valid sender and a valid server, to check each of the two settings without the other.
const SOME_SENDER: &str = "doctor@example.org";
const SOME_SERVER: &str = "smtp://localhost";
const SOME_HOST: &str = "localhost";

/// Tells what is right and wrong with the settings of "serve", the database, dimail and the SMTP
/// server: one line each, "ok" or "wrong". Sends no email. Exit status 1 if anything is wrong.
#[derive(Args, Debug)]
pub(in crate::cli) struct Doctor {
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
    pub(in crate::cli) async fn run(&self, unreadable: Vec<String>) -> Result<(), CommandError> {
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
        let recipients = database::check(&mut findings, &settings).await;
        dimail::check(&mut findings, &settings).await;
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
        Ok(assets) => {
            Findings::ok("STATIC_DIR: the static files are there");
            logo(findings, settings, assets);
        }
        Err(error) => findings.wrong(format!("STATIC_DIR: {error}")),
    }
}

fn logo(findings: &mut Findings, settings: &Settings, assets: Assets) {
    match (parts::with_logo(assets, settings), &settings.brand_logo) {
        (Ok(_), Some(file)) => Findings::ok(format!("BRAND_LOGO: {} is a picture", file.display())),
        (Ok(_), None) => {}
        (Err(error), _) => findings.wrong(error),
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
    if let Err(failure) = sender.would_accept(None).await {
        return findings.wrong(format!(
            "SMTP_URL: the server takes no email from MAIL_FROM: {failure}: check the sender, user and password, and \
             whether the server lets this machine send"
        ));
    }
    for recipient in recipients {
        if let Err(failure) = sender.would_accept(Some(recipient)).await {
            return findings.wrong(format!(
                "SMTP_URL: the server takes no email from MAIL_FROM to {recipient}: {failure}: unless the address is \
                 wrong, let the server relay for this machine or for the user of SMTP_URL, and check SMTP_HELLO ({})",
                settings.smtp_hello()
            ));
        }
    }
    Findings::ok("SMTP_URL: the server answers and takes emails from MAIL_FROM");
}
