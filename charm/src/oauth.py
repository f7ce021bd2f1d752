"""The framework's side of the oauth relation, for databags and addresses that cannot be used."""

import logging
from typing import override

import ops
from charms.hydra.v0.oauth import ClientConfigError, DataValidationError
from paas_charm.exceptions import CharmConfigInvalidError
from paas_charm.oauth import PaaSOAuthRequirer

logger = logging.getLogger(__name__)


class OAuthRequirer(PaaSOAuthRequirer):
    """Leaves it to the status to tell what the library would end a hook for."""

    @override
    def update_client(self) -> None:
        """Tell the provider, if there is one, where users come back to.

        Raises:
            CharmConfigInvalidError: if the provider cannot be told this.
        """
        if not self.is_related():
            return
        try:
            super().update_client()
        except ClientConfigError as exc:
            raise CharmConfigInvalidError(
                f"oauth: {exc}: set site_url to an https address of its own"
            ) from exc

    @override
    def _on_relation_changed_event(self, event: ops.RelationChangedEvent) -> None:
        try:
            super()._on_relation_changed_event(event)
        except DataValidationError:
            logger.warning("The oauth relation says what its interface does not allow.")
