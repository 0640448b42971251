//! Changes of mailboxes: applied at once, or, for names, stored as wanted until dimail has them.

use super::args::args;
use super::{ByPortal, Denied, Fault, Locked, MayWrite, Result, TendMailbox, Tx};
use crate::model::address::local_part_in;
use crate::model::id::MailboxId;
use crate::model::mailbox::Mailbox;
use crate::model::mailbox::Wanted;
use crate::model::name::{directory_key, display_key, display_name, search_text};

impl Tx {
    /// Gives a mailbox of the locked domain these names and this secondary address, as a person asked.
    /// Another secondary address needs the proof.
    pub async fn edit_mailbox(
        &mut self,
        locked: &Locked<TendMailbox>,
        mailbox: &Mailbox,
        to: &Wanted,
        may: Option<&MayWrite>,
    ) -> Result<()> {
        self.check_redirection(mailbox, to, may).await?;
        self.store_edit(locked, mailbox, to, true).await?;
        let Some(may) = may.filter(|_| !mailbox.status.is_created()) else { return Ok(()) };
        let sql = "update mailboxes set cleared = $3 where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, mailbox.id, may.clears()]).await
    }

    /// Records the names that dimail has now; others may be wanted still.
    pub async fn know_names(
        &mut self,
        locked: &Locked<ByPortal>,
        mailbox: &Mailbox,
        names: (&str, &str),
        wanted: Option<&Wanted>,
    ) -> Result<()> {
        let (first_name, last_name) = (names.0.to_owned(), names.1.to_owned());
        let secondary_email = mailbox.secondary_email.clone();
        let known = Wanted { first_name, last_name, secondary_email, fields: Vec::new(), by: String::new() };
        self.store_edit(locked, mailbox, &known, false).await?;
        match wanted {
            Some(wanted) => self.store_wanted(locked, mailbox.id, wanted, false).await,
            None => Ok(()),
        }
    }

    /// Checks that another secondary address comes with the proof for this mailbox, and leads to no
    /// domain where others could read the emails to a guarded address.
    async fn check_redirection(&mut self, mailbox: &Mailbox, to: &Wanted, may: Option<&MayWrite>) -> Result<()> {
        if to.secondary_email == mailbox.secondary_email {
            return Ok(());
        }
        let may = may.filter(|may| *may.part() == mailbox.local_part).ok_or(Fault::Denied(Denied::Forbidden))?;
        match &to.secondary_email {
            Some(email) => self.check_leads(may, email).await,
            None => Ok(()),
        }
    }

    async fn store_edit<R>(
        &mut self,
        locked: &Locked<R>,
        mailbox: &Mailbox,
        to: &Wanted,
        is_new_version: bool,
    ) -> Result<()> {
        let address = mailbox.address(&locked.domain.name);
        let (first, last) = (to.first_name.as_str(), to.last_name.as_str());
        let secondary_search = to.secondary_email.as_deref().map_or_else(String::new, |email| search_text(&[email]));
        let target = to.secondary_email.as_deref().and_then(|email| local_part_in(email, &locked.domain.name));
        let sql = "update mailboxes set first_name = $3, last_name = $4, display_key = $5, name_key = $6, \
                   search = $7, secondary_email = $8, secondary_search = $9, secondary_target = $10, wanted = null, \
                   wanted_key = null, version = version + $11 where domain_id = $1 and id = $2";
        let args = args![
            locked.domain.id,
            mailbox.id,
            first,
            last,
            display_key(&display_name(first, last)),
            directory_key(first, last),
            search_text(&[&address, first, last]),
            &to.secondary_email,
            secondary_search,
            target,
            i64::from(is_new_version)
        ];
        self.exec_one(sql, args).await?;
        if to.secondary_email != mailbox.secondary_email {
            self.end_login_links(mailbox.id).await?;
            self.count_todo(locked).await?;
        }
        Ok(())
    }

    /// Stores the names that a mailbox gets once dimail has them.
    pub async fn note_wanted(&mut self, locked: &Locked<TendMailbox>, id: MailboxId, names: &Wanted) -> Result<()> {
        self.store_wanted(locked, id, names, true).await
    }

    async fn store_wanted<R>(
        &mut self,
        locked: &Locked<R>,
        id: MailboxId,
        names: &Wanted,
        is_new_version: bool,
    ) -> Result<()> {
        let key = display_key(&display_name(&names.first_name, &names.last_name));
        let sql = "update mailboxes set wanted = $3, wanted_key = $4, version = version + $5 \
                   where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, id, names, key, i64::from(is_new_version)]).await
    }

    /// Forgets the names that a mailbox was to get: no change is pending any more.
    pub async fn forget_wanted<R>(&mut self, locked: &Locked<R>, id: MailboxId) -> Result<()> {
        let sql = "update mailboxes set wanted = null, wanted_key = null, version = version + 1 \
                   where domain_id = $1 and id = $2";
        self.exec_one(sql, args![locked.domain.id, id]).await
    }
}
