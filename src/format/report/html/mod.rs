//! For whoever was not there: one file for a browser, a phone and paper.
//!
//! It needs no script and asks for nothing: the policy at its top lets a browser load and run nothing but the one style
//! sheet in it (R36). What failed comes first; what was left out for its length is counted, with the command that tells
//! it. Every verdict has a shape and a word besides its colour.

use std::io::Write;

mod course;
mod drawing;
mod grid;
mod head;
mod lists;
mod map;
mod page;
mod prompts;
mod several;
mod signs;
mod trend;
mod writer;

use page::{Most, Page, Part, Whole};
use signs::{SHAPES, Shape};
use writer::{Html, Line, Name, Put};

use super::{Failure, Sessions};
use crate::domain::course::Course;
use crate::domain::report::Walked;
use crate::domain::verdict::Verdict;

/// How it looks.
const STYLE: &str = include_str!("style.css");

/// What a browser may use: the style sheet that has this hash, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'sha256-ruE4We74UpJ2f83paFYGEYsWSqwcBojWFVEtOO8aOjY='; base-uri 'none'; form-action 'none'";

/// Writes all sessions.
pub(super) fn write(sessions: &mut dyn Sessions, out: &mut dyn Write) -> Result<(), Failure> {
    let mut html = Html::new(out);
    if sessions.named().len() > 1 {
        return several::write(sessions, &mut html);
    }
    let walked = sessions.read(0)?;
    let before = sessions.read_before(0)?;
    let mut page = Page::new(&walked, 1, 2, Most::of(1));
    page.compare(before.as_ref())?;
    page.whole = Some(Whole::new(&walked, followed(sessions, 0, &walked)?));
    begin((Line(&walked.session.start().plan_title), ": ", head::Verdicts(&page.counts)), &mut html)?;
    html.put("<header>\n<p class=\"eyebrow\">Test session</p>\n")?;
    html.put(("<h1><span class=\"plan\">", Name(&walked.session.start().plan_title), "</span> "))?;
    html.put((
        Shape(head::sign_of(&page.counts)),
        "<span class=\"verdict\">",
        head::Verdicts(&page.counts),
        head::Also(&page.counts),
        "</span></h1>\n",
    ))?;
    page.tallies(&mut html)?;
    page.facts(&mut html)?;
    html.put("</header>\n")?;
    page.contents(&mut html)?;
    html.put("<main id=\"main\">\n")?;
    page.write(&mut html)?;
    html.put("</main>\n<footer><p>Written by seamwalk from what was recorded, with nothing left out but what is counted above. ")?;
    html.put(("For programs: <code>seamwalk report ", page::ShortId(walked.session.id().to_string())))?;
    html.put(" --format json</code></p></footer>\n</body>\n</html>\n")?;
    Ok(())
}

/// The course of the session at `number_idx`.
fn followed<'w>(
    sessions: &mut dyn Sessions,
    number_idx: usize,
    walked: &'w Walked,
) -> Result<Course<'w>, Failure> {
    let mut course = Course::new(&walked.session);
    sessions.visit_events(number_idx, walked.session.seq(), &mut |recorded| {
        course.follow(recorded);
        Ok(())
    })?;
    Ok(course)
}

/// The document up to its header.
fn begin(title: impl Put, html: &mut Html<'_>) -> Result<(), Failure> {
    html.put("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    html.put(("<meta http-equiv=\"Content-Security-Policy\" content=\"", POLICY, "\">\n"))?;
    html.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    html.put("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")?;
    html.put("<meta name=\"generator\" content=\"seamwalk\">\n")?;
    html.put(("<title>", title, "</title>\n<style>", STYLE, "</style>\n</head>\n<body>\n"))?;
    Ok(html.put(("<a class=\"skip\" href=\"#main\">Skip to what was found</a>\n", SHAPES))?)
}

impl Page<'_> {
    /// All parts that have something to say.
    fn write(&self, html: &mut Html<'_>) -> Result<(), Failure> {
        for (part, count) in self.parts() {
            match part {
                Part::Failed => self.findings(part, Verdict::Fail, count, html)?,
                Part::Blocked => self.findings(part, Verdict::Blocked, count, html)?,
                Part::Inconclusive => self.findings(part, Verdict::Inconclusive, count, html)?,
                Part::Untested => self.untested(count, html)?,
                Part::Provisional => self.provisional(count, html)?,
                Part::Since => self.since(count, html)?,
                Part::Map => self.map(count, html)?,
                Part::Course => self.course(count, html)?,
                Part::Notes => self.notes(count, html)?,
                Part::Time => self.time(html)?,
                Part::Debrief => self.debrief(count, html)?,
                Part::Prompts => self.prompts(count, html)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    /// Base64, which nothing else here needs.
    fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let bits = chunk
                .iter()
                .chain([0, 0].iter())
                .take(3)
                .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            let letters = [18, 12, 6, 0].map(|shift| char::from(LETTERS[bits >> shift & 63]));
            text.extend(&letters[..=chunk.len()]);
            text.extend(std::iter::repeat_n('=', 3 - chunk.len()));
        }
        text
    }

    #[test]
    fn the_policy_lets_in_the_style_sheet() {
        let hash = format!("'sha256-{}'", base64(&Sha256::digest(STYLE.as_bytes())));
        assert!(POLICY.contains(&hash), "the policy needs {hash}");
        assert!(!STYLE.contains("</") && !STYLE.contains("url("));
    }
}
