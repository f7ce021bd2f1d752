"""Many units that start at the same moment, and a database that one of them has to prepare."""

from collections.abc import Iterator

import ops
import psycopg
import pytest

from devstack import backing
from devstack.unit import Unit
from tests.functional.stack import Stack

_UNITS = 4

_COLUMNS = """
    SELECT attrelid::regclass::text, attname::text, atttypid::regtype::text, attnotnull, attstorage
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'plugin_storage_postgresql'::regnamespace AND attnum > 0
    ORDER BY 1, attnum
"""
_CONSTRAINTS = """
    SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'plugin_storage_postgresql'::regnamespace ORDER BY 1
"""


@pytest.fixture
def connect_string(stack: Stack) -> Iterator[str]:
    """An empty database of Indico's own."""
    servers = backing.load()
    with psycopg.connect(servers.superuser_dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE several OWNER indico")
        yield f"postgresql://indico:{servers.password}@127.0.0.1:{servers.postgresql_port}/several"
        connection.execute("DROP DATABASE several WITH (FORCE)")


def test_one_of_many_units_migrates_and_the_others_wait(stack: Stack, connect_string: str):
    processes = [_migrate(connect_string) for _ in range(_UNITS)]
    logs = [str(process.wait_output()[1]) for process in processes]

    assert sum("Preparing an empty database." in log for log in logs) == 1
    assert sum("The database is current" in log for log in logs) == _UNITS - 1


def test_interrupted_preparation_is_done_again(stack: Stack, connect_string: str):
    with psycopg.connect(connect_string) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES ('not a revision')")

    log = str(_migrate(connect_string).wait_output()[1])

    assert "Preparing an empty database." in log
    assert "The database is current" in str(_migrate(connect_string).wait_output()[1])


def test_database_of_somebody_else_is_refused(stack: Stack, connect_string: str):
    with psycopg.connect(connect_string) as connection:
        connection.execute("CREATE TABLE theirs (id integer)")

    for _ in range(2):
        with pytest.raises(ops.pebble.ExecError) as failure:
            _migrate(connect_string).wait_output()
        assert "integrate with an empty one of its own" in str(failure.value.stderr)


def test_plugin_that_comes_later_gets_the_tables_that_a_new_site_has(
    stack: Stack, connect_string: str
):
    _migrate(connect_string).wait_output()
    with psycopg.connect(connect_string, autocommit=True) as connection:
        made = _columns(connection)
        connection.execute("DROP SCHEMA plugin_storage_postgresql CASCADE")
        connection.execute("DROP TABLE alembic_version_plugin_storage_postgresql")

        log = str(_migrate(connect_string).wait_output()[1])

        assert "Upgrading the database." in log
        assert _columns(connection) == made
    assert "The database is current" in str(_migrate(connect_string).wait_output()[1])


def _columns(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """What the tables of the plugin are like: columns, how they are stored, and constraints."""
    return connection.execute(_COLUMNS).fetchall() + connection.execute(_CONSTRAINTS).fetchall()


def _migrate(connect_string: str) -> ops.pebble.ExecProcess[str]:
    """Run the migration in the unit, as paas-charm does."""
    client = ops.pebble.Client(str(Unit(0).socket))
    environment = client.get_plan().services["flask"].environment
    return client.exec(
        ["python3", "migrate.py"],
        environment={**environment, "POSTGRESQL_DB_CONNECT_STRING": connect_string},
        working_dir="/flask/app",
        user="_daemon_",
        group="_daemon_",
    )
