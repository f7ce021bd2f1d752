"""What Indico loads: a plugin that adds a group of commands to Indico's own."""

from typing import override

import click
from indico.core import signals
from indico.core.plugins import IndicoPlugin

from indico_operations.commands import operations


class OperationsPlugin(IndicoPlugin):
    """Operations

    Commands for those who run this Indico.
    """

    @override
    def init(self) -> None:
        """Tell Indico about the commands."""
        super().init()
        self.connect(signals.plugin.cli, self._on_cli)

    def _on_cli(self, _sender: object, **_: object) -> click.Group:
        return operations
