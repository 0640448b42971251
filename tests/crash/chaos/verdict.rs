//! What must hold at the end: for each object, what people were promised, what the portal has stored, and what
//! dimail has.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Run;
use super::mailboxes::Row;
use super::people::{TOO_BUSY, machine_load};
use super::promises::{Address, Mailbox};
use crate::support::world::Portal;

/// What may be logged as an error: that the database failed, and that operators are to look after their SMTP server.
const LOGGED: [&str; 2] = ["database: ", "refuses recipients in several domains"];

/// What the portal and dimail have at an address.
struct Standing<'a> {
    promise: &'a Mailbox,
    row: Row,
    at_dimail: Option<&'a Value>,
    /// The last changes of names and of the state, each with what became of it.
    names: String,
    state: String,
}

impl Standing<'_> {
    fn word(&self, key: &str) -> &str {
        self.at_dimail.and_then(|mailbox| mailbox[key].as_str()).unwrap_or("-")
    }
}

pub(super) fn is_refused(outcome: &str) -> bool {
    outcome.starts_with("refused") || outcome.starts_with("given_up")
}

pub(super) fn list<'a>(state: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    state[kind].as_array().expect("a list").iter()
}

impl Run {
    pub(super) async fn verdict(&self, portals: &[Portal]) {
        self.count_calls().await;
        self.nothing_is_left().await;
        let state = self.world.dimail.state().await;
        let most = state["most_inside"].as_u64().and_then(|most| usize::try_from(most).ok());
        self.tally.borrow_mut().insert("most at once".to_owned(), most.expect("a number"));
        self.each_once(&state);
        let promises = self.promises.borrow().mailboxes.clone();
        for (address, promise) in &promises {
            self.check_mailbox(address, promise, &state).await;
        }
        self.no_others(&state);
        self.check_destinations(&state).await;
        self.check_domains(&state).await;
        self.check_members().await;
        self.check_emails(&promises).await;
        assert!(self.operator(&["journal", "verify"]).await, "the journal: {:?}", self.log.borrow().last());
        for portal in portals {
            let log = self.world.logged(portal);
            let is_error = |line: &&str| line.contains("ERROR") || line.contains("panicked");
            let is_wrong = |line: &&str| is_error(line) && !LOGGED.iter().any(|text| line.contains(text));
            let wrong: Vec<&str> = log.lines().filter(is_wrong).collect();
            assert_eq!(wrong, Vec::<&str>::new());
        }
        let busy = self.counted(TOO_BUSY);
        let is_loaded = machine_load() > 2.0;
        assert!(is_loaded || busy <= self.wishes / 20, "{busy} answers 503 while the database works");
        if self.wishes >= 250 {
            assert!(self.armed.borrow().all_were_armed(), "{:?}", self.armed.borrow());
        }
    }

    async fn nothing_is_left(&self) {
        for what in [
            "select kind, object, due_at, waits_for, holder, trouble from jobs where kind in ('mailbox', 'alias')",
            "select subject, kind, outcome from changes where outcome = 'waiting' and \
             domain_id not in (select id from domains where refusal is not null)",
            "select call from sent_calls",
            "select kind, recipient, trouble from emails where state in ('waiting', 'held', 'given_up')",
            "select name from domains where releasing = 1",
        ] {
            assert_eq!(self.world.database.texts(what).await, Vec::<String>::new(), "{what}");
        }
    }

    /// dimail has no object twice.
    fn each_once(&self, state: &Value) {
        for (kind, keys) in
            [("mailboxes", &["email"][..]), ("aliases", &["username", "domain", "destination"]), ("domains", &["name"])]
        {
            let mut seen = BTreeSet::new();
            for one in list(state, kind) {
                let key: Vec<&str> = keys.iter().map(|key| one[*key].as_str().unwrap_or_default()).collect();
                assert!(seen.insert(key.clone()), "CHAOS_SEED={}: {key:?} twice", self.seed);
            }
        }
    }

    async fn last_change(&self, id: &str, kinds: &str) -> String {
        let sql = format!(
            "select outcome, kind, coalesce(reason, '-') from changes where object = '{id}' and kind in ({kinds}) \
             order by changes.sequence desc limit 1"
        );
        self.world.database.texts(&sql).await.pop().unwrap_or_default()
    }

    async fn check_mailbox(&self, address: &Address, promise: &Mailbox, state: &Value) {
        let email = format!("{}@{}", address.0, address.1);
        let at_dimail = list(state, "mailboxes").find(|mailbox| mailbox["email"] == email.as_str());
        let Some(row) = self.mailbox(address).await else {
            assert_eq!(promise.wants, Some("absent"), "{email}: forgotten");
            let shown = at_dimail.and_then(|mailbox| mailbox["displayName"].as_str());
            assert!(shown.is_none_or(|name| self.is_unclaimed(promise, name)), "{email}: {shown:?} is left over");
            return;
        };
        let names = self.last_change(&row.id, "'rename_mailbox'").await;
        let kinds = "'create_mailbox', 'enable_mailbox', 'disable_mailbox', 'delete_mailbox', 'keep_mailbox'";
        let standing = Standing { promise, at_dimail, names, state: self.last_change(&row.id, kinds).await, row };
        if let Err(what) = self.judge(&standing) {
            let changes = format!(
                "select sequence, kind, outcome, coalesce(reason, '-') from changes where object = '{}' order by sequence",
                standing.row.id
            );
            let changes = self.world.database.texts(&changes).await;
            panic!(
                "CHAOS_SEED={}: {email}: {what}; promised {promise:?}; stored: wants {} known {} {} name {} reason {}; \
                 last {} and {}; at dimail: {} {}; changes: {changes:?}",
                self.seed,
                standing.row.wants,
                standing.row.known,
                standing.row.status,
                standing.row.name,
                standing.row.reason,
                standing.state,
                standing.names,
                standing.word("displayName"),
                standing.word("active"),
            );
        }
    }

    fn judge(&self, standing: &Standing<'_>) -> Result<(), &'static str> {
        let Standing { promise, row, state, .. } = standing;
        let has_reason = row.reason != "-";
        let demand = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(what) };
        let was_refused = is_refused(state) || row.known == "half_made" || row.known == "gone";
        let is_kept = promise.wants.is_none_or(|wants| wants == row.wants);
        demand(is_kept || was_refused, "wanted otherwise than promised")?;
        match row.known.as_str() {
            "active" | "inactive" => {
                let shown = if row.known == "active" { "yes" } else { "no" };
                demand(standing.word("active") == shown, "known otherwise than at dimail")?;
                demand(row.wants == row.known, "known otherwise than wanted")?;
                // One that is inactive has no user, and so no names.
                let has_no_names = row.known == "inactive" && standing.word("displayName") == "-";
                demand(has_no_names || standing.word("displayName") == row.known_name, "other names at dimail")?;
                demand(row.name == row.known_name, "names that were never sent")?;
                let is_refused = is_refused(&standing.names) && promise.names.contains(&row.name);
                demand(row.name == promise.name || is_refused, "other names than promised")
            }
            "gone" => {
                self.count("gone");
                demand(has_reason && promise.was_unwanted, "gone without a reason")?;
                demand(standing.at_dimail.is_none(), "not gone")
            }
            "half_made" => {
                self.count("half made");
                demand(has_reason && standing.at_dimail.is_none(), "half made, but there")
            }
            _ => {
                demand(has_reason || row.wants == "inactive", "never sent")?;
                // One that is wanted inactive is not tried again, and so not found to be taken.
                let may_be = row.reason.contains("address_taken") || row.wants == "inactive";
                let is_unclaimed = may_be && self.is_unclaimed(promise, standing.word("displayName"));
                demand(standing.at_dimail.is_none() || is_unclaimed, "there, unknown to the portal")
            }
        }
    }

    /// Whether a mailbox at dimail may be of a creation that was answered with a server error or unreadably, while
    /// dimail could not be asked at once what it had done: such a call leaves no claim, and what it made is left to
    /// the comparison.
    fn is_unclaimed(&self, promise: &Mailbox, name: &str) -> bool {
        let is_ours = promise.names.contains(name);
        if is_ours {
            self.count("unclaimed");
        }
        is_ours
    }

    /// dimail has no mailbox that was not promised, but the administrators of the contexts, and what a refused form
    /// asked for.
    fn no_others(&self, state: &Value) {
        let promises = self.promises.borrow();
        for mailbox in list(state, "mailboxes") {
            let email = mailbox["email"].as_str().expect("an address");
            let (part, domain) = email.split_once('@').expect("an address");
            let is_promised = promises.mailboxes.contains_key(&(part.to_owned(), domain.to_owned()));
            let is_explained = part == "oxadmin" || is_promised || self.was_refused(part, domain);
            assert!(is_explained, "{email} is a stranger");
        }
    }

    /// Whether the form of a creation was refused there.
    fn was_refused(&self, part: &str, domain: &str) -> bool {
        let (path, part) = (format!(" create /domains/{domain}/new-mailbox "), format!("\"{part}\""));
        let log = self.log.borrow();
        log.iter().any(|step| step.contains(&path) && step.contains(&part) && step.contains(": 422 "))
    }
}
