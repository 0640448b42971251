//! The comparison of a domain with the mail service, and what is done about its differences.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use strum::AsRefStr;

use crate::actions::domains::compare;
use crate::actions::domains::compare::act::{Act, Acted};
use crate::actions::{self, Error};
use crate::model::compared::{Comparison, IGNORED_BECAUSE_MAX, LinesWanted};
use crate::model::member::owner_names;
use crate::model::{DomainStatus, FieldError, FieldErrors, FollowChanges, Reconcile, Refusal, Why};
use crate::store::Allowed;
use crate::urls;
use crate::web::domains::compare_lines::{Part, parts, said};
use crate::web::domains::head::{Head, Tab};
use crate::web::mistakes::ErrorTexts;
use crate::web::{Answer, Fields, Notice, Page, PageError, Query, Web, invalid, rendered};

/// The names of the actions.
const ADOPT: &str = "adopt";
const PUSH: &str = "push";
const IGNORE: &str = "ignore";

/// What was typed into the form.
#[derive(Default)]
struct Typed {
    chosen: Vec<String>,
    action: String,
    reason: String,
    errors: ErrorTexts,
}

/// Whether there is something to show.
#[derive(Clone, Copy, AsRefStr)]
#[strum(serialize_all = "snake_case")]
enum Outcome {
    /// The mail service does not have the domain.
    NotThere,
    /// It gave no answer.
    NoAnswer,
    /// Nothing differs.
    Same,
    /// Something differs.
    Different,
}

#[derive(Template)]
#[template(path = "domains/compare.html")]
struct Show {
    page: Page,
    head: Head,
    outcome: Outcome,
    parts: Vec<Part>,
    typed: Typed,
    /// Whether something can be done.
    is_open: bool,
    /// Whether the person may adopt and push.
    reconciles: bool,
    /// The names of those who may, for the others.
    owners: String,
    /// How many addresses of other domains share the context; for staff.
    elsewhere: usize,
}

impl Show {
    async fn read(
        web: &Web,
        by: &Allowed<FollowChanges>,
        page: Page,
        wanted: &LinesWanted,
        typed: Typed,
    ) -> Result<Self, PageError> {
        let head = Head::read(web, by, &page, Tab::Overview).await?;
        let is_there = head.domain.accepted_at.is_some();
        let found = if is_there { compare::compare(web.app(), by, wanted).await? } else { None };
        let reconciles = by.also::<Reconcile>().is_some();
        let owners =
            if reconciles { String::new() } else { owner_names(&web.app().store.members_of(head.domain.id).await?) };
        let is_open = head.domain.status != DomainStatus::Disabled;
        let outcome = match &found {
            None if is_there => Outcome::NoAnswer,
            None => Outcome::NotThere,
            Some(found) if found.is_empty() => Outcome::Same,
            Some(_) => Outcome::Different,
        };
        let elsewhere = found.as_ref().filter(|_| page.is_staff()).map_or(0, |found| found.elsewhere);
        let shown = |found: &Comparison| parts(&page, &head.domain.name, found, (wanted, &typed.chosen));
        let parts = found.as_ref().map(shown).unwrap_or_default();
        Ok(Self { page, head, outcome, parts, typed, is_open, reconciles, owners, elsewhere })
    }

    fn here(&self) -> String {
        urls::below_domain(&self.head.domain.name, "compare")
    }

    /// Whether some line can be chosen.
    fn can_choose(&self) -> bool {
        self.is_open && self.parts.iter().any(|part| !part.is_ignored && part.rows.iter().any(|row| row.ticks))
    }

    fn actions(&self) -> Vec<(String, String)> {
        let all: &[(&str, &str)] = if self.reconciles {
            &[("", "compare-choose"), (ADOPT, "compare-adopt"), (PUSH, "compare-push"), (IGNORE, "compare-ignore")]
        } else {
            &[("", "compare-choose"), (IGNORE, "compare-ignore")]
        };
        all.iter().map(|(word, key)| ((*word).to_owned(), self.page.t(key))).collect()
    }

    fn reason_max() -> String {
        IGNORED_BECAUSE_MAX.to_string()
    }
}

/// The lines that the query asks for; unknown values mean the first of all sections.
fn wanted(query: &Fields) -> LinesWanted {
    LinesWanted { section: query.text("kind").parse().ok(), after: query.text("after") }
}

pub(crate) async fn show(
    State(web): State<Web>,
    by: Allowed<FollowChanges>,
    page: Page,
    Query(query): Query,
) -> Answer {
    rendered(&Show::read(&web, &by, page, &wanted(&query), Typed::default()).await?)
}

/// What the form asks for.
enum Asked {
    Act(Act),
    Ignore,
}

fn asked(action: &str) -> Option<Asked> {
    match action {
        ADOPT => Some(Asked::Act(Act::Adopt)),
        PUSH => Some(Asked::Act(Act::Push)),
        IGNORE => Some(Asked::Ignore),
        _ => None,
    }
}

pub(crate) async fn act(State(web): State<Web>, by: Allowed<FollowChanges>, page: Page, fields: Fields) -> Answer {
    let mut chosen = fields.all("line");
    chosen.sort_unstable();
    chosen.dedup();
    let (action, reason) = (fields.text("action"), fields.text("reason"));
    let asked = asked(action.trim());
    if let Some(Asked::Act(_)) = asked {
        by.also::<Reconcile>().ok_or(Refusal::Forbidden(Why::Role))?;
    }
    by.domain().check_not_closed()?;
    let mut errors = FieldErrors::default();
    let asked = errors.check("action", asked.ok_or(FieldError::UnknownChoice));
    if chosen.is_empty() {
        errors.add("line", FieldError::NothingChosen);
    }
    let here = urls::below_domain(&by.domain().name, "compare");
    let by = Arc::new(by);
    let result = match asked.filter(|_| errors.is_empty()) {
        Some(asked) => carried_out(&web, &by, &page, &fields, (asked, &chosen, &reason)).await,
        None => Err(errors.into()),
    };
    match result {
        Err(Error::Refused(Refusal::Invalid(errors))) => {
            let typed =
                Typed { chosen, action, reason, errors: page.errors_with(&errors, &[("action", "compare-action")]) };
            invalid(&Show::read(&web, &by, page, &LinesWanted::default(), typed).await?)
        }
        Ok(Some(acted)) => {
            let text = said(&page, (&action, &reason), &acted).await;
            let notice = if acted.refused.is_empty() { Notice::good(text) } else { Notice::warn(text) };
            Ok(page.see_other(&here, notice).await)
        }
        Ok(None) => Ok(page.see_other(&here, Notice::warn(page.t("compare-nothing-done"))).await),
        Err(error) => Err(error.into()),
    }
}

/// Carries out what was asked for, once for each time that the form is filled in.
async fn carried_out(
    web: &Web,
    by: &Arc<Allowed<FollowChanges>>,
    page: &Page,
    fields: &Fields,
    (asked, chosen, reason): (Asked, &[String], &str),
) -> actions::Result<Option<Acted>> {
    let (app, by, language) = (web.app().clone(), Arc::clone(by), page.s.0);
    let (chosen, reason) = (chosen.to_vec(), reason.to_owned());
    let action = async move {
        match asked {
            Asked::Ignore => compare::ignore::ignore(&app, &by, &chosen, &reason).await,
            Asked::Act(act) => {
                let by = by.also::<Reconcile>().ok_or(Refusal::Forbidden(Why::Role))?;
                compare::act::act(&app, &by, (act, &chosen), language).await
            }
        }
    };
    fields.once(web, action).await.map(|done| done.result)
}
