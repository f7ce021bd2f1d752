"""The application in its container: paas-charm's, whose restart costs no request."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, override

import ops
from paas_charm._gunicorn.wsgi_app import WsgiApp

import s3

# gunicorn is given 60 seconds to finish what it does.
_TIMEOUT = 90


class Application(WsgiApp):
    """The framework's, with a turn for each unit.

    The framework brings all services up to date at once, and Pebble then starts none before all
    have stopped: the web would wait for a task of Celery's. So the web is restarted first.
    """

    generate_s3_env = staticmethod(s3.environment)

    def __init__(self, turn: Callable[[], AbstractContextManager[None]], **kwargs: Any):
        """Describe the application.

        Args:
            turn: makes the time in which this unit may restart its web service.
            kwargs: as in the base class.
        """
        super().__init__(**kwargs)
        self._turn = turn
        self._service = self._workload_config.service_name
        self._web_is_due = False
        self._present_turn = ExitStack()

    @override
    def gen_environment(self) -> dict[str, str]:
        """Make the framework's environment without the names of the other units.

        Nothing uses them, and all units would be restarted when one comes or goes.
        """
        environment = super().gen_environment()
        environment.pop(f"{self.configuration_prefix}PEER_FQDNS", None)
        return environment

    @override
    def restart(self) -> None:
        """Start what does not run and restart what has changed, the web in this unit's turn."""
        before = self._container.get_plan()
        self._web_is_due = self._has_web_changed(before)
        try:
            with self._present_turn:
                if self._web_is_due:
                    self._present_turn.enter_context(self._turn())
                super().restart()
        finally:
            # The next hook has to see the difference too, and nothing may start with it till then.
            if self._web_is_due:
                services = before.to_dict().get("services", {})
                self._container.add_layer("charm", {"services": services}, combine=True)

    @override
    def _run_migrations(self) -> None:
        """Do the framework's last step before it brings everything up to date."""
        super()._run_migrations()
        if self._web_is_due:
            self._web_is_due = False
            self._container.pebble.restart_services([self._service], timeout=_TIMEOUT)
            self._present_turn.close()

    def _has_web_changed(self, plan: ops.pebble.Plan) -> bool:
        """Whether the web runs, and otherwise than it is to."""
        new = ops.pebble.Layer(self._app_layer()).services[self._service]
        running = self._container.get_services(self._service).get(self._service)
        return bool(running and running.is_running()) and plan.services[self._service] != new
