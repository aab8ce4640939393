//! What happens when the disk refuses: nothing is claimed, nothing is forgotten.

use seamwalk::domain::verdict::Verdict;
use seamwalk::store::Rescue;
use seamwalk::tui::overlays::Overlay;
use seamwalk::tui::runtime::effects::Outside;

use super::{TestApp, WEB_SHOP};

const FIRST: &str = "A new customer buys one item";
const SECOND: &str = "A returning customer pays";

#[test]
fn a_mark_that_cannot_be_saved_is_shown_as_such_and_saved_later() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p").shows("saved #1").lacks("NOT SAVED");
    app.take_database_away();
    app.keys("f").shows("1 NOT SAVED").shows("saved #1").shows("1/58").shows("✗! A returning customer");
    app.shows("not saved: ").is_at("One request id");
    app.keys("k").shows("fail NOT SAVED YET");
    app.keys("j b").shows("2 NOT SAVED").shows("saved #1").is_at("Signing in returns");
    app.tick(1).shows("2 NOT SAVED").is_at("Signing in returns");
    app.put_database_back();
    app.tick(1);
    if app.model.banner.is_some() {
        app.tick(1);
    }
    app.lacks("NOT SAVED").shows("saved #3").says("saved again: everything that waited is written");
    app.is_at("Signing in returns").has(SECOND, Verdict::Fail).has("One request id", Verdict::Blocked);
    app.agrees_with_the_disk();
}

#[test]
fn notes_undo_and_clear_wait_as_marks_do() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f");
    app.take_database_away();
    app.keys("u").shows("NOT SAVED").keys("n").types("no disk").keys("Enter g j c").shows("3 NOT SAVED");
    app.has_on_screen_only(SECOND, Verdict::Fail);
    app.put_database_back();
    app.tick(1).tick(1).lacks("NOT SAVED").shows("saved #5");
    app.has(FIRST, Verdict::Untested).has(SECOND, Verdict::Untested);
    assert_eq!(app.notes().len(), 1);
    app.agrees_with_the_disk();
}

#[test]
fn the_next_key_retries_as_well_and_in_order() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.take_database_away();
    app.keys("p f");
    app.put_database_back();
    app.keys("b");
    app.tick(1).lacks("NOT SAVED").shows("saved #3").agrees_with_the_disk();
    app.has(FIRST, Verdict::Pass).has(SECOND, Verdict::Fail);
}

#[test]
fn a_conflict_in_another_terminal_costs_only_what_it_is_about() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    let mut other = TestApp::walk("web-shop.md", WEB_SHOP);
    other.outside = Outside::new(app.store());
    other.model = app.model.clone();
    other.model.ids = seamwalk::tui::model::Ids::new([9; 16]);
    app.keys("p");
    app.take_database_away();
    app.keys("f b n").types("no disk").keys("Enter");
    app.put_database_back();
    // Whatever of that reached the file that was moved is on the disk; the other one marks the third prompt.
    other.keys("g j j j i i");
    app.tick(1).tick(1).lacks("NOT SAVED").says("changed in another terminal meanwhile");
    app.agrees_with_the_disk().has(FIRST, Verdict::Pass).has(SECOND, Verdict::Fail);
    assert_eq!(app.notes().len(), 1, "{:?}", app.notes());
    app.has("One request id", Verdict::Inconclusive);
}

#[test]
fn leaving_with_unsaved_changes_asks_once() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.take_database_away();
    app.keys("p q").says("1 change is not saved yet: once more to leave");
    assert!(!app.ended);
    app.keys("f q").says("2 changes are not saved yet");
    app.keys("Esc q").says("not saved yet");
    app.keys("q");
    assert!(app.ended);
}

#[test]
fn what_waits_is_kept_in_a_file_until_it_is_saved() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p");
    app.take_database_away();
    app.keys("f b").shows("not saved: the database was moved or replaced; kept in a file beside it");
    app.shows("2 changes wait: Ctrl-s tries now, W saves elsewhere, q leaves and prints");
    let files = app.rescue_files();
    assert_eq!(files.len(), 1);
    let rescue = Rescue::from_json(&std::fs::read(&files[0]).unwrap()).unwrap();
    assert_eq!(rescue.batch, app.open_walk().unsaved);
    app.keys("Ctrl-s").shows("2 changes wait");
    app.put_database_back();
    app.keys("Ctrl-s").lacks("NOT SAVED").shows("saved #3").says("saved again");
    assert_eq!(app.rescue_files(), Vec::<std::path::PathBuf>::new());
    app.keys("Ctrl-s").says("everything is saved").keys("W").says("everything is saved");
    app.agrees_with_the_disk();
}

#[test]
fn a_rescue_file_brings_back_what_a_kill_took() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p");
    app.take_database_away();
    app.keys("f n").types("no disk").keys("Enter b");
    app.put_database_back();
    // The file that was moved may hold some of it; the rescue file holds all.
    app.reopen();
    app.says("changes wait in");
    let rescue = Rescue::from_json(&std::fs::read(&app.rescue_files()[0]).unwrap()).unwrap();
    let mut store = app.store();
    let taken = store.take_in(&rescue).unwrap();
    assert_eq!((taken.added + taken.known, taken.left_out), (3, 0));
    let again = store.take_in(&rescue).unwrap();
    assert_eq!((again.added, again.known), (0, 3));
    app.reopen();
    app.agrees_with_the_disk().has(SECOND, Verdict::Fail).has("One request id", Verdict::Blocked);
    assert_eq!(app.notes().len(), 1);
}

#[test]
fn what_waits_can_be_written_to_another_place() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.take_database_away();
    app.keys("p W").shows("write what waits to");
    let elsewhere = app.path("mine.json");
    app.types(elsewhere.to_str().unwrap()).keys("Enter").says("written to").says("--rescue");
    let rescue = Rescue::from_json(&std::fs::read(&elsewhere).unwrap()).unwrap();
    assert_eq!(rescue.batch, app.open_walk().unsaved);
    // It waits still, and an old file is not overwritten.
    app.shows("1 NOT SAVED").keys("W").types(elsewhere.to_str().unwrap()).keys("Enter").says("File exists");
    app.keys("W Esc").lacks("write what waits to").shows("1 NOT SAVED");
    app.put_database_back();
    app.tick(1).lacks("NOT SAVED").agrees_with_the_disk();
}

#[test]
fn leaving_for_home_with_unsaved_changes_loses_none_of_them() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.reopen_at_home();
    app.keys("Enter").is_at(FIRST);
    app.take_database_away();
    app.keys("p q").says("1 change is not saved yet: once more to leave and have them printed");
    app.keys("q");
    assert!(app.ended, "the words are kept:\n{}", app.screen());
    assert_eq!(app.open_walk().unsaved.len(), 1);
}

#[test]
fn a_kill_while_typing_costs_a_few_keys_at_most() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    let text = "what the cart said when the mail server was down";
    app.keys("n").types(text);
    app.reopen();
    app.keys("n").says("begun before");
    let left = app.note_text();
    assert!(text.starts_with(&left) && text.len() - left.len() < 20, "{left:?}");
    // A second without a key is enough for the rest.
    app.types("!").tick(1).reopen();
    app.keys("n").shows(&format!("{left}!"));
    // What became a note, or was emptied, does not come back.
    app.keys("Enter n").lacks("begun before").types("ab").tick(1).keys("Backspace Backspace Enter").reopen();
    app.keys("n").lacks("begun before");
    assert_eq!(app.notes().len(), 1);
}

#[test]
fn typing_does_not_sync_for_each_key() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    let other = app.store();
    let mut commits = 0;
    let mut seen = other.data_version().unwrap();
    app.keys("n");
    for _ in 0..120 {
        app.types("x");
        let version = other.data_version().unwrap();
        commits += usize::from(version != seen);
        seen = version;
    }
    assert!((6..=10).contains(&commits), "{commits} commits for 120 keys");
}

#[test]
fn a_draft_that_no_disk_took_is_not_left_behind_in_silence() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.take_database_away();
    app.keys("n").types("half a thought").keys("Esc q");
    app.says("1 note was begun and is not saved yet: once more to leave and have them printed");
    assert!(!app.ended);
}

#[test]
fn finishing_waits_for_the_disk_too() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p E");
    app.take_database_away();
    app.keys("F").shows("NOT SAVED").lacks("finished 2026");
    app.put_database_back();
    app.tick(1).tick(1).lacks("NOT SAVED").shows("finished 2026");
    assert!(!app.stored().is_open());
}

#[test]
fn a_kill_with_unsaved_changes_loses_nothing_that_was_called_saved() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f");
    app.take_database_away();
    app.keys("b i");
    app.put_database_back();
    app.reopen();
    app.has(FIRST, Verdict::Pass).has(SECOND, Verdict::Fail).agrees_with_the_disk();
    assert!(app.open_walk().session.seq() >= 2);
}

#[test]
fn marks_from_a_second_terminal_are_taken_in() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    let mut other = TestApp::walk("web-shop.md", WEB_SHOP);
    other.outside = Outside::new(app.store());
    other.model = app.model.clone();
    other.model.ids = seamwalk::tui::model::Ids::new([9; 16]);
    app.keys("p");
    other.keys("j f");
    assert_eq!(app.stored().seq(), 2);
    // The other one knew nothing of the first mark, and took it in on the way.
    assert_eq!(other.open_walk().session.seq(), 2);
    assert_eq!(other.open_walk().session, app.stored());
    // Both at the same prompt: the second to write is asked to look first.
    app.keys("g j j b").says("changed in another terminal meanwhile: look, then press the key again");
    app.agrees_with_the_disk().has(SECOND, Verdict::Fail).is_at(SECOND);
    app.keys("b").agrees_with_the_disk().has(SECOND, Verdict::Blocked);
    other.keys("g j j i").says("changed in another terminal").keys("i");
    assert_eq!(other.open_walk().session, app.stored());
    app.has_on_disk(SECOND, Verdict::Inconclusive);
}

impl TestApp {
    fn note_text(&self) -> String {
        match &self.model.overlay {
            Some(Overlay::Note(note)) => note.field.text(),
            other => panic!("no note is open: {other:?}"),
        }
    }

    fn rescue_files(&self) -> Vec<std::path::PathBuf> {
        seamwalk::tui::runtime::rescue::found_beside(&self.path("seamwalk.db"))
    }

    /// The screen keeps showing what the disk holds, whatever is on its way there.
    #[track_caller]
    fn has_on_screen_only(&mut self, text: &str, verdict: Verdict) -> &mut Self {
        let prompt = self.prompt(text);
        assert_eq!(self.open_walk().session.verdict(prompt), verdict, "\n{}", self.screen());
        self
    }

    #[track_caller]
    fn has_on_disk(&mut self, text: &str, verdict: Verdict) -> &mut Self {
        assert_eq!(self.stored().verdict(self.prompt(text)), verdict, "\n{}", self.screen());
        self
    }
}
