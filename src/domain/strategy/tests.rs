//! Each strategy on the shapes that systems have, and what holds for every plan.

use std::collections::HashMap;

use proptest::prelude::{Just, Strategy as Generate, any, prop, prop_assert, prop_assert_eq, proptest};

use super::*;
use crate::domain::plan::{Entry, NodeKind, NodeRef, Outline};
use crate::domain::point::{Components, parse_point};

/// A plan with a section for each of `sections`, a prompt in each, and one prompt before them.
fn plan(components: &[&str], sections: &[&str], connections: &[&str]) -> Plan {
    let mut entries = vec![Entry::new(NodeKind::Prompt, 1, 1, "smoke")];
    for section in sections {
        entries.push(Entry::new(NodeKind::Section, 1, 1, *section));
        entries.push(Entry::new(NodeKind::Prompt, 2, 1, format!("{section}?")));
    }
    let components: Vec<String> = components.iter().map(|name| (*name).to_owned()).collect();
    let point = |text: &&str| parse_point(text, &Components::default()).unwrap();
    Plan {
        outline: Outline::from_entries(&entries, &components),
        connections: connections.iter().map(point).collect(),
        components,
        ..Plan::default()
    }
}

fn untested(_: NodeIdx) -> Verdict {
    Verdict::Untested
}

fn ordered(plan: &Plan, strategy: Strategy) -> Walkway {
    order(plan, strategy, &plan.defaults, &untested)
}

/// The stages as `adding ; fake ; cycle`, empty parts at the end left out.
fn stages(walkway: &Walkway) -> Vec<String> {
    let stage = |stage: &Stage| {
        let cycle: Vec<String> = stage.cycle.iter().map(|(from, to)| format!("{from}>{to}")).collect();
        let parts = [stage.adding.join(" "), stage.fake.join(" "), cycle.join(" ")];
        parts.join(" ; ").trim_end_matches([' ', ';']).to_owned()
    };
    walkway.stages.iter().map(stage).collect()
}

/// The texts of the prompts of each stage.
fn prompts<'p>(plan: &'p Plan, walkway: &Walkway) -> Vec<Vec<&'p str>> {
    let text = |step: &Step| plan.outline.node(step.prompt).text();
    walkway.stages.iter().map(|stage| stage.prompts.iter().map(text).collect()).collect()
}

const CHAIN: &[&str] = &["a -> b", "b -> c", "c -> d"];
const TREE: &[&str] = &["a -> b", "a -> c", "b -> d", "b -> e", "c -> f"];
const DIAMOND: &[&str] = &["a -> b", "a -> c", "b -> d", "c -> d"];
const CYCLE: &[&str] = &["a -> b", "b -> c", "c -> d", "d -> b", "d -> e"];
const ISLANDS: &[&str] = &["a -> b", "x -> y"];
const SELF_CALL: &[&str] = &["a -> a", "a -> b"];
const BOTH_WAYS: &[&str] = &["a -> b", "b <-> c"];

#[test]
fn top_down_adds_what_is_called_after_its_callers() {
    for (points, expected) in [
        (CHAIN, &["a ; b", "b ; c", "c ; d", "d"][..]),
        (TREE, &["a ; b c", "b ; c d e", "c ; d e f", "d ; e f", "e ; f", "f"]),
        (DIAMOND, &["a ; b c", "b ; c d", "c ; d", "d"]),
        (CYCLE, &["a ; b", "b c d ; e ; d>b", "e"]),
        (ISLANDS, &["a ; b", "b", "x ; y", "y"]),
        (SELF_CALL, &["a ; b", "b"]),
        (BOTH_WAYS, &["a ; b", "b c ;  ; c>b"]),
        (&[], &[""]),
    ] {
        assert_eq!(stages(&ordered(&plan(&[], points, &[]), Strategy::TopDown)), expected, "{points:?}");
    }
}

#[test]
fn bottom_up_adds_callers_after_what_they_call_and_needs_no_fake() {
    for (points, expected) in [
        (CHAIN, &["d", "c", "b", "a"][..]),
        (TREE, &["d", "e", "b", "f", "c", "a"]),
        (DIAMOND, &["d", "b", "c", "a"]),
        (CYCLE, &["e", "b c d ;  ; d>b", "a"]),
        (ISLANDS, &["b", "a", "y", "x"]),
        (SELF_CALL, &["b", "a"]),
        (BOTH_WAYS, &["b c ;  ; c>b", "a"]),
        (&[], &[""]),
    ] {
        assert_eq!(stages(&ordered(&plan(&[], points, &[]), Strategy::BottomUp)), expected, "{points:?}");
    }
}

#[test]
fn sandwich_comes_from_both_ends() {
    for (points, expected) in [
        (CHAIN, &["a ; b", "d ; b", "b ; c", "c"][..]),
        (TREE, &["a ; b c", "d ; b c", "b ; c e", "e ; c", "c ; f", "f"]),
        (DIAMOND, &["a ; b c", "d ; b c", "b ; c", "c"]),
        (CYCLE, &["a ; b", "e ; b", "b c d ;  ; d>b"]),
        (ISLANDS, &["a ; b", "b", "x ; y", "y"]),
        (SELF_CALL, &["a ; b", "b"]),
        (BOTH_WAYS, &["a ; b", "b c ;  ; c>b"]),
        (&[], &[""]),
    ] {
        assert_eq!(stages(&ordered(&plan(&[], points, &[]), Strategy::Sandwich)), expected, "{points:?}");
    }
}

#[test]
fn big_bang_and_as_written_are_one_stage_in_the_order_of_the_plan() {
    for points in [CHAIN, TREE, DIAMOND, CYCLE, ISLANDS, SELF_CALL, BOTH_WAYS, &[]] {
        let plan = plan(&[], points, &[]);
        let in_order: Vec<&str> = plan.outline.prompts().map(NodeRef::text).collect();
        for strategy in [Strategy::BigBang, Strategy::AsWritten] {
            assert_eq!(prompts(&plan, &ordered(&plan, strategy)), [in_order.as_slice()], "{strategy}");
        }
    }
    assert_eq!(stages(&ordered(&plan(&[], ISLANDS, &[]), Strategy::BigBang)), ["a b x y"]);
    assert_eq!(stages(&ordered(&plan(&[], ISLANDS, &[]), Strategy::AsWritten)), [""]);
}

#[test]
fn a_prompt_belongs_to_the_stage_that_adds_its_later_end() {
    let chain = plan(&[], CHAIN, &[]);
    assert_eq!(
        prompts(&chain, &ordered(&chain, Strategy::TopDown)),
        [&["smoke"][..], &["a -> b?"], &["b -> c?"], &["c -> d?"]]
    );
    assert_eq!(
        prompts(&chain, &ordered(&chain, Strategy::BottomUp)),
        [&["smoke"][..], &["c -> d?"], &["b -> c?"], &["a -> b?"]]
    );
    assert_eq!(
        prompts(&chain, &ordered(&chain, Strategy::Sandwich)),
        [&["smoke"][..], &[], &["a -> b?"], &["b -> c?", "c -> d?"]]
    );
    let itself = plan(&[], SELF_CALL, &[]);
    assert_eq!(
        prompts(&itself, &ordered(&itself, Strategy::TopDown)),
        [&["smoke", "a -> a?"][..], &["a -> b?"]]
    );
    let none = plan(&[], &["Login", "Search"], &[]);
    for strategy in Strategy::ALL {
        assert_eq!(prompts(&none, &ordered(&none, strategy)), [["smoke", "Login?", "Search?"]], "{strategy}");
    }
}

#[test]
fn a_stage_says_what_it_adds_to_what_and_what_is_still_fake() {
    let components = ["web", "cart", "inventory", "payments", "mail", "lonely"];
    let sections = ["web -> cart", "cart -> inventory", "cart -> payments"];
    let shop = plan(&components, &sections, &["cart -> mail"]);
    let walkway = ordered(&shop, Strategy::TopDown);
    let lines: Vec<String> = walkway.stages.iter().map(|stage| walkway.line(stage)).collect();
    assert_eq!(
        lines,
        [
            "stage 1 of 5: adding web; still fake: cart",
            "stage 2 of 5: adding cart; with web; still fake: inventory, payments, mail",
            "stage 3 of 5: adding inventory; with cart, web; still fake: payments, mail",
            "stage 4 of 5: adding payments; with inventory, cart, web; still fake: mail",
            "stage 5 of 5: adding mail; with payments, inventory, cart, web",
        ]
    );
    let circle = plan(&[], CYCLE, &[]);
    let walkway = ordered(&circle, Strategy::TopDown);
    let line = walkway.line(&walkway.stages[1]);
    assert_eq!(line, "stage 2 of 3: adding b, c, d; with a; still fake: e; a cycle, closed by d -> b");
    let walkway = ordered(&plan(&[], &[], &[]), Strategy::TopDown);
    assert_eq!(walkway.line(&walkway.stages[0]), "stage 1 of 1: prompts without an integration point");
}

#[test]
fn what_is_known_of_a_component_decides_what_is_called_fake_and_not_the_order() {
    let chain = plan(&[], &["a -> b", "a -> c", "a -> d", "a -> e"], &[]);
    let mut states = States::default();
    states.set("b", ComponentState::Real);
    states.set("c", ComponentState::Absent);
    states.set("d", ComponentState::Fake(Some("d-mock".to_owned())));
    let walkway = order(&chain, Strategy::TopDown, &states, &untested);
    assert_eq!(stages(&walkway), ["a ; d e", "b ; d e", "c ; d e", "d ; d e", "e ; d"]);
    assert_eq!(prompts(&chain, &walkway), prompts(&chain, &ordered(&chain, Strategy::TopDown)));
    assert_eq!(stages(&order(&chain, Strategy::BigBang, &states, &untested)), ["a b c d e ; d"]);
}

#[test]
fn every_prompt_can_say_why_it_is_where_it_is() {
    let circle = plan(&[], &["web -> cart", "cart -> cart", "cart <-> stock"], &[]);
    let why = |strategy| -> Vec<String> {
        let walkway = ordered(&circle, strategy);
        let why = |node: NodeRef<'_>| {
            walkway.find(node.idx()).map(|(_, step)| step.reason.to_string()).unwrap_or_default()
        };
        circle.outline.prompts().map(why).collect()
    };
    assert_eq!(
        why(Strategy::TopDown),
        [
            "it has no integration point, so it comes in the first stage",
            "cart is added in stage 2, web was there",
            "cart is added in stage 2",
            "cart and stock are added together in stage 2",
        ]
    );
    assert_eq!(why(Strategy::BottomUp)[1], "web is added in stage 2, cart was there");
    assert_eq!(why(Strategy::BigBang)[3], "all components are there from the start");
    assert_eq!(why(Strategy::AsWritten)[0], "this is its place in the plan");
    assert_eq!(ordered(&circle, Strategy::TopDown).find(NodeIdx(1)), None, "a section is no prompt");
}

#[test]
fn risk_first_looks_where_it_hurts_and_at_what_failed_last_time() {
    let tagged = |kind, depth, text: &str, tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Entry { tags, ..Entry::new(kind, depth, 1, text) }
    };
    use NodeKind::{Prompt, Section};
    let entries = [
        tagged(Prompt, 1, "plain", &["smoke"]),
        tagged(Section, 1, "Error conditions", &[]),
        tagged(Prompt, 2, "down", &[]),
        tagged(Prompt, 2, "down and critical", &["critical"]),
        tagged(Section, 1, "Limits", &["boundary"]),
        tagged(Prompt, 2, "99", &[]),
        tagged(Section, 2, "Known issues", &[]),
        tagged(Prompt, 3, "passed", &[]),
        tagged(Prompt, 3, "never", &[]),
        tagged(Prompt, 3, "failed", &[]),
        tagged(Prompt, 3, "blocked", &[]),
        tagged(Prompt, 3, "passed too", &[]),
    ];
    let plan = Plan { outline: Outline::from_entries(&entries, &[]), ..Plan::default() };
    let last = HashMap::from([
        (7, Verdict::Pass),
        (9, Verdict::Fail),
        (10, Verdict::Blocked),
        (11, Verdict::Pass),
        (0, Verdict::Fail),
    ]);
    let last = |idx: NodeIdx| last.get(&idx.0).copied().unwrap_or_default();
    let walkway = order(&plan, Strategy::RiskFirst, &States::default(), &last);
    let lines: Vec<String> = walkway.stages.iter().map(|stage| walkway.line(stage)).collect();
    assert_eq!(
        lines,
        [
            "stage 1 of 5: critical",
            "stage 2 of 5: known problem",
            "stage 3 of 5: error",
            "stage 4 of 5: boundary",
            "stage 5 of 5: the rest",
        ]
    );
    assert_eq!(
        prompts(&plan, &walkway),
        [
            &["down and critical"][..],
            &["failed", "blocked", "passed", "passed too", "never"],
            &["down"],
            &["99"],
            &["plain"],
        ]
    );
    let why: Vec<String> = walkway.steps().map(|(_, step)| step.reason.to_string()).collect();
    assert_eq!(why[1], "it is marked known problem; it failed last time");
    assert_eq!(why[8], "none of critical, known problem, error and boundary; it failed last time");
}

#[test]
fn two_hundred_components_have_a_stage_each() {
    let sections: Vec<String> = (0..199).map(|n| format!("c{n} -> c{}", n + 1)).collect();
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    let plan = plan(&[], &sections, &[]);
    for strategy in [Strategy::TopDown, Strategy::BottomUp, Strategy::Sandwich] {
        let walkway = ordered(&plan, strategy);
        assert_eq!(walkway.stages.len(), 200, "{strategy}");
        assert_eq!(walkway.stages[199].with.len(), 199);
        assert_eq!(walkway.steps().count(), 200);
    }
    let walkway = ordered(&plan, Strategy::Sandwich);
    let first: Vec<&str> = walkway.stages[..4].iter().map(|stage| stage.adding[0].as_ref()).collect();
    assert_eq!(first, ["c0", "c199", "c1", "c198"]);
}

#[test]
fn too_many_components_come_at_once() {
    let sections: Vec<String> = (0..MAX_STAGED_COMPONENTS).map(|n| format!("c{n} -> c{}", n + 1)).collect();
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    let walkway = ordered(&plan(&[], &sections, &[]), Strategy::TopDown);
    assert_eq!(walkway.stages.len(), 1);
    assert_eq!(walkway.steps().count(), MAX_STAGED_COMPONENTS + 1);
    assert_eq!(walkway.stages[0].prompts[0].reason, Reason::TooManyComponents);
    let ordered = ordered(&plan(&[], &sections[1..], &[]), Strategy::TopDown);
    assert_eq!(ordered.stages.len(), MAX_STAGED_COMPONENTS, "a chain as long as allowed exhausts nothing");
}

#[test]
fn every_word_reads_back() {
    for strategy in Strategy::ALL {
        assert_eq!(strategy.word().parse(), Ok(strategy));
    }
    let error = "middle-out".parse::<Strategy>().unwrap_err().to_string();
    assert!(Strategy::ALL.iter().all(|strategy| error.contains(strategy.word())), "{error}");
}

const LETTERS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/// Points between up to twelve components, and headings that are none.
fn sections() -> impl Generate<Value = Vec<String>> {
    let section = (0..12_usize, 0..12_usize, 0..6_u8).prop_map(|(from, to, sort)| match sort {
        0 => format!("Section {from}"),
        1 => format!("{} <-> {}", LETTERS[from], LETTERS[to]),
        _ => format!("{} -> {}", LETTERS[from], LETTERS[to]),
    });
    prop::collection::vec(section, 0..30)
}

fn texts(sections: &[String]) -> Vec<&str> {
    sections.iter().map(String::as_str).collect()
}

/// A plan of `sections` alone.
fn shaped(sections: &[String]) -> Plan {
    plan(&[], &texts(sections), &[])
}

proptest! {
    #[test]
    fn every_prompt_comes_once_in_every_strategy(sections in sections(), verdicts in any::<[u8; 8]>()) {
        let plan = shaped(&sections);
        let last = |idx: NodeIdx| Verdict::ALL[usize::from(verdicts[idx.at() % 8]) % 6];
        for strategy in Strategy::ALL {
            let walkway = order(&plan, strategy, &States::default(), &last);
            let mut walked: Vec<NodeIdx> = walkway.steps().map(|(_, step)| step.prompt).collect();
            walked.sort_unstable();
            let prompts: Vec<NodeIdx> = plan.outline.prompts().map(NodeRef::idx).collect();
            prop_assert_eq!(walked, prompts, "{}", strategy);
            prop_assert_eq!(&walkway, &order(&plan, strategy, &States::default(), &last), "{}", strategy);
            for (at, stage) in walkway.stages.iter().enumerate() {
                prop_assert_eq!(stage.number, at + 1);
            }
        }
    }

    #[test]
    fn every_component_is_added_once_and_after_those_that_must_be_there(sections in sections()) {
        let plan = shaped(&sections);
        for strategy in [Strategy::TopDown, Strategy::BottomUp, Strategy::Sandwich] {
            let walkway = ordered(&plan, strategy);
            let mut added: HashMap<&str, usize> = HashMap::new();
            for stage in &walkway.stages {
                prop_assert_eq!(stage.with.len(), added.len());
                for name in &stage.adding {
                    prop_assert!(added.insert(name, stage.number).is_none(), "{} twice", name);
                }
            }
            for (stage, step) in walkway.steps() {
                let Some(point) = plan.outline.node(step.prompt).point() else {
                    prop_assert_eq!(stage.number, 1);
                    continue;
                };
                let (from, to) = (added[point.from.as_str()], added[point.to.as_str()]);
                prop_assert_eq!(stage.number, from.max(to));
                match strategy {
                    Strategy::TopDown => prop_assert!(from <= to, "{}", point),
                    Strategy::BottomUp => prop_assert!(to <= from, "{}", point),
                    _ => {}
                }
                if point.both_ways {
                    prop_assert_eq!(from, to);
                }
            }
        }
    }

    #[test]
    fn without_what_closes_a_cycle_there_is_none(sections in sections()) {
        let plan = shaped(&sections);
        let closing: Vec<(Arc<str>, Arc<str>)> =
            ordered(&plan, Strategy::TopDown).stages.into_iter().flat_map(|stage| stage.cycle).collect();
        let mut open: Vec<String> = Vec::new();
        for point in plan.outline.points().iter().filter(|point| point.from != point.to) {
            let ways = [(&point.from, &point.to), (&point.to, &point.from)];
            for (from, to) in ways.into_iter().take(if point.both_ways { 2 } else { 1 }) {
                if !closing.iter().any(|(a, b)| a.as_ref() == from && b.as_ref() == to) {
                    open.push(format!("{from} -> {to}"));
                }
            }
        }
        let walkway = ordered(&shaped(&open), Strategy::TopDown);
        prop_assert!(walkway.stages.iter().all(|stage| stage.cycle.is_empty() && stage.adding.len() <= 1));
    }

    #[test]
    fn the_order_in_which_connections_are_declared_decides_nothing(
        (sections, shuffled) in sections().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle()))
    ) {
        let points = |sections: &[String]| -> Vec<String> {
            sections.iter().filter(|text| text.contains("->")).cloned().collect()
        };
        let (sections, shuffled) = (points(&sections), points(&shuffled));
        for strategy in Strategy::ALL {
            let one = ordered(&plan(&LETTERS, &[], &texts(&sections)), strategy);
            let other = ordered(&plan(&LETTERS, &[], &texts(&shuffled)), strategy);
            prop_assert_eq!(one, other, "{}", strategy);
        }
    }
}
