//! Every setting: its flag, its environment variable, its default and its help, in one place.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

use crate::model::retry::Pauses;
use crate::model::{EmailAddress, Language};

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
    /// How long changes, sent emails and bulk operations are kept after they ended
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

/// The networks of the proxies whose headers are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is one of these proxies.
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An administrator of dimail, for the commands that prepare an installation.
#[derive(Args, Clone, Debug)]
pub struct DimailAdmin {
    /// An administrator's account at dimail; not needed while dimail has no account at all
    #[arg(long, env = "DIMAIL_ADMIN_USERNAME", value_name = "NAME")]
    pub dimail_admin_username: Option<String>,
    /// Password of that account
    #[arg(long, env = "DIMAIL_ADMIN_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    pub dimail_admin_password: Option<SecretString>,
    /// File that holds that password
    #[arg(long, env = "DIMAIL_ADMIN_PASSWORD_FILE", value_name = "FILE")]
    pub dimail_admin_password_file: Option<PathBuf>,
}

impl DimailAdmin {
    /// The administrator's name and password, if they are set.
    ///
    /// # Errors
    /// One sentence that names the setting of which only a half is there, or whose file can't be
    /// read.
    pub fn credentials(&self) -> Result<Option<(String, SecretString)>, WrongSetting> {
        let name = self.dimail_admin_username.clone().filter(|name| !name.trim().is_empty());
        let password = match &self.dimail_admin_password_file {
            Some(file) => Some(secret_from("DIMAIL_ADMIN_PASSWORD_FILE", file)?),
            None => self.dimail_admin_password.clone().filter(|password| !password.expose_secret().is_empty()),
        };
        match (name, password) {
            (Some(name), Some(password)) => Ok(Some((name, password))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(WrongSetting("DIMAIL_ADMIN_PASSWORD is not set; see --help".to_owned())),
            (None, Some(_)) => Err(WrongSetting("DIMAIL_ADMIN_USERNAME is not set; see --help".to_owned())),
        }
    }
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

fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.trim().parse().map_err(|_| "write a number with ms, s, m, h or d".to_owned())?;
    let millis: u64 = match text.trim_start_matches(digits) {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("the unit is ms, s, m, h or d".to_owned()),
    };
    let whole = number.checked_mul(millis).filter(|whole| *whole <= 3_650 * 86_400_000);
    whole.map(Duration::from_millis).ok_or_else(|| "ten years at most".to_owned())
}

fn web_address(text: &str) -> Result<String, String> {
    let address = text.trim_end_matches('/');
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Ok(address.to_owned())
        }
        _ => Err("it must begin with https:// or http:// and a host".to_owned()),
    }
}

/// An address without a path: all links begin with the host.
fn web_origin(text: &str) -> Result<String, String> {
    let address = web_address(text)?;
    let host = address.split_once("://").map_or("", |(_, host)| host);
    if host.contains(['/', '?', '#', '@']) {
        return Err("it must end after the host and its port, such as https://portail.example.fr".to_owned());
    }
    Ok(address)
}

/// The host of an address without a path, in ASCII.
fn host_of(origin: &str) -> Option<String> {
    let (_, place) = origin.split_once("://")?;
    if let Some((address, _)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some(format!("[{address}]"));
    }
    let host = place.split(':').next()?;
    idna::domain_to_ascii(host).ok().filter(|host| !host.is_empty())
}

/// A duration that is not zero.
fn some_duration(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|duration| match duration {
        Duration::ZERO => Err("it must be longer than zero".to_owned()),
        longer => Ok(longer),
    })
}

fn host_name(text: &str) -> Result<String, String> {
    let is_address = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    let is_label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    if is_address || (text.len() <= 253 && text.split('.').all(is_label)) {
        return Ok(text.to_owned());
    }
    Err("write the name of a host, such as portail.example.fr".to_owned())
}

fn trusted_proxies(text: &str) -> Result<TrustedProxies, String> {
    let network = |part: &str| {
        let address = part.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        address.or_else(|_| part.parse()).map_err(|_| format!("{part} is neither an address nor a network"))
    };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(network).collect::<Result<_, _>>().map(TrustedProxies)
}

fn help_address(text: &str) -> Result<String, String> {
    if text.starts_with("mailto:") { Ok(text.to_owned()) } else { web_address(text) }
}

/// An email address, as a `mailto:` link, or the address of a page.
fn contact(text: &str) -> Result<String, String> {
    match EmailAddress::parse(text.strip_prefix("mailto:").unwrap_or(text)) {
        Ok(email) => Ok(format!("mailto:{email}")),
        Err(_) => web_address(text).map_err(|_| "write an email address, or the address of a page".to_owned()),
    }
}

fn colour(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let is_colour = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if is_colour { Ok(text.to_owned()) } else { Err("write it as #1f4fa3".to_owned()) }
}

fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| "fr or en".to_owned())
}

fn time_zone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(text).map_err(|_| "write it as Europe/Paris".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        colour, contact, duration, host_name, host_of, some_duration, trusted_proxies, web_address, web_origin,
    };

    #[test]
    fn proxies_are_addresses_and_networks() {
        let read = trusted_proxies(" 127.0.0.1, 10.0.0.0/8,fd00::/8, ").expect("networks");
        for (address, trusted) in [("127.0.0.1", true), ("10.9.8.7", true), ("fd12::1", true), ("127.0.0.2", false)] {
            assert_eq!(read.trust(address.parse().expect("an address")), trusted, "{address}");
        }
        assert!(!trusted_proxies("").expect("none").trust([127, 0, 0, 1].into()));
        for odd in ["proxy", "10.0.0.0/33", "127.0.0.1:80", "10.0.0.0/8 127.0.0.1"] {
            assert!(trusted_proxies(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn durations_are_read_with_and_without_a_unit() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(duration("48h"), Ok(Duration::from_hours(48)));
        for odd in ["", "m", "-1", "1w", "1.5h", "99999999999999999999", "9999999999999h"] {
            assert!(duration(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn host_names_are_ascii_names_or_addresses() {
        for host in ["portail", "portail.example.fr", "192.0.2.1", "[2001:db8::1]", "xn--caf-dma.fr"] {
            assert_eq!(host_name(host), Ok(host.to_owned()));
        }
        for odd in ["", "a b", "-a.fr", "a..fr", "é.fr", "a.fr\r\nMAIL", "https://a.fr"] {
            assert!(host_name(odd).is_err(), "{odd:?}");
        }
        let hosts =
            ["https://portail.fr", "https://café.fr:8443", "http://[::1]:8000", "http://192.0.2.1"].map(host_of);
        let wanted = ["portail.fr", "xn--caf-dma.fr", "[::1]", "192.0.2.1"].map(|host| Some(host.to_owned()));
        assert_eq!(hosts, wanted);
        assert!(some_duration("0").is_err() && some_duration("0ms").is_err() && some_duration("1ms").is_ok());
    }

    #[test]
    fn addresses_and_colours_are_looked_at() {
        assert_eq!(web_address("https://a.fr/"), Ok("https://a.fr".into()));
        assert!(web_address("a.fr").is_err());
        assert!(web_address("https://").is_err());
        assert_eq!(web_origin("https://a.fr:8443/"), Ok("https://a.fr:8443".into()));
        for odd in ["https://a.fr/portail", "https://a.fr/?x", "https://a.fr#x", "https://u:p@a.fr", "a.fr"] {
            assert!(web_origin(odd).is_err(), "{odd:?}");
        }
        assert_eq!(contact("a@b.fr"), Ok("mailto:a@b.fr".into()));
        assert_eq!(contact("mailto:a@b.fr"), Ok("mailto:a@b.fr".into()));
        assert_eq!(contact("https://b.fr/aide"), Ok("https://b.fr/aide".into()));
        assert!(contact("a.b.fr").is_err() && contact("").is_err());
        assert!(colour("#1f4fa3").is_ok());
        assert!(colour("red").is_err());
        assert!(colour("#12345g").is_err());
    }
}
