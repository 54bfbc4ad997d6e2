import JSON
import ServiceProtocol
import Testing

@testable import Service

@Suite struct MCPToolsTests {
  @Test(arguments: [1, 2, 7, 1_000])
  func everyPageTogetherIsTheWholeList(pageSize: Int) throws {
    let all = Registry.methods.filter { $0.isTool }.map { Tool($0) }.sorted { $0.name < $1.name }
    let tools = MCPTools(tools: all, handlers: [:], pageSize: pageSize)
    var names: [String] = []
    var cursor: JSONValue? = .null
    while let next = cursor {
      let page = try tools.list(["cursor": next], .july2026)
      let listed = page["tools"]?.arrayValue ?? []
      #expect(listed.count <= pageSize)
      names += listed.compactMap { $0["name"]?.stringValue }
      cursor = page["nextCursor"]
    }
    #expect(names == all.map(\.name))
  }

  @Test func textIsCutBetweenCharacters() {
    let text = MCPTools.text(["text": .string(String(repeating: "é", count: 50))], limit: 20)
    #expect(text.hasPrefix(#"{"text":"ééééé"# + "\n… 92 bytes more"))
  }
}
