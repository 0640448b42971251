//! Bulk operations: the confirmation, and the result for each chosen mailbox.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use crate::actions::mailboxes::bulk::{Effect, Previewed};
use crate::actions::sync;
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::actions::{App, mailboxes};
use crate::i18n::Told;
use crate::model::address::DomainName;
use crate::model::bulk::{Action, LineState};
use crate::model::field_error::{FieldError, FieldErrors};
use crate::model::id::BulkId;
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{ManageMailboxes, SeeDomain};
use crate::store::{Allowed, BulkLine, BulkView};
use crate::urls;
use crate::web::Web;
use crate::web::error::{Answer, invalid, rendered};
use crate::web::fields::{Fields, Query};
use crate::web::mistakes::ErrorTexts;
use crate::web::notice::Notice;
use crate::web::page::{Page, see_other};

/// How many mailboxes one action changes at most: their domain is locked meanwhile.
const CHOSEN_MAX: usize = 500;

/// The form with what is missing in it.
#[derive(Template)]
#[template(path = "mailboxes/bulk.html")]
struct Choose {
    page: Page,
    domain: DomainName,
    /// The action's name. Not called `action`, which in form templates is the target address.
    action_name: String,
    chosen: Vec<String>,
    errors: ErrorTexts,
}

impl Choose {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain)
    }

    fn here(&self) -> String {
        urls::below_domain(&self.domain, "selected-mailboxes")
    }

    fn actions(&self) -> Vec<(String, String)> {
        actions(&self.page)
    }

    fn address(&self, part: &str) -> String {
        if part.contains('@') { part.to_owned() } else { format!("{part}@{}", self.domain) }
    }
}

/// The page that confirms an action: for which mailboxes it works, for which not, and why.
#[derive(Template)]
#[template(path = "mailboxes/bulk_confirm.html")]
struct Confirm {
    page: Page,
    domain: DomainName,
    wanted: Action,
    mailboxes: Vec<Previewed>,
}

impl Confirm {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain)
    }

    fn here(&self) -> String {
        urls::below_domain(&self.domain, "selected-mailboxes")
    }

    fn title(&self) -> String {
        match self.works().len() {
            0 => self.page.t("selected-none-title"),
            works => self.page.s.bulk_title(self.wanted, works),
        }
    }

    fn works(&self) -> Vec<&Previewed> {
        self.mailboxes.iter().filter(|mailbox| mailbox.effect == Effect::Works).collect()
    }

    /// Those for which nothing happens, and why.
    fn others(&self) -> Vec<(&Previewed, Told)> {
        let reason = |mailbox| Some((mailbox, self.reason(mailbox)?));
        self.mailboxes.iter().filter_map(reason).collect()
    }

    fn reason(&self, mailbox: &Previewed) -> Option<Told> {
        match mailbox.effect {
            Effect::Works => None,
            Effect::AlreadyDone => Some(self.page.t("selected-already").into()),
            Effect::Hindered(why) => {
                let state = LineState::NotRequested(why);
                Some(self.page.s.line_state(&state, self.wanted, &self.domain, self.page.is_staff()))
            }
        }
    }

    fn mark(mailbox: &Previewed) -> &'static str {
        if mailbox.effect == Effect::AlreadyDone { "quiet" } else { "warn" }
    }

    /// What the action does, sentence by sentence.
    fn consequences(&self) -> Vec<String> {
        let keys: &[&str] = match self.wanted {
            Action::Disable => &["selected-disable-what", "mailbox-disable-lost"],
            Action::Enable => &["selected-enable-what"],
            Action::LoginLink => &["selected-login-link-what"],
        };
        keys.iter().map(|key| self.page.t(key)).collect()
    }

    fn kind(&self) -> &'static str {
        if self.wanted == Action::Disable { "danger" } else { "primary" }
    }

    fn part<'a>(&self, mailbox: &'a Previewed) -> &'a str {
        mailbox.address.strip_suffix(&format!("@{}", self.domain)).unwrap_or(&mailbox.address)
    }
}

/// The bulk actions that this dimail server supports, with their labels; none is chosen at first.
pub(crate) fn actions(page: &Page) -> Vec<(String, String)> {
    let unsupported = mailboxes::access::unsupported(page.app());
    let supported = Action::ALL.into_iter().filter(|action| !unsupported.contains(&action.verb()));
    let labelled = supported.map(|action| (action.to_string(), page.s.bulk_action(action)));
    std::iter::once((String::new(), page.t("selected-choose-action"))).chain(labelled).collect()
}

pub(crate) async fn act(State(web): State<Web>, by: Allowed<ManageMailboxes>, page: Page, typed: Fields) -> Answer {
    let domain = by.domain().name.clone();
    by.domain().check_not_closed()?;
    let (action, chosen) = (typed.text("action"), typed.all("mailbox"));
    let wanted = match checked(&action, &chosen) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let errors = page.errors(&errors);
            let page = page.placed_at(&urls::mailboxes(&domain));
            return invalid(&Choose { page, domain, action_name: action, chosen, errors });
        }
    };
    if wanted == Action::LoginLink && sync::optional_routes::lacks(web.app(), by.actor(), OptionalRoute::Code).await {
        let support = by.domain().support_email.clone();
        return Err(Refusal::Conflict(Why::LinkUnsupported { support }).into());
    }
    if !is_confirmed(&typed.text("confirm")) {
        let mailboxes = mailboxes::bulk::preview(web.app(), &by, wanted, &chosen).await?;
        // The choice is not part of an address: the language form leads back to the list.
        let page = page.placed_at(&urls::mailboxes(&domain));
        return rendered(&Confirm { page, domain, wanted, mailboxes });
    }
    let act = |app: App, by: Arc<Allowed<_>>| async move { mailboxes::bulk::act(&app, &by, wanted, &chosen).await };
    let id = typed.act_once(&web, &Arc::new(by), act).await?;
    Ok(page.see_other(&urls::bulk(&domain, id), Notice::good(page.t("bulk-stored"))).await)
}

/// The page that confirms sends "yes". Nothing that reads as a no may act.
fn is_confirmed(typed: &str) -> bool {
    !matches!(typed.trim().to_lowercase().as_str(), "" | "no" | "non" | "off" | "false" | "0")
}

/// The action, if it is known and mailboxes are chosen for it.
fn checked(action: &str, chosen: &[String]) -> Result<Action, FieldErrors> {
    if chosen.is_empty() {
        return Err(FieldErrors::one("mailbox", FieldError::NothingChosen));
    }
    if chosen.len() > CHOSEN_MAX {
        return Err(FieldErrors::one("mailbox", FieldError::TooManyChosen(CHOSEN_MAX)));
    }
    let missing = if action.is_empty() { FieldError::NoActionChosen } else { FieldError::UnknownChoice };
    action.parse().map_err(|_| FieldErrors::one("action", missing))
}

#[derive(Template)]
#[template(path = "mailboxes/bulk_result.html")]
struct Show {
    page: Page,
    domain: DomainName,
    bulk: BulkView,
}

impl Show {
    fn back(&self) -> String {
        urls::mailboxes(&self.domain)
    }

    fn title(&self) -> String {
        self.page.s.bulk_title(self.bulk.action, self.bulk.lines.len())
    }

    fn total(&self) -> usize {
        self.bulk.lines.len()
    }

    fn done(&self) -> usize {
        self.bulk.lines.iter().filter(|line| !is_under_way(line)).count()
    }

    fn numbers(&self) -> String {
        self.page.s.t2("bulk-progress", "done", self.done(), "total", self.total())
    }

    fn asked(&self) -> String {
        let at = self.page.timestamp(self.bulk.created_at);
        self.page.s.t2("bulk-asked", "actor", self.bulk.actor_name.as_str(), "timestamp", at)
    }

    fn told(&self, line: &BulkLine) -> Told {
        self.page.s.line_state(&line.state, self.bulk.action, &self.domain, self.page.is_staff())
    }

    fn href(&self, line: &BulkLine) -> String {
        let part = line.address.split('@').next().unwrap_or_default();
        format!("{}/{part}", urls::mailboxes(&self.domain))
    }
}

fn is_under_way(line: &BulkLine) -> bool {
    matches!(line.state, LineState::UnderWay { .. })
}

/// The results of a bulk action; if it does not exist, redirects to the list.
pub(crate) async fn show(State(web): State<Web>, by: Allowed<SeeDomain>, page: Page, Query(query): Query) -> Answer {
    let domain = by.domain().name.clone();
    let typed = query.text("operation");
    if typed.is_empty() {
        return Ok(see_other(&urls::mailboxes(&domain)));
    }
    let by = by.also::<ManageMailboxes>().ok_or(Refusal::Forbidden(Why::Role))?;
    let id = typed.parse::<BulkId>().map_err(|_| Refusal::NotFound)?;
    let bulk = web.app().store.bulk(&by, id).await?.ok_or(Refusal::NotFound)?;
    let busy = bulk.lines.iter().any(is_under_way);
    let show = Show { page: page.refreshed_while(busy), domain, bulk };
    rendered(&show)
}
