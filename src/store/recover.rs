//! A new database out of a damaged one: every event whose page is readable (R22). The old one is only read.
//!
//! Events are found page by page and believed by their hashes, so that it does not matter what else is damaged. They keep
//! their identities and their order; places are given anew where some are missing. What plans said comes from their
//! stored states, else from the wordings that marks carry.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use uuid::Uuid;

use super::carve::{self, Value};
use super::copy::{self, CopyError};
use super::open::beside;
use super::sessions::{IfOpen, NewSession};
use super::{AppendError, Reading, Store, StoreError, event, plans};
use crate::domain::component::States;
use crate::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use crate::domain::plan::{Entry, NodeKind, Outline, Plan};
use crate::domain::revision::Revision;
use crate::domain::session::{Event, Fresh, Recorded, ReplayError, Session, Start};
use crate::domain::time::Timestamp;

/// What was found and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovered {
    /// States of plans.
    pub revisions: usize,
    /// Sessions that have at least one event.
    pub sessions: usize,
    /// Events, the beginnings of sessions included.
    pub events: usize,
    /// Events that are in the new database, but count for nothing without others that were lost, so that they are
    /// left out.
    pub left_out: usize,
    /// Sessions with the places that are missing before their last event.
    pub missing: Vec<(SessionId, Vec<u64>)>,
}

/// Everything that was found in the pages.
struct Found {
    /// For what has no time of its own.
    now: Timestamp,
    events: BTreeMap<SessionId, BTreeMap<u64, Recorded>>,
    revisions: BTreeMap<(PlanId, u32), (Revision, [u8; 32])>,
    /// Where plans were read from.
    sources: BTreeMap<PlanId, String>,
    /// Who walked what: known where a session's beginning is lost.
    heads: BTreeMap<SessionId, (PlanId, String, String)>,
}

/// Makes a new database at `to` out of what can be read of the one at `path`, which stays as it is.
///
/// Nobody else should be writing to it meanwhile; this process must not have it open.
///
/// # Errors
///
/// [`CopyError`]; nothing is at `to` then.
pub fn recover(path: &Path, to: &Path, now: Timestamp) -> Result<Recovered, CopyError> {
    let read = |path: &Path| fs::read(path);
    let file = read(path).map_err(|source| CopyError::Read { path: path.to_owned(), source })?;
    let log = read(&beside(path, "-wal")).unwrap_or_default();
    let mut found = Found::new(now);
    carve::rows(&file, &log, |row| found.take(&row));
    copy::replace_nothing(to)?;
    let (temporary, guard) = copy::temporary_beside(to)?;
    let recovered = found.write(&temporary)?;
    copy::put_in_place(&temporary, guard, to)?;
    Ok(recovered)
}

impl Found {
    fn new(now: Timestamp) -> Self {
        Self {
            now,
            events: BTreeMap::new(),
            revisions: BTreeMap::new(),
            sources: BTreeMap::new(),
            heads: BTreeMap::new(),
        }
    }

    fn take(&mut self, row: &[Value]) {
        if let Some((session, event)) = event::carved(row) {
            self.events.entry(session).or_default().insert(event.seq, event);
        } else if let Some((revision, content_hash)) = plans::carved(row) {
            self.revisions.insert((revision.plan_id(), revision.number()), (revision, content_hash));
        } else if let [Value::Blob(id), title, explicit, source, revision, _, _] = row
            && let (Ok(id), Some(_), Some(source)) = (Uuid::from_slice(id), title.text(), source.text())
            && (explicit.text().is_some() || *explicit == Value::Null)
            && revision.integer().is_some()
        {
            self.sources.insert(PlanId(id), source.to_owned());
        } else if let [Value::Blob(id), Value::Blob(plan), Value::Integer(_), title, tester, ..] = row
            && row.len() > 20
            && let (Ok(id), Ok(plan)) = (Uuid::from_slice(id), Uuid::from_slice(plan))
            && let (Some(title), Some(tester)) = (title.text(), tester.text())
        {
            self.heads.insert(SessionId(id), (PlanId(plan), title.to_owned(), tester.to_owned()));
        }
    }

    fn write(self, to: &Path) -> Result<Recovered, CopyError> {
        let mut store = Store::open(to)?;
        let mut recovered = Recovered { revisions: self.revisions.len(), ..Recovered::default() };
        for ((plan, _), (revision, content_hash)) in &self.revisions {
            let source = self.source_of(*plan);
            let at = self.latest_event_of(*plan);
            store.save_revision(
                revision,
                Reading { content_hash: *content_hash, problem_count: 0, source: &source, at },
            )?;
        }
        for (id, events) in &self.events {
            let places: BTreeSet<u64> = events.keys().copied().collect();
            let last = places.last().copied().unwrap_or(0);
            let missing: Vec<u64> = (0..=last).filter(|place| !places.contains(place)).collect();
            if !missing.is_empty() {
                recovered.missing.push((*id, missing));
            }
            recovered.sessions += 1;
            let (kept, left_out) = self.write_session(&mut store, *id, events)?;
            recovered.events += kept;
            recovered.left_out += left_out;
        }
        Ok(recovered)
    }

    /// How many events of the session are there now, and how many cannot be.
    fn write_session(
        &self,
        store: &mut Store,
        id: SessionId,
        events: &BTreeMap<u64, Recorded>,
    ) -> Result<(usize, usize), StoreError> {
        let first = events.values().next();
        let (start, event, at, was_there) = match first {
            Some(Recorded { event: Event::SessionStarted(start), id, at, .. }) => {
                ((**start).clone(), *id, *at, 1)
            }
            other => {
                let at = other.map_or(self.latest_event(), |event| event.at);
                (self.start_of(id), EventId(derived(&["recovered", &id.to_string()])), at, 0)
            }
        };
        let revision = self.revision_of(store, &start, events)?;
        let new = NewSession { id, event, at, start };
        let mut session = store.start_session(&new, &revision, IfOpen::StartAnother)?;
        let mut after = session.clone();
        let (mut batch, mut left_out) = (Vec::new(), 0);
        for recorded in events.values().filter(|recorded| !matches!(recorded.event, Event::SessionStarted(_)))
        {
            match followed(&mut after, recorded) {
                Some(fresh) => batch.push(fresh),
                None => left_out += 1,
            }
        }
        let kept = append_all(store, &mut session, &batch)?;
        Ok((was_there + kept, left_out + batch.len() - kept))
    }

    /// What a session was started with whose beginning is lost.
    fn start_of(&self, id: SessionId) -> Start {
        let head = self.heads.get(&id).cloned();
        let (plan, plan_title, tester) = head.unwrap_or_else(|| {
            (
                PlanId(derived(&["recovered plan", &id.to_string()])),
                "recovered".to_owned(),
                "unknown".to_owned(),
            )
        });
        Start {
            plan,
            plan_title,
            tester,
            charter: None,
            time_box_ms: None,
            fields: BTreeMap::new(),
            only: None,
            components: States::default(),
            retest: None,
        }
    }

    /// The latest state of the session's plan; where none was found, one of the prompts that its marks name.
    fn revision_of(
        &self,
        store: &mut Store,
        start: &Start,
        events: &BTreeMap<u64, Recorded>,
    ) -> Result<Revision, StoreError> {
        let known = self.revisions.range((start.plan, 0)..=(start.plan, u32::MAX)).next_back();
        if let Some((_, (revision, _))) = known {
            return Ok(revision.clone());
        }
        if let Some(earlier) = store.plan(start.plan)? {
            return store.revision(start.plan, earlier.revision);
        }
        let mut prompts: Vec<(PromptId, String)> = Vec::new();
        for recorded in self.events.values().flat_map(BTreeMap::values).chain(events.values()) {
            if let Event::VerdictRecorded { prompt, wording, .. } = &recorded.event
                && prompts.iter().all(|(seen, _)| seen != prompt)
            {
                prompts.push((*prompt, wording.clone()));
            }
        }
        let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, start.plan_title.clone())];
        entries.extend(
            prompts
                .iter()
                .zip(2..)
                .map(|((_, wording), line)| Entry::new(NodeKind::Prompt, 2, line, wording)),
        );
        let outline = Outline::from_entries(&entries, &[]);
        let plan = Plan { title: start.plan_title.clone(), outline, ..Plan::default() };
        let ids = prompts.iter().map(|(id, _)| *id).collect();
        let damaged = |why: String| StoreError::DamagedRevision {
            path: store.path().to_owned(),
            plan: start.plan,
            number: 1,
            why,
        };
        let revision = Revision::new(start.plan, 1, plan, ids, Vec::new())
            .map_err(|error| damaged(error.to_string()))?;
        let source = self.source_of(start.plan);
        let at = self.latest_event();
        store.save_revision(
            &revision,
            Reading { content_hash: [0; 32], problem_count: 0, source: &source, at },
        )?;
        Ok(revision)
    }

    fn source_of(&self, plan: PlanId) -> String {
        self.sources.get(&plan).cloned().unwrap_or_else(|| format!("recovered:{plan}"))
    }

    fn latest_event_of(&self, plan: PlanId) -> Timestamp {
        let is_on = |events: &&BTreeMap<u64, Recorded>| {
            let first = events.values().next();
            first.is_some_and(|first| matches!(&first.event, Event::SessionStarted(s) if s.plan == plan))
        };
        let latest =
            self.events.values().filter(is_on).flat_map(BTreeMap::values).map(|event| event.at).max();
        latest.unwrap_or_else(|| self.latest_event())
    }

    fn latest_event(&self) -> Timestamp {
        let latest = self.events.values().flat_map(BTreeMap::values).map(|event| event.at).max();
        latest.unwrap_or(self.now)
    }
}

/// `recorded` as it follows `session`, if it can: what is about lost events cannot, and what belonged to a lost decision
/// stands for itself.
fn followed(session: &mut Session, recorded: &Recorded) -> Option<Fresh> {
    let Recorded { id, leader, at, lap, event, .. } = recorded.clone();
    let place = session.seq() + 1;
    let fresh = Fresh { id, leader, at, lap, event };
    match session.apply(fresh.clone().at_place(place)) {
        Ok(()) => Some(fresh),
        Err(ReplayError::NoSuchLeader { .. }) => {
            let alone = Fresh { leader: None, ..fresh };
            session.apply(alone.clone().at_place(place)).ok().map(|()| alone)
        }
        Err(_) => None,
    }
}

/// Appends all of `batch`, or, where something in it is refused, each decision that is not; how many events.
fn append_all(store: &mut Store, session: &mut Session, batch: &[Fresh]) -> Result<usize, StoreError> {
    if batch.is_empty() {
        return Ok(0);
    }
    match store.append(session.id(), session.seq(), batch) {
        Ok(recorded) => return Ok(recorded.len()),
        Err(AppendError::Store(error)) => return Err(error),
        Err(_) => {}
    }
    let mut kept = 0;
    for decision in batch.chunk_by(|_, next| next.leader.is_some()) {
        match store.append(session.id(), session.seq(), decision) {
            Ok(recorded) => {
                kept += recorded.len();
                *session = store.load_session(session.id())?;
            }
            Err(AppendError::Store(error)) => return Err(error),
            Err(_) => {}
        }
    }
    Ok(kept)
}
