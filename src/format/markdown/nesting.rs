//! A look at the raw lines before the Markdown parser sees them: how deeply could they nest?
//!
//! The parser walks every open list and quote at every blank line, so a few kilobytes of `- - - …` and many blank
//! lines cost it minutes. This estimate costs one pass and refuses such files; what real plans nest is far below.

use crate::format::ParseError;

/// The most lists and quotes inside one another. Not every one makes a node, so this is larger than the depth of
/// an outline, and small enough that the open ones cost little at each line.
const MAX_NESTED: usize = 256;
/// The most steps over open lists and quotes at blank lines; a plan of 100,000 lines at depth 64 has 6.4 million.
const MAX_BLANK_WORK: usize = 100_000_000;

/// Refuses a text whose lists and quotes could be nested too deeply.
pub(super) fn check(source: &str, body_start: usize) -> Result<(), ParseError> {
    let (before, body) = source.as_bytes().split_at(body_start);
    let lines_before = memchr::memchr_iter(b'\n', before).count();
    let mut open: Vec<usize> = Vec::new();
    let mut blank_work = 0;
    let mut start = 0;
    for (idx, end) in memchr::memchr_iter(b'\n', body).chain([body.len()]).enumerate() {
        let is_blank = open_containers(&body[start..end], &mut open);
        start = end + 1;
        if is_blank {
            blank_work += open.len();
        }
        if open.len() > MAX_NESTED || blank_work > MAX_BLANK_WORK {
            return Err(ParseError::TooDeep { line: (lines_before + idx) as u32 + 1, column: 1 });
        }
    }
    Ok(())
}

/// Updates the columns of the list and quote markers that are open after `line`; true for a blank line.
fn open_containers(line: &[u8], open: &mut Vec<usize>) -> bool {
    let mut column = 0;
    let mut at = 0;
    let mut last = None;
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' => column += 1,
            b'\t' => column += 4 - column % 4,
            _ => {
                let marker = marker_len(&line[at..]);
                if marker == 0 || (last != Some(b'>') && is_rule(&line[at..])) {
                    return false;
                }
                while open.last().is_some_and(|top| *top >= column) {
                    open.pop();
                }
                open.push(column);
                if open.len() > MAX_NESTED {
                    return false;
                }
                last = Some(*byte);
                column += marker;
                at += marker;
                continue;
            }
        }
        at += 1;
    }
    last.is_none()
}

/// The length of the list or quote marker at the start, 0 for none.
fn marker_len(text: &[u8]) -> usize {
    let digits = text.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let marker = match text.get(digits) {
        Some(b'>') if digits == 0 => return 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if digits > 0 => digits + 1,
        _ => return 0,
    };
    if matches!(text.get(marker), None | Some(b' ' | b'\t')) { marker } else { 0 }
}

/// True for a thematic break such as `- - -`, however long.
fn is_rule(text: &[u8]) -> bool {
    let Some(first @ (b'-' | b'*')) = text.first() else { return false };
    text.iter().all(|byte| byte == first || matches!(byte, b' ' | b'\t'))
        && text.iter().filter(|byte| *byte == first).count() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absurd_nesting_is_refused() {
        for fine in [
            "- a\n  - b\n    - c\n".to_owned(),
            "- ".repeat(10_000),
            "* * ".repeat(5_000),
            format!("{}\n", ">".repeat(200)),
            "- a\n\n".repeat(100_000),
            "- a\n  - b\n\n".repeat(100_000),
        ] {
            assert_eq!(check(&fine, 0), Ok(()), "{:?}", &fine[..20.min(fine.len())]);
        }
        let too_deep = |line| Err(ParseError::TooDeep { line, column: 1 });
        assert_eq!(check(&format!("a\n{}", ">".repeat(50_000)), 2), too_deep(2));
        assert_eq!(check(&format!("{}a", "- ".repeat(50_000)), 0), too_deep(1));
        assert_eq!(check(&format!("{}a", "1. ".repeat(50_000)), 0), too_deep(1));
        let steps: String = (0..300).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
        assert_eq!(check(&steps, 0), too_deep(257));
        let blank = format!("{}a\n{}", "- ".repeat(200), "\n".repeat(1_000_000));
        assert!(check(&blank, 0).is_err());
    }
}
