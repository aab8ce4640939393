//! The database opener and everything that reads behind it: a file is refused, or read without a crash; what cannot be
//! opened is recovered as far as it can be. Begin with `tests/fuzz/corpus/database` filled from `assets/databases`.
#![no_main]

#[expect(dead_code, reason = "each target has one of them")]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    readers::database(bytes);
});
