//! Links that confirm an address, stored under the hash of their token.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::args::args;
use super::columns::from_row;
use super::rate_limits::Limit;
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::confirm::CONFIRM_LINK_VALID;
use crate::model::{Confirming, DomainId, DomainName, Right, Timestamp, User, UserId};

/// A link that was sent to an address and still works.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// What it confirms.
    pub what: Confirming,
    /// The account that asked.
    pub user_id: UserId,
    /// The name of its person.
    pub by: String,
    /// The address to which it was sent.
    pub email: String,
    /// The domain whose support address or mailbox it is.
    pub domain_id: Option<DomainId>,
    /// The name of that domain.
    pub domain: Option<DomainName>,
    /// When it was sent.
    pub sent_at: Timestamp,
}

from_row! { Confirmation {
    what = "kind", user_id, by = "name", email, domain_id, domain = "domain_name", sent_at = "created_at"
} }

/// A link that is about to be sent.
#[derive(Clone, Debug)]
pub struct NewConfirmation<'a> {
    /// What it confirms.
    pub what: Confirming,
    /// The account that asked.
    pub user_id: UserId,
    /// The address to which it goes.
    pub email: &'a str,
    /// The name of the domain whose support address or mailbox it is.
    pub domain: Option<&'a str>,
}

/// The account that asked, if the address is still its own.
const OF_ACCOUNT: &str = "select id from users where id = $1 and email = $2 and disabled_at is null";
/// The domain, if the address is still its support address and not confirmed.
const OF_SUPPORT: &str = "select id from domains where name = $1 and support_email = $2 \
     and support_confirmed_at is null";

impl Store {
    /// Whether there is still something to confirm.
    pub async fn is_confirmable(&self, new: &NewConfirmation<'_>) -> Result<bool> {
        if new.what.is_about_account() {
            self.exists(OF_ACCOUNT, args![new.user_id, new.email]).await
        } else {
            self.exists(OF_SUPPORT, args![new.domain.unwrap_or_default(), new.email]).await
        }
    }

    /// The confirmation of a link that still works.
    pub async fn confirmation(&self, token_hash: &str) -> Result<Option<Confirmation>> {
        let sql = "select confirmations.kind, confirmations.user_id, users.name, confirmations.email, \
                   confirmations.domain_id, domains.name as domain_name, confirmations.created_at from confirmations \
                   join users on users.id = confirmations.user_id \
                   left join domains on domains.id = confirmations.domain_id \
                   where confirmations.token_hash = $1 and confirmations.created_at > $2";
        self.first(sql, args![token_hash, self.clock.now().minus(CONFIRM_LINK_VALID)]).await
    }

    /// Stores the hash of a link that is about to be sent.
    pub async fn insert_confirmation(&self, token_hash: &str, new: &NewConfirmation<'_>) -> Result<()> {
        let sql = "insert into confirmations (token_hash, kind, user_id, email, domain_id, created_at) \
                   values ($1, $2, $3, $4, (select id from domains where name = $5), $6)";
        let args =
            args![token_hash, new.what, new.user_id, new.email, new.domain.unwrap_or_default(), self.clock.now()];
        self.exec_one(sql, args).await
    }
}

impl Store {
    /// The same as [`Tx::confirmations_asked`] for the support address of a domain.
    pub async fn support_links_asked<R: Right>(
        &self,
        by: &Allowed<R>,
        within: Duration,
        most: u32,
    ) -> Result<Vec<Timestamp>> {
        let (address, since) = (&by.domain().support_email, self.clock.now().minus(within));
        self.times_since(Limit::CONFIRM_ADDRESS, &subject(address), since, i64::from(most)).await
    }
}

impl Tx {
    /// Uses up a link; `false` if it has expired or was used.
    pub async fn use_confirmation(&mut self, token_hash: &str) -> Result<bool> {
        let over = self.clock.now().minus(CONFIRM_LINK_VALID);
        let sql = "delete from confirmations where token_hash = $1 and created_at > $2";
        self.changes(sql, args![token_hash, over]).await
    }

    /// Records that the support address of the locked domain was confirmed, if it is still this one.
    pub async fn confirm_support<R>(&mut self, locked: &Locked<R>, email: &str) -> Result<bool> {
        let sql = "update domains set support_confirmed_at = $3 where id = $1 and support_email = $2";
        self.changes(sql, args![locked.domain.id, email, self.clock.now()]).await
    }

    /// The person who added the locked domain, unless it was imported or their account is gone.
    pub async fn adder<R>(&mut self, locked: &Locked<R>) -> Result<Option<User>> {
        let sql = format!(
            "select {} from users where id in (select added_by from domains where id = $1)",
            super::users::USER_COLUMNS
        );
        self.first(sqlx::AssertSqlSafe(sql), args![locked.domain.id]).await
    }

    /// When links that confirm this address were last asked for within `within`, newest first, at most `most`.
    pub async fn confirmations_asked(&mut self, email: &str, within: Duration, most: u32) -> Result<Vec<Timestamp>> {
        let since = self.clock.now().minus(within);
        self.times_since(Limit::CONFIRM_ADDRESS, &subject(email), since, i64::from(most)).await
    }

    /// Records for the limit that a link to an address was asked for.
    pub async fn note_confirmation_asked(&mut self, email: &str) -> Result<()> {
        self.note_now(Limit::CONFIRM_ADDRESS, &subject(email)).await
    }
}

fn subject(email: &str) -> String {
    format!("{:x}", Sha256::digest(email.to_lowercase().as_bytes()))
}
