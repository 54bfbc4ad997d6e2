extension Migration {
  static let podHold = Migration(
    "2026-11-24 pod hold",
    """
    ALTER TABLE pods ADD COLUMN held_until INTEGER;
    CREATE INDEX pods_held_until ON pods (held_until) WHERE is_live AND held_until IS NOT NULL;
    """
  )
}
