"""How Indico sends its e-mail: as it does by itself, with more to say when that fails."""

import logging
import smtplib
import ssl
from typing import override

from indico.vendor.django_mail.backends import smtp

logger = logging.getLogger("indico.emails")


class EmailBackend(smtp.EmailBackend):
    """Indico's, which checks the server's certificate with the certificates of the system."""

    @override
    def open(self) -> bool | None:
        """Connect and log in, or say in the log why not and what to do.

        Raises:
            OSError: if there is no such server, or it does not let us in.
        """
        try:
            return super().open()
        except OSError as exc:
            logger.error(  # noqa: TRY400 - what failed is all that counts, and the caller logs too.
                "The mail server %s:%s cannot be used (%s): %s of the smtp application.",
                self.host,
                self.port,
                type(exc).__name__,
                _remedy(exc),
            )
            # The frames below hold what was sent to log in, and a report of an error shows frames.
            raise exc.with_traceback(None) from None


class UnverifiedEmailBackend(EmailBackend):
    """For a server whose certificate the operator does not want checked."""

    @property
    @override
    def ssl_context(self) -> ssl.SSLContext:
        """What TLS is spoken with: anybody may be at the other end."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


def _remedy(error: OSError) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "check user and password"
        case smtplib.SMTPNotSupportedError():
            return "check transport_security and auth_type"
        case ssl.SSLCertVerificationError():
            return f"{error.verify_message}; check host, or set skip_ssl_verify"
        case ssl.SSLError() | smtplib.SMTPServerDisconnected():
            return "check transport_security and port"
        case _:
            return "check host and port"
