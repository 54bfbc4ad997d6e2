import Environment
import JSON
import JSONRPC
import Reporting
import ServiceProtocol
import Testing

@testable import Service

@Suite struct MCPToolsTests {
  @Test(arguments: [1, 2, 7, 1_000])
  func everyPageTogetherIsTheWholeList(pageSize: Int) async throws {
    let all = Tool.ordered(Registry.methods.filter { $0.isTool }.map { Tool($0) })
    let tools = MCPTools(tools: all, DialectParts.none, pageSize: pageSize)
    var names: [String] = []
    var cursor: JSONValue? = .null
    while let next = cursor {
      let page = try await tools.list(["cursor": next], .july2026)
      let listed = page["tools"]?.arrayValue ?? []
      #expect(listed.count <= pageSize)
      names += listed.compactMap { $0["name"]?.stringValue }
      cursor = page["nextCursor"]
    }
    #expect(names == all.map(\.name))
  }

  @Test func theMostNeededToolsComeFirst() {
    let names = Tool.ordered(Registry.methods.filter { $0.isTool }.map { Tool($0) }).map(\.name)
    #expect(names.prefix(3) == ["pods_list", "pods_create", "pods_wait"])
    #expect(Set(names).count == names.count)
  }

  @Test func onlyKnownToolsCanBeChosen() throws {
    let all = Registry.methods.filter { $0.isTool }.map { Tool($0) }
    func names(_ tools: String?, readOnly: String? = nil) throws -> [String] {
      var layers = SettingLayers(environment: [:])
      layers.flags[.tools] = tools
      layers.flags[.readOnly] = readOnly
      return try ToolSelection(of: all, Settings(layers)).tools.map(\.name)
    }
    #expect(try names(nil) == all.map(\.name))
    #expect(try names("pods_list, ssh_exec").sorted() == ["pods_list", "ssh_exec"])
    #expect(try Set(names("pods").map { $0.prefix(5) }) == ["pods_"])
    #expect(try names("ssh", readOnly: "true").contains("ssh_exec") == false)
    #expect(throws: Failure.self) { try names("pod") }
    #expect(throws: Failure.self) { try names(nil, readOnly: "maybe") }
  }
}

@Suite struct AgentResultTests {
  private let long = String(repeating: "é", count: 5_000) + "end"

  @Test func endsOfTextsAreKept() {
    let result = AgentResult(["stdout": .string(long), "stderr": .string(long), "truncated": false], limit: 2_000)
    #expect(result.value.serialized().count <= 2_000)
    #expect(result.value["truncated"] == true)
    for name in ["stdout", "stderr"] {
      let text = result.value[name]?.stringValue ?? ""
      #expect(text.hasSuffix("ééend") && text.utf8.count > 700)
    }
    #expect(result.text.hasSuffix("Of long texts only the ends are here."))
  }

  @Test func listsAreCutBetweenEntries() {
    let entries = (0..<500).map { JSONValue.object(["number": .integer($0), "words": "some words about it"]) }
    let result = AgentResult(["found": .array(entries), "lines": ["a"]], limit: 2_000)
    #expect(result.value.serialized().count <= 2_000)
    let kept = result.value["found"]?.arrayValue ?? []
    #expect(kept.count > 20 && kept == Array(entries.prefix(kept.count)))
    #expect(result.text.contains("\(500 - kept.count) of 500 entries of found are left out"))
  }

  @Test func ofLinesTheLastAreKept() {
    let lines = (0..<500).map { JSONValue.string("line \($0)") }
    let kept = AgentResult(["lines": .array(lines)], limit: 500).value["lines"]?.arrayValue ?? []
    #expect(kept.last == "line 499" && kept.count > 10 && kept.count < 100)
  }

  @Test func whatFitsStaysAsItIs() {
    let result = AgentResult(["text": .string(long)], limit: 20_000)
    #expect(result.value == ["text": .string(long)])
    #expect(result.text == result.value.text)
  }
}

extension DialectParts {
  /// Of a service without methods.
  fileprivate static var none: DialectParts {
    let connection = Connection(wire: Wire(input: -1, output: -1), outputFailed: { _ in })
    return DialectParts(
      handlers: [:],
      offered: [],
      connection: connection,
      requests: ClientRequests(connection: connection),
      clientOptions: ClientOptions(),
      watchClient: { _ in },
      settings: { Settings(SettingLayers(environment: [:])) }
    )
  }
}
