//! What Open-XChange stores: contexts, their users, and the names of these.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A tenant of Open-XChange.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Context {
    pub name: String,
    pub domains: Vec<String>,
}

/// A user of Open-XChange: calendar, address book, webmail.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OxUser {
    pub context: String,
    pub domain: String,
    pub local_part: String,
    /// The user name, if it differs from the local part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    #[serde(flatten)]
    pub names: Names,
}

impl OxUser {
    pub fn email(&self) -> String {
        format!("{}@{}", self.local_part, self.domain)
    }

    pub fn login(&self) -> &str {
        self.login.as_deref().unwrap_or(&self.local_part)
    }

    /// Whether the user has this local part, as a name or as an address.
    pub fn has(&self, local_part: &str) -> bool {
        self.login() == local_part || self.local_part == local_part
    }
}

/// The names of a person.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Names {
    #[serde(rename = "givenName")]
    pub given: String,
    #[serde(rename = "surName")]
    pub sur: String,
    #[serde(rename = "displayName", default)]
    pub display: String,
}

impl Names {
    /// Builds the display name if it is missing.
    pub fn with_display_name(mut self) -> Names {
        if self.display.is_empty() {
            self.display = format!("{} {}", self.given, self.sur);
        }
        self
    }

    /// Whether the names break a command. They are passed to the tools of Open-XChange through a shell,
    /// and the server of 2024 does not quote a straight apostrophe correctly (dimail of August
    /// 2024).
    pub fn crash_old_server(&self) -> bool {
        [&self.given, &self.sur, &self.display].iter().any(|name| name.contains('\''))
    }

    /// Changes the given names.
    pub fn change(&mut self, to: SomeNames) {
        if let Some(given) = to.given {
            self.given = given;
        }
        if let Some(sur) = to.sur {
            self.sur = sur;
        }
        // The display name is not rebuilt from the two others (dimail of August 2024).
        if let Some(display) = to.display {
            self.display = display;
        }
    }
}

/// Names of which each may be absent.
#[derive(Default)]
pub(crate) struct SomeNames {
    pub given: Option<String>,
    pub sur: Option<String>,
    pub display: Option<String>,
}

impl SomeNames {
    pub fn is_empty(&self) -> bool {
        self.given.is_none() && self.sur.is_none() && self.display.is_none()
    }

    /// Like [`Names::crash_old_server`].
    pub fn crash_old_server(&self) -> bool {
        [&self.given, &self.sur, &self.display].iter().any(|name| name.as_ref().is_some_and(|name| name.contains('\'')))
    }

    /// All three, if none is missing.
    pub fn all(&self) -> Option<Names> {
        Some(Names { given: self.given.clone()?, sur: self.sur.clone()?, display: self.display.clone()? })
    }
}

/// Adds the three names under dimail's keys; null without an Open-XChange user.
pub(crate) fn add_names(to: &mut Value, names: Option<&Names>) {
    let Some(to) = to.as_object_mut() else { return };
    let mut add = |key: &str, name: Option<&String>| to.insert(key.to_owned(), json!(name));
    add("givenName", names.map(|names| &names.given));
    add("surName", names.map(|names| &names.sur));
    add("displayName", names.map(|names| &names.display));
}
