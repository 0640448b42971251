//! The lines of a journal, the newest first.

use askama::Template;
use axum::extract::State;

use crate::model::Rows;
use crate::store::{COUNTED, Journal, JournalLine};
use crate::urls;
use crate::web::domains::head::{Head, Tab};
use crate::web::journal::query::{AskedLines, ReadableJournal};
use crate::web::journal::row::Row;
use crate::web::listing::Pager;
use crate::web::{Answer, Page, PageError, Query, Web, rendered};

/// The lines, and the form that asks for others.
struct Lines {
    journal: Journal,
    /// The addresses of the journals of removed domains of this name, with the sentences of their links.
    earlier: Vec<(String, String)>,
    asked: AskedLines,
    lead: String,
    rows: Vec<Row>,
    pager: Pager,
}

impl Lines {
    fn path(&self) -> String {
        urls::journal(&self.journal.name)
    }

    /// The page without search and filters.
    fn all(&self) -> String {
        AskedLines::page_of(&self.journal)
    }

    async fn read(
        web: &Web,
        page: &Page,
        (journal, earlier): (Journal, Vec<Journal>),
        query: &Query,
    ) -> Result<Self, PageError> {
        let asked = AskedLines::read(web, page, &journal, query).await?;
        let found = web.app().store.journal(&journal, &asked.wanted).await?;
        let lead = match (journal.removed_at, web.app().settings.keep_journal) {
            (Some(at), _) => page.s.t1("journal-removed-lead", "day", page.day(at)),
            (None, Some(kept)) => page.s.t1("journal-lead-kept", "kept", page.s.duration(kept)),
            (None, None) => page.t("journal-lead"),
        };
        Ok(Self {
            pager: Pager::keeping(&urls::journal(&journal.name), &asked.kept(), &found, total(page, &asked, &found)),
            rows: found.items.iter().map(|line| Row::new(page, &journal.name, line)).collect(),
            earlier: earlier.iter().map(|journal| (AskedLines::page_of(journal), removed_on(page, journal))).collect(),
            lead,
            journal,
            asked,
        })
    }
}

#[derive(Template)]
#[template(path = "journal/list.html")]
struct Index {
    page: Page,
    head: Head,
    list: Lines,
}

/// The journal of a removed domain.
#[derive(Template)]
#[template(path = "journal/removed.html")]
struct OfRemoved {
    page: Page,
    list: Lines,
}

impl OfRemoved {
    fn title(&self) -> String {
        self.page.s.t1("journal-removed-title", "domain", self.list.journal.name.unicode())
    }
}

pub(crate) async fn index(State(web): State<Web>, found: ReadableJournal, page: Page, query: Query) -> Answer {
    let ReadableJournal { journal, by, earlier } = found;
    let Some(by) = by else {
        let list = Lines::read(&web, &page, (journal, earlier), &query).await?;
        return rendered(&OfRemoved { page, list });
    };
    let head = Head::read(&web, &by, &page, Tab::Journal).await?;
    let list = Lines::read(&web, &page, (journal, earlier), &query).await?;
    rendered(&Index { page, head, list })
}

fn removed_on(page: &Page, journal: &Journal) -> String {
    page.s.t1("journal-earlier", "day", journal.removed_at.map(|at| page.day(at)).unwrap_or_default())
}

fn total(page: &Page, asked: &AskedLines, found: &Rows<JournalLine>) -> String {
    if found.total < COUNTED || asked.wanted.is_for_all() {
        page.s.t1("journal-total", "n", found.total)
    } else {
        page.s.t1("journal-total-many", "n", COUNTED - 1)
    }
}
