"""Files that nothing in Indico means.

An upload is stored before Indico commits what it belongs to. If Indico then takes that back, or is
killed, the file is an orphan. A day is longer than any request or task may take.
"""

from datetime import timedelta

from indico.core.db import db
from indico.util.date_time import now_utc
from sqlalchemy import text

from indico_storage_postgresql.models.files import SCHEMA
from indico_storage_postgresql.references import backends_but, conditions
from indico_storage_postgresql.storage import PostgresqlStorage
from indico_storage_postgresql.turn import turn

#: How old an orphan is at least.
AGE = timedelta(days=1)

# What migrate-storage has left at its old place is its own matter. A storage whose name is unknown
# may be ours under an earlier name.
_ORPHANS = """
    {verb} FROM {schema}.files AS f WHERE f.created_dt < :before AND {unreferenced}
    AND NOT EXISTS (SELECT 1 FROM {schema}.moves AS m
        WHERE m.storage_backend <> ALL(:others) AND m.storage_file_id = f.name)
"""


def find(age: timedelta = AGE) -> list[str]:
    """Find the orphans.

    Args:
        age: how old they are at least.

    Returns:
        What they are stored as.
    """
    with db.engine.connect() as connection:
        rows = connection.execute(_query("SELECT f.name"), _parameters(age))
        return [name for (name,) in rows]


def delete(age: timedelta = AGE) -> list[str]:
    """Delete the orphans; none of them if files are being moved just now.

    Args:
        age: how old they are at least.

    Returns:
        What they were stored as.
    """
    with turn() as mine, db.engine.begin() as connection:
        if not mine:
            return []
        # What is looked for and what is deleted are one statement: nothing comes in between.
        query = text(f"{_query('DELETE').text} RETURNING f.name")
        return [name for (name,) in connection.execute(query, _parameters(age))]


def _query(verb: str):
    unreferenced = " AND ".join(f"NOT {c}" for c in conditions("f.name", "<> ALL(:others)"))
    return text(_ORPHANS.format(verb=verb, schema=SCHEMA, unreferenced=unreferenced))


def _parameters(age: timedelta) -> dict[str, object]:
    return {"before": now_utc() - age, "others": backends_but(PostgresqlStorage.name)}
