//! The results of a domain's checks: the planned ones, and the last ones.

use serde::{Deserialize, Serialize};

/// The result of a domain's checks from now on.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    #[serde(default)]
    pub errors: Vec<String>,
    #[serde(default)]
    pub internal_errors: Vec<String>,
    #[serde(default)]
    pub fix_repairs: Repairs,
}

/// Whether fix repairs dimail's own errors, or after how many calls.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Repairs {
    Whether(bool),
    After(u32),
}

impl Default for Repairs {
    fn default() -> Repairs {
        Repairs::Whether(true)
    }
}

/// The last result of one check.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Check {
    pub name: String,
    /// Whether it is about dimail's own side.
    pub internal: bool,
    pub errors: Vec<CheckError>,
}

/// What a check found wrong.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CheckError {
    pub code: String,
    pub detail: String,
}
