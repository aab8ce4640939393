//! The tables, as text that is compared with what a file holds, and the steps from older formats.
//!
//! Event rows are the truth and are only ever added. Everything about results and counts is derived from them in the
//! same transaction ([`super::append`]) and compared with a replay by [`super::Store::audit`].

/// `SEAM` in ASCII: what the header of a seamwalk database says (R17).
pub(super) const APPLICATION_ID: i32 = 0x5345_414D;

/// The format that this program reads and writes; `user_version` in the file.
pub(super) const VERSION: i64 = 3;

/// All statements of the current format, as SQLite keeps them in `sqlite_schema`.
///
/// A table's name stands between the second and third word; the gate compares whole texts.
pub(super) const STATEMENTS: [&str; 15] = [
    // One row: who writes here. Each event says which database it was first written by.
    "CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  writer BLOB NOT NULL CHECK (length(writer) = 16)
) STRICT",
    "CREATE TABLE plan (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  title TEXT NOT NULL,
  explicit_id TEXT,
  source TEXT UNIQUE,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  touched_ms INTEGER NOT NULL,
  touched_offset_min INTEGER NOT NULL,
  FOREIGN KEY (id, revision) REFERENCES revision (plan_id, number) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID",
    // `content_hash` is of the plan's file, `hash` of `outline`, which is a Revision in postcard form. `form` says which
    // Revision, read by which parser: a file is read again when a newer program would read it otherwise.
    "CREATE TABLE revision (
  plan_id BLOB NOT NULL REFERENCES plan (id) DEFERRABLE INITIALLY DEFERRED,
  number INTEGER NOT NULL CHECK (number >= 1),
  content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
  form INTEGER NOT NULL CHECK (form >= 1),
  prompt_count INTEGER NOT NULL CHECK (prompt_count >= 0),
  problem_count INTEGER NOT NULL CHECK (problem_count >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  outline BLOB NOT NULL,
  PRIMARY KEY (plan_id, number)
) STRICT",
    // `revision` and `total` are facts of the latest opening, not derived; so is `result.listed`. `turn` orders sessions
    // by what was written here last, whatever clocks showed. The rest of what changes (ended, updated, seq, charter,
    // fields, time box, clock, times, counts) is derived from the session's events.
    "CREATE TABLE session (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  plan_id BLOB NOT NULL,
  revision INTEGER NOT NULL,
  plan_title TEXT NOT NULL,
  tester TEXT NOT NULL,
  charter TEXT,
  fields TEXT NOT NULL,
  only_tag TEXT,
  time_box_ms INTEGER CHECK (time_box_ms > 0),
  started_ms INTEGER NOT NULL,
  started_offset_min INTEGER NOT NULL,
  ended_ms INTEGER,
  ended_offset_min INTEGER,
  updated_ms INTEGER NOT NULL,
  updated_offset_min INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 0),
  turn INTEGER NOT NULL CHECK (turn >= 0),
  activity TEXT NOT NULL CHECK (activity IN ('testing', 'bug_investigation', 'set_up', 'off_charter')),
  is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  testing_ms INTEGER NOT NULL CHECK (testing_ms >= 0),
  bug_investigation_ms INTEGER NOT NULL CHECK (bug_investigation_ms >= 0),
  set_up_ms INTEGER NOT NULL CHECK (set_up_ms >= 0),
  off_charter_ms INTEGER NOT NULL CHECK (off_charter_ms >= 0),
  paused_ms INTEGER NOT NULL CHECK (paused_ms >= 0),
  total INTEGER NOT NULL CHECK (total >= 0),
  pass INTEGER NOT NULL CHECK (pass >= 0),
  fail INTEGER NOT NULL CHECK (fail >= 0),
  blocked INTEGER NOT NULL CHECK (blocked >= 0),
  inconclusive INTEGER NOT NULL CHECK (inconclusive >= 0),
  skip INTEGER NOT NULL CHECK (skip >= 0),
  pass_provisional INTEGER NOT NULL CHECK (pass_provisional >= 0),
  pass_real INTEGER NOT NULL CHECK (pass_real >= 0),
  notes INTEGER NOT NULL CHECK (notes >= 0),
  CHECK ((ended_ms IS NULL) = (ended_offset_min IS NULL)),
  FOREIGN KEY (plan_id, revision) REFERENCES revision (plan_id, number)
) STRICT, WITHOUT ROWID",
    // In order of session and place, so that a session's events are read in one go. `kind` is no closed list here: what
    // it may be is said by the format's number, and a new kind should not cost a copy of the whole table. `leader` is
    // the first event of the same decision. `lap_ms` is how long after the event before it came by a clock that never
    // steps, where that was measured, and `writing_ms` for how much of that a note was being written.
    "CREATE TABLE event (
  session_id BLOB NOT NULL REFERENCES session (id),
  seq INTEGER NOT NULL CHECK (seq >= 0),
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  at_ms INTEGER NOT NULL,
  at_offset_min INTEGER NOT NULL,
  writer BLOB NOT NULL CHECK (length(writer) = 16),
  writer_seq INTEGER NOT NULL CHECK (writer_seq >= 1),
  leader BLOB CHECK (length(leader) = 16),
  kind TEXT NOT NULL CHECK (length(kind) > 0),
  prompt_id BLOB CHECK (length(prompt_id) = 16),
  verdict TEXT CHECK (verdict IN ('pass', 'fail', 'blocked', 'inconclusive', 'skip')),
  wording TEXT,
  target BLOB CHECK (length(target) = 16),
  body TEXT,
  lap_ms INTEGER CHECK (lap_ms >= 0),
  writing_ms INTEGER CHECK (writing_ms BETWEEN 0 AND lap_ms),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (session_id, seq),
  UNIQUE (writer, writer_seq),
  CHECK ((lap_ms IS NULL) = (writing_ms IS NULL)),
  CHECK ((kind = 'verdict') = (verdict IS NOT NULL)),
  CHECK ((kind = 'verdict') = (wording IS NOT NULL)),
  CHECK ((kind IN ('undone', 'redone')) = (target IS NOT NULL)),
  CHECK (kind NOT IN ('verdict', 'cleared') OR prompt_id IS NOT NULL)
) STRICT, WITHOUT ROWID",
    // What `undo` has to find again: the earlier verdicts of a prompt, and who took an event back.
    "CREATE INDEX event_by_prompt ON event (session_id, prompt_id, seq) WHERE kind IN ('verdict', 'cleared')",
    "CREATE INDEX event_by_target ON event (target, seq) WHERE target IS NOT NULL",
    // The other events of a decision, for `undo`.
    "CREATE INDEX event_by_leader ON event (leader, seq) WHERE leader IS NOT NULL",
    // The notes on a prompt, for whoever looks at it in a later session.
    "CREATE INDEX note_by_prompt ON event (session_id, prompt_id, seq) WHERE kind = 'note'",
    // A row for every prompt that was ever marked in the session; `seq` is the event whose verdict counts, `ground`
    // what that rests on.
    "CREATE TABLE result (
  session_id BLOB NOT NULL REFERENCES session (id),
  prompt_id BLOB NOT NULL CHECK (length(prompt_id) = 16),
  verdict TEXT NOT NULL CHECK (verdict IN ('untested', 'pass', 'fail', 'blocked', 'inconclusive', 'skip')),
  ground TEXT NOT NULL CHECK (ground IN ('unstated', 'provisional', 'real')),
  seq INTEGER,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  PRIMARY KEY (session_id, prompt_id),
  CHECK ((verdict = 'untested') = (seq IS NULL)),
  FOREIGN KEY (session_id, seq) REFERENCES event (session_id, seq)
) STRICT, WITHOUT ROWID",
    // A prompt's history over all sessions.
    "CREATE INDEX result_by_prompt ON result (prompt_id, session_id)",
    "CREATE INDEX session_by_plan ON session (plan_id)",
    "CREATE INDEX session_by_turn ON session (turn)",
    // Text that is being typed and is no event yet, so that a crash does not take it (R6): one for each prompt and one
    // for the session (no bytes as its prompt), and one for each question of the debrief. `topic` is `note` or the
    // question; `kind` is the note's.
    "CREATE TABLE draft (
  session_id BLOB NOT NULL REFERENCES session (id),
  prompt_id BLOB NOT NULL CHECK (length(prompt_id) IN (0, 16)),
  topic TEXT NOT NULL CHECK (topic IN ('note', 'past', 'results', 'obstacles', 'outlook', 'feelings')),
  kind TEXT CHECK (kind IN ('note', 'bug', 'question', 'idea', 'setup')),
  text TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  at_offset_min INTEGER NOT NULL,
  PRIMARY KEY (session_id, prompt_id, topic),
  CHECK ((topic = 'note') = (kind IS NOT NULL)),
  CHECK (topic = 'note' OR length(prompt_id) = 0)
) STRICT, WITHOUT ROWID",
    "CREATE INDEX revision_by_content ON revision (content_hash)",
];

/// What leads from format `n` (its index plus one) to format `n + 1`. A step that was released never changes.
pub(super) const STEPS: [&str; VERSION as usize - 1] =
    [include_str!("steps/1-to-2.sql"), include_str!("steps/2-to-3.sql")];
