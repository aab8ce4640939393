//! Plans as text.

use crate::domain::plan::Plan;

/// Stub.
#[must_use]
pub fn plan_text(plan: &Plan) -> String {
    plan.title.clone()
}
