//! Changes of mailboxes: applied at once, or stored as wanted values until dimail has them.

use super::args::args;
use super::{Locked, Result, Tx};
use crate::model::id::MailboxId;
use crate::model::mailbox::Wanted;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::name::{display_key, display_name, search_text};

impl Tx {
    /// Gives a mailbox of the locked domain these names and this secondary address.
    pub async fn edit_mailbox<R>(&mut self, locked: &Locked<R>, mailbox: &Mailbox, to: &Wanted) -> Result<()> {
        let address = mailbox.address(&locked.domain.name);
        let (first, last) = (to.first_name.as_str(), to.last_name.as_str());
        let secondary_search = to.secondary_email.as_deref().map_or_else(String::new, |email| search_text(&[email]));
        let sql = "update mailboxes set first_name = $3, last_name = $4, display_key = $5, name_key = $6, \
                   search = $7, secondary_email = $8, secondary_search = $9, wanted = null, wanted_key = null, \
                   version = version + 1 where domain_id = $1 and id = $2";
        let args = args![
            locked.domain.id,
            mailbox.id,
            first,
            last,
            display_key(&display_name(first, last)),
            search_text(&[last, first]),
            search_text(&[&address, first, last]),
            &to.secondary_email,
            secondary_search
        ];
        self.exec_one(sql, args).await?;
        if to.secondary_email != mailbox.secondary_email {
            self.end_login_links(mailbox.id).await?;
        }
        Ok(())
    }

    /// Stores the values that a mailbox gets once dimail has them; `None` when no change is pending any
    /// more.
    pub async fn note_wanted<R>(&mut self, locked: &Locked<R>, id: MailboxId, wanted: Option<&Wanted>) -> Result<()> {
        let key = wanted.map(|wanted| display_key(&display_name(&wanted.first_name, &wanted.last_name)));
        let sql = "update mailboxes set wanted = $3, wanted_key = $4, version = version + 1 where domain_id = $1 \
                   and id = $2";
        self.exec_one(sql, args![locked.domain.id, id, wanted, key]).await
    }

    /// Changes the status of a mailbox that dimail has, unless it already has another one.
    pub async fn move_mailbox<R>(
        &mut self,
        locked: &Locked<R>,
        id: MailboxId,
        from: MailboxStatus,
        to: MailboxStatus,
    ) -> Result<()> {
        let sql = "update mailboxes set status = $4, version = version + 1 where domain_id = $1 and id = $2 \
                   and status = $3";
        self.exec_any(sql, args![locked.domain.id, id, from, to]).await?;
        if to == MailboxStatus::Enabled { Ok(()) } else { self.end_login_links(id).await }
    }
}
