import Storage

extension Pod {
  init(_ record: PodRecord) {
    self.init(
      id: record.podId,
      name: record.name,
      status: record.state,
      desiredStatus: record.desiredStatus,
      imageName: record.imageName,
      gpuTypeId: record.gpuTypeId,
      gpuCount: record.gpuCount,
      interruptible: record.interruptible,
      costPerHour: record.costPerHour,
      host: record.endpoint?.host,
      sshPort: record.endpoint?.port,
      machineId: record.machineId,
      cloudType: record.cloudType,
      dataCenterId: record.dataCenterId,
      lastStatusChange: record.lastStatusChange,
      terminateAfter: record.end,
      jobGraceSeconds: record.grace,
      stopAfter: record.stopAfter,
      idleTimeoutSeconds: record.idleTimeout,
      maxCost: record.maxCost,
      deadlineKeeper: record.isLive ? record.deadlineKeeper : nil,
      created: record.created,
      updated: record.updated
    )
  }
}
