"""The mail server, as its relation describes it."""

from collections.abc import Mapping

from indico_app.settings.environment import SettingsError, choice, flag, port

_BACKENDS = {False: "indico_app.smtp.EmailBackend", True: "indico_app.smtp.UnverifiedEmailBackend"}


def mail(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the smtp relation, none where there is none."""
    if not environ.get("SMTP_HOST"):
        return {}
    security = choice(environ, "SMTP_TRANSPORT_SECURITY", ("none", "starttls", "tls"), "none")
    return {
        "EMAIL_BACKEND": _BACKENDS[flag(environ, "SMTP_SKIP_SSL_VERIFY")],
        "SMTP_SERVER": (environ["SMTP_HOST"], port(environ, "SMTP_PORT", 25)),
        "SMTP_USE_TLS": security == "starttls",
        "SMTP_USE_SSL": security == "tls",
        **_login(environ),
    }


def _login(environ: Mapping[str, str]) -> dict[str, object]:
    """Refuse one of the two alone, with which Indico would not log in and not say so."""
    user, password = environ.get("SMTP_USER") or None, environ.get("SMTP_PASSWORD") or None
    for variable, given, other in (
        ("SMTP_USER", user, password),
        ("SMTP_PASSWORD", password, user),
    ):
        if other and not given:
            remedy = "set user and password of the smtp application, or neither"
            raise SettingsError(variable, "is not set", remedy)
    return {"SMTP_LOGIN": user, "SMTP_PASSWORD": password}
