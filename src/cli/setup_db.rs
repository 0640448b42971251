//! `dimail-setup-db`: fills dimail with all the content of the portal's database. May be repeated:
//! what dimail has is left as it is.

use clap::Args;
use futures::StreamExt;

use super::bootstrap::told;
use super::parts::DimailAccount;
use super::say::Progress;
use super::{Failed, parts, quiet_log, say};
use crate::actions::App;
use crate::actions::dimail_account;
use crate::actions::refill::{self, Filled};
use crate::config::{DimailAdmin, Settings};
use crate::dimail::{Dimail, Failure, KnownMailbox};
use crate::model::domain::Domain;

/// Fills dimail with all the content of the portal's database: the portal's own account, domains
/// with their contexts, mailboxes, aliases. No letters are written; a mailbox made so without a
/// secondary address becomes "to hand over". Each line says created, present or refused.
#[derive(Args, Debug)]
pub(super) struct SetupDb {
    /// Empty a fake dimail first; any other dimail refuses, and nothing is done
    #[arg(long)]
    reset: bool,
    #[command(flatten)]
    admin: DimailAdmin,
    #[command(flatten)]
    settings: Settings,
}

/// The lines, and how many of them are refusals.
struct Report {
    progress: Progress,
    refused: usize,
}

impl Report {
    fn tell(&mut self, what: &str, filled: &Filled) {
        self.progress.done(match filled {
            Filled::Created => format!("{what}\tcreated"),
            Filled::Present => format!("{what}\tpresent"),
            Filled::Refused(why) => format!("{what}\trefused: {why}"),
        });
        self.refused += usize::from(matches!(filled, Filled::Refused(_)));
    }
}

impl SetupDb {
    pub(super) async fn run(&self) -> Result<(), Failed> {
        let settings = parts::settled(&self.settings)?;
        quiet_log(settings.log_format);
        let app = parts::app_without_letters(settings).await?;
        let own = DimailAccount::own(&app.settings, &app.dimail)?;
        let admin = DimailAccount::admin(&self.admin, &app.dimail)?;
        if let Some(admin) = &admin {
            // Before anything is emptied.
            admin
                .client
                .sign_in()
                .await
                .map_err(|failure| Failed::other(format!("DIMAIL_ADMIN_USERNAME: {failure}")))?;
        }
        if self.reset {
            app.dimail.reset_fake().await.map_err(not_reset)?;
            say::line("fake dimail\temptied");
        }
        let by_admin = admin.as_ref().map(DimailAccount::account);
        let prepared = dimail_account::prepare(&own.account(), by_admin.as_ref()).await;
        for prepared in prepared.map_err(Failed::other)? {
            say::line(told(&prepared));
        }
        let refused = fill(&app, admin.as_ref().map(|admin| &admin.client)).await?;
        if refused > 0 { Err(Failed::other(format!("{refused} refused"))) } else { Ok(()) }
    }
}

fn not_reset(failure: Failure) -> Failed {
    match failure {
        Failure::NoAnswer(silence) if silence.status.is_none() => Failed::other(format!("dimail: {silence}")),
        _ => Failed::other("--reset empties nothing but a fake dimail, and DIMAIL_URL is none: nothing was done"),
    }
}

async fn fill(app: &App, admin: Option<&Dimail>) -> Result<usize, Failed> {
    let all = app.store.every_domain().await.map_err(Failed::other)?;
    // What dimail has not accepted yet has its own order, which the running portal carries out.
    let domains: Vec<Domain> = all.into_iter().filter(|domain| domain.accepted_at.is_some()).collect();
    let mut report = Report { progress: Progress::of(domains.len()), refused: 0 };
    let several = usize::from(app.settings.dimail_concurrency);
    let mut made = futures::stream::iter(&domains)
        .map(|domain| async move { (domain, refill::domain(app, admin, domain).await) })
        .buffered(several);
    let mut listed = Vec::new();
    while let Some((domain, filled)) = made.next().await {
        report.tell(&format!("domain {}", domain.name), &filled.domain);
        if let Some(allow) = &filled.allow {
            report.progress.more(1);
            report.tell(&format!("allow {}", domain.name), allow);
        }
        listed.extend(filled.list.map(|list| (domain, list)));
    }
    for (domain, list) in listed {
        fill_mailboxes(app, domain, &list, several, &mut report).await?;
        fill_aliases(app, domain, several, &mut report).await?;
    }
    Ok(report.refused)
}

async fn fill_mailboxes(
    app: &App,
    domain: &Domain,
    list: &[KnownMailbox],
    several: usize,
    report: &mut Report,
) -> Result<(), Failed> {
    let mailboxes = app.store.mailboxes_of(domain.id).await.map_err(Failed::other)?;
    report.progress.more(mailboxes.len());
    let mut made = futures::stream::iter(&mailboxes)
        .map(|mailbox| async move { (mailbox, refill::mailbox(app, domain, mailbox, list).await) })
        .buffered(several);
    while let Some((mailbox, filled)) = made.next().await {
        report.tell(&format!("mailbox {}", mailbox.address(&domain.name)), &filled.map_err(Failed::other)?);
    }
    Ok(())
}

async fn fill_aliases(app: &App, domain: &Domain, several: usize, report: &mut Report) -> Result<(), Failed> {
    let aliases = app.store.aliases_of(domain.id).await.map_err(Failed::other)?;
    report.progress.more(aliases.len());
    let mut made = futures::stream::iter(&aliases)
        .map(|(part, to)| async move { (part, to, refill::alias(app, domain, part, to).await) })
        .buffered(several);
    while let Some((part, to, filled)) = made.next().await {
        report.tell(&format!("alias {} \u{2192} {to}", part.at(&domain.name)), &filled);
    }
    Ok(())
}
