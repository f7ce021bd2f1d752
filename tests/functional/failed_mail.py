"""Run in the unit while no mail server answers: has the worker give up an e-mail.

It prints the e-mail's name when it is kept, and sends it again when the mail server answers.
"""

import socket
import time
from contextlib import suppress
from typing import Any

from indico.core.config import config
from indico.core.emails import send_email_task
from indico.core.notifications import make_email

from indico_app import broker, failed_mail
from indico_app.boot import boot

_task: Any = send_email_task

with boot().app_context():
    _client = broker.connect(str(config.CELERY_BROKER))
    _email = make_email("user@example.org", subject="Kept", body="An e-mail of the tests.")
    _task.apply_async((_email,), retries=9)
    while not failed_mail.names(_client):
        time.sleep(0.1)
    (_name,) = failed_mail.names(_client)
    print(_name, flush=True)

    while True:
        with suppress(OSError), socket.create_connection(config.SMTP_SERVER):
            break
        time.sleep(0.1)
    failed_mail.resend(_name, _client)
    print(failed_mail.names(_client))
