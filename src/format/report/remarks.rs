//! What a prompt's verdict and notes come down to in words, for forms that have one place for them.

use super::shown::shown;
use crate::domain::component::ComponentState;
use crate::domain::report::{Row, Walked};
use crate::domain::session::{Conditions, Note, NoteKind};
use crate::domain::verdict::Verdict;

/// One sentence that says why it is no pass: the verdict, what is in the way, and the first note's first line.
pub(super) fn message(walked: &Walked, row: &Row<'_>) -> String {
    let verdict = row.verdict().word();
    if let Some(by) = row.mark().and_then(|mark| mark.blocked_by) {
        let text = walked.row(by).map_or("another prompt", |row| row.text());
        return format!("{verdict} by: {text}");
    }
    let notes = || walked.session.notes_on(Some(row.id));
    let note = notes().find(|note| note.note.kind == NoteKind::Bug).or_else(|| notes().next());
    match note.and_then(|note| note.note.text.lines().find(|line| !line.trim().is_empty())) {
        Some(line) if row.verdict() != Verdict::Untested => format!("{verdict}: {}", line.trim()),
        _ => verdict.to_owned(),
    }
}

/// Everything that was said of it: what stood in for a component, which build, that it has left the plan, and the notes.
pub(super) fn lines(walked: &Walked, row: &Row<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(mark) = row.mark() {
        if let Some(stand_ins) = stand_ins(mark.conditions) {
            let lead = if row.standing().is_provisional() { "provisional: " } else { "" };
            lines.push(format!("{lead}{stand_ins}"));
        }
        let build = mark.conditions.build.as_ref();
        let other = build.filter(|build| walked.session.fields().get("build") != Some(build));
        lines.extend(other.map(|build| format!("build {build}")));
    }
    if row.is_gone() {
        lines.push("no longer in the plan".to_owned());
    }
    lines.extend(walked.session.notes_on(Some(row.id)).map(note_line));
    lines
}

/// `14:02 bug: what it says`.
pub(super) fn note_line(note: Note<'_>) -> String {
    format!("{} {}: {}", note.at.hour_minute(), note.note.kind.word(), shown(&note.note.text).trim_end())
}

/// `inventory fake: wiremock`, for each end where the real thing did not answer; nothing where both did.
pub(super) fn stand_ins(conditions: &Conditions) -> Option<String> {
    let ends = conditions.ends.as_ref()?;
    let stands_in = |state: &ComponentState| !matches!(state, ComponentState::Real | ComponentState::Unknown);
    let said: Vec<String> = [&ends.from, &ends.to]
        .into_iter()
        .filter(|end| stands_in(&end.state))
        .map(|end| format!("{} {}", end.component, end.state))
        .collect();
    if said.is_empty() { None } else { Some(said.join(", ")) }
}

/// What a tracker calls a defect, if a note begins with it: `#12`, `SHOP-12`, an address.
pub(super) fn tracker_id(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?.trim_end_matches([':', ',', ';', '.']);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_key = word.split_once('-').is_some_and(|(project, number)| {
        let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        project.len() > 1
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && project.chars().all(upper)
            && digits(number)
    });
    let is_number = word.strip_prefix('#').is_some_and(digits);
    let is_address = word.starts_with("https://") || word.starts_with("http://");
    (is_key || is_number || is_address).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracker_s_name_for_a_defect_is_known_by_its_shape() {
        for (text, id) in [
            ("SHOP-12: stock is negative", Some("SHOP-12")),
            ("#12 again", Some("#12")),
            ("https://tracker.example/12, see there", Some("https://tracker.example/12")),
            ("stock is negative, see SHOP-12", None),
            ("a-1", None),
            ("# heading", None),
            ("X-1", None),
            ("", None),
        ] {
            assert_eq!(tracker_id(text), id, "{text:?}");
        }
    }
}
