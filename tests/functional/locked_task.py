"""Run in the unit: sends a task that was cut off while it held its lock.

It prints whether the lock is gone, as it is once the task has run.
"""

import time
from typing import Any

from indico.core.cache import make_scoped_cache
from indico.core.celery import heartbeat
from indico.core.config import config

from indico_app import broker
from indico_app.boot import boot

_TASK = "00000000-0000-4000-8000-000000000000"
_PATIENCE = 20

_heartbeat: Any = heartbeat

with boot().app_context():
    _locks = make_scoped_cache("task-locks")
    _locks.set(_heartbeat.name, 1, 86400)
    broker.connect(str(config.CELERY_BROKER)).set(f"task-starts:{_TASK}", 1, ex=60)
    _heartbeat.apply_async(task_id=_TASK)
    _end = time.monotonic() + _PATIENCE
    while _locks.get(_heartbeat.name) and time.monotonic() < _end:
        time.sleep(0.1)
    print(_locks.get(_heartbeat.name))
