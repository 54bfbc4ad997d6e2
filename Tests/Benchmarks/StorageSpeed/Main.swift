import FoundationEssentials
import Glibc
import Storage

/// Measures one thing that is done to the state file:
///
///     storage-speed page|update|flushedUpdate|flush|event|unfinished COUNT FOLDER
///
/// and prints the median of its milliseconds. The folder's file is filled with COUNT pods and as many workflows at the
/// first use and used again; 100 of the pods and one of the workflows live, as after years of use. `flush` uses no
/// database: it is how long the disk takes for a block, which is the limit for what must be on it.
@main struct Main {
  private static let rounds = 101

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[2]), count > 0 else { exit(64) }
    let folder = arguments[3]
    let database = Database(path: "\(folder)/state-\(count).sqlite")
    let pods = PodStore(database)
    let workflows = WorkflowStore(database)
    try await Filling(count: count, pods: pods, workflows: workflows).fill()
    let last = try await pods.page(status: nil, before: nil, limit: 1)[0].number

    let median: Duration
    switch arguments[1] {
    case "page":
      median = try await measure { round in
        let before = last - round * (count / rounds)
        _ = try await pods.page(status: nil, before: before, limit: 100)
      }
    case "update":
      median = try await measure { round in
        try await pods.update(number: last - round % count) { $0.updated += 1 }
      }
    case "flushedUpdate":
      median = try await measure { round in
        try await pods.update(number: last - round % count, flushed: true) { $0.updated += 1 }
      }
    case "flush": median = try await flush(folder)
    case "event":
      median = try await measure { _ in
        try await workflows.update("workflow-1", flushed: false, at: .now) { _ in [#"{"step":"createPod"}"#] }
      }
    case "unfinished": median = try await measure { _ in _ = try await workflows.unfinished() }
    default: exit(64)
    }
    await database.close()
    print(median / .milliseconds(1))
  }

  private static func measure(_ body: (Int) async throws -> Void) async rethrows -> Duration {
    let clock = ContinuousClock()
    var durations: [Duration] = []
    for round in 0..<rounds {
      let start = clock.now
      try await body(round)
      durations.append(clock.now - start)
    }
    return durations.sorted()[rounds / 2]
  }

  private static func flush(_ folder: String) async throws -> Duration {
    let file = open("\(folder)/block", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    let block = [UInt8](repeating: 7, count: 4096)
    return await measure { round in
      pwrite(file, block, block.count, round * block.count)
      fdatasync(file)
    }
  }
}
