import Reporting

/// A file or folder to copy to or from a pod. Permissions and times are kept, and so are holes in files and files that have
/// several names, where the pod has GNU's tar. Links in a folder stay links; the source itself may be one to what is meant.
/// Devices, fifos and sockets in a folder are left out. A file from a pod loses the bits that let it run as its owner.
package struct CopyRequest: Codable, Sendable, Hashable {
  package enum Direction: String, Codable, Sendable, Hashable {
    case upload, download
  }

  package var direction: Direction
  /// What is copied; on the pod relative to the home directory, which `~` stands for on both sides.
  package var source: String
  /// What it becomes; in it, when this is a folder or ends with a slash.
  package var destination: String
  /// Whether it goes on where an earlier copy of the same broke off, sends no file that is there with the same size, time
  /// and mode, and keeps what has come when it breaks off itself.
  package var resumes: Bool

  package init(direction: Direction, source: String, destination: String, resumes: Bool = false) {
    self.direction = direction
    self.source = source
    self.destination = destination
    self.resumes = resumes
  }
}

extension CopyRequest {
  /// What the copy is called in a folder: the source's last name.
  ///
  /// - Throws: `Failure` of the kind `configurationInvalid`, for paths that are none as well.
  func entry() throws -> [UInt8] {
    for path in [source, destination] where path.utf8.isEmpty || path.utf8.contains(0) {
      throw Failure(.configurationInvalid, "\(path.debugDescription) is no path: it is empty or holds a zero byte.")
    }
    let name = source.utf8.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
    guard let path = RelativePath(name), name != Array("~".utf8) else {
      throw Failure(.configurationInvalid, "\(source) does not say what the copy is to be called.")
    }
    return path.bytes
  }

  /// Tells the folder in which the copy comes together from others': the same for the same copy that may go on, and for no
  /// other (FNV-1a).
  ///
  /// - Parameter path: The source's path without links.
  func token(of path: [UInt8]) -> String {
    guard resumes else { return String(UInt64.random(in: 0...UInt64.max), radix: 36) }
    let text = Array("\(direction.rawValue)\n".utf8) + path + Array("\n\(destination)".utf8)
    let hash = text.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return String(hash, radix: 36)
  }
}
