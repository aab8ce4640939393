//! Bits that flip on the disk: noticed, or harmless; never a verdict that nobody gave.

use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Recorded, Session};
use seamwalk::store::Store;

use crate::table::{Outcome, Plan};
use crate::world::{self, Dice, World};

/// Single bits, anywhere in the file.
pub(crate) fn bits(plan: Plan) -> Outcome {
    let flips = plan.rounds(600, 3_000);
    let world = World::with_session();
    world::said_by(&world::writer(&world.database(), 150, plan.seed));
    let whole = std::fs::read(world.database()).unwrap();
    let before = read(&world).unwrap();
    let mut dice = Dice::new(plan.seed);
    let (mut noticed, mut harmless, mut lost) = (0, 0, Vec::new());
    for _ in 0..flips {
        let (at, bit) = (dice.below(whole.len()), dice.below(8));
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        let image = World::new();
        std::fs::write(image.database(), bytes).unwrap();
        match read(&image) {
            Err(_) => noticed += 1,
            Ok(after) if after == before => harmless += 1,
            Ok(_) => lost.push(format!("bit {bit} of byte {at}: other content, and nobody said so")),
        }
    }
    Outcome::new(format!("{flips} flips, {noticed} noticed, {harmless} harmless"), lost)
}

/// A session, its events, and the plan it is on.
type Told = (Session, Vec<Recorded>, Revision);

/// Everything that a tester would be shown, or why it cannot be.
fn read(world: &World) -> Result<Vec<Told>, String> {
    let said = |error: seamwalk::store::StoreError| error.to_string();
    let store = Store::open_existing(&world.database()).map_err(said)?;
    let mut all = Vec::new();
    for head in store.sessions().map_err(said)? {
        if !store.audit(head.id).map_err(said)?.is_empty() {
            return Err("the rows are not what the events add up to".to_owned());
        }
        let loaded = store.load(head.id).map_err(said)?;
        all.push((loaded.session, store.events(head.id, 0).map_err(said)?, loaded.revision));
    }
    Ok(all)
}
