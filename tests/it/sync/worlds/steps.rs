//! The steps of a world.

use std::time::Duration;

use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::{ALIASES, Address, DESTINATIONS, PARTS, World};
use crate::support::Answer;

/// The routes on which faults are armed, with `{d}` for the domain.
const ROUTES: [(&str, &str); 12] = [
    ("POST", "/domains/{d}/mailboxes/*"),
    ("POST", "/domains/{d}/mailboxes/*"),
    ("PATCH", "/domains/{d}/mailboxes/*"),
    ("PATCH", "/domains/{d}/mailboxes/*"),
    ("DELETE", "/domains/{d}/mailboxes/*"),
    ("GET", "/domains/{d}/mailboxes"),
    ("GET", "/domains/{d}/address/*"),
    ("POST", "/domains/{d}/aliases"),
    ("DELETE", "/domains/{d}/aliases/*/*"),
    ("GET", "/domains/{d}/aliases"),
    ("GET", "/domains/{d}/check"),
    ("GET", "/token"),
];
const KINDS: [&str; 10] = [
    "refuse_500",
    "close",
    "html_502",
    "redirect_307",
    "missing",
    "refuse_403",
    "hang",
    "slow",
    "bad_json",
    "refuse_500",
];
/// Those of calls that change something.
const OF_CHANGES: [&str; 9] = [
    "refuse_409",
    "refuse_422",
    "act_then_500",
    "act_then_close",
    "act_then_hang",
    "hang_then_act",
    "close_then_act",
    "close_then_act",
    "bad_json",
];

impl World<'_> {
    /// What the portal stores about an address: wants, known, status, names, and whether calls may act.
    pub(super) async fn row(&self, (domain, part): Address) -> Option<Vec<String>> {
        let sql = format!(
            "select wants, known, mailboxes.status, first_name || ' ' || last_name, coalesce(wanted, '-'), \
             (select count(*) from sent_calls join jobs on jobs.id = job_id where object = mailboxes.id), \
             mailboxes.id, coalesce(mailboxes.reason, '-'), case when secondary_email is null then 0 else 1 end \
             from mailboxes join domains on domains.id = domain_id \
             where name = '{}' and local_part = '{part}'",
            self.domains[domain]
        );
        let rows = self.portal.database.texts(&sql).await;
        // The names that are wanted are JSON, which holds no `|`.
        rows.first().map(|row| row.split('|').map(str::to_owned).collect())
    }

    /// The display name that the portal wants for a row.
    pub(super) fn wanted_name(row: &[String]) -> String {
        let wanted: Value = serde_json::from_str(&row[4]).unwrap_or(Value::Null);
        let name = |key: &str| wanted[key].as_str().map(str::to_owned);
        name("first_name")
            .zip(name("last_name"))
            .map_or_else(|| row[3].clone(), |(first, last)| format!("{first} {last}"))
    }

    /// Demands that a 409 has one of the few causes that it may have.
    async fn explain(&self, what: &str, address: Address, row: Option<&Vec<String>>, answer: &Answer) {
        if answer.status != 409 {
            return;
        }
        let status = self.portal.status(&self.domains[address.0]).await;
        let is_created = |row: &Vec<String>| ["enabled", "disabled"].contains(&row[2].as_str());
        let is_explained = match what {
            _ if status == "disabled" => true,
            "add" | "alias" => status != "enabled",
            "edit" => answer.mistakes().contains(&"version".to_owned()),
            // It does not exist yet, or no longer.
            "disable" | "enable" => row.is_none_or(|row| !is_created(row)),
            "retry" => true,
            _ => false,
        };
        assert!(is_explained, "{what} {address:?}: {}", answer.words());
    }

    fn new_name(&mut self) -> (String, String) {
        if self.names > 0 && self.one_in(12) {
            // Perhaps that of another.
            return (format!("P{}", self.rng.random_range(0..self.names)), "Nom".to_owned());
        }
        self.names += 1;
        (format!("P{}", self.names), "Nom".to_owned())
    }

    fn secondary(&mut self) -> String {
        if self.one_in(3) { String::new() } else { format!("s{}@ailleurs.test", self.rng.random_range(0..9)) }
    }

    pub(super) async fn create(&mut self) {
        let address = self.free_address();
        let ((first, last), secondary) = (self.new_name(), self.secondary());
        let path = format!("/domains/{}/new-mailbox", self.domains[address.0]);
        let fields = [
            ("first_name", first.as_str()),
            ("last_name", &last),
            ("local_part", address.1),
            ("secondary_email", &secondary),
        ];
        let before = self.row(address).await;
        self.collect_emails();
        let answer = self.send("create", &path, &fields).await;
        if let Some(answer) = &answer {
            self.explain("create", address, before.as_ref(), answer).await;
        }
        let is_accepted = match answer {
            Some(answer) => [200, 303].contains(&answer.status),
            None => before.is_none() && self.row(address).await.is_some(),
        };
        if !is_accepted {
            return;
        }
        let (name, emails_before) = (format!("{first} {last}"), self.emails_about(address));
        let promise = self.promise(address);
        let foreign = promise.foreign.take();
        *promise = super::Promise {
            is_there: true,
            is_active: Some(true),
            names: [name.clone()].into(),
            name,
            has_secondary: Some(!secondary.is_empty()),
            creations: 1,
            emails_before,
            foreign,
            ..super::Promise::default()
        };
    }

    pub(super) async fn edit(&mut self) {
        let address = self.address();
        let Some(row) = self.row(address).await else { return };
        let (mut name, mut secondary) = (self.new_name(), self.secondary());
        let former: Vec<String> = self.promise(address).names.iter().cloned().collect();
        let kept = match self.rng.random_range(0..4) {
            0 => Some(Self::wanted_name(&row)),
            1 => former.choose(&mut self.rng).cloned(),
            _ => None,
        };
        if let Some((first, last)) = kept.as_ref().and_then(|name| name.split_once(' ')) {
            name = (first.to_owned(), last.to_owned());
        }
        if self.one_in(2) {
            secondary = "s0@ailleurs.test".to_owned();
        }
        let version = if self.one_in(12) { "0" } else { "" };
        let path = format!("/domains/{}/mailboxes/{}/edit", self.domains[address.0], address.1);
        let fields = [
            ("first_name", name.0.as_str()),
            ("last_name", &name.1),
            ("secondary_email", &secondary),
            ("version", version),
        ];
        let answer = self.send("edit", &path, &fields).await;
        if let Some(answer) = &answer {
            self.explain("edit", address, Some(&row), answer).await;
        }
        let wanted = format!("{} {}", name.0, name.1);
        let is_accepted = match &answer {
            Some(answer) => answer.status == 303,
            None => self.row(address).await.is_some_and(|row| Self::wanted_name(&row) == wanted),
        };
        let is_gone = row[1] == "gone";
        let promise = self.promise(address);
        if promise.has_secondary != Some(!secondary.is_empty())
            && answer.is_none_or(|answer| [303, 422].contains(&answer.status))
        {
            promise.has_secondary = None;
        }
        if is_accepted {
            promise.names.insert(wanted.clone());
            promise.name = wanted;
            if is_gone {
                promise.was_asked_again = true;
                promise.creations += 1;
            }
        }
    }

    pub(super) async fn disable_or_enable(&mut self) {
        let verb = self.pick(&["disable", "enable"]);
        let address = self.address();
        let Some(row) = self.row(address).await else { return };
        let path = format!("/domains/{}/mailboxes/{}/{verb}", self.domains[address.0], address.1);
        let email = self.email(address);
        let answer = self.send(verb, &path, &[("address", &email)]).await;
        if let Some(answer) = &answer {
            self.explain(verb, address, Some(&row), answer).await;
        }
        match answer {
            Some(answer) if answer.status == 303 => {
                let promise = self.promise(address);
                let was_there = std::mem::replace(&mut promise.is_there, true);
                promise.is_active = if verb == "disable" { Some(false) } else { was_there.then_some(true) };
                promise.was_unwanted |= verb == "disable" || !was_there;
            }
            Some(_) => {}
            None => self.resync(address).await,
        }
    }

    /// Reads what is wanted, where no answer told whether it was stored.
    async fn resync(&mut self, address: Address) {
        let row = self.row(address).await;
        let promise = self.promise(address);
        promise.is_there = row.as_ref().is_some_and(|row| row[0] != "absent");
        let Some(row) = row else { return };
        promise.is_active = Some(row[0] == "active").filter(|_| promise.is_there);
        promise.was_unwanted |= row[0] != "active";
    }

    pub(super) async fn delete(&mut self) {
        let address = self.address();
        let Some(row) = self.row(address).await else { return };
        let path = format!("/domains/{}/mailboxes/{}/delete", self.domains[address.0], address.1);
        let email = self.email(address);
        let answer = self.send("delete", &path, &[("address", &email)]).await;
        match answer {
            Some(answer) => {
                self.explain("delete", address, Some(&row), &answer).await;
                if answer.status == 303 {
                    let promise = self.promise(address);
                    (promise.is_there, promise.was_unwanted) = (false, true);
                }
            }
            None => self.resync(address).await,
        }
    }

    pub(super) async fn retry(&mut self) {
        let address = self.address();
        let Some(row) = self.row(address).await else { return };
        let path = format!("/domains/{}/mailboxes/{}/retry", self.domains[address.0], address.1);
        let answer = self.send("retry", &path, &[]).await;
        if let Some(answer) = &answer {
            self.explain("retry", address, Some(&row), answer).await;
        }
        if row[1] == "gone" && answer.is_none_or(|answer| answer.status == 303) {
            let promise = self.promise(address);
            promise.was_asked_again = true;
            promise.creations += 1;
        }
    }

    pub(super) async fn bulk(&mut self) {
        let action = self.pick(&["disable", "enable"]);
        let domain = self.pick(&[0, 1]);
        let chosen: Vec<&'static str> = PARTS.into_iter().filter(|_| self.rng.random_ratio(1, 2)).collect();
        let path = format!("/domains/{}/selected-mailboxes", self.domains[domain]);
        let mut fields = vec![("action", action), ("confirm", "yes")];
        fields.extend(chosen.iter().map(|part| ("mailbox", *part)));
        if chosen.is_empty() {
            return;
        }
        let answer = self.send("bulk", &path, &fields).await;
        if answer.is_none_or(|answer| answer.status == 303) {
            for part in chosen {
                if let Some(row) = self.row((domain, part)).await
                    && row[0] == if action == "disable" { "inactive" } else { "active" }
                {
                    self.resync((domain, part)).await;
                }
            }
        }
    }

    fn alias(&mut self) -> Address {
        (self.pick(&[0, 0, 1]), self.pick(&ALIASES))
    }

    /// Reads which destinations are wanted, where no answer told whether that was stored.
    async fn resync_alias(&mut self, alias: Address) {
        for to in DESTINATIONS {
            let is_wanted = self.pair(alias, to).await.is_some_and(|pair| pair.starts_with("1|"));
            self.pairs.entry((alias, to)).or_default().is_wanted = is_wanted;
        }
    }

    /// What the portal stores about a destination: whether it is wanted, its status.
    pub(super) async fn pair(&self, (domain, part): Address, to: &str) -> Option<String> {
        let sql = format!(
            "select wanted, aliases.status, known from aliases join domains on domains.id = domain_id \
             where name = '{}' and local_part = '{part}' and destination = '{to}'",
            self.domains[domain]
        );
        self.portal.database.texts(&sql).await.pop()
    }

    pub(super) async fn add_destinations(&mut self) {
        let alias = self.alias();
        let chosen: Vec<&'static str> = DESTINATIONS.into_iter().filter(|_| self.rng.random_ratio(1, 3)).collect();
        if chosen.is_empty() {
            return;
        }
        let path = format!("/domains/{}/new-alias", self.domains[alias.0]);
        let mut fields = vec![("local_part", alias.1)];
        fields.extend(chosen.iter().map(|to| ("destination", *to)));
        let answer = self.send("alias", &path, &fields).await;
        match answer {
            Some(answer) => {
                self.explain("alias", alias, None, &answer).await;
                for to in chosen {
                    if answer.status == 303 {
                        let pair = self.pairs.entry((alias, to)).or_default();
                        (pair.is_wanted, pair.is_touched) = (true, false);
                    }
                }
            }
            None => self.resync_alias(alias).await,
        }
    }

    pub(super) async fn remove_destination(&mut self) {
        let (alias, to) = (self.alias(), self.pick(&DESTINATIONS));
        let path = format!("/domains/{}/aliases/{}/remove", self.domains[alias.0], alias.1);
        match self.send("remove", &path, &[("destination", to)]).await {
            Some(answer) => {
                self.explain("remove", alias, None, &answer).await;
                if answer.status == 303 {
                    self.pairs.entry((alias, to)).or_default().is_wanted = false;
                }
            }
            None => self.resync_alias(alias).await,
        }
    }

    pub(super) async fn delete_alias(&mut self) {
        let alias = self.alias();
        let path = format!("/domains/{}/aliases/{}/delete", self.domains[alias.0], alias.1);
        match self.send("unalias", &path, &[]).await {
            Some(answer) => {
                self.explain("unalias", alias, None, &answer).await;
                for to in DESTINATIONS {
                    if answer.status == 303 {
                        self.pairs.entry((alias, to)).or_default().is_wanted = false;
                    }
                }
            }
            None => self.resync_alias(alias).await,
        }
    }

    /// Lets the next calls of a route fail.
    pub(super) async fn arm(&mut self) {
        let domain = self.pick(&[0, 0, 1, 1, 2]);
        let (method, route) = self.pick(&ROUTES);
        let kind = if method != "GET" && self.one_in(2) { self.pick(&OF_CHANGES) } else { self.pick(&KINDS) };
        let times = if self.one_in(10) { 50 } else { self.pick(&[1, 1, 2, 3]) };
        let is_silent = kind.contains("hang");
        let (times, seconds) = if is_silent { (1, 0.4) } else { (times, 0.05) };
        let path = if self.one_in(3) { route.replace("{d}", &self.domains[domain]) } else { route.replace("{d}", "*") };
        self.portal.dimail.lasting_fault(method, &path, kind, times, seconds).await;
        self.log.push(format!("{kind} at {method} {path}, {times} times"));
        *self.tally.entry(format!("fault {kind}")).or_default() += 1;
    }

    /// A call of another client of dimail, which meets no fault.
    async fn call_by_other(&mut self, method: &'static str, path: &str, body: &Value) -> u16 {
        let faults = self.portal.dimail.state().await["faults"].clone();
        self.portal.dimail.lose_faults().await;
        let status = self.portal.dimail.call_as_admin(method, path, body).await;
        for fault in faults.as_array().expect("faults") {
            self.portal.dimail.arm(fault).await;
        }
        self.log.push(format!("others: {method} {path} {body}: {status}"));
        *self.tally.entry(format!("others {method} {status}")).or_default() += 1;
        status
    }

    /// Another client of dimail makes, renames, disables or deletes a mailbox, or changes an alias.
    pub(super) async fn others(&mut self) {
        self.quiet().await;
        let address = self.address();
        let row = self.row(address).await;
        let path = format!("/domains/{}/mailboxes/{}", self.domains[address.0], address.1);
        if self.promise(address).foreign.is_some() {
            if self.one_in(2) && self.call_by_other("DELETE", &path, &Value::Null).await < 300 {
                self.promise(address).foreign = None;
            }
            return;
        }
        let (wants, known) = row.as_ref().map_or(("", ""), |row| (row[0].as_str(), row[1].as_str()));
        let is_certain = row.as_ref().is_none_or(|row| row[5] == "0");
        match known {
            // Of what the portal is about to delete, nobody can tell whose it is.
            "" | "new" | "absent" => self.make_by_other(address, &path).await,
            "active" | "inactive" if is_certain && wants != "absent" => self.touch(address, &path).await,
            _ => self.touch_alias().await,
        }
    }

    async fn make_by_other(&mut self, address: Address, path: &str) {
        self.names += 1;
        let name = format!("P{}", self.names);
        let body = json!({"givenName": name, "surName": "Autrui", "displayName": format!("{name} Autrui")});
        if self.call_by_other("POST", path, &body).await == 201 {
            let email = self.email(address);
            self.promise(address).foreign = self.portal.dimail.mailbox(&email).await;
        }
    }

    async fn touch(&mut self, address: Address, path: &str) {
        match self.rng.random_range(0..3) {
            0 => {
                self.names += 1;
                let (given, name) = (format!("P{}", self.names), format!("P{} Autrui", self.names));
                let body = json!({"givenName": given, "surName": "Autrui", "displayName": name});
                if self.call_by_other("PATCH", path, &body).await < 300 {
                    self.promise(address).renamed.insert(name);
                }
            }
            1 => {
                if self.call_by_other("PATCH", path, &json!({"active": "no"})).await < 300 {
                    self.promise(address).is_touched = true;
                }
            }
            _ => {
                if self.call_by_other("DELETE", path, &Value::Null).await < 300 {
                    let promise = self.promise(address);
                    (promise.is_deleted, promise.was_asked_again) = (true, false);
                }
            }
        }
    }

    async fn touch_alias(&mut self) {
        let (alias, to) = (self.alias(), self.pick(&DESTINATIONS));
        let path = format!("/domains/{}/aliases/{}/{to}", self.domains[alias.0], alias.1);
        if self.call_by_other("DELETE", &path, &Value::Null).await < 300 {
            self.pairs.entry((alias, to)).or_default().is_touched = true;
        }
    }

    /// The second domain leaves or enters `enabled`, or is closed or reopened by staff.
    pub(super) async fn domain_changes(&mut self) {
        let domain = self.domains[1].clone();
        let status = self.portal.status(&domain).await;
        self.log.push(format!("{domain} is {status}"));
        match status {
            "disabled" => self.portal.enable(&domain).await,
            "enabled" if self.one_in(4) => self.portal.disable(&domain, "fermé").await,
            "enabled" => self.portal.dimail.finds(&domain, &["wrong_mx"], &[], true).await,
            _ => self.portal.dimail.finds_nothing_wrong(&domain).await,
        }
        for _ in 0..2 {
            self.portal.wait(Duration::from_secs(2));
            let path = format!("/domains/{domain}/check");
            self.send("check", &path, &[]).await;
        }
        let status = self.portal.status(&domain).await;
        self.log.push(format!("{domain} is {status} now"));
        *self.tally.entry(format!("domain {status}")).or_default() += 1;
    }
}
