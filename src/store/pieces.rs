//! A long value read from the database in pieces, while another thread makes something of them.
//!
//! Reading waits for the system and for copies in memory; what is made of a plan of 100,000 prompts takes as long again.

use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

/// Little enough to stay in a processor's cache, and enough for the other thread to be woken seldom: that takes as long as
/// reading ten pages.
const PIECE_BYTES: usize = 256 * 1024;
/// So many pieces are on their way at once.
const PIECES: usize = 2;
/// Below, starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 512 * 1024;

/// There are no more bytes: the value ended, or could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EndedEarly;

/// Bytes in their order, from the thread that reads them.
pub(super) struct Pieces {
    read: Receiver<Vec<u8>>,
    /// Where pieces go back that were taken, to be filled again.
    taken_whole: Sender<Vec<u8>>,
    now: Vec<u8>,
    /// How much of `now` was taken.
    taken: usize,
}

impl Pieces {
    /// Puts the next bytes into `into`.
    pub(super) fn fill(&mut self, mut into: &mut [u8]) -> Result<(), EndedEarly> {
        while !into.is_empty() {
            if self.taken == self.now.len() {
                let next = self.read.recv().map_err(|_| EndedEarly)?;
                // Nobody may read any more.
                let _ = self.taken_whole.send(std::mem::replace(&mut self.now, next));
                self.taken = 0;
            }
            let len = into.len().min(self.now.len() - self.taken);
            let (here, later) = into.split_at_mut(len);
            here.copy_from_slice(&self.now[self.taken..self.taken + len]);
            self.taken += len;
            into = later;
        }
        Ok(())
    }
}

/// Reads `len` bytes by `read`, which fills a slice with what stands at a place, and gives them to `take`; then what
/// `take` made of them, or what `read` failed with. `take` may take less; all is read, since `read` may look at it too.
///
/// # Errors
///
/// What `read` failed with; what `take` made of what came before is dropped then.
pub(super) fn read<T: Send, E>(
    len: usize,
    mut read: impl FnMut(&mut [u8], usize) -> Result<(), E>,
    take: impl Fn(&mut Pieces) -> T + Sync,
) -> Result<T, E> {
    let is_long = len >= WORTH_A_THREAD;
    // Where one thread does both, all pieces wait for it.
    let (send, receive) = sync_channel(if is_long { PIECES } else { len.div_ceil(PIECE_BYTES) });
    let (taken_whole, spare) = channel();
    let mut pieces = Pieces { read: receive, taken_whole, now: Vec::new(), taken: 0 };
    let send_all = move || {
        for at in (0..len).step_by(PIECE_BYTES) {
            let mut piece = spare.try_recv().unwrap_or_default();
            piece.resize(PIECE_BYTES.min(len - at), 0);
            read(&mut piece, at)?;
            // Nobody may take any more.
            let _ = send.send(piece);
        }
        Ok(())
    };
    if !is_long {
        let mut send_all = send_all;
        send_all()?;
        drop(send_all);
        return Ok(take(&mut pieces));
    }
    thread::scope(|scope| {
        // The pieces end with the thread, so that nobody waits for one that takes no more of them.
        let take = &take;
        let taken = scope.spawn(move || take(&mut pieces));
        let mut send_all = send_all;
        let sent = send_all();
        drop(send_all);
        let taken = match taken.join() {
            Ok(taken) => taken,
            // Whoever is above decides what a panic is worth.
            Err(panic) => std::panic::resume_unwind(panic),
        };
        sent.map(|()| taken)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes all of a value of `len` bytes that fails to be read from `bad` on, by slices of uneven lengths.
    fn taken(len: usize, bad: usize) -> Result<Vec<u8>, &'static str> {
        let read_at = |into: &mut [u8], at: usize| {
            if at + into.len() > bad {
                return Err("bad");
            }
            into.iter_mut().enumerate().for_each(|(idx, byte)| *byte = ((at + idx) % 251) as u8);
            Ok(())
        };
        read(len, read_at, |pieces| {
            let mut all = Vec::new();
            for step in (1..100_000).cycle().step_by(997) {
                let mut slice = vec![0; step.min(len - all.len())];
                if slice.is_empty() || pieces.fill(&mut slice).is_err() {
                    break;
                }
                all.append(&mut slice);
            }
            all
        })
    }

    #[test]
    fn all_bytes_come_in_their_order() {
        for len in
            [0, 1, PIECE_BYTES, PIECE_BYTES + 1, WORTH_A_THREAD - 1, WORTH_A_THREAD, 5 * WORTH_A_THREAD + 3]
        {
            let all: Vec<u8> = (0..len).map(|idx| (idx % 251) as u8).collect();
            assert!(taken(len, len) == Ok(all), "{len}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_not_the_end() {
        for len in [10, WORTH_A_THREAD * 3] {
            for bad in [0, len / 2, len - 1] {
                assert!(taken(len, bad) == Err("bad"), "{len} {bad}");
            }
        }
    }

    #[test]
    fn more_than_there_is_is_not_waited_for() {
        for len in [0, 10, WORTH_A_THREAD * 3] {
            let all = read(len, |_, _| Ok::<_, ()>(()), |pieces| pieces.fill(&mut vec![0; len + 1]));
            assert_eq!(all, Ok(Err(EndedEarly)), "{len}");
        }
    }

    #[test]
    fn less_than_there_is_may_be_taken() {
        let none = read(WORTH_A_THREAD * 3, |_, _| Ok::<_, ()>(()), |_| ());
        assert_eq!(none, Ok(()));
    }
}
