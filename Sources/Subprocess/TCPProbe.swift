import CSystem
import Concurrency
import Glibc

/// A look at a TCP port from outside: is someone there, and what does he say first?
package struct TCPProbe: Sendable {
  package enum Outcome: Sendable, Hashable {
    /// The first line or so that the other side sent: "SSH-2.0-OpenSSH_9.2p1".
    case banner(String)
    /// Nobody listens.
    case refused
    /// No such host, no route, or no answer in time.
    case unreachable
    /// Connected, but nothing was said in time.
    case silent
    /// Connected, but the other side hung up without a word.
    case closed
  }

  /// Connects, reads what comes first and hangs up.
  ///
  /// - Parameters:
  ///   - host: A name or a numeric address.
  ///   - timeout: For all of it together.
  /// - Returns: `unreachable` when cancelled.
  package static func banner(host: String, port: Int, timeout: Duration) async -> Outcome {
    let progress = Locked(Outcome.unreachable)
    let outcome = try? await withTimeLimit(timeout, what: "The probe of \(host)") {
      try await probe(host: host, port: port, reached: { progress.withLock { $0 = .silent } })
    }
    return outcome ?? progress.withLock { $0 }
  }

  private static func probe(host: String, port: Int, reached: @Sendable () -> Void) async throws -> Outcome {
    var outcome = Outcome.unreachable
    for address in try await SocketAddress.resolve(host: host, port: port) {
      do {
        let socket = try await address.connect()
        reached()
        guard let bytes = try await PipeReader(socket).read(upTo: 256) else { return .closed }
        let line = bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        return .banner(String(decoding: line, as: UTF8.self))
      } catch let error as SystemError where error.code == ECONNREFUSED {
        outcome = .refused
      } catch let error as SystemError where error.call == "read" {
        return .closed
      } catch {
        continue
      }
    }
    return outcome
  }
}
