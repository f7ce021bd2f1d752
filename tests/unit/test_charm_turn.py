"""How units restart one after the other, and what the ingress is told about them."""

import json
import os
from dataclasses import replace

import pytest
from ops import testing

from tests.unit.deployment import (
    MIGRATION,
    PREFLIGHT,
    TURN,
    Context,
    ending,
    environment,
    programs,
    related,
    runs,
)

OTHER = "https://another.example.org"
TOOK = "other units have been restarting for 900 seconds: see their statuses"


@pytest.fixture
def one_of_two(active: testing.State) -> testing.State:
    """A unit that runs beside another one."""
    return replace(active, planned_units=2)


@pytest.fixture
def changed(one_of_two: testing.State) -> testing.State:
    """The same, whose configuration is another one now."""
    return replace(one_of_two, config={"site_url": OTHER})


def turns(context: Context) -> list[list[str]]:
    return [program for program in programs(context) if program[:3] == [*TURN]]


def test_change_of_configuration_takes_a_turn(context: Context, changed: testing.State):
    state = context.run(context.on.config_changed(), changed)

    (turn,) = [run for run in runs(context) if tuple(run.command[:3]) == TURN]
    assert turn.stdin == "done\n"
    assert turn.environment["POSTGRESQL_DB_CONNECT_STRING"].startswith("postgresql://")
    assert environment(state)["FLASK_SITE_URL"] == OTHER
    assert state.unit_status == testing.ActiveStatus()


def test_turn_lasts_until_the_ingress_must_have_noticed(context: Context, changed: testing.State):
    ingress = testing.Relation("ingress")

    state = context.run(context.on.config_changed(), related(changed, ingress))

    check = json.loads(state.get_relation(ingress.id).local_app_data["healthcheck_params"])
    ((*_, seconds),) = turns(context)
    assert check["path"] == "/health"
    assert int(seconds) > int(check["interval"].removesuffix("s"))


def test_hook_without_a_change_takes_no_turn(context: Context, one_of_two: testing.State):
    context.run(context.on.config_changed(), one_of_two)

    assert not turns(context)


def test_unit_alone_takes_no_turn(context: Context, active: testing.State):
    changed = replace(active, config={"site_url": OTHER})

    state = context.run(context.on.config_changed(), changed)

    assert not turns(context)
    assert environment(state)["FLASK_SITE_URL"] == OTHER


def test_turn_that_does_not_come_is_waited_for(context: Context, changed: testing.State):
    before = environment(changed)

    waiting = context.run(context.on.config_changed(), ending(changed, TURN, 1, f"{TOOK}\n"))
    state = context.run(
        context.on.update_status(), ending(waiting, TURN, os.EX_OK, stdout="now\n")
    )

    assert waiting.unit_status == testing.WaitingStatus(TOOK)
    assert environment(waiting) == before
    assert len(turns(context)) == 2
    assert state.unit_status == testing.ActiveStatus()
    assert environment(state)["FLASK_SITE_URL"] == OTHER


def test_application_that_does_not_answer_after_its_turn_is_waited_for(
    context: Context, changed: testing.State
):
    failing = ending(changed, TURN, 1, "Indico has not answered\n", stdout="now\n")

    state = context.run(context.on.config_changed(), failing)

    assert state.unit_status == testing.WaitingStatus("Indico has not answered")
    assert environment(state)["FLASK_SITE_URL"] == OTHER


def test_migration_that_fails_leaves_the_change_for_the_next_turn(
    context: Context, changed: testing.State
):
    (postgresql,) = changed.get_relations("postgresql")
    assert isinstance(postgresql, testing.Relation)
    databag = {**postgresql.remote_app_data, "endpoints": "other:5432"}
    moved = replace(postgresql, remote_app_data=databag)
    failing = ending(related(changed, moved), MIGRATION, 1, "no luck")

    failed = context.run(context.on.relation_changed(moved), failing)
    recovered = ending(ending(failed, MIGRATION, os.EX_OK), PREFLIGHT, os.EX_OK)
    state = context.run(context.on.update_status(), recovered)

    assert failed.unit_status == testing.BlockedStatus("no luck")
    assert "other" not in environment(failed)["POSTGRESQL_DB_CONNECT_STRING"]
    assert len(turns(context)) == 2
    assert "other" in environment(state)["POSTGRESQL_DB_CONNECT_STRING"]


def test_unit_that_joins_restarts_nothing(context: Context, one_of_two: testing.State):
    (peers,) = one_of_two.get_relations("secret-storage")
    joined = replace(peers, peers_data={1: {}})  # pyright: ignore[reportCallIssue]

    state = context.run(
        context.on.relation_changed(joined, remote_unit=1), related(one_of_two, joined)
    )

    assert not turns(context)
    assert environment(state) == environment(one_of_two)
