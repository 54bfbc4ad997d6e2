import Concurrency
package import Reporting

extension SSHConnections {
  /// How often a copy that goes on where it broke off is begun.
  private static let attempts = 5

  /// Copies a file or folder to or from a pod: as a tar stream where the pod has GNU's tar, else through its server of files
  /// (SFTP), else by the tar that it has. Only a copy that has come to its end gets its name.
  ///
  /// A folder is merged into one that is at the destination, whose other files stay. Files take the place of files and links
  /// that are there, as with `rsync` and `tar`. A link that is where a folder is to be is followed when it leads into the
  /// copy's own folder, as with `scp -r`, and gives way when it leads out of it, as with `rsync -a`; the result tells of it.
  /// A link that is the destination itself is followed. A device or a fifo that is the destination itself has a file written
  /// into it, when something reads the fifo within ten seconds. Any other device, fifo or socket that is in the way makes the
  /// copy fail before it has changed anything.
  ///
  /// - Throws: `CancellationError`; `Failure` of the kinds `notFound` (no such source), `configurationInvalid`,
  ///   `environmentIncomplete` (neither SFTP nor `tar`, no space, no permission, something in the way), and of those of
  ///   `exec`. Unless the request says otherwise, nothing is left of the copy then.
  package func copy(
    _ target: SSHTarget,
    _ request: CopyRequest,
    progress: Progress = .silent
  ) async throws -> CopyResult {
    let shell = PodShell(connections: self, target: target)
    var attempt = 1
    while true {
      do {
        // Files block, and must hold up nobody else.
        return try await withTaskExecutorPreference(BlockingExecutor(name: "copy")) {
          try await Copy(request, on: shell, progress: progress).run()
        }
      } catch let failure as Failure where failure.kind == .networkFailure && request.resumes && attempt < Self.attempts
      {
        attempt += 1
        progress.report("The connection was lost; going on from where it broke off")
      } catch let refusal as CopyRefusal {
        throw refusal.failure
      }
    }
  }
}
