"""What Sentry is told of an error in Indico."""

import json
from base64 import b64encode
from typing import Any

from devstack import backing, mail
from tests.functional import in_unit
from tests.functional.stack import Stack

_PASSWORD = "wrong-s3cr3t"  # The server refuses it.


def test_error_reaches_sentry_without_a_secret(stack: Stack):
    (port,) = backing.free_ports(1)
    output, _ = in_unit.run(
        "broken_page.py",
        FLASK_SENTRY_DSN=f"http://public-k3y:secret-k3y@127.0.0.1:{port}/42",
        FLASK_SITE_URL=stack.site.url,
        SMTP_HOST="localhost",
        SMTP_PORT=str(mail.load().tls_port),
        SMTP_TRANSPORT_SECURITY="tls",
        SMTP_USER=mail.USER,
        SMTP_PASSWORD=_PASSWORD,
    )
    envelopes: list[list[str]] = [json.loads(line) for line in output.splitlines()]

    assert {path for path, _, _ in envelopes} == {"/api/42/envelope/"}
    assert all("sentry_key=public-k3y" in login for _, login, _ in envelopes)
    events = [event for _, _, body in envelopes for event in _events(body)]
    (error,) = [e for e in events if "exception" in e]
    assert error["exception"]["values"][-1]["type"] == "SMTPAuthenticationError"
    assert error["request"]["url"] == f"{stack.site.url}/broken"

    given = in_unit.client().get_plan().services["flask"].environment
    told = "".join(body for _, _, body in envelopes)
    # The key that a DSN cannot do without is public, and part of the protocol.
    secrets = {
        given["FLASK_SECRET_KEY"],
        backing.load().password,
        _PASSWORD,
        b64encode(f"\0{mail.USER}\0{_PASSWORD}".encode()).decode(),
        f"{mail.USER}\\u0000{_PASSWORD}",
        "secret-k3y",
    }
    assert {secret for secret in secrets if secret in told} == set()


def _events(body: str) -> list[dict[str, Any]]:
    """The events of an envelope: after its own header, a header and a payload for each item."""
    _, *lines = body.splitlines()
    pairs = zip(lines[::2], lines[1::2], strict=False)
    return [json.loads(text) for header, text in pairs if json.loads(header)["type"] == "event"]
