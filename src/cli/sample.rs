//! The sample data of the demonstration: people in each role, domains in every status, some hundreds of
//! mailboxes, aliases. All of it is created by the portal's own actions.

use std::net::SocketAddr;

use serde_json::json;

use super::CommandError;
use crate::actions::accounts::new::NewAccount;
use crate::actions::aliases::add::To;
use crate::actions::domains::add::DomainFields;
use crate::actions::{App, Error, accounts, aliases, domains, mailboxes};
use crate::model::alias::{AliasFields, DISCARD};
use crate::model::mailbox::MailboxFields;
use crate::model::{DomainName, EmailAddress, Language, LocalPart, ManageMailboxes, Role};
use crate::store::SignedIn;
use crate::worker;

/// The password of all sample people.
pub(super) const PASSWORD: &str = "une visite du portail";

/// A sample person.
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    role: Option<Role>,
}

/// The sample people: one in each role.
pub(super) const PEOPLE: [Person; 5] = [
    Person { email: "anna@mairie.example", name: "Anna Martin", about: "owner", role: Some(Role::Owner) },
    Person {
        email: "bruno@mairie.example",
        name: "Bruno Petit",
        about: "administrator",
        role: Some(Role::Administrator),
    },
    Person { email: "chloe@mairie.example", name: "Chloé Durand", about: "viewer", role: Some(Role::Viewer) },
    Person { email: "dan@mairie.example", name: "Dan Leroy", about: "no role yet", role: None },
    Person { email: "eve@portail.example", name: "Ève Moreau", about: "staff: operates the portal", role: None },
];
const OWNER: &str = "anna@mairie.example";
const STAFF: &str = "eve@portail.example";

/// A sample domain: its DNS state and its number of mailboxes.
struct Sample {
    name: &'static str,
    /// One for each domain: the confirmation links that one address gets in an hour are limited.
    support_email: &'static str,
    errors: &'static [&'static str],
    internal_errors: &'static [&'static str],
    mailboxes: usize,
}

const DOMAINS: [Sample; 6] = [
    Sample {
        name: "ville.example",
        support_email: "informatique.ville@mairie.example",
        errors: &[],
        internal_errors: &[],
        mailboxes: 312,
    },
    Sample {
        name: "orléans.example",
        support_email: "informatique.orleans@mairie.example",
        errors: &[],
        internal_errors: &[],
        mailboxes: 3,
    },
    Sample {
        name: "agglo.example",
        support_email: "informatique.agglo@mairie.example",
        errors: &["wrong_mx", "no_spf", "no_cname_webmail"],
        internal_errors: &[],
        mailboxes: 14,
    },
    Sample {
        name: "ecoles.example",
        support_email: "informatique.ecoles@mairie.example",
        errors: &[],
        internal_errors: &["no_cert"],
        mailboxes: 2,
    },
    Sample {
        name: "musee.example",
        support_email: "informatique.musee@mairie.example",
        errors: &[],
        internal_errors: &[],
        mailboxes: 5,
    },
    Sample {
        name: "nouveau.example",
        support_email: "informatique.nouveau@mairie.example",
        errors: &[],
        internal_errors: &[],
        mailboxes: 0,
    },
];
/// The domain that staff has disabled.
const CLOSED: &str = "musee.example";
/// The domain for which dimail has not answered yet.
const UNANSWERED: &str = "nouveau.example";

/// The control interface of the fake dimail.
#[derive(Clone)]
pub(super) struct World {
    http: reqwest::Client,
    dimail: String,
}

impl World {
    pub(super) fn new(dimail: SocketAddr) -> Self {
        // Plain HTTP: needs no certificates of the machine.
        let http = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap_or_default();
        Self { http, dimail: format!("http://{dimail}") }
    }

    /// Publishes the records of a domain: its checks pass from now on.
    pub(super) async fn publish(&self, domain: &str) -> Result<(), String> {
        self.put(domain, &[], &[]).await
    }

    async fn put(&self, domain: &str, errors: &[&str], internal_errors: &[&str]) -> Result<(), String> {
        let body =
            json!({"errors": errors, "internal_errors": internal_errors, "fix_repairs": internal_errors.is_empty()});
        self.control(self.http.put(format!("{}/_fake/domains/{domain}", self.dimail)).json(&body)).await
    }

    async fn hang(&self, path: &str) -> Result<(), String> {
        self.fault("*", path, "refuse_500", 100_000).await
    }

    async fn fault(&self, method: &str, path: &str, kind: &str, times: u32) -> Result<(), String> {
        let body = json!({"method": method, "path": path, "kind": kind, "times": times, "seconds": 0});
        self.control(self.http.post(format!("{}/_fake/faults", self.dimail)).json(&body)).await
    }

    async fn control(&self, request: reqwest::RequestBuilder) -> Result<(), String> {
        let answer = request.send().await.map_err(|error| error.to_string())?;
        answer.error_for_status().map(|_| ()).map_err(|error| error.to_string())
    }
}

/// Fills an empty portal; a portal with data is left as it is.
pub(super) async fn fill(app: &App, world: &World) -> Result<(), CommandError> {
    let is_filled = !app.store.every_user().await?.is_empty();
    for sample in &DOMAINS {
        let name = DomainName::parse(sample.name).map_err(|_| CommandError::other(sample.name))?;
        let known = app.store.domain_named(&name).await?;
        if known.is_none() && !is_filled {
            world.put(name.as_str(), sample.errors, sample.internal_errors).await.map_err(CommandError::Other)?;
        }
    }
    if is_filled {
        return Ok(());
    }
    for person in &PEOPLE {
        add_person(app, person).await?;
    }
    world.hang(&format!("/domains/{UNANSWERED}/check")).await.map_err(CommandError::Other)?;
    for sample in &DOMAINS {
        add_domain(app, sample).await?;
    }
    worker::run_until_idle(app).await?;
    add_aliases(app, world).await?;
    let closed = DomainName::parse(CLOSED).map_err(|_| CommandError::other(CLOSED))?;
    if let Some(domain) = app.store.domain_named(&closed).await? {
        domains::close::disable(app, domain.id, "fermeture du musée").await?;
    }
    Ok(worker::run_until_idle(app).await?)
}

/// The sample aliases: domain, local part, destinations. Some are unusual, to show the warnings of
/// their pages.
const ALIASES: [(&str, &str, &[&str]); 12] = [
    (
        "ville.example",
        "contact",
        &["jeanne.lefevre@ville.example", "karim.benali@ville.example", "mairie@agglo.example"],
    ),
    ("ville.example", "ne-pas-repondre", &[DISCARD]),
    ("ville.example", "etat-civil", &["elodie.garnier@ville.example", "jeanne.lefevre@ville.example"]),
    ("ville.example", "urgences", &["astreinte@agglo.example"]),
    ("ville.example", "depart", &["ancienne.collegue@courriel.example"]),
    ("ville.example", "cabinet", &["secretariat@ville.example", "personne@ville.example"]),
    ("ville.example", "secretariat", &["direction@ville.example"]),
    ("ville.example", "direction", &["cabinet@ville.example"]),
    ("ville.example", "jeanne.lefevre", &["jeanne.lefevre@ville.example", "remplacante@courriel.example"]),
    ("musee.example", "accueil", &["jeanne.lefevre@musee.example"]),
    ("orléans.example", "contact", &["jeanne.lefevre@xn--orlans-dva.example"]),
    ("orléans.example", "inscriptions", &["ecoles@agglo.example", "service@courriel.example"]),
];
/// The alias whose destinations stay pending, because dimail does not answer.
const WAITING: &str = "inscriptions";

/// Adds the sample aliases. One stays pending, one is being removed, and one destination is refused by
/// dimail after its request was answered.
async fn add_aliases(app: &App, world: &World) -> Result<(), CommandError> {
    let owner = account(app, OWNER).await?;
    for (domain, part, destinations) in ALIASES {
        let name = DomainName::parse(domain).map_err(|_| CommandError::other(domain))?;
        if part == WAITING {
            world.hang(&format!("/domains/{name}/aliases")).await.map_err(CommandError::Other)?;
        }
        add_alias(app, &owner, &name, (part, destinations)).await?;
    }
    let name = DomainName::parse("ville.example").map_err(|_| CommandError::other("ville.example"))?;
    let path = format!("/domains/{name}/aliases");
    world.fault("POST", &path, "close", 1).await.map_err(CommandError::Other)?;
    world.fault("POST", &path, "refuse_422", 1).await.map_err(CommandError::Other)?;
    add_alias(app, &owner, &name, ("presse", &["journal@courriel.example"])).await?;
    world.hang(&format!("{path}/depart/*")).await.map_err(CommandError::Other)?;
    if let Ok(part) = LocalPart::parse("depart") {
        let by = app.store.allow(&owner, &name).await?;
        aliases::remove::remove(app, &by, &part, "ancienne.collegue@courriel.example").await?;
    }
    Ok(())
}

async fn add_alias(
    app: &App,
    owner: &SignedIn,
    domain: &DomainName,
    (part, destinations): (&str, &[&str]),
) -> Result<(), CommandError> {
    let by = app.store.allow(owner, domain).await?;
    let destinations = destinations.iter().map(|text| (*text).to_owned()).collect();
    let fields = AliasFields { local_part: part.to_owned(), destinations };
    aliases::add::add(app, &by, &fields, To::Any).await?;
    Ok(())
}

async fn add_person(app: &App, person: &Person) -> Result<(), CommandError> {
    let new = NewAccount {
        email: person.email,
        name: person.name,
        password: PASSWORD.into(),
        is_staff: person.email == STAFF,
        // No language: the browser's preference applies, so visitors see the demonstration in theirs.
        language: None,
    };
    accounts::manage::add(&app.store, new, app.settings.default_language).await?;
    Ok(())
}

async fn account(app: &App, email: &str) -> Result<SignedIn, CommandError> {
    let address = EmailAddress::parse(email).map_err(|_| CommandError::other(email))?;
    let found = app.store.credentials(&address).await?;
    found.map(|found| found.person).ok_or_else(|| CommandError::other(email))
}

async fn add_domain(app: &App, sample: &Sample) -> Result<(), CommandError> {
    let owner = account(app, OWNER).await?;
    let fields = DomainFields { name: sample.name.to_owned(), support_email: sample.support_email.to_owned() };
    if let Err(Error::Fault(fault)) = domains::add::add(app, &owner, &fields).await {
        return Err(fault.into());
    }
    let name = DomainName::parse(sample.name).map_err(|_| CommandError::other(sample.name))?;
    let Some(domain) = app.store.domain_named(&name).await? else { return Ok(()) };
    for person in &PEOPLE {
        let Some(role) = person.role.filter(|role| *role != Role::Owner) else { continue };
        let user = account(app, person.email).await?;
        domains::grant::grant(&app.store, domain.id, user.user(), role, app.settings.default_language).await?;
    }
    let by = app.store.allow::<ManageMailboxes>(&owner, &name).await?;
    for n in 0..sample.mailboxes {
        match mailboxes::create::add(app, &by, &mailbox_user(n), Language::Fr).await {
            Err(Error::Fault(fault)) => return Err(fault.into()),
            // A mailbox that is there already, or that dimail refuses, is no failure of the sample.
            Ok(_) | Err(Error::Refused(_)) => {}
        }
    }
    Ok(())
}

const FIRST_NAMES: &str =
    "Jeanne Karim Élodie Hugo Maëlys Paul Inès Noël Zoé Aimé Fatou Léa Marc Anaïs Yanis Lucie Bastien Sofia Théo Agnès";
const LAST_NAMES: &str = "Lefèvre,Benali,Garnier,d’Arcy,Nguyen,Roussel,Le Goff,Diallo,Fernandez,Besançon,O’Neil,\
                          Kowalski,Muller,Haddad,Perrin,Çelik";

/// The `n`th sample mailbox user; every seventeenth has no secondary address.
fn mailbox_user(n: usize) -> MailboxFields {
    let (first, last): (Vec<&str>, Vec<&str>) = (FIRST_NAMES.split(' ').collect(), LAST_NAMES.split(',').collect());
    let pick = |names: &[&str], n: usize| names.get(n % names.len()).copied().unwrap_or_default().to_owned();
    let first_name = pick(&first, n);
    let last_name = pick(&last, n / first.len() + n % first.len());
    let secondary_email = if n % 17 == 16 { String::new() } else { format!("personne{n}@courriel.example") };
    MailboxFields { first_name, last_name, secondary_email, ..MailboxFields::default() }
}
