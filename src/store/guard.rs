//! Which addresses are guarded, and the proof that a person may decide what arrives at one.
//!
//! The guard of an address follows from the accounts whose emails arrive there: from the asked address,
//! the statement walks back over the aliases and secondary addresses of its domain that lead to it, and
//! looks which of the addresses it finds belong to accounts.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::args::{Args, args};
use super::columns::from_row;
use super::{Allowed, ByPortal, Denied, Fault, Locked, Result, Store, Tx};
use crate::model::mailbox::Mailbox;
use crate::model::{DomainId, DomainName, EmailAddress, Guard, Lead, LocalPart, Refusal, Timestamp, Why};

/// How many addresses one statement answers.
const AT_ONCE: usize = 20;

/// Where the statement finds its values: SQL expressions for the id and the name of the domain and for
/// the present time.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) domain_id: &'a str,
    pub(super) domain_name: &'a str,
    pub(super) now: &'a str,
}

/// The place whose values are the first three parameters; the asked local parts follow.
const PARAMETERS: Place<'static> = Place { domain_id: "$1", domain_name: "$2", now: "$3" };

/// A query that gives each asked local part (`asked`) the number of its guard (`level`). `parts` are SQL
/// expressions. The first part of the query finds all local parts that lead there. Each way (alias,
/// secondary address) is a join of its own with an index of its own, and the accounts are looked up in
/// scalar subqueries, which PostgreSQL cannot turn into a scan.
pub(super) fn levels(place: Place<'_>, parts: &[String]) -> String {
    let Place { domain_id, domain_name, now } = place;
    let seeds: Vec<String> = parts.iter().map(|part| format!("select cast({part} as text) as part")).collect();
    let seeds = seeds.join(" union all ");
    let at = format!("reached.part || '@' || {domain_name}");
    format!(
        "with recursive reached (asked, part) as (select seeds.part, seeds.part from ({seeds}) as seeds union \
         select reached.asked, coalesce(aliases.local_part, mailboxes.local_part) from reached \
         cross join (select 1 as n union all select 2) as ways \
         left join aliases on ways.n = 1 and aliases.domain_id = {domain_id} and aliases.target = reached.part \
         left join mailboxes on ways.n = 2 and mailboxes.domain_id = {domain_id} \
         and mailboxes.secondary_target = reached.part \
         where coalesce(aliases.local_part, mailboxes.local_part) is not null) \
         select reached.asked as asked, cast(max(case \
         when (select max(users.is_staff) from users where users.email_base = {at}) = 1 then 2 \
         when (select count(*) from users join members on members.user_id = users.id \
         join domains on domains.id = members.domain_id where users.email_base = {at} \
         and case when members.domain_id = {domain_id} then members.role = 'owner' \
         else members.role <> 'viewer' and domains.first_enabled_at is not null end) > 0 then 1 \
         when (select count(*) from invitations join domains on domains.id = invitations.domain_id \
         where invitations.email_base = {at} and invitations.role = 'owner' and invitations.expires_at > {now} \
         and (invitations.domain_id = {domain_id} or domains.first_enabled_at is not null)) > 0 then 1 \
         else 0 end) as bigint) as level from reached group by reached.asked"
    )
}

/// The guard of one of the asked local parts.
struct Level {
    asked: LocalPart,
    level: Guard,
}

from_row! { Level { asked, level } }

/// The statement and the arguments for some local parts, at most [`AT_ONCE`]. Its text is one of two.
fn question(domain: DomainId, name: &DomainName, now: Timestamp, some: &[LocalPart]) -> (String, Args) {
    let places = if some.len() > 1 { AT_ONCE } else { 1 };
    let parts: Vec<String> = (0..places).map(|n| format!("${}", n + 4)).collect();
    // Unused places repeat a local part.
    let texts = some.iter().map(LocalPart::as_str).cycle();
    let args = texts.take(places).fold(args![domain, name, now], Args::with);
    (levels(PARAMETERS, &parts), args)
}

/// The guard of an address as one person meets it, read under the lock of its domain.
#[derive(Clone, Debug)]
pub struct Guarded {
    domain: DomainId,
    part: LocalPart,
    guard: Guard,
    passes: Guard,
    is_own: bool,
}

impl Guarded {
    /// The local part of the address.
    pub fn part(&self) -> &LocalPart {
        &self.part
    }

    /// The guard.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    /// The highest guard that the person passes.
    pub fn passes(&self) -> Guard {
        self.passes
    }

    /// The same for the mailbox at the address, of which the person may be the user.
    pub fn of<R>(&self, locked: &Locked<R>, mailbox: &Mailbox) -> Self {
        Self { is_own: mailbox.local_part == self.part && locked.holds(mailbox), ..self.clone() }
    }

    /// Whether the person may not decide what arrives there.
    pub fn keeps_out(&self) -> bool {
        self.guard > self.passes
    }

    /// Why it keeps the person out.
    pub fn why(&self) -> Why {
        self.passes.why(self.domain)
    }

    /// The proof that the person may decide what arrives there.
    ///
    /// # Errors
    /// That the address is guarded from them.
    pub fn may_write(&self) -> Result<MayWrite, Refusal> {
        if self.keeps_out() { Err(Refusal::Forbidden(self.why())) } else { Ok(self.proof()) }
    }

    /// The proof that the person may decide how the mailbox's user is reached: also as its user.
    ///
    /// # Errors
    /// That the address is guarded from them, and they are not its user.
    pub fn may_reach(&self) -> Result<MayWrite, Refusal> {
        if self.is_own { Ok(self.proof()) } else { self.may_write() }
    }

    fn proof(&self) -> MayWrite {
        MayWrite { domain: self.domain, part: self.part.clone(), guard: self.guard, passes: self.passes }
    }
}

/// Proof that a person may decide what arrives at one address. Each statement that stores what a person
/// wants of an address takes one, so that none can be stored without asking for the guard. Only this
/// module makes one.
#[derive(Clone, Debug)]
pub struct MayWrite {
    domain: DomainId,
    part: LocalPart,
    guard: Guard,
    passes: Guard,
}

impl MayWrite {
    /// The domain of the address.
    pub(super) fn domain(&self) -> DomainId {
        self.domain
    }

    /// The local part of the address.
    pub fn part(&self) -> &LocalPart {
        &self.part
    }

    /// The highest guard that the person passes: what is sent to dimail later must not have a higher one.
    pub(super) fn clears(&self) -> Guard {
        self.passes
    }
}

impl<R> Allowed<R> {
    /// The highest guard that the person passes on the domain.
    pub fn passes(&self) -> Guard {
        Guard::passed_by(self.role(), self.actor().as_staff)
    }
}

impl Store {
    /// The guard of an address of the domain, for a page that would offer something there.
    pub async fn guard<R>(&self, by: &Allowed<R>, part: &LocalPart) -> Result<Guard> {
        self.guard_at(by.domain().id, &by.domain().name, part).await
    }

    /// Whether emails to an address with this guard would reach another domain of the portal if it led to this one:
    /// for a page that would offer it. [`Tx::leads_elsewhere`] decides.
    pub async fn leads_elsewhere<R>(&self, by: &Allowed<R>, guard: Guard, to: &str) -> Result<bool> {
        if guard == Guard::None {
            return Ok(false);
        }
        let Ok(to) = EmailAddress::parse(to) else { return Ok(false) };
        let leads = self.leads(&to).await?;
        for host in hosts(&to, &leads) {
            if self.exists(ANOTHER, args![&host, by.domain().id]).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The guard of an address, for the portal before it sends what waited.
    pub async fn guard_at(&self, domain: DomainId, name: &DomainName, part: &LocalPart) -> Result<Guard> {
        let (sql, args) = question(domain, name, self.clock.now(), std::slice::from_ref(part));
        let found: Option<Level> = self.first(AssertSqlSafe(sql), args).await?;
        Ok(found.map_or(Guard::None, |found| found.level))
    }
}

impl Tx {
    /// The guard of an address of the locked domain, for the person who acts.
    pub async fn guard<R>(&mut self, locked: &Locked<R>, part: &LocalPart) -> Result<Guarded> {
        let found = self.levels(locked, std::slice::from_ref(part)).await?;
        Ok(guarded(locked, part, &found))
    }

    /// The guards of several addresses of the locked domain, in their order.
    pub async fn guards<R>(&mut self, locked: &Locked<R>, parts: &[LocalPart]) -> Result<Vec<Guarded>> {
        let mut found = Vec::new();
        for some in parts.chunks(AT_ONCE) {
            found.extend(self.levels(locked, some).await?);
        }
        Ok(parts.iter().map(|part| guarded(locked, part, &found)).collect())
    }

    /// The guard of the address of a mailbox, of which the person may be the user.
    pub async fn guard_of<R>(&mut self, locked: &Locked<R>, mailbox: &Mailbox) -> Result<Guarded> {
        Ok(self.guard(locked, &mailbox.local_part).await?.of(locked, mailbox))
    }

    async fn levels<R>(&mut self, locked: &Locked<R>, some: &[LocalPart]) -> Result<Vec<Level>> {
        let (sql, args) = question(locked.domain.id, &locked.domain.name, self.clock.now(), some);
        self.all(AssertSqlSafe(sql), args).await
    }

    /// Whether a guarded address must not lead to this one: because it, or an address to which it leads, is in
    /// another domain of the portal that was enabled once. There other people decide who reads the emails.
    pub async fn leads_elsewhere(&mut self, may: &MayWrite, to: &str) -> Result<bool> {
        if may.guard == Guard::None {
            return Ok(false);
        }
        let Ok(to) = EmailAddress::parse(to) else { return Ok(false) };
        let leads = self.leads(&to).await?;
        for host in hosts(&to, &leads) {
            if self.exists(ANOTHER, args![&host, may.domain]).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Checks it once more where the destination or the secondary address is stored.
    pub(super) async fn check_leads(&mut self, may: &MayWrite, to: &str) -> Result<()> {
        if self.leads_elsewhere(may, to).await? { Err(Fault::Denied(Denied::LeadsElsewhere)) } else { Ok(()) }
    }

    /// The proof that a person without an account may have a link sent to the secondary address of a mailbox. If
    /// the mailbox is guarded, that address must lie outside of the portal's domains that were enabled once.
    pub async fn may_let_in(&mut self, locked: &Locked<ByPortal>, mailbox: &Mailbox) -> Result<Option<MayWrite>> {
        let guarded = self.guard(locked, &mailbox.local_part).await?;
        let secondary = mailbox.secondary_email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
        if guarded.guard == Guard::None {
            return Ok(Some(guarded.proof()));
        }
        let Some(secondary) = secondary else { return Ok(None) };
        let sql = "select id from domains where name = $1 and first_enabled_at is not null";
        let is_inside = self.exists(sql, args![secondary.domain()]).await?;
        Ok((!is_inside).then(|| guarded.proof()))
    }
}

/// Another domain of this name that was enabled once.
const ANOTHER: &str = "select id from domains where name = $1 and id <> $2 and first_enabled_at is not null";

/// The domains in which emails to an address arrive, which leads on like this.
fn hosts(to: &EmailAddress, leads: &[Lead]) -> BTreeSet<String> {
    let leads = leads.iter().filter_map(|lead| EmailAddress::parse(&lead.to).ok());
    leads.chain([to.clone()]).map(|to| to.domain().to_string()).collect()
}

fn guarded<R>(locked: &Locked<R>, part: &LocalPart, found: &[Level]) -> Guarded {
    let guard = found.iter().find(|found| found.asked == *part).map_or(Guard::None, |found| found.level);
    let passes = Guard::passed_by(locked.role, locked.actor.as_staff);
    Guarded { domain: locked.domain.id, part: part.clone(), guard, passes, is_own: false }
}
