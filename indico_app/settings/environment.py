"""Reads environment variables, and says which one is unusable, why, and what to do about it."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, urlsplit

_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")

_UNDERSCORED = {
    "FLASK_CUSTOMIZATION_DEBUG",
    "FLASK_CUSTOMIZATION_SOURCES_URL",
    "FLASK_ENABLE_ROOMBOOKING",
    "FLASK_EXTERNAL_PLUGINS",
    "FLASK_INDICO_NO_REPLY_EMAIL",
    "FLASK_INDICO_PUBLIC_SUPPORT_EMAIL",
    "FLASK_INDICO_SUPPORT_EMAIL",
    "FLASK_SITE_URL",
}
_PREFIX = "FLASK_"
_LONGEST_QUOTED = 80


class SettingsError(ValueError):
    """An environment variable from which no setting can be made.

    Attributes:
        variable: the name of the variable.
        problems: this error; all of them where it stands for several.
    """

    def __init__(self, variable: str, problem: str, remedy: str):
        """Say what is wrong with a variable and how to put it right.

        Args:
            variable: the name of the variable.
            problem: what is wrong, as the rest of a sentence that begins with the option.
            remedy: what the operator should do, as an imperative. No secret belongs in either.
        """
        super().__init__(f"{option(variable)} {problem}: {remedy}")
        self.variable = variable

    @property
    def problems(self) -> tuple["SettingsError", ...]:
        """What is wrong with each variable."""
        return (self,)


def option(variable: str) -> str:
    """Tell the name that an operator knows a variable by.

    Args:
        variable: the name of the variable.

    Returns:
        The charm's option, with underscores where it has had them for long, else hyphens. What
        comes from a relation or from the charm itself has no option: its own name.
    """
    if variable == "FLASK_SECRET_KEY":
        return "flask-secret-key"
    if variable == "FLASK_BASE_URL" or not variable.startswith(_PREFIX):
        return variable
    name = variable.removeprefix(_PREFIX).lower()
    return name if variable in _UNDERSCORED else name.replace("_", "-")


def quoted(value: str) -> str:
    """Write what an operator has given so that a line can hold it: escaped, and cut off."""
    return repr(value if len(value) <= _LONGEST_QUOTED else f"{value[:_LONGEST_QUOTED]}…")


def required(environ: Mapping[str, str], variable: str, remedy: str) -> str:
    """Read a variable that has to be there."""
    if value := environ.get(variable):
        return value
    raise SettingsError(variable, "is not set", remedy)


def split(variable: str, url: str, remedy: str) -> SplitResult:
    """Take a URL apart; its text may hold a password, so that no message repeats it."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        raise SettingsError(variable, "is not a URL", remedy) from None
    return parts


def flag(environ: Mapping[str, str], variable: str, *, default: bool = False) -> bool:
    """Read a flag, which paas-charm writes as JSON."""
    value = (environ.get(variable) or str(default)).lower()
    if value not in {"true", "false"}:
        raise SettingsError(variable, f"{quoted(value)} is not a flag", "use true or false")
    return value == "true"


def choice(
    environ: Mapping[str, str], variable: str, choices: Collection[str], default: str
) -> str:
    """Read one of a few words."""
    value = environ.get(variable) or default
    if value not in choices:
        raise SettingsError(
            variable, f"{quoted(value)} is unknown", f"use {_alternatives(choices)}"
        )
    return value


def number(
    environ: Mapping[str, str], variable: str, default: int, *, minimum: int, maximum: int
) -> int:
    """Read a whole number."""
    value = environ.get(variable) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", value) or not minimum <= int(value) <= maximum:
        remedy = f"use a number from {minimum} to {maximum}"
        raise SettingsError(variable, f"{quoted(value)} is out of range", remedy)
    return int(value)


def port(environ: Mapping[str, str], variable: str, default: int) -> int:
    """Read the number of a TCP port."""
    return number(environ, variable, default, minimum=1, maximum=2**16 - 1)


def email(environ: Mapping[str, str], variable: str, default: str) -> str:
    """Read an e-mail address; an empty one stands for the default."""
    value = environ.get(variable) or default
    if not _EMAIL.fullmatch(value):
        raise SettingsError(
            variable,
            f"{quoted(value)} is not an e-mail address",
            "use one such as indico@example.org",
        )
    return value


def _alternatives(choices: Collection[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}"
