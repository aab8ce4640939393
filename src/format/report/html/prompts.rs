//! Every prompt, below the titles of the plan, with a filter that needs no script.

use std::io;

use super::lists::Path;
use super::page::{Page, Part};
use super::signs::{Badge, Sign};
use super::writer::{Html, Line, Name};
use crate::domain::report::Row;
use crate::domain::time::clock;

impl<'p> Page<'p> {
    /// The table of all prompts.
    pub(super) fn prompts(&self, count: usize, html: &mut Html<'_>) -> io::Result<()> {
        html.put("<section class=\"prompts\">")?;
        self.heading(Part::Prompts, count, html)?;
        self.filter(html)?;
        html.put("<table class=\"every\"><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Prompt</th></tr></thead>\n")?;
        let mut above: Option<(Vec<&str>, bool)> = None;
        for row in self.rows.iter().take(self.most.prompts) {
            let place = (self.place(row), row.is_gone());
            if above.as_ref() != Some(&place) {
                html.put(if above.is_some() { "</tbody>\n<tbody>" } else { "<tbody>" })?;
                if !place.0.is_empty() || place.1 {
                    let gone = if place.1 { "No longer in the plan: " } else { "" };
                    html.put((
                        "<tr class=\"place\"><th colspan=\"2\" scope=\"rowgroup\">",
                        gone,
                        Path(place.0.clone()),
                        "</th></tr>\n",
                    ))?;
                }
                above = Some(place);
            }
            row_of(row, html)?;
        }
        html.put((if above.is_some() { "</tbody>" } else { "<tbody></tbody>" }, "</table>\n"))?;
        if let left @ 1.. = self.rows.len().saturating_sub(self.most.prompts) {
            html.put((
                "<p class=\"more\">",
                left,
                " more prompts are not listed here: ",
                self.elsewhere(),
                "</p>\n",
            ))?;
        }
        html.put("</section>\n")
    }

    /// One choice for each verdict that occurs among the rows that are listed.
    fn filter(&self, html: &mut Html<'_>) -> io::Result<()> {
        let listed = &self.rows[..self.rows.len().min(self.most.prompts)];
        let count = |sign: Sign| listed.iter().filter(|row| Sign::of(row.standing()) == sign).count();
        let found: Vec<(Sign, usize)> =
            Sign::ALL.into_iter().map(|sign| (sign, count(sign))).filter(|(_, count)| *count > 0).collect();
        if found.len() < 2 {
            return Ok(());
        }
        html.put("<fieldset class=\"filter\"><legend>Show</legend>\n")?;
        html.put((
            "<label><input type=\"radio\" name=\"s",
            self.number,
            "-show\" value=\"all\" checked>all ",
            listed.len(),
            "</label>\n",
        ))?;
        for (sign, count) in found {
            html.put((
                "<label class=\"",
                sign.class(),
                "\"><input type=\"radio\" name=\"s",
                self.number,
                "-show\" value=\"",
            ))?;
            html.put((sign.class(), "\">", Badge(sign), " ", count, "</label>\n"))?;
        }
        html.put("</fieldset>\n")
    }
}

fn row_of(row: &Row<'_>, html: &mut Html<'_>) -> io::Result<()> {
    let sign = Sign::of(row.standing());
    html.put(("<tr class=\"row ", sign.class(), "\"><td>", Badge(sign), "</td><td>", Name(row.text())))?;
    if let Some(mark) = row.mark() {
        let real = if row.standing().is_passed_for_real() { "for real, " } else { "" };
        html.put((" <small>", real, Line(&mark.at.date_hour_minute())))?;
        if row.spent_ms() > 0 {
            html.put((", took ", Line(&clock(row.spent_ms()))))?;
        }
        html.put("</small>")?;
    }
    html.put("</td></tr>\n")
}
