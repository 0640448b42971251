//! What a route works on: a call, and the state that it reads and changes.

use crate::fake_dimail::call::{Call, Content};
use crate::fake_dimail::state::{Mailbox, State};
use crate::fake_dimail::{FakeOptions, Release};

/// The context of a route.
pub(crate) struct Turn<'a> {
    pub state: &'a mut State,
    pub options: &'a FakeOptions,
    pub call: &'a Call,
    pub content: Content,
    /// Whether creations and deletions of mailboxes stop between their two halves.
    pub stops_halfway: bool,
    /// The second half of such a creation.
    pub rest: Option<Mailbox>,
}

impl Turn<'_> {
    pub fn is_production(&self) -> bool {
        self.options.release == Release::Production
    }

    pub fn now(&self) -> i64 {
        self.call.at.as_second()
    }

    /// Production converts addresses to lower case; the server of 2024 stores them as typed.
    pub fn local_part(&self, typed: &str) -> String {
        if self.is_production() { typed.to_lowercase() } else { typed.to_owned() }
    }
}
