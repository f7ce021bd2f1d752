"""What Indico loads: a plugin that adds a storage backend, commands and periodic tasks."""

from collections.abc import Iterator
from typing import ClassVar, override

import click
from indico.core import signals
from indico.core.plugins import IndicoPlugin
from indico.core.storage import Storage

from indico_storage_postgresql.commands import storage
from indico_storage_postgresql.storage import PostgresqlStorage


class PostgresqlStoragePlugin(IndicoPlugin):
    """PostgreSQL Storage

    Keeps files in the database, and moves them between storages.
    """

    default_settings: ClassVar[dict[str, object]] = {"move_to": None, "keep_source": False}

    @override
    def init(self) -> None:
        """Tell Indico about the backend and the commands; with those come the tasks."""
        super().init()
        self.connect(signals.core.get_storage_backends, self._on_get_storage_backends)
        self.connect(signals.plugin.cli, self._on_cli)

    def _on_get_storage_backends(self, _sender: object, **_: object) -> Iterator[type[Storage]]:
        yield PostgresqlStorage

    def _on_cli(self, _sender: object, **_: object) -> click.Group:
        return storage
