import Subprocess

/// Gets bytes as they come, and returns when it has room for more.
typealias CopySink = @Sendable ([UInt8]) async throws -> Void

/// What a copy is taken from: a file or folder here or on a pod.
protocol CopySource: Sendable {
  /// What it is for people.
  var name: String { get }

  /// Lists all of it.
  ///
  /// - Throws: `CancellationError`, `Failure`.
  func list() async throws -> CopyList

  /// A checksum of each of a part's blocks; nil when this side has no such program.
  ///
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`.
  func sums(of part: CopyPart, by program: String) async throws -> [String]?

  /// Prints blocks of a part.
  ///
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`, and what `sink` throws.
  func send(_ blocks: [Range<Int>], of part: CopyPart, to sink: @escaping CopySink) async throws
}

/// Where a copy is put. It comes together in a folder of its own beside the place where it is to be, and is given its name
/// only when all of it is there.
protocol CopyDestination: Sendable {
  typealias Feed = @Sendable (_ sink: @escaping CopySink) async throws -> Void

  /// What has the final name already.
  ///
  /// - Throws: `CancellationError`, `Failure`, as all that follow.
  func present() async throws -> CopyList

  /// What an earlier copy has left.
  func left() async throws -> CopyList

  /// Removes parts of what an earlier copy has left.
  func remove(_ paths: [RelativePath]) async throws

  /// A checksum of each of a part's blocks that are there; nil when this side has no such program.
  func sums(of part: CopyPart, by program: String) async throws -> [String]?

  /// Puts blocks into what an earlier copy has left of a file, or into a copy of what is present.
  func receive(_ blocks: [Range<Int>], of part: CopyPart, _ feed: @escaping Feed) async throws

  /// Gives the file of a part its permissions, its time and its name among what has come, by which it is known as whole.
  func finish(_ part: CopyPart) async throws

  /// Has files that have come known as not whole: gives them another time, and cuts off what their source no longer has.
  ///
  /// - Parameter sizes: The most that each may hold.
  func spoil(_ sizes: [RelativePath: Int]) async throws

  /// Puts all that has come where it is to be.
  ///
  /// A folder is merged into one that is there. Its files take the place of files and links that are there, and nothing is
  /// written through a link to a file: so do rsync and tar, while `scp` and `cp` write through it. A link that is where a folder
  /// is to be is followed when it leads into the copy's own folder, as `scp -r` and `rsync --keep-dirlinks` do; one that
  /// leads out of it gives way to the folder, as with `rsync -a`. A folder never takes the place of a file nor the other way
  /// round, and a device, a fifo or a socket is never replaced: then nothing is changed at all. A device or a fifo that is the
  /// destination itself has a file written into it before, and nothing is left to be done.
  ///
  /// - Parameter folders: Those that have come, as they are to be.
  /// - Returns: The links that gave way.
  func commit(_ folders: [CopyEntry]) async throws -> [RelativePath]

  /// Removes what has come.
  func discard() async throws
}
