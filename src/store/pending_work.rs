//! What is to be dealt with on a domain and what ended: changes and emails in one list, for people who read
//! its operations, and over all domains for staff.
//!
//! To be dealt with are changes that wait; changes that were refused or given up, of which the person was not
//! told in the answer, as long as nothing else was asked of the same and the refusal stands
//! (`changes.open`); emails whose sending failed, that are held, or that were given up without a later one
//! in their place. All else has ended, and is kept for `KEEP_FINISHED`.

use std::cmp::Ordering;

use sqlx::AssertSqlSafe;

use super::args::args;
use super::changes::VIEWED;
use super::columns::{Flag, from_row};
use super::emails::SHOWN;
use super::guard::{Place, levels};
use super::job_view::JOB_VIEWED;
use super::mailboxes::MAILBOX_COLUMNS;
use super::open_work::{COUNTED, open_emails, replaced};
use super::paging::{Placed, page};
use super::{Allowed, Result, Store};
use crate::model::change::{ChangeView, JobView};
use crate::model::list::ROWS;
use crate::model::mailbox::Mailbox;
use crate::model::role::{FollowChanges, Role};
use crate::model::{Cursor, DomainName, EmailView, Guard, Position, Rows};

/// Which rows of a domain are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkList {
    /// Those that are to be dealt with.
    Open,
    /// Those that ended.
    Ended,
}

/// A change or an email.
#[derive(Clone, Debug)]
pub struct WorkRow {
    /// The change, if it is one.
    pub change: Option<ChangeView>,
    /// The job of a change that waits.
    pub job: Option<JobView>,
    /// The mailbox that it is about, if it is there.
    pub mailbox: Option<Mailbox>,
    /// Whether the alias that it is about is there.
    pub has_alias: bool,
    /// The email, if it is one.
    pub email: Option<EmailView>,
    /// The role that its invitation offers, if it contains one that is open.
    pub invited_role: Option<Role>,
    /// The guard of the address, for people whom it may keep out; else none.
    pub guard: Guard,
    /// The domain, if it is about one.
    pub domain: Option<DomainName>,
}

from_row! { WorkRow {
    change: row if "object_kind", job: row if "job_id", mailbox: row if "mailbox_id", has_alias as Flag,
    email: row if "email_id", invited_role = "open_invited_role", guard, domain = "domain_name"
} }

/// Whether the SMTP server refuses recipients in several domains.
macro_rules! at_fault {
    () => {
        "exists (select 1 from smtp_answers where smtp_answers.id = 1 and smtp_answers.fault_since is not null)"
    };
}

/// Where the rows of a list come from: each source is a range of an index. Sources of a lower rank come
/// first.
struct Source {
    rank: i64,
    table: Table,
    rows: &'static str,
}

#[derive(Clone, Copy)]
enum Table {
    Changes,
    Emails,
    /// The last change of the object of a job.
    Jobs,
    /// The last change of a mailbox.
    Mailboxes,
}

const fn source(rank: i64, table: Table, rows: &'static str) -> Source {
    Source { rank, table, rows }
}

/// Of a domain, `$2`.
const OPEN: [Source; 2] = [
    source(0, Table::Changes, "changes.domain_id = $2 and changes.open = 1"),
    source(0, Table::Emails, concat!("emails.domain_id = $2 and ", open_emails!())),
];
/// Of a domain, `$2`.
const ENDED: [Source; 2] = [
    source(0, Table::Changes, "changes.domain_id = $2 and changes.open = 0"),
    source(
        0,
        Table::Emails,
        concat!(
            "emails.domain_id = $2 and emails.state in ('sent', 'withdrawn', 'given_up') \
             and (emails.state <> 'given_up' or ",
            replaced!(),
            ")"
        ),
    ),
];
/// Over all domains: faults of the installation, then what was given up, then what had no answer.
const FOR_STAFF: [Source; 8] = [
    source(0, Table::Jobs, r#"jobs.lane = 'changes' and jobs.trouble like '%"installation"%'"#),
    source(0, Table::Emails, "emails.state = 'held'"),
    source(0, Table::Emails, concat!("emails.state = 'waiting' and emails.refused_at is not null and ", at_fault!())),
    source(0, Table::Mailboxes, "mailboxes.known = 'half_made'"),
    source(1, Table::Changes, "changes.open = 1 and changes.outcome = 'given_up'"),
    source(1, Table::Emails, concat!("emails.state = 'given_up' and not ", replaced!())),
    source(
        2,
        Table::Jobs,
        r#"jobs.lane = 'changes' and jobs.trouble is not null and jobs.trouble not like '%"installation"%'"#,
    ),
    source(
        2,
        Table::Emails,
        concat!(
            "emails.state = 'waiting' and emails.trouble is not null and (emails.refused_at is null or not ",
            at_fault!(),
            ")"
        ),
    ),
];

impl Source {
    /// The keys of the rows; `cursor` is its rank and the parameter of its id. `None` if all of them lie on
    /// the other side of the cursor.
    fn keys(&self, is_down: bool, cursor: Option<(i64, &str)>) -> Option<String> {
        let (sign, direction) = if is_down { ("<", "desc") } else { (">", "asc") };
        let name = self.table.name();
        let beyond = match cursor.map(|(rank, id)| (self.rank.cmp(&rank), id)) {
            Some((Ordering::Equal, id)) => format!(" and {name}.id {sign} {id}"),
            Some((Ordering::Less, _)) if !is_down => return None,
            Some((Ordering::Greater, _)) if is_down => return None,
            Some(_) | None => String::new(),
        };
        let (columns, joined) = self.table.keys();
        let (rank, rows) = (self.rank, self.rows);
        Some(format!(
            "select * from (select cast({rank} as bigint) as rank, {name}.id as id, {columns} from {name} {joined} \
             where {rows}{beyond} order by {name}.id {direction} limit {}) as found",
            ROWS + 1
        ))
    }
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Emails => "emails",
            Self::Jobs => "jobs",
            Self::Mailboxes => "mailboxes",
        }
    }

    /// The columns of the key of a row, and what is joined for them.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Changes => ("changes.domain_id, changes.sequence, cast(null as text) as email_id", ""),
            Self::Emails => ("emails.domain_id, cast(null as bigint) as sequence, emails.id as email_id", ""),
            Self::Jobs => (
                "jobs.domain_id, changes.sequence, cast(null as text) as email_id",
                "join changes on changes.domain_id = jobs.domain_id and changes.sequence = (select max(last.sequence) \
                 from changes as last where last.domain_id = jobs.domain_id and last.object_kind = jobs.kind \
                 and last.object = jobs.object and last.open = 1)",
            ),
            Self::Mailboxes => (
                "mailboxes.domain_id, changes.sequence, cast(null as text) as email_id",
                "join changes on changes.domain_id = mailboxes.domain_id and changes.sequence = \
                 (select max(last.sequence) from changes as last where last.domain_id = mailboxes.domain_id \
                 and last.object_kind = 'mailbox' and last.object = mailboxes.id)",
            ),
        }
    }
}

/// What the rows of a list show, read by their keys; `$1` is the present time.
const SHOWN_BY_KEYS: &str = "as work left join domains on domains.id = work.domain_id \
     left join changes on changes.domain_id = work.domain_id and changes.sequence = work.sequence \
     left join jobs on jobs.domain_id = changes.domain_id and jobs.kind = changes.object_kind \
     and jobs.object = changes.object and changes.outcome = 'waiting' \
     left join emails on emails.id = work.email_id \
     left join invitations on invitations.id = emails.invitation_id \
     left join mailboxes on mailboxes.id = case when changes.object_kind = 'mailbox' then changes.object \
     else emails.mailbox_id end";
/// Whether the alias of a change is there.
const HAS_ALIAS: &str = "case when changes.object_kind = 'alias' and exists (select 1 from aliases \
     where aliases.domain_id = changes.domain_id and aliases.local_part = changes.object) then 1 else 0 end";

/// A list of changes and emails.
struct Work<'a> {
    sources: &'a [Source],
    newest_first: bool,
    /// The SQL expression for the guard of the address.
    guard: String,
    position: &'a Position,
    /// The parameter of the id of the cursor.
    id: &'static str,
}

impl Work<'_> {
    /// The statement of a page, and its cursor.
    fn reading(&self) -> (String, Option<&Cursor>) {
        let is_down = self.newest_first != self.position.is_backwards();
        let cursor = match self.position {
            Position::After(cursor) | Position::Before(cursor) => Some(cursor),
            Position::First | Position::Last => None,
        };
        let ranks = self.sources.iter().map(|source| source.rank);
        let last = ranks.max().unwrap_or_default();
        let rank = cursor.map(|cursor| cursor.value.parse().unwrap_or_default()).map(|rank: i64| rank.clamp(0, last));
        let beyond = rank.map(|rank| (rank, self.id));
        let keys: Vec<String> = self.sources.iter().filter_map(|source| source.keys(is_down, beyond)).collect();
        let direction = if is_down { "desc" } else { "asc" };
        let sql = format!(
            "select {VIEWED}, {JOB_VIEWED}, {MAILBOX_COLUMNS}, {SHOWN}, domains.name as domain_name, \
             {HAS_ALIAS} as has_alias, invitations.role as open_invited_role, {} as guard, cast(work.rank as text) as sort_value, work.id as sort_id \
             from ({}) {SHOWN_BY_KEYS} order by work.rank {direction}, work.id {direction} limit {}",
            self.guard,
            keys.join(" union all "),
            ROWS + 1
        );
        (sql, cursor)
    }
}

/// Counts the rows of a domain, `$1`, up to a limit.
fn counting(sources: &[Source]) -> String {
    let rows = |source: &Source| {
        let (name, rows) = (source.table.name(), source.rows.replace("$2", "$1"));
        format!("select * from (select 1 as n from {name} where {rows} limit {COUNTED}) as found")
    };
    let rows = sources.iter().map(rows).collect::<Vec<_>>().join(" union all ");
    format!("select count(*) from ({rows}) as work")
}

/// The SQL expression for the guard of the address of a row; none for people whom it keeps from nothing.
fn guard(by: &Allowed<FollowChanges>) -> String {
    if by.passes() == Guard::Staff {
        return Guard::None.as_number().to_string();
    }
    let domain_name = "(select named.name from domains as named where named.id = $2)";
    let part = "case when coalesce(changes.object_kind, 'mailbox') = 'mailbox' then mailboxes.local_part else changes.object end";
    let place = Place { domain_id: "$2", domain_name, now: "$1" };
    format!("(select found.level from ({}) as found)", levels(place, &[part.to_owned()]))
}

impl Store {
    /// A page of the changes and emails of a domain, the newest first. `counted` is the number of rows, if it
    /// is known; else they are counted up to `COUNTED`.
    pub async fn work(
        &self,
        by: &Allowed<FollowChanges>,
        list: WorkList,
        (position, counted): (&Position, Option<i64>),
    ) -> Result<Rows<WorkRow>> {
        let sources = if list == WorkList::Open { &OPEN } else { &ENDED };
        let work = Work { sources, newest_first: true, guard: guard(by), position, id: "$3" };
        let domain = by.domain().id;
        let (sql, cursor) = work.reading();
        let args = cursor.into_iter().fold(args![self.clock.now(), domain], |args, cursor| args.with(&cursor.id));
        let found: Vec<Placed<WorkRow>> = self.all(AssertSqlSafe(sql), args).await?;
        let is_whole = matches!(position, Position::First) && found.len() <= ROWS;
        let total = match counted {
            Some(counted) => counted,
            None if is_whole => i64::try_from(found.len()).unwrap_or(COUNTED),
            None => self.value(AssertSqlSafe(counting(sources)), args![domain]).await?,
        };
        Ok(page(found, position, total.min(COUNTED)))
    }

    /// A page of what is to be dealt with on all domains, for staff: faults of the installation first, then
    /// what was given up, then what had no answer, each the oldest first. It is not counted.
    pub async fn work_for_staff(&self, position: &Position) -> Result<Rows<WorkRow>> {
        let guard = Guard::None.as_number().to_string();
        let work = Work { sources: &FOR_STAFF, newest_first: false, guard, position, id: "$2" };
        let (sql, cursor) = work.reading();
        let args = cursor.into_iter().fold(args![self.clock.now()], |args, cursor| args.with(&cursor.id));
        let found: Vec<Placed<WorkRow>> = self.all(AssertSqlSafe(sql), args).await?;
        let total = i64::try_from(found.len()).unwrap_or_default();
        Ok(page(found, position, total))
    }

    /// A change of a domain.
    pub async fn change(&self, by: &Allowed<FollowChanges>, sequence: i64) -> Result<Option<ChangeView>> {
        let sql = format!("select {VIEWED} from changes where domain_id = $1 and sequence = $2");
        self.first(AssertSqlSafe(sql), args![by.domain().id, sequence]).await
    }
}
