//! What the import of a domain from dimail stores.

use crate::model::mailbox::MailboxStatus;
use crate::model::name::{directory_key, search_text};
use crate::model::{DomainId, DomainName, FoundMailbox, Language, MailboxId};
use crate::store::args::args;
use crate::store::{ByPortal, Locked, MayWrite, Result, Tx};

impl Tx {
    /// The id of the domain with this name.
    pub async fn domain_id(&mut self, name: &DomainName) -> Result<Option<DomainId>> {
        self.first_value("select id from domains where name = $1", args![name]).await
    }

    /// Adds a mailbox that dimail already has, with its display name there. It is in use, so its
    /// password does not have to be handed over. `None` if its local part or its display name is in use here.
    pub async fn adopt_mailbox(
        &mut self,
        locked: &Locked<ByPortal>,
        may: &MayWrite,
        found: &FoundMailbox,
        language: Language,
    ) -> Result<Option<MailboxId>> {
        let now = self.clock.now();
        let id = MailboxId::new(now);
        let address = may.part().at(&locked.domain.name);
        let status = if found.active { MailboxStatus::Enabled } else { MailboxStatus::Disabled };
        let sql = "insert into mailboxes (id, domain_id, local_part, first_name, last_name, display_key, name_key, \
                   search, status, language, created_at, there_since, wants, known) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $12) \
                   on conflict do nothing returning id";
        let args = args![
            id,
            locked.domain.id,
            may.part(),
            &found.first_name,
            &found.last_name,
            &found.display_key,
            directory_key(&found.first_name, &found.last_name),
            search_text(&[&address, &found.first_name, &found.last_name]),
            status,
            language,
            now,
            if found.active { "active" } else { "inactive" }
        ];
        let is_new = self.exists(sql, args).await?;
        if is_new {
            self.count_mailboxes(locked, 1).await?;
        }
        Ok(is_new.then_some(id))
    }
}
