//! A creation's call is stored when it is sent, not earlier: a creation that still waits for
//! a place in the limiter has no claim to a mailbox.

use crate::support::{Anna, Portal, on_both};

on_both!(
    a_creation_that_waits_for_its_place_claims_nothing with ["--dimail-concurrency", "2"],
);

const FIELDS: [&str; 4] = ["Jean", "Dupont", "", "jean@ailleurs.test"];
const LOOK: &str = "/domains/ville.fr/address/jean.dupont";

async fn a_creation_that_waits_for_its_place_claims_nothing(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    let ville = portal.domain("ville.fr").await.name;
    portal.dimail.lasting_fault("GET", LOOK, "slow", 1, 0.3).await;
    let others = portal.app.dimail.for_person("another");
    let block = async {
        while portal.dimail.calls(&format!("GET {LOOK}")).await == 0 {
            tokio::task::yield_now().await;
        }
        // Takes the free place, and the place of the lookup as soon as it ends.
        let places = (others.place(&ville).await, others.place(&ville).await);
        let mut stored = 0;
        for _ in 0..20 {
            stored += portal.database.count("sent_calls").await;
        }
        drop(places);
        stored
    };

    let (answer, stored) = tokio::join!(anna.new_mailbox("ville.fr", FIELDS), block);

    answer.leads_to("/domains/ville.fr/mailboxes/jean.dupont");
    assert_eq!(stored, 0);
    assert_eq!(portal.mailbox_status("jean.dupont@ville.fr").await, "enabled");
    portal.work().await;
    portal.forget_emails();
}
