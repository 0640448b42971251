//! Every setting: its flag, its environment variable, its default and its help, in one place.

mod dimail_admin;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
pub use dimail_admin::DimailAdmin;
use secrecy::{ExposeSecret, SecretString};
pub use values::TrustedProxies;

use self::values::{
    colour, contact, duration, help_address, host_name, host_of, language, some_duration, time_zone, trusted_proxies,
    web_address, web_origin,
};
use crate::model::Language;
use crate::model::retry::Pauses;

/// How many emails a day leave from one domain to one address, unless the setting says otherwise.
pub const EMAILS_PER_ADDRESS: u32 = 20;

/// The name of a portal without a name of its own, which is French.
pub const BRAND_NAME: &str = "Portail des adresses";

/// The settings of the portal. Durations: a bare number is seconds; `500ms`, `5m`, `1h` too.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address on which the portal listens
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8000", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Address under which people reach the portal, without a path
    #[arg(long, env = "PUBLIC_URL", value_parser = web_origin, value_name = "URL")]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed: addresses and networks, such as 127.0.0.1,10.0.0.0/8
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", hide_default_value = true, value_parser = trusted_proxies, value_name = "NETWORKS")]
    pub trusted_proxies: TrustedProxies,
    /// Folder of the static files [default: static, in the working folder, beside the program, or in /usr/share/dimail-portal]
    #[arg(long, env = "STATIC_DIR", value_name = "DIR")]
    pub static_dir: Option<PathBuf>,
    /// Database: sqlite://… or postgres://…
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/portal.db",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: SecretString,
    /// File that holds the address of the database
    #[arg(long, env = "DATABASE_URL_FILE", value_name = "FILE")]
    pub database_url_file: Option<PathBuf>,
    /// Address of dimail
    #[arg(long, env = "DIMAIL_URL", hide_env_values = true, value_name = "URL")]
    pub dimail_url: Option<String>,
    /// The portal's account at dimail
    #[arg(long, env = "DIMAIL_USERNAME", value_name = "NAME")]
    pub dimail_username: Option<String>,
    /// Password of that account
    #[arg(long, env = "DIMAIL_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    pub dimail_password: Option<SecretString>,
    /// File that holds that password
    #[arg(long, env = "DIMAIL_PASSWORD_FILE", value_name = "FILE")]
    pub dimail_password_file: Option<PathBuf>,
    /// How long one call to dimail may take
    #[arg(long, env = "DIMAIL_TIMEOUT", default_value = "20s", value_parser = some_duration, value_name = "DURATION")]
    pub dimail_timeout: Duration,
    /// The most calls to dimail at the same time, of all processes of this database together; fewer while dimail is slow
    #[arg(long, env = "DIMAIL_CONCURRENCY", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256), value_name = "NUMBER")]
    pub dimail_concurrency: u16,
    /// The longest a person waits for dimail
    #[arg(long, env = "ANSWER_WITHIN", default_value = "10s", value_parser = duration, value_name = "DURATION")]
    pub answer_within: Duration,
    /// SMTP server: smtp:// (plain), smtps:// or smtp+starttls://, with user:password@ if it wants them
    #[arg(long, env = "SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<SecretString>,
    /// File that holds the address of the SMTP server
    #[arg(long, env = "SMTP_URL_FILE", value_name = "FILE")]
    pub smtp_url_file: Option<PathBuf>,
    /// Host name with which the portal greets the SMTP server (EHLO) [default: the host of the portal's own address]
    #[arg(long, env = "SMTP_HELLO", value_parser = host_name, value_name = "HOST")]
    pub smtp_hello: Option<String>,
    /// Sender of all emails, such as "Portail <portail@example.fr>"
    #[arg(long, env = "MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Address of the webmail
    #[arg(long, env = "WEBMAIL_URL", value_parser = web_address, value_name = "URL")]
    pub webmail_url: Option<String>,
    /// Who may add a domain
    #[arg(long, env = "DOMAIN_CREATION", default_value = "anyone", value_name = "WHO")]
    pub domain_creation: DomainCreation,
    /// Name of the portal in its bar and its emails
    #[arg(long, env = "BRAND_NAME", default_value = BRAND_NAME, value_name = "NAME")]
    pub brand_name: String,
    /// File with the logo in the bar of the pages: an SVG or PNG picture of at most 64 KiB
    #[arg(long, env = "BRAND_LOGO", value_name = "FILE")]
    pub brand_logo: Option<PathBuf>,
    /// Colour of links and buttons, such as #1f4fa3
    #[arg(long, env = "ACCENT_COLOUR", value_parser = colour, value_name = "#RRGGBB")]
    pub accent_colour: Option<String>,
    /// Address where people get help, shown on every page and in emails: a page, or mailto:
    #[arg(long, env = "SUPPORT_URL", value_parser = help_address, value_name = "URL")]
    pub support_url: Option<String>,
    /// Where people report what they cannot use, shown on /accessibility: an email address or a page
    #[arg(long, env = "ACCESSIBILITY_CONTACT", value_parser = contact, value_name = "EMAIL|URL")]
    pub accessibility_contact: Option<String>,
    /// Where people ask about their personal data, shown on /privacy: an email address or a page
    #[arg(long, env = "PRIVACY_CONTACT", value_parser = contact, value_name = "EMAIL|URL")]
    pub privacy_contact: Option<String>,
    /// Form of the log
    #[arg(long, env = "LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Language of those whose language is unknown
    #[arg(long, env = "DEFAULT_LANGUAGE", default_value = "fr", value_parser = language, value_name = "fr|en")]
    pub default_language: Language,
    /// Time zone of the dates on pages and in emails
    #[arg(long, env = "TIME_ZONE", default_value = "Europe/Paris", value_parser = time_zone, value_name = "ZONE")]
    pub time_zone: jiff::tz::TimeZone,
    /// Pause between two presses of "check now"
    #[arg(long, env = "CHECK_NOW_PAUSE", default_value = "60s", value_parser = duration, value_name = "DURATION")]
    pub check_now_pause: Duration,
    /// How far apart two bad results must be before an enabled domain leaves that status
    #[arg(long, env = "CHECK_CONFIRM_AFTER", default_value = "10m", value_parser = duration, value_name = "DURATION")]
    pub check_confirm_after: Duration,
    /// Pause after the first attempt at a change or an email; it grows with each one
    #[arg(long, env = "RETRY_FIRST", default_value = "2s", value_parser = duration, value_name = "DURATION")]
    pub retry_first: Duration,
    /// The longest pause between two attempts
    #[arg(long, env = "RETRY_LONGEST", default_value = "5m", value_parser = duration, value_name = "DURATION")]
    pub retry_longest: Duration,
    /// After how long without an answer a change or an email is given up
    #[arg(long, env = "RETRY_GIVE_UP", default_value = "48h", value_parser = duration, value_name = "DURATION")]
    pub retry_give_up: Duration,
    /// How long changes, sent emails and bulk actions are kept after they ended
    #[arg(long, env = "KEEP_FINISHED", default_value = "30d", value_parser = duration, value_name = "DURATION")]
    pub keep_finished: Duration,
    /// How often each enabled domain is compared with dimail; at night, if that is a day or more
    #[arg(long, env = "COMPARE_EVERY", default_value = "24h", value_parser = duration, value_name = "DURATION")]
    pub compare_every: Duration,
    /// How long lines of the journals are kept, such as 3650d [default: for ever]
    #[arg(long, env = "KEEP_JOURNAL", value_parser = some_duration, value_name = "DURATION")]
    pub keep_journal: Option<Duration>,
    /// How long a login link in an email works
    #[arg(long, env = "LOGIN_LINK_VALID", default_value = "72h", value_parser = duration, value_name = "DURATION")]
    pub login_link_valid: Duration,
    /// How many login links and new passwords may be sent to the user of one mailbox in an hour; also how
    /// many emails that confirm an address, are about a forgotten password, or have DNS settings, to one address
    #[arg(long, env = "EMAILS_PER_HOUR", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..), value_name = "NUMBER")]
    pub emails_per_hour: u32,
    /// How many invitations one person may send in an hour
    #[arg(long, env = "INVITATIONS_PER_HOUR", default_value_t = 20, value_name = "NUMBER")]
    pub invitations_per_hour: u32,
    /// How many invitations may be sent for one domain in a day
    #[arg(long, env = "INVITATIONS_PER_DAY", default_value_t = 100, value_name = "NUMBER")]
    pub invitations_per_day: u32,
    /// How many emails may be sent from one domain to one address in a day; all domains that were never enabled count as one
    #[arg(long, env = "EMAILS_PER_ADDRESS", default_value_t = EMAILS_PER_ADDRESS, value_parser = clap::value_parser!(u32).range(1..), value_name = "NUMBER")]
    pub emails_per_address: u32,
    /// How many domains one person may add in a day; ten times as many for owners of an enabled domain
    #[arg(long, env = "DOMAINS_PER_DAY", default_value_t = 5, value_name = "NUMBER")]
    pub domains_per_day: u32,
    /// How many domains of one person may wait to be enabled for the first time; ten times as many for owners of an enabled domain
    #[arg(long, env = "DOMAINS_WAITING", default_value_t = 10, value_name = "NUMBER")]
    pub domains_waiting: u32,
}

/// Who may add a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DomainCreation {
    /// Any signed-in person.
    Anyone,
    /// Staff of the portal.
    Staff,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines to read.
    Text,
    /// One JSON object a line.
    Json,
}

/// An invalid or missing setting, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongSetting(pub String);

impl Settings {
    /// Takes secrets out of the files that `…_FILE` settings name.
    ///
    /// # Errors
    /// One sentence that names the setting whose file can't be read.
    pub fn with_secrets_from_files(mut self) -> Result<Self, WrongSetting> {
        match self.read_secrets().into_iter().next() {
            Some(wrong) => Err(wrong),
            None => Ok(self),
        }
    }

    /// Reads secrets from the files that `…_FILE` settings name, and returns all errors. A secret whose
    /// file cannot be read counts as not set.
    pub fn read_secrets(&mut self) -> Vec<WrongSetting> {
        let mut wrong = Vec::new();
        let mut read = |name: &str, file: &Option<PathBuf>| -> Option<Option<SecretString>> {
            let secret = secret_from(name, file.as_deref()?);
            Some(secret.map_err(|error| wrong.push(error)).ok())
        };
        if let Some(secret) = read("DATABASE_URL_FILE", &self.database_url_file) {
            self.database_url = secret.unwrap_or_default();
        }
        if let Some(secret) = read("DIMAIL_PASSWORD_FILE", &self.dimail_password_file) {
            self.dimail_password = secret;
        }
        if let Some(secret) = read("SMTP_URL_FILE", &self.smtp_url_file) {
            self.smtp_url = secret;
        }
        // An empty variable counts as not set: compose files and unit files often leave them empty.
        self.dimail_username = self.dimail_username.take().filter(|name| !name.trim().is_empty());
        self.dimail_password = self.dimail_password.take().filter(|password| !password.expose_secret().is_empty());
        wrong
    }

    /// The pauses between retries.
    pub fn pauses(&self) -> Pauses {
        Pauses { first: self.retry_first, longest: self.retry_longest, give_up: self.retry_give_up }
    }

    /// The public address of the portal, without a final slash.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Whether a proxy seems to be missing in the settings: the public address uses HTTPS, which only a
    /// proxy in front of the portal can speak.
    pub fn lacks_proxy(&self) -> bool {
        self.is_https() && self.trusted_proxies.is_empty()
    }

    /// The host name in the greeting of the SMTP server: of `SMTP_HELLO`, else of the public address, in
    /// ASCII.
    pub fn smtp_hello(&self) -> String {
        let of_public_url = || host_of(&self.public_url());
        self.smtp_hello.clone().or_else(of_public_url).unwrap_or_else(|| self.listen.ip().to_string())
    }

    /// Whether the public address uses HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }
}

/// The value of a setting that this command can't do without.
///
/// # Errors
/// One sentence that names the missing setting.
pub fn required<T: Clone>(value: Option<&T>, name: &str) -> Result<T, WrongSetting> {
    value.cloned().ok_or_else(|| WrongSetting(format!("{name} is not set; see --help")))
}

fn secret_from(name: &str, file: &std::path::Path) -> Result<SecretString, WrongSetting> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| WrongSetting(format!("{name}: {} can't be read: {error}", file.display())))?;
    let secret = SecretString::from(text.trim_end_matches(['\r', '\n']));
    if secret.expose_secret().is_empty() {
        return Err(WrongSetting(format!("{name}: {} is empty", file.display())));
    }
    Ok(secret)
}
