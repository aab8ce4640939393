//! `seamwalk doctor`: what it finds, and that copies, recoveries and rescues are whole or not there.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seamwalk::domain::component::States;
use seamwalk::domain::id::{EventId, PlanId, PromptId, SessionId, derived};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{self, Event, Fresh, Judged, NoteKind, NoteText, Session, Start};
use seamwalk::domain::time::Timestamp;
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{IfOpen, NewSession, Reading, Rescue, RescueError, Store};
use tempfile::TempDir;
use uuid::Uuid;

const PROMPTS: usize = 30;

/// A folder with a plan file and a database that holds one session on it.
struct Clinic {
    folder: TempDir,
    session: Session,
}

fn at(n: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + n as i64 * 1000, 60).unwrap()
}

fn prompt(n: usize) -> PromptId {
    PromptId(derived(&["prompt", &n.to_string()]))
}

fn decided(session: &Session, command: session::Command) -> Vec<Fresh> {
    Fresh::decided(session.decide(command).unwrap(), at(session.seq()), || EventId(Uuid::now_v7()))
}

fn mark(session: &Session, n: usize, verdict: Verdict) -> Vec<Fresh> {
    let judged = Judged { prompt: prompt(n), wording: format!("prompt {n}"), ends: None };
    decided(session, session::Command::Mark { judged, verdict })
}

impl Clinic {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("plan.md");
        fs::write(&source, "# Shop\n").unwrap();
        let mut store = Store::open(&folder.path().join("seamwalk.db")).unwrap();
        let mut entries = vec![Entry::new(NodeKind::Section, 1, 1, "Shop")];
        entries.extend(
            (0..PROMPTS).map(|n| Entry::new(NodeKind::Prompt, 2, n as u32 + 2, format!("prompt {n}"))),
        );
        let outline = Outline::from_entries(&entries, &[]);
        let plan = Plan { title: "Shop".to_owned(), outline, ..Plan::default() };
        let plan_id = PlanId(derived(&["plan"]));
        let ids = (0..PROMPTS).map(prompt).collect();
        let revision = Revision::new(plan_id, 1, plan, ids, Vec::new()).unwrap();
        let source = source.to_str().unwrap();
        let reading = Reading { content_hash: [1; 32], problem_count: 0, source, at: at(0) };
        store.save_revision(&revision, reading).unwrap();
        let start = Start {
            plan: plan_id,
            plan_title: "Shop".to_owned(),
            tester: "ana".to_owned(),
            charter: None,
            time_box_ms: None,
            fields: BTreeMap::new(),
            only: None,
            components: States::default(),
            retest: None,
        };
        let (id, event) = (SessionId(Uuid::now_v7()), EventId(Uuid::now_v7()));
        let new = NewSession { id, event, at: at(0), start };
        let session = store.start_session(&new, &revision, IfOpen::StartAnother).unwrap();
        Self { folder, session }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn database(&self) -> PathBuf {
        self.path("seamwalk.db")
    }

    fn append(&mut self, batch: &[Fresh]) {
        let mut store = Store::open_existing(&self.database()).unwrap();
        for event in store.append(self.session.id(), self.session.seq(), batch).unwrap() {
            self.session.apply(event).unwrap();
        }
    }

    /// `count` decisions, some of them long notes and undos.
    fn walk(&mut self, count: usize) {
        let mut store = Store::open_existing(&self.database()).unwrap();
        for n in 0..count {
            let batch = match n % 10 {
                3 => {
                    let text = format!("note {n} {}", "long ".repeat(n % 700));
                    let prompt = Some(prompt(n % PROMPTS));
                    decided(
                        &self.session,
                        session::Command::AddNote(NoteText { kind: NoteKind::Bug, text, prompt }),
                    )
                }
                7 => decided(&self.session, session::Command::Undo),
                _ => mark(&self.session, n % PROMPTS, Verdict::ALL[1 + n % 5]),
            };
            for event in store.append(self.session.id(), self.session.seq(), &batch).unwrap() {
                self.session.apply(event).unwrap();
            }
        }
    }

    fn doctor(&self, args: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_seamwalk"))
            .arg("--db")
            .arg(self.database())
            .arg("doctor")
            .args(args)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    #[track_caller]
    fn finds(&self, code: i32, words: &[&str]) {
        let (found, said) = self.doctor(&[]);
        assert_eq!(found, code, "{said}");
        for word in words {
            assert!(said.contains(word), "no {word:?} in:\n{said}");
        }
    }
}

fn event_ids(path: &Path) -> BTreeSet<EventId> {
    let store = Store::open_existing(path).unwrap();
    let sessions = store.sessions().unwrap();
    sessions.iter().flat_map(|head| store.events(head.id, 0).unwrap()).map(|event| event.id).collect()
}

#[test]
fn the_doctor_says_that_nothing_is_wrong() {
    let mut clinic = Clinic::new();
    clinic.walk(40);
    clinic.finds(0, &["nothing is wrong", "41 events of 1 sessions", "1 states of plans", "every page"]);
    let (code, said) = clinic.doctor(&["--quick", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, json["findings"].as_array().map(Vec::len)), (0, Some(0)));
}

#[test]
fn the_doctor_notes_what_is_good_to_know() {
    let clinic = Clinic::new();
    fs::remove_file(clinic.path("plan.md")).unwrap();
    fs::set_permissions(clinic.database(), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(clinic.path("seamwalk.db.v1-00.backup"), "old").unwrap();
    clinic.finds(0, &["is gone", "mode 644", "chmod 600", "from before an upgrade", "nothing is wrong"]);
}

#[test]
fn the_doctor_asks_for_what_should_be_done() {
    let clinic = Clinic::new();
    fs::write(clinic.path("seamwalk-rescue-x.json"), "{}").unwrap();
    clinic.finds(1, &["warning", "seamwalk-rescue-x.json", "doctor --rescue"]);
}

#[test]
fn the_doctor_names_damage_and_changes_nothing() {
    let mut clinic = Clinic::new();
    clinic.walk(40);
    let whole = fs::read(clinic.database()).unwrap();
    let at = whole.windows(8).position(|window| window == b"prompt 3").unwrap();
    let mut damaged = whole.clone();
    damaged[at..at + 8].copy_from_slice(b"prompt 9");
    fs::write(clinic.database(), &damaged).unwrap();
    clinic.finds(4, &["damage", "--recover NEW"]);
    assert_eq!(fs::read(clinic.database()).unwrap(), damaged);
    fs::write(clinic.database(), &whole[..whole.len() / 2]).unwrap();
    clinic.finds(4, &["damage", "cut off"]);
    fs::write(clinic.database(), "a text").unwrap();
    clinic.finds(4, &["no seamwalk database"]);
    fs::remove_file(clinic.database()).unwrap();
    clinic.finds(4, &["there is no database"]);
}

#[test]
fn a_backup_is_whole_and_replaces_only_a_backup() {
    let mut clinic = Clinic::new();
    clinic.walk(30);
    let copy = clinic.path("copy.db");
    let name = copy.to_str().unwrap();
    for _ in 0..2 {
        clinic.walk(5);
        assert_eq!(clinic.doctor(&["--backup", name]).0, 0);
        assert_eq!(event_ids(&copy), event_ids(&clinic.database()));
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let plan = clinic.path("plan.md");
    let (code, said) = clinic.doctor(&["--backup", plan.to_str().unwrap()]);
    assert!(code == 4 && said.contains("will not be replaced"), "{said}");
    assert_eq!(fs::read_to_string(plan).unwrap(), "# Shop\n");
    let (code, said) = clinic.doctor(&["--backup", clinic.database().to_str().unwrap()]);
    assert!(code == 4 && said.contains("is the database itself"), "{said}");
    let names: BTreeSet<String> = fs::read_dir(clinic.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, ["copy.db", "plan.md", "seamwalk.db"].map(str::to_owned).into());
}

#[test]
fn a_whole_database_is_recovered_as_it_is() {
    let mut clinic = Clinic::new();
    clinic.walk(300);
    let before = fs::read(clinic.database()).unwrap();
    let (code, said) = clinic.doctor(&["--recover", clinic.path("new.db").to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(fs::read(clinic.database()).unwrap(), before);
    let [old, new] = ["seamwalk.db", "new.db"].map(|name| Store::open_existing(&clinic.path(name)).unwrap());
    let id = clinic.session.id();
    assert_eq!(new.load(id).unwrap(), old.load(id).unwrap());
    assert_eq!(new.events(id, 0).unwrap(), old.events(id, 0).unwrap());
    assert_eq!(new.audit(id).unwrap(), []);
    let (code, said) = clinic.doctor(&["--recover", clinic.path("new.db").to_str().unwrap()]);
    assert!(code == 4 && said.contains("is there already"), "{said}");
}

/// Pages are overwritten one after the other: whatever lies on the others comes back.
#[test]
fn every_event_on_a_readable_page_is_recovered() {
    const PAGE: usize = 4096;
    let mut clinic = Clinic::new();
    clinic.walk(300);
    let whole = fs::read(clinic.database()).unwrap();
    let all = event_ids(&clinic.database());
    let (mut lost, mut found) = (0, 0);
    for page in 0..whole.len() / PAGE {
        let mut damaged = whole.clone();
        damaged[page * PAGE..(page + 1) * PAGE].fill(0xa5);
        let other = tempfile::tempdir().unwrap();
        let (path, new) = (other.path().join("seamwalk.db"), other.path().join("new.db"));
        fs::write(&path, &damaged).unwrap();
        let recovered = seamwalk::store::recover(&path, &new, at(0)).unwrap();
        let there = event_ids(&new);
        assert!(there.is_subset(&all), "page {page}");
        let gone = all.len() - there.len();
        assert!(gone <= 40, "page {page} holds no {gone} events: {recovered:?}");
        lost += gone;
        found += there.len();
        let store = Store::open_existing(&new).unwrap();
        for head in store.sessions().unwrap() {
            assert_eq!(store.audit(head.id).unwrap(), []);
        }
    }
    // Each event is lost with its own page, and only then; long ones are on several.
    assert!(lost < 2 * all.len() && found > 10 * lost, "{lost} lost, {found} found");
}

#[test]
fn a_rescue_file_is_taken_in_once() {
    let mut clinic = Clinic::new();
    clinic.walk(10);
    let mut after = clinic.session.clone();
    let mut batch = mark(&after, 20, Verdict::Fail);
    after.apply(batch[0].clone().at_place(after.seq() + 1)).unwrap();
    batch.extend(mark(&after, 21, Verdict::Skip));
    let rescue = Rescue {
        session: clinic.session.id(),
        database: "seamwalk.db".to_owned(),
        after_seq: clinic.session.seq(),
        batch,
    };
    let file = clinic.path("seamwalk-rescue-1.json");
    fs::write(&file, rescue.to_json()).unwrap();
    assert_eq!(Rescue::from_json(rescue.to_json().as_bytes()).unwrap(), rescue);
    // Meanwhile somebody else marks one of the prompts.
    let theirs = mark(&clinic.session, 20, Verdict::Pass);
    clinic.append(&theirs);
    let (code, said) = clinic.doctor(&["--rescue", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("2 changes are saved now, 0 were already") && said.contains("counts now: prompt 20"),
        "{said}"
    );
    let (code, said) = clinic.doctor(&["--rescue", file.to_str().unwrap()]);
    assert!(code == 0 && said.contains("0 changes are saved now, 2 were already"), "{said}");
    let store = Store::open_existing(&clinic.database()).unwrap();
    let session = store.load_session(clinic.session.id()).unwrap();
    assert_eq!((session.verdict(prompt(20)), session.verdict(prompt(21))), (Verdict::Fail, Verdict::Skip));
    assert_eq!(session.seq(), clinic.session.seq() + 2, "both marks of prompt 20 are kept");
}

#[test]
fn a_rescue_file_that_was_changed_is_refused() {
    let clinic = Clinic::new();
    let batch = mark(&clinic.session, 1, Verdict::Fail);
    let (session, database) = (clinic.session.id(), String::new());
    let json = Rescue { session, database, after_seq: 0, batch }.to_json();
    let refused = |json: &str| Rescue::from_json(json.as_bytes()).unwrap_err();
    assert!(matches!(refused(&json.replace("\"fail\"", "\"pass\"")), RescueError::Damaged { number: 1 }));
    assert!(matches!(refused(&json.replace("rescue/1", "rescue/2")), RescueError::Unknown { .. }));
    assert!(matches!(refused(&json[..json.len() / 2]), RescueError::NotOurs(_)));
    let file = clinic.path("r.json");
    fs::write(&file, json.replace("\"fail\"", "\"pass\"")).unwrap();
    let (code, said) = clinic.doctor(&["--rescue", file.to_str().unwrap()]);
    assert!(code == 3 && said.contains("event 1 is damaged"), "{said}");
    assert_eq!(event_ids(&clinic.database()).len(), 0);
}

#[test]
fn an_undo_of_something_that_was_never_saved_is_left_out() {
    let mut clinic = Clinic::new();
    clinic.walk(3);
    let lost = EventId(derived(&["lost"]));
    let fresh = |event| Fresh { id: EventId(Uuid::now_v7()), leader: None, at: at(9), lap: None, event };
    let kept = fresh(Event::verdict(prompt(4), Verdict::Pass, "prompt 4"));
    let batch = vec![fresh(Event::Undone { event: lost }), kept];
    let rescue = Rescue { session: clinic.session.id(), database: String::new(), after_seq: 3, batch };
    let mut store = Store::open_existing(&clinic.database()).unwrap();
    let taken = store.take_in(&rescue).unwrap();
    assert_eq!((taken.added, taken.known, taken.left_out), (1, 0, 1));
}
