//! ratatui's cells as bytes: one buffer a frame, and no trust in the terminal's idea of a character's width.
//!
//! It collects and never writes: `screen` does, in one go. A cell that holds anything but ASCII or a box-drawing
//! character is blanked, drawn, and followed by an absolute cursor movement; whatever width the terminal gives it, the
//! border to its right stays in its column.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{Attribute, Colors, Print, SetAttribute, SetColors, SetUnderlineColor};
use crossterm::terminal::{Clear, ClearType as Erase};
use ratatui::backend::{Backend, ClearType, IntoCrossterm, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

/// Used when the terminal does not know its own size.
const DEFAULT_SIZE: Size = Size { width: 80, height: 24 };

/// Which colours may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Palette {
    /// Those of the cells.
    Colours,
    /// None: bold, reverse and the like only.
    Monochrome,
}

/// Collects a frame's bytes.
#[derive(Debug)]
pub(super) struct Canvas {
    bytes: Vec<u8>,
    palette: Palette,
    cursor: Position,
    /// Whether we made the terminal show its cursor; it is hidden when the terminal becomes ours.
    shows_cursor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: Look =
    Look { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

const ATTRIBUTES: [(Modifier, Attribute); 9] = [
    (Modifier::BOLD, Attribute::Bold),
    (Modifier::DIM, Attribute::Dim),
    (Modifier::ITALIC, Attribute::Italic),
    (Modifier::UNDERLINED, Attribute::Underlined),
    (Modifier::SLOW_BLINK, Attribute::SlowBlink),
    (Modifier::RAPID_BLINK, Attribute::RapidBlink),
    (Modifier::REVERSED, Attribute::Reverse),
    (Modifier::HIDDEN, Attribute::Hidden),
    (Modifier::CROSSED_OUT, Attribute::CrossedOut),
];

impl Canvas {
    pub(super) fn new(palette: Palette) -> Self {
        Self { bytes: Vec::new(), palette, cursor: Position::ORIGIN, shows_cursor: false }
    }

    /// The bytes since the last time.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn look_of(&self, cell: &Cell) -> Look {
        match self.palette {
            Palette::Colours => {
                Look { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier }
            }
            Palette::Monochrome => Look { modifier: cell.modifier, ..PLAIN },
        }
    }

    /// Each look is said in full, from a reset on: no terminal agrees with another on how to end bold alone. With
    /// `NO_COLOR` crossterm turns a colour into a bare `CSI m`, which would reset the attributes; hence colours first,
    /// and none at all in monochrome.
    fn set_look(&mut self, look: Look) -> io::Result<()> {
        queue!(self.bytes, SetAttribute(Attribute::Reset))?;
        match (basic(look.fg), basic(look.bg)) {
            (Some(fg), Some(bg)) => {
                for (number, base) in [(fg, 30), (bg, 40)] {
                    if let Some(number) = number {
                        write!(self.bytes, "\x1b[{}m", base + number)?;
                    }
                }
            }
            _ => {
                queue!(
                    self.bytes,
                    SetColors(Colors::new(look.fg.into_crossterm(), look.bg.into_crossterm()))
                )?;
            }
        }
        if look.underline != Color::Reset {
            queue!(self.bytes, SetUnderlineColor(look.underline.into_crossterm()))?;
        }
        for (modifier, attribute) in ATTRIBUTES {
            if look.modifier.contains(modifier) {
                queue!(self.bytes, SetAttribute(attribute))?;
            }
        }
        Ok(())
    }
}

/// What a colour adds to 30 or 40 where it is one of the sixteen: crossterm says those as `38;5;n`, which a terminal
/// with sixteen colours need not know. `Some(None)` is the terminal's own colour; `None` is no basic colour.
fn basic(color: Color) -> Option<Option<u8>> {
    let number = match color {
        Color::Reset => return Some(None),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Rgb(..) | Color::Indexed(_) => return None,
    };
    Some(Some(number))
}

/// Whether every terminal gives the symbol one cell.
fn is_certain(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => matches!(c, ' '..='~' | '\u{2500}'..='\u{259f}'),
        _ => false,
    }
}

impl Backend for Canvas {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut look = PLAIN;
        // Where the terminal's cursor is for certain.
        let mut at: Option<Position> = None;
        for (x, y, cell) in content {
            let here = Position { x, y };
            if at != Some(here) {
                queue!(self.bytes, MoveTo(x, y))?;
            }
            let wanted = self.look_of(cell);
            if wanted != look {
                self.set_look(wanted)?;
                look = wanted;
            }
            let symbol = cell.symbol();
            if is_certain(symbol) {
                queue!(self.bytes, Print(symbol))?;
                at = Some(Position { x: x.saturating_add(1), y });
            } else {
                for _ in 0..symbol.cell_width() {
                    self.bytes.push(b' ');
                }
                queue!(self.bytes, MoveTo(x, y), Print(symbol))?;
                at = None;
            }
        }
        if look != PLAIN {
            queue!(self.bytes, SetAttribute(Attribute::Reset))?;
        }
        Ok(())
    }

    /// Says nothing where it is hidden already: a frame in which nothing changed has no bytes.
    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.shows_cursor) { queue!(self.bytes, Hide) } else { Ok(()) }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.shows_cursor = true;
        queue!(self.bytes, Show)
    }

    /// Where we put it: asking the terminal would wait for an answer among the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        queue!(self.bytes, MoveTo(self.cursor.x, self.cursor.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        let erase = match clear_type {
            ClearType::All => Erase::All,
            ClearType::AfterCursor => Erase::FromCursorDown,
            ClearType::BeforeCursor => Erase::FromCursorUp,
            ClearType::CurrentLine => Erase::CurrentLine,
            ClearType::UntilNewLine => Erase::UntilNewLine,
        };
        queue!(self.bytes, SetAttribute(Attribute::Reset), Clear(erase))
    }

    fn size(&self) -> io::Result<Size> {
        Ok(size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: size(), pixels: Size { width: 0, height: 0 } })
    }

    /// Nothing: the frame is whole only when `draw` of the terminal is done.
    fn flush(&mut self) -> io::Result<()> {
        self.bytes.flush()
    }
}

/// The terminal's size in cells. A terminal that says 0 (a fresh pty, some serial lines) gets 80 by 24.
pub(super) fn size() -> Size {
    match asked_size() {
        Some(size) if size.width > 0 && size.height > 0 => size,
        _ => DEFAULT_SIZE,
    }
}

#[cfg(unix)]
fn asked_size() -> Option<Size> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(Size { width: size.ws_col, height: size.ws_row })
}

#[cfg(not(unix))]
fn asked_size() -> Option<Size> {
    let (width, height) = crossterm::terminal::size().ok()?;
    Some(Size { width, height })
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn drawn(text: &str, style: Style, palette: Palette) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, text, style);
        let blank = Buffer::empty(buffer.area);
        let mut canvas = Canvas::new(palette);
        canvas.draw(blank.diff(&buffer).into_iter()).unwrap();
        String::from_utf8(canvas.take()).unwrap()
    }

    #[test]
    fn a_frame_in_which_nothing_changed_has_no_bytes() {
        let mut terminal = ratatui::Terminal::with_options(
            Canvas::new(Palette::Colours),
            ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(Rect::new(0, 0, 8, 1)) },
        )
        .unwrap();
        for expected in [false, true] {
            terminal.draw(|frame| frame.buffer_mut().set_string(0, 0, "paused", Style::new())).unwrap();
            assert_eq!(terminal.backend_mut().take().is_empty(), expected);
        }
    }

    #[test]
    fn plain_text_and_borders_are_sent_in_one_go() {
        assert_eq!(drawn("│ab│", Style::new(), Palette::Colours), "\x1b[1;1H│ab│");
    }

    #[test]
    fn the_sixteen_colours_are_said_as_every_terminal_knows_them() {
        let drawn = |fg, bg| drawn("x", Style::new().fg(fg).bg(bg), Palette::Colours);
        let with = |look: &str| format!("\x1b[1;1H\x1b[0m{look}x\x1b[0m");
        assert_eq!(drawn(Color::Red, Color::Reset), with("\x1b[31m"));
        assert_eq!(drawn(Color::White, Color::DarkGray), with("\x1b[97m\x1b[100m"));
        assert_eq!(drawn(Color::Indexed(32), Color::Reset), with("\x1b[38;5;32;49m"));
    }

    #[test]
    fn a_doubtful_width_is_blanked_first_and_left_by_an_absolute_movement() {
        assert_eq!(drawn("⚠x", Style::new(), Palette::Colours), "\x1b[1;1H \x1b[1;1H⚠\x1b[1;2Hx");
        assert_eq!(drawn("在x", Style::new(), Palette::Colours), "\x1b[1;1H  \x1b[1;1H在\x1b[1;3Hx");
    }

    #[test]
    fn monochrome_keeps_bold_and_sends_no_colour() {
        let style = Style::new().red().on_blue().bold().reversed();
        assert_eq!(drawn("x", style, Palette::Monochrome), "\x1b[1;1H\x1b[0m\x1b[1m\x1b[7mx\x1b[0m");
    }

    #[test]
    fn colours_come_before_the_attributes_that_they_could_reset() {
        let bytes = drawn("x", Style::new().red().bold(), Palette::Colours);
        assert!(bytes.rfind("38;5;1") < bytes.find("\x1b[1m"), "{bytes:?}");
    }
}
