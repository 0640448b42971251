//! The options on the page of a mailbox: the actions that its status and the visitor's role allow, and
//! a sentence for each that is not allowed.

use crate::actions::mailboxes;
use crate::model::address::LocalPart;
use crate::model::change::{JobView, Object};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::guard::Guard;
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::options::{Asker, Change, How, Verb};
use crate::model::refusal::{Refusal, Why};
use crate::model::role::{Right, SeeDomain};
use crate::model::wanted::{Known, Wants};
use crate::store::Allowed;
use crate::urls;
use crate::web::Web;
use crate::web::error::PageError;
use crate::web::guard;
use crate::web::page::Page;
use crate::web::why;

/// How an option is presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presentation {
    /// A link to a page.
    Link,
    /// A link to a confirmation page.
    Danger,
    /// A button that acts at once.
    Press,
    /// Not available: the sentence says why.
    Closed,
}

impl Presentation {
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
pub(crate) struct MailboxOption {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) way: Presentation,
    pub(crate) href: String,
}

impl MailboxOption {
    /// Whether it acts at once.
    pub(crate) fn is_press(&self) -> bool {
        self.way == Presentation::Press
    }

    /// Whether it loses something, which is confirmed.
    pub(crate) fn is_danger(&self) -> bool {
        self.way == Presentation::Danger
    }

    /// Whether it is not available.
    pub(crate) fn is_closed(&self) -> bool {
        self.way == Presentation::Closed
    }

    fn closed(text: String) -> Self {
        Self { title: String::new(), text, way: Presentation::Closed, href: String::new() }
    }
}

/// The mailbox of a path and what it is to the visitor, if `verb` can be requested now.
pub(crate) async fn requestable<R: Right>(
    web: &Web,
    by: &Allowed<R>,
    part: &LocalPart,
    verb: Verb,
) -> Result<(Mailbox, Asker), PageError> {
    let store = &web.app().store;
    let mailbox = store.mailbox(by, part).await?.ok_or(Refusal::NotFound)?;
    let job = store.job_of(by.domain().id, &Object::Mailbox(mailbox.id)).await?;
    let asker = guard::asker(by, &mailbox, store.guard(by, part).await?);
    mailbox.options(by.domain(), asker, job.as_ref(), &[]).how(verb)?;
    Ok((mailbox, asker))
}

/// The options for a mailbox, and what they are derived from.
pub(crate) struct MailboxOptions<'a> {
    page: &'a Page,
    domain: &'a Domain,
    mailbox: &'a Mailbox,
    job: Option<&'a JobView>,
    asker: Asker,
    unsupported: Vec<Verb>,
    /// The sentence of a guarded address; `None` if it is not guarded from the visitor.
    guarded: Option<String>,
    /// Whether the mailbox has the address of the visitor's account, which has not proved yet that it reads
    /// there.
    is_unproved: bool,
}

impl<'a> MailboxOptions<'a> {
    pub(crate) async fn read(
        web: &Web,
        by: &'a Allowed<SeeDomain>,
        page: &'a Page,
        (mailbox, guard): (&'a Mailbox, Guard),
        job: Option<&'a JobView>,
    ) -> Self {
        let asker = guard::asker(by, mailbox, guard);
        let has_address = mailbox.local_part.as_str() == by.own_local_part();
        let is_unproved = has_address && !asker.is_own && mailbox.there_since.is_some();
        let is_shown = asker.is_guarded() && (asker.manages || has_address);
        let guarded = if is_shown { Some(why::sentence(page, &asker.passes.why(by.domain().id)).await) } else { None };
        let unsupported = mailboxes::access::unsupported(web.app());
        Self { page, domain: by.domain(), mailbox, job, asker, unsupported, guarded, is_unproved }
    }

    /// What the mailbox's user may do, whatever their role.
    pub(crate) fn own(self) -> Vec<MailboxOption> {
        if self.is_unproved {
            return vec![self.prove()];
        }
        let user = Self { asker: Asker { manages: false, ..self.asker }, ..self };
        user.edit().into_iter().chain(user.access()).collect()
    }

    /// All options, in the order of the page.
    pub(crate) fn list(&self) -> Vec<MailboxOption> {
        let Asker { manages, is_own, .. } = self.asker;
        if !manages && !is_own {
            let proving = self.is_unproved.then(|| self.prove());
            let guarded = self.guarded.clone().filter(|_| !self.mailbox.status.is_created());
            let viewer = proving.is_none().then(|| self.closed("mailbox-viewer-note"));
            return proving.into_iter().chain(guarded.map(MailboxOption::closed).or(viewer)).collect();
        }
        if self.domain.status == DomainStatus::Disabled {
            return vec![self.closed("domain-is-disabled")];
        }
        let mut options: Vec<MailboxOption> = Vec::new();
        options.extend(self.retry());
        options.extend(self.handed_over());
        options.extend(self.edit());
        options.extend(self.access());
        if self.mailbox.status == MailboxStatus::Disabled {
            options.push(self.closed("mailbox-not-open"));
        }
        if manages || !self.mailbox.status.is_created() {
            options.extend(self.guarded.clone().map(MailboxOption::closed));
            options.extend((self.is_unproved && self.guarded.is_some()).then(|| self.prove()));
        }
        options.extend(self.activity());
        options.extend(self.delete());
        options
    }

    fn how(&self, verb: Verb) -> Result<How, Refusal> {
        self.mailbox.options(self.domain, self.asker, self.job, &self.unsupported).how(verb)
    }

    fn change(&self, change: Change) -> Result<How, Refusal> {
        self.how(Verb::Change(change))
    }

    /// Whether it is to be deleted.
    fn is_leaving(&self) -> bool {
        self.mailbox.wants == Wants::Absent
    }

    fn below(&self, rest: &str) -> String {
        urls::below_mailbox(&self.domain.name, &self.mailbox.local_part, rest)
    }

    fn closed(&self, key: &str) -> MailboxOption {
        MailboxOption::closed(self.page.s.sentence(key, &[]))
    }

    fn option(&self, way: Presentation, rest: &str, title: &str, text: &str) -> MailboxOption {
        let s = &self.page.s;
        MailboxOption { title: s.sentence(title, &[]), text: s.sentence(text, &[]), way, href: self.below(rest) }
    }

    /// The way to prove that the mailbox is one's own: a link that is sent to its address.
    fn prove(&self) -> MailboxOption {
        self.option(Presentation::Press, "confirm-address", "own-mailbox-prove", "own-mailbox-prove-text")
    }

    fn retry(&self) -> Option<MailboxOption> {
        let creates = !self.mailbox.status.is_created() && !self.is_leaving();
        let (title, text) = match self.mailbox.known {
            Known::Gone if creates => ("mailbox-make-again", "mailbox-make-again-text"),
            _ if creates => ("mailbox-retry", "mailbox-retry-text"),
            _ => ("mailbox-retry", "mailbox-retry-change-text"),
        };
        (self.how(Verb::Retry) == Ok(How::CallDimail)).then(|| self.option(Presentation::Press, "retry", title, text))
    }

    /// Says that the password was handed over, for who has left the sheet already.
    fn handed_over(&self) -> Option<MailboxOption> {
        let may = self.asker.manages && !self.asker.is_guarded() && !self.is_leaving();
        (may && self.mailbox.is_to_hand_over() && self.mailbox.sheet_shown)
            .then(|| self.option(Presentation::Press, "handed-over", "handover-done", "handover-done-text"))
    }

    fn edit(&self) -> Option<MailboxOption> {
        self.how(Verb::Edit).ok()?;
        let (title, text) = match self.mailbox.status {
            MailboxStatus::Pending => ("mailbox-edit-title", "mailbox-edit-text-pending"),
            MailboxStatus::Failed if self.mailbox.known == Known::Gone => ("mailbox-edit-title", "mailbox-edit-text"),
            MailboxStatus::Failed => ("mailbox-edit-title", "mailbox-edit-text-failed"),
            _ if self.asker.is_kept_out() => ("mailbox-edit-title", "mailbox-edit-text-names"),
            MailboxStatus::Enabled => ("mailbox-edit-title", "mailbox-edit-text"),
            MailboxStatus::Disabled => ("mailbox-edit-title", "mailbox-edit-text-disabled"),
        };
        Some(self.option(Presentation::Link, "edit", title, text))
    }

    /// The options that restore access: a login link, a new password. None while the mailbox is deleted.
    fn access(&self) -> Vec<MailboxOption> {
        if self.is_leaving() {
            return Vec::new();
        }
        let (link, reset) = (self.how(Verb::LoginLink), self.how(Verb::ResetPassword));
        let mut options = Vec::new();
        options.extend(self.missing(&link, &reset));
        if link.is_ok() {
            options.push(self.option(
                Presentation::Press,
                "login-link",
                "mailbox-login-link",
                "mailbox-login-link-text",
            ));
        } else if let Err(Refusal::Conflict(Why::NoSecondary { .. })) = link {
            let key = if reset.is_ok() { "mailbox-no-secondary-note" } else { "mailbox-no-secondary-holder-note" };
            options.push(self.closed(key));
        }
        let (title, text) = match reset {
            Ok(How::InPortal) => ("mailbox-reset-email", "mailbox-reset-email-text"),
            Ok(_) => ("mailbox-reset-sheet", "mailbox-reset-sheet-text"),
            Err(_) => return options,
        };
        options.push(self.option(Presentation::Press, "reset-password", title, text));
        options
    }

    /// A sentence on what this dimail server does not support.
    fn missing(&self, link: &Result<How, Refusal>, reset: &Result<How, Refusal>) -> Option<MailboxOption> {
        let no_links = matches!(link, Err(Refusal::Conflict(Why::LinkUnsupported { .. })));
        let no_passwords = matches!(reset, Err(Refusal::Conflict(Why::PasswordUnsupported { .. })));
        let key = match (no_links, no_passwords) {
            (true, true) => "mailbox-keys-unsupported",
            (true, false) => "mailbox-link-unsupported",
            (false, true) => "mailbox-reset-unsupported",
            (false, false) => return None,
        };
        Some(MailboxOption::closed(self.page.s.t1(key, "support", self.domain.support_email.as_str())))
    }

    fn activity(&self) -> Option<MailboxOption> {
        match self.change(Change::Disable) {
            Ok(How::CallDimail | How::Withdraw) if !self.is_leaving() => {
                return Some(self.option(
                    Presentation::Danger,
                    "disable",
                    "mailbox-disable-link",
                    "mailbox-disable-text",
                ));
            }
            _ => {}
        }
        let (title, text) = match self.change(Change::Enable) {
            Ok(How::CallDimail) => ("mailbox-enable", "mailbox-enable-text"),
            Ok(How::Withdraw) if self.is_leaving() => ("mailbox-keep", "mailbox-keep-text"),
            Ok(How::Withdraw) => ("mailbox-keep-enabled", "mailbox-keep-enabled-text"),
            _ => return None,
        };
        Some(self.option(Presentation::Press, "enable", title, text))
    }

    fn delete(&self) -> Option<MailboxOption> {
        let is_new = matches!(self.change(Change::Delete), Ok(How::CallDimail | How::InPortal));
        let text = if self.mailbox.status.is_created() { "mailbox-delete-text-there" } else { "mailbox-delete-text" };
        is_new.then(|| self.option(Presentation::Danger, "delete", "mailbox-delete-link", text))
    }
}
