/// Every method, alphabetical: the only list. Dispatch, the document and the reference are made from it.
package enum Registry {
  package static let methods: [any ServiceMethod.Type] = [
    AuthValidate.self,
    EnvironmentShow.self,
    EnvironmentValidate.self,
    PodsCreate.self,
    PodsGet.self,
    PodsList.self,
    PodsOffers.self,
    PodsReconcile.self,
    PodsResume.self,
    PodsStatus.self,
    PodsStop.self,
    PodsTerminate.self,
    PodsUnwatch.self,
    PodsWait.self,
    PodsWatch.self,
    Discover.self,
    RunnersInstall.self,
    RunnersList.self,
    RunnersLogs.self,
    RunnersRemove.self,
    RunnersStart.self,
    RunnersStatus.self,
    RunnersStop.self,
    ServicePing.self,
    ServiceStatus.self,
    SSHCommand.self,
    SSHConnect.self,
    SSHCopy.self,
    SSHExec.self,
    SSHResolve.self,
    WorkflowsCancel.self,
    WorkflowsEvents.self,
    WorkflowsGet.self,
    WorkflowsList.self,
    WorkflowsResume.self,
    WorkflowsSetupFleet.self,
    WorkflowsSetupRunner.self,
    WorkflowsTeardownFleet.self,
    WorkflowsTeardownRunner.self,
    WorkflowsWait.self,
  ]

  /// Every notification, alphabetical.
  package static let notifications: [ServiceNotification] = [
    .cancelRequest,
    .logTrace,
    .progress,
    .setTrace,
    .exit,
    .initialized,
    .podsDidChange,
    .runnersLog,
    .sshOutput,
    .logMessage,
    .progressCancel,
  ]

  /// The version of this program and of its protocol.
  package static let version = "0.1.0"
}
