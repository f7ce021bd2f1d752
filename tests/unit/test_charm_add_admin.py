"""The charm's add-admin action."""

from dataclasses import replace

import pytest
from ops import testing

from tests.unit.deployment import (
    ADD_ADMIN,
    Context,
    container,
    ending,
    environment,
    programs,
    runs,
    without,
)

EMAIL = "admin@example.org"


def add_admin(context: Context, state: testing.State, **params: str) -> dict[str, object]:
    context.run(context.on.action("add-admin", params={"email": EMAIL, **params}), state)
    return dict(context.action_results or {})


def test_add_admin_gives_the_account(context: Context, active: testing.State):
    assert add_admin(context, active, password="correct horse") == {
        "email": EMAIL,
        "password": "correct horse",
    }


def test_add_admin_passes_the_password_where_no_list_shows_it(
    context: Context, active: testing.State
):
    add_admin(context, active, password="correct horse")

    (run,) = runs(context)
    assert run.command == [*ADD_ADMIN, EMAIL]
    assert run.stdin == "correct horse"
    assert run.environment == environment(active)
    assert run.user == "_daemon_"


def test_add_admin_without_a_password_makes_one(context: Context, active: testing.State):
    first, second = add_admin(context, active), add_admin(context, active)

    assert [run.stdin for run in runs(context)] == [first["password"], second["password"]]
    assert len(str(first["password"])) >= 16
    assert first["password"] != second["password"]


def test_add_admin_that_indico_refuses_fails_with_the_reason(
    context: Context, active: testing.State
):
    refusing = ending(active, ADD_ADMIN, 1, "WARNING x\nPasswords must be longer\n")

    with pytest.raises(testing.ActionFailed) as failed:
        add_admin(context, refusing, password="short")

    assert failed.value.message == "Passwords must be longer"


def test_add_admin_without_a_database_fails(context: Context, active: testing.State):
    with pytest.raises(testing.ActionFailed, match="Indico is not running"):
        add_admin(context, without(active, "postgresql"))

    assert not programs(context)


def test_add_admin_without_a_container_fails(context: Context, active: testing.State):
    absent = replace(active, containers={replace(container(active), can_connect=False)})

    with pytest.raises(testing.ActionFailed, match="Indico is not running"):
        add_admin(context, absent)


def test_add_admin_with_an_unusable_option_fails(context: Context, active: testing.State):
    unusable = replace(active, config={"flask-preferred-url-scheme": "gopher"})

    with pytest.raises(testing.ActionFailed):
        add_admin(context, unusable)
