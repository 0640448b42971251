//! How many statements a page runs in the database. Round trips are what a page costs: the aim is
//! three (who and where; the rows; nothing else without a reason). The figures here are upper
//! bounds, to be lowered.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{LazyLock, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::support::{Anna, Portal, Visitor, on_both};

on_both!(pages_run_few_statements);

/// The statements of each request, by its number.
static STATEMENTS: LazyLock<Mutex<BTreeMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

/// Notes each statement that sqlx logs inside the span of a request.
struct Statements;

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

/// The number of a request, kept with its span.
struct Number(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let (Some(span), Some(number)) = (context.span(id), fields.0.remove("id")) {
            span.extensions_mut().insert(Number(number));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let numbers = context.event_scope(event).into_iter().flatten();
        let number = numbers.filter_map(|span| span.extensions().get::<Number>().map(|number| number.0.clone())).last();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (short, whole) = (fields.0.remove("summary"), fields.0.remove("db.statement"));
        let statement = whole.filter(|whole| !whole.is_empty()).or(short).unwrap_or_default();
        if let Some(number) = number {
            let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            STATEMENTS.lock().expect("no test failed inside").entry(number).or_default().push(statement);
        }
    }
}

/// Begins to note statements, in the whole process: SQLite has a thread for each connection.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let wanted = Targets::new().with_target("sqlx::query", Level::DEBUG).with_target("dimail_portal", Level::ERROR);
        let subscriber = tracing_subscriber::registry().with(Statements.with_filter(wanted));
        tracing::subscriber::set_global_default(subscriber).expect("no other subscriber for the whole process");
    });
}

/// The statements that a page runs. How a connection is prepared that is opened meanwhile is left out.
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
    // The notice of the creation is shown once, and leaves the session.
    anna.get("/domains").await.is(200);
    for (path, at_most) in [
        ("/domains", 3),
        ("/domains/ville.fr", 5),
        ("/domains/ville.fr/mailboxes", 5),
        ("/domains/ville.fr/mailboxes/jean", 8),
    ] {
        let ran = statements(&anna, path).await;
        assert!(!ran.is_empty(), "{path}: nothing was noted");
        assert!(ran.len() <= at_most, "{path} ran {} statements, not {at_most}: {ran:#?}", ran.len());
    }
}
