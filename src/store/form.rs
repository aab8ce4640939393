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
use crate::domain::revision::{Identities, RemovedPrompt, Revision};

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
    if form == 1 {
        return of_form_1(bytes);
    }
    let mut rest = bytes;
    let fill = |into: &mut [u8]| {
        let (now, later) = rest.split_at_checked(into.len()).ok_or_else(|| ENDS_EARLY.to_owned())?;
        into.copy_from_slice(now);
        rest = later;
        Ok(())
    };
    read(form, bytes.len(), fill)
}

const ENDS_EARLY: &str = "it ends too early";

/// As [`unpacked`], piece by piece: `fill` puts the next of `len` bytes into a slice. Nobody holds them all at once,
/// which halves the memory of a start. The first form cannot be read so: it is small where it still lies about.
pub(super) fn read(
    form: u32,
    len: usize,
    mut fill: impl FnMut(&mut [u8]) -> Result<(), String>,
) -> Result<Revision, String> {
    if form != FORM {
        return Err(format!("it has the form {form}, which a newer seamwalk wrote"));
    }
    let mut left = len;
    let mut next = |into: &mut [u8]| {
        left = left.checked_sub(into.len()).ok_or_else(|| ENDS_EARLY.to_owned())?;
        fill(into)
    };
    let mut number = [0; 4];
    next(&mut number)?;
    let record: Record = postcard::from_bytes(&piece(u32::from_le_bytes(number) as usize, len, &mut next)?)
        .map_err(|e| e.to_string())?;
    let prompts = record.prompts as usize;
    let ids = records(prompts, len, &mut next, |bytes: &[u8; ID_BYTES]| PromptId(Uuid::from_bytes(*bytes)))?;
    let by_id = records(prompts, len, &mut next, |bytes: &[u8; ORDINAL_BYTES]| u32::from_le_bytes(*bytes))?;
    // Now, while what follows is still being read.
    let identities = Identities::sorted(ids, by_id).map_err(|e| e.to_string())?;
    let outline = Outline::unpack(record.points, len, &mut next).map_err(|e| e.to_string())?;
    if left > 0 {
        return Err("it goes on after its end".to_owned());
    }
    let plan = Plan {
        title: record.title,
        id: record.id,
        components: record.components,
        fields: record.fields,
        data: record.data,
        front_matter: record.front_matter,
        outline,
        connections: record.connections,
        defaults: record.defaults,
    };
    Revision::of(record.plan_id, record.number, plan, identities, record.removed).map_err(|e| e.to_string())
}

/// The next `len` bytes, unless that is more than there are at all.
fn piece(
    len: usize,
    most: usize,
    next: &mut impl FnMut(&mut [u8]) -> Result<(), String>,
) -> Result<Vec<u8>, String> {
    if len > most {
        return Err(ENDS_EARLY.to_owned());
    }
    let mut bytes = vec![0; len];
    next(&mut bytes)?;
    Ok(bytes)
}

/// The next `count` records of `BYTES` bytes.
fn records<const BYTES: usize, T>(
    count: usize,
    most: usize,
    next: &mut impl FnMut(&mut [u8]) -> Result<(), String>,
    read: impl Fn(&[u8; BYTES]) -> T,
) -> Result<Vec<T>, String> {
    /// So many are read at once.
    const AT_ONCE: usize = 1_024;
    if count.saturating_mul(BYTES) > most {
        return Err(ENDS_EARLY.to_owned());
    }
    let mut records = Vec::with_capacity(count);
    let mut buffer = vec![0; BYTES * AT_ONCE.min(count)];
    while records.len() < count {
        let now = &mut buffer[..BYTES * AT_ONCE.min(count - records.len())];
        next(now)?;
        records.extend(now.as_chunks().0.iter().map(&read));
    }
    Ok(records)
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
