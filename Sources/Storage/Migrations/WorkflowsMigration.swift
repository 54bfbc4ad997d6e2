extension Migration {
  static let workflows = Migration(
    "2026-11-23 workflows",
    """
    CREATE TABLE workflows (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      parameters TEXT NOT NULL,
      result TEXT,
      error TEXT,
      steps TEXT NOT NULL,
      owner TEXT,
      wish TEXT,
      parent TEXT REFERENCES workflows (id),
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX workflows_by_state ON workflows (state, number);
    CREATE INDEX workflows_by_parent ON workflows (parent, number) WHERE parent IS NOT NULL;
    CREATE TABLE workflow_events (
      workflow TEXT NOT NULL REFERENCES workflows (id),
      sequence INTEGER NOT NULL,
      time INTEGER NOT NULL,
      payload TEXT NOT NULL,
      PRIMARY KEY (workflow, sequence)
    ) STRICT, WITHOUT ROWID;
    """
  )
}
