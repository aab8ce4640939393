//! The detail on the screen, laid out as far as it is seen.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::domain::id::PromptId;
use crate::domain::plan::{BlockKind, NodeRef};
use crate::domain::session::{Conditions, Mark, Note};
use crate::domain::strategy::Strategy;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Ground, Verdict};
use crate::tui::keymap::Action;
use crate::tui::layout::Area;
use crate::tui::model::Model;
use crate::tui::screens::walk::history;
use crate::tui::screens::walk::order::Order;
use crate::tui::screens::walk::state::Walk;
use crate::tui::screens::walk::tree::Row;
use crate::tui::widgets::ends;
use crate::tui::widgets::parts::{self, Look};
use crate::visible;

/// Draws as much of it as there is room for.
pub fn draw(frame: &mut Frame<'_>, model: &Model, walk: &Walk, area: Area, look: Look<'_>) {
    let inner = Area { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let lines = detail_lines(walk, model.now, inner.width, usize::from(area.height) + 1, look);
    let cut = lines.len() > usize::from(area.height);
    let shown = usize::from(area.height) - usize::from(cut && area.height > 0);
    for (row, line) in (0..area.height).zip(lines.into_iter().take(shown)) {
        parts::put(frame, inner, row, &line);
    }
    if cut {
        let key = model.settings.keymap.key_text(Action::Detail);
        let more = format!("{} {key}: all of it", look.glyphs.ellipsis);
        parts::put(frame, inner, area.height - 1, &Line::styled(more, look.theme.quiet()));
    }
}

/// The current prompt or section in full, wrapped to `width`, at most `most` lines.
#[must_use]
pub fn detail_lines(
    walk: &Walk,
    now: Timestamp,
    width: u16,
    most: usize,
    look: Look<'_>,
) -> Vec<Line<'static>> {
    let mut page = PageLines { lines: Vec::new(), width: usize::from(width).max(1), most, look };
    if let (Some(Row::Stage(at)), Some(order)) = (walk.tree.selected(), walk.tree.order()) {
        page.stage(order, at);
        return page.lines;
    }
    let Some(node) = walk.current() else { return page.lines };
    page.place(walk, node);
    page.blank();
    if !node.names_point() {
        page.text(node.text(), "", look.theme.strong());
    }
    page.verdict(walk, node);
    history::view::turn(&mut page, walk, node);
    page.new_in_stage(walk, node);
    page.tags(node);
    page.why_here(walk, node);
    if node.blocks().next().is_some() {
        page.blank();
        page.blocks(node);
    }
    if let Some(expected) = node.expected() {
        page.blank();
        page.labelled("expected", expected);
    }
    if let Some(command) = node.command() {
        page.blank();
        page.line(Line::styled("command", look.theme.quiet()));
        page.text(command, "  ", look.theme.accent());
    }
    history::view::last_time(&mut page, walk, node, now);
    let notes = walk.session.notes_on(walk.revision.id_at(node.idx()));
    if node.is_prompt() {
        page.notes(notes);
    }
    page.lines
}

/// Lines being filled up to a limit, so that a novel in a detail costs what is seen of it.
pub(in crate::tui::screens::walk) struct PageLines<'a> {
    lines: Vec<Line<'static>>,
    width: usize,
    most: usize,
    pub(in crate::tui::screens::walk) look: Look<'a>,
}

impl PageLines<'_> {
    fn is_full(&self) -> bool {
        self.lines.len() >= self.most
    }

    fn line(&mut self, line: Line<'static>) {
        if !self.is_full() {
            self.lines.push(line);
        }
    }

    pub(in crate::tui::screens::walk) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.line(Line::default());
        }
    }

    /// `text` wrapped, every line behind `lead`.
    pub(in crate::tui::screens::walk) fn text(
        &mut self,
        text: &str,
        lead: &str,
        style: ratatui::style::Style,
    ) {
        if self.is_full() {
            return;
        }
        let room = (self.width * (self.most - self.lines.len())).saturating_mul(4);
        let seen = match text.char_indices().nth(room) {
            Some((end, _)) => &text[..end],
            None => text,
        };
        for line in parts::wrapped(seen, self.width.saturating_sub(visible::width(lead)).max(1)) {
            self.line(Line::styled(format!("{lead}{line}"), style));
        }
    }

    fn labelled(&mut self, label: &str, text: &str) {
        self.line(Line::styled(label.to_owned(), self.look.theme.quiet()));
        self.text(text, "  ", self.look.theme.text());
    }

    /// Where the node is: its integration point, else the titles above it.
    fn place(&mut self, walk: &Walk, node: NodeRef<'_>) {
        let theme = self.look.theme;
        if let Some(point) = node.point() {
            let (ends, kind) = parts::point(point, self.look);
            let mut spans = vec![Span::styled(visible::line(&ends).into_owned(), theme.accent())];
            spans.extend(kind.map(|kind| Span::styled(format!("  {}", visible::line(&kind)), theme.quiet())));
            let now = ends::of(point, walk.session.states());
            ends::beside(spans, &now, self.width, self.look).into_iter().for_each(|line| self.line(line));
            return;
        }
        let path = parts::path(node, walk, self.look);
        if !path.is_empty() {
            self.text(&path, "", theme.quiet());
        }
    }

    /// A stage in full: what it adds to what, what is fake, what closes a cycle, how far it is.
    fn stage(&mut self, order: &Order, at: u32) {
        let theme = self.look.theme;
        let Some(stage) = order.stage(at) else { return };
        let count = order.walkway().count(stage);
        self.line(Line::styled(
            format!("{} {}", order.strategy(), count.trim_end_matches(": ")),
            theme.accent(),
        ));
        self.blank();
        for (at, part) in stage.parts(usize::MAX, usize::MAX).iter().enumerate() {
            let part = parts::arrows(part, self.look.glyphs);
            self.text(&part, "", if at == 0 { theme.strong() } else { theme.text() });
        }
        let counts = order.counts(at);
        self.blank();
        if stage.prompts.is_empty() {
            self.text("no prompt asks about what is added here", "", theme.quiet());
        } else {
            self.line(Line::raw(format!("{} of {} tested", counts.tested(), counts.total())));
            self.line(Line::from(parts::counts(counts, false, self.look)));
        }
    }

    /// For a prompt that failed, what its stage added: the first thing to look at.
    fn new_in_stage(&mut self, walk: &Walk, node: NodeRef<'_>) {
        let Some(order) = walk.tree.order() else { return };
        let failed = walk.progress.verdict(node.idx()) == Some(Verdict::Fail);
        let is_staged = !matches!(order.strategy(), Strategy::BigBang | Strategy::RiskFirst);
        if let Some((stage, _)) = order.step(node.idx()).filter(|_| failed && is_staged)
            && !stage.adding.is_empty()
        {
            let new = format!("new in this stage: {}", stage.adding.join(", "));
            self.text(&new, "", self.look.theme.strong());
        }
    }

    /// Why a prompt comes where it comes, in another order than the plan's.
    fn why_here(&mut self, walk: &Walk, node: NodeRef<'_>) {
        if let Some((_, step)) = walk.tree.order().and_then(|order| order.step(node.idx())) {
            self.blank();
            self.text(&format!("comes here because {}", step.reason), "", self.look.theme.quiet());
        }
    }

    fn verdict(&mut self, walk: &Walk, node: NodeRef<'_>) {
        let theme = self.look.theme;
        let Some(id) = walk.revision.id_at(node.idx()) else {
            let counts = walk.progress.below(node.idx());
            self.blank();
            self.line(Line::raw(format!("{} of {} tested", counts.tested(), counts.total())));
            self.line(Line::from(parts::counts(counts, false, self.look)));
            return;
        };
        if let Some(unsaved) = walk.unsaved_verdict(id) {
            self.blank();
            self.line(Line::styled(format!(" {} NOT SAVED YET ", unsaved.word()), theme.alarm()));
        }
        let Some(mark) = walk.session.mark(id) else {
            if let Some(by) = walk.session.unblocked_by(id) {
                self.blank();
                self.text(&format!("was blocked by: {}, which passed", walk.title_of(by)), "", theme.quiet());
            }
            return;
        };
        self.blank();
        let mut spans = parts::badge(mark.standing(), self.look);
        let at = Span::styled(format!("  {}", mark.at.date_hour_minute()), theme.quiet());
        if parts::cells(&spans) + visible::width(&at.content) > self.width {
            self.line(Line::from(std::mem::take(&mut spans)));
        }
        spans.push(at);
        self.line(Line::from(spans));
        self.ends(walk, node, mark.conditions);
        if mark.wording != node.text() {
            self.text(mark.wording, "judged as: ", theme.quiet());
        }
        self.blocking(walk, id, mark);
    }

    /// What blocks a prompt, or how many it blocks.
    fn blocking(&mut self, walk: &Walk, prompt: PromptId, mark: Mark<'_>) {
        let style = self.look.theme.text();
        if let Some(by) = mark.blocked_by {
            let glyph = self.look.glyphs.verdict(walk.session.verdict(by));
            self.text(&format!("blocked by: {glyph} {}", walk.title_of(by)), "", style);
        }
        if mark.verdict == Verdict::Fail {
            match walk.session.blocked_by(prompt).len() {
                0 => {}
                1 => self.text("blocks 1 prompt", "", style),
                n => self.text(&format!("blocks {n} prompts"), "", style),
            }
        }
    }

    /// Who stood in when it was marked; else what stood there, where that is no longer so.
    fn ends(&mut self, walk: &Walk, node: NodeRef<'_>, then: &Conditions) {
        let Some(ends) = &then.ends else { return };
        let now = node.point().map(|point| ends::of(point, walk.session.states()));
        if ends.ground() == Ground::Provisional {
            self.text(
                &format!("with {}", ends.stand_ins()),
                "  ",
                self.look.theme.standing(parts::PROVISIONAL),
            );
        } else if now.is_none_or(|now| now != *ends) && !ends.known().is_empty() {
            self.text(&format!("with {}", ends.known()), "  ", self.look.theme.quiet());
        }
    }

    fn tags(&mut self, node: NodeRef<'_>) {
        let tags: Vec<String> = node.tags().iter().map(|tag| format!("#{tag}")).collect();
        if !tags.is_empty() {
            self.text(&tags.join(" "), "", self.look.theme.accent());
        }
    }

    fn blocks(&mut self, node: NodeRef<'_>) {
        let theme = self.look.theme;
        let mut after_step = false;
        for block in node.blocks() {
            if self.is_full() {
                return;
            }
            let is_step = matches!(block.kind, BlockKind::Step { .. });
            if !(after_step && is_step) {
                self.blank();
            }
            match block.kind {
                BlockKind::Paragraph => self.text(block.text, "", theme.text()),
                BlockKind::Code => self.text(block.text, "  ", theme.accent()),
                BlockKind::Quote => {
                    self.text(block.text, if self.look.glyphs.ascii { "| " } else { "│ " }, theme.quiet());
                }
                BlockKind::Step { depth, number } => self.step(block.text, usize::from(depth), number),
            }
            after_step = is_step;
        }
    }

    fn step(&mut self, text: &str, depth: usize, number: Option<u32>) {
        let mark = number.map_or("- ".to_owned(), |number| format!("{number}. "));
        let lead = "   ".repeat(depth.min(8));
        let indent = visible::width(&mark) + visible::width(&lead);
        for (at, line) in
            parts::wrapped(text, self.width.saturating_sub(indent).max(1)).into_iter().enumerate()
        {
            let mark = if at == 0 { mark.clone() } else { " ".repeat(mark.len()) };
            self.line(Line::from(vec![
                Span::raw(lead.clone()),
                Span::styled(mark, self.look.theme.quiet()),
                Span::raw(line),
            ]));
        }
    }

    fn notes<'n>(&mut self, notes: impl Iterator<Item = Note<'n>>) {
        for (at, note) in notes.enumerate() {
            if self.is_full() {
                return;
            }
            if at == 0 {
                self.blank();
                self.line(Line::styled("notes", self.look.theme.quiet()));
            }
            let head = format!("  {} {}  ", note.at.hour_minute(), note.note.kind.word());
            let indent = visible::width(&head);
            let lines = parts::wrapped(&note.note.text, self.width.saturating_sub(indent).max(8));
            for (row, line) in lines.into_iter().enumerate() {
                let lead = if row == 0 { head.clone() } else { " ".repeat(indent) };
                self.line(Line::from(vec![Span::styled(lead, self.look.theme.quiet()), Span::raw(line)]));
            }
        }
    }
}
