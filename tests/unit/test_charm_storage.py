"""What the charm says of where files are stored, and its actions that move them."""

import json

import pytest
from ops import testing

from tests.unit.deployment import (
    OPERATE,
    STORAGE_NOTE,
    Context,
    ending,
    environment,
    runs,
)

NOTE = "uploads are stored in PostgreSQL: integrate s3 for large files"
STATUS = {"moving-to": "s3", "remaining": 2, "stored": {"s3": {"files": 1, "bytes": 7}}}


def test_active_status_says_where_files_are_stored(context: Context, active: testing.State):
    state = ending(active, STORAGE_NOTE, 0, stdout=f"{NOTE}\n")

    state = context.run(context.on.config_changed(), state)

    assert state.unit_status == state.app_status == testing.ActiveStatus(NOTE)


def test_status_is_active_where_the_workload_cannot_tell(context: Context, active: testing.State):
    state = ending(active, STORAGE_NOTE, 1, stderr="PostgreSQL does not answer")

    state = context.run(context.on.config_changed(), state)

    assert state.unit_status == testing.ActiveStatus()


@pytest.mark.parametrize(
    ("action", "params", "command"),
    [
        ("migrate-storage", {"to": "s3"}, ["migrate", "s3"]),
        (
            "migrate-storage",
            {"to": "postgresql", "keep-source": True},
            ["migrate", "postgresql", "--keep-source"],
        ),
        ("stop-migrate-storage", {}, ["stop"]),
        ("storage-status", {}, ["status"]),
    ],
)
def test_action_runs_the_command_of_the_workload(
    context: Context,
    active: testing.State,
    action: str,
    params: dict[str, object],
    command: list[str],
):
    state = ending(active, OPERATE, 0, stdout=json.dumps(STATUS))

    context.run(context.on.action(action, params=params), state)

    assert context.action_results == STATUS
    (run,) = runs(context)
    assert run.command == [*OPERATE, "storage", *command]
    assert run.environment == environment(active)
    assert run.user == "_daemon_"


def test_action_that_the_workload_refuses_fails_with_the_reason(
    context: Context, active: testing.State
):
    reason = "there is no storage s3, only default, postgresql"
    state = ending(active, OPERATE, 1, stderr=f"WARNING x\n{reason}\n")

    with pytest.raises(testing.ActionFailed) as failed:
        context.run(context.on.action("migrate-storage", params={"to": "s3"}), state)

    assert failed.value.message == reason
