"""Who may log in, as Indico's settings say for an environment."""

import json
from base64 import b64encode
from contextlib import suppress
from typing import Any, cast

import hypothesis
import pytest
from hypothesis import strategies as st

from indico_app.settings import SettingsError
from indico_app.settings.identity import identity

SITE = {"FLASK_BASE_URL": "http://indico.model:8080", "FLASK_SITE_URL": "https://indico.org"}
OAUTH = {
    "FLASK_OAUTH_CLIENT_ID": "indico",
    "FLASK_OAUTH_CLIENT_SECRET": "s3cr3t",
    "FLASK_OAUTH_API_BASE_URL": "https://idp.example.org",
    "FLASK_OAUTH_AUTHORIZE_URL": "https://idp.example.org/authorize",
    "FLASK_OAUTH_ACCESS_TOKEN_URL": "https://idp.example.org/token",
    "FLASK_OAUTH_USER_URL": "https://idp.example.org/userinfo",
    "FLASK_OAUTH_CLIENT_KWARGS": '{"scope": "openid profile email"}',
    "FLASK_OAUTH_JWKS_URL": "https://idp.example.org/jwks",
}
CERTIFICATE = b64encode(b"\x30\x82 a certificate").decode()
SAML = {
    "SAML_ENTITY_ID": "https://idp.example.org/metadata",
    "SAML_METADATA_URL": "https://idp.example.org/metadata",
    "SAML_SINGLE_SIGN_ON_REDIRECT_URL": "https://idp.example.org/login",
    "SAML_SIGNING_CERTIFICATE": CERTIFICATE,
}
OPTIONS = {
    "FLASK_LOCAL_IDENTITIES": "true",
    "FLASK_OAUTH_MODERATED": "false",
    "FLASK_OAUTH_REDIRECT_PATH": "/multipass/authlib/oauth",
    "FLASK_OAUTH_SCOPES": "openid profile email",
    "FLASK_OAUTH_TITLE": "OpenID Connect",
    "FLASK_OAUTH_TRUSTED_EMAIL": "false",
    "FLASK_SAML_EMAIL_ATTRIBUTE": "email",
    "FLASK_SAML_FIRST_NAME_ATTRIBUTE": "givenName",
    "FLASK_SAML_LAST_NAME_ATTRIBUTE": "sn",
    "FLASK_SAML_MODERATED": "false",
    "FLASK_SAML_TITLE": "SAML",
    "FLASK_SAML_TRUSTED_EMAIL": "false",
}
EVERYTHING = SITE | OAUTH | SAML | OPTIONS


def settings(environ: dict[str, str], **changes: str) -> Any:
    return cast("Any", identity(SITE | OPTIONS | environ | changes))


def refused(environ: dict[str, str], **changes: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        settings(environ, **changes)
    return caught.value


def test_without_relations_users_have_passwords_of_indico():
    assert settings({}) == {
        "AUTH_PROVIDERS": {},
        "IDENTITY_PROVIDERS": {},
        "PROVIDER_MAP": {},
        "LOCAL_IDENTITIES": True,
    }
    assert identity(SITE) == settings({})


def test_relations_are_ways_to_log_in_besides():
    made = settings(OAUTH | SAML)

    assert made["AUTH_PROVIDERS"].keys() == {"oauth", "saml"}
    assert made["IDENTITY_PROVIDERS"].keys() == {"oauth", "saml"}
    assert made["PROVIDER_MAP"] == {"oauth": "oauth", "saml": "saml"}
    assert made["LOCAL_IDENTITIES"] is True


@pytest.mark.parametrize("relation", [OAUTH, SAML])
def test_local_identities_can_be_off_where_there_is_a_provider(relation: dict[str, str]):
    assert settings(relation, FLASK_LOCAL_IDENTITIES="false")["LOCAL_IDENTITIES"] is False


def test_local_identities_cannot_be_off_where_there_is_none():
    error = refused({}, FLASK_LOCAL_IDENTITIES="false")

    assert error.variable == "FLASK_LOCAL_IDENTITIES"
    assert "integrate the charm with oauth or saml" in str(error)


@pytest.mark.parametrize(
    ("relations", "synced"), [(OAUTH, ["oauth"]), (SAML, ["saml"]), (OAUTH | SAML, ["oauth"])]
)
def test_names_are_taken_from_one_provider(relations: dict[str, str], synced: list[str]):
    providers = settings(relations)["IDENTITY_PROVIDERS"]

    assert [name for name, told in providers.items() if "synced_fields" in told] == synced


@pytest.mark.parametrize(("name", "relation"), [("oauth", OAUTH), ("saml", SAML)])
def test_provider_is_trusted_as_options_say(name: str, relation: dict[str, str]):
    usual = settings(relation)["IDENTITY_PROVIDERS"][name]
    trusted = {f"FLASK_{name.upper()}_TRUSTED_EMAIL": "true"}
    moderated = {f"FLASK_{name.upper()}_MODERATED": "true"}

    assert (usual["trusted_email"], usual["moderated"]) == (False, False)
    assert settings(relation, **trusted)["IDENTITY_PROVIDERS"][name]["trusted_email"] is True
    assert settings(relation, **moderated)["IDENTITY_PROVIDERS"][name]["moderated"] is True


@pytest.mark.parametrize(("name", "relation"), [("oauth", OAUTH), ("saml", SAML)])
def test_title_is_the_option(name: str, relation: dict[str, str]):
    made = settings(relation, **{f"FLASK_{name.upper()}_TITLE": "University"})

    assert made["AUTH_PROVIDERS"][name]["title"] == "University"
    assert made["IDENTITY_PROVIDERS"][name]["title"] == "University"


def test_oauth_is_given_every_address():
    assert settings(OAUTH)["AUTH_PROVIDERS"]["oauth"]["authlib_args"] == {
        "client_id": "indico",
        "client_secret": "s3cr3t",
        "issuer": "https://idp.example.org",
        "authorize_url": "https://idp.example.org/authorize",
        "access_token_url": "https://idp.example.org/token",
        "userinfo_endpoint": "https://idp.example.org/userinfo",
        "jwks_uri": "https://idp.example.org/jwks",
        "client_kwargs": {
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": 10,
        },
    }


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("", "/multipass/authlib/oauth"),
        ("/callback", "/callback"),
        ("callback", "/callback"),
        ("//elsewhere.example", "/elsewhere.example"),
    ],
)
def test_oauth_redirect_path_is_the_one_that_the_charm_told(given: str, path: str):
    made = settings(OAUTH, FLASK_OAUTH_REDIRECT_PATH=given)

    assert made["AUTH_PROVIDERS"]["oauth"]["callback_uri"] == path


@pytest.mark.parametrize("path", ["/", "/a b", "/a?b", "/a#b", "/<a>", "/é"])
def test_oauth_redirect_path_unusable_is_named(path: str):
    assert refused(OAUTH, FLASK_OAUTH_REDIRECT_PATH=path).variable == "FLASK_OAUTH_REDIRECT_PATH"


@pytest.mark.parametrize("scope", ["", "None", "profile", "openid-connect"])
def test_oauth_scopes_without_openid_are_named(scope: str):
    error = refused(OAUTH, FLASK_OAUTH_CLIENT_KWARGS=json.dumps({"scope": scope}))

    assert error.variable == "FLASK_OAUTH_SCOPES"
    assert "use one such as openid profile email" in str(error)


@pytest.mark.parametrize("kwargs", ["{", "[]", "{}", "1", "[" * 100000])
def test_oauth_client_kwargs_unusable_are_named(kwargs: str):
    error = refused(OAUTH, FLASK_OAUTH_CLIENT_KWARGS=kwargs)

    assert error.variable == "FLASK_OAUTH_CLIENT_KWARGS"


@pytest.mark.parametrize(
    ("relation", "variable"),
    [(OAUTH, name) for name in OAUTH]
    + [(SAML, name) for name in SAML if name != "SAML_METADATA_URL"],
)
def test_variable_missing_is_named(relation: dict[str, str], variable: str):
    error = refused(relation, **{variable: ""})

    assert error.variable == variable
    assert "is not set: check the application" in str(error)


@pytest.mark.parametrize(
    "url", ["idp.example.org", "ftp://idp.example.org", "https://", "http://["]
)
@pytest.mark.parametrize(
    ("relation", "variable"),
    [(OAUTH, name) for name in OAUTH if name.endswith("_URL")]
    + [(SAML, "SAML_SINGLE_SIGN_ON_REDIRECT_URL")],
)
def test_address_unusable_is_named(relation: dict[str, str], variable: str, url: str):
    assert refused(relation, **{variable: url}).variable == variable


def test_saml_demands_what_makes_an_assertion_safe():
    made = settings(SAML)["AUTH_PROVIDERS"]["saml"]["saml_config"]

    assert made["strict"] is True
    assert made["sp"] == {"entityId": "https://indico.org/multipass/saml/saml/metadata"}
    assert made["idp"] == {
        "entityId": "https://idp.example.org/metadata",
        "x509cert": CERTIFICATE,
        "singleSignOnService": {
            "url": "https://idp.example.org/login",
            "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        },
    }
    assert made["security"]["wantAssertionsSigned"] is True
    assert made["security"]["rejectDeprecatedAlgorithm"] is True


def test_saml_without_metadata_url_is_enough():
    environ = {name: value for name, value in SAML.items() if name != "SAML_METADATA_URL"}

    assert settings(environ) == settings(SAML)


def test_saml_certificate_may_be_pem():
    pem = f"-----BEGIN CERTIFICATE-----\n{CERTIFICATE}\n-----END CERTIFICATE-----\n"
    made = settings(SAML, SAML_SIGNING_CERTIFICATE=pem)

    assert made["AUTH_PROVIDERS"]["saml"]["saml_config"]["idp"]["x509cert"] == CERTIFICATE


@pytest.mark.parametrize("text", ["certificate", "é", "AAAA", "-----BEGIN CERTIFICATE-----"])
def test_saml_certificate_unusable_is_named(text: str):
    error = refused(SAML, SAML_SIGNING_CERTIFICATE=text)

    assert error.variable == "SAML_SIGNING_CERTIFICATE"
    assert "is not a certificate" in str(error)


def test_saml_attributes_are_the_options():
    made = settings(
        SAML,
        FLASK_SAML_EMAIL_ATTRIBUTE="urn:oid:0.9.2342.19200300.100.1.3",
        FLASK_SAML_FIRST_NAME_ATTRIBUTE="",
        FLASK_SAML_LAST_NAME_ATTRIBUTE="surname",
    )

    assert made["IDENTITY_PROVIDERS"]["saml"]["mapping"] == {
        "email": "urn:oid:0.9.2342.19200300.100.1.3",
        "first_name": "givenName",
        "last_name": "surname",
    }


def test_no_message_holds_a_secret():
    for variable in OAUTH:
        assert "s3cr3t" not in str(refused(OAUTH, **{variable: ""}))


def arbitrary(name: str) -> st.SearchStrategy[tuple[str, str | None]]:
    """A variable that is missing, or has any text, which may begin like a usable value."""
    usable = EVERYTHING[name]
    beginning = st.integers(0, len(usable)).map(lambda length: usable[:length])
    return st.tuples(st.just(name), st.none() | st.builds(str.__add__, beginning, st.text()))


# The first text that hypothesis makes on a machine takes seconds.
@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@hypothesis.given(st.lists(st.sampled_from(sorted(EVERYTHING)).flatmap(arbitrary)).map(dict))
def test_any_text_gives_settings_or_says_what_is_wrong(changes: dict[str, str | None]):
    changed = EVERYTHING | changes
    environment = {name: value for name, value in changed.items() if value is not None}

    with suppress(SettingsError):
        assert identity(environment)["PROVIDER_MAP"]
