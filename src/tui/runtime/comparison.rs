//! What the comparison of two sessions is read from.

use crate::domain::compare::{self, Side};
use crate::store::{SessionHead, Store};
use crate::tui::msg::Msg;
use crate::tui::screens::comparison::state::{Found, Head, Pair};

/// What is different between the two sessions.
pub(super) fn compare(store: &Store, pair: Pair) -> Msg {
    match found(store, pair) {
        Ok(found) => Msg::Compared(Box::new(found)),
        Err(why) => Msg::NotCompared(why),
    }
}

fn found(store: &Store, Pair { b, a }: Pair) -> Result<Found, String> {
    let earlier = store.sessions_before(b).map_err(|e| e.to_string())?;
    let earlier: Vec<_> = earlier.iter().map(|session| session.id).collect();
    let head_b = store.session_head(b).map_err(|e| e.to_string())?;
    // A retest is about what it retests, whoever walked in between.
    let retested = head_b.retest_of.filter(|of| earlier.contains(of));
    let a = a.or(retested).or(earlier.last().copied());
    let a = a.ok_or("comparing: this plan has no session that began before this one")?;
    let head_a = store.session_head(a).map_err(|e| e.to_string())?;
    let [in_a, in_b] = [store.load(a), store.load(b)];
    let (in_a, in_b) = (in_a.map_err(|e| e.to_string())?, in_b.map_err(|e| e.to_string())?);
    let [side_a, side_b] =
        [&in_a, &in_b].map(|loaded| Side { session: &loaded.session, revision: &loaded.revision });
    let comparison = compare::Comparison::new(side_a, side_b).map_err(|e| e.to_string())?;
    let title = &in_b.revision.plan().title;
    let heads = [head(head_a), head(head_b)];
    Ok(Found::new(&comparison, [&in_a.session, &in_b.session], title, heads, earlier))
}

fn head(head: SessionHead) -> Head {
    let retest = head.retest_of.map(|_| "retest".to_owned());
    let only = head.only.map(|tag| format!("only #{tag}"));
    let fields = head.fields.iter().map(|(name, value)| format!("{name} {value}"));
    let about = retest.into_iter().chain(only).chain(head.charter).chain(fields).collect();
    Head { id: head.id, started_at: head.started_at, tester: head.tester, about }
}
