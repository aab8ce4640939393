//! What the grid of a plan is read from.

use std::sync::Arc;

use crate::domain::grid::Prompts;
use crate::domain::history::PastSession;
use crate::domain::id::PlanId;
use crate::domain::revision::Revision;
use crate::store::{Store, StoreError};
use crate::tui::msg::Msg;
use crate::tui::screens::grid::state::{Found, ReadOn, Sessions, Wanted};

/// The sessions of `plan` and the state of it that was read last, which may be `known`.
pub(super) fn load(store: &Store, plan: PlanId, known: Option<Arc<Revision>>) -> Msg {
    let sessions = || {
        let stored = store.plan(plan)?;
        let stored = stored.ok_or_else(|| StoreError::NoSuchPlan { path: store.path().to_owned(), plan })?;
        let latest = |known: &Arc<Revision>| (known.plan_id(), known.number()) == (plan, stored.revision);
        let revision = match known.filter(latest) {
            Some(known) => known,
            None => Arc::new(store.revision(plan, stored.revision)?),
        };
        Ok(Sessions {
            prompts: Arc::new(Prompts::new(revision)),
            columns: Arc::new(store.grid_columns(plan)?),
        })
    };
    match sessions() {
        Ok(sessions) => Msg::GridLoaded(Box::new(sessions)),
        Err::<_, StoreError>(error) => Msg::OpenFailed(error.to_string()),
    }
}

/// A piece of the grid.
pub(super) fn read(store: &Store, ReadOn { sessions, what }: ReadOn) -> Msg {
    let Sessions { prompts, columns } = sessions;
    let before =
        || columns.iter().map(|column| Arc::clone(&column.session)).collect::<Vec<Arc<PastSession>>>();
    let found = match what {
        Wanted::Rows(wanted) => {
            store.grid_rows(&columns, &wanted).map(|rows| Found::Rows(wanted.into_iter().zip(rows).collect()))
        }
        Wanted::Members { revision, sessions } => {
            store.grid_members(&prompts, revision, &sessions).map(Found::Members)
        }
        Wanted::Marks(wanted) => store
            .history(&before(), &wanted, usize::MAX)
            .map(|marks| Found::Marks(wanted.into_iter().zip(marks).collect())),
        Wanted::Notes(session, prompt) => {
            store.notes_in(session, prompt).map(|notes| Found::Notes(session, prompt, notes))
        }
    };
    match found {
        Ok(found) => Msg::GridRead(Box::new(found)),
        Err(error) => Msg::NoGrid(error.to_string()),
    }
}
