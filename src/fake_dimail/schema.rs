//! Validation of bodies: reads the fields that a route needs and collects errors in dimail's format
//! (dimail of August 2024). Unknown fields are ignored.

use serde_json::{Map, Value, json};

use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::call::Content;

/// The fields of one body.
pub(crate) struct Fields<'a> {
    body: &'a Map<String, Value>,
    errors: Vec<Value>,
}

impl<'a> Fields<'a> {
    pub fn of(content: &'a Content) -> Result<Fields<'a>, Answer> {
        let (kind, message, input) = match content {
            Content::Json(Value::Object(body)) => {
                let errors = Vec::new();
                return Ok(Fields { body, errors });
            }
            Content::Absent => ("missing", "Field required", Value::Null),
            Content::Json(other) => (NO_OBJECT.0, NO_OBJECT.1, other.clone()),
            Content::Other(text) => (NO_OBJECT.0, NO_OBJECT.1, json!(text)),
        };
        let error = json!({"type": kind, "loc": ["body"], "msg": message, "input": input});
        Err(Answer::invalid(vec![error]))
    }

    /// Ends the validation: returns all collected errors, if any.
    pub fn finish(self) -> Result<(), Answer> {
        if self.errors.is_empty() { Ok(()) } else { Err(Answer::invalid(self.errors)) }
    }

    pub fn text(&mut self, name: &str) -> String {
        let value = self.required(name);
        self.string(name, value.as_ref())
    }

    /// A text; may be absent or null.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        let value = self.given(name)?;
        Some(self.string(name, Some(&value)))
    }

    /// A text; the key is required, its value may be null.
    pub fn nullable_text(&mut self, name: &str) -> Option<String> {
        self.required(name);
        self.optional_text(name)
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let value = self.required(name);
        self.boolean(name, value.as_ref())
    }

    pub fn optional_flag(&mut self, name: &str) -> Option<bool> {
        let value = self.given(name)?;
        Some(self.boolean(name, Some(&value)))
    }

    pub fn optional_number(&mut self, name: &str) -> Option<i64> {
        let value = self.given(name)?;
        let number = value.as_i64();
        if number.is_none() {
            self.wrong(name, "int_type", "Input should be a valid integer", &value);
        }
        number
    }

    /// One of the words; may be absent or null.
    pub fn optional_word(&mut self, name: &str, words: &[&str]) -> Option<String> {
        let value = self.given(name)?;
        self.word(&json!(["body", name]), &value, words)
    }

    /// A list of some of the words.
    pub fn words(&mut self, name: &str, words: &[&str]) -> Vec<String> {
        let list = self.required_list(name);
        let mut found = Vec::new();
        for (place, value) in list.iter().enumerate() {
            found.extend(self.word(&json!(["body", name, place]), value, words));
        }
        found
    }

    /// A list of texts; may be absent or null.
    pub fn optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        self.given(name)?;
        let list = self.required_list(name);
        Some(list.iter().map(|value| self.string(name, Some(value))).collect())
    }

    /// A nested object; may be absent or null.
    pub fn optional_object(&mut self, name: &str) -> Option<Content> {
        let value = self.given(name)?;
        if value.is_object() {
            return Some(Content::Json(value));
        }
        self.wrong(name, NO_OBJECT.0, NO_OBJECT.1, &value);
        None
    }

    fn given(&self, name: &str) -> Option<Value> {
        self.body.get(name).filter(|value| !value.is_null()).cloned()
    }

    fn required(&mut self, name: &str) -> Option<Value> {
        let value = self.body.get(name).cloned();
        if value.is_none() {
            let whole = Value::Object(self.body.clone());
            self.wrong(name, "missing", "Field required", &whole);
        }
        value
    }

    fn required_list(&mut self, name: &str) -> Vec<Value> {
        match self.required(name) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.wrong(name, "list_type", "Input should be a valid list", &other);
                Vec::new()
            }
        }
    }

    fn string(&mut self, name: &str, value: Option<&Value>) -> String {
        match value {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => {
                self.wrong(name, "string_type", "Input should be a valid string", other);
                String::new()
            }
        }
    }

    fn boolean(&mut self, name: &str, value: Option<&Value>) -> bool {
        let Some(value) = value else { return false };
        let read = lenient_flag(value);
        if read.is_none() {
            self.wrong(name, "bool_parsing", NO_FLAG, value);
        }
        read.unwrap_or_default()
    }

    fn word(&mut self, place: &Value, value: &Value, words: &[&str]) -> Option<String> {
        if let Some(word) = value.as_str().filter(|word| words.contains(word)) {
            return Some(word.to_owned());
        }
        let expected = listed(words);
        self.errors.push(json!({
            "type": "enum",
            "loc": place,
            "msg": format!("Input should be {expected}"),
            "input": value,
            "ctx": { "expected": expected },
        }));
        None
    }

    fn wrong(&mut self, name: &str, kind: &str, message: &str, input: &Value) {
        let place = json!(["body", name]);
        let error = json!({"type": kind, "loc": place, "msg": message, "input": input});
        self.errors.push(error);
    }
}

const NO_OBJECT: (&str, &str) =
    ("model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
const NO_FLAG: &str = "Input should be a valid boolean, unable to interpret input";

/// A boolean; also accepts `"false"`, `"true"`, 0 and 1 (dimail of August 2024).
fn lenient_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(false),
        Value::Number(number) if number.as_f64() == Some(1.0) => Some(true),
        Value::String(text) => match text.to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// `'a', 'b' or 'c'`.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
