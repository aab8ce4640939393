//! The readers of other people's bytes, fed with good files in which something was changed. A fuzzer that sees which way a
//! reader went finds more, and needs a compiler's help: see `tests/fuzz/Cargo.toml`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use seamwalk::domain::id::{EventId, SessionId};
use seamwalk::domain::session::{Event, Fresh, NoteKind, NoteText};
use seamwalk::domain::verdict::Verdict;
use seamwalk::store::Rescue;
use uuid::Uuid;

use crate::table::{Outcome, Plan};
use crate::world::{self, Dice};

#[path = "../fuzz/readers.rs"]
mod readers;

/// No reader may take longer for what is as short as these.
const LONGEST: Duration = Duration::from_secs(5);

const PLANS: [&[u8]; 2] = [
    include_bytes!("../../assets/plans/web-shop.md"),
    include_bytes!("../../assets/plans/release-checklist.md"),
];
const DATABASES: [&[u8]; 2] = [
    include_bytes!("../../assets/databases/version-1.db"),
    include_bytes!("../../assets/databases/version-2.db"),
];
const CONFIGURATION: &str = r##"theme = "dark"
ascii = false
ask_note = ["fail", "blocked"]
ask_away_after = "10m"

[keys]
pass = "y"
note-on-session = ["F6", "M"]

[glyphs]
pass = "OK"

[colors]
fail = "#ff5f5f"
skip = "8"
"##;

pub(crate) fn plans(plan: Plan) -> Outcome {
    let seeds: Vec<Vec<u8>> =
        PLANS.iter().flat_map(|text| [0, 1].map(|kind| [&[kind], *text].concat())).collect();
    fed(plan, 3_000, &seeds, readers::plan)
}

pub(crate) fn databases(plan: Plan) -> Outcome {
    fed(plan, 150, &DATABASES.map(<[u8]>::to_vec), readers::database)
}

pub(crate) fn configuration(plan: Plan) -> Outcome {
    fed(plan, 3_000, &[CONFIGURATION.into()], readers::config)
}

pub(crate) fn rescues(plan: Plan) -> Outcome {
    let note = NoteText {
        kind: NoteKind::Bug,
        text: "größer → \u{1b} \"so\"".to_owned(),
        prompt: Some(world::prompt(2)),
    };
    let batch = [
        Event::verdict(world::prompt(1), Verdict::Pass, "a \\ b"),
        Event::verdict(world::prompt(2), Verdict::Fail, "c"),
        Event::NoteAdded(note),
        Event::cleared(world::prompt(1)),
    ];
    let batch = Fresh::decided(batch.to_vec(), world::at(0), || EventId(Uuid::from_u128(7)));
    let rescue = Rescue {
        session: SessionId(Uuid::from_u128(9)),
        database: "shop.db".to_owned(),
        after_seq: 3,
        batch,
    };
    let text = rescue.to_json().into_bytes();
    fed(plan, 3_000, &[text], readers::rescue)
}

/// Feeds `reader` with `seeds`, which it has to take, and with `short` changed copies of them, thirty times as many in the
/// full form.
fn fed(plan: Plan, short: usize, seeds: &[Vec<u8>], reader: fn(&[u8]) -> bool) -> Outcome {
    let rounds = plan.rounds(short, short * 30);
    let mut dice = Dice::new(plan.seed);
    let mut found = Vec::new();
    let refused = seeds.iter().filter(|seed| !reader(seed)).count();
    if refused > 0 {
        found.push(format!("{refused} good files were refused"));
    }
    let mut taken = 0;
    for round in 0..rounds {
        let bytes = changed(&seeds[round % seeds.len()], &mut dice);
        let begun = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| reader(&bytes))) {
            Ok(is_taken) => taken += usize::from(is_taken),
            Err(_) => found.push(format!("round {round} panicked")),
        }
        if begun.elapsed() > LONGEST {
            found.push(format!("round {round} took {:?}", begun.elapsed()));
        }
    }
    Outcome::new(format!("{rounds} changed files, {taken} of them taken"), found)
}

/// A copy with one to eight changes: a bit, a byte that means something, a piece doubled, moved, left out or cut off.
fn changed(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    const TELLING: &[u8] = b"\0\n\r\t #->*`|[]{}\":\\&<\x1b\x7f\xff\xc3\xe2\xf0";
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        let end = bytes.len().min(at + 1 + dice.below(64));
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = TELLING[dice.below(TELLING.len())],
            2 => bytes.insert(at, TELLING[dice.below(TELLING.len())]),
            3 => {
                let piece = bytes[at..end].repeat(1 + dice.below(40));
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            4 => drop(bytes.drain(at..end)),
            5 => {
                let piece: Vec<u8> = bytes.drain(at..end).collect();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            6 if dice.below(8) == 0 => bytes.truncate(at),
            _ => {}
        }
    }
    bytes
}
