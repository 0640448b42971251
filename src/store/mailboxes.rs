//! Mailboxes: their rows, and what the page of one shows.

use sqlx::AssertSqlSafe;

use super::access::allowed;
use super::args::args;
use super::changes::VIEWED;
use super::columns::{Flag, Parts, from_row};
use super::domain_row::{DOMAIN_COLUMNS, OWN_ROLE};
use super::emails::SHOWN;
use super::guard::{Place, levels};
use super::job_view::JOB_VIEWED;
use super::{Allowed, Denied, Fault, Locked, MayWrite, Result, SignedIn, Store, Tx};
use crate::model::address::{DomainName, LocalPart};
use crate::model::change::{ChangeView, JobView};
use crate::model::domain::Domain;
use crate::model::email::EmailView;
use crate::model::guard::Guard;
use crate::model::id::MailboxId;
use crate::model::list::DomainRow;
use crate::model::mailbox::Mailbox;
use crate::model::role::{ManageMailboxes, Permission, Right, SeeDomain};

pub(super) const MAILBOX_COLUMNS: &str = "mailboxes.id as mailbox_id, mailboxes.local_part, mailboxes.first_name, \
     mailboxes.last_name, mailboxes.secondary_email, mailboxes.wants, mailboxes.known, \
     mailboxes.status as mailbox_status, mailboxes.reason, mailboxes.to_hand_over, mailboxes.sheet_shown, \
     mailboxes.wanted, mailboxes.version, mailboxes.created_at as mailbox_created_at, \
     mailboxes.language as mailbox_language, mailboxes.there_since, mailboxes.is_pushed";

from_row! { Mailbox {
    id = "mailbox_id", local_part, first_name, last_name, secondary_email, wants, known,
    status = "mailbox_status", reason, to_hand_over as Flag, sheet_shown as Flag, wanted,
    language = "mailbox_language", version, created_at = "mailbox_created_at", there_since, is_pushed as Flag
} }

/// A mailbox and its domain, as the portal needs them to make a step or write an email.
#[derive(Clone, Debug)]
pub struct MailboxInDomain {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its domain.
    pub domain: Domain,
    /// The highest guard that the person passed who last asked for its creation.
    pub cleared: Guard,
}

from_row! { MailboxInDomain { mailbox: row, domain: row, cleared } }

/// A mailbox as its page shows it.
#[derive(Clone, Debug)]
pub struct MailboxPage {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its job.
    pub job: Option<JobView>,
    /// Its last change, if it waits, or was refused or given up without an answer to the person.
    pub change: Option<ChangeView>,
    /// The last email that gives access to it, for people who may edit it.
    pub email: Option<EmailView>,
    /// The aliases that have it as a destination, 50 at most; and one that has its address.
    pub aliases: Vec<LocalPart>,
    /// The guard of its address.
    pub guard: Guard,
}

/// The domain of a mailbox with a person's role on it, and what the mailbox's page shows.
struct MailboxRow {
    place: DomainRow,
    mailbox: Option<Mailbox>,
    job: Option<JobView>,
    change: Option<ChangeView>,
    email: Option<EmailView>,
    aliases: Vec<LocalPart>,
    guard: Guard,
}

from_row! { MailboxRow {
    place: row, mailbox: row if "mailbox_id", job: row if "job_id", change: row if "object_kind",
    email: row if "email_id",
    aliases = "alias_parts" as Parts, guard
} }

const MAILBOX_PAGE: &str = "from domains \
     left join members on members.domain_id = domains.id and members.user_id = $3 \
     left join mailboxes on mailboxes.domain_id = domains.id and mailboxes.local_part = $4 \
     left join jobs on jobs.domain_id = domains.id and jobs.kind = 'mailbox' and jobs.object = mailboxes.id \
     left join changes on changes.domain_id = domains.id and changes.sequence = (select max(last.sequence) \
     from changes as last where last.domain_id = domains.id and last.object_kind = 'mailbox' \
     and last.object = mailboxes.id) and (changes.outcome = 'waiting' \
     or changes.outcome in ('refused', 'given_up') and changes.told = 0) \
     left join emails on emails.id = (select last.id from emails as last where last.domain_id = domains.id \
     and last.mailbox_id = mailboxes.id and last.kind in ('new_mailbox', 'login_link', 'new_password') \
     order by last.id desc limit 1) where domains.name = $2";
/// Where the statement of a mailbox's page finds what the guard of its address depends on.
const GUARDED: Place<'static> = Place {
    domain_id: "(select domains.id from domains where domains.name = $2)",
    domain_name: "cast($2 as text)",
    now: "$1",
};
/// The aliases that lead to a mailbox, and one that has its address.
const LEADING: &str = "coalesce((select string_agg(found.local_part, ' ') from \
     (select local_part from aliases where domain_id = domains.id and target = $4 and status <> 'failed' \
     union select local_part from aliases where domain_id = domains.id and local_part = $4 and status <> 'failed' \
     order by local_part limit 50) as found), '') as alias_parts";

impl<R: Right> Allowed<R> {
    /// The local part of the person's own address if it is in this domain, else an empty string.
    #[must_use]
    pub fn own_local_part(&self) -> String {
        let address = self.actor().email.to_lowercase();
        let own = address.strip_suffix(self.domain().name.as_str()).and_then(|rest| rest.strip_suffix('@'));
        own.unwrap_or_default().to_owned()
    }

    /// Removes what this person may not see: the secondary addresses of others.
    pub(super) fn without_hidden_fields(&self, mut mailbox: Mailbox) -> Mailbox {
        if !self.holds(&mailbox) && !self.can(Permission::ManageMailboxes) {
            mailbox.secondary_email = None;
            mailbox.wanted = None;
        }
        mailbox
    }
}

impl Store {
    /// One mailbox of a domain.
    pub async fn mailbox<R: Right>(&self, by: &Allowed<R>, part: &LocalPart) -> Result<Option<Mailbox>> {
        let sql = format!("select {MAILBOX_COLUMNS} from mailboxes where domain_id = $1 and local_part = $2");
        let mailbox = self.first(AssertSqlSafe(sql), args![by.domain().id, part]).await?;
        Ok(mailbox.map(|mailbox| by.without_hidden_fields(mailbox)))
    }

    /// The proof that `person` may see the domain called `name`, with what the page of one of its mailboxes
    /// shows, if there is one with this local part.
    pub async fn mailbox_page(
        &self,
        person: &SignedIn,
        name: &DomainName,
        part: &LocalPart,
    ) -> Result<(Allowed<SeeDomain>, Option<MailboxPage>)> {
        let guard = levels(GUARDED, &["$4".to_owned()]);
        let sql = format!(
            "select {DOMAIN_COLUMNS}, {OWN_ROLE}, {MAILBOX_COLUMNS}, {JOB_VIEWED}, {VIEWED}, {SHOWN}, {LEADING}, \
             (select found.level from ({guard}) as found) as guard {MAILBOX_PAGE}"
        );
        let args = args![self.clock.now(), name, person.user().id, part];
        let found: Option<MailboxRow> = self.first(AssertSqlSafe(sql), args).await?;
        let found = found.ok_or(Fault::Denied(Denied::Unknown))?;
        let by: Allowed<SeeDomain> = allowed(person, Some(found.place), None)?;
        let Some(mailbox) = found.mailbox else { return Ok((by, None)) };
        let email = found.email.filter(|_| by.may_tend(&mailbox));
        let (job, change, aliases, guard) = (found.job, found.change, found.aliases, found.guard);
        let mailbox = by.without_hidden_fields(mailbox);
        Ok((by, Some(MailboxPage { mailbox, job, change, email, aliases, guard })))
    }

    /// A mailbox and its domain, for the portal's own work.
    pub async fn mailbox_in_domain(&self, id: MailboxId) -> Result<Option<MailboxInDomain>> {
        let sql = format!(
            "select {MAILBOX_COLUMNS}, mailboxes.cleared, {DOMAIN_COLUMNS} from mailboxes \
             join domains on domains.id = mailboxes.domain_id where mailboxes.id = $1"
        );
        self.first(AssertSqlSafe(sql), args![id]).await
    }
}

impl Tx {
    pub(super) async fn count_mailboxes<R>(&mut self, locked: &Locked<R>, change: i64) -> Result<()> {
        let sql = "update domains set mailboxes = mailboxes + $2 where id = $1";
        self.exec_one(sql, args![locked.domain.id, change]).await?;
        // A new one neither failed nor is to be handed over.
        if change < 0 { self.count_todo(locked).await } else { Ok(()) }
    }

    /// The mailbox of the locked domain with this id, read under the lock.
    pub async fn mailbox_by_id<R>(&mut self, locked: &Locked<R>, id: MailboxId) -> Result<Option<Mailbox>> {
        let sql = format!("select {MAILBOX_COLUMNS} from mailboxes where domain_id = $1 and id = $2");
        self.first(AssertSqlSafe(sql), args![locked.domain.id, id]).await
    }

    /// The mailbox of the locked domain with this local part, read under the lock.
    pub async fn mailbox<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<Option<Mailbox>> {
        let sql = format!("select {MAILBOX_COLUMNS} from mailboxes where domain_id = $1 and local_part = $2");
        self.first(AssertSqlSafe(sql), args![locked.domain.id, part]).await
    }

    /// Records that the password of a mailbox was handed over to its user; `false` if it was so before.
    pub async fn note_handed_over(
        &mut self,
        locked: &Locked<ManageMailboxes>,
        may: &MayWrite,
        id: MailboxId,
    ) -> Result<bool> {
        let sql = "update mailboxes set to_hand_over = 0, sheet_shown = 0 where domain_id = $1 and id = $2 \
                   and local_part = $3 and (to_hand_over = 1 or sheet_shown = 1)";
        let is_new = self.changes(sql, args![locked.domain.id, id, may.part()]).await?;
        self.count_todo(locked).await?;
        Ok(is_new)
    }
}
