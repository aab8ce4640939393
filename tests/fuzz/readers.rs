//! What reads other people's bytes, and what has to hold of it whatever they are. A panic is what a fuzzer looks for; each
//! says whether the bytes were taken for what they should be.

use seamwalk::domain::time::Timestamp;
use seamwalk::format::{self, SourceKind};
use seamwalk::store::{Depth, Rescue, Store, StoreError, examine, recover};
use seamwalk::tui::settings::Settings;

/// A plan: Markdown or an outline, as the first byte says.
pub(crate) fn plan(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else { return false };
    let kind = if first % 2 == 0 { SourceKind::Markdown } else { SourceKind::Outline };
    let Ok(parsed) = format::parse(rest, kind, "fuzz") else { return false };
    let count = parsed.plan.outline.prompts().count();
    assert_eq!(count, parsed.plan.outline.prompt_count());
    assert_eq!(parsed.plan.outline.verify(), Ok(()));
    let json = format::json::plan_json(&parsed.plan);
    assert!(!json.contains('\u{1b}'), "an escape character in JSON");
    true
}

/// The configuration.
pub(crate) fn config(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let parsed = Settings::parse(text);
    if let Err(error) = &parsed {
        assert!(error.line >= 1 && error.column >= 1);
    }
    parsed.is_ok()
}

/// A rescue file: what is taken is written again as it was.
pub(crate) fn rescue(bytes: &[u8]) -> bool {
    let Ok(rescue) = Rescue::from_json(bytes) else { return false };
    let again = Rescue::from_json(rescue.to_json().as_bytes());
    assert_eq!(again.ok(), Some(rescue));
    true
}

/// A database: it is refused and left as it was, or read; what cannot be opened is recovered as far as it can be.
pub(crate) fn database(bytes: &[u8]) -> bool {
    let Ok(folder) = tempfile::tempdir() else { return false };
    let (path, new) = (folder.path().join("f.db"), folder.path().join("new.db"));
    if std::fs::write(&path, bytes).is_err() {
        return false;
    }
    let opened = Store::open_existing(&path);
    let is_taken = opened.is_ok();
    match opened {
        Ok(store) => {
            for head in store.sessions().unwrap_or_default() {
                let _ = (store.load(head.id), store.audit(head.id), store.drafts(head.id));
                let _ = (store.trend(head.plan), store.grid_columns(head.plan));
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
    is_taken
}
