import JSON

extension ServiceNotification {
  static let sshOutput = ServiceNotification(
    "ssh/output",
    .serverToClient,
    "A piece of what a command prints, as it comes.",
    params: [
      .init("requestId", .requestId, "The ssh/exec that runs it.", isRequired: true),
      .podId,
      .init("stream", .word(["stdout", "stderr"]), "Where it was printed.", isRequired: true),
      .init("data", .string, "The piece, in the encoding of the request.", isRequired: true),
    ],
    example: ["requestId": 7, "podId": "50qynxzilsxoey", "stream": "stdout", "data": "Linux\n"]
  )
}
