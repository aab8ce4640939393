//! From a path to a walk: which plan it is, which session goes on, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use seamwalk::domain::component::ComponentState;
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::session::{Event, Fresh};
use seamwalk::domain::strategy::Strategy;
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::opening::{
    self, Carried, Choices, Foreseen, Opened, OpeningError, ParseFailure, ParsedPlan, Source, default_tester,
};
use seamwalk::store::Store;
use tempfile::TempDir;
use uuid::Uuid;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

/// A line is a prompt, `id: x` the plan's id, `#x` at the end of a line a tag; `broken` is refused.
fn parse(bytes: &[u8], _name: &Path, title: &str) -> Result<ParsedPlan, ParseFailure> {
    let text = std::str::from_utf8(bytes).unwrap();
    if text.starts_with("broken") {
        return Err(ParseFailure { place: Some((1, 1)), message: "broken".to_owned() });
    }
    let mut plan = Plan { title: title.to_owned(), ..Plan::default() };
    let mut entries = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(id) = line.strip_prefix("id: ") {
            plan.id = Some(id.to_owned());
            continue;
        }
        let (text, tag) = line.split_once(" #").map_or((line, None), |(text, tag)| (text, Some(tag)));
        let mut entry = Entry::new(NodeKind::Prompt, 1, number as u32 + 1, text);
        entry.tags = tag.map(str::to_owned).into_iter().collect();
        entries.push(entry);
    }
    plan.outline = Outline::from_entries(&entries, &[]);
    Ok(ParsedPlan { plan, problem_count: text.matches('!').count() })
}

fn must_not_parse(_: &[u8], name: &Path, _: &str) -> Result<ParsedPlan, ParseFailure> {
    Err(ParseFailure { place: None, message: format!("{} was parsed again", name.display()) })
}

struct Bench {
    folder: TempDir,
    store: Store,
    now: i64,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("db").join("s.db")).unwrap();
        Self { folder, store, now: 0 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn open_with(&mut self, path: &Path, choices: &Choices) -> Result<Opened, OpeningError> {
        self.now += 1000;
        opening::open(&mut self.store, Source::File(path), choices, at(self.now), &parse)
    }

    /// As the program reads Markdown.
    fn read_with(&mut self, path: &Path, choices: &Choices) -> Result<Opened, OpeningError> {
        let parser = &seamwalk::tui::runtime::effects::parse;
        opening::open(&mut self.store, Source::File(path), choices, at(self.now), parser)
    }

    fn open(&mut self, path: &Path) -> Opened {
        let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
        self.open_with(path, &choices).unwrap()
    }

    fn mark(&mut self, opened: &Opened, ordinal: usize, verdict: Verdict) {
        self.now += 1000;
        let prompt = opened.revision.ids()[ordinal];
        let event = Event::verdict(prompt, verdict, "");
        let id = seamwalk::domain::id::EventId(Uuid::now_v7());
        let seq = self.store.load_session(opened.session.id()).unwrap().seq();
        self.store
            .append(
                opened.session.id(),
                seq,
                &[Fresh { id, leader: None, at: at(self.now), lap: None, event }],
            )
            .unwrap();
    }
}

fn verdicts(opened: &Opened) -> Vec<Verdict> {
    opened.revision.ids().iter().map(|id| opened.session.verdict(*id)).collect()
}

#[test]
fn an_edited_plan_goes_on_with_its_session_and_results() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works\nMail arrives");
    let first = bench.open(&path);
    assert_eq!(
        (first.resumed, first.revision.number(), first.revision.plan().title.as_str()),
        (false, 1, "shop")
    );
    bench.mark(&first, 0, Verdict::Fail);
    bench.write("shop.md", "Totals add up\nLogin works on mobile\nMail arrives!");
    let second = bench.open(&path);
    assert_eq!(second.session.id(), first.session.id());
    assert_eq!((second.resumed, second.revision.number(), second.problem_count), (true, 2, 1));
    assert_eq!(second.changes.to_string(), "plan changed: 1 added, 1 reworded; results kept");
    assert_eq!(verdicts(&second), [Verdict::Untested, Verdict::Fail, Verdict::Untested]);
    let head = bench.store.session_head(first.session.id()).unwrap();
    assert_eq!((head.counts.total(), head.counts.tested()), (3, 1));
    assert_eq!(bench.store.audit(first.session.id()).unwrap(), []);
}

#[test]
fn an_unchanged_plan_is_not_parsed_again() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works!\nMail arrives");
    let first = bench.open(&path);
    let again = opening::open_plan(&mut bench.store, Source::File(&path), at(9000), &must_not_parse).unwrap();
    assert_eq!(again.revision, first.revision);
    assert_eq!((again.changes.is_empty(), again.problem_count), (true, 1));
    assert_eq!(bench.store.plans().unwrap()[0].touched_at, at(9000));
}

#[test]
fn a_moved_plan_is_the_same_plan_and_a_copied_one_is_not() {
    let mut bench = Bench::new();
    let path = bench.write("a/shop.md", "Login works");
    let first = bench.open(&path);
    let copy = bench.write("b/shop.md", "Login works");
    let copied = bench.open(&copy);
    assert_ne!(copied.revision.plan_id(), first.revision.plan_id());
    assert!(!copied.resumed);
    let moved = bench.path("c.md");
    fs::rename(&path, &moved).unwrap();
    let moved = bench.open(&moved);
    assert_eq!(moved.session.id(), first.session.id());
    assert_eq!(moved.revision.number(), 1);
    assert_eq!(bench.store.plans().unwrap().len(), 2);
}

#[test]
fn an_explicit_id_is_the_plans_identity_wherever_its_file_goes() {
    let mut bench = Bench::new();
    let path = bench.write("a/shop.md", "id: web-shop\nLogin works");
    let first = bench.open(&path);
    let elsewhere = bench.write("b/other.md", "id: web-shop\nLogin works\nMail arrives");
    let second = bench.open(&elsewhere);
    assert_eq!(second.session.id(), first.session.id());
    assert_eq!(second.changes.added, 1);
    let other = bench.write("b/other.md", "id: another\nLogin works");
    assert_ne!(bench.open(&other).revision.plan_id(), first.revision.plan_id());
    assert_eq!(bench.open(&path).revision.plan_id(), first.revision.plan_id());
}

#[test]
fn a_plan_that_is_given_an_id_later_keeps_its_results() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works");
    let first = bench.open(&path);
    bench.write("shop.md", "id: web-shop\nLogin works");
    let named = bench.open(&path);
    assert_eq!(named.session.id(), first.session.id());
    let moved = bench.write("elsewhere.md", "id: web-shop\nLogin works\nMail arrives");
    assert_eq!(bench.open(&moved).session.id(), first.session.id());
}

#[test]
fn a_session_that_goes_on_learns_what_is_real() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "# web -> cart\n- Login works\n");
    let states = |text: &str| -> BTreeMap<String, ComponentState> {
        let pairs = text.split(' ').map(|pair| pair.split_once('=').unwrap());
        pairs.map(|(name, state)| (name.to_owned(), state.parse().unwrap())).collect()
    };
    let choices = |text: &str| Choices { components: states(text), ..Choices::default() };
    let first = bench.read_with(&path, &choices("web=real")).unwrap();
    assert_eq!(first.session.states().of("web"), &ComponentState::Real);
    assert_eq!(first.session.seq(), 0, "a start says it all in one event");
    let strategy = Some(Strategy::RiskFirst);
    let again = bench.read_with(&path, &Choices { strategy, ..choices("cart=absent web=real") }).unwrap();
    assert_eq!((again.session.seq(), again.session.strategy()), (2, Strategy::RiskFirst));
    assert_eq!(again.session.states().of("cart"), &ComponentState::Absent);
    let plan =
        "---\ncomponents: {web: absent, cart: real, mail: {fake: stub}}\n---\n# web -> cart\n- Login works\n";
    bench.write("shop.md", plan);
    let mut open = || bench.read_with(&path, &Choices::default()).unwrap().session;
    let edited = open();
    let said: Vec<String> = edited.states().iter().map(|(name, s)| format!("{name} {s}")).collect();
    assert_eq!(said, ["cart absent", "mail fake: stub", "web real"], "the plan speaks where nobody did");
    assert_eq!(open().seq(), edited.seq(), "nothing is said twice");
    let error = bench.read_with(&path, &choices("crat=real")).unwrap_err();
    assert_eq!(error.to_string(), "the plan has no component \"crat\": it has web, cart, mail");
}

#[test]
fn choices_that_a_session_does_not_have_are_named() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works #critical\nMail arrives");
    let first = bench.open(&path);
    let choices = Choices {
        charter: Some("smoke".to_owned()),
        time_box_ms: Some(2_700_000),
        fields: BTreeMap::from([("build".to_owned(), "4f2c".to_owned())]),
        only: Some("critical".to_owned()),
        ..Choices::default()
    };
    let resumed = bench.open_with(&path, &choices).unwrap();
    assert_eq!(resumed.session.id(), first.session.id());
    assert_eq!(resumed.ignored, ["only"]);
    assert_eq!(resumed.session.charter(), Some("smoke"), "so can a charter");
    assert_eq!(resumed.session.time_box_ms(), Some(2_700_000), "and a time box");
    assert_eq!(resumed.session.fields(), &choices.fields, "a field can be said at any time");
    let new = bench.open_with(&path, &Choices { new: true, ..choices.clone() }).unwrap();
    assert_ne!(new.session.id(), first.session.id());
    let start = new.session.start();
    assert_eq!((start.charter.as_deref(), start.time_box_ms), (Some("smoke"), Some(2_700_000)));
    assert_eq!(new.session.seq(), 0, "both are part of the start");
    assert_eq!(bench.store.session_head(new.session.id()).unwrap().counts.total(), 1);
    assert_eq!(bench.open_with(&path, &choices).unwrap().ignored, [""; 0]);
}

/// git in `folder`, without anybody's configuration.
fn git(folder: &Path, args: &[&str]) {
    let ours = ["-c", "user.name=ana", "-c", "user.email=ana@example.test", "-c", "commit.gpgsign=false"];
    let output = std::process::Command::new("git")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(ours)
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn git_names_the_build_that_is_tested() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works");
    let file = bench.write("product/src/main.c", "int main;");
    let folder = bench.path("product");
    let choices = Choices { build_from: Some(folder.clone()), ..Choices::default() };
    git(&folder, &["init", "--quiet"]);
    let error = bench.open_with(&path, &choices).unwrap_err().to_string();
    assert!(error.starts_with("reading the build: git says of ") && error.contains("product: "), "{error}");
    assert_eq!(
        bench.store.sessions().unwrap(),
        [],
        "nothing is started without the build that was asked for"
    );
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "one"]);
    git(&folder, &["tag", "-a", "v2.4", "-m", "2.4"]);
    let first = bench.open_with(&path, &choices).unwrap().session;
    assert_eq!(first.fields()["build"], "v2.4");
    fs::write(&file, "int main(void);").unwrap();
    let inside = Choices { build_from: Some(folder.join("src")), ..Choices::default() };
    let resumed = bench.open_with(&path, &inside).unwrap().session;
    assert_eq!((resumed.id(), resumed.fields()["build"].as_str()), (first.id(), "v2.4-dirty"));
    let nowhere = Choices { build_from: Some(bench.path("nowhere")), ..Choices::default() };
    let error = bench.open_with(&path, &nowhere).unwrap_err().to_string();
    assert!(error.starts_with("reading the build: there is no folder "), "{error}");
}

#[test]
fn a_tag_that_no_prompt_has_starts_nothing() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works #critical\nMail arrives #error");
    let choices = Choices { only: Some("criticl".to_owned()), ..Choices::default() };
    let error = bench.open_with(&path, &choices).unwrap_err();
    assert_eq!(error.to_string(), "no prompt has the tag #criticl: it has #critical, #error");
    assert_eq!(bench.store.sessions().unwrap(), []);
}

#[test]
fn a_finished_session_is_not_resumed() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Login works");
    let first = bench.open(&path);
    let close = Fresh {
        id: seamwalk::domain::id::EventId(Uuid::now_v7()),
        leader: None,
        at: at(5000),
        lap: None,
        event: Event::SessionClosed,
    };
    bench.store.append(first.session.id(), 0, &[close]).unwrap();
    let second = bench.open(&path);
    assert!(!second.resumed);
}

#[test]
fn a_sample_is_a_plan_without_a_file() {
    let mut bench = Bench::new();
    let source = Source::Builtin { name: "web-shop.md", bytes: b"Login works" };
    let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
    let first = opening::open(&mut bench.store, source, &choices, at(0), &parse).unwrap();
    let again = opening::open(&mut bench.store, source, &choices, at(1), &must_not_parse).unwrap();
    assert_eq!(again.session.id(), first.session.id());
    assert_eq!(bench.store.plans().unwrap()[0].source.as_deref(), Some("builtin:web-shop.md"));
}

#[test]
fn what_is_no_plan_is_refused_with_a_sentence() {
    let mut bench = Bench::new();
    let large = bench.path("large.md");
    fs::File::create(&large).unwrap().set_len(seamwalk::format::MAX_FILE_BYTES as u64 + 1).unwrap();
    let broken = bench.write("broken.md", "broken");
    let folder = bench.path("db");
    let mut cases = vec![
        (bench.path("none.md"), "there is no such file"),
        (large, "larger than 10 MiB: cut it into several plans"),
        (broken, "broken.md:1:1: broken"),
        (folder, "it is a folder: name a file in it"),
    ];
    if cfg!(unix) {
        cases.push((PathBuf::from("/dev/zero"), "it is no plain file"));
    }
    for (path, said) in cases {
        let error = bench.open_with(&path, &Choices::default()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(bench.store.plans().unwrap(), []);
}

#[test]
fn a_tester_has_a_name_without_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    let git = folder.path().join(".git");
    fs::create_dir_all(git.join("objects")).unwrap();
    fs::create_dir_all(git.join("refs")).unwrap();
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(
        git.join("config"),
        "[core]\n\trepositoryformatversion = 0\n[user]\n\tname = \"Ana\u{1b}\\t Bell\"\n",
    )
    .unwrap();
    let name = default_tester(folder.path());
    assert!(!name.is_empty() && !name.contains(char::is_control), "{name:?}");
}

#[test]
fn what_is_foreseen_is_written_afterwards_and_not_before() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Shop\nreserves\nreleases\n");
    let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
    let foreseen = opening::foresee(&bench.store, Source::File(&path), &choices, at(0), &parse).unwrap();
    assert!(!foreseen.writes.session_is_stored());
    assert_eq!((bench.store.plans().unwrap().len(), bench.store.sessions().unwrap().len()), (0, 0));
    let Foreseen { opened, writes } = foreseen;
    assert_eq!(writes.carry_out(&mut bench.store, &opened.revision).unwrap(), Carried::AsForeseen);
    let stored = bench.store.load(opened.session.id()).unwrap();
    assert_eq!((stored.session, stored.revision), (opened.session, opened.revision));
    // Known and unchanged: the session that is shown is on the disk before anything is written.
    let again =
        opening::foresee(&bench.store, Source::File(&path), &choices, at(1), &must_not_parse).unwrap();
    assert!(again.writes.session_is_stored() && again.opened.resumed);
}

#[test]
fn a_walk_that_another_program_began_meanwhile_is_not_begun_twice() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Shop\nreserves\nreleases\n");
    let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
    let foreseen = opening::foresee(&bench.store, Source::File(&path), &choices, at(0), &parse).unwrap();
    let theirs = opening::open(&mut bench.store, Source::File(&path), &choices, at(1), &parse).unwrap();
    let carried = foreseen.writes.carry_out(&mut bench.store, &foreseen.opened.revision).unwrap();
    assert_eq!(carried, Carried::Otherwise);
    let sessions = bench.store.sessions().unwrap();
    assert_eq!(sessions.iter().map(|head| head.id).collect::<Vec<_>>(), [theirs.session.id()]);
}

/// So late that whatever a test writes was written long before.
fn much_later() -> Timestamp {
    Timestamp::from_unix_ms(4_000_000_000_000, 0).unwrap()
}

#[test]
fn a_file_that_seems_unchanged_is_looked_at_before_anything_is_written() {
    let mut bench = Bench::new();
    let path = bench.write("shop.md", "Shop\nreserves\nreleases\n");
    let choices = Choices { tester: Some("ana".to_owned()), ..Choices::default() };
    let open = |bench: &mut Bench| {
        opening::open(&mut bench.store, Source::File(&path), &choices, much_later(), &parse).unwrap()
    };
    let first = open(&mut bench);
    let foreseen =
        opening::foresee(&bench.store, Source::File(&path), &choices, much_later(), &must_not_parse).unwrap();
    assert_eq!(foreseen.opened.revision, first.revision);
    let carried = foreseen.writes.carry_out(&mut bench.store, &first.revision).unwrap();
    assert_eq!(carried, Carried::AsForeseen);
    // Changed by a clock that is behind: what is foreseen is what it said, and nothing is written of it.
    bench.write("shop.md", "Shop\nreserves\nreleases\nrefunds\n");
    let foreseen =
        opening::foresee(&bench.store, Source::File(&path), &choices, much_later(), &must_not_parse).unwrap();
    assert_eq!(foreseen.opened.revision, first.revision);
    let carried = foreseen.writes.carry_out(&mut bench.store, &first.revision).unwrap();
    assert_eq!(carried, Carried::Otherwise);
    let opened = open(&mut bench);
    assert_eq!((opened.changes.added, opened.session.id()), (1, first.session.id()));
    // A tag that it has by now is found.
    bench.write("shop.md", "Shop\nreserves #new\nreleases\nrefunds\n");
    let tagged = Choices { only: Some("new".to_owned()), new: true, ..choices.clone() };
    let foreseen = opening::foresee(&bench.store, Source::File(&path), &tagged, much_later(), &parse);
    assert_eq!(foreseen.unwrap().opened.session.start().only.as_deref(), Some("new"));
    // Gone: it is said, and nothing is written.
    fs::remove_file(&path).unwrap();
    assert!(
        opening::foresee(&bench.store, Source::File(&path), &choices, much_later(), &must_not_parse).is_err()
    );
}
