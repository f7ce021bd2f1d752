"""The mail server, as its relation describes it."""

from collections.abc import Mapping

from indico_app.settings.environment import SettingsError, port


def mail(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the smtp relation, none where there is none."""
    if not environ.get("SMTP_HOST"):
        return {}
    security = environ.get("SMTP_TRANSPORT_SECURITY", "none")
    if security not in {"none", "starttls", "tls"}:
        raise SettingsError(
            "SMTP_TRANSPORT_SECURITY", f"{security!r} is unknown", "use none, starttls or tls"
        )
    return {
        "SMTP_SERVER": (environ["SMTP_HOST"], port(environ, "SMTP_PORT", 25)),
        "SMTP_LOGIN": environ.get("SMTP_USER"),
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD"),
        "SMTP_USE_TLS": security == "starttls",
        "SMTP_USE_SSL": security == "tls",
    }
