//! The declaration of accessibility.

use askama::Template;

use super::{Contact, contact};
use crate::model::accessibility::{CRITERIA, Conformity, Criterion, Evaluation};
use crate::web::{Answer, Page, rendered};

#[derive(Template)]
#[template(path = "legal/accessibility.html")]
struct Declaration {
    page: Page,
    public_url: String,
    evaluation: &'static Evaluation,
    topics: Vec<Topic>,
    gaps: Vec<&'static Criterion>,
    contact: Option<Contact>,
}

/// The results of one topic: the numbers of the criteria with each result.
struct Topic {
    number: u8,
    conform: String,
    not_conform: String,
    not_applicable: String,
}

impl Topic {
    fn of(evaluation: &Evaluation, number: u8) -> Self {
        let numbers = |result| {
            let found = evaluation.of(number, result).map(|criterion| format!("{number}.{}", criterion.number));
            found.collect::<Vec<_>>().join(", ")
        };
        Self {
            number,
            conform: numbers(Conformity::Conform),
            not_conform: numbers(Conformity::NotConform),
            not_applicable: numbers(Conformity::NotApplicable),
        }
    }
}

impl Declaration {
    /// How many criteria have each result, in one sentence.
    fn results(&self) -> String {
        let count = |result| self.evaluation.count(result);
        self.page.s.sentence(
            "accessibility-results",
            &[
                ("day", &self.page.s.calendar_day(self.evaluation.day)),
                ("rate", &self.evaluation.rate()),
                ("conform", &count(Conformity::Conform)),
                ("not", &count(Conformity::NotConform)),
                ("without", &count(Conformity::NotApplicable)),
            ],
        )
    }
}

pub(crate) async fn show(page: Page) -> Answer {
    let evaluation = Evaluation::current();
    let topics = (1..).zip(CRITERIA).map(|(number, _)| Topic::of(evaluation, number)).collect();
    let gaps = evaluation.criteria.iter().filter(|criterion| criterion.result == Conformity::NotConform).collect();
    let settings = &page.app().settings;
    let contact = contact(&page, settings.accessibility_contact.as_deref());
    let public_url = settings.public_url();
    rendered(&Declaration { page, public_url, evaluation, topics, gaps, contact })
}
