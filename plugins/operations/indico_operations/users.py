"""Takes what is personal out of accounts."""

# Indico's models get their attributes when they are mapped, which no type checker sees.
# pyright: reportAttributeAccessIssue=false, reportOptionalCall=false

import logging
from collections.abc import Callable, Collection

from indico.core.db import db
from indico.modules.users import User
from indico.modules.users.util import anonymize_user

logger = logging.getLogger(__name__)

type _Say = Callable[[str], None]


def anonymize(emails: Collection[str], say: _Say) -> dict[str, list[str]]:
    """Anonymize accounts for ever, each for itself: one that cannot be does not keep the others.

    Args:
        emails: an address of each account.
        say: is told of each account when it is done.

    Returns:
        The addresses of those that were `anonymized`, those that have no account (`unknown`), and
        those whose account cannot be anonymized (`failed`; the log says why).
    """
    outcomes: dict[str, list[str]] = {"anonymized": [], "unknown": [], "failed": []}
    for number, email in enumerate(emails, 1):
        outcome = _anonymize(email)
        outcomes[outcome].append(email)
        say(f"{number} of {len(emails)}: {outcome}")
    return outcomes


def _anonymize(email: str) -> str:
    try:
        user = User.query.filter(User.all_emails == email.lower(), ~User.is_deleted).first()
        if user is None:
            return "unknown"
        anonymize_user(user)
        db.session.commit()
    except Exception:
        logger.exception("An account cannot be anonymized.")
        db.session.rollback()
        return "failed"
    return "anonymized"
