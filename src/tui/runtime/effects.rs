//! Carries out what updates ask for: the store, the plan's file, the editor, the clipboard.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::errands::{self, Errands, Patience};
use super::rescue::{self, RescueFile};
use super::terminal::Terminal;
use super::{clipboard, editor, grid, trend, walks};
use crate::domain::history::{LENGTH, PastSession};
use crate::domain::id::SessionId;
use crate::domain::revision::Revision;
use crate::domain::session::Fresh;
use crate::domain::time::Timestamp;
use crate::format;
use crate::format::report::{Extent, Form};
use crate::opening::{
    self, Carried, Choices, Foreseen, OpeningError, ParseFailure, ParsedPlan, Source, Writes,
};
use crate::reporting::Stored as StoredSessions;
use crate::store::{self, AppendError, DraftOf, Rescue, Store, StoreError};
use crate::tui::effect::Effect;
use crate::tui::msg::{Msg, OpenedWalk};
use crate::tui::screens::home::state::{PlanRow, SessionRow};
use crate::tui::screens::walk::history::state::{Answer, Found, LookBack, ROWS_A_PIECE, Wanted};
use crate::tui::screens::walk::state::Walk;

/// What effects are carried out with.
#[derive(Debug)]
pub struct Outside {
    store: Store,
    /// Where events are kept that the database did not take.
    rescue: RescueFile,
    /// Where reports go, and what is kept at a place that was typed: the folder that the program was started in.
    folder: PathBuf,
    /// SQLite's count of other connections' commits, as it was at the last look.
    seen_version: Option<i64>,
    /// The sessions before the one that was looked back from last.
    before: Option<(SessionId, Vec<Arc<PastSession>>)>,
    /// What may take longer than a key.
    errands: Errands,
}

/// A walk that was opened and is still to be written.
#[derive(Debug)]
pub struct Unsettled {
    path: PathBuf,
    choices: Choices,
    at: Timestamp,
    writes: Writes,
}

/// The part of the terminal that effects need; a test stands in for it.
pub trait Host {
    /// Lets the tester's editor change `text`; `None` if nothing is to change.
    ///
    /// # Errors
    ///
    /// Why there is no text, in words for the tester.
    fn edit(&mut self, text: &str) -> Result<Option<String>, String>;
    /// Puts `text` on the clipboard.
    ///
    /// # Errors
    ///
    /// Why it is not there, in words for the tester.
    fn copy(&mut self, text: &str) -> Result<(), String>;
    /// Stops the program until the shell continues it.
    fn stop(&mut self);
    /// Makes the next frame draw every cell.
    fn redraw(&mut self);
}

impl Host for Terminal {
    fn edit(&mut self, text: &str) -> Result<Option<String>, String> {
        editor::edit_text(self, text).map_err(|e| e.to_string())
    }

    fn copy(&mut self, text: &str) -> Result<(), String> {
        clipboard::copy(text).map_err(|e| format!("copying: {e}"))
    }

    fn stop(&mut self) {
        Self::stop(self);
    }

    fn redraw(&mut self) {
        Self::redraw(self);
    }
}

/// Whether the loop goes on after an effect.
#[derive(Debug)]
pub enum Done {
    /// It does, with the effect's answer if it has one.
    Answer(Option<Box<Msg>>),
    /// The program ends.
    Quit,
}

impl Outside {
    /// Effects on `store`.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let folder = PathBuf::from(".");
        let errands = Errands::new(store.path());
        Self { store, rescue: RescueFile::default(), folder, seen_version: None, before: None, errands }
    }

    /// The same, with reports going to `folder`.
    #[must_use]
    pub fn reporting_to(self, folder: PathBuf) -> Self {
        Self { folder, ..self }
    }

    /// Lets keys wait so long from now on for what takes longer.
    pub fn set_patience(&mut self, patience: Patience) {
        self.errands.set_patience(patience);
    }

    /// Opens the plan at `path`: its open session, or a new one. What has to be written for that still is, so that the
    /// walk can be drawn before: see [`Outside::settle`].
    ///
    /// # Errors
    ///
    /// [`OpeningError`] says why there is nothing to walk.
    pub fn open_file(
        &self,
        path: &Path,
        choices: &Choices,
        now: Timestamp,
    ) -> Result<(OpenedWalk, Unsettled), OpeningError> {
        let Foreseen { opened, writes } =
            opening::foresee(&self.store, Source::File(path), choices, now, &parse)?;
        let opened = walks::opened_walk(opened, path.display().to_string());
        let opened = OpenedWalk { is_stored: writes.session_is_stored(), ..opened };
        let mut opened = walks::with_drafts(&self.store, opened);
        if let Some(waits) = rescue::found_beside(self.store.path()).first() {
            let waits = format!("changes wait in {0}: seamwalk doctor --rescue {0}", waits.display());
            opened.said = Some(opened.said.map_or(waits.clone(), |said| format!("{waits}; {said}")));
        }
        Ok((opened, Unsettled { path: path.to_owned(), choices: choices.clone(), at: now, writes }))
    }

    /// Writes what the walk on `revision` was opened with. If another program was quicker, the walk comes anew.
    ///
    /// # Errors
    ///
    /// [`OpeningError`] says why it cannot be written.
    pub fn settle(&mut self, unsettled: Unsettled, revision: &Revision) -> Result<Msg, OpeningError> {
        let Unsettled { path, choices, at, writes } = unsettled;
        if writes.carry_out(&mut self.store, revision)? == Carried::AsForeseen {
            return Ok(Msg::Stored);
        }
        let opened = opening::open(&mut self.store, Source::File(&path), &choices, at, &parse)?;
        let opened = walks::opened_walk(opened, path.display().to_string());
        let opened = walks::with_drafts(&self.store, opened);
        Ok(Msg::WalkOpened(Box::new(opened)))
    }

    /// Carries out one effect.
    pub fn carry_out(&mut self, effect: Effect, now: Timestamp, host: &mut impl Host) -> Done {
        let answer = match effect {
            errand if errands::is_errand(&errand) => self.send(errand, now),
            Effect::Append { session, expected_seq, batch } => {
                Some(self.append(session, expected_seq, batch))
            }
            Effect::CatchUp { session, after_seq } => self.catch_up(session, after_seq),
            Effect::KeepElsewhere { path, session, after_seq, batch } => {
                Some(self.keep_elsewhere(&path, &self.rescue_of(session, after_seq, batch)))
            }
            Effect::KeepDraft { session, prompt, kind, text } => {
                let of = DraftOf::Note { prompt, kind };
                Some(Msg::DraftKept(self.keep_draft(session, of, text, now).is_ok()))
            }
            Effect::KeepAnswer { session, question, text } => {
                let of = DraftOf::Answer(question);
                Some(Msg::DraftKept(self.keep_draft(session, of, text, now).is_ok()))
            }
            Effect::NothingWaits => {
                self.rescue.drop_file();
                None
            }
            Effect::GiveUp => Some(Msg::GivenUp(self.errands.give_up())),
            Effect::Export { session, form } => {
                Some(Msg::Exported { form, went: self.export(session, form) })
            }
            Effect::LoadHome => Some(self.load_home()),
            Effect::LookBack(LookBack { session, what }) => Some(match self.look_back(session, what) {
                Ok(found) => Msg::LookedBack(Box::new(found)),
                Err(error) => Msg::NoPast(error.to_string()),
            }),
            Effect::LoadGrid { plan, known } => Some(grid::load(&self.store, plan, known)),
            Effect::ReadGrid(what) => Some(grid::read(&self.store, what)),
            Effect::LoadTrend(plan) => Some(trend::load(&self.store, plan)),
            Effect::ReadTrend(what) => Some(trend::read(&self.store, what)),
            Effect::EditText(text) => Some(host.edit(&text).map_or_else(Msg::Said, Msg::Edited)),
            Effect::Copy(text) => host.copy(&text).err().map(Msg::Said),
            Effect::Suspend => {
                host.stop();
                None
            }
            Effect::Redraw => {
                host.redraw();
                None
            }
            Effect::Quit => return Done::Quit,
            // An errand, all of them.
            Effect::OpenSession(_)
            | Effect::OpenPlan { .. }
            | Effect::Retest(_)
            | Effect::OpenSample
            | Effect::Compare(_)
            | Effect::MakeOrder(_) => None,
        };
        Done::Answer(answer.map(Box::new))
    }

    /// Has `errand` done; its answer, or that the tester has to wait for it.
    fn send(&mut self, errand: Effect, now: Timestamp) -> Option<Msg> {
        let awaited = errands::awaited(&errand).map(Msg::Awaiting);
        self.errands.send(errand, now).or(awaited)
    }

    /// Lets go of walks that nobody comes back to, beside the keys.
    pub fn let_go(&mut self, walks: Vec<Walk>) {
        self.errands.let_go(walks);
    }

    /// True while something is read whose answer is to come.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.errands.is_waited_for()
    }

    /// True while `effect` is what is being read.
    #[must_use]
    pub fn is_at(&self, effect: &Effect) -> bool {
        self.errands.is_at(effect)
    }

    /// What was being read, once it is, behind the effect that asked for it.
    pub fn answer(&mut self) -> Option<(Effect, Msg)> {
        self.errands.answer()
    }

    /// Waits until what is being read is.
    pub fn wait(&mut self) {
        self.errands.wait(None);
    }

    /// What others wrote into `session` since the last look; asks SQLite for one number if nobody wrote at all.
    fn catch_up(&mut self, session: SessionId, after_seq: u64) -> Option<Msg> {
        // A file that cannot be read now says so at the next mark, where it matters.
        let version = self.store.data_version().ok()?;
        if self.seen_version.replace(version) == Some(version) {
            return None;
        }
        let missing = self.store.events(session, after_seq).ok()?;
        (!missing.is_empty()).then_some(Msg::CaughtUp(missing))
    }

    fn look_back(&mut self, session: SessionId, what: Wanted) -> Result<Found, StoreError> {
        let before = match self.before.take() {
            Some((of, before)) if of == session => before,
            _ => self.store.sessions_before(session)?,
        };
        let (_, before) = self.before.insert((session, before));
        let store = &self.store;
        let what = match what {
            _ if before.is_empty() => Answer::Marks(Vec::new()),
            Wanted::Marks(prompts) => {
                let marks = store.history(before, &prompts, LENGTH)?;
                Answer::Marks(prompts.into_iter().zip(marks).collect())
            }
            Wanted::Passes(prompts) => {
                let passes = store.last_passes(before, &prompts)?;
                Answer::Passes(prompts.into_iter().zip(passes).collect())
            }
            Wanted::Notes(past, prompt) => Answer::Notes(prompt, store.notes_in(past, prompt)?),
            Wanted::Verdicts(place) => {
                let past = before.iter().rev().nth(place.sessions_read);
                let read = |past: &Arc<PastSession>| store.verdicts_of(past.id, place.after, ROWS_A_PIECE);
                Answer::Verdicts(place, past.map(read).transpose()?.unwrap_or_default())
            }
        };
        Ok(Found { session, session_count: before.len(), what })
    }

    fn append(&mut self, session: SessionId, expected_seq: u64, batch: Vec<Fresh>) -> Msg {
        match self.store.append(session, expected_seq, &batch) {
            Ok(recorded) => {
                self.rescue.drop_file();
                Msg::Appended(recorded)
            }
            Err(AppendError::Stale { missing }) => Msg::Stale { batch, missing },
            Err(error) => {
                // After a failed sync the same handle must not be trusted to have told the truth (fsync errors are
                // reported once): a fresh one reads what the disk holds. Reopening may fail as the append did; the
                // next attempt says so again.
                if matches!(&error, AppendError::Store(e) if e.asks_for_reopening()) {
                    let _ = self.store.reopen();
                }
                let rescue = self.rescue_of(session, expected_seq, batch);
                self.rescue.keep(&rescue, self.store.path());
                let kept = self.rescue.path().map(|path| beside(path, self.store.path()));
                Msg::NotSaved { batch: rescue.batch, why: said_of(&error), kept }
            }
        }
    }

    fn keep_draft(
        &mut self,
        session: SessionId,
        of: DraftOf,
        text: String,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if text.is_empty() {
            self.store.clear_draft(session, &of)
        } else {
            self.store.save_draft(session, &store::Draft { of, text, at })
        }
    }

    fn rescue_of(&self, session: SessionId, after_seq: u64, batch: Vec<Fresh>) -> Rescue {
        let database = self.store.path().display().to_string();
        Rescue { session, database, after_seq, batch }
    }

    fn keep_elsewhere(&self, path: &Path, rescue: &Rescue) -> Msg {
        let path = match (path.strip_prefix("~"), std::env::home_dir()) {
            (Ok(below), Some(home)) => home.join(below),
            // As it was typed: it is said again.
            _ if self.folder == Path::new(".") => path.to_owned(),
            _ => self.folder.join(path),
        };
        Msg::Said(match RescueFile::keep_at(&path, rescue) {
            Ok(path) => format!("written to {0}: seamwalk doctor --rescue {0} takes it in", path.display()),
            Err(error) => format!("writing to {}: {error}", path.display()),
        })
    }

    /// Where what could not be saved is kept; `None` if nothing waits, or no folder took it.
    #[must_use]
    pub fn kept_in(&self) -> Option<&Path> {
        self.rescue.path()
    }

    /// What waits, as a rescue file holds it.
    #[must_use]
    pub fn rescue_text(&self, session: SessionId, after_seq: u64, batch: Vec<Fresh>) -> String {
        self.rescue_of(session, after_seq, batch).to_json()
    }

    /// Writes a report under its form's own name, and says where it is.
    fn export(&self, session: SessionId, form: Form) -> Result<PathBuf, String> {
        let mut sessions = StoredSessions::new(&self.store, &[session]).map_err(|e| e.to_string())?;
        let path = sessions.write_file(form, Extent::Usual, &self.folder).map_err(|e| e.to_string())?;
        Ok(fs::canonicalize(&path).unwrap_or(path))
    }

    /// All plans and sessions, for home.
    pub fn load_home(&self) -> Msg {
        match (self.store.plans(), self.store.sessions()) {
            (Ok(plans), Ok(sessions)) => Msg::HomeLoaded {
                plans: plans
                    .into_iter()
                    .map(|plan| PlanRow {
                        id: plan.id,
                        title: plan.title,
                        source: plan.source,
                        prompt_count: plan.prompt_count,
                        session_count: plan.session_count,
                        touched_at: plan.touched_at,
                    })
                    .collect(),
                sessions: sessions
                    .into_iter()
                    .map(|session| SessionRow {
                        id: session.id,
                        plan: session.plan,
                        title: session.plan_title,
                        tester: session.tester,
                        charter: session.charter,
                        is_retest: session.retest_of.is_some(),
                        is_open: session.ended_at.is_none(),
                        counts: session.counts,
                        updated_at: session.updated_at,
                    })
                    .collect(),
            },
            (Err(error), _) | (_, Err(error)) => Msg::Said(error.to_string()),
        }
    }
}

/// Why something was not saved. The file was there when the walk was opened: that it is missing now means it was moved.
fn said_of(error: &AppendError) -> String {
    match error {
        AppendError::Store(error) => error.brief(),
        other => other.to_string(),
    }
}

/// Where a rescue file lies, in few words: its whole name is printed at the end, and `doctor` names it.
fn beside(path: &Path, database: &Path) -> String {
    if path.parent() == database.parent() {
        "a file beside it".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The formats as opening wants them: a plan with at least one prompt, or where and why there is none.
///
/// # Errors
///
/// [`ParseFailure`] with the format's own words.
pub fn parse(bytes: &[u8], name: &Path, title: &str) -> Result<ParsedPlan, ParseFailure> {
    let parsed = format::parse(bytes, format::SourceKind::of_path(name), title)
        .map_err(|e| ParseFailure { place: Some((e.line(), e.column())), message: e.to_string() })?;
    format::require_prompts(&parsed.plan)
        .map_err(|e| ParseFailure { place: None, message: e.to_string() })?;
    Ok(ParsedPlan { problem_count: parsed.problems.len(), plan: parsed.plan })
}
