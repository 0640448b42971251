//! Mailboxes: rows, list, and where each stands.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::domains::{DOMAIN_COLUMNS, read_domain};
use super::paging::{Sorted, all_on_one_page, bounds, page};
use super::{Allowed, ByPortal, Fault, Locked, Store, Tx, columns};
use crate::model::address::LocalPart;
use crate::model::domain::Domain;
use crate::model::id::MailboxId;
use crate::model::list::{AskedMailboxes, MailboxSort, Rows};
use crate::model::mailbox::{Mailbox, MailboxStatus, NewMailbox};
use crate::model::name::{display_key, search_patterns, search_text};
use crate::model::order::Reason;
use crate::model::role::{ManageMailboxes, Permission, Right};
use crate::model::user::Language;

pub(super) const MAILBOX_COLUMNS: &str = "mailboxes.id as mailbox_id, mailboxes.local_part, mailboxes.first_name, \
     mailboxes.last_name, mailboxes.secondary_email, mailboxes.status as mailbox_status, mailboxes.reason, \
     mailboxes.to_hand_over, mailboxes.wanted, mailboxes.version, mailboxes.created_at as mailbox_created_at, \
     mailboxes.language as mailbox_language";

pub(super) fn read_mailbox(row: &AnyRow) -> Result<Mailbox, Fault> {
    let local_part = columns::text(row, "local_part")?;
    Ok(Mailbox {
        id: columns::id(row, "mailbox_id")?,
        local_part: LocalPart::parse(&local_part).map_err(|_| Fault::Unreadable { column: "local_part" })?,
        first_name: columns::text(row, "first_name")?,
        last_name: columns::text(row, "last_name")?,
        secondary_email: columns::text_or_null(row, "secondary_email")?,
        status: columns::word(row, "mailbox_status", MailboxStatus::from_word)?,
        reason: columns::json_or_null(row, "reason")?,
        to_hand_over: columns::flag(row, "to_hand_over")?,
        wanted: columns::json_or_null(row, "wanted")?,
        language: columns::word(row, "mailbox_language", Language::from_code)?,
        version: columns::number(row, "version")?,
        created_at: columns::moment(row, "mailbox_created_at")?,
    })
}

/// Stands for all mailboxes where a local part is compared: no local part has this character.
const EVERYBODY: &str = "*";

/// A mailbox with its domain, as the portal needs them to carry out an order or write a letter.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its domain.
    pub domain: Domain,
}

impl<R: Right> Allowed<R> {
    /// The local part of the person's own address where it lies in this domain, else nothing.
    #[must_use]
    pub fn own_local_part(&self) -> String {
        let address = self.actor().email.to_lowercase();
        let own = address.strip_suffix(self.domain().name.as_str()).and_then(|rest| rest.strip_suffix('@'));
        own.unwrap_or_default().to_owned()
    }

    /// Takes out what this person may not see: secondary addresses of others.
    fn veil(&self, mut mailbox: Mailbox) -> Mailbox {
        let own = mailbox.local_part.as_str() == self.own_local_part();
        if !own && !self.can(Permission::ManageMailboxes) {
            mailbox.secondary_email = None;
            mailbox.wanted = None;
        }
        mailbox
    }
}

impl Store {
    /// The mailboxes of a domain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailboxes<R: Right>(&self, by: &Allowed<R>, asked: &AskedMailboxes) -> Result<Rows<Mailbox>, Fault> {
        let column = match asked.sort {
            MailboxSort::Address => "mailboxes.local_part",
            MailboxSort::Name => "mailboxes.name_key",
            MailboxSort::Status => "mailboxes.status",
            MailboxSort::Created => "mailboxes.id",
        };
        let sorted = Sorted { column, id: "mailboxes.id", numeric: false, reverse: asked.reverse };
        // Secondary addresses: all for those who manage mailboxes, one's own for others.
        let seen = if by.can(Permission::ManageMailboxes) { EVERYBODY.to_owned() } else { by.own_local_part() };
        let searched = "(mailboxes.search || case when $7 in ('*', mailboxes.local_part) \
                        then mailboxes.secondary_search else '' end)";
        let from = format!(
            "from mailboxes where mailboxes.domain_id = $1 and ($2 = '' or mailboxes.status = $2) \
             and {searched} like $3 and {searched} like $4 and {searched} like $5 and {searched} like $6"
        );
        let domain = by.domain().id.to_string();
        let [one, two, three, four] = search_patterns(&asked.q);
        let status = asked.status.map_or("", MailboxStatus::word);
        let sql = format!(
            "select {MAILBOX_COLUMNS}, {column} as sort_value, mailboxes.id as sort_id {from} and {}",
            sorted.clauses(&asked.position, 8)
        );
        let (cursor_value, cursor_id) = bounds(&asked.position);
        let found = sqlx::query(AssertSqlSafe(sql))
            .bind(&domain)
            .bind(status)
            .bind(&one)
            .bind(&two)
            .bind(&three)
            .bind(&four)
            .bind(&seen)
            .bind(cursor_value)
            .bind(cursor_id)
            .fetch_all(&self.pool)
            .await?;
        let everything = status.is_empty() && one == "%";
        let total = if everything {
            by.domain().mailboxes
        } else if let Some(all) = all_on_one_page(&asked.position, &found) {
            all
        } else {
            sqlx::query(AssertSqlSafe(format!("select count(*) as total {from}")))
                .bind(&domain)
                .bind(status)
                .bind(one)
                .bind(two)
                .bind(three)
                .bind(four)
                .bind(seen)
                .fetch_one(&self.pool)
                .await?
                .try_get("total")?
        };
        page(found, &asked.position, total, |row| read_mailbox(row).map(|mailbox| by.veil(mailbox)))
    }

    /// One mailbox of a domain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailbox<R: Right>(&self, by: &Allowed<R>, part: &LocalPart) -> Result<Option<Mailbox>, Fault> {
        let sql = format!("select {MAILBOX_COLUMNS} from mailboxes where domain_id = $1 and local_part = $2");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(by.domain().id.to_string())
            .bind(part.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read_mailbox(&row).map(|mailbox| by.veil(mailbox))).transpose()
    }

    /// A mailbox with its domain, for the portal's own work.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn holder_of(&self, id: MailboxId) -> Result<Option<Holder>, Fault> {
        let sql = format!(
            "select {MAILBOX_COLUMNS}, {DOMAIN_COLUMNS} from mailboxes \
             join domains on domains.id = mailboxes.domain_id where mailboxes.id = $1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(&self.pool).await?;
        row.map(|row| Ok(Holder { mailbox: read_mailbox(&row)?, domain: read_domain(&row)? })).transpose()
    }
}

impl Tx {
    /// The mailbox of the locked domain that holds this display name, or will, if one other than
    /// `except` does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn holder_of_name<R>(
        &mut self,
        locked: &Locked<R>,
        display_name: &str,
        except: Option<MailboxId>,
    ) -> Result<Option<String>, Fault> {
        let row: Option<(String,)> = sqlx::query_as(
            "select local_part from mailboxes where domain_id = $1 and (display_key = $2 or wanted_key = $2) \
             and id <> $3 limit 1",
        )
        .bind(locked.domain.id.to_string())
        .bind(display_key(display_name))
        .bind(except.map_or_else(String::new, |id| id.to_string()))
        .fetch_optional(&mut *self.sql)
        .await?;
        Ok(row.map(|(local_part,)| format!("{local_part}@{}", locked.domain.name)))
    }

    /// The local parts of the locked domain that begin like this one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn local_parts_like<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<Vec<String>, Fault> {
        // The last characters may give way to a number, and `_` matches more than itself:
        // whoever asks compares the answer again.
        let stem: String = part.as_str().chars().take(60).collect();
        let rows: Vec<(String,)> =
            sqlx::query_as("select local_part from mailboxes where domain_id = $1 and local_part like $2")
                .bind(locked.domain.id.to_string())
                .bind(format!("{stem}%"))
                .fetch_all(&mut *self.sql)
                .await?;
        Ok(rows.into_iter().map(|(part,)| part).collect())
    }

    /// Adds a pending mailbox to the locked domain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert_mailbox(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        new: &NewMailbox,
        language: Language,
    ) -> Result<MailboxId, Fault> {
        let now = self.clock.now();
        let id = MailboxId::new(now);
        let domain = &locked.domain;
        let address = new.local_part.at(&domain.name);
        let (first, last) = (new.first_name.as_str(), new.last_name.as_str());
        let secondary = new.secondary_email.as_ref().map(ToString::to_string);
        let secondary_search = secondary.as_deref().map_or_else(String::new, |email| search_text(&[email]));
        sqlx::query(
            "insert into mailboxes (id, domain_id, local_part, first_name, last_name, display_key, name_key, search, \
             secondary_email, secondary_search, status, language, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, $12)",
        )
        .bind(id.to_string())
        .bind(domain.id.to_string())
        .bind(new.local_part.as_str())
        .bind(first)
        .bind(last)
        .bind(display_key(&new.display_name()))
        .bind(search_text(&[last, first]))
        .bind(search_text(&[&address, first, last]))
        .bind(secondary)
        .bind(secondary_search)
        .bind(language.code())
        .bind(now.0)
        .execute(&mut *self.sql)
        .await?;
        self.count_mailboxes(locked, 1).await?;
        Ok(id)
    }

    pub(super) async fn count_mailboxes<R>(&mut self, locked: &Locked<R>, change: i64) -> Result<(), Fault> {
        sqlx::query("update domains set mailboxes = mailboxes + $2 where id = $1")
            .bind(locked.domain.id.to_string())
            .bind(change)
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }

    /// The mailbox of the locked domain with this local part, as it is under the lock.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mailbox<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<Option<Mailbox>, Fault> {
        let sql = format!("select {MAILBOX_COLUMNS} from mailboxes where domain_id = $1 and local_part = $2");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(locked.domain.id.to_string())
            .bind(part.as_str())
            .fetch_optional(&mut *self.sql)
            .await?;
        row.as_ref().map(read_mailbox).transpose()
    }

    /// Makes a failed mailbox pending again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revive_mailbox<R>(&mut self, locked: &Locked<R>, id: MailboxId) -> Result<(), Fault> {
        sqlx::query(
            "update mailboxes set status = 'pending', reason = null, version = version + 1 \
             where domain_id = $1 and id = $2 and status = 'failed'",
        )
        .bind(locked.domain.id.to_string())
        .bind(id.to_string())
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Deletes a mailbox of the locked domain, with its orders.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn delete_mailbox<R>(&mut self, locked: &Locked<R>, id: MailboxId) -> Result<(), Fault> {
        let done = sqlx::query("delete from mailboxes where domain_id = $1 and id = $2")
            .bind(locked.domain.id.to_string())
            .bind(id.to_string())
            .execute(&mut *self.sql)
            .await?;
        if done.rows_affected() > 0 {
            self.count_mailboxes(locked, -1).await?;
        }
        Ok(())
    }

    /// Notes that dimail has a pending mailbox; without a secondary address its password is to be
    /// handed over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_mailbox(&mut self, locked: &Locked<ByPortal>, id: MailboxId) -> Result<(), Fault> {
        sqlx::query(
            "update mailboxes set status = 'enabled', reason = null, version = version + 1, \
             to_hand_over = case when secondary_email is null then 1 else 0 end \
             where domain_id = $1 and id = $2 and status in ('pending', 'failed')",
        )
        .bind(locked.domain.id.to_string())
        .bind(id.to_string())
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Notes that dimail refused a pending mailbox, or that it was given up.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fail_mailbox(
        &mut self,
        locked: &Locked<ByPortal>,
        id: MailboxId,
        reason: &Reason,
    ) -> Result<(), Fault> {
        sqlx::query(
            "update mailboxes set status = 'failed', reason = $3, version = version + 1 \
             where domain_id = $1 and id = $2 and status in ('pending', 'failed')",
        )
        .bind(locked.domain.id.to_string())
        .bind(id.to_string())
        .bind(columns::to_json(reason)?)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Notes that dimail has deleted a mailbox, but not its user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_user_left(
        &mut self,
        locked: &Locked<ByPortal>,
        id: MailboxId,
        reason: &Reason,
    ) -> Result<(), Fault> {
        sqlx::query(
            "update mailboxes set status = 'failed', reason = $3, version = version + 1, wanted = null, \
             wanted_key = null, to_hand_over = 0 where domain_id = $1 and id = $2",
        )
        .bind(locked.domain.id.to_string())
        .bind(id.to_string())
        .bind(columns::to_json(reason)?)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Notes that somebody saw the first password of a mailbox.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_handed_over(&mut self, locked: &Locked<ManageMailboxes>, id: MailboxId) -> Result<(), Fault> {
        sqlx::query("update mailboxes set to_hand_over = 0 where domain_id = $1 and id = $2")
            .bind(locked.domain.id.to_string())
            .bind(id.to_string())
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }
}
