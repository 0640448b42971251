//! The verification names the first line that is not as it was written.

use super::faults;
use crate::support::{Anna, Portal, on_both};

on_both!(whatever_is_altered_is_named, lines_that_are_missing_or_swapped_are_named, a_removed_domain_is_verified_too);

/// Adds some lines to the journal of ville.fr, of mailboxes among others.
async fn lines(portal: &Portal) -> (String, i64) {
    let anna = portal.sign_in(Anna).await;
    anna.new_mailbox("ville.fr", ["Jean", "Dupont", "jean", "jean@ailleurs.test"]).await.is(303);
    portal.work().await;
    assert_eq!(faults(portal).await, Vec::<String>::new());
    let sql = "select id, sequence from domains where name = 'ville.fr'";
    let found = portal.database.text(sql).await;
    let (id, last) = found.split_once('|').expect("two columns");
    (id.to_owned(), last.parse().expect("a number"))
}

async fn whatever_is_altered_is_named(portal: &Portal) {
    let (id, last) = lines(portal).await;
    let columns = [
        "actor_id",
        "actor_name",
        "actor_email",
        "origin",
        "event",
        "mailbox_id",
        "kind",
        "subject",
        "person",
        "search",
        "hash",
        "at",
        "as_staff",
    ];
    // The first, one in the middle of which some columns are empty, and the last.
    for line in [1, 3, last] {
        for column in columns {
            let here = format!("where domain_id = '{id}' and sequence = {line}");
            let sql = format!("select coalesce(cast({column} as text), '¬') from journal {here}");
            let before = portal.database.text(&sql).await;
            let value = match column {
                "at" => "at + 1",
                "as_staff" => "1 - as_staff",
                _ => &format!("coalesce({column}, '') || 'x'"),
            };
            portal.database.change(&format!("update journal set {column} = {value} {here}")).await;
            assert_eq!(faults(portal).await, [format!("ville.fr {line} Altered")], "{column}");
            let back = match (before.as_str(), column) {
                ("¬", _) => "null".to_owned(),
                (number, "at" | "as_staff") => number.to_owned(),
                (text, _) => format!("'{}'", text.replace('\'', "''")),
            };
            portal.database.change(&format!("update journal set {column} = {back} {here}")).await;
        }
    }
    // An empty text is not an absent one.
    portal.database.change(&format!("update journal set origin = '' where domain_id = '{id}' and sequence = 3")).await;
    assert_eq!(faults(portal).await, ["ville.fr 3 Altered"]);
    portal
        .database
        .change(&format!("update journal set origin = null where domain_id = '{id}' and sequence = 3"))
        .await;
    assert_eq!(faults(portal).await, Vec::<String>::new());
}

async fn lines_that_are_missing_or_swapped_are_named(portal: &Portal) {
    let (id, last) = lines(portal).await;
    // The words, by which lines are found, are no part of the chain.
    portal.database.change("delete from journal_words").await;
    let renumber = |from: i64, to: i64| {
        format!("update journal set sequence = {to} where domain_id = '{id}' and sequence = {from}")
    };
    for line in [1, 3, last] {
        portal.database.change(&renumber(line, -line)).await;
        let named = format!("ville.fr {line} Missing");
        assert_eq!(faults(portal).await, [named], "removed");
        portal.database.change(&renumber(-line, line)).await;
    }
    for (from, to) in [(3, 0), (4, 3), (0, 4)] {
        portal.database.change(&renumber(from, to)).await;
    }
    assert_eq!(faults(portal).await, ["ville.fr 3 Altered"], "swapped");
    for (from, to) in [(3, 0), (4, 3), (0, 4)] {
        portal.database.change(&renumber(from, to)).await;
    }
    // One that closes up to hide a removed one, and one too many at the end.
    portal.database.change(&renumber(3, 0)).await;
    for line in 4..=last {
        portal.database.change(&renumber(line, line - 1)).await;
    }
    assert_eq!(faults(portal).await, ["ville.fr 3 Altered"], "closed up");
    for line in (4..=last).rev() {
        portal.database.change(&renumber(line - 1, line)).await;
    }
    portal.database.change(&renumber(0, 3)).await;
    assert_eq!(faults(portal).await, Vec::<String>::new());
    portal.database.change(&format!("update domains set sequence = sequence - 1 where id = '{id}'")).await;
    assert_eq!(faults(portal).await, [format!("ville.fr {last} Added")]);
    portal.database.change(&format!("update domains set sequence = sequence + 1 where id = '{id}'")).await;
    // Lines that were moved to a domain that is none.
    portal
        .database
        .change(&format!("update journal set domain_id = 'x' where domain_id = '{id}' and sequence = 4"))
        .await;
    assert_eq!(faults(portal).await, ["ville.fr 4 Missing", "? 1 Missing"]);
    portal.database.change(&format!("update journal set domain_id = '{id}' where domain_id = 'x'")).await;
}

async fn a_removed_domain_is_verified_too(portal: &Portal) {
    portal.add_domain_with(Anna, "neuve.fr", &["wrong_mx"], &[]).await;
    portal.sign_in(Anna).await.post("/domains/neuve.fr/remove", &[]).await.is(303);
    assert_eq!(faults(portal).await, Vec::<String>::new());
    let last = portal.database.number("select sequence from removed_domains").await;
    let here = format!("where domain_id = (select id from removed_domains) and sequence = {last}");
    portal.database.change("delete from journal_words").await;
    portal.database.change(&format!("update journal set sequence = -1 {here}")).await;
    assert_eq!(faults(portal).await, [format!("neuve.fr {last} Missing")]);
    portal.database.change(&format!("update journal set sequence = {last} where sequence = -1")).await;
}
