"""Gives a task up that was cut off each time: it may be what kills its worker.

A task that takes all the memory kills whatever runs it, and with late acknowledgement it would be
handed on for ever. So the starts of each task are counted until one of them comes to an end.
"""

import logging
from datetime import timedelta
from typing import Any

from celery.signals import task_postrun, task_prerun, task_received
from celery.worker import state

from indico_app import broker

logger = logging.getLogger(__name__)

#: How often a task is started that never comes to an end.
MOST_STARTS = 3

#: As long as Indico lets a task lie that was taken: its visibility timeout.
_KEPT = timedelta(days=2)


def connect() -> None:
    """Have this done in the worker that this process becomes."""
    task_received.connect(_on_task_received)
    task_prerun.connect(_on_task_prerun)
    task_postrun.connect(_on_task_postrun)


def _on_task_received(request: Any, **_: object) -> None:
    """Have a hopeless task dropped, as one that an operator has revoked is."""
    client = broker.connect(request.app.conf.broker_url)
    starts = int(client.get(_key(request.id)) or 0)
    if starts >= MOST_STARTS:
        state.revoked.add(request.id)
        logger.error(
            "Dropped the task %s (%s): it was cut off %d times. It may need more memory.",
            request.name,
            request.id,
            starts,
        )


def _on_task_prerun(task_id: str, task: Any, **_: object) -> None:
    client = broker.connect(task.app.conf.broker_url)
    starts = client.incr(_key(task_id))
    client.expire(_key(task_id), _KEPT)
    if starts > 1:
        logger.warning("The task %s (%s) was cut off and begins anew.", task.name, task_id)
        _unlock(task.name)


def _on_task_postrun(task_id: str, task: Any, **_: object) -> None:
    broker.connect(task.app.conf.broker_url).delete(_key(task_id))


def _unlock(name: str) -> None:
    """Take away the lock that Indico holds for a day while a periodic task runs."""
    from indico.core.celery.util import unlock_task  # noqa: PLC0415

    unlock_task(name)


def _key(task_id: str) -> str:
    return f"task-starts:{task_id}"
