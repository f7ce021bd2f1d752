"""Makes somebody an administrator; the charm's add-admin action runs it."""

# Indico's models get their attributes when they are mapped, which no type checker sees.
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false, reportOptionalCall=false
# pyright: reportGeneralTypeIssues=false

import logging
import sys
from uuid import uuid4

from indico_app.boot import boot

logger = logging.getLogger(__name__)


def add_admin(email: str, password: str) -> None:
    """Make a local account with administrator rights, or give them to the account that is there.

    Args:
        email: the account's e-mail address, by which it can also log in.
        password: the account's password from now on.

    Raises:
        ValueError: if Indico will not have the address or the password; says why.
        SettingsError: if the environment is unusable.
    """
    from indico.core.db import db  # noqa: PLC0415
    from indico.modules.auth import Identity  # noqa: PLC0415
    from indico.modules.users import User  # noqa: PLC0415
    from indico.modules.users.operations import create_user, grant_admin  # noqa: PLC0415
    from indico.util.passwords import validate_secure_password  # noqa: PLC0415
    from indico.util.string import validate_email  # noqa: PLC0415

    email = email.lower()
    if not validate_email(email, check_dns=False):
        raise ValueError(f"{email!r} is not an e-mail address: use one such as me@example.org")
    if problem := validate_secure_password(
        "set-user-password", password, emails=frozenset({email})
    ):
        raise ValueError(str(problem))
    user = User.query.filter(User.all_emails == email, ~User.is_deleted, ~User.is_pending).first()
    if user is None:
        user = create_user(email, {"first_name": "Indico", "last_name": "Administrator"})
    identity = next((i for i in user.identities if i.provider == "indico"), None)
    if identity is None:
        identity = Identity(provider="indico", identifier=str(uuid4()))
        user.identities.add(identity)
    identity.password = password
    grant_admin(user)
    db.session.commit()


def main(email: str) -> int:
    """Read the password from standard input and add the administrator.

    Args:
        email: the account's e-mail address.

    Returns:
        The exit status; on failure, the last line on standard error says why.
    """
    password = sys.stdin.readline().rstrip("\n")
    try:
        with boot().app_context():
            add_admin(email, password)
    except ValueError as exc:
        print(exc, file=sys.stderr)
    except Exception as exc:
        logger.exception("Nobody was made an administrator.")
        print(f"Indico refuses ({type(exc).__name__}): see the log of the unit", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
