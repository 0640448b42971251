//! What people ask for about aliases.

use super::people::Person;
use super::promises::Address;
use super::{DOMAINS, Run, one_in, pick};

const ALIASES: [&str; 4] = ["accueil", "contact", "mairie", "presse"];
pub(super) const DESTINATIONS: [&str; 4] = ["a@ailleurs.test", "b@ailleurs.test", "c@ailleurs.test", "d@ailleurs.test"];

impl Run {
    /// What the portal stores about a destination: whether it is wanted, its status, what is known.
    pub(super) async fn destination(&self, (part, domain): &Address, to: &str) -> Option<Vec<String>> {
        let sql = format!(
            "select wanted, aliases.status, known from aliases join domains on domains.id = domain_id \
             where name = '{domain}' and local_part = '{part}' and destination = '{to}'"
        );
        self.row(&sql).await
    }

    /// Promises what the database has, where no answer told.
    pub(super) async fn read_destinations(&self, alias: &Address) {
        for to in DESTINATIONS {
            let is_wanted = self.destination(alias, to).await.is_some_and(|row| row[0] == "1");
            self.promises.borrow_mut().destinations.insert((alias.clone(), to), is_wanted);
        }
    }

    fn promise_destinations(&self, alias: &Address, all: &[&'static str], is_wanted: bool) {
        let mut promises = self.promises.borrow_mut();
        promises.destinations.extend(all.iter().map(|to| ((alias.clone(), *to), is_wanted)));
    }
}

impl Person<'_> {
    fn alias(&mut self) -> Address {
        (pick(&mut self.rng, &ALIASES).to_owned(), pick(&mut self.rng, &DOMAINS).to_owned())
    }

    /// Sends a form about these destinations, which are wanted afterwards or not.
    async fn change(&mut self, what: &str, alias: &Address, (path, fields): (&str, &[(&str, &str)]), is_wanted: bool) {
        let all: Vec<&'static str> = match what {
            "delete alias" => DESTINATIONS.to_vec(),
            _ => DESTINATIONS.into_iter().filter(|to| fields.iter().any(|(_, value)| value == to)).collect(),
        };
        match self.send(what, path, fields).await {
            None => self.run.read_destinations(alias).await,
            // Some of them may have been refused.
            Some(page) if page.status == 303 && is_wanted && all.len() > 1 => self.run.read_destinations(alias).await,
            Some(page) if page.status == 303 => self.run.promise_destinations(alias, &all, is_wanted),
            Some(_) => {}
        }
    }

    pub(super) async fn add_destinations(&mut self) {
        let alias = self.alias();
        let _lock = self.run.lock(&format!("alias {alias:?}")).await;
        if one_in(&mut self.rng, 3) {
            let path = format!("/domains/{}/aliases/{}/add", alias.1, alias.0);
            let fields = [("destination", pick(&mut self.rng, &DESTINATIONS))];
            return self.change("add destination", &alias, (&path, &fields), true).await;
        }
        let path = format!("/domains/{}/new-alias", alias.1);
        let mut fields = vec![("local_part", alias.0.as_str())];
        fields.extend(DESTINATIONS.into_iter().filter(|_| one_in(&mut self.rng, 2)).map(|to| ("destination", to)));
        self.change("create alias", &alias, (&path, &fields), true).await;
    }

    pub(super) async fn remove_destination(&mut self) {
        let alias = self.alias();
        let _lock = self.run.lock(&format!("alias {alias:?}")).await;
        let path = format!("/domains/{}/aliases/{}/remove", alias.1, alias.0);
        let fields = [("destination", pick(&mut self.rng, &DESTINATIONS))];
        self.change("remove destination", &alias, (&path, &fields), false).await;
    }

    pub(super) async fn delete_alias(&mut self) {
        let alias = self.alias();
        let _lock = self.run.lock(&format!("alias {alias:?}")).await;
        let path = format!("/domains/{}/aliases/{}/delete", alias.1, alias.0);
        self.change("delete alias", &alias, (&path, &[]), false).await;
    }
}
