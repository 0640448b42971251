//! Whose journal a request is about, and which lines of it are asked for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::clock::day;
use crate::model::journal::JournalQuery;
use crate::model::user::{COMMAND, PORTAL};
use crate::model::{EventKind, FollowChanges, Position, Refusal};
use crate::store::{Allowed, Denied, Fault, Journal, JournalFilter, SignedIn};
use crate::urls;
use crate::web::extract::{domain_name, note_visit};
use crate::web::fields::Query;
use crate::web::listing::{address, position};
use crate::web::{Page, PageError, Web};

/// The parameter with which staff asks for the journal of a removed domain whose name was added again.
const REMOVED: &str = "removed";

/// A journal that the person may read.
pub(crate) struct ReadableJournal {
    pub(crate) journal: Journal,
    /// The right on the domain, if it is there.
    pub(crate) by: Option<Allowed<FollowChanges>>,
    /// The journals of removed domains of the same name, for staff.
    pub(crate) earlier: Vec<Journal>,
}

impl FromRequestParts<Web> for ReadableJournal {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let person = SignedIn::from_request_parts(parts, web).await?;
        let (name, spelling) = domain_name(parts, web).await?;
        let store = &web.app().store;
        let by = match store.allow_page::<FollowChanges>(&person, &name).await {
            Ok(by) => Some(by),
            Err(Fault::Denied(Denied::Unknown)) if person.user().is_staff => None,
            Err(fault) => return Err(fault.into()),
        };
        let mut earlier = store.removed_journals(&person, &name).await?;
        let Ok(Query(query)) = Query::from_request_parts(parts, web).await as Result<Query, Infallible>;
        let asked_for = query.text(REMOVED);
        let chosen = earlier.iter().position(|journal| journal.key() == asked_for);
        let journal = match (&by, chosen) {
            (_, Some(chosen)) => earlier.remove(chosen),
            (Some(by), None) => {
                note_visit(web, by).await;
                by.journal()
            }
            (None, None) if earlier.is_empty() => return Err(Refusal::NotFound.into()),
            (None, None) => earlier.remove(0),
        };
        spelling.is_ours(parts, &name)?;
        let by = by.filter(|_| journal.removed_at.is_none());
        Ok(Self { journal, by, earlier })
    }
}

/// The lines that are asked for, as the form of the page shows it.
pub(crate) struct AskedLines {
    pub(crate) wanted: JournalQuery,
    pub(crate) q: String,
    pub(crate) person: String,
    pub(crate) kind: String,
    pub(crate) from: String,
    pub(crate) to: String,
    removed: String,
    filters: Vec<JournalFilter>,
}

impl AskedLines {
    /// Reads the query of a page; unknown values mean the default.
    pub(crate) async fn read(web: &Web, page: &Page, journal: &Journal, query: &Query) -> Result<Self, PageError> {
        let Query(query) = query;
        let filters = web.app().store.journal_filters(journal).await?;
        let zone = &web.app().settings.time_zone;
        let typed = |name: &str| query.text(name);
        let is_there = |value: &String| filters.iter().any(|filter| filter.is_person && filter.value == *value);
        let person = Some(typed("person").trim().to_lowercase()).filter(is_there);
        let kind = EventKind::parse(typed("kind").trim());
        let (from, to) = (day(&typed("from"), zone), day(&typed("to"), zone));
        let kept = |name: &str, is_known: bool| if is_known { typed(name).trim().to_owned() } else { String::new() };
        Ok(Self {
            q: typed("q"),
            person: person.clone().unwrap_or_default(),
            kind: kind.map(|kind| kind.to_string()).unwrap_or_default(),
            from: kept("from", from.is_some()),
            to: kept("to", to.is_some()),
            removed: journal.removed_at.map(|_| journal.key()).unwrap_or_default(),
            wanted: JournalQuery {
                terms: page.s.journal_terms(&typed("q")),
                person,
                kind,
                from: from.map(|(start, _)| start),
                until: to.map(|(_, end)| end),
                position: position(query, true),
            },
            filters,
        })
    }

    /// The parameters besides the page.
    pub(crate) fn kept(&self) -> [(&str, &str); 6] {
        [
            ("q", &self.q),
            ("person", &self.person),
            ("kind", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            (REMOVED, &self.removed),
        ]
    }

    /// The address of these lines as a file.
    pub(crate) fn file(&self, journal: &Journal) -> String {
        address(&format!("{}.csv", urls::journal(&journal.name)), self.kept())
    }

    /// The address of the page of a journal, with its key if the domain was removed.
    pub(crate) fn page_of(journal: &Journal) -> String {
        let key = journal.removed_at.map(|_| journal.key()).unwrap_or_default();
        address(&urls::journal(&journal.name), [(REMOVED, key.as_str())])
    }

    /// The key of the removed domain; empty for one that is there.
    pub(crate) fn removed(&self) -> &str {
        &self.removed
    }

    /// Whether more is asked for than words.
    pub(crate) fn is_filtered(&self) -> bool {
        [&self.person, &self.kind, &self.from, &self.to].iter().any(|asked| !asked.is_empty())
    }

    /// The people to choose from.
    pub(crate) fn people(&self, page: &Page) -> Vec<(String, String)> {
        let label = |filter: &JournalFilter| match filter.value.as_str() {
            PORTAL => page.t("journal-the-portal"),
            COMMAND => page.t("journal-as-command"),
            email => match &filter.name {
                Some(name) => format!("{name} ({email})"),
                None => page.s.t1("journal-by-link", "email", email),
            },
        };
        let people = self.filters.iter().filter(|filter| filter.is_person);
        choices(page.t("journal-anyone"), people.map(|filter| (filter.value.clone(), label(filter))).collect())
    }

    /// The kinds of events to choose from: those that are there, and the chosen one.
    pub(crate) fn kinds(&self, page: &Page) -> Vec<(String, String)> {
        let there = self.filters.iter().filter(|filter| !filter.is_person).map(|filter| filter.value.as_str());
        let chosen = std::iter::once(self.kind.as_str()).filter(|kind| !there.clone().any(|other| other == *kind));
        let all = there.clone().chain(chosen).filter_map(EventKind::parse);
        let kinds = all.map(|kind| (kind.to_string(), page.s.event_kind(kind))).collect();
        choices(page.t("journal-any-kind"), kinds)
    }

    /// The lines from a position on.
    pub(crate) fn at_position(&self, position: Position) -> JournalQuery {
        JournalQuery { position, ..self.wanted.clone() }
    }
}

/// Choices by their labels, after the one for all.
fn choices(all: String, mut others: Vec<(String, String)>) -> Vec<(String, String)> {
    others.sort_by_cached_key(|(_, label)| crate::model::name::search_text(&[label]));
    std::iter::once((String::new(), all)).chain(others).collect()
}
