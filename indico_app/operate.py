"""Runs a command of our plugins; the charm's actions do."""

import logging
import os
import sys

import click
from flask.cli import ScriptInfo

from indico_app.boot import boot
from indico_app.settings import SettingsError

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Boot Indico and run the command, which prints what it did.

    Args:
        arguments: what follows `indico` on its command line, such as `operations clear-cache`.

    Returns:
        The exit status; on failure, the last line on standard error says why.
    """
    try:
        application = boot()
        from indico.cli.core import cli  # noqa: PLC0415

        info = ScriptInfo(create_app=lambda: application)
        cli.main(arguments, "indico", obj=info, standalone_mode=False)
    except SettingsError as exc:
        print(exc, file=sys.stderr)
    except click.ClickException as exc:
        print(exc.format_message(), file=sys.stderr)
    except Exception as exc:
        logger.exception("The command failed.")
        print(f"Indico failed ({type(exc).__name__}): see the log of the unit", file=sys.stderr)
    else:
        return os.EX_OK
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
