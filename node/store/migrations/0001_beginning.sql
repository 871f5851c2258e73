-- Long ids stand once, in tables of their own; everything else refers to them by number.
CREATE TABLE channels (
    channel INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    messages INTEGER NOT NULL DEFAULT 0  -- how many it has: a status does not count a million rows
) STRICT;

CREATE TABLE members (
    member INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE logs (
    log INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL REFERENCES channels,
    writer BLOB NOT NULL,
    id BLOB NOT NULL,
    own INTEGER NOT NULL,
    doubted INTEGER NOT NULL DEFAULT 0,
    head_sequence INTEGER NOT NULL DEFAULT 0,
    head_id BLOB NOT NULL,
    equivocation BLOB,
    UNIQUE (channel, writer)
) STRICT;
CREATE INDEX logs_by_id ON logs (id);

CREATE TABLE entries (
    entry INTEGER PRIMARY KEY,  -- log * 2^40 + sequence
    kind INTEGER NOT NULL,
    signature BLOB NOT NULL,
    id BLOB NOT NULL,
    payload BLOB,
    payload_bytes INTEGER,  -- size and hash: only of a payload that is gone
    payload_hash BLOB
) STRICT;

CREATE TABLE unverified (
    log INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (log, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    message INTEGER PRIMARY KEY,  -- order time in milliseconds * 2^15 + tie-breaker
    channel INTEGER NOT NULL REFERENCES channels,
    log INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES members,
    sent_time INTEGER,  -- absent where it equals the order time
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    unindexed INTEGER NOT NULL,
    reply_log INTEGER,  -- a log id's eight bytes
    reply_sequence INTEGER
) STRICT;
CREATE INDEX messages_by_channel ON messages (channel);
CREATE UNIQUE INDEX messages_by_entry ON messages (log, sequence);
CREATE INDEX messages_by_reply ON messages (reply_log, reply_sequence) WHERE reply_log IS NOT NULL;
CREATE INDEX messages_unread ON messages (channel) WHERE unread = 1;
CREATE INDEX messages_unindexed ON messages (unindexed) WHERE unindexed = 1;

CREATE TABLE waiting (
    channel INTEGER NOT NULL REFERENCES channels,
    epoch BLOB NOT NULL,
    log INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (channel, epoch, log, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX waiting_by_entry ON waiting (log, sequence);

-- Marks belong to letters (M*): without them the vowel signs of Indic scripts would cut words apart.
CREATE VIRTUAL TABLE search USING fts5 (
    text,
    content = '',
    columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);

-- Merging less often: a sixth less work for each message, and searches do not notice.
INSERT INTO search (search, rank) VALUES ('automerge', 8);

CREATE TABLE secrets (
    kind INTEGER NOT NULL,
    name BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
    kind INTEGER NOT NULL,
    key BLOB NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, key, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY,
    document BLOB NOT NULL,
    channel INTEGER NOT NULL REFERENCES channels,
    log INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES members,
    time INTEGER NOT NULL,
    state INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    details BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX revisions_by_entry ON revisions (log, sequence);
CREATE INDEX revisions_by_document ON revisions (document, number, language);
CREATE INDEX revisions_by_channel ON revisions (channel, document);
CREATE INDEX revisions_to_fetch ON revisions (time) WHERE wanted = 1 AND complete = 0;

-- Which chunks a revision lists, and where the chunks that are here lie in chunks.pack.
CREATE TABLE chunk_uses (
    revision INTEGER NOT NULL REFERENCES revisions ON DELETE CASCADE,
    chunk BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (revision, chunk)
) STRICT, WITHOUT ROWID;
CREATE INDEX chunk_uses_by_chunk ON chunk_uses (chunk);

CREATE TABLE chunks (
    at INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE
) STRICT;
