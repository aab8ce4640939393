//! From bytes to a text with LF line ends, or a refusal that names the byte (R32).
//!
//! Knows nothing of plans. Line ends become LF here, once, so that no parser behind it can read CRLF differently;
//! lines and columns in the result are those of the file.

use std::borrow::Cow;

use super::{MAX_FILE_BYTES, MAX_LINE_BYTES, ParseError};

/// The text of `bytes` without byte-order mark and with LF line ends.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ParseError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ParseError::FileTooLarge { bytes: bytes.len() });
    }
    if let Some(offset) = utf16_sign(bytes) {
        return Err(ParseError::Utf16 { offset });
    }
    // The standard library's search in bytes is slow, and nearly every file has no NUL.
    if bytes.contains(&0)
        && let Some(offset) = bytes.iter().position(|byte| *byte == 0)
    {
        let (line, column) = place(&bytes[..offset]);
        return Err(ParseError::NulByte { offset, line, column });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let (line, column) = place(&bytes[..offset]);
        ParseError::InvalidUtf8 { offset, line, column }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    let mut start = 0;
    for (idx, end) in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).enumerate() {
        if end - start > MAX_LINE_BYTES {
            return Err(ParseError::LineTooLong { line: idx as u32 + 1, bytes: end - start });
        }
        start = end + 1;
    }
    Ok(text)
}

/// The byte that shows UTF-16: its mark, or NULs in every other place of the first characters.
///
/// Latin text in UTF-16 has a NUL in each pair; two pairs in a row are enough to tell it from a stray NUL.
fn utf16_sign(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(0),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(1),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(0),
        _ => None,
    }
}

/// 1-based line and column after `before`, the column in characters; stray bytes count as one character each.
fn place(before: &[u8]) -> (u32, u32) {
    let before = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
    let ends_line =
        |(idx, byte): (usize, &u8)| *byte == b'\n' || (*byte == b'\r' && before.get(idx + 1) != Some(&b'\n'));
    let line = before.iter().enumerate().filter(|pair| ends_line(*pair)).count();
    let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count();
    (line as u32 + 1, column as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf_8_text_is_refused_with_its_place() {
        let utf16: Vec<u8> = "- a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_be: Vec<u8> = "- a\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let cases: [(&[u8], ParseError); 9] = [
            (b"\xff\xfe-\0", ParseError::Utf16 { offset: 0 }),
            (b"\xfe\xff\0-", ParseError::Utf16 { offset: 0 }),
            (&utf16, ParseError::Utf16 { offset: 1 }),
            (&utf16_be, ParseError::Utf16 { offset: 0 }),
            (b"- a\n- \xc3\xa4\0", ParseError::NulByte { offset: 8, line: 2, column: 4 }),
            (b"- a\r\n\r- b\xff", ParseError::InvalidUtf8 { offset: 9, line: 3, column: 4 }),
            (b"\xef\xbb\xbf- \xc3", ParseError::InvalidUtf8 { offset: 5, line: 1, column: 3 }),
            (b"\0", ParseError::NulByte { offset: 0, line: 1, column: 1 }),
            (b"a\r\0", ParseError::NulByte { offset: 2, line: 2, column: 1 }),
        ];
        for (bytes, error) in cases {
            assert_eq!(decode(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn line_ends_and_the_byte_order_mark_leave_no_trace() {
        for text in ["- a\n\n- b\n", "- a\r\n\r\n- b\r\n", "- a\r\r- b\r", "\u{feff}- a\n\r\n- b\r"] {
            assert_eq!(decode(text.as_bytes()).unwrap(), "- a\n\n- b\n", "{text:?}");
        }
    }

    #[test]
    fn sizes_are_bounded() {
        let long = vec![b'a'; MAX_LINE_BYTES];
        assert!(decode(&long).is_ok());
        let longer = [b"x\n".as_slice(), &long, b"a"].concat();
        assert_eq!(decode(&longer), Err(ParseError::LineTooLong { line: 2, bytes: MAX_LINE_BYTES + 1 }));
        let lines = b"- a\n".repeat(MAX_FILE_BYTES / 4);
        assert!(decode(&lines).is_ok());
        let more = [lines.as_slice(), b"a"].concat();
        assert_eq!(decode(&more), Err(ParseError::FileTooLarge { bytes: MAX_FILE_BYTES + 1 }));
    }
}
