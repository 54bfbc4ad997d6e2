import Concurrency
import FoundationEssentials
import Reporting
import Storage

/// A kind of workflow: what it is given, the steps that lead there, and what comes of it.
protocol WorkflowDefinition: SendableMetatype {
  associatedtype Parameters: WorkflowParameters
  /// What its steps find out and need again; in the journal with the outcome of each.
  associatedtype Facts: Codable & Sendable
  /// What comes of it.
  associatedtype Result: WorkflowResult

  static var kind: WorkflowKind { get }
  /// Whether what was done can be undone. What cannot is finished by the next server, whatever it does with the rest.
  static var isReversible: Bool { get }

  /// In the order in which they are done. The same for the same parameters, at any time.
  static func steps(for parameters: Parameters) -> [Step<Self>]

  /// What it is about, when only one workflow at a time may be.
  static func subject(of parameters: Parameters, at desk: WorkflowDesk) async throws -> String?

  /// What is known before the first step: the names under which its effects will be found again, above all.
  ///
  /// - Parameter previous: The newest workflow about the same subject; it is over.
  /// - Throws: `Failure` when it cannot be started.
  static func facts(
    for parameters: Parameters,
    after previous: WorkflowRecord?,
    at desk: WorkflowDesk
  ) async throws -> Facts

  /// What came of it, once it has ended in `state`.
  static func result(of run: isolated WorkflowRun<Self>, in state: WorkflowState) async throws -> Result?

  /// USD for the pods that it has rented, by now; nil when that is not known.
  static func cost(of run: isolated WorkflowRun<Self>) async -> Double?

  /// Returns what makes it pointless to go on, as soon as that happens; nil: there is no such thing at present.
  static func hazard(of run: isolated WorkflowRun<Self>) -> (@Sendable () async throws -> Failure)?

  /// A failure of a step in other words, if more is known about it than the step can know.
  static func explain(_ failure: Failure, of run: isolated WorkflowRun<Self>) async -> Failure
}

extension WorkflowDefinition {
  static func subject(of parameters: Parameters, at desk: WorkflowDesk) async throws -> String? { nil }

  static func cost(of run: isolated WorkflowRun<Self>) async -> Double? { nil }

  static func hazard(of run: isolated WorkflowRun<Self>) -> (@Sendable () async throws -> Failure)? { nil }

  static func explain(_ failure: Failure, of run: isolated WorkflowRun<Self>) async -> Failure { failure }
}

/// What a workflow is given.
protocol WorkflowParameters: Codable, Sendable {
  /// As the journal may have it.
  func withoutSecrets() -> Self

  /// - Throws: `Failure(.configurationInvalid)` for what cannot work.
  func validate() throws

  /// Looks whether there is all that this needs of the world, besides RunPod and SSH.
  ///
  /// - Throws: `Failure(.environmentIncomplete)` that names what is missing and how to get it.
  func check(_ world: any WorkflowWorld) async throws
}

extension WorkflowParameters {
  func check(_ world: any WorkflowWorld) async throws {}
}
