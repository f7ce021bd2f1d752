"""Runs Celery beat, of which there may be only one, as one Pebble service."""

from indico_app.celery_service import run

if __name__ == "__main__":
    run(["beat", "--pidfile="])
