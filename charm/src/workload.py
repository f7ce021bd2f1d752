"""What the charm asks of the workload, by running the programs that the rock ships."""

import logging
from collections.abc import Mapping
from typing import Any, override

import ops
from ops.pebble import ChangeError, ExecError
from ops.pebble import TimeoutError as PebbleTimeoutError
from paas_charm.database_migration import DatabaseMigration
from paas_charm.exceptions import CharmConfigInvalidError

logger = logging.getLogger(__name__)

_USER = "_daemon_"
_DIRECTORY = "/flask/app"
_QUICK, _FETCH = 30, 300
# The exit status by which sysexits.h and the workload say that trying again later may help.
_EX_TEMPFAIL = 75


class Migration(DatabaseMigration):
    """The framework's database migration, with a failure that tells its reason."""

    @override
    def run(self, **kwargs: Any) -> None:
        """Run the migration where it has not run yet.

        Args:
            kwargs: as in the base class.

        Raises:
            CharmConfigInvalidError: if it fails, with the last line that it wrote.
        """
        try:
            super().run(**kwargs)
        except CharmConfigInvalidError as exc:
            if isinstance(exc.__cause__, ExecError) and exc.__cause__.stderr:
                raise CharmConfigInvalidError(_last_line(exc.__cause__)) from exc
            raise


def problem(
    container: ops.Container, environment: Mapping[str, str]
) -> ops.BlockedStatus | ops.WaitingStatus | None:
    """Ask the workload whether it could run with an environment.

    Args:
        container: the workload container, which can be connected to.
        environment: what its services would be given.

    Returns:
        None if it could, else a status that says why not and what to do.
    """
    try:
        _run(container, environment, "indico_app.preflight", timeout=_QUICK)
    except (ChangeError, PebbleTimeoutError):
        return ops.WaitingStatus("PostgreSQL or Redis does not answer: check both applications")
    except ExecError as exc:
        status = ops.WaitingStatus if exc.exit_code == _EX_TEMPFAIL else ops.BlockedStatus
        return status(_last_line(exc))
    return None


def resource_problem(
    container: ops.Container, environment: Mapping[str, str]
) -> ops.BlockedStatus | None:
    """Have the workload fetch what the options name, unless it is there.

    Args:
        container: the workload container, which can be connected to.
        environment: what its services would be given.

    Returns:
        None if it is there, else a status that says what cannot be had, and why.
    """
    try:
        _run(container, environment, "indico_app.resources", timeout=_FETCH)
    except (ChangeError, PebbleTimeoutError):
        return ops.BlockedStatus(
            f"plugins and customization are not fetched within {_FETCH} seconds: see that their "
            "servers and the proxy answer"
        )
    except ExecError as exc:
        return ops.BlockedStatus(_last_line(exc))
    return None


def environment(container: ops.Container) -> Mapping[str, str]:
    """Tell the environment that the services have been given.

    Args:
        container: the workload container, which can be connected to.

    Returns:
        The environment of the plan; it is empty before the first start.
    """
    return container.get_plan().services["flask"].environment


def services(container: ops.Container) -> list[str]:
    """Tell which services run with that environment.

    Args:
        container: the workload container, which can be connected to.

    Returns:
        Their names.
    """
    planned = container.get_plan().services
    running = container.get_services()
    return [n for n, s in planned.items() if s.environment and running[n].is_running()]


def start_failure(error: ops.pebble.Error) -> ops.WaitingStatus:
    """Say why the services are not as they should be yet; Pebble goes on trying.

    Args:
        error: what Pebble answered when it was told to start or restart them.

    Returns:
        The status of a unit in this state.

    Raises:
        ops.pebble.Error: the same one, if it is no matter of services.
    """
    match error:
        case PebbleTimeoutError():
            return ops.WaitingStatus("services take long to stop: they finish what they do")
        case ChangeError():
            failed = [task.summary for task in error.change.tasks if task.status == "Error"]
            what = ", ".join(failed) or error.change.summary
            return ops.WaitingStatus(f"{what}: failed, trying again; the unit's log says why")
        case _:
            raise error


def _run(
    container: ops.Container,
    environment: Mapping[str, str],
    module: str,
    *arguments: str,
    timeout: int,
    stdin: str | None = None,
) -> None:
    process = container.exec(
        ["python3", "-m", module, *arguments],
        environment=dict(environment),
        user=_USER,
        group=_USER,
        working_dir=_DIRECTORY,
        timeout=timeout,
        stdin=stdin,
    )
    try:
        process.wait_output()
    except ExecError as exc:
        logger.warning("%s failed: %s", module, exc.stderr)
        raise


def _last_line(error: ExecError[str]) -> str:
    """By the workload's custom, the last line that a failing program writes is the reason."""
    lines = (error.stderr or "").strip().splitlines()
    return (
        lines[-1] if lines else f"{' '.join(error.command[:3])} failed without a word: see the log"
    )
