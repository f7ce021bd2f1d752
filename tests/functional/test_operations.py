"""The commands that the charm's actions call, as an operator would in the unit."""

import json
from typing import Any

import ops
import requests
from playwright.sync_api import Page, expect

from devstack.unit import Unit
from tests.functional.stack import Stack


def test_cleared_cache_keeps_users_logged_in(stack: Stack, admin_page: Page):
    requests.get(stack.site.url, timeout=10).raise_for_status()

    assert _operate("clear-cache")["cleared"] > 0

    admin_page.reload()
    expect(admin_page.get_by_text("Administration", exact=True)).to_be_visible()


def _operate(*command: str) -> Any:
    """Run a command of the plugin in the unit."""
    client = ops.pebble.Client(str(Unit(0).socket))
    process = client.exec(
        ["python3", "-m", "indico_app.operate", *command],
        environment=client.get_plan().services["flask"].environment,
        working_dir="/flask/app",
        user="_daemon_",
        group="_daemon_",
    )
    return json.loads(process.wait_output()[0])
