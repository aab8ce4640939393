//! A walk through the parser's events that collects drafts.
//!
//! Knows CommonMark's events and nothing of what a draft becomes. It never recurses: containers are a stack, whose
//! height was bounded before the parser ran.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::TableRule;
use super::html::{self, Piece, TagEffect};
use super::table::{Cell, Columns, Table};
use crate::format::ParseError;
use crate::format::draft::{Detail, Draft, Drafts, What};
use crate::format::position::Lines;
use crate::format::prose::{Prose, Sense};

/// An open list, item or quote; the document itself is the first.
#[derive(Debug)]
struct Container {
    kind: ContainerKind,
    /// The headings in force inside it: level and draft.
    headings: Vec<(u8, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ContainerKind {
    Document,
    Quote,
    Item(usize),
    List {
        /// The number of its first item, for an ordered list.
        start: Option<u32>,
        /// The first draft inside it.
        first: usize,
        /// How many drafts before it can be nothing but nodes.
        nodes: usize,
    },
}

/// Text that is being read.
#[derive(Debug)]
struct OpenText {
    prose: Prose,
    /// Where its first character stands.
    offset: usize,
    /// The end of a checkbox at its start: what is before it is no text.
    mark_end: usize,
    heading: Option<u8>,
    /// Open links: where their text began, and their address.
    links: Vec<(usize, String)>,
    bold: usize,
    /// True once something outside bold was read.
    has_plain: bool,
}

/// A block whose lines are taken as they are.
#[derive(Debug)]
enum Raw {
    Code { text: String, language: String, fenced: bool },
    Html(String),
}

/// What was read so far, and what is open.
pub(super) struct Walker<'s> {
    source: &'s str,
    rule: TableRule,
    pub(super) drafts: Drafts,
    containers: Vec<Container>,
    text: Option<OpenText>,
    raw: Option<Raw>,
    table: Option<Table>,
    pub(super) has_table: bool,
    /// How many drafts are nodes in their own right wherever they stand.
    nodes: usize,
    /// The levels of the document's headings that stand under no other.
    pub(super) outermost: Vec<u8>,
    /// Where the last block of code or HTML ended.
    raw_end: Option<usize>,
    pub(super) first_h1: Option<String>,
    pub(super) first_heading: Option<String>,
}

impl<'s> Walker<'s> {
    pub(super) fn new(source: &'s str, rule: TableRule) -> Self {
        Self {
            source,
            rule,
            drafts: Drafts::default(),
            containers: vec![Container { kind: ContainerKind::Document, headings: Vec::new() }],
            text: None,
            raw: None,
            table: None,
            has_table: false,
            nodes: 0,
            outermost: Vec::new(),
            raw_end: None,
            first_h1: None,
            first_heading: None,
        }
    }

    /// Reads that part of the source.
    pub(super) fn walk(&mut self, part: Range<usize>, lines: &Lines<'_>) -> Result<(), ParseError> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let base = part.start;
        for (event, range) in Parser::new_ext(&self.source[part], options).into_offset_iter() {
            self.event(event, range.start + base..range.end + base);
            self.drafts.check_size(lines)?;
        }
        self.close_text();
        Ok(())
    }

    /// False where a block of code or HTML may reach beyond `end`, where reading ended: one that is closed ends before
    /// the empty line at the end.
    pub(super) fn is_closed_before(&self, end: usize) -> bool {
        self.raw_end.is_none_or(|raw_end| raw_end < end)
    }

    /// The levels of the document's headings that what comes next stands under, the outermost first.
    pub(super) fn open_headings(&self) -> impl Iterator<Item = u8> {
        let document = self.containers.first().into_iter();
        document.flat_map(|document| document.headings.iter().map(|(level, _)| *level))
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.raw {
                Some(Raw::Code { text: code, .. } | Raw::Html(code)) => code.push_str(&text),
                None => self.push_text(&text, range),
            },
            Event::Code(code) => self.push(&code, Sense::Literal, range.start),
            Event::Html(html) | Event::InlineHtml(html) => match &mut self.raw {
                Some(Raw::Code { text, .. } | Raw::Html(text)) => text.push_str(&html),
                None => self.inline_html(&html, range.start),
            },
            Event::SoftBreak => self.open_text(range.start).prose.space(),
            Event::HardBreak => self.open_text(range.start).prose.line_break(),
            Event::Rule => self.close_text(),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.push(&text, Sense::Literal, range.start);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.open_text(range.start);
            }
            Tag::Strong => self.open_text(range.start).bold += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let text = self.open_text(range.start);
                text.links.push((text.prose.len(), dest_url.into_string()));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            Tag::TableCell => self.begin_text(range.start, None),
            Tag::Paragraph => {
                self.close_text();
                self.begin_text(range.start, None);
            }
            Tag::Heading { level, .. } => {
                self.close_text();
                self.begin_text(range.start, Some(level as u8));
            }
            other => {
                self.close_text();
                self.start_block(other, &range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.enter(ContainerKind::Quote),
            Tag::List(start) => self.enter(ContainerKind::List {
                start: start.map(|start| u32::try_from(start).unwrap_or(u32::MAX)),
                first: self.drafts.len(),
                nodes: self.nodes,
            }),
            Tag::Item => {
                let mut draft = Draft::new(What::Item, self.owner(), range.start);
                draft.number = self.item_number(range.start);
                let idx = self.drafts.push(draft);
                self.enter(ContainerKind::Item(idx));
            }
            Tag::CodeBlock(kind) => {
                self.raw_end = Some(range.end);
                let (language, fenced) = match kind {
                    CodeBlockKind::Fenced(info) => {
                        (info.split_whitespace().next().unwrap_or_default().to_owned(), true)
                    }
                    CodeBlockKind::Indented => (String::new(), false),
                };
                self.raw = Some(Raw::Code { text: String::new(), language, fenced });
            }
            Tag::HtmlBlock => {
                self.raw_end = Some(range.end);
                self.raw = Some(Raw::Html(String::new()));
            }
            Tag::Table(_) => {
                self.has_table = true;
                self.table = Some(Table::default());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => {
                if let Some(text) = &mut self.text {
                    text.bold = text.bold.saturating_sub(1);
                }
            }
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            TagEnd::Paragraph | TagEnd::Heading(_) => self.close_text(),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Table => self.end_table(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.end_raw(),
            TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.close_text();
                if let Some(ContainerKind::Item(idx)) = self.containers.pop().map(|container| container.kind)
                {
                    self.drafts.forget_nothing(idx);
                }
            }
            TagEnd::List(_) => self.end_list(),
            _ => {}
        }
    }

    fn enter(&mut self, kind: ContainerKind) {
        self.containers.push(Container { kind, headings: Vec::new() });
    }

    /// The draft that what comes next belongs to.
    fn owner(&self) -> Option<usize> {
        self.containers.iter().rev().find_map(|container| {
            container.headings.last().map(|(_, idx)| *idx).or(match container.kind {
                ContainerKind::Item(idx) => Some(idx),
                _ => None,
            })
        })
    }

    /// The innermost container that holds text.
    fn innermost(&mut self) -> Option<&mut Container> {
        self.containers.iter_mut().next_back()
    }

    /// The number that the author gave the item at `offset`, in an ordered list.
    fn item_number(&self, offset: usize) -> Option<u32> {
        let ContainerKind::List { start, .. } = self.containers.last()?.kind else { return None };
        let start = start?;
        let marker = self.source[offset..].trim_start_matches([' ', '\t']);
        let digits = marker.bytes().take(9).take_while(u8::is_ascii_digit).count();
        Some(marker[..digits].parse().unwrap_or(start))
    }

    /// An ordered list inside a checkbox item is its steps, unless something in it is a node in its own right.
    fn end_list(&mut self) {
        let Some(list) = self.containers.pop() else { return };
        let ContainerKind::List { start: Some(_), first, nodes } = list.kind else { return };
        if nodes != self.nodes {
            return;
        }
        let Some(owner) = self.owner() else { return };
        let takes_steps = self.drafts.get(owner).is_some_and(|draft| {
            draft.what == What::Item && draft.checkbox.is_some() && !draft.text.is_empty()
        });
        if takes_steps && first <= self.drafts.len() {
            self.drafts.fold_steps(owner, first);
        }
    }

    fn begin_text(&mut self, start: usize, heading: Option<u8>) {
        self.text = Some(OpenText {
            prose: Prose::default(),
            offset: start,
            mark_end: start,
            heading,
            links: Vec::new(),
            bold: 0,
            has_plain: false,
        });
        if heading.is_none() && self.table.is_none() {
            self.read_checkbox(start);
        }
    }

    /// The text that is being read; in a tight list it begins without a paragraph.
    fn open_text(&mut self, start: usize) -> &mut OpenText {
        if self.text.is_none() {
            self.begin_text(start, None);
        }
        self.text.get_or_insert_with(|| OpenText {
            prose: Prose::default(),
            offset: start,
            mark_end: start,
            heading: None,
            links: Vec::new(),
            bold: 0,
            has_plain: false,
        })
    }

    /// `[ ]`, `[x]` or `[X]` and a blank or the end, where an item's first paragraph begins.
    fn read_checkbox(&mut self, start: usize) {
        let Some(Container { kind: ContainerKind::Item(idx), headings }) = self.containers.last() else {
            return;
        };
        let bytes = self.source.as_bytes();
        let is_escaped = start > 0 && bytes.get(start - 1) == Some(&b'\\');
        let ticked = match bytes.get(start..) {
            Some([b'[', b' ', b']', rest @ ..]) if ends_mark(rest) => false,
            Some([b'[', b'x' | b'X', b']', rest @ ..]) if ends_mark(rest) => true,
            _ => return,
        };
        if is_escaped || !headings.is_empty() {
            return;
        }
        let Some(draft) = self.drafts.get_mut(*idx) else { return };
        if draft.text.is_empty() && draft.checkbox.is_none() {
            draft.checkbox = Some(ticked);
            self.nodes += 1;
            if let Some(text) = &mut self.text {
                text.mark_end = start + 3;
            }
        }
    }

    /// Text as it stands in the source, or one escaped character, or what an entity stands for.
    fn push_text(&mut self, text: &str, range: Range<usize>) {
        let bytes = self.source.as_bytes();
        if text != &self.source[range.clone()] {
            return self.push(text, Sense::Literal, range.start);
        }
        let is_escaped = range.start > 0
            && bytes.get(range.start - 1) == Some(&b'\\')
            && text.starts_with(|c: char| c.is_ascii_punctuation());
        if is_escaped {
            self.push(&text[..1], Sense::Literal, range.start);
            return self.push(&text[1..], Sense::Markup, range.start + 1);
        }
        self.push(text, Sense::Markup, range.start);
    }

    fn push(&mut self, text: &str, sense: Sense, start: usize) {
        let open = self.open_text(start);
        let skipped = open.mark_end.saturating_sub(start).min(text.len());
        let text = text.get(skipped..).unwrap_or_default();
        let content = text.trim_start();
        if content.is_empty() {
            return open.prose.push(text, sense);
        }
        if open.prose.is_empty() {
            open.offset = start + skipped + (text.len() - content.len());
        }
        open.has_plain |= open.bold == 0;
        open.prose.push(text, sense);
    }

    fn inline_html(&mut self, tag: &str, start: usize) {
        let open = self.open_text(start);
        match html::effect_of(tag) {
            TagEffect::Break => open.prose.line_break(),
            TagEffect::BoldOn => open.bold += 1,
            TagEffect::BoldOff => open.bold = open.bold.saturating_sub(1),
            TagEffect::None => {}
        }
    }

    /// In detail a link's address stays visible where its text differs from it.
    fn end_link(&mut self) {
        let in_detail = self.table.is_none() && !self.reads_item_text();
        let Some(open) = &mut self.text else { return };
        let Some((start, address)) = open.links.pop() else { return };
        let differs = open.prose.since(start) != address;
        if in_detail && open.heading.is_none() && differs && !address.is_empty() && !address.starts_with('#')
        {
            open.prose.space();
            open.prose.push("(", Sense::Literal);
            open.prose.push(&address, Sense::Literal);
            open.prose.push(")", Sense::Literal);
        }
    }

    /// An image is its alternative text, or else the name of its file.
    fn end_image(&mut self) {
        let Some(open) = &mut self.text else { return };
        let Some((start, address)) = open.links.pop() else { return };
        if open.prose.since(start).is_empty() {
            let name = address.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default().to_owned();
            open.prose.push(&name, Sense::Literal);
        }
    }

    /// True where the open text will be the text of an item.
    fn reads_item_text(&self) -> bool {
        let Some(Container { kind: ContainerKind::Item(idx), headings }) = self.containers.last() else {
            return false;
        };
        headings.is_empty() && self.drafts.get(*idx).is_some_and(|draft| draft.text.is_empty())
    }

    fn close_text(&mut self) {
        let Some(open) = self.text.take() else { return };
        if let Some(level) = open.heading {
            return self.end_heading(level, open);
        }
        if open.prose.is_empty() {
            return;
        }
        if self.reads_item_text() {
            if let Some(ContainerKind::Item(idx)) = self.containers.last().map(|container| container.kind)
                && let Some(draft) = self.drafts.get_mut(idx)
            {
                draft.text = open.prose;
                draft.offset = open.offset;
            }
            return;
        }
        self.add_prose(open.prose);
    }

    /// Adds a paragraph, or a quote where it stands in one.
    fn add_prose(&mut self, prose: Prose) {
        let in_quote = self.containers.last().is_some_and(|container| container.kind == ContainerKind::Quote);
        self.add_detail(if in_quote { Detail::Quote(prose) } else { Detail::Paragraph(prose) });
    }

    fn add_detail(&mut self, detail: Detail) {
        if let Some(owner) = self.owner().and_then(|owner| self.drafts.get_mut(owner)) {
            owner.detail.push(detail);
        }
    }

    fn end_heading(&mut self, level: u8, open: OpenText) {
        if let Some(container) = self.innermost() {
            while container.headings.last().is_some_and(|(outer, _)| *outer >= level) {
                container.headings.pop();
            }
        }
        if self.containers.len() == 1
            && (self.first_heading.is_none() || (level == 1 && self.first_h1.is_none()))
        {
            let title = open.prose.clone().into_line().text;
            if !title.is_empty() {
                if level == 1 && self.first_h1.is_none() {
                    self.first_h1 = Some(title.clone());
                }
                self.first_heading.get_or_insert(title);
            }
        }
        let mut draft = Draft::new(What::Heading, self.owner(), open.offset);
        draft.text = open.prose;
        let is_outermost = draft.parent.is_none() && self.containers.len() == 1;
        let idx = self.drafts.push(draft);
        self.nodes += 1;
        if is_outermost {
            self.outermost.push(level);
        }
        if let Some(container) = self.innermost() {
            container.headings.push((level, idx));
        }
    }

    fn end_raw(&mut self) {
        match self.raw.take() {
            Some(Raw::Code { text, language, fenced }) => {
                self.add_code(&text, language, fenced);
            }
            Some(Raw::Html(html)) => {
                for piece in html::pieces(&html) {
                    self.add_html(piece);
                }
            }
            None => {}
        }
    }

    fn add_html(&mut self, piece: Piece) {
        match piece {
            Piece::Text(prose) if self.reads_item_text() => {
                if let Some(draft) = self.owner().and_then(|idx| self.drafts.get_mut(idx)) {
                    draft.text = prose;
                }
            }
            Piece::Text(prose) => self.add_prose(prose),
            Piece::Code { text, language } => self.add_code(&text, language, true),
        }
    }

    /// Blank lines at the end of code say nothing, and nobody could print them so that they are seen.
    fn add_code(&mut self, text: &str, language: String, fenced: bool) {
        let text = text.trim_end_matches(['\n', '\r']).to_owned();
        if !text.trim().is_empty() {
            self.add_detail(Detail::Code { text, language, fenced });
        }
    }

    fn end_cell(&mut self) {
        let Some(open) = self.text.take() else { return };
        let is_bold = !open.has_plain && !open.prose.is_empty();
        if let Some(table) = &mut self.table {
            table.push_cell(Cell { prose: open.prose, offset: open.offset, is_bold });
        }
    }

    fn end_table(&mut self) {
        self.text = None;
        let Some(table) = self.table.take() else { return };
        let columns = match self.rule {
            TableRule::Named => Columns::named(table.header()),
            TableRule::Every => Some(Columns::any(table.header())),
        };
        let owner = self.owner();
        if let Some(columns) = columns {
            let before = self.drafts.len();
            table.into_prompts(&columns, owner, &mut self.drafts);
            self.nodes += self.drafts.len() - before;
            return;
        }
        for prose in table.into_detail() {
            self.add_prose(prose);
        }
    }
}

/// True where a checkbox may end: before a blank or at the end of the text.
fn ends_mark(rest: &[u8]) -> bool {
    matches!(rest.first(), None | Some(b' ' | b'\t' | b'\n'))
}
