"""The charm over its hooks: what it makes of Juju's facts, and what its status says."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import ops
import pytest
from ops import testing

from charm import IndicoCharm
from tests.unit.deployment import (
    MIGRATION,
    PREFLIGHT,
    Context,
    container,
    ending,
    environment,
    programs,
    related,
    started,
    without,
)

SERVICES = {
    "celery-beat-scheduler",
    "celery-exporter-scheduler",
    "celery-worker",
    "flask",
    "nginx",
    "nginx-prometheus-exporter",
    "statsd-exporter",
}
NOT_YET = "PostgreSQL at pg:5432 cannot be used (refused): check the postgresql application"


def test_pebble_ready_with_relations_is_active(context: Context, deployed: testing.State):
    state = context.run(context.on.pebble_ready(container(deployed)), deployed)

    assert state.unit_status == testing.ActiveStatus()
    assert state.app_status == testing.ActiveStatus()
    assert state.opened_ports == {testing.TCPPort(8080)}
    assert started(state) == SERVICES


@pytest.mark.parametrize(
    "service", ["flask", "celery-worker", "celery-beat-scheduler", "celery-exporter-scheduler"]
)
def test_service_is_given_what_relations_and_config_say(active: testing.State, service: str):
    given = environment(active, service)

    assert given["POSTGRESQL_DB_CONNECT_STRING"] == "postgresql://indico:s3cr3t@pg:5432/indico"
    assert given["REDIS_DB_CONNECT_STRING"] == "redis://redis:6379"
    assert given["FLASK_BASE_URL"] == "http://indico.model:8080"
    assert given["FLASK_SECRET_KEY"] == "a key"
    assert given["FLASK_ENABLE_ROOMBOOKING"] == "false"
    assert "FLASK_SITE_URL" not in given
    assert "SMTP_HOST" not in given


@pytest.mark.parametrize("service", ["nginx", "nginx-prometheus-exporter", "statsd-exporter"])
def test_service_that_needs_no_secret_is_given_none(active: testing.State, service: str):
    assert environment(active, service) == {}


def test_config_changed_reaches_the_services(context: Context, active: testing.State):
    configured = replace(
        active, config={"site_url": "https://indico.example.org", "enable_roombooking": True}
    )

    state = context.run(context.on.config_changed(), configured)

    assert state.unit_status == testing.ActiveStatus()
    assert environment(state)["FLASK_SITE_URL"] == "https://indico.example.org"
    assert environment(state)["FLASK_ENABLE_ROOMBOOKING"] == "true"


def test_ingress_is_told_the_port_and_gives_the_address(context: Context, active: testing.State):
    ingress = testing.Relation(
        "ingress", remote_app_data={"ingress": '{"url": "https://indico.example.org/"}'}
    )

    state = context.run(context.on.relation_changed(ingress), related(active, ingress))

    assert state.get_relation(ingress.id).local_app_data["port"] == "8080"
    assert environment(state)["FLASK_BASE_URL"] == "https://indico.example.org/"


def test_smtp_reaches_the_services(context: Context, active: testing.State):
    smtp = testing.Relation(
        "smtp",
        remote_app_data={
            "host": "smtp.example.org",
            "port": "587",
            "auth_type": "none",
            "transport_security": "starttls",
        },
    )

    state = context.run(context.on.relation_changed(smtp), related(active, smtp))

    assert environment(state)["SMTP_HOST"] == "smtp.example.org"
    assert environment(state)["SMTP_PORT"] == "587"
    assert environment(state)["SMTP_TRANSPORT_SECURITY"] == "starttls"


def test_s3_reaches_the_services_until_it_ends(context: Context, active: testing.State):
    s3 = testing.Relation(
        "s3",
        remote_app_data={
            "access-key": "key",
            "secret-key": "s3cr3t",
            "bucket": "indico",
            "endpoint": "https://s3.example.org",
            "region": "eu-central-1",
            "s3-uri-style": "host",
            "tls-ca-chain": '["a certificate"]',
        },
    )

    state = context.run(context.on.relation_changed(s3), related(active, s3))
    given = environment(state, "celery-worker")
    ended = context.run(context.on.relation_broken(s3), state)

    assert given == environment(state)
    assert (
        given.items()
        >= {
            "S3_ACCESS_KEY": "key",
            "S3_SECRET_KEY": "s3cr3t",
            "S3_BUCKET": "indico",
            "S3_ENDPOINT": "https://s3.example.org",
            "S3_REGION": "eu-central-1",
            "S3_ADDRESSING_STYLE": "virtual",
            "S3_TLS_CA_CHAIN": '["a certificate"]',
        }.items()
    )
    assert state.unit_status == ended.unit_status == testing.ActiveStatus()
    assert not [name for name in environment(ended) if name.startswith("S3_")]


@pytest.mark.parametrize("endpoint", ["postgresql", "redis"])
def test_relation_missing_is_named(context: Context, deployed: testing.State, endpoint: str):
    lacking = without(deployed, endpoint)

    state = context.run(context.on.pebble_ready(container(lacking)), lacking)

    assert state.unit_status == testing.BlockedStatus(
        f"missing integrations: {endpoint}: juju integrate indico {endpoint}-k8s"
    )
    assert not started(state)
    assert not programs(context)


@pytest.mark.parametrize("endpoint", ["postgresql", "redis"])
def test_relation_that_ends_is_named_and_ends_the_services(
    context: Context, active: testing.State, endpoint: str
):
    (relation,) = active.get_relations(endpoint)

    state = context.run(context.on.relation_broken(relation), active)

    assert state.unit_status == testing.BlockedStatus(
        f"missing integrations: {endpoint}: juju integrate indico {endpoint}-k8s"
    )
    assert not started(state)


def test_container_that_is_not_there_yet_is_waited_for(context: Context, deployed: testing.State):
    absent = replace(deployed, containers={replace(container(deployed), can_connect=False)})

    state = context.run(context.on.config_changed(), absent)

    assert state.unit_status == testing.WaitingStatus("Waiting for pebble ready")


def test_preflight_with_unusable_settings_is_blocked(context: Context, active: testing.State):
    reason = "site_url 'ftp://x' is not a web address: set site_url to a web address"
    unusable = ending(active, PREFLIGHT, os.EX_CONFIG, f"a warning\n{reason}\n")

    state = context.run(context.on.config_changed(), unusable)

    assert state.unit_status == testing.BlockedStatus(reason)


def test_preflight_with_servers_away_is_waiting(context: Context, active: testing.State):
    away = ending(active, PREFLIGHT, os.EX_TEMPFAIL, f"a warning\n{NOT_YET}\n")

    state = context.run(context.on.config_changed(), away)

    assert state.unit_status == testing.WaitingStatus(NOT_YET)


def test_preflight_without_an_end_is_waiting(
    context: Context, active: testing.State, monkeypatch: pytest.MonkeyPatch
):
    def time_out(*_: object, **__: object):
        raise change_error("Execute command")

    monkeypatch.setattr(ops.Container, "exec", time_out)
    state = context.run(context.on.config_changed(), active)

    assert isinstance(state.unit_status, testing.WaitingStatus)
    assert "PostgreSQL, Redis or S3 does not answer" in state.unit_status.message


@pytest.mark.parametrize("status", [os.EX_CONFIG, os.EX_TEMPFAIL])
def test_preflight_that_fails_leaves_what_runs(
    context: Context, active: testing.State, status: int
):
    changed = replace(active, config={"site_url": "https://another.example.org"})

    state = context.run(context.on.config_changed(), ending(changed, PREFLIGHT, status, NOT_YET))

    assert container(state).plan == container(active).plan
    assert started(state) == SERVICES
    assert programs(context) == [[*PREFLIGHT]]


@pytest.mark.parametrize("status", [os.EX_CONFIG, os.EX_TEMPFAIL])
def test_update_status_after_preflight_failed_recovers(
    context: Context, active: testing.State, status: int
):
    configured = replace(active, config={"site_url": "https://indico.example.org"})
    failing = ending(configured, PREFLIGHT, status, NOT_YET)
    failed = context.run(context.on.config_changed(), failing)

    state = context.run(context.on.update_status(), ending(failed, PREFLIGHT, os.EX_OK))

    assert state.unit_status == testing.ActiveStatus()
    assert environment(state)["FLASK_SITE_URL"] == "https://indico.example.org"


def test_update_status_notices_servers_that_are_gone(context: Context, active: testing.State):
    gone = ending(active, PREFLIGHT, os.EX_TEMPFAIL, NOT_YET)

    state = context.run(context.on.update_status(), gone)

    assert state.unit_status == testing.WaitingStatus(NOT_YET)
    assert started(state) == SERVICES


def test_update_status_when_all_is_well_touches_nothing(context: Context, active: testing.State):
    state = context.run(context.on.update_status(), active)

    assert state.unit_status == testing.ActiveStatus()
    assert container(state).plan == container(active).plan
    assert programs(context) == [[*PREFLIGHT]]


def test_update_status_tells_the_ingress_where_the_unit_is_now(
    context: Context, active: testing.State
):
    moved = testing.Relation("ingress", local_unit_data={"ip": '"198.51.100.1"'})

    state = context.run(context.on.update_status(), related(active, moved))

    assert state.get_relation(moved.id).local_unit_data["ip"] == '"192.0.2.0"'


def test_migration_for_the_same_database_is_not_run_again(context: Context, active: testing.State):
    context.run(context.on.config_changed(), active)

    assert [*MIGRATION] not in programs(context)


def test_migration_for_another_database_is_run_again(context: Context, active: testing.State):
    (postgresql,) = active.get_relations("postgresql")
    assert isinstance(postgresql, testing.Relation)
    databag = {**postgresql.remote_app_data, "endpoints": "other:5432"}
    moved = replace(postgresql, remote_app_data=databag)

    state = context.run(context.on.relation_changed(moved), related(active, moved))

    assert programs(context).count([*MIGRATION]) == 1
    assert "@other:5432/" in environment(state)["POSTGRESQL_DB_CONNECT_STRING"]


def test_migration_that_fails_is_blocked_with_its_reason(
    context: Context, deployed: testing.State
):
    reason = "PostgreSQL lacks unaccent, which Indico may not create: juju config postgresql-k8s"
    failing = ending(deployed, MIGRATION, 1, f"INFO Booting.\n{reason}\n")

    state = context.run(context.on.pebble_ready(container(failing)), failing)

    assert state.unit_status == testing.BlockedStatus(reason)
    assert not started(state)


def test_migration_that_fails_without_a_word_is_blocked(context: Context, deployed: testing.State):
    failing = ending(deployed, MIGRATION, 1)

    state = context.run(context.on.pebble_ready(container(failing)), failing)

    assert isinstance(state.unit_status, testing.BlockedStatus)
    assert "migrat" in state.unit_status.message


def test_update_status_after_the_migration_failed_recovers(
    context: Context, deployed: testing.State
):
    failing = ending(deployed, MIGRATION, 1, "no luck")
    failed = context.run(context.on.pebble_ready(container(failing)), failing)

    state = context.run(context.on.update_status(), ending(failed, MIGRATION, os.EX_OK))

    assert state.unit_status == testing.ActiveStatus()
    assert started(state) == SERVICES


def test_update_status_tries_the_migration_once(context: Context, deployed: testing.State):
    failing = ending(deployed, MIGRATION, 1, "no luck")
    failed = context.run(context.on.pebble_ready(container(failing)), failing)
    context.exec_history.clear()

    context.run(context.on.update_status(), failed)

    assert programs(context).count([*MIGRATION]) == 1


def test_unit_that_is_not_the_first_runs_no_scheduler(charm_root: Path, deployed: testing.State):
    second = testing.Context(IndicoCharm, charm_root=charm_root, app_name="indico", unit_id=1)
    follower = replace(deployed, leader=False, planned_units=2)

    state = second.run(second.on.pebble_ready(container(follower)), follower)

    assert state.unit_status == testing.ActiveStatus()
    assert started(state) == SERVICES - {"celery-beat-scheduler", "celery-exporter-scheduler"}


def test_secret_key_stays_the_same_over_hooks(context: Context, deployed: testing.State):
    peers = testing.PeerRelation("secret-storage")
    new = related(deployed, peers)

    state = context.run(context.on.relation_created(peers), new)
    state = context.run(context.on.pebble_ready(container(state)), state)
    key = environment(state)["FLASK_SECRET_KEY"]
    state = context.run(context.on.config_changed(), state)
    state = context.run(context.on.leader_elected(), state)
    state = context.run(context.on.upgrade_charm(), state)
    state = context.run(context.on.update_status(), state)

    assert len(key) >= 64
    assert environment(state)["FLASK_SECRET_KEY"] == key
    assert environment(state, "celery-worker")["FLASK_SECRET_KEY"] == key


def test_service_that_does_not_start_is_named_until_it_does(
    context: Context, deployed: testing.State
):
    with replan_that_fails(change_error("Replan", 'Start service "nginx"')):
        state = context.run(context.on.pebble_ready(container(deployed)), deployed)

    assert isinstance(state.unit_status, testing.WaitingStatus)
    assert state.unit_status.message.startswith('Start service "nginx": failed')

    state = context.run(context.on.update_status(), state)
    assert state.unit_status == testing.ActiveStatus()


def test_service_that_takes_long_to_stop_is_waited_for(context: Context, active: testing.State):
    with replan_that_fails(ops.pebble.TimeoutError("timed out waiting for change")):
        state = context.run(context.on.config_changed(), active)

    assert isinstance(state.unit_status, testing.WaitingStatus)
    assert "take long to stop" in state.unit_status.message

    state = context.run(context.on.update_status(), state)
    assert state.unit_status == testing.ActiveStatus()


def test_pebble_that_goes_away_is_left_to_juju(context: Context, active: testing.State):
    with (
        replan_that_fails(ops.pebble.ConnectionError("gone")),
        pytest.raises(testing.errors.UncaughtCharmError) as raised,
    ):
        context.run(context.on.config_changed(), active)

    assert isinstance(raised.value.__cause__, ops.pebble.ConnectionError)


@contextmanager
def replan_that_fails(error: ops.pebble.Error) -> Generator[None]:
    """Let Pebble answer like this when it is told to bring its services up to the plan."""

    def fail(_: ops.Container):
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ops.Container, "replan", fail)
        yield


def change_error(summary: str, *failed: str) -> ops.pebble.ChangeError:
    """Make what Pebble answers when a change fails, with the tasks of it that did."""
    now = datetime.now(UTC)
    done = ops.pebble.TaskProgress("", 1, 1)
    statuses = {'Start service "flask"': "Done", **dict.fromkeys(failed, "Error")}
    tasks = [
        ops.pebble.Task(ops.pebble.TaskID(name), "start", name, status, [], done, now, now)
        for name, status in statuses.items()
    ]
    change = ops.pebble.Change(
        id=ops.pebble.ChangeID("1"),
        kind="replan",
        summary=summary,
        status="Error",
        tasks=tasks,
        ready=True,
        err="failed",
        spawn_time=now,
        ready_time=now,
    )
    return ops.pebble.ChangeError("failed", change)
