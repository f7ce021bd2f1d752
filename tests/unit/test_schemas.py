"""Whose tables belong into the database, found without importing Indico or a plugin."""

import sys
from pathlib import Path

import pytest

from indico_app.schemas import schemas


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Indico and three plugins, none of which can be imported."""
    for package, migrations in {
        "indico": {"migrations/versions/one.py": "one"},
        "with_tables": {"migrations/first.py": "first"},
        "without_tables": {},
        "unused": {"migrations/first.py": "other"},
    }.items():
        _write(tmp_path / package / "__init__.py", "raise RuntimeError")
        for path, revision in migrations.items():
            text = f"revision = {revision!r}\ndown_revision = None\n"
            _write(tmp_path / package / path, text)
    points = "[indico.plugins]\n" + "".join(
        f"{name} = {name}.plugin:Plugin\n" for name in ("with_tables", "without_tables", "unused")
    )
    _write(tmp_path / "plugins-1.dist-info" / "entry_points.txt", points)
    _write(tmp_path / "plugins-1.dist-info" / "METADATA", "Name: plugins\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "indico", raising=False)


@pytest.mark.usefixtures("installed")
def test_schemas_are_those_of_indico_and_of_the_plugins_that_it_loads():
    found = schemas({"with_tables", "without_tables", "not_installed"})

    assert {schema.version_table: schema.heads for schema in found} == {
        "alembic_version": {"one"},
        "alembic_version_plugin_with_tables": {"first"},
    }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
