"""An OpenID Connect provider: `python3 -m devstack.oidc REDIRECT_URI`."""

import os
import sys

import flask
import oidc_provider_mock
from werkzeug.serving import run_simple

from devstack import identity, network
from devstack.identity import USERS, Identity


def application(known: Identity, redirect_uri: str) -> flask.Flask:
    """Make a provider that serves one client, and only sends users back to where that one is.

    Args:
        known: the client.
        redirect_uri: where it is.

    Returns:
        The provider.
    """
    claims = [oidc_provider_mock.User(sub=user.name, claims=_claims(user)) for user in USERS]
    made = oidc_provider_mock.app(require_nonce=True, user_claims=claims)

    # The package serves any client, or those that register: Hydra's charm registers us.
    @made.before_request
    def check() -> flask.Response | None:  # pyright: ignore[reportUnusedFunction]
        request = flask.request
        if request.path == "/oauth2/authorize":
            client = (request.args.get("client_id"), request.args.get("redirect_uri"))
            return None if client == (known.client_id, redirect_uri) else _refusal()
        if request.path == "/oauth2/token":
            sent = request.authorization
            client = (sent.username, sent.password) if sent else None
            return None if client == (known.client_id, known.client_secret) else _refusal()
        return None

    return made


def main(redirect_uri: str) -> None:
    """Serve until killed.

    Args:
        redirect_uri: where the client wants its users back.
    """
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    known = identity.load()
    run_simple(network.host(), known.oidc_port, application(known, redirect_uri), threaded=True)


def _claims(user: identity.User) -> dict[str, object]:
    return {
        "email": user.email,
        "email_verified": True,
        "given_name": user.first_name,
        "family_name": user.last_name,
    }


def _refusal() -> flask.Response:
    answer = flask.jsonify(error="invalid_client")
    answer.status_code = 401
    return answer


if __name__ == "__main__":
    main(*sys.argv[1:])
