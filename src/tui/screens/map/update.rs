//! What keys do in the map, and how one gets there and back.

use super::state::{Form, Map};
use crate::domain::verdict::Verdict;
use crate::tui::effect::Effects;
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::{Model, Sheet};
use crate::tui::screens::walk::filter::Filter;
use crate::tui::screens::walk::obstacle::obstacle as walk_obstacle;
use crate::tui::screens::walk::state::{Visit, Walk};

/// Shows the map of the walk that is open, or says why there is none.
pub fn open(model: &mut Model) {
    let Some(walk) = &model.walk else { return };
    match walk_obstacle(walk, Action::Map) {
        Some(obstacle) => model.say(obstacle),
        None => {
            let map = Map::new(walk, walk.map_form);
            model.sheets.push(Sheet::Map(Box::new(map)));
        }
    }
}

/// What is in the way of `action`; `None` if nothing is.
#[must_use]
pub fn obstacle(map: &Map, action: Action) -> Option<String> {
    match action {
        Action::MapGraph => return map.graph_obstacle().map(str::to_owned),
        Action::WalkPoint => {}
        _ => return None,
    }
    let known = map.known();
    let (from, to) = map.selected();
    let name = |at: usize| known.components().get(at).map_or("", |component| component.name.as_str());
    let points = map.selected_points();
    let outside: u32 = points.iter().map(|point| point.tally.outside).sum();
    match points.as_slice() {
        [] => Some(format!(
            "the plan knows of no connection {} -> {}: Tab goes to the next there is",
            name(from),
            name(to)
        )),
        points if points.iter().any(|point| !point.prompts.is_empty()) => None,
        _ if outside > 0 => {
            Some(format!("{outside} prompts ask about it, but none of them is part of this session"))
        }
        points => {
            let point = points.first().map(|point| known.written(point).to_string()).unwrap_or_default();
            Some(format!("no prompt asks about it: write some under a heading `{point}`"))
        }
    }
}

/// Does `action` in the map.
pub fn act(model: &mut Model, action: Action) -> Effects {
    let Some(Sheet::Map(map)) = model.sheets.last_mut() else { return Effects::none() };
    if let Some(obstacle) = obstacle(map, action) {
        model.say(obstacle);
        return Effects::none();
    }
    match action {
        Action::Move(motion) => map.step(motion),
        Action::MapList => change_form(model, Form::List),
        Action::MapGraph => change_form(model, Form::Graph),
        Action::WalkPoint => walk_point(model),
        _ => {}
    }
    Effects::none()
}

/// Draws the map as `form`; if it is drawn so, as a matrix again. The next map of this walk is drawn so too.
fn change_form(model: &mut Model, form: Form) {
    if let (Some(Sheet::Map(map)), Some(walk)) = (model.sheets.last_mut(), &mut model.walk) {
        let form = if map.form() == form { Form::Matrix } else { form };
        map.choose(form);
        walk.map_form = Some(form);
    }
}

/// Shows only the selected prompts, with the cursor on the first untested one.
fn walk_point(model: &mut Model) {
    let (Some(Sheet::Map(map)), Some(walk)) = (model.sheets.last(), &mut model.walk) else { return };
    let (prompts, points) = map.selected_prompts(walk);
    let is_untested =
        |idx: &&crate::domain::plan::NodeIdx| walk.progress.verdict(**idx) == Some(Verdict::Untested);
    let Some(first) = prompts.iter().find(is_untested).or(prompts.first()).copied() else { return };
    let visit = Visit {
        filter: walk.filter.clone(),
        cursor: walk.tree.selected(),
        folds: walk.tree.folds(),
        sheets: std::mem::take(&mut model.sheets),
    };
    walk.set_filter(Filter { points, ..Filter::default() });
    walk.tree.go_to(&walk.revision.plan().outline, first);
    walk.visit = Some(Box::new(visit));
}

/// Goes back from a connection's prompts to the map, the walk below it being as it was; false if it is no visit.
pub fn come_back(model: &mut Model) -> bool {
    let Some(walk) = &mut model.walk else { return false };
    let Some(visit) = walk.visit.take() else { return false };
    let Visit { filter, cursor, folds, sheets } = *visit;
    walk.set_filter(filter);
    let outline = &walk.revision.plan().outline;
    walk.tree.set_folds(outline, folds);
    // The filter may hide it by now: what was untested is tested.
    if let Some(cursor) = cursor.filter(|cursor| walk.tree.rows().contains(cursor)) {
        walk.tree.select(cursor);
    }
    model.sheets = sheets;
    model.refresh_sheets();
    true
}

/// What to say once nothing of the visited connection is untested any more.
#[must_use]
pub fn all_visited(walk: &Walk) -> Option<String> {
    let is_left = |idx| walk.tree.lets_through(idx);
    let is_done = walk.visit.is_some() && walk.progress.first_untested(is_left).is_none();
    is_done.then(|| "all of this connection is tested: Esc goes back to the map".to_owned())
}

/// A click selects; on what is selected it walks it.
pub fn click(model: &mut Model, column: u16, row: u16) -> Effects {
    let Some(Sheet::Map(map)) = model.sheets.last_mut() else { return Effects::none() };
    let area = map.places().inside;
    if !area.contains(column, row) {
        return Effects::none();
    }
    let before = (map.selected(), map.row());
    match map.form() {
        Form::List => {
            let at = map.list_top() + usize::from(row - area.y);
            if at >= map.rows().len() {
                return Effects::none();
            }
            map.select_row(at);
        }
        Form::Graph => {
            let Some((from, to)) = map.wire_at(column - area.x, row - area.y, area) else {
                return Effects::none();
            };
            map.select(from, to);
        }
        Form::Matrix => {
            let Some((from, to)) = map.measures().at(area, column, row) else { return Effects::none() };
            let (top, left) = map.corner();
            let count = map.known().components().len();
            if top + from >= count || left + to >= count {
                return Effects::none();
            }
            map.select(top + from, left + to);
        }
    }
    if (map.selected(), map.row()) == before {
        return act(model, Action::WalkPoint);
    }
    Effects::none()
}

/// The wheel moves the cursor.
pub fn wheel(model: &mut Model, rows: i32) {
    let motion = if rows > 0 { Motion::Down } else { Motion::Up };
    if let Some(Sheet::Map(map)) = model.sheets.last_mut() {
        for _ in 0..rows.unsigned_abs() {
            map.step(motion);
        }
    }
}
