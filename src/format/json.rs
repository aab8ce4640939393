//! JSON that a terminal can show: the plan's own document, and the writer that all JSON outputs share.
//!
//! Knows values, not where the text goes.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::escape::is_unsafe;
use crate::domain::plan::{DataRow, NodeKind, NodeRef, Plan};
use crate::domain::point::IntegrationPoint;

/// Escapes, on top of what JSON demands, every character that could drive or deceive a terminal.
struct SafeFormatter<F> {
    layout: F,
}

impl<F: Formatter> Formatter for SafeFormatter<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object_value(writer)
    }
}

/// `value` as JSON with two spaces of indentation, a final line break, and no character that a terminal obeys.
///
/// Nothing is lost: what is escaped reads back as itself. A value that JSON cannot hold (a map whose keys are no
/// strings) gives `null`; the documents of this program have none.
#[must_use]
pub fn to_safe_json<T: Serialize>(value: &T) -> String {
    let mut bytes = Vec::new();
    let formatter = SafeFormatter { layout: PrettyFormatter::new() };
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    if value.serialize(&mut serializer).is_err() {
        bytes = b"null".to_vec();
    }
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Writes `value` as [`to_safe_json`] does, but on one line and without a line break behind it: for documents too large
/// to be held.
///
/// # Errors
///
/// What `out` fails with, or a value that JSON cannot hold.
pub(super) fn write_safe_line<T: Serialize + ?Sized>(value: &T, out: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer =
        serde_json::Serializer::with_formatter(out, SafeFormatter { layout: CompactFormatter });
    value.serialize(&mut serializer).map_err(io::Error::from)
}

#[derive(Serialize)]
struct PlanDocument<'p> {
    format: &'static str,
    title: &'p str,
    id: Option<&'p str>,
    components: &'p [String],
    defaults: Vec<DefaultDocument<'p>>,
    connections: Vec<PointDocument<'p>>,
    fields: &'p [String],
    data: Vec<Row<'p>>,
    integration_points: Vec<PointDocument<'p>>,
    outline: Vec<NodeDocument<'p>>,
    counts: Counts,
}

/// A row of test data as an object, its keys in the order of the plan.
struct Row<'p>(&'p DataRow);

impl Serialize for Row<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The state that a session finds a component in, where the plan says one.
#[derive(Serialize)]
struct DefaultDocument<'p> {
    name: &'p str,
    state: &'static str,
    fake: Option<&'p str>,
}

#[derive(Serialize)]
struct PointDocument<'p> {
    from: &'p str,
    to: &'p str,
    kind: Option<&'p str>,
    both_ways: bool,
}

impl<'p> PointDocument<'p> {
    fn of(point: &'p IntegrationPoint) -> Self {
        Self { from: &point.from, to: &point.to, kind: point.kind.as_deref(), both_ways: point.both_ways }
    }
}

#[derive(Serialize)]
struct Ends<'p> {
    from: &'p str,
    to: &'p str,
}

#[derive(Serialize)]
struct NodeDocument<'p> {
    kind: &'static str,
    depth: usize,
    text: &'p str,
    line: u32,
    tags: Vec<&'p str>,
    anchor: Option<&'p str>,
    point: Option<Ends<'p>>,
    detail: Option<String>,
    expected: Option<&'p str>,
    command: Option<&'p str>,
    checkbox: Option<bool>,
}

impl<'p> NodeDocument<'p> {
    fn of(node: NodeRef<'p>) -> Self {
        Self {
            kind: match node.kind() {
                NodeKind::Section => "section",
                NodeKind::Prompt => "prompt",
            },
            depth: node.depth(),
            text: node.text(),
            line: node.line(),
            tags: node.tags(),
            anchor: node.anchor(),
            point: node.point().map(|point| Ends { from: &point.from, to: &point.to }),
            detail: Some(node.detail()).filter(|detail| !detail.is_empty()),
            expected: node.expected(),
            command: node.command(),
            // Whether the box was ticked means nothing: verdicts live in sessions.
            checkbox: node.checkbox().map(|_| true),
        }
    }
}

#[derive(Serialize)]
struct Counts {
    sections: usize,
    prompts: usize,
    max_depth: usize,
}

/// The plan as a `seamwalk.plan/1` document.
#[must_use]
pub fn plan_json(plan: &Plan) -> String {
    let outline = &plan.outline;
    to_safe_json(&PlanDocument {
        format: "seamwalk.plan/1",
        title: &plan.title,
        id: plan.id.as_deref(),
        components: &plan.components,
        defaults: plan
            .defaults
            .iter()
            .map(|(name, state)| DefaultDocument { name, state: state.word(), fake: state.fake_name() })
            .collect(),
        connections: plan.connections.iter().map(PointDocument::of).collect(),
        fields: &plan.fields,
        data: plan.data.iter().map(Row).collect(),
        integration_points: outline.points().iter().map(PointDocument::of).collect(),
        outline: outline.nodes().map(NodeDocument::of).collect(),
        counts: Counts {
            sections: outline.section_count(),
            prompts: outline.prompt_count(),
            max_depth: outline.max_depth(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_drives_no_terminal_and_loses_nothing() {
        let text = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200d}\u{e0041}\u{feff}\"\\\n😀";
        let json = to_safe_json(&text);
        assert!(json.chars().all(|c| c == '\n' || !is_unsafe(c)), "{json}");
        assert!(json.contains("\\udb40\\udc41"), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
