//! The notice about what was done, which the next page shows once.

use serde::{Deserialize, Serialize};

use crate::i18n::Told;

/// A notice about the last action, shown once on the next page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    kind: String,
    pub(crate) text: String,
    /// dimail's own words; empty if there are none.
    #[serde(default)]
    pub(crate) words: String,
    pub(crate) links: Vec<Link>,
    #[serde(default)]
    pub(crate) undo: Option<Undo>,
}

/// A link inside a notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// The form in a notice whose button undoes what the notice tells. It is offered only to those who may send it now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Undo {
    pub(crate) action: String,
    pub(crate) label: String,
    /// The names and values of its hidden fields.
    pub(crate) fields: Vec<(String, String)>,
}

impl Undo {
    pub(crate) fn new(action: String, label: String) -> Self {
        Self { action, label, fields: Vec::new() }
    }

    /// The same with one more field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }
}

impl Notice {
    /// A success.
    pub(crate) fn good(text: String) -> Self {
        Self { kind: "good".into(), text, words: String::new(), links: Vec::new(), undo: None }
    }

    /// Stored, but not completed yet; or refused.
    pub(crate) fn warn(told: impl Into<Told>) -> Self {
        let told = told.into();
        Self { kind: "warn".into(), text: told.text(), words: told.words(), links: Vec::new(), undo: None }
    }

    /// Adds a link to the next step.
    pub(crate) fn link(mut self, href: String, label: String) -> Self {
        self.links.push(Link { href, label });
        self
    }

    /// Offers to undo it, if it can be undone.
    pub(crate) fn undo(self, undo: impl Into<Option<Undo>>) -> Self {
        Self { undo: undo.into(), ..self }
    }

    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }
}
