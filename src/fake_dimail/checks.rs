//! The checks of a domain. There are no DNS queries: each domain has a plan of its errors, which tests
//! and the demonstration set.

use serde_json::{Map, Value, json};

use crate::fake_dimail::plan::{Check, CheckError, Plan, Repairs};
use crate::fake_dimail::state::{Domain, Health, State};
use crate::fake_dimail::{FakeOptions, Release};

/// The checks, and whether they are about dimail's own side; the server of 2024 has only the others.
const CHECKS: [(&str, bool); 11] = [
    ("domain_exist", false),
    ("mx", false),
    ("cname_imap", false),
    ("cname_smtp", false),
    ("cname_webmail", false),
    ("spf", false),
    ("dkim", false),
    ("postfix", true),
    ("ox", true),
    ("cert", true),
    ("webmail_ok", true),
];

/// The checks of a domain before the first run.
pub(crate) fn never_run() -> Vec<Check> {
    let detail = "Ce domaine n'a pas encore été vérifié.";
    all(|_| vec![CheckError { code: "no_test".to_owned(), detail: detail.to_owned() }])
}

fn all(errors: impl Fn(&str) -> Vec<CheckError>) -> Vec<Check> {
    let check = |(name, internal): (&str, bool)| Check { name: name.to_owned(), internal, errors: errors(name) };
    CHECKS.map(check).into()
}

/// The checks as fields of a domain object.
pub(crate) fn members(checks: &[Check], release: Release) -> Map<String, Value> {
    let known = |check: &&Check| release == Release::Production || !check.internal;
    let member = |check: &Check| {
        let ok = check.errors.is_empty();
        let value = match release {
            Release::Production => {
                json!({"ok": ok, "internal": check.internal, "errors": check.errors})
            }
            Release::August2024 => json!({"ok": ok, "errors": check.errors}),
        };
        (check.name.clone(), value)
    };
    checks.iter().filter(known).map(member).collect()
}

impl State {
    /// The planned result of the next check.
    pub fn plan(&self, domain: &str, options: &FakeOptions) -> Plan {
        self.plans
            .get(domain)
            .cloned()
            .unwrap_or_else(|| Plan { errors: options.unpublished.clone(), ..Plan::default() })
    }

    /// Runs the checks and stores the results.
    pub fn run_check(&mut self, name: &str, options: &FakeOptions) {
        let plan = self.plan(name, options);
        let Some(domain) = self.domain_mut(name) else {
            return;
        };
        domain.checks = results(&plan, domain);
        let known = |check: &&Check| options.release == Release::Production || !check.internal;
        let mut seen = domain.checks.iter().filter(known);
        let all_ok = seen.all(|check| check.errors.is_empty());
        domain.state = if all_ok { Health::Ok } else { Health::Broken };
    }

    /// One call of fix.
    pub fn repair(&mut self, domain: &str) {
        let Some(plan) = self.plans.get_mut(domain) else {
            return;
        };
        match plan.fix_repairs {
            Repairs::Whether(false) => {}
            Repairs::After(calls) if calls > 1 => plan.fix_repairs = Repairs::After(calls - 1),
            Repairs::Whether(true) | Repairs::After(_) => plan.internal_errors.clear(),
        }
    }
}

fn results(plan: &Plan, domain: &Domain) -> Vec<Check> {
    let codes = plan.errors.iter().map(|code| (code, false));
    let codes = codes.chain(plan.internal_errors.iter().map(|code| (code, true)));
    let missing = plan.errors.iter().any(|code| code == "must_exist");
    all(|check| {
        // If the domain does not exist, the other checks are not run and stay ok.
        if !is_run(check, domain) || (missing && check != "domain_exist") {
            return Vec::new();
        }
        let own = codes.clone().filter(|(code, internal)| check_of(code, *internal) == check);
        own.map(|(code, _)| CheckError { code: code.clone(), detail: detail(code, &domain.name) }).collect()
    })
}

fn is_run(check: &str, domain: &Domain) -> bool {
    match check {
        "cname_imap" => domain.has("mailbox"),
        "cname_webmail" | "webmail_ok" => domain.has("webmail"),
        _ => true,
    }
}

/// The check that reports a code; an unknown code is assigned by its name.
fn check_of(code: &str, internal: bool) -> &'static str {
    let last = code.rsplit('_').next().unwrap_or_default();
    match (last, internal) {
        ("exist", _) => "domain_exist",
        ("cert", _) => "cert",
        ("postfix", _) => "postfix",
        ("ox", _) => "ox",
        ("webmail" | "ok", true) => "webmail_ok",
        (_, true) => internal_named_in(code),
        ("imap", false) => "cname_imap",
        ("smtp", false) => "cname_smtp",
        ("webmail", false) => "cname_webmail",
        ("spf", false) => "spf",
        ("dkim", false) => "dkim",
        (_, false) => external_named_in(code),
    }
}

fn internal_named_in(code: &str) -> &'static str {
    let pairs = [("cert", "cert"), ("postfix", "postfix"), ("webmail", "webmail_ok")];
    named_in(code, &pairs).unwrap_or("ox")
}

fn external_named_in(code: &str) -> &'static str {
    let pairs = [
        ("imap", "cname_imap"),
        ("smtp", "cname_smtp"),
        ("webmail", "cname_webmail"),
        ("spf", "spf"),
        ("dkim", "dkim"),
    ];
    named_in(code, &pairs).unwrap_or("mx")
}

fn named_in(code: &str, pairs: &[(&str, &'static str)]) -> Option<&'static str> {
    let found = pairs.iter().find(|(word, _)| code.contains(word))?;
    Some(found.1)
}

/// A message in French for people that contains the expected and the found value.
fn detail(code: &str, domain: &str) -> String {
    const MX: &str = "mx.ox.numerique.gouv.fr.";
    const SPF: &str = "include:_spf.ox.numerique.gouv.fr";
    let host = code.rsplit('_').next().unwrap_or_default();
    let (name, goal) = (format!("{host}.{domain}"), format!("{host}.ox.numerique.gouv.fr."));
    let key = format!("dimail._domainkey.{domain}");
    match code {
        "must_exist" => format!("Aucun serveur de noms trouvé pour {domain} : le domaine n'existe pas."),
        "no_mx" => format!("{domain} n'a aucun MX ; attendu : {MX}"),
        "wrong_mx" => format!("Le MX de {domain} est mx.ancien-hebergeur.example. ; attendu : {MX}"),
        "no_cname_imap" | "no_cname_smtp" | "no_cname_webmail" => {
            format!("{name} n'a pas de CNAME ; attendu : {goal}")
        }
        "wrong_cname_imap" | "wrong_cname_smtp" | "wrong_cname_webmail" => {
            format!("Le CNAME de {name} est {host}.ancien-hebergeur.example. ; attendu : {goal}")
        }
        "no_spf" => format!("{domain} n'a pas d'enregistrement SPF ; attendu : v=spf1 {SPF} -all"),
        "wrong_spf" => {
            format!("Le SPF de {domain} est « v=spf1 include:_spf.ancien-hebergeur.example -all », sans {SPF}")
        }
        "no_dkim" => format!("{key} n'a pas de clé DKIM ; attendu : un TXT qui commence par v=DKIM1"),
        "wrong_dkim" => format!("{key} : aucune des clés trouvées n'est la nôtre."),
        "no_cert" => format!("Pas encore de certificat TLS pour {domain}."),
        other => format!("Problème {other} sur le domaine {domain}."),
    }
}
