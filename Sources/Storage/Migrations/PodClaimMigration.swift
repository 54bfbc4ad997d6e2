extension Migration {
  static let podClaim = Migration(
    "2026-11-30 pod claim",
    """
    ALTER TABLE pods ADD COLUMN is_unclaimed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pods ADD COLUMN client_token TEXT;
    ALTER TABLE pods ADD COLUMN grace REAL;
    CREATE INDEX pods_by_client_token ON pods (account, client_token) WHERE client_token IS NOT NULL;
    """
  )
}
