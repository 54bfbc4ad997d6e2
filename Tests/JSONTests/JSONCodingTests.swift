import JSON
import Testing

@Suite struct JSONCodingTests {
  private struct Inner: Codable, Hashable {
    var count: Int
    var ratio: Double?
  }

  private struct Outer: Codable, Hashable {
    enum Word: String, Codable { case yes, no }
    var name: String
    var word: Word
    var inner: [Inner]
    var table: [String: Bool]
    var anything: JSONValue
    var maybe: Int?
  }

  @Test func roundTrips() throws {
    let value = Outer(
      name: "a",
      word: .no,
      inner: [.init(count: 1, ratio: 0.5), .init(count: 2)],
      table: ["x": true],
      anything: ["k": [1, nil]]
    )
    let encoded = try JSONValueEncoder().encode(value)
    #expect(
      encoded.text
        == #"{"name":"a","word":"no","inner":[{"count":1,"ratio":0.5},{"count":2}],"#
        + #""table":{"x":true},"anything":{"k":[1,null]}}"#
    )
    #expect(try JSONValueDecoder().decode(Outer.self, from: encoded) == value)
  }

  @Test func aFaultNamesItsPath() throws {
    let json = try JSONValue(parsing: #"{"name":"a","word":"no","inner":[{"count":1},{"count":"2"}],"table":{}}"#)
    do {
      _ = try JSONValueDecoder().decode(Outer.self, from: json)
      Issue.record("decoded")
    } catch DecodingError.typeMismatch(_, let context) {
      #expect(context.codingPath.map(\.stringValue) == ["inner", "1", "count"])
      #expect(context.debugDescription == "expected an integer, found string")
    }
  }

  @Test func integersMayBeSpelledAsOtherNumbers() throws {
    #expect(try JSONValueDecoder().decode([Int].self, from: JSONValue(parsing: "[5.0,1e2]")) == [5, 100])
    #expect(throws: DecodingError.self) { try JSONValueDecoder().decode([Int].self, from: [1.5]) }
  }
}
