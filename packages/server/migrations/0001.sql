-- What docs/storage.md lists. Nothing here counts up: no sequence, no serial, no time. Keys are hashes or random.

-- Content-addressed files, ledger tiles, small documents and the one checkpoint.
CREATE TABLE amana.file (
  sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  bytes bytea NOT NULL
);
CREATE TABLE amana.tile (
  path text PRIMARY KEY,
  bytes bytea NOT NULL
);
CREATE TABLE amana.document (
  name text PRIMARY KEY,
  value json NOT NULL
);
CREATE TABLE amana.checkpoint (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  note text NOT NULL
);

-- What processes tell each other: who wrote last, the key of their nonces, and what was used once.
CREATE TABLE amana.writer (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  mark bytea NOT NULL
);
CREATE TABLE amana.shared_key (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  key bytea NOT NULL CHECK (octet_length(key) = 32)
);
CREATE TABLE amana.used_token (
  token text PRIMARY KEY,
  until bigint NOT NULL
);

-- One row a round: the lock of its admissions and seals, and the names of its present tables. Which epochs take nothing more (closed), and
-- which are sealed; -1 for none.
CREATE TABLE amana.round (
  id bytea PRIMARY KEY CHECK (octet_length(id) = 32),
  waiting text NOT NULL UNIQUE,
  submissions text NOT NULL UNIQUE,
  closed integer NOT NULL DEFAULT -1,
  sealed integer NOT NULL DEFAULT -1,
  ended boolean NOT NULL DEFAULT false
);
-- The same for its invitations: the lock of claims and merges.
CREATE TABLE amana.enrolment (
  round bytea PRIMARY KEY REFERENCES amana.round (id),
  claims text NOT NULL UNIQUE,
  invitations text NOT NULL UNIQUE,
  ended boolean NOT NULL DEFAULT false
);

-- Templates: a round's tables are made like these, under random names, and dropped whole. They stay empty.
CREATE TABLE amana.waiting_template (
  epoch integer NOT NULL,
  leaf_hash bytea NOT NULL UNIQUE CHECK (octet_length(leaf_hash) = 32),
  response_key bytea NOT NULL CHECK (octet_length(response_key) = 32),
  audience smallint NOT NULL,
  sequence smallint NOT NULL,
  leaf bytea NOT NULL,
  envelope bytea NOT NULL,
  new_key boolean NOT NULL,
  PRIMARY KEY (response_key, sequence)
);
CREATE TABLE amana.submissions_template (
  epoch integer NOT NULL,
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  response_key bytea NOT NULL CHECK (octet_length(response_key) = 32),
  audience smallint NOT NULL,
  sequence smallint NOT NULL,
  leaf bytea NOT NULL,
  envelope bytea,
  PRIMARY KEY (response_key, sequence),
  UNIQUE (epoch, leaf_hash),
  UNIQUE (leaf_hash)
);
CREATE TABLE amana.claims_template (
  issuer text NOT NULL,
  invited bytea NOT NULL CHECK (octet_length(invited) = 32),
  request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  draw bytea NOT NULL,
  PRIMARY KEY (issuer, invited)
);
CREATE TABLE amana.invitations_template (
  issuer text NOT NULL,
  invited bytea NOT NULL CHECK (octet_length(invited) = 32),
  request_hash bytea CHECK (octet_length(request_hash) = 32),
  draw bytea,
  PRIMARY KEY (issuer, invited),
  CHECK ((request_hash IS NULL) = (draw IS NULL))
);

-- Attachments until they are settled, and the chunks that are.
CREATE TABLE amana.upload (
  round bytea NOT NULL REFERENCES amana.round (id),
  upload bytea NOT NULL CHECK (octet_length(upload) = 16),
  groups integer NOT NULL,
  mark bytea NOT NULL,
  PRIMARY KEY (round, upload)
);
CREATE TABLE amana.upload_group (
  round bytea NOT NULL,
  upload bytea NOT NULL,
  index integer NOT NULL,
  chunks bytea NOT NULL CHECK (octet_length(chunks) = 262144),
  PRIMARY KEY (round, upload, index),
  FOREIGN KEY (round, upload) REFERENCES amana.upload (round, upload) ON DELETE CASCADE
);
CREATE TABLE amana.upload_chunk (
  round bytea NOT NULL,
  upload bytea NOT NULL,
  index integer NOT NULL,
  place smallint NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  PRIMARY KEY (round, upload, index, place),
  FOREIGN KEY (round, upload, index) REFERENCES amana.upload_group (round, upload, index) ON DELETE CASCADE
);
CREATE INDEX upload_chunk_sha256 ON amana.upload_chunk (round, sha256);
CREATE TABLE amana.upload_claim (
  round bytea NOT NULL,
  upload bytea NOT NULL,
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  PRIMARY KEY (round, upload, leaf_hash),
  FOREIGN KEY (round, upload) REFERENCES amana.upload (round, upload) ON DELETE CASCADE
);
CREATE TABLE amana.chunk (
  round bytea NOT NULL REFERENCES amana.round (id),
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  bytes bytea NOT NULL CHECK (octet_length(bytes) = 65536),
  PRIMARY KEY (round, sha256)
);
