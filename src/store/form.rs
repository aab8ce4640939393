//! The form in which a state of a plan is stored: what is small as one record, what is large as numbers of fixed width,
//! so that 100,000 prompts are there again without reading them one by one.
//!
//! ```text
//! length of the record (u32) | record | identities, 16 bytes each | their order, u32 each | outline
//! ```

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::component::States;
use crate::domain::id::{PlanId, PromptId};
use crate::domain::plan::{DataRow, Outline, OutlineOfForm1, Plan};
use crate::domain::point::IntegrationPoint;
use crate::domain::revision::{RemovedPrompt, Revision};

/// The form that is written: the fields of a `Revision` and what the parser makes of a file.
///
/// Whoever changes either adds one here, and keeps reading the older forms: sessions point at them.
pub(super) const FORM: u32 = 2;

const ID_BYTES: usize = 16;
const ORDINAL_BYTES: usize = 4;

/// What is small, to be written: fields in this order, without their names.
#[derive(Serialize)]
struct RecordOf<'a> {
    plan_id: PlanId,
    number: u32,
    prompts: u32,
    title: &'a str,
    id: &'a Option<String>,
    components: &'a [String],
    fields: &'a [String],
    data: &'a [DataRow],
    front_matter: &'a Option<String>,
    connections: &'a [IntegrationPoint],
    defaults: &'a States,
    points: &'a [IntegrationPoint],
    removed: &'a [RemovedPrompt],
}

/// The same as it is read.
#[derive(Deserialize)]
struct Record {
    plan_id: PlanId,
    number: u32,
    prompts: u32,
    title: String,
    id: Option<String>,
    components: Vec<String>,
    fields: Vec<String>,
    data: Vec<DataRow>,
    front_matter: Option<String>,
    connections: Vec<IntegrationPoint>,
    defaults: States,
    points: Vec<IntegrationPoint>,
    removed: Vec<RemovedPrompt>,
}

/// `revision` as bytes of form [`FORM`].
pub(super) fn packed(revision: &Revision) -> Result<Vec<u8>, String> {
    let Plan { title, id, components, fields, data, front_matter, outline, connections, defaults } =
        revision.plan();
    let record = RecordOf {
        plan_id: revision.plan_id(),
        number: revision.number(),
        prompts: revision.ids().len() as u32,
        title,
        id,
        components,
        fields,
        data,
        front_matter,
        connections,
        defaults,
        points: outline.points(),
        removed: revision.removed(),
    };
    let record = postcard::to_stdvec(&record).map_err(|e| e.to_string())?;
    let mut bytes = Vec::with_capacity(4 + record.len() + revision.ids().len() * (ID_BYTES + ORDINAL_BYTES));
    bytes.extend_from_slice(&(record.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&record);
    revision.ids().iter().for_each(|id| bytes.extend_from_slice(id.0.as_bytes()));
    revision.by_id().iter().for_each(|ordinal| bytes.extend_from_slice(&ordinal.to_le_bytes()));
    outline.pack(&mut bytes);
    Ok(bytes)
}

/// The revision that `bytes` of that form are, or why they are none.
pub(super) fn unpacked(bytes: &[u8], form: u32) -> Result<Revision, String> {
    match form {
        1 => of_form_1(bytes),
        FORM => of_form_2(bytes),
        newer => Err(format!("it has the form {newer}, which a newer seamwalk wrote")),
    }
}

fn of_form_2(bytes: &[u8]) -> Result<Revision, String> {
    let mut rest = bytes;
    let mut cut = |len: usize| -> Result<&[u8], String> {
        let (now, later) = rest.split_at_checked(len).ok_or_else(|| "it ends too early".to_owned())?;
        rest = later;
        Ok(now)
    };
    let len = cut(4)?.iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    let record: Record = postcard::from_bytes(cut(len)?).map_err(|e| e.to_string())?;
    let prompts = record.prompts as usize;
    let ids = cut(prompts.saturating_mul(ID_BYTES))?.as_chunks::<ID_BYTES>().0;
    let ids = ids.iter().map(|bytes| PromptId(Uuid::from_bytes(*bytes))).collect();
    let by_id = cut(prompts.saturating_mul(ORDINAL_BYTES))?.as_chunks::<ORDINAL_BYTES>().0;
    let by_id = by_id.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    let most = rest.len();
    let outline = Outline::unpack(record.points, most, |into| -> Result<(), String> {
        let (now, later) = rest.split_at_checked(into.len()).ok_or_else(|| "it ends too early".to_owned())?;
        into.copy_from_slice(now);
        rest = later;
        Ok(())
    });
    let plan = Plan {
        title: record.title,
        id: record.id,
        components: record.components,
        fields: record.fields,
        data: record.data,
        front_matter: record.front_matter,
        outline: outline.map_err(|e| e.to_string())?,
        connections: record.connections,
        defaults: record.defaults,
    };
    Revision::sorted(record.plan_id, record.number, plan, ids, record.removed, by_id)
        .map_err(|e| e.to_string())
}

/// All of a revision in the first form.
#[derive(Deserialize)]
struct RevisionOfForm1 {
    plan_id: PlanId,
    number: u32,
    plan: PlanOfForm1,
    ids: Vec<PromptId>,
    removed: Vec<RemovedPrompt>,
}

#[derive(Deserialize)]
struct PlanOfForm1 {
    title: String,
    id: Option<String>,
    components: Vec<String>,
    fields: Vec<String>,
    data: Vec<DataRow>,
    front_matter: Option<String>,
    outline: OutlineOfForm1,
    connections: Vec<IntegrationPoint>,
    defaults: States,
}

fn of_form_1(bytes: &[u8]) -> Result<Revision, String> {
    let old: RevisionOfForm1 = postcard::from_bytes(bytes).map_err(|e| e.to_string())?;
    let plan = Plan {
        title: old.plan.title,
        id: old.plan.id,
        components: old.plan.components,
        fields: old.plan.fields,
        data: old.plan.data,
        front_matter: old.plan.front_matter,
        outline: old.plan.outline.into(),
        connections: old.plan.connections,
        defaults: old.plan.defaults,
    };
    Revision::new(old.plan_id, old.number, plan, old.ids, old.removed).map_err(|e| e.to_string())
}
