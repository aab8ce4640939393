//! The plan parsers: Markdown or an outline, as the first byte says. What was read is printed and read again.
#![no_main]

#[expect(dead_code, reason = "each target has one of them")]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    readers::plan(bytes);
});
