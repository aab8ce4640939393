//! The search: a few letters of a prompt or section, the best fits first, Enter goes there.

use super::Overlay;
use crate::domain::plan::NodeIdx;
use crate::tui::effect::Effects;
use crate::tui::fuzzy;
use crate::tui::key::{Code, Key};
use crate::tui::model::Model;
use crate::tui::screens::walk::state::Walk;
use crate::tui::widgets::text_field::{Lines, TextField};

/// What was typed and what fits.
#[derive(Debug, Clone)]
pub struct Find {
    /// What was typed.
    pub field: TextField,
    /// The nodes that fit, the best first; in file order while nothing is typed.
    pub fitting: Vec<NodeIdx>,
    /// Index into `fitting`.
    pub selected: usize,
    /// What `fitting` was found for.
    searched: String,
    /// The fitting nodes in file order: what a longer query is searched in.
    candidates: Vec<NodeIdx>,
}

impl Find {
    /// Everything that the filter lets through fits.
    #[must_use]
    pub fn new(walk: &Walk) -> Self {
        let all = everything(walk);
        Self {
            field: TextField::new(Lines::One, ""),
            fitting: all.clone(),
            selected: 0,
            searched: String::new(),
            candidates: all,
        }
    }
}

fn everything(walk: &Walk) -> Vec<NodeIdx> {
    let nodes = walk.revision.plan().outline.nodes();
    nodes.map(crate::domain::plan::NodeRef::idx).filter(|idx| walk.tree.lets_through(*idx)).collect()
}

/// Finds what fits what was typed. Letters added to the end are looked for only in what fitted before.
pub fn search(model: &mut Model) {
    let (Some(Overlay::Find(find)), Some(walk)) = (&mut model.overlay, &model.walk) else { return };
    let query = find.field.text();
    let narrows = query.starts_with(&find.searched) && fuzzy::narrows(&find.searched, &query);
    let within = if narrows { std::mem::take(&mut find.candidates) } else { everything(walk) };
    let outline = &walk.revision.plan().outline;
    let texts: Vec<&str> = within.iter().map(|idx| outline.node(*idx).text()).collect();
    let ranked = fuzzy::ranked(&query, &texts);
    find.fitting = ranked.iter().map(|at| within[*at]).collect();
    // In file order without sorting: a frequent letter fits nearly everything.
    let mut fits = vec![false; within.len()];
    ranked.iter().for_each(|at| fits[*at] = true);
    find.candidates = within.iter().zip(fits).filter_map(|(idx, fits)| fits.then_some(*idx)).collect();
    find.searched = query;
    find.selected = 0;
}

/// Types, selects, goes there, closes.
pub fn press(model: &mut Model, key: Key) -> Effects {
    let page = usize::from(model.size.height.saturating_sub(6));
    let Some(Overlay::Find(find)) = &mut model.overlay else { return Effects::none() };
    if let Some(selected) = super::moved(find.selected, find.fitting.len(), page, key) {
        find.selected = selected;
        return Effects::none();
    }
    match key.code {
        Code::Esc => model.overlay = None,
        Code::Char('c') if key.ctrl => model.overlay = None,
        Code::Enter => {
            let target = find.fitting.get(find.selected).copied();
            model.overlay = None;
            match (target, &mut model.walk) {
                (Some(target), Some(walk)) => {
                    walk.tree.go_to(&walk.revision.plan().outline, target);
                }
                _ => model.say("nothing was found"),
            }
        }
        _ => {
            if find.field.press(key) {
                search(model);
            }
        }
    }
    Effects::none()
}
