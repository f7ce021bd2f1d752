"""The mail server, as its relation describes it."""

from collections.abc import Mapping

from indico_app.settings.environment import choice, port
from indico_app.settings.gathering import each


def mail(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the smtp relation, none where there is none."""
    if not environ.get("SMTP_HOST"):
        return {}
    return each(
        environ,
        {
            "SMTP_SERVER": lambda environ: (environ["SMTP_HOST"], port(environ, "SMTP_PORT", 25)),
            "SMTP_LOGIN": lambda environ: environ.get("SMTP_USER"),
            "SMTP_PASSWORD": lambda environ: environ.get("SMTP_PASSWORD"),
            "SMTP_USE_TLS": lambda environ: _security(environ) == "starttls",
            "SMTP_USE_SSL": lambda environ: _security(environ) == "tls",
        },
    )


def _security(environ: Mapping[str, str]) -> str:
    return choice(environ, "SMTP_TRANSPORT_SECURITY", ("none", "starttls", "tls"), "none")
