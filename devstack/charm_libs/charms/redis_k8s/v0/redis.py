"""Stand-in for the requirer side of the `redis` relation of the redis-k8s charm."""

import ops


class RedisRelationUpdatedEvent(ops.EventBase):
    """The relation's databags have changed."""


class RedisRelationCharmEvents(ops.CharmEvents):
    """The events of a charm, with the one that this library emits on the charm."""

    redis_relation_updated = ops.EventSource(RedisRelationUpdatedEvent)


class RedisRequires(ops.Object):
    """Reads where Redis is: `hostname` and `port` of a unit, `leader-host` of the application."""

    def __init__(self, charm: ops.CharmBase, relation_name: str = "redis"):
        """Observe the relation.

        Args:
            charm: the charm, whose `on` is a `RedisRelationCharmEvents`.
            relation_name: the name of the endpoint.
        """
        super().__init__(charm, relation_name)
        self._charm = charm
        self._relation_name = relation_name
        events = charm.on[relation_name]
        self.framework.observe(events.relation_joined, self._on_relation_updated)
        self.framework.observe(events.relation_changed, self._on_relation_updated)
        self.framework.observe(events.relation_broken, self._on_relation_updated)

    @property
    def url(self) -> str | None:
        """Where Redis is, as a `redis://` URL; None while nobody has said."""
        relation = self.model.get_relation(self._relation_name)
        if relation is None or not relation.app:
            return None
        unit = next((dict(relation.data[unit]) for unit in relation.units), {})
        host = relation.data[relation.app].get("leader-host") or unit.get("hostname")
        return f"redis://{host}:{unit.get('port')}" if host else None

    def _on_relation_updated(self, _: ops.RelationEvent) -> None:
        self._charm.on.redis_relation_updated.emit()
