extension Migration {
  static let accounts = Migration(
    "2026-11-30 accounts",
    """
    CREATE TABLE accounts (fingerprint TEXT PRIMARY KEY, account TEXT NOT NULL) STRICT, WITHOUT ROWID;
    ALTER TABLE pods ADD COLUMN account TEXT;
    ALTER TABLE workflows ADD COLUMN account TEXT;
    ALTER TABLE registrations ADD COLUMN account TEXT;
    CREATE INDEX pods_unbound ON pods (number) WHERE account IS NULL;
    CREATE INDEX workflows_unbound ON workflows (number) WHERE account IS NULL;
    """
  )
}
