//! The number of SQL statements per page, and that a statement that must change a row fails if
//! there is none. A page is as slow as its round trips to the database, so it may run three at
//! most: session and account with permission and head, the rows, and one more with a reason.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, Once};

use dimail_portal::model::id::UserId;
use dimail_portal::store::Fault;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_core::span::Current;

use crate::support::{Anna, Portal, Visitor, on_both};

on_both!(pages_run_few_statements, a_change_of_nothing_is_an_error);

/// The statements of each request, by request number.
static STATEMENTS: LazyLock<Mutex<BTreeMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

/// Collects each statement that sqlx logs within the span of a request. It is not a `Registry`,
/// because that one panics at spans of the subscribers that other tests set for their threads.
#[derive(Default)]
struct Statements {
    last_id: AtomicU64,
    spans: Mutex<HashMap<u64, Span>>,
}

struct Span {
    metadata: &'static Metadata<'static>,
    /// The number of the request to which the span belongs.
    number: Option<String>,
}

thread_local! {
    /// The spans that are entered, the innermost last.
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The fields of a span or an event, as text.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Statements {
    /// The number of the current request.
    fn number(&self) -> Option<String> {
        let spans = self.spans.lock().expect("no test failed inside");
        ENTERED.with_borrow(|entered| entered.iter().rev().find_map(|id| spans.get(id)?.number.clone()))
    }
}

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let is_statement = metadata.target() == "sqlx::query" && *metadata.level() <= Level::DEBUG;
        is_statement || (metadata.is_span() && metadata.target().starts_with("dimail_portal"))
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = self.last_id.fetch_add(1, Ordering::SeqCst) + 1;
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let number = fields.0.remove("id").or_else(|| self.number());
        let span = Span { metadata: attributes.metadata(), number };
        self.spans.lock().expect("no test failed inside").insert(id, span);
        Id::from_u64(id)
    }

    fn event(&self, event: &Event<'_>) {
        let Some(number) = self.number() else { return };
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (short, whole) = (fields.0.remove("summary"), fields.0.remove("db.statement"));
        let statement = whole.filter(|whole| !whole.is_empty()).or(short).unwrap_or_default();
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        STATEMENTS.lock().expect("no test failed inside").entry(number).or_default().push(statement);
    }

    fn enter(&self, span: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        ENTERED.with_borrow_mut(|entered| {
            if let Some(at) = entered.iter().rposition(|id| *id == span.into_u64()) {
                entered.remove(at);
            }
        });
    }

    /// sqlx enters the current span in the thread of the connection.
    fn current_span(&self) -> Current {
        let spans = self.spans.lock().expect("no test failed inside");
        let innermost = ENTERED.with_borrow(|entered| entered.last().copied());
        let known = innermost.and_then(|id| Some(Current::new(Id::from_u64(id), spans.get(&id)?.metadata)));
        known.unwrap_or_else(Current::none)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
}

/// Starts to collect statements in the whole process, because SQLite has a thread for each
/// connection.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = Statements::default();
        tracing::subscriber::set_global_default(subscriber).expect("no other subscriber for the whole process");
    });
}

/// The statements that a page runs, without those that prepare a new connection.
async fn statements(by: &Visitor, path: &str) -> Vec<String> {
    let answer = by.get(path).await;
    let number = answer.is(200).header("x-request-id");
    let mut ran = STATEMENTS.lock().expect("no test failed inside").remove(number).unwrap_or_default();
    ran.retain(|statement| !statement.to_lowercase().starts_with("pragma") && !statement.starts_with("set "));
    ran
}

async fn pages_run_few_statements(portal: &Portal) {
    listen();
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    portal.work().await;
    // The notice of the creation is shown once; this page removes it from the session.
    anna.get("/domains").await.is(200);
    for (path, at_most) in [
        ("/domains", 3),
        ("/domains/ville.fr", 3),
        ("/domains/ville.fr/mailboxes", 3),
        ("/domains/ville.fr/mailboxes/jean", 3),
        ("/domains/ville.fr/operations", 3),
        // People and actions to choose from.
        ("/domains/ville.fr/journal", 4),
        ("/domains/ville.fr/operations?status=ended", 3),
    ] {
        let ran = statements(&anna, path).await;
        assert!(!ran.is_empty(), "{path}: nothing was noted");
        assert!(ran.len() <= at_most, "{path} ran {} statements, not {at_most}: {ran:#?}", ran.len());
    }
}

async fn a_change_of_nothing_is_an_error(portal: &Portal) {
    let mut tx = portal.app.store.begin().await.expect("a database");
    let unknown = UserId::new(tx.now());
    let changed = tx.set_staff(unknown, true).await;
    assert!(matches!(&changed, Err(Fault::RowsChanged { rows: 0, .. })), "{changed:?}");
}
