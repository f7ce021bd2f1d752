"""Brings the database to what this version of Indico needs: the migration that the charm runs."""

import logging
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from indico_app import database
from indico_app.boot import boot
from indico_app.revisions import heads
from indico_app.settings import SettingsError, from_environment

logger = logging.getLogger(__name__)


def migrate(environ: Mapping[str, str]) -> None:
    """Prepare an empty database or upgrade an old one; leave a current one alone.

    Safe to run on many units at the same moment: one migrates, the others wait for it and then
    find nothing left to do. Indico is booted only where there is something to do.

    Args:
        environ: the environment that the charm gives its services.

    Raises:
        SettingsError: if the environment is unusable.
        DatabaseError: if the database is.
    """
    settings = from_environment(environ)
    with (
        database.connect(str(settings["SQLALCHEMY_DATABASE_URI"])) as opened,
        database.migration_lock(opened),
    ):
        database.create_extensions(opened)
        revision = database.revision(opened)
        if revision is None:
            _prepare()
        elif {revision} == heads(_package("indico") / "migrations" / "versions"):
            logger.info("The database is current, at revision %s.", revision)
        else:
            _upgrade()


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return Path(spec.origin).parent


def _prepare() -> None:
    from indico.core.db.sqlalchemy.migration import prepare_db  # noqa: PLC0415

    logger.info("Preparing an empty database.")
    with _booted():
        if not prepare_db(verbose=False):
            raise database.DatabaseError(
                "the database is not empty, is older than PostgreSQL 14 or not in UTF-8: "
                "integrate with an empty one of its own"
            )


def _upgrade() -> None:
    import flask_migrate  # noqa: PLC0415

    logger.info("Upgrading the database.")
    with _booted():
        flask_migrate.upgrade()


def _booted():
    """Boot Indico, with what its database commands set up."""
    from indico.core.db import db  # noqa: PLC0415
    from indico.core.db.sqlalchemy.migration import migrate as extension  # noqa: PLC0415

    application = boot()
    extension.init_app(application, db, str(Path(application.root_path) / "migrations"))
    return application.app_context()


def main() -> int:
    """Migrate; on failure, the last line on standard error says why and what to do.

    Returns:
        The exit status.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        migrate(os.environ)
    except (SettingsError, database.DatabaseError) as exc:
        print(exc, file=sys.stderr)
    except Exception as exc:
        logger.exception("The migration failed.")
        reason = (str(exc).splitlines() or [type(exc).__name__])[0]
        print(f"the migration failed ({reason}): see the log of the unit", file=sys.stderr)
    else:
        return 0
    return 1
