import Environment
import JSON
import JSONRPC
import ServiceProtocol

/// Every registration, top to bottom.
enum Start {
  static func registerAll(
    in router: inout Router,
    services: Services,
    status: @escaping @Sendable () -> ServiceStatus.Result?
  ) {
    // The life cycle of the Language Server Protocol
    router.handle(raw: "initialize") { params, _ in
      if let options = params?["initializationOptions"], !options.isNull {
        await services.adopt(initialize: try SettingsObject.read(options, place: "initializationOptions"))
      }
      return ["serverInfo": ["name": "runpod-rpc", "version": .string(Registry.version)]]
    }
    router.handle(inline: "shutdown") { _ in nil }

    // service
    router.handle(inline: ServicePing.name) { try Script.takeToken($0).params ?? nil }
    router.handle(inline: Discover.name) { _ in OpenRPCDocument.json }
    router.handle(ServiceStatus.self) { _, _ in
      guard let status = status() else { throw ErrorObject(.internalError, "The service has not started.") }
      return status
    }

    let environment = EnvironmentHarness(services: services)
    router.handle(AuthValidate.self, environment.validateKey)
    router.handle(EnvironmentShow.self, environment.show)
    router.handle(EnvironmentValidate.self, environment.validate)

    let pods = PodsHarness(services: services)
    router.handle(PodsCreate.self, pods.create)
    router.handle(PodsExtend.self, pods.extend)
    router.handle(PodsGet.self, pods.get)
    router.handle(PodsList.self, pods.list)
    router.handle(PodsLogs.self, pods.logs)
    router.handle(PodsOffers.self, pods.offers)
    router.handle(PodsReconcile.self, pods.reconcile)
    router.handle(PodsRestart.self, pods.restart)
    router.handle(PodsResume.self, pods.resume)
    router.handle(PodsStatus.self, pods.status)
    router.handle(PodsStop.self, pods.stop)
    router.handle(PodsTerminate.self, pods.terminate)
    router.handle(PodsUnwatch.self, pods.unwatch)
    router.handle(PodsUpdate.self, pods.update)
    router.handle(PodsWait.self, pods.wait)
    router.handle(PodsWatch.self, pods.watch)

    let account = AccountHarness(services: services)
    router.handle(RegistriesCreate.self, account.createRegistry)
    router.handle(RegistriesDelete.self, account.deleteRegistry)
    router.handle(RegistriesList.self, account.registries)
    router.handle(TemplatesList.self, account.templates)
    router.handle(VolumesCreate.self, account.createVolume)
    router.handle(VolumesDelete.self, account.deleteVolume)
    router.handle(VolumesList.self, account.volumes)

    let runners = RunnersHarness(services: services)
    router.handle(RunnersInstall.self, runners.install)
    router.handle(RunnersList.self, runners.list)
    router.handle(RunnersLogs.self, runners.logs)
    router.handle(RunnersRemove.self, runners.remove)
    router.handle(RunnersStart.self, runners.start)
    router.handle(RunnersStatus.self, runners.status)
    router.handle(RunnersStop.self, runners.stop)

    let ssh = SSHHarness(services: services)
    router.handle(SSHCommand.self, ssh.command)
    router.handle(SSHConfig.self, ssh.config)
    router.handle(SSHConnect.self, ssh.connect)
    router.handle(SSHCopy.self, ssh.copy)
    router.handle(inOrder: SSHExec.self, ssh.exec)
    router.handle(SSHExecMany.self, ssh.execMany)
    router.handle(inOrder: SSHInput.self, ssh.input)
    router.handle(SSHResolve.self, ssh.resolve)

    let forwards = ForwardsHarness(services: services)
    router.handle(SSHForwardClose.self, forwards.close)
    router.handle(SSHForwardList.self, forwards.list)
    router.handle(SSHForwardOpen.self, forwards.open)

    let terminals = TerminalsHarness(services: services)
    router.handle(SSHSessionClose.self, terminals.close)
    router.handle(inOrder: SSHSessionInput.self, terminals.input)
    router.handle(SSHSessionOpen.self, terminals.open)
    router.handle(inOrder: SSHSessionResize.self, terminals.resize)

    let workflows = WorkflowsHarness(services: services)
    router.handle(WorkflowsCancel.self, workflows.cancel)
    router.handle(WorkflowsEvents.self, workflows.events)
    router.handle(WorkflowsGet.self, workflows.get)
    router.handle(WorkflowsList.self, workflows.list)
    router.handle(WorkflowsResume.self, workflows.resume)
    router.handle(WorkflowsSetupFleet.self, workflows.setupFleet)
    router.handle(WorkflowsWait.self, workflows.wait)
    for method in Registry.starts { workflows.handle(method, in: &router) }
  }
}
