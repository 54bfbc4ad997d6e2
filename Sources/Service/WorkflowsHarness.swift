import JSON
import JSONRPC
import Reporting
import ServiceProtocol
import Workflows

/// `workflows/*`.
struct WorkflowsHarness: Sendable {
  let services: Services

  func setupRunner(_ start: WorkflowStart<RunnerSetup>, _ context: RequestContext) async throws -> WorkflowResponse {
    try await services.requireRunnerTools(token: start.request.runnerToken)
    return try await run(.setupRunner(start.request), detach: start.detach, context)
  }

  func teardownRunner(
    _ start: WorkflowStart<RunnerTeardown>,
    _ context: RequestContext
  ) async throws -> WorkflowResponse {
    try await run(.teardownRunner(start.request), detach: start.detach, context)
  }

  func setupFleet(_ start: WorkflowStart<FleetSetup>, _ context: RequestContext) async throws -> WorkflowResponse {
    for member in start.request.members { try await services.requireRunnerTools(token: member.runnerToken) }
    return try await run(.setupFleet(start.request), detach: start.detach, context)
  }

  func teardownFleet(_ start: WorkflowStart<FleetTeardown>, _ context: RequestContext) async throws -> WorkflowResponse
  {
    try await run(.teardownFleet(start.request), detach: start.detach, context)
  }

  func get(_ params: WorkflowParams, _: RequestContext) async throws -> WorkflowResponse {
    WorkflowResponse(workflow: try await services.workflows().get(params.workflowId))
  }

  func list(_ params: WorkflowsList.Params, _: RequestContext) async throws -> WorkflowPage {
    try await services.workflows().list(state: params.state, limit: params.limit, cursor: params.cursor)
  }

  func wait(_ params: WorkflowsWait.Params, _ context: RequestContext) async throws -> WorkflowResponse {
    let timeout = params.timeoutSeconds.map { Duration.seconds($0) }
    let workflows = try await services.workflows()
    return WorkflowResponse(
      workflow: try await workflows.wait(params.workflowId, timeout: timeout, progress: context.progress)
    )
  }

  func events(_ params: WorkflowsEvents.Params, _: RequestContext) async throws -> WorkflowEventPage {
    try await services.workflows().events(params.workflowId, after: params.cursor, limit: params.limit)
  }

  func cancel(_ params: WorkflowParams, _ context: RequestContext) async throws -> WorkflowResponse {
    let workflows = try await services.workflows()
    return WorkflowResponse(workflow: try await workflows.cancel(params.workflowId, progress: context.progress))
  }

  func resume(_ params: WorkflowParams, _: RequestContext) async throws -> WorkflowResponse {
    WorkflowResponse(workflow: try await services.workflows().resume(params.workflowId))
  }

  /// Starts a workflow and, unless it is detached, answers with its outcome. A request that is cancelled cancels it, and
  /// is answered when everything is undone; a service that ends leaves it where it can be taken up again.
  private func run(
    _ request: WorkflowRequest,
    detach: Bool,
    _ context: RequestContext
  ) async throws -> WorkflowResponse {
    let workflows = try await services.workflows()
    let started = try await workflows.start(request)
    if detach {
      await services.detach(started)
      return WorkflowResponse(workflow: started)
    }
    let outcome: Workflow
    do {
      outcome = try await workflows.wait(started.id, timeout: nil, progress: context.progress)
    } catch let error as CancellationError {
      if await services.isClosing { throw error }
      // A task of its own, awaited: this one is cancelled.
      outcome = try await Task { try await workflows.cancel(started.id, progress: context.progress) }.value
    }
    if let error = outcome.error, outcome.state != .succeeded { throw error.described(outcome) }
    return WorkflowResponse(workflow: outcome)
  }
}

extension WorkflowError {
  /// The error of the request that waited for the workflow.
  fileprivate func described(_ workflow: Workflow) -> any Error {
    let failure = failure.adding(resource: "workflowId", workflow.id)
    guard workflow.state == .cancelled else { return failure }
    return ErrorObject(.requestCancelled, message, data: failure.errorObject.data)
  }
}
