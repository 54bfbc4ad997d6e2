extension Migration {
  static let workflowSubject = Migration(
    "2026-11-24 workflow subject",
    """
    ALTER TABLE workflows ADD COLUMN subject TEXT;
    CREATE INDEX workflows_by_subject ON workflows (subject, number) WHERE subject IS NOT NULL;
    """
  )
}
