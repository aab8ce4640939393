//! Plans as JSON.

use serde::Serialize;

use crate::domain::plan::Plan;

/// Stub.
#[must_use]
pub fn to_safe_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Stub.
#[must_use]
pub fn plan_json(plan: &Plan) -> serde_json::Value {
    serde_json::json!({"title": plan.title})
}
