"""Mail, from Indico to whatever the smtp relation describes."""

import json
import mailbox
from email.message import Message

import pytest
from playwright.sync_api import Page

from devstack import backing, mail
from tests.functional import in_unit
from tests.functional.stack import Stack, eventually

_PLAIN = {"SMTP_HOST": "localhost"}
_STARTTLS = {"SMTP_HOST": "localhost", "SMTP_TRANSPORT_SECURITY": "starttls"}
_TLS = {"SMTP_HOST": "localhost", "SMTP_TRANSPORT_SECURITY": "tls"}
_SKIP = {"SMTP_SKIP_SSL_VERIFY": "True"}
_ELSEWHERE = {"SMTP_HOST": "127.0.0.1"}  # Which the certificate does not name.
_SENDERS = {
    "FLASK_SMTP_ALLOWED_SENDERS": "*@example.org",
    "FLASK_SMTP_SENDER_FALLBACK": "fallback@example.org",
}

_SENT = {
    "plain": _PLAIN,
    "starttls": _STARTTLS,
    "tls": _TLS,
    "starttls, not verified": _STARTTLS | _ELSEWHERE | _SKIP,
    "tls, not verified": _TLS | _ELSEWHERE | _SKIP,
    "of an allowed sender": _PLAIN | _SENDERS | {"SENDER": "me@example.org"},
    "of another sender": _PLAIN | _SENDERS | {"SENDER": "Me <me@example.com>"},
}
_WRONG = {"SMTP_PASSWORD": "wrong-s3cr3t"}
_REFUSED = {
    "wrong password, starttls": (_STARTTLS | _WRONG, "SMTPAuthenticationError", "check user and"),
    "wrong password, tls": (_TLS | _WRONG, "SMTPAuthenticationError", "check user and password"),
    "other name": (_TLS | _ELSEWHERE, "SSLCertVerificationError", "IP address mismatch"),
    "unknown authority": (
        _STARTTLS | {"SSL_CERT_FILE": "/dev/null"},
        "SSLCertVerificationError",
        "or set skip_ssl_verify of the smtp application",
    ),
    "no starttls there": (
        _PLAIN | {"SMTP_TRANSPORT_SECURITY": "starttls"},
        "SMTPNotSupportedError",
        "check transport_security",
    ),
    "nobody there": (_PLAIN | {"SMTP_PORT": "1"}, "ConnectionRefusedError", "check host and port"),
}


@pytest.fixture(scope="module")
def outcome(stack: Stack) -> tuple[dict[str, str], list[str]]:
    """What has become of each mail, and what Indico has logged meanwhile."""
    wanted = _SENT | {name: environment for name, (environment, _, _) in _REFUSED.items()}
    lines = [_line(name, environment) for name, environment in wanted.items()]
    output, log = in_unit.run("mailing.py", "".join(lines))
    return dict(zip(wanted, output.splitlines(), strict=True)), log.splitlines()


@pytest.mark.parametrize("name", _SENT)
def test_mail_arrives(outcome: tuple[dict[str, str], list[str]], name: str):
    assert outcome[0][name] == "sent"
    assert _received(name)["To"] == "user@example.org"


@pytest.mark.parametrize("name", _REFUSED)
def test_mail_that_cannot_be_sent_is_logged_with_the_remedy(
    outcome: tuple[dict[str, str], list[str]], name: str
):
    _, error, words = _REFUSED[name]

    assert outcome[0][name] == error
    assert [line for line in outcome[1] if f"({error})" in line and words in line]


def test_log_of_mail_holds_no_password(outcome: tuple[dict[str, str], list[str]]):
    log = "\n".join(outcome[1])

    assert "wrong-s3cr3t" not in log
    assert mail.load().password not in log


def test_sender_that_is_not_allowed_is_replaced(outcome: tuple[dict[str, str], list[str]]):
    assert _received("of an allowed sender")["From"] == "me@example.org"
    replaced = _received("of another sender")
    assert "<fallback@example.org>" in replaced["From"]
    assert replaced["Reply-To"] == "me@example.com"


@pytest.mark.slow
def test_relation_with_tls_and_login_is_used(stack: Stack, page: Page):
    stack.run("integrate", "smtp", "transport_security=tls", "auth_type=plain")
    eventually(stack.serves)
    before = len(_mailbox())

    page.goto("/reset-password/")
    page.fill("input[name=email]", stack.site.email)
    page.press("input[name=email]", "Enter")

    eventually(lambda: len(_mailbox()) > before)
    stack.run("integrate", "smtp")
    eventually(stack.serves)


def _line(name: str, environment: dict[str, str]) -> str:
    known = mail.load()
    ports = {"starttls": known.starttls_port, "tls": known.tls_port}
    plain = backing.load().mail_port
    port = ports.get(environment.get("SMTP_TRANSPORT_SECURITY", "none"), plain)
    defaults = {"SUBJECT": name, "SMTP_PORT": str(port)}
    if environment["SMTP_HOST"] and port != plain:
        defaults |= {"SMTP_USER": mail.USER, "SMTP_PASSWORD": known.password}
    if name == "no starttls there":
        defaults["SMTP_PORT"] = str(plain)
    return json.dumps({**defaults, **environment}) + "\n"


def _received(subject: str) -> Message:
    (found,) = [message for message in _mailbox() if message["Subject"] == subject]
    return found


def _mailbox() -> list[Message]:
    return list(mailbox.Maildir(backing.MAILDIR))
