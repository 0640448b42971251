//! `dimail-setup-db`: pushes all content of the portal's database to dimail. Idempotent: what dimail
//! has already is left as it is.

use std::cell::RefCell;

use clap::Args;

use super::bootstrap::account_line;
use super::parts::DimailAccount;
use super::rounds::Rounds;
use super::say::Progress;
use super::{CommandError, parts, quiet_log, say};
use crate::actions::domains::compare::observe::{Observation, observe};
use crate::actions::domains::push::content::{self, Item};
use crate::actions::domains::push::domain::{self, DomainSoFar};
use crate::actions::domains::push::{PushResult, carried_out};
use crate::actions::sync::dimail_account::{AccountError, Prepared};
use crate::actions::{App, sync};
use crate::config::{DimailAdmin, Settings};
use crate::dimail::{CallError, Dimail};
use crate::model::Domain;

const WORDS: &str =
    "Fills dimail with all the content of the portal's database: the portal's own account, domains with \
    their contexts, mailboxes, aliases. No emails are written; a mailbox made so without a secondary address becomes \
    \"to hand over\".

A line for each thing, once, with its final word:
  created                  dimail has it now
  present                  dimail had it
  refused: WHY             dimail does not have it, or has it otherwise: nothing is repeated
  unknown, run again: WHY  dimail did not say what it did

Calls are made one after the other, and several at a time only where dimail answers as quickly as before. What dimail \
    did not answer is repeated after pauses that grow from RETRY_FIRST to RETRY_LONGEST; what is there is looked at \
    first. It ends when nothing became known in 8 rounds in a row, or for RETRY_GIVE_UP: what is left is unknown \
    then, and the portal goes on with it. What was deleted here does not come back, and nothing is created on a \
    disabled domain. The mailboxes and aliases of a domain that is refused or unknown are left out.

Exit status 1 if anything is refused or unknown.";

/// Fills dimail with all the content of the portal's database.
#[derive(Args, Debug)]
#[command(after_long_help = WORDS)]
pub(super) struct SetupDb {
    /// Empty a fake dimail first; any other dimail refuses, and nothing is done
    #[arg(long)]
    reset: bool,
    #[command(flatten)]
    admin: DimailAdmin,
    #[command(flatten)]
    settings: Settings,
}

/// The output, and the number of errors in it.
struct Report {
    progress: Progress,
    refused: usize,
    unknown: usize,
}

impl Report {
    fn line(&mut self, what: &str, outcome: &PushResult) {
        self.progress.done(match outcome {
            PushResult::Created => format!("{what}\tcreated"),
            PushResult::Present => format!("{what}\tpresent"),
            PushResult::Refused(why) => format!("{what}\trefused: {why}"),
            PushResult::Unknown(why) => format!("{what}\tunknown, run again: {why}"),
        });
        self.refused += usize::from(matches!(outcome, PushResult::Refused(_)));
        self.unknown += usize::from(matches!(outcome, PushResult::Unknown(_)));
    }

    fn verdict(&self) -> Result<(), CommandError> {
        match (self.refused, self.unknown) {
            (0, 0) => Ok(()),
            (refused, 0) => Err(CommandError::other(format!("{refused} refused"))),
            (0, unknown) => Err(CommandError::other(format!("{unknown} unknown, run again"))),
            (refused, unknown) => Err(CommandError::other(format!("{refused} refused, {unknown} unknown, run again"))),
        }
    }
}

impl SetupDb {
    pub(super) async fn run(&self) -> Result<(), CommandError> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let app = parts::app_without_emails(settings).await?;
        let own = DimailAccount::own(&app.settings, &app.dimail)?;
        let admin = DimailAccount::admin(&self.admin, &app.dimail)?;
        if self.reset {
            if let Some(admin) = &admin {
                let signed_in = admin.client.sign_in().await;
                signed_in.map_err(|failure| CommandError::other(format!("DIMAIL_ADMIN_USERNAME: {failure}")))?;
            }
            app.dimail.reset_fake().await.map_err(not_reset)?;
            say::line("fake dimail\temptied");
        }
        // The portal may run at the same time.
        let shared = tokio::spawn(sync::limit::keep_shared(app.clone()));
        let result = all(&app, &own, admin.as_ref()).await;
        shared.abort();
        if let Err(fault) = sync::limit::leave(&app).await {
            tracing::warn!(%fault, "leaving the shared limit failed; this share expires in half a minute");
        }
        result
    }
}

fn not_reset(failure: CallError) -> CommandError {
    match failure {
        CallError::NoAnswer(silence) if silence.status.is_none() => CommandError::other(format!("dimail: {silence}")),
        _ => CommandError::other("--reset empties nothing but a fake dimail, and DIMAIL_URL is none: nothing was done"),
    }
}

/// Pushes the account, then everything else.
async fn all(app: &App, own: &DimailAccount, admin: Option<&DimailAccount>) -> Result<(), CommandError> {
    let mut report = Report { progress: Progress::of(0), refused: 0, unknown: 0 };
    let mut rounds = Rounds::new(app.settings.pauses());
    let prepared = prepare(&mut rounds, own, admin, &mut report).await?;
    if report.unknown == 0 {
        for prepared in &prepared {
            say::line(account_line(prepared));
        }
        fill(app, admin.map(|admin| &admin.client), &mut rounds, &mut report).await?;
    }
    report.verdict()
}

/// Creates the portal's account at dimail, which all further calls need.
async fn prepare(
    rounds: &mut Rounds,
    own: &DimailAccount,
    admin: Option<&DimailAccount>,
    report: &mut Report,
) -> Result<Vec<Prepared>, CommandError> {
    let own = own.account();
    let admin = admin.map(DimailAccount::account);
    let mut all = Vec::new();
    let work = async |prepared: &mut Vec<Prepared>| match sync::dimail_account::prepare(&own, admin.as_ref()).await {
        Ok(accounts) => {
            *prepared = accounts;
            Ok(PushResult::Present)
        }
        // A configuration fault ends the command: these are the first calls, so the settings here are
        // wrong.
        Err(AccountError::Dimail(CallError::NoAnswer(silence))) => Ok(PushResult::Unknown(silence.to_string())),
        Err(error) => Err(CommandError::other(error)),
    };
    let report_one = |prepared: &Vec<Prepared>, outcome: &PushResult| match outcome {
        PushResult::Unknown(_) => report.line(&format!("dimail account {}", own.name), outcome),
        _ => all.clone_from(prepared),
    };
    rounds.run(vec![Vec::new()], 1, work, report_one).await?;
    Ok(all)
}

async fn fill(app: &App, admin: Option<&Dimail>, rounds: &mut Rounds, report: &mut Report) -> Result<(), CommandError> {
    let all = app.store.every_domain().await?;
    // Domains that dimail has not accepted yet have a job of their own, which the portal carries
    // out.
    let domains: Vec<Domain> = all.into_iter().filter(|domain| domain.accepted_at.is_some()).collect();
    report.progress.more(domains.len());
    let items = domains.iter().map(|domain| (domain, DomainSoFar::default())).collect();
    let work =
        async |(domain, so_far): &mut (&Domain, DomainSoFar)| Ok(domain::domain(app, admin, domain, so_far).await);
    let mut there = Vec::new();
    let report_one = |(domain, so_far): &(&Domain, DomainSoFar), outcome: &PushResult| {
        report.line(&format!("domain {}", domain.name), outcome);
        if let Some(allow) = &so_far.allow {
            report.progress.more(1);
            report.line(&format!("allow {}", domain.name), allow);
        }
        if matches!(outcome, PushResult::Created | PushResult::Present) {
            there.push(domain.id);
        }
    };
    // One at a time: the second domain of a context joins the context that the first one created.
    rounds.run(items, 1, work, report_one).await?;
    for domain in domains.iter().filter(|domain| there.contains(&domain.id)) {
        fill_domain(app, domain, rounds, report).await?;
    }
    Ok(())
}

/// Gives dimail what it lost of a domain that it has.
async fn fill_domain(app: &App, domain: &Domain, rounds: &mut Rounds, report: &mut Report) -> Result<(), CommandError> {
    let (observation, unknown) = observed(app, domain, rounds).await?;
    let found = observation.as_ref().ok_or(&unknown);
    let content = content::content(app, domain, found).await?;
    drop(observation);
    for items in content {
        report.progress.more(items.len());
        let work = async |item: &mut Item| Ok(carried_out(app, domain, item).await?);
        rounds.run(items, several(app), work, |item, outcome| report.line(&item.words, outcome)).await?;
    }
    Ok(())
}

/// What dimail shows of a domain, and why there is none.
async fn observed(
    app: &App,
    domain: &Domain,
    rounds: &mut Rounds,
) -> Result<(Option<Observation>, PushResult), CommandError> {
    let (observation, mut result) = (RefCell::new(None), PushResult::Present);
    let work = async |(): &mut ()| {
        Ok(match observe(app, &domain.name).await {
            Ok(found) => {
                *observation.borrow_mut() = Some(found);
                PushResult::Present
            }
            Err(failure) => PushResult::no(&failure),
        })
    };
    rounds.run(vec![()], 1, work, |(), outcome| result = outcome.clone()).await?;
    Ok((observation.into_inner(), result))
}

/// How many items are worked on concurrently; the client's limiter sets the number of calls.
fn several(app: &App) -> usize {
    usize::from(app.settings.dimail_concurrency)
}
