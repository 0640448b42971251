//! What people want a mailbox to be and what dimail was last known to have. Its status follows from both,
//! and is stored by one function, so that lists can filter and sort by it.

use super::args::args;
use super::columns::Flag;
use super::{ByPortal, Denied, Fault, Locked, MayWrite, Result, Tx};
use crate::model::change::Object;
use crate::model::id::MailboxId;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::reason::Reason;
use crate::model::role::ManageMailboxes;
use crate::model::wanted::{Known, Wants};

/// The stored state of a mailbox, without its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxState {
    /// What people want.
    pub wants: Wants,
    /// What dimail was last known to have.
    pub known: Known,
    /// The refusal that stands.
    pub reason: Option<Reason>,
}

impl MailboxState {
    /// The state of a mailbox as it was read.
    #[must_use]
    pub fn of(mailbox: &Mailbox) -> Self {
        Self { wants: mailbox.wants, known: mailbox.known, reason: mailbox.reason.clone() }
    }
}

impl Tx {
    /// Stores what a person wants of the mailbox at the address of the proof. No refusal stands any longer.
    ///
    /// # Errors
    /// Also when it is to be created, and its secondary address leads to where that of a guarded address
    /// may not.
    pub async fn want_mailbox<R>(
        &mut self,
        locked: &Locked<R>,
        may: &MayWrite,
        mailbox: &Mailbox,
        (wants, known): (Wants, Known),
    ) -> Result<()> {
        if may.domain() != locked.domain.id || *may.part() != mailbox.local_part {
            return Err(Fault::Denied(Denied::Forbidden));
        }
        let is_new = !known.is_present();
        if is_new
            && wants == Wants::Active
            && let Some(to) = &mailbox.secondary_email
        {
            self.check_leads(may, to).await?;
        }
        let state = MailboxState { wants, known, reason: None };
        let is_new_version = state != MailboxState::of(mailbox);
        self.store_state(locked, mailbox, &state, is_new_version).await?;
        let sql = "update mailboxes set cleared = case when $4 = 1 then $5 else cleared end \
                   where domain_id = $1 and id = $2 and local_part = $3";
        let args = args![locked.domain.id, mailbox.id, may.part(), super::columns::Flag(is_new), may.clears()];
        self.exec_one(sql, args).await
    }

    /// No refusal of its names stands any longer, because a person changed them.
    pub async fn forget_refusal<R>(&mut self, locked: &Locked<R>, mailbox: &Mailbox) -> Result<()> {
        let state = MailboxState { reason: None, ..MailboxState::of(mailbox) };
        self.store_state(locked, mailbox, &state, false).await
    }

    /// Records what dimail has, and what a refusal took back.
    pub async fn know_mailbox(
        &mut self,
        locked: &Locked<ByPortal>,
        mailbox: &Mailbox,
        state: &MailboxState,
    ) -> Result<()> {
        let is_taken_back = state.reason.is_some() || state.wants != mailbox.wants;
        self.store_state(locked, mailbox, state, is_taken_back).await
    }

    async fn store_state<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: &Mailbox,
        state: &MailboxState,
        is_new_version: bool,
    ) -> Result<()> {
        let status = MailboxStatus::of(state.known, state.reason.is_some());
        let sql = "update mailboxes set wants = $3, known = $4, reason = $5, status = $6, \
                   version = version + $7 where domain_id = $1 and id = $2";
        let args = args![
            locked.domain.id,
            mailbox.id,
            state.wants,
            state.known,
            state.reason.as_ref(),
            status,
            i64::from(is_new_version)
        ];
        self.exec_one(sql, args).await?;
        if status != mailbox.status {
            self.count_todo(locked).await?;
        }
        if mailbox.wants != Wants::Active && (state.wants == Wants::Active || state.known != Known::Active) {
            self.release_emails(locked, mailbox.id).await?;
        }
        if mailbox.reason.is_some() && state.reason.is_none() {
            self.close_refused(locked, &Object::Mailbox(mailbox.id), None).await?;
        }
        if state.wants != Wants::Active || (mailbox.known.is_present() && !state.known.is_present()) {
            self.end_login_links(mailbox.id).await?;
        }
        Ok(())
    }

    /// Records that dimail has a mailbox that it did not have. Without a secondary address its password is
    /// marked as to be handed over; `sheet_shown` is whether a person sees it on a sheet.
    pub async fn open_mailbox(
        &mut self,
        locked: &Locked<ByPortal>,
        mailbox: &Mailbox,
        sheet_shown: bool,
    ) -> Result<()> {
        let state = MailboxState { wants: mailbox.wants, known: Known::Active, reason: None };
        self.know_mailbox(locked, mailbox, &state).await?;
        let sql = "update mailboxes set there_since = $3, is_pushed = 0, \
                   to_hand_over = case when secondary_email is null then 1 else 0 end, sheet_shown = $4 \
                   where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, mailbox.id, self.clock.now(), Flag(sheet_shown)]).await?;
        if mailbox.secondary_email.is_none() { self.count_todo(locked).await } else { Ok(()) }
    }

    /// Deletes a mailbox to which nothing was ever sent, for a person.
    pub async fn delete_mailbox(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        may: &MayWrite,
        id: MailboxId,
    ) -> Result<()> {
        let sql = "delete from mailboxes where domain_id = $1 and id = $2 and local_part = $3";
        self.exec_one(sql, args![locked.domain.id, id, may.part()]).await?;
        self.release_emails(locked, id).await?;
        self.forget_job(locked.domain.id, &Object::Mailbox(id)).await?;
        self.count_mailboxes(locked, -1).await
    }

    /// Deletes a mailbox that dimail has deleted or refused, with its job.
    pub async fn drop_mailbox(&mut self, locked: &Locked<ByPortal>, id: MailboxId) -> Result<()> {
        self.exec_one("delete from mailboxes where domain_id = $1 and id = $2", args![locked.domain.id, id]).await?;
        self.release_emails(locked, id).await?;
        self.forget_job(locked.domain.id, &Object::Mailbox(id)).await?;
        self.count_mailboxes(locked, -1).await
    }
}
