//! The terminal face over a real store, driven by keys: everything but the terminal itself.
//!
//! Time stands still unless a test moves it, identifiers come from a seed, and the screen is printed on failure.

mod blocking;
mod comparing;
mod exporting;
mod grid;
mod help;
mod history;
mod home;
mod hostile;
mod map;
mod ordering;
mod pictures;
mod points;
mod random;
mod retest;
mod saving;
mod timing;
mod trend;
mod waiting;
mod walking;

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use seamwalk::domain::id::{EventId, PromptId};
use seamwalk::domain::session::{Event, Fresh, Session};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::store::{Loaded, Store};
use seamwalk::tui::input::Input;
use seamwalk::tui::key::{Code, Key};
use seamwalk::tui::layout::Size;
use seamwalk::tui::model::Model;
use seamwalk::tui::msg::Msg;
use seamwalk::tui::runtime::effects::{Host, Outside};
use seamwalk::tui::runtime::errands::Patience;
use seamwalk::tui::runtime::event_loop::{arrive, carry_out, take_in};
use seamwalk::tui::screens::walk::state::Walk;
use seamwalk::tui::settings::{Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};
use seamwalk::tui::update::lacking;
use seamwalk::tui::view;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const WEB_SHOP: &str = include_str!("../../../assets/plans/web-shop.md");
pub(crate) const CHECKLIST: &str = include_str!("../../../assets/plans/release-checklist.md");

/// 23 November 2026, 14:02 at [`at`]'s offset.
pub(crate) const START_MS: i64 = 1_795_438_931_000;

/// The part of a terminal that effects need, scripted.
#[derive(Debug, Default)]
pub(crate) struct FakeHost {
    /// What was copied.
    pub(crate) copies: Vec<String>,
    /// What the editor was given.
    pub(crate) edited: Vec<String>,
    /// What the editor gives back, in order.
    pub(crate) answers: VecDeque<Result<Option<String>, String>>,
    /// How often the program was stopped.
    pub(crate) stops: usize,
    /// How often everything was to be drawn anew.
    pub(crate) redraws: usize,
}

impl Host for FakeHost {
    fn edit(&mut self, text: &str) -> Result<Option<String>, String> {
        self.edited.push(text.to_owned());
        self.answers.pop_front().unwrap_or(Ok(None))
    }

    fn copy(&mut self, text: &str) -> Result<(), String> {
        self.copies.push(text.to_owned());
        Ok(())
    }

    fn stop(&mut self) {
        self.stops += 1;
    }

    fn redraw(&mut self) {
        self.redraws += 1;
    }
}

/// What the program was started with.
#[derive(Debug, Clone)]
enum Started {
    Home,
    Plan(PathBuf, Box<Choices>),
}

/// A tester's seat.
pub(crate) struct TestApp {
    pub(crate) model: Model,
    pub(crate) host: FakeHost,
    pub(crate) theme: Theme,
    /// True once the program has ended.
    pub(crate) ended: bool,
    outside: Outside,
    started: Started,
    now_ms: i64,
    starts: u8,
    folder: TempDir,
}

/// How to start: everything a test may want to differ.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) settings: Settings,
    pub(crate) choices: Choices,
    pub(crate) size: Size,
}

impl Default for Setup {
    fn default() -> Self {
        let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
        Self { settings: Settings::default(), choices, size: Size { width: 120, height: 40 } }
    }
}

impl TestApp {
    /// `seamwalk NAME` on a plan that says `text`, on a machine that never saw the program.
    pub(crate) fn walk(name: &str, text: &str) -> Self {
        Self::walk_with(name, text, Setup::default())
    }

    pub(crate) fn walk_with(name: &str, text: &str, setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let started = Started::Plan(path, Box::new(setup.choices.clone()));
        Self::start(folder, started, setup)
    }

    /// `seamwalk` alone, on a machine that never saw the program.
    pub(crate) fn home() -> Self {
        Self::start(tempfile::tempdir().unwrap(), Started::Home, Setup::default())
    }

    fn start(folder: TempDir, started: Started, setup: Setup) -> Self {
        let store = Store::open(&folder.path().join("seamwalk.db")).unwrap();
        let outside = outside(store).reporting_to(folder.path().to_owned());
        let Setup { settings, size, .. } = setup;
        let model = Model::new(settings, size, at(START_MS), [0; 16]);
        let mut app = Self {
            model,
            host: FakeHost::default(),
            theme: Theme::new(ThemeName::Auto, ColorDepth::Indexed, &[]),
            ended: false,
            outside,
            started,
            now_ms: START_MS,
            starts: 0,
            folder,
        };
        app.open();
        app
    }

    fn open(&mut self) {
        self.begin();
        self.fill_in();
    }

    /// What the program does before its first frame.
    fn begin(&mut self) {
        self.starts += 1;
        self.ended = false;
        let now = at(self.now_ms);
        let (settings, size) = (self.model.settings.clone(), self.model.size);
        self.model = Model::new(settings, size, now, [self.starts; 16]);
        let (opened, unsettled) = match &self.started {
            Started::Home => (self.outside.load_home(), None),
            Started::Plan(path, choices) => {
                let opened = self.outside.open_file(path, choices, now);
                let (opened, unsettled) = opened.unwrap_or_else(|error| panic!("{error}"));
                (Msg::WalkOpened(Box::new(opened)), Some(unsettled))
            }
        };
        self.ended = take_in(&mut self.model, opened, &mut self.outside, &mut self.host);
        if let Some(unsettled) = unsettled {
            let revision = &self.model.walk.as_ref().unwrap().revision;
            let settled = self.outside.settle(unsettled, revision).unwrap();
            self.ended = take_in(&mut self.model, settled, &mut self.outside, &mut self.host);
        }
    }

    /// The program is killed and started again with the same words.
    pub(crate) fn reopen(&mut self) {
        self.outside = outside(self.store()).reporting_to(self.folder.path().to_owned());
        self.open();
    }

    /// The same, as `seamwalk` alone.
    pub(crate) fn reopen_at_home(&mut self) {
        self.started = Started::Home;
        self.reopen();
    }

    /// The same, as `seamwalk walk NAME` with these choices.
    pub(crate) fn reopen_with(&mut self, name: &str, choices: Choices) {
        self.started = Started::Plan(self.path(name), Box::new(choices));
        self.reopen();
    }

    /// The same, as it is before the first frame.
    pub(crate) fn reopen_unfilled(&mut self, name: &str, choices: Choices) {
        self.started = Started::Plan(self.path(name), Box::new(choices));
        self.outside = outside(self.store());
        self.begin();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Somebody edits the plan's file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A second connection to the database.
    pub(crate) fn store(&self) -> Store {
        Store::open_existing(&self.path("seamwalk.db")).unwrap()
    }

    /// Moves the database away under the program's feet.
    pub(crate) fn take_database_away(&self) {
        for name in database_names() {
            let _ = fs::rename(self.path(&name), self.path(&format!("{name}.away")));
        }
    }

    /// Puts it back.
    pub(crate) fn put_database_back(&self) {
        for name in database_names() {
            let _ = fs::rename(self.path(&format!("{name}.away")), self.path(&name));
        }
    }

    /// Another program writes the events of one decision into the session.
    pub(crate) fn append_elsewhere(&self, events: Vec<Event>) {
        let mut store = self.store();
        let session = self.open_walk().session.id();
        let seq = store.load_session(session).unwrap().seq();
        let batch = Fresh::decided(events, at(self.now_ms), || EventId(Uuid::now_v7()));
        store.append(session, seq, &batch).unwrap();
    }

    pub(crate) fn input(&mut self, input: Input) {
        assert!(!self.ended, "the program has ended; {input:?} comes too late\n{}", self.screen());
        self.ended = take_in(&mut self.model, Msg::Input(input), &mut self.outside, &mut self.host);
        self.fill_in();
    }

    /// Nothing is typed for a moment: what the screen lacks is looked up.
    fn fill_in(&mut self) {
        for _ in 0..10_000 {
            let asked = lacking(&self.model).filter(|effect| !self.ended && !self.outside.is_at(effect));
            let Some(effect) = asked else { return };
            self.ended = carry_out(&mut self.model, effect, &mut self.outside, &mut self.host);
        }
        panic!("something is always lacking:\n{}", self.screen());
    }

    /// From now on no key waits for what is read beside the keys: it is there at [`TestApp::arrive`].
    pub(crate) fn impatient(&mut self) -> &mut Self {
        self.outside.set_patience(Patience::None);
        self
    }

    /// What is being read has been.
    #[track_caller]
    pub(crate) fn arrive(&mut self) -> &mut Self {
        self.outside.wait();
        let ended = arrive(&mut self.model, &mut self.outside, &mut self.host);
        self.ended = ended.unwrap_or_else(|| panic!("nothing was being read:\n{}", self.screen()));
        self.fill_in();
        self
    }

    /// True while something is read beside the keys.
    pub(crate) fn is_reading(&self) -> bool {
        self.outside.is_reading()
    }

    pub(crate) fn key(&mut self, key: Key) {
        self.input(Input::Key(key));
    }

    /// Presses keys, written as the configuration writes them, with blanks in between.
    pub(crate) fn keys(&mut self, script: &str) -> &mut Self {
        for word in script.split_whitespace() {
            self.key(word.parse().unwrap());
        }
        self
    }

    /// Presses keys faster than the screen is drawn.
    pub(crate) fn hurried(&mut self, script: &str) -> &mut Self {
        for word in script.split_whitespace() {
            let input = Msg::Input(Input::Key(word.parse().unwrap()));
            self.ended = take_in(&mut self.model, input, &mut self.outside, &mut self.host);
        }
        self
    }

    /// Types `text`, a key a character; a line break is Ctrl-j.
    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '\n' => self.key("Ctrl-j".parse().unwrap()),
                _ => self.key(Key::plain(Code::Char(c))),
            }
        }
        self
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.input(Input::Paste(text.to_owned()));
        self
    }

    pub(crate) fn click(&mut self, column: u16, row: u16) -> &mut Self {
        self.input(Input::Click { column, row });
        self
    }

    pub(crate) fn wheel(&mut self, notches: i16) -> &mut Self {
        self.input(Input::Wheel { column: 1, row: 5, notches });
        self
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.input(Input::Resize { width, height });
        self
    }

    /// Time passes.
    pub(crate) fn tick(&mut self, seconds: i64) -> &mut Self {
        self.now_ms += seconds * 1000;
        let steady_ms = self.model.steady_ms + seconds.unsigned_abs() * 1000;
        let now = Msg::Tick { now: at(self.now_ms), steady_ms };
        self.ended = take_in(&mut self.model, now, &mut self.outside, &mut self.host);
        self.fill_in();
        self
    }

    /// Somebody sets the system's clock, and no time passes.
    pub(crate) fn step_the_clock(&mut self, ms: i64) -> &mut Self {
        self.now_ms += ms;
        self.model.now = at(self.now_ms);
        self
    }

    /// What is on the screen, cell by cell; the folder of the test is called `~` there.
    pub(crate) fn buffer(&self) -> Buffer {
        let mut model = self.model.clone();
        let here = fs::canonicalize(self.folder.path()).unwrap().display().to_string();
        let home = |text: &mut String| *text = text.replace(&here, "~");
        if let Some(list) = &mut model.home {
            list.plans.iter_mut().filter_map(|plan| plan.source.as_mut()).for_each(home);
        }
        if let Some(banner) = &mut model.banner {
            home(&mut banner.why);
        }
        if let Some(toast) = &mut model.toast {
            home(&mut toast.0);
        }
        let Size { width, height } = model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view::draw(frame, &model, &self.theme)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The screen as text, blanks at the ends of lines left out.
    pub(crate) fn screen(&self) -> String {
        rows(&self.buffer()).join("\n")
    }

    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.contains(text), "{text:?} is not on the screen:\n{screen}");
        self
    }

    #[track_caller]
    pub(crate) fn lacks(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} is on the screen:\n{screen}");
        self
    }

    /// Fails with the screen unless the current row says `text`.
    #[track_caller]
    pub(crate) fn is_at(&mut self, text: &str) -> &mut Self {
        let at = self.current();
        assert!(at.starts_with(text), "the cursor is on {at:?}, not on {text:?}:\n{}", self.screen());
        self
    }

    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) -> &mut Self {
        let toast = self.model.toast.as_ref().map_or("", |toast| toast.0.as_str());
        assert!(toast.contains(text), "it says {toast:?}, not {text:?}:\n{}", self.screen());
        self
    }

    /// The text of the node under the cursor.
    pub(crate) fn current(&self) -> String {
        self.open_walk().current().map(|node| node.text().to_owned()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn open_walk(&self) -> &Walk {
        self.model.walk.as_ref().unwrap_or_else(|| panic!("no walk is open:\n{}", self.screen()))
    }

    /// The session that is walked as the disk holds it.
    pub(crate) fn stored(&self) -> Session {
        self.loaded().session
    }

    pub(crate) fn loaded(&self) -> Loaded {
        self.store().load(self.open_walk().session.id()).unwrap()
    }

    /// The prompt whose text begins with `text`.
    #[track_caller]
    pub(crate) fn prompt(&self, text: &str) -> PromptId {
        let revision = &self.open_walk().revision;
        let found = revision.prompts().find(|(_, node)| node.text().starts_with(text));
        found.unwrap_or_else(|| panic!("no prompt begins with {text:?}:\n{}", self.screen())).0
    }

    /// Fails unless disk and screen agree that the prompt which begins with `text` has `verdict`.
    #[track_caller]
    pub(crate) fn has(&mut self, text: &str, verdict: Verdict) -> &mut Self {
        let prompt = self.prompt(text);
        let stored = self.stored().verdict(prompt);
        assert_eq!(stored, verdict, "{text:?} on the disk:\n{}", self.screen());
        assert_eq!(self.open_walk().session.verdict(prompt), verdict, "{text:?}:\n{}", self.screen());
        self
    }

    /// All notes of the session as the disk holds them: `kind on PROMPT: text`.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Loaded { session, revision } = self.loaded();
        let about = |prompt: Option<PromptId>| match prompt.and_then(|prompt| revision.place(prompt)) {
            Some(idx) => revision.plan().outline.node(idx).text().to_owned(),
            None => "the session".to_owned(),
        };
        session
            .notes()
            .map(|note| {
                format!("{} on {}: {}", note.note.kind.word(), about(note.note.prompt), note.note.text)
            })
            .collect()
    }

    /// Fails unless the derived rows say what the events add up to, and the screen is what the disk holds.
    #[track_caller]
    pub(crate) fn agrees_with_the_disk(&mut self) -> &mut Self {
        let walk = self.open_walk();
        let store = self.store();
        assert_eq!(store.audit(walk.session.id()).unwrap(), [], "\n{}", self.screen());
        assert_eq!(store.load_session(walk.session.id()).unwrap(), walk.session, "\n{}", self.screen());
        self
    }
}

/// No key goes on without its answer: what a test sees does not depend on how long it takes.
fn outside(store: Store) -> Outside {
    let mut outside = Outside::new(store);
    outside.set_patience(Patience::Endless);
    outside
}

fn database_names() -> Vec<String> {
    ["", "-wal", "-shm", "-journal"].map(|ending| format!("seamwalk.db{ending}")).to_vec()
}

pub(crate) fn at(unix_ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(unix_ms, 60).unwrap()
}

/// A buffer's rows as text, blanks at their ends left out.
pub(crate) fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    (0..area.height).map(|y| row(buffer, y).trim_end().to_owned()).collect()
}

fn row(buffer: &Buffer, y: u16) -> String {
    let mut text = String::new();
    let mut hidden = 0;
    for x in 0..buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        if hidden == 0 {
            text.push_str(symbol);
        }
        hidden = seamwalk::visible::width(symbol).max(hidden).saturating_sub(1);
    }
    text
}
