//! What things look like: a style for each role, never a colour in a view.
//!
//! A colour never carries meaning alone: verdicts have a glyph and a word, the current row a marker in front.

use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};

use super::settings::ThemeName;
use crate::domain::component::ComponentState;
use crate::domain::verdict::{Standing, Verdict};

/// The colours of one theme.
#[derive(Debug, Clone, Copy)]
struct Palette {
    pass: Color,
    provisional: Color,
    fail: Color,
    blocked: Color,
    inconclusive: Color,
    skip: Color,
    accent: Color,
    quiet: Color,
    border: Color,
    banner_text: Color,
}

impl Palette {
    fn set(&mut self, role: &str, color: Color) {
        let slot = match role {
            "pass" => &mut self.pass,
            "provisional" => &mut self.provisional,
            "fail" => &mut self.fail,
            "blocked" => &mut self.blocked,
            "inconclusive" => &mut self.inconclusive,
            "skip" => &mut self.skip,
            "accent" => &mut self.accent,
            "quiet" => &mut self.quiet,
            "border" => &mut self.border,
            _ => return,
        };
        *slot = color;
    }
}

/// Indexed colours (xterm's 256) with a contrast of at least 3.8 to 1 on white and on black alike, by WCAG 2.1's formula,
/// so that nothing need be asked of the terminal before the first frame. A test works the figures out.
const AUTO: Palette = Palette {
    pass: Color::Indexed(28),
    provisional: Color::Indexed(64),
    fail: Color::Indexed(161),
    blocked: Color::Indexed(130),
    inconclusive: Color::Indexed(134),
    skip: Color::Indexed(243),
    accent: Color::Indexed(32),
    quiet: Color::Indexed(243),
    border: Color::Indexed(244),
    banner_text: Color::Indexed(231),
};

const DARK: Palette = Palette {
    pass: Color::Indexed(78),
    provisional: Color::Indexed(149),
    fail: Color::Indexed(203),
    blocked: Color::Indexed(214),
    inconclusive: Color::Indexed(177),
    skip: Color::Indexed(247),
    accent: Color::Indexed(117),
    quiet: Color::Indexed(246),
    border: Color::Indexed(240),
    banner_text: Color::Indexed(16),
};

const LIGHT: Palette = Palette {
    pass: Color::Indexed(22),
    provisional: Color::Indexed(58),
    fail: Color::Indexed(124),
    blocked: Color::Indexed(94),
    inconclusive: Color::Indexed(90),
    skip: Color::Indexed(240),
    accent: Color::Indexed(25),
    quiet: Color::Indexed(241),
    border: Color::Indexed(248),
    banner_text: Color::Indexed(231),
};

const ANSI: Palette = Palette {
    pass: Color::Green,
    provisional: Color::Cyan,
    fail: Color::Red,
    blocked: Color::Yellow,
    inconclusive: Color::Magenta,
    skip: Color::Reset,
    accent: Color::Cyan,
    quiet: Color::Reset,
    border: Color::Reset,
    banner_text: Color::Reset,
};

const MONO: Palette = Palette {
    pass: Color::Reset,
    provisional: Color::Reset,
    fail: Color::Reset,
    blocked: Color::Reset,
    inconclusive: Color::Reset,
    skip: Color::Reset,
    accent: Color::Reset,
    quiet: Color::Reset,
    border: Color::Reset,
    banner_text: Color::Reset,
};

/// What a colour of the theme is used for, by its name in the configuration's `[colors]`.
pub const ROLES: [&str; 9] =
    ["pass", "provisional", "fail", "blocked", "inconclusive", "skip", "accent", "quiet", "border"];

/// A colour from the configuration: a name (`green`, `light-blue`), a number from 0 to 255, or `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(Color);

impl FromStr for Paint {
    type Err = UnknownColor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| UnknownColor(text.to_owned()))
    }
}

/// The text names no colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no colour: write a name such as \"green\", a number from 0 to 255, or \"#rrggbb\"")]
pub struct UnknownColor(pub String);

/// What the terminal can show, as its environment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorDepth {
    /// No colour is wanted (`NO_COLOR`, `--color never`) or possible.
    None,
    /// The 16 named colours.
    Sixteen,
    /// 256 colours or more.
    Indexed,
}

/// A style for each role.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    palette: Palette,
    /// Where colours cannot dim, the terminal's own dim attribute does.
    dims: bool,
}

impl Theme {
    /// The theme called `name` on a terminal of that depth, with `own` colours in place of some of its own: pairs of
    /// one of [`ROLES`] and a colour. Where no colour is wanted, those are not wanted either.
    #[must_use]
    pub fn new(name: ThemeName, depth: ColorDepth, own: &[(String, Paint)]) -> Self {
        let mut palette = match (name, depth) {
            (ThemeName::Mono, _) | (_, ColorDepth::None) => MONO,
            (ThemeName::Ansi, _) | (_, ColorDepth::Sixteen) => ANSI,
            (ThemeName::Auto, ColorDepth::Indexed) => AUTO,
            (ThemeName::Dark, ColorDepth::Indexed) => DARK,
            (ThemeName::Light, ColorDepth::Indexed) => LIGHT,
        };
        if name != ThemeName::Mono && depth != ColorDepth::None {
            for (role, Paint(color)) in own {
                palette.set(role, *color);
            }
        }
        Self { palette, dims: palette.quiet == Color::Reset }
    }

    /// A verdict's glyph and word.
    #[must_use]
    pub fn verdict(&self, verdict: Verdict) -> Style {
        let color = match verdict {
            Verdict::Untested => return self.quiet(),
            Verdict::Pass => self.palette.pass,
            Verdict::Fail => self.palette.fail,
            Verdict::Blocked => self.palette.blocked,
            Verdict::Inconclusive => self.palette.inconclusive,
            Verdict::Skip => self.palette.skip,
        };
        let style = Style::new().fg(color);
        if verdict == Verdict::Fail { style.add_modifier(Modifier::BOLD) } else { style }
    }

    /// The same with what the verdict rests on.
    #[must_use]
    pub fn standing(&self, standing: Standing) -> Style {
        if standing.is_provisional() {
            Style::new().fg(self.palette.provisional)
        } else {
            self.verdict(standing.verdict)
        }
    }

    /// True where colours tell a pass from a fail; where they do not, shapes have to.
    #[must_use]
    pub fn tells_verdicts_apart(&self) -> bool {
        self.palette.pass != self.palette.fail
    }

    /// What stands for a component: a stand-in as what is provisional, the real one as a pass.
    #[must_use]
    pub fn component(&self, state: &ComponentState) -> Style {
        match state {
            ComponentState::Real => Style::new().fg(self.palette.pass),
            ComponentState::Fake(_) | ComponentState::Absent => Style::new().fg(self.palette.provisional),
            ComponentState::Unknown => self.quiet(),
        }
    }

    /// Ordinary text.
    #[must_use]
    pub fn text(&self) -> Style {
        Style::new()
    }

    /// What matters most on the screen: the current prompt, a title.
    #[must_use]
    pub fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What is there to be looked up: paths, times, labels.
    #[must_use]
    pub fn quiet(&self) -> Style {
        let style = Style::new().fg(self.palette.quiet);
        if self.dims { style.add_modifier(Modifier::DIM) } else { style }
    }

    /// Lines around panes.
    #[must_use]
    pub fn border(&self) -> Style {
        Style::new().fg(self.palette.border)
    }

    /// Keys in the footer, integration points, code.
    #[must_use]
    pub fn accent(&self) -> Style {
        Style::new().fg(self.palette.accent)
    }

    /// The row the cursor is on: the terminal's own colours the other way round, whatever was drawn there.
    #[must_use]
    pub fn cursor(&self) -> Style {
        Style::new()
            .fg(Color::Reset)
            .bg(Color::Reset)
            .add_modifier(Modifier::REVERSED)
            .remove_modifier(Modifier::DIM)
    }

    /// Letters that the search found.
    #[must_use]
    pub fn found(&self) -> Style {
        Style::new().fg(self.palette.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// Something that could not be saved.
    #[must_use]
    pub fn alarm(&self) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        match self.palette.fail {
            Color::Reset => style.add_modifier(Modifier::REVERSED),
            fail => style.fg(self.palette.banner_text).bg(fail),
        }
    }

    /// A clock in a time box of which little is left.
    #[must_use]
    pub fn time_short(&self) -> Style {
        Style::new().fg(self.palette.blocked)
    }

    /// A clock in a time box of which nothing is left.
    #[must_use]
    pub fn time_up(&self) -> Style {
        Style::new().fg(self.palette.fail)
    }

    /// A short answer to a key.
    #[must_use]
    pub fn toast(&self) -> Style {
        Style::new().fg(self.palette.accent).add_modifier(Modifier::BOLD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_can_have_a_colour_of_its_own() {
        let before = Theme::new(ThemeName::Auto, ColorDepth::Indexed, &[]);
        for role in ROLES {
            let own = [(role.to_owned(), "#123456".parse().unwrap())];
            let after = Theme::new(ThemeName::Auto, ColorDepth::Indexed, &own);
            assert_ne!(format!("{:?}", before.palette), format!("{:?}", after.palette), "{role}");
        }
    }

    /// xterm's 256 colours: 16 to 231 are a cube of six steps, 232 to 255 greys.
    fn luminance(color: Color) -> f64 {
        let Color::Indexed(index) = color else { panic!("{color:?} has no fixed value") };
        let step = |n: u8| if n == 0 { 0.0 } else { 55.0 + 40.0 * f64::from(n) };
        let channels = match index {
            232.. => [8.0 + 10.0 * f64::from(index - 232); 3],
            _ => [step((index - 16) / 36), step((index - 16) / 6 % 6), step((index - 16) % 6)],
        };
        let linear = channels.map(|value: f64| {
            let value = value / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn the_usual_colours_are_readable_on_black_and_on_white() {
        let Palette { pass, provisional, fail, blocked, inconclusive, skip, accent, quiet, border, .. } =
            AUTO;
        for color in [pass, provisional, fail, blocked, inconclusive, skip, accent, quiet, border] {
            let light = luminance(color) + 0.05;
            assert!(
                1.05 / light >= 3.8 && light / 0.05 >= 3.8,
                "{color:?}: {} {}",
                1.05 / light,
                light / 0.05
            );
        }
    }

    #[test]
    fn without_colours_there_are_none_whatever_is_configured() {
        let own = [("pass".to_owned(), "green".parse().unwrap())];
        let theme = Theme::new(ThemeName::Auto, ColorDepth::None, &own);
        assert_eq!(theme.verdict(Verdict::Pass), Style::new().fg(Color::Reset));
    }
}
