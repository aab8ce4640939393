//! The configuration.
#![no_main]

#[expect(dead_code, reason = "each target has one of them")]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    readers::config(bytes);
});
