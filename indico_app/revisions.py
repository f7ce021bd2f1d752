"""Reads alembic migrations without running them."""

import ast
from pathlib import Path


def heads(versions: Path) -> set[str]:
    """Find the revisions that no other revision builds upon.

    Args:
        versions: a folder of alembic migrations. They are read and not run: running one imports
            Indico.

    Returns:
        The identifiers of the revisions.
    """
    revisions: set[str] = set()
    ancestors: set[str] = set()
    for file in versions.glob("*.py"):
        assigned = _constants(file)
        revisions.update(assigned.get("revision", ()))
        ancestors.update(assigned.get("down_revision", ()))
    return revisions - ancestors


def _constants(file: Path) -> dict[str, tuple[str, ...]]:
    """The strings, or tuples of them, that a module assigns to names at its top level."""
    found: dict[str, tuple[str, ...]] = {}
    for node in ast.parse(file.read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = _strings(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = _strings(value)
            case _:
                pass
    return found


def _strings(value: ast.expr) -> tuple[str, ...]:
    constants = [c.value for c in ast.walk(value) if isinstance(c, ast.Constant)]
    return tuple(c for c in constants if isinstance(c, str))
