//! Emails that waited in a database that was restored from a backup: an operator decides about them.

use super::args::args;
use super::columns::from_row;
use super::{Result, Store, Tx};
use crate::model::Timestamp;

/// An email that is held, for operators.
#[derive(Clone, Debug)]
pub struct HeldEmail {
    /// When it was stored.
    pub created_at: Timestamp,
    /// The address it goes to.
    pub recipient: String,
    /// The domain it is about, if any.
    pub domain: Option<String>,
}

from_row! { HeldEmail { created_at, recipient, domain } }

impl Store {
    /// How many emails are held.
    pub async fn emails_held(&self) -> Result<i64> {
        self.value("select count(*) from emails where state = 'held'", args![]).await
    }

    /// The emails that are held, oldest first.
    pub async fn held_emails(&self) -> Result<Vec<HeldEmail>> {
        let sql = "select emails.created_at, emails.recipient, domains.name as domain from emails \
                   left join domains on domains.id = emails.domain_id where emails.state = 'held' order by emails.id";
        self.all(sql, args![]).await
    }

    /// Lets all held emails leave.
    pub async fn release_held_emails(&self) -> Result<()> {
        self.exec_any("update emails set state = 'waiting', due_at = $1 where state = 'held'", args![self.clock.now()])
            .await
    }

    /// Withdraws all held emails.
    pub async fn withdraw_held_emails(&self) -> Result<()> {
        let sql = "update emails set state = 'withdrawn', finished_at = $1 where state = 'held'";
        self.exec_any(sql, args![self.clock.now()]).await
    }
}

impl Tx {
    /// Holds all emails that wait; returns how many are held now.
    pub async fn hold_emails(&mut self) -> Result<i64> {
        let sql = "update emails set state = 'held', lease_holder = null, lease_until = null where state = 'waiting'";
        self.exec_any(sql, args![]).await?;
        self.value("select count(*) from emails where state = 'held'", args![]).await
    }
}
