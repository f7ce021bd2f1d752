"""What the charm makes of relations with identity providers."""

import json
from dataclasses import replace

import pytest
from ops import testing

from tests.unit.deployment import Context, environment, related, without

CERTIFICATE = "MIIB"
INGRESS = testing.Relation(
    "ingress", remote_app_data={"ingress": json.dumps({"url": "https://ingress.example.org/"})}
)
SECRET = testing.Secret({"secret": "s3cr3t"}, id="secret:d0idc0000000000000c0")
OAUTH = testing.Relation(
    "oauth",
    "hydra",
    remote_app_data={
        "issuer_url": "https://idp.example.org",
        "authorization_endpoint": "https://idp.example.org/authorize",
        "token_endpoint": "https://idp.example.org/token",
        "introspection_endpoint": "https://idp.example.org/introspect",
        "userinfo_endpoint": "https://idp.example.org/userinfo",
        "jwks_endpoint": "https://idp.example.org/jwks",
        "scope": "openid",
        "client_id": "indico",
        "client_secret_id": SECRET.id,
    },
)
SAML = testing.Relation(
    "saml",
    remote_app_data={
        "entity_id": "https://idp.example.org/metadata",
        "x509certs": f"{CERTIFICATE},another",
        "single_sign_on_service_redirect_url": "https://idp.example.org/login",
        "single_sign_on_service_redirect_binding": (
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        ),
        "single_logout_service_post_url": "https://idp.example.org/logout",
        "single_logout_service_post_binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
    },
)


@pytest.fixture
def oauth(active: testing.State) -> testing.State:
    """A unit whose relations with the ingress and with a provider have just got their data."""
    return replace(related(related(active, INGRESS), OAUTH), secrets={SECRET})


def test_oauth_reaches_the_workload(context: Context, oauth: testing.State):
    state = context.run(context.on.relation_changed(OAUTH), oauth)

    assert state.unit_status == testing.ActiveStatus()
    given = environment(state)
    assert given["FLASK_OAUTH_CLIENT_ID"] == "indico"
    assert given["FLASK_OAUTH_CLIENT_SECRET"] == "s3cr3t"
    assert given["FLASK_OAUTH_API_BASE_URL"] == "https://idp.example.org"
    assert json.loads(given["FLASK_OAUTH_CLIENT_KWARGS"]) == {"scope": "openid profile email"}
    assert given["FLASK_OAUTH_TITLE"] == "OpenID Connect"
    assert given["FLASK_LOCAL_IDENTITIES"] == "true"


@pytest.mark.parametrize(
    ("site_url", "host"), [("", "ingress.example.org"), ("https://example.org", "example.org")]
)
def test_provider_is_told_where_indico_wants_users_back(
    context: Context, oauth: testing.State, site_url: str, host: str
):
    config = {"site_url": site_url} if site_url else {}

    state = context.run(context.on.relation_changed(OAUTH), replace(oauth, config=config))

    path = environment(state)["FLASK_OAUTH_REDIRECT_PATH"]
    told = state.get_relation(OAUTH.id).local_app_data
    assert told["redirect_uri"] == f"https://{host}{path}"


def test_oauth_without_ingress_is_named(context: Context, oauth: testing.State):
    state = context.run(context.on.relation_changed(OAUTH), without(oauth, "ingress"))

    assert isinstance(state.unit_status, testing.BlockedStatus)
    assert "Ingress relation is required" in state.unit_status.message


def test_oauth_that_ends_is_gone_from_the_workload(context: Context, oauth: testing.State):
    state = context.run(context.on.relation_changed(OAUTH), oauth)

    state = context.run(context.on.relation_broken(state.get_relation(OAUTH.id)), state)

    assert "FLASK_OAUTH_CLIENT_ID" not in environment(state)


def test_saml_reaches_the_workload(context: Context, active: testing.State):
    state = context.run(context.on.relation_changed(SAML), related(active, SAML))

    assert state.unit_status == testing.ActiveStatus()
    given = environment(state)
    assert given["SAML_ENTITY_ID"] == "https://idp.example.org/metadata"
    assert given["SAML_SINGLE_SIGN_ON_REDIRECT_URL"] == "https://idp.example.org/login"
    assert given["SAML_SIGNING_CERTIFICATE"] == CERTIFICATE
    assert "SAML_METADATA_URL" not in given


def test_saml_that_ends_is_gone_from_the_workload(context: Context, active: testing.State):
    state = context.run(context.on.relation_changed(SAML), related(active, SAML))

    state = context.run(context.on.relation_broken(state.get_relation(SAML.id)), state)

    assert state.unit_status == testing.ActiveStatus()
    assert "SAML_ENTITY_ID" not in environment(state)
