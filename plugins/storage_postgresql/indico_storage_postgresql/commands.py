"""The commands: what they take and print is all that there is here."""

import json

import click
from indico.cli.core import cli_group

from indico_storage_postgresql import job, orphans
from indico_storage_postgresql.tasks import storage_move


@cli_group()
def storage() -> None:
    """Where files are stored, and moving them."""


@storage.command()
def status() -> None:
    """Show how many files there are in each storage, and what is being moved."""
    _print(job.status())


@storage.command()
@click.argument("to")
@click.option("--keep-source", is_flag=True, help="Leave the files where they were, too.")
@click.option(
    "--wait", is_flag=True, help="Move them here and now; Ctrl-C stops, and loses nothing."
)
def migrate(to: str, *, keep_source: bool, wait: bool) -> None:
    """Move all files into the storage TO, in the background, and those that come later."""
    try:
        job.order(to, keep_source=keep_source)
    except job.UnknownStorageError as exc:
        raise click.ClickException(str(exc)) from exc
    if wait:
        while job.work(
            on_file=lambda moved: click.echo("." if moved else "!", nl=False, err=True)
        ):
            pass
    else:
        storage_move.delay()
    _print(job.status())


@storage.command()
def stop() -> None:
    """Move no more files; what has been moved stays."""
    job.order(None)
    _print(job.status())


@storage.command("orphans")
@click.option("--delete", is_flag=True, help="Delete them.")
def show_orphans(*, delete: bool) -> None:
    """Show the files in PostgreSQL that nothing in Indico means, a day old or older."""
    _print({"orphans": orphans.delete() if delete else orphans.find()})


def _print(result: dict[str, object]) -> None:
    click.echo(json.dumps(result))
