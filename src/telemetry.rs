//! Logs as text or JSON to standard error, and metrics for Prometheus.
//!
//! Callers must not pass secrets to it, and must not label a metric with the name of a person, a
//! mailbox or a domain.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Unit, counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Initialises logging, `as_json` or as lines to read. `RUST_LOG` sets the filter; the default is
/// `warn`, and `info` for the portal itself unless `quiet`. `libraries` are directives for what is not to be heard.
pub fn start(as_json: bool, quiet: bool, libraries: &str) {
    let default = if quiet { "warn" } else { "warn,dimail_portal=info" };
    let set = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|set| EnvFilter::try_new(set).is_ok());
    // Later directives for the same target replace earlier ones, so that RUST_LOG can ask for them.
    let filter = EnvFilter::new(format!("{libraries},{}", set.as_deref().unwrap_or(default)));
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

/// A gauge that is set when the metrics are requested.
#[derive(Clone, Copy, Debug)]
pub struct Gauge(&'static str);

impl Gauge {
    /// Jobs, by `state`: `waiting`, of these `unclear` and `installation_fault`; and `checks_due`.
    pub const JOBS: Self = Self("dimail_portal_jobs");
    /// Seconds since the oldest change was asked for that could be carried out.
    pub const OLDEST_CHANGE: Self = Self("dimail_portal_oldest_change_seconds");
    /// Emails, by `state`: `waiting`, `put_off`, `refused`, `held` or `given_up`.
    pub const EMAILS: Self = Self("dimail_portal_emails");
    /// Mailboxes that were given up because there was no answer.
    pub const MAILBOXES_GIVEN_UP: Self = Self("dimail_portal_mailboxes_given_up");
    /// Domains, by `status`.
    pub const DOMAINS: Self = Self("dimail_portal_domains");
    /// Mailboxes on all domains.
    pub const MAILBOXES: Self = Self("dimail_portal_mailboxes");
    /// Sessions that were used in the last half day.
    pub const SESSIONS: Self = Self("dimail_portal_sessions");
    /// Seconds since the worker last looked for work.
    pub const WORKER: Self = Self("dimail_portal_worker_looked_seconds");
    /// 1 while dimail is known not to answer, else 0.
    pub const DIMAIL_DOWN: Self = Self("dimail_portal_dimail_down");
    /// Connections to the database, by `state`: `open` or `idle`.
    pub const CONNECTIONS: Self = Self("dimail_portal_database_connections");

    /// Sets the gauge.
    pub fn set(self, value: f64) {
        gauge!(self.0).set(value);
    }

    /// Sets the gauge for one value of its label.
    pub fn set_for(self, label: &'static str, label_value: &'static str, value: f64) {
        gauge!(self.0, label => label_value).set(value);
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
    describe_gauge!(Gauge::JOBS.0, "Objects that need a step at dimail, by state; a check counts when it is due");
    describe_gauge!(Gauge::OLDEST_CHANGE.0, Unit::Seconds, "Age of the oldest change that could be carried out");
    describe_gauge!(Gauge::EMAILS.0, "Emails that have not left, by state");
    describe_gauge!(Gauge::MAILBOXES_GIVEN_UP.0, "Failed mailboxes of which dimail said nothing for too long");
    describe_gauge!(Gauge::DOMAINS.0, "Domains, by status");
    describe_gauge!(Gauge::MAILBOXES.0, "Mailboxes on all domains");
    describe_gauge!(Gauge::SESSIONS.0, "Sessions used in the last 12 hours");
    describe_gauge!(Gauge::WORKER.0, Unit::Seconds, "Time since the worker of this portal last looked for work");
    describe_gauge!(Gauge::DIMAIL_DOWN.0, "1 while dimail is known not to answer");
    describe_gauge!(Gauge::CONNECTIONS.0, "Connections of this portal to its database, by state");
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
