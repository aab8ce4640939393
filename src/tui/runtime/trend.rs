//! What the trend of a plan is read from.

use crate::domain::id::PlanId;
use crate::store::{Store, StoreError};
use crate::tui::msg::Msg;
use crate::tui::screens::trend::state::{Found, Loaded, ROWS_A_PIECE, Wanted};

/// The sessions of `plan` with what each knows of itself.
pub(super) fn load(store: &Store, plan: PlanId) -> Msg {
    let loaded = || {
        let title = store.plans()?.into_iter().find(|head| head.id == plan).map(|head| head.title);
        let title = title.ok_or_else(|| StoreError::NoSuchPlan { path: store.path().to_owned(), plan })?;
        Ok(Loaded { plan, title, entries: store.trend_entries(plan)? })
    };
    match loaded() {
        Ok(loaded) => Msg::TrendLoaded(Box::new(loaded)),
        Err::<_, StoreError>(error) => Msg::Said(error.to_string()),
    }
}

/// A piece of it.
pub(super) fn read(store: &Store, what: Wanted) -> Msg {
    let found = match what {
        Wanted::Points { plan, session, revision, mut known } => {
            store.trend_points(plan, session, revision, &mut known).map(|points| Found::Points(points, known))
        }
        Wanted::Verdicts(session, after) => {
            store.results_of(session, after, ROWS_A_PIECE).map(Found::Verdicts)
        }
    };
    match found {
        Ok(found) => Msg::TrendRead(Box::new(found)),
        Err(error) => Msg::NoTrend(error.to_string()),
    }
}
