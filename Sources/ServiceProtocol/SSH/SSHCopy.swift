import JSON
package import Reporting
package import SSH

/// Copies a file or a folder to or from a pod.
package enum SSHCopy: ServiceMethod {
  package struct Params: Codable, Sendable {
    package var podId: String
    package var direction: CopyRequest.Direction
    package var source: String
    package var destination: String
    package var resume: Bool
  }

  package typealias Result = CopyResult

  package static let name = "ssh/copy"
  package static let summary =
    """
    Copies a file or folder to or from a pod, by SFTP or, where the pod has none, as a tar stream; only a whole copy gets \
    its name. Reports progress in bytes.
    """
  package static let params: [Schema.Field] = [
    .podId,
    .init("direction", .word(["upload", "download"]), "upload: to the pod.", isRequired: true),
    .init("source", .string, "What is copied; on the pod relative to the home directory.", isRequired: true),
    .init(
      "destination",
      .string,
      "What it becomes; in it, when this is a folder or ends with a slash.",
      isRequired: true
    ),
    .init(
      "resume",
      .boolean,
      """
      Whether to send only what is missing: to go on where an earlier copy broke off, to leave out files that are there \
      with the same size, time and mode, and to keep what has come when this one breaks off.
      """,
      default: false
    ),
  ]
  package static let result = Schema.object([
    .init("files", .integer(minimum: 0), "How many files.", isRequired: true),
    .init("bytes", .integer(minimum: 0), "How many bytes.", isRequired: true),
  ])
  package static let errors: [Failure.Kind] = .ssh
  package static let effect = Effect.anything
  package static let examples = [
    Example(
      "upload",
      params: [
        "podId": "50qynxzilsxoey", "direction": "upload", "source": "/home/me/train.py", "destination": "train.py",
      ],
      result: ["files": 1, "bytes": 2048]
    )
  ]
}
