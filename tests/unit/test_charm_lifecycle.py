"""The unit over its life: each of Juju's events, from a state to the next."""

from dataclasses import replace
from pathlib import Path

import ops
import pytest
from ops import testing

from charm import IndicoCharm
from tests.unit.deployment import (
    MIGRATION,
    PREFLIGHT,
    STORAGE_NOTE,
    VERSION,
    Context,
    container,
    deployed,
    ending,
    environment,
    programs,
    related,
    started,
)

_SCHEDULERS = {"celery-beat-scheduler", "celery-exporter-scheduler"}


def test_install_asks_for_nothing(context: Context):
    state = context.run(context.on.install(), testing.State(leader=True))

    assert state.unit_status == testing.UnknownStatus()


def test_pebble_ready_tells_the_version(context: Context, deployed: testing.State):
    state = context.run(context.on.pebble_ready(container(deployed)), deployed)

    assert state.workload_version == "3.3.14"
    assert programs(context).count([*VERSION]) == 1


def test_version_that_cannot_be_told_keeps_nothing_up(context: Context, deployed: testing.State):
    mute = ending(deployed, VERSION, 1)

    state = context.run(context.on.pebble_ready(container(mute)), mute)

    assert state.unit_status == testing.ActiveStatus()
    assert state.workload_version == ""


def test_leader_makes_one_key_that_others_are_given(
    context: Context, charm_root: Path, deployed: testing.State
):
    peers = testing.PeerRelation("secret-storage")
    keyless = related(replace(deployed, leader=False), peers)
    waiting = context.run(context.on.relation_created(peers), keyless)
    assert waiting.unit_status == testing.WaitingStatus("Waiting for peer integration")

    state = context.run(context.on.leader_elected(), replace(waiting, leader=True))
    key = environment(state)["FLASK_SECRET_KEY"]
    shared = state.get_relation(peers.id)
    second = testing.Context(IndicoCharm, charm_root=charm_root, app_name="indico", unit_id=1)
    follower = related(replace(deployed, leader=False, planned_units=2), shared)
    other = second.run(second.on.pebble_ready(container(follower)), follower)

    assert len(key) >= 64
    assert environment(other)["FLASK_SECRET_KEY"] == key


def test_next_leader_keeps_the_key(context: Context, active: testing.State):
    key = environment(active)["FLASK_SECRET_KEY"]

    state = context.run(context.on.leader_elected(), active)

    assert environment(state)["FLASK_SECRET_KEY"] == key
    assert container(state).plan == container(active).plan


def test_key_of_the_operator_that_changes_reaches_the_services(
    context: Context, active: testing.State
):
    secret = testing.Secret({"value": "first"}, latest_content={"value": "second"})
    given = replace(active, secrets={secret}, config={"flask-secret-key-id": secret.id})

    state = context.run(context.on.secret_changed(secret), given)

    assert environment(state)["FLASK_SECRET_KEY"] == "second"


def test_key_of_the_operator_that_is_not_granted_is_blocked(
    context: Context, active: testing.State
):
    given = replace(active, config={"flask-secret-key-id": "secret:d0idc0000000000000c9"})

    state = context.run(context.on.config_changed(), given)

    assert isinstance(state.unit_status, testing.BlockedStatus)
    assert "juju grant-secret" in state.unit_status.message
    assert container(state).plan == container(active).plan


@pytest.mark.parametrize("event", ["relation_changed", "relation_departed"])
def test_unit_that_comes_or_goes_changes_nothing_for_the_others(
    context: Context, active: testing.State, event: str
):
    (peers,) = active.get_relations("secret-storage")
    assert isinstance(peers, testing.PeerRelation)
    grown = replace(peers, peers_data={1: {}, 2: {}})
    state = replace(related(active, grown), planned_units=3)

    scaled = context.run(getattr(context.on, event)(grown, remote_unit=1), state)

    assert scaled.unit_status == testing.ActiveStatus()
    assert container(scaled).plan == container(active).plan


@pytest.mark.parametrize(("unit", "leader"), [(1, False), (1, True), (0, False)])
def test_beat_runs_on_unit_0_whoever_leads(
    charm_root: Path, deployed: testing.State, unit: int, *, leader: bool
):
    context = testing.Context(IndicoCharm, charm_root=charm_root, app_name="indico", unit_id=unit)
    state = replace(deployed, leader=leader, planned_units=2)

    state = context.run(context.on.pebble_ready(container(state)), state)

    assert state.unit_status == testing.ActiveStatus()
    assert bool(started(state) & _SCHEDULERS) is (unit == 0)
    assert started(state) >= {"flask", "celery-worker", "nginx"}


def test_pod_that_comes_anew_is_set_up_again(
    context: Context, active: testing.State, tmp_path: Path
):
    empty = tmp_path / "empty"
    empty.mkdir()
    anew = replace(active, containers=deployed(empty).containers)
    gone = replace(active, containers={replace(container(anew), can_connect=False)})
    waiting = context.run(context.on.upgrade_charm(), gone)

    state = context.run(
        context.on.pebble_ready(container(anew)), replace(waiting, containers=anew.containers)
    )

    assert state.unit_status == testing.ActiveStatus()
    assert programs(context).count([*MIGRATION]) == 1
    assert environment(state) == environment(active)
    assert started(state) == started(active)


def with_checks(state: testing.State, **statuses: ops.pebble.CheckStatus) -> testing.State:
    planned = container(state).plan.checks
    infos = {
        testing.CheckInfo(
            name,
            level=ops.pebble.CheckLevel(planned[name].level),
            failures=3,
            status=status,
            threshold=3,
        )
        for name, status in statuses.items()
    }
    return replace(state, containers={replace(container(state), check_infos=infos)})


DOWN, UP = ops.pebble.CheckStatus.DOWN, ops.pebble.CheckStatus.UP


def test_application_that_does_not_answer_is_waited_for(context: Context, active: testing.State):
    silent = with_checks(active, application=DOWN, worker=DOWN)
    (check,) = (info for info in container(silent).check_infos if info.name == "application")

    failed = context.run(context.on.pebble_check_failed(container(silent), check), silent)
    assert failed.unit_status == testing.WaitingStatus(
        "Indico does not answer yet: see the unit's log"
    )
    assert programs(context) == [[*PREFLIGHT], [*STORAGE_NOTE]]
    context.exec_history.clear()
    assert context.run(context.on.update_status(), failed).unit_status == failed.unit_status
    assert programs(context) == [[*PREFLIGHT], [*STORAGE_NOTE]]

    healed = with_checks(failed, application=UP, worker=UP)
    (check,) = (info for info in container(healed).check_infos if info.name == "application")
    state = context.run(context.on.pebble_check_recovered(container(healed), check), healed)
    assert state.unit_status == testing.ActiveStatus()


def test_worker_that_is_stuck_is_told_while_pages_are_served(
    context: Context, active: testing.State
):
    state = context.run(
        context.on.update_status(), with_checks(active, application=UP, worker=DOWN)
    )

    assert state.unit_status == testing.ActiveStatus(
        "background tasks wait: the Celery worker does not answer"
    )
    assert programs(context) == [[*PREFLIGHT], [*STORAGE_NOTE]]
