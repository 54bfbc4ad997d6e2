import Glibc
import JSON
import JSONRPC
import Reporting
import Service
import ServiceProtocol

/// The real server with the methods that the conformance cases call.
@main struct Main {
  static func main() throws {
    let wire = try Wire.claim()
    guard case .success(.serve(var options)) = CommandLineOptions.parse(Array(CommandLine.arguments.dropFirst())) else {
      exit(64)
    }
    // What takes half a minute in earnest.
    if let text = getenv("STUCK_MILLISECONDS"), let milliseconds = Int(String(cString: text)) {
      options.limits.stuck = .milliseconds(milliseconds)
    }
    Server(wire: wire, options: options, register: Fixtures.register).serve()
  }
}

private enum Fixtures {
  static func register(in router: inout Router) {
    router.handle(inline: "subtract") { params in
      let minuend = params?[0] ?? params?["minuend"]
      let subtrahend = params?[1] ?? params?["subtrahend"]
      guard let minuend = minuend?.intValue else { throw InvalidParams(path: "minuend", expected: "an integer") }
      guard let subtrahend = subtrahend?.intValue else {
        throw InvalidParams(path: "subtrahend", expected: "an integer")
      }
      return .integer(minuend - subtrahend)
    }
    router.handle(inline: "sum") { .integer(($0?.arrayValue ?? []).compactMap(\.intValue).reduce(0, +)) }
    router.handle(inline: "update") { _ in nil }
    router.handle(inline: "notify_hello") { _ in nil }
    router.handle(inline: "get_data") { _ in ["hello", 5] }
    router.handle(inline: "test.echo") { $0 ?? nil }
    router.handle(inline: "test.fail") { _ in throw ErrorObject(.internalError, "failed as asked") }
    router.handle(inline: "test.big") { params in
      .string(String(repeating: "x", count: params?["bytes"]?.intValue ?? 0))
    }
    router.handle(raw: "test.print") { params, _ in
      print(params?["text"]?.stringValue ?? "a stray line")
      fflush(nil)
      return nil
    }
    router.handle(raw: "test.sleep") { params, context in
      let milliseconds = params?["ms"]?.intValue ?? 0
      context.progress.report("sleeping", fraction: 0)
      try await Task.sleep(for: .milliseconds(milliseconds))
      context.progress.report("awake", fraction: 1)
      return nil
    }
    router.handle(inline: "test.failure") { params in
      throw Failure(
        .init(rawValue: params?["kind"]?.stringValue ?? ""),
        "It went wrong as asked.",
        hint: "Ask for something else.",
        resources: ["podId": "pod-1"]
      )
    }
    router.handle(raw: "test.steps") { params, context in
      let count = params?["steps"]?.intValue ?? 0
      for step in 1...max(count, 1) {
        context.progress.report("Step \(step)/\(count): working", fraction: Double(step) / Double(count))
        try await Task.sleep(for: .milliseconds(params?["ms"]?.intValue ?? 0))
      }
      return nil
    }
    router.handle(raw: "test.progress") { params, context in
      let count = params?["reports"]?.intValue ?? 0
      let pause = params?["ms"]?.intValue
      let padding = String(repeating: ".", count: params?["bytes"]?.intValue ?? 0)
      for index in 0..<count {
        context.progress.report("report \(index)\(padding)", fraction: Double(index) / Double(count))
        if let pause { try await Task.sleep(for: .milliseconds(pause)) }
      }
      return nil
    }
    router.handle(TestWork.self) { params, context in
      for step in 0..<params.steps {
        context.progress.report("step \(step)", fraction: Double(step) / Double(params.steps))
        context.notify("test/stepped", ["step": .integer(step)])
        try await Task.sleep(for: .milliseconds(params.milliseconds))
      }
      if let words = params.fail { throw Failure(.noCapacity, words, hint: "Wait.", resources: ["podId": "p1"]) }
      return TestWork.Result(
        steps: params.steps,
        text: String(repeating: "é", count: params.size),
        detached: params.detach,
        nextCursor: params.size > 0 ? "more" : nil
      )
    }
    // Neither returns nor heeds a cancellation.
    router.handle(raw: "test.hang") { _, _ in
      await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
      return nil
    }
    router.handle(raw: "test.flood-stderr") { params, _ in
      let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: params?["bytes"]?.intValue ?? 0)
      write(1, bytes, bytes.count)
      write(2, bytes, bytes.count)
      return nil
    }
    router.handle(raw: "test.child") { _, _ in .integer(Int(system("echo a stray line; cat"))) }
    router.handle(raw: "test.notify") { params, context in
      context.notify(params?["method"]?.stringValue ?? "test/happened", params ?? nil)
      return nil
    }
    router.handle(raw: "test.fail-domain") { params, _ in
      throw Failure(
        .noCapacity,
        "There is none.",
        hint: "Wait.",
        resources: ["podId": params?["podId"]?.stringValue ?? "p1"]
      )
    }
  }
}

/// A method with a schema, and so a tool.
private enum TestWork: ServiceMethod {
  struct Params: Codable, Sendable {
    var steps: Int
    var milliseconds: Int
    var fail: String?
    var size: Int
    var detach: Bool
  }

  struct Result: Codable, Sendable {
    var steps: Int
    var text: String
    var detached: Bool
    var nextCursor: String?
  }

  static let name = "test/work"
  static let summary = "Works for a while."
  static let params: [Schema.Field] = [
    .init("steps", .integer(minimum: 0), "How many.", default: 1),
    .init("milliseconds", .integer(minimum: 0), "Of each step.", default: 0),
    .init("fail", .string, "With these words."),
    .init("size", .integer(minimum: 0), "Of the text.", default: 0),
    .init("detach", .boolean, "Whether to answer at once.", default: false),
  ]
  static let result = Schema.object([
    .init("steps", .integer(minimum: 0), "How many there were.", isRequired: true),
    .init("text", .string, "As long as wanted.", isRequired: true),
    .init("detached", .boolean, "What was asked.", isRequired: true),
    .init("nextCursor", .string, "When there is more."),
  ])
  static let errors: [Failure.Kind] = [.noCapacity]
  static let effect = Effect.spendsMoney
  static let examples = [Example("one step", result: ["steps": 1, "text": "", "detached": false])]
}
