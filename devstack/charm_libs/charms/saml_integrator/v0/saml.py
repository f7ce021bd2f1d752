"""Stand-in for the requirer side of the `saml` relation of the saml-integrator charm."""

from collections.abc import Mapping

import ops
from pydantic import AnyHttpUrl, BaseModel, Field

_METHODS = ("redirect", "post")


class SamlEndpoint(BaseModel):
    """Something that the identity provider offers, such as SingleSignOnService."""

    name: str = Field(min_length=1)
    url: AnyHttpUrl | None
    binding: str = Field(min_length=1)
    response_url: AnyHttpUrl | None = None


class SamlRelationData(BaseModel):
    """What the application's databag says about the identity provider."""

    entity_id: str = Field(min_length=1)
    metadata_url: AnyHttpUrl | None
    certificates: tuple[str, ...]
    endpoints: tuple[SamlEndpoint, ...]


class SamlDataAvailableEvent(ops.RelationEvent):
    """The databag names an identity provider."""


class SamlRequiresEvents(ops.CharmEvents):
    """The events that `SamlRequires` emits."""

    saml_data_available = ops.EventSource(SamlDataAvailableEvent)


class SamlRequires(ops.Object):
    """Reads which identity provider users log in through."""

    on = SamlRequiresEvents()

    def __init__(self, charm: ops.CharmBase, relation_name: str = "saml"):
        """Observe the relation.

        Args:
            charm: the charm.
            relation_name: the name of the endpoint.
        """
        super().__init__(charm, relation_name)
        self._relation_name = relation_name
        self.framework.observe(charm.on[relation_name].relation_changed, self._on_changed)

    def get_relation_data(self) -> SamlRelationData | None:
        """Read the databag; None while it is empty."""
        relation = self.model.get_relation(self._relation_name)
        if relation is None or not relation.app or not relation.data[relation.app]:
            return None
        databag = dict(relation.data[relation.app])
        return SamlRelationData.model_validate(
            {
                "entity_id": databag.get("entity_id"),
                "metadata_url": databag.get("metadata_url") or None,
                "certificates": tuple(databag.get("x509certs", "").split(",")),
                "endpoints": _endpoints(databag),
            }
        )

    def _on_changed(self, event: ops.RelationChangedEvent) -> None:
        if event.relation.data[event.app]:
            self.on.saml_data_available.emit(event.relation, app=event.app, unit=event.unit)


def _endpoints(databag: Mapping[str, str]) -> list[dict[str, str | None]]:
    """Read keys such as `single_sign_on_service_redirect_url`, with `_binding` in its place."""
    found: list[dict[str, str | None]] = []
    for key, url in sorted(databag.items()):
        prefix = key.removesuffix("_url")
        name, _, method = prefix.rpartition("_")
        if prefix == key or method not in _METHODS:
            continue
        found.append(
            {
                "name": "".join(word.capitalize() for word in name.split("_")),
                "url": url or None,
                "binding": databag.get(f"{prefix}_binding"),
                "response_url": databag.get(f"{prefix}_response_url"),
            }
        )
    return found
