//! The journal of a domain: one line for each change. A hash chain makes a line that was altered, removed or
//! added detectable.

use sqlx::AssertSqlSafe;

use super::args::{Args, args};
use super::columns::{Flag, from_row};
use super::{Allowed, Locked, Result, Store, Tx};
use crate::model::journal::{LineFields, line_hash, word_numbers};
use crate::model::name::search_text;
use crate::model::{Actor, DomainId, DomainName, Event, FollowChanges, MailboxId, Timestamp, UserId};

/// A line of a domain's journal.
#[derive(Clone, Debug)]
pub struct JournalLine {
    /// Its number.
    pub sequence: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The account of the person who made the change.
    pub actor_id: Option<UserId>,
    /// Who made the change.
    pub actor_name: String,
    /// The address of the person's account, or to which the link was sent that a person without an account used;
    /// empty for the portal itself and for commands.
    pub actor_email: String,
    /// Whether they acted as staff.
    pub as_staff: bool,
    /// The address of the client, or that a command made the change; `None` for the portal's own work.
    pub origin: Option<String>,
    /// What it is about.
    pub subject: String,
    /// What happened.
    pub event: Event,
}

from_row! { JournalLine { sequence, at, actor_id, actor_name, actor_email, as_staff as Flag, origin, subject, event } }

/// The columns of a line that pages show.
pub(super) const LINE: &str = "journal.sequence, journal.at, journal.actor_id, journal.actor_name, journal.actor_email, \
     journal.as_staff, journal.origin, journal.subject, journal.event";

/// How many words one statement stores; the places of a text with fewer are empty.
const WORDS: usize = 8;

/// A line to be added.
pub(super) struct NewLine<'a> {
    pub(super) domain: (DomainId, &'a DomainName),
    pub(super) actor: &'a Actor,
    pub(super) event: &'a Event,
    pub(super) mailbox: Option<MailboxId>,
}

impl NewLine<'_> {
    fn subject(&self) -> String {
        let own = matches!(self.event, Event::MemberLeft { .. }).then_some(self.actor.email.as_str());
        let subject = self.event.subject().or(own);
        subject.map_or_else(|| self.domain.1.to_string(), str::to_owned)
    }

    fn search(&self, subject: &str) -> String {
        let unicode = self.domain.1.unicode();
        let mut texts = vec![subject, self.actor.name.as_str(), self.actor.email.as_str()];
        texts.extend(self.event.values());
        if subject == self.domain.1.as_str() {
            texts.push(&unicode);
        }
        search_text(&texts)
    }

    /// All columns except the hash.
    fn fields(&self, sequence: i64, at: Timestamp) -> Result<LineFields> {
        let event = serde_json::to_string(self.event).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let (actor, subject) = (self.actor, self.subject());
        let search = self.search(&subject);
        Ok([
            Some(self.domain.0.to_string()),
            Some(sequence.to_string()),
            Some(at.0.to_string()),
            actor.id.map(|id| id.to_string()),
            Some(actor.name.clone()),
            Some(actor.email.clone()),
            Some(i64::from(actor.as_staff).to_string()),
            actor.origin.clone(),
            Some(event),
            self.mailbox.map(|id| id.to_string()),
            Some(self.event.kind().to_string()),
            Some(subject),
            Some(actor.key()),
            Some(search),
        ])
    }
}

impl Tx {
    /// Adds an event to the journal of the locked domain.
    pub async fn record<R>(&mut self, locked: &Locked<R>, event: &Event, mailbox: Option<MailboxId>) -> Result<()> {
        self.add_line(locked, event, mailbox).await.map(|_| ())
    }

    /// The same; returns the number of the line.
    pub(super) async fn add_line<R>(
        &mut self,
        locked: &Locked<R>,
        event: &Event,
        mailbox: Option<MailboxId>,
    ) -> Result<i64> {
        let domain = (locked.domain.id, &locked.domain.name);
        let line = NewLine { domain, actor: &locked.actor, event, mailbox };
        let place = self.next_line(domain.0).await?;
        // On the heap: each action that records something would be as much larger.
        Box::pin(self.insert_line(&line, place)).await
    }

    /// Stores a line at its place: its number, and the hash of the line before.
    pub(super) async fn insert_line(&mut self, line: &NewLine<'_>, (sequence, before): (i64, String)) -> Result<i64> {
        let fields = line.fields(sequence, self.clock.now())?;
        let sql = "insert into journal (domain_id, sequence, at, actor_id, actor_name, actor_email, as_staff, origin, \
                   event, mailbox_id, kind, subject, person, search, hash) values ($1, cast($2 as bigint), \
                   cast($3 as bigint), $4, $5, $6, cast($7 as bigint), $8, $9, $10, $11, $12, $13, $14, $15)";
        let args = fields.iter().fold(Args::default(), Args::with).with(line_hash(&before, &fields));
        self.exec_one(sql, args).await?;
        let [.., search] = &fields;
        self.insert_words((line.domain.0, sequence), search.as_deref().unwrap_or_default()).await?;
        Ok(sequence)
    }

    /// The words by which a line is found.
    async fn insert_words(&mut self, (domain, sequence): (DomainId, i64), search: &str) -> Result<()> {
        let places: Vec<String> = (0..WORDS).map(|n| format!("(cast(${} as bigint))", n + 3)).collect();
        let sql = format!(
            "insert into journal_words (domain_id, sequence, word) select $1, $2, column1 from (values {}) as words \
             where column1 > 0",
            places.join(", ")
        );
        for words in word_numbers(search).chunks(WORDS) {
            let padded = words.iter().copied().chain(std::iter::repeat(0)).take(WORDS);
            let args = padded.fold(args![domain, sequence], Args::with);
            self.exec_any(AssertSqlSafe(sql.clone()), args).await?;
        }
        Ok(())
    }

    /// The number of the next line, and the hash of the previous line.
    async fn next_line(&mut self, domain: DomainId) -> Result<(i64, String)> {
        let sql = "update domains set sequence = sequence + 1 where id = $1 returning sequence, \
                   (select hash from journal where domain_id = $1 order by sequence desc limit 1) as before";
        let (sequence, before): (_, Option<String>) = self.one(sql, args![domain]).await?;
        Ok((sequence, before.unwrap_or_default()))
    }
}

impl Store {
    /// The last lines of the journal about a mailbox, newest first.
    pub async fn history(
        &self,
        by: &Allowed<FollowChanges>,
        mailbox: MailboxId,
        most: i64,
    ) -> Result<Vec<JournalLine>> {
        let sql = format!(
            "select {LINE} from journal where domain_id = $1 and mailbox_id = $2 order by sequence desc limit $3"
        );
        self.all(AssertSqlSafe(sql), args![by.domain().id, mailbox, most]).await
    }
}
