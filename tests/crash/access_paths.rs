//! The query plans of the pages on SQLite: no page may read all rows of a domain. The statements
//! are taken from the log of the real program and explained by the database.

use std::fmt::Write;

use serde_json::Value;

use crate::support::browser::{Browser, Page};
use crate::support::database::Database;
use crate::support::process::run;
use crate::support::world::{ANNA, PATIENCE, Portal, World};

const DOMAIN: &str = "grande-ville.test";
/// More rows than one page of a list has.
const SIZE: usize = 30;

/// Queries of the list of mailboxes, each with the indexes that must be used for the first page and
/// for the next one: rows are read in the order of the index, from the cursor on. A search reads
/// each mailbox until its page is full, and must at least begin at the cursor.
const MAILBOXES: [(&str, &str, &str); 11] = [
    ("", "sqlite_autoindex_mailboxes_2 (domain_id=?)", "sqlite_autoindex_mailboxes_2 (domain_id=? AND local_part>?)"),
    ("sort=-name", "mailboxes_name (domain_id=?)", "mailboxes_name (domain_id=? AND (name_key,id)<(?,?))"),
    ("sort=status", "mailboxes_status (domain_id=?)", "mailboxes_status (domain_id=? AND (status,id)>(?,?))"),
    ("sort=created", "mailboxes_created (domain_id=?)", "mailboxes_created (domain_id=? AND id>?)"),
    (
        "status=enabled",
        "mailboxes_status_part (domain_id=? AND status=?)",
        "mailboxes_status_part (domain_id=? AND status=? AND (local_part,id)>(?,?))",
    ),
    (
        "status=enabled&sort=-name",
        "mailboxes_status_name (domain_id=? AND status=?)",
        "mailboxes_status_name (domain_id=? AND status=? AND (name_key,id)<(?,?))",
    ),
    (
        "status=enabled&sort=status",
        "mailboxes_status (domain_id=? AND status=?)",
        "mailboxes_status (domain_id=? AND status=? AND id>?)",
    ),
    (
        "status=enabled&sort=-created",
        "mailboxes_status (domain_id=? AND status=?)",
        "mailboxes_status (domain_id=? AND status=? AND id<?)",
    ),
    (
        "q=agent",
        "sqlite_autoindex_mailboxes_2 (domain_id=?)",
        "sqlite_autoindex_mailboxes_2 (domain_id=? AND local_part>?)",
    ),
    ("q=agent+0&sort=name", "mailboxes_name (domain_id=?)", "mailboxes_name (domain_id=? AND (name_key,id)>(?,?))"),
    (
        "q=agent&status=enabled",
        "mailboxes_status_part (domain_id=? AND status=?)",
        "mailboxes_status_part (domain_id=? AND status=? AND (local_part,id)>(?,?))",
    ),
];

/// Queries of the list of aliases, each with the expected query plan of the first page.
const ALIASES: [(&str, &str); 2] = [
    ("", "SEARCH aliases USING INDEX sqlite_autoindex_aliases_2 (domain_id=?)"),
    (
        "q=contact",
        "SEARCH aliases USING INDEX sqlite_autoindex_aliases_2 (domain_id=? AND local_part=?); LIST SUBQUERY 3; \
         SEARCH aliases USING INDEX sqlite_autoindex_aliases_2 (domain_id=?); CREATE BLOOM FILTER",
    ),
];

/// Queries of the journal, each with the index that must be used for the first page and for the next one.
const JOURNAL: [(&str, &str, &str); 5] = [
    ("", "journal_at (domain_id=?)", "journal_at (domain_id=? AND (at,sequence)<(?,?))"),
    (
        "person=portal",
        "journal_person (domain_id=? AND person=?)",
        "journal_person (domain_id=? AND person=? AND (at,sequence)<(?,?))",
    ),
    (
        "kind=mailbox_added",
        "journal_kind (domain_id=? AND kind=?)",
        "journal_kind (domain_id=? AND kind=? AND (at,sequence)<(?,?))",
    ),
    (
        "person=portal&kind=mailbox_opened",
        "journal_person_kind (domain_id=? AND person=? AND kind=?)",
        "journal_person_kind (domain_id=? AND person=? AND kind=? AND (at,sequence)<(?,?))",
    ),
    (
        "from=2020-01-01",
        "journal_at (domain_id=? AND at>?)",
        "journal_at (domain_id=? AND at>? AND (at,sequence)<(?,?))",
    ),
];

/// A search in the journal for what few lines have: those lines alone are read.
const FEW: &str = "CO-ROUTINE few; \
     SEARCH journal_words USING COVERING INDEX journal_words_word (domain_id=? AND word>? AND word<?); \
     USE TEMP B-TREE FOR DISTINCT; SCAN few; SEARCH journal USING INDEX sqlite_autoindex_journal_1 (domain_id=? AND sequence=?); \
     USE TEMP B-TREE FOR ORDER BY";

/// Other pages of the domain.
const PAGES: [&str; 21] = [
    "",
    "/mailboxes?status=handover",
    "/mailboxes?status=handover&sort=-name",
    "/edit",
    "/dns",
    "/members",
    "/new-mailbox",
    "/new-mailbox/address?first_name=Agent&last_name=Neuf",
    "/mailboxes/agent.0001",
    "/mailboxes/agent.0001/edit",
    "/mailboxes/agent.0001/disable",
    "/mailboxes/agent.0001/delete",
    "/aliases/contact",
    "/new-alias",
    "/new-invitation",
    "/operations",
    "/operations?status=ended",
    "/compare",
    "/journal?kind=mailbox_added",
    "/journal?person=portal&from=2020-01-01&to=2099-12-31",
    "/journal?q=demandee+agent&from=2020-01-01",
];

/// What the worker asks for at each look, how a job is claimed, and how those that wait are released.
const OF_WORKER: [(&str, &str); 3] = [
    (
        "select case when exists (select 1 from first_accesses",
        "SEARCH jobs USING COVERING INDEX jobs_due (lane=? AND due_at>? AND due_at<?)",
    ),
    ("update jobs set claim", "SEARCH jobs USING COVERING INDEX jobs_due (lane=? AND due_at>? AND due_at<?)"),
    (
        "update jobs set due_at = $1, waits_for = null",
        "SEARCH jobs USING COVERING INDEX jobs_parked (domain_id=? AND waits_for=?)",
    ),
];

/// The tables that may have many rows for one domain.
const LARGE: [&str; 7] = ["mailboxes", "aliases", "jobs", "changes", "emails", "journal", "bulk_lines"];

/// The indexes that hold only the rows that staff sees, over all domains, in the order of the list.
const FOR_STAFF: [&str; 9] = [
    "domains_todo",
    "jobs_at_fault",
    "jobs_in_trouble",
    "emails_held",
    "emails_refused",
    "emails_in_trouble",
    "emails_given_up",
    "mailboxes_half_made",
    "changes_given_up",
];

/// The indexes that hold only rows for the worker, of which it needs one.
const FOR_WORKER: [&str; 2] = ["domains_releasing", "sqlite_autoindex_first_accesses_1"];

/// Starts a portal on SQLite that logs every statement, with Anna, the owner of a domain that has
/// more mailboxes than fit on a page of the list, and an alias.
async fn portal(world: &World) -> (Portal, Browser) {
    let settings = [("LOG_FORMAT", "json"), ("RUST_LOG", "warn,sqlx::query=debug")];
    let portal = world.portal_with(("la_regie", "password"), &settings).await;
    let anna = world.anna(&portal).await;
    world.waiting_domain(&anna, DOMAIN, SIZE).await;
    world.publish(&anna, DOMAIN).await;
    world.until_done(DOMAIN).await;
    let fields = [("local_part", "contact"), ("destination", "agent.0001@grande-ville.test")];
    anna.post(&format!("/domains/{DOMAIN}/new-alias"), &fields).await.is(303);
    (portal, anna)
}

/// Stops the portal and returns its log.
async fn end(world: &World, mut portal: Portal) -> Vec<Value> {
    portal.process.terminate();
    portal.process.end(PATIENCE).await;
    world.logged(&portal).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The statement of a line of the log.
fn statement(line: &Value) -> String {
    let fields = &line["fields"];
    // The summary is the whole statement if the log has no other text.
    let whole = fields["db.statement"].as_str().map(str::trim).filter(|text| !text.is_empty());
    whole.or(fields["summary"].as_str()).expect("a statement").to_owned()
}

/// The statements of a request.
fn statements(log: &[Value], page: &Page) -> Vec<String> {
    let is_its = |line: &&Value| line["target"] == "sqlx::query" && line["span"]["id"] == page.number.as_str();
    let found: Vec<String> = log.iter().filter(is_its).map(statement).collect();
    assert!(!found.is_empty(), "the statements of a page are not in the log");
    found
}

/// The query plan of a statement.
async fn steps(world: &World, statement: &str) -> String {
    let rows = world.database.texts(&format!("explain query plan {statement}")).await;
    rows.iter().filter_map(|row| row.splitn(4, '|').nth(3)).collect::<Vec<_>>().join("; ")
}

/// The query plan of the statement that reads the rows of a list.
async fn steps_of_rows(world: &World, log: &[Value], page: &Page) -> String {
    let statements = statements(log, page);
    let rows = statements.iter().find(|statement| statement.contains("sort_value")).expect("the rows of a list");
    steps(world, rows).await
}

/// The next page of a list.
async fn next(browser: &Browser, page: &Page) -> Page {
    let tags = page.text.split("<a ").filter_map(|rest| rest.split('>').next());
    let tag = tags.filter(|tag| tag.contains("rel=\"next\"")).last().expect("a next page");
    let href = tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its address");
    browser.get(&href.replace("&#38;", "&")).await.is(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_read_in_the_order_of_an_index() {
    let world = World::start(Database::sqlite()).await;
    let (portal, anna) = portal(&world).await;
    let mut pages = Vec::new();
    for (query, first, second) in MAILBOXES {
        let page = anna.get(&format!("/domains/{DOMAIN}/mailboxes?{query}")).await.is(200);
        let after = next(&anna, &page).await;
        let wanted = |index: &str| format!("SEARCH mailboxes USING INDEX {index}");
        pages.extend([(query, page, wanted(first)), (query, after, wanted(second))]);
    }
    for (query, first, second) in JOURNAL {
        let page = anna.get(&format!("/domains/{DOMAIN}/journal?{query}")).await.is(200);
        let after = next(&anna, &page).await;
        let wanted = |index: &str| format!("SEARCH journal USING INDEX {index}");
        pages.extend([(query, page, wanted(first)), (query, after, wanted(second))]);
    }
    let found = anna.get(&format!("/domains/{DOMAIN}/journal?q=agent.0001")).await.is(200);
    pages.push(("a search in the journal", found, FEW.to_owned()));
    for (query, wanted) in ALIASES {
        let page = anna.get(&format!("/domains/{DOMAIN}/aliases?{query}")).await.is(200);
        pages.push((query, page, wanted.to_owned()));
    }
    let log = end(&world, portal).await;
    let mut wrong = String::new();
    for (query, page, wanted) in &pages {
        let found = steps_of_rows(&world, &log, page).await;
        // Each row's guard is looked up besides.
        let (rows, guard) = found.split_once("; CORRELATED ").unwrap_or((&found, ""));
        if rows != *wanted || whole(guard).is_some() || guard.contains("ORDER BY") {
            writeln!(wrong, "{query}: {found}\n  instead of {wanted}").expect("a line");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The step, if any, that reads all rows of a table, or all rows of a domain in a large table.
fn whole(steps: &str) -> Option<&str> {
    let reads_all = |step: &&str| {
        let step = step.trim_end_matches(" LEFT-JOIN");
        let is_large = LARGE.iter().any(|table| step.starts_with(&format!("SEARCH {table} ")));
        // The second condition selects the aliases that point to a target, which may be all of the
        // domain.
        let by_domain = ["(domain_id=?)", "(domain_id=? AND target>?)"].iter().any(|end| step.ends_with(end));
        // These are read in their order, up to a limit.
        let is_made_for_it = [
            "changes_open",
            "changes_ended",
            "emails_open",
            "emails_ended",
            "journal_at",
            "journal_person",
            "journal_kind",
            "mailboxes_hand_over",
            "mailboxes_hand_over_name",
        ]
        .iter()
        .any(|index| step.contains(&format!("INDEX {index} (domain_id=?")));
        let derived = ["SCAN CONSTANT ROW", "SCAN reached", "SCAN found", "SCAN seeds", "SCAN ways", "SCAN work"];
        // Of the journal: the rarest word of a search, the lines that have it, and the values of its filters.
        let of_journal = ["SCAN counted", "SCAN few", "SCAN people", "SCAN kinds"];
        let is_for_few = FOR_STAFF.iter().chain(&FOR_WORKER).any(|index| step.ends_with(&format!(" INDEX {index}")));
        let is_scan =
            step.starts_with("SCAN ") && !derived.contains(&step) && !of_journal.contains(&step) && !is_for_few
                || step.contains("AUTOMATIC");
        is_scan || is_large && by_domain && !is_made_for_it
    };
    steps.split("; ").find(reads_all)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_reads_a_whole_domain() {
    let world = World::start(Database::sqlite()).await;
    let (portal, anna) = portal(&world).await;
    let here = format!("/domains/{DOMAIN}");
    let chosen = [("action", "login-link"), ("mailbox", "agent.0001"), ("mailbox", "agent.0002"), ("confirm", "yes")];
    let operation = anna.post(&format!("{here}/selected-mailboxes"), &chosen).await.is(303).location;
    let mut pages = vec![
        ("an operation", anna.get(&operation).await.is(200)),
        ("an account", anna.get("/account").await.is(200)),
        ("one's domains of a status", anna.get("/domains?status=enabled&q=ville").await.is(200)),
        ("one's domains by what is left to do", anna.get("/domains?sort=-todo").await.is(200)),
    ];
    for path in PAGES {
        pages.push((path, anna.get(&format!("{here}{path}")).await.is(200)));
    }
    let taken = [("first_name", "Agnès"), ("last_name", "Neuve"), ("local_part", "agent.0001")];
    pages.push(("a local part that is taken", anna.post(&format!("{here}/new-mailbox"), &taken).await.is(422)));
    world.database.change("update members set role = 'viewer'").await;
    for path in ["", "/members", "/mailboxes/agent.0001", "/aliases/contact"] {
        pages.push(("a viewer's page", anna.get(&format!("{here}{path}")).await.is(200)));
    }
    assert!(run(world.command(&["users", "promote", ANNA, "--yes"]), "").status.success());
    pages.push(("all domains by what is left to do", anna.get("/domains?sort=-todo").await.is(200)));
    pages.push(("staff's page of a domain", anna.get(&here).await.is(200)));
    anna.post(&format!("{here}/dns/share"), &[("email", "dsi@agglo.test")]).await.is(303);
    pages.push(("DNS settings that were sent", anna.get(&format!("{here}/dns")).await.is(200)));
    pages.push(("a link to DNS settings", anna.get("/dns/AAAAAAAAAAAAAAAA").await.is(404)));
    pages.push(("all operations", anna.get("/staff/operations").await.is(200)));
    let log = end(&world, portal).await;
    let mut wrong = String::new();
    for (what, page) in &pages {
        for statement in statements(&log, page) {
            let steps = steps(&world, &statement).await;
            if let Some(step) = whole(&steps) {
                writeln!(wrong, "{what}: {step}\n  {statement}").expect("a line");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The statement of the worker that begins like this; a request claims its job by the key, without a limit.
fn of_worker<'a>(log: &'a [String], beginning: &str) -> &'a str {
    let is_it = |sql: &&String| sql.starts_with(beginning) && (sql.starts_with("select") || sql.contains("limit"));
    log.iter().find(is_it).expect("a statement of the worker")
}

/// The worker reads jobs by ranges of an index alone: those that are due, and those that wait for their domain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_reads_no_job_that_may_not_run() {
    let world = World::start(Database::sqlite()).await;
    let (portal, _) = portal(&world).await;
    let log = end(&world, portal).await;
    let log: Vec<String> = log.iter().filter(|line| line["target"] == "sqlx::query").map(statement).collect();
    for (beginning, wanted) in OF_WORKER {
        let steps = steps(&world, of_worker(&log, beginning)).await;
        assert!(steps.contains(wanted) && whole(&steps).is_none(), "{beginning}: {steps}");
    }
    let Some(server) = Database::postgres() else { return };
    let world = World::start(server).await;
    drop(world.portal().await);
    let claim = of_worker(&log, OF_WORKER[1].0);
    let types = "(bigint, text, text, bigint, bigint, text)";
    for sql in [
        "set enable_seqscan = off",
        "set plan_cache_mode = force_generic_plan",
        &format!("prepare claim {types} as {claim}"),
    ] {
        world.database.change(sql).await;
    }
    let plan = world.database.texts("explain execute claim (1, '', '', 1, 1, 'changes')").await.join("\n");
    assert!(plan.contains("using jobs_due on jobs") && plan.contains("Index Cond: ((lane = $6)"), "{plan}");
}
