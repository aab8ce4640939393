//! A plan as Markdown that reads back as the same plan.
//!
//! Sections are headings where Markdown has a heading for their place: not deeper than six, and with no prompt of
//! the same parent after them, which the heading would swallow. Elsewhere they are list items: `- Section` where a
//! prompt below makes a section of the item, else `- # Section`.

use super::escape::{is_unsafe, push_entity, push_inline, push_line};
use super::front_matter;
use super::prose::expectation_colon;
use crate::domain::plan::{BlockKind, BlockRef, NodeIdx, NodeRef, Plan};

/// Markdown has no deeper heading.
const MAX_HEADING: usize = 6;

/// The plan as Markdown: reading it gives the same plan, apart from lines and columns.
///
/// Control characters, bidi controls and invisible characters of the outline come out as numeric entities, so that
/// the body can be shown in a terminal. The front matter is kept as it was written, byte for byte: a caller that
/// shows it makes it visible first.
#[must_use]
pub fn print_markdown(plan: &Plan) -> String {
    let mut printer = Printer { out: String::new(), layout: Layout::of(plan), places: Vec::new() };
    printer.front_matter(plan);
    for node in plan.outline.nodes() {
        printer.node(node);
    }
    printer.out
}

/// Which sections can be headings, and of which level.
struct Layout {
    /// The last prompt directly below each node, and below none.
    last_prompt_child: Vec<Option<NodeIdx>>,
    last_top_prompt: Option<NodeIdx>,
    /// For each node, whether a prompt stands below it.
    has_prompt: Vec<bool>,
    titles: Titles,
}

/// What keeps the plan's title when its headings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Titles {
    /// Headings are as deep as their sections.
    AsDeep,
    /// Those before this section are one deeper, so that it is the first of level one.
    FirstAt(NodeIdx),
    /// No heading gives the title: none is printed.
    NoHeading,
}

impl Layout {
    fn of(plan: &Plan) -> Self {
        let outline = &plan.outline;
        let mut layout = Self {
            last_prompt_child: vec![None; outline.len()],
            last_top_prompt: None,
            has_prompt: vec![false; outline.len()],
            titles: Titles::AsDeep,
        };
        for node in outline.prompts() {
            match node.parent() {
                Some(parent) => layout.last_prompt_child[parent.idx().at()] = Some(node.idx()),
                None => layout.last_top_prompt = Some(node.idx()),
            }
        }
        for node in outline.nodes().rev() {
            if let Some(parent) = node.parent()
                && (node.is_prompt() || layout.has_prompt[node.idx().at()])
            {
                layout.has_prompt[parent.idx().at()] = true;
            }
        }
        layout.titles = layout.titles(plan);
        layout
    }

    fn titles(&self, plan: &Plan) -> Titles {
        let raw = plan.front_matter.as_deref();
        let has_title = match raw {
            Some(raw) => !front_matter::read(&fenced(raw)).plan.title.is_empty(),
            None => needs_front_matter(plan),
        };
        let top = plan.outline.nodes().filter(|node| node.depth() == 1);
        let mut headings = top.filter(|node| self.is_heading_place(*node)).peekable();
        if has_title || headings.peek().is_none() {
            return Titles::AsDeep;
        }
        headings
            .find(|node| node.text() == plan.title && !plan.title.is_empty())
            .map_or(Titles::NoHeading, |node| Titles::FirstAt(node.idx()))
    }

    /// True for a section after which no prompt of the same parent comes.
    fn is_heading_place(&self, node: NodeRef<'_>) -> bool {
        let last_prompt = match node.parent() {
            Some(parent) => self.last_prompt_child[parent.idx().at()],
            None => self.last_top_prompt,
        };
        !node.is_prompt() && last_prompt.is_none_or(|prompt| prompt < node.idx())
    }

    /// The level of the heading that `node` is printed as, below a parent that is one too.
    fn heading_level(&self, node: NodeRef<'_>) -> Option<usize> {
        let level = match self.titles {
            Titles::NoHeading => return None,
            Titles::FirstAt(first) if node.idx() < first => node.depth() + 1,
            _ => node.depth(),
        };
        (self.is_heading_place(node) && level <= MAX_HEADING).then_some(level)
    }
}

fn fenced(raw: &str) -> String {
    format!("---\n{raw}\n---\n")
}

/// True for a plan without front matter whose values only front matter can hold.
fn needs_front_matter(plan: &Plan) -> bool {
    plan.id.is_some() || !(plan.components.is_empty() && plan.fields.is_empty() && plan.data.is_empty())
}

/// Where a printed node's content stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The columns before its content.
    indent: usize,
    /// True for a heading that is in no list.
    is_heading: bool,
}

struct Printer {
    out: String,
    layout: Layout,
    /// The places of the nodes that are open, by depth.
    places: Vec<Place>,
}

impl Printer {
    fn front_matter(&mut self, plan: &Plan) {
        match &plan.front_matter {
            Some(raw) => self.out.push_str(&fenced(raw)),
            None if needs_front_matter(plan) => self.out.push_str(&fenced(&made_front_matter(plan))),
            None => {}
        }
    }

    fn node(&mut self, node: NodeRef<'_>) {
        self.places.truncate(node.depth() - 1);
        let outer = self.places.last().copied().unwrap_or(Place { indent: 0, is_heading: true });
        let level = if outer.is_heading { self.layout.heading_level(node) } else { None };
        let has_prompt = self.layout.has_prompt[node.idx().at()];
        let has_steps = node.blocks().any(|block| matches!(block.kind, BlockKind::Step { .. }));
        if let Some(level) = level {
            self.blank_line();
            self.out.push_str(&"#".repeat(level));
            self.out.push(' ');
        } else {
            if outer.is_heading && (self.out.ends_with("---\n") || self.after_heading(node)) {
                self.blank_line();
            }
            self.indent(outer.indent);
            self.out.push_str("- ");
            if node.is_prompt() {
                // Without a box, prompts and steps below it would make it a section.
                match node.checkbox().or((has_prompt || has_steps).then_some(false)) {
                    Some(true) => self.out.push_str("[x] "),
                    Some(false) => self.out.push_str("[ ] "),
                    None => {}
                }
            } else if !has_prompt || node.text().is_empty() {
                self.out.push_str("# ");
            }
        }
        self.head(node);
        let indent = if level.is_some() { 0 } else { outer.indent + 2 };
        self.places.push(Place { indent, is_heading: level.is_some() });
        self.detail(node, indent);
    }

    /// True where the line before is a heading or a paragraph, which a list had better stand apart from.
    fn after_heading(&self, node: NodeRef<'_>) -> bool {
        node.idx().at() > 0 && node.parent().is_some_and(|parent| parent.idx().at() + 1 == node.idx().at())
    }

    /// Text, tags and anchor.
    fn head(&mut self, node: NodeRef<'_>) {
        push_line(&mut self.out, node.text());
        for tag in node.own_tags() {
            self.out.push_str(" #");
            push_inline(&mut self.out, tag, '#');
        }
        if let Some(anchor) = node.anchor() {
            self.out.push_str(" {#");
            push_inline(&mut self.out, anchor, '#');
            self.out.push('}');
        }
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    fn detail(&mut self, node: NodeRef<'_>, indent: usize) {
        if let Some(expected) = node.expected() {
            self.blank_line();
            self.indent(indent);
            self.out.push_str("Expected: ");
            self.lines(expected, indent, "");
        }
        if let Some(command) = node.command() {
            self.blank_line();
            self.code(command, "sh", indent);
        }
        // The widths of the open steps' markers: what stands in a step is indented by them.
        let mut steps: Vec<usize> = Vec::new();
        for block in node.blocks() {
            self.block(block, node.is_prompt(), indent, &mut steps);
        }
        if node.expected().is_some() || node.command().is_some() || node.blocks().next().is_some() {
            self.blank_line();
        }
    }

    fn block(&mut self, block: BlockRef<'_>, takes_steps: bool, indent: usize, steps: &mut Vec<usize>) {
        if let BlockKind::Step { depth, number } = block.kind {
            let depth = usize::from(depth).min(steps.len());
            if takes_steps && (depth > 0 || number.is_some()) {
                return self.step(block.text, depth, number, indent, steps);
            }
        }
        let in_step = indent + steps.iter().sum::<usize>();
        self.blank_line();
        match block.kind {
            BlockKind::Code => self.code(block.text, block.language, in_step),
            BlockKind::Quote => {
                steps.clear();
                self.indent(indent);
                self.out.push_str("> ");
                self.lines(block.text, indent, "> ");
            }
            BlockKind::Paragraph | BlockKind::Step { .. } => {
                steps.clear();
                self.indent(indent);
                match expectation_colon(block.text) {
                    Some(colon) => {
                        push_line(&mut self.out, &block.text[..colon]);
                        self.out.push_str("&#58;");
                        self.lines(&block.text[colon + 1..], indent, "");
                    }
                    None => self.lines(block.text, indent, ""),
                }
            }
        }
    }

    fn step(&mut self, text: &str, depth: usize, number: Option<u32>, indent: usize, steps: &mut Vec<usize>) {
        // An item without text must not be followed by a blank line, or what is in it falls out.
        let follows_marker = self.out.ends_with(".\n") && depth == steps.len() && depth > 0 && {
            let line = self.out.trim_end().rsplit('\n').next().unwrap_or_default();
            line.trim_start().trim_end_matches('.').bytes().all(|byte| byte.is_ascii_digit())
        };
        if !follows_marker {
            self.blank_line();
        }
        steps.truncate(depth);
        self.indent(indent + steps.iter().sum::<usize>());
        let marker = number.map_or("- ".to_owned(), |number| format!("{number}. "));
        steps.push(marker.len());
        self.out.push_str(&marker);
        self.lines(text, indent + steps.iter().sum::<usize>(), "");
    }

    /// Lines of text, apart by hard breaks; the first one's indentation is already there.
    fn lines(&mut self, text: &str, indent: usize, prefix: &str) {
        for (idx, line) in text.split('\n').filter(|line| !line.is_empty()).enumerate() {
            if idx > 0 {
                self.out.push_str("\\\n");
                self.indent(indent);
                self.out.push_str(prefix);
            }
            push_line(&mut self.out, line);
        }
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    fn code(&mut self, code: &str, language: &str, indent: usize) {
        if code.chars().any(|c| is_unsafe(c) && !matches!(c, '\n' | '\t')) {
            return self.preformatted(code, language, indent);
        }
        let mark = if language.contains('`') { '~' } else { '`' };
        let longest = code.split(|c| c != mark).map(str::len).max().unwrap_or(0);
        let fence = mark.to_string().repeat(longest.max(2) + 1);
        self.indent(indent);
        self.out.push_str(&fence);
        push_inline(&mut self.out, language, ' ');
        self.out.push('\n');
        for line in code.split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        self.indent(indent);
        self.out.push_str(&fence);
        self.out.push('\n');
    }

    /// Code with characters that a terminal must not see: no entity is read inside a fence, but inside HTML.
    fn preformatted(&mut self, code: &str, language: &str, indent: usize) {
        self.indent(indent);
        self.out.push_str("<pre><code class=\"language-");
        language.chars().for_each(|c| push_html(&mut self.out, c, !c.is_alphanumeric()));
        self.out.push_str("\">");
        let last = code.chars().count().saturating_sub(1);
        let mut starts_line = true;
        for (idx, c) in code.chars().enumerate() {
            match c {
                '\n' if idx == 0 || idx == last => push_entity(&mut self.out, c),
                '\n' => {
                    self.out.push('\n');
                    starts_line = true;
                    continue;
                }
                _ => {
                    if starts_line && idx > 0 {
                        self.indent(indent);
                    }
                    push_html(&mut self.out, c, starts_line && c.is_whitespace());
                }
            }
            starts_line = false;
        }
        self.out.push_str("</code></pre>\n");
    }

    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

fn push_html(out: &mut String, c: char, always: bool) {
    let is_markup = matches!(c, '&' | '<' | '>' | '"' | '\'');
    if always || is_markup || (is_unsafe(c) && !matches!(c, '\n' | '\t')) {
        push_entity(out, c);
    } else {
        out.push(c);
    }
}

/// Front matter for a plan that has none but needs it: JSON strings are YAML.
fn made_front_matter(plan: &Plan) -> String {
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let list = |names: &[String]| names.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    lines.extend(plan.id.as_ref().map(|id| format!("id: {}", quoted(id))));
    lines.push(format!("title: {}", quoted(&plan.title)));
    if !plan.components.is_empty() {
        lines.push(format!("components: [{}]", list(&plan.components)));
    }
    if !plan.fields.is_empty() {
        lines.push(format!("fields: [{}]", list(&plan.fields)));
    }
    if !plan.data.is_empty() {
        lines.push("data:".to_owned());
    }
    for row in &plan.data {
        let pairs: Vec<String> =
            row.0.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
        lines.push(format!("  - {{{}}}", pairs.join(", ")));
    }
    lines.join("\n")
}
