"""Runs the Celery worker as one Pebble service."""

import os
import socket
from typing import Any

from celery.signals import (
    celeryd_init,
    heartbeat_sent,
    task_postrun,
    worker_init,
    worker_process_init,
)

from indico_app import broker, cleaning, cut_off, failed_mail, unacked
from indico_app.celery_service import run
from indico_app.container import size
from indico_app.heartbeat import HEARTBEAT
from indico_app.settings import DATA, celery_concurrency


@celeryd_init.connect
def _on_celeryd_init(conf: Any, **_: object) -> None:
    # The host name is the pod's: each unit has one, and keeps it.
    conf.broker_transport_options |= unacked.transport_options(socket.gethostname())


@worker_init.connect
def _on_worker_init(sender: Any, **_: object) -> None:
    unacked.hand_back(sender.app)


@task_postrun.connect
def _on_task_postrun(task: Any, **_: object) -> None:
    if task.name == "send_email":
        failed_mail.keep(DATA / "tmp", broker.connect(task.app.conf.broker_url))


@heartbeat_sent.connect
def _on_heartbeat_sent(sender: Any, **_: object) -> None:
    HEARTBEAT.touch()
    cleaning.clean_if_due(broker.connect(sender.eventer.app.conf.broker_url))


@worker_process_init.connect
def _on_worker_process_init(**_: object) -> None:
    """Leave the group to which Pebble says SIGTERM, so that a running task can finish."""
    os.setpgid(0, 0)


cut_off.connect()

if __name__ == "__main__":
    HEARTBEAT.unlink(missing_ok=True)
    concurrency = celery_concurrency(os.environ) or size().celery_workers()
    run(["worker", "--concurrency", str(concurrency), "--task-events"])
