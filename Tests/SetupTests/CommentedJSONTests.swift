import JSON
import Setup
import Testing

@Suite struct CommentedJSONTests {
  @Test(
    arguments: [
      ("", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
      ("{}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
      ("{\n}\n", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
      ("{\"x\": 1}\n", "{\"x\": 1,\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
      ("{\n\t\"x\": 1 // note\n}\n", "{\n\t\"x\": 1, // note\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n"),
      (
        "{\n    \"a\": {\n        \"c\": 2,\n    },\n}\n",
        "{\n    \"a\": {\n        \"c\": 2,\n        \"b\": 1,\n    },\n}\n"
      ),
      ("{\"a\": {\"b\": 0}}", "{\"a\": {\"b\": 1}}"),
      ("{\"a\": {\"b\": /* one */ 1}}", "{\"a\": {\"b\": /* one */ 1}}"),
      ("{\r\n  \"x\": []\r\n}\r\n", "{\r\n  \"x\": [],\r\n  \"a\": {\r\n    \"b\": 1\r\n  }\r\n}\r\n"),
    ] as [(String, String)]
  )
  func oneMemberIsSetAndAllElseStays(before: String, after: String) throws {
    var file = try CommentedJSON(before)
    try file.set(["a", "b"], 1)
    #expect(file.text == after)
    #expect(file.value(at: ["a", "b"]) == 1)
    // Once more, it changes nothing.
    try file.set(["a", "b"], 1)
    #expect(file.text == after)
  }

  @Test(
    arguments: [
      "{\n  // first\n  \"x\": 1\n}\n", "{\n  \"a\": {\n    \"c\": 2 // c\n  }\n}\n",
      "{\n  \"a\": {\n    \"c\": 2,\n  },\n}\n",
      "{\n  \"a\": {}\n}",
    ]
  )
  func removingUndoesSetting(before: String) throws {
    var file = try CommentedJSON(before)
    let isThere = file.value(at: ["a"]) != nil
    try file.set(["a", "b"], ["c": "d"])
    try file.remove(isThere ? ["a", "b"] : ["a"])
    #expect(file.value(at: ["a", "b"]) == nil)
    let blanks: Set<Character> = [" ", "\n"]
    #expect(file.text.filter { !blanks.contains($0) } == before.filter { !blanks.contains($0) })
  }

  @Test(
    arguments: [
      ("{", "line 1: unexpected end of text"), ("[]", "it is not a JSON object"),
      ("{\n\"a\" 1}", "line 2: expected a colon"),
      ("{\"a\": 1} x", "line 1: unexpected text after the value"), ("{\"a\": nul}", "line 1: expected a value"),
    ]
  )
  func whatIsNoSuchTextIsLeftAlone(text: String, fault: String) {
    let error = #expect(throws: SetupFault.self) { try CommentedJSON(text) }
    #expect(error?.message == fault)
  }

  @Test func whatIsInTheWayIsNamed() throws {
    var file = try CommentedJSON("{\"mcpServers\": []}")
    let error = #expect(throws: SetupFault.self) { try file.set(["mcpServers", "runpod"], 1) }
    #expect(error?.message == "mcpServers is not an object")
  }
}
