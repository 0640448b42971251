//! The page of a mailbox: its data, its status, its options, its history.

use askama::Template;
use axum::extract::State;

use crate::actions::sync;
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::i18n::Told;
use crate::model::address::LocalPart;
use crate::model::change::{ChangeOutcome, ChangeView, JobView, Object};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::email::{EmailState, EmailView, GivenUp};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::reason::Reason;
use crate::model::role::{FollowChanges, ManageMailboxes};
use crate::model::wanted::Wants;
use crate::store::{JournalLine, MailboxPage};
use crate::urls;
use crate::web::Web;
use crate::web::changes::{asked, job_attempts};
use crate::web::error::{Answer, rendered};
use crate::web::extract::ShownMailbox;
use crate::web::mailboxes::options::{MailboxOption, MailboxOptions};
use crate::web::page::Page;

/// How many entries of the history the page shows.
const HISTORY: i64 = 50;

#[derive(Template)]
#[template(path = "mailboxes/show.html")]
struct Show {
    page: Page,
    domain: Domain,
    mailbox: Mailbox,
    job: Option<JobView>,
    /// The changes that wait, or the last one if it was refused; the newest first.
    changes: Vec<ChangeView>,
    email: Option<EmailView>,
    sees_secondary: bool,
    /// The aliases that have it as a destination.
    aliases: Vec<LocalPart>,
    options: Vec<MailboxOption>,
    history: Vec<JournalLine>,
}

/// The banner on what is under way: its kind, sentences, details.
type Step = (&'static str, Told, Vec<String>);

impl Show {
    fn address(&self) -> String {
        self.mailbox.address(&self.domain.name)
    }

    fn back(&self) -> String {
        urls::mailboxes(&self.domain.name)
    }

    fn here(&self) -> String {
        urls::mailbox(&self.domain.name, &self.mailbox.local_part)
    }

    fn alias_href(&self, alias: &LocalPart) -> String {
        urls::alias(&self.domain.name, alias)
    }

    fn step(&self) -> Option<Step> {
        let (page, s) = (&self.page, &self.page.s);
        let name = self.domain.name.unicode();
        let is_cancelled = self.mailbox.wants == Wants::Absent && !self.mailbox.status.is_created();
        if is_cancelled && self.domain.status != DomainStatus::Disabled && self.mailbox.reason.is_none() {
            return self.changing();
        }
        match self.mailbox.status {
            MailboxStatus::Pending if self.domain.status == DomainStatus::Disabled => {
                Some(("info", s.t1("mailbox-step-domain-disabled", "domain", name).into(), Vec::new()))
            }
            MailboxStatus::Pending if self.mailbox.waits_for(&self.domain) => {
                let is_sheet = self.sees_secondary && self.mailbox.secondary_email.is_none();
                let key =
                    if is_sheet { "mailbox-step-waits-for-domain-sheet" } else { "mailbox-step-waits-for-domain" };
                Some(("info", s.t1(key, "domain", name).into(), Vec::new()))
            }
            MailboxStatus::Pending => {
                Some(("info", s.t1("mailbox-step-under-way", "address", self.address()).into(), self.under_way()))
            }
            MailboxStatus::Failed => {
                let why = |reason| s.not_there("mailbox-step-failed", reason, &self.domain.name, page.is_staff());
                Some(("bad", self.mailbox.reason.as_ref().map(why).unwrap_or_default(), Vec::new()))
            }
            MailboxStatus::Enabled | MailboxStatus::Disabled => {
                let undelivered = || self.undelivered(|cause| cause == Some(GivenUp::Recipient));
                self.changing()
                    .or_else(undelivered)
                    .or_else(|| self.handing_over())
                    .or_else(|| self.undelivered(|_| true))
            }
        }
    }

    /// The last email to the mailbox's user, if it did not arrive.
    fn undelivered(&self, is_shown: fn(Option<GivenUp>) -> bool) -> Option<Step> {
        let email =
            self.email.as_ref().filter(|email| email.state == EmailState::GivenUp && is_shown(email.given_up))?;
        Some(("bad", self.page.email_stands(email).into(), Vec::new()))
    }

    /// What can be done about an email that did not arrive: correct its address, send another one.
    fn remedies(&self) -> Vec<&MailboxOption> {
        if self.changing().is_some() || self.undelivered(|_| true).is_none() {
            return Vec::new();
        }
        let is_remedy = |option: &&MailboxOption| ["/edit", "/login-link"].iter().any(|end| option.href.ends_with(end));
        self.options.iter().filter(is_remedy).collect()
    }

    /// What is done most often with this mailbox now, if it can be done.
    fn main_option(&self) -> Option<&MailboxOption> {
        let ending = |end| self.options.iter().find(|option| option.is_press() && option.href.ends_with(end));
        // A sheet that was shown is most likely on its way to the person: another password would make it worthless.
        let sheet = self.mailbox.sheet_shown.then_some("/handed-over");
        let others = ["/login-link", "/enable", "/reset-password"];
        std::iter::once("/retry").chain(sheet).chain(others).find_map(ending)
    }

    /// That, and why other things cannot be done.
    fn first_options(&self) -> Vec<&MailboxOption> {
        let reasons = self.options.iter().filter(|option| option.is_closed());
        self.main_option().into_iter().chain(reasons).collect()
    }

    /// Everything else, what loses something last.
    fn other_options(&self) -> Vec<&MailboxOption> {
        let main = self.main_option().map(|option| option.href.as_str());
        let is_other = |option: &&MailboxOption| !option.is_closed() && Some(option.href.as_str()) != main;
        let others = || self.options.iter().filter(is_other);
        others().filter(|option| !option.is_danger()).chain(others().filter(|option| option.is_danger())).collect()
    }

    /// All options together, where nothing is done most often.
    fn all_options(&self) -> Vec<&MailboxOption> {
        self.first_options().into_iter().chain(self.other_options()).collect()
    }

    /// Whether the other options are unfolded: the mailbox is not there yet.
    fn opens_others(&self) -> bool {
        !self.mailbox.status.is_created()
    }

    /// Where it is shown what the domain lacks for which the mailbox waits.
    fn awaited(&self) -> Option<(String, String)> {
        let name = &self.domain.name;
        match self.domain.status {
            _ if !self.mailbox.waits_for(&self.domain) || self.mailbox.wants == Wants::Absent => None,
            DomainStatus::Disabled => None,
            DomainStatus::ActionRequired => Some((urls::dns(name), self.page.t("domain-step-see-records"))),
            _ => Some((urls::domain(name), self.page.s.t1("domain-open", "domain", name.unicode()))),
        }
    }

    /// Who asked for what waits, and the attempts so far.
    fn under_way(&self) -> Vec<String> {
        let waiting = self.changes.iter().filter(|change| change.outcome == ChangeOutcome::Waiting);
        let asked = waiting.map(|change| asked(&self.page, change));
        let attempts = self.job.iter().flat_map(|job| job_attempts(&self.page, job));
        asked.chain(attempts).collect()
    }

    /// Whether dimail is to make a change, or may not have ended one.
    fn is_under_way(&self) -> bool {
        let waits = |change: &ChangeView| change.outcome == ChangeOutcome::Waiting;
        self.mailbox.is_under_way() || self.changes.iter().any(waits)
    }

    /// A change that is pending at dimail, or that dimail refused.
    fn changing(&self) -> Option<Step> {
        let (page, s) = (&self.page, &self.page.s);
        if self.is_under_way() {
            let what = s.change(self.changes.first().map_or("", |change| change.kind.as_ref()));
            let mut details = self.under_way();
            if let Some(wanted) = &self.mailbox.wanted {
                let (first, last) = (wanted.first_name.as_str(), wanted.last_name.as_str());
                details.insert(0, s.t2("mailbox-wanted-names", "first", first, "last", last));
            }
            return Some(("info", s.t1("mailbox-step-change-under-way", "what", what).into(), details));
        }
        let change = self.changes.first().filter(|change| change.outcome != ChangeOutcome::Waiting)?;
        let what = s.change(change.kind.as_ref());
        match change.reason.as_ref()? {
            Reason::GivenUp => Some(("bad", s.t1("mailbox-step-change-given-up", "what", what).into(), Vec::new())),
            reason => {
                let why = s.reason(reason, &self.domain.name, page.is_staff());
                let told = why.within(|why| s.t2("mailbox-step-change-refused", "what", &what, "reason", why));
                Some(("bad", told, Vec::new()))
            }
        }
    }

    fn handing_over(&self) -> Option<Step> {
        let unseen = self.mailbox.status == MailboxStatus::Enabled && self.mailbox.to_hand_over;
        let key = match &self.mailbox.secondary_email {
            None => "mailbox-step-to-hand-over",
            Some(_) if sync::optional_routes::is_lacking(self.page.app(), OptionalRoute::Code) => "mailbox-step-unseen",
            Some(_) => "mailbox-step-to-let-in",
        };
        unseen.then(|| ("warn", self.page.t(key).into(), Vec::new()))
    }

    /// The state of the last email to the mailbox's user.
    fn email_words(&self) -> Option<String> {
        Some(self.page.email_stands(self.email.as_ref()?))
    }

    /// The entries of the history: when, who, what.
    fn lines(&self) -> Vec<(String, String, Told)> {
        let (page, domain) = (&self.page, &self.domain.name);
        let entry = |line: &JournalLine| {
            let what = page.s.mailbox_event(&line.event, line.origin.is_some(), domain, page.is_staff())?;
            let name = line.actor_name.as_str();
            let who = match (line.as_staff, line.origin.is_none()) {
                (true, _) => page.s.t1("history-staff", "name", name),
                (_, true) => String::new(),
                (..) => name.to_owned(),
            };
            Some((page.timestamp(line.at), who, what))
        };
        self.history.iter().filter_map(entry).collect()
    }
}

/// Whether an email is about the mailbox as it is now: one that is created once more after dimail lost it is another
/// mailbox.
fn is_of_present(mailbox: &Mailbox, email: &EmailView) -> bool {
    let is_later = !mailbox.is_pushed && mailbox.there_since.is_none_or(|since| email.created_at >= since);
    is_later || matches!(email.state, EmailState::Waiting | EmailState::Held)
}

pub(crate) async fn show(State(web): State<Web>, ShownMailbox { by, found }: ShownMailbox, page: Page) -> Answer {
    let MailboxPage { mailbox, job, change, email, aliases, guard } = found;
    let manager = by.also::<ManageMailboxes>();
    let history = match by.also::<FollowChanges>() {
        Some(reader) => web.app().store.history(&reader, mailbox.id, HISTORY).await?,
        None => Vec::new(),
    };
    let domain = by.domain().clone();
    let email = email.filter(|email| is_of_present(&mailbox, email));
    let waits = email.as_ref().is_some_and(|email| email.state == EmailState::Waiting);
    let held_up = mailbox.waits_for(&domain);
    let change_waits = change.as_ref().is_some_and(|change| change.outcome == ChangeOutcome::Waiting);
    let is_under_way = mailbox.is_under_way() || change_waits;
    let works = is_under_way && domain.status != DomainStatus::Disabled;
    let changes = if is_under_way {
        web.app().store.changes_of(&by, &Object::Mailbox(mailbox.id)).await?
    } else {
        change.into_iter().collect()
    };
    let busy = waits || (works && !held_up);
    let sees_secondary = manager.is_some() || mailbox.secondary_email.is_some();
    let options = MailboxOptions::read(&web, &by, &page, (&mailbox, guard), job.as_ref()).await.list();
    let page = page.refreshed_while(busy);
    let show = Show { page, domain, mailbox, job, changes, email, sees_secondary, aliases, options, history };
    rendered(&show)
}
