#!/usr/bin/env python3
"""The Indico charm: paas-charm's Flask charm, with nginx in front of the application."""

import dataclasses
import logging
from contextlib import AbstractContextManager, nullcontext
from typing import override

import ops
import paas_charm.flask
from paas_charm._gunicorn.webserver import GunicornWebserver
from paas_charm.app import App, WorkloadConfig
from paas_charm.charm_utils import block_if_invalid_data
from paas_charm.database_migration import DatabaseMigrationStatus
from paas_charm.exceptions import CharmConfigInvalidError

import actions
import ingress
import workload
from application import Application

logger = logging.getLogger(__name__)

#: Where nginx listens in the workload container, and so where all traffic enters.
PORT = 8080


class IndicoCharm(paas_charm.flask.Charm):
    """Runs Indico; what Indico makes of its environment is the workload's business."""

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._database_migration = workload.Migration(self._container, self._state_dir)
        self._ingress.healthcheck_params = ingress.HEALTH_CHECK
        self._actions = actions.Actions(self, self._container, self._start_anew)
        # The framework waits for SAML data that come, and not for their end.
        framework.observe(self.on["saml"].relation_broken, self._on_saml_relation_broken)

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
        return str(self.config.get("site_url") or super()._base_url)

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
    def create_webserver_config(self):
        """The framework's, but for workers of a class that Indico does not run under."""
        asked = self.config.get("webserver-worker-class") or "sync"
        if asked != "sync":
            raise CharmConfigInvalidError(
                f"webserver-worker-class {asked!r} is nothing for Indico: "
                f"juju config {self.app.name} --reset webserver-worker-class"
            )
        return super().create_webserver_config()

    @override
    def restart(self, rerun_migrations: bool = False) -> None:
        """Bring the workload to the present configuration, if it can run with it.

        If not, the status says why, what runs goes on as it was, and update-status tries again.

        Args:
            rerun_migrations: whether the database is another one than before.
        """
        if not self.is_ready():
            return
        environment = self._gen_environment()
        # Other settings may mean other plugins, which have tables of their own.
        if rerun_migrations or environment != workload.environment(self._container):
            self._database_migration.set_status_to_pending()
        if problem := workload.start_problem(self._container, environment):
            self.update_app_and_unit_status(problem)
            return
        try:
            super().restart()
        except ops.pebble.Error as exc:
            self.update_app_and_unit_status(workload.start_failure(exc))
        except workload.CommandError as exc:
            self.update_app_and_unit_status(ops.WaitingStatus(str(exc)))

    def _start_anew(self) -> None:
        """Restart the services although their environment is the same, the web in its turn."""
        self.restart(rerun_migrations=True)
        if problem := workload.start_anew(self._container, self._turn):
            self.update_app_and_unit_status(problem)

    @override
    def update_app_and_unit_status(self, status: ops.StatusBase) -> None:
        """Set a status, with the command that helps where the framework names only what lacks.

        Args:
            status: the status of the unit, and of the application if the unit is its leader.
        """
        lacking = status.message.removeprefix("missing integrations: ")
        if lacking != status.message:
            commands = [f"juju integrate {self.app.name} {e}-k8s" for e in lacking.split(", ")]
            status = ops.BlockedStatus(f"{status.message}: {', '.join(commands)}")
        if isinstance(status, ops.ActiveStatus):
            status = ops.ActiveStatus(workload.note(self._container, self._gen_environment()))
        super().update_app_and_unit_status(status)

    @block_if_invalid_data
    def _on_update_status(self, event: ops.HookEvent) -> None:
        super()._on_update_status(event)
        if self._database_migration.get_status() is DatabaseMigrationStatus.FAILED:
            return  # The base class has just tried again.
        if not self.is_ready():
            return
        problem = workload.problem(self._container, self._gen_environment())
        if problem or not isinstance(self.unit.status, ops.ActiveStatus):
            self.restart()

    @block_if_invalid_data
    def _on_saml_relation_broken(self, _: ops.RelationBrokenEvent) -> None:
        self.restart()


if __name__ == "__main__":
    ops.main(IndicoCharm)
