//! Every verb, for each wanted and known state, each person and each domain.

use super::How::{AlreadyDone, AlreadyRequested, CallDimail, InPortal, Withdraw};
use super::{Asker, Change, Guard, How, JobView, NOT_CREATED, Verb};
use crate::model::address::{DomainName, LocalPart};
use crate::model::domain::{Domain, DomainStatus};
use crate::model::id::{DomainId, MailboxId};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::reason::Reason;
use crate::model::refusal::{Refusal, Why};
use crate::model::time::Timestamp;
use crate::model::user::Language;
use crate::model::wanted::{Known, Wants};

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
const ROLE: Refusal = Refusal::Forbidden(Why::Role);

/// What decides, with its usual values.
struct Case {
    domain: Domain,
    mailbox: Mailbox,
    asker: Asker,
    job: Option<JobView>,
    unsupported: Vec<Verb>,
}

fn case(wants: Wants, known: Known) -> Case {
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
        compared_at: None,
        differences: 0,
        mailboxes: 1,
        aliases: 0,
        records_left: 0,
        failed: 0,
        to_hand_over: 0,
    };
    let mailbox = Mailbox {
        id: MailboxId::new(NOW),
        local_part: LocalPart::parse("jean").expect("a local part"),
        first_name: "Jean".into(),
        last_name: "Dupont".into(),
        secondary_email: Some("jean@ailleurs.test".into()),
        wants,
        known,
        status: MailboxStatus::of(known, false),
        reason: None,
        to_hand_over: false,
        sheet_shown: false,
        wanted: None,
        language: Language::Fr,
        version: 1,
        created_at: NOW,
        there_since: Some(NOW),
        is_pushed: false,
    };
    Case { domain, mailbox, asker: MANAGER, job: None, unsupported: Vec::new() }
}

fn failed(known: Known) -> Case {
    let mut case = case(Wants::Active, known);
    case.mailbox.reason = Some(Reason::GivenUp);
    case.mailbox.status = MailboxStatus::of(known, true);
    case
}

fn job(is_unclear: bool, running: bool) -> JobView {
    JobView { created_at: NOW, due_at: Some(NOW), attempts: 1, running, is_unclear, trouble: None }
}

impl Case {
    fn how(&self, verb: Verb) -> Result<How, Refusal> {
        self.mailbox.options(&self.domain, self.asker, self.job.as_ref(), &self.unsupported).how(verb)
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
    for known in [Known::New, Known::Absent] {
        let wanted = case(Wants::Active, known).changes();
        assert_eq!(wanted, [Ok(InPortal), Err(NOT_CREATED), Err(NOT_CREATED), Ok(InPortal), Ok(CallDimail)]);
        let unclear = Case { job: Some(job(true, false)), ..case(Wants::Active, known) };
        assert_eq!(unclear.how(Verb::Change(Change::Disable)), Ok(CallDimail), "it may be there");
        let cancelled = case(Wants::Absent, known).changes();
        assert_eq!(cancelled, [Ok(InPortal), Err(NOT_CREATED), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail)]);
    }
}

#[test]
fn a_mind_can_be_changed_at_every_moment() {
    use Known::{Active, Inactive};
    let changes = |wants, known| case(wants, known).changes();
    assert_eq!(
        changes(Wants::Active, Active),
        [Ok(CallDimail), Ok(CallDimail), Ok(AlreadyDone), Ok(CallDimail), Err(NOTHING)]
    );
    assert_eq!(
        changes(Wants::Inactive, Inactive),
        [Ok(InPortal), Ok(AlreadyDone), Ok(CallDimail), Ok(CallDimail), Err(NOTHING)]
    );
    assert_eq!(
        changes(Wants::Inactive, Active),
        [Ok(CallDimail), Ok(AlreadyRequested), Ok(Withdraw), Ok(CallDimail), Ok(CallDimail)]
    );
    assert_eq!(
        changes(Wants::Active, Inactive),
        [Ok(CallDimail), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail), Ok(CallDimail)]
    );
    assert_eq!(
        changes(Wants::Absent, Active),
        [Ok(CallDimail), Ok(CallDimail), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail)]
    );
    assert_eq!(
        changes(Wants::Absent, Inactive),
        [Ok(InPortal), Ok(Withdraw), Ok(Withdraw), Ok(AlreadyRequested), Ok(CallDimail)]
    );
}

#[test]
fn what_ended_or_runs_is_retried_or_not() {
    assert_eq!(failed(Known::Absent).how(Verb::Retry), Ok(CallDimail));
    assert_eq!(failed(Known::Active).how(Verb::Retry), Ok(CallDimail), "names that were given up");
    let running = Case { job: Some(job(false, true)), ..case(Wants::Inactive, Known::Active) };
    assert_eq!(running.how(Verb::Retry), Ok(AlreadyRequested));
    let mut waiting = case(Wants::Active, Known::New);
    waiting.domain.status = DomainStatus::ActionRequired;
    assert_eq!(waiting.how(Verb::Retry), Ok(AlreadyRequested));
}

#[test]
fn access_needs_an_enabled_mailbox_an_address_and_a_route() {
    let access = |case: &Case| [Verb::LoginLink, Verb::ResetPassword].map(|verb| case.how(verb));
    let mut enabled = case(Wants::Active, Known::Active);
    assert_eq!(access(&enabled), [Ok(InPortal), Ok(InPortal)]);
    enabled.mailbox.secondary_email = None;
    assert_eq!(access(&enabled), [Err(Refusal::Conflict(Why::NoSecondary { own: false })), Ok(CallDimail)]);
    enabled.unsupported = vec![Verb::LoginLink, Verb::ResetPassword];
    let support = || enabled.domain.support_email.clone();
    let whys = [Why::LinkUnsupported { support: support() }, Why::PasswordUnsupported { support: support() }];
    assert_eq!(access(&enabled), whys.map(|why| Err(Refusal::Conflict(why))));
    for known in [Known::New, Known::Absent, Known::Inactive, Known::HalfMade, Known::Gone] {
        assert_eq!(access(&case(Wants::Active, known)), [Err(NOT_ENABLED), Err(NOT_ENABLED)]);
    }
}

#[test]
fn the_person_and_the_domain_decide_first() {
    let asked = |known, asker| Case { asker, ..case(Wants::Active, known) };
    let viewer = asked(Known::Active, Asker { manages: false, ..MANAGER });
    assert_eq!(viewer.all(), VERBS.map(|_| Err(ROLE)));
    let user = asked(Known::Active, Asker { manages: false, is_own: true, guard: Guard::Staff, ..MANAGER });
    let [edit, secondary, disable, enable, delete, link, reset, retry] = user.all();
    assert_eq!([edit, secondary, link], [Ok(CallDimail), Ok(CallDimail), Ok(InPortal)]);
    assert_eq!([disable, enable, delete, reset, retry], [ROLE; 5].map(Err));

    let kept_out = asked(Known::Active, Asker { guard: Guard::Owner, ..MANAGER });
    let guarded = || Err(Refusal::Forbidden(Why::Guarded(kept_out.domain.id)));
    let [edit, others @ ..] = kept_out.all();
    assert_eq!(edit, Ok(CallDimail));
    assert!(others.iter().all(|other| *other == guarded()));
    let not_created = asked(Known::Absent, Asker { is_own: true, guard: Guard::Owner, ..MANAGER });
    assert!(matches!(not_created.how(Verb::Edit), Err(Refusal::Forbidden(Why::Guarded(_)))));
    // An owner passes the guard of owners, not that of staff.
    let owner = |guard| asked(Known::Active, Asker { guard, passes: Guard::Owner, ..MANAGER });
    assert_eq!(owner(Guard::Owner).how(Verb::ResetPassword), Ok(InPortal));
    assert_eq!(owner(Guard::Staff).how(Verb::ResetPassword), Err(Refusal::Forbidden(Why::GuardedByStaff)));
    assert_eq!(owner(Guard::Staff).how(Verb::Edit), Ok(CallDimail));

    let mut closed = case(Wants::Active, Known::Active);
    closed.domain.status = DomainStatus::Disabled;
    assert_eq!(closed.all(), VERBS.map(|_| Err(Refusal::Conflict(Why::DomainDisabled))));
}
