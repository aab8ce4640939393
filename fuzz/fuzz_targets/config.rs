//! The configuration.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seamwalk::tui::settings::Settings;

fuzz_target!(|text: &str| {
    if let Err(error) = Settings::parse(text) {
        assert!(error.line >= 1 && error.column >= 1);
    }
});
