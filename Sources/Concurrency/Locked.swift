public import Glibc

/// A value behind a mutex: the one lock of this package, for tiny state that no actor needs to own.
///
/// `Synchronization.Mutex` would be the standard choice; under the thread sanitizer it reports false races on Linux.
/// A function cannot be the value, only a part of it: every access would wrap it once more.
///
/// Public, though nobody is outside: what is `package` is never inlined into other modules, where all the uses are.
public final class Locked<Value>: @unchecked Sendable {
  // @unchecked: `value` is only touched while `mutex` is held. It is outside the object, since for a stored property
  // every access would look for others at the same time, which is what the mutex is for.
  @usableFromInline let value: UnsafeMutablePointer<Value>
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// - Parameter value: What to lock; nobody else has it.
  public init(_ value: sending Value) {
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with exclusive access. `body` must be short and must not wait for anything.
  @inlinable public func withLock<Result, Thrown: Error>(
    _ body: (inout sending Value) throws(Thrown) -> sending Result
  ) throws(Thrown) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }
}
