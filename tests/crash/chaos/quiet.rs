//! The end of a run: nothing fails any longer, and time passes until nothing is left to do.

use std::time::Duration;

use super::Run;
use crate::support::browser::Browser;
use crate::support::world::{ANNA, PASSWORD, PATIENCE, Portal};

/// How long the leases of killed portals last at most.
const LEASES: Duration = Duration::from_secs(31);
/// Name servers that did not answer are asked again after a day at most.
const A_DAY: Duration = Duration::from_hours(25);
/// How often that may be.
const DAYS: usize = 12;
/// A job that is to run within this time is waited for.
const SOON: Duration = Duration::from_mins(1);
const MAILBOXES_AND_ALIASES: &str = "jobs where kind in ('mailbox', 'alias')";
/// A mailbox of which a call may still make the other half: asked for again and again until it can act no longer.
const HALF_MADE: &str = "trouble like '%the mailbox is not yet%' and id in (select job_id from sent_calls)";
const DUE_EMAILS: &str = "emails where state = 'waiting' and due_at is not null";

#[expect(clippy::disallowed_methods, reason = "the clock of the portals, which are processes of their own")]
fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

impl Run {
    pub(super) async fn settle(&mut self, portals: &mut [Portal]) {
        self.remove_faults().await;
        self.smtp.behave();
        let domains = self.promises.borrow().domains.clone();
        for domain in domains {
            self.world.dimail.finds(&domain, &[]).await;
        }
        self.pass(portals, LEASES).await;
        for closed in self.world.database.texts("select name from domains where status = 'disabled'").await {
            assert!(self.operator(&["domains", "enable", &closed]).await, "{closed} is opened again");
        }
        self.all_is_done().await;
        self.only_calls_that_may_act().await;
        self.days_pass(portals).await;
        self.retry_what_failed(portals).await;
        self.all_is_done().await;
        self.days_pass(portals).await;
    }

    /// Waits until all that can be done now is done.
    async fn all_is_done(&self) {
        let is_done = || async {
            let soon = now() + i64::try_from(SOON.as_micros()).expect("short");
            let due =
                format!("{MAILBOXES_AND_ALIASES} and (claim is not null or due_at < {soon}) and not ({HALF_MADE})");
            self.world.database.count(&due).await + self.world.database.count(DUE_EMAILS).await == 0
        };
        let took = self.world.until("all that is due", is_done).await;
        self.note(format!("all that is due is done after {took:.1?}"));
    }

    /// What waits now is observed once more when no call can act any longer, or waits for its domain.
    async fn only_calls_that_may_act(&self) {
        let others = "select kind, object, due_at, trouble from jobs where kind in ('mailbox', 'alias') \
                      and waits_for is null and id not in (select job_id from sent_calls)";
        assert_eq!(self.world.database.texts(others).await, Vec::<String>::new(), "jobs that wait for nothing");
        let left = self.world.database.count(MAILBOXES_AND_ALIASES).await;
        self.note(format!("{left} objects wait for calls that may act, or for their domains"));
        self.tally.borrow_mut().insert("waited".to_owned(), usize::try_from(left).expect("a number"));
    }

    async fn days_pass(&self, portals: &mut [Portal]) {
        let domains = "domains where status <> 'enabled' and refusal is null";
        let emails = "emails where state = 'waiting'";
        for _ in 0..DAYS {
            let left =
                [MAILBOXES_AND_ALIASES, domains, emails, "sent_calls"].map(|what| self.world.database.count(what));
            if futures::future::join_all(left).await.iter().sum::<i64>() == 0 {
                return;
            }
            self.pass(portals, A_DAY).await;
            self.checks_are_done().await;
            self.all_is_done().await;
        }
        let mut left = Vec::new();
        for what in [
            "select kind, object, due_at, waits_for, trouble from jobs where kind <> 'domain'",
            "select name, status, due_at, trouble from domains left join jobs on domain_id = domains.id \
             and kind = 'domain' where status <> 'enabled' and refusal is null",
            "select emails.kind, due_at, wants, known from emails left join mailboxes on mailboxes.id = mailbox_id \
             where state = 'waiting'",
            "select call, sent_at from sent_calls",
        ] {
            left.extend(self.world.database.texts(what).await);
        }
        panic!("left after {DAYS} days: {left:#?}");
    }

    /// Waits until the checks that are due are done, and what waited for them is released.
    async fn checks_are_done(&self) {
        let now = now();
        let checks = format!("jobs where kind = 'domain' and (claim is not null or due_at < {now})");
        let releasing = "domains where releasing = 1";
        let is_done =
            || async { self.world.database.count(&checks).await + self.world.database.count(releasing).await == 0 };
        self.world.until("all checks", is_done).await;
    }

    /// The portals stop, time passes, and they start again. What dimail still had to do was done in time.
    async fn pass(&self, portals: &mut [Portal], time: Duration) {
        for portal in portals.iter() {
            portal.process.terminate();
        }
        for portal in portals.iter_mut() {
            portal.process.end(PATIENCE).await;
        }
        let is_idle = || async { self.world.dimail.state().await["inside"].as_u64() == Some(0) };
        self.world.until("calls inside dimail", is_idle).await;
        self.act_late().await;
        let time = time.as_micros();
        for sql in [
            format!("update jobs set due_at = due_at - {time} where due_at is not null"),
            format!("update emails set due_at = due_at - {time} where state = 'waiting' and due_at is not null"),
            format!("update emails set lease_until = lease_until - {time} where lease_until is not null"),
            format!("update sent_calls set sent_at = sent_at - {time}"),
        ] {
            self.world.database.change(&sql).await;
        }
        self.note("the portals are stopped, time passes");
        for portal in portals {
            self.world.again(portal).await;
        }
    }

    /// People try again what was refused.
    async fn retry_what_failed(&self, portals: &[Portal]) {
        let anna = Browser::sign_in(&portals[0].url, ANNA, PASSWORD).await;
        let failed = "select local_part, name, mailboxes.reason from mailboxes join domains on domains.id = domain_id \
                      where mailboxes.status = 'failed' and known in ('new', 'absent')";
        for row in self.world.database.texts(failed).await {
            let parts: Vec<&str> = row.split('|').collect();
            let page = anna.post(&format!("/domains/{}/mailboxes/{}/retry", parts[1], parts[0]), &[]).await;
            self.note(format!("retry {row}: {} {}", page.status, page.number));
            self.count(format!("retry of what failed {}", page.status));
            // One that was to be deleted may be gone by now.
            assert!([303, 404, 409, 422].contains(&page.status), "{}", page.text);
        }
    }
}
