"""One stack for each process that tests, in a folder of its own, and a browser to look at it."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

# The stack's modules read these when they are imported.
_HOME = Path(tempfile.mkdtemp(prefix="devstack-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["DEVSTACK_HOME"] = str(_HOME)
os.environ["DEVSTACK_UPDATE_STATUS_INTERVAL"] = "5"

# The ports of a stack are fixed: processes that test side by side have a network each.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.unshare(os.CLONE_NEWNET)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.functional.stack import Attachment, Stack, attach_file, log_in

_CHROMIUM = "/usr/bin/chromium"
# Machines that are busy with something else take their time.
expect.set_options(timeout=30_000)

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


@pytest.fixture(scope="session")
def stack() -> Generator[Stack]:
    """A stack that is up."""
    started = Stack()
    try:
        started.run("up", "--detach")
        yield started
    finally:
        started.run("down")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=_CHROMIUM, args=[*_ARGUMENTS])
        yield launched
        launched.close()


@pytest.fixture
def page(stack: Stack, browser: Browser) -> Iterator[Page]:
    """A page of nobody's, in the stack's site."""
    context = browser.new_context(base_url=stack.site.url)
    yield context.new_page()
    context.close()


@pytest.fixture
def admin_page(page: Page, stack: Stack) -> Page:
    """A page of the administrator's."""
    log_in(page, stack.site)
    return page


@pytest.fixture(scope="session")
def attachment(stack: Stack, browser: Browser) -> Attachment:
    """A file that the administrator has attached to a meeting, all through the browser."""
    context = browser.new_context(base_url=stack.site.url)
    page = context.new_page()
    log_in(page, stack.site)
    attached = attach_file(page, "paper.bin", os.urandom(3 * 2**20))
    context.close()
    return attached
