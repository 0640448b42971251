//! What the SMTP server last answered to recipients, and the emails that its refusals hold.

use super::args::args;
use super::columns::from_row;
use super::{Result, Store, Tx};
use crate::model::{Email, PortalId, ServerAnswers, Timestamp};

from_row! { ServerAnswers { accepted_at, refused_at, refused_domain, fault_since, detail } }

/// How many recipients `doctor` asks the SMTP server about.
const TRIED: i64 = 3;

impl Store {
    /// What the SMTP server last answered.
    pub async fn smtp_answers(&self) -> Result<ServerAnswers> {
        let sql = "select accepted_at, refused_at, refused_domain, fault_since, detail from smtp_answers where id = 1";
        Ok(self.first(sql, args![]).await?.unwrap_or_default())
    }

    /// How many emails wait because the SMTP server refused them.
    pub async fn emails_refused(&self) -> Result<i64> {
        self.value("select count(*) from emails where state = 'waiting' and refused_at is not null", args![]).await
    }

    /// Recipients of the installation, to try the SMTP server without an email: those that were refused
    /// last, else those of staff.
    pub async fn recipients_to_try(&self) -> Result<Vec<String>> {
        let refused = "select recipient from emails where state = 'waiting' and refused_at is not null \
                       order by refused_at desc limit $1";
        let found: Vec<String> = self.values(refused, args![TRIED]).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let staff = "select email from users where is_staff = 1 and disabled_at is null order by email_key limit $1";
        self.values(staff, args![TRIED]).await
    }
}

impl Tx {
    /// What the SMTP server last answered, locked until the end of the transaction.
    pub async fn lock_smtp_answers(&mut self) -> Result<ServerAnswers> {
        let sql = "insert into smtp_answers (id) values (1) on conflict (id) do update set id = 1 \
                   returning accepted_at, refused_at, refused_domain, fault_since, detail";
        self.one(sql, args![]).await
    }

    /// Stores what the SMTP server answered.
    pub async fn store_smtp_answers(&mut self, answers: &ServerAnswers) -> Result<()> {
        let sql = "update smtp_answers set accepted_at = $1, refused_at = $2, refused_domain = $3, fault_since = $4, \
                   detail = $5 where id = 1";
        let ServerAnswers { accepted_at, refused_at, refused_domain, fault_since, detail } = answers;
        let args = args![*accepted_at, *refused_at, refused_domain.as_deref(), *fault_since, detail.as_deref()];
        self.exec_one(sql, args).await
    }

    /// Records that the SMTP server refused the recipient of an email that this portal holds.
    pub async fn note_refused(&mut self, email: &Email, holder: PortalId) -> Result<()> {
        let sql = "update emails set refused_at = $3 where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![email.id, holder, self.clock.now()]).await
    }

    /// Makes the emails wait again that were given up since `since` because of their recipients: the
    /// installation was at fault.
    pub async fn reopen_refused_emails(&mut self, since: Timestamp, due_at: Timestamp) -> Result<()> {
        let sql = "update emails set state = 'waiting', given_up = null, finished_at = null, due_at = $2 \
                   where state = 'given_up' and given_up = 'recipient' and refused_at >= $1";
        self.exec_any(sql, args![since, due_at]).await
    }

    /// Makes all emails due now that wait because the SMTP server refused them, each in a new series of
    /// attempts.
    pub async fn release_refused_emails(&mut self) -> Result<()> {
        let sql = "update emails set due_at = $1, tries = 0, first_attempt_at = null \
                   where state = 'waiting' and refused_at is not null";
        self.exec_any(sql, args![self.clock.now()]).await
    }
}
