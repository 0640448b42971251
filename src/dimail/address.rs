//! The state of one address at dimail, read from either of the two routes that return it.

use serde_json::Value;

use super::wire::{KnownMailbox, same_address, text};

/// The state of one address at dimail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownAddress {
    /// There is a mailbox.
    pub is_mailbox: bool,
    /// There is an alias. Always `false` for the server of 2024, which does not return it.
    pub is_alias: bool,
    /// The context has a user with this local part, perhaps for an address in another domain.
    pub is_ox: bool,
    /// The main address of that user.
    pub ox_primary_email: Option<String>,
}

impl KnownAddress {
    /// Reads the answer of `/address/`; `None` if it contains nothing about the address.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        let is = |name| answer.get(name).and_then(Value::as_bool);
        let (mailbox, alias, ox) = (is("is_mailbox"), is("is_alias"), is("is_ox"));
        mailbox.or(alias).or(ox)?;
        Some(Self {
            is_mailbox: mailbox.unwrap_or(false),
            is_alias: alias.unwrap_or(false),
            is_ox: ox.unwrap_or(false),
            ox_primary_email: text(answer, "/ox_primary_email"),
        })
    }

    /// Derives the state from the mailbox that the server of 2024 returns. It calls a mailbox broken if
    /// Open-XChange or IMAP lacks it, and returns names if Open-XChange has it. The user may belong to
    /// another domain of the context.
    pub(super) fn of_mailbox(found: &KnownMailbox, asked: &str) -> Self {
        let is_ox = found.names.is_some();
        let lacks_imap = found.broken && is_ox;
        Self {
            is_mailbox: same_address(&found.email, asked) && !lacks_imap,
            is_alias: false,
            is_ox,
            ox_primary_email: is_ox.then(|| found.email.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::KnownAddress;
    use crate::dimail::wire::KnownMailbox;

    #[test]
    fn the_mailbox_of_2024_tells_of_its_address() {
        let read = |status, name: Option<&str>, email: &str| {
            let entry = json!({"email":email,"status":status,"givenName":name});
            let known = KnownAddress::of_mailbox(&KnownMailbox::read(&entry).expect("a mailbox"), "j@a.fr");
            (known.is_mailbox, known.is_ox)
        };
        assert_eq!(read("ok", Some("J"), "J@a.fr"), (true, true));
        assert_eq!(read("broken", None, "j@a.fr"), (true, false));
        assert_eq!(read("broken", Some("J"), "j@a.fr"), (false, true));
        assert_eq!(read("broken", Some("J"), "j@b.fr"), (false, true));
    }

    #[test]
    fn an_address_that_says_nothing_is_unreadable() {
        assert_eq!(KnownAddress::read(&json!({"user_name":"j"})), None);
        let half = json!({"is_mailbox":null,"is_ox":true,"ox_primary_email":null});
        assert_eq!(KnownAddress::read(&half), Some(KnownAddress { is_ox: true, ..KnownAddress::default() }));
    }
}
