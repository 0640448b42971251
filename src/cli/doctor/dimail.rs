//! dimail: whether it answers and knows our account, what that may do, which routes are missing, and its clock.

use super::Findings;
use crate::cli::parts;
use crate::clock::Clock;
use crate::config::Settings;
use crate::dimail::{CallError, Dimail, FaultKind, InstallationFault};

/// The largest acceptable difference between the clocks, in seconds: tokens expire by the clock.
const CLOCK_OFF: u64 = 60;

pub(super) async fn check(findings: &mut Findings, settings: &Settings) {
    let url = findings.required(settings.dimail_url.as_ref(), "DIMAIL_URL").is_some();
    let name = findings.required(settings.dimail_username.as_ref(), "DIMAIL_USERNAME").is_some();
    let password = findings.required(settings.dimail_password.as_ref(), "DIMAIL_PASSWORD").is_some();
    if !(url && name && password) {
        return;
    }
    let client = match parts::dimail(settings) {
        Ok(client) => client,
        Err(error) => return findings.wrong(format!("{error}: correct it")),
    };
    match signed_in(&client).await {
        Ok(()) => Findings::ok("DIMAIL_URL: dimail answers, and accepts our account"),
        Err(complaint) => return findings.wrong(complaint),
    }
    match client.may_create_domains().await {
        Ok(true) => Findings::ok("dimail rights: our account may create domains"),
        Ok(false) => findings.wrong(
            "dimail rights: our account may not create domains: give it the right new_domain, or on a server of 2024 \
             make it an administrator",
        ),
        Err(failure) => findings.wrong(format!("dimail rights: {failure}")),
    }
    routes(findings, &client).await;
    clock(findings, &client).await;
}

/// Checks whether dimail has the portal's account, with a plain message if not.
async fn signed_in(client: &Dimail) -> Result<(), String> {
    if client.users().await.is_ok_and(|users| users.is_empty()) {
        return Err("DIMAIL_USERNAME: dimail has no account at all yet: run \"bootstrap\"".to_owned());
    }
    let Err(failure) = client.sign_in().await else { return Ok(()) };
    Err(match failure {
        CallError::Installation(InstallationFault { kind: FaultKind::SignIn, .. }) => {
            "DIMAIL_USERNAME: dimail does not accept it with DIMAIL_PASSWORD: correct them, or have the account made \
             by \"bootstrap\""
                .to_owned()
        }
        CallError::Installation(InstallationFault { kind: FaultKind::Redirected, detail }) => {
            format!("DIMAIL_URL: {detail}: give the address to which it points")
        }
        CallError::Installation(fault) => format!("DIMAIL_URL: what answers there is no dimail: {fault}: correct it"),
        CallError::NoAnswer(silence) => format!("DIMAIL_URL: {silence}: check the address, and that dimail runs"),
        CallError::Refused(refusal) => format!("DIMAIL_URL: {refusal}: correct it"),
    })
}

async fn routes(findings: &mut Findings, client: &Dimail) {
    match client.missing_routes().await {
        Ok(missing) if missing.is_empty() => Findings::ok("dimail version: it has all that the portal uses"),
        Ok(missing) => {
            let routes: Vec<String> = missing.iter().map(|route| route.replace("{}", "…")).collect();
            findings.wrong(format!(
                "dimail version: it lacks {}: the portal works, but {}; ask those who run dimail for a newer one",
                routes.join(", "),
                costs(&missing),
            ));
        }
        Err(failure) => findings.wrong(format!("dimail version: {failure}")),
    }
}

/// The consequences of each missing route.
fn costs(missing: &[&str]) -> String {
    let lacks = |word: &str| missing.iter().any(|route| route.contains(word));
    let all = [
        ("/code", "emails carry no login link"),
        ("/reset_password", "no password can be reset"),
        ("/spec", "the expected DNS records are not shown"),
        ("/fix", "dimail is not asked to repair what is on its side"),
        ("/address", "what is in doubt takes longer to clarify"),
        ("/v2", "whether a mailbox is active is not told"),
    ];
    let costs: Vec<&str> = all.into_iter().filter(|(word, _)| lacks(word)).map(|(_, cost)| cost).collect();
    costs.join(", ")
}

async fn clock(findings: &mut Findings, client: &Dimail) {
    let here = Clock::system().now().0 / 1_000_000;
    match client.time().await {
        Ok(Some(there)) if there.abs_diff(here) > CLOCK_OFF => findings.wrong(format!(
            "clock: dimail's and that of this machine are {} seconds apart: have both set by the network (NTP)",
            there.abs_diff(here)
        )),
        Ok(_) => Findings::ok("clock: that of dimail and that of this machine agree"),
        Err(failure) => findings.wrong(format!("clock: {failure}")),
    }
}
