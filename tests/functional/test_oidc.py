"""Users of an OpenID Connect provider log in with what that knows of them."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from devstack.identity import USERS
from tests.functional.identity import expect_logged_in, fill_in_profile, integrated
from tests.functional.stack import Stack

_ALICE, _ = USERS


@pytest.fixture(scope="module")
def oauth(stack: Stack) -> Iterator[None]:
    options = {"oauth_title": "Wonderland", "oauth_trusted_email": "true"}
    with integrated(stack, "ingress", "oauth", **options):
        yield


def test_provider_without_ingress_is_named(stack: Stack):
    assert "Ingress relation is required" in stack.run("integrate", "oauth")

    stack.run("remove-relation", "oauth")


@pytest.mark.usefixtures("oauth")
def test_user_logs_in_and_is_known_again(page: Page):
    page.goto("/login/")
    page.get_by_role("link", name="Wonderland").click()
    page.get_by_role("button", name=_ALICE.name).click()
    fill_in_profile(page, _ALICE)
    expect_logged_in(page, _ALICE)

    page.context.clear_cookies()
    page.goto("/login/oauth/")
    page.get_by_role("button", name=_ALICE.name).click()
    page.wait_for_url("/")

    expect_logged_in(page, _ALICE)


@pytest.mark.usefixtures("oauth")
def test_answer_that_nobody_asked_for_is_refused(page: Page):
    page.goto("/multipass/authlib/oauth?code=code&state=state")

    expect(page.get_by_text("Login failed")).to_be_visible()


@pytest.mark.usefixtures("oauth")
def test_without_local_identities_there_is_no_form(stack: Stack, page: Page):
    page.goto("/login/")
    expect(page.locator("input[name=password]")).to_be_visible()

    with integrated(stack, local_identities="false"):
        answer = requests.get(f"{stack.site.url}/login/", allow_redirects=False, timeout=10)
        assert answer.headers["Location"] == "/login/oauth/"
        page.goto("/multipass/authlib/oauth?code=code&state=state")
        expect(page.get_by_role("link", name="Wonderland")).to_be_visible()
        expect(page.locator("input[name=password]")).to_have_count(0)
