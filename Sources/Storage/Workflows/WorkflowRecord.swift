package import FoundationEssentials

/// One workflow as the journal knows it: a row of `workflows`. Payloads are JSON text that the journal does not look into.
package struct WorkflowRecord: Sendable, Hashable {
  package var id: String
  /// The kind of workflow: "setupRunner".
  package var kind: String
  /// "running", "succeeded", "failed", "cancelled" or "interrupted".
  package var state: String
  /// JSON text, without secrets.
  package var parameters: String
  /// JSON text.
  package var result: String?
  /// JSON text.
  package var error: String?
  /// JSON text: how far it is, with the outcome of each step.
  package var steps: String
  /// The `OwnerLock` id of the server that runs it.
  package var owner: String?
  /// What someone asked for while it runs: "cancel". Any server may write it; the owner looks for it.
  package var wish: String?
  /// The workflow that this one is a part of.
  package var parent: String?
  /// What it is about, "fleet gpus" say: one workflow at a time is, and the newest tells how things stand.
  package var subject: String?
  /// The RunPod account in which it works; nil in a state file from before there was one.
  package var account: String?
  package var created: Date
  package var updated: Date

  package init(
    id: String,
    kind: String,
    state: String,
    parameters: String,
    result: String? = nil,
    error: String? = nil,
    steps: String = "[]",
    owner: String? = nil,
    parent: String? = nil,
    subject: String? = nil,
    account: String? = nil,
    created: Date,
    updated: Date? = nil
  ) {
    self.id = id
    self.kind = kind
    self.state = state
    self.parameters = parameters
    self.result = result
    self.error = error
    self.steps = steps
    self.owner = owner
    self.parent = parent
    self.subject = subject
    self.account = account
    self.created = created
    self.updated = updated ?? created
  }
}
