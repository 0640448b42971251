//! Links that show what is left to do in a domain's DNS, stored under the hashes of their tokens. They end
//! with the right of the person who sent them, which is read where they are used.

use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

use super::args::args;
use super::columns::from_row;
use super::domain_row::DOMAIN_COLUMNS;
use super::domains::DomainChecks;
use super::rate_limits::{HOUR, Limit};
use super::{Allowed, Locked, Result, Store, Tx};
use crate::clock::Clock;
use crate::model::dns_share::DNS_LINK_VALID;
use crate::model::{DnsShare, DnsShareId, Domain, EditDomain, EmailAddress, Permission, Role, Timestamp, UserId};

/// A link with the domain that it shows.
#[derive(Clone, Debug)]
pub struct SharedDns {
    /// The link.
    pub share: DnsShare,
    /// Its domain.
    pub domain: Domain,
    /// What the last check of the domain found.
    pub checks: DomainChecks,
    /// The role with which the sender acts now.
    sending_role: Option<Role>,
}

from_row! { DnsShare { id = "share_id", email = "share_email", sender = "share_sender", created_at = "shared_at" } }

impl FromRow<'_, AnyRow> for SharedDns {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            share: DnsShare::from_row(row)?,
            domain: Domain::from_row(row)?,
            checks: DomainChecks::from_row(row)?,
            sending_role: row.try_get("sending_role")?,
        })
    }
}

impl SharedDns {
    /// Whether the sender still has the right to send it.
    fn is_backed(&self) -> bool {
        self.sending_role.is_some_and(|role| role.allows(Permission::EditDomain))
    }
}

const SHARE_COLUMNS: &str = "dns_shares.id as share_id, dns_shares.email as share_email, \
     users.name as share_sender, dns_shares.created_at as shared_at";

/// The links that have not expired (`$2`), with the role of their senders.
fn shared(which: &str) -> String {
    format!(
        "select {SHARE_COLUMNS}, {DOMAIN_COLUMNS}, domains.report, coalesce(domains.records, '[]') as records, \
         case when users.disabled_at is null then case when users.is_staff = 1 then 'owner' else members.role end end \
         as sending_role from dns_shares join domains on domains.id = dns_shares.domain_id \
         join users on users.id = dns_shares.sender_id left join members \
         on members.domain_id = dns_shares.domain_id and members.user_id = dns_shares.sender_id \
         where dns_shares.created_at > $2 and {which}"
    )
}

const OF_LINK: &str = "dns_shares.id in (select share_id from dns_share_links where token_hash = $1)";

impl Store {
    /// The links of a domain that work, newest first.
    pub async fn dns_shares(&self, by: &Allowed<EditDomain>) -> Result<Vec<DnsShare>> {
        let sql = shared("dns_shares.domain_id = $1 order by dns_shares.created_at desc, dns_shares.id desc");
        let found: Vec<SharedDns> =
            self.all(AssertSqlSafe(sql), args![by.domain().id, dns_links_since(&self.clock)]).await?;
        Ok(found.into_iter().filter(SharedDns::is_backed).map(|shared| shared.share).collect())
    }

    /// What a link shows; `None` if it is unknown or has ended.
    pub async fn dns_share_of_link(&self, token_hash: &str) -> Result<Option<SharedDns>> {
        let found = self.first(AssertSqlSafe(shared(OF_LINK)), args![token_hash, dns_links_since(&self.clock)]).await?;
        Ok(found.filter(SharedDns::is_backed))
    }

    /// Whether a link that is about to be sent still works.
    pub async fn has_dns_share(&self, id: DnsShareId) -> Result<bool> {
        let sql = shared("dns_shares.id = $1");
        let found: Option<SharedDns> = self.first(AssertSqlSafe(sql), args![id, dns_links_since(&self.clock)]).await?;
        Ok(found.is_some_and(|shared| shared.is_backed()))
    }

    /// Stores the hash of a link that is about to be sent; `false` if it was ended.
    pub async fn insert_dns_share_link(&self, id: DnsShareId, token_hash: &str) -> Result<bool> {
        let sql = "insert into dns_share_links (token_hash, share_id) select $1, id from dns_shares where id = $2";
        self.changes(sql, args![token_hash, id]).await
    }
}

impl Tx {
    /// Whether a link works, read under the lock of its domain.
    pub async fn has_dns_link<R>(&mut self, locked: &Locked<R>, token_hash: &str) -> Result<bool> {
        let args = args![token_hash, dns_links_since(&self.clock)];
        let found: Option<SharedDns> = self.first(AssertSqlSafe(shared(OF_LINK)), args).await?;
        Ok(found.is_some_and(|shared| shared.domain.id == locked.domain.id && shared.is_backed()))
    }

    /// How many other addresses have a link of the locked domain.
    pub async fn count_dns_shares<R>(&mut self, locked: &Locked<R>, except: &EmailAddress) -> Result<i64> {
        let sql = "select count(*) from dns_shares where domain_id = $1 and created_at > $2 and email_key <> $3";
        self.value(sql, args![locked.domain.id, dns_links_since(&self.clock), except.key()]).await
    }

    /// Stores that an address gets a link. An older one of the same address ends. The new link has another key;
    /// so an unsent email with the old link is withdrawn.
    pub async fn replace_dns_share(
        &mut self,
        locked: &Locked<EditDomain>,
        email: &EmailAddress,
        sender: UserId,
    ) -> Result<DnsShareId> {
        let now = self.clock.now();
        let id = DnsShareId::new(now);
        let sql = "delete from dns_shares where domain_id = $1 and email_key = $2";
        self.exec_any(sql, args![locked.domain.id, email.key()]).await?;
        let sql = "insert into dns_shares (id, domain_id, sender_id, email, email_key, created_at) \
                   values ($1, $2, $3, $4, $5, $6)";
        let args = args![id, locked.domain.id, sender, email.to_string(), email.key(), now];
        self.exec_one(sql, args).await?;
        Ok(id)
    }

    /// Ends a link of the locked domain; returns its address, `None` if there is no such link.
    pub async fn delete_dns_share(&mut self, locked: &Locked<EditDomain>, id: DnsShareId) -> Result<Option<String>> {
        let sql = "delete from dns_shares where domain_id = $1 and id = $2 returning email";
        self.first_value(sql, args![locked.domain.id, id]).await
    }

    /// Ends the links that a person has sent; returns their addresses.
    pub async fn delete_dns_shares_by<R>(&mut self, locked: &Locked<R>, sender: UserId) -> Result<Vec<String>> {
        let sql = "delete from dns_shares where domain_id = $1 and sender_id = $2 returning email";
        self.values(sql, args![locked.domain.id, sender]).await
    }

    /// When the last links were sent to an address within an hour, newest first, at most `most`.
    pub async fn dns_shares_to(&mut self, email: &EmailAddress, most: u32) -> Result<Vec<Timestamp>> {
        let since = self.clock.now().minus(HOUR);
        self.times_since(Limit::DNS_SHARE_ADDRESS, &subject(email), since, i64::from(most)).await
    }

    /// Records for the limit that a link is sent to an address.
    pub async fn note_dns_share_to(&mut self, email: &EmailAddress) -> Result<()> {
        self.note_now(Limit::DNS_SHARE_ADDRESS, &subject(email)).await
    }
}

/// Links sent before this time have expired.
fn dns_links_since(clock: &Clock) -> Timestamp {
    clock.now().minus(DNS_LINK_VALID)
}

fn subject(email: &EmailAddress) -> String {
    format!("{:x}", Sha256::digest(email.key().as_bytes()))
}
