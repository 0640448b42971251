//! The outbox: emails stored in the transaction of the change that causes them. A portal that has lost
//! its lease of an email changes nothing: the email was withdrawn, or another portal sends it.

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::rate_limits::Limit;
use super::{Allowed, Denied, Fault, Lease, MayWrite, Result, Store, Tx};
use crate::model::retry::Series;
use crate::model::user::{Actor, COMMAND};
use crate::model::{
    DomainId, Email, EmailAddress, EmailContent, EmailId, EmailState, EmailView, GivenUp, InvitationId, Language,
    MailboxId, PortalId, Right, Timestamp, User,
};

/// An email to be stored.
#[derive(Clone, Debug)]
pub struct NewEmail {
    /// The domain it is about.
    pub domain_id: Option<DomainId>,
    /// The mailbox it is about.
    pub mailbox_id: Option<MailboxId>,
    /// The invitation whose link it contains.
    pub invitation_id: Option<InvitationId>,
    /// The name of the person who caused it.
    pub actor_name: Option<String>,
    /// The address it goes to.
    pub recipient: String,
    /// The language it is written in.
    pub language: Language,
    /// Its content.
    pub content: EmailContent,
}

impl NewEmail {
    /// An email about a domain.
    pub fn about(domain_id: DomainId, recipient: String, language: Language, content: EmailContent) -> Self {
        Self { domain_id: Some(domain_id), ..Self::to_account(recipient, language, content) }
    }

    /// An email to a person about their account, in their language or else in `language`.
    pub fn to_user(user: &User, language: Language, content: EmailContent) -> Self {
        Self::to_account(user.email.clone(), user.language.unwrap_or(language), content)
    }

    /// An email about an account, without a domain.
    pub fn to_account(recipient: String, language: Language, content: EmailContent) -> Self {
        let (domain_id, mailbox_id, invitation_id, actor_name) = (None, None, None, None);
        Self { domain_id, mailbox_id, invitation_id, actor_name, recipient, language, content }
    }

    /// The same, caused by `actor`, if that is a person with an account or an operator.
    pub fn by(self, actor: &Actor) -> Self {
        let is_named = actor.id.is_some() || actor.origin.as_deref() == Some(COMMAND);
        Self { actor_name: is_named.then(|| actor.name.clone()), ..self }
    }
}

/// An email that was put into the outbox.
#[derive(Clone, Debug)]
pub struct QueuedEmail {
    /// Its key.
    pub id: EmailId,
    /// The address to which it goes.
    pub recipient: String,
    /// When it may leave, if too many emails left for its address already.
    pub waits_until: Option<Timestamp>,
}

/// The trouble of an email that waits for the next day.
const TOO_MANY: &str = "too many emails to this address in a day";

/// Which emails may be claimed at `$1`, of all queues.
pub(super) const CLAIMABLE: &str = "state = 'waiting' and due_at <= $1 and (lease_until is null or lease_until <= $1)";

from_row! { Email {
    id, recipient, language, content, mailbox_id, invitation_id, attempts, created_at, series: row,
    was_away as Flag, refused_at
} }
from_row! { Series { attempts = "tries", first_attempt_at } }

/// The columns of an email that pages show.
pub(super) const SHOWN: &str = "emails.id as email_id, emails.kind as email_kind, emails.content as email_content, \
     emails.actor_name as email_actor_name, emails.invitation_id as email_invitation, emails.recipient, \
     emails.state as email_state, emails.created_at as emailed_at, emails.finished_at as email_finished_at, \
     emails.due_at as email_due_at, emails.attempts as email_attempts, \
     case when emails.trouble is null then 0 else 1 end as email_has_trouble, emails.given_up";

from_row! { EmailView {
    to_user = "email_kind", content = "email_content", actor_name = "email_actor_name", invitation = "email_invitation", recipient, state = "email_state", created_at = "emailed_at",
    finished_at = "email_finished_at", due_at = "email_due_at", attempts = "email_attempts",
    has_trouble = "email_has_trouble" as Flag, given_up
} }

/// The queues of emails.
#[derive(Clone, Copy, Debug)]
pub enum EmailQueue {
    /// Those with a new password, for which dimail is asked.
    Passwords,
    /// All others.
    Others,
}

impl EmailQueue {
    pub(super) fn condition(self) -> &'static str {
        match self {
            Self::Passwords => "kind = 'new_password'",
            Self::Others => "(kind is null or kind <> 'new_password')",
        }
    }
}

impl Store {
    /// Claims the email of a queue that has been due for the longest time.
    pub async fn claim_email(&self, queue: EmailQueue, lease: &Lease) -> Result<Option<Email>> {
        let (skip, kinds) = (self.dialect.skip_locked("emails"), queue.condition());
        let sql = format!(
            "update emails set lease_holder = $2, lease_until = $3, attempts = attempts + 1, last_attempt_at = $1, \
             tries = case when last_attempt_at >= $4 then tries + 1 else 1 end, \
             first_attempt_at = case when last_attempt_at >= $4 then coalesce(first_attempt_at, $1) else $1 end \
             where id = (select id from emails where {CLAIMABLE} and {kinds} order by due_at, id limit 1 {skip}) and {CLAIMABLE} \
             returning id, recipient, language, content, mailbox_id, invitation_id, attempts, created_at, tries, \
             first_attempt_at, was_away, refused_at"
        );
        self.claimed(AssertSqlSafe(sql), args![self.clock.now(), lease.holder, lease.until, lease.started_at]).await
    }

    /// Extends the lease of an email that a portal is still sending.
    pub async fn renew_email(&self, id: EmailId, lease: &Lease) -> Result<()> {
        let sql = "update emails set lease_until = $3 where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![id, lease.holder, lease.until]).await
    }

    /// Ends an email that this portal holds, in the given state.
    pub async fn finish_email(
        &self,
        email: &Email,
        holder: PortalId,
        state: EmailState,
        trouble: Option<&str>,
    ) -> Result<()> {
        let sql = "update emails set state = $3, trouble = $4, finished_at = $5, lease_holder = null, \
                   lease_until = null where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![email.id, holder, state, trouble, self.clock.now()]).await
    }

    /// Gives up an email for good, if this portal holds its lease.
    pub async fn give_up_email(&self, email: &Email, holder: PortalId, cause: GivenUp, trouble: &str) -> Result<()> {
        let sql = "update emails set state = 'given_up', given_up = $3, trouble = $4, finished_at = $5, \
                   lease_holder = null, lease_until = null where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![email.id, holder, cause, trouble, self.clock.now()]).await
    }

    /// Deletes an email that this portal holds, so that no trace shows that it was requested.
    pub async fn delete_email(&self, email: &Email, holder: PortalId) -> Result<()> {
        let sql = "delete from emails where id = $1 and lease_holder = $2 and state = 'waiting'";
        self.exec_any(sql, args![email.id, holder]).await
    }

    /// Postpones an email that this portal holds until `due_at`, with its attempts so far, and whether the
    /// last one had no answer at all.
    pub async fn postpone_email(
        &self,
        email: &Email,
        holder: PortalId,
        due_at: Timestamp,
        trouble: &str,
        (series, is_away): (Series, bool),
    ) -> Result<()> {
        let sql = "update emails set due_at = $3, trouble = $4, lease_holder = null, lease_until = null, tries = $5, \
                   first_attempt_at = $6, was_away = $7 where id = $1 and lease_holder = $2 and state = 'waiting'";
        let args = args![email.id, holder, due_at, trouble, series.attempts, series.first_attempt_at, Flag(is_away)];
        self.exec_any(sql, args).await
    }

    /// Releases all emails that a portal holds; called at shutdown.
    pub async fn free_emails(&self, holder: PortalId) -> Result<()> {
        let sql = "update emails set lease_holder = null, lease_until = null where lease_holder = $1 \
                   and state = 'waiting'";
        self.exec_any(sql, args![holder]).await
    }

    /// When the email from a domain to an address leaves that waits because too many left already today.
    pub async fn email_waits_until<R: Right>(&self, by: &Allowed<R>, recipient: &str) -> Result<Option<Timestamp>> {
        let sql = "select due_at from emails where domain_id = $1 and state in ('waiting', 'held', 'given_up') \
                   and (trouble is not null or state = 'held') and trouble = $3 and mailbox_id is null \
                   and recipient = $2 and due_at > $4 order by id limit 1";
        self.first_value(sql, args![by.domain().id, recipient, TOO_MANY, self.clock.now()]).await
    }
}

impl Tx {
    /// Puts an email into the outbox that gives access to the mailbox of the proof because a person asked
    /// for it.
    pub async fn insert_access_email(&mut self, may: &MayWrite, new: &NewEmail) -> Result<QueuedEmail> {
        let sql = "select id from mailboxes where domain_id = $1 and local_part = $2 and id = $3";
        if !self.exists(sql, args![may.domain(), may.part(), new.mailbox_id]).await? {
            return Err(Fault::Denied(Denied::Forbidden));
        }
        self.queue_email(new).await
    }

    /// Puts an email into the outbox.
    pub async fn insert_email(&mut self, new: &NewEmail) -> Result<EmailId> {
        Ok(self.queue_email(new).await?.id)
    }

    /// Puts an email into the outbox. If too many left for its address already, it waits for the next day.
    pub async fn queue_email(&mut self, new: &NewEmail) -> Result<QueuedEmail> {
        let now = self.clock.now();
        let id = EmailId::new(now);
        let due_at = match new.domain_id {
            Some(domain) => self.may_leave_at(domain, &new.recipient, now).await?,
            None => now,
        };
        let waits_until = (due_at > now).then_some(due_at);
        let sql = "insert into emails (id, domain_id, mailbox_id, recipient, language, content, state, created_at, \
                   due_at, invitation_id, kind, trouble, actor_name) \
                   values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10, $11, $12)";
        let args = args![
            id,
            new.domain_id,
            new.mailbox_id,
            &new.recipient,
            new.language,
            &new.content,
            now,
            due_at,
            new.invitation_id,
            new.content.to_user(),
            waits_until.map(|_| TOO_MANY),
            &new.actor_name
        ];
        self.exec_one(sql, args).await?;
        Ok(QueuedEmail { id, recipient: new.recipient.clone(), waits_until })
    }

    /// When the next email from a domain to an address may leave, `now` at the earliest, and records that it
    /// leaves then.
    pub(super) async fn may_leave_at(
        &mut self,
        domain: DomainId,
        recipient: &str,
        now: Timestamp,
    ) -> Result<Timestamp> {
        // All domains that were never enabled count as one, because anyone may add them.
        let sql = "select case when first_enabled_at is null then '' else name end from domains where id = $1";
        let scope: Option<String> = self.first_value(sql, args![domain]).await?;
        let key = EmailAddress::parse(recipient).map_or_else(|_| recipient.to_lowercase(), |address| address.key());
        let subject = format!("{} {:x}", scope.unwrap_or_default(), Sha256::digest(key.as_bytes()));
        self.next_slot(Limit::EMAIL_ADDRESS, &subject, (self.emails_per_address, now)).await
    }
}
