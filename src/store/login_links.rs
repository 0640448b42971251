//! Links with which the user of a mailbox signs in to the webmail, stored under the hash of their
//! token.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::domain_row::DOMAIN_COLUMNS;
use super::mailboxes::MAILBOX_COLUMNS;
use super::{MailboxInDomain, Result, Store, Tx};
use crate::model::mailbox::LOGIN_LINK_PRESSES;
use crate::model::{Email, MailboxId, Timestamp};

impl Store {
    /// The mailbox of a link, if the link was made after `since`, has presses left and was sent to the
    /// present secondary address of an enabled mailbox.
    pub async fn mailbox_of_login_link(&self, token_hash: &str, since: Timestamp) -> Result<Option<MailboxInDomain>> {
        let sql = format!(
            "select {MAILBOX_COLUMNS}, mailboxes.cleared, {DOMAIN_COLUMNS} from login_links \
             join mailboxes on mailboxes.id = login_links.mailbox_id \
             join domains on domains.id = mailboxes.domain_id where login_links.token_hash = $1 \
             and login_links.created_at > $2 and login_links.presses < $3 and mailboxes.status = 'enabled' \
             and mailboxes.secondary_email = login_links.recipient"
        );
        self.first(AssertSqlSafe(sql), args![token_hash, since, LOGIN_LINK_PRESSES]).await
    }

    /// Stores the hash of a link that is about to be emailed; `false` if the mailbox is not enabled any
    /// more, or its secondary address changed since the email was claimed.
    pub async fn insert_login_link(&self, email: &Email, token_hash: &str) -> Result<bool> {
        let sql = "insert into login_links (token_hash, mailbox_id, email_id, recipient, created_at) \
                   select $1, id, $3, secondary_email, cast($5 as bigint) from mailboxes \
                   where id = $2 and status = 'enabled' and secondary_email = $4";
        let args = args![token_hash, email.mailbox_id, email.id, &email.recipient, self.clock.now()];
        self.changes(sql, args).await
    }

    /// Counts a press before dimail is asked, so that parallel presses cannot exceed the limit; `false`
    /// if none is left.
    pub async fn press_login_link(&self, token_hash: &str) -> Result<bool> {
        let sql = "update login_links set presses = presses + 1 where token_hash = $1 and presses < $2";
        self.changes(sql, args![token_hash, LOGIN_LINK_PRESSES]).await
    }

    /// Takes back a press that dimail did not answer.
    pub async fn take_back_press(&self, token_hash: &str) -> Result<()> {
        let sql = "update login_links set presses = presses - 1 where token_hash = $1 and presses > 0";
        self.exec_any(sql, args![token_hash]).await
    }

    /// Records that the user of a mailbox has signed in by a link: no password is left to hand over.
    pub async fn note_signed_in(&self, mailbox: MailboxId) -> Result<()> {
        let sql = "update mailboxes set to_hand_over = 0 where id = $1 and to_hand_over = 1";
        self.exec_any(sql, args![mailbox]).await
    }

    /// Records that the user of a mailbox cannot sign in by the link of its first email. It does not count
    /// if a later email gave access.
    pub async fn note_unreached(&self, target: &MailboxInDomain) -> Result<()> {
        let sql = "update mailboxes set to_hand_over = 1 where domain_id = $1 and id = $2 and not exists \
                   (select 1 from emails where domain_id = $1 and mailbox_id = $2 and state = 'sent' \
                   and kind in ('login_link', 'new_password'))";
        self.exec_any(sql, args![target.domain.id, target.mailbox.id]).await
    }
}

impl Tx {
    /// Ends the links that are older than the last one of this email, which was sent. Those of the email
    /// itself stay: of one that left twice the person may have either copy.
    pub(super) async fn end_older_links(&mut self, email: &Email) -> Result<()> {
        let sql = "delete from login_links where mailbox_id = $1 and email_id <> $2 and created_at <= \
                   (select max(created_at) from login_links where email_id = $2 and mailbox_id = $1)";
        self.exec_any(sql, args![email.mailbox_id, email.id]).await
    }

    /// Ends all links of a mailbox: it is being disabled or deleted, or its secondary address changes.
    pub(super) async fn end_login_links(&mut self, mailbox: MailboxId) -> Result<()> {
        self.exec_any("delete from login_links where mailbox_id = $1", args![mailbox]).await
    }
}
