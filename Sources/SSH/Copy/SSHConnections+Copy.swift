package import Reporting

extension SSHConnections {
  /// How often a copy that goes on where it broke off is begun.
  private static let attempts = 5

  /// Copies a file or folder to or from a pod: through its server of files (SFTP) where it has one, else as a tar stream.
  /// Only a whole copy gets its name.
  ///
  /// - Throws: `CancellationError`; `Failure` of the kinds `notFound` (no such source), `configurationInvalid`,
  ///   `environmentIncomplete` (neither SFTP nor `tar`, no space, no permission), and of those of `exec`. Unless the request says
  ///   otherwise, nothing is left of the copy then.
  package func copy(
    _ target: SSHTarget,
    _ request: CopyRequest,
    progress: Progress = .silent
  ) async throws -> CopyResult {
    let copy = Copy(request: request, pod: PodSide(connections: self, target: target), progress: progress)
    var attempt = 1
    while true {
      do {
        return try await copy.run()
      } catch let failure as Failure where failure.kind == .networkFailure && request.resumes && attempt < Self.attempts
      {
        attempt += 1
        progress.report("The connection was lost; going on from where it broke off")
      }
    }
  }
}
