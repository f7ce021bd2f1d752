"""How a unit that could be started stands: small checks, of which the worst makes the status."""

from collections.abc import Callable, Iterable

import ops

type Check = Callable[[], ops.StatusBase | None]

_WORST_FIRST = (ops.BlockedStatus, ops.WaitingStatus, ops.ActiveStatus)

#: What a check of Pebble that fails means to the operator, the worst first.
_FAILING = {
    "nginx": ops.WaitingStatus("nginx does not answer: see the unit's log"),
    "application": ops.WaitingStatus("Indico does not answer yet: see the unit's log"),
    "worker": ops.ActiveStatus("background tasks wait: the Celery worker does not answer"),
}

NO_ADDRESS = ops.ActiveStatus("the ingress gives no address yet: check its application")


def status(checks: Iterable[Check]) -> ops.StatusBase:
    """Choose the status of a unit whose services have been started.

    Args:
        checks: each tells what it finds wrong, None where that is nothing.

    Returns:
        The worst of what they find; an active one without words if all is well.
    """
    found = [finding for check in checks if (finding := check())]
    return min(found, key=lambda each: _WORST_FIRST.index(type(each)), default=ops.ActiveStatus())


def is_started(told: ops.StatusBase) -> bool:
    """Look whether a status is one of a unit whose services have been started.

    Args:
        told: the status that the unit was given last.
    """
    return isinstance(told, ops.ActiveStatus) or told in _FAILING.values()


def services(container: ops.Container) -> ops.StatusBase | None:
    """Look at the checks of Pebble.

    Args:
        container: the workload container.

    Returns:
        What the worst of those that fail means.
    """
    if not container.can_connect():
        return None
    checks = container.get_checks(*_FAILING)
    down = {name for name, check in checks.items() if check.status == ops.pebble.CheckStatus.DOWN}
    return next((means for name, means in _FAILING.items() if name in down), None)
