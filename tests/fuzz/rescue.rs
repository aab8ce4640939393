//! The reader of rescue files: what it takes, it writes again as it was.
#![no_main]

#[expect(dead_code, reason = "each target has one of them")]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    readers::rescue(bytes);
});
