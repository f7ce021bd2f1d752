"""Asks the installed Indico whether it would start with what the settings are for an environment.

Run in the rock's environment, it answers each line of JSON, an environment, by one: the variable
that is refused and why, null if Indico accepts the settings, or how it fails. It goes through what
`make_app` does with its configuration, but for what takes seconds or a database.
"""

import json
import logging
import os
import sys
import traceback
import types
import warnings
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from babel import Locale
from indico.core.config import IndicoConfig, load_config
from indico.core.limiter import make_rate_limiter
from redis import ConnectionPool
from sentry_sdk.utils import Dsn

from indico_app.settings import SettingsError, from_environment

os.environ["INDICO_CONFIG"] = os.devnull


class _Limiter:
    """Indico's own keeps the first limit that it has read."""

    def __init__(self, setting: str):
        self._setting = setting
        self.config: Any = None

    def read(self) -> None:
        make_rate_limiter("test", getattr(self.config, self._setting))

    _get_current_object = read


_LIMITERS = {
    "login": _Limiter("FAILED_LOGIN_RATE_LIMIT"),
    "signup": _Limiter("SIGNUP_RATE_LIMIT"),
    "latex": _Limiter("LATEX_RATE_LIMIT"),
    "package": _Limiter("MATERIAL_PACKAGE_RATE_LIMIT"),
}


def _replace_costly_modules() -> None:
    """Let `validate` import next to nothing."""
    auth: Any = types.ModuleType("indico.core.auth")
    auth.login_rate_limiter, auth.signup_rate_limiter = _LIMITERS["login"], _LIMITERS["signup"]
    latex: Any = types.ModuleType("indico.legacy.pdfinterface.latex")
    latex.latex_rate_limiter, latex.PodmanConfig = _LIMITERS["latex"], None
    sys.modules |= {module.__name__: module for module in (auth, latex)}


def _accept(settings: dict[str, object]) -> None:
    """Fail as Indico would."""
    config: Any = IndicoConfig(load_config(override=settings))
    for limiter in _LIMITERS.values():
        limiter.config = config
    config.validate()
    _LIMITERS["package"].read()
    _accept_values(config)


def _accept_values(config: Any) -> None:
    assert config.hash
    assert config.ABSOLUTE_LOGO_URL != ""
    assert config.ABSOLUTE_WALLET_LOGO_URL != ""
    assert sa.engine.make_url(config.SQLALCHEMY_DATABASE_URI).database
    assert ConnectionPool.from_url(config.REDIS_CACHE_URL)
    assert ConnectionPool.from_url(config.CELERY_BROKER)
    assert Locale.parse(config.DEFAULT_LOCALE)
    assert len(config.SECRET_KEY) >= 16
    assert timedelta(seconds=config.SESSION_LIFETIME) is not None
    assert config.MAX_UPLOAD_FILES_TOTAL_SIZE >= 0
    assert isinstance(getattr(logging, config.SENTRY_LOGGING_LEVEL), int)
    assert not config.SENTRY_DSN or Dsn(config.SENTRY_DSN)


def _answer(environ: Mapping[str, str]) -> dict[str, str] | None:
    try:
        settings = from_environment(environ)
    except SettingsError as exc:
        return {"variable": exc.variable, "message": str(exc)}
    _accept(settings)
    return None


def main() -> None:
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "Ignoring unknown config key PLUGIN_")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    _replace_costly_modules()
    for line in sys.stdin:
        try:
            answer = _answer(json.loads(line))
        except Exception:  # noqa: BLE001
            answer = {"failure": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
