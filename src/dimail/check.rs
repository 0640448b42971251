//! Converts the domain object with its checks, and the records of `spec`, to the model's types.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::model::check::{Check, CheckReport, DnsRecord, Problem};

/// A JSON object that keeps the order of its members, which is the order of the checks.
pub struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// Reads the answer of check and fix: every member whose value is an object with `ok` is a check
/// (People's client, 2026).
///
/// # Errors
/// Why it is not a result: it has no state or no checks, or dimail has not run them (`new`).
pub fn report(domain: &Members) -> Result<CheckReport, &'static str> {
    let state = domain.0.iter().find(|(name, _)| name == "state").and_then(|(_, state)| state.as_str());
    let state = state.ok_or("it has no state")?;
    if state == "new" {
        return Err("the domain was not checked");
    }
    let usable = state == "ok";
    let checks: Vec<Check> = domain.0.iter().filter_map(|(name, value)| check(name, value)).collect();
    if checks.is_empty() && !usable { Err("it has no checks") } else { Ok(CheckReport { usable, checks }) }
}

fn check(name: &str, value: &Value) -> Option<Check> {
    let ok = value.get("ok")?.as_bool()?;
    // The server of 2024 has no `internal`: all its checks concern the owner's DNS.
    let internal = value.get("internal").and_then(Value::as_bool).unwrap_or(false);
    let problems = if ok { Vec::new() } else { problems(value) };
    Some(Check { name: name.to_owned(), internal, problems })
}

/// The most problems that are read of one check.
const PROBLEMS_MAX: usize = 100;

/// The problems of a failed check: at least one, so that a check without a stated problem still fails.
fn problems(check: &Value) -> Vec<Problem> {
    let errors = check.get("errors").and_then(Value::as_array);
    let mut problems: Vec<Problem> = errors.into_iter().flatten().take(PROBLEMS_MAX).map(problem).collect();
    if problems.is_empty() {
        problems.push(Problem { code: String::new(), detail: String::new() });
    }
    problems
}

fn problem(error: &Value) -> Problem {
    let text = |name, most| error.get(name).and_then(Value::as_str).unwrap_or_default().chars().take(most).collect();
    Problem { code: text("code", NAME_MAX), detail: text("detail", VALUE_MAX) }
}

/// The most records of a domain.
const RECORDS_MAX: usize = 100;
/// The longest name, in characters (RFC 1035, 2.3.4).
const NAME_MAX: usize = 255;
/// The longest value, in characters.
const VALUE_MAX: usize = 4096;

/// Reads the answer of spec; `None` if it has too many entries, or one has no type or no value, or one
/// that is too long or no DNS type, because an incomplete list would be misleading.
pub fn records(spec: &[Value]) -> Option<Vec<DnsRecord>> {
    if spec.len() > RECORDS_MAX {
        return None;
    }
    spec.iter().map(record).collect()
}

fn record(entry: &Value) -> Option<DnsRecord> {
    let text = |name| entry.get(name).and_then(Value::as_str);
    let bounded = |text: &str, most| text.chars().nth(most).is_none().then(|| text.to_owned());
    let kind = bounded(text("type")?, NAME_MAX)?.to_ascii_lowercase();
    let is_type = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_type.then_some(DnsRecord {
        target: bounded(text("target").unwrap_or_default(), NAME_MAX)?,
        kind,
        value: bounded(text("value")?, VALUE_MAX)?,
        published: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Members, records, report};
    use crate::model::check::{CheckReport, Verdict};

    fn read(json: &str) -> Result<CheckReport, &'static str> {
        report(&serde_json::from_str::<Members>(json).expect("an object"))
    }

    #[test]
    fn checks_are_found_by_their_shape_and_keep_their_order() {
        let report = read(
            r#"{"name":"a.fr","state":"broken","valid":false,"delivery":null,"webmail":{"url":"x"},
            "zeta":{"ok":true,"internal":false,"errors":[]},
            "mx":{"ok":false,"internal":null,"errors":[{"code":"wrong_mx","detail":"non","more":1},{"code":null},"x"]},
            "cert":{"ok":false,"internal":true,"errors":null},
            "spf":{"ok":false},
            "later":{"ok":null,"errors":[]}}"#,
        )
        .expect("a report");
        let of = |name: &str| report.checks.iter().find(|check| check.name == name).expect("the check");
        let names: Vec<_> = report.checks.iter().map(|check| check.name.as_str()).collect();
        assert_eq!(names, ["zeta", "mx", "cert", "spf"]);
        let codes: Vec<_> = of("mx").problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["wrong_mx", "", ""]);
        assert_eq!((of("cert").internal, of("cert").problems.len(), of("spf").problems.len()), (true, 1, 1));
        assert_eq!((report.usable, report.verdict()), (false, Verdict::ExternalFails));
    }

    #[test]
    fn what_tells_no_result_is_unreadable() {
        for odd in ["{}", r#"{"state":"broken"}"#, r#"{"mx":{"ok":true}}"#, r#"{"state":"new","mx":{"ok":false}}"#] {
            assert!(read(odd).is_err(), "{odd}");
        }
        assert!(read(r#"{"state":"ok"}"#).is_ok_and(|report| report.usable));
        assert!(serde_json::from_str::<Members>("[]").is_err());
    }

    #[test]
    fn records_are_all_read_or_none() {
        let good = json!({"target":null,"type":"MX","value":"mx.fr.","priority":10});
        let read = records(std::slice::from_ref(&good)).expect("records");
        assert_eq!((read[0].target.as_str(), read[0].kind.as_str()), ("", "mx"));
        assert!(records(&[good.clone(), json!({"type":"txt","value":null})]).is_none());
        assert!(records(&vec![good.clone(); 100]).is_some() && records(&vec![good; 101]).is_none());
        let long = |target: usize, value: usize| json!({"target": "é".repeat(target), "type": "TXT", "value": "é".repeat(value)});
        assert!(records(&[long(255, 4096)]).is_some());
        assert!(records(&[long(256, 1)]).is_none() && records(&[long(1, 4097)]).is_none());
        for odd in ["", "mx\nwww IN A 192.0.2.1", "t xt", "té"] {
            assert!(records(&[json!({"type": odd, "value": "x"})]).is_none(), "{odd:?}");
        }
    }
}
