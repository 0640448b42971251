//! A domain's pages are found by its name as people write it, by those who may see them.

use crate::support::{Anna, Dan, Eve, Portal, on_both};

on_both!(a_typed_name_leads_to_the_ascii_address, a_typed_name_tells_strangers_nothing);

/// Other ways to write `xn--orlans-dva.fr`.
const SPELLINGS: [&str; 6] = [
    "orl%C3%A9ans.fr",
    "ORL%C3%89ANS.FR",
    "Orl%C3%A9ans.fr.",
    "XN--ORLANS-DVA.FR",
    // As macOS writes it, with an accent of its own; in full width.
    "orle%CC%81ans.fr",
    "%EF%BD%8Frl%C3%A9ans.fr",
];
const PAGES: [&str; 7] =
    ["", "/mailboxes?q=a%2Fb&sort=-name", "/dns", "/edit", "/new-mailbox", "/journal?q=x", "/check"];

async fn a_typed_name_leads_to_the_ascii_address(portal: &Portal) {
    portal.add_domain(Anna, "orléans.fr").await;
    let (anna, eve) = (portal.sign_in(Anna).await, portal.sign_in(Eve).await);
    for spelling in SPELLINGS {
        for page in PAGES {
            let to = format!("/domains/xn--orlans-dva.fr{page}");
            assert_eq!(anna.get(&format!("/domains/{spelling}{page}")).await.is(302).location(), to);
        }
        let staff = eve.get(&format!("/staff/domains/{spelling}/remove")).await;
        assert_eq!(staff.is(302).location(), "/staff/domains/xn--orlans-dva.fr/remove");
        // Forms are sent by our own pages only, to our own spelling.
        anna.post(&format!("/domains/{spelling}/check"), &[]).await.is(404);
    }
    anna.new_mailbox("xn--orlans-dva.fr", ["Zoé", "Martin", "zoe", "zoe@ailleurs.test"]).await.is(303);
    let mailbox = anna.get("/domains/orl%C3%A9ans.fr/mailboxes/zoe").await;
    assert_eq!(mailbox.is(302).location(), "/domains/xn--orlans-dva.fr/mailboxes/zoe");
    portal.work().await;
}

async fn a_typed_name_tells_strangers_nothing(portal: &Portal) {
    portal.add_domain(Anna, "orléans.fr").await;
    let dan = portal.sign_in(Dan).await;
    let nowhere = dan.get("/domains/nowhere.fr").await.is(404).text.clone();
    for spelling in SPELLINGS.into_iter().chain(["NOWHERE.fr", "orl%C3%A9ans.fr%20", "orl%C3%A9ans.fr%0A"]) {
        for page in PAGES {
            let seen = dan.get(&format!("/domains/{spelling}{page}")).await;
            assert_eq!((seen.status, &seen.text), (404, &nowhere), "{spelling}{page}");
        }
    }
    let visitor = portal.visitor();
    let asked = visitor.get("/domains/orl%C3%A9ans.fr/dns").await;
    assert!(asked.is(303).location().starts_with("/sign-in?next="), "{}", asked.location());
    portal.work().await;
}
