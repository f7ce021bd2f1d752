"""A unit of the charm whose hooks ops.testing runs, and how its tests speak of it."""

from dataclasses import replace
from pathlib import Path

import ops
from ops import testing
from scenario.mocking import ExecArgs

from charm import IndicoCharm
from devstack import rock

PREFLIGHT = ("python3", "-m", "indico_app.preflight")
MIGRATION = ("python3", "migrate.py")
RESOURCES = ("python3", "-m", "indico_app.resources")
VERSION = ("python3", "-m", "indico_app.version")
OPERATE = ("python3", "-m", "indico_app.operate")
TURN = ("python3", "-m", "indico_app.turn")
STORAGE_NOTE = ("python3", "-m", "indico_app.storage_note")

_CONTAINER = "flask-app"
_CHECK_CONFIG = ("/bin/python3", "-m", "gunicorn")

_PROGRAMS = (PREFLIGHT, RESOURCES, MIGRATION, OPERATE, STORAGE_NOTE, _CHECK_CONFIG)

type Context = testing.Context[IndicoCharm]


def deployed(kept: Path) -> testing.State:
    """Describe a leader whose relations are there and whose container has just come up.

    Args:
        kept: a folder for what the container keeps between hooks.
    """
    files = {Path("tmp", "flask", "state"): kept, **rock.files()}
    container = testing.Container(
        _CONTAINER,
        can_connect=True,
        layers={"rock": ops.pebble.Layer(rock.layer())},
        mounts={
            str(target): testing.Mount(location=f"/{target}", source=source)
            for target, source in files.items()
        },
        execs={
            testing.Exec(TURN, stdout="now\n"),
            testing.Exec(VERSION, stdout="3.3.14\n"),
            *(testing.Exec(p) for p in _PROGRAMS),
        },
    )
    return testing.State(
        leader=True,
        model=testing.Model(name="model", type="kubernetes"),
        containers={container},
        relations={
            testing.PeerRelation("secret-storage", local_app_data={"flask_secret_key": "a key"}),
            testing.Relation(
                "postgresql",
                remote_app_data={
                    "endpoints": "pg:5432",
                    "username": "indico",
                    "password": "s3cr3t",
                    "database": "indico",
                },
            ),
            testing.Relation(
                "redis", remote_units_data={0: {"hostname": "redis", "port": "6379"}}
            ),
        },
    )


def container(state: testing.State) -> testing.Container:
    """Find the workload container."""
    return state.get_container(_CONTAINER)


def without(state: testing.State, endpoint: str) -> testing.State:
    """Take a relation away."""
    kept = {relation for relation in state.relations if relation.endpoint != endpoint}
    return replace(state, relations=kept)


def related(state: testing.State, relation: testing.RelationBase) -> testing.State:
    """Put a relation in the place of those of its endpoint."""
    others = without(state, relation.endpoint)
    return replace(others, relations={*others.relations, relation})


def ending(
    state: testing.State,
    program: tuple[str, ...],
    status: int,
    stderr: str = "",
    stdout: str = "",
) -> testing.State:
    """Let a program of the workload end like this from now on."""
    old = container(state)
    others = {execution for execution in old.execs if execution.command_prefix != program}
    ends = testing.Exec(program, return_code=status, stdout=stdout, stderr=stderr)
    return replace(state, containers={replace(old, execs={*others, ends})})


def environment(state: testing.State, service: str = "flask") -> dict[str, str]:
    """Tell what the plan gives to a service."""
    return container(state).plan.services[service].environment


def started(state: testing.State) -> set[str]:
    """Tell which services have been started."""
    statuses = container(state).service_statuses
    return {name for name, status in statuses.items() if status is ops.pebble.ServiceStatus.ACTIVE}


def runs(context: Context) -> list[ExecArgs]:
    """Tell what the charm has run in the container, and how."""
    return context.exec_history.get(_CONTAINER, [])


def programs(context: Context) -> list[list[str]]:
    """Tell the command lines of these."""
    return [run.command for run in runs(context)]
