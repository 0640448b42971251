//! The tables of differences, and the pages of a comparison.

use crate::model::address::{DomainName, LocalPart};
use crate::model::alias::{AliasDestination, Destination};
use crate::model::compared::sections::LINES_SHOWN;
use crate::model::compared::{Comparing, Comparison, Ignored, LinesWanted, Section};
use crate::model::comparison::{StoredMailbox, StoredPair};
use crate::model::guard::Guard;
use crate::model::id::{AliasId, MailboxId};
use crate::model::mailbox::{Mailbox, MailboxStatus};
use crate::model::name::{KnownNames, display_key};
use crate::model::observed::{Listed, ListedActivity, Observed};
use crate::model::reason::Reason;
use crate::model::time::Timestamp;
use crate::model::user::Language;
use crate::model::wanted::Known;

fn ville() -> DomainName {
    DomainName::parse("ville.fr").expect("a name")
}

/// A mailbox from `jean active` or `jean active/gone`, named Jean Dupont; with `busy` it has a job, with `since`
/// dimail had it.
fn stored(text: &str) -> StoredMailbox {
    let words: Vec<&str> = text.split(' ').collect();
    let (wants, known) = words[1].split_once('/').unwrap_or((words[1], words[1]));
    let known: Known = known.parse().expect("a word");
    let mailbox = Mailbox {
        id: MailboxId::new(Timestamp(0)),
        local_part: LocalPart::parse(words[0]).expect("a part"),
        first_name: "Jean".into(),
        last_name: "Dupont".into(),
        secondary_email: None,
        wants: wants.parse().expect("a word"),
        known,
        status: MailboxStatus::of(known, false),
        reason: None,
        to_hand_over: false,
        sheet_shown: false,
        wanted: None,
        language: Language::Fr,
        version: 1,
        created_at: Timestamp(0),
        there_since: words.contains(&"since").then_some(Timestamp(0)),
        is_pushed: false,
    };
    StoredMailbox { mailbox, display_key: display_key("Jean Dupont"), is_busy: words.contains(&"busy") }
}

/// An entry of dimail's list from `jean@ville.fr yes Jean Dupont`.
fn listed(text: &str) -> Listed {
    let words: Vec<&str> = text.split(' ').collect();
    let activity = match words[1] {
        "yes" => ListedActivity::Active,
        "no" => ListedActivity::Inactive,
        "unknown" => ListedActivity::Unclear,
        broken => ListedActivity::NotShown { broken: broken == "broken" },
    };
    let names = (words.len() > 3).then(|| KnownNames {
        given: words[2].into(),
        sur: words[3].into(),
        display: words.get(4..).filter(|rest| !rest.is_empty()).map_or(words[2..4].join(" "), |rest| rest.join(" ")),
    });
    Listed { address: words[0].into(), names, activity, is_technical: words[0].starts_with("oxadmin@") }
}

/// A pair from `contact a@x.fr + present`, with `busy` or `refused` behind it.
fn pair(text: &str) -> StoredPair {
    let words: Vec<&str> = text.split(' ').collect();
    let pair = AliasDestination {
        id: AliasId::new(Timestamp(0)),
        local_part: LocalPart::parse(words[0]).expect("a part"),
        destination: Destination::parse(words[1]).expect("a destination"),
        wanted: words[2] == "+",
        known: words[3].parse().expect("a word"),
        reason: words.contains(&"refused").then_some(Reason::GivenUp),
        cleared: Guard::None,
        is_pushed: false,
    };
    StoredPair { pair, is_busy: words.contains(&"busy") }
}

fn compared(here: [&[&str]; 2], there: [&[&str]; 2], wanted: &LinesWanted, ignored: Vec<Ignored>) -> Comparison {
    let domain = ville();
    let pairs = there[1].iter().filter_map(|text| text.split_once(' '));
    let pairs = pairs.map(|(part, to)| (part.to_owned(), to.to_owned()));
    let observed = Observed::new(&domain, there[0].iter().map(|text| listed(text)), pairs);
    let mut comparing = Comparing::new(&domain, &observed, wanted, ignored);
    comparing.add_mailboxes(&here[0].iter().map(|text| stored(text)).collect::<Vec<_>>());
    comparing.add_pairs(&here[1].iter().map(|text| pair(text)).collect::<Vec<_>>());
    comparing.finish()
}

/// The lines as `subject difference`, with `a` and `p` for what is offered.
fn lines(found: &Comparison) -> Vec<String> {
    let lines = found.sections.iter().flat_map(|section| section.lines.values());
    let offers = |adopts, pushes| {
        if adopts && pushes {
            " ap"
        } else if adopts {
            " a"
        } else {
            ""
        }
    };
    lines
        .map(|(line, _)| format!("{} {}{}", line.subject, line.difference.as_ref(), offers(line.adopts, line.pushes)))
        .collect()
}

#[test]
fn the_table_of_mailboxes() {
    for (here, there, wanted) in [
        // What is known is what dimail shows.
        ("jean active", "jean@ville.fr yes Jean Dupont", ""),
        ("jean inactive", "jean@ville.fr no", ""),
        ("jean active", "jean@ville.fr yes", ""),
        ("jean active/new", "", ""),
        ("jean active/half_made", "jean@ville.fr unknown Jean Dupont", ""),
        ("jean inactive", "jean@ville.fr no Other Names", ""),
        // Names are compared as they are sent, and addresses in lower case.
        ("jean active", "JEAN@Ville.FR yes Jean Dupont", ""),
        ("jean active", "jean@ville.fr yes Jean Dupont JEAN DUPONT", ""),
        ("", "oxadmin@ville.fr unknown Context Admin", ""),
        ("", "jean@voisine.fr yes Jean Dupont", ""),
        // One side only.
        ("", "jean@ville.fr yes Jean Dupont", "jean@ville.fr only_there a"),
        ("", "jean@ville.fr no", "jean@ville.fr only_there a"),
        ("jean active", "", "jean@ville.fr only_here ap"),
        ("jean active/gone", "", "jean@ville.fr only_here ap"),
        ("jean inactive/gone", "", "jean@ville.fr only_here a"),
        ("jean absent/half_made", "", "jean@ville.fr only_here a"),
        ("jean active/absent", "jean@ville.fr yes Jean Dupont", "jean@ville.fr only_there a"),
        // Both sides.
        ("jean active", "jean@ville.fr yes Jeanne Dupont", "jean@ville.fr names ap"),
        ("jean active", "jean@ville.fr yes Jean Dupont Somebody Else", "jean@ville.fr names ap"),
        ("jean active", "jean@ville.fr no", "jean@ville.fr activity ap"),
        ("jean inactive", "jean@ville.fr yes Jean Dupont", "jean@ville.fr activity ap"),
        ("jean inactive", "jean@ville.fr yes Paul Roy", "jean@ville.fr names_and_activity ap"),
        ("jean active/gone", "jean@ville.fr yes Jean Dupont", "jean@ville.fr back ap"),
        ("jean absent/half_made", "jean@ville.fr yes Jean Dupont", "jean@ville.fr back a"),
        // What is told apart.
        ("", "jean@ville.fr yes", "jean@ville.fr functional"),
        ("", "jean@ville.fr unknown Jean Dupont", "jean@ville.fr half_made"),
        ("jean active", "jean@ville.fr unknown Jean Dupont", "jean@ville.fr half_made"),
        ("", "Jean@ville.fr yes Jean Dupont", "Jean@ville.fr capitals"),
        ("jean active", "Jean@ville.fr yes Paul Roy", "Jean@ville.fr capitals"),
        ("", "jean+tag@ville.fr yes Jean Dupont", "jean+tag@ville.fr odd"),
        // The portal is at work.
        ("jean active/new busy", "jean@ville.fr yes Jean Dupont", "jean@ville.fr under_way"),
        ("jean active/gone busy", "", "jean@ville.fr under_way"),
        ("jean active/absent busy since", "", "jean@ville.fr under_way"),
        ("jean active/absent busy", "", ""),
        ("jean inactive/active busy", "jean@ville.fr no", "jean@ville.fr under_way"),
        ("jean active busy", "jean@ville.fr yes Jean Dupont", ""),
        // A server that does not show activity.
        ("jean active", "jean@ville.fr ok Jean Dupont", ""),
        ("", "jean@ville.fr broken Jean Dupont", "jean@ville.fr half_made"),
        ("", "jean@ville.fr ok", "jean@ville.fr functional"),
    ] {
        let here: Vec<&str> = Some(here).into_iter().filter(|text| !text.is_empty()).collect();
        let there: Vec<&str> = Some(there).into_iter().filter(|text| !text.is_empty()).collect();
        let found = compared([&here, &[]], [&there, &[]], &LinesWanted::default(), Vec::new());
        assert_eq!(lines(&found).join("; "), wanted, "{here:?} {there:?}");
    }
    let two = ["jean@ville.fr yes Jean Dupont", "JEAN@ville.fr yes Paul Roy"];
    let found = compared([&["jean active"], &[]], [&two, &[]], &LinesWanted::default(), Vec::new());
    assert_eq!(lines(&found), ["JEAN@ville.fr capitals"], "one of them is ours");
    let two = ["a@voisine.fr yes", "oxadmin@voisine.fr unknown", "b@autre.fr no"];
    assert_eq!(compared([&[], &[]], [&two, &[]], &LinesWanted::default(), Vec::new()).elsewhere, 2);
}

#[test]
fn the_table_of_pairs() {
    for (here, there, wanted) in [
        ("contact a@x.fr + present", "Contact A@X.fr", ""),
        ("contact a@x.fr + new refused", "", ""),
        ("contact a@x.fr - present busy", "contact a@x.fr", ""),
        ("", "contact a@x.fr", "contact@ville.fr → a@x.fr only_there a"),
        ("contact a@x.fr + new refused", "contact a@x.fr", "contact@ville.fr → a@x.fr only_there a"),
        ("contact a@x.fr + present", "", "contact@ville.fr → a@x.fr only_here ap"),
        ("contact a@x.fr - present busy", "", "contact@ville.fr → a@x.fr under_way"),
        ("contact a@x.fr + absent busy", "contact a@x.fr", "contact@ville.fr → a@x.fr under_way"),
        ("", "contact devnull@devnull", "contact@ville.fr → devnull@devnull only_there a"),
        ("", "contact a/b@x.fr", "contact@ville.fr → a/b@x.fr odd"),
        ("", "all a@x.fr", "all@ville.fr → a@x.fr odd"),
    ] {
        let here: Vec<&str> = Some(here).into_iter().filter(|text| !text.is_empty()).collect();
        let there: Vec<&str> = Some(there).into_iter().filter(|text| !text.is_empty()).collect();
        let found = compared([&[], &here], [&[], &there], &LinesWanted::default(), Vec::new());
        assert_eq!(lines(&found).join("; "), wanted, "{here:?} {there:?}");
    }
}

#[test]
fn an_ignored_difference_is_shown_again_when_it_changes() {
    let of = |there: &str, ignored: Vec<Ignored>| {
        compared([&["jean active"], &[]], [&[there], &[]], &LinesWanted::default(), ignored)
    };
    let sections = |found: &Comparison| -> Vec<Section> {
        found.sections.iter().filter(|one| one.total > 0).map(|one| one.section).collect()
    };
    let first = of("jean@ville.fr yes Jeanne Dupont", Vec::new());
    assert_eq!((first.open(), sections(&first)), (1, vec![Section::Different]));
    let line = first.sections[2].lines.keys().next().expect("a line").clone();
    let ignored = || {
        let (reason, actor_name) = ("known".to_owned(), "Anna".to_owned());
        vec![Ignored { line: line.clone(), reason, actor_name, since: Timestamp(0) }]
    };
    let again = of("jean@ville.fr yes Jeanne Dupont", ignored());
    assert_eq!((again.open(), sections(&again), again.stale.len()), (0, vec![Section::Ignored], 0));
    for other in ["jean@ville.fr yes Jeannette Dupont", "jean@ville.fr no"] {
        let changed = of(other, ignored());
        assert_eq!((changed.open(), sections(&changed), changed.stale.len()), (1, vec![Section::Different], 1));
    }
}

#[test]
fn a_page_has_the_first_lines_of_a_section() {
    let there: Vec<String> = (0..=2 * LINES_SHOWN).map(|n| format!("a{n:04}@ville.fr yes A Nr{n}")).collect();
    let there: Vec<&str> = there.iter().rev().map(String::as_str).collect();
    let (mut wanted, mut seen) = (LinesWanted::default(), Vec::new());
    loop {
        let found = compared([&[], &[]], [&there, &[]], &wanted, Vec::new());
        let section = &found.sections[0];
        assert_eq!(section.total, there.len());
        seen.extend(section.lines.values().map(|(line, _)| line.subject.clone()));
        if !section.has_more {
            break;
        }
        let after = section.lines.keys().next_back().expect("a line").clone();
        wanted = LinesWanted { section: Some(Section::OnlyThere), after };
    }
    assert!(seen.is_sorted() && seen.len() == there.len(), "{}", seen.len());
}
