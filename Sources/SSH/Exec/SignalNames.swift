/// The signals of Linux by number, without `SIG`.
enum SignalNames {
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "POLL",
    "PWR", "SYS",
  ]

  /// The signal that a shell's exit code stands for, nil for any other code.
  static func name(exitCode: Int) -> String? {
    let index = exitCode - 129
    return names.indices.contains(index) ? names[index] : nil
  }
}
