"""The commands that the charm's actions call, as an operator would run them."""

import json
import mailbox
import pickle
import subprocess

import ops
import psycopg
import pytest
import requests
from playwright.sync_api import Page, expect

from devstack import backing, juju
from devstack.errors import DevstackError
from devstack.unit import Unit
from tests.functional.stack import Stack

_TASK = "some_task"


def test_cleared_cache_keeps_users_logged_in(stack: Stack, admin_page: Page):
    requests.get(stack.site.url, timeout=10).raise_for_status()

    assert int(juju.run_action("clear-cache", {})["cleared"]) > 0

    admin_page.reload()
    expect(admin_page.get_by_text("Administration", exact=True)).to_be_visible()


def test_shown_config_is_what_runs_without_its_secrets(stack: Stack):
    printed = stack.run("run", "show-config")

    assert f"base-url: {stack.site.url}" in printed
    assert "plugins: operations, storage_postgresql" in printed
    assert "postgresql://***@" in printed
    secrets = _environment()["FLASK_SECRET_KEY"], _environment()["POSTGRESQL_DB_PASSWORD"]
    assert not any(secret in printed for secret in secrets)


def test_locked_task_is_named_and_unlocked(stack: Stack, locked: str):
    assert juju.run_action("unlock-task", {}) == {"locked": locked}
    with pytest.raises(DevstackError, match=f"'other' is not locked: use one that is.*{locked}"):
        juju.run_action("unlock-task", {"task": "other"})

    assert juju.run_action("unlock-task", {"task": locked}) == {"unlocked": locked}

    assert juju.run_action("unlock-task", {}) == {"locked": ""}


def test_failed_emails_are_sent_again(stack: Stack):
    people = {"to": {"user@example.org"}, "cc": set[str](), "bcc": set[str]()}
    email = {**people, "from": "me@example.org", "reply_to": set[str](), "attachments": []}
    text = {"subject": "Given up", "body": "An e-mail of the tests.", "html": False}
    name, content = "failed-email-2026-01-01-test", pickle.dumps(({**email, **text}, None))
    redis_cli("-n", "1", "-x", "SET", name, stdin=content)

    assert juju.run_action("resend-failed-emails", {}) == {"sent": 1, "kept": 0}

    subjects = [message["Subject"] for message in mailbox.Maildir(backing.MAILDIR)]
    assert subjects.count("Given up") == 1


def test_each_user_is_anonymized_for_itself(stack: Stack):
    for name in ("one", "two"):
        juju.run_action("add-admin", {"email": f"{name}@example.org"})

    with pytest.raises(DevstackError, match="1 of 3 were not anonymized"):
        juju.run_action(
            "anonymize-user",
            {"email": "one@example.org, Two@example.org,nobody@example.org"},
        )

    assert not _have_accounts("one@example.org", "two@example.org")
    assert _have_accounts(stack.site.email)


def test_too_many_users_are_refused(stack: Stack):
    emails = ",".join(f"{number}@example.org" for number in range(51))

    with pytest.raises(DevstackError, match="51 addresses are given: give 1 to 50"):
        juju.run_action("anonymize-user", {"email": emails})


def test_command_works_from_a_shell_of_the_unit(stack: Stack):
    client = ops.pebble.Client(str(Unit(0).socket))

    process = client.exec(["indico", "operations", "unlock-task"], service_context="flask")

    assert json.loads(process.wait_output()[0]) == {"locked": []}


@pytest.fixture
def locked(stack: Stack) -> str:
    """A task that is locked as Indico locks it."""
    redis_cli("SET", f"indico_v3.3_task-locks/{_TASK}", "1")
    return _TASK


def redis_cli(*words: str, stdin: bytes = b"") -> None:
    port = str(backing.load().redis_port)
    subprocess.run(["redis-cli", "-p", port, *words], input=stdin, check=True)


def _have_accounts(*emails: str) -> bool:
    with psycopg.connect(backing.load().superuser_dsn("indico")) as connection:
        query = "SELECT email FROM users.emails WHERE email = ANY(%s)"
        return bool(connection.execute(query, [list(emails)]).fetchall())


def _environment() -> dict[str, str]:
    client = ops.pebble.Client(str(Unit(0).socket))
    return client.get_plan().services["flask"].environment
