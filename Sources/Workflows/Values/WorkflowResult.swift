/// What came of a workflow.
package enum WorkflowResult: Sendable, Hashable {
  case runnerSetup(RunnerSetupResult)
  case runnerTeardown(RunnerTeardownResult)
  case fleet(FleetResult)
}

/// Without a tag of its own: the workflow's kind tells what it is.
extension WorkflowResult: Encodable {
  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .runnerSetup(let result): try result.encode(to: encoder)
    case .runnerTeardown(let result): try result.encode(to: encoder)
    case .fleet(let result): try result.encode(to: encoder)
    }
  }

  init(of kind: WorkflowKind, from decoder: any Decoder) throws {
    self =
      switch kind {
      case .setupRunner: .runnerSetup(try RunnerSetupResult(from: decoder))
      case .teardownRunner: .runnerTeardown(try RunnerTeardownResult(from: decoder))
      case .setupFleet, .teardownFleet: .fleet(try FleetResult(from: decoder))
      }
  }
}
