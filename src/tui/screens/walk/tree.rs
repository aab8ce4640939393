//! The rows of the outline: what is folded away, what is filtered out, where the cursor is.
//!
//! As written, the rows are the plan's sections and prompts. In another order they are the stages, each with its prompts
//! below it, unless that order is the plan's own.
//!
//! The cursor is a node or a stage, not a row number, so that folding and filtering cannot make it point at something
//! else. Rows are laid out anew when folds, the filter or the order change, never for a move or a mark.

use super::order::Order;
use crate::domain::plan::{NodeIdx, NodeKind, NodeRef, Outline};
use crate::tui::keymap::Motion;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A section or a prompt.
    Node(NodeIdx),
    /// The stage with this index.
    Stage(u32),
}

impl Row {
    /// The section or prompt that it is about.
    #[must_use]
    pub fn node(self) -> Option<NodeIdx> {
        match self {
            Self::Node(idx) => Some(idx),
            Self::Stage(_) => None,
        }
    }
}

/// Rows, folds and cursor over one outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Parallel to the outline's nodes.
    folded: Vec<bool>,
    /// Parallel to the outline's nodes; `None` shows everything.
    mask: Option<Vec<bool>>,
    /// `None` as written.
    order: Option<Box<Order>>,
    /// Parallel to the order's stages.
    folded_stages: Vec<bool>,
    /// What has a row, from the top.
    rows: Vec<Row>,
    cursor: Row,
    /// The first row on the screen.
    top: usize,
    /// True where the only top section repeats the plan's title and gets no row.
    root_hidden: bool,
}

/// What is folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    nodes: Vec<bool>,
    stages: Vec<bool>,
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
            order: None,
            folded_stages: Vec::new(),
            rows: Vec::new(),
            cursor: Row::Node(NodeIdx(u32::from(root_hidden))),
            top: 0,
            root_hidden,
        };
        tree.lay_out(outline);
        tree
    }

    /// What has a row, from the top.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The node the cursor is on; `None` on a stage, or if nothing is shown.
    #[must_use]
    pub fn cursor(&self) -> Option<NodeIdx> {
        self.selected().and_then(Row::node)
    }

    /// What the cursor is on; `None` if nothing is shown.
    #[must_use]
    pub fn selected(&self) -> Option<Row> {
        self.row().map(|row| self.rows[row])
    }

    /// The row the cursor is on.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.find(self.cursor).ok()
    }

    /// Where `row` is, or where it would be.
    fn find(&self, row: Row) -> Result<usize, usize> {
        let key = self.rank(row);
        self.rows.binary_search_by_key(&key, |row| self.rank(*row))
    }

    /// What rows are sorted by. A stage comes before its first prompt, and where stages without prompts begin at the same
    /// place, they come in their order.
    fn rank(&self, row: Row) -> (u32, bool, u32) {
        match (row, self.staged()) {
            (Row::Stage(at), Some(order)) => (order.start(at), false, at),
            (Row::Node(idx), Some(order)) => (order.place(idx).unwrap_or(u32::MAX), true, 0),
            (Row::Node(idx), None) => (idx.0, true, 0),
            (Row::Stage(_), None) => (u32::MAX, false, 0),
        }
    }

    /// The first row on the screen.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// How far a node is drawn in, from 0.
    #[must_use]
    pub fn indent(&self, depth: usize) -> usize {
        match self.staged() {
            Some(_) => 1,
            None => depth.saturating_sub(1 + usize::from(self.root_hidden)),
        }
    }

    /// True if what is below `row` is folded away.
    #[must_use]
    pub fn is_folded(&self, row: Row) -> bool {
        let (folds, at) = match row {
            Row::Node(idx) => (&self.folded, idx.at()),
            Row::Stage(at) => (&self.folded_stages, at as usize),
        };
        folds.get(at).copied().unwrap_or(false)
    }

    fn set_folded(&mut self, row: Row, folded: bool) {
        let (folds, at) = match row {
            Row::Node(idx) => (&mut self.folded, idx.at()),
            Row::Stage(at) => (&mut self.folded_stages, at as usize),
        };
        if let Some(fold) = folds.get_mut(at) {
            *fold = folded;
        }
    }

    /// True if the row has something below it that can be folded away.
    #[must_use]
    pub fn can_fold(&self, outline: &Outline, row: Row) -> bool {
        match row {
            Row::Stage(_) => true,
            Row::Node(idx) => self.staged().is_none() && outline.get(idx).is_some_and(NodeRef::has_children),
        }
    }

    /// The row that folds `row` away.
    fn above(&self, outline: &Outline, row: Row) -> Option<Row> {
        let Row::Node(idx) = row else { return None };
        match self.staged() {
            Some(order) => order.stage_of(idx).map(Row::Stage),
            None => outline.get(idx)?.parent().map(|parent| Row::Node(parent.idx())),
        }
    }

    /// The rows that fold `row` away, the nearest first.
    fn all_above<'a>(&'a self, outline: &'a Outline, row: Row) -> impl Iterator<Item = Row> {
        std::iter::successors(self.above(outline, row), |row| self.above(outline, *row))
    }

    /// The order of the walk; `None` as written.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        self.order.as_deref()
    }

    /// The same, to count and to tell what happened; what it orders stays as it is.
    pub fn order_mut(&mut self) -> Option<&mut Order> {
        self.order.as_deref_mut()
    }

    /// The order of the walk where its stages are the rows.
    #[must_use]
    pub fn staged(&self) -> Option<&Order> {
        self.order().filter(|order| !order.is_as_written())
    }

    /// Walks in `order` from now on, all stages unfolded; the cursor stays on its prompt, or goes to the first one below
    /// what it is on.
    pub fn set_order(&mut self, outline: &Outline, order: Option<Order>) {
        let kept = match self.cursor {
            Row::Node(idx) => Some(idx),
            Row::Stage(at) => self.order().and_then(|order| order.prompts(at).first().copied()),
        };
        self.folded_stages = vec![false; order.as_ref().map_or(0, |order| order.len() as usize)];
        self.order = order.map(Box::new);
        self.lay_out(outline);
        if !kept.is_some_and(|kept| self.go_to(outline, kept)) {
            self.cursor = self.rows.first().copied().unwrap_or(self.cursor);
        }
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
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        match self.staged() {
            Some(order) => self.lay_out_stages(order, &mut rows),
            None => self.lay_out_sections(outline, &mut rows),
        }
        self.rows = rows;
        if let Err(row) = self.find(self.cursor) {
            let above = self.all_above(outline, self.cursor).find(|above| self.find(*above).is_ok());
            let folded_into = above.filter(|above| self.is_folded(*above));
            let near = self.rows.get(row).or(self.rows.last()).copied();
            self.cursor = folded_into.or(near).unwrap_or(self.cursor);
        }
    }

    fn lay_out_sections(&self, outline: &Outline, rows: &mut Vec<Row>) {
        let mut at = u32::from(self.root_hidden);
        while let Some(node) = outline.get(NodeIdx(at)) {
            if self.lets_through(node.idx()) {
                rows.push(Row::Node(node.idx()));
                at = if self.folded[at as usize] { node.end().0 } else { at + 1 };
            } else {
                // What is below a hidden section is hidden; below a hidden prompt something may fit.
                at += 1;
            }
        }
    }

    /// A stage without prompts has a row as well: that a part is added and nobody asks about it is worth seeing.
    fn lay_out_stages(&self, order: &Order, rows: &mut Vec<Row>) {
        for stage in 0..order.len() {
            let shown = order.prompts(stage).iter().copied().filter(|idx| self.lets_through(*idx));
            let mut shown = shown.map(Row::Node).peekable();
            if self.mask.is_none() || shown.peek().is_some() {
                rows.push(Row::Stage(stage));
            }
            if !self.is_folded(Row::Stage(stage)) {
                rows.extend(shown);
            }
        }
    }

    /// Puts the cursor on `idx`, unfolding what hides it; false if the filter hides it. Among stages a section has no row:
    /// the cursor goes to the prompt below it that is walked first.
    pub fn go_to(&mut self, outline: &Outline, idx: NodeIdx) -> bool {
        let shown = |idx: NodeIdx| self.lets_through(idx);
        let Some(target) = Some(idx).filter(|idx| outline.get(*idx).is_some() && shown(*idx)) else {
            return false;
        };
        let target = match self.staged() {
            Some(order) if order.place(target).is_none() => match order.first_below(outline, target, shown) {
                Some(below) => below,
                None => return false,
            },
            _ => target,
        };
        let row = Row::Node(target);
        let folded: Vec<Row> = self.all_above(outline, row).filter(|above| self.is_folded(*above)).collect();
        self.cursor = row;
        if !folded.is_empty() {
            folded.into_iter().for_each(|above| self.set_folded(above, false));
            self.lay_out(outline);
        }
        true
    }

    /// Puts the cursor on `row`, which has one.
    pub fn select(&mut self, row: Row) {
        if self.find(row).is_ok() {
            self.cursor = row;
        }
    }

    /// Moves the cursor over the rows; `page` is how many rows a page has. Untested prompts are not known here.
    pub fn step(&mut self, outline: &Outline, motion: Motion, page: usize) {
        let Some(row) = self.row() else { return };
        let last = self.rows.len() - 1;
        let is_section = |r: &usize| match self.rows[*r] {
            Row::Node(idx) => outline.node(idx).kind() == NodeKind::Section,
            Row::Stage(_) => true,
        };
        let target = match motion {
            Motion::Down => (row + 1).min(last),
            Motion::Up => row.saturating_sub(1),
            Motion::PageDown => (row + page.max(1)).min(last),
            Motion::PageUp => row.saturating_sub(page.max(1)),
            Motion::First => 0,
            Motion::Last => last,
            Motion::NextSection => (row + 1..=last).find(is_section).unwrap_or(row),
            Motion::PreviousSection => (0..row).rev().find(is_section).unwrap_or(row),
            Motion::Left
            | Motion::Right
            | Motion::NextUntested
            | Motion::PreviousUntested
            | Motion::NextPoint
            | Motion::PreviousPoint
            | Motion::Older
            | Motion::Newer
            | Motion::Oldest
            | Motion::Newest => row,
        };
        self.cursor = self.rows[target];
    }

    /// Folds the current section or stage; on something that has nothing to fold, goes to what it is below.
    pub fn fold(&mut self, outline: &Outline) {
        let Some(row) = self.selected() else { return };
        if self.can_fold(outline, row) && !self.is_folded(row) {
            self.set_folded(row, true);
            self.lay_out(outline);
        } else if let Some(above) = self.above(outline, row).filter(|above| self.find(*above).is_ok()) {
            self.cursor = above;
        }
    }

    /// Unfolds the current section or stage; on an open one, goes to its first row.
    pub fn unfold(&mut self, outline: &Outline) {
        let Some(row) = self.selected() else { return };
        if self.is_folded(row) && self.can_fold(outline, row) {
            self.set_folded(row, false);
            self.lay_out(outline);
        } else if self.can_fold(outline, row) {
            self.step(outline, Motion::Down, 1);
        }
    }

    /// Folds or unfolds `row`.
    pub fn toggle_fold(&mut self, outline: &Outline, row: Row) {
        if self.can_fold(outline, row) {
            self.set_folded(row, !self.is_folded(row));
            self.lay_out(outline);
        }
    }

    /// Folds everything that has something below it.
    pub fn fold_all(&mut self, outline: &Outline) {
        if self.staged().is_some() {
            self.folded_stages.fill(true);
        } else {
            for node in outline.nodes() {
                let is_root = self.root_hidden && node.idx() == NodeIdx(0);
                self.folded[node.idx().at()] = node.has_children() && !is_root;
            }
        }
        self.lay_out(outline);
        // With several levels folded, the cursor belongs on the topmost that hides it.
        let top = self.all_above(outline, self.cursor).filter(|above| self.find(*above).is_ok()).last();
        self.cursor = top.unwrap_or(self.cursor);
    }

    /// What is folded, to be given to [`Tree::set_folds`] later.
    #[must_use]
    pub fn folds(&self) -> Folds {
        Folds { nodes: self.folded.clone(), stages: self.folded_stages.clone() }
    }

    /// Folds what was folded when `folds` was taken, as far as there are still the same nodes and stages.
    pub fn set_folds(&mut self, outline: &Outline, folds: Folds) {
        let Folds { nodes, stages } = folds;
        if nodes.len() == self.folded.len() {
            self.folded = nodes;
        }
        if stages.len() == self.folded_stages.len() {
            self.folded_stages = stages;
        }
        self.lay_out(outline);
    }

    /// Unfolds everything.
    pub fn unfold_all(&mut self, outline: &Outline) {
        if self.staged().is_some() {
            self.folded_stages.fill(false);
        } else {
            self.folded.fill(false);
        }
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
    use crate::domain::plan::{Entry, Plan};
    use crate::domain::point::{Components, parse_point};
    use crate::domain::strategy::Strategy;
    use crate::domain::verdict::Verdict;

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
        let text = |row: &Row| {
            let cursor = if Some(*row) == tree.selected() { ">" } else { "" };
            match row {
                Row::Node(idx) => format!("{cursor}{}", outline.node(*idx).text()),
                Row::Stage(at) => format!("{cursor}[{}]", at + 1),
            }
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

    /// `[1] smoke [2] [3] b1 b2 a1`, the second stage without a prompt.
    fn staged() -> (Plan, Tree) {
        use NodeKind::{Prompt, Section};
        let rows = [
            (Section, 1, "b -> c"),
            (Prompt, 2, "b1"),
            (Prompt, 2, "b2"),
            (Section, 1, "a -> b"),
            (Prompt, 2, "a1"),
            (Prompt, 1, "smoke"),
        ];
        let entries: Vec<Entry> =
            rows.iter().map(|(kind, depth, text)| Entry::new(*kind, *depth, 1, *text)).collect();
        let outline = Outline::from_entries(&entries, &[]);
        let connection = parse_point("c -> d", &Components::default()).unwrap();
        let plan = Plan { outline, connections: vec![connection], ..Plan::default() };
        let tree = Tree::new(&plan.outline, "Shop", None);
        (plan, tree)
    }

    fn order_of(plan: &Plan, strategy: Strategy) -> Order {
        Order::new(plan, strategy, &plan.defaults, &|_| Verdict::Untested, &|_| None)
    }

    #[test]
    fn stages_take_the_place_of_sections_and_give_it_back() {
        let (plan, mut tree) = staged();
        let outline = &plan.outline;
        tree.go_to(outline, NodeIdx(2));
        tree.set_order(outline, Some(order_of(&plan, Strategy::BottomUp)));
        assert_eq!(shown(&tree, outline), "[1] smoke [2] [3] b1 >b2 [4] a1");
        tree.step(outline, Motion::PreviousSection, 1);
        tree.step(outline, Motion::PreviousSection, 1);
        assert_eq!(shown(&tree, outline), "[1] smoke >[2] [3] b1 b2 [4] a1");
        tree.set_order(outline, None);
        assert_eq!(shown(&tree, outline), ">b -> c b1 b2 a -> b a1 smoke");
        tree.set_order(outline, Some(order_of(&plan, Strategy::BigBang)));
        assert_eq!(shown(&tree, outline), ">b -> c b1 b2 a -> b a1 smoke", "one stage needs no row");
        tree.set_order(outline, Some(order_of(&plan, Strategy::TopDown)));
        assert_eq!(shown(&tree, outline), "[1] smoke [2] a1 [3] >b1 b2 [4]", "below the section it was on");
    }

    #[test]
    fn stages_fold_and_filter_as_sections_do() {
        let (plan, mut tree) = staged();
        let outline = &plan.outline;
        tree.set_order(outline, Some(order_of(&plan, Strategy::BottomUp)));
        tree.go_to(outline, NodeIdx(2));
        tree.fold(outline);
        assert_eq!(shown(&tree, outline), "[1] smoke [2] >[3] b1 b2 [4] a1");
        tree.fold(outline);
        assert_eq!(shown(&tree, outline), "[1] smoke [2] >[3] [4] a1");
        tree.fold(outline);
        tree.unfold(outline);
        tree.unfold(outline);
        assert_eq!(shown(&tree, outline), "[1] smoke [2] [3] >b1 b2 [4] a1");
        tree.fold_all(outline);
        assert_eq!(shown(&tree, outline), "[1] [2] >[3] [4]");
        assert!(tree.go_to(outline, NodeIdx(4)));
        assert_eq!(shown(&tree, outline), "[1] [2] [3] [4] >a1");
        tree.unfold_all(outline);
        let mut mask = vec![false; 6];
        (mask[0], mask[1]) = (true, true);
        tree.set_mask(outline, Some(mask));
        assert_eq!(shown(&tree, outline), "[3] >b1", "a stage that shows nothing is hidden");
        assert!(!tree.go_to(outline, NodeIdx(3)));
        tree.set_mask(outline, Some(vec![false; 6]));
        assert_eq!((tree.cursor(), tree.rows().len()), (None, 0));
        tree.set_mask(outline, None);
        assert_eq!(shown(&tree, outline), "[1] smoke [2] [3] >b1 b2 [4] a1");
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
