//! What people ask for about domains.

use std::time::Duration;

use rand::Rng;

use super::DOMAINS;
use super::people::{Person, Rank};
use crate::support::world::SUPPORT;

/// The domain that staff closes and opens again.
const CLOSED: &str = DOMAINS[1];

impl Person<'_> {
    pub(super) async fn add_domain(&mut self) {
        if self.rank == Rank::Administrator {
            return self.check_now().await;
        }
        let name = format!("commune{}.test", self.rng.random_range(0..1000));
        let _lock = self.run.lock(&name).await;
        let page = self.send("add domain", "/domains/new", &[("name", &name), ("support_email", SUPPORT)]).await;
        let is_stored = match page {
            Some(page) => page.status == 303,
            None => self.run.world.database.count(&format!("domains where name = '{name}'")).await == 1,
        };
        if is_stored {
            let accepted = format!("domains where name = '{name}' and accepted_at is not null");
            let is_accepted = self.run.world.database.count(&accepted).await == 1;
            self.run.promises.borrow_mut().domain_is_added(&name, is_accepted);
        }
    }

    pub(super) async fn check_now(&mut self) {
        let path = format!("/domains/{}/check", self.domain());
        self.send("check now", &path, &[]).await;
    }

    pub(super) async fn edit_support(&mut self) {
        let domain = self.domain();
        let _lock = self.run.lock(&format!("support {domain}")).await;
        let typed = format!("aide{}@mairie.test", self.rng.random_range(0..50));
        let path = format!("/domains/{domain}/edit");
        let page = self.send("support address", &path, &[("support_email", &typed)]).await;
        let stored = match page {
            Some(page) => (page.status == 303).then_some(typed),
            None => self
                .run
                .row(&format!("select support_email from domains where name = '{domain}'"))
                .await
                .map(|row| row[0].clone()),
        };
        if let Some(stored) = stored {
            self.run.promises.borrow_mut().supports.insert(domain, stored);
        }
    }

    /// Operators close a domain for a while.
    pub(super) async fn close_for_a_while(&mut self) {
        let _lock = self.run.lock("close").await;
        self.run.asked.set(self.run.asked.get() + 2);
        let is_closed = self.run.operator(&["domains", "disable", CLOSED, "--reason", "en travaux"]).await;
        self.run.count(format!("close {is_closed}"));
        tokio::time::sleep(Duration::from_millis(self.rng.random_range(200..1500))).await;
        // It is open even where dimail does not answer its check, of which the exit status speaks.
        let is_checked = self.run.operator(&["domains", "enable", CLOSED]).await;
        self.run.count(format!("open {is_checked}"));
    }
}
