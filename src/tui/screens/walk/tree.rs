//! The rows of the outline: what is folded away, what is filtered out, where the cursor is.
//!
//! The cursor is a node, not a row number, so that folding and filtering cannot make it point at something else.
//! Rows are laid out anew when folds or the filter change, never for a move or a mark.

use crate::domain::plan::{NodeIdx, NodeKind, Outline};
use crate::tui::keymap::Motion;

/// Rows, folds and cursor over one outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Parallel to the outline's nodes.
    folded: Vec<bool>,
    /// Parallel to the outline's nodes; `None` shows everything.
    mask: Option<Vec<bool>>,
    /// The nodes that have a row, in file order.
    rows: Vec<NodeIdx>,
    cursor: NodeIdx,
    /// The first row on the screen.
    top: usize,
    /// True where the only top section repeats the plan's title and gets no row.
    root_hidden: bool,
}

impl Tree {
    /// Everything that `mask` shows, unfolded, with the cursor on the first row.
    #[must_use]
    pub fn new(outline: &Outline, title: &str, mask: Option<Vec<bool>>) -> Self {
        let root_hidden = outline.get(NodeIdx(0)).is_some_and(|root| {
            root.kind() == NodeKind::Section && root.end().at() == outline.len() && root.text() == title
        });
        let mut tree = Self {
            folded: vec![false; outline.len()],
            mask,
            rows: Vec::new(),
            cursor: NodeIdx(u32::from(root_hidden)),
            top: 0,
            root_hidden,
        };
        tree.lay_out(outline);
        tree
    }

    /// The nodes that have a row, in file order.
    #[must_use]
    pub fn rows(&self) -> &[NodeIdx] {
        &self.rows
    }

    /// The node the cursor is on; `None` if nothing is shown.
    #[must_use]
    pub fn cursor(&self) -> Option<NodeIdx> {
        self.row().map(|row| self.rows[row])
    }

    /// The row the cursor is on.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.rows.binary_search(&self.cursor).ok()
    }

    /// The first row on the screen.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// How far a node is drawn in, from 0.
    #[must_use]
    pub fn indent(&self, depth: usize) -> usize {
        depth.saturating_sub(1 + usize::from(self.root_hidden))
    }

    /// True if what is below `idx` is folded away.
    #[must_use]
    pub fn is_folded(&self, idx: NodeIdx) -> bool {
        self.folded.get(idx.at()).copied().unwrap_or(false)
    }

    /// True if the filter and the session's choice of tag let `idx` through, folded away or not.
    #[must_use]
    pub fn lets_through(&self, idx: NodeIdx) -> bool {
        super::filter::shows(self.mask.as_deref(), idx)
    }

    /// Shows what `mask` lets through from now on; the cursor stays where it can, else goes to the next row.
    pub fn set_mask(&mut self, outline: &Outline, mask: Option<Vec<bool>>) {
        self.mask = mask;
        self.lay_out(outline);
    }

    fn lay_out(&mut self, outline: &Outline) {
        self.rows.clear();
        let mut at = u32::from(self.root_hidden);
        while let Some(node) = outline.get(NodeIdx(at)) {
            if super::filter::shows(self.mask.as_deref(), node.idx()) {
                self.rows.push(node.idx());
                at = if self.folded[at as usize] { node.end().0 } else { at + 1 };
            } else {
                // What is below a hidden section is hidden; below a hidden prompt something may fit.
                at += 1;
            }
        }
        if let Err(row) = self.rows.binary_search(&self.cursor) {
            let above = outline.get(self.cursor).and_then(|node| {
                node.ancestors()
                    .map(crate::domain::plan::NodeRef::idx)
                    .find(|a| self.rows.binary_search(a).is_ok())
            });
            let folded_into = above.filter(|a| self.is_folded(*a));
            let near = self.rows.get(row).or(self.rows.last()).copied();
            self.cursor = folded_into.or(near).unwrap_or(self.cursor);
        }
    }

    /// Puts the cursor on `idx`, unfolding what hides it; false if the filter hides it.
    pub fn go_to(&mut self, outline: &Outline, idx: NodeIdx) -> bool {
        let Some(node) = outline.get(idx) else { return false };
        if !self.lets_through(idx) {
            return false;
        }
        let folded: Vec<NodeIdx> =
            node.ancestors().map(crate::domain::plan::NodeRef::idx).filter(|a| self.is_folded(*a)).collect();
        self.cursor = idx;
        if !folded.is_empty() {
            for above in folded {
                self.folded[above.at()] = false;
            }
            self.lay_out(outline);
        }
        true
    }

    /// Moves the cursor over the rows; `page` is how many rows a page has. Untested prompts are not known here.
    pub fn step(&mut self, outline: &Outline, motion: Motion, page: usize) {
        let Some(row) = self.row() else { return };
        let last = self.rows.len() - 1;
        let is_section = |r: &usize| outline.node(self.rows[*r]).kind() == NodeKind::Section;
        let target = match motion {
            Motion::Down => (row + 1).min(last),
            Motion::Up => row.saturating_sub(1),
            Motion::PageDown => (row + page.max(1)).min(last),
            Motion::PageUp => row.saturating_sub(page.max(1)),
            Motion::First => 0,
            Motion::Last => last,
            Motion::NextSection => (row + 1..=last).find(is_section).unwrap_or(row),
            Motion::PreviousSection => (0..row).rev().find(is_section).unwrap_or(row),
            Motion::NextUntested | Motion::PreviousUntested => row,
        };
        self.cursor = self.rows[target];
    }

    /// Folds the current section; on something that has nothing to fold, goes to the section above it.
    pub fn fold(&mut self, outline: &Outline) {
        let Some(node) = self.cursor().and_then(|idx| outline.get(idx)) else { return };
        if node.has_children() && !self.is_folded(node.idx()) {
            self.folded[node.idx().at()] = true;
            self.lay_out(outline);
        } else if let Some(parent) = node.parent().filter(|p| self.rows.binary_search(&p.idx()).is_ok()) {
            self.cursor = parent.idx();
        }
    }

    /// Unfolds the current section; on an open one, goes to its first row.
    pub fn unfold(&mut self, outline: &Outline) {
        let Some(node) = self.cursor().and_then(|idx| outline.get(idx)) else { return };
        if self.is_folded(node.idx()) {
            self.folded[node.idx().at()] = false;
            self.lay_out(outline);
        } else if node.has_children() {
            self.step(outline, Motion::Down, 1);
        }
    }

    /// Folds or unfolds the node at `idx`.
    pub fn toggle_fold(&mut self, outline: &Outline, idx: NodeIdx) {
        if outline.get(idx).is_some_and(crate::domain::plan::NodeRef::has_children) {
            self.folded[idx.at()] = !self.folded[idx.at()];
            self.lay_out(outline);
        }
    }

    /// Folds everything that has something below it.
    pub fn fold_all(&mut self, outline: &Outline) {
        for node in outline.nodes() {
            let is_root = self.root_hidden && node.idx() == NodeIdx(0);
            self.folded[node.idx().at()] = node.has_children() && !is_root;
        }
        self.lay_out(outline);
        // With several levels folded, the cursor belongs on the topmost that hides it.
        if let Some(top) = outline.get(self.cursor).and_then(|node| {
            node.ancestors()
                .map(crate::domain::plan::NodeRef::idx)
                .filter(|a| self.rows.binary_search(a).is_ok())
                .last()
        }) {
            self.cursor = top;
        }
    }

    /// Unfolds everything.
    pub fn unfold_all(&mut self, outline: &Outline) {
        self.folded.fill(false);
        self.lay_out(outline);
    }

    /// Scrolls so that the cursor is among `height` rows, with a little of what comes before and after it.
    pub fn scroll(&mut self, height: usize) {
        let Some(row) = self.row() else {
            self.top = 0;
            return;
        };
        let margin = (height.saturating_sub(1) / 2).min(2);
        let lowest_top = (row + margin + 1).saturating_sub(height);
        let highest_top = row.saturating_sub(margin);
        self.top = self.top.clamp(lowest_top.min(highest_top), highest_top);
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::Entry;

    /// `Shop > (a > (1, 2), b > (3))`, the root being the title.
    fn outline() -> Outline {
        use NodeKind::{Prompt, Section};
        let rows = [
            (Section, 1, "Shop"),
            (Section, 2, "a"),
            (Prompt, 3, "1"),
            (Prompt, 3, "2"),
            (Section, 2, "b"),
            (Prompt, 3, "3"),
        ];
        let entries: Vec<Entry> =
            rows.iter().map(|(kind, depth, text)| Entry::new(*kind, *depth, 1, *text)).collect();
        Outline::from_entries(&entries, &[])
    }

    fn shown(tree: &Tree, outline: &Outline) -> String {
        let text = |idx: &NodeIdx| {
            let cursor = if Some(*idx) == tree.cursor() { ">" } else { "" };
            format!("{cursor}{}", outline.node(*idx).text())
        };
        tree.rows().iter().map(text).collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn the_title_gets_no_row_of_its_own() {
        let outline = outline();
        assert_eq!(shown(&Tree::new(&outline, "Shop", None), &outline), ">a 1 2 b 3");
        assert_eq!(shown(&Tree::new(&outline, "Other", None), &outline), ">Shop a 1 2 b 3");
    }

    #[test]
    fn folding_takes_the_cursor_to_what_hides_it() {
        let outline = outline();
        let mut tree = Tree::new(&outline, "Shop", None);
        tree.go_to(&outline, NodeIdx(3));
        tree.fold(&outline);
        assert_eq!(shown(&tree, &outline), ">a 1 2 b 3");
        tree.fold(&outline);
        assert_eq!(shown(&tree, &outline), ">a b 3");
        tree.unfold(&outline);
        tree.unfold(&outline);
        assert_eq!(shown(&tree, &outline), "a >1 2 b 3");
        tree.fold_all(&outline);
        assert_eq!(shown(&tree, &outline), ">a b");
        assert!(tree.go_to(&outline, NodeIdx(5)));
        assert_eq!(shown(&tree, &outline), "a b >3");
        tree.unfold_all(&outline);
        assert_eq!(shown(&tree, &outline), "a 1 2 b >3");
    }

    #[test]
    fn what_the_filter_hides_cannot_be_gone_to() {
        let outline = outline();
        let mut tree = Tree::new(&outline, "Shop", None);
        tree.go_to(&outline, NodeIdx(2));
        tree.set_mask(&outline, Some(vec![true, false, false, false, true, true]));
        assert_eq!(shown(&tree, &outline), ">b 3");
        assert!(!tree.go_to(&outline, NodeIdx(2)));
        tree.set_mask(&outline, Some(vec![false; 6]));
        assert_eq!((tree.cursor(), tree.rows().len()), (None, 0));
        tree.step(&outline, Motion::Down, 3);
        tree.set_mask(&outline, None);
        assert!(tree.cursor().is_some());
    }

    #[test]
    fn sections_are_reached_in_one_step() {
        let outline = outline();
        let mut tree = Tree::new(&outline, "Shop", None);
        for (motion, expected) in [
            (Motion::NextSection, "a 1 2 >b 3"),
            (Motion::NextSection, "a 1 2 >b 3"),
            (Motion::Last, "a 1 2 b >3"),
            (Motion::PreviousSection, "a 1 2 >b 3"),
            (Motion::PageUp, "a >1 2 b 3"),
            (Motion::First, ">a 1 2 b 3"),
            (Motion::Up, ">a 1 2 b 3"),
        ] {
            tree.step(&outline, motion, 2);
            assert_eq!(shown(&tree, &outline), expected, "{motion:?}");
        }
    }

    #[test]
    fn scrolling_keeps_the_cursor_in_sight() {
        let outline = outline();
        let mut tree = Tree::new(&outline, "Shop", None);
        for height in 1..8 {
            for idx in [5, 1, 3, 2, 4] {
                tree.go_to(&outline, NodeIdx(idx));
                tree.scroll(height);
                let row = tree.row().unwrap();
                assert!((tree.top()..tree.top() + height).contains(&row), "height {height}, node {idx}");
            }
        }
    }
}
