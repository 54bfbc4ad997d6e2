/// Where something is below a folder: names that the kernel takes, none of which leads anywhere else. A path is bytes, which
/// need not be text, and two that look the same are not one.
struct RelativePath: Sendable, Hashable {
  /// The names with slashes between them; empty for the folder itself.
  let bytes: [UInt8]

  /// The folder itself.
  static let top = RelativePath(known: [])

  /// - Returns: nil when a name is empty, `.`, `..` or longer than the 255 bytes that Linux allows, or when a byte is zero.
  init?(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    let names = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard !bytes.contains(0), names.allSatisfy(Self.isName) else { return nil }
    self.bytes = bytes
  }

  private init(known bytes: [UInt8]) { self.bytes = bytes }

  var isTop: Bool { bytes.isEmpty }

  /// Its names, from the folder on.
  var names: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }

  /// Its last name; empty for the folder itself.
  var name: ArraySlice<UInt8> { bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...] }

  /// What it is in.
  var parent: RelativePath {
    RelativePath(known: bytes.lastIndex(of: UInt8(ascii: "/")).map { Array(bytes[..<$0]) } ?? [])
  }

  /// The folders that it is in, the outermost first.
  var folders: [RelativePath] {
    isTop
      ? [] : [.top] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }.map { .init(known: Array(bytes[..<$0])) }
  }

  /// - Returns: nil when `name` is not one name that leads into this folder.
  func appending(_ name: some Collection<UInt8>) -> RelativePath? {
    guard Self.isName(name), !name.contains(0), !name.contains(UInt8(ascii: "/")) else { return nil }
    return RelativePath(known: isTop ? Array(name) : bytes + [UInt8(ascii: "/")] + name)
  }

  /// The whole path when the folder is at `folder`.
  func path(in folder: [UInt8]) -> [UInt8] { isTop ? folder : folder + [UInt8(ascii: "/")] + bytes }

  /// For people.
  var text: String { isTop ? "." : String(decoding: bytes, as: UTF8.self) }

  private static func isName(_ name: some Collection<UInt8>) -> Bool {
    let dots = name.allSatisfy { $0 == UInt8(ascii: ".") }
    return !name.isEmpty && name.count <= 255 && !(dots && name.count <= 2)
  }
}
