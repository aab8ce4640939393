//! The fold and the decisions, by table and by property.

use proptest::prelude::{
    Just, ProptestConfig, Strategy as Generator, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use uuid::Uuid;

use super::*;
use crate::domain::component::{ComponentState, MAX_NAME_CHARS};
use crate::domain::id::PlanId;
use crate::domain::verdict::Ground;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_442_531_000 + ms, 60).unwrap()
}

fn prompt(n: u128) -> PromptId {
    PromptId(Uuid::from_u128(n))
}

fn session() -> Session {
    let start = Start {
        plan: PlanId(Uuid::from_u128(1)),
        plan_title: "Shop".to_owned(),
        tester: "ana".to_owned(),
        charter: None,
        fields: BTreeMap::new(),
        only: None,
        components: States::default(),
        retest: None,
        time_box_ms: None,
    };
    Session::started(SessionId(Uuid::from_u128(2)), start, at(0))
}

/// Decides `command` and applies it a second after the latest event.
fn act(session: &mut Session, command: Command) -> Result<(), Refusal> {
    let at = at(session.seq() as i64 * 1000 + 1000);
    act_at(session, command, at.into())
}

fn act_at(session: &mut Session, command: Command, when: Moment) -> Result<(), Refusal> {
    let mut id = 1000 + u128::from(session.seq());
    let new_id = || {
        id += 1;
        EventId(Uuid::from_u128(id))
    };
    for fresh in Fresh::decided(session.decide(command)?, when, new_id) {
        let seq = session.seq() + 1;
        session.apply(fresh.at_place(seq)).unwrap();
    }
    Ok(())
}

fn mark(n: u128, verdict: Verdict) -> Command {
    Command::Mark { judged: judged(n), verdict }
}

fn judged(n: u128) -> Judged {
    let ends = (n > 1).then(|| ("cart".to_owned(), format!("part {n}")));
    Judged { prompt: prompt(n), wording: format!("prompt {n}"), ends }
}

fn note(text: &str) -> Command {
    Command::AddNote(NoteText { kind: NoteKind::Bug, text: text.to_owned(), prompt: Some(prompt(1)) })
}

/// What a tester sees: how prompts stand and since which event, notes, and what the session says of itself: components,
/// fields, charter, time box, debrief.
type Seen = (BTreeMap<PromptId, (Standing, EventId, Option<PromptId>)>, Vec<NoteText>, Vec<String>);

fn seen(session: &Session) -> Seen {
    let mark = |id| session.mark(id).map(|mark| (id, (mark.standing(), mark.event, mark.blocked_by)));
    let marks = session.touched().filter_map(mark).collect();
    let known = session.states().iter().filter(|(_, state)| **state != ComponentState::Unknown);
    let states = known.map(|(component, state)| format!("{component} {state}"));
    let fields = session.fields().iter().map(|(name, value)| format!("{name}={value}"));
    let charter = session.charter().map(str::to_owned);
    let time_box = session.time_box_ms().map(|ms| ms.to_string());
    let debrief = session.debrief().map(|(question, answer)| format!("{question:?} {answer}"));
    let said = states.chain(fields).chain(charter).chain(time_box).chain(debrief).collect();
    (marks, session.notes().map(|note| note.note.clone()).collect(), said)
}

fn set(component: &str, state: &str) -> Command {
    Command::SetComponents(vec![(component.to_owned(), state.parse().unwrap())])
}

#[test]
fn a_mark_keeps_the_states_of_its_ends_and_the_build() {
    let mut session = session();
    act(&mut session, set("cart", "real")).unwrap();
    act(&mut session, set("part 2", "fake: stub")).unwrap();
    act(&mut session, Command::SetFields(vec![("build".to_owned(), Some(" 39aa ".to_owned()))])).unwrap();
    act(&mut session, mark(2, Verdict::Pass)).unwrap();
    act(&mut session, mark(1, Verdict::Pass)).unwrap();
    act(&mut session, set("part 2", "real")).unwrap();
    act(&mut session, Command::SetFields(vec![("build".to_owned(), None)])).unwrap();
    act(&mut session, mark(3, Verdict::Pass)).unwrap();
    let kept = session.mark(prompt(2)).unwrap();
    assert_eq!(kept.conditions.build.as_deref(), Some("39aa"));
    assert_eq!(kept.conditions.ends.as_ref().unwrap().to.state, ComponentState::fake("stub"));
    assert_eq!(kept.standing().ground, Ground::Provisional);
    assert_eq!(session.standing(prompt(1)).ground, Ground::Unstated, "it is about no integration point");
    assert_eq!(session.standing(prompt(3)).ground, Ground::Unstated, "nobody said what part 3 is");
    assert_eq!(session.mark(prompt(3)).unwrap().conditions.build, None);
    act(&mut session, mark(2, Verdict::Pass)).unwrap();
    assert!(session.standing(prompt(2)).is_passed_for_real());
    act(&mut session, Command::Undo).unwrap();
    assert!(session.standing(prompt(2)).is_provisional(), "the earlier mark is as it was");
}

#[test]
fn what_is_so_already_or_has_no_usable_name_is_refused() {
    let mut session = session();
    act(&mut session, set("cart", "real")).unwrap();
    let long = "x".repeat(MAX_NAME_CHARS + 1);
    for (command, refusal) in [
        (set("cart", "real"), Refusal::NothingToChange),
        (set("mail", "unknown"), Refusal::NothingToChange),
        (set("", "real"), Refusal::UnusableName),
        (set(&long, "real"), Refusal::UnusableName),
        (set("cart", &format!("fake: {long}")), Refusal::UnusableName),
        (Command::SetFields(vec![("build".to_owned(), Some(" ".to_owned()))]), Refusal::NothingToChange),
        (Command::SetFields(vec![("build".to_owned(), Some("a\nb".to_owned()))]), Refusal::UnusableName),
        (Command::Choose(Strategy::AsWritten), Refusal::NothingToChange),
    ] {
        assert_eq!(act(&mut session, command.clone()), Err(refusal), "{command:?}");
    }
    act(&mut session, Command::Choose(Strategy::RiskFirst)).unwrap();
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(session.strategy(), Strategy::RiskFirst, "an undo takes back what was set, not how one walks");
    assert_eq!(session.states().of("cart"), &ComponentState::Unknown);
}

#[test]
fn what_a_fail_blocked_is_untested_again_when_it_passes() {
    let mut session = session();
    act(&mut session, mark(1, Verdict::Fail)).unwrap();
    let block = |prompts: &[u128], by| Command::Block {
        judged: prompts.iter().map(|n| judged(*n)).collect(),
        by: prompt(by),
    };
    assert_eq!(act(&mut session, block(&[1, 2], 1)), Err(Refusal::NothingInTheWay));
    assert_eq!(act(&mut session, block(&[2], 3)), Err(Refusal::NothingInTheWay));
    assert_eq!(act(&mut session, block(&[], 1)), Err(Refusal::NothingInTheWay));
    let before = seen(&session);
    act(&mut session, block(&[2, 3, 4], 1)).unwrap();
    assert_eq!(session.blocked_by(prompt(1)), [prompt(2), prompt(3), prompt(4)]);
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(seen(&session), before, "one undo takes it all back");
    act(&mut session, Command::Redo).unwrap();
    // Touched since: it stays what the tester made it.
    act(&mut session, mark(3, Verdict::Blocked)).unwrap();
    act(&mut session, mark(1, Verdict::Inconclusive)).unwrap();
    assert_eq!(session.verdict(prompt(2)), Verdict::Blocked, "only a pass frees");
    let before = seen(&session);
    act(&mut session, mark(1, Verdict::Pass)).unwrap();
    let verdicts = [1, 2, 3, 4].map(|n| session.verdict(prompt(n)));
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Untested, Verdict::Blocked, Verdict::Untested]);
    assert_eq!(session.unblocked_by(prompt(2)), Some(prompt(1)));
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(seen(&session), before);
    assert_eq!(session.unblocked_by(prompt(2)), None);
}

#[test]
fn an_event_follows_the_decision_that_it_belongs_to() {
    let mut session = session();
    act(&mut session, mark(1, Verdict::Fail)).unwrap();
    let id = |n: u128| EventId(Uuid::from_u128(n));
    let member = |n: u128, leader: EventId, seq: u64| Recorded {
        id: id(n),
        leader: Some(leader),
        seq,
        at: at(9),
        lap: None,
        event: Event::cleared(prompt(1)),
    };
    for leader in [id(77), id(1002)] {
        assert_eq!(session.apply(member(5, leader, 2)), Err(ReplayError::NoSuchLeader { seq: 2 }));
    }
    session.apply(member(5, id(1001), 2)).unwrap();
    let undone = Recorded {
        id: id(6),
        leader: None,
        seq: 3,
        at: at(9),
        lap: None,
        event: Event::Undone { event: id(5) },
    };
    assert_eq!(session.apply(undone), Err(ReplayError::NoSuchChange { seq: 3 }), "only the whole decision");
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(session.verdict(prompt(1)), Verdict::Untested);
    assert_eq!(act(&mut session, Command::Undo), Err(Refusal::NothingToUndo));
}

#[test]
fn the_latest_mark_counts_and_undo_goes_back_one_by_one() {
    let mut session = session();
    for verdict in [Verdict::Fail, Verdict::Pass, Verdict::Skip] {
        act(&mut session, mark(1, verdict)).unwrap();
    }
    for expected in [Verdict::Pass, Verdict::Fail, Verdict::Untested] {
        act(&mut session, Command::Undo).unwrap();
        assert_eq!(session.verdict(prompt(1)), expected);
    }
    assert_eq!(act(&mut session, Command::Undo), Err(Refusal::NothingToUndo));
    act(&mut session, Command::Redo).unwrap();
    assert_eq!(session.verdict(prompt(1)), Verdict::Fail);
    act(&mut session, mark(2, Verdict::Pass)).unwrap();
    assert_eq!(act(&mut session, Command::Redo), Err(Refusal::NothingToRedo));
}

#[test]
fn closing_twice_is_refused() {
    let mut session = session();
    assert_eq!(act(&mut session, Command::Reopen), Err(Refusal::SessionOpen));
    act(&mut session, Command::Close).unwrap();
    for command in [Command::Close, mark(1, Verdict::Pass), Command::Undo, note("x")] {
        assert_eq!(act(&mut session, command), Err(Refusal::SessionClosed));
    }
    act(&mut session, Command::Reopen).unwrap();
    act(&mut session, mark(1, Verdict::Pass)).unwrap();
}

#[test]
fn what_says_nothing_is_refused() {
    let mut session = session();
    assert_eq!(act(&mut session, Command::Clear { prompt: prompt(1) }), Err(Refusal::NothingToClear));
    assert_eq!(act(&mut session, mark(1, Verdict::Untested)), Err(Refusal::UntestedIsNoMark));
    assert_eq!(act(&mut session, note(" \n")), Err(Refusal::EmptyNote));
    assert_eq!(act(&mut session, note(&"x".repeat(MAX_NOTE_CHARS + 1))), Err(Refusal::NoteTooLong));
    assert_eq!(session, self::session());
}

#[test]
fn an_event_that_cannot_follow_changes_nothing() {
    let mut session = session();
    act(&mut session, mark(1, Verdict::Pass)).unwrap();
    let before = session.clone();
    let recorded = |seq: u64, event: Event| Recorded {
        id: EventId(Uuid::nil()),
        leader: None,
        seq,
        at: at(9),
        lap: None,
        event,
    };
    let unknown = EventId(Uuid::from_u128(77));
    for (bad, error) in [
        (recorded(3, Event::SessionClosed), ReplayError::OutOfSequence { expected: 2, found: 3 }),
        (recorded(2, Event::Undone { event: unknown }), ReplayError::NoSuchChange { seq: 2 }),
        (
            recorded(2, Event::SessionStarted(before.start().clone().into())),
            ReplayError::StartedTwice { seq: 2 },
        ),
    ] {
        assert_eq!(session.apply(bad), Err(error));
        assert_eq!(session, before);
    }
}

#[test]
fn breaks_and_clocks_that_step_back_are_no_walking() {
    assert_eq!(unmeasured_ms(at(0), at(1000)), 1000);
    assert_eq!(unmeasured_ms(at(1000), at(0)), 0);
    assert_eq!(unmeasured_ms(at(0), at(clock::LONGEST_GAP_MS as i64 + 1)), 0);
}

/// Each case: what happened, its lap, and what the times are then in seconds: testing, bug investigation, set-up, off
/// charter, paused.
#[test]
fn time_goes_to_what_was_done_until_the_event() {
    let bug = || note("it breaks");
    let cases: [(Command, (u64, u64), [u64; 5]); 13] = [
        (mark(1, Verdict::Pass), (10, 0), [10, 0, 0, 0, 0]),
        (Command::Undo, (5, 0), [15, 0, 0, 0, 0]),
        (Command::Switch(Activity::SetUp), (5, 0), [20, 0, 0, 0, 0]),
        (bug(), (30, 10), [20, 10, 20, 0, 0]),
        (Command::Pause, (7, 0), [20, 10, 27, 0, 0]),
        (Command::Resume, (100, 0), [20, 10, 27, 0, 100]),
        (Command::Pause, (3, 0), [20, 10, 30, 0, 100]),
        // Who marks or writes is at work again, and wrote during what would have been the pause.
        (bug(), (50, 20), [20, 30, 30, 0, 130]),
        (Command::Pause, (0, 0), [20, 30, 30, 0, 130]),
        (Command::Switch(Activity::OffCharter), (9, 0), [20, 30, 30, 0, 139]),
        (Command::ExplainAway { ms: 600_000, was: Away::Break }, (1, 0), [20, 30, 30, 1, 739]),
        (Command::ExplainAway { ms: 60_000, was: Away::Work }, (1, 0), [20, 30, 30, 62, 739]),
        (Command::Close, (8, 0), [20, 30, 30, 70, 739]),
    ];
    let mut session = session();
    for (n, (command, (lap_s, writing_s), expected)) in cases.into_iter().enumerate() {
        let lap = Lap { ms: lap_s * 1000, writing_ms: writing_s * 1000 };
        // The wall clock says something else each time.
        let when = Moment { at: at((n as i64 - 6) * 86_400_000), lap: Some(lap) };
        act_at(&mut session, command.clone(), when).unwrap();
        let [testing, bug, set_up, off, paused] = expected.map(|s| s * 1000);
        assert_eq!(session.times(), Times::new([testing, bug, set_up, off], paused), "{n}: {command:?}");
    }
    let before = session.times();
    let answer = Command::Answer { question: Question::Past, answer: "went well".to_owned() };
    for command in [answer, Command::Reopen] {
        act_at(&mut session, command, Moment { at: at(0), lap: Some(Lap::of(99_000)) }).unwrap();
        assert_eq!(session.times(), before, "the time of a finished session is nobody's");
    }
}

#[test]
fn a_pause_is_nothing_to_undo_and_a_charter_is() {
    let mut session = session();
    act(&mut session, Command::SetCharter(Some(" Explore the cart\n with two tabs ".to_owned()))).unwrap();
    assert_eq!(session.charter(), Some("Explore the cart with two tabs"));
    act(&mut session, Command::SetTimeBox(Some(5_400_000))).unwrap();
    act(&mut session, Command::Switch(Activity::SetUp)).unwrap();
    act(&mut session, Command::Pause).unwrap();
    assert_eq!(act(&mut session, Command::Pause), Err(Refusal::PausedAlready));
    let top = session.changes[*session.undoable.last().unwrap() as usize].event;
    assert_eq!(session.subject_of(top), Subject::TimeBox);
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(session.time_box_ms(), None);
    assert!(session.is_paused() && session.activity() == Activity::SetUp);
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(session.charter(), None);
    assert_eq!(act(&mut session, Command::Undo), Err(Refusal::NothingToUndo));
    act(&mut session, Command::Redo).unwrap();
    assert_eq!(session.charter(), Some("Explore the cart with two tabs"));
}

#[test]
fn what_cannot_be_about_time_charter_or_debrief_is_refused() {
    let mut session = session();
    let answer = |text: &str| Command::Answer { question: Question::Past, answer: text.to_owned() };
    for (command, refusal) in [
        (Command::Resume, Refusal::NotPaused),
        (Command::Switch(Activity::Testing), Refusal::NothingToChange),
        (Command::SetCharter(Some(" ".to_owned())), Refusal::NothingToChange),
        (Command::SetCharter(Some("x".repeat(MAX_CHARTER_CHARS + 1))), Refusal::CharterTooLong),
        (Command::SetTimeBox(Some(999)), Refusal::EmptyTimeBox),
        (Command::SetTimeBox(None), Refusal::NothingToChange),
        (Command::ExplainAway { ms: 0, was: Away::Break }, Refusal::NothingToChange),
        (answer(" "), Refusal::NothingToChange),
        (answer(&"x".repeat(MAX_NOTE_CHARS + 1)), Refusal::AnswerTooLong),
    ] {
        assert_eq!(session.decide(command), Err(refusal));
    }
    act(&mut session, Command::SetTimeBox(Some(u64::MAX))).unwrap();
    assert_eq!(session.time_box_ms(), Some(LONGEST_BOX_MS));
    assert_eq!(act(&mut session, Command::SetTimeBox(Some(u64::MAX))), Err(Refusal::NothingToChange));
    act(&mut session, Command::Close).unwrap();
    assert_eq!(act(&mut session, Command::Pause), Err(Refusal::SessionClosed));
    act(&mut session, answer("It went well.\n")).unwrap();
    assert_eq!(session.debrief().collect::<Vec<_>>(), [(Question::Past, "It went well.")]);
}

fn command() -> impl Generator<Value = Command> {
    let verdict = proptest::sample::select(&Verdict::ALL[1..]);
    prop_oneof![
        5 => (0..4_u128, verdict).prop_map(|(n, verdict)| mark(n, verdict)),
        2 => (0..4_u128).prop_map(|n| Command::Clear { prompt: prompt(n) }),
        2 => (0..4_u128).prop_map(|by| Command::Block { judged: vec![judged(by + 1), judged(by + 2)], by: prompt(by) }),
        2 => (0..4_u128, 0..2).prop_map(|(n, real)| {
            let state = if real == 0 { ComponentState::Real } else { ComponentState::fake("stub") };
            Command::SetComponents(vec![("cart".to_owned(), ComponentState::Real), (format!("part {n}"), state)])
        }),
        1 => "[ab]?".prop_map(|build| Command::SetFields(vec![("build".to_owned(), Some(build))])),
        1 => "[ab]?".prop_map(|charter| Command::SetCharter(Some(charter))),
        1 => proptest::option::of(1000..1003_u64).prop_map(Command::SetTimeBox),
        1 => (proptest::sample::select(&Question::ALL[..2]), "[ab]?")
            .prop_map(|(question, answer)| Command::Answer { question, answer }),
        2 => "[a-z]{1,5}".prop_map(|text| note(&text)),
        3 => Just(Command::Undo),
        2 => Just(Command::Redo),
    ]
}

/// What a tester may do, what is about time included.
fn timed_command() -> impl Generator<Value = Command> {
    let was = proptest::sample::select(vec![Away::Break, Away::Work]);
    prop_oneof![
        6 => command(),
        2 => proptest::sample::select(&Activity::ALL[..]).prop_map(Command::Switch),
        1 => Just(Command::Pause),
        1 => Just(Command::Resume),
        1 => (0..5_000_000_u64, was).prop_map(|(ms, was)| Command::ExplainAway { ms, was }),
        1 => Just(Command::Close),
        1 => Just(Command::Reopen),
    ]
}

/// What a clock shows that somebody sets, in milliseconds: a little later, an hour back, ten years back and on, beyond
/// 2038, and both nights in which summer time begins or ends; with the offsets of those.
fn stepping_clock() -> impl Generator<Value = Timestamp> {
    const HOUR_MS: i64 = 3_600_000;
    const NOON_MS: i64 = 1_795_442_531_000;
    let base = prop_oneof![
        4 => Just((NOON_MS, 60)),
        1 => Just((NOON_MS - HOUR_MS, 60)),
        1 => Just((NOON_MS - 10 * 365 * 24 * HOUR_MS, 60)),
        1 => Just((NOON_MS + 10 * 365 * 24 * HOUR_MS, 60)),
        1 => Just((2_147_483_647_000, 60)),
        // 25 October 2026 and 28 March 2027 around one in the morning UTC, on both sides of the change.
        1 => proptest::sample::select(vec![(1_792_889_998_000, 120), (1_792_890_002_000, 60)]),
        1 => proptest::sample::select(vec![(1_806_195_598_000, 60), (1_806_195_602_000, 120)]),
    ];
    (base, 0..60_000_i64)
        .prop_map(|((ms, offset_min), after_ms)| Timestamp::from_unix_ms(ms + after_ms, offset_min).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undo_restores_what_was_seen_before_any_command(commands in proptest::collection::vec(command(), 0..40)) {
        let mut session = session();
        for command in commands {
            let before = seen(&session);
            let undoes = command == Command::Undo;
            if act(&mut session, command).is_err() {
                prop_assert_eq!(seen(&session), before);
                continue;
            }
            let mut again = session.clone();
            act(&mut again, if undoes { Command::Redo } else { Command::Undo }).unwrap();
            prop_assert_eq!(seen(&again), before);
        }
    }

    #[test]
    fn nothing_but_a_time_of_day_depends_on_the_wall_clock(
        steps in proptest::collection::vec(
            (timed_command(), 0..2_000_000_u64, 0..2_000_000_u64, stepping_clock(), stepping_clock()), 0..40
        )
    ) {
        let (mut one, mut other) = (session(), session());
        for (command, ms, writing_ms, at_one, at_other) in steps {
            let lap = Some(Lap { ms, writing_ms: writing_ms.min(ms) });
            let before = one.times();
            let decided = act_at(&mut one, command.clone(), Moment { at: at_one, lap });
            prop_assert_eq!(act_at(&mut other, command, Moment { at: at_other, lap }), decided);
            prop_assert_eq!(seen(&one), seen(&other));
            prop_assert_eq!(one.clock(), other.clock());
            prop_assert_eq!((one.is_open(), one.next_undo(), one.next_redo()), (other.is_open(), other.next_undo(), other.next_redo()));
            for activity in Activity::ALL {
                prop_assert!(one.activity_ms(activity) >= before.of(activity));
            }
            prop_assert!(one.times().paused_ms() >= before.paused_ms());
        }
    }

    #[test]
    fn what_nobody_measured_costs_a_quarter_of_an_hour_at_most(
        steps in proptest::collection::vec((timed_command(), stepping_clock()), 0..40)
    ) {
        let mut session = session();
        for (command, at) in steps {
            let before = session.times();
            let away_ms = match command { Command::ExplainAway { ms, .. } => ms, _ => 0 };
            if act_at(&mut session, command, at.into()).is_err() {
                continue;
            }
            let all_ms = |times: Times| times.walking_ms() + times.paused_ms();
            let gained_ms = all_ms(session.times()) - all_ms(before);
            prop_assert!(gained_ms <= clock::LONGEST_GAP_MS + away_ms, "{gained_ms}");
        }
    }

    #[test]
    fn all_undone_is_untested_and_all_redone_is_as_before(commands in proptest::collection::vec(command(), 0..40)) {
        let mut session = session();
        for command in commands {
            let _ = act(&mut session, command);
        }
        let end = seen(&session);
        let redoable = session.redoable.len();
        while act(&mut session, Command::Undo).is_ok() {}
        prop_assert_eq!(seen(&session), Default::default());
        while session.redoable.len() > redoable {
            act(&mut session, Command::Redo).unwrap();
        }
        prop_assert_eq!(seen(&session), end);
    }
}

#[test]
fn the_marks_that_a_mark_took_the_place_of_are_known_until_a_clear() {
    let mut session = session();
    let verdicts =
        |session: &Session| session.marks_since_clear(prompt(1)).map(|mark| mark.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&session), []);
    for verdict in [Verdict::Pass, Verdict::Blocked, Verdict::Fail] {
        act(&mut session, mark(1, verdict)).unwrap();
        act(&mut session, mark(2, Verdict::Skip)).unwrap();
    }
    assert_eq!(verdicts(&session), [Verdict::Fail, Verdict::Blocked, Verdict::Pass]);
    // What was taken back did not happen.
    act(&mut session, Command::Undo).unwrap();
    act(&mut session, Command::Undo).unwrap();
    assert_eq!(verdicts(&session), [Verdict::Blocked, Verdict::Pass]);
    act(&mut session, Command::Clear { prompt: prompt(1) }).unwrap();
    act(&mut session, mark(1, Verdict::Fail)).unwrap();
    assert_eq!(verdicts(&session), [Verdict::Fail]);
}

/// Events are handed on by value, a million of them for a report.
#[test]
fn an_event_stays_small() {
    assert!(size_of::<Event>() <= 96, "{}", size_of::<Event>());
}
