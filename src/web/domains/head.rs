//! The head of a domain's pages: its name, its status, a sentence with the next step, and the tabs.

use crate::i18n::Told;
use crate::model::change::JobView;
use crate::model::reason::Trouble;
use crate::model::{Domain, DomainStatus, Permission, Right};
use crate::store::{Allowed, COUNTED, HeadFacts, MailboxCounts};
use crate::urls;
use crate::web::changes::job_attempts;
use crate::web::{Page, PageError, Web};

/// The tabs of a domain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Mailboxes,
    Aliases,
    Members,
    Dns,
    Operations,
    Journal,
}

/// A tab as the template needs it.
pub(crate) struct TabView {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) count: Option<String>,
    pub(crate) current: bool,
}

/// The next step for a domain: a sentence and its button.
pub(crate) struct Step {
    pub(crate) kind: &'static str,
    pub(crate) text: Told,
    pub(crate) details: Vec<String>,
    pub(crate) link: Option<(String, String)>,
    pub(crate) checks: bool,
    pub(crate) publishes: bool,
    pub(crate) removes: bool,
}

/// The progress of the mailboxes that waited for the domain to be enabled.
pub(crate) struct ActivationProgress {
    pub(crate) done: i64,
    pub(crate) total: i64,
    pub(crate) numbers: String,
    pub(crate) news: String,
}

/// The head of every page of a domain.
pub(crate) struct Head {
    pub(crate) domain: Domain,
    pub(crate) status_label: String,
    pub(crate) step: Option<Step>,
    pub(crate) progress: Option<ActivationProgress>,
    /// How many mailboxes were created, once none of them waits any more: screen readers say it when it changes.
    pub(crate) created: String,
    pub(crate) tabs: Vec<TabView>,
    /// Whether work is in progress, so that the page refreshes itself.
    pub(crate) busy: bool,
    pub(crate) can_check: bool,
    /// How many changes and emails are to be dealt with.
    pub(crate) pending_work: i64,
}

impl Head {
    /// Whether the next step already has the "check now" button.
    pub(crate) fn step_checks(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.checks)
    }

    /// Reads the data for the head of a domain's page.
    pub(crate) async fn read<R: Right>(web: &Web, by: &Allowed<R>, page: &Page, tab: Tab) -> Result<Self, PageError> {
        let domain = by.domain().clone();
        let HeadFacts { job, counts, members, pending_work } = web.app().store.head(by).await?;
        let pending_work = pending_work.min(COUNTED);
        let is_accepted = domain.accepted_at.is_some();
        let checking = job.as_ref().is_some_and(|job| is_accepted && (job.running || domain.checked_at.is_none()));
        let creating = job.is_some() && !is_accepted;
        let sending = domain.status == DomainStatus::Enabled && counts.pending > 0;
        let steps = Steps { web, page, domain: &domain, may_edit: by.can(Permission::EditDomain), tab };
        let mut step = steps.next(by.can(Permission::RemoveDomain), job.as_ref(), counts);
        if let Some(step) = step.as_mut().filter(|_| tab == Tab::Dns) {
            // That page has the button below what is to be changed.
            step.checks = false;
        }
        Ok(Self {
            status_label: page.s.domain_status(domain.status),
            step,
            progress: sending.then(|| progress(page, &domain, counts)),
            created: created(page, &domain, counts),
            tabs: tabs(page, &domain, tab, members)
                .into_iter()
                .chain(by.can(Permission::FollowChanges).then(|| operations_tab(page, &domain, tab, pending_work)))
                .chain(by.can(Permission::FollowChanges).then(|| journal_tab(page, &domain, tab)))
                .collect(),
            pending_work,
            busy: domain.status != DomainStatus::Disabled && (creating || checking || sending),
            can_check: steps.can_check(),
            domain,
        })
    }
}

fn tabs(page: &Page, domain: &Domain, current: Tab, members: i64) -> Vec<TabView> {
    let tab =
        |which, href, label: &str, count| TabView { href, label: page.t(label), count, current: which == current };
    vec![
        tab(Tab::Overview, urls::domain(&domain.name), "domain-tab-overview", None),
        tab(
            Tab::Mailboxes,
            urls::mailboxes(&domain.name),
            "domain-tab-mailboxes",
            Some(page.s.number(domain.mailboxes)),
        ),
        tab(Tab::Aliases, urls::aliases(&domain.name), "domain-tab-aliases", Some(page.s.number(domain.aliases))),
        tab(Tab::Members, urls::members(&domain.name), "domain-tab-members", Some(page.s.number(members))),
        tab(Tab::Dns, urls::below_domain(&domain.name, "dns"), "domain-tab-dns", None),
    ]
}

/// The count is left out if nothing is to be dealt with.
fn operations_tab(page: &Page, domain: &Domain, current: Tab, pending: i64) -> TabView {
    let count = match pending {
        0 => None,
        COUNTED.. => Some(page.s.t1("operations-many", "n", page.s.number(COUNTED - 1))),
        _ => Some(page.s.number(pending)),
    };
    TabView {
        href: urls::operations(&domain.name),
        label: page.t("domain-tab-operations"),
        count,
        current: current == Tab::Operations,
    }
}

fn journal_tab(page: &Page, domain: &Domain, current: Tab) -> TabView {
    let (href, label) = (urls::journal(&domain.name), page.t("domain-tab-journal"));
    TabView { href, label, count: None, current: current == Tab::Journal }
}

fn progress(page: &Page, domain: &Domain, counts: MailboxCounts) -> ActivationProgress {
    let done = (domain.mailboxes - counts.pending - counts.failed).max(0);
    let numbers = page.s.t2("domain-progress-numbers", "done", done, "total", domain.mailboxes);
    let failed = counts.failed;
    let news = if failed > 0 { page.s.t1("domain-progress-failed", "failed", failed) } else { String::new() };
    ActivationProgress { done, total: domain.mailboxes, numbers, news }
}

fn created(page: &Page, domain: &Domain, counts: MailboxCounts) -> String {
    match domain.mailboxes - counts.failed {
        1.. if domain.status == DomainStatus::Enabled && counts.pending == 0 => {
            page.s.t1("domain-progress-done", "n", domain.mailboxes - counts.failed)
        }
        _ => String::new(),
    }
}

struct Steps<'a> {
    web: &'a Web,
    page: &'a Page,
    domain: &'a Domain,
    may_edit: bool,
    tab: Tab,
}

impl Steps<'_> {
    fn can_check(&self) -> bool {
        self.may_edit && self.domain.refusal.is_none() && self.domain.status != DomainStatus::Disabled
    }

    fn next(&self, may_remove: bool, job: Option<&JobView>, counts: MailboxCounts) -> Option<Step> {
        match self.domain.status {
            DomainStatus::Pending => Some(self.pending(may_remove, job)),
            DomainStatus::ActionRequired => Some(self.action_required(job, counts)),
            DomainStatus::Failed => Some(Step {
                checks: self.can_check(),
                details: self.unchecked(job),
                ..self.step("bad", self.page.s.t1("domain-step-failed", "domain", self.domain.name.unicode()))
            }),
            DomainStatus::Enabled => self.enabled(job, counts),
            DomainStatus::Disabled => Some(self.disabled()),
        }
    }

    fn step(&self, kind: &'static str, text: impl Into<Told>) -> Step {
        Step {
            kind,
            text: text.into(),
            details: Vec::new(),
            link: None,
            checks: false,
            publishes: self.web.demo().is_some()
                && self.can_check()
                && self.domain.accepted_at.is_some()
                && self.domain.status != DomainStatus::Enabled,
            removes: false,
        }
    }

    /// The link to the DNS records, unless the visitor is on that page.
    fn records(&self) -> Option<(String, String)> {
        let link = (urls::below_domain(&self.domain.name, "dns"), self.page.t("domain-step-see-records"));
        (self.tab != Tab::Dns).then_some(link)
    }

    fn pending(&self, may_remove: bool, job: Option<&JobView>) -> Step {
        let (page, domain) = (self.page, self.domain);
        let name = domain.name.unicode();
        if let Some(reason) = &domain.refusal {
            let why = page.s.reason(reason, &domain.name, page.is_staff());
            let text = why.within(|why| page.s.t2("domain-step-refused", "domain", &name, "reason", why));
            return Step { removes: may_remove, ..self.step("bad", text) };
        }
        if domain.accepted_at.is_none() {
            let text = page.s.t1("domain-step-creating", "domain", name);
            return Step { details: attempts(page, job), checks: self.can_check(), ..self.step("info", text) };
        }
        let again = domain.checked_at.is_some();
        let key = if again { "domain-step-checking-again" } else { "domain-step-checking" };
        let text = page.s.sentence(key, &[("domain", &name)]);
        Step { details: attempts(page, job), checks: self.can_check(), ..self.step("info", text) }
    }

    fn action_required(&self, job: Option<&JobView>, counts: MailboxCounts) -> Step {
        let (page, domain) = (self.page, self.domain);
        let key = match (counts.pending, domain.first_enabled_at) {
            (1.., _) => "domain-step-action-required-waiting",
            (_, Some(_)) => "domain-step-action-required-again",
            (_, None) => "domain-step-action-required",
        };
        let text = page.s.t2(key, "domain", domain.name.unicode(), "n", counts.pending);
        Step { link: self.records(), checks: self.can_check(), details: self.unchecked(job), ..self.step("warn", text) }
    }

    /// That the last check had no result, and when the next one is.
    fn unchecked(&self, job: Option<&JobView>) -> Vec<String> {
        let job = job.filter(|job| job.trouble.is_some());
        job.map_or_else(Vec::new, |job| job_attempts(self.page, job))
    }

    fn enabled(&self, job: Option<&JobView>, counts: MailboxCounts) -> Option<Step> {
        let (page, domain) = (self.page, self.domain);
        if domain.bad_since.is_some() {
            let next = job.and_then(|job| job.due_at).map_or_else(String::new, |due_at| page.until(due_at));
            let text = page.s.t2("domain-step-doubted", "domain", domain.name.unicode(), "next", next);
            return Some(Step { link: self.records(), checks: self.can_check(), ..self.step("warn", text) });
        }
        if counts.failed > 0 && counts.pending == 0 {
            let text = page.s.t1("domain-step-mailboxes-failed", "n", counts.failed);
            let href = format!("{}?status=failed", urls::mailboxes(&domain.name));
            return Some(Step { link: Some((href, page.t("domain-step-see-failed"))), ..self.step("warn", text) });
        }
        if let Some(unchecked) = job.filter(|job| matches!(job.trouble, Some(Trouble::Refused { .. }))) {
            return Some(Step {
                details: job_attempts(page, unchecked),
                ..self.step("warn", page.s.t1("domain-step-unchecked", "domain", domain.name.unicode()))
            });
        }
        None
    }

    fn disabled(&self) -> Step {
        let (page, domain) = (self.page, self.domain);
        let name = domain.name.unicode();
        let text = match domain.disabled_reason.as_deref().filter(|reason| !reason.is_empty()) {
            Some(reason) => page.s.t2("domain-step-disabled-reason", "domain", name, "reason", reason),
            None => page.s.t1("domain-step-disabled", "domain", name),
        };
        self.step("info", text)
    }
}

/// The job in progress: since when, how many attempts, and when the next one is.
pub(crate) fn attempts(page: &Page, job: Option<&JobView>) -> Vec<String> {
    let Some(job) = job else { return Vec::new() };
    let mut sentences = vec![page.s.t1("job-since", "timestamp", page.timestamp(job.created_at))];
    sentences.extend(job_attempts(page, job));
    sentences
}
