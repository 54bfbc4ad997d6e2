import JSON
import Testing

@testable import ServiceProtocol

@Suite struct ToolTests {
  private static let tools = Registry.methods.filter { $0.isTool }.map { Tool($0) }

  private func schema(_ method: any ServiceMethod.Type) -> JSONObject {
    Tool(method).json(ToolNames(Self.tools))["inputSchema"]?["properties"]?.objectValue ?? [:]
  }

  @Test func severalFormsBecomeOne() {
    let create = schema(PodsCreate.self)
    #expect(create["gpuTypeId"]?["type"] == "array")
    #expect(create["bidPerGpu"]?["type"] == "string")
    #expect(create["bidPerGpu"]?["default"] == "auto")
    #expect(create["interruptible"]?["enum"] == ["true", "false", "prefer"])
    #expect(create["interruptible"]?["default"] == "prefer")
    #expect(schema(SSHExec.self)["command"]?["type"] == "string")
  }

  @Test func everyListComesInShortPages() {
    let lists = Self.tools.filter { $0.name.hasSuffix("_list") } + [Tool(PodsOffers.self), Tool(WorkflowsEvents.self)]
    for list in lists {
      let params = schema(list.method)
      #expect(10...20 ~= params["limit"]?["default"]?.intValue ?? 0, "\(list.name)")
      #expect(params["cursor"] != nil, "\(list.name)")
      #expect(10...20 ~= list.params(["limit": .null])["limit"]?.intValue ?? 0, "\(list.name)")
    }
  }

  @Test(
    arguments: [
      (.integer(), "10", 10), (.integer(), "ten", "ten"), (.integer(), "", ""), (.number(), "1.5", .init(1.5)),
      (.boolean, "true", true), (.boolean, "False", false), (.boolean, "yes", "yes"), (.string, "10", "10"),
      (.array(.integer()), "[1, \"2\"]", [1, 2]), (.array(.string), "a", "a"),
      (.map(.string), "{\"A\": \"1\"}", ["A": "1"]),
      (.oneOrMany(.string), "[\"a\", \"b\"]", ["a", "b"]), (.oneOrMany(.string), "[a", "[a"),
      (.either([.string, .array(.string)]), "[\"ls\"]", "[\"ls\"]"),
      (.either([.number(), .word(["auto"])]), "0.3", .init(0.3)),
      (.either([.number(), .word(["auto"])]), "auto", "auto"),
      (.either([.boolean, .word(["prefer"])]), "false", false),
      (.object([.init("n", .integer(), "", aliases: ["m"])]), ["m": "3"], ["m": 3]), (.any, "1", "1"),
    ] as [(Schema, JSONValue, JSONValue)]
  )
  func textThatIsWhatIsDeclaredIsTakenAsThat(schema: Schema, given: JSONValue, read: JSONValue) {
    #expect(schema.reading(given) == read)
  }

  @Test func whatAnAgentLeavesOutOrNullsIsPreset() {
    let list = Tool(WorkflowsList.self)
    for arguments in [nil, .null, [], [:], ["limit": .null]] as [JSONValue?] {
      #expect(list.params(arguments)["limit"] == 10)
    }
    #expect(list.params(["limit": "5"])["limit"] == 5)
    let wait = Tool(WorkflowsWait.self)
    #expect(wait.params(["timeoutSeconds": 600])["timeoutSeconds"] == 50)
    #expect(wait.params(["timeoutSeconds": "20"])["timeoutSeconds"] == 20)
    #expect(wait.params(["timeoutSeconds": "abc"])["timeoutSeconds"] == "abc")
    #expect(wait.params(["cursor": 1])["cursor"] == nil)
    let exec = Tool(SSHExec.self)
    #expect(exec.params(["openStdin": true, "stream": true])["openStdin"] == false)
    #expect(exec.params(["toolCallId": "1", "sessionId": "2", "other": 3]) == exec.params(["other": 3]))
  }

  @Test func namesOfMethodsBecomeThoseOfTools() {
    let names = ToolNames(Self.tools)
    #expect(
      names.translated("Use pods/list, pods/get, or ssh/forward/open. Then (workflows/resume).")
        == "Use pods_list, pods_get, or ssh_forward_open. Then (workflows_resume)."
    )
    for path in ["~/.ssh/exec", "https://x.io/pods/list", "pods/list.txt", "pods/listing", "/ssh/exec", "pods/nothing"]
    {
      #expect(names.translated(path) == path)
    }
    #expect(
      names.translated(["hint": "pods/list", "stdout": "pods/list", "in": [["message": "pods/get"]]])
        == ["hint": "pods_list", "stdout": "pods/list", "in": [["message": "pods_get"]]]
    )
  }

  @Test func whatOnlyReadsIsMarkedSo() {
    for tool in Self.tools {
      let isRead = tool.method.effect == .reads
      #expect(tool.annotations["readOnlyHint"] == .bool(isRead), "\(tool.name)")
      #expect(!isRead || tool.annotations["destructiveHint"] == false, "\(tool.name)")
      #expect(tool.method.effect != .spendsMoney || tool.annotations["destructiveHint"] == true, "\(tool.name)")
    }
  }
}
