"""Users of a SAML provider log in, and what only looks like the provider's word is refused."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

import devstack.stack
from devstack import identity
from devstack.identity import USERS
from devstack.saml import Claim, Key, entity_id, load_key, make_key, response
from tests.functional.identity import expect_logged_in, fill_in_profile, integrated
from tests.functional.stack import Stack

_, _BOB = USERS
# Indico's clock and the provider's may differ by less.
_LONG = timedelta(hours=1)


@pytest.fixture(scope="module", autouse=True)
def saml(stack: Stack) -> Iterator[None]:
    with integrated(stack, "saml", saml_title="Wonderland", saml_trusted_email="true"):
        yield


@pytest.fixture
def claim(stack: Stack) -> Claim:
    """What the provider says of somebody whom Indico does not know."""
    return Claim(
        issuer=entity_id(identity.load().saml_port),
        audience=f"{stack.site.url}/multipass/saml/saml/metadata",
        recipient=f"{stack.site.url}/multipass/saml/saml/acs",
        subject="carol",
        attributes={"email": "carol@example.org"},
    )


def test_user_logs_in_and_is_known_again(page: Page):
    page.goto("/login/")
    page.get_by_role("link", name="Wonderland").click()
    page.get_by_role("button", name=_BOB.name).click()
    fill_in_profile(page, _BOB)
    expect_logged_in(page, _BOB)

    page.context.clear_cookies()
    page.goto("/login/saml/")
    page.get_by_role("button", name=_BOB.name).click()
    page.wait_for_url("/")

    expect_logged_in(page, _BOB)


def test_assertion_is_believed(claim: Claim):
    assert destination(claim, load_key()) == "/register/saml"


def test_unsigned_assertion_is_refused(claim: Claim):
    assert destination(claim, None) == "/login/"


def test_assertion_signed_by_another_is_refused(claim: Claim):
    assert destination(claim, make_key()) == "/login/"


@pytest.mark.parametrize(
    "change",
    [
        {"audience": "https://elsewhere.example/metadata"},
        {"issuer": "https://elsewhere.example/metadata"},
        {"recipient": "https://elsewhere.example/acs"},
        {"age": _LONG},
        {"age": -_LONG},
    ],
    ids=["audience", "issuer", "recipient", "expired", "not yet"],
)
def test_assertion_that_is_not_for_us_now_is_refused(claim: Claim, change: dict[str, Any]):
    assert destination(replace(claim, **change), load_key()) == "/login/"


def test_assertion_changed_after_it_was_signed_is_refused(claim: Claim):
    forged = response(claim, load_key()).replace(b">carol<", b">alice<")

    assert post(forged) == "/login/"


def destination(claim: Claim, key: Key | None) -> str:
    """Where somebody is sent who comes with a claim."""
    return post(response(claim, key))


def post(xml: bytes) -> str:
    """Where somebody is sent who comes with a response."""
    site = devstack.stack.site()
    assert site is not None
    acs = f"{site.url}/multipass/saml/saml/acs"
    form = {"SAMLResponse": b64encode(xml).decode()}
    answer = requests.post(acs, form, allow_redirects=False, timeout=10)
    return answer.headers["Location"].partition("?")[0]
