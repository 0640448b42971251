//! The list of a journal: its lines, the newest first, filtered and searched.
//!
//! Each filter has an index in the order of the list. A search for words that few lines have reads these lines
//! by `journal_words`; if all of its words are frequent, the lines are read in their order, until the page is
//! full.

use sqlx::{Any, AssertSqlSafe, Encode, Type};

use super::args::{Args, args};
use super::journal::{JournalLine, LINE};
use super::paging::{Placed, contains, page};
use super::{Allowed, COUNTED, Result, Store};
use crate::model::journal::{JournalQuery, JournalTerm, word_range};
use crate::model::list::ROWS;
use crate::model::{DomainId, DomainName, EventKind, FollowChanges, Position, Rows, Timestamp};

/// The journal of a domain, to a person who may read it.
#[derive(Clone, Debug)]
pub struct Journal {
    pub(super) id: DomainId,
    /// The name of the domain.
    pub name: DomainName,
    /// When the domain was removed, if it was.
    pub removed_at: Option<Timestamp>,
}

impl Journal {
    /// Its key, which tells it from others of the same name.
    pub fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Allowed<FollowChanges> {
    /// The journal of the domain.
    pub fn journal(&self) -> Journal {
        let domain = self.domain();
        Journal { id: domain.id, name: domain.name.clone(), removed_at: None }
    }
}

/// A statement about the lines that were asked for, and its arguments.
struct Filtered {
    from: String,
    conditions: String,
    args: Args,
    /// How many arguments there are.
    bound: usize,
}

impl Filtered {
    fn with<'t>(mut self, condition: impl FnOnce(&str) -> String, value: impl Encode<'t, Any> + Type<Any>) -> Self {
        self.bound += 1;
        let condition = condition(&format!("${}", self.bound));
        self.conditions = format!("{} and {condition}", self.conditions);
        self.args = self.args.with(value);
        self
    }
}

/// The lines that have a word which begins so, or are of one of these kinds.
struct Lookup<'a> {
    beginning: &'a str,
    kinds: &'a [EventKind],
    /// How many there are, counted up to a limit.
    matches: i64,
}

/// Up to how many lines of a word are read to find those of a page, sorted. If there are more, reading the lines in
/// their order until the page is full costs less.
const FEW_FOR_PAGE: i64 = 2_000;
/// The same for counting up to a limit, which reads forty times as many lines as a page has.
const FEW_FOR_COUNT: i64 = 10_000;

/// Kinds as a list of SQL. Their names are constants of the program.
fn listed(kinds: &[EventKind]) -> String {
    kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ")
}

impl Lookup<'_> {
    fn of(terms: &[JournalTerm]) -> Vec<Lookup<'_>> {
        let each = terms.iter().flat_map(|term| {
            term.words.split_whitespace().map(|beginning| Lookup { beginning, kinds: &term.kinds, matches: 0 })
        });
        each.take(8).collect()
    }

    /// The numbers of the lines, each once.
    fn sequences(&self) -> String {
        let (first, last) = word_range(self.beginning);
        let by_word = format!(
            "select distinct sequence from journal_words where domain_id = $1 and word >= {first} and word <= {last}"
        );
        if self.kinds.is_empty() {
            return by_word;
        }
        let kinds = listed(self.kinds);
        format!("{by_word} union select sequence from journal where domain_id = $1 and kind in ({kinds})")
    }

    /// The statement that counts them up to a limit.
    fn counting(&self, number: usize) -> String {
        let (first, last) = word_range(self.beginning);
        let by_word = format!(
            "(select count(*) from (select 1 as one from journal_words where domain_id = $1 and word >= {first} \
             and word <= {last} limit {FEW_FOR_COUNT}) as found)"
        );
        let by_kind = |kind: &EventKind| {
            format!(
                " + (select count(*) from (select 1 as one from journal where domain_id = $1 and kind = '{kind}' \
                 limit {FEW_FOR_COUNT}) as found)"
            )
        };
        let by_kinds: String = self.kinds.iter().map(by_kind).collect();
        format!("select cast({number} as bigint) as number, {by_word}{by_kinds} as matches")
    }
}

/// The condition that a line has a term: in its words, or as its kind.
fn has_term(term: &JournalTerm, place: &str) -> String {
    let by_words = contains("journal.search", place);
    if term.kinds.is_empty() {
        return by_words;
    }
    format!("({by_words} or journal.kind in ({}))", listed(&term.kinds))
}

impl Store {
    /// A page of a journal.
    pub async fn journal(&self, journal: &Journal, asked: &JournalQuery) -> Result<Rows<JournalLine>> {
        let rarest = self.rarest(journal, asked).await?;
        let lookup = rarest.as_ref().filter(|rarest| rarest.matches < FEW_FOR_PAGE);
        let found = self.lines(journal, asked, lookup, ROWS + 1).await?;
        let is_whole = matches!(asked.position, Position::First) && found.len() <= ROWS;
        let total = if is_whole {
            i64::try_from(found.len()).unwrap_or(COUNTED)
        } else {
            let lookup = rarest.as_ref().filter(|rarest| rarest.matches < FEW_FOR_COUNT);
            self.count_lines(journal, asked, lookup).await?
        };
        Ok(page(found, &asked.position, total))
    }

    /// The next lines of a journal, as many as that, with the position after them.
    pub async fn journal_lines(
        &self,
        journal: &Journal,
        asked: &JournalQuery,
        most: usize,
    ) -> Result<(Vec<JournalLine>, Option<Position>)> {
        let rarest = self.rarest(journal, asked).await?;
        let lookup = rarest.as_ref().filter(|rarest| rarest.matches < FEW_FOR_COUNT);
        let found = self.lines(journal, asked, lookup, most).await?;
        let next = found.last().filter(|_| found.len() == most).map(|last| Position::After(last.place().clone()));
        Ok((found.into_iter().map(Placed::into_row).collect(), next))
    }

    /// The word of a search that the fewest lines have; `None` without a search.
    async fn rarest<'a>(&self, journal: &Journal, asked: &'a JournalQuery) -> Result<Option<Lookup<'a>>> {
        let lookups = Lookup::of(&asked.terms);
        if lookups.is_empty() {
            return Ok(None);
        }
        let each: Vec<String> = lookups.iter().enumerate().map(|(number, lookup)| lookup.counting(number)).collect();
        let sql = format!("select * from ({}) as counted order by number", each.join(" union all "));
        let counts: Vec<(i64, i64)> = self.all(AssertSqlSafe(sql), args![journal.id]).await?;
        let counted = lookups.into_iter().zip(counts).map(|(lookup, (_, matches))| Lookup { matches, ..lookup });
        Ok(counted.min_by_key(|lookup| lookup.matches))
    }

    async fn lines(
        &self,
        journal: &Journal,
        asked: &JournalQuery,
        lookup: Option<&Lookup<'_>>,
        most: usize,
    ) -> Result<Vec<Placed<JournalLine>>> {
        let mut filtered = filtered(journal, asked, lookup);
        let is_back = asked.position.is_backwards();
        let (sign, direction) = if is_back { (">", "asc") } else { ("<", "desc") };
        if let Position::After(cursor) | Position::Before(cursor) = &asked.position {
            let number = |text: &str| text.parse::<i64>().unwrap_or_default();
            filtered =
                filtered.with(|at| format!("(journal.at, journal.sequence) {sign} ({at}"), number(&cursor.value));
            filtered.bound += 1;
            filtered.conditions = format!("{}, ${})", filtered.conditions, filtered.bound);
            filtered.args = filtered.args.with(number(&cursor.id));
        }
        let sql = format!(
            "select {LINE}, cast(journal.at as text) as sort_value, cast(journal.sequence as text) as sort_id \
             from {} where {} order by journal.at {direction}, journal.sequence {direction} limit {most}",
            filtered.from, filtered.conditions
        );
        self.all(AssertSqlSafe(sql), filtered.args).await
    }

    /// How many lines there are: all of a journal are numbered without a gap; others are counted up to a limit.
    async fn count_lines(&self, journal: &Journal, asked: &JournalQuery, lookup: Option<&Lookup<'_>>) -> Result<i64> {
        if asked.is_for_all() {
            let sql = "select coalesce((select max(sequence) from journal where domain_id = $1) \
                       - (select min(sequence) from journal where domain_id = $1) + 1, 0)";
            return self.value(sql, args![journal.id]).await;
        }
        let Filtered { from, conditions, args, .. } = filtered(journal, asked, lookup);
        let sql =
            format!("select count(*) from (select 1 as one from {from} where {conditions} limit {COUNTED}) as found");
        self.value(AssertSqlSafe(sql), args).await
    }
}

fn filtered(journal: &Journal, asked: &JournalQuery, lookup: Option<&Lookup<'_>>) -> Filtered {
    let mut filtered = Filtered {
        from: "journal".to_owned(),
        conditions: "journal.domain_id = $1".to_owned(),
        args: args![journal.id],
        bound: 1,
    };
    if let Some(lookup) = lookup {
        // `cross join` keeps SQLite from reading the lines first.
        filtered.from = format!("({}) as few cross join journal", lookup.sequences());
        filtered.conditions.push_str(" and journal.sequence = few.sequence");
    }
    if let Some(person) = &asked.person {
        filtered = filtered.with(|place| format!("journal.person = {place}"), person.as_str());
    }
    if let Some(kind) = asked.kind {
        filtered = filtered.with(|place| format!("journal.kind = {place}"), kind.to_string());
    }
    if let Some(from) = asked.from {
        filtered = filtered.with(|place| format!("journal.at >= {place}"), from);
    }
    if let Some(until) = asked.until {
        filtered = filtered.with(|place| format!("journal.at < {place}"), until);
    }
    for term in &asked.terms {
        filtered = filtered.with(|place| has_term(term, place), term.words.as_str());
    }
    filtered
}
