import Concurrency
import Glibc

/// One connection of the local server, on a thread of its own.
struct ServerConnection: Sendable {
  let descriptor: Int32
  let log: Locked<LocalServer.Log>

  func serve() {
    defer { close(descriptor) }
    while let request = receive() {
      log.withLock { $0.requests.append(request) }
      let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      guard answer(path, request) else { return }
    }
  }

  /// - Returns: Whether the connection is to be kept.
  private func answer(_ path: String, _ request: String) -> Bool {
    switch path {
    case "/echo": return send(response(request))
    case "/silent": return waitForHangUp()
    case "/hang-up": return false
    case "/half":
      _ = send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
      return false
    case "/drip":
      guard send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") else { return false }
      while send("x") { usleep(20_000) }
      log.withLock { $0.abandoned += 1 }
      return false
    case "/big": return send(response(String(repeating: "x", count: 100_000)))
    case "/moved": return send("HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\nX-Hop: 1\r\n\r\n")
    case "/to-file": return send("HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n")
    case "/busy": return send("HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nbusy")
    default: return send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    }
  }

  private func response(_ body: String) -> String {
    "HTTP/1.1 200 OK\r\nX-Served-By:  local \r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private func waitForHangUp() -> Bool {
    var byte: UInt8 = 0
    if recv(descriptor, &byte, 1, 0) <= 0 { log.withLock { $0.abandoned += 1 } }
    return false
  }

  /// The head and the body that it announces; nil at the end.
  private func receive() -> String? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let end = text.firstRange(of: "\r\n\r\n") {
        let head = text[..<end.lowerBound].lowercased()
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).filter(\.isNumber)) }
        if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
      }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  private func send(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}
