import Concurrency
package import JSON

/// One peer: its messages come in to a receiver, ours go out to it. Knows framing and envelopes, no methods.
package final class Connection: Sendable {
  package struct Limits: Sendable {
    /// The longest message taken, in bytes.
    package var message = 16 * 1024 * 1024
    /// Bytes that may wait for a slow reader.
    package var pending = 64 * 1024 * 1024
    /// How long a reader may take for the next 64 KiB.
    package var stuck = Duration.seconds(30)

    package init() {}
  }

  /// How output ended.
  package enum Delivery: Sendable, Hashable { case complete, peerGone, peerStuck }

  private let wire: Wire
  private let output: WireOutput
  private let framing: Framing?
  private let recording: Recording?
  package let limits: Limits

  /// - Parameters:
  ///   - framing: Pins the framing; nil finds it by the first byte.
  ///   - recording: Gets everything that goes over the wire.
  ///   - outputFailed: Called once when nothing more can be delivered.
  package init(
    wire: Wire,
    framing: Framing? = nil,
    limits: Limits = Limits(),
    recording: Recording? = nil,
    outputFailed: @escaping @Sendable (Delivery) -> Void
  ) {
    self.wire = wire
    self.limits = limits
    self.framing = framing
    self.recording = recording
    output = WireOutput(
      descriptor: wire.output,
      stuckLimit: limits.stuck,
      pendingLimit: limits.pending,
      recording: recording,
      failed: { end in outputFailed(end == .gone ? .peerGone : .peerStuck) }
    )
    if let framing { output.setFraming(framing) }
  }

  /// Starts reading. Calls come one after another, from one thread.
  ///
  /// - Parameters:
  ///   - received: One frame's messages.
  ///   - caughtUp: All that came in one piece has been received.
  ///   - ended: Input is over; `true` when it stopped in the middle of a message.
  package func start(
    received: @escaping @Sendable (Incoming) -> Void,
    caughtUp: @escaping @Sendable () -> Void = {},
    ended: @escaping @Sendable (_ isTruncated: Bool) -> Void
  ) {
    let frames = FrameReader(framing: framing, limit: limits.message)
    WorkerThread.start(name: "wire-input", stackSize: 4 * 1024 * 1024) { [self] in
      var reader = MessageReader(frames)
      var framing = framing
      WireInput.readAll(wire.input) { bytes in
        recording?.received(bytes)
        output.cork()
        reader.push(bytes)
        if framing == nil, let found = reader.framing {
          output.setFraming(found)
          framing = found
        }
        reader.readAll(received)
        caughtUp()
        output.uncork()
      }
      recording?.inputEnded()
      let (last, isTruncated) = reader.finish()
      if let last { received(last) }
      caughtUp()
      ended(isTruncated)
    }
  }

  package func notify(_ method: String, params: JSONValue) {
    var message: [UInt8] = []
    Envelope.notification(method: method, params: params, into: &message)
    send(message)
  }

  /// Sends a report of progress; behind a slow reader a newer one of the same token takes its place.
  ///
  /// - Parameter isLast: Nothing more is said about this token. Always delivered, and the newest report before it.
  package func report(_ method: String, params: JSONValue, token: RequestID, isLast: Bool = false) {
    var message: [UInt8] = []
    Envelope.notification(method: method, params: params, into: &message)
    output.send(message, isLast ? .lastReport(token) : .report(token))
  }

  /// Takes back the report of this token that still waits to be sent.
  package func silence(_ token: RequestID) { output.drop(token) }

  package func request(_ method: String, params: JSONValue, id: RequestID) {
    var message: [UInt8] = []
    Envelope.request(id: id, method: method, params: params, into: &message)
    send(message)
  }

  /// Returns when little is waiting for the peer, or nothing will ever be delivered; also when cancelled.
  package func waitForRoom() async { await output.waitForRoom() }

  /// Returns whether all that was sent has been written to the peer, waiting for that; also when cancelled.
  package func waitUntilWritten() async -> Bool { await output.waitUntilWritten() }

  /// Sends one message as it is: the text of a JSON value.
  package func send(_ message: [UInt8]) { output.send(message, .lasting) }

  /// Calls `gone` when nobody reads the output any more. For the time after the end of input, in which nothing else tells.
  package func watchReader(gone: @escaping @Sendable () -> Void) {
    WireOutput.watchReader(wire.output, gone: gone)
  }

  /// Writes what is left, as long as the peer takes it. Blocks the calling thread.
  package func finish() -> Delivery {
    switch output.finish() {
    case .delivered: .complete
    case .gone: .peerGone
    case .stuck: .peerStuck
    }
  }
}
