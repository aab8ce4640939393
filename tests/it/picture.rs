//! The README's pictures, drawn from the real program at a pseudo-terminal.
//!
//! `cargo test --test it picture -- --ignored` walks the sample plan and writes `assets/walk.svg`, `assets/summary.svg`
//! and `assets/real.svg`. Times are replaced by fixed ones, so that a picture changes only when the screen does.

#![expect(clippy::unwrap_used, reason = "a picture that cannot be made is a failure")]

use std::fmt::Write as _;
use std::path::Path;

use portable_pty::CommandBuilder;

use super::pty::harness::Pty;

const COLUMNS: u16 = 108;
const ROWS: u16 = 30;
const FONT_PX: f32 = 14.0;
/// The advance of the fonts named in [`FONTS`] is near 0.6 of their size; `textLength` settles the rest.
const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
const MARGIN: f32 = 16.0;
const FONTS: &str =
    "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
const BACKGROUND: &str = "#14181f";
const FOREGROUND: &str = "#d8dee6";

/// The verdicts of the first prompts, by key.
const MARKS: &str = "ppppp";
/// The rest, behind the prompt that gets a note of its own.
const MORE_MARKS: &str = "ppppipfbpppps";

#[test]
#[ignore = "writes assets/walk.svg and assets/summary.svg"]
fn the_readme_gets_its_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let mut pty = start(folder.path(), &[]);
    pty.wait_for("saved #0");
    let mut saved = 0;
    let mut type_and_wait = |pty: &mut Pty, keys: &str| {
        saved += 1;
        send_and_wait(pty, keys, saved);
    };
    for key in MARKS.split("").filter(|key| !key.is_empty()) {
        type_and_wait(&mut pty, key);
    }
    // Fail with a note: the mark is saved first, then the note on it.
    type_and_wait(&mut pty, "F");
    pty.wait_for("Enter saves");
    pty.send("\t");
    type_and_wait(&mut pty, "the cart is empty after signing in again\r");
    for key in MORE_MARKS.split("").filter(|key| !key.is_empty()) {
        type_and_wait(&mut pty, key);
    }
    pty.send("n");
    pty.wait_for("Enter saves");
    type_and_wait(&mut pty, "stock page shows the old number for a second\r");
    // Fold the first section, then back to the prompt that is next.
    pty.send("gh\t");
    pty.wait_until("the first section is folded", |screen, _| {
        screen.contains("▸ Critical paths") && screen.contains("›  · Adding") && ends_with(screen, "help")
    });
    draw(
        &pty,
        "walk.svg",
        "The walk of the sample plan: the outline with its verdicts, and the current prompt",
    );
    pty.send("E");
    pty.wait_until("the summary is there", |screen, _| screen.contains("Untested ("));
    draw(&pty, "summary.svg", "The summary of the same session: counts, what needs a look, notes");
}

#[test]
#[ignore = "writes assets/real.svg"]
fn the_readme_shows_what_was_real() {
    let folder = tempfile::tempdir().unwrap();
    let real =
        ["--real", "web,cart,inventory,orders", "--fake", "payments=stripe-mock,search", "--absent", "mail"];
    let mut pty = start(folder.path(), &real);
    pty.wait_for("saved #0");
    let mut saved = 0;
    let mut mark = |pty: &mut Pty, keys: &str| {
        for key in keys.split("").filter(|key| !key.is_empty()) {
            saved += 1;
            send_and_wait(pty, key, saved);
        }
    };
    // The critical paths, then from web: auth, of which nobody said anything, and search, which is a fake.
    mark(&mut pty, "pppppfpppp");
    // Past two sections to what is real, and from there to payments.
    pty.send("JJ\t");
    pty.wait_until("the cursor is behind web -> cart", |screen, _| ends_with(screen, "help"));
    mark(&mut pty, "ppppppppfpp");
    pty.send("/A paid order");
    pty.wait_for("› · A paid order says paid");
    pty.send("\r");
    pty.wait_until("the cursor is on it", |screen, _| screen.contains("payments fake: stripe-mock"));
    mark(&mut pty, "pp");
    pty.send("k");
    pty.wait_until("the mark is shown", |screen, _| screen.contains("pass, provisional"));
    pty.send("r");
    pty.wait_until("the panel is there", |screen, _| screen.contains("Enter closes"));
    draw(&pty, "real.svg", "What is real: the components, and prompts that passed only against a fake");
}

/// What stands for the components in the pictures of the map.
const STATES: [&str; 6] = [
    "--real",
    "web,auth,search,cart,inventory,orders,order-db",
    "--fake",
    "payments=stripe-mock",
    "--absent",
    "mail",
];

#[test]
#[ignore = "writes assets/map.svg and assets/map-boxes.svg"]
fn the_readme_gets_its_maps() {
    let folder = tempfile::tempdir().unwrap();
    let mut pty = start(folder.path(), &STATES);
    pty.wait_for("saved #0");
    let marks = "pppppppsppfppppppppipppppppppbpppppppp".split("").filter(|key| !key.is_empty());
    for (number, key) in (1..).zip(marks) {
        send_and_wait(&mut pty, key, number);
    }
    pty.send("mg");
    pty.wait_until("the matrix is there", |screen, _| {
        screen.contains("rows call columns") && ends_with(screen, "back")
    });
    // To the one that passed against a fake only.
    pty.send(&"\t".repeat(10));
    pty.wait_until("orders calls payments", |screen, _| {
        screen.contains("orders → payments") && ends_with(screen, "back")
    });
    draw(
        &pty,
        "map.svg",
        "The map of the same plan: rows call columns, with the worst verdict, real or fake, and age",
    );
    pty.send("b");
    pty.wait_until("the boxes are there", |screen, _| {
        screen.contains("with prompts") && ends_with(screen, "back")
    });
    draw(&pty, "map-boxes.svg", "The same map as boxes and arrows: callers stand left of what they call");
}

/// Earlier sessions for the picture of the grid, the oldest first: the day, who, which build, what payments was, and the
/// marks in the order of the plan; a dot leaves a prompt out. The last one is still open.
const SESSIONS: [(i64, &str, &str, &str, &str); 6] = [
    (0, "ana", "39aa", "fake: stripe-mock", "ppp.ppppppppppspppppppppp"),
    (2, "bo", "3a10", "fake: stripe-mock", "pppppfppppfpppspppbpppppp"),
    (5, "ana", "3a10", "fake: stripe-mock", "ppppppppppfpppsppppfppppp"),
    (7, "chris", "3b77", "real", "fppppppppppppppppffbppppp"),
    (9, "bo", "4f2c", "real", "ppppppppppipppsppppfpppp"),
    (12, "ana", "4f2c", "real", "pppfppppppppppppp"),
];

/// Writes [`SESSIONS`] of the sample plan.
fn write_sessions(folder: &Path) {
    use seamwalk::domain::component::{ComponentState, Ends, States};
    use seamwalk::domain::id::{EventId, SessionId};
    use seamwalk::domain::session::{Conditions, Event, Fresh, Start};
    use seamwalk::domain::time::Timestamp;
    use seamwalk::domain::verdict::Verdict;
    let at = |day: i64, n: usize| {
        Timestamp::from_unix_ms(1_772_460_300_000 + day * 86_400_000 + n as i64 * 40_000, 0).unwrap()
    };
    let mut store = seamwalk::store::Store::open(&folder.join("seamwalk.db")).unwrap();
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plans/web-shop.md");
    let source = seamwalk::opening::Source::File(&plan);
    let parse = seamwalk::tui::runtime::effects::parse;
    let revision = seamwalk::opening::open_plan(&mut store, source, at(0, 0), &parse).unwrap().revision;
    let new_event = || EventId(uuid::Uuid::now_v7());
    for (number, (day, tester, build, payments, marks)) in SESSIONS.into_iter().enumerate() {
        let mut states = States::default();
        for component in revision.plan().component_names() {
            let state =
                if component == "payments" { payments.parse().unwrap() } else { ComponentState::Real };
            states.set(component.to_owned(), state);
        }
        let start = Start {
            plan: revision.plan_id(),
            plan_title: revision.plan().title.clone(),
            tester: tester.to_owned(),
            charter: None,
            fields: [("build", build), ("environment", "staging")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            only: None,
            components: states.clone(),
            retest: None,
            time_box_ms: None,
        };
        let id = SessionId(uuid::Uuid::now_v7());
        let new = seamwalk::store::NewSession { id, event: new_event(), at: at(day, 0), start };
        let session = store.start_session(&new, &revision, seamwalk::store::IfOpen::StartAnother).unwrap();
        let mut batch = Vec::new();
        for (n, (key, (prompt, node))) in marks.chars().zip(revision.prompts()).enumerate() {
            let verdict = match key {
                'p' => Verdict::Pass,
                'f' => Verdict::Fail,
                'b' => Verdict::Blocked,
                'i' => Verdict::Inconclusive,
                's' => Verdict::Skip,
                _ => continue,
            };
            let ends = node.point().map(|point| Ends::of(&point.from, &point.to, &states));
            let conditions = Conditions { ends, build: Some(build.to_owned()) };
            let (wording, conditions) = (node.text().to_owned(), conditions.into());
            let event = Event::VerdictRecorded { prompt, verdict, wording, conditions, blocked_by: None };
            batch.push(Fresh { id: new_event(), leader: None, at: at(day, n + 1), lap: None, event });
        }
        if number + 1 < SESSIONS.len() {
            let (id, at, event) = (new_event(), at(day, marks.len() + 1), Event::SessionClosed);
            batch.push(Fresh { id, leader: None, at, lap: None, event });
        }
        store.append(session.id(), session.seq(), &batch).unwrap();
    }
}

#[test]
#[ignore = "writes assets/grid.svg, assets/trend.svg and assets/comparison.svg"]
fn the_readme_shows_every_session() {
    let folder = tempfile::tempdir().unwrap();
    write_sessions(folder.path());
    let mut pty = start(folder.path(), &[]);
    pty.wait_for("saved #18");
    pty.send("vg");
    pty.wait_until("the grid is there", |screen, _| {
        screen.contains("marked") && ends_with(screen, "over time")
    });
    // To a prompt that is flaky.
    pty.send("jjjjjhhh");
    pty.wait_until("the cursor is on it", |screen, _| {
        screen.contains("flaky: passed") && ends_with(screen, "over time")
    });
    draw(&pty, "grid.svg", "The sessions grid: every prompt in every session, and what turned");
    pty.send("V");
    pty.wait_until("the trend is read", |screen, _| {
        screen.contains("over time") && !screen.contains("reading") && ends_with(screen, "back")
    });
    draw(&pty, "trend.svg", "The sessions over time: what is followed, and the verdicts of each");
    // Of the session that is walked, the prompt that it broke.
    pty.send("qqE");
    pty.wait_until("the summary is there", |screen, _| screen.contains("Untested ("));
    pty.send("c");
    pty.wait_until("the two sessions are read", |screen, _| {
        screen.contains("comparison") && screen.contains("ewly failing (") && ends_with(screen, "back")
    });
    // With the session on the build before.
    pty.send("h");
    pty.wait_until("the earlier one is read", |screen, _| {
        screen.contains("chris") && ends_with(screen, "back")
    });
    draw(
        &pty,
        "comparison.svg",
        "Two sessions: what newly fails, what was fixed, and what is different otherwise",
    );
}

/// Presses `keys`, which make event `number`.
fn send_and_wait(pty: &mut Pty, keys: &str, number: u64) {
    pty.send(keys);
    pty.wait_until(&format!("event {number} is saved"), |screen, _| {
        screen.lines().nth(1).is_some_and(|row| row.trim_end().ends_with(&format!("saved #{number}")))
    });
}

/// The program on the sample plan, with a database, a configuration and a home of its own.
fn start(folder: &Path, choices: &[&str]) -> Pty {
    let config = folder.join("config.toml");
    std::fs::write(&config, "theme = \"dark\"\n").unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_seamwalk"));
    command.arg("--db");
    command.arg(folder.join("seamwalk.db"));
    command.arg("--config");
    command.arg(config);
    command.args(["walk", "assets/plans/web-shop.md", "--tester", "ana"]);
    command.args(["--field", "build=4f2c", "--field", "environment=staging"]);
    command.args(["--charter", "Stock and money before 2.4"]);
    command.args(choices);
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    command.env("TERM", "xterm-256color");
    command.env("TZ", "UTC");
    for name in ["NO_COLOR", "COLORTERM", "SEAMWALK_DB", "SEAMWALK_CONFIG"] {
        command.env_remove(name);
    }
    Pty::spawn_command(command, (COLUMNS, ROWS))
}

/// True once the last row, which is drawn last, is whole.
fn ends_with(screen: &str, footer: &str) -> bool {
    screen.trim_end().ends_with(footer)
}

/// One cell as it is drawn.
#[derive(Clone, PartialEq)]
struct Cell {
    text: String,
    wide: bool,
    color: String,
    fill: Option<String>,
    bold: bool,
    underlined: bool,
}

fn draw(pty: &Pty, name: &str, title: &str) {
    let screen = pty.vt();
    let mut rows: Vec<Vec<Cell>> = (0..ROWS).map(|row| cells(&screen, row)).collect();
    rows.iter_mut().for_each(|row| fix_times(row));
    let (width, height) = (x(usize::from(COLUMNS)) + MARGIN, y(usize::from(ROWS)) + MARGIN);
    let title = escape(title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"{FONTS}\" font-size=\"{FONT_PX}\" fill=\"{FOREGROUND}\">\n"
    );
    for (number, row) in rows.iter().enumerate() {
        draw_row(&mut svg, number, row);
    }
    svg.push_str("</g>\n</svg>\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    std::fs::write(path, svg).unwrap();
}

fn cells(screen: &vt100::Screen, row: u16) -> Vec<Cell> {
    (0..COLUMNS)
        .map(|column| {
            let cell = screen.cell(row, column).unwrap();
            let text = match cell.contents() {
                "" if cell.is_wide_continuation() => String::new(),
                "" => " ".to_owned(),
                text => text.to_owned(),
            };
            let color = color(cell.fgcolor());
            let fill = color_or_none(cell.bgcolor());
            let (color, fill) = if cell.inverse() {
                (fill.unwrap_or_else(|| BACKGROUND.to_owned()), Some(color))
            } else {
                (color, fill)
            };
            let (bold, underlined) = (cell.bold(), cell.underline());
            Cell { text, wide: cell.is_wide(), color, fill, bold, underlined }
        })
        .collect()
}

fn color(color: vt100::Color) -> String {
    color_or_none(color).unwrap_or_else(|| FOREGROUND.to_owned())
}

/// xterm's palette; `None` is the terminal's own colour.
fn color_or_none(color: vt100::Color) -> Option<String> {
    const NAMED: [&str; 16] = [
        "#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5", "#666666",
        "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
    ];
    let (red, green, blue) = match color {
        vt100::Color::Default => return None,
        vt100::Color::Idx(index @ 0..=15) => return Some(NAMED[usize::from(index)].to_owned()),
        vt100::Color::Idx(index @ 16..=231) => {
            let step = |digit: u8| if digit == 0 { 0 } else { 55 + 40 * digit };
            let index = index - 16;
            (step(index / 36), step(index / 6 % 6), step(index % 6))
        }
        vt100::Color::Idx(index) => {
            let gray = 8 + 10 * (index - 232);
            (gray, gray, gray)
        }
        vt100::Color::Rgb(red, green, blue) => (red, green, blue),
    };
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}

/// Puts fixed digits where a clock, a date or a duration stands.
fn fix_times(row: &mut [Cell]) {
    let chars: Vec<char> = row.iter().map(|cell| cell.text.chars().next().unwrap_or(' ')).collect();
    let shape: String = chars.iter().map(|c| if c.is_ascii_digit() { '0' } else { *c }).collect();
    let shape: Vec<char> = shape.chars().collect();
    for (pattern, fixed) in [("0000-00-00", "2026-03-02"), ("00:00", "14:05"), (" 0:00 ", " 9:41 ")] {
        let pattern: Vec<char> = pattern.chars().collect();
        for at in 0..shape.len().saturating_sub(pattern.len() - 1) {
            if shape[at..at + pattern.len()] == pattern[..] {
                fixed.chars().zip(&mut row[at..]).for_each(|(digit, cell)| cell.text = digit.to_string());
            }
        }
    }
}

fn x(column: usize) -> f32 {
    MARGIN + f32::from(u16::try_from(column).unwrap()) * CELL_WIDTH
}

fn y(row: usize) -> f32 {
    MARGIN + f32::from(u16::try_from(row).unwrap()) * CELL_HEIGHT
}

fn draw_row(svg: &mut String, number: usize, row: &[Cell]) {
    let top = y(number);
    for (from, to) in runs(row, |a, b| a.fill == b.fill) {
        if let Some(fill) = &row[from].fill {
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{fill}\"/>",
                x(from),
                x(to) - x(from)
            );
        }
    }
    for (from, to) in runs(row, is_one_piece) {
        let first = row[from].text.chars().next().unwrap_or(' ');
        let width = x(to) - x(from);
        if let Some(line) = line(first, x(from), top, width) {
            let _ = writeln!(
                svg,
                "<path d=\"{line}\" stroke=\"{}\" fill=\"none\"{}/>",
                row[from].color,
                stroke(first).1
            );
        } else if let Some(opacity) = opacity(first) {
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{}\" fill-opacity=\"{opacity}\"/>",
                x(from),
                top + 4.0,
                CELL_HEIGHT - 8.0,
                row[from].color
            );
        } else {
            draw_text(svg, top, from, &row[from..to]);
        }
    }
}

/// How dense a cell of the progress bar is.
fn opacity(c: char) -> Option<&'static str> {
    Some(match c {
        '█' => "1",
        '▒' => "0.6",
        '░' => "0.28",
        _ => return None,
    })
}

/// Text in pieces: a browser makes one blank of several, so that what two blanks part has to stand for itself.
fn draw_text(svg: &mut String, top: f32, from: usize, run: &[Cell]) {
    let is_blank = |at: usize| run.get(at).is_none_or(|cell| cell.text == " ");
    let mut begin = 0;
    for at in 0..=run.len() {
        if at == run.len() || (is_blank(at) && is_blank(at + 1)) {
            draw_piece(svg, top, from + begin, &run[begin..at]);
            begin = at;
        }
    }
}

/// Text without the spaces around it; its length in cells is stated, so that columns align in any font.
fn draw_piece(svg: &mut String, top: f32, from: usize, run: &[Cell]) {
    let from = from + run.iter().take_while(|cell| cell.text == " ").count();
    let text: String = run.iter().map(|cell| cell.text.as_str()).collect();
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let wide = run.iter().filter(|cell| cell.wide).count();
    let length = x(text.chars().count() + wide) - x(0);
    let Cell { color, bold, underlined, .. } = &run[0];
    let mut style = String::new();
    if color != FOREGROUND {
        let _ = write!(style, " fill=\"{color}\"");
    }
    if *bold {
        style.push_str(" font-weight=\"bold\"");
    }
    if *underlined {
        style.push_str(" text-decoration=\"underline\"");
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"{style}>{}</text>",
        x(from),
        top + CELL_HEIGHT * 0.72,
        escape(text)
    );
}

/// The stretches of `row` whose neighbours belong together.
fn runs(row: &[Cell], together: impl Fn(&Cell, &Cell) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in 1..=row.len() {
        if at == row.len() || !together(&row[at - 1], &row[at]) {
            found.push((from, at));
            from = at;
        }
    }
    found
}

/// Plain text goes on; a sign that a font may have to borrow stands alone, and two spaces part columns.
fn is_one_piece(a: &Cell, b: &Cell) -> bool {
    let same = |one: &Cell, other: &Cell| {
        (&one.color, &one.fill, one.bold, one.underlined)
            == (&other.color, &other.fill, other.bold, other.underlined)
    };
    let plain = |cell: &Cell| cell.text.is_empty() || cell.text.is_ascii();
    let repeats = a.text == b.text && matches!(a.text.as_str(), "─" | "━" | "╌" | "█" | "▒" | "░");
    same(a, b) && (repeats || plain(a) && plain(b))
}

/// A heavy or dashed line as the light one of the same shape, and how it is drawn instead.
fn stroke(c: char) -> (char, &'static str) {
    const HEAVY: [(char, char); 7] =
        [('━', '─'), ('┃', '│'), ('┏', '┌'), ('┓', '┐'), ('┗', '└'), ('┛', '┘'), ('╋', '┼')];
    match c {
        '╌' => ('─', " stroke-dasharray=\"4 3\""),
        '╎' => ('│', " stroke-dasharray=\"4 3\""),
        _ => match HEAVY.iter().find(|(heavy, _)| *heavy == c) {
            Some((_, light)) => (*light, " stroke-width=\"2.5\""),
            None => (c, ""),
        },
    }
}

/// A box-drawing character as a path, so that lines meet whatever the font.
fn line(c: char, left: f32, top: f32, width: f32) -> Option<String> {
    let (right, bottom) = (left + width, top + CELL_HEIGHT);
    let (middle, center) = (left + CELL_WIDTH / 2.0, top + CELL_HEIGHT / 2.0);
    let (to_left, to_right) =
        (format!("M{middle:.1} {center:.1}H{left:.1}"), format!("M{middle:.1} {center:.1}H{right:.1}"));
    let (up, down) =
        (format!("M{middle:.1} {center:.1}V{top:.1}"), format!("M{middle:.1} {center:.1}V{bottom:.1}"));
    Some(match stroke(c).0 {
        '─' => format!("M{left:.1} {center:.1}H{right:.1}"),
        '│' => up + &down,
        '┌' | '╭' => to_right + &down,
        '┐' | '╮' => to_left + &down,
        '└' | '╰' => to_right + &up,
        '┘' | '╯' => to_left + &up,
        '├' => to_right + &up + &down,
        '┤' => to_left + &up + &down,
        '┬' => to_left + &to_right + &down,
        '┴' => to_left + &to_right + &up,
        '┼' => to_left + &to_right + &up + &down,
        _ => return None,
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
