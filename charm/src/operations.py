"""Runs the commands for operators that the rock ships, as its services run."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import ops
from ops.pebble import ChangeError, ExecError
from ops.pebble import TimeoutError as PebbleTimeoutError

logger = logging.getLogger(__name__)

_PYTHON = ("python3", "-m")
#: The service whose environment, user and folder the commands are given.
_SERVICE = "flask"

type Result = dict[str, Any]


class OperationError(Exception):
    """A command failed; the message is the reason, and `result` what it did all the same."""

    def __init__(self, reason: str, result: Result | None = None):
        super().__init__(reason)
        self.result = result or {}


def run(
    container: ops.Container,
    module: str,
    *words: str,
    stdin: str = "",
    timeout: int,
    say: Callable[[str], None],
) -> Result:
    """Run a command with the settings that the running services have.

    Args:
        container: the workload container.
        module: the program of the workload.
        words: its arguments. They can be read by others; what is secret goes into
            standard input.
        stdin: what the command reads.
        timeout: after how many seconds to give up.
        say: is told what the command prints on its way.

    Returns:
        What the command says that it did.

    Raises:
        OperationError: if Indico does not run, or the command fails or takes too long.
    """
    service = _running_service(container)
    stderr = io.StringIO()
    lines: list[str] = []
    try:
        process = container.exec(
            [*_PYTHON, module, *words],
            environment=service.environment,
            user=service.user or None,
            group=service.user or None,
            working_dir=service.working_dir,
            timeout=timeout,
            stdin=stdin,
            stderr=stderr,
        )
        for line in process.stdout or ():
            lines.append(line)
            if not line.startswith("{"):
                say(line.rstrip())
        process.wait()
    except ExecError as exc:
        logger.warning("%s failed: %s", module, stderr.getvalue())
        raise OperationError(_reason(stderr.getvalue(), module), _result(lines)) from exc
    except (ChangeError, PebbleTimeoutError) as exc:
        raise OperationError(f"not done within {timeout} seconds: try again") from exc
    return _result(lines)


def _running_service(container: ops.Container) -> ops.pebble.Service:
    if not (container.can_connect() and _runs(container)):
        raise OperationError("Indico is not running: see the status of the unit")
    return container.get_plan().services[_SERVICE]


def _runs(container: ops.Container) -> bool:
    found = container.get_services(_SERVICE).get(_SERVICE)
    return found is not None and found.is_running()


def _result(lines: list[str]) -> Result:
    return json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}


def _reason(stderr: str, module: str) -> str:
    lines = stderr.strip().splitlines()
    return lines[-1] if lines else f"{module} failed without a word: see the log of the unit"
