"""Finds out what the settings are made of, by making them: no list that could be forgotten."""

from collections.abc import ItemsView, Iterator, Mapping
from typing import override

from devstack.errors import DevstackError
from devstack.examples import EXAMPLES, REQUIRED
from indico_app.settings import SettingsError, from_environment

_ALL = {variable: values[0] for variable, values in EXAMPLES.items()}
_LEAST = {variable: _ALL[variable] for variable in REQUIRED}


class _Environment(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, variables: Mapping[str, str]):
        self._variables = variables
        self.read: set[str] = set()

    def __getitem__(self, variable: str) -> str:
        self.read.add(variable)
        return self._variables[variable]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    @override
    def items(self) -> ItemsView[str, str]:
        """To look through all variables is not to read each of them."""
        return self._variables.items()

    def __len__(self) -> int:
        return len(self._variables)


def effects() -> dict[str, set[str]]:
    """Tell what each variable becomes.

    Returns:
        By the variable, the settings that differ when it does: in an environment that has next to
        nothing else, or in one that has everything.

    Raises:
        DevstackError: if the settings are made of variables that EXAMPLES does not have, or the
            other way round.
    """
    _check_examples()
    return {variable: _changed(variable) for variable in EXAMPLES}


def made() -> set[str]:
    """Tell which settings are always made, whatever the variables say."""
    return set(from_environment(_LEAST))


def _changed(variable: str) -> set[str]:
    changed: set[str] = set()
    for base in (_LEAST, _ALL):
        one, other = (_settings(base | {variable: value}) for value in EXAMPLES[variable])
        if one and other:
            changed |= {name for name in one | other if one.get(name) != other.get(name)}
    return changed


def _settings(variables: Mapping[str, str]) -> dict[str, object]:
    try:
        return from_environment(variables)
    except SettingsError:
        return {}


def _check_examples() -> None:
    read: set[str] = set()
    for variables in (_LEAST, _ALL):
        environment = _Environment(variables)
        from_environment(environment)
        read |= environment.read
    if wrong := read ^ set(EXAMPLES):
        raise DevstackError(f"devstack/examples.py has to agree on {', '.join(sorted(wrong))}")
