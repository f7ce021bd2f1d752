"""The charm's actions: each is one command of the workload, whose result is the action's."""

import json
from collections.abc import Callable
from typing import Any

import ops

import operations
import storage

_QUICK, _FETCH, _LONG = 120, 300, 900
_OPERATE, _RESOURCES = "indico_app.operate", "indico_app.resources"


class Actions(ops.Object):
    """Observes the actions of a charm."""

    def __init__(
        self, charm: ops.CharmBase, container: ops.Container, restart: Callable[[], None]
    ):
        """Observe them.

        Args:
            charm: whose actions.
            container: the workload container, where the commands run.
            restart: restarts the services, for what they have read is another thing now.
        """
        super().__init__(charm, "actions")
        self._container = container
        self._restart = restart
        for action, handler in {
            "add-admin": self._on_add_admin_action,
            "anonymize-user": self._on_anonymize_user_action,
            "clear-cache": self._on_clear_cache_action,
            "refresh-external-resources": self._on_refresh_external_resources_action,
            "resend-failed-emails": self._on_resend_failed_emails_action,
            "show-config": self._on_show_config_action,
            "unlock-task": self._on_unlock_task_action,
            **dict.fromkeys(storage.ACTIONS, self._on_storage_action),
        }.items():
            self.framework.observe(charm.on[action].action, handler)

    def _on_add_admin_action(self, event: ops.ActionEvent) -> None:
        password = event.params.get("password", "")
        self._operate(event, "add-admin", "--", event.params["email"], stdin=password)

    def _on_anonymize_user_action(self, event: ops.ActionEvent) -> None:
        self._operate(event, "anonymize-user", "--", event.params["email"], timeout=_LONG)

    def _on_clear_cache_action(self, event: ops.ActionEvent) -> None:
        self._operate(event, "clear-cache")

    def _on_refresh_external_resources_action(self, event: ops.ActionEvent) -> None:
        result = self._run(event, _RESOURCES, "--refresh", timeout=_FETCH)
        if result.get("changed"):
            event.log("The services are restarted")
            self._restart()

    def _on_resend_failed_emails_action(self, event: ops.ActionEvent) -> None:
        self._operate(event, "resend-failed-emails", timeout=_LONG)

    def _on_show_config_action(self, event: ops.ActionEvent) -> None:
        self._operate(event, "show-config")

    def _on_unlock_task_action(self, event: ops.ActionEvent) -> None:
        task = event.params.get("task")
        self._operate(event, "unlock-task", *(["--", task] if task else []))

    def _on_storage_action(self, event: ops.ActionEvent) -> None:
        self._run(event, _OPERATE, *storage.command(event))

    def _operate(self, event: ops.ActionEvent, *words: str, **options: Any) -> None:
        """Run a command of the plugin of that name."""
        self._run(event, _OPERATE, "operations", *words, **options)

    def _run(
        self, event: ops.ActionEvent, *words: str, stdin: str = "", timeout: int = _QUICK
    ) -> operations.Result:
        """Run a program and pass on what it says, to its end or to its failure."""
        event.log("The program starts, which may take some seconds")
        try:
            result = operations.run(
                self._container, *words, stdin=stdin, timeout=timeout, say=event.log
            )
        except operations.OperationError as exc:
            event.fail(str(exc))
            result = exc.result
        event.set_results(_results(result))
        return result


def _results(result: operations.Result) -> dict[str, Any]:
    """Results as Juju takes them: keys with hyphens, and flags as YAML has them."""
    return {key.lower().replace("_", "-"): _value(value) for key, value in result.items()}


def _value(value: Any) -> Any:
    match value:
        case None | bool():
            return json.dumps(value)
        case list():
            return ", ".join(map(str, value))
        case dict():
            return _results(value)
        case _:
            return value
