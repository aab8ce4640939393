//! Reports over more sessions than one thread reads: the same bytes and the same failures as from one after the other.

use std::io::{self, Write};
use std::sync::Arc;

use seamwalk::domain::history::PastMark;
use seamwalk::domain::id::{PlanId, PromptId};
use seamwalk::domain::report::Walked;
use seamwalk::domain::revision::Revision;
use seamwalk::domain::session::{Event, Fresh, NoteKind, Recorded};
use seamwalk::domain::verdict::Verdict;
use seamwalk::format::report::{self, Extent, Failure, Form, Named, Sessions};
use seamwalk::reporting::{ReportError, Stored};

use super::fixture::{Shop, at, session_id};

const SESSIONS: u8 = 9;
/// Enough in all for a second thread.
const EVENTS: usize = 700;

/// Reads one session after the other, as [`Sessions::read_each`] does where nobody knows better.
struct OneByOne<'s>(Stored<'s>);

impl Sessions for OneByOne<'_> {
    fn named(&self) -> &[Named] {
        self.0.named()
    }

    fn read(&mut self, number_idx: usize) -> Result<Walked, Failure> {
        self.0.read(number_idx)
    }

    fn read_before(&mut self, number_idx: usize) -> Result<Option<Walked>, Failure> {
        self.0.read_before(number_idx)
    }

    fn visit_events(
        &mut self,
        number_idx: usize,
        last_seq: u64,
        visit: &mut dyn FnMut(&Recorded) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.0.visit_events(number_idx, last_seq, visit)
    }

    fn in_order(&mut self, plan: PlanId) -> Result<Vec<usize>, Failure> {
        self.0.in_order(plan)
    }

    fn marks(&mut self, plan: PlanId, prompts: &[PromptId]) -> Result<Vec<Vec<PastMark>>, Failure> {
        self.0.marks(plan, prompts)
    }

    fn newest_state(&mut self, plan: PlanId) -> Result<Arc<Revision>, Failure> {
        self.0.newest_state(plan)
    }
}

/// A shop whose sessions judge every prompt again and again, each in its own way.
fn walked_often() -> Shop {
    let mut shop = Shop::new();
    let prompts: Vec<(PromptId, String)> =
        shop.revision().prompts().map(|(id, node)| (id, node.text().to_owned())).collect();
    for n in 1..=SESSIONS {
        shop.start(n, shop.start_of(["ana", "bo"][usize::from(n) % 2]), i64::from(n) * 86_400);
        let batch: Vec<Fresh> = (0..EVENTS)
            .map(|place| {
                let (prompt, wording) = &prompts[place * 5 % prompts.len()];
                let event = match (place + usize::from(n)) % 7 {
                    0 => shop.note(NoteKind::Bug, &format!("note {place}, =1+1"), Some(&wording[..8])),
                    1 => Event::cleared(*prompt),
                    k => Event::verdict(*prompt, Verdict::ALL[1 + k % 5], wording.as_str()),
                };
                let at = at(i64::from(n) * 86_400 + place as i64);
                Fresh { id: shop.event_id(), leader: None, at, lap: None, event }
            })
            .collect();
        shop.store.append(session_id(n), 0, &batch).unwrap();
    }
    shop
}

fn stored(shop: &Shop) -> Stored<'_> {
    let ids: Vec<_> = (1..=SESSIONS).map(session_id).collect();
    Stored::new(&shop.store, &ids).unwrap()
}

/// The report in `form`, by two threads if there are two processors, and by one.
fn both_ways(shop: &Shop, form: Form) -> [Result<Vec<u8>, String>; 2] {
    // What makes the two ways differ.
    assert!(shop.store.another().is_ok());
    assert!(u64::from(SESSIONS) * EVENTS as u64 > seamwalk::reporting::WORTH_A_CONNECTION);
    let mut out = Vec::new();
    let abreast = stored(shop).write(form, Extent::Usual, &mut out).map(|()| out);
    let mut out = Vec::new();
    let one_by_one = report::write(form, Extent::Usual, &mut OneByOne(stored(shop)), &mut out).map(|()| out);
    [abreast.map_err(|error| error.to_string()), one_by_one.map_err(|error| error.to_string())]
}

#[test]
fn sessions_read_two_at_a_time_give_the_same_report() {
    let shop = walked_often();
    for form in Form::ALL.into_iter().filter(|form| form.takes_several()) {
        let [abreast, one_by_one] = both_ways(&shop, form);
        let abreast = abreast.unwrap();
        assert!(abreast.len() > 5_000, "{form:?}");
        assert!(abreast == one_by_one.unwrap(), "{form:?}");
    }
}

/// Takes so many bytes and no more.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_long_table_has_the_rows_of_its_plan_in_order_as_far_as_it_can_be_written() {
    const PROMPTS: usize = 3_000;
    let prompts: String = (0..PROMPTS).map(|n| format!("- Prompt {n}, as it is\n")).collect();
    let mut shop = Shop::of(&format!("# Long\n\n{prompts}"));
    for n in 1..=SESSIONS {
        shop.start(n, shop.start_of("ana"), i64::from(n) * 60);
    }
    let write = |out: &mut dyn Write| stored(&shop).write(Form::Csv, Extent::Usual, out);
    let mut table = Vec::new();
    write(&mut table).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    let said: Vec<&str> = rows.iter().map(|row| &row[2]).collect();
    let expected: Vec<String> = (0..PROMPTS).map(|n| format!("Prompt {n}, as it is")).collect();
    assert_eq!(said, expected);
    // Whoever makes what cannot be written is not waited for.
    for room in [0, 2_000, table.len() / 2, table.len() - 1] {
        let error = write(&mut Full(room)).unwrap_err();
        assert!(matches!(error, ReportError::Output(_)), "{room}: {error}");
    }
    write(&mut Full(table.len())).unwrap();
}

#[test]
fn damage_in_the_middle_is_named_as_the_first_that_a_reader_meets() {
    let shop = walked_often();
    let database = rusqlite::Connection::open(shop.store.path()).unwrap();
    let change = |n: u8, seq: usize| {
        let sql = "UPDATE event SET at_ms = at_ms + 1 WHERE session_id = ?1 AND seq = ?2";
        assert_eq!(database.execute(sql, rusqlite::params![session_id(n).0, seq as i64]).unwrap(), 1);
    };
    // The one behind is met sooner by who begins both at once.
    change(5, EVENTS - 1);
    change(6, 3);
    for form in [Form::Csv, Form::Html, Form::Testpad, Form::Junit] {
        let [abreast, one_by_one] = both_ways(&shop, form).map(Result::unwrap_err);
        assert!(abreast.contains(&format!("event {}", EVENTS - 1)), "{abreast}");
        assert!(abreast.contains(&session_id(5).to_string()), "{abreast}");
        assert_eq!(abreast, one_by_one, "{form:?}");
    }
}
