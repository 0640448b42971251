//! The words of the declaration of accessibility that depend on the evaluation.

use super::Sentences;
use crate::model::accessibility::{Criterion, State};

impl Sentences {
    /// The state of conformity, at the foot of every page.
    pub fn accessibility(&self, state: State) -> String {
        self.t(match state {
            State::Full => "accessibility-full",
            State::Partial => "accessibility-partial",
            State::None => "accessibility-none",
        })
    }

    /// The state of conformity as the sentence of the declaration.
    pub fn accessibility_declared(&self, state: State, brand: &str) -> String {
        let key = match state {
            State::Full => "accessibility-declared-full",
            State::Partial => "accessibility-declared-partial",
            State::None => "accessibility-declared-none",
        };
        self.t1(key, "brand", brand)
    }

    /// The name of a topic of RGAA.
    pub fn accessibility_topic(&self, topic: u8) -> String {
        self.t(&format!("accessibility-topic-{topic}"))
    }

    /// What is not accessible, or not verified, by a criterion that is not conform.
    pub fn accessibility_gap(&self, criterion: &Criterion) -> String {
        self.t(&format!("accessibility-gap-{}-{}", criterion.topic, criterion.number))
    }
}
