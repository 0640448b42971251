//! Names of persons: what people type, what is shown and sent, what is proposed, and how names are found.

mod display;
mod person;
mod proposal;
mod search;

pub use display::{KnownNames, display_key, display_name, sent_name};
pub use person::{NAME_MAX, PersonName, imported, in_email};
pub use proposal::{marked_last_name, numbered, proposed_local_part, proposed_name};
pub use search::{SEARCH_TERMS, directory_key, domain_key, domain_search_text, search_terms, search_text};
