"""How the tests integrate with an identity provider, and what a new user does."""

from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from devstack.identity import User
from tests.functional.stack import Stack, eventually

# Milliseconds: after a login, the site and the browser have more to do than usual.
_PATIENCE = 30_000


@contextmanager
def integrated(stack: Stack, *endpoints: str, **options: str) -> Generator[None]:
    """Have relations and options; there are none of them afterwards."""
    for endpoint in endpoints:
        stack.run("integrate", endpoint)
    stack.run("config", *(f"{name.replace('_', '-')}={value}" for name, value in options.items()))
    try:
        eventually(lambda: stack.has_status("active") and stack.serves())
        yield
    finally:
        resets = (("--reset", name.replace("_", "-")) for name in options)
        stack.run("config", *(word for reset in resets for word in reset))
        for endpoint in reversed(endpoints):
            stack.run("remove-relation", endpoint)
        eventually(lambda: stack.has_status("active") and stack.serves())


def fill_in_profile(page: Page, user: User) -> None:
    """Agree to the profile that Indico proposes to a new user of a provider."""
    first_name = page.locator("input[name=first_name]")
    expect(first_name).to_have_value(user.first_name, timeout=_PATIENCE)
    expect(page.locator("input[name=last_name]")).to_have_value(user.last_name)
    page.get_by_role("button", name="Create my Indico profile").click()
    expect(
        page.get_by_text("You have successfully registered your Indico profile")
    ).to_be_visible()


def expect_logged_in(page: Page, user: User) -> None:
    """Look whether the site knows who somebody is."""
    page.goto("/user/profile/")
    expect(page.get_by_label("Email address")).to_have_value(user.email, timeout=_PATIENCE)
