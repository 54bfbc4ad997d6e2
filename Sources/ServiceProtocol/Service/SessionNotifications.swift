import JSON

/// Those of the Language Server Protocol: about requests, their progress, and the log.
extension ServiceNotification {
  private static let id = Schema.requestId

  static let cancelRequest = ServiceNotification(
    "$/cancelRequest",
    .clientToServer,
    "Asks for the end of a request, which is answered all the same.",
    params: [.init("id", id, "The request's id.", isRequired: true)],
    example: ["id": 7]
  )

  static let exit = ServiceNotification(
    "exit",
    .clientToServer,
    "Ends the service; with exit code 1 when an editor has not said shutdown before.",
    params: []
  )

  static let initialized = ServiceNotification(
    "initialized",
    .clientToServer,
    "Says that initialize was heard. Need not be said.",
    params: []
  )

  static let logMessage = ServiceNotification(
    "window/logMessage",
    .serverToClient,
    "Something for the editor's log: why a request failed and what to do, or a warning that belongs to no request.",
    params: [
      .init("type", .integer(minimum: 1, maximum: 4), "1 error, 2 warning, 3 information, 4 log.", isRequired: true),
      .init("message", .string, "What happened.", isRequired: true),
    ],
    example: ["type": 1, "message": "pods/get: There is no pod 50qynxzilsxoey."]
  )

  static let logTrace = ServiceNotification(
    "$/logTrace",
    .serverToClient,
    "How long a request took, for an editor that asked for a trace.",
    params: [
      .init("message", .string, "The method, how it ended, and after how long.", isRequired: true),
      .init("verbose", .string, "What it failed with, when the trace is verbose."),
    ],
    example: ["message": "pods/list answered after 12 ms"]
  )

  static let progress = ServiceNotification(
    "$/progress",
    .serverToClient,
    "How far a request is: once a beginning, then reports, at last an end, all before its answer.",
    params: [
      .init("token", id, "The request's workDoneToken, or one that the service made.", isRequired: true),
      .init(
        "value",
        .object([
          .init("kind", .word(["begin", "report", "end"]), "Which of the three.", isRequired: true),
          .init("title", .string, "Of a beginning: the method."),
          .init("cancellable", .boolean, "Of a beginning."),
          .init("message", .string, "What is going on."),
          .init("percentage", .integer(minimum: 0, maximum: 100), "How much is done; never falls."),
        ]),
        "One of them.",
        isRequired: true
      ),
    ],
    example: ["token": "t1", "value": ["kind": "report", "message": "waiting for SSH", "percentage": 60]]
  )

  static let progressCancel = ServiceNotification(
    "window/workDoneProgress/cancel",
    .clientToServer,
    "Asks for the end of the request whose progress has this token: an editor's cancel button.",
    params: [.init("token", id, "The token.", isRequired: true)],
    example: ["token": "runpod-rpc/1"]
  )

  static let setTrace = ServiceNotification(
    "$/setTrace",
    .clientToServer,
    "Asks for $/logTrace, or for no more of them.",
    params: [.init("value", .word(["off", "messages", "verbose"]), "How much of it.", isRequired: true)],
    example: ["value": "messages"]
  )
}
