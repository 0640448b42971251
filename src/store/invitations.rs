//! Invitations, and the hashes of their links.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

use super::args::args;
use super::columns::from_row;
use super::domain_row::DOMAIN_COLUMNS;
use super::emails::SHOWN;
use super::rate_limits::Limit;
use super::{Allowed, Locked, Result, SignedIn, Store, Tx};
use crate::model::{
    Domain, EmailAddress, EmailView, Invitation, InvitationId, ManageMembers, Role, SeeDomain, Timestamp, UserId,
};

const INVITATION_COLUMNS: &str = "invitations.id as invitation_id, invitations.email as invited_email, \
     invitations.role as invited_role, invitations.inviter_id, \
     invitations.expires_at, users.name as inviter_name";

from_row! { Invitation {
    id = "invitation_id", email = "invited_email", role = "invited_role", inviter_id, inviter = "inviter_name",
    expires_at
} }

/// An invitation as the list of collaborators shows it.
#[derive(Clone, Debug)]
pub struct ListedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Its last email.
    pub email: Option<EmailView>,
}

from_row! { ListedInvitation { invitation: row, email: row if "email_id" } }

/// An invitation and its domain.
#[derive(Clone, Debug)]
pub struct OpenInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Its domain.
    pub domain: Domain,
    /// Whether the inviter still has the right to invite.
    pub is_backed: bool,
}

impl FromRow<'_, AnyRow> for OpenInvitation {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        let invitation = Invitation::from_row(row)?;
        let inviting: Option<Role> = row.try_get("inviting_role")?;
        let is_backed = inviting.is_some_and(|role| role.governs(invitation.role));
        Ok(Self { invitation, domain: Domain::from_row(row)?, is_backed })
    }
}

impl Store {
    /// The invitations of a domain, newest first, expired ones too.
    pub async fn invitations(&self, by: &Allowed<SeeDomain>) -> Result<Vec<ListedInvitation>> {
        let sql = format!(
            "select {INVITATION_COLUMNS}, {SHOWN} from invitations join users on users.id = invitations.inviter_id \
             left join emails on emails.id = (select max(last.id) from emails as last \
             where last.invitation_id = invitations.id) \
             where invitations.domain_id = $1 order by invitations.id desc"
        );
        self.all(AssertSqlSafe(sql), args![by.domain().id]).await
    }

    /// An invitation of a domain.
    pub async fn invitation(&self, by: &Allowed<ManageMembers>, id: InvitationId) -> Result<Option<Invitation>> {
        let sql = format!(
            "select {INVITATION_COLUMNS} from invitations join users on users.id = invitations.inviter_id \
             where invitations.domain_id = $1 and invitations.id = $2"
        );
        self.first(AssertSqlSafe(sql), args![by.domain().id, id]).await
    }

    /// The invitation of a link. The index is on the hash, so the timing of the lookup reveals nothing
    /// about the token.
    pub async fn invitation_of_link(&self, token_hash: &str) -> Result<Option<OpenInvitation>> {
        self.one_invitation(
            "join invitation_links on invitation_links.invitation_id = invitations.id \
             where invitation_links.token_hash = $1",
            token_hash,
        )
        .await
    }

    /// An invitation by its id, for the portal's own work.
    pub async fn invitation_of(&self, id: InvitationId) -> Result<Option<OpenInvitation>> {
        self.one_invitation("where invitations.id = $1", &id.to_string()).await
    }

    /// Stores the hash of a link that is about to be emailed; `false` if the invitation no longer
    /// exists.
    pub async fn insert_link(&self, id: InvitationId, token_hash: &str) -> Result<bool> {
        let sql = "insert into invitation_links (token_hash, invitation_id, created_at) \
                   select $1, id, cast($3 as bigint) from invitations where id = $2";
        self.changes(sql, args![token_hash, id, self.clock.now()]).await
    }

    async fn one_invitation(&self, which: &str, key: &str) -> Result<Option<OpenInvitation>> {
        self.first(AssertSqlSafe(open_invitations(which)), args![key]).await
    }

    /// The invitations that a person can accept, newest first; those to closed domains too.
    pub async fn invitations_for(&self, person: &SignedIn) -> Result<Vec<OpenInvitation>> {
        let sql = open_invitations(
            "where invitations.email_key = $1 and invitations.expires_at > $2 order by invitations.id desc",
        );
        let key = person.user().email.to_lowercase();
        let found: Vec<OpenInvitation> = self.all(AssertSqlSafe(sql), args![key, self.clock.now()]).await?;
        Ok(found.into_iter().filter(|open| open.is_backed).collect())
    }
}

/// The statement that reads [`OpenInvitation`]s.
fn open_invitations(which: &str) -> String {
    format!(
        "select {INVITATION_COLUMNS}, {DOMAIN_COLUMNS}, case when users.disabled_at is null then \
         case when users.is_staff = 1 then 'owner' else inviting.role end end as inviting_role from invitations \
         join users on users.id = invitations.inviter_id \
         join domains on domains.id = invitations.domain_id \
         left join members inviting on inviting.domain_id = invitations.domain_id \
         and inviting.user_id = invitations.inviter_id {which}"
    )
}

impl Tx {
    /// An invitation to the locked domain by its id.
    pub async fn invitation<R>(&mut self, locked: &Locked<R>, id: InvitationId) -> Result<Option<Invitation>> {
        self.invitation_where(locked, "invitations.id", &id.to_string()).await
    }

    /// The invitation of this address to the locked domain.
    pub async fn invitation_to<R>(&mut self, locked: &Locked<R>, email: &EmailAddress) -> Result<Option<Invitation>> {
        self.invitation_where(locked, "invitations.email_key", &email.key()).await
    }

    async fn invitation_where<R>(
        &mut self,
        locked: &Locked<R>,
        column: &'static str,
        value: &str,
    ) -> Result<Option<Invitation>> {
        let sql = format!(
            "select {INVITATION_COLUMNS} from invitations join users on users.id = invitations.inviter_id \
             where invitations.domain_id = $1 and {column} = $2"
        );
        self.first(AssertSqlSafe(sql), args![locked.domain.id, value]).await
    }

    /// Invites an address to the locked domain. An older invitation is renewed, and its links become
    /// invalid.
    pub async fn upsert_invitation<R>(
        &mut self,
        locked: &Locked<R>,
        email: &EmailAddress,
        role: Role,
        inviter: UserId,
        expires_at: Timestamp,
    ) -> Result<InvitationId> {
        let now = self.clock.now();
        let sql = "insert into invitations (id, domain_id, email, email_key, email_base, role, inviter_id, \
                   created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                   on conflict (domain_id, email_key) do update \
                   set role = excluded.role, inviter_id = excluded.inviter_id, created_at = excluded.created_at, \
                   expires_at = excluded.expires_at returning id";
        let args = args![
            InvitationId::new(now),
            locked.domain.id,
            email.to_string(),
            email.key(),
            email.base_key(),
            role,
            inviter,
            now,
            expires_at
        ];
        let id = self.value(sql, args).await?;
        self.exec_any("delete from invitation_links where invitation_id = $1", args![id]).await?;
        self.withdraw_emails_of(id).await?;
        Ok(id)
    }

    /// Withdraws the unsent emails of an invitation.
    async fn withdraw_emails_of(&mut self, id: InvitationId) -> Result<()> {
        let sql = "update emails set state = 'withdrawn', finished_at = $2 where invitation_id = $1 \
                   and state = 'waiting'";
        self.exec_any(sql, args![id, self.clock.now()]).await
    }

    /// Deletes an accepted or withdrawn invitation; its links become invalid.
    pub async fn delete_invitation<R>(&mut self, locked: &Locked<R>, id: InvitationId) -> Result<()> {
        self.withdraw_emails_of(id).await?;
        self.exec_one("delete from invitations where domain_id = $1 and id = $2", args![locked.domain.id, id]).await
    }

    /// The invitations to the locked domain that a person has sent.
    pub async fn invitations_by<R>(&mut self, locked: &Locked<R>, inviter: UserId) -> Result<Vec<Invitation>> {
        let sql = format!(
            "select {INVITATION_COLUMNS} from invitations join users on users.id = invitations.inviter_id \
             where invitations.domain_id = $1 and invitations.inviter_id = $2"
        );
        self.all(AssertSqlSafe(sql), args![locked.domain.id, inviter]).await
    }

    /// How many other addresses are invited as owners of the locked domain, with a link that has not
    /// expired.
    pub async fn count_owner_invitations<R>(&mut self, locked: &Locked<R>, except: &EmailAddress) -> Result<i64> {
        let sql = "select count(*) from invitations where domain_id = $1 and role = 'owner' and expires_at > $2 \
                   and email_key <> $3";
        self.value(sql, args![locked.domain.id, self.clock.now(), except.key()]).await
    }

    /// How many invitation emails a person has caused since `since`, and how many were sent for the
    /// locked domain since `since_domain`.
    pub async fn count_invites<R>(
        &mut self,
        locked: &Locked<R>,
        sender: UserId,
        since: Timestamp,
        since_domain: Timestamp,
    ) -> Result<(i64, i64)> {
        // Locks the inviter's row, so that concurrent invitations to two domains are counted one at a
        // time.
        self.exec_one("update users set session_epoch = session_epoch where id = $1", args![sender]).await?;
        let by_sender = self.count_since(Limit::INVITATION_SENDER, &sender.to_string(), since).await?;
        let domain = locked.domain.name.as_str();
        Ok((by_sender, self.count_since(Limit::INVITATION_DOMAIN, domain, since_domain).await?))
    }

    /// Records an invitation for the limits.
    pub async fn note_invite<R>(&mut self, locked: &Locked<R>, sender: UserId) -> Result<()> {
        self.note_now(Limit::INVITATION_SENDER, &sender.to_string()).await?;
        self.note_now(Limit::INVITATION_DOMAIN, locked.domain.name.as_str()).await
    }
}
