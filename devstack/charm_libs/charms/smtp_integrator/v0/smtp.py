"""Stand-in for the requirer side of the `smtp` relation of the smtp-integrator charm."""

from enum import StrEnum

import ops
from pydantic import BaseModel, Field


class AuthType(StrEnum):
    """How to log in to the server."""

    NONE = "none"
    NOT_PROVIDED = "not_provided"
    PLAIN = "plain"


class TransportSecurity(StrEnum):
    """How the connection is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmtpRelationData(BaseModel):
    """What the application's databag says about the server."""

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    user: str | None = None
    password: str | None = None
    auth_type: AuthType
    transport_security: TransportSecurity
    domain: str | None = None
    skip_ssl_verify: bool = False


class SmtpDataAvailableEvent(ops.RelationEvent):
    """The databag names a server."""


class SmtpRequiresEvents(ops.CharmEvents):
    """The events that `SmtpRequires` emits."""

    smtp_data_available = ops.EventSource(SmtpDataAvailableEvent)


class SmtpRequires(ops.Object):
    """Reads which server to send mail through."""

    on = SmtpRequiresEvents()

    def __init__(self, charm: ops.CharmBase, relation_name: str = "smtp"):
        """Observe the relation.

        Args:
            charm: the charm.
            relation_name: the name of the endpoint.
        """
        super().__init__(charm, relation_name)
        self._relation_name = relation_name
        self.framework.observe(charm.on[relation_name].relation_changed, self._on_changed)

    def get_relation_data(self) -> SmtpRelationData | None:
        """Read the databag; None while it names no server."""
        relation = self.model.get_relation(self._relation_name)
        if relation is None or not relation.app or not relation.data[relation.app].get("host"):
            return None
        databag = dict(relation.data[relation.app])
        if secret := databag.get("password_id"):
            content = self.model.get_secret(id=secret).get_content()
            databag.setdefault("password", content["password"])
        return SmtpRelationData.model_validate(databag)

    def _on_changed(self, event: ops.RelationChangedEvent) -> None:
        if self.get_relation_data():
            self.on.smtp_data_available.emit(event.relation, app=event.app, unit=event.unit)
