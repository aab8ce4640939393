//! Flaky, newly fails, fixed, environment changed, suspect: by table, and what holds for all of them.

use proptest::prelude::{Strategy as Generate, any, prop, prop_assert, prop_assert_eq, proptest};
use uuid::Uuid;

use super::*;
use crate::domain::component::{End, Ends};

/// One mark, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Judgement {
    verdict: Verdict,
    wording: String,
    conditions: Conditions,
    fields: BTreeMap<String, String>,
}

impl Judgement {
    /// Reads `fail build=4f2c cart=real inventory=fake:_stub env:staging words=other`: a verdict, then in any order a
    /// build, the two ends, fields with a colon, and a wording.
    fn read(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let verdict = words.next().unwrap().parse().unwrap();
        let (mut build, mut wording, mut ends) = (None, "it works", Vec::new());
        let mut fields = BTreeMap::new();
        for word in words {
            match word.split_once('=') {
                Some(("build", said)) => build = Some(said.to_owned()),
                Some(("words", said)) => wording = said,
                Some((component, state)) => {
                    let state = state.replace('_', " ").parse().unwrap();
                    ends.push(End { component: component.to_owned(), state });
                }
                None => {
                    let (name, value) = word.split_once(':').unwrap();
                    fields.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        // As in a real session, the build is a field as well.
        fields.extend(build.clone().map(|build| ("build".to_owned(), build)));
        let mut ends = ends.into_iter();
        let ends = ends.next().zip(ends.next()).map(|(from, to)| Ends { from, to });
        Self { verdict, wording: wording.to_owned(), conditions: Conditions { ends, build }, fields }
    }

    fn finding(&self) -> Finding<'_> {
        Finding {
            verdict: self.verdict,
            wording: &self.wording,
            conditions: &self.conditions,
            fields: &self.fields,
        }
    }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

fn id(n: u64) -> SessionId {
    SessionId(Uuid::from_u128(u128::from(n)))
}

/// A session each, the oldest first.
fn past(judgements: &[Judgement]) -> Vec<PastMark> {
    let mark = |(n, judgement): (u64, &Judgement)| PastMark {
        session: Arc::new(PastSession {
            id: id(n),
            tester: "bo".to_owned(),
            fields: judgement.fields.clone(),
        }),
        verdict: judgement.verdict,
        at: at(n as i64),
        wording: judgement.wording.clone(),
        conditions: judgement.conditions.clone(),
    };
    (0..).zip(judgements).map(mark).collect()
}

fn read_past(texts: &[&str]) -> Vec<PastMark> {
    past(&texts.iter().map(|text| Judgement::read(text)).collect::<Vec<_>>())
}

/// What `is` means after `before`, as people read it; empty for nothing.
fn said(before: &[&str], is: &str) -> String {
    let is = Judgement::read(is);
    change(&read_past(before), is.finding()).map(|change| change.to_string()).unwrap_or_default()
}

const FLAKY: &str = "flaky: passed and failed on the same build, nothing else changed";

#[test]
fn a_prompt_is_flaky_only_where_nothing_can_have_changed() {
    let real = "build=1 cart=real stock=real";
    for (before, is, expected) in [
        // The same of everything, said both times.
        (format!("pass {real}"), format!("fail {real}"), FLAKY),
        (format!("fail {real}"), format!("pass {real}"), FLAKY),
        (
            "pass build=1 cart=fake:_stub stock=absent".into(),
            "fail build=1 cart=fake:_stub stock=absent".into(),
            FLAKY,
        ),
        ("pass build=1 env:staging".into(), "fail build=1 env:staging".into(), FLAKY),
        // A prompt about no point has no end that could be unknown.
        ("pass build=1".into(), "fail build=1".into(), FLAKY),
        // Nobody said which build: it may be a new one.
        ("pass cart=real stock=real".into(), "fail cart=real stock=real".into(), "newly fails"),
        ("pass".into(), "fail".into(), "newly fails"),
        ("fail".into(), "pass".into(), "fixed"),
        (format!("pass {real}"), "fail cart=real stock=real".into(), "newly fails"),
        ("pass cart=real stock=real".into(), format!("fail {real}"), "newly fails"),
        // Nobody said what stood there: it may have been something else.
        (
            "pass build=1 cart=real stock=unknown".into(),
            "fail build=1 cart=real stock=unknown".into(),
            "newly fails",
        ),
        (
            "pass build=1 cart=unknown stock=real".into(),
            "fail build=1 cart=real stock=real".into(),
            "newly fails",
        ),
        // A field that only one of them has.
        ("pass build=1".into(), "fail build=1 env:staging".into(), "newly fails"),
        ("pass build=1 env:staging".into(), "fail build=1".into(), "newly fails"),
        // Other words may ask for something else.
        ("pass build=1".into(), "fail build=1 words=other".into(), "newly fails: reworded"),
    ] {
        assert_eq!(said(&[&before], &is), expected, "{before} | {is}");
    }
}

#[test]
fn a_change_is_named_for_what_it_is() {
    for (before, is, expected) in [
        ("pass build=1", "fail build=2", "newly fails: build 2, was 1"),
        ("fail build=1", "pass build=2", "fixed: build 2, was 1"),
        (
            "pass build=1 cart=real stock=fake:_stub",
            "fail build=1 cart=real stock=real",
            "newly fails, environment changed: stock is real, was fake: stub",
        ),
        (
            "fail build=1 cart=absent stock=real",
            "pass build=2 cart=fake stock=real",
            "fixed, environment changed: cart is fake, was absent; build 2, was 1",
        ),
        (
            "pass build=1 env:staging",
            "fail build=1 env:production",
            "newly fails, environment changed: env production, was staging",
        ),
        // What is unknown on one side is no known change.
        (
            "pass build=1 cart=unknown stock=real",
            "fail build=2 cart=real stock=real",
            "newly fails: build 2, was 1",
        ),
        (
            "pass cart=real stock=real",
            "fail cart=real mail=real",
            "newly fails, environment changed: about cart -> mail now, about cart -> stock before",
        ),
        (
            "pass",
            "fail cart=real mail=real",
            "newly fails, environment changed: about cart -> mail now, about no point before",
        ),
        (
            "pass cart=real mail=real",
            "fail",
            "newly fails, environment changed: about no point now, about cart -> mail before",
        ),
        // A self-call has one end, named once.
        (
            "pass cart=fake cart=fake",
            "fail cart=real cart=real",
            "newly fails, environment changed: cart is real, was fake",
        ),
    ] {
        assert_eq!(said(&[before], is), expected, "{before} | {is}");
    }
}

#[test]
fn only_pass_and_fail_say_what_the_system_did() {
    for silent in ["blocked", "inconclusive", "skip"] {
        let silent = format!("{silent} build=1");
        assert_eq!(said(&["pass build=1"], &silent), "");
        assert_eq!(said(&[&silent], "fail build=1"), "");
        assert_eq!(said(&["pass build=1", &silent], "fail build=2"), "newly fails: build 2, was 1");
        assert_eq!(said(&["pass build=1", &silent], "fail build=1"), FLAKY);
    }
    assert_eq!(said(&[], "fail"), "");
    assert_eq!(said(&["fail build=1"], "fail build=2"), "");
    assert_eq!(said(&["pass build=1"], "pass build=1"), "");
}

#[test]
fn a_contradiction_further_back_counts_under_the_same_conditions_only() {
    // It failed and passed on build 2; that it passed twice in a row since does not make it sound.
    assert_eq!(said(&["pass build=1", "fail build=2", "pass build=2"], "pass build=2"), FLAKY);
    // What was flaky on build 1 says nothing of build 2.
    assert_eq!(said(&["pass build=1", "fail build=1"], "pass build=2"), "fixed: build 2, was 1");
    assert_eq!(said(&["pass build=1", "fail build=1", "pass build=2"], "pass build=2"), "");
}

#[test]
fn while_a_prompt_is_not_judged_its_last_marks_say_whether_it_is_flaky() {
    let flaky = |before: &[&str], is: Option<&str>| {
        let is = is.map(Judgement::read);
        is_flaky(&read_past(before), is.as_ref().map(Judgement::finding))
    };
    assert!(flaky(&["pass build=1", "fail build=1"], None));
    assert!(flaky(&["pass build=1", "fail build=1", "skip build=1"], None));
    assert!(flaky(&["pass build=1", "fail build=1"], Some("blocked build=1")));
    assert!(flaky(&["pass build=1"], Some("fail build=1")));
    assert!(!flaky(&["pass build=1", "fail build=1", "fail build=2"], None));
    assert!(!flaky(&["pass build=1", "fail build=1"], Some("pass build=2")));
    assert!(!flaky(&["pass build=1"], None));
    assert!(!flaky(&[], None));
}

#[test]
fn a_point_is_suspect_for_what_changed_there_since_its_prompt_passed() {
    let why = |last_pass: Option<&str>, is: &str| {
        let (last_pass, is) = (last_pass.map(Judgement::read), Judgement::read(is));
        listed(&suspicion(last_pass.as_ref().map(Judgement::finding), is.finding()))
    };
    for (last_pass, is, expected) in [
        ("pass build=1 cart=real stock=real", "fail build=2 cart=real stock=real", "build 2, was 1"),
        ("pass cart=real stock=fake:_stub", "fail cart=real stock=real", "stock is real, was fake: stub"),
        ("pass cart=real stock=real", "fail cart=real stock=fake", "stock is fake, was real"),
        ("pass cart=real stock=absent", "fail cart=real stock=real", "stock is real, was absent"),
        (
            "pass build=1 cart=fake stock=absent",
            "fail build=2 cart=real stock=fake:_x",
            "cart is real, was fake; stock is fake: x, was absent; build 2, was 1",
        ),
        (
            "pass cart=real mail=real",
            "fail cart=real stock=real",
            "about cart -> stock now, about cart -> mail before",
        ),
        ("pass", "fail cart=real stock=real", "about cart -> stock now, about no point before"),
        // Nothing changed that anybody knows of.
        ("pass build=1 cart=real stock=real", "fail build=1 cart=real stock=real", ""),
        ("pass cart=unknown stock=real", "fail cart=real stock=real", ""),
        ("pass cart=real stock=real", "fail build=1 cart=real stock=real", ""),
        // Fields and words are not at the point.
        ("pass cart=real stock=real env:a", "fail cart=real stock=real env:b words=other", ""),
        // Not a fail, or no point.
        ("pass build=1 cart=real stock=real", "pass build=2 cart=real stock=real", ""),
        ("pass build=1 cart=real stock=real", "blocked build=2 cart=real stock=real", ""),
        ("pass build=1", "fail build=2", ""),
        ("pass build=1 cart=real stock=real", "fail build=2", ""),
    ] {
        assert_eq!(why(Some(last_pass), is), expected, "{last_pass} | {is}");
    }
    assert_eq!(why(None, "fail build=2 cart=real stock=real"), "");
}

#[test]
fn sessions_begin_in_the_order_in_which_they_were_written_down() {
    let begun = |n: u64, minutes: i64, writer: u128, writer_seq: u64| Begun {
        session: id(n),
        at: at(minutes * 60_000),
        writer: WriterId(Uuid::from_u128(writer)),
        writer_seq,
    };
    let order = |sessions: Vec<Begun>| {
        in_order(sessions).iter().map(|begun| begun.session.0.as_u128()).collect::<Vec<u128>>()
    };
    // The clock of one database steps back ten years, and forth again.
    let years = 10 * 365 * 24 * 60;
    assert_eq!(order(vec![begun(3, 9, 1, 40), begun(2, -years, 1, 20), begun(1, 5, 1, 3)]), [1, 2, 3]);
    assert_eq!(order(vec![begun(2, 6, 1, 20), begun(1, years, 1, 3)]), [1, 2]);
    // Two databases: by their clocks, each in its own order.
    let mixed =
        vec![begun(1, 1, 1, 1), begun(2, 2, 2, 1), begun(3, 3, 1, 50), begun(4, 0, 2, 9), begun(5, 4, 2, 10)];
    assert_eq!(order(mixed), [1, 2, 4, 3, 5]);
}

fn state() -> impl Generate<Value = ComponentState> {
    prop::sample::select(vec!["real", "fake", "fake: stub", "absent", "unknown"])
        .prop_map(|s| s.parse().unwrap())
}

fn judgement() -> impl Generate<Value = Judgement> {
    let verdicts = &Verdict::ALL[1..];
    let end = |name: &'static str| state().prop_map(move |state| End { component: name.to_owned(), state });
    let ends = prop::option::of((end("cart"), end("stock")).prop_map(|(from, to)| Ends { from, to }));
    let maybe = |values: &[&str]| {
        prop::option::of(prop::sample::select(values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>()))
    };
    let wording = prop::sample::select(vec!["it works", "it works well"]);
    (prop::sample::select(verdicts), ends, maybe(&["1", "2"]), maybe(&["a", "b"]), wording).prop_map(
        |(verdict, ends, build, env, wording)| Judgement {
            verdict,
            wording: wording.to_owned(),
            fields: [("build", build.clone()), ("env", env)]
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .collect(),
            conditions: Conditions { ends, build },
        },
    )
}

proptest! {
    #[test]
    fn flaky_and_changed_exclude_each_other(before in judgement(), is in judgement()) {
        let known = differences(before.finding(), is.finding());
        let marks = past(std::slice::from_ref(&before));
        match change(&marks, is.finding()) {
            Some(Change::Flaky) => {
                prop_assert!(known.is_empty(), "{known:?}");
                prop_assert!(before.conditions.build.is_some());
                prop_assert_eq!((&before.conditions, &before.fields), (&is.conditions, &is.fields));
                prop_assert!(is_flaky(&marks, Some(is.finding())));
            }
            Some(Change::EnvironmentChanged(turn, found)) => {
                prop_assert!(found.iter().any(Difference::is_of_the_environment));
                prop_assert_eq!((Some(turn), found), (Turn::of(before.verdict, is.verdict), known));
            }
            Some(Change::Turned(turn, found)) => {
                prop_assert!(!found.iter().any(Difference::is_of_the_environment));
                prop_assert_eq!((Some(turn), found), (Turn::of(before.verdict, is.verdict), known));
            }
            None => prop_assert_eq!(Turn::of(before.verdict, is.verdict), None),
        }
    }

    #[test]
    fn nothing_is_different_from_itself(one in judgement()) {
        prop_assert_eq!(differences(one.finding(), one.finding()), []);
        prop_assert_eq!(suspicion(Some(one.finding()), one.finding()), []);
        prop_assert_eq!(change(&past(std::slice::from_ref(&one)), one.finding()), None);
    }

    #[test]
    fn differences_are_the_same_backwards(a in judgement(), b in judgement()) {
        prop_assert_eq!(differences(a.finding(), b.finding()).len(), differences(b.finding(), a.finding()).len());
    }

    #[test]
    fn a_suspicion_follows_a_fail_and_names_something_known(before in judgement(), is in judgement()) {
        let found = suspicion(Some(before.finding()), is.finding());
        if !found.is_empty() {
            prop_assert_eq!(is.verdict, Verdict::Fail);
            prop_assert!(is.conditions.ends.is_some());
        }
        let known = differences(before.finding(), is.finding());
        prop_assert!(found.iter().all(|difference| known.contains(difference)));
        prop_assert!(!listed(&found).contains("unknown"));
    }

    #[test]
    fn marks_that_say_nothing_of_the_system_change_nothing(
        marks in prop::collection::vec(judgement(), 0..6),
        is in judgement(),
    ) {
        let speaking: Vec<Judgement> = marks.iter().filter(|mark| mark.finding().speaks()).cloned().collect();
        prop_assert_eq!(change(&past(&marks), is.finding()), change(&past(&speaking), is.finding()));
        prop_assert_eq!(is_flaky(&past(&marks), None), is_flaky(&past(&speaking), None));
    }

    #[test]
    fn the_order_of_sessions_does_not_depend_on_where_they_were_read(
        clocks in prop::collection::vec((0_u128..3, any::<i16>()), 0..20),
        turn in any::<prop::sample::Index>(),
    ) {
        let sessions: Vec<Begun> = (1_u64..).zip(&clocks).map(|(n, (writer, minute))| Begun {
            session: id(n),
            at: at(i64::from(*minute) * 60_000),
            writer: WriterId(Uuid::from_u128(*writer)),
            writer_seq: n,
        }).collect();
        let order = in_order(sessions.clone());
        for pair in order.windows(2) {
            prop_assert!(pair[0].writer != pair[1].writer || pair[0].writer_seq < pair[1].writer_seq);
        }
        let mut turned = sessions;
        if !turned.is_empty() {
            let by = turn.index(turned.len());
            turned.rotate_left(by);
        }
        prop_assert_eq!(in_order(turned), order);
    }
}
