import JSON
import ServiceProtocol
import Testing

/// A number that nothing bounds ends the process somewhere below.
@Suite struct LimitsTests {
  @Test func everyNumberOfEveryMethodHasBothBounds() {
    for method in Registry.methods {
      for number in Schema.object(method.params).numbers(at: method.name) {
        #expect(number.isBounded, "\(number.path) has no minimum or no maximum")
      }
    }
  }

  @Test(arguments: ["-1", "1e19", "9223372036854775808", "-1e300", "1e999", "-1e999", "1e-5"])
  func whatIsBeyondABoundSaysWhichAndWhat(text: String) throws {
    let schema = Schema.object([.init("count", .integer(minimum: 0, maximum: 10), "How many.")])
    let fault = #expect(throws: SchemaMismatch.self) {
      try schema.validate(["count": .number(JSONNumber(text: text))])
    }
    #expect(fault?.path == "count")
    #expect(text == "1e-5" || fault?.message.contains(text) == true, "\(fault?.message ?? "")")
  }

  @Test func boundsAreExact() throws {
    let seconds = Schema.number(minimum: 0, maximum: 10)
    #expect(try seconds.validate(-0.0) == 0)
    #expect(try seconds.validate(10.0) == 10)
    for (value, words) in [
      (10.5, "Expected at most 10, found 10.5."), (-1, "Expected at least 0, found -1."),
      (.number(JSONNumber(text: "1e999")), "Expected at most 10, found 1e999."),
    ] as [(JSONValue, String)] {
      #expect(#expect(throws: SchemaMismatch.self) { try seconds.validate(value) }?.message == words)
    }
    let count = Schema.integer(minimum: .min, maximum: .max)
    #expect(try count.validate(.integer(.max)) == .integer(.max))
    #expect(try count.validate(.integer(9_007_199_254_740_993)) == .integer(9_007_199_254_740_993))
    #expect(try count.validate(.number(JSONNumber(text: "-0.0"))) == 0)
    #expect(try count.validate(.number(JSONNumber(text: "2.0"))) == 2)
  }
}

extension Schema {
  fileprivate func numbers(at path: String) -> [(path: String, isBounded: Bool)] {
    switch self {
    case .integer(let minimum, let maximum): [(path, minimum != nil && maximum != nil)]
    case .number(let minimum, let maximum): [(path, minimum != nil && maximum != nil)]
    case .array(let schema), .map(let schema), .nullable(let schema): schema.numbers(at: path)
    case .either(let schemas): schemas.flatMap { $0.numbers(at: path) }
    case .object(let fields), .openObject(let fields):
      fields.flatMap { $0.schema.numbers(at: "\(path) \($0.name)") }
    case .any, .boolean, .string, .time, .word: []
    }
  }
}
