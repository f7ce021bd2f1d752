"""The commands: what they take and print is all that there is here."""

import json

import click
from indico.cli.core import cli_group

from indico_operations import cache


@cli_group()
def operations() -> None:
    """Do something to this site."""


@operations.command()
def clear_cache() -> None:
    """Forget everything in the cache, such as what takes long to work out."""
    _print({"cleared": cache.clear()})


def _print(result: dict[str, object]) -> None:
    click.echo(json.dumps(result))
