//! What people ask for about mailboxes.

use rand::Rng;
use serde_json::Value;

use super::people::{Person, Rank};
use super::promises::{Address, Mailbox, wanted};
use super::{DOMAINS, Run, one_in, pick};
use crate::support::browser::Page;

/// The local parts of each domain: few, so that people meet.
pub(super) const PARTS: [&str; 14] =
    ["ana", "bob", "cyd", "dov", "eli", "fox", "gus", "hal", "ida", "jon", "kim", "leo", "mia", "ned"];

/// A row of a mailbox.
pub(super) struct Row {
    pub(super) wants: String,
    pub(super) known: String,
    pub(super) status: String,
    /// The display name that dimail is known to have, and the one that is wanted.
    pub(super) known_name: String,
    pub(super) name: String,
    pub(super) id: String,
    pub(super) reason: String,
    pub(super) has_secondary: bool,
}

impl Run {
    pub(super) async fn mailbox(&self, (part, domain): &Address) -> Option<Row> {
        let sql = format!(
            "select wants, known, mailboxes.status, first_name || ' ' || last_name, coalesce(wanted, '-'), \
             mailboxes.id, coalesce(mailboxes.reason, '-'), case when secondary_email is null then 0 else 1 end \
             from mailboxes join domains on domains.id = domain_id where name = '{domain}' and local_part = '{part}'"
        );
        // The names that are wanted are JSON, in which there is no `|`.
        let row = self.row(&sql).await?;
        let names: Value = serde_json::from_str(&row[4]).unwrap_or(Value::Null);
        let name = names["first_name"].as_str().zip(names["last_name"].as_str());
        Some(Row {
            wants: row[0].clone(),
            known: row[1].clone(),
            status: row[2].clone(),
            known_name: row[3].clone(),
            name: name.map_or_else(|| row[3].clone(), |(first, last)| format!("{first} {last}")),
            id: row[5].clone(),
            reason: row[6].clone(),
            has_secondary: row[7] == "1",
        })
    }

    fn promise(&self, address: &Address, change: impl FnOnce(&mut Mailbox)) {
        change(self.promises.borrow_mut().mailboxes.entry(address.clone()).or_default());
    }

    /// Promises what the database has, where no answer told.
    pub(super) async fn read_promise(&self, address: &Address) {
        let row = self.mailbox(address).await;
        self.promise(address, |promise| {
            let Some(row) = row else { return promise.is_to_be(Some("absent")) };
            promise.is_to_be(Some(wanted(&row.wants)));
            promise.names.extend([row.name.clone(), row.known_name]);
            promise.name = row.name;
            promise.has_secondary = promise.has_secondary.filter(|has| *has == row.has_secondary);
        });
    }
}

impl Person<'_> {
    /// A domain in which the person may do something.
    pub(super) fn domain(&mut self) -> String {
        let known = self.run.promises.borrow().accepted.iter().cloned().collect::<Vec<_>>();
        if self.rank == Rank::Administrator || one_in(&mut self.rng, 2) {
            return pick(&mut self.rng, &DOMAINS).to_owned();
        }
        known[self.rng.random_range(0..known.len())].clone()
    }

    /// An address that is to have a mailbox; now and then any.
    fn address(&mut self) -> Address {
        let is_mine = |domain: &str| self.rank != Rank::Administrator || DOMAINS.contains(&domain);
        let promises = self.run.promises.borrow();
        let there = promises.mailboxes.iter().filter(|(_, promise)| promise.wants != Some("absent"));
        let known: Vec<Address> = there.map(|(address, _)| address.clone()).filter(|(_, to)| is_mine(to)).collect();
        drop(promises);
        if known.is_empty() || one_in(&mut self.rng, 12) {
            return (pick(&mut self.rng, &PARTS).to_owned(), self.domain());
        }
        known[self.rng.random_range(0..known.len())].clone()
    }

    /// An address for a new mailbox; now and then one that has one.
    fn free_address(&mut self) -> Address {
        for _ in 0..9 {
            let address = (pick(&mut self.rng, &PARTS).to_owned(), self.domain());
            let promises = self.run.promises.borrow();
            if promises.mailboxes.get(&address).is_none_or(|promise| promise.wants == Some("absent")) {
                return address;
            }
        }
        self.address()
    }

    fn new_name(&mut self) -> (String, String) {
        let names = self.run.names.get();
        if names > 0 && one_in(&mut self.rng, 15) {
            // Perhaps that of another.
            return (format!("P{}", self.rng.random_range(0..names)), "Nom".to_owned());
        }
        self.run.names.set(names + 1);
        (format!("P{names}"), "Nom".to_owned())
    }

    /// A secondary address that no other mailbox has had, or none.
    fn secondary(&mut self, (part, domain): &Address) -> String {
        if one_in(&mut self.rng, 3) {
            return String::new();
        }
        let number: u32 = self.rng.random();
        format!("{part}.{}.{number:x}@ailleurs.test", domain.trim_end_matches(".test"))
    }

    async fn send_to(&mut self, verb: &str, address: &Address, fields: &[(&str, &str)]) -> Option<Page> {
        let path = format!("/domains/{}/mailboxes/{}/{verb}", address.1, address.0);
        self.send(verb, &path, fields).await
    }

    pub(super) async fn create(&mut self) {
        let address = self.free_address();
        let _lock = self.run.lock(&format!("{address:?}")).await;
        let ((first, last), secondary) = (self.new_name(), self.secondary(&address));
        let path = format!("/domains/{}/new-mailbox", address.1);
        let fields = [
            ("first_name", first.as_str()),
            ("last_name", &last),
            ("local_part", &address.0),
            ("secondary_email", &secondary),
        ];
        let before = self.run.mailbox(&address).await;
        let name = format!("{first} {last}");
        let new = Mailbox {
            wants: Some("active"),
            names: [name.clone()].into(),
            name,
            has_secondary: Some(!secondary.is_empty()),
            was_unwanted: false,
        };
        let is_stored = match self.send("create", &path, &fields).await {
            Some(page) => [200, 303].contains(&page.status),
            None => before.is_none() && self.run.mailbox(&address).await.is_some(),
        };
        if is_stored {
            self.run.promise(&address, |promise| *promise = new);
        }
    }

    pub(super) async fn edit(&mut self) {
        let address = self.address();
        let _lock = self.run.lock(&format!("{address:?}")).await;
        let Some(row) = self.run.mailbox(&address).await else { return };
        let (mut name, secondary) = (self.new_name(), self.secondary(&address));
        if one_in(&mut self.rng, 3)
            && let Some((first, last)) = row.name.split_once(' ')
        {
            name = (first.to_owned(), last.to_owned());
        }
        let fields = [("first_name", name.0.as_str()), ("last_name", &name.1), ("secondary_email", &secondary)];
        let page = self.send_to("edit", &address, &fields).await;
        let Some(page) = page else {
            self.run.read_promise(&address).await;
            return self.run.promise(&address, |promise| promise.has_secondary = None);
        };
        let has_secondary = !secondary.is_empty();
        self.run.promise(&address, |promise| {
            // The secondary address takes effect also where the names are refused.
            if promise.has_secondary != Some(has_secondary) && [303, 422].contains(&page.status) {
                promise.has_secondary = None;
            }
            if page.status == 303 {
                promise.name = format!("{} {}", name.0, name.1);
                promise.names.insert(promise.name.clone());
            }
        });
    }

    pub(super) async fn disable_or_enable(&mut self) {
        let verb = pick(&mut self.rng, &["disable", "enable"]);
        self.change_state(verb).await;
    }

    pub(super) async fn delete(&mut self) {
        self.change_state("delete").await;
    }

    async fn change_state(&mut self, verb: &str) {
        let address = self.address();
        let _lock = self.run.lock(&format!("{address:?}")).await;
        let typed = format!("{}@{}", address.0, address.1);
        match self.send_to(verb, &address, &[("address", &typed)]).await {
            None => self.run.read_promise(&address).await,
            Some(page) if page.status == 303 => self.run.promise(&address, |promise| {
                let was_there = promise.wants != Some("absent");
                promise.is_to_be(match verb {
                    "disable" => Some("inactive"),
                    "delete" => Some("absent"),
                    // One that was to be deleted is kept as it is.
                    _ => was_there.then_some("active"),
                });
            }),
            Some(_) => {}
        }
    }

    /// Two people at the same moment.
    pub(super) async fn two_at_once(&mut self) {
        let address = self.address();
        let _lock = self.run.lock(&format!("{address:?}")).await;
        let typed = format!("{}@{}", address.0, address.1);
        let verbs = [pick(&mut self.rng, &["disable", "delete"]), pick(&mut self.rng, &["enable", "retry"])];
        let fields = [("address", typed.as_str())];
        let mut other = self.at_another_window();
        let (first, second) = tokio::join!(
            Box::pin(self.send_to(verbs[0], &address, &fields)),
            Box::pin(other.send_to(verbs[1], &address, &fields)),
        );
        if first.is_none() || second.is_none() || first.is_some_and(|page| page.status == 303) {
            self.run.read_promise(&address).await;
            // Also if it is to be active again by now.
            self.run.promise(&address, |promise| promise.was_unwanted = true);
        }
    }

    pub(super) async fn retry(&mut self) {
        let address = self.address();
        let _lock = self.run.lock(&format!("{address:?}")).await;
        self.send_to("retry", &address, &[]).await;
    }

    /// Another login link or password.
    pub(super) async fn access(&mut self, verb: &str) {
        let address = self.address();
        let _lock = self.run.lock(&format!("{address:?}")).await;
        self.send_to(verb, &address, &[]).await;
    }
}
