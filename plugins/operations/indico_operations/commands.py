"""The commands: what they take and print is all that there is here.

They print how they go on, a line at a time, and in the end what they did, as one line of JSON.
"""

import json
import secrets
import sys

import click
from indico.cli.core import cli_group
from indico.core.config import DEFAULTS, config

from indico_operations import administrators, cache, emails, masking, tasks, users

_MOST_USERS = 50


@cli_group()
def operations() -> None:
    """Do something to this site."""


@operations.command()
@click.argument("email")
def add_admin(email: str) -> None:
    """Make somebody an administrator, with the password on standard input or a random one."""
    password = _read_password() or secrets.token_urlsafe(16)
    administrators.add(email, password)
    _print({"email": email, "password": password})


@operations.command()
@click.argument("addresses")
def anonymize_user(addresses: str) -> None:
    """Take what is personal out of accounts, by a list of addresses with commas between them."""
    wanted = list(dict.fromkeys(email.strip() for email in addresses.split(",") if email.strip()))
    if not 1 <= len(wanted) <= _MOST_USERS:
        raise click.ClickException(
            f"{len(wanted)} addresses are given: give 1 to {_MOST_USERS}, with commas between"
        )
    outcomes = users.anonymize(wanted, click.echo)
    _print({name: found for name, found in outcomes.items() if found})
    if missed := len(wanted) - len(outcomes["anonymized"]):
        raise click.ClickException(
            f"{missed} of {len(wanted)} were not anonymized: see the results, and for failed ones "
            "the log of the unit"
        )


@operations.command()
def clear_cache() -> None:
    """Forget everything in the cache, such as what takes long to work out."""
    _print({"cleared": cache.clear()})


@operations.command()
def resend_failed_emails() -> None:
    """Send the e-mails that Indico has given up."""
    outcome = emails.resend(click.echo)
    _print({**outcome})
    if outcome["kept"]:
        raise click.ClickException(
            f"{outcome['kept']} cannot be sent: the log of the unit says why and what to check"
        )


@operations.command()
def show_config() -> None:
    """Show the settings that are in effect, without the secrets in them."""
    plugins = config.data["PLUGIN_CONFIG"]["resolved"]
    own = {name: config.data[name] for name in DEFAULTS}
    shown = masking.masked(own | plugins, DEFAULTS)
    _print({k: json.dumps(v) if isinstance(v, dict) else v for k, v in shown.items()})


@operations.command()
@click.argument("task", required=False)
def unlock_task(task: str | None) -> None:
    """Let a task run again whose worker was killed, or show which tasks are locked."""
    if task is None:
        _print({"locked": tasks.locked()})
        return
    tasks.unlock(task)
    _print({"unlocked": task})


def _read_password() -> str:
    if sys.stdin.isatty():
        return click.prompt("Password (none for a random one)", "", hide_input=True)
    return sys.stdin.read().removesuffix("\n")


def _print(result: dict[str, object]) -> None:
    click.echo(json.dumps(result))
