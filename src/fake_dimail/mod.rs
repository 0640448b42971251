//! A fake dimail for the demonstration and the tests. It serves dimail's HTTP API with the same routes,
//! answers and oddities, and keeps its state in memory or in a file. It does not know the rest of the
//! portal: everything it needs is in [`FakeOptions`].
//!
//! Statements about dimail in this module have one of two sources: "dimail of August 2024"
//! (observed on that server, whose source is public) or "dimail of 2026, seen from its clients" (what
//! the two programs that use it send and accept today). If neither source covers a point, the comment
//! says "guess".
//!
//! # Control interface
//!
//! Under `/_fake/`, on the same port, never delayed and never in the journal:
//!
//! ```text
//! PUT  /_fake/domains/{d}         {"errors":[], "internal_errors":[], "fix_repairs":true}
//!                                 fix_repairs may be a number: 3 is repaired by the third fix
//! PUT  /_fake/ox-users/{d}/{lp}   {"givenName","surName"[,"displayName"]}: an Open-XChange user
//!                                 without a mailbox, as a creation that broke in the middle leaves
//! PUT  /_fake/habits              {"token_lifetime":2820, "duplicate_crashes":false}
//! POST /_fake/faults              {"method","path","kind"[,"times":1][,"seconds":30]}
//! DELETE /_fake/faults            unused faults are removed
//! POST /_fake/late                carries out the calls of close_then_act
//! POST /_fake/expire-tokens       POST /_fake/reset
//! GET  /_fake/journal             GET /_fake/state
//! ```
//!
//! In the path of a fault, `*` matches one segment, and a final slash is ignored; the method `*`
//! matches any method. The kinds:
//!
//! ```text
//! refuse_500  refuse_403  refuse_409  refuse_422  missing  html_502  redirect_307
//!                    an answer without acting; redirect_307 leads to another origin
//! hang  close        neither acts nor answers: the connection is cut, after `seconds` or at once
//! act_then_500  act_then_hang  act_then_close
//!                    acts at once, then the same
//! bad_json           acts, and answers with a success that can't be read
//! slow               acts at once, answers after `seconds`
//! hang_then_act      acts and answers after `seconds`, also when the caller has hung up
//! close_then_act     cuts the connection at once, and acts at the next `POST /_fake/late`
//! half_then_500      creation of a mailbox: its Open-XChange user is made, then a 500
//! half_delete        deletion of a mailbox: it goes, then a 500, and its Open-XChange user stays
//! slow_halves        creation of a mailbox: its Open-XChange user is there at once, the mailbox and
//!                    the answer come after `seconds`, also when the caller has hung up
//! ```
//!
//! If dimail itself refuses the request, that comes before the halves. On other routes these kinds have
//! no effect.
//!
//! # `GET /_fake/state`
//!
//! ```text
//! {"users":     [{"name","is_admin","perms":[],"uuid"}],
//!  "allows":    [{"user","domain"}],
//!  "domains":   [{"name","context_name","features":[],"delivery","state":"new|ok|broken",
//!                 "check":{"errors":[],"internal_errors":[],"fix_repairs":true}}],
//!  "mailboxes": [{"email","uuid","givenName","surName","displayName","active":"yes|no",
//!                 "features":["ox"],"calendar_lost":false,"passwords_made":1,"identities":[]}],
//!  "ox_users":  [{"context","login","email","givenName","surName","displayName"}],
//!  "aliases":   [{"username","domain","destination","allow_to_send"}],
//!  "codes":     [{"email","code","expires_at","maxuse","nbuse"}],
//!  "faults":    [{"method","path","kind","times","seconds"}],
//!  "habits":    {"token_lifetime":2820,"duplicate_crashes":false},
//!  "late":0, "inside":0, "most_inside":1, "freezes":0}
//! ```
//!
//! `check` is the result of the next check. The three names of a mailbox are null if Open-XChange has
//! no user for it. `ox_users` also contains users without a mailbox: the administrator of each context,
//! and half-created users. `times` of a fault is the remaining number. `inside` counts the requests to
//! dimail that wait or are served, including those whose caller has hung up, `late`
//! those of `close_then_act` that are still to act. `most_inside` is its
//! maximum, and `freezes` the number of freezes of a serial server, both since the start or the last
//! reset.
//!
//! # One at a time
//!
//! With [`FakeOptions::serial`] requests are served one at a time, in the order in which they were
//! received completely; the delay and the waiting time of a fault count as part of a request's turn.
//! With more than 15 requests inside, nothing is served for [`FakeOptions::freeze`], then one request
//! is, and so on until there are no more than 15 (dimail of August 2024).
//!
//! Serial or not, a request that was received completely is carried out to its end even if its caller
//! has hung up, and its status is then recorded in the journal. After a 500 the connection is closed
//! without a `Connection: close` header.

mod address;
mod aliases;
mod allows;
mod answer;
mod auth;
mod call;
mod checks;
mod closed;
mod codes;
mod contexts;
mod control;
mod control_state;
mod credentials;
mod domains;
mod fault;
mod faults;
mod journal;
mod mailboxes;
mod mailboxes_change;
mod mailboxes_v2;
mod ox;
mod places;
mod plan;
mod queue;
mod routes;
mod saved;
mod schema;
mod server;
mod spec;
mod state;
mod tokens;
mod turn;
mod users;

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;

use crate::fake_dimail::state::State;

/// The server that the fake imitates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Release {
    /// The server in use today (dimail of 2026, seen from its clients).
    #[default]
    Production,
    /// The last server whose source is public (dimail of August 2024).
    August2024,
}

/// The options of a fake.
#[derive(Clone, Debug)]
pub struct FakeOptions {
    /// Start with the users `admin/admin` and `la_regie/password`. Without them the user table is
    /// empty, and any Basic credentials act as an administrator.
    pub seed: bool,
    /// Keep the state in this file (JSON, written after each change, read at start).
    pub state: Option<PathBuf>,
    /// The delay of each route of dimail before it acts.
    pub delay: Duration,
    /// Serve one request at a time, in order of arrival.
    pub serial: bool,
    /// How long a serial server freezes when more than 15 requests are waiting or served.
    pub freeze: Duration,
    /// The server to imitate.
    pub release: Release,
    /// The error codes that a check reports for a domain without a `PUT /_fake/domains/{d}`; if empty,
    /// the check passes.
    pub unpublished: Vec<String>,
}

impl Default for FakeOptions {
    fn default() -> FakeOptions {
        FakeOptions {
            seed: false,
            state: None,
            delay: Duration::ZERO,
            serial: false,
            freeze: Duration::from_secs(30),
            release: Release::default(),
            unpublished: Vec::new(),
        }
    }
}

/// One fake dimail. Clones share one state.
#[derive(Clone)]
pub struct Fake {
    shared: Arc<Shared>,
}

/// The state that all requests of one fake share.
struct Shared {
    options: FakeOptions,
    state: Mutex<State>,
}

impl Shared {
    /// Locks the state for one request; never held across an await.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fake {
    /// Creates a fake: reads its file, if configured, and adds the seed's users.
    ///
    /// # Errors
    /// When the file of the state cannot be read, understood or written.
    pub fn new(options: FakeOptions) -> std::io::Result<Fake> {
        let state = crate::fake_dimail::saved::start(&options)?;
        Ok(Fake { shared: Arc::new(Shared { options, state: Mutex::new(state) }) })
    }

    /// Serves HTTP on the listener until `stop` is done, then cuts open connections.
    ///
    /// # Errors
    /// None for now: a connection that fails ends alone.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        crate::fake_dimail::server::run(self.shared, listener, stop).await;
        Ok(())
    }
}
