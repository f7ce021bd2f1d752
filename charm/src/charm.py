#!/usr/bin/env python3
"""The Indico charm: paas-charm's Flask charm, with nginx in front of the application."""

import logging
from functools import partial
from typing import override

import ops
from paas_charm.charm_utils import block_if_invalid_data
from paas_charm.database_migration import DatabaseMigrationStatus

import actions
import standing
import workload
from flask_charm import FlaskCharm

logger = logging.getLogger(__name__)


class IndicoCharm(FlaskCharm):
    """Runs Indico; what Indico makes of its environment is the workload's business."""

    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self._database_migration = workload.Migration(self._container, self._state_dir)
        self._actions = actions.Actions(self, self._container, self._start_anew)
        container = self.on[self._container.name]
        framework.observe(container.pebble_check_failed, self._on_pebble_check)
        framework.observe(container.pebble_check_recovered, self._on_pebble_check)

    @override
    def restart(self, rerun_migrations: bool = False) -> None:
        """Bring the workload to the present configuration, if it can run with it.

        If not, the status says why, what runs goes on as it was, and update-status tries again.

        Args:
            rerun_migrations: whether the database is another one than before.
        """
        self._settled = True
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
        if status == ops.ActiveStatus():
            status = standing.status([self._check_ingress, self._check_storage])
        lacking = status.message.removeprefix("missing integrations: ")
        if lacking != status.message:
            commands = [f"juju integrate {self.app.name} {e}-k8s" for e in lacking.split(", ")]
            status = ops.BlockedStatus(f"{status.message}: {', '.join(commands)}")
        super().update_app_and_unit_status(status)

    @block_if_invalid_data
    def _on_update_status(self, event: ops.HookEvent) -> None:
        super()._on_update_status(event)
        if self._database_migration.get_status() is DatabaseMigrationStatus.FAILED:
            return  # The base class has just tried again.
        self._repair()

    @block_if_invalid_data
    def _on_pebble_check(self, _: ops.EventBase) -> None:
        self._repair()

    def _repair(self) -> None:
        """Try again what failed, say what has gone, and tell how the unit stands."""
        if not self.is_ready():
            return
        problem = workload.problem(self._container, self._gen_environment())
        if problem or not standing.is_started(self.unit.status):
            self.restart()
        if standing.is_started(self.unit.status):
            services = partial(standing.services, self._container)
            checks = [services, self._check_ingress, self._check_storage]
            super().update_app_and_unit_status(standing.status(checks))

    @block_if_invalid_data
    def _on_pebble_ready(self, event: ops.PebbleReadyEvent) -> None:
        if version := workload.version(self._container):
            self.unit.set_workload_version(version)
        super()._on_pebble_ready(event)

    def _check_ingress(self) -> ops.StatusBase | None:
        missing = bool(self.model.relations["ingress"]) and not self._ingress.is_ready()
        return standing.NO_ADDRESS if missing else None

    def _check_storage(self) -> ops.StatusBase | None:
        note = workload.note(self._container, self._gen_environment())
        return ops.ActiveStatus(note) if note else None


if __name__ == "__main__":
    ops.main(IndicoCharm)
