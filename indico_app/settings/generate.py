"""Writes down what the installed Indico says of its settings: run it when its version changes.

`.build/rock/bin/python3 -m indico_app.settings.generate` writes indico.json, so that settings can
be checked without the second that importing Indico's configuration takes.
"""

import json
from importlib.resources import files
from typing import Any

from indico_app.settings.known import TABLE

#: What a setting is whose default does not say it; all others without a default are text.
_UNSAID = {
    "ALLOWED_LANGUAGES": "set",
    "DISABLE_CELERY_CHECK": "bool",
    "SESSION_MAX_LIFETIME": "int",
}

_OF_THE_MACHINE = "WORKER_NAME"


def table() -> str:
    """Write the table for the installed Indico.

    Returns:
        JSON: of every setting of `indico.core.config.DEFAULTS` its kind and its default; the
        locales that Indico is translated to, and the time zones that its `validate` knows.
    """
    import pytz  # noqa: PLC0415
    from indico.core.config import DEFAULTS  # noqa: PLC0415

    found = {
        "settings": {name: _setting(name, DEFAULTS[name]) for name in sorted(DEFAULTS)},
        "locales": _locales(),
        "timezones": sorted(pytz.all_timezones_set),
    }
    return json.dumps(found, indent=1) + "\n"


def _setting(name: str, default: Any) -> dict[str, object]:
    kind = _UNSAID.get(name, "str") if default is None else type(default).__name__
    if name == _OF_THE_MACHINE:
        default = ""
    return {"kind": kind, "default": list(default) if isinstance(default, set) else default}


def _locales() -> list[str]:
    catalogue = "LC_MESSAGES/messages.mo"
    translations = files("indico") / "translations"
    return sorted(t.name for t in translations.iterdir() if t.joinpath(catalogue).is_file())


if __name__ == "__main__":
    TABLE.write_text(table())
