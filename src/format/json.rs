//! Plans as JSON.

use serde::Serialize;

use crate::domain::plan::Plan;

/// Stub.
#[must_use]
pub fn to_safe_json<T: Serialize>(value: &T) -> String {
    let mut json = serde_json::to_string_pretty(value).unwrap_or_default();
    json.push('\n');
    json
}

/// Stub.
#[must_use]
pub fn plan_json(plan: &Plan) -> String {
    to_safe_json(&plan.title)
}
