//! The reader of rescue files: what it takes, it writes again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seamwalk::store::Rescue;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(rescue) = Rescue::from_json(bytes) {
        let again = Rescue::from_json(rescue.to_json().as_bytes());
        assert_eq!(again.ok(), Some(rescue));
    }
});
