"""gunicorn's settings: what the charm wrote, and beneath it what suits Indico."""

import runpy
import signal
from pathlib import Path
from types import FrameType
from typing import Protocol

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.sock import BaseSocket, create_sockets

from indico_app import listener, log
from indico_app.container import size
from indico_app.nginx import PREFIX
from indico_app.orphan import die_with_parent

#: Pushed by the charm: it holds the webserver-* options, logging, statsd and tracing. Its `bind`
#: is nginx's port; gunicorn itself listens on a socket that it is given.
CHARM_SETTINGS = Path("/flask/gunicorn.conf.py")

preload_app = True
workers = size().web_workers()
# As long as nginx waits for an answer.
timeout = 900
graceful_timeout = 50
# Memory that leaks is given back, and not by all workers at once.
max_requests = 2000
max_requests_jitter = 500


def _charm_settings() -> bytes:
    return CHARM_SETTINGS.read_bytes() if CHARM_SETTINGS.exists() else b""


_loaded = _charm_settings()
if _loaded:
    # What the charm was told wins.
    globals().update(runpy.run_path(str(CHARM_SETTINGS)))

# nginx logs the requests, and the rest goes where everything goes.
accesslog = None
errorlog = "-"
logconfig_dict = log.configuration()

# The charm says "reload" at every hook, and gunicorn knows the word only once it has booted.
signal.signal(signal.SIGHUP, signal.SIG_IGN)


class _Arbiter(Protocol):
    cfg: Config
    log: Logger
    systemd: bool
    LISTENERS: list[BaseSocket]

    def signal(self, sig: int, frame: FrameType | None) -> None: ...


def on_starting(server: _Arbiter) -> None:
    """Listen on the socket that nginx's launcher holds; Indico has been booted when this is run.

    Raises:
        OSError: if nginx's launcher is not there; Pebble starts both again.
    """
    # gunicorn takes care not to remove the path of a socket that systemd has made.
    server.systemd = True
    server.LISTENERS = create_sockets(server.cfg, server.log, [listener.borrow(PREFIX)])


def when_ready(server: _Arbiter) -> None:
    """Take "reload" for what it says only if the charm's settings have changed.

    A reload that comes just before a stop holds the stop up: a worker that is being started hears
    nothing of it.
    """

    def reload(number: int, frame: FrameType | None) -> None:
        if _charm_settings() != _loaded:
            server.signal(number, frame)

    signal.signal(signal.SIGHUP, reload)
    # The charm may have said so while Indico was booting.
    reload(signal.SIGHUP, None)


# gunicorn runs this file anew when it reloads.
on_reload = when_ready


def post_worker_init(_worker: object) -> None:
    """Let go of the port as soon as the master is gone, for the next one to take it.

    A worker would notice by itself, but only after half of `timeout`.
    """
    die_with_parent()
