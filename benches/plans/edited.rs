//! Edits of a generated plan, in the ways that people edit plans.

/// `plan` with `lines` of its prompts changed, spread over the file: in turn reworded, taken out, another one put in,
/// and one moved to the next place. It never has more prompts than `plan`.
pub(crate) fn edited(plan: &str, lines: usize) -> String {
    let apart = (plan.lines().count() / lines.max(1)).max(1);
    let mut out = String::with_capacity(plan.len() + 100 * lines);
    let mut carried: Option<&str> = None;
    let mut edits = 0;
    for (n, line) in plan.lines().enumerate() {
        let due = edits < lines && n >= apart / 2 + edits * apart && line.starts_with("- ");
        if !due {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        match edits % 5 {
            0 => out.push_str(&format!("{line} and nobody else sees it\n")),
            1 => {}
            2 => out.push_str(&format!("- the auditor can read entry {n} afterwards\n{line}\n")),
            3 => carried = Some(line),
            _ => out.push_str(&format!("{line}\n{}\n", carried.take().unwrap_or_default())),
        }
        edits += 1;
    }
    out
}
