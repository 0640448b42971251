//! What may be done with a mailbox now: decided from its status, its order, its domain and the person.

use super::domain::{Domain, DomainStatus};
use super::guard::Guard;
use super::mailbox::{Mailbox, MailboxStatus};
use super::order::{OrderKind, OrderView};
use super::reason::Reason;
use super::refusal::{Refusal, Why};

/// What people do with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Change the names and the secondary address.
    Edit,
    /// An edit that changes the secondary address.
    EditSecondary,
    /// Change its state.
    Change(Change),
    /// Send a login link to the secondary address.
    LoginLink,
    /// Set a new password.
    ResetPassword,
    /// Carry out now the order that waits or was given up.
    Retry,
}

/// A change of the state of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make it inactive.
    Disable,
    /// Make it active again.
    Enable,
    /// Delete it.
    Delete,
}

/// How a verb is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// dimail is called.
    CallDimail,
    /// In the portal only: dimail does not know the mailbox yet, or need not be asked now.
    InPortal,
    /// Withdraw the opposite order, which waits and was not carried out.
    Withdraw,
    /// Nothing to store: the same order waits already.
    AlreadyRequested,
    /// Nothing to do: the mailbox is in this state already.
    AlreadyDone,
}

/// The person who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Whether the person manages the mailboxes of the domain.
    pub manages: bool,
    /// Whether the person is the user of the mailbox.
    pub is_own: bool,
    /// The guard of the address.
    pub guard: Guard,
    /// The highest guard that the person passes.
    pub passes: Guard,
}

impl Asker {
    /// Whether the address is guarded from the person.
    #[must_use]
    pub fn is_guarded(self) -> bool {
        self.guard > self.passes
    }

    /// Whether the address is guarded from the person, who is not its user.
    #[must_use]
    pub fn is_kept_out(self) -> bool {
        self.is_guarded() && !self.is_own
    }
}

/// The order about a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// There is none.
    Nothing,
    /// It is still to be carried out.
    Open {
        /// What to do.
        kind: OrderKind,
        /// Whether it is being carried out right now.
        running: bool,
    },
    /// It was given up, because there was no answer for too long.
    GivenUp,
    /// It was refused.
    Refused,
}

impl From<Option<&OrderView>> for OrderState {
    fn from(order: Option<&OrderView>) -> Self {
        match order.map(|order| (order, &order.refusal)) {
            None => Self::Nothing,
            Some((order, None)) => Self::Open { kind: order.kind, running: order.running },
            Some((_, Some(Reason::GivenUp))) => Self::GivenUp,
            Some((_, Some(_))) => Self::Refused,
        }
    }
}

/// What may be done with a mailbox now, by one person.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    mailbox: &'a Mailbox,
    domain: &'a Domain,
    asker: Asker,
    order: OrderState,
    unsupported: &'a [Verb],
}

impl Mailbox {
    /// What `asker` may do with the mailbox of `domain` now. `unsupported` lists what this dimail server
    /// does not support.
    #[must_use]
    pub fn options<'a>(
        &'a self,
        domain: &'a Domain,
        asker: Asker,
        order: OrderState,
        unsupported: &'a [Verb],
    ) -> Options<'a> {
        Options { mailbox: self, domain, asker, order, unsupported }
    }
}

const NOT_CREATED: Refusal = Refusal::Conflict(Why::MailboxNotCreated);
const UNDER_WAY: Refusal = Refusal::Conflict(Why::MailboxUnderWay);

impl Options<'_> {
    /// How `verb` is carried out now.
    ///
    /// # Errors
    /// Why it may not be done.
    pub fn how(&self, verb: Verb) -> Result<How, Refusal> {
        self.check(verb)?;
        match verb {
            Verb::Edit | Verb::EditSecondary => self.edit(),
            Verb::Change(change) => self.change(change),
            Verb::LoginLink => self.login_link(),
            Verb::ResetPassword => self.reset_password(),
            Verb::Retry => self.retry(),
        }
    }

    /// Checks what does not depend on the order and on the status: the person and the domain.
    ///
    /// # Errors
    /// Why the verb may not be done.
    pub fn check(&self, verb: Verb) -> Result<(), Refusal> {
        let asker = self.asker;
        let for_user = matches!(verb, Verb::Edit | Verb::EditSecondary | Verb::LoginLink);
        if !(asker.manages || asker.is_own && for_user) {
            return Err(Refusal::Forbidden(Why::Role));
        }
        // Correcting a creation decides which person reads the messages. This includes one's own
        // address, because the person cannot have read anything there yet.
        let is_new = !self.mailbox.status.is_created();
        let is_kept_out = match verb {
            Verb::Edit => asker.is_guarded() && is_new,
            Verb::EditSecondary => asker.is_kept_out() || (asker.is_guarded() && is_new),
            Verb::LoginLink => asker.is_kept_out(),
            Verb::Change(_) | Verb::ResetPassword | Verb::Retry => asker.is_guarded(),
        };
        if is_kept_out {
            return Err(Refusal::Forbidden(asker.passes.why(self.domain.id)));
        }
        self.domain.check_not_closed()
    }

    /// The kind of order that waits for dimail.
    fn open(&self) -> Option<OrderKind> {
        match self.order {
            OrderState::Open { kind, .. } => Some(kind),
            OrderState::Nothing | OrderState::GivenUp | OrderState::Refused => None,
        }
    }

    fn edit(&self) -> Result<How, Refusal> {
        use MailboxStatus::{Disabled, Enabled, Failed, Pending};
        match (self.mailbox.status, self.open()) {
            (Pending | Failed, Some(OrderKind::DeleteMailbox)) => Err(UNDER_WAY),
            (Pending | Failed, _) | (Disabled, None) => Ok(How::InPortal),
            (Enabled, None | Some(OrderKind::RenameMailbox)) => Ok(How::CallDimail),
            _ => Err(UNDER_WAY),
        }
    }

    fn change(&self, change: Change) -> Result<How, Refusal> {
        use Change::{Delete, Disable, Enable};
        use MailboxStatus::{Disabled, Enabled, Failed, Pending};
        use OrderKind::{DeleteMailbox, DisableMailbox, EnableMailbox};
        match (change, self.mailbox.status, self.open()) {
            // Enabling also withdraws a deletion or a cancelled creation that waits.
            (Enable, _, Some(DeleteMailbox))
            | (Enable, Enabled, Some(DisableMailbox))
            | (Disable, Disabled, Some(EnableMailbox)) => Ok(How::Withdraw),
            (Delete, _, Some(DeleteMailbox))
            | (Disable, Enabled, Some(DisableMailbox))
            | (Enable, Disabled, Some(EnableMailbox)) => Ok(How::AlreadyRequested),
            (Delete, Pending | Failed, _) => Ok(How::InPortal),
            (_, Pending | Failed, _) => Err(NOT_CREATED),
            (Disable, Disabled, None) | (Enable, Enabled, None) => Ok(How::AlreadyDone),
            (Disable, Enabled, None) | (Enable, Disabled, None) | (Delete, ..) => Ok(How::CallDimail),
            _ => Err(UNDER_WAY),
        }
    }

    fn login_link(&self) -> Result<How, Refusal> {
        let support = self.domain.support_email.clone();
        self.check_access(Verb::LoginLink, Why::LinkUnsupported { support })?;
        self.mailbox.recipient(!self.asker.manages)?;
        Ok(How::InPortal)
    }

    fn reset_password(&self) -> Result<How, Refusal> {
        let support = self.domain.support_email.clone();
        self.check_access(Verb::ResetPassword, Why::PasswordUnsupported { support })?;
        Ok(if self.mailbox.secondary_email.is_some() { How::InPortal } else { How::CallDimail })
    }

    fn check_access(&self, verb: Verb, unsupported: Why) -> Result<(), Refusal> {
        if self.mailbox.status != MailboxStatus::Enabled {
            return Err(Refusal::Conflict(Why::MailboxNotEnabled));
        }
        if self.unsupported.contains(&verb) { Err(Refusal::Conflict(unsupported)) } else { Ok(()) }
    }

    fn retry(&self) -> Result<How, Refusal> {
        let waits_for_domain =
            self.mailbox.status == MailboxStatus::Pending && self.domain.status != DomainStatus::Enabled;
        match self.order {
            OrderState::Nothing => Err(Refusal::Conflict(Why::NothingToRetry)),
            OrderState::Open { kind, running: true } => Err(Refusal::Conflict(Why::MailboxRunning(kind))),
            OrderState::Open { .. } if waits_for_domain => Ok(How::AlreadyRequested),
            // A change that dimail refused is never sent again unchanged.
            OrderState::Refused if self.mailbox.status != MailboxStatus::Failed => {
                Err(Refusal::Conflict(Why::MailboxRefused))
            }
            OrderState::Open { .. } | OrderState::Refused | OrderState::GivenUp => Ok(How::CallDimail),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::How::{AlreadyDone, AlreadyRequested, CallDimail, InPortal, Withdraw};
    use super::{Asker, Change, Guard, How, NOT_CREATED, OrderState, UNDER_WAY, Verb};
    use crate::model::address::{DomainName, LocalPart};
    use crate::model::domain::{Domain, DomainStatus};
    use crate::model::id::{DomainId, MailboxId};
    use crate::model::mailbox::Mailbox;
    use crate::model::mailbox::MailboxStatus::{self, Disabled, Enabled, Failed, Pending};
    use crate::model::order::OrderKind::{
        self, CreateMailbox, DeleteMailbox, DisableMailbox, EnableMailbox, RenameMailbox,
    };
    use crate::model::refusal::{Refusal, Why};
    use crate::model::time::Timestamp;
    use crate::model::user::Language;

    const NOW: Timestamp = Timestamp(1_795_338_000_000_000);
    const MANAGER: Asker = Asker { manages: true, is_own: false, guard: Guard::None, passes: Guard::None };
    const VERBS: [Verb; 8] = [
        Verb::Edit,
        Verb::EditSecondary,
        Verb::Change(Change::Disable),
        Verb::Change(Change::Enable),
        Verb::Change(Change::Delete),
        Verb::LoginLink,
        Verb::ResetPassword,
        Verb::Retry,
    ];
    const NOT_ENABLED: Refusal = Refusal::Conflict(Why::MailboxNotEnabled);
    const NOTHING: Refusal = Refusal::Conflict(Why::NothingToRetry);
    const REFUSED: Refusal = Refusal::Conflict(Why::MailboxRefused);
    const ROLE: Refusal = Refusal::Forbidden(Why::Role);

    /// What decides, with its usual values.
    struct Case {
        domain: Domain,
        mailbox: Mailbox,
        asker: Asker,
        order: OrderState,
        unsupported: Vec<Verb>,
    }

    fn case(status: MailboxStatus, order: OrderState) -> Case {
        let domain = Domain {
            id: DomainId::new(NOW),
            name: DomainName::parse("ville.fr").expect("a name"),
            support_email: "aide@mairie.test".into(),
            status: DomainStatus::Enabled,
            status_since: NOW,
            context: None,
            created_at: NOW,
            accepted_at: Some(NOW),
            refusal: None,
            first_enabled_at: Some(NOW),
            checked_at: Some(NOW),
            bad_since: None,
            disabled_reason: None,
            support_confirmed_at: None,
            mailboxes: 1,
            aliases: 0,
        };
        let mailbox = Mailbox {
            id: MailboxId::new(NOW),
            local_part: LocalPart::parse("jean").expect("a local part"),
            first_name: "Jean".into(),
            last_name: "Dupont".into(),
            secondary_email: Some("jean@ailleurs.test".into()),
            status,
            reason: None,
            to_hand_over: false,
            wanted: None,
            language: Language::Fr,
            version: 1,
            created_at: NOW,
            there_since: Some(NOW),
        };
        Case { domain, mailbox, asker: MANAGER, order, unsupported: Vec::new() }
    }

    fn open(kind: OrderKind) -> OrderState {
        OrderState::Open { kind, running: false }
    }

    impl Case {
        fn how(&self, verb: Verb) -> Result<How, Refusal> {
            self.mailbox.options(&self.domain, self.asker, self.order, &self.unsupported).how(verb)
        }

        fn all(&self) -> [Result<How, Refusal>; 8] {
            VERBS.map(|verb| self.how(verb))
        }

        /// What is possible for a mailbox in this state: edit, disable, enable, delete, retry.
        fn changes(&self) -> [Result<How, Refusal>; 5] {
            let [edit, secondary, disable, enable, delete, _, _, retry] = self.all();
            assert_eq!(edit, secondary);
            [edit, disable, enable, delete, retry]
        }
    }

    #[test]
    fn what_dimail_does_not_have_is_changed_here() {
        for status in [Pending, Failed] {
            let [created, cancelled] = [CreateMailbox, DeleteMailbox].map(|kind| case(status, open(kind)).changes());
            assert_eq!(created, [Ok(InPortal), Err(NOT_CREATED), Err(NOT_CREATED), Ok(InPortal), Ok(CallDimail)]);
            assert_eq!(
                cancelled,
                [Err(UNDER_WAY), Err(NOT_CREATED), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail)]
            );
        }
    }

    #[test]
    fn what_dimail_has_is_changed_there() {
        let busy = || Err(UNDER_WAY);
        let changes = |status, kind| case(status, open(kind)).changes();
        let nothing = |status| case(status, OrderState::Nothing).changes();
        assert_eq!(nothing(Enabled), [Ok(CallDimail), Ok(CallDimail), Ok(AlreadyDone), Ok(CallDimail), Err(NOTHING)]);
        assert_eq!(nothing(Disabled), [Ok(InPortal), Ok(AlreadyDone), Ok(CallDimail), Ok(CallDimail), Err(NOTHING)]);
        assert_eq!(changes(Enabled, RenameMailbox), [Ok(CallDimail), busy(), busy(), Ok(CallDimail), Ok(CallDimail)]);
        assert_eq!(
            changes(Enabled, DisableMailbox),
            [busy(), Ok(AlreadyRequested), Ok(Withdraw), Ok(CallDimail), Ok(CallDimail)]
        );
        assert_eq!(
            changes(Disabled, EnableMailbox),
            [busy(), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail), Ok(CallDimail)]
        );
        assert_eq!(
            changes(Enabled, DeleteMailbox),
            [busy(), busy(), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail)]
        );
        assert_eq!(
            changes(Disabled, DeleteMailbox),
            [busy(), busy(), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail)]
        );
    }

    #[test]
    fn what_ended_or_runs_is_retried_or_not() {
        let retry = |status, order| case(status, order).how(Verb::Retry);
        assert_eq!(retry(Enabled, OrderState::GivenUp), Ok(CallDimail));
        assert_eq!(retry(Failed, OrderState::Refused), Ok(CallDimail));
        assert_eq!(retry(Enabled, OrderState::Refused), Err(REFUSED));
        let running = OrderState::Open { kind: RenameMailbox, running: true };
        assert_eq!(retry(Enabled, running), Err(Refusal::Conflict(Why::MailboxRunning(RenameMailbox))));
        let mut waiting = case(Pending, open(CreateMailbox));
        waiting.domain.status = DomainStatus::ActionRequired;
        assert_eq!(waiting.how(Verb::Retry), Ok(AlreadyRequested));
    }

    #[test]
    fn access_needs_an_enabled_mailbox_an_address_and_a_route() {
        let access = |case: &Case| [Verb::LoginLink, Verb::ResetPassword].map(|verb| case.how(verb));
        let mut enabled = case(Enabled, OrderState::Nothing);
        assert_eq!(access(&enabled), [Ok(InPortal), Ok(InPortal)]);
        enabled.mailbox.secondary_email = None;
        assert_eq!(access(&enabled), [Err(Refusal::Conflict(Why::NoSecondary { own: false })), Ok(CallDimail)]);
        enabled.unsupported = vec![Verb::LoginLink, Verb::ResetPassword];
        let support = || enabled.domain.support_email.clone();
        let whys = [Why::LinkUnsupported { support: support() }, Why::PasswordUnsupported { support: support() }];
        assert_eq!(access(&enabled), whys.map(|why| Err(Refusal::Conflict(why))));
        for status in [Pending, Failed, Disabled] {
            assert_eq!(access(&case(status, OrderState::Nothing)), [Err(NOT_ENABLED), Err(NOT_ENABLED)]);
        }
    }

    #[test]
    fn the_person_and_the_domain_decide_first() {
        let asked = |status, asker| Case { asker, ..case(status, OrderState::Nothing) };
        let viewer = asked(Enabled, Asker { manages: false, ..MANAGER });
        assert_eq!(viewer.all(), VERBS.map(|_| Err(ROLE)));
        let user = asked(Enabled, Asker { manages: false, is_own: true, guard: Guard::Staff, ..MANAGER });
        let [edit, secondary, disable, enable, delete, link, reset, retry] = user.all();
        assert_eq!([edit, secondary, link], [Ok(CallDimail), Ok(CallDimail), Ok(InPortal)]);
        assert_eq!([disable, enable, delete, reset, retry], [ROLE; 5].map(Err));

        let kept_out = asked(Enabled, Asker { guard: Guard::Owner, ..MANAGER });
        let guarded = || Err(Refusal::Forbidden(Why::Guarded(kept_out.domain.id)));
        let [edit, others @ ..] = kept_out.all();
        assert_eq!(edit, Ok(CallDimail));
        assert!(others.iter().all(|other| *other == guarded()));
        let not_created = asked(Failed, Asker { is_own: true, guard: Guard::Owner, ..MANAGER });
        assert!(matches!(not_created.how(Verb::Edit), Err(Refusal::Forbidden(Why::Guarded(_)))));
        // An owner passes the guard of owners, not that of staff.
        let owner = |guard| asked(Enabled, Asker { guard, passes: Guard::Owner, ..MANAGER });
        assert_eq!(owner(Guard::Owner).how(Verb::ResetPassword), Ok(InPortal));
        assert_eq!(owner(Guard::Staff).how(Verb::ResetPassword), Err(Refusal::Forbidden(Why::GuardedByStaff)));
        assert_eq!(owner(Guard::Staff).how(Verb::Edit), Ok(CallDimail));

        let mut closed = case(Enabled, open(RenameMailbox));
        closed.domain.status = DomainStatus::Disabled;
        assert_eq!(closed.all(), VERBS.map(|_| Err(Refusal::Conflict(Why::DomainDisabled))));
    }
}
