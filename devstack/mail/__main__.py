"""Mail servers that keep what they are sent: `python3 -m devstack.mail PORT MAILDIR`."""

import hmac
import signal
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult, LoginPassword

from devstack import mail, network


def main(port: str, maildir: str) -> None:
    """Serve until told to end: plainly, with STARTTLS, and with TLS from the start.

    Those with TLS take mail of nobody who has not logged in.

    Args:
        port: the TCP port of the plain one.
        maildir: the folder that becomes a Maildir.
    """
    known = mail.load()
    folder = Path(maildir)
    folder.parent.mkdir(parents=True, exist_ok=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(known.key)
    login: dict[str, Any] = {"authenticator": _authenticator(known), "auth_required": True}
    controllers = [
        _controller(folder, int(port)),
        _controller(
            folder, known.starttls_port, tls_context=context, require_starttls=True, **login
        ),
        # The server does not know that it is inside TLS, and would offer no login.
        _controller(folder, known.tls_port, ssl_context=context, auth_require_tls=False, **login),
    ]
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: ended.set())
    for controller in controllers:
        controller.start()
    ended.wait()
    for controller in controllers:
        controller.stop()


def _controller(folder: Path, port: int, **options: Any) -> Controller:
    return Controller(Mailbox(folder), hostname=network.host(), port=port, **options)


def _authenticator(known: mail.Mail) -> Any:
    expected = f"{mail.USER}:{known.password}".encode()

    def authenticate(*words: Any) -> AuthResult:
        given: LoginPassword = words[-1]
        success = hmac.compare_digest(given.login + b":" + given.password, expected)
        return AuthResult(success=success, handled=success)

    return authenticate


if __name__ == "__main__":
    main(*sys.argv[1:])
