//! What becomes one point, what is known of it, and what holds for every plan.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, Strategy as Generate, prop, prop_assert, prop_assert_eq, proptest};
use uuid::Uuid;

use super::*;
use crate::domain::component::States;
use crate::domain::id::{EventId, PlanId, PromptId, SessionId};
use crate::domain::plan::{Entry, NodeKind, Outline};
use crate::domain::point::{Components, parse_point};
use crate::domain::session::{Command, Fresh, Start};

/// A plan with these connections, and a section with so many prompts for each heading.
fn revision(connections: &[&str], headings: &[(&str, usize)]) -> Revision {
    let mut entries = Vec::new();
    for (heading, prompts) in headings {
        entries.push(Entry::new(NodeKind::Section, 1, 1, *heading));
        for n in 0..*prompts {
            let mut prompt = Entry::new(NodeKind::Prompt, 2, 1, format!("{heading} {n}"));
            prompt.tags = vec![if n == 0 { "first" } else { "more" }.to_owned()];
            entries.push(prompt);
        }
    }
    let point = |text: &&str| parse_point(text, &Components::default()).unwrap();
    let plan = Plan {
        outline: Outline::from_entries(&entries, &[]),
        connections: connections.iter().map(point).collect(),
        ..Plan::default()
    };
    let ids = (1..=plan.outline.prompt_count()).map(|n| PromptId(Uuid::from_u128(n as u128)));
    Revision::new(PlanId(Uuid::from_u128(7)), 1, plan.clone(), ids.collect(), Vec::new()).unwrap()
}

fn at(minute: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_400_000 + minute as i64 * 60_000, 60).unwrap()
}

fn session(only: Option<&str>) -> Session {
    let start = Start {
        plan: PlanId(Uuid::from_u128(7)),
        plan_title: "Shop".to_owned(),
        tester: "ana".to_owned(),
        charter: None,
        fields: BTreeMap::new(),
        only: only.map(str::to_owned),
        components: States::default(),
        retest: None,
        time_box_ms: None,
    };
    Session::started(SessionId(Uuid::from_u128(5)), start, at(0))
}

fn decide(session: &mut Session, command: Command) {
    let mut id = 1000 + u128::from(session.seq());
    let moment = at(session.seq() + 1);
    let new_id = || {
        id += 1;
        EventId(Uuid::from_u128(id))
    };
    for fresh in Fresh::decided(session.decide(command).unwrap(), moment, new_id) {
        let seq = session.seq() + 1;
        session.apply(fresh.at_place(seq)).unwrap();
    }
}

/// Marks the prompt with that number, from 1; `cart: fake` says what stands for a component.
fn walk(revision: &Revision, session: &mut Session, script: &[&str]) {
    for step in script {
        let (what, value) = step.split_once(' ').unwrap();
        match what.strip_suffix(':') {
            Some(component) => {
                let state = value.parse().unwrap();
                decide(session, Command::SetComponents(vec![(component.to_owned(), state)]));
            }
            None => {
                let prompt = PromptId(Uuid::from_u128(what.parse().unwrap()));
                let judged = revision.judged(revision.place(prompt).unwrap()).unwrap();
                decide(session, Command::Mark { judged, verdict: value.parse().unwrap() });
            }
        }
    }
}

fn walked(revision: &Revision, session: &Session) -> Map {
    Map::new(revision, Some((session, &Progress::new(revision, session))))
}

/// `cart -> inventory (http) 3`: the point with how many prompts it has.
fn points(map: &Map) -> Vec<String> {
    let said = |point: &Point| format!("{} {}", map.written(point), point.prompts.len());
    map.points().iter().map(said).collect()
}

fn tally_of(map: &Map, written: &str) -> Tally {
    let is_it = |point: &&Point| map.written(point).to_string() == written;
    map.points().iter().find(is_it).unwrap().tally.clone()
}

fn cells(map: &Map) -> Vec<String> {
    let said = |cell: &Cell| {
        let name = |at: usize| map.components()[at].name.as_str();
        format!(
            "{}>{} {} of {}",
            name(cell.from),
            name(cell.to),
            cell.tally.counts.total(),
            cell.points.len()
        )
    };
    map.cells().iter().map(said).collect()
}

#[test]
fn a_connection_is_one_point_however_often_it_is_named() {
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, usize)], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&[], &[], &[]),
        (&["a -> b"], &[], &["a -> b 0"]),
        // Of the same kind, or of no kind where only one is named.
        (&["a -> b"], &[("a -> b", 2)], &["a -> b 2"]),
        (&["a -> b"], &[("a -> b (http)", 2)], &["a -> b (http) 2"]),
        (&["a -> b (http)"], &[("a -> b", 2)], &["a -> b (http) 2"]),
        (&["a -> b (HTTP)"], &[("a -> b (http)", 2)], &["a -> b (HTTP) 2"]),
        (&[], &[("a -> b", 1), ("a -> b (http)", 2)], &["a -> b (http) 3"]),
        (&[], &[("a -> b (http)", 1), ("c -> a", 1), ("a -> b (http)", 2)], &["a -> b (http) 3", "c -> a 1"]),
        // Several kinds are several points; who names none may mean either.
        (&["a -> b (queue)"], &[("a -> b (http)", 2)], &["a -> b (queue) 0", "a -> b (http) 2"]),
        (&["a -> b", "a -> b (queue)"], &[("a -> b (http)", 2)], &["a -> b (queue) 0", "a -> b (http) 2"]),
        (
            &["a -> b (queue)"],
            &[("a -> b (http)", 2), ("a -> b", 1)],
            &["a -> b (queue) 0", "a -> b (http) 2", "a -> b 1"],
        ),
        // Both ways.
        (&["a <-> b"], &[("b <-> a", 2)], &["a <-> b 2"]),
        (&["a <-> b"], &[("a -> b", 2)], &["a <-> b 0", "a -> b 2"]),
        (&["a <-> b"], &[("a -> b", 2), ("b -> a", 1)], &["a -> b 2", "b -> a 1"]),
        (
            &["a <-> b (http)"],
            &[("a -> b (http)", 2), ("b -> a (queue)", 1)],
            &["a <-> b (http) 0", "a -> b (http) 2", "b -> a (queue) 1"],
        ),
        (&["a -> b", "b -> a"], &[("a <-> b", 2)], &["a <-> b 2"]),
        (&["a -> b (queue)"], &[("a <-> b (http)", 2)], &["a -> b (queue) 0", "a <-> b (http) 2"]),
        (&["a -> b", "b -> a", "a <-> b"], &[], &["a -> b 0", "b -> a 0"]),
        (&["a -> b", "a <-> b"], &[], &["a <-> b 0"]),
        (&[], &[("a <-> b", 1), ("a -> b", 1)], &["a <-> b 1", "a -> b 1"]),
        // A component that calls itself.
        (&["a <-> a"], &[("a -> a", 2)], &["a -> a 2"]),
        // A heading without prompts of its own.
        (&[], &[("a -> b", 0)], &["a -> b 0"]),
        // The order is that of the components.
        (&[], &[("b -> c", 1), ("a -> b", 1), ("b -> a", 1)], &["b -> c 1", "b -> a 1", "a -> b 1"]),
    ];
    for (connections, headings, expected) in cases {
        let map = Map::new(&revision(connections, headings), None);
        assert_eq!(points(&map), *expected, "{connections:?} {headings:?}");
    }
}

#[test]
fn a_cell_is_one_direction_whatever_the_kind() {
    let connections = ["a -> b (queue)", "b <-> c"];
    let map = Map::new(&revision(&connections, &[("a -> b (http)", 2), ("b -> c", 1), ("a -> a", 1)]), None);
    assert_eq!(cells(&map), ["a>a 1 of 1", "a>b 2 of 2", "b>c 1 of 2", "c>b 0 of 1"]);
    let cell =
        |from: &str, to: &str| map.cell(map.component_idx(from).unwrap(), map.component_idx(to).unwrap());
    assert_eq!(cell("a", "b").unwrap().gap_count, 1);
    assert!(cell("c", "b").unwrap().tally.has_no_prompt());
    assert!(!cell("b", "c").unwrap().tally.has_no_prompt());
    assert_eq!(cell("b", "a"), None);
}

#[test]
fn a_point_says_the_worst_verdict_and_what_the_tests_rest_on() {
    let revision = revision(&["c -> d"], &[("a -> b", 2), ("b -> c", 1)]);
    // What happens; what a -> b says: verdict, tested, passed, for real, provisional, failed, evidence.
    let cases: &[(&[&str], &str)] = &[
        (&[], "untested 0/2: 0 pass, 0 real, 0 provisional, 0 fail; Untested"),
        (&["1 pass"], "untested 1/2: 1 pass, 0 real, 0 provisional, 0 fail; Unstated"),
        (&["1 pass", "2 fail"], "fail 2/2: 1 pass, 0 real, 0 provisional, 1 fail; Unstated"),
        (&["a: real", "1 pass"], "untested 1/2: 1 pass, 0 real, 0 provisional, 0 fail; Unstated"),
        (
            &["a: real", "b: real", "1 pass", "2 pass"],
            "pass 2/2: 2 pass, 2 real, 0 provisional, 0 fail; Real",
        ),
        (
            &["a: real", "b: fake: x", "1 pass", "2 pass"],
            "pass 2/2: 2 pass, 0 real, 2 provisional, 0 fail; Fake",
        ),
        (
            &["a: real", "b: absent", "1 fail", "b: real", "2 pass"],
            "fail 2/2: 1 pass, 1 real, 0 provisional, 1 fail; Fake",
        ),
        // A mark keeps what stood there.
        (
            &["a: real", "b: real", "1 pass", "b: fake"],
            "untested 1/2: 1 pass, 1 real, 0 provisional, 0 fail; Real",
        ),
        // Blocked and skipped is no test.
        (
            &["a: real", "b: real", "1 skip", "2 blocked"],
            "blocked 2/2: 0 pass, 0 real, 0 provisional, 0 fail; Untested",
        ),
        (&["1 skip", "2 skip"], "skip 2/2: 0 pass, 0 real, 0 provisional, 0 fail; Untested"),
        (&["1 inconclusive"], "inconclusive 1/2: 0 pass, 0 real, 0 provisional, 0 fail; Unstated"),
    ];
    for (script, expected) in cases {
        let mut session = session(None);
        walk(&revision, &mut session, script);
        let map = walked(&revision, &session);
        let (point, gap) = (tally_of(&map, "a -> b"), tally_of(&map, "c -> d"));
        let counts = point.counts;
        let said = format!(
            "{} {}/{}: {} pass, {} real, {} provisional, {} fail; {:?}",
            point.verdict().unwrap(),
            counts.tested(),
            counts.total(),
            counts[Verdict::Pass],
            counts.passed_for_real(),
            counts.provisional(),
            counts[Verdict::Fail],
            point.evidence()
        );
        assert_eq!(said, *expected, "{script:?}");
        assert_eq!(gap.verdict(), None, "nobody asks about c -> d");
        assert_eq!(map.totals().of(Evidence::NoPrompt), 1);
    }
}

#[test]
fn a_point_knows_its_newest_mark_and_what_stood_in() {
    let revision = revision(&[], &[("a -> b", 3)]);
    let mut session = session(None);
    walk(&revision, &mut session, &["b: fake: mock", "1 pass", "b: absent", "2 fail", "b: real", "3 skip"]);
    let tally = walked(&revision, &session).points()[0].tally.clone();
    assert_eq!(tally.newest, Some(at(6)));
    let stood_in: Vec<String> =
        tally.stand_ins.iter().map(|end| format!("{} {}", end.component, end.state)).collect();
    assert_eq!(stood_in, ["b fake: mock", "b absent"]);
    assert_eq!(Map::new(&revision, None).points()[0].tally.newest, None);
}

#[test]
fn prompts_outside_the_session_are_no_gap() {
    let revision = revision(&["c -> d"], &[("a -> b", 3), ("b -> c", 1)]);
    let map = walked(&revision, &session(Some("more")));
    assert_eq!(points(&map), ["c -> d 0", "a -> b 2", "b -> c 0"]);
    let verdicts = ["a -> b", "b -> c", "c -> d"].map(|written| tally_of(&map, written).verdict());
    assert_eq!(verdicts, [Some(Verdict::Untested), Some(Verdict::Untested), None]);
    assert_eq!((map.totals().of(Evidence::Untested), map.totals().of(Evidence::NoPrompt)), (2, 1));
}

#[test]
fn the_worst_comes_first() {
    let names = ["skip", "pass", "real", "fake", "untested", "asked", "blocked", "fail", "cannot-tell"];
    let headings: Vec<(String, usize)> =
        names.iter().map(|name| (format!("a -> {name}"), usize::from(*name != "asked"))).collect();
    let headings: Vec<(&str, usize)> = headings.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    let revision = revision(&[], &headings);
    let mut session = session(None);
    walk(
        &revision,
        &mut session,
        &[
            "1 skip",
            "2 pass",
            "a: real",
            "real: real",
            "3 pass",
            "fake: fake",
            "4 pass",
            "6 blocked",
            "7 fail",
            "8 inconclusive",
        ],
    );
    let map = walked(&revision, &session);
    let name = |at: usize| map.components()[map.points()[at].to].name.as_str();
    let order: Vec<&str> = map.worst_first().into_iter().map(name).collect();
    assert_eq!(
        order,
        ["fail", "blocked", "cannot-tell", "asked", "untested", "fake", "pass", "real", "skip"]
    );
}

#[test]
fn it_is_right_for_any_number_of_components() {
    for count in [0, 1, 2, 30, 200] {
        // A ring, each calling itself too: one component is a ring of its own.
        let name = |n: usize| format!("part {}", n % count.max(1));
        let ring: Vec<String> = (0..count).map(|n| format!("{} -> {}", name(n), name(n + 1))).collect();
        let own: Vec<String> = (0..count).map(|n| format!("{} -> {}", name(n), name(n))).collect();
        let headings: Vec<(&str, usize)> = ring.iter().chain(&own).map(|text| (text.as_str(), 2)).collect();
        let map = Map::new(&revision(&[], &headings), None);
        let expected = if count == 1 { 1 } else { count * 2 };
        assert_eq!((map.components().len(), map.points().len()), (count, expected), "{count}");
        assert_eq!(map.cells().len(), expected);
        let total: usize = map.points().iter().map(|point| point.prompts.len()).sum();
        assert_eq!(total, count * 4);
        for n in 0..count {
            let from = map.component_idx(&name(n)).unwrap();
            let to = map.component_idx(&name(n + 1)).unwrap();
            assert!(map.cell(from, to).is_some() && map.cell(from, from).is_some());
        }
    }
}

/// Connections between four components, some with a kind, some both ways.
fn connection() -> impl Generate<Value = String> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d"]);
    let arrow = prop::sample::select(vec!["->", "<->"]);
    let kind = prop::sample::select(vec!["", " (http)", " (HTTP)", " (queue)"]);
    (name(), arrow, name(), kind).prop_map(|(from, arrow, to, kind)| format!("{from} {arrow} {to}{kind}"))
}

#[test]
fn what_stands_for_another_mention_is_not_left_out_itself() {
    let mentions = ["a <-> b (http)", "a -> b", "b -> a"];
    let revision = revision(&mentions, &[("a <-> b (queue)", 1)]);
    let map = walked(&revision, &session(None));
    for (from, to) in [("a", "b"), ("b", "a")] {
        let place = |name: &str| map.component_idx(name).unwrap();
        let cell = map.cell(place(from), place(to)).unwrap();
        let kinds: Vec<Option<&str>> =
            cell.points.iter().map(|at| map.points()[*at].kind.as_deref()).collect();
        assert!(kinds.contains(&Some("queue")), "{from} -> {to}: {kinds:?}");
        assert!(
            kinds.iter().any(|kind| kind.is_none() || *kind == Some("http")),
            "{from} -> {to}: {kinds:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_prompt_lies_under_one_point_and_every_connection_is_there(
        connections in prop::collection::vec(connection(), 0..6),
        headings in prop::collection::vec((connection(), 0..3_usize), 0..8),
        marks in prop::collection::vec((0..20_usize, prop::sample::select(Verdict::ALL[1..].to_vec())), 0..10),
    ) {
        let connections: Vec<&str> = connections.iter().map(String::as_str).collect();
        let headings: Vec<(&str, usize)> = headings.iter().map(|(text, n)| (text.as_str(), *n)).collect();
        let revision = revision(&connections, &headings);
        let mut session = session(None);
        for (n, verdict) in marks {
            if n > 0 && n <= revision.ids().len() {
                walk(&revision, &mut session, &[&format!("{n} {verdict}")]);
            }
        }
        let map = walked(&revision, &session);
        let with_point = revision.prompts().filter(|(_, node)| node.point().is_some()).count();
        let mut seen: Vec<NodeIdx> = map.points().iter().flat_map(|point| point.prompts.clone()).collect();
        prop_assert_eq!(seen.len(), with_point);
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), with_point);
        let tested: u32 = map.points().iter().map(|point| point.tally.counts.tested()).sum();
        prop_assert_eq!(tested as usize, session.touched().count());
        let totals: u32 = Evidence::ALL.into_iter().map(|evidence| map.totals().of(evidence)).sum();
        prop_assert_eq!(totals as usize, map.points().len());
        for point in revision.plan().points() {
            let (from, to) = (map.component_idx(&point.from).unwrap(), map.component_idx(&point.to).unwrap());
            let ways = if point.both_ways { vec![(from, to), (to, from)] } else { vec![(from, to)] };
            for (from, to) in ways {
                let cell = map.cell(from, to);
                prop_assert!(cell.is_some(), "{} is missing", point);
                // A kind that is named is there by its name.
                let has_kind = cell.into_iter().flat_map(|cell| &cell.points).any(|at| {
                    let named = map.points()[*at].kind.as_ref().map(|kind| kind.to_lowercase());
                    point.kind.is_none() || named.is_none() || named == point.kind.as_ref().map(|k| k.to_lowercase())
                });
                prop_assert!(has_kind, "{} is missing", point);
            }
        }
        let badness: Vec<Badness> =
            map.worst_first().into_iter().map(|at| map.points()[at].tally.badness()).collect();
        prop_assert!(badness.is_sorted_by(|a, b| a >= b));
    }
}
