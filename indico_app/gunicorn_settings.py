"""gunicorn's settings: what the charm wrote, and beneath it what suits Indico."""

import runpy
from pathlib import Path

#: Pushed by the charm: it holds the webserver-* options, logging, statsd and tracing. Its `bind`
#: is nginx's port, so the command line of the service says where gunicorn itself listens.
CHARM_SETTINGS = Path("/flask/gunicorn.conf.py")

preload_app = True
workers = 2
# As long as nginx waits for an answer.
timeout = 900
graceful_timeout = 50
# Memory that leaks is given back, and not by all workers at once.
max_requests = 2000
max_requests_jitter = 500

if CHARM_SETTINGS.exists():
    globals().update(runpy.run_path(str(CHARM_SETTINGS)))
