//! Numbered pieces of work, done by two threads, each with one piece in hand at a time.
//!
//! The second thread's reason was measured: nearly all the time of a report over a hundred sessions of 10,000 marks goes into
//! reading them, session by session, and none needs another. Knows neither sessions nor reports.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::format::report::{Failure, Turn};

/// Does the pieces from 0 to `count`, the next one by whoever is free: `here` on this thread, `there` on another. Each is
/// told the piece's number and how to wait for those before it.
///
/// # Errors
///
/// Of the pieces that failed, the failure of the first: those before it are done, and none behind it is begun any more. A
/// panic on the other thread is a failure of its piece.
pub(super) fn abreast<H, T>(count: usize, mut here: H, mut there: T) -> Result<(), Failure>
where
    H: FnMut(usize, &dyn Turn) -> Result<(), Failure>,
    T: FnMut(usize, &dyn Turn) -> Result<(), Failure> + Send,
{
    let pieces = Pieces::new(count);
    thread::scope(|scope| {
        let other = || while pieces.work_on_next(&mut there) {};
        // Without another thread this one does them all. A panic there has left its word among the pieces.
        let other = thread::Builder::new().name("report".to_owned()).spawn_scoped(scope, other).ok();
        while pieces.work_on_next(&mut here) {}
        other.map(thread::ScopedJoinHandle::join);
    });
    pieces.outcome()
}

/// Does the pieces from 0 to `count` on this thread, one after the other.
///
/// # Errors
///
/// As [`abreast`].
pub(super) fn alone(
    count: usize,
    mut work: impl FnMut(usize, &dyn Turn) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let pieces = Pieces::new(count);
    while pieces.work_on_next(&mut work) {}
    pieces.outcome()
}

/// Which pieces are begun and done.
struct Pieces {
    count: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The first that nobody has begun.
    next: usize,
    /// All before this one are done.
    done: usize,
    /// Done behind one that is not.
    done_ahead: Vec<usize>,
    failed: Option<(usize, Failure)>,
}

impl Pieces {
    fn new(count: usize) -> Self {
        Self { count, state: Mutex::default(), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the next piece; false if there is none, or one failed.
    fn work_on_next(&self, work: &mut impl FnMut(usize, &dyn Turn) -> Result<(), Failure>) -> bool {
        let Some(mut piece) = self.begin() else { return false };
        let done = work(piece.number, &piece);
        piece.end = Some(done);
        true
    }

    fn begin(&self) -> Option<Piece<'_>> {
        let mut state = self.state();
        let number = Some(state.next).filter(|next| *next < self.count && state.failed.is_none())?;
        state.next += 1;
        Some(Piece { pieces: self, number, end: None })
    }

    fn outcome(self) -> Result<(), Failure> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.failed.map_or(Ok(()), |(_, failure)| Err(failure))
    }
}

/// A piece in hand.
struct Piece<'p> {
    pieces: &'p Pieces,
    number: usize,
    /// How it ended; `None` until then, and after a panic.
    end: Option<Result<(), Failure>>,
}

impl Turn for Piece<'_> {
    fn wait(&self) -> Result<(), Failure> {
        let has_failed = |state: &State| state.failed.as_ref().is_some_and(|(first, _)| *first < self.number);
        let is_waiting = |state: &mut State| state.done < self.number && !has_failed(state);
        let state = self.pieces.state();
        let state = self.pieces.changed.wait_while(state, is_waiting).unwrap_or_else(PoisonError::into_inner);
        // One before this one failed, and its failure is the one that is told.
        if state.done < self.number { Err(defect()) } else { Ok(()) }
    }
}

/// Says how it ended also when it ends by a panic, so that nobody waits for it for ever.
impl Drop for Piece<'_> {
    fn drop(&mut self) {
        let mut state = self.pieces.state();
        match self.end.take().unwrap_or_else(|| Err(defect())) {
            Ok(()) => {
                state.done_ahead.push(self.number);
                while let Some(at) = state.done_ahead.iter().position(|number| *number == state.done) {
                    state.done_ahead.swap_remove(at);
                    state.done += 1;
                }
            }
            Err(failure) => {
                if state.failed.as_ref().is_none_or(|(first, _)| self.number < *first) {
                    state.failed = Some((self.number, failure));
                }
            }
        }
        self.pieces.changed.notify_all();
    }
}

/// What is said of a panic, which has told its own story by then.
fn defect() -> Failure {
    Failure::Refused("seamwalk failed while it read the sessions, and this is a defect of it".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn failure(why: &str) -> Failure {
        Failure::Refused(why.to_owned())
    }

    fn why(outcome: Result<(), Failure>) -> String {
        outcome.unwrap_err().to_string()
    }

    #[test]
    fn each_piece_is_done_once_and_in_turn_by_two_at_most() {
        const COUNT: usize = 500;
        let (done, in_hand, most) = (Mutex::new(Vec::new()), AtomicUsize::new(0), AtomicUsize::new(0));
        // The first two are in hand at the same time, or this never ends.
        let both = Barrier::new(2);
        let work = |number: usize, turn: &dyn Turn| {
            most.fetch_max(in_hand.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            if number < 2 {
                both.wait();
            }
            turn.wait()?;
            done.lock().unwrap().push(number);
            in_hand.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        abreast(COUNT, work, work).unwrap();
        assert_eq!(done.into_inner().unwrap(), (0..COUNT).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), 2);
    }

    #[test]
    fn alone_they_are_done_in_order_up_to_the_first_that_fails() {
        let mut done = Vec::new();
        let outcome = alone(5, |number, turn| {
            turn.wait()?;
            done.push(number);
            if number == 3 { Err(failure("3")) } else { Ok(()) }
        });
        assert_eq!((why(outcome), done), ("3".to_owned(), vec![0, 1, 2, 3]));
        alone(0, |_, _| Err(failure("none"))).unwrap();
    }

    /// The first two of some pieces, both in hand.
    fn two_of(pieces: &Pieces) -> [Piece<'_>; 2] {
        [pieces.begin().unwrap(), pieces.begin().unwrap()]
    }

    fn end(mut piece: Piece<'_>, how: Result<(), Failure>) {
        piece.end = Some(how);
    }

    #[test]
    fn the_failure_of_the_first_piece_is_told_whichever_failed_first() {
        let pieces = Pieces::new(9);
        let [first, second] = two_of(&pieces);
        end(second, Err(failure("second")));
        assert!(pieces.begin().is_none(), "none is begun after a failure");
        // What comes before it is finished in its turn, and may fail as well.
        first.wait().unwrap();
        end(first, Err(failure("first")));
        assert_eq!(why(pieces.outcome()), "first");

        let pieces = Pieces::new(9);
        let [first, second] = two_of(&pieces);
        end(second, Err(failure("second")));
        end(first, Ok(()));
        assert_eq!(why(pieces.outcome()), "second");
    }

    #[test]
    fn who_waits_for_one_that_failed_gives_up() {
        let pieces = Pieces::new(9);
        let [first, second] = two_of(&pieces);
        end(first, Err(failure("first")));
        let given_up = second.wait();
        assert!(given_up.is_err());
        end(second, given_up);
        assert_eq!(why(pieces.outcome()), "first");
    }

    #[test]
    fn a_panic_on_the_other_thread_is_a_failure_and_nobody_waits_for_ever() {
        let both = Barrier::new(2);
        let outcome = abreast(
            2,
            |_, turn| {
                both.wait();
                turn.wait()
            },
            |_, _| {
                both.wait();
                // As a panic is, without its message among those of the tests.
                std::panic::resume_unwind(Box::new("a defect"))
            },
        );
        assert_eq!(why(outcome), defect().to_string());
    }
}
