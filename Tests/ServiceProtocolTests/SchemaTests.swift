import JSON
import ServiceProtocol
import Testing

@Suite struct SchemaTests {
  private let schema = Schema.object([
    .init("imageName", .string, "An image.", isRequired: true, aliases: ["image"]),
    .init("gpuCount", .integer(minimum: 1), "How many.", default: 1),
    .init("pods", .array(.object([.init("kind", .word(["spot", "fixed"]), "Which.")])), "Some."),
    .init("env", .map(.string), "Variables."),
  ])

  @Test func fillsInDefaultsAndProperNames() throws {
    #expect(try schema.validate(["image": "ubuntu"]) == ["imageName": "ubuntu", "gpuCount": 1])
  }

  @Test(
    arguments: [
      ([:], "imageName"), (["imageName": 7], "imageName"), (["imageName": "a", "gpuCount": 0], "gpuCount"),
      (["imageName": "a", "gpuCount": 1.5], "gpuCount"),
      (["imageName": "a", "pods": [[:], ["kind": "x"]]], "pods[1].kind"),
      (["imageName": "a", "env": ["A": 1]], "env.A"), (["imageName": "a", "gpu": 1], "gpu"), ([1], ""),
    ] as [(JSONValue, String)]
  )
  func namesThePlaceOfAFault(value: JSONValue, path: String) {
    let fault = #expect(throws: SchemaMismatch.self) { try schema.validate(value) }
    #expect(fault?.path == path)
  }

  @Test func everyExampleFitsItsMethod() throws {
    for method in Registry.methods {
      #expect(!method.examples.isEmpty, "\(method.name) has no example")
      for example in method.examples {
        _ = try Schema.object(method.params).validate(example.params, isExampleOf: method.name)
        _ = try method.result.validate(example.result)
      }
    }
  }

  @Test func noMemberIsDeclaredTwice() {
    for method in Registry.methods {
      let names = Schema.Field.names(method.params)
      #expect(names.count == Set(names).count, "\(method.name): \(names)")
    }
  }

  @Test func theRegistryIsAlphabeticalAndEachNameIsThereOnce() {
    let names = Registry.methods.map { $0.name }
    #expect(names == Set(names).sorted())
  }
}

extension Schema.Field {
  /// The names and other names of fields.
  fileprivate static func names(_ fields: [Self]) -> [String] { fields.flatMap { [$0.name] + $0.aliases } }
}

extension Schema {
  /// `service/ping` takes whatever it is given.
  fileprivate func validate(_ params: JSONValue, isExampleOf method: String) throws -> JSONValue {
    method == ServicePing.name ? params : try validate(params)
  }
}
