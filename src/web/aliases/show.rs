//! The page of an alias: its destinations, and the form that adds more.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::Error;
use crate::actions::aliases::add::To;
use crate::i18n::Told;
use crate::model::address::LocalPart;
use crate::model::alias::Warning;
use crate::model::alias::{AliasDestination, AliasStatus, DISCARD, Surroundings};
use crate::model::change::{ChangeKind, ChangeOutcome, ChangeView, Object};
use crate::model::domain::Domain;
use crate::model::field_error::FieldErrors;
use crate::model::mailbox::MailboxStatus;
use crate::model::refusal::Refusal;
use crate::model::role::{ManageAliases, Permission, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::aliases::add::{adding, notice, shown, typed};
use crate::web::aliases::list::closed;
use crate::web::changes::{asked, job_attempts};
use crate::web::error::{Answer, PageError, invalid, rendered};
use crate::web::extract::AliasPart;
use crate::web::fields::Fields;
use crate::web::guard;
use crate::web::mistakes::ErrorTexts;
use crate::web::page::Page;
use crate::web::why;

/// A destination as the page of its alias shows it.
struct Pair {
    destination: String,
    words: String,
    status: AliasStatus,
    label: String,
    details: Vec<Told>,
    warning: Option<String>,
    can_remove: bool,
    can_retry: bool,
    can_keep: bool,
}

impl Pair {
    fn discards(&self) -> bool {
        self.destination == DISCARD
    }

    /// The same without adding it again if emails to a guarded address may not go there.
    async fn without_forbidden(self, web: &Web, by: &Allowed<SeeDomain>, part: &LocalPart) -> Result<Self, PageError> {
        if !self.can_retry && !self.can_keep {
            return Ok(self);
        }
        let may = guard::may_lead(web, by, part, &[&self.destination]).await?;
        Ok(Self { can_retry: self.can_retry && may, can_keep: self.can_keep && may, ..self })
    }
}

#[derive(Template)]
#[template(path = "aliases/show.html")]
struct Show {
    page: Page,
    domain: Domain,
    part: LocalPart,
    pairs: Vec<Pair>,
    closed: Option<String>,
    attempts: String,
    can_add: bool,
    can_delete: bool,
    busy: bool,
    /// The address of its lines in the journal, for those who may read it.
    journal: Option<String>,
    typed: String,
    error: Told,
    errors: ErrorTexts,
}

impl Show {
    async fn read(web: &Web, by: &Allowed<SeeDomain>, page: Page, part: LocalPart) -> Result<Self, PageError> {
        let (store, domain) = (&web.app().store, by.domain().clone());
        let pairs = store.destinations(by, &part).await?;
        let object = Object::Alias(part.clone());
        let busy = pairs.iter().any(|pair| matches!(pair.status(), AliasStatus::Pending | AliasStatus::Removing));
        let (changes, job) = if busy {
            (store.changes_of(by, &object).await?, store.job_of(domain.id, &object).await?)
        } else {
            (Vec::new(), None)
        };
        let around = if pairs.iter().any(|pair| pair.destination.local_part_in(&domain.name).is_some()) {
            store.surroundings(by, &part).await?
        } else {
            Surroundings::default()
        };
        let guarded = if by.can(Permission::ManageAliases) { guard::kept_out(web, by, &part).await? } else { None };
        let manages = by.can(Permission::ManageAliases) && guarded.is_none();
        let mut views = Vec::new();
        for pair in &pairs {
            let view = pair_view(&page, &domain, pair, &changes, &around, manages);
            views.push(view.without_forbidden(web, by, &part).await?);
        }
        Ok(Self {
            pairs: views,
            closed: match &guarded {
                Some(why) => Some(why::sentence(&page, why).await),
                None if manages => closed(&page, &domain),
                None => None,
            },
            attempts: job.filter(|_| busy).map(|job| job_attempts(&page, &job).join(" ")).unwrap_or_default(),
            can_add: manages && domain.takes_aliases(),
            can_delete: manages && pairs.iter().any(|pair| pair.wanted),
            journal: by
                .can(Permission::FollowChanges)
                .then(|| urls::journal_about(&domain.name, &part.at(&domain.name))),
            busy,
            typed: String::new(),
            error: Told::NONE,
            errors: ErrorTexts::default(),
            page: page.refreshed_while(busy),
            domain,
            part,
        })
    }

    fn address(&self) -> String {
        self.part.at(&self.domain.name)
    }

    fn back(&self) -> String {
        urls::aliases(&self.domain.name)
    }

    fn below(&self, rest: &str) -> String {
        urls::below_alias(&self.domain.name, &self.part, rest)
    }

    /// Whether only one destination is left that can be removed: without it the alias is gone, which a page confirms.
    fn is_last(&self) -> bool {
        self.pairs.iter().filter(|pair| pair.can_remove).count() == 1
    }

    fn can_discard(&self) -> bool {
        self.can_add && !self.pairs.iter().any(Pair::discards)
    }
}

fn pair_view(
    page: &Page,
    domain: &Domain,
    pair: &AliasDestination,
    changes: &[ChangeView],
    around: &Surroundings,
    manages: bool,
) -> Pair {
    let (s, status) = (&page.s, pair.status());
    let mut details: Vec<Told> = Vec::new();
    if let Some(reason) = &pair.reason {
        let why = s.reason(reason, &domain.name, page.is_staff());
        let is_kept = status == AliasStatus::Enabled;
        details.push(if is_kept { why.within(|why| s.t1("alias-kept", "reason", why)) } else { why });
    }
    if status == AliasStatus::Pending && !domain.takes_aliases() && !pair.is_pushed {
        details.push(s.t1("alias-waits-for-domain", "domain", domain.name.unicode()).into());
    } else if matches!(status, AliasStatus::Pending | AliasStatus::Removing) {
        details.extend(changes.iter().find(|change| is_about(change, pair)).map(|change| asked(page, change).into()));
    }
    let target = pair.destination.local_part_in(&domain.name);
    let warning = target.and_then(|target| around.warning(&pair.local_part, &target));
    let may_add = manages && domain.takes_aliases();
    Pair {
        destination: pair.destination.as_str().to_owned(),
        words: shown(page, &pair.destination),
        status,
        label: page.t(status_key(status)),
        details,
        warning: warning.map(|warning| page.t(warning_key(warning))),
        can_remove: manages && pair.wanted,
        can_retry: may_add && status == AliasStatus::Failed,
        can_keep: may_add && !pair.wanted,
    }
}

/// Whether it is the change that a destination waits for.
fn is_about(change: &ChangeView, pair: &AliasDestination) -> bool {
    let is_its = change.destination.as_deref().is_some_and(|destination| pair.destination.is(destination));
    let is_wanted = match change.kind {
        ChangeKind::AddDestination => pair.wanted && is_its,
        ChangeKind::RemoveDestination => !pair.wanted && is_its,
        ChangeKind::DeleteAlias => !pair.wanted,
        _ => false,
    };
    is_wanted && change.outcome == ChangeOutcome::Waiting
}

fn status_key(status: AliasStatus) -> &'static str {
    match status {
        AliasStatus::Pending => "status-pending",
        AliasStatus::Enabled => "status-enabled",
        AliasStatus::Removing => "alias-status-removing",
        AliasStatus::Failed => "status-failed",
    }
}

fn warning_key(warning: Warning) -> &'static str {
    match warning {
        Warning::Itself => "alias-warning-itself",
        Warning::Circle => "alias-warning-circle",
        Warning::Mailbox(MailboxStatus::Disabled) => "alias-warning-disabled",
        Warning::Mailbox(MailboxStatus::Failed) => "alias-warning-failed",
        Warning::Mailbox(MailboxStatus::Pending | MailboxStatus::Enabled) => "alias-warning-pending",
        Warning::Unknown => "alias-warning-unknown",
    }
}

pub(crate) async fn show(
    State(web): State<Web>,
    by: Allowed<SeeDomain>,
    AliasPart(part): AliasPart,
    page: Page,
) -> Answer {
    let show = Show::read(&web, &by, page, part).await?;
    if show.pairs.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    rendered(&show)
}

/// The page again, with the error of the destination that was typed or chosen.
pub(crate) async fn invalid_destination(
    web: &Web,
    by: &Allowed<ManageAliases>,
    page: Page,
    part: LocalPart,
    (typed, errors): (String, &FieldErrors),
) -> Answer {
    let seen = by.also::<SeeDomain>().ok_or(Refusal::NotFound)?;
    let page = page.placed_at(&urls::alias(&by.domain().name, &part));
    let show = Show::read(web, &seen, page, part).await?;
    let error = errors.iter().map(|(_, error)| show.page.s.field_error(error)).collect();
    let errors = show.page.errors(errors);
    invalid(&Show { typed, error, errors, ..show })
}

pub(crate) async fn add_destination(
    State(web): State<Web>,
    by: Allowed<ManageAliases>,
    AliasPart(part): AliasPart,
    page: Page,
    fields: Fields,
) -> Answer {
    let by = Arc::new(by);
    let (domain, typed) = (by.domain(), typed(&fields, part.as_str()));
    let here = urls::alias(&domain.name, &part);
    match fields.once(&web, adding(&web, &by, &typed, To::Existing)).await.map(|done| done.result) {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let wrong = errors.first("destination").and_then(|n| typed.destinations.get(n)).cloned();
            invalid_destination(&web, &by, page, part, (wrong.unwrap_or_default(), &errors)).await
        }
        added => Ok(page.see_other(&here, notice(&page, domain, &added?)).await),
    }
}
