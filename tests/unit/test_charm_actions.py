"""The charm's actions: which command each runs, and what it makes of the answer."""

import json
from dataclasses import replace
from typing import Any

import pytest
from ops import testing

from tests.unit.deployment import (
    OPERATE,
    Context,
    container,
    ending,
    environment,
    programs,
    runs,
    without,
)

EMAIL = "admin@example.org"


def act(context: Context, state: testing.State, name: str, **params: str) -> dict[str, Any]:
    context.run(context.on.action(name, params=params), state)
    return dict(context.action_results or {})


def answering(state: testing.State, **result: object) -> testing.State:
    return ending(state, OPERATE, 0, stdout=f"half way\n{json.dumps(result)}\n")


@pytest.mark.parametrize(
    ("action", "params", "words"),
    [
        ("add-admin", {"email": EMAIL}, ["operations", "add-admin", "--", EMAIL]),
        (
            "anonymize-user",
            {"email": "a@x,b@x"},
            ["operations", "anonymize-user", "--", "a@x,b@x"],
        ),
        ("clear-cache", {}, ["operations", "clear-cache"]),
        ("resend-failed-emails", {}, ["operations", "resend-failed-emails"]),
        ("show-config", {}, ["operations", "show-config"]),
        ("unlock-task", {}, ["operations", "unlock-task"]),
        ("unlock-task", {"task": "reminders"}, ["operations", "unlock-task", "--", "reminders"]),
    ],
)
def test_action_runs_its_command_as_the_services_run(
    context: Context,
    active: testing.State,
    action: str,
    params: dict[str, str],
    words: list[str],
):
    act(context, active, action, **params)

    (run,) = runs(context)
    assert run.command == [*OPERATE, *words]
    assert run.environment == environment(active)
    assert run.user == "_daemon_"
    assert run.timeout


def test_results_are_what_the_command_says(context: Context, active: testing.State):
    state = answering(active, email=EMAIL, USE_PROXY=True, locked=["one", "two"], cleared=3)

    assert act(context, state, "show-config") == {
        "email": EMAIL,
        "use-proxy": "true",
        "locked": "one, two",
        "cleared": 3,
    }


def test_progress_is_logged(context: Context, active: testing.State):
    act(context, answering(active), "clear-cache")

    assert "half way" in context.action_logs


def test_add_admin_passes_the_password_where_no_list_shows_it(
    context: Context, active: testing.State
):
    act(context, active, "add-admin", email=EMAIL, password="correct horse")

    (run,) = runs(context)
    assert run.stdin == "correct horse"
    assert not any("correct horse" in line.message for line in context.juju_log)


def test_refused_action_fails_with_the_reason(context: Context, active: testing.State):
    refusing = ending(active, OPERATE, 1, "WARNING x\nPasswords must be longer\n")

    with pytest.raises(testing.ActionFailed) as failed:
        act(context, refusing, "add-admin", email=EMAIL)

    assert failed.value.message == "Passwords must be longer"


def test_action_that_is_half_done_fails_and_says_what_is_done(
    context: Context, active: testing.State
):
    half = ending(active, OPERATE, 1, "1 of 2 were not\n", '{"anonymized": ["a@x"]}\n')

    with pytest.raises(testing.ActionFailed, match="1 of 2 were not"):
        act(context, half, "anonymize-user", email="a@x,b@x")

    assert context.action_results == {"anonymized": "a@x"}


def test_action_that_says_nothing_fails_with_its_name(context: Context, active: testing.State):
    with pytest.raises(testing.ActionFailed, match=r"indico_app\.operate failed without a word"):
        act(context, ending(active, OPERATE, 1), "clear-cache")


def test_action_on_a_site_that_was_stopped_fails(context: Context, active: testing.State):
    redis = active.get_relations("redis")[0]
    stopped = without(context.run(context.on.relation_broken(redis), active), "redis")
    context.exec_history.clear()

    with pytest.raises(testing.ActionFailed, match="Indico is not running: see the status"):
        act(context, stopped, "clear-cache")

    assert not programs(context)


def test_action_without_a_container_fails(context: Context, active: testing.State):
    absent = replace(active, containers={replace(container(active), can_connect=False)})

    with pytest.raises(testing.ActionFailed, match="Indico is not running"):
        act(context, absent, "clear-cache")


def test_action_during_an_unusable_option_works_on_what_runs(
    context: Context, active: testing.State
):
    unusable = replace(active, config={"flask-preferred-url-scheme": "gopher"})

    act(context, unusable, "clear-cache")

    assert runs(context)[0].environment == environment(active)
