-- From format 1 to 2: conditions of a mark, decisions of several events, what a pass rests on.
--
-- Tables are made anew where a column or a check changes, children before parents, so that no reference is ever broken;
-- what SQLite keeps as their text is then the same as in a fresh file.
CREATE TABLE session_1 AS SELECT * FROM session;
CREATE TABLE event_1 AS SELECT * FROM event;
CREATE TABLE result_1 AS SELECT * FROM result;
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
  started_ms INTEGER NOT NULL,
  started_offset_min INTEGER NOT NULL,
  ended_ms INTEGER,
  ended_offset_min INTEGER,
  updated_ms INTEGER NOT NULL,
  updated_offset_min INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 0),
  walking_ms INTEGER NOT NULL CHECK (walking_ms >= 0),
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
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (session_id, seq),
  UNIQUE (writer, writer_seq),
  CHECK ((kind = 'verdict') = (verdict IS NOT NULL)),
  CHECK ((kind = 'verdict') = (wording IS NOT NULL)),
  CHECK ((kind IN ('undone', 'redone')) = (target IS NOT NULL)),
  CHECK (kind NOT IN ('verdict', 'cleared') OR prompt_id IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_prompt ON event (session_id, prompt_id, seq) WHERE kind IN ('verdict', 'cleared');
CREATE INDEX event_by_target ON event (target, seq) WHERE target IS NOT NULL;
CREATE INDEX event_by_leader ON event (leader, seq) WHERE leader IS NOT NULL;
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
INSERT INTO session SELECT id, plan_id, revision, plan_title, tester, charter, fields, only_tag, started_ms,
  started_offset_min, ended_ms, ended_offset_min, updated_ms, updated_offset_min, seq, walking_ms, total, pass, fail,
  blocked, inconclusive, skip, 0, 0, notes FROM session_1;
INSERT INTO event SELECT session_id, seq, id, at_ms, at_offset_min, writer, writer_seq, NULL, kind, prompt_id, verdict,
  wording, target, body, hash FROM event_1;
INSERT INTO result SELECT session_id, prompt_id, verdict, 'unstated', seq, listed FROM result_1;
DROP TABLE result_1;
DROP TABLE event_1;
DROP TABLE session_1;
