"""What Celery does again and again."""

from celery.schedules import crontab
from indico.core.celery import celery

from indico_storage_postgresql import job, orphans


# Indico's own lock would hold for a day after a worker was killed; `turn` gives a better one.
@celery.periodic_task(run_every=crontab(), locked=False, plugin="storage_postgresql")
def storage_move() -> None:
    """Go on moving files, if that is ordered; what is left waits behind other tasks."""
    if job.work():
        storage_move.delay()


@celery.periodic_task(
    run_every=crontab(minute="17", hour="4"), locked=False, plugin="storage_postgresql"
)
def storage_delete_orphans() -> None:
    """Delete the files that no one means."""
    from indico_storage_postgresql.plugin import PostgresqlStoragePlugin  # noqa: PLC0415

    if names := orphans.delete():
        PostgresqlStoragePlugin.logger.info("Deleted %d orphans: %s", len(names), names[:100])
