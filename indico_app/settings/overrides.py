"""The option indico-settings: every setting of Indico's that has no better place."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from indico_app.settings import values, yaml_mapping
from indico_app.settings.environment import SettingsError
from indico_app.settings.known import SETTINGS
from indico_app.settings.owned import OWNED

_VARIABLE = "FLASK_INDICO_SETTINGS"

# As indico.core.config: what plugins are told in the file, each under its own name.
_OF_A_PLUGIN = re.compile(r"PLUGIN(_[A-Z0-9]+){2,}")


def overrides(environ: Mapping[str, str], made: Mapping[str, object]) -> dict[str, object]:
    """Read the settings that the operator gives by Indico's names.

    Args:
        environ: the environment that the charm gives its services.
        made: the settings that are made of other variables, which are not to be changed here.

    Returns:
        Indico's settings, as `indico.core.config` expects them.

    Raises:
        SettingsError: if one is unknown, unusable or not to be set here. It names all of these.
    """
    found: dict[str, object] = {}
    problems: list[str] = []
    for name, value in _given(environ).items():
        try:
            found[name] = _setting(name, value, made)
        except ValueError as exc:
            problems.append(f"{_printable(name)} {exc}")
    if problems:
        raise _unusable("; ".join(problems), "correct this")
    return found


def _given(environ: Mapping[str, str]) -> dict[str, object]:
    text = environ.get(_VARIABLE, "")
    if not text.strip():
        return {}
    try:
        return yaml_mapping.read(text)
    except ValueError as exc:
        raise _unusable(str(exc), "use a YAML mapping such as {LOCAL_GROUPS: false}") from None


def _setting(name: str, value: object, made: Mapping[str, object]) -> object:
    if name in OWNED:
        raise ValueError(f"is not for here ({OWNED[name]})")
    if name in made:
        raise ValueError("is not for here (the charm sets it: leave it out)")
    if _OF_A_PLUGIN.fullmatch(name):
        return value
    if name not in SETTINGS:
        raise ValueError(f"is no setting of Indico's{_nearest(name)}")
    return values.convert(name, value)


def _printable(name: str) -> str:
    return name if re.fullmatch(r"\w{1,60}", name) else repr(name[:60])


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name.upper()[:80], SETTINGS, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def check_together(settings: Mapping[str, Any]) -> None:
    """Look at what each may say alone, but not both.

    Args:
        settings: all of Indico's settings.

    Raises:
        SettingsError: if two exclude each other.
    """
    if settings.get("SMTP_USE_TLS") and settings.get("SMTP_USE_SSL"):
        raise _unusable("SMTP_USE_TLS and SMTP_USE_SSL exclude each other", "leave one out")
    locale = settings.get("DEFAULT_LOCALE", SETTINGS["DEFAULT_LOCALE"].default)
    if locale not in (settings.get("ALLOWED_LANGUAGES") or {locale}):
        raise _unusable(f"ALLOWED_LANGUAGES lacks {locale}, which is default-locale", "add it")


def _unusable(problem: str, remedy: str) -> SettingsError:
    return SettingsError(_VARIABLE, problem, remedy)
