//! Logs as text or JSON to standard error, and metrics for Prometheus.
//!
//! Callers must not pass secrets to it, and must not label a metric with the name of a person, a
//! mailbox or a domain.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Unit, counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Sessions warn of each cookie that they do not know, which any visitor can send at will.
const COOKIES: &str = "tower_sessions=error,tower_sessions_core=error";

/// Initialises logging, `as_json` or as lines to read. `RUST_LOG` sets the filter; the default is
/// `warn`, and `info` for the portal itself unless `quiet`.
pub fn start(as_json: bool, quiet: bool) {
    let default = if quiet { "warn" } else { "warn,dimail_portal=info" };
    let set = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|set| EnvFilter::try_new(set).is_ok());
    // Later directives for the same target replace earlier ones, so that RUST_LOG can ask for them.
    let filter = EnvFilter::new(format!("{COOKIES},{}", set.as_deref().unwrap_or(default)));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours only on a terminal, not in files and pipes.
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // If logging is already initialised (by a test), that stays.
    drop(if as_json { log.json().with_span_list(false).try_init() } else { log.try_init() });
}

/// The interval of the metrics' upkeep.
const UPKEEP: Duration = Duration::from_secs(5);
/// The histogram buckets for the durations of requests and calls, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

const REQUEST_SECONDS: &str = "dimail_portal_request_seconds";
const CALL_SECONDS: &str = "dimail_portal_dimail_call_seconds";
const FAULTS: &str = "dimail_portal_faults_total";
const ORDERS: &str = "dimail_portal_orders";
const OLDEST_ORDER: &str = "dimail_portal_oldest_order_seconds";
const EMAILS: &str = "dimail_portal_emails";
const MAILBOXES_GIVEN_UP: &str = "dimail_portal_mailboxes_given_up";
const DOMAINS: &str = "dimail_portal_domains";
const MAILBOXES: &str = "dimail_portal_mailboxes";
const SESSIONS: &str = "dimail_portal_sessions";
const WORKER: &str = "dimail_portal_worker_looked_seconds";
const CONNECTIONS: &str = "dimail_portal_database_connections";

/// A gauge that is set when the metrics are requested.
#[derive(Clone, Copy, Debug)]
pub enum Gauge {
    /// Orders: `waiting`, of these `in_doubt` and `installation_fault`; and `checks_due`.
    Orders(&'static str),
    /// Seconds since the oldest order that could be carried out was requested.
    OldestOrder,
    /// Emails in a state: `waiting`, `put_off`, `refused`, `held` or `given_up`.
    Emails(&'static str),
    /// Mailboxes whose order was given up because there was no answer.
    MailboxesGivenUp,
    /// Domains in a status.
    Domains(&'static str),
    /// Mailboxes on all domains.
    Mailboxes,
    /// Sessions that were used in the last half day.
    Sessions,
    /// Seconds since the worker last looked for work.
    Worker,
    /// Connections to the database: `open` or `idle`.
    Connections(&'static str),
}

impl Gauge {
    /// Sets the gauge.
    pub fn set(self, value: f64) {
        let gauge = match self {
            Self::Orders(state) => metrics::gauge!(ORDERS, "state" => state),
            Self::OldestOrder => metrics::gauge!(OLDEST_ORDER),
            Self::Emails(state) => metrics::gauge!(EMAILS, "state" => state),
            Self::MailboxesGivenUp => metrics::gauge!(MAILBOXES_GIVEN_UP),
            Self::Domains(status) => metrics::gauge!(DOMAINS, "status" => status),
            Self::Mailboxes => metrics::gauge!(MAILBOXES),
            Self::Sessions => metrics::gauge!(SESSIONS),
            Self::Worker => metrics::gauge!(WORKER),
            Self::Connections(state) => metrics::gauge!(CONNECTIONS, "state" => state),
        };
        gauge.set(value);
    }
}

/// The metrics recorder of this process, installed by the first call.
pub fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        // An error is possible only for an empty list of buckets.
        let builder = builder.set_buckets(&BUCKETS).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Cannot fail: this is the only place that installs a recorder.
        drop(metrics::set_global_recorder(recorder));
        describe();
        // Exported from the start: Prometheus sees no increase in a counter that first appears as 1.
        counter!(FAULTS).increment(0);
        handle
    })
}

/// Runs the metrics' upkeep periodically: until it runs, recorded durations accumulate in memory.
pub async fn keep_metrics() {
    loop {
        tokio::time::sleep(UPKEEP).await;
        metrics().run_upkeep();
    }
}

fn describe() {
    describe_histogram!(REQUEST_SECONDS, Unit::Seconds, "Requests, by route, method and status");
    describe_histogram!(CALL_SECONDS, Unit::Seconds, "Calls to dimail, by route, method and outcome");
    metrics::describe_counter!(FAULTS, "Requests that failed by the portal's own fault");
    describe_gauge!(ORDERS, "Orders to dimail that are not done, by state; a check counts when it is due");
    describe_gauge!(OLDEST_ORDER, Unit::Seconds, "Age of the oldest order that could be carried out, checks aside");
    describe_gauge!(EMAILS, "Emails that have not left, by state");
    describe_gauge!(MAILBOXES_GIVEN_UP, "Failed mailboxes of which dimail said nothing for too long");
    describe_gauge!(DOMAINS, "Domains, by status");
    describe_gauge!(MAILBOXES, "Mailboxes on all domains");
    describe_gauge!(SESSIONS, "Sessions used in the last 12 hours");
    describe_gauge!(WORKER, Unit::Seconds, "Time since the worker of this portal last looked for work");
    describe_gauge!(CONNECTIONS, "Connections of this portal to its database, by state");
}

/// Counts an answered request. `route` is a pattern, never a path: paths would give unbounded labels.
pub fn request_answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    histogram!(REQUEST_SECONDS, &labels).record(took);
    if status >= 500 {
        counter!(FAULTS).increment(1);
    }
}

/// Counts a call to dimail. `route` is a pattern, never a path: paths would give unbounded labels.
pub fn dimail_called(method: &str, route: &str, outcome: &'static str, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("outcome", outcome.to_owned())];
    histogram!(CALL_SECONDS, &labels).record(took);
}
