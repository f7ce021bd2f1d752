"""The mail server, as its relation describes it."""

from collections.abc import Mapping
from functools import partial

from indico_app.settings.environment import SettingsError, choice, flag, port
from indico_app.settings.gathering import each

_BACKENDS = {False: "indico_app.smtp.EmailBackend", True: "indico_app.smtp.UnverifiedEmailBackend"}


def mail(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the smtp relation, none where there is none."""
    if not environ.get("SMTP_HOST"):
        return {}
    return each(
        environ,
        {
            "EMAIL_BACKEND": lambda environ: _BACKENDS[flag(environ, "SMTP_SKIP_SSL_VERIFY")],
            "SMTP_SERVER": lambda environ: (environ["SMTP_HOST"], port(environ, "SMTP_PORT", 25)),
            "SMTP_LOGIN": partial(_part_of_login, "SMTP_USER", "SMTP_PASSWORD"),
            "SMTP_PASSWORD": partial(_part_of_login, "SMTP_PASSWORD", "SMTP_USER"),
            "SMTP_USE_TLS": lambda environ: _security(environ) == "starttls",
            "SMTP_USE_SSL": lambda environ: _security(environ) == "tls",
        },
    )


def _part_of_login(variable: str, other: str, environ: Mapping[str, str]) -> str | None:
    """Refuse one of the two alone, with which Indico would not log in and not say so."""
    if environ.get(other) and not environ.get(variable):
        remedy = "set user and password of the smtp application, or neither"
        raise SettingsError(variable, "is not set", remedy)
    return environ.get(variable) or None


def _security(environ: Mapping[str, str]) -> str:
    return choice(environ, "SMTP_TRANSPORT_SECURITY", ("none", "starttls", "tls"), "none")
