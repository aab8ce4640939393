//! The database opener and everything that reads behind it: a file is refused, or read without a crash; what cannot be
//! opened is recovered as far as it can be. Begin with `fuzz/corpus/database` filled from `assets/databases`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seamwalk::domain::time::Timestamp;
use seamwalk::store::{Depth, Store, StoreError, examine, recover};

fuzz_target!(|bytes: &[u8]| {
    let Ok(folder) = tempfile::tempdir() else { return };
    let (path, new) = (folder.path().join("f.db"), folder.path().join("new.db"));
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    match Store::open_existing(&path) {
        Ok(store) => {
            for head in store.sessions().unwrap_or_default() {
                let _ = (store.load(head.id), store.audit(head.id), store.drafts(head.id));
            }
            let _ = (store.plans(), store.check_file());
        }
        Err(StoreError::NotOurs { .. } | StoreError::Newer { .. } | StoreError::CutOff { .. }) => {
            assert_eq!(std::fs::read(&path).ok().as_deref(), Some(bytes), "a refused file was changed");
        }
        Err(_) => {}
    }
    let _ = examine(&path, Depth::Full);
    if let Some(now) = Timestamp::from_unix_ms(1_795_442_531_000, 0) {
        let _ = recover(&path, &new, now);
    }
});
