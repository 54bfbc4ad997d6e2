/// An id, or a word, of an API: ASCII letters, digits, `-` and `_`, at most 128, the first one a letter or a digit, so that it is
/// never taken for an option.
///
/// RunPod's pod ids are 14 lower-case letters and digits, its machine ids 12, data centres look like `EU-RO-1`, SSH proxy
/// names like `50qynxzilsxoey-64410065` (https://docs.runpod.io/sdks/graphql/manage-pods).
package struct Identifier: CheckedValue, Codable {
  package static let noun = "an id of letters, digits, - and _"

  package let rawValue: String

  package init?(rawValue: String) {
    let bytes = rawValue.utf8
    guard (1...128).contains(bytes.count), bytes.first?.isASCIIAlphanumeric == true,
      bytes.allSatisfy({ $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else { return nil }
    self.rawValue = rawValue
  }
}

extension UInt8 {
  package var isASCIIDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

  package var isASCIIAlphanumeric: Bool {
    isASCIIDigit || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self
  }
}
