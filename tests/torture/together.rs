//! Several programs on one file, two people on one prompt, clocks that step.

use std::process::{Command, Stdio};

use seamwalk::domain::id::EventId;
use seamwalk::domain::session::{Fresh, Session};
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::{AppendError, Store};
use uuid::Uuid;

use crate::table::{Outcome, Plan};
use crate::world::{self, Dice, World, at};
use crate::writer::decision;

/// Programs that write at the same time.
const WRITERS: u64 = 4;

/// What a mark may have to wait for another program, in milliseconds.
const LONGEST_WAIT_MS: u64 = 2_000;

/// Four writers and a reader: no failed write, none lost, none doubled.
pub(crate) fn writers(plan: Plan) -> Outcome {
    let each = plan.rounds(250, 2_500) as u64;
    let world = World::with_session();
    let start = |n: u64| {
        let argv = world::writer(&world.database(), each, plan.seed + n);
        Command::new(&argv[0]).args(&argv[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..WRITERS).map(start).collect();
    let reading = std::thread::spawn({
        let database = world.database();
        move || read_on(&database)
    });
    let mut lost = Vec::new();
    let mut acked = Vec::new();
    let mut worst_ms = 0;
    for child in children {
        let said = String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned();
        lost.extend(said.lines().filter(|line| line.starts_with("failed")).map(str::to_owned));
        let waited = said.lines().filter_map(|line| line.strip_prefix("worst ")?.parse::<u64>().ok());
        worst_ms = waited.max().unwrap_or(0).max(worst_ms);
        let theirs = world::acked(&said);
        if !said.contains("done") {
            lost.push("a writer did not come to its end".to_owned());
        }
        acked.extend(theirs);
    }
    // The reader sees the end mark and stops.
    std::fs::write(world.folder.path().join("done"), b"").unwrap();
    let reads = reading.join().unwrap();
    lost.extend(world::missing(&world.database(), &acked));
    let places: std::collections::BTreeSet<u64> = acked.iter().map(|(seq, _)| *seq).collect();
    if places.len() != acked.len() {
        lost.push("two events were acknowledged at one place".to_owned());
    }
    if worst_ms >= LONGEST_WAIT_MS {
        lost.push(format!("a mark waited {worst_ms} ms"));
    }
    let did = format!(
        "{WRITERS} × {each} decisions, {} events, {reads} reads, worst wait {worst_ms} ms",
        acked.len()
    );
    Outcome::new(did, lost)
}

/// Reads the session again and again until the writers are done; how often.
fn read_on(database: &std::path::Path) -> usize {
    let done = database.with_file_name("done");
    let store = Store::open_existing(database).unwrap();
    let head = store.sessions().unwrap().remove(0);
    let (mut reads, mut seen) = (0, 0);
    while !done.exists() {
        let session = store.load_session(head.id).unwrap();
        assert!(session.seq() >= seen, "events went away while others wrote");
        seen = session.seq();
        reads += 1;
    }
    reads
}

/// Two people mark one prompt, each without seeing the other's mark: both events stay, both see the same in the end.
pub(crate) fn same_prompt(plan: Plan) -> Outcome {
    let pairs = plan.rounds(200, 2_000);
    let world = World::with_session();
    let mut stores = [0, 1].map(|_| Store::open_existing(&world.database()).unwrap());
    let head = stores[0].sessions().unwrap().remove(0);
    let mut sessions: Vec<Session> =
        stores.iter().map(|store| store.load_session(head.id).unwrap()).collect();
    let mut dice = Dice::new(plan.seed);
    let mut lost = Vec::new();
    for pair in 0..pairs {
        let prompt = world::prompt(dice.below(world::PROMPTS));
        let first = dice.below(2);
        for who in [first, 1 - first] {
            let verdict = Verdict::ALL[1 + dice.below(5)];
            let fresh = Fresh {
                lap: None,
                id: EventId(Uuid::now_v7()),
                leader: None,
                at: at(pair as i64 * 1000),
                event: seamwalk::domain::session::Event::verdict(prompt, verdict, "as it was"),
            };
            let seq = sessions[who].seq();
            let batch = [fresh];
            let recorded = match stores[who].append(head.id, seq, &batch) {
                Ok(recorded) => recorded,
                Err(AppendError::Stale { missing }) => {
                    // The other's mark is seen before one's own is made again.
                    for event in missing {
                        sessions[who].apply(event).unwrap();
                    }
                    stores[who].append(head.id, sessions[who].seq(), &batch).unwrap()
                }
                Err(error) => {
                    lost.push(format!("pair {pair}: {error}"));
                    continue;
                }
            };
            for event in recorded {
                sessions[who].apply(event).unwrap();
            }
        }
        let behind = stores[first].events(head.id, sessions[first].seq()).unwrap();
        for event in behind {
            sessions[first].apply(event).unwrap();
        }
        if sessions[0] != sessions[1] {
            lost.push(format!("pair {pair}: the two see different sessions"));
        }
    }
    if sessions[0].seq() != 2 * pairs as u64 {
        lost.push(format!("{} events of {} pairs", sessions[0].seq(), pairs));
    }
    lost.extend(world::missing(&world.database(), &Vec::new()));
    Outcome::new(format!("{pairs} pairs of marks"), lost)
}

/// The same decisions under a clock that steps: an hour and ten years back, beyond 2038, over both nights when summer time
/// begins and ends. What comes of them is the same.
pub(crate) fn clocks(plan: Plan) -> Outcome {
    let rounds = plan.rounds(10, 200);
    let mut lost = Vec::new();
    for round in 0..rounds as u64 {
        let steady = World::with_session();
        let stepping = World::with_session();
        let mut dice = Dice::new(plan.seed + round);
        let (mut one, mut one_session) = open(&steady);
        let (mut other, mut other_session) = open(&stepping);
        for n in 0..60 {
            let batch = decision(&one_session, &mut dice);
            let moved: Vec<Fresh> =
                batch.iter().map(|fresh| Fresh { at: stepped(n, &mut dice), ..fresh.clone() }).collect();
            for event in one.append(one_session.id(), one_session.seq(), &batch).unwrap() {
                one_session.apply(event).unwrap();
            }
            for event in other.append(other_session.id(), other_session.seq(), &moved).unwrap() {
                other_session.apply(event).unwrap();
            }
        }
        for n in 0..world::PROMPTS {
            let prompt = world::prompt(n);
            if one_session.standing(prompt) != other_session.standing(prompt) {
                lost.push(format!("round {round}: prompt {n} depends on the clock"));
            }
        }
        if one_session.notes().count() != other_session.notes().count() {
            lost.push(format!("round {round}: notes depend on the clock"));
        }
        drop((one, other));
        lost.extend(world::missing(&stepping.database(), &Vec::new()));
    }
    Outcome::new(format!("{rounds} rounds of 60 decisions"), lost)
}

fn open(world: &World) -> (Store, Session) {
    let store = Store::open_existing(&world.database()).unwrap();
    let head = store.sessions().unwrap().remove(0);
    let session = store.load_session(head.id).unwrap();
    (store, session)
}

/// What a clock shows that steps at every look.
fn stepped(n: i64, dice: &mut Dice) -> seamwalk::domain::time::Timestamp {
    use seamwalk::domain::time::Timestamp;
    const HOUR_MS: i64 = 3_600_000;
    let base_ms = match dice.below(5) {
        0 => 1_795_442_531_000 - HOUR_MS,
        1 => 1_795_442_531_000 - 10 * 365 * 24 * HOUR_MS,
        2 => 2_147_483_647_000,
        // 25 October 2026 and 28 March 2027, 02:59:58 in Warsaw.
        3 => 1_792_889_998_000,
        _ => 1_806_195_598_000,
    };
    let offset_min = [60, 120][dice.below(2)];
    Timestamp::from_unix_ms(base_ms + n * 1000, offset_min).unwrap()
}
