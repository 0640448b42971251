//! Pushes the portal's database to dimail, for an operator: domains with their contexts, mailboxes,
//! aliases. Existing objects are not changed, and no email is sent.
//!
//! Each function can be called again for an object with an unknown result: it gets the state of the
//! earlier calls, and first looks at what exists. Must not know: when and how often it is called again.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::time::Instant;

use crate::actions::sync::lists::{LIST_COUNTS, Listing};
use crate::actions::sync::observe::Shown;
use crate::actions::{App, sync};
use crate::dimail::{Active, CallError, Dimail, FaultKind, KnownMailbox, Made, Names};
use crate::model::creation::{AtAddress, MailboxOrigin, origin};
use crate::model::job::{Call, SentCall};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::reason::Reason;
use crate::model::{Domain, Event, LocalPart};
use crate::store::Fault;

/// How a half-made mailbox is reported: a creation that failed midway leaves it.
const HALF_MADE: &str = "a user of Open-XChange without a mailbox";

/// The result for one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filled {
    /// dimail has created it.
    Created,
    /// dimail had it already.
    Present,
    /// dimail does not have it, or has it with other data; with the reason.
    Refused(String),
    /// It is unknown whether dimail has it; with the reason.
    Unknown(String),
}

impl Filled {
    fn no(failure: &CallError) -> Self {
        let why = failure.to_string();
        match failure {
            CallError::Refused(_) => Self::Refused(why),
            // A missing route stays missing in this version of dimail; other faults may be temporary.
            CallError::Installation(fault) if fault.kind == FaultKind::RouteMissing => Self::Refused(why),
            CallError::Installation(_) | CallError::NoAnswer(_) => Self::Unknown(why),
        }
    }

    /// The same with `words` before the reason.
    fn after(self, words: &str) -> Self {
        match self {
            Self::Refused(why) => Self::Refused(format!("{words}: {why}")),
            Self::Unknown(why) => Self::Unknown(format!("{words}: {why}")),
            Self::Created | Self::Present => self,
        }
    }
}

/// What this run knows of a domain.
#[derive(Debug, Default)]
pub struct DomainSoFar {
    /// Whether dimail created it or had it, once dimail has confirmed that it has it.
    there: Option<Filled>,
    /// Whether a creation by this run got no answer.
    unanswered: bool,
    /// The result of giving our account permission on it, if that was necessary.
    pub allow: Option<Filled>,
}

/// Creates a domain in its context. `admin` may give our account permission on a domain that belongs to
/// another account.
pub async fn domain(app: &App, admin: Option<&Dimail>, domain: &Domain, so_far: &mut DomainSoFar) -> Filled {
    let there = match so_far.there.clone() {
        Some(there) => there,
        None => match made_or_there(app, domain, so_far.unanswered).await {
            Ok(there) => so_far.there.insert(there).clone(),
            Err(failure) => {
                so_far.unanswered |= failure.may_have_acted();
                return Filled::no(&failure);
            }
        },
    };
    match allowed(app, admin, domain, &mut so_far.allow).await {
        Ok(()) => there,
        Err(filled) => filled,
    }
}

/// Creates a domain. After a creation without an answer, dimail is first asked whether it exists.
async fn made_or_there(app: &App, domain: &Domain, unanswered: bool) -> Result<Filled, CallError> {
    if unanswered {
        match app.dimail.mailboxes(&domain.name).await {
            Ok(_) => return Ok(Filled::Created),
            // It does not exist, or belongs to another account: the creation tells which.
            Err(failure) if failure.is_denied() || failure.is_object_missing() => {}
            Err(failure) => return Err(failure),
        }
    }
    let context = domain.context.as_deref().unwrap_or(domain.name.as_str());
    match app.dimail.create_domain_in(&domain.name, context).await {
        Ok(_) => Ok(Filled::Created),
        // The list tells whether it is ours.
        Err(failure) if failure.is_conflict() && !says_context(&failure) => {
            Ok(if unanswered { Filled::Created } else { Filled::Present })
        }
        Err(failure) => Err(failure),
    }
}

fn says_context(failure: &CallError) -> bool {
    matches!(failure, CallError::Refused(refusal) if refusal.detail.contains("context"))
}

/// Whether our account may list a domain that dimail has; if not, `admin` gives it the permission.
async fn allowed(app: &App, admin: Option<&Dimail>, domain: &Domain, allow: &mut Option<Filled>) -> Result<(), Filled> {
    let unanswered = matches!(allow, Some(Filled::Unknown(_)));
    let mut list = app.dimail.mailboxes(&domain.name).await;
    if list.is_ok() && unanswered {
        *allow = Some(Filled::Created);
    }
    if let (true, Some(admin)) = (list.as_ref().is_err_and(CallError::is_denied), admin) {
        let username = app.settings.dimail_username.as_deref().unwrap_or_default();
        let given = match admin.create_allow(username, &domain.name).await {
            Ok(Made::AlreadyThere) if !unanswered => Filled::Present,
            Ok(Made::New | Made::AlreadyThere) => Filled::Created,
            Err(failure) => Filled::no(&failure),
        };
        if let Filled::Unknown(_) = allow.insert(given.clone()) {
            return Err(given);
        }
        list = app.dimail.mailboxes(&domain.name).await;
    }
    match list {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_denied() => {
            let why = "dimail has it for another account: set DIMAIL_ADMIN_USERNAME and DIMAIL_ADMIN_PASSWORD to \
                        have it allowed to ours";
            Err(Filled::Refused(why.to_owned()))
        }
        Err(failure) => Err(Filled::no(&failure)),
    }
}

/// What this run knows of a mailbox.
#[derive(Debug, Default)]
pub struct MailboxSoFar {
    /// Whether it is recorded that its password will not be known.
    noted: bool,
    /// Whether dimail has confirmed that this run created it.
    made: bool,
    /// Creations without an answer, sent after the address was seen absent.
    attempts: Vec<SentCall>,
    /// When the last creation ended: only a list requested later shows its effect.
    ended: Option<Instant>,
}

/// The state of a mailbox's address at dimail.
enum Seen {
    /// Nothing that prevents a creation.
    Absent,
    /// A mailbox.
    There(KnownMailbox),
    /// An Open-XChange user without a mailbox.
    HalfMade,
    /// It must not be created, or dimail gave no clear answer.
    Not(Filled),
}

/// All entries in the context of a domain.
struct Listed {
    asked_at: Instant,
    /// The entries of the domain itself, by local part as dimail writes it.
    own: HashMap<String, KnownMailbox>,
    all: Listing,
}

/// A domain that dimail has, whose mailboxes and aliases are pushed.
pub struct Filling<'a> {
    app: &'a App,
    domain: &'a Domain,
    listed: tokio::sync::Mutex<Option<Arc<Listed>>>,
}

impl<'a> Filling<'a> {
    /// Makes no call yet.
    pub fn new(app: &'a App, domain: &'a Domain) -> Self {
        Self { app, domain, listed: tokio::sync::Mutex::default() }
    }

    /// Creates a mailbox that does not exist. An existing one is compared, unless this run created it.
    pub async fn mailbox(&self, mailbox: &Mailbox, so_far: &mut MailboxSoFar) -> Result<Filled, Fault> {
        if so_far.made {
            return Ok(self.finished(mailbox).await);
        }
        if let Some(filled) = self.settled(mailbox, so_far, None).await {
            return Ok(filled);
        }
        if !so_far.noted {
            // Recorded before dimail is asked, because the password is not kept, whatever the answer.
            self.note_remade(mailbox).await?;
            so_far.noted = true;
        }
        let place = self.app.dimail.place(&self.domain.name).await;
        let attempt = SentCall::new(creation(mailbox), self.app.clock.now());
        let created = self.app.dimail.create_mailbox(place, &self.domain.name, &mailbox.local_part, names(mailbox));
        Ok(match created.await {
            Ok(_) => {
                so_far.made = true;
                self.finished(mailbox).await
            }
            Err(failure) => self.not_created(mailbox, so_far, attempt, &failure).await,
        })
    }

    /// The result after a failed creation. The rule is the same as for a person's mailbox: one that
    /// exists immediately after a server error is ours, a later one is not.
    async fn not_created(
        &self,
        mailbox: &Mailbox,
        so_far: &mut MailboxSoFar,
        attempt: SentCall,
        failure: &CallError,
    ) -> Filled {
        so_far.ended = Some(Instant::now());
        let there = match failure {
            CallError::NoAnswer(silence) if !silence.sent => None,
            CallError::NoAnswer(silence) if silence.status.is_none() => {
                so_far.attempts.push(attempt);
                None
            }
            CallError::NoAnswer(_) => self.settled(mailbox, so_far, Some(&attempt)).await,
            // Another client, or an earlier call of ours that timed out, has created it.
            CallError::Refused(_) if failure.is_conflict() => self.settled(mailbox, so_far, None).await,
            CallError::Refused(_) | CallError::Installation(_) => None,
        };
        there.unwrap_or_else(|| Filled::no(failure))
    }

    /// The result that follows from dimail's state; `None` if the mailbox may be created.
    async fn settled(
        &self,
        mailbox: &Mailbox,
        so_far: &mut MailboxSoFar,
        just_failed: Option<&SentCall>,
    ) -> Option<Filled> {
        let observed_at = self.app.clock.now();
        let seen = self.seen(mailbox, so_far).await;
        let found = match &seen {
            Seen::Absent => return None,
            Seen::Not(filled) => return Some(filled.clone()),
            Seen::There(there) => AtAddress::Mailbox(there.names.as_ref()),
            Seen::HalfMade => AtAddress::HalfMade,
        };
        match (origin(found, &so_far.attempts, just_failed, observed_at), &seen) {
            (MailboxOrigin::Ours(_), _) => {
                so_far.made = true;
                Some(self.finished(mailbox).await)
            }
            (_, Seen::There(there)) => Some(compared(mailbox, there)),
            (MailboxOrigin::Unsure, _) => Some(Filled::Unknown(HALF_MADE.to_owned())),
            _ => Some(Filled::Refused(HALF_MADE.to_owned())),
        }
    }

    async fn seen(&self, mailbox: &Mailbox, so_far: &MailboxSoFar) -> Seen {
        let listed = match self.list(so_far.ended).await {
            Ok(listed) => listed,
            Err(failure) => return Seen::Not(Filled::no(&failure)),
        };
        let own = listed.own.get(mailbox.local_part.as_str());
        if let Some(own) = own.filter(|own| own.active != Active::Unsure && !own.broken) {
            return Seen::There(own.clone());
        }
        // The list alone does not distinguish a mailbox from a user of another domain or a half-made
        // one, and may lack a half-made one.
        let shown = if !so_far.attempts.is_empty() || listed.all.has(mailbox) {
            sync::observe::address(self.app, self.domain, mailbox, self.app.clock.now()).await
        } else {
            Shown::Absent
        };
        let shown = match (shown, listed.all.holder_of_name(mailbox)) {
            (Shown::Absent, Some(holder)) => {
                Shown::Obstacle(Reason::DisplayNameTaken { holder: Some(holder.to_owned()) })
            }
            (shown, _) => shown,
        };
        match (shown, own) {
            (Shown::Absent, _) => Seen::Absent,
            (Shown::Mailbox(_), Some(own)) => Seen::There(own.clone()),
            (Shown::Mailbox(_), None) => self.seen_since(mailbox).await,
            (Shown::HalfMade, _) => Seen::HalfMade,
            (Shown::Obstacle(Reason::DisplayNameTaken { holder: Some(holder) }), _) => {
                refused(&format!("{holder} has its display name"))
            }
            (Shown::Obstacle(_), _) => refused("another domain of its context has its local part"),
            (Shown::Unclear(trouble), _) => Seen::Not(Filled::Unknown(trouble.detail().to_owned())),
        }
    }

    /// Looks again at a mailbox that was not in the list a moment ago.
    async fn seen_since(&self, mailbox: &Mailbox) -> Seen {
        match self.list(Some(Instant::now())).await {
            Ok(listed) => match listed.own.get(mailbox.local_part.as_str()) {
                Some(own) => Seen::There(own.clone()),
                // It is listed in another case.
                None => refused("dimail has this address, and lists it in another way"),
            },
            Err(failure) => Seen::Not(Filled::no(&failure)),
        }
    }

    /// A list requested after `after` that has not expired; one request serves all waiting callers.
    async fn list(&self, after: Option<Instant>) -> Result<Arc<Listed>, CallError> {
        let mut kept = self.listed.lock().await;
        if let Some(listed) = &*kept
            && after.is_none_or(|after| listed.asked_at >= after)
            && listed.asked_at.elapsed() < LIST_COUNTS
        {
            return Ok(Arc::clone(listed));
        }
        let asked_at = Instant::now();
        let list = self.app.dimail.mailboxes(&self.domain.name).await?;
        let all = Listing::new(list.clone(), self.app.clock.now());
        let own = list.into_iter().filter(|known| known.is_in(&self.domain.name));
        let own = own.map(|known| (known.local_part().to_owned(), known)).collect();
        Ok(Arc::clone(kept.insert(Arc::new(Listed { asked_at, own, all }))))
    }

    /// Disables a newly created mailbox if it is disabled here.
    async fn finished(&self, mailbox: &Mailbox) -> Filled {
        if mailbox.status != MailboxStatus::Disabled {
            return Filled::Created;
        }
        match self.app.dimail.disable_mailbox(&self.domain.name, &mailbox.local_part).await {
            Ok(_) => Filled::Created,
            Err(failure) => Filled::no(&failure).after("made, but not disabled"),
        }
    }

    async fn note_remade(&self, mailbox: &Mailbox) -> Result<(), Fault> {
        let mut tx = self.app.store.begin().await?;
        let Some(locked) = tx.lock_as_operator(self.domain.id).await? else { return Ok(()) };
        tx.note_remade(&locked, mailbox.id).await?;
        let event = Event::MailboxRemade { address: mailbox.address(&self.domain.name) };
        tx.record(&locked, &event, Some(mailbox.id)).await?;
        tx.commit().await
    }

    /// Creates a pair of an alias; `unanswered` says whether an earlier call for it got no answer.
    pub async fn alias(&self, part: &LocalPart, destination: &str, unanswered: &mut bool) -> Filled {
        if *unanswered {
            match self.app.dimail.destinations(&self.domain.name, part).await {
                Ok(there) if there.iter().any(|other| other.eq_ignore_ascii_case(destination)) => {
                    return Filled::Created;
                }
                Ok(_) => {}
                Err(failure) => return Filled::no(&failure),
            }
        }
        match self.app.dimail.add_alias(&self.domain.name, part, destination).await {
            Ok(Made::AlreadyThere) if !*unanswered => Filled::Present,
            Ok(Made::New | Made::AlreadyThere) => Filled::Created,
            Err(failure) => {
                *unanswered |= failure.may_have_acted();
                Filled::no(&failure)
            }
        }
    }
}

fn names(mailbox: &Mailbox) -> Names<'_> {
    Names { first: &mailbox.first_name, last: &mailbox.last_name }
}

fn refused(why: &str) -> Seen {
    Seen::Not(Filled::Refused(why.to_owned()))
}

/// Reports differences between dimail and the portal; they are left to people.
fn compared(mailbox: &Mailbox, there: &KnownMailbox) -> Filled {
    let is_active = mailbox.status == MailboxStatus::Enabled;
    match there.active {
        Active::Yes if !is_active => return Filled::Refused("it is active at dimail, and disabled here".to_owned()),
        Active::No if is_active => return Filled::Refused("it is disabled at dimail, and active here".to_owned()),
        Active::Yes | Active::No | Active::Unsure | Active::NotShown => {}
    }
    let same = there.names.as_ref().is_none_or(|shown| names(mailbox).are_shown_by(shown));
    if same { Filled::Present } else { Filled::Refused("dimail has it under another name".to_owned()) }
}

/// The call that creates a mailbox.
fn creation(mailbox: &Mailbox) -> Call {
    Call::Create { first_name: mailbox.first_name.clone(), last_name: mailbox.last_name.clone() }
}
