"""Reads a YAML mapping that somebody typed, without trusting it."""

from typing import Any, override

import yaml

_LARGEST = 2**16
_DEEPEST = 8


def read(text: str) -> dict[str, object]:
    """Read a mapping whose keys are text.

    Args:
        text: YAML, of which only plain values are taken: no tags, and no aliases, which can stand
            for gigabytes.

    Returns:
        The mapping.

    Raises:
        ValueError: if it is something else. The message ends a sentence, and repeats no value.
    """
    if len(text) > _LARGEST:
        raise ValueError(f"is longer than {_LARGEST} characters")
    try:
        _check_events(text)
        found = _load(text)
    except yaml.MarkedYAMLError as exc:
        line = f" in line {exc.problem_mark.line + 1}" if exc.problem_mark else ""
        raise ValueError(f"is not YAML{line}") from None
    except yaml.YAMLError:
        raise ValueError("is not YAML") from None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise ValueError("is not a YAML mapping of names to values")
    return found


def _load(text: str) -> Any:
    try:
        return _Loader(text).get_single_data()
    except (ValueError, OverflowError):
        raise ValueError("has a number or a date that cannot be") from None


class _Loader(yaml.SafeLoader):
    """YAML's own takes the last of several values with one name."""

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            raise yaml.MarkedYAMLError(problem_mark=node.start_mark)
        return found


def _check_events(text: str) -> None:
    """Refuse what would be costly to load; this much is read piece by piece."""
    depth = 0
    for event in yaml.parse(text):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(f"has values nested more than {_DEEPEST} deep")
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise ValueError("has an anchor or an alias")
        if getattr(event, "tag", None):
            raise ValueError("has a tag")
