//! The journal of a domain: what is asked of it, and the chain of hashes over its lines.

use sha2::{Digest, Sha256};

use super::event::EventKind;
use super::list::Position;
use super::time::Timestamp;

/// A word of a search, and the kinds of events whose names have words that begin with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalTerm {
    /// The folded words, with a leading space.
    pub words: String,
    /// The kinds of events that it names.
    pub kinds: Vec<EventKind>,
}

/// The parameters of the list of a journal.
#[derive(Clone, Debug, Default)]
pub struct JournalQuery {
    /// What is searched for; each term has to be found.
    pub terms: Vec<JournalTerm>,
    /// Only lines of this person: an address in lower case, or the name of another source.
    pub person: Option<String>,
    /// Only events of this kind.
    pub kind: Option<EventKind>,
    /// Only lines from then on.
    pub from: Option<Timestamp>,
    /// Only lines before then.
    pub until: Option<Timestamp>,
    /// The page.
    pub position: Position,
}

impl JournalQuery {
    /// Whether all lines are asked for.
    pub fn is_for_all(&self) -> bool {
        let Self { terms, person, kind, from, until, .. } = self;
        terms.is_empty() && person.is_none() && kind.is_none() && from.is_none() && until.is_none()
    }
}

/// How many characters of a word its number holds: the largest number of them for 64 bits.
const LETTERS: u32 = 12;
/// The characters that are told apart, and none.
const ALPHABET: i64 = 37;

/// A letter or digit as a number from 1 on. Those of other scripts share numbers: whatever is found by them is
/// compared as text too.
fn number_of(letter: char) -> i64 {
    let code = match letter {
        '0'..='9' => u32::from(letter) - u32::from('0'),
        'a'..='z' => u32::from(letter) - u32::from('a') + 10,
        other => u32::from(other) % 36,
    };
    i64::from(code) + 1
}

/// The numbers of the words that begin with these letters: from the first to the last.
pub fn word_range(beginning: &str) -> (i64, i64) {
    let (mut first, mut rest) = (0, LETTERS);
    for letter in beginning.chars().take(12) {
        rest -= 1;
        first += number_of(letter) * ALPHABET.pow(rest);
    }
    (first, first + (ALPHABET.pow(rest) - 1))
}

/// The numbers of the words of a folded text, each once.
pub fn word_numbers(folded: &str) -> Vec<i64> {
    let mut numbers: Vec<i64> = folded.split_whitespace().map(|word| word_range(word).0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The columns of a line, in the order in which they are hashed.
pub type LineFields = [Option<String>; 14];

/// The hash of a line over that of the line before and all fields of the line. The length of each is hashed
/// before it, so that different fields cannot give the same input.
pub fn line_hash(before: &str, fields: &LineFields) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.len().to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(before);
    for field in fields {
        match field {
            Some(text) => {
                add("1");
                add(text);
            }
            None => add("0"),
        }
    }
    format!("{:x}", hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::{line_hash, word_numbers, word_range};

    #[test]
    fn beginnings_are_ranges_of_numbers() {
        let within = |word: &str, beginning: &str| {
            let (first, last) = word_range(beginning);
            word_numbers(word).iter().all(|number| (first..=last).contains(number))
        };
        for (word, beginning) in
            [("dupont", "dupont"), ("dupont", "d"), ("0042", "00"), ("zzzzzzzzzzzzzz", "zzzzzzzzzzzz"), ("иван", "ив")]
        {
            assert!(within(word, beginning), "{word} begins with {beginning}");
        }
        for (word, other) in [("dupont", "dupond"), ("dup", "dupo"), ("a", "b"), ("z", "0"), ("dv", "du")] {
            assert!(!within(word, other), "{word} does not begin with {other}");
        }
        assert!(word_range("zzzzzzzzzzzz").1 > 0 && word_range("").0 == 0);
        assert_eq!(word_numbers(" dupont jean dupont").len(), 2);
    }

    #[test]
    fn every_field_counts() {
        let mut fields: super::LineFields = std::array::from_fn(|n| Some(n.to_string()));
        let whole = line_hash("", &fields);
        assert_ne!(line_hash("x", &fields), whole);
        fields[3] = None;
        let absent = line_hash("", &fields);
        fields[3] = Some(String::new());
        assert!(absent != whole && line_hash("", &fields) != absent);
        (fields[1], fields[2]) = (Some("12".into()), Some(String::new()));
        let joined = line_hash("", &fields);
        (fields[1], fields[2]) = (Some("1".into()), Some("2".into()));
        assert_ne!(line_hash("", &fields), joined);
    }
}
