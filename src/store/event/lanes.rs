//! BLAKE3 of a few short texts side by side.
//!
//! The hash of one text is a chain in which each step waits for the one before it, so that a processor idles through
//! most of it: a third of a report over a million marks. Several chains at once fill the gaps, and compilers make
//! vectors of them: half the time. The crate offers this for one long text only.
//!
//! Nothing rests on this being right: what it confirms is equal to the hash that was stored, and what it does not
//! confirm is hashed by the crate before anything is said of it.

/// So many texts at once: as many numbers as the narrowest vectors have that processors of today have.
pub(super) const LANES: usize = 4;

/// Longer texts are trees of chunks.
const MOST_BYTES: usize = 1024;

const BLOCK_BYTES: usize = 64;

/// What a block is, among the inputs of its compression (section 2.1 of the specification).
const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 1 << 1;
const ROOT: u32 = 1 << 3;
const DERIVE_KEY_MATERIAL: u32 = 1 << 6;

const IV: [u32; 4] = [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A];

/// Which word of the block comes where, round by round: each takes them in the order that the one before left.
const ORDERS: [[usize; 16]; 7] = {
    const NEXT: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
    let mut orders = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]; 7];
    let mut round = 1;
    while round < 7 {
        let mut place = 0;
        while place < 16 {
            orders[round][place] = orders[round - 1][NEXT[place]];
            place += 1;
        }
        round += 1;
    }
    orders
};

/// A word of each text.
type Words = [u32; LANES];

/// As [`blake3::derive_key`], of each text with `key` as the hash of the context; `None` for one that is longer than a
/// chunk.
pub(super) fn derived(key: &[u8; 32], texts: [&[u8]; LANES]) -> [Option<[u8; 32]>; LANES] {
    let texts = texts.map(|text| Some(text).filter(|text| text.len() <= MOST_BYTES));
    let blocks = texts.map(|text| text.map_or(0, |text| text.len().div_ceil(BLOCK_BYTES).max(1)));
    let mut chained: [Words; 8] = words(key).map(|word| [word; LANES]);
    let mut found = [None; LANES];
    for number in 0..blocks.into_iter().max().unwrap_or(0) {
        let mut message = [[0; LANES]; 16];
        let mut lens = [0; LANES];
        let mut flags = [0; LANES];
        for lane in 0..LANES {
            let Some(text) = texts[lane].filter(|_| number < blocks[lane]) else { continue };
            let rest = &text[number * BLOCK_BYTES..];
            let values = match rest.first_chunk() {
                Some(block) => words::<BLOCK_BYTES, 16>(block),
                None => {
                    let mut block = [0; BLOCK_BYTES];
                    block[..rest.len()].copy_from_slice(rest);
                    words(&block)
                }
            };
            for (word, value) in message.iter_mut().zip(values) {
                word[lane] = value;
            }
            lens[lane] = rest.len().min(BLOCK_BYTES) as u32;
            let start = if number == 0 { CHUNK_START } else { 0 };
            let end = if number + 1 == blocks[lane] { CHUNK_END | ROOT } else { 0 };
            flags[lane] = DERIVE_KEY_MATERIAL | start | end;
        }
        chained = compressed(&chained, &message, &lens, &flags);
        // A text that ended earlier is compressed on with the others, and nobody looks at it.
        for lane in (0..LANES).filter(|lane| number + 1 == blocks[*lane]) {
            let mut hash = [0; 32];
            for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(&chained) {
                *bytes = word[lane].to_le_bytes();
            }
            found[lane] = Some(hash);
        }
    }
    found
}

/// The words of a block or a key.
fn words<const BYTES: usize, const WORDS: usize>(bytes: &[u8; BYTES]) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

/// One compression of each text, straight on from its first round to its last: in this shape a compiler takes the lanes
/// for the elements of vectors.
#[inline(never)]
fn compressed(chained: &[Words; 8], message: &[Words; 16], lens: &Words, flags: &Words) -> [Words; 8] {
    let mut next = [[0; LANES]; 8];
    for lane in 0..LANES {
        let of = |word: usize| chained[word][lane];
        let [a, b, c, d] = IV;
        let mut state = [
            of(0),
            of(1),
            of(2),
            of(3),
            of(4),
            of(5),
            of(6),
            of(7),
            a,
            b,
            c,
            d,
            0,
            0,
            lens[lane],
            flags[lane],
        ];
        round::<0>(&mut state, message, lane);
        round::<1>(&mut state, message, lane);
        round::<2>(&mut state, message, lane);
        round::<3>(&mut state, message, lane);
        round::<4>(&mut state, message, lane);
        round::<5>(&mut state, message, lane);
        round::<6>(&mut state, message, lane);
        for word in 0..8 {
            next[word][lane] = state[word] ^ state[word + 8];
        }
    }
    next
}

#[inline(always)]
fn round<const ROUND: usize>(state: &mut [u32; 16], message: &[Words; 16], lane: usize) {
    let word = |place: usize| message[ORDERS[ROUND][place]][lane];
    mix(state, [0, 4, 8, 12], word(0), word(1));
    mix(state, [1, 5, 9, 13], word(2), word(3));
    mix(state, [2, 6, 10, 14], word(4), word(5));
    mix(state, [3, 7, 11, 15], word(6), word(7));
    mix(state, [0, 5, 10, 15], word(8), word(9));
    mix(state, [1, 6, 11, 12], word(10), word(11));
    mix(state, [2, 7, 8, 13], word(12), word(13));
    mix(state, [3, 4, 9, 14], word(14), word(15));
}

#[inline(always)]
fn mix(state: &mut [u32; 16], [a, b, c, d]: [usize; 4], first: u32, second: u32) {
    state[a] = state[a].wrapping_add(state[b]).wrapping_add(first);
    state[d] = (state[d] ^ state[a]).rotate_right(16);
    state[c] = state[c].wrapping_add(state[d]);
    state[b] = (state[b] ^ state[c]).rotate_right(12);
    state[a] = state[a].wrapping_add(state[b]).wrapping_add(second);
    state[d] = (state[d] ^ state[a]).rotate_right(8);
    state[c] = state[c].wrapping_add(state[d]);
    state[b] = (state[b] ^ state[c]).rotate_right(7);
}

#[cfg(test)]
mod tests {
    use std::array;

    use super::*;

    const CONTEXT: &str = "seamwalk event 1";

    fn text(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at * 7 + len) as u8).collect()
    }

    #[test]
    fn texts_side_by_side_have_the_hashes_that_each_has_alone() {
        let key = blake3::hazmat::hash_derive_key_context(CONTEXT);
        // Around the ends of blocks and of the chunk, beside texts of other lengths.
        let lens = [0, 1, 63, 64, 65, 127, 128, 129, 331, 960, 1023, 1024];
        for first in 0..lens.len() {
            let texts: [Vec<u8>; LANES] = array::from_fn(|lane| text(lens[(first + lane * 5) % lens.len()]));
            let found = derived(&key, array::from_fn(|lane| texts[lane].as_slice()));
            for (text, found) in texts.iter().zip(found) {
                assert_eq!(found, Some(blake3::derive_key(CONTEXT, text)), "{} bytes", text.len());
            }
        }
    }

    #[test]
    fn what_is_longer_than_a_chunk_is_left_to_the_crate() {
        let key = blake3::hazmat::hash_derive_key_context(CONTEXT);
        let texts = [text(MOST_BYTES + 1), text(5), text(100_000), text(MOST_BYTES)];
        let found = derived(&key, array::from_fn(|lane| texts[lane].as_slice()));
        assert_eq!(found.map(|hash| hash.is_some()), [false, true, false, true]);
    }
}
