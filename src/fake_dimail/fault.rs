//! A fault that a test requests.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fake_dimail::call::Call;

/// A fault to inject.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub method: String,
    /// `*` matches one segment.
    pub path: String,
    pub kind: Kind,
    /// How many more times it happens.
    #[serde(default = "once")]
    pub times: u32,
    #[serde(default = "half_a_minute")]
    pub seconds: f64,
}

fn once() -> u32 {
    1
}

fn half_a_minute() -> f64 {
    30.0
}

/// The kind of a fault; see the module `fake_dimail` (`mod.rs`) for each.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    #[serde(rename = "refuse_500")]
    Refuse500,
    Hang,
    Close,
    #[serde(rename = "html_502")]
    Html502,
    #[serde(rename = "redirect_307")]
    Redirect307,
    Missing,
    #[serde(rename = "refuse_403")]
    Refuse403,
    #[serde(rename = "refuse_409")]
    Refuse409,
    #[serde(rename = "refuse_422")]
    Refuse422,
    #[serde(rename = "act_then_500")]
    ActThen500,
    ActThenHang,
    ActThenClose,
    HangThenAct,
    CloseThenAct,
    BadJson,
    Slow,
    #[serde(rename = "half_then_500")]
    HalfThen500,
    HalfDelete,
    SlowHalves,
}

impl Fault {
    /// Whether the fault is valid and its kind fits its method.
    pub fn is_possible(&self) -> bool {
        let only = match self.kind {
            Kind::HalfThen500 | Kind::SlowHalves => "POST",
            Kind::HalfDelete => "DELETE",
            _ => &self.method,
        };
        self.times > 0 && self.method.eq_ignore_ascii_case(only) && Duration::try_from_secs_f64(self.seconds).is_ok()
    }

    /// Whether the fault is for this call.
    pub fn meets(&self, call: &Call) -> bool {
        let (segments, _) = call.segments();
        let wanted = self.path.trim_matches('/').split('/');
        let method = self.method == "*" || self.method.eq_ignore_ascii_case(call.method.as_str());
        method
            && wanted.clone().count() == segments.len()
            && wanted.zip(&segments).all(|(wanted, segment)| wanted == "*" || wanted == *segment)
    }

    /// How long it holds an answer back.
    pub fn hold(&self) -> Duration {
        Duration::try_from_secs_f64(self.seconds).unwrap_or_default()
    }
}
