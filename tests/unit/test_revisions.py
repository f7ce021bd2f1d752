"""The heads of a folder of alembic migrations, read and not run."""

from pathlib import Path

import pytest

from indico_app.revisions import heads


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        ({}, set()),
        ({"a": None, "b": "a", "c": "b"}, {"c"}),
        ({"a": None, "b": "a", "c": "a"}, {"b", "c"}),
        ({"a": None, "b": "a", "c": "a", "d": ("b", "c")}, {"d"}),
    ],
    ids=["none", "line", "fork", "merge"],
)
def test_heads_of_revisions(tmp_path: Path, revisions: dict[str, object], expected: set[str]):
    for revision, ancestors in revisions.items():
        write(tmp_path, revision, f"revision = {revision!r}\ndown_revision = {ancestors!r}\n")

    assert heads(tmp_path) == expected


def test_heads_of_annotated_revision(tmp_path: Path):
    write(tmp_path, "a", 'revision: str = "a"\ndown_revision: str | None = None\n')

    assert heads(tmp_path) == {"a"}


def test_heads_of_a_migration_that_would_fail(tmp_path: Path):
    write(tmp_path, "a", 'revision = "a"\nraise RuntimeError\n')

    assert heads(tmp_path) == {"a"}


def write(folder: Path, name: str, text: str):
    (folder / f"{name}.py").write_text(text)
