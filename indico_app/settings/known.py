"""What Indico knows: its settings, locales and time zones, as `generate` wrote them down."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("indico.json")


@dataclass(frozen=True)
class Setting:
    """One of Indico's settings.

    Attributes:
        kind: the name of its Python type.
        default: Indico's default as JSON has it.
    """

    kind: str
    default: object


_FOUND: dict[str, Any] = json.loads(TABLE.read_text()) if TABLE.exists() else {}

SETTINGS = {name: Setting(**said) for name, said in _FOUND.get("settings", {}).items()}
LOCALES = frozenset[str](_FOUND.get("locales", ()))
TIMEZONES = frozenset[str](_FOUND.get("timezones", ()))
