//! Random worlds: domains, accounts, roles, invitations, aliases, secondary addresses and mailboxes, in
//! which an administrator and an owner of one domain do random things. After each step, the test follows
//! where every email would be readable, and fails if a person reads the links of an account above them
//! whom they did not read before. `GUARD_SEED` repeats one world; the seed is part of each failure.
//! `GUARD_BASE`, which `.ci/run` chooses and prints, repeats all.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use dimail_portal::actions::accounts::manage;
use dimail_portal::model::address::EmailAddress;
use dimail_portal::model::role::Role;
use dimail_portal::model::user::Language;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

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
/// No world begins after this time.
const AT_MOST: Duration = Duration::from_mins(4);
/// A domain that was enabled once, and one that never was.
const OTHER: &str = "autre.fr";
const NEVER: &str = "jamais.fr";
const PARTS: [&str; 6] = ["ana", "bob", "cyd", "dov", "eli", "fox"];

async fn worlds_of_spring(portal: &Portal) {
    run(portal, 1).await;
}

async fn worlds_of_summer(portal: &Portal) {
    run(portal, 2).await;
}

async fn worlds_of_autumn(portal: &Portal) {
    run(portal, 3).await;
}

async fn worlds_of_winter(portal: &Portal) {
    run(portal, 4).await;
}

async fn run(portal: &Portal, season: u64) {
    portal.leaves_work();
    let given = |name| std::env::var(name).ok().and_then(|seed| seed.parse::<u64>().ok());
    let base = || given("GUARD_BASE").unwrap_or_else(|| rand::random::<u32>().into());
    let first = given("GUARD_SEED").unwrap_or_else(|| (base() << 3) | season);
    let steps = if portal.database.url.starts_with("sqlite") { STEPS } else { STEPS_ON_POSTGRES };
    eprintln!("worlds: GUARD_SEED={first}, {steps} steps");
    portal.add_domain_with(Eve, NEVER, &["wrong_mx"], &[]).await;
    let (began, mut done) = (Instant::now(), 0);
    let mut tally = BTreeMap::new();
    while done < steps && began.elapsed() < AT_MOST {
        let seed = first + u64::try_from(done).expect("small");
        let mut world = World::build(portal, seed).await;
        for step in 0..STEPS_OF_WORLD {
            world.step(step).await;
        }
        for (what, times) in world.tally {
            *tally.entry(what).or_insert(0_usize) += times;
        }
        done += STEPS_OF_WORLD;
    }
    eprintln!("worlds: {done} steps in {:?}: {tally:?}", began.elapsed());
    assert!(done >= steps.min(500), "only {done} steps in {AT_MOST:?}");
}

/// What an account may do, as far as the guard cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Nothing,
    ViewsOther,
    AdministersOther,
    OwnsOther,
    OwnsNever,
    OwnsHere,
    AdministersHere,
    Staff,
    InvitedHere,
    InvitedOther,
}

impl Standing {
    const OTHERS: [Self; 8] = [
        Self::Nothing,
        Self::ViewsOther,
        Self::AdministersOther,
        Self::OwnsOther,
        Self::OwnsNever,
        Self::Staff,
        Self::InvitedHere,
        Self::InvitedOther,
    ];

    /// How far above: 1 for owners and administrators of other domains, 2 for staff.
    fn level(self) -> usize {
        match self {
            Self::Nothing | Self::ViewsOther | Self::OwnsNever | Self::AdministersHere => 0,
            Self::AdministersOther | Self::OwnsOther | Self::OwnsHere | Self::InvitedHere | Self::InvitedOther => 1,
            Self::Staff => 2,
        }
    }
}

/// An account, or an address that is invited.
#[derive(Clone, Debug)]
struct Account {
    email: String,
    standing: Standing,
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
    /// Local part to id, whether dimail has it, and the secondary addresses, present and wanted.
    mailboxes: BTreeMap<String, (String, bool, Vec<String>)>,
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
        for (name, standing, passes) in [("admin", Standing::AdministersHere, 0), ("owner", Standing::OwnsHere, 1)] {
            let outside = format!("{name}.{seed}@ailleurs.test");
            let is_inside = rng.random_ratio(1, 3);
            let email = if is_inside { format!("{}@{domain}", parts.remove(0)) } else { outside.clone() };
            let who = person(&email);
            portal.add_account(&who).await;
            let role = if passes == 0 { Role::Administrator } else { Role::Owner };
            portal.grant(&domain, who, role).await;
            let visitor = portal.sign_in(who).await;
            accounts.push(Account { email, standing });
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
                world.accounts.push(Account { email, standing: Standing::Nothing });
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
        let Account { email, standing } = self.accounts[account].clone();
        let new = *Standing::OTHERS.choose(&mut self.rng).expect("some");
        let (who, portal) = (person(&email), self.portal);
        let address = EmailAddress::parse(&email).expect("an address");
        let user = portal.app.store.user_with_email(&address).await.expect("an answer").expect("an account");
        match standing {
            Standing::Staff => drop(manage::demote(&portal.app.store, &user).await.expect("an answer")),
            Standing::InvitedHere | Standing::InvitedOther => {
                portal.database.change(&format!("delete from invitations where email_key = '{}'", address.key())).await;
            }
            _ => portal.database.change(&format!("delete from members where user_id = '{}'", user.id)).await,
        }
        match new {
            Standing::ViewsOther => portal.grant(OTHER, who, Role::Viewer).await,
            Standing::AdministersOther => portal.grant(OTHER, who, Role::Administrator).await,
            Standing::OwnsOther => portal.grant(OTHER, who, Role::Owner).await,
            Standing::OwnsNever => portal.grant(NEVER, who, Role::Owner).await,
            Standing::Staff => {
                manage::promote(&portal.app.store, &user, Language::Fr).await.expect("an answer");
            }
            Standing::InvitedHere => self.invite(&email, &self.domain).await,
            Standing::InvitedOther => self.invite(&email, OTHER).await,
            Standing::Nothing | Standing::OwnsHere | Standing::AdministersHere => {}
        }
        self.accounts[account].standing = new;
        self.log.push(format!("{email} is now {new:?}"));
    }

    /// An open invitation as owner, by staff.
    async fn invite(&self, email: &str, domain: &str) {
        let now = self.portal.now().0;
        let base = EmailAddress::parse(email).expect("an address").base_key();
        let sql = format!(
            "insert into invitations (id, domain_id, email, email_key, email_base, role, inviter_id, created_at, \
             expires_at) select '{now}-{email}', domains.id, '{email}', '{email}', '{base}', 'owner', users.id, {now}, \
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

    async fn read_routes(&mut self) {
        let of = format!("where domain_id in (select id from domains where name = '{}')", self.domain);
        let database = &self.portal.database;
        let sql = format!("select local_part, id, status, secondary_email, wanted from mailboxes {of}");
        let mut routes = Routes::default();
        for row in database.texts(&sql).await {
            let mut cells = row.splitn(5, '|').map(str::to_owned);
            let mut next = || cells.next().expect("five cells");
            let (part, id, status, secondary, wanted) = (next(), next(), next(), next(), next());
            let wanted = wanted.split_once("\"secondary_email\":\"").and_then(|(_, rest)| rest.split('"').next());
            let secondaries = [secondary.as_str()].into_iter().chain(wanted).filter(|to| *to != "-");
            let is_there = ["enabled", "disabled"].contains(&status.as_str());
            routes.mailboxes.insert(part, (id, is_there, secondaries.map(str::to_owned).collect()));
        }
        for row in database.texts(&format!("select local_part, destination from aliases {of}")).await {
            let (part, to) = row.split_once('|').expect("two cells");
            routes.aliases.entry(part.to_owned()).or_default().push(to.to_owned());
        }
        self.routes = routes;
    }

    /// Whether an actor can read what is sent to an address, now or after asking for a link.
    fn reads(&self, actor: usize, address: &str) -> bool {
        let (mut seen, mut left) = (BTreeSet::new(), vec![address.to_lowercase()]);
        while let Some(address) = left.pop() {
            if !seen.insert(address.clone()) {
                continue;
            }
            if address == self.actors[actor].outside {
                return true;
            }
            let Some((local, host)) = address.split_once('@').filter(|(_, host)| *host == self.domain) else {
                continue;
            };
            debug_assert_eq!(host, self.domain);
            let part = local.split('+').next().unwrap_or(local);
            if let Some((id, true, secondaries)) = self.routes.mailboxes.get(part) {
                if self.actors[actor].entered.contains(id) {
                    return true;
                }
                left.extend(secondaries.iter().map(|to| to.to_lowercase()));
            }
            left.extend(self.routes.aliases.get(part).into_iter().flatten().map(|to| to.to_lowercase()));
        }
        false
    }

    /// For each actor, the accounts whose links they can read.
    fn readable(&self) -> [BTreeSet<usize>; 2] {
        [0, 1].map(|actor| {
            let all = 0..self.accounts.len();
            all.filter(|account| self.reads(actor, &self.accounts[*account].email)).collect()
        })
    }

    /// Demands that the step of `actor` let nobody read the links of an account above them and above the
    /// actor, unless the actor read them before.
    fn check(&self, before: &[BTreeSet<usize>; 2], actor: usize) {
        let after = self.readable();
        for reader in 0..2 {
            for account in after[reader].difference(&before[reader]) {
                let above = self.accounts[*account].standing.level();
                let passed = self.actors[actor].passes.max(self.actors[reader].passes);
                let is_own = *account == self.actors[reader].account;
                assert!(
                    above <= passed || is_own || before[actor].contains(account),
                    "GUARD_SEED={}: actor {reader} reads the links of {:?}, after\n{}",
                    self.seed,
                    self.accounts[*account],
                    self.log.join("\n"),
                );
            }
        }
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
            (true, _) => vec![0, 0, 1, 2, 3, 4, 4],
            // What can be done before the domain is enabled.
            (_, true) => vec![0, 0, 0, 1, 4, 5, 10, 11],
            _ => (0..16).collect(),
        };
        let kind = *kinds.choose(&mut self.rng).expect("some");
        let domain = self.domain.clone();
        let (mailbox, alias) =
            (format!("/domains/{domain}/mailboxes/{part}"), format!("/domains/{domain}/aliases/{part}"));
        let address = format!("{part}@{domain}");
        self.names += 1;
        let name = format!("N{}", self.names);
        let secondary = if self.rng.random_ratio(1, 3) { String::new() } else { target.clone() };
        if kind == 4 {
            // The new names wait, and with them the secondary address.
            self.portal.dimail.fault("PATCH", &mailbox, "redirect_307", 1).await;
        }
        let names = [("first_name", name.as_str()), ("last_name", "Nom"), ("secondary_email", secondary.as_str())];
        let other = self.pick(&PARTS).to_owned();
        let visitor = &self.actors[actor].visitor;
        let (what, answer) = match kind {
            0 | 1 => {
                let fields = [&names[..], &[("local_part", part.as_str())]].concat();
                ("create", visitor.post(&format!("/domains/{domain}/new-mailbox"), &fields).await)
            }
            2 | 3 => {
                let fields = [("local_part", part.as_str()), ("destination", target.as_str())];
                ("alias", visitor.post(&format!("/domains/{domain}/new-alias"), &fields).await)
            }
            4 | 5 => ("edit", visitor.post(&format!("{mailbox}/edit"), &names).await),
            6 => ("reset", visitor.post(&format!("{mailbox}/reset-password"), &[]).await),
            7 => ("link", visitor.post(&format!("{mailbox}/login-link"), &[]).await),
            8 => ("disable", visitor.post(&format!("{mailbox}/disable"), &[("address", &address)]).await),
            9 => ("enable", visitor.post(&format!("{mailbox}/enable"), &[]).await),
            10 => ("delete", visitor.post(&format!("{mailbox}/delete"), &[("address", &address)]).await),
            11 => ("retry", visitor.post(&format!("{mailbox}/retry"), &[]).await),
            12 => {
                let fields = [("action", "login-link"), ("mailbox", part.as_str()), ("mailbox", other.as_str())];
                ("bulk", visitor.post(&format!("/domains/{domain}/selected-mailboxes"), &fields).await)
            }
            13 => ("add", visitor.post(&format!("{alias}/add"), &[("destination", &target)]).await),
            14 => {
                let to = self.routes.aliases.get(&part).and_then(|to| to.first()).cloned().unwrap_or_default();
                ("unalias", visitor.post(&format!("{alias}/remove"), &[("destination", &to)]).await)
            }
            _ => ("first access", visitor.post("/first-access", &[("address", &address)]).await),
        };
        let is_sheet = answer.has("output[data-secret]");
        self.log.push(format!("{actor} {what} {part} {target} {secondary}: {}", answer.status));
        *self.tally.entry(format!("{what} {}", answer.status)).or_default() += 1;
        assert!(answer.status < 500, "GUARD_SEED={}: {}", self.seed, self.log.join("\n"));
        self.settle().await;
        if is_sheet && let Some((id, ..)) = self.routes.mailboxes.get(&part) {
            self.actors[actor].entered.insert(id.clone());
        }
    }
}
