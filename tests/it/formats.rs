//! The plan file's contract: small files in, sections and prompts out; and printing a plan loses nothing.

#![expect(
    clippy::print_stdout,
    reason = "a test stops at what it did not expect, and a measurement is printed"
)]

use proptest::prelude::*;
use seamwalk::domain::plan::{BlockKind, DataRow, Entry, NodeKind, NodeRef, Outline, Plan};
use seamwalk::format::{
    ParseError, Parsed, Severity, SourceKind, check, parse, print_markdown, require_prompts,
};

fn read(text: &str, kind: SourceKind) -> Parsed {
    parse(text.as_bytes(), kind, "file").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn markdown(text: &str) -> Plan {
    read(text, SourceKind::Markdown).plan
}

/// One line a node: `§` or `·` by its kind, its depth, text, tags, anchor, box, expectation, command and detail.
fn show(plan: &Plan) -> Vec<String> {
    let node = |node: NodeRef<'_>| {
        let mut line =
            format!("{}{} {}", if node.is_prompt() { '·' } else { '§' }, node.depth(), node.text());
        node.own_tags().for_each(|tag| line.push_str(&format!(" #{tag}")));
        node.anchor().into_iter().for_each(|anchor| line.push_str(&format!(" {{#{anchor}}}")));
        node.checkbox().into_iter().for_each(|_| line.push_str(" ☐"));
        node.expected().into_iter().for_each(|expected| line.push_str(&format!(" ⇒ {expected}")));
        node.command().into_iter().for_each(|command| line.push_str(&format!(" $ {command}")));
        for block in node.blocks() {
            let mark = match block.kind {
                BlockKind::Paragraph => "¶".to_owned(),
                BlockKind::Code => format!("code({})", block.language),
                BlockKind::Quote => "quote".to_owned(),
                BlockKind::Step { depth, number: Some(number) } => format!("step{depth}.{number}"),
                BlockKind::Step { depth, number: None } => format!("step{depth}"),
            };
            line.push_str(&format!(" | {mark} {}", block.text));
        }
        line
    };
    plan.outline.nodes().map(node).collect()
}

/// The plan without what printing cannot keep: lines and columns.
fn without_places(plan: &Plan) -> Plan {
    let mut entries = plan.outline.entries();
    for entry in &mut entries {
        (entry.line, entry.column) = (1, 1);
    }
    Plan { outline: Outline::from_entries(&entries, &plan.components), ..plan.clone() }
}

#[track_caller]
fn assert_prints_back(plan: &Plan) {
    let printed = print_markdown(plan);
    let again = parse(printed.as_bytes(), SourceKind::Markdown, &plan.title)
        .unwrap_or_else(|error| panic!("line {}: {error}\n{printed}", error.line()));
    let (before, after) = (without_places(plan), without_places(&again.plan));
    assert_eq!(show(&before), show(&after), "{printed}");
    assert_eq!(before, after, "{printed}");
}

#[track_caller]
fn assert_reads(text: &str, nodes: &[&str]) {
    let plan = markdown(text);
    assert_eq!(show(&plan), nodes, "{text}");
    assert_prints_back(&plan);
}

#[test]
fn blank_lines_at_the_end_of_code_say_nothing() {
    let code = |text: &str| {
        let plan = markdown(text);
        assert_prints_back(&plan);
        plan.outline.prompts().next().unwrap().command().unwrap().to_owned()
    };
    assert_eq!(code("- a\n  ```sh\n  ls\n\n  pwd\n\n\n  ```\n"), "ls\n\npwd");
    assert_eq!(
        code("- a\n\n  <pre><code class=\"language-sh\">ls&#x1b;\n\n&#xa;</code></pre>\n"),
        "ls\u{1b}"
    );
}

#[test]
fn headings_are_sections_and_items_are_prompts() {
    let cases: &[(&str, &[&str])] = &[
        ("# A\n- b\n## C\n- d\n# E\n- f\n", &["§1 A", "·2 b", "§2 C", "·3 d", "§1 E", "·2 f"]),
        ("A\n=\n\nB\n-\n* c\n+ d\n", &["§1 A", "§2 B", "·3 c", "·3 d"]),
        ("### A\n- b\n# C\n- d\n", &["§1 A", "·2 b", "§1 C", "·2 d"]),
        ("# A\n#### B\n- c\n", &["§1 A", "§2 B", "·3 c"]),
        ("- a\n  - b\n    - c\n- d\n", &["§1 a", "§2 b", "·3 c", "·1 d"]),
        ("- [ ] a\n  - [x] b\n  - c\n", &["·1 a ☐", "·2 b ☐", "·2 c"]),
        ("- a\n  - [ ] b\n", &["§1 a", "·2 b ☐"]),
        ("1. a\n2. b\n   1. c\n", &["·1 a", "§1 b", "·2 c"]),
        (
            "- [X] a\n- [ ]\tb\n- [y] c\n- [ ]d\n- \\[ ] e\n",
            &["·1 a ☐", "·1 b ☐", "·1 [y] c", "·1 [ ]d", "·1 [ ] e"],
        ),
        ("- [ ] \n- a\n-\n  - b\n- \n", &["·1 a", "·1 b"]),
        ("- a\n\n  *\n- b\n  -\n", &["·1 a", "§1 b"]),
        ("- > a\n- ```sh\n  b\n  ```\n", &["·1 a", "·1 b $ b"]),
        ("- a\n  ## B\n  - c\n- d\n", &["§1 a", "§2 B", "·3 c", "·1 d"]),
        ("- # A\n  - b\n- # C\n- d\n", &["§1 A", "·2 b", "§1 C", "·1 d"]),
        ("#\n- a\n", &["§1 ", "·2 a"]),
        ("plain text\n", &[]),
        ("", &[]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
}

#[test]
fn lists_in_quotes_and_after_html_count_like_others() {
    assert_reads("# A\n> - b\n>   more\n>\n> said\n\n- c\n", &["§1 A | quote said", "·2 b more", "·2 c"]);
    assert_reads("> ## A\n> - b\n\n- c\n", &["§1 A", "·2 b", "·1 c"]);
    assert_reads("<div dir=\"rtl\">\n\n# A\n\n- b\n\n</div>\n", &["§1 A", "·2 b"]);
    assert_reads("<!-- note -->\n- a <!-- hidden -->b\n<!--\n- no\n-->\n", &["·1 a b"]);
}

#[test]
fn what_stands_under_a_node_is_its_detail() {
    let cases: &[(&str, &[&str])] = &[
        (
            "# A\nwhy\n\n- b\n\n  more\\\n  lines\n\n  > said\n",
            &["§1 A | ¶ why", "·2 b | ¶ more\nlines | quote said"],
        ),
        (
            "- a\n\n      x = 1\n  ```rust\n  fn\n\n   f\n  ```\n",
            &["·1 a | code() x = 1 | code(rust) fn\n\n f"],
        ),
        ("- a\n  ```sh\n  curl x\n  ```\n  ```sh\n  y\n  ```\n", &["·1 a $ curl x | code(sh) y"]),
        ("- a\n  ~~~Console\n  $ b\n  ~~~\n", &["·1 a $ $ b"]),
        (
            "# A\n```sh\nb\n```\n- c\n  ```sh\n  d\n  ```\n  - e\n",
            &["§1 A | code(sh) b", "§2 c | code(sh) d", "·3 e"],
        ),
        ("- a\n\n  Expected: it opens\n\n  Expected results: it stays\n", &["·1 a ⇒ it opens\nit stays"]),
        ("- a\n\n  Expected&#58; no\n", &["·1 a | ¶ Expected: no"]),
        (
            "- a\n\n  see [the docs](http://x/y) and <http://z>\n",
            &["·1 a | ¶ see the docs (http://x/y) and http://z"],
        ),
        ("- a\n  <pre>x &lt; <b>y</b></pre>\n", &["·1 a | code() x < y"]),
        ("- a\n\n  <pre>x &lt; <b>y</b></pre>\n", &["·1 a | code() x < y"]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
}

#[test]
fn an_ordered_list_in_a_checkbox_item_is_its_steps() {
    let cases: &[(&str, &[&str])] = &[
        ("- [ ] a\n  1. b\n  2. c #d\n", &["·1 a ☐ | step0.1 b | step0.2 c #d"]),
        (
            "- [ ] a\n\n  3. b\n     - c\n     - d\n  7. e\n",
            &["·1 a ☐ | step0.3 b | step1 c | step1 d | step0.7 e"],
        ),
        (
            "- [ ] a\n  1. b\n\n     more\n     ```\n     x\n     ```\n  2. c\n",
            &["·1 a ☐ | step0.1 b\nmore | code() x | step0.2 c"],
        ),
        ("- [ ] a\n  1. [ ] b\n  2. c\n", &["·1 a ☐", "·2 b ☐", "·2 c"]),
        ("- [ ] a\n  1. b\n     - [ ] c\n", &["·1 a ☐", "§2 b", "·3 c ☐"]),
        ("- [ ] a\n  - b\n    1. c\n", &["·1 a ☐", "§2 b", "·3 c"]),
        ("- a\n  1. b\n", &["§1 a", "·2 b"]),
        ("- [ ] a\n  1. b\n  - c\n", &["·1 a ☐ | step0.1 b", "·2 c"]),
        ("- [ ] a\n\n  1.\n     - b\n", &["·1 a ☐ | step0.1  | step1 b"]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
}

#[test]
fn text_is_plain() {
    let cases: &[(&str, &[&str])] = &[
        ("- **a** _b_ `c  d` ~~e~~ <kbd>f</kbd> &amp; &#x41;\n", &["·1 a b c d e f & A"]),
        ("- [a](http://x) ![b](c.png) ![](pics/d.png) <http://e>\n", &["·1 a b d.png http://e"]),
        ("- a\n  b<br>c&nbsp;&nbsp;d\\\n  e\n", &["·1 a b c d e"]),
        ("# `a` *b* {#c}\n", &["§1 a b {#c}"]),
        ("- a \\#b\n- a `#b`\n- a &#35;b\n", &["·1 a #b", "·1 a #b", "·1 a #b"]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
}

#[test]
fn tags_and_anchors_stand_at_the_end() {
    let cases: &[(&str, &[&str])] = &[
        (
            "# A #Smoke\n- b #critical {#b1}\n- c {#c1} #error\n",
            &["§1 A #smoke", "·2 b #critical {#b1}", "·2 c #error {#c1}"],
        ),
        ("- see #42 and C#\n- #only\n- a #b, c\n", &["·1 see #42 and C#", "·1 #only", "·1 a #b, c"]),
        ("- a #größe #x_y-1\n", &["·1 a #größe #x_y-1"]),
        ("- [ ] a #b\n\n  detail #no\n", &["·1 a #b ☐ | ¶ detail #no"]),
        ("| Test |\n|---|\n| a #b {#c} |\n", &["·1 a #b {#c}"]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
    let plan = markdown("# Error conditions #x\n## B #y\n- c #z\n");
    assert_eq!(plan.outline.prompts().next().unwrap().tags(), ["error", "x", "y", "z"]);
}

#[test]
fn tables_with_a_naming_column_are_prompts() {
    let cases: &[(&str, &[&str])] = &[
        (
            "# A\n| ID | Test Name | Status |\n|-|-|-|\n| **W** | **Info** | |\n| W-1 | look | open |\n| | | |\n",
            &["§1 A", "§2 Info {#W}", "·3 look {#W-1} | ¶ Status: open"],
        ),
        (
            "|Test Case|Steps|Expected Result|Note|\n|-|-|-|-|\n|**Auth**|dev|||\n|log in|1. go<br>2. type|in<br>home|n|\n|out|||\n",
            &["§1 Auth | ¶ dev", "·2 log in ⇒ in\nhome | ¶ 1. go\n2. type | ¶ Note: n", "·2 out"],
        ),
        ("|Description|Title:|\n|-|-|\n|d|t|\n|d2||\n", &["·1 t | ¶ Description: d", "·1 d2"]),
        ("|**STEP(S) to reproduce**|Expected|\n|-|-|\n|a|b|\n", &["·1 a ⇒ b"]),
        ("|#|Action|\n|-|-|\n|1|a|\n|2|b|\n", &["·1 a {#1}", "·1 b {#2}"]),
        ("|#|Task|\n|-|-|\n|1|a|\n\n|#|Task|\n|-|-|\n|1|b|\n", &["·1 a | ¶ #: 1", "·1 b | ¶ #: 1"]),
        ("- x\n\n  |Check|\n  |-|\n  |a|\n", &["§1 x", "·2 a"]),
        ("- x\n\n  |Color|Expected|\n  |-|-|\n  |red|blue|\n", &["·1 x | ¶ Color: red\nExpected: blue"]),
        ("|Check|Done|\n|-|-|\n|a|[ ]|\n", &["·1 a"]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
}

#[test]
fn other_tables_are_prompts_only_where_nothing_else_is() {
    let cases: &[(&str, &[&str])] = &[
        ("# A\n| |\n|-|\n|1. a|\n|**b**|\n", &["§1 A", "·2 1. a", "·2 b"]),
        ("|Color|Size|\n|-|-|\n||big|\n|red|small|\n", &["·1 big", "·1 red | ¶ Size: small"]),
        ("# A\n|Color|\n|-|\n|red|\n\n- x\n", &["§1 A | ¶ Color: red", "·2 x"]),
    ];
    for (text, nodes) in cases {
        assert_reads(text, nodes);
    }
}

#[test]
fn the_title_is_the_front_matters_else_a_headings_else_the_files() {
    for (text, title) in [
        ("---\ntitle: T\n---\n# A\n", "T"),
        ("## B\n# A #tag\n# C\n", "A"),
        ("## B\n### C\n", "B"),
        ("#\n## B\n", "B"),
        ("- a\n  # B\n", "file"),
        ("- a\n", "file"),
        ("---\nid: x\n---\n- a\n", "file"),
    ] {
        let plan = markdown(text);
        assert_eq!(plan.title, title, "{text}");
        assert_prints_back(&plan);
    }
}

#[test]
fn front_matter_declares_components_fields_and_data() {
    let plan = markdown(
        "---\nid: shop\ncomponents: [cart, Inventory]\nfields: [build]\ndata:\n- {b: 1.10, a: x}\n---\n## cart -> inventory (http)\n- a\n## Settings -> General\n- b\n",
    );
    assert_eq!(plan.id.as_deref(), Some("shop"));
    assert_eq!(plan.components, ["cart", "Inventory"]);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(plan.data, [DataRow(vec![pair("b", "1.10"), pair("a", "x")])]);
    let points: Vec<(&str, &str)> =
        plan.outline.points().iter().map(|p| (p.from.as_str(), p.to.as_str())).collect();
    assert_eq!(points, [("cart", "Inventory")]);
    assert_prints_back(&plan);
}

#[test]
fn front_matter_declares_connections_and_states() {
    let plan = markdown(
        "---\ncomponents: [cart, Mail, {payments: {fake: stripe-mock}}]\nconnections:\n  - cart <-> mail (smtp)\n  - cart → payments\n---\n## cart -> payments\n- a\n",
    );
    assert_eq!(plan.components, ["cart", "Mail", "payments"]);
    let connections: Vec<String> = plan.connections.iter().map(ToString::to_string).collect();
    assert_eq!(connections, ["cart <-> Mail (smtp)", "cart -> payments"]);
    assert_eq!(plan.defaults.of("payments").to_string(), "fake: stripe-mock");
    assert_prints_back(&plan);

    let json: serde_json::Value = serde_json::from_str(&seamwalk::format::json::plan_json(&plan)).unwrap();
    assert_eq!(json["integration_points"].as_array().unwrap().len(), 1);
    let mail = serde_json::json!({"from": "cart", "to": "Mail", "kind": "smtp", "both_ways": true});
    assert_eq!(json["connections"][0], mail);
    let payments = serde_json::json!([{"name": "payments", "state": "fake", "fake": "stripe-mock"}]);
    assert_eq!(json["defaults"], payments);

    let text = seamwalk::format::text::plan_text(&plan);
    assert!(text.contains("components: cart, Mail, payments (fake: stripe-mock)\n"), "{text}");
    assert!(text.contains("connections: cart <-> Mail (smtp), cart -> payments\n"), "{text}");
}

#[test]
fn places_are_those_of_the_file() {
    let place = |text: &str| -> Vec<(u32, u32)> {
        markdown(text).outline.nodes().map(|node| (node.line(), node.column())).collect()
    };
    assert_eq!(place("---\nid: x\n---\n\n# ä b\n- [ ] c\n  - **d**\n"), [(5, 3), (6, 7), (7, 7)]);
    assert_eq!(place("A\n===\n"), [(1, 1)]);
    assert_eq!(place("| Test |\n|---|\n| ä |\n| b |\n"), [(3, 3), (4, 3)]);
    assert_eq!(place("\u{feff}- a\r\n\r\n- b\r\r- c\r"), [(1, 3), (3, 3), (5, 3)]);
    assert_eq!(place("- \\# a\n"), [(1, 4)]);
}

#[test]
fn an_outline_is_read_the_same_way() {
    let outline = |text: &str| read(text, SourceKind::Outline).plan;
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "Shop\n\tcart\n\t\tadd #critical\n\tpay {#p}\n",
            "Shop",
            &["§1 Shop", "§2 cart", "·3 add #critical", "·2 pay {#p}"],
        ),
        ("a\n    b\n  c\nd\n", "file", &["§1 a", "·2 b", "·2 c", "·1 d"]),
        ("- a\n  * b\n\t+ c\n1. d\n", "file", &["§1 a", "·2 b", "·2 c", "·1 d"]),
        ("[ ] a\n  [x] b\n- [ ] c\n", "file", &["·1 a ☐", "·2 b ☐", "·1 c ☐"]),
        ("[ ] a\n  1. b\n    - c\n  2. d\n  e\n", "a", &["·1 a ☐ | step0.1 b | step1 c | step0.2 d", "·2 e"]),
        ("[ ] a\n  1. b\n  2. [ ] c\n    1. d\n", "a", &["·1 a ☐", "·2 b", "·2 c ☐ | step0.1 d"]),
        ("a\n", "file", &["·1 a"]),
        ("# not Markdown & <b> *here*\n-\n\n", "file", &["·1 # not Markdown & <b> *here*"]),
        ("cart -> mail\n  sends\n", "cart -> mail", &["§1 cart -> mail", "·2 sends"]),
        ("---\ntitle: T\n---\na\n  b\n", "T", &["§1 a", "·2 b"]),
    ];
    for (text, title, nodes) in cases {
        let plan = outline(text);
        assert_eq!(show(&plan), *nodes, "{text}");
        assert_eq!(plan.title, *title, "{text}");
        assert_prints_back(&plan);
    }
    assert_eq!(outline("cart -> mail\n  sends\n").outline.points().len(), 1);
    assert_eq!(SourceKind::of_path("a/b.TXT".as_ref()), SourceKind::Outline);
    assert_eq!(SourceKind::of_path("a/b.mdwn".as_ref()), SourceKind::Markdown);
}

#[test]
fn a_plan_without_prompts_opens_but_is_refused() {
    let plan = markdown("# A\n\ntext\n");
    assert_eq!(plan.outline.prompt_count(), 0);
    let message = require_prompts(&plan).unwrap_err().to_string();
    assert!(message.contains("list item") && message.contains("table row"), "{message}");
    assert!(require_prompts(&markdown("- a\n")).is_ok());
}

#[test]
fn plans_beyond_the_limits_are_refused_with_a_line() {
    let refused = |text: &str| parse(text.as_bytes(), SourceKind::Markdown, "x").unwrap_err();
    let nested =
        |depth: usize| -> String { (0..depth).map(|at| format!("{}- a\n", "  ".repeat(at))).collect() };
    assert_eq!(markdown(&nested(64)).outline.max_depth(), 64);
    assert_eq!(refused(&nested(65)), ParseError::TooDeep { line: 65, column: 131 });
    assert_eq!(markdown(&"- a\n".repeat(100_000)).outline.prompt_count(), 100_000);
    assert_eq!(refused(&"- a\n".repeat(100_001)), ParseError::TooManyPrompts { line: 100_001, column: 3 });
    assert_eq!(refused(&"# a\n".repeat(250_001)), ParseError::TooManyNodes { line: 250_001, column: 3 });
    assert_eq!(refused(&format!("{}\n", ">".repeat(50_000))), ParseError::TooDeep { line: 1, column: 1 });
    let outline: String = (0..65).map(|at| format!("{}a\n", "\t".repeat(at))).collect();
    let error = parse(outline.as_bytes(), SourceKind::Outline, "x").unwrap_err();
    assert_eq!((error.line(), error.column()), (65, 65));
}

#[test]
fn a_check_names_what_is_suspicious() {
    let checked = |text: &str| -> Vec<(Severity, u32, u32)> {
        let problems = check(&read(text, SourceKind::Markdown));
        problems.iter().map(|problem| (problem.severity, problem.line, problem.column)).collect()
    };
    let (error, warning) = (Severity::Error, Severity::Warning);
    for (text, problems) in [
        ("# A\n- b\n", vec![]),
        ("---\nid: x\ncomponents: [a, b, c]\n---\n# a -> b\n- x\n", vec![(warning, 3, 1)]),
        ("---\ncomponents: [a, b]\n---\n# a -> b\n## x -> y\n- x\n", vec![(warning, 5, 4)]),
        ("# a -> b -> c\n- x\n", vec![(warning, 1, 3)]),
        ("---\ncomponents: [a, b, c]\nconnections: [a -> b, b -> c]\n---\n# a -> b\n- x\n", vec![]),
        ("---\nconnections: [a -> d]\ncomponents: [a, b]\n---\n# a -> b\n- x\n", vec![(error, 2, 15)]),
        ("# A\n- b\n- b\n# B\n- b\n", vec![(warning, 3, 3)]),
        ("# A\n- b\n- b {#x}\n", vec![]),
        ("# A\n- b {#x}\n- c {#x}\n", vec![(error, 3, 3)]),
        ("# A\n## B\n# C\n- x\n", vec![(warning, 1, 3), (warning, 2, 4)]),
        ("---\nid: [a]\n---\n# A\n", vec![(error, 1, 1), (error, 2, 5), (warning, 4, 3)]),
    ] {
        assert_eq!(checked(text), problems, "{text}");
    }
}

#[test]
fn the_json_document_keeps_its_form() {
    let plan = markdown(
        "---\nid: s\ncomponents: [cart, mail]\ndata: [{z: 1, a: 2}]\n---\n# cart -> mail (queue) #x\nwhy\n- [x] a\u{1b} {#a1}\n\n  Expected: b\n  ```sh\n  c\n  ```\n",
    );
    let json = seamwalk::format::json::plan_json(&plan);
    assert!(!json.contains('\u{1b}'));
    assert!(json.find("\"z\"").unwrap() < json.find("\"a\"").unwrap());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["format"], "seamwalk.plan/1");
    assert_eq!(value["integration_points"][0]["kind"], "queue");
    assert_eq!(value["outline"][0]["detail"], "why");
    assert_eq!(value["outline"][0]["checkbox"], serde_json::Value::Null);
    let prompt = serde_json::json!({
        "kind": "prompt", "depth": 2, "text": "a\u{1b}", "line": 8, "tags": ["x"], "anchor": "a1",
        "point": {"from": "cart", "to": "mail"}, "detail": null, "expected": "b", "command": "c", "checkbox": true
    });
    assert_eq!(value["outline"][1], prompt);
    assert_eq!(value["counts"], serde_json::json!({"sections": 1, "prompts": 1, "max_depth": 2}));
}

#[test]
fn printed_plans_hide_nothing_from_the_eye() {
    let plan = markdown("# a\u{202e}b\n- c\u{1b}[2J\n\n  d\u{200b}\n  ```sh\n   e\u{9b}\n\n  \tf\n  ```\n");
    let printed = print_markdown(&plan);
    assert!(printed.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{printed:?}");
    assert!(!printed.contains(['\u{202e}', '\u{200b}']), "{printed:?}");
    assert_prints_back(&plan);
}

#[test]
fn absurd_files_take_no_absurd_time() {
    let many = 50_000;
    for text in [
        "[".repeat(many),
        "- ".repeat(many),
        "*".repeat(many),
        "a*_ ".repeat(many),
        "<".repeat(many),
        "<!--".repeat(many),
        "&".repeat(many),
        "`".repeat(many),
        "[a](".repeat(many),
        "![".repeat(many),
        format!("{}\n{}", "|a".repeat(many), "|-".repeat(many)),
        format!("{}\n{}\n{}", "|a".repeat(many), "|-".repeat(many), "|b\n".repeat(1000)),
        "- [ ] a\n  1. b\n".repeat(many),
        "# a\n".repeat(many),
        "-\n".repeat(many),
        "a\\\n".repeat(many),
        "- a #b ".repeat(many),
        format!("- a{}", " #b".repeat(many)),
        format!("- a{}", " #b\\\n  ".repeat(many)),
        "<pre>\n".repeat(many),
        format!("---\nx: &x {}\nconnections: [{}]\n---\n- a\n", "y".repeat(many), "*x, ".repeat(many)),
        format!("---\nx: &x {}\ncomponents: [{}]\n---\n- a\n", "y".repeat(many), "{a: *x}, ".repeat(many)),
    ] {
        let started = std::time::Instant::now();
        if let Ok(parsed) = parse(text.as_bytes(), SourceKind::Markdown, "x") {
            assert!(check(&parsed).len() <= parsed.plan.outline.len() * 2 + many);
        }
        // A minute is for a busy machine; what is quadratic takes many.
        assert!(started.elapsed().as_secs() < 60, "{:?}: {:?}", &text[..20], started.elapsed());
    }
}

/// Words and marks that mean something in a plan file.
fn plan_text() -> impl Strategy<Value = String> {
    let pieces = [
        "- ",
        "* ",
        "1. ",
        "2) ",
        "[ ] ",
        "[x] ",
        "# ",
        "## ",
        "### ",
        "> ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\n  ",
        "a",
        "b c",
        "#tag",
        " #Tag_1",
        " {#anchor}",
        "`",
        "```",
        "```sh\n",
        "~~~",
        "**",
        "_",
        "~~",
        "<br>",
        "<b>",
        "<pre>",
        "</pre>",
        "<!-- ",
        " -->",
        "<div>",
        "| Test | ID |\n|---|---|\n",
        "| a | 1 |\n",
        "|",
        "---\n",
        "===\n",
        "\\",
        "&amp;",
        "&#x1b;",
        "&#35;",
        "[l](u)",
        "![i](p.png)",
        "Expected: ",
        "x -> y",
        "(http)",
        "\u{1b}",
        "\u{202e}",
        "ä",
        "😀",
        "id: x\n",
        "title: t\n",
        ":",
        "1.",
        "\r\n",
        "\u{a0}",
        "=",
        "+",
        "<http://u>",
        "[ ]",
        "  - ",
        "     1. ",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(512);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, SourceKind::Markdown, "x");
        let _ = parse(&bytes, SourceKind::Outline, "x");
    }

    #[test]
    fn printing_a_plan_loses_nothing(text in plan_text()) {
        if let Ok(parsed) = parse(text.as_bytes(), SourceKind::Markdown, "x") {
            assert_prints_back(&parsed.plan);
        }
        if let Ok(parsed) = parse(text.as_bytes(), SourceKind::Outline, "x") {
            assert_prints_back(&parsed.plan);
        }
    }

    #[test]
    fn printing_any_text_loses_nothing(words in prop::collection::vec(any::<String>(), 1..6)) {
        let text: String = words.iter().map(|word| format!("- {word}\n")).collect();
        if let Ok(parsed) = parse(text.as_bytes(), SourceKind::Markdown, "x") {
            assert_prints_back(&parsed.plan);
        }
        if let Ok(parsed) = parse(words.join("\n  ").as_bytes(), SourceKind::Outline, "x") {
            assert_prints_back(&parsed.plan);
        }
    }

    #[test]
    fn line_ends_make_no_difference(text in plan_text()) {
        let text = text.replace('\r', "");
        for end in ["\r\n", "\r"] {
            for kind in [SourceKind::Markdown, SourceKind::Outline] {
                let other = text.replace('\n', end);
                prop_assert_eq!(parse(text.as_bytes(), kind, "x"), parse(other.as_bytes(), kind, "x"));
            }
        }
    }

    #[test]
    fn a_check_and_all_outputs_never_panic(text in plan_text()) {
        if let Ok(parsed) = parse(text.as_bytes(), SourceKind::Markdown, "x") {
            prop_assert!(check(&parsed).is_sorted_by_key(|problem| (problem.line, problem.column)));
            prop_assert!(seamwalk::format::text::plan_text(&parsed.plan).ends_with('\n'));
            let json = seamwalk::format::json::plan_json(&parsed.plan);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
            prop_assert_eq!(parsed.plan.outline.verify(), Ok(()));
        }
    }

    #[test]
    fn a_made_plan_prints_back(plan in made_plan()) {
        assert_prints_back(&plan);
    }
}

/// Any tree of sections and prompts with detail, as an importer might make it.
fn made_plan() -> impl Strategy<Value = Plan> {
    let line = "[ -~äöü😀\u{1b}\u{200d}]{1,16}"
        .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let line = line.prop_filter("text", |text| !text.is_empty());
    let block = (0..3, line.clone()).prop_map(|(kind, text)| match kind {
        0 => (BlockKind::Paragraph, text, String::new()),
        1 => (BlockKind::Quote, text, String::new()),
        _ => (BlockKind::Code, format!(" {text}\n\n\t{text}"), "rust".to_owned()),
    });
    let entry = (
        any::<bool>(),
        1..8_u8,
        line.clone(),
        prop::option::of("[a-z][a-z0-9_-]{0,6}"),
        prop::option::of("[!-z]{1,8}"),
        any::<Option<bool>>(),
        prop::option::of(line.clone()),
        prop::collection::vec(block, 0..3),
    );
    let entry = entry.prop_map(|(is_prompt, depth, text, tag, anchor, checkbox, expected, blocks)| Entry {
        tags: tag.into_iter().collect(),
        anchor,
        checkbox: checkbox.filter(|_| is_prompt),
        expected,
        command: is_prompt.then(|| format!("echo '{text}'\n\ndone")),
        blocks,
        ..Entry::new(if is_prompt { NodeKind::Prompt } else { NodeKind::Section }, depth, 1, text)
    });
    prop::collection::vec(entry, 0..12).prop_map(|entries| {
        let mut entries = Outline::from_entries(&entries, &[]).entries();
        for at in 0..entries.len() {
            // A prompt with something below it has a checkbox, or it would be a section.
            let depth = entries[at].depth;
            let has_children = entries.get(at + 1).is_some_and(|next| next.depth > depth);
            if has_children && entries[at].kind == NodeKind::Prompt {
                entries[at].checkbox.get_or_insert(false);
            }
        }
        Plan { title: "made".to_owned(), outline: Outline::from_entries(&entries, &[]), ..Plan::default() }
    })
}

/// A plan of 100,000 prompts: a heading every 20 items, tags on some, detail under some.
fn large_plan() -> String {
    let mut text = String::from("---\nid: large\ncomponents: [cart, stock]\n---\n# Large\n");
    for at in 0..100_000 {
        if at % 20 == 0 {
            text.push_str(&format!("\n## Section {at}\n\n"));
        }
        text.push_str(&format!(
            "- [ ] Prompt {at} asks whether the *cart* shows `what` the stock service says"
        ));
        if at % 5 == 0 {
            text.push_str(" #critical #smoke");
        }
        text.push('\n');
        if at % 10 == 0 {
            text.push_str("\n  Some detail that says why this is worth asking.\n\n");
        }
    }
    text
}

#[test]
#[ignore = "measures; run in release with --nocapture"]
fn how_long_a_large_plan_takes() {
    let text = large_plan();
    let timed = |what: &str, work: &mut dyn FnMut() -> usize| {
        let mut best = std::time::Duration::MAX;
        let mut size = 0;
        for _ in 0..10 {
            let started = std::time::Instant::now();
            size = work();
            best = best.min(started.elapsed());
        }
        println!("{what}: {best:?} for {size}");
    };
    let parsed = read(&text, SourceKind::Markdown);
    timed("parse", &mut || read(&text, SourceKind::Markdown).plan.outline.len());
    timed("check", &mut || check(&parsed).len());
    timed("print", &mut || print_markdown(&parsed.plan).len());
    timed("json", &mut || seamwalk::format::json::plan_json(&parsed.plan).len());
    timed("text", &mut || seamwalk::format::text::plan_text(&parsed.plan).len());
    println!("{} bytes", text.len());
}

#[test]
#[ignore = "measures; run in release with --nocapture"]
fn how_long_the_largest_absurd_files_take() {
    let size = 10 * 1024 * 1024;
    let lines = |line: &str| line.repeat(size / line.len());
    let wide = |piece: &str| lines(&format!("{}\n", piece.repeat(1_000_000 / piece.len())));
    let table = format!("{}\n{}\n", "|a".repeat(100_000), "|-".repeat(100_000));
    for (what, text) in [
        ("brackets", wide("[")),
        ("links", wide("[a](")),
        ("stars", wide("a*_ ")),
        ("ticks", wide("`a``b")),
        ("angles", wide("<a <!--")),
        ("rows", lines("|a|\n|-|\n|b\n\n")),
        ("wide rows", table + &"|b\n".repeat(1_000_000)),
        ("bullets", lines("-\n")),
        ("quotes", lines(">a\n\n")),
        ("blank lines", format!("{}a\n{}", "- ".repeat(60), "\n".repeat(1_000_000))),
        ("definitions", lines("[a]: b\n")),
        ("references", format!("[a]: b\n\n{}", wide("[a]"))),
        ("tags", lines("- a #b1 #b2 #b3\n\n")),
        ("one paragraph", lines("a\n")),
        ("arrows", lines("# ->->->->\n")),
        ("front matter", format!("---\na: [{}]\n---\n- x\n", lines("a,\n").get(..size - 100).unwrap_or(""))),
    ] {
        let started = std::time::Instant::now();
        let text = text.get(..size).unwrap_or(&text);
        let result = parse(text.as_bytes(), SourceKind::Markdown, "x").map(|parsed| check(&parsed).len());
        println!("{what}: {:?}, {result:?}", started.elapsed());
    }
}
