import Glibc

/// One step of ending a child: a signal for its process group, and how long it is given to end. After the last step
/// comes SIGKILL.
package struct TeardownStep: Sendable, Hashable {
  package var signal: Int32
  package var patience: Duration

  package init(signal: Int32, patience: Duration) {
    self.signal = signal
    self.patience = patience
  }
}

extension [TeardownStep] {
  /// SIGTERM and two seconds.
  package static var standard: [TeardownStep] { [TeardownStep(signal: SIGTERM, patience: .seconds(2))] }
  /// SIGKILL at once.
  package static var immediate: [TeardownStep] { [] }
}
