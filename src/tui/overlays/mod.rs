//! What lies over a screen: it takes the keys until Esc closes it.

pub mod activity;
pub mod blocking;
pub mod components;
pub mod debrief;
pub mod elsewhere;
pub mod export;
pub mod fields;
pub mod filter;
pub mod find;
pub mod line;
pub mod note;
pub mod page;
pub mod palette;
pub mod test_data;
pub mod view;
pub mod walk_order;

use super::effect::Effects;
use super::input::Input;
use super::key::{Code, Key};
use super::model::Model;

/// The one thing that lies over the screen.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// All keys.
    Help(page::Page),
    /// The current prompt in full.
    Detail(page::Page),
    /// What stands for each component.
    Components(components::ComponentList),
    /// What the session says of its environment.
    Fields(fields::FieldList),
    /// The plan's test data.
    TestData(test_data::TestData),
    /// All commands by name.
    Palette(palette::Palette),
    /// Search.
    Find(find::Find),
    /// What is being done.
    Activity(activity::ActivityList),
    /// The five questions after a session.
    Debrief(Box<debrief::Debrief>),
    /// The charter or the time box.
    Line(Box<line::LineField>),
    /// Verdicts and tags to show.
    Filter(filter::FilterList),
    /// In which order to walk.
    WalkOrder(walk_order::Strategies),
    /// A report to write.
    Export(export::Export),
    /// Where to write what could not be saved.
    Elsewhere(Box<elsewhere::Elsewhere>),
    /// What a fail may block.
    Blocking(blocking::BlockList),
    /// A note being written.
    Note(Box<note::NoteField>),
}

/// Takes one key.
pub fn press(model: &mut Model, key: Key) -> Effects {
    match &model.overlay {
        Some(Overlay::Note(_)) => note::press(model, key),
        Some(Overlay::Elsewhere(_)) => elsewhere::press(model, key),
        Some(Overlay::Export(_)) => export::press(model, key),
        Some(Overlay::Activity(_)) => activity::press(model, key),
        Some(Overlay::Debrief(_)) => debrief::press(model, key),
        Some(Overlay::Line(_)) => line::press(model, key),
        Some(Overlay::Find(_)) => find::press(model, key),
        Some(Overlay::Palette(_)) => palette::press(model, key),
        Some(Overlay::Filter(_)) => filter::press(model, key),
        Some(Overlay::Components(_)) => components::press(model, key),
        Some(Overlay::Fields(_)) => fields::press(model, key),
        Some(Overlay::TestData(_)) => test_data::press(model, key),
        Some(Overlay::Blocking(_)) => blocking::press(model, key),
        Some(Overlay::WalkOrder(_)) => walk_order::press(model, key),
        Some(Overlay::Help(_) | Overlay::Detail(_)) => page::press(model, key),
        None => Effects::none(),
    }
}

/// Puts pasted text into the field that is open; `None` if there is none.
pub fn paste(model: &mut Model, text: &str) -> Option<Effects> {
    match &mut model.overlay {
        Some(Overlay::Note(_)) => return Some(note::pasted(model, text)),
        Some(Overlay::Debrief(_)) => return Some(debrief::pasted(model, text)),
        Some(Overlay::Elsewhere(elsewhere)) => elsewhere.field.paste(text),
        Some(Overlay::Line(line)) => line.field.paste(text),
        Some(Overlay::Find(find)) => {
            find.field.paste(text);
            find::search(model);
        }
        Some(Overlay::Palette(palette)) => {
            palette.field.paste(text);
            palette.narrow();
        }
        Some(
            Overlay::Components(components::ComponentList { naming: Some(field), .. })
            | Overlay::Fields(fields::FieldList { editing: Some(field), .. }),
        ) => field.paste(text),
        _ => return None,
    }
    Some(Effects::none())
}

/// A click outside closes what is open, except where something is written: that may not vanish by a slip.
pub fn click(model: &mut Model, column: u16, row: u16) -> Effects {
    let inside = view::area(model).contains(column, row);
    if let Some(at) = view::list_row(model, column, row) {
        return click_row(model, at);
    }
    let is_written = matches!(
        model.overlay,
        Some(Overlay::Note(_) | Overlay::Line(_) | Overlay::Debrief(_) | Overlay::Elsewhere(_))
    );
    if !inside && !is_written {
        return super::update::update(model, super::msg::Msg::Input(Input::Key(Key::plain(Code::Esc))));
    }
    Effects::none()
}

/// A click selects a row of the list; on the row that is selected it does what Enter does, or Space in the filter.
fn click_row(model: &mut Model, at: usize) -> Effects {
    let (selected, key) = match &mut model.overlay {
        // What stands for a component is never changed by a slip of the mouse.
        Some(Overlay::Components(list)) => {
            if list.naming.is_none() {
                list.selected = at;
            }
            return Effects::none();
        }
        Some(Overlay::Fields(list)) if list.editing.is_some() => return Effects::none(),
        Some(Overlay::Fields(list)) => (&mut list.selected, Code::Enter),
        Some(Overlay::Find(find)) => (&mut find.selected, Code::Enter),
        Some(Overlay::Palette(palette)) => (&mut palette.selected, Code::Enter),
        Some(Overlay::TestData(list)) => (&mut list.selected, Code::Enter),
        Some(Overlay::Export(list)) if list.selected == at || list.written.is_none() => {
            (&mut list.selected, Code::Enter)
        }
        Some(Overlay::Export(list)) => {
            *list = export::Export { selected: at, written: None };
            return Effects::none();
        }
        Some(Overlay::WalkOrder(list)) => (&mut list.selected, Code::Enter),
        Some(Overlay::Activity(list)) => (&mut list.selected, Code::Enter),
        Some(Overlay::Filter(list)) => (&mut list.selected, Code::Char(' ')),
        Some(Overlay::Blocking(list)) => (&mut list.selected, Code::Char(' ')),
        _ => return Effects::none(),
    };
    if *selected != at {
        *selected = at;
        return Effects::none();
    }
    press(model, Key::plain(key))
}

/// The wheel moves the selection or the text.
pub fn wheel(model: &mut Model, rows: i32) {
    let last = view::last_top(model);
    if let Some(Overlay::Help(page) | Overlay::Detail(page)) = &mut model.overlay {
        page.top = page.top.saturating_add_signed(rows as isize).min(last);
        return;
    }
    let code = if rows > 0 { Code::Down } else { Code::Up };
    for _ in 0..rows.unsigned_abs() {
        if !matches!(model.overlay, Some(Overlay::Note(_) | Overlay::Line(_) | Overlay::Debrief(_)) | None) {
            let _effects = press(model, Key::plain(code));
        }
    }
}

/// Notes what is on the screen, for a list that must know.
pub fn settle(model: &mut Model) {
    let area = view::area(model);
    if let Some(Overlay::Blocking(list)) = &mut model.overlay {
        let height = blocking::view::rows(area).height;
        let top = view::list_top(list.shown().len(), list.selected, height);
        list.saw(top..top + usize::from(height));
    }
}

/// Where the selection goes in a list of `len` rows; `None` if the key does not move it.
#[must_use]
pub fn moved(selected: usize, len: usize, page: usize, key: Key) -> Option<usize> {
    let last = len.checked_sub(1)?;
    let ctrl = |c| key.ctrl && key.code == Code::Char(c);
    Some(match key.code {
        Code::Down => (selected + 1).min(last),
        Code::Up => selected.saturating_sub(1),
        Code::PageDown => (selected + page.max(1)).min(last),
        Code::PageUp => selected.saturating_sub(page.max(1)),
        _ if ctrl('n') => (selected + 1).min(last),
        _ if ctrl('p') => selected.saturating_sub(1),
        _ => return None,
    })
}
