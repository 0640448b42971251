//! What people are told about the answers of dimail: a sentence of the portal, and dimail's own words apart. They are
//! in another language, so pages fold them or mark them (`told` in `components/notice.html`, `said` in
//! `components/form.html`).

use std::fmt;

use super::{Said, unmarked};

/// Sentences, some with dimail's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told(Vec<Saying>);

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying {
    /// The sentence.
    pub text: String,
    /// The words of dimail that it is about; empty if there are none.
    pub words: String,
}

impl Told {
    /// Nothing.
    pub const NONE: Self = Self(Vec::new());

    /// A sentence with dimail's own words.
    pub fn with_words(text: String, words: &str) -> Self {
        Self(vec![Saying { text, words: words.to_owned() }])
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each sentence with the words that it is about.
    pub fn sayings(&self) -> &[Saying] {
        &self.0
    }

    /// The sentences alone.
    pub fn text(&self) -> String {
        self.joined(|saying| &saying.text)
    }

    /// dimail's words alone; empty if there are none.
    pub fn words(&self) -> String {
        self.joined(|saying| &saying.words)
    }

    /// Each sentence as a part of another one.
    pub fn within(self, sentence: impl Fn(Said<'_>) -> String) -> Self {
        Self(self.0.into_iter().map(|saying| Saying { text: sentence(Said(&saying.text)), ..saying }).collect())
    }

    fn joined(&self, part: fn(&Saying) -> &String) -> String {
        let parts: Vec<&str> =
            self.0.iter().map(|saying| part(saying).as_str()).filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

impl From<String> for Told {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::NONE } else { Self(vec![Saying { text, words: String::new() }]) }
    }
}

impl FromIterator<Told> for Told {
    fn from_iter<I: IntoIterator<Item = Told>>(all: I) -> Self {
        Self(all.into_iter().flat_map(|told| told.0).collect())
    }
}

/// As plain text, for files and commands.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, Saying { text, words }) in self.0.iter().enumerate() {
            let space = if n > 0 { " " } else { "" };
            write!(f, "{space}{}", unmarked(text))?;
            if !words.is_empty() {
                write!(f, " “{words}”")?;
            }
        }
        Ok(())
    }
}
