//! A change or an email as a row of a list.

use crate::i18n::Told;
use crate::model::alias::DISCARD;
use crate::model::change::{ChangeKind, ChangeOutcome, ChangeView, JobView, Object};
use crate::model::change_options::ChangeOptions;
use crate::model::mailbox::Mailbox;
use crate::model::reason::Trouble;
use crate::model::{DomainName, EmailContent, EmailState, EmailView};
use crate::store::WorkRow;
use crate::urls;
use crate::web::Page;
use crate::web::changes::job_attempts;

/// The form that corrects something: the key of its name, and its address.
type Correction = (&'static str, String);

/// A row as the template needs it.
#[derive(Default)]
pub(crate) struct Row {
    /// The name of the domain and the address of its operations.
    pub(crate) domain: Option<(String, String)>,
    /// The address that it is about.
    pub(crate) subject: String,
    /// The page of that mailbox or alias, if it is there.
    pub(crate) href: Option<String>,
    /// What was asked for.
    pub(crate) what: String,
    /// Who asked for it; empty if that is not known.
    pub(crate) who: String,
    pub(crate) when: String,
    /// The value of `data-outcome`, the kind of the tag, and its words.
    pub(crate) outcome: String,
    pub(crate) mark: &'static str,
    pub(crate) label: String,
    /// What is known besides: the last answer, the attempts, the next one.
    pub(crate) details: Vec<Told>,
    /// For staff: what is known of a failed attempt.
    pub(crate) technical: Option<String>,
    /// The addresses of the actions.
    pub(crate) retry: Option<String>,
    pub(crate) take_back: Option<String>,
    pub(crate) correct: Option<Correction>,
    /// Send another email in the place of one that was given up.
    pub(crate) send_again: Option<String>,
}

impl Row {
    /// The row, without actions.
    pub(crate) fn new(page: &Page, row: &WorkRow, here: Option<&DomainName>) -> Self {
        let Some(domain) = row.domain.as_ref().or(here) else {
            return row.email.as_ref().map(|email| of_email(page, email, None, None)).unwrap_or_default();
        };
        let shown = match (&row.change, &row.email) {
            (Some(change), _) => of_change(page, domain, change, row),
            // An email to a closed account does not leave, which the page does not tell.
            (None, Some(email)) if row.invited_role.is_some() && email.state == EmailState::Withdrawn => {
                let sent = EmailView { state: EmailState::Sent, ..email.clone() };
                of_email(page, &sent, Some(domain), None)
            }
            (None, Some(email)) => of_email(page, email, Some(domain), row.mailbox.as_ref()),
            (None, None) => Self::default(),
        };
        let link = || (domain.unicode(), urls::operations(domain));
        Self { domain: here.is_none().then(link), ..shown }
    }

    /// The same with what the person may do about an email that was given up: send it again, correct its address.
    pub(crate) fn with_email(mut self, domain: &DomainName, row: &WorkRow, (sends, corrects): (bool, bool)) -> Self {
        let invitation = row.email.as_ref().and_then(|email| email.invitation);
        match (&row.mailbox, invitation) {
            (Some(mailbox), _) => {
                let address = |rest| urls::below_mailbox(domain, &mailbox.local_part, rest);
                self.send_again = sends.then(|| address("login-link"));
                self.correct = corrects.then(|| ("mailbox-edit-title", address("edit")));
            }
            (None, Some(id)) => {
                self.send_again = sends.then(|| urls::below_domain(domain, &format!("invitations/{id}/resend")));
                self.correct = corrects.then(|| ("invitation-correct", urls::correct_invitation(domain, id)));
            }
            (None, None) => {}
        }
        self
    }

    /// The same with the actions that the person may carry out.
    pub(crate) fn with(mut self, domain: &DomainName, row: &WorkRow, options: ChangeOptions) -> Self {
        if let Some(change) = &row.change {
            let address = |rest| urls::below_operation(domain, change.sequence, rest);
            self.retry = options.retry.then(|| address("retry"));
            self.take_back = options.take_back.then(|| address("take-back"));
        }
        if let Some(mailbox) = &row.mailbox {
            self.correct = options
                .correct
                .then(|| ("mailbox-edit-title", urls::below_mailbox(domain, &mailbox.local_part, "edit")));
        }
        self
    }
}

/// Whether the row may change by itself soon.
pub(crate) fn moves(row: &WorkRow) -> bool {
    let runs = row.job.as_ref().is_some_and(|job| job.due_at.is_some());
    runs || row.email.as_ref().is_some_and(|email| email.state == EmailState::Waiting && email.due_at.is_some())
}

fn of_change(page: &Page, domain: &DomainName, change: &ChangeView, row: &WorkRow) -> Row {
    let attempts = row.job.iter().flat_map(|job| job_attempts(page, job));
    let is_refused = change.outcome == ChangeOutcome::Refused;
    let ended = if is_refused { "operations-refused-on" } else { "operations-ended" };
    let ended = change.finished_at.map(|at| page.s.t1(ended, "timestamp", page.timestamp(at)));
    let (mark, label) = outcome_words(change.outcome, row.job.as_ref());
    Row {
        subject: change.subject.clone(),
        href: href(domain, change, row),
        what: what(page, change, row.mailbox.as_ref()),
        who: change.actor_name.clone(),
        when: page.timestamp(change.asked_at),
        outcome: change.outcome.to_string(),
        mark,
        label: page.t(label),
        details: std::iter::once(why(page, domain, change))
            .chain(attempts.chain(ended).map(Told::from))
            .filter(|told| !told.is_empty())
            .collect(),
        technical: row.job.as_ref().and_then(technical).filter(|_| page.is_staff()),
        ..Row::default()
    }
}

/// Why a change ended without being carried out; nothing of one that waits or is done.
fn why(page: &Page, domain: &DomainName, change: &ChangeView) -> Told {
    let key = match (&change.reason, change.outcome) {
        (Some(reason), _) => return page.s.reason(reason, domain, page.is_staff()),
        (None, ChangeOutcome::Waiting | ChangeOutcome::Done) => return Told::NONE,
        (None, ChangeOutcome::Refused) => "mistake-refused",
        (None, ChangeOutcome::GivenUp) => "reason-given-up",
        (None, ChangeOutcome::Replaced) => "operations-replaced-why",
        (None, ChangeOutcome::Cancelled) => "operations-cancelled-why",
    };
    page.t(key).into()
}

fn href(domain: &DomainName, change: &ChangeView, row: &WorkRow) -> Option<String> {
    match &change.object {
        Object::Mailbox(_) => row.mailbox.as_ref().map(|mailbox| urls::mailbox(domain, &mailbox.local_part)),
        Object::Domain => Some(urls::domain(domain)),
        Object::Alias(part) => row.has_alias.then(|| urls::alias(domain, part)),
    }
}

/// What was asked for, in words.
fn what(page: &Page, change: &ChangeView, mailbox: Option<&Mailbox>) -> String {
    let key = match change.kind {
        ChangeKind::CreateDomain => "operations-create-domain",
        ChangeKind::CreateMailbox => "operations-create-mailbox",
        ChangeKind::RenameMailbox => "operations-rename-mailbox",
        ChangeKind::DisableMailbox => "operations-disable-mailbox",
        ChangeKind::EnableMailbox => "operations-enable-mailbox",
        ChangeKind::DeleteMailbox => "operations-delete-mailbox",
        ChangeKind::KeepMailbox => "operations-keep-mailbox",
        ChangeKind::AddDestination => "operations-add-destination",
        ChangeKind::RemoveDestination => "operations-remove-destination",
        ChangeKind::DeleteAlias => "operations-delete-alias",
    };
    let names = mailbox.and_then(|mailbox| mailbox.wanted.as_ref());
    match (change.kind, names, &change.destination) {
        (ChangeKind::RenameMailbox, Some(names), _) if change.outcome == ChangeOutcome::Waiting => {
            let (first, last) = (names.first_name.as_str(), names.last_name.as_str());
            page.s.t2("operations-rename-mailbox-to", "first", first, "last", last)
        }
        (_, _, Some(destination)) if destination == DISCARD => page.s.t1(key, "destination", page.t("alias-discards")),
        (_, _, Some(destination)) => page.s.t1(key, "destination", destination),
        _ => page.t(key),
    }
}

fn outcome_words(outcome: ChangeOutcome, job: Option<&JobView>) -> (&'static str, &'static str) {
    match outcome {
        ChangeOutcome::Waiting if job.is_some_and(|job| job.due_at.is_none()) => ("wait", "operations-parked"),
        ChangeOutcome::Waiting => ("wait", "operations-waiting"),
        ChangeOutcome::Done => ("good", "operations-done"),
        ChangeOutcome::Refused => ("bad", "operations-refused"),
        ChangeOutcome::GivenUp => ("bad", "operations-given-up"),
        ChangeOutcome::Replaced => ("quiet", "operations-replaced"),
        ChangeOutcome::Cancelled => ("quiet", "operations-cancelled"),
    }
}

fn technical(job: &JobView) -> Option<String> {
    match job.trouble.as_ref()? {
        Trouble::NoAnswer { detail, .. } | Trouble::Installation { detail } | Trouble::Refused { detail } => {
            Some(detail.clone()).filter(|detail| !detail.is_empty())
        }
        Trouble::NameServers | Trouble::Portal => None,
    }
}

fn of_email(page: &Page, email: &EmailView, domain: Option<&DomainName>, mailbox: Option<&Mailbox>) -> Row {
    let invites = email.invitation.is_some();
    let (outcome, mark, label) = match email.state {
        EmailState::Waiting => ("waiting", "wait", "operations-email-waiting"),
        EmailState::Held => ("waiting", "warn", "operations-email-held"),
        EmailState::Sent => ("done", "good", "operations-email-sent"),
        EmailState::GivenUp => ("given_up", "bad", "operations-email-given-up"),
        EmailState::Withdrawn => ("cancelled", "quiet", "operations-email-withdrawn"),
    };
    let there = domain.zip(mailbox);
    Row {
        subject: email.content.mailbox().unwrap_or(&email.recipient).to_owned(),
        href: match (there, domain) {
            (Some((domain, mailbox)), _) => Some(urls::mailbox(domain, &mailbox.local_part)),
            (None, Some(domain)) if invites => Some(urls::members(domain)),
            _ => None,
        },
        what: page.t(email_key(&email.content)),
        who: caused_by(page, email),
        when: page.timestamp(email.created_at),
        outcome: outcome.to_owned(),
        mark,
        label: page.t(label),
        details: vec![page.email_stands(email).into()],
        ..Row::default()
    }
}

/// Which email it is, in words.
fn email_key(content: &EmailContent) -> &'static str {
    match content {
        EmailContent::NewMailbox { .. } => "operations-email-new-mailbox",
        EmailContent::LoginLink { .. } => "operations-email-login-link",
        EmailContent::NewPassword { .. } => "operations-email-new-password",
        EmailContent::SecondaryChanged { .. } => "operations-email-secondary-changed",
        EmailContent::Invitation { .. } => "operations-email-invitation",
        EmailContent::RoleChanged { .. } | EmailContent::Raised { .. } => "operations-email-role",
        EmailContent::AccessRemoved { .. } => "operations-email-access-removed",
        EmailContent::DomainReady { .. }
        | EmailContent::DomainActionRequired { .. }
        | EmailContent::DomainFailed { .. }
        | EmailContent::DomainDisabled { .. } => "operations-email-domain-status",
        EmailContent::CreationGuarded { .. } => "operations-email-creation-guarded",
        EmailContent::Reconciled { .. } => "operations-email-reconciled",
        EmailContent::ConfirmAddress { .. } => "operations-email-confirm",
        EmailContent::DomainRemoved { .. } => "operations-email-domain-removed",
        EmailContent::DomainClaimed { .. } => "operations-email-domain-claimed",
        EmailContent::DnsSettings { .. } => "operations-email-dns-settings",
        EmailContent::ForgottenPassword
        | EmailContent::ManyWrongPasswords { .. }
        | EmailContent::NewBrowser { .. }
        | EmailContent::PasswordChanged { .. } => "operations-email-account",
    }
}

/// Who caused an email: a person by name, a person without an account, or the portal; empty if that is not known.
fn caused_by(page: &Page, email: &EmailView) -> String {
    match (&email.actor_name, &email.content) {
        (Some(name), _) => name.clone(),
        (None, EmailContent::LoginLink { .. }) => page.t("journal-somebody"),
        (
            None,
            EmailContent::DomainReady { .. }
            | EmailContent::DomainActionRequired { .. }
            | EmailContent::DomainFailed { .. }
            | EmailContent::CreationGuarded { .. },
        ) => page.t("journal-the-portal"),
        (None, _) => String::new(),
    }
}
