extension Migration {
  static let podKeeper = Migration(
    "2026-11-24 pod keeper",
    """
    ALTER TABLE pods ADD COLUMN keeper_since INTEGER;
    """
  )
}
