//! Who walks, if nobody says so.

use std::path::Path;

use crate::git;

/// The longest name of a tester that is kept, in characters.
const MAX_TESTER_CHARS: usize = 100;

/// Who walks if nobody says so: git's `user.name` in `folder`, else the login name, else `somebody`.
#[must_use]
pub fn default_tester(folder: &Path) -> String {
    let login = || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let named = |name: Option<String>| name.map(|name| cleaned(&name)).filter(|name| !name.is_empty());
    named(git::user_name(folder)).or_else(|| named(login())).unwrap_or_else(|| "somebody".to_owned())
}

/// A name without control characters and surplus blanks, of bearable length.
pub(super) fn cleaned(name: &str) -> String {
    let visible: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_TESTER_CHARS).collect()
}
