//! What must hold when a world is quiet again: for each address and each destination of an alias, what people
//! were promised, what the portal has stored, and what dimail has.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Address, Pair, Promise, World};

/// What dimail and the portal have at an address.
struct Standing {
    address: Address,
    email: String,
    row: Option<Vec<String>>,
    at_dimail: Option<Value>,
    /// The last changes of its kinds, each with what became of it: of names, and of the state.
    names: String,
    state: String,
}

impl Standing {
    fn word(&self, key: &str) -> &str {
        self.at_dimail.as_ref().and_then(|mailbox| mailbox[key].as_str()).unwrap_or("-")
    }

    fn is_refused(outcome: &str) -> bool {
        outcome.starts_with("refused") || outcome.starts_with("given_up")
    }
}

impl World<'_> {
    pub(super) async fn check(&mut self) {
        self.nothing_is_left().await;
        self.portal.check().await;
        let state = self.portal.dimail.state().await;
        for (address, promise) in &self.promises {
            let standing = self.standing(*address, &state).await;
            self.mailbox(&standing, promise);
        }
        self.no_stranger(&state);
        for ((alias, to), pair) in &self.pairs {
            self.destination(*alias, to, pair, &state).await;
        }
    }

    fn say(&self, standing: &Standing, promise: &Promise, what: &str) -> String {
        let (is_there, is_active, name) = (promise.is_there, promise.is_active, &promise.name);
        format!(
            "WORLD_SEED={}: {}: {what}; promised: {is_there} {is_active:?} {name}; stored: {:?} names {} state {}; \
             at dimail: {} {}; touched {} deleted {} renamed {:?}",
            self.seed,
            standing.email,
            standing.row,
            standing.names,
            standing.state,
            standing.word("displayName"),
            standing.word("active"),
            promise.is_touched,
            promise.is_deleted,
            promise.renamed,
        )
    }

    async fn nothing_is_left(&self) {
        let domains = format!("'{}'", self.domains.join("', '"));
        let all = format!(
            "select name, jobs.kind, object, due_at, waits_for, holder, trouble from jobs \
             join domains on domains.id = domain_id where name in ({domains}) and jobs.kind in ('mailbox', 'alias')"
        );
        let none: Vec<String> = Vec::new();
        assert_eq!(self.portal.database.texts(&all).await, none, "WORLD_SEED={}: jobs are left", self.seed);
        let waiting = format!(
            "select name, subject, kind, outcome from changes join domains on domains.id = domain_id \
             where name in ({domains}) and outcome = 'waiting'"
        );
        assert_eq!(self.portal.database.texts(&waiting).await, none, "WORLD_SEED={}: changes wait", self.seed);
        let calls = self.portal.database.texts("select call from sent_calls").await;
        assert_eq!(calls, none, "WORLD_SEED={}: calls are left", self.seed);
        let waiting = self.portal.database.texts("select recipient, content from emails where state = 'waiting'").await;
        assert_eq!(waiting, none, "WORLD_SEED={}: emails wait", self.seed);
    }

    async fn standing(&self, address: Address, state: &Value) -> Standing {
        let (email, row) = (self.email(address), self.row(address).await);
        let mailboxes = state["mailboxes"].as_array().expect("mailboxes");
        let at_dimail = mailboxes.iter().find(|mailbox| mailbox["email"] == email.as_str()).cloned();
        let (mut names, mut states) = (String::new(), String::new());
        if let Some(row) = &row {
            let last = async |kinds: &str| {
                let sql = format!(
                    "select outcome, kind, coalesce(reason, '-') from changes where object = '{}' and kind in ({kinds}) \
                     order by sequence desc limit 1",
                    row[6]
                );
                self.portal.database.texts(&sql).await.pop().unwrap_or_default()
            };
            names = last("'rename_mailbox'").await;
            states = last("'create_mailbox', 'enable_mailbox', 'disable_mailbox', 'delete_mailbox'").await;
        }
        Standing { address, email, row, at_dimail, names, state: states }
    }

    fn mailbox(&self, standing: &Standing, promise: &Promise) {
        let say = |what: &str| self.say(standing, promise, what);
        let known = standing.row.as_ref().map_or("", |row| row[1].as_str());
        if let Some(foreign) = &promise.foreign {
            assert_eq!(standing.at_dimail.as_ref(), Some(foreign), "{}", say("of others"));
            assert!(!["active", "inactive"].contains(&known), "{}", say("that of others is shown"));
            return;
        }
        let Some(row) = &standing.row else {
            assert!(!promise.is_there, "{}", say("forgotten"));
            let is_absent = standing.at_dimail.is_none();
            assert!(is_absent || self.is_unclaimed(standing, promise), "{}", say("left over or made again"));
            return;
        };
        if !promise.is_there {
            let is_declared = Standing::is_refused(&standing.state) || known == "half_made";
            assert!(is_declared, "{}", say("not deleted"));
        }
        self.state(standing, promise, row);
        self.names(standing, promise, row);
        self.emails(standing, promise, row);
    }

    fn state(&self, standing: &Standing, promise: &Promise, row: &[String]) {
        let say = |what: &str| self.say(standing, promise, what);
        let (wants, known, has_reason) = (row[0].as_str(), row[1].as_str(), row[7] != "-");
        let active = standing.word("active");
        let is_refused = Standing::is_refused(&standing.state);
        let was_lost = promise.is_deleted || promise.was_unwanted;
        match known {
            "active" | "inactive" => {
                let shown = if known == "active" { "yes" } else { "no" };
                let is_gone = promise.is_deleted && active == "-";
                assert!(active == shown || promise.is_touched || is_gone, "{}", say("known otherwise"));
                assert_eq!(wants, known, "{}", say("not as it is wanted"));
                let is_kept = promise.is_active.is_none_or(|is_active| is_active == (known == "active"));
                // One that others disabled is enabled again, unless dimail refuses.
                assert!(is_kept || is_refused || promise.is_touched, "{}", say("not as it was promised"));
                if promise.is_deleted && !promise.was_asked_again {
                    assert_eq!(active, "-", "{}", say("made again"));
                }
            }
            "gone" => {
                assert!(has_reason && was_lost, "{}", say("gone without a reason"));
                assert_eq!(active, "-", "{}", say("not gone"));
            }
            "new" | "absent" => {
                let is_unclaimed = row[7].contains("address_taken") && self.is_unclaimed(standing, promise);
                assert!(active == "-" || is_unclaimed, "{}", say("there, unknown to the portal"));
                assert!(has_reason || wants == "inactive", "{}", say("never sent"));
                assert!(promise.is_active != Some(true) || has_reason, "{}", say("wanted otherwise"));
            }
            _ => panic!("{}", say("half made")),
        }
    }

    /// Whether the mailbox at dimail may be of a creation that was answered with a server error or unreadably, while
    /// dimail could not be asked at once what it had done: such a call leaves no claim, and what it made is left to the
    /// comparison.
    fn is_unclaimed(&self, standing: &Standing, promise: &Promise) -> bool {
        let answered = ["bad_json at POST", "act_then_500 at POST"];
        let was_answered = self.log.iter().any(|step| answered.iter().any(|fault| step.starts_with(fault)));
        was_answered && promise.names.iter().any(|name| name == standing.word("displayName"))
    }

    fn names(&self, standing: &Standing, promise: &Promise, row: &[String]) {
        let say = |what: &str| self.say(standing, promise, what);
        let (here, there) = (Self::wanted_name(row), standing.word("displayName"));
        // The names that waited go with a mailbox that is gone.
        let is_refused = Standing::is_refused(&standing.names) || row[1] == "gone";
        let is_kept = here == promise.name || (is_refused && promise.names.contains(&here));
        assert!(is_kept, "{}", say("other names"));
        let is_same = there == row[3] || there == "-" || promise.renamed.contains(there);
        assert!(is_same, "{}", say("other names at dimail"));
        assert!(row[4] == "-" || row[7] != "-", "{}", say("names that were never sent"));
    }

    fn emails(&self, standing: &Standing, promise: &Promise, row: &[String]) {
        let say = |what: &str| self.say(standing, promise, what);
        let sent = self.emails_about(standing.address) - promise.emails_before;
        assert!(sent <= promise.creations, "{}", say(&format!("{sent} emails for {} creations", promise.creations)));
        let is_created = ["active", "inactive"].contains(&row[1].as_str());
        if promise.has_secondary == Some(false) {
            assert_eq!(sent, 0, "{}", say("an email to nobody"));
        }
        if promise.has_secondary == Some(true) && is_created && !promise.was_unwanted {
            assert!(sent > 0, "{}", say("no email"));
        }
    }

    /// dimail has no mailbox of these domains about which nothing was promised.
    fn no_stranger(&self, state: &Value) {
        let promised: BTreeSet<String> = self.promises.keys().map(|address| self.email(*address)).collect();
        for mailbox in state["mailboxes"].as_array().expect("mailboxes") {
            let email = mailbox["email"].as_str().unwrap_or_default();
            let (part, domain) = email.split_once('@').expect("an address");
            let is_ours = self.domains.iter().any(|own| own == domain) && part != "oxadmin";
            assert!(!is_ours || promised.contains(email), "WORLD_SEED={}: {email} is a stranger", self.seed);
        }
    }

    async fn destination(&self, alias: Address, to: &str, pair: &Pair, state: &Value) {
        let row = self.pair(alias, to).await;
        let (domain, part) = (&self.domains[alias.0], alias.1);
        let is_there =
            state["aliases"].as_array().expect("aliases").iter().any(|other| {
                other["domain"] == domain.as_str() && other["username"] == part && other["destination"] == to
            });
        let sql = format!(
            "select outcome, kind, coalesce(changes.reason, '-') from changes join domains on domains.id = domain_id \
             where name = '{domain}' and object_kind = 'alias' and object = '{part}' \
             and (destination = '{to}' or destination is null) order by changes.sequence desc limit 1"
        );
        let last = self.portal.database.texts(&sql).await.pop().unwrap_or_default();
        let is_refused = Standing::is_refused(&last);
        let say = |what: &str| {
            format!(
                "WORLD_SEED={}: {part}@{domain} → {to}: {what}; promised: {}; stored: {row:?}; at dimail: {is_there}; \
                 last: {last}; touched {}",
                self.seed, pair.is_wanted, pair.is_touched
            )
        };
        let is_stored = row.as_ref().is_some_and(|row| row.starts_with("1|"));
        assert!(row.is_none() || is_stored, "{}", say("still to be removed"));
        assert!(is_stored == pair.is_wanted || is_refused, "{}", say("not as it was promised"));
        let has_failed = row.as_ref().is_some_and(|row| row.contains("|failed|"));
        let is_known = is_stored && !has_failed;
        assert!(is_there == is_known || (pair.is_touched && !is_there), "{}", say("known otherwise"));
    }
}
