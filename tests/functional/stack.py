"""The stack as its user sees it: the command line, the site and the mail."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
from playwright.sync_api import Page, expect

from devstack.paths import DEVELOPMENT_ENVIRONMENT, HOME, MARK
from devstack.stack import Site

_DEVSTACK = DEVELOPMENT_ENVIRONMENT / "bin" / "devstack"


#: What a unit says while all is well and there is no S3.
UPLOADS = "uploads are stored in PostgreSQL: integrate s3 for large files"


@dataclass(frozen=True)
class Attachment:
    """A file on the site: where it is and what is in it."""

    url: str
    content: bytes


class Stack:
    """The stack of a folder, which the environment names if nobody else does."""

    def __init__(self, home: Path = HOME):
        self._home = home

    def run(self, *arguments: str) -> str:
        """Run `devstack`, which has to succeed; tell what it prints."""
        done = self.try_to_run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_to_run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `devstack`."""
        return subprocess.run(
            [_DEVSTACK, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            env={**os.environ, "DEVSTACK_HOME": str(self._home)},
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run `devstack` without waiting for it to end."""
        return subprocess.Popen([_DEVSTACK, *arguments], stdout=subprocess.PIPE, text=True)

    def status(self, *arguments: str) -> Any:
        """What `devstack status` says."""
        return json.loads(self.run("status", "--format", "json", *arguments))

    @property
    def site(self) -> Site:
        """How to use the site."""
        return Site(**json.loads((self._home / "stack.json").read_text()))

    def loggers_of(self, request_id: str) -> set[str]:
        """Which loggers have written of a request."""
        lines = [line for line in self.run("logs").splitlines() if request_id in line]
        return {json.loads(line.partition("] ")[2])["logger"] for line in lines}

    def serves(self) -> bool:
        """Whether the site answers."""
        try:
            return requests.get(self.site.url, timeout=30).status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            return False

    def has_status(self, name: str, *words: str) -> bool:
        """Whether the unit has a status whose message has all of some words."""
        unit = self.status()["unit"]
        return unit["status"] == name and all(word in unit["message"] for word in words)


def eventually(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until a condition holds; fail if it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.2)


def stack_processes(command: str) -> list[psutil.Process]:
    """The processes inside the stack whose command line has some text, the oldest first."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            inside = process.environ().get(MARK) == str(HOME) and process.name() != "bwrap"
            if inside and command in " ".join(process.cmdline()):
                found.append(process)
    return sorted(found, key=psutil.Process.create_time)


def log_in(page: Page, site: Site) -> None:
    """Log in as the administrator."""
    page.goto("/login/")
    page.fill("input[name=identifier]", site.email)
    page.fill("input[name=password]", site.password)
    page.press("input[name=password]", "Enter")
    expect(page.get_by_text("Administration", exact=True)).to_be_visible()


def attach_file(page: Page, name: str, content: bytes) -> Attachment:
    """Make a meeting and attach a file to it, as its organiser would."""
    page.goto("/")
    page.get_by_text("Create event").first.click()
    page.get_by_role("link", name="Create meeting").first.click()
    page.fill("#event-creation-title", "A meeting")
    page.locator("input[type=submit]:visible").click()
    page.wait_for_url("**/event/*/manage/")
    page.goto(page.url + "attachments/")
    page.get_by_text("Upload files").click()
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    page.locator(".ui-dialog input[type=submit]:visible").click()
    expect(page.get_by_text("The attachment has been uploaded")).to_be_visible()
    link = page.get_by_role("link", name=name).get_attribute("href")
    assert link is not None
    return Attachment(link, content)
