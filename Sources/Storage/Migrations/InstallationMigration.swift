extension Migration {
  static let installation = Migration(
    "2026-11-30 installation",
    """
    CREATE TABLE installation (id TEXT NOT NULL) STRICT;
    INSERT INTO installation (id) VALUES (lower(hex(randomblob(6))));
    UPDATE pods SET keeper = 'service' WHERE keeper = 'runpod';
    """
  )
}
