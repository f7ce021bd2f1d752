"""What the framework and the libraries leave out about relations."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import ops
from paas_charm.charm import PaasCharm
from paas_charm.exceptions import CharmConfigInvalidError, RelationDataError

_REMEDY = "check the application that the charm is integrated with on {0}, or remove the relation"

_METHODS = {
    "redis": "to_relation_data",
    "s3": "to_relation_data",
    "saml": "to_relation_data",
    "oauth": "to_relation_data",
    "tracing": "to_relation_data",
    "smtp": "get_relation_data",
    "http-proxy": "fetch_proxies",
}


def observe(charm: ops.CharmBase, handler: Callable[[Any], None]) -> None:
    """Have a handler told of everything that happens to the charm's relations.

    The libraries tell of what they expect: most of them not of data that go away, some not of a
    relation that ends.

    Args:
        charm: the charm; the handler is called after the handlers that there are already.
        handler: a method of the charm that takes an event.
    """
    for endpoint in (*charm.meta.requires, *charm.meta.peers):
        events = charm.on[endpoint]
        for event in (
            events.relation_created,
            events.relation_changed,
            events.relation_departed,
            events.relation_broken,
        ):
            charm.framework.observe(event, handler)


def explain(error: Exception, charm: PaasCharm) -> CharmConfigInvalidError | RelationDataError:
    """Say whose data the framework cannot use.

    Args:
        error: what it raised when it read options and databags. Some libraries raise whatever
            their parsers do.
        charm: the charm.

    Returns:
        An error that the framework makes a blocked status of, with a remedy.
    """
    endpoint = error.relation if isinstance(error, RelationDataError) else _culprit(charm)
    if endpoint:
        text = f"{endpoint}: what the relation says cannot be used: {_REMEDY.format(endpoint)}"
        return RelationDataError(text, relation=endpoint)
    if isinstance(error, CharmConfigInvalidError):
        return error
    if isinstance(error, ops.ModelError):
        return CharmConfigInvalidError(
            "flask-secret-key-id cannot be read: juju grant-secret it to this application"
        )
    return CharmConfigInvalidError("the options cannot be read: see juju debug-log")


def _culprit(charm: PaasCharm) -> str | None:
    for endpoint, read in _readers(charm).items():
        try:
            read()
        except Exception:  # noqa: BLE001
            return endpoint
    return None


def _port(database: Any) -> int | None:
    """The port of a database, which is what the framework wants to know of its address."""
    data = database.to_relation_data()
    return urlsplit(data.uris).port if data else None


def _readers(charm: PaasCharm) -> dict[str, Callable[[], object]]:
    """What reads the databags of each relation whose data can make the framework fail."""
    state = vars(charm)
    readers: dict[str, Callable[[], object]] = {
        name: partial(_port, requirer) for name, requirer in state["_database_requirers"].items()
    }
    for endpoint, method in _METHODS.items():
        if charm.model.relations[endpoint]:
            readers[endpoint] = getattr(state[f"_{endpoint.replace('-', '_')}"], method)
    return readers
