"""nginx, the entry for all traffic: its configuration, and how it runs as a Pebble service."""

from pathlib import Path

CONFIGURATION = Path(__file__).with_name("nginx.conf")

#: nginx's prefix: the relative paths in nginx.conf, its PID file and its temporary files lie here.
PREFIX = Path("/tmp/nginx")  # noqa: S108
