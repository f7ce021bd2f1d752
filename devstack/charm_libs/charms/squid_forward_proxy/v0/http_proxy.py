"""Stand-in for the requirer side of the `http-proxy` relation of the squid-forward-proxy charm."""

import json
import uuid
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import ops

_READY = "ready"


@dataclass
class ProxyConfig:
    """The addresses of the proxy, with a user's name and password where it wants them."""

    http_proxy: str
    https_proxy: str


class HTTPProxyUnavailableError(Exception):
    """The relation is there, and the proxy cannot be used yet."""

    def __init__(self, message: str, status: str | None):
        """Say why.

        Args:
            message: the reason.
            status: what the provider says of the request, if it has answered.
        """
        super().__init__(f"{message} (status: {status})" if status else message)
        self.status = status


class HttpProxyRequirer(ops.Object):
    """Asks for a proxy, in `requests` of our databag, and reads `responses` of the provider's."""

    def __init__(self, charm: ops.CharmBase, relation_name: str = "http-proxy"):
        """Observe the relation.

        Args:
            charm: the charm.
            relation_name: the name of the endpoint.
        """
        super().__init__(charm, relation_name)
        self._charm = charm
        self._relation_name = relation_name
        self.framework.observe(charm.on[relation_name].relation_joined, self._on_joined)
        self.framework.observe(charm.on.upgrade_charm, self._on_joined)

    def fetch_proxies(self) -> ProxyConfig:
        """Read the addresses of the proxy.

        Raises:
            HTTPProxyUnavailableError: if the provider has given none that can be used.
        """
        answer = self._answer()
        if answer is None or answer.get("status") != _READY:
            status = None if answer is None else str(answer.get("status"))
            raise HTTPProxyUnavailableError("the proxy is not ready", status)
        addresses = [str(answer.get(key) or "") for key in ("http_proxy", "https_proxy")]
        if not all(urlsplit(address).hostname for address in addresses):
            raise HTTPProxyUnavailableError("the proxy has no address", _READY)
        http, https = (self._with_user(address, answer.get("user")) for address in addresses)
        return ProxyConfig(http_proxy=http, https_proxy=https)

    def _answer(self) -> dict[str, Any] | None:
        """The provider's answer; the charm asks for one proxy, so there is one at most."""
        relation = self.model.get_relation(self._relation_name)
        if relation is None or not relation.app:
            return None
        answers: Any = json.loads(relation.data[relation.app].get("responses") or "[]")
        return cast("dict[str, Any]", answers[0]) if answers else None

    def _with_user(self, address: str, secret: str | None) -> str:
        if not secret:
            return address
        user = self.model.get_secret(id=secret).get_content(refresh=True)
        parts = urlsplit(address)
        return f"{parts.scheme}://{user['username']}:{user['password']}@{parts.netloc}"

    def _on_joined(self, _: ops.EventBase) -> None:
        relation = self.model.get_relation(self._relation_name)
        if relation is None or not self.model.unit.is_leader():
            return
        databag = relation.data[self._charm.app]
        if not databag.get("requests"):
            request = {"requirer": str(uuid.uuid4()), "domains": [], "auth": []}
            databag["requests"] = json.dumps([request])
