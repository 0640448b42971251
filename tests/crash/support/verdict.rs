//! The result that every activation must have, whatever happened during it.

use std::collections::BTreeMap;

use futures::StreamExt;
use reqwest::header::LOCATION;

use super::browser::client;
use super::smtp::Received;
use super::world::{ANNA, SUPPORT, Wanted, World};

/// How many links are tried at a time.
const LINKS: usize = 2;
/// How often the button of a link is pressed while dimail does not answer in time.
const PRESSES: usize = 60;

/// What may differ between two activations.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Creations that were sent to dimail again because the first had no answer.
    pub(crate) creations_repeated: usize,
    /// Emails that arrived twice, with the same Message-ID.
    pub(crate) emails_twice: usize,
    /// Mailboxes whose first password was not shown to anyone.
    pub(crate) to_hand_over: usize,
    /// Creations by account at dimail.
    pub(crate) by_account: BTreeMap<String, usize>,
}

/// Demands that each mailbox exists at dimail once, was created once, and that its user has access.
pub(crate) async fn each_once(world: &World, domain: &str, wanted: &[Wanted]) -> Tally {
    let mut tally = Tally::default();
    at_dimail(world, domain, wanted, &mut tally).await;
    in_database(world, domain, wanted.len()).await;
    let emails = emails(world);
    for one in wanted {
        match &one.secondary {
            Some(secondary) => reached(&emails, secondary, &mut tally),
            None => tally.to_hand_over += 1,
        }
    }
    let unseen = world.database.count("mailboxes where to_hand_over = 1 and secondary_email is null").await;
    assert_eq!(usize::try_from(unseen).ok(), Some(tally.to_hand_over), "mailboxes to hand over");
    let links = wanted.iter().filter_map(|one| emails.get(one.secondary.as_deref()?)).flatten();
    let links: Vec<String> = links.map(link).collect();
    let open = futures::stream::iter(&links).map(|link| signs_in(world, link)).buffer_unordered(LINKS);
    let closed = open.filter(|opens| std::future::ready(!opens)).count().await;
    assert_eq!(closed, 0, "links that don't work, of {}", links.len());
    tally
}

async fn at_dimail(world: &World, domain: &str, wanted: &[Wanted], tally: &mut Tally) {
    let names: Vec<String> = wanted.iter().map(|one| one.local_part.clone()).collect();
    assert_eq!(world.dimail.mailboxes(domain).await, names, "the mailboxes at dimail");
    let creations = world.dimail.creations(domain).await;
    for one in wanted {
        let asked = creations.get(&one.local_part).unwrap_or_else(|| panic!("{} never asked for", one.local_part));
        let (last, before) = asked.split_last().expect("at least one");
        assert!(before.iter().all(|creation| creation.status == 0), "repeated after an answer: {asked:?}");
        assert!(matches!(last.status, 0 | 201), "{}: {asked:?}", one.local_part);
        tally.creations_repeated += before.len();
        *tally.by_account.entry(last.user.clone()).or_default() += 1;
    }
}

async fn in_database(world: &World, domain: &str, size: usize) {
    let enabled = world.mailboxes(domain, "enabled").await;
    assert_eq!(usize::try_from(enabled).ok(), Some(size), "enabled mailboxes");
    let texts = |sql: &'static str| world.database.texts(sql);
    let none = Vec::<String>::new();
    assert_eq!(texts("select local_part from mailboxes where status = 'pending'").await, none, "pending");
    assert_eq!(texts("select kind, object from jobs where lane = 'changes'").await, none, "open jobs");
    let waiting = "select kind, subject from changes where outcome = 'waiting'";
    assert_eq!(texts(waiting).await, none, "changes that wait");
    let unsent = "select recipient, state, trouble from emails where state <> 'sent'";
    assert_eq!(texts(unsent).await, none, "emails that have not left");
    // One email was stored for each reason, so two arrivals are the same email.
    let doubled = "select mailbox_id, kind, count(*) from emails where mailbox_id is not null \
                   group by mailbox_id, kind having count(*) > 1";
    assert_eq!(texts(doubled).await, none, "emails stored twice");
}

fn emails(world: &World) -> BTreeMap<String, Vec<Received>> {
    let mut emails: BTreeMap<String, Vec<Received>> = BTreeMap::new();
    for email in world.post.emails() {
        emails.entry(email.to.clone()).or_default().push(email);
    }
    emails
}

/// Demands that the user got the email once, or several times with the same Message-ID.
fn reached(emails: &BTreeMap<String, Vec<Received>>, secondary: &str, tally: &mut Tally) {
    let got = emails.get(secondary).unwrap_or_else(|| panic!("{secondary} got no email"));
    assert!(got.iter().all(|email| message_id(email) == message_id(&got[0])), "{secondary}: two emails");
    tally.emails_twice += got.len() - 1;
}

/// Demands the two emails about an enabled domain: one to the owner, one to the support address.
pub(crate) fn domain_ready(world: &World, emails_before: usize) {
    let emails = world.post.emails();
    let about: Vec<&Received> =
        emails.iter().skip(emails_before).filter(|email| [ANNA, SUPPORT].contains(&email.to.as_str())).collect();
    let mut ids: Vec<String> = about.iter().map(|email| message_id(email)).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2, "{:?}", about.iter().map(|email| &email.to).collect::<Vec<_>>());
}

fn message_id(email: &Received) -> String {
    let id = email.data.lines().find_map(|line| line.strip_prefix("Message-ID: "));
    id.unwrap_or_else(|| panic!("no Message-ID: {}", email.data)).to_owned()
}

fn link(email: &Received) -> String {
    let text = email.decoded();
    let link = text.split_whitespace().find(|word| word.starts_with("http") && word.contains("/login-link/"));
    link.unwrap_or_else(|| panic!("no link: {text}")).to_owned()
}

/// Whether the button of a link leads to a code that works. While dimail is busy it is pressed again.
async fn signs_in(world: &World, link: &str) -> bool {
    for _ in 0..PRESSES {
        let answer = client().post(link).send().await.expect("an answer of the portal");
        match answer.status().as_u16() {
            303 => {
                let code = answer.headers().get(LOCATION).and_then(|code| code.to_str().ok()).expect("an address");
                return world.dimail.opens(code).await;
            }
            503 => {}
            status => panic!("{link}: {status}"),
        }
    }
    false
}
