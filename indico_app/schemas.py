"""Whose tables are in the database: Indico's own, and those of its plugins."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from indico_app.revisions import heads


@dataclass(frozen=True)
class Schema:
    """Tables that are migrated together.

    Attributes:
        version_table: where alembic keeps how far they have been.
        heads: the newest revisions of the installed package.
    """

    version_table: str
    heads: frozenset[str]


def schemas(plugins: Iterable[str]) -> list[Schema]:
    """Find whose tables belong into the database, without importing anything.

    Args:
        plugins: the names of the plugins that Indico loads.

    Returns:
        Indico's own schema, and that of each plugin that has migrations. Indico's documentation of
        plugins says where those are and what they are called.
    """
    points = entry_points(group="indico.plugins")
    packages = {point.name: point.module.partition(".")[0] for point in points}
    own = Schema("alembic_version", _heads("indico", "migrations/versions"))
    others = [
        Schema(f"alembic_version_plugin_{plugin}", _heads(packages[plugin], "migrations"))
        for plugin in sorted(packages.keys() & plugins)
    ]
    return [own, *(schema for schema in others if schema.heads)]


def _heads(package: str, folder: str) -> frozenset[str]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return frozenset(heads(Path(spec.origin).parent / folder))
