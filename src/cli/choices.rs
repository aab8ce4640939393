//! What options of the walk say together that may be given several times: each thing once.

use std::collections::BTreeMap;

use crate::domain::component::ComponentState;

/// What `--real`, `--fake` and `--absent` say together.
///
/// # Errors
///
/// Which component has no name, or is said to be two things.
pub fn component_states(
    real: Vec<String>,
    fake: Vec<String>,
    absent: Vec<String>,
) -> Result<BTreeMap<String, ComponentState>, String> {
    let named = |typed: String| match typed.split_once('=') {
        Some((name, fake)) => (name.to_owned(), ComponentState::fake(fake)),
        None => (typed, ComponentState::Fake(None)),
    };
    let all = real
        .into_iter()
        .map(|name| (name, ComponentState::Real))
        .chain(fake.into_iter().map(named))
        .chain(absent.into_iter().map(|name| (name, ComponentState::Absent)));
    let mut states = BTreeMap::new();
    for (name, state) in all {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(format!("a component without a name is said to be {state}: leave the comma out"));
        }
        if let Some(before) = states.insert(name.clone(), state.clone()) {
            return Err(format!("{name} is said to be {before} and {state}: say it once"));
        }
    }
    Ok(states)
}

/// What every `--field K=V` says.
///
/// # Errors
///
/// Which one has no name, or is said twice.
pub fn fields(typed: Vec<String>) -> Result<BTreeMap<String, String>, String> {
    let mut fields = BTreeMap::new();
    for typed in typed {
        let (key, value) = match typed.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => (key.trim().to_owned(), value.trim().to_owned()),
            Some(_) | None => return Err(format!("--field {typed}: say it like build=4f2c")),
        };
        if fields.insert(key.clone(), value).is_some() {
            return Err(format!("--field {key} is given twice: say it once"));
        }
    }
    Ok(fields)
}
