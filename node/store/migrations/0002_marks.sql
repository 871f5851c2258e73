-- What entries say about other entries. Its own row for each target: an entry that takes back several has several.
CREATE TABLE marks (
    target_log INTEGER NOT NULL,  -- a log id's eight bytes: the target need not be here
    target_sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    log INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES members,
    number INTEGER NOT NULL,
    time INTEGER NOT NULL,
    text TEXT,
    PRIMARY KEY (target_log, target_sequence, kind, log, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_by_entry ON marks (log, sequence);
CREATE INDEX marks_pins ON marks (target_log, target_sequence) WHERE kind = 3;

ALTER TABLE messages ADD COLUMN mentions_us INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_mentioning ON messages (channel) WHERE mentions_us = 1;

-- How far other devices hold our own logs, as they told us; and how far members have read them.
CREATE TABLE held (
    log INTEGER NOT NULL,
    device BLOB NOT NULL,
    head INTEGER NOT NULL,
    PRIMARY KEY (log, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
    log INTEGER NOT NULL,
    member BLOB NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (log, member)
) STRICT, WITHOUT ROWID;
