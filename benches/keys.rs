//! Whether a key is ever slow: every kind of key on a long plan, with its frame, from the key to the finished cells.
//!
//! `cargo bench --bench keys` takes 100,000 prompts; `cargo bench --bench keys -- 10000` as many as are named, and
//! `cargo bench --bench keys -- 10000 100` walks them after 100 earlier sessions instead of one. A row gives the median and the worst of all presses in milliseconds, and how long the worst spent on drawing. The database
//! lies in memory where the system has `/dev/shm`: the disk's own sync is not the program's. What a screen lacks is looked up
//! between keys, in pieces, each of which the next key may have to wait for: the last rows say how long that is. What is read
//! beside the keys is a piece once it is there; a row that ends in `… there` says how long that takes, from the key on.
#![expect(clippy::print_stdout, reason = "the table goes where the reader sends it")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made has to stop")]

mod plans;
#[path = "plans/system.rs"]
mod system;
#[path = "plans/walked.rs"]
mod walked;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use seamwalk::domain::time::Timestamp;
use seamwalk::opening::{self, Choices, Source};
use seamwalk::store::Store;
use seamwalk::tui::input::Input;
use seamwalk::tui::key::Key;
use seamwalk::tui::layout::Size;
use seamwalk::tui::model::Model;
use seamwalk::tui::msg::Msg;
use seamwalk::tui::runtime::effects::{Host, Outside, parse};
use seamwalk::tui::runtime::event_loop;
use seamwalk::tui::settings::{Settings, ThemeName};
use seamwalk::tui::theme::{ColorDepth, Theme};
use seamwalk::tui::update::lacking;
use seamwalk::tui::view;
use tempfile::TempDir;

/// What is promised, besides the disk's own sync.
const PROMISED_MS: f64 = 16.0;

/// Kinds of keys: a name, keys that lead there unmeasured, the measured ones, and keys that lead away.
const RUNS: [(&str, &str, &str, &str); 25] = [
    ("move down", "", "j j j j j j j j j j", ""),
    ("move up", "", "k k k k k k k k k k", ""),
    ("page down", "", "PgDn PgDn PgDn PgDn PgDn PgDn", ""),
    ("last, first", "", "G g G g G g", ""),
    ("next section", "g", "J J J J J J K K K K", ""),
    ("next section, none left", "G", "J J J J", ""),
    ("mark", "g Tab", "p f b i s p p p p p p p", ""),
    ("undo, redo", "", "u u u Ctrl-r Ctrl-r Ctrl-r u u", ""),
    ("next untested", "g", "Tab Tab Tab Shift-Tab Shift-Tab Shift-Tab Shift-Tab", ""),
    ("fold, unfold", "g j", "h h l h l h l l", "L"),
    ("fold all, unfold all", "G", "H L H L H L H L", ""),
    ("summary, back", "g", "E Esc E Esc E Esc", ""),
    ("open find", "", "/", "Esc"),
    ("find: first letters", "/", "o r d e r", "Esc"),
    ("find: common letter", "/", "e", "Esc"),
    ("find: letters taken back", "/ o r d", "Backspace Backspace Backspace", "Esc"),
    ("find: number", "/", "9 9 9 7 7", "Esc"),
    ("find: two words", "/ r e f u n d Space", "s l o w", "Esc"),
    ("find: not a word", "/", "! o r d Backspace Backspace Backspace Backspace", "Esc"),
    ("find: go", "/ 7 7 7 7 7", "Enter", ""),
    ("open filter", "", "t", "Esc"),
    ("filter a verdict", "t", "p p f f u u", "Esc"),
    ("filter what to suspect", "t", "Down Down Down Down Down Down Space Space Down Space Space", "Esc"),
    ("filter a tag", "t", "Down Down Down Down Down Down Space Space Down Space Space", "Esc"),
    ("detail, help, commands", "", "Enter Esc ? Esc : Esc", ""),
];

/// The same in stages, from the top down; what leads there is measured apart, since it may take longer.
const STAGED_RUNS: [(&str, &str, &str, &str); 12] = [
    ("stages: move", "g", "j j j j k k k k PgDn PgDn PgDn PgUp", ""),
    ("stages: last, first", "", "G g G g G g", ""),
    ("stages: next", "g", "J J J J J J K K K K", ""),
    ("stages: mark", "g Tab", "p f b i s p p p p p p p", ""),
    ("stages: undo, redo", "", "u u u Ctrl-r Ctrl-r Ctrl-r u u", ""),
    ("stages: next untested", "g", "Tab Tab Tab Shift-Tab Shift-Tab Shift-Tab Shift-Tab", ""),
    ("stages: fold, unfold", "g j", "h h l h l h l l", "L"),
    ("stages: fold all, unfold all", "G", "H L H L H L H L", ""),
    ("stages: find, go", "/ 7 7 7 7 7", "Enter", ""),
    ("stages: filter", "t", "p p f f u u", "Esc"),
    ("stages: detail", "", "Enter Esc", ""),
    ("blocked by: list, mark, undo", "g Tab f k", "Y c Space Enter u", "u"),
];

/// Choosing another order, which may take longer than a key.
const CHOICES: [(&str, &str, &str, &str); 4] = [
    ("walk orders: last time, once", "w j", "Enter", "w k Enter"),
    ("walk orders: list", "", "w", "Esc"),
    (
        "walk orders: choose",
        "",
        "w j Enter w j Enter w j Enter w j Enter w j Enter",
        "w Up Up Up Up Up Enter",
    ),
    ("walk orders: choose again", "", "w j Enter", "w k Enter"),
];

/// Over the sessions: every key there, with its frame. What is seen is read between keys.
const IN_THE_GRID: [(&str, &str, &str, &str); 7] = [
    ("grid: open, back", "g", "v Esc v Esc v Esc", ""),
    ("grid: move", "v g", "j j j Left Left k k Right", "Esc"),
    ("grid: page, last, first", "v g", "PgDn PgDn PgDn PgUp G g", "Esc"),
    ("grid: next section, oldest", "v g", "J J J K K H L H L", "Esc"),
    ("grid: open a session", "v g Left", "Enter", "Esc Esc"),
    ("grid: come back", "v g Left Enter", "Esc", "Esc"),
    ("trend: open, move, back", "g", "V k k g G Esc", ""),
];

/// What is different from an earlier session, which is read beside the keys.
const COMPARED: [(&str, &str, &str, &str); 5] = [
    ("comparison: open", "E", "c", "Esc Esc"),
    ("comparison: back", "E c", "Esc", "Esc"),
    ("comparison: earlier, later", "E c", "h h l l", "Esc Esc"),
    ("comparison: move", "E c", "j j PgDn PgDn G g J J K k", "Esc Esc"),
    ("comparison: fold, unfold", "E c g", "Enter Enter Enter Enter", "Esc Esc"),
];

/// The components of the plan whose map is measured.
const COMPONENTS: usize = 200;

/// How many of its prompts are marked first: a map reads the marks.
const MARKED: usize = 5_000;

/// The same on the map.
const ON_THE_MAP: [(&str, &str, &str, &str); 9] = [
    ("map: open, back", "", "m Esc m Esc m Esc", ""),
    ("map: move", "m g", "Down Right Down Right Up Left Down Right", "Esc"),
    ("map: page, last, first", "m g", "PgDn PgDn PgUp G g", "Esc"),
    ("map: next connection", "m g", "Tab Tab Tab Tab Shift-Tab Shift-Tab", "Esc"),
    ("map: list, matrix", "m", "l l l l", "Esc"),
    ("map: move in the list", "m l g", "j j j PgDn PgDn G g", "l Esc"),
    ("map: boxes", "m", "b b", "Esc"),
    ("map: walk it, come back", "m g Tab", "Enter Esc Enter Esc", "Esc"),
    ("map: mark in a visit", "m g Tab Enter", "p f u", "Esc Esc"),
];

fn main() {
    let mut named = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let prompts = named.next().unwrap_or(100_000);
    let sessions = named.next().unwrap_or(1);
    println!("{prompts} prompts, earlier sessions: {sessions}, milliseconds");
    println!("{:<28}{:>9}{:>9}{:>9}{:>9}", "key", "median", "worst", "drawing", "presses");
    let mut face = Face::open(&plans::plan(prompts), sessions);
    let mut worst_ms = measure(&mut face, &RUNS);
    worst_ms = worst_ms.max(measure(&mut face, &IN_THE_GRID));
    worst_ms = worst_ms.max(measure(&mut face, &COMPARED));
    worst_ms = worst_ms.max(measure_home(&mut face));
    let chosen_ms = measure(&mut face, &CHOICES);
    face.press_all("w j j Enter");
    worst_ms = worst_ms.max(measure(&mut face, &STAGED_RUNS));
    let mut face = Face::open(&system::system(&plans::plan(prompts), COMPONENTS), 1);
    println!("a plan about {COMPONENTS} components, {MARKED} prompts marked");
    face.press_all(&"p f b p p ".repeat(MARKED.min(prompts) / 5));
    worst_ms = worst_ms.max(measure(&mut face, &ON_THE_MAP));
    println!(
        "the worst key took {worst_ms:.1} ms, {PROMISED_MS} ms are promised; choosing an order took {chosen_ms:.1} ms"
    );
}

/// Measures `runs` and prints a row for each; the worst of all presses in milliseconds.
fn measure(face: &mut Face, runs: &[(&str, &str, &str, &str)]) -> f64 {
    let mut worst_ms = 0.0_f64;
    for (name, before, keys, after) in runs {
        let mut arrivals = Vec::new();
        let presses: Vec<Press> = (0..3)
            .flat_map(|_| {
                face.press_all(before);
                face.arrivals.clear();
                let presses = face.press_all(keys);
                arrivals.append(&mut face.arrivals);
                face.press_all(after);
                presses
            })
            .collect();
        worst_ms = worst_ms.max(print_row(name, presses));
        if !arrivals.is_empty() {
            print_row("  … there", arrivals);
        }
    }
    let pieces = std::mem::take(&mut face.pieces);
    if !pieces.is_empty() {
        worst_ms = worst_ms.max(print_row("between keys", pieces));
    }
    worst_ms
}

/// Measures coming back home from the walk, and the grid from there, where the plan has to be read for it.
fn measure_home(face: &mut Face) -> f64 {
    let home = face.outside.load_home();
    face.take(home);
    measure(face, &[("home: open", "", "q", "Enter")])
        .max(measure(face, &[("home: grid", "q", "v Esc", "Enter")]))
}

/// How long one press took.
#[derive(Clone, Copy)]
struct Press {
    all: Duration,
    drawing: Duration,
}

fn print_row(name: &str, mut presses: Vec<Press>) -> f64 {
    presses.sort_unstable_by_key(|press| press.all);
    let (median, worst) = (presses[presses.len() / 2], presses[presses.len() - 1]);
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<28}{:>9.3}{:>9.3}{:>9.3}{:>9}",
        ms(median.all),
        ms(worst.all),
        ms(worst.drawing),
        presses.len()
    );
    ms(worst.all)
}

/// The terminal face without a terminal.
struct Face {
    model: Model,
    outside: Outside,
    terminal: Terminal<TestBackend>,
    theme: Theme,
    /// What was looked up between keys.
    pieces: Vec<Press>,
    /// What was read beside the keys, from the key on.
    arrivals: Vec<Press>,
    _folder: TempDir,
}

impl Face {
    fn open(text: &str, sessions: usize) -> Self {
        let shared_memory = Path::new("/dev/shm");
        let folder =
            if shared_memory.is_dir() { TempDir::new_in(shared_memory) } else { TempDir::new() }.unwrap();
        let plan = folder.path().join("plan.md");
        fs::write(&plan, text).unwrap();
        let now = Timestamp::from_unix_ms(1_795_442_531_000, 60).unwrap();
        let mut store = Store::open(&folder.path().join("seamwalk.db")).unwrap();
        walked_before(&mut store, &plan, sessions, now);
        let mut outside = Outside::new(store);
        let choices = Choices { tester: Some("ana".to_owned()), new: true, ..Choices::default() };
        let (opened, unsettled) = outside.open_file(&plan, &choices, now).unwrap();
        let settled = outside.settle(unsettled, &opened.revision).unwrap();
        let size = Size { width: 120, height: 40 };
        let mut face = Self {
            model: Model::new(Settings::default(), size, now, [7; 16]),
            outside,
            terminal: Terminal::new(TestBackend::new(size.width, size.height)).unwrap(),
            theme: Theme::new(ThemeName::Auto, ColorDepth::Indexed, &[]),
            pieces: Vec::new(),
            arrivals: Vec::new(),
            _folder: folder,
        };
        face.take(Msg::WalkOpened(Box::new(opened)));
        face.take(settled);
        face.fill_in();
        face
    }

    fn press_all(&mut self, keys: &str) -> Vec<Press> {
        keys.split_whitespace()
            .map(|key| {
                let key: Key = key.parse().unwrap();
                let pressed = Instant::now();
                let press = self.take(Msg::Input(Input::Key(key)));
                self.arrive(pressed);
                self.fill_in();
                press
            })
            .collect()
    }

    /// Nothing is typed for a moment: what the screen lacks is looked up.
    fn fill_in(&mut self) {
        while let Some(effect) = lacking(&self.model) {
            let begun = Instant::now();
            event_loop::carry_out(&mut self.model, effect, &mut self.outside, &mut Nobody);
            self.draw_piece(begun);
            self.arrive(begun);
        }
    }

    /// What is read beside the keys is there.
    fn arrive(&mut self, asked: Instant) {
        while self.outside.is_reading() {
            self.outside.wait();
            let begun = Instant::now();
            event_loop::arrive(&mut self.model, &mut self.outside, &mut Nobody);
            let drawing = self.draw_piece(begun);
            self.arrivals.push(Press { all: asked.elapsed(), drawing });
        }
    }

    /// How long drawing took.
    fn draw_piece(&mut self, begun: Instant) -> Duration {
        let updated = Instant::now();
        self.terminal.draw(|frame| view::draw(frame, &self.model, &self.theme)).unwrap();
        let drawing = updated.elapsed();
        self.pieces.push(Press { all: begun.elapsed(), drawing });
        drawing
    }

    fn take(&mut self, msg: Msg) -> Press {
        let begun = Instant::now();
        event_loop::take_in(&mut self.model, msg, &mut self.outside, &mut Nobody);
        let updated = Instant::now();
        self.terminal.draw(|frame| view::draw(frame, &self.model, &self.theme)).unwrap();
        Press { all: begun.elapsed(), drawing: updated.elapsed() }
    }
}

/// Earlier sessions, so that there is a past to look up.
fn walked_before(store: &mut Store, plan: &Path, sessions: usize, now: Timestamp) {
    let opened = opening::open_plan(store, Source::File(plan), now, &parse).unwrap();
    walked::walked(store, &opened.revision, sessions, now);
}

/// No terminal, no editor, no clipboard.
struct Nobody;

impl Host for Nobody {
    fn edit(&mut self, _text: &str) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn copy(&mut self, _text: &str) -> Result<(), String> {
        Ok(())
    }

    fn stop(&mut self) {}

    fn redraw(&mut self) {}
}
