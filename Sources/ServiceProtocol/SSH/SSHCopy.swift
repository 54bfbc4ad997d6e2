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
    Copies a file or folder to or from a pod, as a tar stream or by SFTP; only a copy that has come to its end gets its name. \
    Permissions, times, links, holes in files and files with several names are kept. Reports progress in bytes.
    """
  package static let toolSummary = """
    Copies a file or folder to or from a pod, with permissions, times and links; only a copy that has come to its end gets \
    its name.
    """
  package static let params: [Schema.Field] = [
    .podId,
    .init("direction", .word(["upload", "download"]), "upload: to the pod.", isRequired: true),
    .init(
      "source",
      .string,
      "What is copied; on the pod relative to the home directory, which `~` stands for on both sides.",
      isRequired: true
    ),
    .init(
      "destination",
      .string,
      """
      What it becomes; in it, when this is a folder or ends with a slash. A folder is merged into one that is there. A link \
      in the way of a folder is followed when it leads into the copy's own folder, else it gives way. A file is written into \
      a device or a fifo that is the destination itself; one that is in the way elsewhere, or a socket, makes the copy fail.
      """,
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
    .init("files", .integer(minimum: 0), "How many files and links arrived whole.", isRequired: true),
    .init("bytes", .integer(minimum: 0), "How many bytes they have.", isRequired: true),
    .init(
      "changed",
      .array(.string),
      """
      Files that changed while the copy ran. What came of each may be cut short or a mixture; it is not taken for whole later. \
      This list and those below have at most 1,000 paths, relative to the source, and are left out when they are empty.
      """
    ),
    .init("missing", .array(.string), "Files that were gone before the copy had ended."),
    .init("unreadable", .array(.string), "Files and folders that could not be read."),
    .init("skipped", .array(.string), "Devices, fifos and sockets, which are not copied."),
    .init("replacedLinks", .array(.string), "Links at the destination that gave way to a file or a folder."),
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
