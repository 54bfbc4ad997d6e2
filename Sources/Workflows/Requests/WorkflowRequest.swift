/// A workflow to start.
package enum WorkflowRequest: Sendable, Hashable {
  case setupRunner(RunnerSetup)
  case teardownRunner(RunnerTeardown)
  case setupFleet(FleetSetup)
  case teardownFleet(FleetTeardown)
}
