//! Random worlds: domains, accounts, roles, invitations, aliases, secondary addresses and mailboxes, in
//! which an administrator and an owner of one domain do random things. After each step, the test follows
//! where every email would be readable, and fails if a person reads the links of an account above them
//! whom they did not read before. A third person reads everything in another domain of the portal, and
//! does nothing. `GUARD_SEED` repeats one world; the seed is part of each failure. `GUARD_BASE`, which
//! `.ci/run` chooses and prints, repeats all.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use dimail_portal::actions::accounts::manage;
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::Language;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::support::seed::first_seed;
use crate::support::{Eve, Fay, Person, Portal, Visitor, on_both};

on_both!(
    worlds_of_spring with ["--emails-per-hour", "1000000", "--invitations-per-hour", "1000000",
        "--invitations-per-day", "1000000"],
    worlds_of_summer with ["--emails-per-hour", "1000000", "--invitations-per-hour", "1000000",
        "--invitations-per-day", "1000000"],
    worlds_of_autumn with ["--emails-per-hour", "1000000", "--invitations-per-hour", "1000000",
        "--invitations-per-day", "1000000"],
    worlds_of_winter with ["--emails-per-hour", "1000000", "--invitations-per-hour", "1000000",
        "--invitations-per-day", "1000000"],
);

/// How many steps each of the four takes on SQLite, in worlds of [`STEPS_OF_WORLD`] steps.
const STEPS: usize = 2_500;
/// The same on PostgreSQL, whose statements have the same text.
const STEPS_ON_POSTGRES: usize = 250;
const STEPS_OF_WORLD: usize = 50;
/// The two who act, and the one who reads all emails to the addresses of [`OTHER`].
const READERS: [usize; 3] = [0, 1, OUTSIDE];
const OUTSIDE: usize = 2;
/// A domain that was enabled once, and one that never was.
const OTHER: &str = "autre.fr";
const NEVER: &str = "jamais.fr";
const PARTS: [&str; 6] = ["ana", "bob", "cyd", "dov", "eli", "fox"];

async fn worlds_of_spring(portal: &Portal) {
    Box::pin(run(portal, 1)).await;
}

async fn worlds_of_summer(portal: &Portal) {
    Box::pin(run(portal, 2)).await;
}

async fn worlds_of_autumn(portal: &Portal) {
    Box::pin(run(portal, 3)).await;
}

async fn worlds_of_winter(portal: &Portal) {
    Box::pin(run(portal, 4)).await;
}

async fn run(portal: &Portal, season: u64) {
    portal.leaves_work();
    let first = first_seed("GUARD", season);
    let steps = if portal.database.url.starts_with("sqlite") { STEPS } else { STEPS_ON_POSTGRES };
    eprintln!("worlds: GUARD_SEED={first}, {steps} steps");
    portal.add_domain_with(Eve, NEVER, &["wrong_mx"], &[]).await;
    let (began, mut done) = (Instant::now(), 0);
    let mut tally = BTreeMap::new();
    while done < steps {
        let seed = first + u64::try_from(done).expect("small");
        let mut world = Box::pin(World::build(portal, seed)).await;
        for step in 0..STEPS_OF_WORLD {
            world.step(step).await;
        }
        for (what, times) in world.tally {
            *tally.entry(what).or_insert(0_usize) += times;
        }
        done += STEPS_OF_WORLD;
    }
    eprintln!("worlds: {done} steps in {:?}: {tally:?}", began.elapsed());
    // Each kind of step was done, not only refused.
    for kind in KINDS {
        let is_done =
            |(what, _): (&String, &usize)| what.starts_with(kind) && (what.ends_with("303") || what.ends_with("200"));
        assert!(steps < STEPS || tally.iter().any(is_done), "{kind}: {tally:?}");
    }
}

/// What other people give an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Nothing,
    ViewsOther,
    AdministersOther,
    OwnsOther,
    OwnsNever,
    ViewsHere,
    AdministersHere,
    OwnsHere,
    Staff,
    InvitedHere,
    InvitedOther,
}

impl Standing {
    const ALL: [Self; 11] = [
        Self::Nothing,
        Self::ViewsOther,
        Self::AdministersOther,
        Self::OwnsOther,
        Self::OwnsNever,
        Self::ViewsHere,
        Self::AdministersHere,
        Self::OwnsHere,
        Self::Staff,
        Self::InvitedHere,
        Self::InvitedOther,
    ];
}

/// What an actor does, each with its number in [`World::act`].
const KINDS: [&str; 17] = [
    "create",
    "alias",
    "edit",
    "reset",
    "link",
    "disable",
    "enable",
    "delete",
    "retry",
    "bulk link",
    "bulk disable",
    "add",
    "unalias",
    "first access",
    "invite",
    "role",
    "remove",
];

/// An account.
#[derive(Clone, Debug)]
struct Account {
    email: String,
    /// How far above it is by what is stored: 1 for owners and administrators of other domains, and for
    /// those who are invited as owners; 2 for staff.
    level: usize,
}

/// One of the two who act.
struct Actor {
    visitor: Visitor,
    account: usize,
    /// An address outside of the portal that they read.
    outside: String,
    /// The mailboxes that they have got into: by a password on a sheet, or by a link that they could read.
    entered: BTreeSet<String>,
    /// The highest level that they may decide about.
    passes: usize,
}

/// The stored mailboxes and aliases of the domain.
#[derive(Default)]
struct Routes {
    /// Local part to id, whether dimail has it, and the secondary address.
    mailboxes: BTreeMap<String, (String, bool, Option<String>)>,
    aliases: BTreeMap<String, Vec<String>>,
}

struct World<'p> {
    portal: &'p Portal,
    seed: u64,
    rng: StdRng,
    domain: String,
    accounts: Vec<Account>,
    actors: Vec<Actor>,
    /// Whether the domain is still to be enabled; then only the administrator acts.
    waits: bool,
    routes: Routes,
    names: usize,
    log: Vec<String>,
    tally: BTreeMap<String, usize>,
}

fn person(email: &str) -> Person {
    Person { email: String::leak(email.to_owned()), name: "Quelqu'un", ..Fay }
}

impl<'p> World<'p> {
    async fn build(portal: &'p Portal, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let domain = format!("d{seed}.fr");
        let waits = rng.random_ratio(1, 3);
        let errors: &[&str] = if waits { &["wrong_mx"] } else { &[] };
        portal.add_domain_with(Eve, &domain, errors, &[]).await;
        // Every visitor of the test comes from one origin.
        portal.database.change("delete from rate_limits").await;
        let mut parts = PARTS.to_vec();
        let mut accounts = Vec::new();
        let mut actors = Vec::new();
        for (name, passes) in [("admin", 0), ("owner", 1)] {
            let outside = format!("{name}.{seed}@ailleurs.test");
            let is_inside = rng.random_ratio(1, 3);
            let email = if is_inside { format!("{}@{domain}", parts.remove(0)) } else { outside.clone() };
            let who = person(&email);
            portal.add_account(&who).await;
            let role = if passes == 0 { Role::Administrator } else { Role::Owner };
            portal.grant(&domain, who, role).await;
            let visitor = portal.sign_in(who).await;
            accounts.push(Account { email, level: passes });
            let account = accounts.len() - 1;
            actors.push(Actor { visitor, account, outside, entered: BTreeSet::new(), passes });
        }
        let mut world = Self {
            portal,
            seed,
            rng,
            domain,
            accounts,
            actors,
            waits,
            routes: Routes::default(),
            names: 0,
            log: Vec::new(),
            tally: BTreeMap::new(),
        };
        for part in parts {
            if world.rng.random_ratio(1, 2) {
                let tag = if world.rng.random_ratio(1, 4) { "+tag" } else { "" };
                let email = format!("{part}{tag}@{}", world.domain);
                portal.add_account(&person(&email)).await;
                world.accounts.push(Account { email, level: 0 });
            }
        }
        if !waits {
            // What is there before anybody has rights: laid by the owner.
            for _ in 0..world.rng.random_range(0..10) {
                world.act(1, true).await;
            }
        }
        if !waits {
            world.raise_all().await;
        }
        world.read_levels().await;
        world.read_routes().await;
        world
    }

    fn pick<'a>(&mut self, from: &'a [&'a str]) -> &'a str {
        from.choose(&mut self.rng).expect("not empty")
    }

    /// An address to which something is sent: outside, in the domain, or in another one.
    fn target(&mut self, actor: usize) -> String {
        let part = self.pick(&PARTS);
        match self.rng.random_range(0..9) {
            0 | 1 => self.actors[actor].outside.clone(),
            2 => "tiers@ailleurs.test".to_owned(),
            3..=5 => format!("{part}@{}", self.domain),
            6 => format!("{part}+x@{}", self.domain),
            7 => format!("{part}@{OTHER}"),
            _ => format!("{part}@{NEVER}"),
        }
    }

    async fn raise_all(&mut self) {
        for account in 2..self.accounts.len() {
            self.raise(account).await;
        }
    }

    /// Gives an account another standing, as other people do.
    async fn raise(&mut self, account: usize) {
        let Account { email, level } = self.accounts[account].clone();
        let new = *Standing::ALL.choose(&mut self.rng).expect("some");
        let (who, portal) = (person(&email), self.portal);
        let address = EmailAddress::parse(&email).expect("an address");
        let user = portal.app.store.user_with_email(&address).await.expect("an answer").expect("an account");
        if level == 2 {
            manage::demote(&portal.app.store, &user).await.expect("an answer");
        }
        portal.database.change(&format!("delete from invitations where email_key = '{}'", address.key())).await;
        portal.database.change(&format!("delete from members where user_id = '{}'", user.id)).await;
        match new {
            Standing::ViewsOther => portal.grant(OTHER, who, Role::Viewer).await,
            Standing::AdministersOther => portal.grant(OTHER, who, Role::Administrator).await,
            Standing::OwnsOther => portal.grant(OTHER, who, Role::Owner).await,
            Standing::OwnsNever => portal.grant(NEVER, who, Role::Owner).await,
            Standing::ViewsHere => portal.grant(&self.domain, who, Role::Viewer).await,
            Standing::AdministersHere => portal.grant(&self.domain, who, Role::Administrator).await,
            Standing::OwnsHere => portal.grant(&self.domain, who, Role::Owner).await,
            Standing::Staff => {
                manage::promote(&portal.app.store, &user, Language::Fr).await.expect("an answer");
            }
            Standing::InvitedHere => self.invite(&email, &self.domain).await,
            Standing::InvitedOther => self.invite(&email, OTHER).await,
            Standing::Nothing => {}
        }
        self.read_levels().await;
        self.log.push(format!("{email} is now {new:?}"));
    }

    /// An open invitation as owner, by staff.
    async fn invite(&self, email: &str, domain: &str) {
        let (now, id) = (self.portal.now().0, uuid::Uuid::new_v4());
        let base = EmailAddress::parse(email).expect("an address").base_key();
        let sql = format!(
            "insert into invitations (id, domain_id, email, email_key, email_base, role, inviter_id, created_at, \
             expires_at) select '{id}', domains.id, '{email}', '{email}', '{base}', 'owner', users.id, {now}, \
             {} from domains cross join users where domains.name = '{domain}' and users.email = '{}'",
            now + 1_000_000_000_000,
            Eve.email,
        );
        self.portal.database.change(&sql).await;
    }

    async fn step(&mut self, step: usize) {
        if self.waits && step == STEPS_OF_WORLD / 4 {
            self.raise_all().await;
            return self.enable().await;
        }
        if !self.waits && self.accounts.len() > 2 && self.rng.random_ratio(1, 8) {
            let account = self.rng.random_range(2..self.accounts.len());
            return self.raise(account).await;
        }
        let actor = if self.waits { 0 } else { self.rng.random_range(0..2) };
        let before = self.readable();
        self.act(actor, false).await;
        self.read_levels().await;
        self.check(&before, actor);
    }

    /// Enables the domain: what waited is sent.
    async fn enable(&mut self) {
        let before = self.readable();
        self.portal.dimail.finds_nothing_wrong(&self.domain).await;
        let path = format!("/domains/{}/check", self.domain);
        self.actors[1].visitor.post(&path, &[]).await.is(303);
        self.log.push("the domain is enabled".to_owned());
        self.settle().await;
        assert_eq!(self.portal.status(&self.domain).await, "enabled");
        self.waits = false;
        // Until now the administrator alone has asked for anything.
        self.check(&before, 0);
    }

    /// Does what is due, notes who can read what was sent, and reads the routes again.
    async fn settle(&mut self) {
        self.portal.work().await;
        self.read_routes().await;
        let emails = self.portal.emails();
        self.portal.forget_emails();
        for email in emails {
            let opens = email.text.contains("/login-link/") || email.text.contains("Votre nouveau mot de passe");
            let address = email.subject.split(' ').find(|word| word.contains('@')).unwrap_or_default();
            let part = address.split_once('@').filter(|(_, host)| *host == self.domain).map_or("", |(part, _)| part);
            let Some((id, ..)) = self.routes.mailboxes.get(part).filter(|_| opens).cloned() else { continue };
            for actor in 0..2 {
                if self.reads(actor, &email.to) {
                    self.actors[actor].entered.insert(id.clone());
                }
            }
        }
    }

    /// Reads how far above each account is.
    async fn read_levels(&mut self) {
        let (domain, database, now) = (&self.domain, &self.portal.database, self.portal.now().0);
        let accounts: Vec<String> = self.accounts.iter().map(|account| format!("'{}'", account.email)).collect();
        let accounts = accounts.join(", ");
        let sql = format!(
            "select email, 2 from users where is_staff = 1 and email in ({accounts}) union all \
             select users.email, 1 from users join members on members.user_id = users.id \
             join domains on domains.id = members.domain_id where users.email in ({accounts}) \
             and (members.role = 'owner' and domains.name in ('{domain}', '{OTHER}') \
             or members.role = 'administrator' and domains.name = '{OTHER}') union all \
             select invitations.email, 1 from invitations join domains on domains.id = invitations.domain_id \
             where invitations.email in ({accounts}) and invitations.role = 'owner' \
             and domains.name in ('{domain}', '{OTHER}') and expires_at > {now}"
        );
        let found = database.texts(&sql).await;
        for account in &mut self.accounts {
            let levels =
                found.iter().filter_map(|row| row.split_once('|')).filter(|(email, _)| *email == account.email);
            account.level = levels.map(|(_, level)| level.parse().expect("a level")).max().unwrap_or(0);
        }
    }

    async fn read_routes(&mut self) {
        let of = format!("where domain_id in (select id from domains where name = '{}')", self.domain);
        let database = &self.portal.database;
        let sql = format!("select local_part, id, status, secondary_email from mailboxes {of}");
        let mut routes = Routes::default();
        for row in database.texts(&sql).await {
            let mut cells = row.splitn(4, '|').map(str::to_owned);
            let mut next = || cells.next().expect("four cells");
            let (part, id, status, secondary) = (next(), next(), next(), next());
            let is_there = ["enabled", "disabled"].contains(&status.as_str());
            routes.mailboxes.insert(part, (id, is_there, Some(secondary).filter(|to| to != "-")));
        }
        for row in database.texts(&format!("select local_part, destination from aliases {of}")).await {
            let (part, to) = row.split_once('|').expect("two cells");
            routes.aliases.entry(part.to_owned()).or_default().push(to.to_owned());
        }
        self.routes = routes;
    }

    /// Whether a reader can read what is sent to an address, now or after asking for a link.
    fn reads(&self, reader: usize, address: &str) -> bool {
        let (mut seen, mut left) = (BTreeSet::new(), vec![address.to_lowercase()]);
        while let Some(address) = left.pop() {
            if !seen.insert(address.clone()) {
                continue;
            }
            let (local, host) = address.split_once('@').expect("an address");
            let actor = self.actors.get(reader);
            if actor.map_or(host == OTHER, |actor| address == actor.outside) {
                return true;
            }
            if host != self.domain {
                continue;
            }
            let part = local.split('+').next().unwrap_or(local);
            if let Some((id, true, secondary)) = self.routes.mailboxes.get(part) {
                if actor.is_some_and(|actor| actor.entered.contains(id)) {
                    return true;
                }
                left.extend(secondary.iter().map(|to| to.to_lowercase()));
            }
            left.extend(self.routes.aliases.get(part).into_iter().flatten().map(|to| to.to_lowercase()));
        }
        false
    }

    /// For each reader, the accounts whose links they can read.
    fn readable(&self) -> [BTreeSet<usize>; 3] {
        READERS.map(|reader| {
            let all = 0..self.accounts.len();
            all.filter(|account| self.reads(reader, &self.accounts[*account].email)).collect()
        })
    }

    /// Demands that the step of `actor` let nobody read the links of an account above them and above the
    /// actor, unless the actor read them before. Nobody lets the reader outside read the links of an
    /// account above them.
    fn check(&self, before: &[BTreeSet<usize>; 3], actor: usize) {
        let after = self.readable();
        for reader in READERS {
            for account in after[reader].difference(&before[reader]) {
                let is_allowed = self.actors.get(reader).is_some_and(|reads| {
                    let passed = self.actors[actor].passes.max(reads.passes);
                    let is_own = *account == reads.account;
                    self.accounts[*account].level <= passed || is_own || before[actor].contains(account)
                });
                assert!(
                    is_allowed || self.accounts[*account].level == 0,
                    "GUARD_SEED={}: reader {reader} reads the links of {:?}, after\n{}",
                    self.seed,
                    self.accounts[*account],
                    self.log.join("\n"),
                );
            }
        }
    }

    /// One of the people with a role on the domain who do not act, or nobody.
    async fn member(&mut self) -> String {
        let sql = format!(
            "select members.id, users.email from members join domains on domains.id = members.domain_id \
             join users on users.id = members.user_id where domains.name = '{}' order by users.email",
            self.domain
        );
        let all = self.portal.database.texts(&sql).await;
        let acts =
            |email: &str| self.accounts.iter().take(2).any(|account| account.email == email) || email == Eve.email;
        let others: Vec<&str> = all
            .iter()
            .filter_map(|row| row.split_once('|'))
            .filter(|(_, email)| !acts(email))
            .map(|(id, _)| id)
            .collect();
        others
            .choose(&mut self.rng)
            .map_or_else(|| "00000000-0000-7000-8000-000000000000".to_owned(), |id| (*id).to_owned())
    }

    /// A random action of an actor; `lays` restricts it to what leads somewhere.
    async fn act(&mut self, actor: usize, lays: bool) {
        let mut part = self.pick(&PARTS).to_owned();
        let there: Vec<String> = self.routes.mailboxes.keys().cloned().collect();
        if self.rng.random_ratio(1, 2) {
            part = there.choose(&mut self.rng).cloned().unwrap_or(part);
        }
        let target = self.target(actor);
        let kinds = match (lays, self.waits) {
            (true, _) => vec!["create", "create", "create", "alias", "alias", "edit", "edit"],
            // What can be done before the domain is enabled.
            (_, true) => vec!["create", "create", "create", "edit", "edit", "delete", "retry", "invite"],
            _ => [&KINDS[..], &["create", "alias", "edit"]].concat(),
        };
        let kind = *kinds.choose(&mut self.rng).expect("some");
        let domain = self.domain.clone();
        let (mailbox, alias) =
            (format!("/domains/{domain}/mailboxes/{part}"), format!("/domains/{domain}/aliases/{part}"));
        let address = format!("{part}@{domain}");
        self.names += 1;
        let name = format!("N{}", self.names);
        let secondary = if self.rng.random_ratio(1, 3) { String::new() } else { target.clone() };
        if kind == "edit" && self.rng.random_ratio(1, 2) {
            // The new names wait.
            self.portal.dimail.fault("PATCH", &mailbox, "redirect_307", 1).await;
        }
        let names = [("first_name", name.as_str()), ("last_name", "Nom"), ("secondary_email", secondary.as_str())];
        let other = self.pick(&PARTS).to_owned();
        let role = self.pick(&["viewer", "administrator", "owner"]);
        let accounts: Vec<String> = self.accounts.iter().skip(2).map(|account| account.email.clone()).collect();
        let invited = accounts.choose(&mut self.rng).cloned().unwrap_or_else(|| format!("{other}@{domain}"));
        let member = if ["role", "remove"].contains(&kind) { self.member().await } else { String::new() };
        let bulk = |action| [("action", action), ("confirm", "yes"), ("mailbox", part.as_str()), ("mailbox", &other)];
        let (selected, members) =
            (format!("/domains/{domain}/selected-mailboxes"), format!("/domains/{domain}/members"));
        let visitor = &self.actors[actor].visitor;
        let answer = match kind {
            "create" => {
                let fields = [&names[..], &[("local_part", part.as_str())]].concat();
                visitor.post(&format!("/domains/{domain}/new-mailbox"), &fields).await
            }
            "alias" => {
                let fields = [("local_part", part.as_str()), ("destination", target.as_str())];
                visitor.post(&format!("/domains/{domain}/new-alias"), &fields).await
            }
            "edit" => visitor.post(&format!("{mailbox}/edit"), &names).await,
            "reset" => visitor.post(&format!("{mailbox}/reset-password"), &[]).await,
            "link" => visitor.post(&format!("{mailbox}/login-link"), &[]).await,
            "disable" | "delete" => visitor.post(&format!("{mailbox}/{kind}"), &[("address", &address)]).await,
            "enable" | "retry" => visitor.post(&format!("{mailbox}/{kind}"), &[]).await,
            "bulk link" => visitor.post(&selected, &bulk("login-link")).await,
            "bulk disable" => visitor.post(&selected, &bulk("disable")).await,
            "add" => visitor.post(&format!("{alias}/add"), &[("destination", &target)]).await,
            "unalias" => {
                let to = self.routes.aliases.get(&part).and_then(|to| to.first()).cloned().unwrap_or_default();
                visitor.post(&format!("{alias}/remove"), &[("destination", &to)]).await
            }
            "invite" => {
                let fields = [("email", invited.as_str()), ("role", role), ("confirm", "yes")];
                visitor.post(&format!("/domains/{domain}/new-invitation"), &fields).await
            }
            "role" => visitor.post(&format!("{members}/{member}/role"), &[("role", role), ("confirm", "yes")]).await,
            "remove" => visitor.post(&format!("{members}/{member}/remove"), &[]).await,
            "first access" => visitor.post("/first-access", &[("address", &address)]).await,
            _ => panic!("{kind}"),
        };
        let what = kind;
        let is_sheet = answer.has("output[data-secret]");
        self.log.push(format!("{actor} {what} {part} {target} {secondary} {invited} {role}: {}", answer.status));
        *self.tally.entry(format!("{what} {}", answer.status)).or_default() += 1;
        assert!(answer.status < 500, "GUARD_SEED={}: {}", self.seed, self.log.join("\n"));
        self.settle().await;
        if is_sheet && let Some((id, ..)) = self.routes.mailboxes.get(&part) {
            self.actors[actor].entered.insert(id.clone());
        }
    }
}
