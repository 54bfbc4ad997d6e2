/// Every method, alphabetical by name: the only list. Dispatch, the document and the reference are made from it.
package enum Registry {
  package static let methods: [any ServiceMethod.Type] = others + starts.map { $0 } + [WorkflowsWait.self]

  /// Those that start a workflow and do nothing else.
  package static let starts: [any WorkflowMethod.Type] = [
    WorkflowsSetupRunner.self,
    WorkflowsTeardownFleet.self,
    WorkflowsTeardownRunner.self,
  ]

  private static let others: [any ServiceMethod.Type] = [
    AuthValidate.self,
    EnvironmentShow.self,
    EnvironmentValidate.self,
    PodsCreate.self,
    PodsExtend.self,
    PodsGet.self,
    PodsList.self,
    PodsLogs.self,
    PodsOffers.self,
    PodsReconcile.self,
    PodsRestart.self,
    PodsResume.self,
    PodsStatus.self,
    PodsStop.self,
    PodsTerminate.self,
    PodsUnwatch.self,
    PodsUpdate.self,
    PodsWait.self,
    PodsWatch.self,
    RegistriesCreate.self,
    RegistriesDelete.self,
    RegistriesList.self,
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
    SSHConfig.self,
    SSHConnect.self,
    SSHCopy.self,
    SSHExec.self,
    SSHExecMany.self,
    SSHForwardClose.self,
    SSHForwardList.self,
    SSHForwardOpen.self,
    SSHInput.self,
    SSHResolve.self,
    SSHSessionClose.self,
    SSHSessionInput.self,
    SSHSessionOpen.self,
    SSHSessionResize.self,
    TemplatesList.self,
    VolumesCreate.self,
    VolumesDelete.self,
    VolumesList.self,
    WorkflowsCancel.self,
    WorkflowsEvents.self,
    WorkflowsGet.self,
    WorkflowsList.self,
    WorkflowsResume.self,
    WorkflowsSetupFleet.self,
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
    .podsLog,
    .runnersLog,
    .sshOutput,
    .sshSessionExit,
    .sshSessionOutput,
    .logMessage,
    .progressCancel,
    .workflowsEvent,
  ]

  /// The version of this program and of its protocol.
  package static let version = "0.1.0"
}
