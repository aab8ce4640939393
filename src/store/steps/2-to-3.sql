-- From format 2 to 3: time measured by a steady clock and by activity, a charter and a time box that change, drafts.
--
-- Tables are made anew where a column or a check changes, children before parents, so that no reference is ever broken;
-- what SQLite keeps as their text is then the same as in a fresh file.
CREATE TABLE session_2 AS SELECT * FROM session;
CREATE TABLE event_2 AS SELECT * FROM event;
CREATE TABLE result_2 AS SELECT * FROM result;
DROP TABLE result;
DROP TABLE event;
DROP TABLE session;
CREATE TABLE session (
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
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
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
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_prompt ON event (session_id, prompt_id, seq) WHERE kind IN ('verdict', 'cleared');
CREATE INDEX event_by_target ON event (target, seq) WHERE target IS NOT NULL;
CREATE INDEX event_by_leader ON event (leader, seq) WHERE leader IS NOT NULL;
CREATE INDEX note_by_prompt ON event (session_id, prompt_id, seq) WHERE kind = 'note';
CREATE TABLE result (
  session_id BLOB NOT NULL REFERENCES session (id),
  prompt_id BLOB NOT NULL CHECK (length(prompt_id) = 16),
  verdict TEXT NOT NULL CHECK (verdict IN ('untested', 'pass', 'fail', 'blocked', 'inconclusive', 'skip')),
  ground TEXT NOT NULL CHECK (ground IN ('unstated', 'provisional', 'real')),
  seq INTEGER,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  PRIMARY KEY (session_id, prompt_id),
  CHECK ((verdict = 'untested') = (seq IS NULL)),
  FOREIGN KEY (session_id, seq) REFERENCES event (session_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX result_by_prompt ON result (prompt_id, session_id);
CREATE INDEX session_by_plan ON session (plan_id);
CREATE INDEX session_by_turn ON session (turn);
CREATE TABLE draft (
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
) STRICT, WITHOUT ROWID;
-- What was walked was all testing, as far as anybody knows: gaps of up to a quarter of an hour between an event and the
-- latest before it, but none while the session was finished.
CREATE TABLE walked_2 AS
WITH placed AS (
  SELECT session_id, seq, kind, at_ms,
    max(at_ms) OVER before AS before_ms,
    max(CASE WHEN kind = 'closed' THEN seq END) OVER before AS closed_seq,
    max(CASE WHEN kind = 'reopened' THEN seq END) OVER before AS reopened_seq
  FROM event_2
  WINDOW before AS (PARTITION BY session_id ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT session_id, sum(at_ms - before_ms) AS ms FROM placed
WHERE at_ms - before_ms BETWEEN 1 AND 900000 AND (closed_seq IS NULL OR coalesce(reopened_seq, 0) > closed_seq)
GROUP BY session_id;
INSERT INTO session SELECT id, plan_id, revision, plan_title, tester, charter, fields, only_tag, NULL, started_ms,
  started_offset_min, ended_ms, ended_offset_min, updated_ms, updated_offset_min, seq,
  coalesce((SELECT writer_seq FROM event_2 e WHERE e.session_id = s.id AND e.seq = s.seq), 0),
  'testing', 0, coalesce((SELECT ms FROM walked_2 w WHERE w.session_id = s.id), 0), 0, 0, 0, 0,
  total, pass, fail, blocked, inconclusive, skip, pass_provisional, pass_real, notes FROM session_2 s;
INSERT INTO event SELECT session_id, seq, id, at_ms, at_offset_min, writer, writer_seq, leader, kind, prompt_id, verdict,
  wording, target, body, NULL, NULL, hash FROM event_2;
INSERT INTO result SELECT * FROM result_2;
DROP TABLE walked_2;
DROP TABLE result_2;
DROP TABLE event_2;
DROP TABLE session_2;
