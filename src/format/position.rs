//! From byte offsets in the text to lines and columns in the file.

/// Where the lines of a text begin.
pub(super) struct Lines<'s> {
    source: &'s str,
    starts: Vec<u32>,
}

impl<'s> Lines<'s> {
    /// Finds the lines of `source`.
    pub(super) fn of(source: &'s str) -> Self {
        let ends = source.match_indices('\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        Self { source, starts }
    }

    /// 1-based line and column (in characters) of the byte at `offset`.
    pub(super) fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.source.len());
        let line = self.starts.partition_point(|start| *start as usize <= offset);
        let start = self.starts.get(line.saturating_sub(1)).map_or(0, |start| *start as usize);
        let before = self.source.as_bytes().get(start..offset).unwrap_or_default();
        // Every character has one byte that is no continuation byte.
        let column = before.iter().filter(|byte| (**byte & 0xc0) != 0x80).count();
        (line as u32, column as u32 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let lines = Lines::of("añb\nc\n");
        assert_eq!(lines.place(0), (1, 1));
        assert_eq!(lines.place(3), (1, 3));
        assert_eq!(lines.place(5), (2, 1));
        assert_eq!(lines.place(99), (3, 1));
    }
}
