import CCurl
import Concurrency

extension CurlTransport {
  /// Why libcurl cannot be used on this machine; nil when it can.
  package static func whyUnavailable() async -> String? {
    // Loading it takes some milliseconds of the thread.
    await withCheckedContinuation { continuation in
      WorkerThread.start(name: "curl-check") {
        continuation.resume(returning: ccurl_open().map { String(cString: $0) })
      }
    }
  }
}
