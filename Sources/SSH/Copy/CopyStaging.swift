/// Where a copy comes together: a folder beside the place where it is to be.
enum CopyStaging {
  /// What the copied file or folder is called there.
  static let entry = Array("copy".utf8)
  /// What a file is called there while blocks are put into it: of the size of a whole one from the beginning, it must not
  /// be met under that file's name.
  static let part = Array("part".utf8)

  /// - Parameter token: Tells this copy's folder from others'.
  static func name(_ token: String) -> String { ".runpod-rpc-\(token)" }
}
