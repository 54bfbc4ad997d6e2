/// Reads a stream of server-sent events: a state machine without I/O.
/// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
package struct EventStream: Sendable {
  package struct Event: Sendable, Hashable {
    /// Where to go on after it, to be sent as `Last-Event-ID`; empty when the server has named none so far.
    package var id: String
    package var data: String

    package init(id: String = "", data: String) {
      self.id = id
      self.data = data
    }
  }

  private var line: [UInt8] = []
  private var endsInReturn = false
  private var id = ""
  private var data: [String] = []

  package init() {}

  /// Takes in some bytes of the stream, cut anywhere.
  ///
  /// - Returns: The events that are complete by now.
  package mutating func take(_ bytes: [UInt8]) -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      defer { endsInReturn = byte == UInt8(ascii: "\r") }
      switch byte {
      case UInt8(ascii: "\n") where endsInReturn: break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if let event = endLine() { events.append(event) }
        line.removeAll(keepingCapacity: true)
      default: line.append(byte)
      }
    }
    return events
  }

  /// - Returns: The event that an empty line ends, if there is one.
  private mutating func endLine() -> Event? {
    guard !line.isEmpty else {
      defer { data = [] }
      return data.isEmpty ? nil : Event(id: id, data: data.joined(separator: "\n"))
    }
    let end = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[end...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    let text = String(decoding: value, as: UTF8.self)
    switch String(decoding: line[..<end], as: UTF8.self) {
    case "data": data.append(text)
    case "id" where !value.contains(0): id = text
    default: break
    }
    return nil
  }
}
