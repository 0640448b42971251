//! The state of dimail and its Open-XChange, as plain lists with lookup functions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::time::Instant;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use crate::fake_dimail::Release;
use crate::fake_dimail::call::Call;
use crate::fake_dimail::fault::Fault;
use crate::fake_dimail::journal::Journal;
use crate::fake_dimail::ox::{Context, OxUser};
use crate::fake_dimail::plan::{Check, Plan};

/// The whole state of the fake.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub users: Vec<User>,
    pub tokens: Vec<Token>,
    pub allows: Vec<Allow>,
    pub domains: Vec<Domain>,
    pub contexts: Vec<Context>,
    pub ox_users: Vec<OxUser>,
    pub mailboxes: Vec<Mailbox>,
    pub aliases: Vec<Alias>,
    pub codes: Vec<Code>,
    pub plans: BTreeMap<String, Plan>,
    pub faults: Vec<Fault>,
    pub habits: Habits,
    /// How often the server froze.
    pub freezes: u64,
    /// The maximum number of concurrent requests so far.
    pub most_inside: usize,
    /// Not saved in the file: it belongs to one run.
    #[serde(skip)]
    pub journal: Journal,
    /// Not saved in the file either.
    #[serde(skip)]
    pub queue: Queue,
    /// Calls of which the connection was cut, to be carried out later; not saved in the file either.
    #[serde(skip)]
    pub late: Vec<Call>,
}

/// Behaviour that differs between servers, or that is unknown for production.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Habits {
    /// In seconds; 47 minutes (dimail of August 2024).
    pub token_lifetime: i64,
    /// A repeated creation of an address gives 500, as in 2024, instead of 409.
    pub duplicate_crashes: bool,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits { token_lifetime: 2820, duplicate_crashes: false }
    }
}

/// An account of the API.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub name: String,
    pub password: String,
    pub is_admin: bool,
    pub perms: Vec<String>,
    pub uuid: Uuid,
}

/// The right of a user to read and write everything of a domain.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Allow {
    pub user: String,
    pub domain: String,
}

/// A mail domain, with the results of its last check.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub name: String,
    pub features: Vec<String>,
    pub context_name: Option<String>,
    pub delivery: String,
    pub mailbox_host: Option<String>,
    pub webmail_host: Option<String>,
    pub imap_domains: Option<Vec<String>>,
    pub smtp_domains: Option<Vec<String>>,
    pub state: Health,
    pub checks: Vec<Check>,
}

impl Domain {
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|own| own == feature)
    }
}

/// The state of a domain as dimail writes it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Health {
    New,
    Ok,
    Broken,
}

/// A mailbox of the IMAP server; its names are stored in Open-XChange.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Mailbox {
    pub domain: String,
    pub local_part: String,
    pub uuid: Uuid,
    pub active: bool,
    pub calendar_lost: bool,
    /// How many passwords were generated; the last one is valid.
    pub passwords_made: u32,
    pub identities: Vec<String>,
}

impl Mailbox {
    pub fn email(&self) -> String {
        format!("{}@{}", self.local_part, self.domain)
    }

    /// Whether it is active, as dimail writes it.
    pub fn activity(&self) -> &'static str {
        if self.active { "yes" } else { "no" }
    }
}

/// One destination of one alias.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Alias {
    pub username: String,
    pub domain: String,
    pub destination: String,
    pub allow_to_send: bool,
}

/// An issued code.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub domain: String,
    pub local_part: String,
    pub text: String,
    pub expires_at: i64,
    pub maxuse: i64,
    pub nbuse: i64,
}

impl Code {
    pub fn email(&self) -> String {
        format!("{}@{}", self.local_part, self.domain)
    }

    pub fn is_usable(&self, now: i64) -> bool {
        self.nbuse < self.maxuse && now < self.expires_at
    }

    /// The code as JSON, for the route and for the state of the fake.
    pub fn object(&self) -> Value {
        json!({
            "email": self.email(),
            "code": self.text,
            "expires_at": self.expires_at,
            "maxuse": self.maxuse,
            "nbuse": self.nbuse,
        })
    }
}

/// An issued token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub text: String,
    pub user: String,
    pub expires: i64,
}

/// The requests that wait or are served.
#[derive(Default)]
pub(crate) struct Queue {
    pub inside: usize,
    /// Resolves when the last request in the queue has finished.
    pub last: Option<oneshot::Receiver<()>>,
    /// When a freeze of the server ends or ended.
    pub frozen_until: Option<Instant>,
}

impl State {
    /// Adds the seed's missing users.
    pub fn seed(&mut self, release: Release) {
        // The server of 2024 has no perms: only an administrator can create a domain there.
        let regie_is_admin = release == Release::August2024;
        let perms = ["new_domain", "create_users", "manage_users"].map(str::to_owned);
        self.add_seeded("admin", "admin", true, Vec::new());
        self.add_seeded("la_regie", "password", regie_is_admin, perms.to_vec());
    }

    fn add_seeded(&mut self, name: &str, password: &str, is_admin: bool, perms: Vec<String>) {
        if self.user(name).is_none() {
            self.users.push(User {
                name: name.to_owned(),
                password: password.to_owned(),
                is_admin,
                perms,
                uuid: Uuid::new_v4(),
            });
        }
    }

    /// Looks up a user without regard to case (dimail of August 2024).
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| same_text(&user.name, name))
    }

    pub fn domain(&self, name: &str) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.name == name)
    }

    pub fn domain_mut(&mut self, name: &str) -> Option<&mut Domain> {
        self.domains.iter_mut().find(|domain| domain.name == name)
    }

    pub fn mailbox(&self, domain: &str, local_part: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.domain == domain && mailbox.local_part == local_part)
    }

    pub fn mailbox_mut(&mut self, domain: &str, local_part: &str) -> Option<&mut Mailbox> {
        self.mailboxes.iter_mut().find(|mailbox| mailbox.domain == domain && mailbox.local_part == local_part)
    }

    pub fn is_allowed(&self, user: &str, domain: &str) -> bool {
        self.allows.iter().any(|allow| allow.domain == domain && same_text(&allow.user, user))
    }
}

/// Equal without regard to case.
pub(crate) fn same_text(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Equal without regard to case and accents.
pub(crate) fn same_emails(one: &str, other: &str) -> bool {
    plain_emails(one) == plain_emails(other)
}

fn plain_emails(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}
