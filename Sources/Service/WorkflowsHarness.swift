import JSON
import JSONRPC
import Outside
import Reporting
import ServiceProtocol
import Workflows

/// `workflows/*`.
struct WorkflowsHarness: Sendable {
  let services: Services

  /// Registers a method that starts a workflow.
  func handle<Method: WorkflowMethod>(_ method: Method.Type, in router: inout Router) {
    router.handle(method) { start, context in try await run(Method.workflow(start.request), start, context) }
  }

  func setupFleet(
    _ params: WorkflowsSetupFleet.Params,
    _ context: RequestContext
  ) async throws -> WorkflowsSetupFleet.Result {
    let fleet = params.start.request
    if params.isDryRun { return WorkflowsSetupFleet.Result(plan: try await services.workflows().plan(fleet)) }
    return WorkflowsSetupFleet.Result(workflow: try await run(.setupFleet(fleet), params.start, context).workflow)
  }

  func get(_ params: WorkflowParams, _: RequestContext) async throws -> WorkflowResponse {
    WorkflowResponse(workflow: try await services.workflows().get(params.workflowId))
  }

  func list(_ params: WorkflowsList.Params, _: RequestContext) async throws -> WorkflowPage {
    try await services.workflows().list(state: params.state, limit: params.limit, cursor: params.cursor)
  }

  func wait(_ params: WorkflowsWait.Params, _ context: RequestContext) async throws -> WorkflowResponse {
    let timeout = params.timeoutSeconds.map { Duration.limited(seconds: $0) }
    let workflow = try await follow(params.workflowId, after: params.cursor, timeout: timeout, context)
    return WorkflowResponse(workflow: workflow)
  }

  func events(_ params: WorkflowsEvents.Params, _: RequestContext) async throws -> WorkflowEventPage {
    try await services.workflows().events(params.workflowId, after: params.cursor, limit: params.limit)
  }

  func cancel(_ params: WorkflowsCancel.Params, _ context: RequestContext) async throws -> WorkflowResponse {
    let workflows = try await services.workflows()
    if params.detach {
      let workflow = try await workflows.beginCancelling(params.workflowId)
      if !workflow.state.isOver { await services.detach(workflow) }
      return WorkflowResponse(workflow: workflow)
    }
    return WorkflowResponse(workflow: try await workflows.cancel(params.workflowId, progress: context.progress))
  }

  func resume(_ params: WorkflowParams, _: RequestContext) async throws -> WorkflowResponse {
    WorkflowResponse(workflow: try await services.workflows().resume(params.workflowId))
  }

  /// Starts a workflow and, unless it is detached, answers with its outcome. A request that is cancelled cancels it, and
  /// is answered when everything is undone; a service that ends leaves it where it can be taken up again.
  private func run<Request>(
    _ request: WorkflowRequest,
    _ start: WorkflowStart<Request>,
    _ context: RequestContext
  ) async throws -> WorkflowResponse {
    let workflows = try await services.workflows()
    let started = try await workflows.start(request)
    if start.detach {
      await services.detach(started)
      return WorkflowResponse(workflow: started)
    }
    let outcome: Workflow
    do {
      outcome = try await follow(started.id, after: start.follow ? 0 : nil, timeout: nil, context)
    } catch let error as CancellationError {
      if await services.isClosing { throw error }
      // A task of its own, awaited: this one is cancelled.
      outcome = try await Task { try await workflows.cancel(started.id, progress: context.progress) }.value
    }
    if let error = outcome.error, outcome.state != .succeeded { throw error.described(outcome) }
    return WorkflowResponse(workflow: outcome)
  }
}

extension WorkflowsHarness {
  /// Waits for the end of a workflow, with progress, and with notifications for a client that has a cursor. A client that
  /// reads slowly is waited for, and hears of everything all the same.
  private func follow(
    _ id: String,
    after cursor: Int?,
    timeout: Duration?,
    _ context: RequestContext
  ) async throws -> Workflow {
    let workflows = try await services.workflows()
    return try await workflows.wait(id, after: cursor, timeout: timeout) { event in
      context.progress.report(event)
      guard cursor != nil else { return }
      context.notify(WorkflowsEvent.name, try WireForm.encode(WorkflowsEvent(workflowId: id, event: event)))
      await context.waitForRoom()
    }
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
