"""RunPod pods, SSH to them, GitHub Actions runners on them and workflows across them, by way of runpod-rpc.

    with runpod_rpc.Client() as client:
        pod = client.pods.create(image_name="runpod/pytorch:2.4.0", gpu_type_id="NVIDIA L4")["pod"]
        client.pods.wait(pod_id=pod["id"], on_progress=lambda report: print(report.percentage, report.message))
        print(client.ssh.exec(pod_id=pod["id"], command="nvidia-smi")["stdout"])
        client.pods.terminate(pod_id=pod["id"])
"""

from . import errors, types
from .async_client import AsyncCall, AsyncClient
from .client import Call, Client
from .errors import RunPodError, ServerDied
from .wire import Event, Notification, Progress, ProtocolFault

__all__ = [
    "AsyncCall",
    "AsyncClient",
    "Call",
    "Client",
    "Event",
    "Notification",
    "Progress",
    "ProtocolFault",
    "RunPodError",
    "ServerDied",
    "errors",
    "types",
]
