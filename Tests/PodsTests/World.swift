import Concurrency
import FoundationEssentials
import Reporting
import RunPodAPI
import Simulation
import Storage
import Subprocess

@testable import Pods

/// A clock, an account, books and a manager over them.
struct World: Sendable {
  let clock = JumpClock()
  let account: SimulatedAccount
  let store: PodStore
  let manager: PodManager
  /// Scripts that were run on pods, and the exit code that the next one gets.
  let scripts = Locked<[(podId: String, text: String)]>([])
  let scriptCode = Locked(0)
  /// Pods whose containers are gone, as they went.
  let wiped = Locked<[String]>([])
  let notices = Locked<[String]>([])
  /// What the port of every pod answers.
  let answer = Locked(TCPProbe.Outcome.banner("SSH-2.0-OpenSSH_9.2p1"))
  let request = PodRequest(
    imageName: "runpod/base:1.0",
    gpuTypeIds: ["NVIDIA L4"],
    bidPerGpu: 0.5,
    interruptible: true
  )

  init(
    face: PodFace = .graphql,
    mirror: StateFileMirror? = nil,
    publicKey: String? = nil,
    budget: Double? = nil,
    database: Database = .inMemory()
  ) {
    account = SimulatedAccount(face: face, now: clock.time.now)
    store = PodStore(database)
    manager = PodManager(
      provider: account,
      store: store,
      mirror: mirror,
      publicKey: { publicKey },
      owner: "me@here",
      budget: budget,
      time: clock.time,
      script: { [scripts, scriptCode] podId, bytes in
        scripts.withLock { $0.append((podId, String(decoding: bytes, as: UTF8.self))) }
        return scriptCode.withLock { $0 }
      },
      wiped: { [wiped] id in wiped.withLock { $0.append(id) } },
      notice: { [notices] text in notices.withLock { $0.append(text) } },
      probe: { [answer] _, _, _ in answer.withLock { $0 } }
    )
  }

  func create(_ change: (inout PodRequest) -> Void) async throws -> Pod {
    var request = request
    change(&request)
    return try await manager.create(request, progress: .silent)
  }

  func create() async throws -> Pod { try await manager.create(request, progress: .silent) }

  /// The id of a new pod.
  func created() async throws -> String { try await create().id ?? "none" }

  func status(_ id: String) async throws -> PodStatus? { try await store.find(podId: id)?.state }

  func rows() async throws -> [PodRecord] { try await store.page(status: nil, before: nil, limit: .max) }
}

/// Progress messages as they came.
final class Messages: Sendable {
  private let list = Locked<[String]>([])

  var all: [String] { list.withLock { $0 } }
  var progress: Progress { Progress { update in self.list.withLock { $0.append(update.message) } } }
}
