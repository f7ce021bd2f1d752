"""Run in the unit, with a DSN of Sentry's: asks for a page that breaks, and prints what is sent.

The page sends an e-mail through a server that refuses the password: this error knows a secret.
"""

import gzip
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, override
from urllib.parse import urlsplit

import brotli
import sentry_sdk
from indico.core.emails import do_send_email
from indico.core.notifications import make_email

from indico_app.boot import boot

_DECODERS: dict[str, Any] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": vars(brotli)["decompress"],
}


class _Sentry(BaseHTTPRequestHandler):
    """Takes envelopes, as Sentry's developer documentation has them under "Envelopes"."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        decoded = _DECODERS[self.headers.get("Content-Encoding", "identity")](body).decode()
        print(json.dumps([self.path, self.headers["X-Sentry-Auth"], decoded]), flush=True)
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _broken() -> str:
    do_send_email(make_email("user@example.org", subject="Broken", body="Nobody gets this."))
    return "sent"


_server = HTTPServer(("127.0.0.1", urlsplit(os.environ["FLASK_SENTRY_DSN"]).port or 0), _Sentry)
threading.Thread(target=_server.serve_forever, daemon=True).start()
_application = boot()
_application.add_url_rule("/broken", view_func=_broken)
_application.test_client().get("/broken", base_url=os.environ["FLASK_SITE_URL"])
sentry_sdk.flush(10)
