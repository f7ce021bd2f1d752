"""What happens to a background task whose worker is killed in the middle of it."""

import asyncio
import threading
from collections.abc import Iterator
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import AsyncMessage
from playwright.sync_api import Page

from tests.functional.stack import Stack, eventually, stack_processes

_PORT = 2525


class _Stalling(AsyncMessage):
    """Takes for ever over the first mail, and keeps those that come later."""

    def __init__(self) -> None:
        super().__init__()
        self.stalls = threading.Event()
        self.received: list[Message] = []

    async def handle_message(self, message: Message) -> None:
        if not self.stalls.is_set():
            self.stalls.set()
            await asyncio.sleep(3600)
        self.received.append(message)


@pytest.fixture
def stalling(stack: Stack) -> Iterator[_Stalling]:
    """A mail server in the place of the stack's."""
    handler = _Stalling()
    controller = Controller(handler, hostname="127.0.0.1", port=_PORT)
    controller.start()
    stack.run("integrate", "smtp", f"port={_PORT}")
    eventually(stack.serves)
    yield handler
    controller.stop()
    stack.run("integrate", "smtp")
    eventually(stack.serves)


def test_task_of_a_killed_worker_is_done_by_the_next(
    stack: Stack, stalling: _Stalling, page: Page
):
    page.goto("/reset-password/")
    page.fill("input[name=email]", stack.site.email)
    page.press("input[name=email]", "Enter")
    eventually(stalling.stalls.is_set)

    for process in stack_processes("indico_app.worker"):
        process.kill()

    eventually(lambda: len(stalling.received) == 1)
    assert stalling.received[0]["To"] == stack.site.email
