//! Accounts.

use sqlx::AssertSqlSafe;

use super::args::args;
use super::columns::{Flag, from_row};
use super::{Result, SignedIn, Store, Tx};
use crate::model::{EmailAddress, Language, Timestamp, User, UserId};

pub(super) const USER_COLUMNS: &str = "users.id, users.email, users.name, users.is_staff, users.language, \
     users.disabled_at, users.proved_at, users.password_hash, users.session_epoch";

from_row! { User { id, email, name, is_staff as Flag, language, disabled_at, proved_at } }

/// An active account, with its password hash.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account.
    pub person: SignedIn,
    /// The argon2id hash of its password; `None` while it has no password.
    pub password_hash: Option<String>,
    /// Incremented to end all its sessions.
    pub session_epoch: i64,
}

from_row! { Credentials { person: row, password_hash, session_epoch } }

/// An account to be created.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address with which the person signs in.
    pub email: EmailAddress,
    /// The person's name.
    pub name: String,
    /// The argon2id hash of the password.
    pub password_hash: String,
    /// Whether the person operates the portal.
    pub is_staff: bool,
    /// The person's language, if known.
    pub language: Option<Language>,
}

impl Store {
    /// The active account with this address, compared without regard to case.
    pub async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>> {
        let sql = format!("select {USER_COLUMNS} from users where email_key = $1 and disabled_at is null");
        self.first(AssertSqlSafe(sql), args![email.key()]).await
    }

    /// The active account with this id.
    pub async fn account(&self, id: UserId) -> Result<Option<Credentials>> {
        let sql = format!("select {USER_COLUMNS} from users where id = $1 and disabled_at is null");
        self.first(AssertSqlSafe(sql), args![id]).await
    }

    /// All accounts, sorted by address, for an operator at the command line.
    pub async fn every_user(&self) -> Result<Vec<User>> {
        let sql = format!("select {USER_COLUMNS} from users order by email_key");
        self.all(AssertSqlSafe(sql), args![]).await
    }

    /// The active accounts of staff.
    pub async fn staff(&self) -> Result<Vec<User>> {
        let sql = format!("select {USER_COLUMNS} from users where is_staff = 1 and disabled_at is null order by id");
        self.all(AssertSqlSafe(sql), args![]).await
    }

    /// The account of an address, closed or not.
    pub async fn user_with_email(&self, email: &EmailAddress) -> Result<Option<User>> {
        let sql = format!("select {USER_COLUMNS} from users where email_key = $1");
        self.first(AssertSqlSafe(sql), args![email.key()]).await
    }

    /// Records that a person signed in now, unless the account was removed meanwhile.
    pub async fn note_sign_in(&self, person: &SignedIn) -> Result<()> {
        self.exec_any("update users set last_sign_in_at = $2 where id = $1", args![person.user().id, self.clock.now()])
            .await
    }
}

impl Tx {
    /// An active account, locked until the end of the transaction.
    pub async fn lock_account(&mut self, id: UserId) -> Result<Option<Credentials>> {
        let sql = format!(
            "update users set session_epoch = session_epoch where id = $1 and disabled_at is null \
             returning {USER_COLUMNS}"
        );
        self.first(AssertSqlSafe(sql), args![id]).await
    }

    /// Sets the password of an account, and invalidates its sessions, its password links and its known
    /// browsers.
    pub async fn set_password(&mut self, id: UserId, password_hash: &str) -> Result<()> {
        let sql = "update users set password_hash = $2, password_set_at = $3, session_epoch = session_epoch + 1 \
                   where id = $1";
        self.exec_one(sql, args![id, password_hash, self.clock.now()]).await?;
        self.delete_browsers(id).await?;
        self.delete_reset_links(id).await
    }

    /// Stores the name and the language of an account.
    pub async fn set_profile(&mut self, id: UserId, name: &str, language: Option<Language>) -> Result<()> {
        self.exec_one("update users set name = $2, language = $3 where id = $1", args![id, name, language]).await
    }

    /// Records that the person of an account used a link that was sent to its address at `sent_at`: since then
    /// they are known to read what is sent there.
    pub async fn note_proved(&mut self, id: UserId, sent_at: Timestamp) -> Result<()> {
        let sql = "update users set proved_at = $2 where id = $1 and (proved_at is null or proved_at < $2)";
        self.exec_any(sql, args![id, sent_at]).await
    }

    /// The same for the link of an invitation, if it was sent to the address of the account.
    pub async fn note_proved_by_invitation(&mut self, id: UserId, token_hash: &str) -> Result<()> {
        let sql = "select invitation_links.created_at from invitation_links \
                   join invitations on invitations.id = invitation_links.invitation_id \
                   join users on users.email_key = invitations.email_key \
                   where invitation_links.token_hash = $1 and users.id = $2";
        match self.first_value(sql, args![token_hash, id]).await? {
            Some(sent_at) => self.note_proved(id, sent_at).await,
            None => Ok(()),
        }
    }

    /// Makes an account staff, or removes that right.
    pub async fn set_staff(&mut self, id: UserId, is_staff: bool) -> Result<()> {
        self.exec_one("update users set is_staff = $2 where id = $1", args![id, Flag(is_staff)]).await
    }

    /// Changes the address of an account, and invalidates its sessions and its password links; `false`
    /// if another account has the address.
    pub async fn set_address(&mut self, id: UserId, email: &EmailAddress) -> Result<bool> {
        let sql = "update users set email = $2, email_key = $3, email_base = $4, proved_at = null, \
                   session_epoch = session_epoch + 1 where id = $1 \
                   and not $3 in (select email_key from users where id <> $1)";
        let is_changed = self.changes(sql, args![id, email.to_string(), email.key(), email.base_key()]).await?;
        self.delete_reset_links(id).await?;
        Ok(is_changed)
    }

    /// Creates an account; `None` if the address already has one.
    pub async fn insert_user(&mut self, new: &NewUser) -> Result<Option<UserId>> {
        let now = self.clock.now();
        let id = UserId::new(now);
        let sql = "insert into users (id, email, email_key, email_base, name, password_hash, is_staff, language, \
                   created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id";
        let args = args![
            id,
            new.email.to_string(),
            new.email.key(),
            new.email.base_key(),
            &new.name,
            &new.password_hash,
            Flag(new.is_staff),
            new.language,
            now
        ];
        let is_new = self.exists(sql, args).await?;
        Ok(is_new.then_some(id))
    }

    /// Whether an account is active and staff.
    pub async fn is_active_staff(&mut self, id: UserId) -> Result<bool> {
        self.exists("select id from users where id = $1 and is_staff = 1 and disabled_at is null", args![id]).await
    }

    /// Closes an account and ends its sessions, or opens it again.
    pub async fn set_user_disabled(&mut self, id: UserId, disabled: bool) -> Result<()> {
        let sql = "update users set disabled_at = $2, session_epoch = session_epoch + 1 where id = $1";
        self.exec_one(sql, args![id, disabled.then(|| self.clock.now())]).await?;
        self.delete_reset_links(id).await
    }

    /// Deletes an account, its roles and the invitations it sent.
    pub async fn delete_user(&mut self, id: UserId) -> Result<()> {
        self.exec_one("delete from users where id = $1", args![id]).await
    }

    /// Stores the language that a person chose, unless the account was removed meanwhile.
    pub async fn set_language(&mut self, person: &SignedIn, language: Language) -> Result<()> {
        self.exec_any("update users set language = $2 where id = $1", args![person.user().id, language]).await
    }
}
