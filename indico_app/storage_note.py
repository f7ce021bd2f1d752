"""What the status of the unit says of the files: `python3 -m indico_app.storage_note`.

Nothing of Indico is imported: the charm asks whenever it has started the services.
"""

import os
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from typing import cast

from psycopg2 import sql
from psycopg2.extensions import connection

from indico_app import database
from indico_app.settings import SettingsError, from_environment

_IN_POSTGRESQL = "uploads are stored in PostgreSQL: integrate s3 for large files"

# Indico has the same two columns in every table whose rows each mean a stored file.
_TABLES = """
    SELECT table_schema, table_name FROM information_schema.columns
    WHERE column_name IN ('storage_backend', 'storage_file_id')
    AND table_schema <> 'plugin_storage_postgresql'
    GROUP BY table_schema, table_name HAVING count(*) = 2
"""
_COUNT = """
    SELECT storage_backend, count(*) FROM {}
    WHERE storage_file_id IS NOT NULL AND storage_backend <> ALL(%s) GROUP BY storage_backend
"""


def note(environ: Mapping[str, str]) -> str:
    """Tell what an operator should know of where the files are.

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        One line, or nothing.

    Raises:
        SettingsError: if the environment is unusable.
        DatabaseUnavailableError: if PostgreSQL does not answer.
    """
    settings = from_environment(environ)
    backends = cast("dict[str, str]", settings["STORAGE_BACKENDS"])
    with database.connect(str(settings["SQLALCHEMY_DATABASE_URI"])) as opened:
        lost = unavailable(opened, backends)
    if lost:
        where = ", ".join(f"{number} files in {name}" for name, number in sorted(lost.items()))
        names = " and ".join(sorted(lost))
        return (
            f"{where} cannot be read: integrate {names} again, and run migrate-storage "
            f"to={settings['ATTACHMENT_STORAGE']} before you remove it"
        )
    return _IN_POSTGRESQL if settings["ATTACHMENT_STORAGE"] == "postgresql" else ""


def unavailable(opened: connection, backends: Collection[str]) -> Counter[str]:
    """Count the files that are in storages that Indico does not have.

    Args:
        opened: a connection to the database.
        backends: the names of the storages that it has.

    Returns:
        The number of files by the name of their storage.
    """
    found = Counter[str]()
    with opened.cursor() as cursor:
        cursor.execute(_TABLES)
        for table in cursor.fetchall():
            query = sql.SQL(_COUNT).format(sql.Identifier(*table))
            cursor.execute(query, (list(backends),))
            found.update(dict(cursor.fetchall()))
    return found


def main() -> int:
    """Print the note.

    Returns:
        The exit status; on failure, the last line on standard error says why.
    """
    try:
        print(note(os.environ))
    except (SettingsError, database.DatabaseError) as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
