//! What stands for each component: real, fake, absent or nobody knows. One key sets it and goes on to the next.
//!
//! The two ends of the current prompt come first, so that `r r f` says of its caller that it is real and of what it
//! calls that it is fake.

pub mod view;

use std::collections::{HashMap, HashSet};

use super::Overlay;
use crate::domain::component::ComponentState;
use crate::domain::plan::NodeRef;
use crate::domain::point::IntegrationPoint;
use crate::domain::session::Command;
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::screens::walk::state::{After, Walk};
use crate::tui::screens::walk::update::submit;
use crate::tui::widgets::text_field::{Lines, TextField};

/// One component with what it touches in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentRow {
    /// Its name.
    pub name: String,
    /// How many of the plan's integration points it is an end of.
    pub point_count: u32,
    /// How many of the session's prompts are about one of those.
    pub prompt_count: u32,
}

/// The plan's components with a cursor.
#[derive(Debug, Clone)]
pub struct ComponentList {
    /// Those of the current prompt first, then in the order of the plan.
    pub rows: Vec<ComponentRow>,
    /// How many of the first rows are ends of the current prompt.
    pub near_count: usize,
    /// The row that a key sets.
    pub selected: usize,
    /// The name of a fake being typed for the selected row.
    pub naming: Option<TextField>,
}

impl ComponentList {
    /// The components of the plan that is walked; counts everything once.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        let plan = walk.revision.plan();
        let counts = counts(walk);
        let row = |name: &str| {
            let (point_count, prompt_count) = counts.get(name).copied().unwrap_or_default();
            ComponentRow { name: name.to_owned(), point_count, prompt_count }
        };
        let point = walk.current().and_then(NodeRef::point);
        let near: Vec<&str> = point.map(|point| ends(point).collect()).unwrap_or_default();
        let others = plan.component_names().into_iter().filter(|name| !near.contains(name));
        let rows = near.iter().copied().chain(others).map(row).collect();
        Self { rows, near_count: near.len(), selected: 0, naming: None }
    }

    fn go_on(&mut self) {
        self.selected = (self.selected + 1).min(self.rows.len().saturating_sub(1));
    }
}

/// The components of a point, a self-call's once.
fn ends(point: &IntegrationPoint) -> impl Iterator<Item = &str> {
    let other = (point.to != point.from).then_some(point.to.as_str());
    std::iter::once(point.from.as_str()).chain(other)
}

/// By component, in how many of the plan's points it is an end, and in how many of the session's prompts.
///
/// Prompts are counted by point first: a plan has many more of them than names to look up.
fn counts(walk: &Walk) -> HashMap<&str, (u32, u32)> {
    let plan = walk.revision.plan();
    let mut counts: HashMap<&str, (u32, u32)> = HashMap::new();
    let mut seen = HashSet::new();
    for point in plan.points().filter(|point| seen.insert(*point)) {
        ends(point).for_each(|end| counts.entry(end).or_default().0 += 1);
    }
    let mut by_point = vec![0; plan.outline.points().len()];
    for prompt in plan.outline.prompts() {
        let is_in_session = walk.progress.verdict(prompt.idx()).is_some();
        if let Some(at) = prompt.point_idx().filter(|_| is_in_session) {
            by_point[at] += 1;
        }
    }
    for (point, prompt_count) in plan.outline.points().iter().zip(by_point) {
        ends(point).for_each(|end| counts.entry(end).or_default().1 += prompt_count);
    }
    counts
}

/// Sets the selected component and goes on, selects, undoes, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Components(list)) = &model.overlay else { return Effects::none() };
    if list.naming.is_some() {
        return press_naming(model, key);
    }
    match (key.code, key.ctrl || key.alt) {
        (Code::Char('r'), false) => set(model, ComponentState::Real),
        (Code::Char('f'), false) => begin_naming(model),
        (Code::Char('a'), false) => set(model, ComponentState::Absent),
        (Code::Char('c'), false) => set(model, ComponentState::Unknown),
        (Code::Esc | Code::Enter, _) => {
            model.overlay = None;
            Effects::none()
        }
        _ => press_bound(model, key),
    }
}

/// What the walk's own keys do here: the cursor, undo and redo, and the way out.
fn press_bound(model: &mut Model, key: Key) -> Effects {
    let page = model.size.height.saturating_sub(6);
    let action = model.settings.keymap.action(model.context(), key);
    match action {
        Some(action @ (Action::Undo | Action::Redo)) => {
            return crate::tui::screens::walk::update::act(model, action);
        }
        Some(Action::Back | Action::Components) => model.overlay = None,
        Some(Action::Move(motion)) => {
            if let Some(Overlay::Components(list)) = &mut model.overlay {
                let last = list.rows.len().saturating_sub(1);
                list.selected = list.selected.saturating_add_signed(motion.rows(page)).min(last);
            }
        }
        _ => {}
    }
    Effects::none()
}

/// `f` asks for the fake's name, which may stay empty: Enter alone is a fake without a name.
fn begin_naming(model: &mut Model) -> Effects {
    let (Some(Overlay::Components(list)), Some(walk)) = (&mut model.overlay, &model.walk) else {
        return Effects::none();
    };
    if !walk.decided_on().is_open() {
        model.say(crate::domain::session::Refusal::SessionClosed.to_string());
        return Effects::none();
    }
    let Some(row) = list.rows.get(list.selected) else { return Effects::none() };
    let name = walk.decided_on().states().of(&row.name).fake_name().unwrap_or_default();
    list.naming = Some(TextField::new(Lines::One, name));
    Effects::none()
}

fn press_naming(model: &mut Model, key: Key) -> Effects {
    let Some(Overlay::Components(list)) = &mut model.overlay else { return Effects::none() };
    match key.code {
        Code::Enter => {
            let name = list.naming.take().map(|field| field.text()).unwrap_or_default();
            return set(model, ComponentState::fake(&name));
        }
        Code::Esc => list.naming = None,
        Code::Char('c') if key.ctrl => list.naming = None,
        _ => {
            if let Some(field) = &mut list.naming {
                field.press(key);
            }
        }
    }
    Effects::none()
}

fn set(model: &mut Model, state: ComponentState) -> Effects {
    let Some(Overlay::Components(list)) = &mut model.overlay else { return Effects::none() };
    let Some(row) = list.rows.get(list.selected) else { return Effects::none() };
    let command = Command::SetComponents(vec![(row.name.clone(), state)]);
    list.go_on();
    submit(model, command, After::Stay)
}
