//! The map: which component calls which, as boxes and arrows, as a matrix, and as a list with the worst first.

use std::io;

use super::head::State;
use super::lists::{Point, TABLE_END, Time, table};
use super::page::{Page, Part, Whole};
use super::signs::{Badge, Shape, Sign, StateShape};
use super::writer::{Html, Name, Put};
use crate::domain::map::{Evidence, Map, Tally};
use crate::domain::verdict::{Ground, Verdict};

/// The most components of a matrix: a wider one is a wall.
const MOST_IN_MATRIX: usize = 30;

impl Page<'_> {
    /// All forms of it that fit.
    pub(super) fn map(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        let Some(Whole { map, .. }) = &self.whole else { return Ok(()) };
        html.put("<section>")?;
        self.heading(Part::Map, count, html)?;
        html.put("<ul class=\"evidence\">\n")?;
        for (evidence, count) in map.totals().said() {
            html.put(("<li><b>", count, "</b> ", evidence.words(), "</li>\n"))?;
        }
        html.put("</ul>\n")?;
        let is_drawn = self.drawing(map, html)?;
        let components = map.components().len();
        let is_matrix = (2..=MOST_IN_MATRIX).contains(&components);
        if is_matrix {
            self.matrix(map, html)?;
        }
        if is_drawn || is_matrix {
            legend(html)?;
        } else if components > MOST_IN_MATRIX {
            html.put((
                "<p class=\"note\">",
                components,
                " components are too many for a picture: the list has every connection.</p>\n",
            ))?;
        }
        self.connections(map, html)?;
        html.put("</section>\n")
    }

    /// Rows call columns.
    fn matrix(&self, map: &Map, html: &mut Html<'_>) -> io::Result<()> {
        self.subheading("Matrix: rows call columns", html)?;
        html.put("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Matrix of connections\"><table class=\"matrix\"><thead><tr>")?;
        html.put("<th scope=\"col\"><span class=\"vh\">Component that calls</span></th>")?;
        for component in map.components() {
            html.put(("<th scope=\"col\"><span>", Name(&component.name), "</span></th>"))?;
        }
        html.put("</tr></thead><tbody>\n")?;
        for (from, component) in map.components().iter().enumerate() {
            html.put(("<tr><th scope=\"row\">", StateShape(&component.state), Name(&component.name)))?;
            html.put((" <small>", State(&component.state), "</small></th>"))?;
            for to in 0..map.components().len() {
                match map.cell(from, to) {
                    None => html.put("<td></td>")?,
                    Some(cell) => {
                        let sign = Sign::of_connection(&cell.tally);
                        let ground = map.ground(from, to, &cell.tally);
                        let hatched = if ground == Ground::Provisional { " hatched" } else { "" };
                        html.put((
                            "<td class=\"",
                            sign.class(),
                            hatched,
                            "\">",
                            Shape(sign),
                            "<span class=\"vh\">",
                        ))?;
                        html.put((
                            sign.word(),
                            ", </span>",
                            Tested(&cell.tally),
                            " ",
                            GroundLetter(ground),
                            "</td>",
                        ))?;
                    }
                }
            }
            html.put("</tr>\n")?;
        }
        html.put("</tbody></table></div>\n")
    }

    /// Each connection by itself.
    fn connections(&self, map: &Map, html: &mut Html<'_>) -> io::Result<()> {
        self.subheading("Connections, the worst first", html)?;
        let columns = ["Integration point", "Worst verdict", "Tested", "Rests on", "Last marked"];
        table("Connections, the worst first", &columns, html)?;
        for at in map.worst_first().into_iter().take(self.most.listed) {
            let point = &map.points()[at];
            let tally = &point.tally;
            html.put(("<tr><th scope=\"row\">", Point(&map.written(point)), "</th><td>"))?;
            html.put((
                Badge(Sign::of_connection(tally)),
                "</td><td class=\"number\">",
                Tested(tally),
                "</td><td>",
            ))?;
            match tally.evidence() {
                Evidence::Real => html.put("both ends real")?,
                Evidence::Unstated => html.put("real or fake not said")?,
                Evidence::Untested | Evidence::NoPrompt => html.put("–")?,
                Evidence::Fake => {
                    for (number, end) in tally.stand_ins.iter().enumerate() {
                        html.put((
                            if number == 0 { "" } else { ", " },
                            Name(&end.component),
                            " ",
                            State(&end.state),
                        ))?;
                    }
                }
            }
            html.put("</td><td>")?;
            match tally.newest {
                Some(at) => html.put(Time(&at.rfc3339_seconds(), &at.date_hour_minute()))?,
                None => html.put("–")?,
            }
            html.put("</td></tr>\n")?;
        }
        html.put(TABLE_END)?;
        self.left_out(map.points().len(), html)
    }
}

/// How many of a connection's prompts were tested: `2/3`.
pub(super) struct Tested<'t>(pub(super) &'t Tally);

impl Put for Tested<'_> {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        let counts = &self.0.counts;
        let total = counts.total() + self.0.outside;
        match total {
            0 => html.put("–"),
            _ => html.put((
                counts[Verdict::Pass] + counts[Verdict::Fail] + counts[Verdict::Inconclusive],
                "/",
                total,
            )),
        }
    }
}

/// R or F, with the word for who cannot see what it stands for.
struct GroundLetter(Ground);

impl Put for GroundLetter {
    fn put(self, html: &mut Html<'_>) -> io::Result<()> {
        match self.0 {
            Ground::Real => html.put("<abbr title=\"both ends real\">R</abbr>"),
            Ground::Provisional => html.put("<abbr title=\"an end fake or absent\">F</abbr>"),
            Ground::Unstated => Ok(()),
        }
    }
}

fn legend(html: &mut Html<'_>) -> io::Result<()> {
    html.put("<p class=\"legend\">")?;
    for sign in Sign::ALL {
        html.put((Badge(sign), " "))?;
    }
    html.put("<span>2/3: two of three prompts tested</span> <span>R: both ends real</span> <span>F, hatched: an end fake or absent</span></p>\n")
}
