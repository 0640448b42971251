//! dimail's JSON, parsed leniently: unknown fields are ignored, nulls tolerated.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::model::address::{DomainName, LocalPart};
use crate::model::name::KnownNames;

/// The local part of each context's technical user (dimail of August 2024).
const TECHNICAL: &str = "oxadmin";

/// The answer of `/token/`.
#[derive(Deserialize)]
pub struct TokenAnswer {
    /// A JWT, as far as is known.
    pub access_token: SecretString,
}

/// The answer to a new mailbox and to a new password.
#[derive(Deserialize)]
pub struct NewPassword {
    /// The address it is for.
    pub email: Option<String>,
    /// Returned only once.
    pub password: SecretString,
}

/// The answer to a one-time login.
#[derive(Deserialize)]
pub struct NewCode {
    /// The address it is for.
    pub email: Option<String>,
    /// The last segment of the link.
    pub code: SecretString,
}

/// A mailbox, or a user of the domain's Open-XChange context, as dimail lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMailbox {
    /// Its address as dimail writes it. It may be in another domain of the same context.
    pub email: String,
    /// The names in Open-XChange; `None` if it has no user there: an IMAP-only or disabled mailbox.
    pub names: Option<KnownNames>,
    /// Whether mail can be read.
    pub active: Active,
    /// Whether Open-XChange has a user for it.
    pub ox: bool,
    /// Whether it is the context's technical user, `oxadmin`.
    pub technical: bool,
    /// Whether dimail says that Open-XChange or IMAP lacks it (first version of the list only; also
    /// said of addresses of other domains, and not reliable in production).
    pub broken: bool,
}

/// Whether a mailbox is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Active {
    /// Active.
    Yes,
    /// Disabled.
    No,
    /// dimail is still changing it, or does not know (`wait`, `unknown`).
    Unsure,
    /// dimail does not return it (2024).
    NotShown,
}

impl KnownMailbox {
    /// Reads an entry of either version of the list; `None` for an alias, and for an entry without an
    /// address.
    pub(super) fn read(entry: &Value) -> Option<Self> {
        if entry.get("type").and_then(Value::as_str) == Some("alias") {
            return None;
        }
        let email = text(entry, "/email")?;
        let names = names(entry);
        let features = entry.get("features").and_then(Value::as_array);
        let ox = features.map_or(names.is_some(), |all| all.iter().any(|feature| feature == "ox"));
        let technical = email.rsplit_once('@').is_some_and(|(local, _)| local.eq_ignore_ascii_case(TECHNICAL));
        let broken = entry.get("status").and_then(Value::as_str) == Some("broken");
        Some(Self { active: Active::read(entry), email, names, ox, technical, broken })
    }

    /// Whether it has this address. Local parts are compared case-sensitively: `JULES@` and `jules@`
    /// are two mailboxes (seen with dimail of August 2024).
    pub fn is(&self, local_part: &LocalPart, domain: &DomainName) -> bool {
        self.is_in(domain) && self.local_part() == local_part.as_str()
    }

    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        self.email.rsplit_once('@').map_or(self.email.as_str(), |(local, _)| local)
    }

    /// Whether it is in this domain, not in another one of the context.
    pub fn is_in(&self, domain: &DomainName) -> bool {
        self.email.rsplit_once('@').is_some_and(|(_, of)| of.eq_ignore_ascii_case(domain.as_str()))
    }
}

/// The names of an entry of either version of the list.
fn names(entry: &Value) -> Option<KnownNames> {
    let of = |given, sur, display| {
        let (given, sur, display) = (text(entry, given), text(entry, sur), text(entry, display));
        let known = given.is_some() || sur.is_some() || display.is_some();
        known.then(|| KnownNames {
            given: given.unwrap_or_default(),
            sur: sur.unwrap_or_default(),
            display: display.unwrap_or_default(),
        })
    };
    of("/extras/ox/given_name", "/extras/ox/sur_name", "/extras/ox/display_name")
        .or_else(|| of("/givenName", "/surName", "/displayName"))
}

impl Active {
    /// Reads `imap_active` if it exists (espace-membre, July 2026), otherwise `active` (People, 2026).
    fn read(entry: &Value) -> Self {
        let field = |name| entry.get(name).filter(|value| !value.is_null());
        match field("imap_active").or_else(|| field("active")) {
            Some(Value::Bool(true)) => Self::Yes,
            Some(Value::Bool(false)) => Self::No,
            Some(word) if word == "yes" => Self::Yes,
            Some(word) if word == "no" => Self::No,
            Some(_) => Self::Unsure,
            None => Self::NotShown,
        }
    }
}

/// Whether two addresses are equal, ignoring case.
pub fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The string at a pointer of an object; `None` for null and for other types.
pub fn text(object: &Value, pointer: &str) -> Option<String> {
    object.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Active, KnownMailbox, KnownNames};

    fn jean() -> KnownNames {
        KnownNames { given: "Jean".into(), sur: "Dupont".into(), display: "Jean Dupont".into() }
    }

    #[test]
    fn both_versions_of_the_list_are_read() {
        let v1 = json!({"type":"mailbox","status":"ok","email":"jean@a.fr","givenName":"Jean","surName":"Dupont",
            "displayName":"Jean Dupont"});
        let v2 = json!({"type":"mailbox","active":"yes","email":"jean@a.fr","features":["ox"],"dirty_quirks":{},
            "extras":{"ox":{"given_name":"Jean","sur_name":"Dupont","display_name":"Jean Dupont"},"schedule":null}});
        let old = KnownMailbox::read(&v1).expect("a mailbox");
        assert_eq!((old.names.clone(), old.ox, old.active), (Some(jean()), true, Active::NotShown));
        let new = KnownMailbox::read(&v2).expect("a mailbox");
        assert_eq!(new, KnownMailbox { active: Active::Yes, ..old });
    }

    #[test]
    fn a_mailbox_without_open_xchange_has_no_names() {
        let v2 = json!({"email":"f@a.fr","features":[],"extras":{"ox":null},"dirty_quirks":null});
        let v1 = json!({"email":"f@a.fr","givenName":null,"surName":null,"displayName":null,"active":"no"});
        for (entry, active) in [(v2, Active::NotShown), (v1, Active::No)] {
            let known = KnownMailbox::read(&entry).expect("a mailbox");
            assert_eq!((known.names, known.ox, known.active), (None, false, active));
        }
    }

    #[test]
    fn entries_that_are_no_mailboxes_are_left_out() {
        for entry in [json!({"type":"alias","email":"a@a.fr"}), json!({"email":null}), json!(7), json!(null)] {
            assert_eq!(KnownMailbox::read(&entry), None);
        }
        assert!(KnownMailbox::read(&json!({"email":"OXadmin@a.fr"})).is_some_and(|known| known.technical));
    }

    #[test]
    fn imap_active_goes_before_active() {
        let read = |imap, active| Active::read(&json!({"imap_active": imap, "active": active}));
        assert_eq!(read(Some("no"), Some("yes")), Active::No);
        assert_eq!(read(Some("wait"), Some("yes")), Active::Unsure);
        assert_eq!(read(None, None), Active::NotShown);
        assert_eq!(read(None, Some("yes")), Active::Yes);
    }
}
