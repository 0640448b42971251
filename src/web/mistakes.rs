//! The field errors of a form: a sentence beside each field, and a line that names the field in the summary.

use crate::i18n::{Sentences, Told};
use crate::model::{FieldError, FieldErrors};

/// The field errors of a form, as sentences.
#[derive(Debug, Default)]
pub(crate) struct ErrorTexts(pub(super) Vec<ErrorText>);

/// One field error as a sentence.
#[derive(Debug)]
pub(crate) struct ErrorText {
    pub(crate) field: &'static str,
    pub(crate) text: Told,
    /// The sentence with the label of its field.
    pub(crate) line: Told,
    pub(crate) take: Take,
}

/// The button that takes the proposal of an error: the fields that it fills in, form-encoded, and its label;
/// both empty if there is no proposal.
#[derive(Debug, Default)]
pub(crate) struct Take {
    pub(crate) value: String,
    pub(crate) label: String,
}

fn encoded(fields: &[(&str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl ErrorTexts {
    /// The texts of these errors; `labels` are the labels of this form that differ from the usual ones.
    pub(crate) fn new(s: Sentences, errors: &FieldErrors, labels: &[(&str, &str)]) -> Self {
        let text_of = |(field, error): (_, &FieldError)| {
            let text = s.field_error(error);
            let take = Take { value: encoded(&error.correction()), label: s.correction(error) };
            let own = labels.iter().find(|(name, _)| *name == field).map(|(_, key)| *key);
            let line = match own.or_else(|| label_key(field)) {
                Some(key) => summary_line(s, &s.t(key), text.clone()),
                None => text.clone(),
            };
            ErrorText { field, text, line, take }
        };
        Self(errors.iter().map(text_of).collect())
    }

    /// The sentence for a field; empty if the field has no error.
    pub(crate) fn of(&self, field: &str) -> &Told {
        static NOTHING: Told = Told::NONE;
        self.0.iter().find(|item| item.field == field).map_or(&NOTHING, |item| &item.text)
    }

    /// The buttons that take proposals, without those that another one contains.
    pub(crate) fn takes(&self) -> Vec<&Take> {
        let all = || self.0.iter().map(|item| &item.take).filter(|take| !take.value.is_empty());
        all().filter(|take| !all().any(|other| other.value.ends_with(&format!("&{}", take.value)))).collect()
    }
}

/// A line of the summary: the label of the field, and what is wrong with it.
pub(crate) fn summary_line(s: Sentences, label: &str, text: Told) -> Told {
    text.within(|text| s.t2("component-summary-line", "field", label, "mistake", text))
}

/// The key of the usual label of a field.
fn label_key(field: &str) -> Option<&'static str> {
    Some(match field {
        "action" => "selected-action",
        "address" => "mailbox-delete-confirm",
        "current_password" => "account-current-password",
        "destination" => "alias-destination",
        "email" => "sign-in-email",
        "first_name" => "mailbox-first-name",
        "language" => "account-language",
        "last_name" => "mailbox-last-name",
        "local_part" => "mailbox-local-part",
        "name" => "invitation-your-name",
        "new_password" => "account-new-password",
        "password" => "sign-in-password",
        "reason" => "compare-reason",
        "role" => "members-column-role",
        "secondary_email" => "mailbox-secondary",
        "support_email" => "domain-support-email",
        _ => return None,
    })
}
