extension Migration {
  static let registrations = Migration(
    "2026-11-24 registrations",
    """
    CREATE TABLE registrations (
      pod_id TEXT NOT NULL,
      url TEXT NOT NULL,
      name TEXT NOT NULL,
      PRIMARY KEY (pod_id, url, name)
    ) STRICT, WITHOUT ROWID;
    """
  )
}
