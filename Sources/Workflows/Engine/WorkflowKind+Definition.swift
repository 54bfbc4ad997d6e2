extension WorkflowKind {
  var definition: any WorkflowDefinition.Type {
    switch self {
    case .setupRunner: SetupRunner.self
    case .teardownRunner: TeardownRunner.self
    case .setupFleet: SetupFleet.self
    case .teardownFleet: TeardownFleet.self
    }
  }
}
