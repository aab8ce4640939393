//! The list of orders in which a plan can be walked, each with what it would do here.

use super::Overlay;
use crate::domain::strategy::{self, Stage, Strategy};
use crate::tui::effect::Effects;
use crate::tui::key::{Code, Key};
use crate::tui::keymap::{Action, Motion};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::{After, Walk};
use crate::tui::screens::walk::update::submit;

pub mod view;

/// One order with the stages that it would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub strategy: Strategy,
    /// Without their prompts.
    pub stages: Vec<Stage>,
}

/// All orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategies {
    /// The order that the session has.
    pub current: Strategy,
    /// In the order in which they are offered.
    pub choices: Vec<Choice>,
    /// Index of the selected one.
    pub selected: usize,
}

impl Strategies {
    /// The orders of this walk's plan, the session's own one selected.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        let (plan, states) = (walk.revision.plan(), walk.session.states());
        let current = walk.decided_on().strategy();
        let choice = |strategy| Choice { strategy, stages: strategy::stages(plan, strategy, states) };
        let choices: Vec<Choice> = Strategy::ALL.into_iter().map(choice).collect();
        let selected = choices.iter().position(|choice| choice.strategy == current).unwrap_or(0);
        Self { current, choices, selected }
    }

    /// How many rows it takes with a blank one and all stages of the order that has the most.
    #[must_use]
    pub fn rows(&self) -> u16 {
        let most_stages = self.choices.iter().map(|choice| choice.stages.len()).max().unwrap_or(0);
        u16::try_from(self.choices.len() + 1 + most_stages).unwrap_or(u16::MAX)
    }
}

/// Selects, chooses, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let action = model.settings.keymap.action(model.context(), key);
    let Some(Overlay::WalkOrder(list)) = &mut model.overlay else { return Effects::none() };
    let key = match action {
        Some(Action::Move(Motion::Down)) => Key::plain(Code::Down),
        Some(Action::Move(Motion::Up)) => Key::plain(Code::Up),
        _ => key,
    };
    if let Some(selected) = super::moved(list.selected, list.choices.len(), list.choices.len(), key) {
        list.selected = selected;
        return Effects::none();
    }
    match (action, key.code) {
        (_, Code::Enter) => {
            let chosen = list.choices.get(list.selected).map(|choice| choice.strategy);
            let chosen = chosen.filter(|chosen| *chosen != list.current);
            model.overlay = None;
            chosen.map_or_else(Effects::none, |chosen| {
                submit(model, crate::domain::session::Command::Choose(chosen), After::Stay)
            })
        }
        (_, Code::Esc) | (Some(Action::Back | Action::WalkOrder), _) => {
            model.overlay = None;
            Effects::none()
        }
        _ => Effects::none(),
    }
}
