//! New mailboxes: which local parts and names are free, and the row.

use sqlx::AssertSqlSafe;

use super::args::{Args, args};
use super::{Allowed, Locked, MayWrite, Result, Store, Tx};
use crate::model::address::{LocalPart, local_part_in};
use crate::model::id::{DomainId, MailboxId};
use crate::model::mailbox::NewMailbox;
use crate::model::name::{directory_key, display_key, search_text};
use crate::model::role::ManageMailboxes;
use crate::model::time::Timestamp;
use crate::model::user::Language;

/// How many local parts one statement looks up.
pub const LOCAL_PARTS_AT_ONCE: usize = 20;

/// The statement and the arguments of the first `LOCAL_PARTS_AT_ONCE` of these local parts that mailboxes have.
fn taken(domain: DomainId, parts: &[LocalPart]) -> (String, Args) {
    // Looked up one by one: a common prefix may match a large part of the domain.
    let places: Vec<String> = (0..LOCAL_PARTS_AT_ONCE).map(|n| format!("${}", n + 2)).collect();
    let places = places.join(", ");
    let sql = format!("select local_part from mailboxes where domain_id = $1 and local_part in ({places})");
    // The statement's text is always the same; unused places are empty, which no local part is.
    let texts = parts.iter().map(LocalPart::as_str).chain(std::iter::repeat(""));
    (sql, texts.take(LOCAL_PARTS_AT_ONCE).fold(args![domain], Args::with))
}

/// The statement and the arguments of the mailbox of a domain, other than one, that has or will have a display name,
/// or may get it by a call that may still act.
fn holder(domain: DomainId, display_name: &str, except: Option<MailboxId>) -> (&'static str, Args) {
    let sql = "select local_part from mailboxes where domain_id = $1 and (display_key = $2 or wanted_key = $2) \
               and id <> coalesce($3, '') union all select mailboxes.local_part from sent_calls \
               join jobs on jobs.id = sent_calls.job_id join mailboxes on mailboxes.id = jobs.object \
               where sent_calls.display_key = $2 and jobs.domain_id = $1 and jobs.kind = 'mailbox' \
               and mailboxes.id <> coalesce($3, '') limit 1";
    (sql, args![domain, display_key(display_name), except])
}

impl Store {
    /// The address of the mailbox of the domain that has or will have this display name, for a page.
    pub async fn holder_of_name(&self, by: &Allowed<ManageMailboxes>, display_name: &str) -> Result<Option<String>> {
        let (sql, args) = holder(by.domain().id, display_name, None);
        let found: Option<LocalPart> = self.first_value(sql, args).await?;
        Ok(found.map(|part| part.at(&by.domain().name)))
    }

    /// Which of these local parts belong to mailboxes of the domain, for a page. Only the first
    /// `LOCAL_PARTS_AT_ONCE` are looked up.
    pub async fn taken_local_parts(&self, by: &Allowed<ManageMailboxes>, parts: &[LocalPart]) -> Result<Vec<String>> {
        let (sql, args) = taken(by.domain().id, parts);
        self.values(AssertSqlSafe(sql), args).await
    }
}

impl Tx {
    /// The mailbox of the locked domain, other than `except`, that has or will have this display name, or may
    /// get it by a call that may still act.
    pub async fn holder_of_name<R>(
        &mut self,
        locked: &Locked<R>,
        display_name: &str,
        except: Option<MailboxId>,
    ) -> Result<Option<String>> {
        let (sql, args) = holder(locked.domain.id, display_name, except);
        let found: Option<LocalPart> = self.first_value(sql, args).await?;
        Ok(found.map(|part| part.at(&locked.domain.name)))
    }

    /// The mailbox of the locked domain that this form asked for since then, if it is at this address.
    pub async fn asked_for_by<R>(
        &mut self,
        locked: &Locked<R>,
        address: &str,
        request: &str,
        since: Timestamp,
    ) -> Result<Option<LocalPart>> {
        let part = address.split_once('@').map_or(address, |(part, _)| part);
        let sql = "select local_part from mailboxes where domain_id = $1 and local_part = $2 and request = $3 \
                   and created_at > $4";
        self.first_value(sql, args![locked.domain.id, part, request, since]).await
    }

    /// Which of these local parts belong to mailboxes of the locked domain. Only the first
    /// `LOCAL_PARTS_AT_ONCE` are looked up.
    pub async fn taken_local_parts<R>(&mut self, locked: &Locked<R>, parts: &[LocalPart]) -> Result<Vec<String>> {
        let (sql, args) = taken(locked.domain.id, parts);
        self.values(AssertSqlSafe(sql), args).await
    }

    /// Adds a pending mailbox to the locked domain, at the address of the proof.
    pub async fn insert_mailbox(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        may: &MayWrite,
        new: &NewMailbox,
        language: Language,
    ) -> Result<MailboxId> {
        if let Some(secondary) = &new.secondary_email {
            self.check_leads(may, &secondary.to_string()).await?;
        }
        let now = self.clock.now();
        let id = MailboxId::new(now);
        let domain = &locked.domain;
        let address = may.part().at(&domain.name);
        let (first, last) = (new.first_name.as_str(), new.last_name.as_str());
        let secondary = new.secondary_email.as_ref().map(ToString::to_string);
        let secondary_search = secondary.as_deref().map_or_else(String::new, |email| search_text(&[email]));
        let target = secondary.as_deref().and_then(|email| local_part_in(email, &domain.name));
        let sql = "insert into mailboxes (id, domain_id, local_part, first_name, last_name, display_key, name_key, \
                   search, secondary_email, secondary_search, secondary_target, known, status, cleared, language, \
                   created_at, request) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'new', 'pending', $12, \
                   $13, $14, $15)";
        let args = args![
            id,
            may.domain(),
            may.part(),
            first,
            last,
            display_key(&new.display_name()),
            directory_key(first, last),
            search_text(&[&address, first, last]),
            secondary,
            secondary_search,
            target,
            may.clears(),
            language,
            now,
            new.request.as_deref()
        ];
        self.exec_one(sql, args).await?;
        self.count_mailboxes(locked, 1).await?;
        Ok(id)
    }
}
