//! What operators do with a whole domain: import it from dimail, or push it to dimail.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::name::search_text;
use crate::model::{DomainId, DomainName, FoundMailbox, Language, MailboxId};
use crate::store::args::args;
use crate::store::mailboxes::MAILBOX_COLUMNS;
use crate::store::{ByPortal, Locked, MayWrite, Result, Store, Tx};

/// The result for one mailbox of dimail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdoptedMailbox {
    /// It was added.
    Created(MailboxId),
    /// Its local part or its display name already exists in the portal.
    Taken,
}

impl Store {
    /// The mailboxes of a domain that dimail should have, sorted by address, for the portal itself and
    /// operators.
    pub async fn mailboxes_of(&self, domain: DomainId) -> Result<Vec<Mailbox>> {
        let sql = format!(
            "select {MAILBOX_COLUMNS} from mailboxes where domain_id = $1 and status in ('enabled', 'disabled') \
             order by local_part"
        );
        self.all(AssertSqlSafe(sql), args![domain]).await
    }
}

impl Tx {
    /// The id of the domain with this name.
    pub async fn domain_id(&mut self, name: &DomainName) -> Result<Option<DomainId>> {
        self.first_value("select id from domains where name = $1", args![name]).await
    }

    /// All local parts of the locked domain.
    pub async fn local_parts<R>(&mut self, locked: &Locked<R>) -> Result<BTreeSet<String>> {
        let sql = "select local_part from mailboxes where domain_id = $1";
        Ok(self.values(sql, args![locked.domain.id]).await?.into_iter().collect())
    }

    /// Adds a mailbox that dimail already has, with its display name there. It is in use, so its
    /// password does not have to be handed over.
    pub async fn adopt_mailbox(
        &mut self,
        locked: &Locked<ByPortal>,
        may: &MayWrite,
        found: &FoundMailbox,
        language: Language,
    ) -> Result<AdoptedMailbox> {
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
            search_text(&[&found.last_name, &found.first_name]),
            search_text(&[&address, &found.first_name, &found.last_name]),
            status,
            language,
            now,
            if found.active { "active" } else { "inactive" }
        ];
        let is_new = self.exists(sql, args).await?;
        if !is_new {
            return Ok(AdoptedMailbox::Taken);
        }
        self.count_mailboxes(locked, 1).await?;
        Ok(AdoptedMailbox::Created(id))
    }

    /// Records that a mailbox is made anew at dimail: the password of one without secondary address is to
    /// be handed over, because no person has seen it.
    pub async fn note_remade(&mut self, locked: &Locked<ByPortal>, id: MailboxId) -> Result<()> {
        let sql = "update mailboxes set there_since = $3, \
                   to_hand_over = case when secondary_email is null then 1 else to_hand_over end \
                   where domain_id = $1 and id = $2";
        self.exec_any(sql, args![locked.domain.id, id, self.clock.now()]).await
    }
}
