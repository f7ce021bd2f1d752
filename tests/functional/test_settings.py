"""Indico's settings through the charm's options, as an operator changes them."""

import requests

from tests.functional.stack import Stack, eventually


def test_any_setting_takes_effect(stack: Stack):
    address = "https://help.example.org"

    said = stack.run(
        "config", "default-timezone=Asia/Tokyo", f"indico-settings={{HELP_URL: {address}}}"
    )
    assert "active" in said
    eventually(lambda: address in _home_page(stack))
    assert "Asia/Tokyo" in _home_page(stack)

    stack.run("config", "--reset", "default-timezone", "--reset", "indico-settings")
    eventually(lambda: stack.serves() and address not in _home_page(stack))


def test_unusable_setting_blocks_and_the_site_goes_on(stack: Stack):
    said = stack.run("config", "indico-settings={HELP_ULR: /help, LOCAL_GROUPS: 1}")

    assert "blocked" in said
    assert "HELP_ULR is no setting of Indico's (did you mean HELP_URL?)" in said
    assert "LOCAL_GROUPS wants true or false" in said
    assert stack.serves()

    assert "active" in stack.run("config", "--reset", "indico-settings")


def _home_page(stack: Stack) -> str:
    return requests.get(stack.site.url, timeout=60).text
