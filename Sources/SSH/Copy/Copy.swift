import Concurrency
import Outside
import Reporting
import Subprocess

/// One copy from one side to the other. Files here are read and written by this process itself: nothing that a pod says, and
/// no name of a file, is ever part of a command here.
struct Copy: Sendable {
  enum Ends: Sendable {
    case upload(LocalSource, PodDestination)
    case download(PodSource, LocalDestination)
  }

  let request: CopyRequest
  let shell: PodShell
  let progress: Progress
  let ends: Ends
  /// The source as it was at the beginning.
  let list: CopyList

  var source: any CopySource {
    switch ends {
    case .upload(let source, _): source
    case .download(let source, _): source
    }
  }

  var destination: any CopyDestination {
    switch ends {
    case .upload(_, let destination): destination
    case .download(_, let destination): destination
    }
  }

  /// Looks at the source, and whether something is in the way at the destination.
  ///
  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`.
  init(_ request: CopyRequest, on shell: PodShell, progress: Progress) async throws {
    self.request = request
    self.shell = shell
    self.progress = progress
    let entry = try request.entry()
    switch request.direction {
    case .upload:
      let source = try LocalSource(request.source)
      list = try await source.list()
      try Self.check(list, request)
      let token = request.token(of: try source.realPath())
      ends = .upload(
        source,
        PodDestination(request.destination, entry: entry, token: token, resumes: request.resumes, on: shell)
      )
    case .download:
      let source = try await PodSource(request.source, on: shell)
      list = source.first
      try Self.check(list, request)
      let token = request.token(of: source.path)
      ends = .download(
        source,
        try LocalDestination(request.destination, entry: entry, token: token, resumes: request.resumes)
      )
    }
  }

  private static func check(_ list: CopyList, _ request: CopyRequest) throws {
    guard let top = list.entries.first, top.path.isTop else { throw Failure.noSource(request.source) }
    guard top.kind != .special else {
      throw Failure(.configurationInvalid, "\(request.source) is a device, a fifo or a socket, not a file or a folder.")
    }
    if list.unreadable.contains(.top) { throw CopyRefusal.reading(request.source, "permission denied") }
  }

  /// - Throws: `CancellationError`, `Failure`, `CopyRefusal`.
  func run() async throws -> CopyResult {
    do {
      return try await transfer()
    } catch {
      if !request.resumes {
        // A task of its own is not cancelled along with the copy.
        await Task(executorPreference: BlockingExecutor(name: "copy")) {
          try? await withTimeLimit(.seconds(30), what: "tidying up") { try await destination.discard() }
        }.value
      }
      throw error
    }
  }

  private func transfer() async throws -> CopyResult {
    let wanted = list.entries.filter { $0.kind != .special }
    let total = wanted.reduce(0) { $0.plus(limited: $1.isMostlyHoles ? $1.diskSize : $1.isFile ? $1.size : 0) }
    let meter = CopyProgress(total: total, progress: progress)
    let remainder = try await remainder(wanted, meter)
    var notes = CopyNotes()
    var replacedLinks: [RelativePath] = []
    if remainder?.isNothing != true {
      notes = try await fill(remainder?.entries ?? wanted, meter)
      notes.compare(wanted, with: try await source.list().byPath)
      if notes.absent.contains(.top) {
        if notes.missing.contains(.top) { throw Failure.noSource(request.source) }
        throw CopyRefusal.reading(request.source, "it cannot be opened")
      }
      if !notes.isPoured {
        if !notes.spoiled.isEmpty { try await destination.spoil(notes.spoiled) }
        replacedLinks = try await destination.commit(wanted.filter(\.isFolder))
      }
    }
    notes.unreadable.formUnion(list.unreadable)
    return CopyResult(list, notes, replacedLinks: replacedLinks, name: try request.entry())
  }

  /// Has the entries sent: as a stream where the pod has GNU's tar, which keeps times, holes and second names; else through
  /// its server of files, if it has one; else by the tar that it has.
  private func fill(_ entries: [CopyEntry], _ meter: CopyProgress) async throws -> CopyNotes {
    switch ends {
    case .upload(let source, let destination): try await upload(entries, from: source, to: destination, meter)
    case .download(let source, let destination): try await download(entries, from: source, to: destination, meter)
    }
  }

  private func upload(
    _ entries: [CopyEntry],
    from source: LocalSource,
    to destination: PodDestination,
    _ meter: CopyProgress
  ) async throws -> CopyNotes {
    let result = Locked(CopyNotes())
    let tar = Eventual<PodTar>()
    let file = file(in: entries)
    try await destination.receive(isFile: file != nil) { folder, podTar, sink in
      if folder.isEmpty, let file {
        try await sink([])
        let notes = try await pour(file, meter, to: sink)
        result.withLock { $0 = notes }
        return false
      }
      if podTar != .gnu {
        let notes = try await withSFTP { sftp in
          var upload = Upload(sftp, from: source.tree, to: folder + [UInt8(ascii: "/")] + CopyStaging.entry, meter)
          return try await upload.run(entries)
        }
        if let notes {
          // The protocol's times are from 1970 to 2106.
          try await destination.date(entries.filter { UInt32(exactly: $0.modified.seconds) == nil })
          result.withLock { $0 = notes }
          return true
        }
      }
      guard podTar != .none else { throw CopyRefusal.writing(request.destination, Self.noWay) }
      tar.resolve(podTar)
      let notes = try await source.send(entries, by: podTar) { bytes in
        try await sink(bytes)
        meter.add(bytes.count)
      }
      result.withLock { $0 = notes }
      return false
    }
    if case .other = tar.value {
      // busybox's sets no time of a link, and makes links after it has set the times of folders.
      try await destination.date(entries.filter { !$0.isFile })
    }
    return result.withLock { $0 }
  }

  private func download(
    _ entries: [CopyEntry],
    from source: PodSource,
    to destination: LocalDestination,
    _ meter: CopyProgress
  ) async throws -> CopyNotes {
    if destination.place.isSpecial, let file = file(in: entries) {
      let result = Locked(CopyNotes())
      try await destination.pour { sink in
        let notes = try await pour(file, meter, to: sink)
        result.withLock { $0 = notes }
      }
      return result.withLock { $0 }
    }
    let arrived = try destination.begin(entries)
    let files = entries.filter { !$0.isFolder }
    if files.isEmpty { return CopyNotes() }
    if source.tar != .gnu {
      let notes = try await withSFTP { sftp in
        var download = Download(sftp, from: source.path, to: arrived, meter)
        return try await download.run(files)
      }
      if let notes { return notes }
    }
    guard source.tar != .none else { throw CopyRefusal.reading(request.source, Self.noWay) }
    return try await receive(files, from: source, in: arrived, meter)
  }

  /// Gets files and links as a tar stream; as several where the pod's tar takes their names as arguments.
  private func receive(
    _ files: [CopyEntry],
    from source: PodSource,
    in arrived: LocalTree,
    _ meter: CopyProgress
  ) async throws -> CopyNotes {
    // Names of one file may come in two streams, of which neither tells that.
    let otherNames = source.tar == .gnu ? [:] : files.otherNames
    let receiver = Locked(CopyReceiver(into: arrived, files, meter))
    var notes = CopyNotes()
    var rest = files.filter { otherNames[$0.path] == nil }[...]
    while !rest.isEmpty {
      let part = Array(source.tar == .gnu ? rest : rest.prefix(source.mostNames(of: rest)))
      let reader = Locked(TarReader())
      do {
        try await source.send(part) { bytes in
          try reader.withLock { reader throws in
            try reader.read(bytes[...]) { part in try receiver.withLock { receiver throws in try receiver.take(part) } }
          }
        }
      } catch is TarReader.Unreadable {
        throw CopyRefusal.reading(request.source, "what the pod's tar sends is no tar stream")
      }
      if reader.withLock({ $0.hasEnded }) {
        rest = rest.dropFirst(part.count)
      } else {
        // Some give up at a file that is cut short, before all that follow.
        guard let cut = try receiver.withLock({ receiver throws in try receiver.breakOff() }),
          let index = rest.firstIndex(where: { $0.path == cut })
        else { throw CopyRefusal.reading(request.source, "the pod's tar stopped too soon") }
        rest = rest[(index + 1)...]
      }
    }
    let (taken, sizes) = receiver.withLock { ($0.arrived, $0.sizes) }
    for (path, size) in sizes { notes.cut(path, to: size) }
    for file in files where otherNames[file.path] == nil && !taken.contains(file.path) {
      notes.note(nil, of: file.path)
    }
    do {
      try arrived.makeHardLinks(files, otherNames, &notes)
    } catch let error as SystemError {
      throw CopyRefusal.writing(request.destination, error.reason)
    }
    return notes
  }

  /// The one file that the copy is; nil when it is something else.
  private func file(in entries: [CopyEntry]) -> CopyEntry? {
    entries.first.flatMap { $0.path.isTop && $0.isFile ? $0 : nil }
  }

  /// Sends the bytes of a file as they are.
  private func pour(_ file: CopyEntry, _ meter: CopyProgress, to sink: @escaping CopySink) async throws -> CopyNotes {
    let whole = CopyPart(whole: file)
    let left = Locked(file.size)
    try await source.send(whole.all, of: whole) { bytes in
      // What has been added since it was looked at is not part of the copy.
      let count = left.withLock { left in
        let count = min(left, bytes.count)
        left -= count
        return count
      }
      try await sink(count == bytes.count ? bytes : Array(bytes.prefix(count)))
      meter.add(count)
    }
    var notes = CopyNotes()
    notes.isPoured = true
    let missing = left.withLock { $0 }
    if missing > 0 { notes.cut(.top, to: file.size - missing) }
    return notes
  }

  private static let noWay = "the pod has neither tar nor a server of files (SFTP)"

  /// - Returns: nil when the pod has no server of files.
  private func withSFTP(_ body: @Sendable (SFTPSession) async throws -> CopyNotes) async throws -> CopyNotes? {
    do {
      return try await shell.connections.withSFTP(on: shell.target, body)
    } catch let refusal as CopyRefusal {
      // A server's reason may be no more than that there is one.
      guard case .upload(_, let destination) = ends, let words = try await destination.complaint() else {
        throw refusal
      }
      throw CopyRefusal(what: refusal.what, reason: words)
    }
  }
}
