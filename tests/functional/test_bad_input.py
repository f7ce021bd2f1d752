"""What cannot work leads to a status that says what to do, and to a recovery without more ado."""

from collections.abc import Iterator

import psycopg
import pytest

from devstack import backing, machine
from tests.functional.stack import Stack, eventually


def test_unusable_site_url_blocks_and_the_site_goes_on(stack: Stack):
    said = stack.run("config", "site_url=ftp://localhost")

    assert "blocked" in said
    assert "site_url 'ftp://localhost' is not a web address: set site_url to a web" in said
    assert stack.serves()

    assert "active" in stack.run("config", f"site_url={stack.site.url}")


def test_everything_unusable_is_named_at_once_and_the_site_goes_on(stack: Stack):
    said = stack.run(
        "config", "site_url=ftp://localhost", "indico_support_email=nobody", "log-level=loud"
    )

    assert "blocked" in said
    for name in (
        "site_url 'ftp://localhost'",
        "indico_support_email 'nobody'",
        "log-level 'loud'",
    ):
        assert name in said
    assert stack.serves()

    reset = ("--reset", "indico_support_email", "--reset", "log-level")
    assert "active" in stack.run("config", f"site_url={stack.site.url}", *reset)


def test_redis_that_is_gone_is_named_until_it_is_back(stack: Stack):
    port = backing.load().redis_port

    machine.client().stop_services(["redis"])
    eventually(
        lambda: stack.has_status("waiting", f"Redis at 127.0.0.1:{port}", "check the redis")
    )

    machine.client().start_services(["redis"])
    eventually(lambda: stack.has_status("active") and stack.serves())


def test_missing_redis_relation_is_named(stack: Stack):
    said = stack.run("remove-relation", "redis")
    assert "blocked  missing integrations: redis: juju integrate indico redis-k8s" in said

    stack.run("integrate", "redis")
    eventually(lambda: stack.has_status("active") and stack.serves())


def test_missing_extensions_are_named_until_they_are_there(stack: Stack, bare: str):
    servers = backing.load()
    endpoint = f"localhost:{servers.postgresql_port}"

    stack.run("integrate", "postgresql", f"database={bare}", f"endpoints={endpoint}")
    assert stack.has_status(
        "blocked",
        "pg_trgm and unaccent",
        "juju config postgresql-k8s plugin_pg_trgm_enable=true plugin_unaccent_enable=true",
    )
    assert stack.serves()

    with psycopg.connect(servers.superuser_dsn(bare), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
        connection.execute("GRANT CREATE ON DATABASE bare TO indico")
        connection.execute("GRANT CREATE ON SCHEMA public TO indico")
    eventually(lambda: stack.has_status("active") and stack.serves())


@pytest.fixture
def bare(stack: Stack) -> Iterator[str]:
    """A database in which Indico may create nothing; afterwards, the usual one is back."""
    servers = backing.load()
    with psycopg.connect(servers.superuser_dsn("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
    yield "bare"
    stack.run("integrate", "postgresql")
    eventually(lambda: stack.has_status("active") and stack.serves())
