import JSONRPC

extension ErrorObject {
  /// The exit code of a command that failed with it. The codes of the wire count ten a group, and so do these: 1001 is 10,
  /// 1101 is 20, 1402 is 51.
  var exitCode: Int32 {
    switch code.rawValue {
    case -32700, -32602 ... -32600: 64
    case let code where (1001..<1500).contains(code) && (1..<10).contains(code % 100):
      Int32(code / 100 % 10 * 10 + code % 100 + 9)
    default: 1
    }
  }
}
