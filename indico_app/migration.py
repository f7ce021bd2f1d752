"""Brings the database to what this version of Indico needs: the migration that the charm runs."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from psycopg2.extensions import connection

from indico_app import database
from indico_app.boot import boot
from indico_app.schemas import Schema, schemas
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
        plugins = cast("set[str]", settings["PLUGINS"])
        if not database.is_prepared(opened):
            _prepare()
        elif all(_is_current(opened, schema) for schema in schemas(plugins)):
            logger.info("The database is current.")
        else:
            _upgrade()


def _is_current(opened: connection, schema: Schema) -> bool:
    return database.revisions(opened, schema.version_table) == set(schema.heads)


def _prepare() -> None:
    import flask_migrate  # noqa: PLC0415
    from indico.core.db.sqlalchemy.migration import prepare_db  # noqa: PLC0415

    logger.info("Preparing an empty database.")
    with _booted():
        if not prepare_db(verbose=False):
            raise database.DatabaseError(
                "the database is not empty, is older than PostgreSQL 14 or not in UTF-8: "
                "integrate with an empty one of its own"
            )
        # A preparation that was cut off may have left other revisions, or only some.
        _for_each_schema(lambda: flask_migrate.stamp(revision="heads", purge=True))


def _upgrade() -> None:
    import flask_migrate  # noqa: PLC0415

    logger.info("Upgrading the database.")
    with _booted():
        _for_each_schema(flask_migrate.upgrade)


def _for_each_schema(run: Callable[[], None]) -> None:
    """Let alembic do something with Indico's migrations, and then with those of each plugin.

    alembic is told which by what `indico db --all-plugins` replaces too.
    """
    import alembic.command  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from flask import current_app  # noqa: PLC0415
    from indico.core.db.sqlalchemy.migration import PluginScriptDirectory  # noqa: PLC0415
    from indico.core.plugins import plugin_engine  # noqa: PLC0415

    commands: Any = alembic.command
    of_plugins: Any = PluginScriptDirectory
    commands.ScriptDirectory = ScriptDirectory
    run()
    commands.ScriptDirectory = of_plugins
    of_plugins.dir = Path(current_app.root_path, "core", "plugins", "alembic")
    for plugin in plugin_engine.get_active_plugins().values():
        if plugin.alembic_versions_path.exists():
            with plugin.plugin_context():
                run()


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
