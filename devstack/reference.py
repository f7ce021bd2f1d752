"""Writes docs/reference/settings.md, from what the code makes of the charm's options."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from typing import Any

import yaml

from devstack.effects import effects, made
from devstack.paths import CHARM, CHARMCRAFT_ENVIRONMENT, ROOT
from indico_app.settings.environment import option
from indico_app.settings.known import SETTINGS
from indico_app.settings.owned import OWNED

PAGE = ROOT / "docs" / "reference" / "settings.md"

_ANY = "FLASK_INDICO_SETTINGS"

_PAGE = """\
# Settings

What the charm's options and relations become in Indico. `make reference` writes this page: it
tries what the code does with each variable.

## Options

`juju config indico <option>=<value>` sets them.

{options}

## Relations and the charm

No option sets these.

{others}

## Indico's settings

How each of Indico's settings is set, with Indico's own default.
[Indico's documentation](https://docs.getindico.io/en/stable/config/settings/) tells what they do.
Those of `indico-settings` are written as YAML, with lists in the place of Python's sets and
tuples:

    juju config indico indico-settings="{{LOCAL_GROUPS: false, ALLOWED_LANGUAGES: [en_GB, fr_FR]}}"

Settings of plugins, `PLUGIN_<NAME>_<KEY>`, are set by `indico-settings` too.

{settings}

## Options of the framework

These come with the charm's framework. Those that begin `webserver-` are for gunicorn; Indico reads
no variable of the others but `flask-secret-key`.

{framework}
"""


def page() -> str:
    """Write the page.

    Returns:
        Its text, as Markdown.

    Raises:
        DevstackError: if what the code reads is not what devstack/examples.py has.
    """
    found = effects()
    options = _options()
    variables = {option(variable): variable for variable in found}
    return _PAGE.format(
        options=_option_table({n: o for n, o in options.items() if n in variables}, found),
        others=_other_table(found, options),
        settings=_setting_table(found, options),
        framework=_framework_table({n: o for n, o in options.items() if n not in variables}),
    )


def _options() -> dict[str, dict[str, Any]]:
    """The charm's options, with those of the framework, as charmcraft has them."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HOME": home, "XDG_STATE_HOME": home}
        command = [CHARMCRAFT_ENVIRONMENT / "bin" / "charmcraft", "expand-extensions"]
        done = subprocess.run(
            command, cwd=CHARM, env=environment, capture_output=True, text=True, check=True
        )
    expanded: Any = yaml.safe_load(done.stdout)
    return dict(sorted(expanded["config"]["options"].items()))


def _option_table(options: dict[str, dict[str, Any]], found: dict[str, set[str]]) -> str:
    variables = {option(variable): variable for variable in found}
    rows = [
        (_code(name), _code(variables[name]), *_said(said), _becomes(variables[name], found))
        for name, said in options.items()
    ]
    return _table(("Option", "Variable", "Type", "Default", "Meaning", "Indico's settings"), rows)


def _other_table(found: dict[str, set[str]], options: dict[str, dict[str, Any]]) -> str:
    others = [variable for variable in sorted(found) if option(variable) not in options]
    rows = [(_code(v), _source(v), _becomes(v, found)) for v in others]
    return _table(("Variable", "Comes from", "Indico's settings"), rows)


def _setting_table(found: dict[str, set[str]], options: dict[str, dict[str, Any]]) -> str:
    rows = [
        (_code(name), _code(_json(said.default)), _setter(name, found, options))
        for name, said in SETTINGS.items()
    ]
    return _table(("Setting", "Indico's default", "Set by"), rows)


def _framework_table(options: dict[str, dict[str, Any]]) -> str:
    rows = [(_code(name), *_said(said)) for name, said in options.items()]
    return _table(("Option", "Type", "Default", "Meaning"), rows)


def _setter(name: str, found: dict[str, set[str]], options: dict[str, dict[str, Any]]) -> str:
    setters = [v for v, settings in found.items() if v != _ANY and name in settings]
    names = [
        _code(option(v)) if option(v) in options else _source(v) for v in sorted(set(setters))
    ]
    if not setters and name in made():
        names = ["the charm"]
    if name not in OWNED and name not in made():
        names += [_code(option(_ANY))]
    return ", ".join(dict.fromkeys(names)) or f"not by the operator: {OWNED[name]}"


def _source(variable: str) -> str:
    if variable.startswith("FLASK_"):
        return "the charm"
    return f"relation {_code(variable.partition('_')[0].lower())}"


def _becomes(variable: str, found: dict[str, set[str]]) -> str:
    if variable == _ANY:
        return "any that says so below"
    return ", ".join(_code(name) for name in sorted(found[variable])) or "none"


def _said(said: dict[str, Any]) -> tuple[str, str, str]:
    default = _code(_json(said["default"])) if "default" in said else ""
    return said["type"], default, " ".join(said["description"].split())


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(c.replace('|', r'\|') for c in row)} |" for row in cells)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())
