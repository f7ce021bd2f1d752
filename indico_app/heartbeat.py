"""The sign of life that the Celery worker gives to its Pebble check."""

from pathlib import Path

#: Touched by the worker at each heartbeat, which Celery sends every two seconds while it consumes.
HEARTBEAT = Path("/tmp/celery-worker-heartbeat")  # noqa: S108
