extension Migration {
  static let podLimits = Migration(
    "2026-11-24 pod limits",
    """
    ALTER TABLE pods ADD COLUMN cloud_type TEXT;
    ALTER TABLE pods ADD COLUMN data_center_id TEXT;
    ALTER TABLE pods ADD COLUMN volume_in_gb INTEGER;
    ALTER TABLE pods ADD COLUMN stop_after INTEGER;
    ALTER TABLE pods ADD COLUMN idle_timeout REAL;
    ALTER TABLE pods ADD COLUMN max_cost REAL;
    ALTER TABLE pods ADD COLUMN spent REAL NOT NULL DEFAULT 0;
    ALTER TABLE pods ADD COLUMN metered_since INTEGER;
    ALTER TABLE pods ADD COLUMN spent_up INTEGER;
    ALTER TABLE pods ADD COLUMN keeper TEXT;
    CREATE INDEX pods_stop_due ON pods (stop_after) WHERE is_live AND stop_after IS NOT NULL;
    CREATE INDEX pods_spent_up ON pods (spent_up) WHERE is_live AND spent_up IS NOT NULL;
    CREATE INDEX pods_keeper ON pods (keeper) WHERE is_live AND keeper IS NOT NULL;
    """
  )
}
