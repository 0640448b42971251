//! The health checks and metrics, which need no session.

use std::time::Duration;

use dimail_portal::dimail::{CallError, KnownAddress};
use dimail_portal::model::address::{DomainName, LocalPart};
use dimail_portal::store::{Backlog, Store};
use dimail_portal::worker;
use tokio::sync::watch;

use crate::support::{Anna, Portal, on_both};

on_both!(each_part_has_its_line, dimail_is_not_asked_while_it_takes_other_calls, what_waits_is_counted);

/// Any call to dimail except the one of the health check.
async fn ask(portal: &Portal) -> Result<Option<KnownAddress>, CallError> {
    let ville = DomainName::parse("ville.fr").expect("a domain");
    portal.app.dimail.address(&ville, &LocalPart::parse("personne").expect("a local part")).await
}

async fn each_part_has_its_line(portal: &Portal) {
    let monitor = portal.visitor();
    portal.dimail.fault("GET", "/domains/ville.fr/address/*", "refuse_500", 1).await;
    ask(portal).await.expect_err("a 500");
    portal.dimail.fault("GET", "/token", "refuse_500", 1).await;
    let answer = monitor.get("/readyz").await;
    assert_eq!((answer.status, answer.text.as_str()), (503, "database: ok\nworker: no answer\ndimail: no answer\n"));
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(worker::run(portal.app.clone(), stopped));
    let answer = monitor.get("/readyz?exclude=worker,dimail").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.ends_with("dimail: no answer (excluded)\n"), "{}", answer.text);
    // A failure is kept for a second; then dimail is asked again.
    let calls = portal.dimail.calls("GET /token").await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    while monitor.get("/readyz").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..20 {
        assert_eq!(monitor.get("/readyz").await.text, "database: ok\nworker: ok\ndimail: ok\n");
    }
    assert_eq!(portal.dimail.calls("GET /token").await, calls + 1, "dimail is not asked by each probe");
    stop.send(true).expect("it works");
    working.await.expect("it stopped");
}

async fn dimail_is_not_asked_while_it_takes_other_calls(portal: &Portal) {
    ask(portal).await.expect("an answer");
    let calls = portal.dimail.calls("GET /token").await;
    let answer = portal.visitor().get("/readyz").await;
    assert!(answer.text.ends_with("dimail: ok\n"), "{}", answer.text);
    assert_eq!(portal.dimail.calls("GET /token").await, calls);
}

async fn what_waits_is_counted(portal: &Portal) {
    portal.add_domain_with(Anna, "attend.fr", &["wrong_mx"], &[]).await;
    let anna = portal.sign_in(Anna).await;
    for part in ["jean", "zoe"] {
        anna.new_mailbox("attend.fr", [part, "Dupont", part, ""]).await;
    }
    // One mailbox that gets no answer from dimail, and one whose creation route is missing there.
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "act_then_close", 1).await;
    anna.new_mailbox("ville.fr", ["Ada", "Un", "ada", ""]).await;
    portal.wait(Duration::from_mins(1));
    portal.dimail.fault("POST", "/domains/ville.fr/mailboxes/*", "missing", 1).await;
    anna.new_mailbox("ville.fr", ["Bob", "Deux", "bob", ""]).await;
    let backlog = counted(&portal.app.store).await;
    let jobs = (backlog.jobs_waiting, backlog.jobs_unclear, backlog.jobs_at_fault);
    assert_eq!(jobs, (4, 1, 1), "{backlog:?}");
    // The oldest change is Ada's; what waits for its domain does not count.
    let since = backlog.oldest_change.map(|at| portal.now().since(at));
    assert_eq!(since, Some(Duration::from_mins(1)));
    assert_eq!((backlog.sessions, backlog.mailboxes), (1, 4));
    let enabled = backlog.domains.iter().find(|(status, _)| status.as_ref() == "enabled");
    assert_eq!(enabled.map(|(_, total)| *total), Some(2));
    portal.work_after(Duration::from_mins(10)).await;
    let backlog = counted(&portal.app.store).await;
    assert_eq!((backlog.jobs_waiting, backlog.jobs_unclear, backlog.jobs_at_fault), (2, 0, 0));
    assert_eq!(backlog.oldest_change, None, "what waits for its domain does not count");
}

async fn counted(store: &Store) -> Backlog {
    store.backlog().await.expect("an answer")
}

on_both!(figures_name_nobody);

async fn figures_name_nobody(portal: &Portal) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean.chiffre", "jean@ailleurs.fr"]).await;
    portal.work().await;
    anna.get("/domains/ville.fr/mailboxes/jean.chiffre").await;
    anna.get("/invitations/SECRETTOKEN").await;
    anna.get("/nowhere/SECRETTOKEN").await;
    let figures = portal.visitor().get("/metrics").await;
    assert_eq!(figures.status, 200);
    for line in [
        "dimail_portal_request_seconds_count{method=\"GET\",route=\"/domains/{domain}/mailboxes/{mailbox}\",status=\"200\"} ",
        "dimail_portal_request_seconds_count{method=\"GET\",route=\"/invitations/{token}\",status=\"404\"} ",
        "dimail_portal_request_seconds_count{method=\"GET\",route=\"none\",status=\"404\"} ",
        "dimail_portal_request_seconds_bucket{method=\"POST\",route=\"/domains/{domain}/new-mailbox\",status=\"303\",le=\"1\"} ",
        "dimail_portal_dimail_call_seconds_count{method=\"POST\",route=\"/domains/{}/mailboxes/{}\",outcome=\"done\"} ",
        "dimail_portal_jobs{state=\"waiting\"} ",
        "dimail_portal_oldest_change_seconds ",
        "dimail_portal_emails{state=\"given_up\"} ",
        "dimail_portal_domains{status=\"enabled\"} ",
        "dimail_portal_database_connections{state=\"open\"} ",
    ] {
        assert!(figures.text.contains(line), "{line}\n{}", figures.text);
    }
    for name in ["ville.fr", "chiffre", "@", "SECRET"] {
        assert!(!figures.text.contains(name), "{name}\n{}", figures.text);
    }
}
