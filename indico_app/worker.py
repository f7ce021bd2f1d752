"""Runs the Celery worker as one Pebble service."""

import os
import socket
from typing import Any

from celery.signals import celeryd_init, heartbeat_sent, worker_init, worker_process_init

from indico_app import tracing, unacked
from indico_app.celery_service import run
from indico_app.container import size
from indico_app.heartbeat import HEARTBEAT
from indico_app.settings import celery_concurrency


@celeryd_init.connect
def _on_celeryd_init(conf: Any, **_: object) -> None:
    # The host name is the pod's: each unit has one, and keeps it.
    conf.broker_transport_options |= unacked.transport_options(socket.gethostname())


@worker_init.connect
def _on_worker_init(sender: Any, **_: object) -> None:
    unacked.hand_back(sender.app)


@heartbeat_sent.connect
def _on_heartbeat_sent(**_: object) -> None:
    HEARTBEAT.touch()


@worker_process_init.connect
def _on_worker_process_init(**_: object) -> None:
    """Leave the group to which Pebble says SIGTERM, so that a running task can finish."""
    os.setpgid(0, 0)
    tracing.start(os.environ)


if __name__ == "__main__":
    HEARTBEAT.unlink(missing_ok=True)
    concurrency = celery_concurrency(os.environ) or size().celery_workers()
    run(["worker", "--concurrency", str(concurrency), "--task-events"])
