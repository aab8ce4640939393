//! Everything the screen is drawn from, and nothing else.

use super::keymap::{Action, Context};
use super::layout::Size;
use super::overlays::Overlay;
use super::screens::comparison::state::Comparison;
use super::screens::grid::state::Grid;
use super::screens::home::state::Home;
use super::screens::map::state::Map;
use super::screens::summary::state::Summary;
use super::screens::trend::state::Trend;
use super::screens::walk::blocking::Offer;
use super::screens::walk::state::Walk;
use super::settings::Settings;
use super::waiting::Waiting;
use super::widgets::parts;
use crate::domain::id::EventId;
use crate::domain::time::Timestamp;

/// A short answer to a key, shown in the footer until the next one, and what it offers for that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast(pub String, pub Option<Offer>);

/// Something could not be saved: shown until it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// Why, in the words of who refused.
    pub why: String,
    /// Where what waits is kept meanwhile, in words; `None` if nowhere but here.
    pub kept: Option<String>,
}

/// A whole screen that lies over another one, and goes back there.
#[derive(Debug, Clone)]
pub enum Sheet {
    /// What was tested, what failed, all notes.
    Summary(Summary),
    /// Which component calls which, and what is known of that.
    Map(Box<Map>),
    /// Prompts by sessions.
    Grid(Box<Grid>),
    /// The sessions of a plan over time.
    Trend(Box<Trend>),
    /// What is different between two sessions.
    Comparison(Box<Comparison>),
}

impl Sheet {
    /// Its keys.
    #[must_use]
    pub fn context(&self) -> Context {
        match self {
            Self::Summary(_) => Context::Summary,
            Self::Map(_) => Context::Map,
            Self::Grid(_) => Context::Grid,
            Self::Trend(_) => Context::Trend,
            Self::Comparison(_) => Context::Comparison,
        }
    }
}

/// Makes event identifiers without asking a clock or a generator: a seed and a counter.
#[derive(Debug, Clone)]
pub struct Ids {
    seed: [u8; 16],
    made: u64,
}

impl Ids {
    /// Identifiers from `seed`, which must be random outside tests.
    #[must_use]
    pub fn new(seed: [u8; 16]) -> Self {
        Self { seed, made: 0 }
    }

    /// A new UUIDv7 for an event at `at`.
    pub fn event(&mut self, at: Timestamp) -> EventId {
        self.made += 1;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed);
        hasher.update(&self.made.to_le_bytes());
        let mut random = [0_u8; 10];
        random.copy_from_slice(&hasher.finalize().as_bytes()[..10]);
        let unix_ms = u64::try_from(at.unix_ms()).unwrap_or(0);
        EventId(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
    }
}

/// The whole state of the terminal face.
#[derive(Debug, Clone)]
pub struct Model {
    /// Keys, glyphs, habits.
    pub settings: Settings,
    /// The terminal's size.
    pub size: Size,
    /// What the clock showed last.
    pub now: Timestamp,
    /// What a clock that never steps showed then: milliseconds since the program began.
    pub steady_ms: u64,
    /// Identifiers for events.
    pub ids: Ids,
    /// Home or the walk: what is shown where no sheet lies over it.
    pub base: Context,
    /// Plans and sessions; kept while a walk is open that was opened from there.
    pub home: Option<Home>,
    /// The session being walked.
    pub walk: Option<Walk>,
    /// Walks that nobody comes back to, to be let go of.
    pub let_go: Vec<Walk>,
    /// What was opened from there and from one another; the last one is shown.
    pub sheets: Vec<Sheet>,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// The answer to the last key.
    pub toast: Option<Toast>,
    /// What could not be saved.
    pub banner: Option<Banner>,
    /// What is being read that the tester asked for, and what was typed meanwhile.
    pub waiting: Waiting,
    /// True after the tester asked to leave with unsaved changes: the next time counts.
    pub leaving: bool,
}

impl Model {
    /// Nothing open yet.
    #[must_use]
    pub fn new(settings: Settings, size: Size, now: Timestamp, seed: [u8; 16]) -> Self {
        Self {
            settings,
            size,
            now,
            steady_ms: 0,
            ids: Ids::new(seed),
            base: Context::Home,
            home: None,
            walk: None,
            let_go: Vec::new(),
            sheets: Vec::new(),
            overlay: None,
            toast: None,
            banner: None,
            waiting: Waiting::default(),
            leaving: false,
        }
    }

    /// The screen that is shown, whose keys count.
    #[must_use]
    pub fn context(&self) -> Context {
        self.sheets.last().map_or(self.base, Sheet::context)
    }

    /// The summary while it is shown.
    pub fn summary_mut(&mut self) -> Option<&mut Summary> {
        match self.sheets.last_mut() {
            Some(Sheet::Summary(summary)) => Some(summary),
            _ => None,
        }
    }

    /// Brings what lies over the walk in line with it: it was made from the walk when it was opened.
    pub fn refresh_sheets(&mut self) {
        let Some(walk) = &self.walk else { return };
        for sheet in &mut self.sheets {
            match sheet {
                Sheet::Summary(summary) => summary.refresh(walk),
                Sheet::Map(map) => map.refresh(walk),
                Sheet::Grid(grid) => grid.forget(),
                Sheet::Comparison(comparison) => comparison.forget(),
                Sheet::Trend(_) => {}
            }
        }
    }

    /// Offers to do something for one key, in front of what the footer says already; it is gone with the next key.
    pub fn offer(&mut self, offer: Offer, words: &str) {
        let glyphs = &self.settings.glyphs;
        let words = parts::arrows(words, glyphs);
        let key = self.settings.keymap.key_text(Action::BlockedBy);
        if key.is_empty() {
            return;
        }
        let said = self.toast.take().map(|toast| format!("  {} {}", glyphs.separator, toast.0));
        self.toast = Some(Toast(format!("{key}: {words}{}", said.unwrap_or_default()), Some(offer)));
    }

    /// Says `text` in the footer until the next key.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toast = Some(Toast(text.into(), None));
    }
}
