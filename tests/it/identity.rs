//! Editing a plan keeps every result that a person would say belongs, and no other.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use seamwalk::domain::id::{PlanId, PromptId, derived};
use seamwalk::domain::identity::{Matched, PlanChanges, matched};
use seamwalk::domain::plan::{Entry, NodeKind, Outline, Plan};
use seamwalk::domain::revision::Revision;

fn plan_id() -> PlanId {
    PlanId(derived(&["plan", "table"]))
}

/// `# a`, `## b` are sections; `- c`, `  - d` prompts below the latest section; `{#x}` anchors. `@1` after a prompt
/// names it in the table: a name that occurs before and after means that the result is kept.
fn plan(text: &str) -> (Plan, Vec<Option<String>>) {
    let mut entries = Vec::new();
    let mut names = Vec::new();
    let mut section_depth = 0;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let bare = line.trim_start();
        let mut words: Vec<&str> = bare.split(' ').collect();
        let name = words.last().and_then(|word| word.strip_prefix('@')).map(str::to_owned);
        if name.is_some() {
            words.pop();
        }
        let anchor = words.last().and_then(|w| w.strip_prefix("{#")).and_then(|w| w.strip_suffix('}'));
        if anchor.is_some() {
            words.pop();
        }
        let anchor = anchor.map(str::to_owned);
        let mark = words.remove(0);
        let (kind, depth) = if mark == "-" {
            (NodeKind::Prompt, section_depth + 1 + ((line.len() - bare.len()) / 2) as u8)
        } else {
            section_depth = mark.len() as u8;
            (NodeKind::Section, section_depth)
        };
        let mut entry = Entry::new(kind, depth, number as u32 + 1, words.join(" "));
        entry.anchor = anchor;
        if kind == NodeKind::Prompt {
            names.push(name);
        }
        entries.push(entry);
    }
    let plan = Plan { outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
    (plan, names)
}

fn first(text: &str) -> (Revision, Vec<Option<String>>) {
    let (plan, names) = plan(text);
    let Matched { ids, by_id, removed, changes } = matched(plan_id(), None, &plan);
    assert!(changes.is_empty());
    (Revision::sorted(plan_id(), 1, plan, ids, removed, by_id).unwrap(), names)
}

fn next(previous: &Revision, text: &str) -> (Revision, Vec<Option<String>>, PlanChanges) {
    let (plan, names) = plan(text);
    let Matched { ids, by_id, removed, changes } = matched(plan_id(), Some(previous), &plan);
    let number = previous.number() + 1;
    (Revision::sorted(plan_id(), number, plan, ids, removed, by_id).unwrap(), names, changes)
}

fn named(revision: &Revision, names: &[Option<String>]) -> BTreeMap<String, PromptId> {
    revision.ids().iter().zip(names).filter_map(|(id, name)| Some((name.clone()?, *id))).collect()
}

/// What is called the same before and after is the same prompt; every other new prompt is none of the old ones.
fn check(title: &str, before: &str, after: &str) -> PlanChanges {
    let (old, old_names) = first(before);
    let (new, new_names, changes) = next(&old, after);
    let (old_named, new_named) = (named(&old, &old_names), named(&new, &new_names));
    for ((id, name), (_, prompt)) in new.ids().iter().zip(&new_names).zip(new.prompts()) {
        let was = old.place(*id).map(|idx| old.plan().outline.node(idx).text());
        let text = prompt.text();
        match name.as_ref().and_then(|name| old_named.get(name)) {
            Some(expected) => assert_eq!(id, expected, "{title}: {text:?} lost its result, is now {was:?}"),
            None => assert_eq!(was, None, "{title}: {text:?} took the result of {was:?}"),
        }
    }
    let kept = old_named.keys().filter(|name| new_named.contains_key(*name)).count();
    assert_eq!(changes.removed, old.ids().len() - kept, "{title}: {changes:?}");
    changes
}

#[test]
fn editing_a_plan_keeps_the_results_that_belong() {
    for (title, before, after) in [
        ("nothing", "# A\n- one @1\n- two @2", "# A\n- one @1\n- two @2"),
        ("added in the middle", "# A\n- one @1\n- two @2", "# A\n- one @1\n- new check\n- two @2"),
        ("removed", "# A\n- one @1\n- two @2\n- three @3", "# A\n- one @1\n- three @3"),
        ("swapped", "# A\n- Login works @1\n- Login fails @2", "# A\n- Login fails @2\n- Login works @1"),
        ("spelling", "# A\n- Login works @1", "# A\n- login  WORKS. @1"),
        (
            "reworded",
            "# A\n- Login works @1\n- Mail arrives @2",
            "# A\n- Login works on mobile @1\n- Mail arrives @2",
        ),
        ("replaced", "# A\n- Login works @1", "# A\n- Export to PDF"),
        ("turned round", "# A\n- User can log in @1", "# A\n- User can log out"),
        (
            "another number",
            "# A\n- Page 2 loads @1\n- Page 3 loads @2",
            "# A\n- Page 3 loads @2\n- Page 4 loads",
        ),
        (
            "retitled section with texts that are elsewhere too",
            "# S\n## Login\n- Works @1\n- Fails politely @2\n## Logout\n- Works @3\n- Fails politely @4",
            "# S\n## Signing in\n- Works @1\n- Fails politely @2\n## Logout\n- Works @3\n- Fails politely @4",
        ),
        (
            "all sections retitled, all texts the same",
            "# S\n## Login page\n- Works @1\n- Fails politely @2\n## Search page\n- Works @3\n- Fails politely @4",
            "# S\n## Page for login\n- Works @1\n- Fails politely @2\n## Page of search\n- Works @3\n- Fails politely @4",
        ),
        (
            "sections swapped, texts the same",
            "# S\n## Login\n- Works @1\n## Search\n- Works @2",
            "# S\n## Search\n- Works @2\n## Login\n- Works @1",
        ),
        (
            "retitled and reworded at once",
            "# S\n## Login\n- A wrong password is refused @1\n- The name is remembered @2\n- Works @3\n## B\n- Works @4",
            "# S\n## Signing in\n- A wrong password is refused politely @1\n- The name is remembered @2\n- Works @3\n## B\n- Works @4",
        ),
        (
            "top title changed",
            "# Shop\n## A\n- Works @1\n## B\n- Works @2",
            "# Web shop\n## A\n- Works @1\n## B\n- Works @2",
        ),
        (
            "section reindented below another",
            "# S\n## A\n- Works @1\n- Only in A @2\n## B\n- Works @3",
            "# S\n## B\n- Works @3\n### A\n- Works @1\n- Only in A @2",
        ),
        ("a level taken out", "# S\n## A\n- Works @1\n- Fails @2", "# A\n- Works @1\n- Fails @2"),
        (
            "moved to another section",
            "# A\n- Stock is reserved @1\n- other @2\n# B\n- third @3",
            "# A\n- other @2\n# B\n- third @3\n- Stock is reserved @1",
        ),
        (
            "moved and slightly reworded",
            "# A\n- An order with two items reserves the stock @1\n- Totals add up @2\n# B\n- Mail arrives @3",
            "# A\n- Totals add up @2\n# B\n- Mail arrives @3\n- An order with two items reserves stock once @1",
        ),
        (
            "a common text is not moved",
            "# A\n- Works @1\n- a1 @2\n# B\n- Works @3\n- b1 @4\n# C\n- c1 @5",
            "# A\n- a1 @2\n# B\n- Works @3\n- b1 @4\n# C\n- c1 @5\n- Works",
        ),
        ("anchor added", "# A\n- Login works @1", "# A\n- Login works {#login} @1"),
        ("anchor kept, all else changed", "# A\n- Login works {#x} @1", "# B\n- Export to PDF {#x} @1"),
        (
            "anchor added and reworded",
            "# A\n- Login works @1\n- z @2",
            "# A\n- Login works on mobile {#x} @1\n- z @2",
        ),
        ("anchor renamed", "# A\n- Login works {#x} @1", "# A\n- Login works {#y} @1"),
        ("anchor taken off", "# A\n- Login works {#x} @1", "# A\n- Login works @1"),
        (
            "anchor moved to another prompt",
            "# A\n- Login works {#x} @1\n- Mail arrives @2",
            "# A\n- Login works\n- Mail arrives {#x} @1",
        ),
        (
            "two anchors are two prompts",
            "# A\n- Login works well {#x} @1",
            "# A\n- Login works very well {#y}",
        ),
        (
            "duplicates by their neighbours",
            "# A\n- Open the cart @a\n- Works @1\n- Open the bill @b\n- Works @2",
            "# A\n- Open the cart @a\n- Open the bill @b\n- Works @2",
        ),
        ("duplicates in order", "# A\n- Works @1\n- Works @2", "# A\n- Works @1\n- Works @2\n- Works"),
        (
            "split in two",
            "# A\n- Login works and the name is shown @1\n- z @2",
            "# A\n- Login works and the name is remembered @1\n- The mail address is shown\n- z @2",
        ),
        (
            "a prompt becomes a section",
            "# A\n- Checkout works @1\n- z @2",
            "# A\n## Checkout works\n- with a card\n- by invoice\n# A2\n- z @2",
        ),
        (
            "children follow their reworded prompt",
            "# A\n- Login works @p\n  - Works @1\n- Search finds things @q\n  - Works @2",
            "# A\n- Login works on mobile @p\n  - Works @1\n- Search finds things @q\n  - Works @2",
        ),
        (
            "everything new",
            "# A\n- Login works @1\n- Mail arrives @2",
            "# B\n- Invoices are printed\n- Taxes add up",
        ),
        ("emptied section", "# A\n- one @1\n# B\n- two @2", "# A\n# B\n- two @2"),
        (
            "section split in two",
            "# A\n- Stock is reserved @1\n- Stock is released @2\n- Mail arrives @3\n- Works @4",
            "# A\n- Stock is reserved @1\n- Stock is released @2\n# Mails\n- Mail arrives @3\n- Works @4",
        ),
    ] {
        check(title, before, after);
    }
}

#[test]
fn changes_are_said_in_one_line() {
    let changes = check(
        "line",
        "# A\n- Login works @1\n- Mail arrives @2\n- Totals add up @3",
        "# A\n- Login works on mobile @1\n- Export to PDF\n- Totals add up @3",
    );
    assert_eq!(changes.to_string(), "plan changed: 1 added, 1 reworded, 1 removed; results kept");
    assert_eq!(changes.reworded[0].old_text, "Login works");
    assert_eq!(PlanChanges::default().to_string(), "");
    let spelling = check("spelling", "# A\n- Login works @1", "# A\n- login works! @1");
    assert_eq!(spelling.to_string(), "plan changed: order, titles or details; results kept");
    let moved = check(
        "moved",
        "# A\n- Login works @1\n- z @2\n# B\n- y @3",
        "# A\n- z @2\n# B\n- y @3\n- Login works @1",
    );
    assert_eq!(moved.to_string(), "plan changed: 1 moved; results kept");
    let retitled = check("retitled", "# A\n- Login works @1\n- z @2", "# Bee\n- Login works @1\n- z @2");
    assert_eq!(retitled.to_string(), "plan changed: order, titles or details; results kept");
}

#[test]
fn a_removed_prompt_gets_its_history_back() {
    let (old, _) = first("# A\n- one check\n- two checks\n# B\n- third");
    let (without, _, changes) = next(&old, "# A\n- one check\n# B\n- third");
    assert_eq!((changes.removed, without.removed().len()), (1, 1));
    let (back, _, changes) = next(&without, "# A\n- one check\n- two checks\n# B\n- third");
    assert_eq!(changes.to_string(), "plan changed: 1 restored; results kept");
    assert_eq!(back.ids(), old.ids());
    assert_eq!(back.removed(), []);
    let (elsewhere, _, _) = next(&without, "# A\n- one check\n# B\n- third\n- Two checks!");
    assert_eq!(elsewhere.ids()[2], old.ids()[1]);
}

#[test]
fn a_new_prompt_never_gets_the_identity_of_a_removed_one() {
    let (old, _) = first("# A\n- one {#x}\n- two");
    let (without, _, _) = next(&old, "# A\n- two");
    // The anchor says that this is another prompt, although path and text are those of the removed one.
    let (new, _, _) = next(&without, "# A\n- two\n- three {#y}\n- four");
    let all: HashSet<PromptId> =
        new.ids().iter().copied().chain(new.removed().iter().map(|r| r.id)).collect();
    assert_eq!(all.len(), 4);
}

fn texts() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    // (kind and depth, text, anchor): few values, so that duplicates and collisions are common.
    proptest::collection::vec((0..6_u8, 0..8_u8, 0..12_u8), 1..40)
}

fn of_texts(texts: &[(u8, u8, u8)], anchors: bool) -> Plan {
    const TEXTS: [&str; 8] = [
        "Works",
        "works!",
        "Login works",
        "Login works on mobile",
        "A wrong password is refused",
        "Page 1 loads",
        "Mail arrives after the order",
        "Mail arrives after an order was placed",
    ];
    let entries: Vec<Entry> = texts
        .iter()
        .map(|(shape, text, anchor)| {
            let kind = if *shape < 2 { NodeKind::Section } else { NodeKind::Prompt };
            let depth = [1, 2, 2, 3, 3, 4][usize::from(*shape)];
            let mut entry = Entry::new(kind, depth, 1, TEXTS[usize::from(*text)]);
            entry.anchor = (anchors && *anchor < 2).then(|| format!("x{anchor}"));
            entry
        })
        .collect();
    Plan { outline: Outline::from_entries(&entries, &[]), ..Plan::default() }
}

type Place = (Vec<String>, String);

fn by_path(revision: &Revision) -> BTreeMap<Place, Vec<PromptId>> {
    let mut places: BTreeMap<Place, Vec<PromptId>> = BTreeMap::new();
    for (id, prompt) in revision.prompts() {
        let path = prompt.path().into_iter().map(str::to_owned).collect();
        places.entry((path, prompt.text().to_owned())).or_default().push(id);
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_prompt_has_one_identity_that_no_other_ever_had(states in proptest::collection::vec(texts(), 1..5)) {
        let mut previous: Option<Revision> = None;
        for (number, state) in states.iter().enumerate() {
            let plan = of_texts(state, true);
            let found = matched(plan_id(), previous.as_ref(), &plan);
            prop_assert_eq!(&found, &matched(plan_id(), previous.as_ref(), &plan), "not deterministic");
            let all = found.ids.len() + found.removed.len();
            let distinct: HashSet<PromptId> =
                found.ids.iter().copied().chain(found.removed.iter().map(|r| r.id)).collect();
            prop_assert_eq!(distinct.len(), all);
            if let Some(previous) = &previous {
                let earlier = previous.ids().iter().copied().chain(previous.removed().iter().map(|r| r.id));
                prop_assert!(earlier.into_iter().all(|id| distinct.contains(&id)), "an identity got lost");
            }
            let revision = Revision::new(plan_id(), number as u32 + 1, plan.clone(), found.ids.clone(), found.removed).unwrap();
            let again = matched(plan_id(), Some(&revision), &plan);
            prop_assert_eq!(again.ids, found.ids);
            prop_assert!(again.changes.is_empty());
            previous = Some(revision);
        }
    }

    #[test]
    fn the_same_path_and_text_never_loses_its_identity(before in texts(), after in texts()) {
        let plan = of_texts(&before, false);
        let ids = matched(plan_id(), None, &plan).ids;
        let old = Revision::new(plan_id(), 1, plan, ids, Vec::new()).unwrap();
        let plan = of_texts(&after, false);
        let found = matched(plan_id(), Some(&old), &plan);
        let new = Revision::new(plan_id(), 2, plan, found.ids, found.removed).unwrap();
        let new_places = by_path(&new);
        for (place, ids) in by_path(&old) {
            let there = new_places.get(&place).map_or(&[][..], Vec::as_slice);
            let kept = ids.iter().filter(|id| there.contains(id)).count();
            prop_assert_eq!(kept, ids.len().min(there.len()), "{:?}", place);
        }
    }
}
