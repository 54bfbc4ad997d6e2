import Glibc

/// This machine, as the pods name it that are created here.
enum Machine {
  /// "user@host", of the process's user.
  static var owner: String {
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
    var system = utsname()
    guard uname(&system) == 0 else { return user }
    let host = withUnsafeBytes(of: &system.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return "\(user)@\(host)"
  }
}
