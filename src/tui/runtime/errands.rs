//! What may take longer than a key is read by a thread of its own, with a connection of its own.
//!
//! The thread's reason was measured: a session with 100,000 marks takes a quarter of a second to read and to fold, and
//! every key has an answer within 16 ms (`cargo bench --bench keys`). The thread is there from the first errand on and
//! sleeps between them. What is short comes back within a few milliseconds, before the frame that the key asked for, so that
//! nothing flashes; what is long comes back as a message. It must not know a screen: it carries out effects.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError};
use std::thread;
use std::time::Duration;

use super::{comparison, grid, trend, walks};
use crate::domain::id::{IdMap, PromptId, SessionId};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;
use crate::opening::{Choices, OpeningError};
use crate::store::{Store, StoreError};
use crate::tui::effect::{Effect, WantedOrder};
use crate::tui::msg::{Awaited, Msg, OpenedWalk};
use crate::tui::screens::grid::state::{ReadOn, Wanted};
use crate::tui::screens::trend::state::Wanted as WantedOfTrend;
use crate::tui::screens::walk::order::Order;
use crate::tui::screens::walk::state::Walk;

/// How long a key waits for an errand: some 2,000 marks are read in that time. Of the 16 ms that a key may take, what is
/// done with a long answer takes up to eight, and the frame one.
const PATIENCE: Duration = Duration::from_millis(6);

/// How long a key waits for its errand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patience {
    /// A few milliseconds: what is longer goes on beside the keys.
    #[default]
    Short,
    /// Until the answer is there, for who has nothing else to do.
    Endless,
    /// Not at all.
    None,
}

/// Where an errand stands that may be given up until it begins to write.
#[derive(Debug, Default)]
pub(super) struct Gate(AtomicU8);

impl Gate {
    const OPEN: u8 = 0;
    const PASSED: u8 = 1;
    const GIVEN_UP: u8 = 2;

    fn set(&self, to: u8) -> bool {
        self.0.compare_exchange(Self::OPEN, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// What follows cannot be taken back; false if nobody wants it any more.
    pub(super) fn pass(&self) -> bool {
        self.set(Self::PASSED)
    }

    /// Nobody wants it any more; false if it is too late for that.
    fn give_up(&self) -> bool {
        self.set(Self::GIVEN_UP) || self.is_given_up()
    }

    fn is_given_up(&self) -> bool {
        self.0.load(Ordering::SeqCst) == Self::GIVEN_UP
    }
}

/// What the thread is sent.
enum Job {
    /// To be carried out.
    Errand(Box<Errand>),
    /// To be let go of.
    LetGo(Vec<Walk>),
}

/// Something to carry out.
struct Errand {
    effect: Effect,
    now: Timestamp,
    gate: Arc<Gate>,
    answer: SyncSender<Msg>,
}

/// The errand whose answer is waited for.
#[derive(Debug)]
struct UnderWay {
    effect: Effect,
    now: Timestamp,
    gate: Arc<Gate>,
    answer: Receiver<Msg>,
}

/// Sends the thread on its way; one errand at a time is waited for.
#[derive(Debug)]
pub(super) struct Errands {
    database: PathBuf,
    patience: Patience,
    thread: Option<Sender<Job>>,
    under_way: Option<UnderWay>,
    /// The errand whose answer came while somebody waited for it.
    come: Option<(Effect, Msg)>,
}

impl Errands {
    pub(super) fn new(database: &Path) -> Self {
        let (thread, under_way, come) = (None, None, None);
        Self { database: database.to_owned(), patience: Patience::default(), thread, under_way, come }
    }

    pub(super) fn set_patience(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Has `effect` carried out; the answer, unless it takes longer than a key may wait. An errand that was under way is
    /// given up for it, unless it is the same.
    pub(super) fn send(&mut self, effect: Effect, now: Timestamp) -> Option<Msg> {
        if !self.is_at(&effect) {
            self.give_up();
            self.begin(effect, now);
        }
        match self.patience {
            Patience::Short => self.wait(Some(PATIENCE)),
            Patience::Endless => self.wait(None),
            Patience::None => return None,
        }
        self.answer().map(|(_, answer)| answer)
    }

    fn begin(&mut self, effect: Effect, now: Timestamp) {
        let gate = Arc::new(Gate::default());
        let (answer, receiver) = mpsc::sync_channel(1);
        let errand = Errand { effect: effect.clone(), now, gate: Arc::clone(&gate), answer };
        // If there can be no thread, the answer never comes, and `wait` does the work itself.
        self.give(Job::Errand(Box::new(errand)));
        self.under_way = Some(UnderWay { effect, now, gate, answer: receiver });
    }

    /// Gives `job` to the thread, which is started for the first one, and anew if it is gone.
    fn give(&mut self, job: Job) {
        let refused = match &self.thread {
            Some(thread) => thread.send(job).err().map(|refused| refused.0),
            None => Some(job),
        };
        if let Some(job) = refused {
            self.thread = start(&self.database);
            self.thread.as_ref().map(|thread| thread.send(job));
        }
    }

    /// Lets go of walks: one of 100,000 marks takes half a key to be freed.
    pub(super) fn let_go(&mut self, walks: Vec<Walk>) {
        if !walks.is_empty() {
            self.give(Job::LetGo(walks));
        }
    }

    /// True while an answer is to come.
    pub(super) fn is_waited_for(&self) -> bool {
        self.under_way.is_some() || self.come.is_some()
    }

    /// True while `effect` is what an answer is to come of.
    pub(super) fn is_at(&self, effect: &Effect) -> bool {
        self.under_way.as_ref().is_some_and(|under_way| under_way.effect == *effect)
    }

    /// Waits for the answer, at most so long.
    pub(super) fn wait(&mut self, at_most: Option<Duration>) {
        let Some(under_way) = &self.under_way else { return };
        let come = match at_most {
            Some(at_most) => under_way.answer.recv_timeout(at_most),
            None => under_way.answer.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match come {
            Ok(answer) => self.take_in(answer),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.do_it_here(),
        }
    }

    /// The answer, if it is there, behind what it answers.
    pub(super) fn answer(&mut self) -> Option<(Effect, Msg)> {
        if let Some(under_way) = &self.under_way {
            match under_way.answer.try_recv() {
                Ok(answer) => self.take_in(answer),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => self.do_it_here(),
            }
        }
        self.come.take()
    }

    fn take_in(&mut self, answer: Msg) {
        self.come = self.under_way.take().map(|under_way| (under_way.effect, answer));
    }

    /// There is no thread, or it failed: in what this one can do as well.
    fn do_it_here(&mut self) {
        self.thread = None;
        if let Some(UnderWay { effect, now, .. }) = self.under_way.take() {
            let answer = carry_out(&self.database, effect.clone(), now, &Gate::default());
            self.come = answer.map(|answer| (effect, answer));
        }
    }

    /// Waits no longer for what is under way; false if it has begun to write and is to be waited for.
    pub(super) fn give_up(&mut self) -> bool {
        let is_too_late =
            self.come.is_some() || self.under_way.as_ref().is_some_and(|under_way| !under_way.gate.give_up());
        if !is_too_late {
            self.under_way = None;
        }
        !is_too_late
    }
}

/// Starts the thread; `None` if the system has none to give.
fn start(database: &Path) -> Option<Sender<Job>> {
    let (sender, jobs) = mpsc::channel();
    let database = database.to_owned();
    let run = move || serve(&database, &jobs);
    thread::Builder::new().name("errands".to_owned()).spawn(run).ok().map(|_| sender)
}

/// Carries out errands until nobody sends any. What was given up is not begun, or its answer is dropped here, where that
/// costs no key.
fn serve(database: &Path, jobs: &Receiver<Job>) {
    for job in jobs {
        let Errand { effect, now, gate, answer } = match job {
            Job::Errand(errand) => *errand,
            Job::LetGo(walks) => {
                drop(walks);
                continue;
            }
        };
        if gate.is_given_up() {
            continue;
        }
        if let Some(msg) = carry_out(database, effect, now, &gate) {
            let _ = answer.send(msg);
        }
    }
}

/// True for what may take longer than a key: it grows with a plan or with a session.
pub(super) fn is_errand(effect: &Effect) -> bool {
    match effect {
        Effect::OpenSession(_)
        | Effect::OpenPlan { .. }
        | Effect::Retest(_)
        | Effect::OpenSample
        | Effect::Compare(_)
        | Effect::MakeOrder(_) => true,
        // Where a state of the plan has to be read.
        Effect::LoadGrid { known, .. } => known.is_none(),
        Effect::ReadGrid(ReadOn { what, .. }) => matches!(what, Wanted::Members { .. }),
        Effect::ReadTrend(what) => matches!(what, WantedOfTrend::Points { .. }),
        _ => false,
    }
}

/// What the tester waits for in `effect`; `None` where the screen goes on without.
pub(super) fn awaited(effect: &Effect) -> Option<Awaited> {
    match effect {
        Effect::OpenSession(_) | Effect::Retest(_) => Some(Awaited::Session),
        Effect::OpenPlan { .. } | Effect::OpenSample => Some(Awaited::Plan),
        Effect::LoadGrid { .. } => Some(Awaited::Sessions),
        Effect::MakeOrder(_) => Some(Awaited::Order),
        _ => None,
    }
}

/// Carries out an errand; `None` if it was given up at the `gate`.
fn carry_out(database: &Path, effect: Effect, now: Timestamp, gate: &Gate) -> Option<Msg> {
    let open = || Store::open_existing(database);
    let walk = |opened: &dyn Fn(&mut Store) -> Result<Option<OpenedWalk>, OpeningError>| match open()
        .map_err(OpeningError::from)
        .and_then(|mut store| opened(&mut store))
    {
        Ok(opened) => opened.map(|opened| Msg::WalkOpened(Box::new(opened))),
        Err(error) => Some(Msg::OpenFailed(error.to_string())),
    };
    match effect {
        Effect::OpenSession(session) => walk(&|store| walks::open_session(store, session, now).map(Some)),
        Effect::OpenPlan { plan, new } => {
            let choices = Choices { new, ..Choices::default() };
            walk(&|store| walks::open_plan(store, plan, &choices, now, gate))
        }
        Effect::Retest(session) => walk(&|store| walks::retest(store, session, now, gate)),
        Effect::OpenSample => walk(&|store| walks::open_sample(store, now, gate)),
        Effect::Compare(pair) => Some(match open() {
            Ok(store) => comparison::compare(&store, pair),
            Err(error) => Msg::NotCompared(error.to_string()),
        }),
        Effect::LoadGrid { plan, known } => Some(match open() {
            Ok(store) => grid::load(&store, plan, known),
            Err(error) => Msg::OpenFailed(error.to_string()),
        }),
        Effect::ReadGrid(what) => Some(match open() {
            Ok(store) => grid::read(&store, what),
            Err(error) => Msg::NoGrid(error.to_string()),
        }),
        Effect::ReadTrend(what) => Some(match open() {
            Ok(store) => trend::read(&store, what),
            Err(error) => Msg::NoTrend(error.to_string()),
        }),
        Effect::MakeOrder(wanted) => Some(make_order(open, *wanted)),
        _ => None,
    }
}

/// The order of a walk. One that asks for last time, which cannot be known, is made as if nothing was ever judged: that is
/// what most first sessions are.
fn make_order(open: impl FnOnce() -> Result<Store, StoreError>, wanted: WantedOrder) -> Msg {
    let WantedOrder { session, revision, strategy, states, progress, last_time, asks_last_time, place } =
        wanted;
    let read = || last_verdicts(&open()?, session, revision.ids()).map(Arc::new);
    let last_time = match asks_last_time {
        true => Some(read().unwrap_or_default()),
        false => last_time,
    };
    let last = |idx| {
        let known = last_time.as_ref().zip(revision.id_at(idx));
        known.and_then(|(known, prompt)| known.get(&prompt).copied()).unwrap_or_default()
    };
    let standing = |idx| progress.standing(idx);
    let order = Order::new(revision.plan(), strategy, &states, &last, &standing);
    Msg::OrderMade { session, order: Box::new(order), last_time, place }
}

fn last_verdicts(
    store: &Store,
    session: SessionId,
    prompts: &[PromptId],
) -> Result<IdMap<PromptId, Verdict>, StoreError> {
    store.last_verdicts(&store.sessions_before(session)?, prompts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_unix_ms(1_795_438_931_000, 60).unwrap()
    }

    fn errands() -> (tempfile::TempDir, Store, Errands) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s.db")).unwrap();
        let mut errands = Errands::new(store.path());
        errands.set_patience(Patience::None);
        (folder, store, errands)
    }

    #[test]
    fn what_was_given_up_before_it_writes_writes_nothing() {
        let (_folder, mut store, _) = errands();
        let gate = Gate::default();
        assert!(gate.give_up());
        assert!(walks::open_sample(&mut store, now(), &gate).unwrap().is_none());
        assert_eq!(store.sessions().unwrap(), []);
        let gate = Gate::default();
        assert!(walks::open_sample(&mut store, now(), &gate).unwrap().is_some());
        assert!(!gate.give_up(), "it is on the disk");
        assert_eq!(store.sessions().unwrap().len(), 1);
    }

    #[test]
    fn what_has_begun_to_write_is_waited_for() {
        let (_folder, store, mut errands) = errands();
        assert!(errands.send(Effect::OpenSample, now()).is_none());
        errands.wait(None);
        assert!(!errands.give_up());
        assert!(matches!(errands.answer(), Some((Effect::OpenSample, Msg::WalkOpened(_)))));
        assert!(!errands.is_waited_for());
        assert!(errands.give_up(), "there is nothing to be late for");
        assert_eq!(store.sessions().unwrap().len(), 1);
    }

    #[test]
    fn the_latest_errand_is_the_one_that_is_answered() {
        let (_folder, store, mut errands) = errands();
        let session = SessionId(uuid::Uuid::from_u128(7));
        let opens = Effect::OpenSession(session);
        assert!(errands.send(opens.clone(), now()).is_none());
        // The same again is no other errand.
        let gate = Arc::clone(&errands.under_way.as_ref().unwrap().gate);
        assert!(errands.send(opens.clone(), now()).is_none());
        assert!(errands.is_at(&opens) && !gate.is_given_up());
        assert!(errands.send(Effect::OpenSample, now()).is_none());
        assert!(gate.is_given_up() && !errands.is_at(&opens));
        errands.wait(None);
        assert!(matches!(errands.answer(), Some((Effect::OpenSample, Msg::WalkOpened(_)))));
        assert_eq!(store.sessions().unwrap().len(), 1);
    }

    /// A system that gives no thread, or a defect that ended it.
    #[test]
    fn without_the_thread_it_is_done_here() {
        let (_folder, _store, mut errands) = errands();
        let (gone, errand) = mpsc::channel();
        drop(errand);
        errands.thread = Some(gone);
        assert!(errands.send(Effect::OpenSample, now()).is_none());
        errands.wait(None);
        assert!(
            matches!(errands.answer(), Some((Effect::OpenSample, Msg::WalkOpened(_)))),
            "by a thread that was started anew"
        );
        let (answer, receiver) = mpsc::sync_channel(1);
        drop(answer);
        let gate = Arc::default();
        errands.under_way = Some(UnderWay { effect: Effect::OpenSample, now: now(), gate, answer: receiver });
        assert!(matches!(errands.answer(), Some((Effect::OpenSample, Msg::WalkOpened(_)))));
        assert!(errands.thread.is_none() && !errands.is_waited_for());
    }
}
