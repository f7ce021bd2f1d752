"""The mail server, as its relation describes it."""

from collections.abc import Mapping

from indico_app.settings.environment import choice, port


def mail(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the smtp relation, none where there is none."""
    if not environ.get("SMTP_HOST"):
        return {}
    security = choice(environ, "SMTP_TRANSPORT_SECURITY", ("none", "starttls", "tls"), "none")
    return {
        "SMTP_SERVER": (environ["SMTP_HOST"], port(environ, "SMTP_PORT", 25)),
        "SMTP_LOGIN": environ.get("SMTP_USER"),
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD"),
        "SMTP_USE_TLS": security == "starttls",
        "SMTP_USE_SSL": security == "tls",
    }
