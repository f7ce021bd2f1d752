"""Run in the unit: sends an e-mail with each of the environments that stand on standard input.

Indico is booted once. Each answer is a line: `sent`, or the kind of error that there was.
"""

import json
import os
import sys
from typing import Any

from indico.core.config import IndicoConfig, load_config
from indico.core.emails import do_send_email
from indico.core.notifications import make_email
from indico.web.flask import app

from indico_app.boot import boot
from indico_app.settings import from_environment


def _send(application: Any, environment: dict[str, str], sender: str | None) -> str:
    os.environ.update(environment)
    application.config["INDICO"] = load_config(override=from_environment(environment))
    app.configure_emails(application, IndicoConfig(application.config["INDICO"]))
    try:
        do_send_email(
            make_email(
                "user@example.org",
                sender_address=sender,
                subject=environment["SUBJECT"],
                body="An e-mail of the tests.",
            )
        )
    except OSError as exc:
        return type(exc).__name__
    return "sent"


_application = boot()
with _application.app_context():
    _without_mail = {k: v for k, v in os.environ.items() if not k.startswith("SMTP_")}
    for _line in sys.stdin:
        _changes: dict[str, str] = json.loads(_line)
        _sender = _changes.pop("SENDER", None)
        print(_send(_application, {**_without_mail, **_changes}, _sender))
