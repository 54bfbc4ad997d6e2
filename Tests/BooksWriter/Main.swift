import FoundationEssentials
import Glibc
import Storage

/// One of several processes on the same books.
///
///     books-writer FILE NUMBER OPERATIONS
///
/// Prints how many rows it inserted and how often it raised the number of the first row; ends with 1 at the first
/// operation that fails.
@main enum Main {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let number = Int(arguments[2]), let operations = Int(arguments[3]) else { exit(64) }
    let store = PodStore(Database(path: arguments[1]))
    var own: [Int] = []
    var raised = 0
    for operation in 0..<operations {
      switch operation % 10 {
      case 0, 1: own.append(try await store.insert(record("\(number)-\(operation)")).number)
      case 2, 3, 4:
        try await store.update(number: own.randomElement() ?? 1) { $0.bidPerGpu = ($0.bidPerGpu ?? 0) + 1 }
      case 5, 6:
        // What everybody changes: a lost update would show.
        try await store.update(number: 1) { $0.gpuCount += 1 }
        raised += 1
      case 7:
        // As a list of the account is taken in: reading many rows, changing some.
        let ids = own.suffix(5).map { "pod-\(number)-\($0)" }
        try await store.update { [own] desk in
          for (row, id) in zip(own.suffix(5), ids) {
            guard var record = try desk.find(number: row), record.podId == nil else { continue }
            record.podId = id
            try desk.save(record)
          }
        }
      case 8: _ = try await store.page(status: "running", before: nil, limit: 50)
      default: _ = try await store.due(at: .now)
      }
    }
    print(own.count, raised)
  }

  private static func record(_ intent: String) -> PodRecord {
    PodRecord(
      intent: intent,
      name: intent,
      status: "running",
      imageName: "runpod/base:1.0",
      gpuTypeId: "NVIDIA L4",
      gpuCount: 1,
      interruptible: true,
      created: .now
    )
  }
}
