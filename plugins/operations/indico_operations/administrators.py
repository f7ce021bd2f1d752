"""Makes somebody an administrator."""

# Indico's models get their attributes when they are mapped, which no type checker sees.
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false, reportOptionalCall=false
# pyright: reportGeneralTypeIssues=false

from uuid import uuid4

from click import ClickException
from indico.core.db import db
from indico.modules.auth import Identity
from indico.modules.users import User
from indico.modules.users.operations import create_user, grant_admin
from indico.util.passwords import validate_secure_password
from indico.util.string import validate_email


def add(email: str, password: str) -> None:
    """Make a local account with administrator rights, or give them to the account that is there.

    Args:
        email: the account's e-mail address, by which it can also log in.
        password: the account's password from now on.

    Raises:
        ClickException: if Indico will not have the address or the password; says why.
    """
    email = email.lower()
    if not validate_email(email, check_dns=False):
        raise ClickException(f"{email!r} is not an e-mail address: use one such as me@example.org")
    emails = frozenset({email})
    if problem := validate_secure_password("set-user-password", password, emails=emails):
        raise ClickException(str(problem))
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
