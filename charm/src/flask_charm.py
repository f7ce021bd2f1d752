"""The framework's Flask charm, with what paas-charm 1.12.3 leaves out of it."""

import dataclasses
import logging
from contextlib import AbstractContextManager, nullcontext
from typing import override

import ops
import paas_charm.flask
from paas_charm._gunicorn.webserver import GunicornWebserver, WebserverConfig
from paas_charm.app import App, WorkloadConfig
from paas_charm.charm_state import CharmState
from paas_charm.charm_utils import block_if_invalid_data
from paas_charm.exceptions import CharmConfigInvalidError, RelationDataError

import ingress
import relations
import workload
from application import Application
from oauth import OAuthRequirer

logger = logging.getLogger(__name__)

#: Where nginx listens in the workload container, and so where all traffic enters.
PORT = 8080


class FlaskCharm(paas_charm.flask.Charm):
    """Follows every relation from its beginning to its end, whatever is in its databags."""

    #: Whether `restart` has been called in this hook, which it says itself.
    _settled = False

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._ingress.healthcheck_params = ingress.HEALTH_CHECK
        framework.observe(self.on.leader_elected, self._on_leader_elected)
        relations.observe(self, self._on_relation_event)

    @property
    @override
    def _workload_config(self) -> WorkloadConfig:
        """The framework's, but for the port, which is also what gunicorn is told to bind to.

        The service's command line overrules that. From paas-charm 2 on, paas-config.yaml has an
        application port of its own.
        """
        return dataclasses.replace(super()._workload_config, port=PORT)

    @property
    @override
    def _base_url(self) -> str:
        """Where users come, which is also where an OpenID Connect provider sends them back to."""
        if self.config.get("site_url"):
            return str(self.config["site_url"])
        if self._ingress.is_ready():
            return super()._base_url
        return f"http://{self.app.name}.{self.model.name}:{PORT}"

    @override
    def _init_oauth(self, requires: dict[str, ops.RelationMeta]) -> OAuthRequirer:
        """The framework's, whose library ends hooks for what the status can tell."""
        requirer = OAuthRequirer(
            charm=self,
            base_url=self._base_url,
            relation_name="oauth",
            charm_config=self.config,
        )
        self.framework.observe(requirer.on.oauth_info_changed, self._on_oauth_info_changed)
        self.framework.observe(requirer.on.oauth_info_removed, self._on_oauth_info_removed)
        return requirer

    @override
    def _gen_environment(self) -> dict[str, str]:
        """The framework's, which fails in its own ways at what relations should not say.

        Raises:
            CharmConfigInvalidError: if an option is unusable.
            RelationDataError: if what a relation says is.
        """
        try:
            return super()._gen_environment()
        except (CharmConfigInvalidError, RelationDataError):
            raise
        except Exception as exc:
            logger.exception("The environment cannot be made.")
            raise relations.explain(exc, self) from exc

    @override
    def create_webserver_config(self) -> WebserverConfig:
        """The framework's, but for workers of a class that Indico does not run under.

        Returns:
            The configuration of gunicorn.

        Raises:
            CharmConfigInvalidError: if one is asked for.
        """
        asked = self.config.get("webserver-worker-class") or "sync"
        if asked != "sync":
            raise CharmConfigInvalidError(
                f"webserver-worker-class {asked!r} is nothing for Indico: "
                f"juju config {self.app.name} --reset webserver-worker-class"
            )
        return super().create_webserver_config()

    @override
    def _create_app(self) -> App:
        """The framework's, but for its class, which the framework has no other way to choose."""
        return Application(
            self._turn,
            container=self._container,
            charm_state=self._create_charm_state(),
            workload_config=self._workload_config,
            webserver=GunicornWebserver(
                self.create_webserver_config(), self._workload_config, self._container
            ),
            database_migration=self._database_migration,
        )

    def _turn(self) -> AbstractContextManager[None]:
        """This unit's turn to restart; one alone need not wait for any."""
        if self.app.planned_units() < 2:
            return nullcontext()
        return workload.turn(self._container, self._gen_environment(), ingress.SECONDS_TO_NOTICE)

    @override
    def _create_charm_state(self) -> CharmState:
        """The framework's, without what would restart a unit whenever another one comes or goes.

        Raises:
            CharmConfigInvalidError: if an option is unusable.
            RelationDataError: if what a relation says is.
        """
        try:
            state = super()._create_charm_state()
        except Exception as exc:
            logger.exception("The options and relations cannot be read.")
            raise relations.explain(exc, self) from exc
        state.peer_fqdns = None
        return state

    @block_if_invalid_data
    def _on_leader_elected(self, _: ops.LeaderElectedEvent) -> None:
        """Make the key that all units share, if the leader before had no time for it."""
        peers = self.model.get_relation("secret-storage")
        if peers and not self._secret_storage.is_initialized:
            peers.data[self.app].update(self._secret_storage.gen_initial_value())
        self.restart()

    @block_if_invalid_data
    def _on_relation_event(self, _: ops.RelationEvent) -> None:
        if not self._settled:
            self.restart()
