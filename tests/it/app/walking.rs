//! Walks as a tester would tell them.

use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::Choices;
use seamwalk::tui::layout::Size;
use seamwalk::tui::overlays::Overlay;
use seamwalk::tui::settings::Settings;

use super::{CHECKLIST, Setup, TestApp, WEB_SHOP};

const FIRST: &str = "A new customer buys one item";
const SECOND: &str = "A returning customer pays";
const THIRD: &str = "One request id finds";

/// Four prompts in two sections, a prompt with children among them.
const SMALL: &str =
    "# Small\n\n## One\n\n- [ ] alpha\n  - [ ] beta #late\n- [ ] gamma\n\n## Two\n\n- delta #late\n";

#[test]
fn the_first_walk_of_the_shop_needs_one_key_a_verdict() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.is_at(FIRST).shows("Web shop").shows("0/58").shows("saved #0").shows("ana");
    app.keys("p f b i s");
    app.has(FIRST, Verdict::Pass).has(SECOND, Verdict::Fail).has(THIRD, Verdict::Blocked);
    app.has("Signing in returns", Verdict::Inconclusive).has("Signing out in one tab", Verdict::Skip);
    app.is_at("A sign-in that expires").shows("saved #5").shows("5/58");
    app.shows("✓ 1").shows("✗ 1").shows("⊘ 1").shows("? 1").shows("– 1");
    app.agrees_with_the_disk();
}

#[test]
fn the_checklist_is_walked_to_its_end_and_says_so() {
    let mut app = TestApp::walk("release-checklist.md", CHECKLIST);
    let count = app.open_walk().progress.totals().total();
    app.shows(&format!("0/{count}"));
    for _ in 1..count {
        app.keys("p").lacks("all is tested");
    }
    app.keys("f").says("all is tested: E shows the summary").shows(&format!("{count}/{count}"));
    app.keys("Tab").says("everything is tested");
    app.keys("E").shows("Fail (1)").shows("summary").lacks("Untested (");
    app.agrees_with_the_disk();
}

#[test]
fn a_mark_goes_on_to_the_next_untested_prompt_and_around_the_end() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.is_at("alpha").keys("G").is_at("delta");
    app.keys("p").is_at("alpha");
    app.keys("j p").is_at("gamma");
    app.keys("f").is_at("alpha");
    app.keys("s").says("all is tested").is_at("alpha");
    app.keys("b").has("alpha", Verdict::Blocked);
}

#[test]
fn a_mark_with_a_capital_asks_for_a_note_on_that_prompt_and_then_goes_on() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    for (key, verdict, prompt, next) in [
        ("P", Verdict::Pass, FIRST, SECOND),
        ("F", Verdict::Fail, SECOND, THIRD),
        ("B", Verdict::Blocked, THIRD, "Signing in returns"),
        ("I", Verdict::Inconclusive, "Signing in returns", "Signing out in one tab"),
        ("S", Verdict::Skip, "Signing out in one tab", "A sign-in that expires"),
    ] {
        app.keys(key).is_at(prompt).has(prompt, verdict);
        assert!(matches!(app.model.overlay, Some(Overlay::Note(_))), "{key}\n{}", app.screen());
        app.types(&format!("why {key}")).keys("Enter").is_at(next);
    }
    assert_eq!(app.notes().len(), 5);
    assert!(app.notes()[1].starts_with("note on A returning customer"), "{:?}", app.notes());
    assert!(app.notes()[1].ends_with(": why F"), "{:?}", app.notes());
    app.keys("P Enter").is_at("Auth is down");
    assert_eq!(app.notes().len(), 5, "an empty note is none");
    app.agrees_with_the_disk();
}

#[test]
fn who_asks_to_be_asked_is_asked() {
    let settings = Settings::parse("ask_note = [\"fail\", \"blocked\"]").unwrap();
    let mut app = TestApp::walk_with("small.md", SMALL, Setup { settings, ..Setup::default() });
    app.keys("p").is_at("beta");
    assert!(app.model.overlay.is_none());
    app.keys("f").types("broken").keys("Enter").is_at("gamma");
    app.keys("b Esc").is_at("delta");
    assert_eq!(app.notes(), ["note on beta: broken"]);
}

#[test]
fn a_note_can_follow_on_the_prompt_that_was_marked_last() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("N").says("no prompt was marked yet");
    app.keys("f N").shows("on: alpha").types("late thought").keys("Enter").is_at("beta");
    assert_eq!(app.notes(), ["note on alpha: late thought"]);
    app.says("note saved");
}

#[test]
fn clear_undo_and_redo_cost_one_key_each_and_show_what_they_did() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("c").says("this prompt has no verdict yet");
    app.keys("u").says("nothing to undo");
    app.keys("Ctrl-r").says("nothing to redo");
    app.keys("f p").is_at("gamma");
    app.keys("u").is_at("beta").says("undone: beta").has("beta", Verdict::Untested).shows("saved #3");
    app.keys("Ctrl-r").is_at("beta").says("done again: beta").has("beta", Verdict::Pass);
    app.keys("k c").has("alpha", Verdict::Untested).is_at("alpha").shows("saved #5");
    app.keys("u").has("alpha", Verdict::Fail);
    app.agrees_with_the_disk();
}

#[test]
fn undo_and_redo_reach_across_a_restart() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("p f u");
    app.reopen();
    app.is_at("beta").has("alpha", Verdict::Pass).shows("saved #3");
    app.keys("Ctrl-r").has("beta", Verdict::Fail);
    app.keys("u u").has("alpha", Verdict::Untested).has("beta", Verdict::Untested).is_at("alpha");
    app.reopen();
    app.is_at("alpha").keys("Ctrl-r Ctrl-r").has("beta", Verdict::Fail).agrees_with_the_disk();
}

#[test]
fn a_restart_comes_back_to_the_first_untested_prompt_of_the_same_session() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f b");
    let (session, at) = (app.open_walk().session.id(), app.current());
    app.reopen();
    assert_eq!(app.open_walk().session.id(), session);
    app.is_at(&at).shows("saved #3").agrees_with_the_disk();
}

#[test]
fn notes_have_five_kinds_and_several_lines() {
    let mut app = TestApp::walk("small.md", SMALL);
    for tabs in 0..5 {
        app.keys("n").keys(&"Tab ".repeat(tabs)).types(&format!("line {tabs}\nsecond")).keys("Enter");
    }
    let kinds: Vec<String> = app.notes().iter().map(|note| note.split(' ').next().unwrap().into()).collect();
    assert_eq!(kinds, ["note", "bug", "question", "idea", "setup"]);
    assert_eq!(app.notes()[0], "note on alpha: line 0\nsecond");
    app.shows("14:02 bug").shows("second").says("setup saved").shows("saved #5");
    app.keys("n Shift-Tab").shows("setup").keys("Esc");
    app.keys("u").says("undone: a note");
    assert_eq!(app.notes().len(), 4);
    app.agrees_with_the_disk();
}

#[test]
fn a_note_on_the_session_is_on_no_prompt() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys(": n o t e - o n - s e s s Enter").shows("on: the session").types("all slow").keys("Enter");
    app.keys("K n").shows("on: the session").keys("Esc");
    assert_eq!(app.notes(), ["note on the session: all slow"]);
}

#[test]
fn a_draft_waits_where_it_was_left() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("n Tab").types("half a though").keys("Esc").says("not saved").says("draft");
    assert_eq!(app.notes(), Vec::<String>::new());
    app.keys("j n").lacks("half a though").keys("Esc k n").shows("half a though").shows("bug");
    app.types("t").keys("Enter");
    assert_eq!(app.notes(), ["bug on alpha: half a thought"]);
    app.keys("n").lacks("half a thought\n").keys("Esc");
}

#[test]
fn a_draft_outlives_the_program() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("n").types("half a thought").keys("Esc q");
    assert!(app.ended, "it is kept: nothing to warn of");
    app.reopen_at_home();
    app.keys("Enter n").shows("half a thought").says("begun before");
    app.keys(["Backspace"; 14].join(" ").as_str()).types("at home").keys("Esc q").shows("Open sessions");
    let first = app.open_walk().session.id();
    // Another walk in between costs nothing either.
    app.keys("N n").lacks("at home").keys("Esc q g Enter");
    if app.open_walk().session.id() != first {
        app.keys("q g j Enter");
    }
    app.keys("n").shows("at home").keys("Enter");
    assert_eq!(app.notes(), ["note on alpha: at home"]);
    app.keys("q q");
    assert!(app.ended);
}

#[test]
fn a_note_can_be_written_in_the_editor() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.host.answers = [Ok(Some("one\ntwo\n".to_owned())), Ok(None), Err("no editor".to_owned())].into();
    app.keys("n").types("begun").keys("Ctrl-e").shows("two");
    app.keys("Ctrl-e").shows("two").keys("Ctrl-e").says("no editor").shows("two");
    app.keys("Enter");
    assert_eq!(app.host.edited, ["begun", "one\ntwo", "one\ntwo"]);
    assert_eq!(app.notes(), ["note on alpha: one\ntwo"]);
}

#[test]
fn find_goes_to_what_was_typed_and_opens_what_hides_it() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("H").lacks("Sending the checkout form");
    app.keys("/").types("yen decimals").keys("Enter");
    app.is_at("An order in yen").shows("An order in yen is charged");
    app.keys("/")
        .types("qqqqqq")
        .shows("0 found")
        .keys("Enter")
        .says("nothing was found")
        .is_at("An order in yen");
    app.keys("/").types("mail").keys("Down Down Up Esc").is_at("An order in yen");
    app.keys("/").types("cart inv").keys("Enter").is_at("cart -> inventory");
}

#[test]
fn find_respects_the_filter() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("f t f Enter").shows("only fail");
    app.keys("/").types("decimals").shows("0 found");
}

#[test]
fn a_filter_by_verdict_shows_only_those_and_marks_stay_in_view() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("f p f").is_at("delta");
    app.keys("t f Enter").shows("only fail").lacks("beta").shows("gamma").shows("alpha");
    app.keys("g j").is_at("alpha");
    app.keys("p").has("alpha", Verdict::Pass).shows("alpha");
    app.keys("Tab").says("everything that the filter shows is tested");
    app.keys("Esc").says("everything is shown again").shows("beta").lacks("only fail");
    app.keys("Tab").is_at("delta");
}

#[test]
fn a_filter_by_tag_goes_on_within_the_tag() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("t").shows("#late").keys("Down Down Down Down Down Down Space Enter").shows("only #late");
    // The prompt above one with the tag is shown, and the walk goes past it.
    app.lacks("gamma").is_at("alpha").keys("Tab").is_at("beta");
    app.keys("p").is_at("delta").keys("p").is_at("delta");
    app.keys("t c Enter").lacks("only #late").shows("gamma");
    app.has("beta", Verdict::Pass).has("delta", Verdict::Pass).has("alpha", Verdict::Untested);
}

#[test]
fn a_filter_that_shows_nothing_says_how_to_get_out() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("t s Enter").shows("the filter shows nothing; Esc shows all");
    app.keys("p").says("nothing is shown: Esc takes the filter away");
    app.keys("j k G g h l H L J K n Esc c Enter Esc Esc").shows("alpha");
}

#[test]
fn sections_fold_and_unfold() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("h h h").is_at("One").shows("▸ One").lacks("gamma");
    app.keys("l l").is_at("alpha").shows("gamma");
    app.keys("H").is_at("One").shows("▸ One").shows("▸ Two").lacks("delta");
    app.keys("p").says("a section has no verdict").is_at("One");
    app.keys("Tab").is_at("alpha").shows("gamma").lacks("delta");
    app.keys("L").shows("delta");
    app.keys("J").is_at("Two").keys("J").is_at("Two").keys("K").is_at("One");
    app.keys("Shift-Tab").is_at("delta").keys("Shift-Tab").is_at("gamma");
}

#[test]
fn a_folded_prompt_still_takes_its_mark() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("h").is_at("alpha").lacks("beta").keys("p").has("alpha", Verdict::Pass).is_at("beta");
}

#[test]
fn moves_stay_inside_the_outline() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("G").is_at("The mail server is down").keys("j Down PgDn Space").is_at("The mail server is down");
    app.keys("g").is_at("Critical paths").keys("k Up PgUp").is_at("Critical paths");
    app.keys("End Home j k PgDn PgUp").is_at("Critical paths");
}

#[test]
fn marks_on_a_section_are_refused_with_a_way_out() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    for key in ["p", "f", "b", "i", "s", "P", "F", "B", "I", "S", "c"] {
        app.keys("g").keys(key).says("a section has no verdict: mark the prompts below it");
        assert!(app.model.overlay.is_none(), "{key}");
    }
    assert_eq!(app.stored().seq(), 0);
}

#[test]
fn a_value_of_the_test_data_is_copied() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("d").shows("alice@shop.test").keys("j Enter").says("copied alice@shop.test");
    app.keys("Down Down Enter q").lacks("alice@shop.test");
    assert_eq!(app.host.copies, ["alice@shop.test", "customer who never ordered"]);
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("d").says("this plan has no test data");
}

#[test]
fn the_palette_does_by_name_what_keys_do() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys(":").shows("fail-with-note").types("inconcl").keys("Enter").has("alpha", Verdict::Inconclusive);
    app.keys(":").types("zzzz").keys("Enter").says("no command has a name like that");
    app.keys(":").types("skip").keys("Esc");
    assert_eq!(app.stored().seq(), 1);
}

#[test]
fn the_whole_prompt_can_be_read_and_marked_there() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("/").types("same callback delivered twice").keys("Enter Enter");
    app.shows("Open the event in the provider's dashboard").shows("3. Look at");
    app.keys("f").has("The same callback", Verdict::Fail).is_at("A callback that overtakes");
    assert!(app.model.overlay.is_none());
}

#[test]
fn the_summary_counts_finishes_refuses_and_reopens() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("p F").types("it broke").keys("Enter b E");
    app.shows("3/4 tested").shows("Fail (1)").shows("it broke").shows("Blocked (1)").shows("Untested (1)");
    app.keys("O").says("the session is open already");
    app.keys("F").says("the session is finished").shows("finished 2026-11-23 14:02");
    assert!(!app.stored().is_open());
    app.keys("F").says("the session is finished: reopen it first");
    app.keys("Esc").shows("this session is finished; E shows its summary");
    let seq = app.stored().seq();
    for key in ["p", "F", "c", "n", "N", "u", "Ctrl-r"] {
        app.keys(key).says("the session is finished: reopen it first");
        assert!(app.model.overlay.is_none(), "{key}\n{}", app.screen());
    }
    assert_eq!(app.stored().seq(), seq);
    app.keys("E O").says("the session goes on");
    app.keys("q Tab p").says("all is tested").agrees_with_the_disk();
}

#[test]
fn enter_in_the_summary_goes_to_the_prompt() {
    let mut app = TestApp::walk("web-shop.md", WEB_SHOP);
    app.keys("p f p H t p Enter E").shows("Fail (1)");
    app.keys("Enter")
        .says("nothing to go to on this line")
        .shows("summary")
        .keys("j Enter")
        .is_at(SECOND)
        .shows("pays with the saved card");
}

#[test]
fn an_edited_plan_says_what_changed_and_keeps_what_was_judged() {
    const BEFORE: &str =
        "# Shop\n\n- The cart keeps its items\n- The order says paid\n- The parcel arrives\n";
    const AFTER: &str = "# Shop\n\n- The cart keeps all its items\n- The order says paid\n- A mail arrives\n";
    let mut app = TestApp::walk("shop.md", BEFORE);
    app.keys("f p");
    app.write("shop.md", &format!("{AFTER}- A voucher works once\n"));
    app.reopen();
    app.says("plan changed: ").says("results kept").says("1 reworded").says("added");
    app.has("The cart keeps all its items", Verdict::Fail).has("The order", Verdict::Pass);
    app.is_at("A mail arrives").keys("g").is_at("The cart keeps all its items");
    app.shows("judged as: The cart keeps its items");
    app.keys("p").keys("g").lacks("judged as").agrees_with_the_disk();
    app.reopen();
    assert!(app.model.toast.is_none(), "{}", app.screen());
}

#[test]
fn a_session_of_one_tag_shows_and_counts_only_that() {
    let choices =
        Choices { only: Some("late".to_owned()), tester: Some("bo".to_owned()), ..Choices::default() };
    let mut app = TestApp::walk_with("small.md", SMALL, Setup { choices, ..Setup::default() });
    app.shows("only #late").shows("0/2").is_at("beta").lacks("gamma");
    app.keys("k p").says("this session is about #late only").is_at("alpha").shows("saved #0");
    app.keys("c").says("this session is about #late only").keys("Tab p p").says("all is tested").shows("2/2");
    app.keys("/").types("gamma").shows("0 found").keys("Esc E").shows("2/2 tested").lacks("Untested (");
    app.agrees_with_the_disk();
}

#[test]
fn a_new_session_leaves_the_old_one_alone() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("p f");
    let first = app.open_walk().session.id();
    let new = Choices { new: true, tester: Some("bo".to_owned()), ..Choices::default() };
    app.reopen_with("small.md", new);
    app.shows("0/4").shows("bo").is_at("alpha");
    assert_eq!(app.store().load_session(first).unwrap().seq(), 2);
}

#[test]
fn choices_that_come_too_late_are_said() {
    let mut app = TestApp::walk("small.md", SMALL);
    let late = Choices { tester: Some("bo".to_owned()), ..Choices::default() };
    app.reopen_with("small.md", late);
    app.says("--new takes tester");
}

#[test]
fn a_paste_marks_nothing() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.paste("pfbispPFBISq\n").says("pasted text marks nothing: open a note to put it in");
    assert_eq!(app.stored().seq(), 0);
    app.keys("n").paste("pf\npf").keys("Enter");
    assert_eq!(app.notes(), ["note on alpha: pf\npf"]);
    app.keys("/")
        .paste("gam\nma")
        .keys("Esc t")
        .paste("ppp")
        .keys("Esc ?")
        .paste("q")
        .keys("Esc E")
        .paste("F");
    assert_eq!(app.stored().seq(), 1);
    assert!(app.stored().is_open());
}

#[test]
fn a_key_that_does_nothing_says_where_to_look() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("x").says("x does nothing here; ? shows the keys");
    app.keys("F9").says("F9 does nothing here");
    app.keys("Esc").is_at("alpha");
    assert!(app.model.toast.is_none());
}

#[test]
fn clicks_select_and_fold_and_the_wheel_moves() {
    let mut app = TestApp::walk("small.md", SMALL);
    // Rows begin below title, bar and border: One, alpha, beta, gamma, Two, delta.
    app.click(10, 6).is_at("gamma");
    app.click(10, 3).is_at("One").shows("gamma");
    app.click(10, 3).lacks("gamma").click(10, 3).shows("gamma");
    app.wheel(1).is_at("gamma").wheel(9).is_at("delta").wheel(-9).is_at("One");
    app.click(100, 3).click(10, 38).click(119, 39).click(0, 0).is_at("One");
    app.keys("?").wheel(2).click(0, 0).lacks(" keys ");
    app.keys("n").types("kept").click(0, 0).shows("kept");
}

#[test]
fn too_small_a_terminal_says_so_and_nothing_is_lost_by_it() {
    let mut app = TestApp::walk("small.md", SMALL);
    app.keys("n").types("begun");
    app.resize(39, 8).shows("39x8 is too small").lacks("alpha").resize(40, 7).shows("40x7 is too small");
    app.resize(10, 3)
        .click(5, 1)
        .wheel(1)
        .resize(1, 1)
        .click(0, 0)
        .resize(0, 0)
        .resize(120, 40)
        .shows("begun")
        .keys("Enter");
    assert_eq!(app.notes(), ["note on alpha: begun"]);
}

#[test]
fn the_prompt_can_be_read_at_every_served_size() {
    for (width, height) in [(200, 60), (120, 40), (80, 24), (75, 24), (40, 18), (40, 8), (120, 8)] {
        let setup = Setup { size: Size { width, height }, ..Setup::default() };
        let mut app = TestApp::walk_with("web-shop.md", WEB_SHOP, setup);
        app.shows("A new customer buys one").shows("saved #0").shows("0/58");
        app.keys("f").shows("saved #1").shows("1/58").shows("A returning customer");
    }
}

#[test]
fn quit_and_control_c_end_the_program_when_all_is_saved() {
    for key in ["q", "Ctrl-c"] {
        let mut app = TestApp::walk("small.md", SMALL);
        app.keys("p").keys(key);
        assert!(app.ended, "{key}");
    }
}
