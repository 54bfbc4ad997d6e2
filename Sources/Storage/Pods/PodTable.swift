/// The statements over `pods`: where a row becomes a record and back.
enum PodTable {
  static func insert(_ record: PodRecord, _ connection: Connection) throws -> PodRecord {
    try connection.execute(
      """
      INSERT INTO pods (
        intent, pod_id, name, status, status_since, is_live, desired_status, image_name, gpu_type_id,
        gpu_count, interruptible, bid_per_gpu, cost_per_hour, host, ssh_port, machine_id, last_status_change,
        request, terminate_after, created, updated
      ) VALUES (
        :intent, :podId, :name, :status, :statusSince, :isLive, :desiredStatus, :imageName, :gpuTypeId,
        :gpuCount, :interruptible, :bidPerGpu, :costPerHour, :host, :sshPort, :machineId, :lastStatusChange,
        :request, :terminateAfter, :created, :updated
      )
      """,
      [
        "intent": record.intent,
        "podId": record.podId,
        "name": record.name,
        "status": record.status,
        "statusSince": record.statusSince,
        "isLive": record.isLive,
        "desiredStatus": record.desiredStatus,
        "imageName": record.imageName,
        "gpuTypeId": record.gpuTypeId,
        "gpuCount": record.gpuCount,
        "interruptible": record.interruptible,
        "bidPerGpu": record.bidPerGpu,
        "costPerHour": record.costPerHour,
        "host": record.host,
        "sshPort": record.sshPort,
        "machineId": record.machineId,
        "lastStatusChange": record.lastStatusChange,
        "request": record.request,
        "terminateAfter": record.terminateAfter,
        "created": record.created,
        "updated": record.updated,
      ]
    )
    var record = record
    record.number = connection.lastInsertedRow
    return record
  }

  static func save(_ record: PodRecord, _ connection: Connection) throws {
    try connection.execute(
      """
      UPDATE pods SET
        intent = :intent, pod_id = :podId, name = :name, status = :status, status_since = :statusSince,
        is_live = :isLive, desired_status = :desiredStatus, image_name = :imageName,
        gpu_type_id = :gpuTypeId, gpu_count = :gpuCount, interruptible = :interruptible,
        bid_per_gpu = :bidPerGpu, cost_per_hour = :costPerHour, host = :host, ssh_port = :sshPort,
        machine_id = :machineId, last_status_change = :lastStatusChange, request = :request,
        terminate_after = :terminateAfter, created = :created, updated = :updated
      WHERE number = :number
      """,
      [
        "number": record.number,
        "intent": record.intent,
        "podId": record.podId,
        "name": record.name,
        "status": record.status,
        "statusSince": record.statusSince,
        "isLive": record.isLive,
        "desiredStatus": record.desiredStatus,
        "imageName": record.imageName,
        "gpuTypeId": record.gpuTypeId,
        "gpuCount": record.gpuCount,
        "interruptible": record.interruptible,
        "bidPerGpu": record.bidPerGpu,
        "costPerHour": record.costPerHour,
        "host": record.host,
        "sshPort": record.sshPort,
        "machineId": record.machineId,
        "lastStatusChange": record.lastStatusChange,
        "request": record.request,
        "terminateAfter": record.terminateAfter,
        "created": record.created,
        "updated": record.updated,
      ]
    )
  }

  static func record(_ row: Row) throws -> PodRecord {
    var record = PodRecord(
      intent: try row.optional("intent"),
      podId: try row.optional("pod_id"),
      name: try row.value("name"),
      status: try row.value("status"),
      isLive: try row.value("is_live"),
      imageName: try row.value("image_name"),
      gpuTypeId: try row.value("gpu_type_id"),
      gpuCount: try row.value("gpu_count"),
      interruptible: try row.value("interruptible"),
      bidPerGpu: try row.optional("bid_per_gpu"),
      request: try row.value("request"),
      terminateAfter: try row.optional("terminate_after"),
      created: try row.value("created")
    )
    record.number = try row.value("number")
    record.statusSince = try row.value("status_since")
    record.desiredStatus = try row.optional("desired_status")
    record.costPerHour = try row.optional("cost_per_hour")
    record.host = try row.optional("host")
    record.sshPort = try row.optional("ssh_port")
    record.machineId = try row.optional("machine_id")
    record.lastStatusChange = try row.optional("last_status_change")
    record.updated = try row.value("updated")
    return record
  }
}
