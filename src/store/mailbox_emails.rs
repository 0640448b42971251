//! Emails to mailbox users in relation to their mailbox: how many recently, to which address, and
//! whether the mailbox's password may be unknown to all.

use super::args::args;
use super::columns::Flag;
use super::{ByPortal, Locked, MayWrite, Result, Store, Tx};
use crate::model::email::{Email, MailboxEmail};
use crate::model::id::{EmailId, MailboxId, PortalId};
use crate::model::role::ManageMailboxes;
use crate::model::time::Timestamp;

/// The waiting emails that give access to a mailbox.
const WAITING_KEYS: &str = "domain_id = $1 and mailbox_id = $2 and state = 'waiting' \
     and kind in ('new_mailbox', 'login_link', 'new_password')";

impl Store {
    /// Changes the recipient of an email that this portal holds.
    pub async fn readdress_email(&self, id: EmailId, holder: PortalId, recipient: &str) -> Result<()> {
        let sql = "update emails set recipient = $3 where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![id, holder, recipient]).await
    }

    /// Records that the password of a mailbox may be known to no person, because this email, which the
    /// portal holds, will not be sent. The first email does not count if a later one gave access.
    pub async fn note_key_lost(&self, id: EmailId, holder: PortalId) -> Result<()> {
        let sql = "update mailboxes set to_hand_over = 1 where id in (select mailbox_id from emails \
                   where id = $1 and lease_holder = $2 and state = 'waiting') and ('new_mailbox' not in \
                   (select kind from emails where id = $1) or id not in (select mailbox_id from emails \
                   where mailbox_id is not null and state = 'sent' and kind in ('login_link', 'new_password')))";
        self.exec_any(sql, args![id, holder]).await
    }
}

impl Tx {
    /// When the last login links and new passwords for a mailbox were requested since `since`, newest
    /// first, at most `most`.
    pub async fn keys_asked<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: MailboxId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<Timestamp>> {
        let sql = "select created_at from emails where domain_id = $1 and mailbox_id = $2 \
                   and kind in ('login_link', 'new_password') and created_at > $3 order by created_at desc limit $4";
        self.values(sql, args![locked.domain.id, mailbox, since, i64::from(most)]).await
    }

    /// How many notices were sent since `since` to former secondary addresses of a mailbox.
    pub async fn count_secondary_changes<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: MailboxId,
        since: Timestamp,
    ) -> Result<i64> {
        let sql = "select count(*) from emails where domain_id = $1 and mailbox_id = $2 \
                   and kind = 'secondary_changed' and created_at > $3";
        self.value(sql, args![locked.domain.id, mailbox, since]).await
    }

    /// Readdresses the waiting emails that give access to a mailbox to its new secondary address. For
    /// an email that is being sent right now, the sender checks the address again.
    pub async fn readdress_keys<R>(&mut self, locked: &Locked<R>, mailbox: MailboxId, recipient: &str) -> Result<()> {
        let (domain, now) = (locked.domain.id, self.clock.now());
        let sql = format!("select id from emails where {WAITING_KEYS} and (lease_until is null or lease_until <= $3)");
        let waiting: Vec<EmailId> = self.values(sqlx::AssertSqlSafe(sql), args![domain, mailbox, now]).await?;
        for id in waiting {
            let due_at = self.may_leave_at(domain, recipient, now).await?;
            let sql = "update emails set recipient = $2, due_at = $3 where id = $1 and state = 'waiting' \
                       and (lease_until is null or lease_until <= $4)";
            self.exec_any(sql, args![id, recipient, due_at, now]).await?;
        }
        Ok(())
    }

    /// Sends the last email that gives access to a mailbox once more, now to its new secondary address, if the
    /// former one was refused. Returns whether it was. A new password is asked for again by a person.
    pub async fn reopen_refused_key<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: MailboxId,
        recipient: &str,
    ) -> Result<bool> {
        let (domain, now) = (locked.domain.id, self.clock.now());
        let sql = "select id, kind from emails where state = 'given_up' and given_up = 'recipient' and id = \
                   (select max(last.id) from emails as last where last.domain_id = $1 and last.mailbox_id = $2 \
                   and last.kind in ('new_mailbox', 'login_link', 'new_password'))";
        let Some((id, kind)) = self.first::<(EmailId, MailboxEmail)>(sql, args![domain, mailbox]).await? else {
            return Ok(false);
        };
        if kind != MailboxEmail::NewPassword {
            let due_at = self.may_leave_at(domain, recipient, now).await?;
            let sql = "update emails set state = 'waiting', recipient = $2, due_at = $3, attempts = 0, tries = 0, \
                       first_attempt_at = null, last_attempt_at = null, was_away = 0, refused_at = null, \
                       given_up = null, trouble = null, finished_at = null where id = $1 and state = 'given_up'";
            self.exec_one(sql, args![id, recipient, due_at]).await?;
        }
        Ok(true)
    }

    /// Withdraws the waiting emails that give access to a mailbox: it has lost its secondary address, or
    /// they can contain no login link. If its password may then be known to no person, it is marked to be handed
    /// over; an email that is being sent right now clears that mark.
    pub async fn withdraw_keys<R>(&mut self, locked: &Locked<R>, mailbox: MailboxId) -> Result<()> {
        // A new password that was attempted may have replaced the old one.
        let unknown = format!(
            "update mailboxes set to_hand_over = 1 where domain_id = $1 and id = $2 and id in \
             (select mailbox_id from emails where {WAITING_KEYS} \
             and (kind = 'new_mailbox' or (kind = 'new_password' and attempts > 0)))"
        );
        self.exec_any(sqlx::AssertSqlSafe(unknown), args![locked.domain.id, mailbox]).await?;
        let withdrawn = format!(
            "update emails set state = 'withdrawn', finished_at = $3, lease_holder = null, lease_until = null \
             where {WAITING_KEYS} and (lease_until is null or lease_until <= $3)"
        );
        self.exec_any(sqlx::AssertSqlSafe(withdrawn), args![locked.domain.id, mailbox, self.clock.now()]).await?;
        self.count_todo(locked).await
    }

    /// Withdraws the waiting emails of one kind about a mailbox, because a newer one replaces them.
    pub async fn replace_emails<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: MailboxId,
        kind: MailboxEmail,
    ) -> Result<()> {
        let sql = "update emails set state = 'withdrawn', finished_at = $4 where domain_id = $1 and mailbox_id = $2 \
                   and kind = $3 and state = 'waiting' and (lease_until is null or lease_until <= $4)";
        self.exec_any(sql, args![locked.domain.id, mailbox, kind, self.clock.now()]).await
    }

    /// Lets an email that this portal holds wait, if its mailbox in the locked domain is to become inactive or
    /// to be deleted; `false` if it is not, and the email may leave. Under the lock, because what is wanted
    /// of a mailbox is written under it: then the email is released. If the mailbox has become so meanwhile,
    /// nothing would release it, and it stays due, to be withdrawn.
    pub async fn park_email(&mut self, locked: &Locked<ByPortal>, email: &Email, holder: PortalId) -> Result<bool> {
        let sql = "update emails set due_at = (select case when known = 'active' then null else emails.due_at end \
                   from mailboxes where id = emails.mailbox_id), lease_holder = null, lease_until = null, \
                   attempts = attempts - 1 where id = $1 and lease_holder = $2 and state = 'waiting' and mailbox_id in \
                   (select id from mailboxes where domain_id = $3 and wants <> 'active')";
        self.changes(sql, args![email.id, holder, locked.domain.id]).await
    }

    /// Makes the emails due that wait for what becomes of a mailbox: they leave or are withdrawn.
    pub(super) async fn release_emails<R>(&mut self, locked: &Locked<R>, mailbox: MailboxId) -> Result<()> {
        let sql = "update emails set due_at = $3 where domain_id = $1 and mailbox_id = $2 and state = 'waiting' \
                   and due_at is null";
        self.exec_any(sql, args![locked.domain.id, mailbox, self.clock.now()]).await
    }

    /// Records that an email which gives access to a mailbox was sent. A new password is known to its user
    /// then; a login link ends the older ones.
    pub async fn note_key_sent(&mut self, email: &Email, holder: PortalId) -> Result<()> {
        let sql = "update emails set state = 'sent', trouble = null, finished_at = $3, lease_holder = null, \
                   lease_until = null where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![email.id, holder, self.clock.now()]).await?;
        if email.content.to_user() != Some(MailboxEmail::NewPassword) {
            return self.end_older_links(email).await;
        }
        let sql = "update mailboxes set to_hand_over = 0 where id = $1 and to_hand_over = 1";
        self.exec_any(sql, args![email.mailbox_id]).await
    }

    /// Records that a mailbox is about to get a new password that no person has seen; `false` if such a
    /// reset is already in progress, which it is until `until` at most.
    pub async fn begin_reset(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        may: &MayWrite,
        mailbox: MailboxId,
        until: Timestamp,
    ) -> Result<bool> {
        let sql = "update mailboxes set to_hand_over = 1, sheet_shown = 0, reset_until = $3 where domain_id = $1 and id = $2 \
                   and local_part = $5 and (reset_until is null or reset_until <= $4)";
        let is_begun = self.changes(sql, args![locked.domain.id, mailbox, until, self.clock.now(), may.part()]).await?;
        self.count_todo(locked).await?;
        Ok(is_begun)
    }

    /// Records the end of that reset, if it has not run out: whether the mailbox's password is to be handed over, and
    /// whether it was shown on a sheet.
    pub async fn end_reset(
        &mut self,
        locked: &Locked<ByPortal>,
        mailbox: MailboxId,
        until: Timestamp,
        (to_hand_over, sheet_shown): (bool, bool),
    ) -> Result<()> {
        let sql = "update mailboxes set to_hand_over = $4, sheet_shown = $5, reset_until = null where domain_id = $1 \
                   and id = $2 and reset_until = $3";
        let args = args![locked.domain.id, mailbox, until, Flag(to_hand_over), Flag(sheet_shown)];
        self.exec_any(sql, args).await?;
        self.count_todo(locked).await
    }
}
