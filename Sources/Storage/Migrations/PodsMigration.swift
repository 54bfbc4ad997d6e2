extension Migration {
  static let pods = Migration(
    "2026-11-23 pods",
    """
    CREATE TABLE pods (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      intent TEXT UNIQUE,
      pod_id TEXT UNIQUE,
      name TEXT NOT NULL,
      status TEXT NOT NULL,
      status_since INTEGER NOT NULL,
      is_live INTEGER NOT NULL,
      desired_status TEXT,
      image_name TEXT NOT NULL,
      gpu_type_id TEXT NOT NULL,
      gpu_count INTEGER NOT NULL,
      interruptible INTEGER NOT NULL,
      bid_per_gpu REAL,
      cost_per_hour REAL,
      host TEXT,
      ssh_port INTEGER,
      machine_id TEXT,
      last_status_change TEXT,
      request TEXT NOT NULL,
      terminate_after INTEGER,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX pods_by_status ON pods (status, number);
    CREATE INDEX pods_live ON pods (number) WHERE is_live;
    CREATE INDEX pods_due ON pods (terminate_after) WHERE is_live AND terminate_after IS NOT NULL;
    """
  )
}
