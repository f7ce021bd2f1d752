"""What the charm asks of the workload, by running the programs that the rock ships."""

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, override

import ops
from ops.pebble import ChangeError, ExecError, ExecProcess
from ops.pebble import TimeoutError as PebbleTimeoutError
from paas_charm.database_migration import DatabaseMigration
from paas_charm.exceptions import CharmConfigInvalidError

logger = logging.getLogger(__name__)

_USER = "_daemon_"
_DIRECTORY = "/flask/app"
_QUICK, _FETCH, _STOP = 30, 300, 90
_WEB = "flask"
# The exit status by which sysexits.h and the workload say that trying again later may help.
_EX_TEMPFAIL = 75


class CommandError(Exception):
    """A program of the workload failed; the message is what it gave as the reason."""


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
        return ops.WaitingStatus(
            "PostgreSQL, Redis or S3 does not answer: check these applications"
        )
    except ExecError as exc:
        status = ops.WaitingStatus if exc.exit_code == _EX_TEMPFAIL else ops.BlockedStatus
        return status(_last_line(exc))
    return None


def start_problem(
    container: ops.Container, environment: Mapping[str, str]
) -> ops.BlockedStatus | ops.WaitingStatus | None:
    """Ask the same, and have the workload fetch what the options name, unless it is there.

    Args:
        container: the workload container, which can be connected to.
        environment: what its services would be given.

    Returns:
        None if it can be started, else a status that says why not and what to do.
    """
    if found := problem(container, environment):
        return found
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
    return container.get_plan().services[_WEB].environment


def start_anew(
    container: ops.Container, turn: Callable[[], AbstractContextManager[None]]
) -> ops.WaitingStatus | None:
    """Restart the services that are given the environment, although it is the same.

    Args:
        container: the workload container, which can be connected to.
        turn: makes the time in which this unit may restart its web service.

    Returns:
        None if they run, else a status that says why not.
    """
    running = container.get_services()
    given = [name for name, s in container.get_plan().services.items() if s.environment]
    others = [name for name in given if name != _WEB and running[name].is_running()]
    try:
        with turn():
            container.pebble.restart_services([_WEB], timeout=_STOP)
        container.pebble.restart_services(others, timeout=_STOP)
    except ops.pebble.Error as exc:
        return start_failure(exc)
    except CommandError as exc:
        return ops.WaitingStatus(str(exc))
    return None


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


def version(container: ops.Container) -> str | None:
    """Ask the workload which version of Indico it is.

    Args:
        container: the workload container, which can be connected to.

    Returns:
        The version, None if it cannot tell.
    """
    try:
        return _run(container, {}, "indico_app.version", timeout=_QUICK).strip()
    except (ChangeError, PebbleTimeoutError, ExecError):
        return None


def note(container: ops.Container, environment: Mapping[str, str]) -> str:
    """Ask the workload what an operator should know while all is well.

    Args:
        container: the workload container, which can be connected to.
        environment: what its services are given.

    Returns:
        One line, or nothing; nothing too if the workload cannot tell.
    """
    try:
        return _run(container, environment, "indico_app.storage_note", timeout=_QUICK).strip()
    except (ChangeError, ExecError, PebbleTimeoutError):
        return ""


@contextmanager
def turn(
    container: ops.Container, environment: Mapping[str, str], seconds: int
) -> Generator[None]:
    """Wait until this unit may restart its application, and have the others wait meanwhile.

    Args:
        container: the workload container, which can be connected to.
        environment: what its services will be given.
        seconds: how long the load balancer takes to notice that a unit comes or goes.

    Raises:
        CommandError: if its turn does not come, or the application does not answer afterwards.
    """
    process = _start(container, environment, "indico_app.turn", str(seconds), timeout=None)
    try:
        if process.stdout and process.stdout.readline():
            try:
                yield
            finally:
                _tell(process, "done")
                process.wait_output()
        else:
            process.wait_output()
    except ExecError as exc:
        raise CommandError(_last_line(exc)) from exc


def _tell(process: ExecProcess[str], word: str) -> None:
    if process.stdin:
        process.stdin.write(f"{word}\n")
        process.stdin.flush()


def _run(
    container: ops.Container,
    environment: Mapping[str, str],
    module: str,
    *arguments: str,
    timeout: int,
    stdin: str | None = None,
) -> str:
    process = _start(container, environment, module, *arguments, timeout=timeout, stdin=stdin)
    try:
        return str(process.wait_output()[0])
    except ExecError as exc:
        logger.warning("%s failed: %s", module, exc.stderr)
        raise


def _start(
    container: ops.Container,
    environment: Mapping[str, str],
    module: str,
    *arguments: str,
    timeout: int | None,
    stdin: str | None = None,
) -> ExecProcess[str]:
    return container.exec(
        ["python3", "-m", module, *arguments],
        environment=dict(environment),
        user=_USER,
        group=_USER,
        working_dir=_DIRECTORY,
        timeout=timeout,
        stdin=stdin,
    )


def _last_line(error: ExecError[str]) -> str:
    """By the workload's custom, the last line that a failing program writes is the reason."""
    lines = (error.stderr or "").strip().splitlines()
    return (
        lines[-1] if lines else f"{' '.join(error.command[:3])} failed without a word: see the log"
    )
