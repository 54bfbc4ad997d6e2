import Fuzzing
import Glibc

private let session = try? FuzzSession()
/// Raised when a session is over: libFuzzer's thread waits for it.
private nonisolated(unsafe) let isOver = {
  let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  sem_init(semaphore, 0, 0)
  return semaphore
}()

/// What libFuzzer calls with each of its inputs: a stream, and after it a byte that says where it is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let session else { stop("there is no pipe") }
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  Task {
    let stream = Array(input.dropLast())
    let cut = stream.count * Int(input.last ?? 0) / 255
    if let fault = await session.serve(stream, cut: cut).fault { stop(fault) }
    sem_post(isOver)
  }
  while sem_wait(isOver) != 0 {}
  return 0
}

private func stop(_ fault: String) -> Never {
  print(fault)
  fflush(nil)
  abort()
}
