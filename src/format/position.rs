//! From byte offsets in the text to lines and columns in the file.

/// Where the lines of a text begin.
pub(super) struct Lines<'s> {
    source: &'s str,
    starts: Vec<u32>,
}

impl<'s> Lines<'s> {
    /// Finds the lines of `source`.
    pub(super) fn of(source: &'s str) -> Self {
        let ends = memchr::memchr_iter(b'\n', source.as_bytes());
        let starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
        Self { source, starts }
    }

    /// Says where things stand that come one after the other.
    pub(super) fn places(&self) -> Places<'_> {
        Places { lines: self, line: 0 }
    }

    /// 1-based line and column (in characters) of the byte at `offset`.
    pub(super) fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.source.len());
        let line = self.starts.partition_point(|start| *start as usize <= offset);
        self.place_in(line, offset)
    }

    /// As [`Lines::place`], of what stands in `line`, from 1.
    fn place_in(&self, line: usize, offset: usize) -> (u32, u32) {
        let start = self.starts.get(line.saturating_sub(1)).map_or(0, |start| *start as usize);
        let before = self.source.as_bytes().get(start..offset).unwrap_or_default();
        // Every character has one byte that is no continuation byte.
        let column = before.iter().filter(|byte| (**byte & 0xc0) != 0x80).count();
        (line as u32, column as u32 + 1)
    }
}

/// From offsets that grow, as a rule: the next line is found from the last one, a few steps on.
pub(super) struct Places<'l> {
    lines: &'l Lines<'l>,
    /// The last place's line, from 1; 0 before the first.
    line: usize,
}

impl Places<'_> {
    /// As [`Lines::place`].
    pub(super) fn place(&mut self, offset: usize) -> (u32, u32) {
        /// So many lines are stepped over before the line is looked up.
        const NEAR: usize = 8;
        let starts = &self.lines.starts;
        let offset = offset.min(self.lines.source.len());
        let begins = |line: usize| starts.get(line).is_none_or(|start| *start as usize > offset);
        let is_behind = self.line > 0 && starts.get(self.line - 1).is_some_and(|s| *s as usize <= offset);
        let near = is_behind.then(|| (self.line..self.line + NEAR).find(|line| begins(*line))).flatten();
        self.line = near.unwrap_or_else(|| starts.partition_point(|start| *start as usize <= offset));
        self.lines.place_in(self.line, offset)
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
    #[test]
    fn places_one_after_the_other_are_those_asked_for_alone() {
        let text = "one\n\n\ntwo\n".repeat(20) + "end";
        let lines = Lines::of(&text);
        for step in [1, 2, 5, 40, 1_000] {
            let mut places = lines.places();
            for offset in (0..text.len() + 3).step_by(step).chain([3, 90, 4]) {
                assert_eq!(places.place(offset), lines.place(offset), "{offset} by {step}");
            }
        }
    }
}
