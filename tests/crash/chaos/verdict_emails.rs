//! What must hold at the end of the emails: each was sent once, and twice only where a portal was killed between the
//! yes of the SMTP server and its recording.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Run;
use super::promises::{Address, Mailbox};

/// How long the recording of an email that has left may take: as long as the database fails, and a little more.
const RECORDING: Duration = Duration::from_secs(4);

impl Run {
    pub(super) async fn check_emails(&self, promises: &BTreeMap<Address, Mailbox>) {
        let mut arrived: BTreeMap<String, Vec<(Instant, String)>> = BTreeMap::new();
        for email in self.smtp.emails() {
            let id = email.data.lines().find_map(|line| line.strip_prefix("Message-ID: <")).expect("a Message-ID");
            let key = id.split('@').next().expect("a key").to_owned();
            arrived.entry(key).or_default().push((email.at, email.to));
        }
        let stored = self.world.database.texts("select id, state, recipient, attempts from emails").await;
        let stored: BTreeMap<&str, Vec<&str>> = stored
            .iter()
            .filter_map(|row| row.split_once('|').map(|(id, rest)| (id, rest.split('|').collect())))
            .collect();
        let mut doubled = 0;
        for (key, copies) in &mut arrived {
            copies.sort();
            let (times, to): (Vec<Instant>, Vec<&String>) = copies.iter().map(|(at, to)| (*at, to)).unzip();
            let row = stored.get(key.as_str()).unwrap_or_else(|| panic!("an unknown email to {to:?}"));
            assert!(to.iter().all(|one| *one == to[0]), "{key} left to several: {to:?}");
            for pair in times.windows(2) {
                assert!(self.was_killed_between(pair[0], pair[1]), "{key} left twice without a kill: {times:?}");
            }
            // One that was killed after the server's yes may be withdrawn before it is sent again.
            assert!(["sent", "withdrawn"].contains(&row[0]), "{key} has left: {row:?}");
            doubled += to.len() - 1;
        }
        for (key, row) in &stored {
            assert!(row[0] != "sent" || arrived.contains_key(*key), "{key} has not arrived: {row:?}");
        }
        let counted = [("emails", arrived.len()), ("emails twice", doubled)];
        self.tally.borrow_mut().extend(counted.map(|(what, times)| (what.to_owned(), times)));
        self.one_each(promises).await;
    }

    /// Whether a portal was killed between the first arrival of an email and its recording.
    fn was_killed_between(&self, first: Instant, second: Instant) -> bool {
        self.kills.borrow().iter().any(|kill| first < *kill && *kill < second && *kill < first + RECORDING)
    }

    /// One email about each new mailbox and about each invitation.
    async fn one_each(&self, promises: &BTreeMap<Address, Mailbox>) {
        let too_many = "select mailbox_id, count(*) from emails where kind = 'new_mailbox' group by mailbox_id \
                        having count(*) > 1 and count(*) > (select count(*) from changes where kind = 'create_mailbox' \
                        and object = mailbox_id)";
        assert_eq!(self.world.database.texts(too_many).await, Vec::<String>::new(), "emails about one mailbox");
        let invitations = "select invitations.id from invitations where (select count(*) from emails \
                           where invitation_id = invitations.id and state = 'sent') <> 1";
        assert_eq!(self.world.database.texts(invitations).await, Vec::<String>::new(), "emails about invitations");
        for (address, promise) in promises {
            let Some(row) = self.mailbox(address).await else { continue };
            let sql = format!("emails where kind = 'new_mailbox' and state = 'sent' and mailbox_id = '{}'", row.id);
            let sent = self.world.database.count(&sql).await;
            match promise.has_secondary {
                Some(false) => assert_eq!(sent, 0, "{address:?} has no other address"),
                Some(true) if row.known == "active" && !promise.was_unwanted => {
                    assert_eq!(sent, 1, "the email about {address:?}");
                }
                _ => {}
            }
        }
    }
}
