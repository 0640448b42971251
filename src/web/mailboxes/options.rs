//! The options on the page of a mailbox: the actions that its status and the visitor's role allow, and
//! a sentence for each that is not allowed.

use crate::actions::sync;
use crate::actions::sync::optional_routes::OptionalRoute;
use crate::model::change::{Course, Verb, course};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::order::{OrderKind, OrderView, Reason};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{Permission, SeeDomain};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::mailboxes::guard;
use crate::web::page::Page;

/// How an option is presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// A link to a page.
    Link,
    /// A link to a confirmation page.
    Danger,
    /// A button that acts at once.
    Press,
    /// Not available: the sentence says why.
    Closed,
}

impl Way {
    /// The name for templates.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Danger => "danger",
            Self::Press => "press",
            Self::Closed => "closed",
        }
    }
}

/// One action on a mailbox.
pub(crate) struct Offer {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) way: Way,
    pub(crate) href: String,
}

impl Offer {
    fn closed(text: String) -> Self {
        Self { title: String::new(), text, way: Way::Closed, href: String::new() }
    }
}

/// The options for a mailbox, and what they are derived from.
pub(crate) struct Offers<'a> {
    page: &'a Page,
    domain: &'a Domain,
    mailbox: &'a Mailbox,
    order: Option<&'a OrderView>,
    who: Who,
    /// The sentence of a guarded address; `None` if it is not guarded from the visitor.
    guarded: Option<String>,
}

/// The visitor's relation to the mailbox.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Manager,
    /// Manages mailboxes, and is the user of this one.
    ManagingHolder,
    Holder,
    Viewer,
}

impl<'a> Offers<'a> {
    pub(crate) async fn read(
        web: &Web,
        by: &'a Allowed<SeeDomain>,
        page: &'a Page,
        mailbox: &'a Mailbox,
        order: Option<&'a OrderView>,
    ) -> Result<Self, PageError> {
        let own = mailbox.local_part.as_str() == by.own_local_part();
        let who = match (by.can(Permission::ManageMailboxes), own) {
            (true, true) => Who::ManagingHolder,
            (true, false) => Who::Manager,
            (false, true) => Who::Holder,
            (false, false) => Who::Viewer,
        };
        let guarded = if who != Who::Viewer && guard::is_guarded(web, by, &mailbox.local_part).await? {
            Some(guard::sentence(web, by, page).await?)
        } else {
            None
        };
        Ok(Self { page, domain: by.domain(), mailbox, order, who, guarded })
    }

    /// What the mailbox's user may do, whatever their role.
    pub(crate) fn own(self) -> Vec<Offer> {
        if self.domain.status == DomainStatus::Disabled {
            return Vec::new();
        }
        let holder = Self { who: Who::Holder, ..self };
        let mut offers: Vec<Offer> = holder.edit().into_iter().collect();
        if holder.mailbox.status == MailboxStatus::Enabled && !holder.is_leaving() {
            offers.extend(holder.emails());
        }
        offers
    }

    /// All options, in the order of the page.
    pub(crate) fn list(&self) -> Vec<Offer> {
        if self.who == Who::Viewer {
            return vec![self.closed("mailbox-viewer-note")];
        }
        if self.domain.status == DomainStatus::Disabled {
            return vec![self.closed("domain-is-disabled")];
        }
        let mut offers: Vec<Offer> = Vec::new();
        offers.extend(self.retry());
        offers.extend(self.edit());
        if self.mailbox.status == MailboxStatus::Enabled && !self.is_leaving() {
            offers.extend(self.emails());
        }
        if self.mailbox.status == MailboxStatus::Disabled {
            offers.push(self.closed("mailbox-not-open"));
        }
        if self.manages() || self.is_kept_back() {
            offers.extend(self.guarded.as_ref().map(|text| Offer::closed(text.clone())));
        }
        if self.manages() {
            offers.extend(self.activity());
            offers.extend(self.delete());
        }
        offers
    }

    fn manages(&self) -> bool {
        matches!(self.who, Who::Manager | Who::ManagingHolder)
    }

    fn holds(&self) -> bool {
        matches!(self.who, Who::Holder | Who::ManagingHolder)
    }

    fn is_guarded(&self) -> bool {
        self.guarded.is_some()
    }

    /// Whether the mailbox is not at dimail yet and its address is guarded: then there are no options.
    fn is_kept_back(&self) -> bool {
        self.is_guarded() && self.mailbox.status.is_unborn()
    }

    fn open(&self) -> Option<OrderKind> {
        self.order.filter(|order| order.refusal.is_none()).map(|order| order.kind)
    }

    fn is_leaving(&self) -> bool {
        self.open() == Some(OrderKind::DeleteMailbox)
    }

    fn course(&self, verb: Verb) -> Option<Course> {
        course(verb, self.mailbox.status, self.open()).ok()
    }

    fn below(&self, rest: &str) -> String {
        urls::below_mailbox(&self.domain.name, &self.mailbox.local_part, rest)
    }

    fn closed(&self, key: &str) -> Offer {
        Offer::closed(self.page.s.sentence(key, &[]))
    }

    /// An option that this dimail server does not support, with the support address.
    fn unsupported(&self, key: &str) -> Offer {
        Offer::closed(self.page.s.t1(key, "support", self.domain.support_email.as_str()))
    }

    fn offer(&self, way: Way, rest: &str, title: &str, text: &str) -> Offer {
        let s = &self.page.s;
        Offer { title: s.sentence(title, &[]), text: s.sentence(text, &[]), way, href: self.below(rest) }
    }

    fn retry(&self) -> Option<Offer> {
        let order = self.order.filter(|order| self.manages() && !self.is_guarded() && !order.running)?;
        let failed = self.mailbox.status == MailboxStatus::Failed;
        let given_up = order.refusal == Some(Reason::GivenUp);
        let stuck = order.refusal.is_none() && (!self.mailbox.status.is_unborn() || self.is_open_domain());
        let creates = self.mailbox.status.is_unborn() && !self.is_leaving();
        let text = if creates { "mailbox-retry-text" } else { "mailbox-retry-change-text" };
        (failed || given_up || stuck).then(|| self.offer(Way::Press, "retry", "mailbox-retry", text))
    }

    fn is_open_domain(&self) -> bool {
        self.domain.status == DomainStatus::Enabled
    }

    fn edit(&self) -> Option<Offer> {
        self.course(Verb::Edit).filter(|_| !self.is_kept_back())?;
        let (title, text) = match self.mailbox.status {
            MailboxStatus::Pending => ("mailbox-correct-title", "mailbox-edit-text-pending"),
            MailboxStatus::Failed => ("mailbox-correct-title", "mailbox-edit-text-failed"),
            MailboxStatus::Enabled => ("mailbox-edit-title", "mailbox-edit-text"),
            MailboxStatus::Disabled => ("mailbox-edit-title", "mailbox-edit-text-disabled"),
        };
        Some(self.offer(Way::Link, "edit", title, text))
    }

    /// The options that restore access: a login link, a new password.
    fn emails(&self) -> Vec<Offer> {
        let may_link = !self.is_guarded() || self.holds();
        let may_reset = self.manages() && !self.is_guarded();
        let has_secondary = self.mailbox.secondary_email.is_some();
        let mut offers = Vec::new();
        let lacks = |route| sync::optional_routes::is_lacking(self.page.app(), route);
        let (no_links, no_passwords) = (lacks(OptionalRoute::Code), lacks(OptionalRoute::ResetPassword));
        let (link_missing, reset_missing) = (may_link && no_links, may_reset && no_passwords);
        match (link_missing, reset_missing) {
            (true, true) => offers.push(self.unsupported("mailbox-keys-unsupported")),
            (true, false) => offers.push(self.unsupported("mailbox-link-unsupported")),
            (false, true) => offers.push(self.unsupported("mailbox-reset-unsupported")),
            (false, false) => {}
        }
        let (may_link, may_reset) = (may_link && !no_links, may_reset && !no_passwords);
        if may_link && has_secondary {
            offers.push(self.offer(Way::Press, "login-link", "mailbox-login-link", "mailbox-login-link-text"));
        } else if may_link {
            let key = if may_reset { "mailbox-no-secondary-note" } else { "mailbox-no-secondary-holder-note" };
            offers.push(self.closed(key));
        }
        if may_reset {
            let text = if has_secondary { "mailbox-reset-email-text" } else { "mailbox-reset-sheet-text" };
            let title = if has_secondary { "mailbox-reset-email" } else { "mailbox-reset-sheet" };
            offers.push(self.offer(Way::Press, "reset-password", title, text));
        }
        offers
    }

    fn activity(&self) -> Option<Offer> {
        if self.is_guarded() {
            return None;
        }
        if matches!(self.course(Verb::Disable), Some(Course::Ask)) {
            return Some(self.offer(Way::Danger, "disable", "mailbox-disable-link", "mailbox-disable-text"));
        }
        let waits =
            course(Verb::Disable, self.mailbox.status, self.open()) == Err(Refusal::Conflict(Why::MailboxUnderWay));
        if waits && !self.is_leaving() {
            return Some(self.closed("mailbox-busy-note"));
        }
        match self.course(Verb::Enable)? {
            Course::Ask => Some(self.offer(Way::Press, "enable", "mailbox-enable", "mailbox-enable-text")),
            Course::Withdraw if self.is_leaving() => {
                Some(self.offer(Way::Press, "enable", "mailbox-keep", "mailbox-keep-text"))
            }
            Course::Withdraw => {
                Some(self.offer(Way::Press, "enable", "mailbox-keep-enabled", "mailbox-keep-enabled-text"))
            }
            _ => None,
        }
    }

    fn delete(&self) -> Option<Offer> {
        let is_new = !matches!(self.course(Verb::Delete), None | Some(Course::Asked));
        let text = if self.mailbox.status.is_unborn() { "mailbox-delete-text" } else { "mailbox-delete-text-there" };
        (is_new && !self.is_guarded()).then(|| self.offer(Way::Danger, "delete", "mailbox-delete-link", text))
    }
}
