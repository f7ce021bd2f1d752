"""Serves the SAML identity provider: `python3 -m devstack.saml PORT SITE`."""

import sys
import zlib
from base64 import b64decode, b64encode

import flask
from lxml import etree
from werkzeug.serving import run_simple

from devstack import network
from devstack.identity import USERS, User
from devstack.saml import REDIRECT, Claim, entity_id, load_key, response

_METADATA = """\
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{{ entity_id }}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>{{ certificate }}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="{{ binding }}" Location="{{ location }}"/>
  </IDPSSODescriptor>
</EntityDescriptor>
"""

_LOGIN = """\
<!doctype html><title>Who are you?</title>
<form method="post">
  {% for user in users %}<button name="user" value="{{ user.name }}">{{ user.name }}</button>
  {% endfor %}
</form>
"""

_RESPONSE = """\
<!doctype html><title>Going back …</title>
<form method="post" action="{{ acs }}">
  <input type="hidden" name="SAMLResponse" value="{{ response }}">
  <input type="hidden" name="RelayState" value="{{ relay_state }}">
</form>
<script>document.forms[0].submit()</script>
"""


def application(port: int, site: str) -> flask.Flask:
    """Make a provider that knows one site, which it trusts.

    Args:
        port: where it will be on the address of the servers.
        site: the address of the site.

    Returns:
        The provider.
    """
    made = flask.Flask(__name__)
    acs = f"{site}/multipass/saml/saml/acs"
    audience = f"{site}/multipass/saml/saml/metadata"
    key = load_key()

    @made.get("/metadata")
    def metadata() -> flask.Response:  # pyright: ignore[reportUnusedFunction]
        text = flask.render_template_string(
            _METADATA,
            entity_id=entity_id(port),
            certificate=key.certificate,
            binding=REDIRECT,
            location=f"http://{network.host()}:{port}/login",
        )
        return flask.Response(text, mimetype="application/samlmetadata+xml")

    @made.get("/login")
    def ask() -> str:  # pyright: ignore[reportUnusedFunction]
        return flask.render_template_string(_LOGIN, users=USERS)

    @made.post("/login")
    def answer() -> str:  # pyright: ignore[reportUnusedFunction]
        user = next(user for user in USERS if user.name == flask.request.form["user"])
        request = _request_id(flask.request.args["SAMLRequest"])
        claim = Claim(entity_id(port), audience, acs, user.name, attributes(user), request)
        return flask.render_template_string(
            _RESPONSE,
            acs=acs,
            response=b64encode(response(claim, key)).decode(),
            relay_state=flask.request.args.get("RelayState", ""),
        )

    return made


def attributes(user: User) -> dict[str, str]:
    """Tell what the provider says about a user."""
    return {"email": user.email, "givenName": user.first_name, "sn": user.last_name}


def _request_id(request: str) -> str:
    """Read a request as the redirect binding has it: deflated, in Base64."""
    parser = etree.XMLParser(resolve_entities=False)
    root = etree.fromstring(zlib.decompress(b64decode(request), -15), parser)
    return str(root.attrib["ID"])


def main(port: str, site: str) -> None:
    """Serve until killed.

    Args:
        port: the TCP port.
        site: the address of the site that users log in to.
    """
    run_simple(network.host(), int(port), application(int(port), site), threaded=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
