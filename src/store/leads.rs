//! To which other addresses the emails to an address of the portal's domains go.

use super::args::{Args, args};
use super::columns::from_row;
use super::{Result, SignedIn, Store, Tx};
use crate::model::address::local_part_in;
use crate::model::{EmailAddress, Lead, Role};

/// Follows aliases and secondary addresses within the domain `$1` from the local part `$2`, and returns
/// each step. `cross join` keeps SQLite's planner from starting with all rows of the domain.
const LEADS: &str = "with recursive reached (part) as (select cast($2 as text) union \
     select coalesce(aliases.target, mailboxes.secondary_target) from reached \
     cross join (select 1 as n union all select 2) as ways \
     left join aliases on ways.n = 1 and aliases.domain_id = (select id from domains where name = $1) \
     and aliases.local_part = reached.part \
     left join mailboxes on ways.n = 2 and mailboxes.domain_id = (select id from domains where name = $1) \
     and mailboxes.local_part = reached.part \
     where coalesce(aliases.target, mailboxes.secondary_target) is not null) \
     select aliases.local_part as from_part, 'alias' as way, aliases.destination as leads_to \
     from reached cross join aliases \
     where aliases.domain_id = (select id from domains where name = $1) and aliases.local_part = reached.part \
     union all select mailboxes.local_part, 'secondary', mailboxes.secondary_email \
     from reached cross join mailboxes where mailboxes.domain_id = (select id from domains where name = $1) \
     and mailboxes.local_part = reached.part and mailboxes.secondary_email is not null \
     union all select mailboxes.local_part, 'creation', '' from reached cross join mailboxes \
     where mailboxes.domain_id = (select id from domains where name = $1) and mailboxes.local_part = reached.part \
     and mailboxes.status in ('pending', 'failed') order by from_part, way, leads_to";

from_row! { Lead { from = "from_part", way, to = "leads_to" } }

fn question(address: &EmailAddress) -> Option<Args> {
    let part = local_part_in(&address.key(), address.domain())?;
    Some(args![address.domain(), part])
}

/// The steps that lead away from the address.
fn leads(address: &EmailAddress, mut found: Vec<Lead>) -> Vec<Lead> {
    found.retain(|lead| lead.to.to_lowercase() != address.base_key());
    found
}

impl Store {
    /// To which other addresses the emails to an address go, in order, if it is in a domain of the portal: for the
    /// person of its account, and for a person who is about to give it rights.
    pub async fn leads(&self, address: &EmailAddress) -> Result<Vec<Lead>> {
        let Some(args) = question(address) else { return Ok(Vec::new()) };
        Ok(leads(address, self.all(LEADS, args).await?))
    }

    /// The same for a person who may see all of it anyway, because they are staff or manage the domain of
    /// the address; `None` for all others.
    pub async fn leads_seen_by(&self, person: &SignedIn, address: &EmailAddress) -> Result<Option<Vec<Lead>>> {
        let user = person.user();
        let (domain, roles) = (address.domain().as_str(), self.roles_of(user.id).await?);
        let manages = roles.iter().any(|(name, role)| name == domain && *role >= Role::Administrator);
        if user.is_staff || manages { self.leads(address).await.map(Some) } else { Ok(None) }
    }
}

impl Tx {
    /// The same within a transaction.
    pub async fn leads(&mut self, address: &EmailAddress) -> Result<Vec<Lead>> {
        let Some(args) = question(address) else { return Ok(Vec::new()) };
        Ok(leads(address, self.all(LEADS, args).await?))
    }
}
