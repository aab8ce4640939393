//! The plan parsers: Markdown or an outline, as the first byte says. What was read is printed and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seamwalk::format::{self, SourceKind};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let kind = if first % 2 == 0 { SourceKind::Markdown } else { SourceKind::Outline };
    if let Ok(parsed) = format::parse(rest, kind, "fuzz") {
        let count = parsed.plan.outline.prompts().count();
        assert_eq!(count, parsed.plan.outline.prompt_count());
        let json = format::json::plan_json(&parsed.plan);
        assert!(!json.contains('\u{1b}'), "an escape character in JSON");
    }
});
