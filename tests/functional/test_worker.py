"""What happens to a background task whose worker is killed in the middle of it."""

import asyncio
from collections.abc import Iterator
from email.message import Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import AsyncMessage
from playwright.sync_api import Page

from tests.functional.stack import Stack, eventually, stack_processes

_PORT = 2525
_WORKER = "indico_app.worker"


class _Stalling(AsyncMessage):
    """Takes for ever over the first mails, and keeps those that come later."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = 0
        self.stalled = 0
        self.received: list[Message] = []

    async def handle_message(self, message: Message) -> None:
        if self.stalled < self.patience:
            self.stalled += 1
            await asyncio.sleep(3600)
        self.received.append(message)


@pytest.fixture(scope="module")
def server(stack: Stack) -> Iterator[_Stalling]:
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


@pytest.fixture
def stalling(server: _Stalling) -> _Stalling:
    """This server, with nothing received yet."""
    server.stalled, server.patience = 0, 1
    server.received.clear()
    return server


def test_task_of_a_killed_worker_is_done_by_the_next(
    stack: Stack, stalling: _Stalling, page: Page
):
    _ask_for_mail(stack, page)
    eventually(lambda: stalling.stalled == 1)

    for process in stack_processes(_WORKER):
        process.kill()

    eventually(lambda: len(stalling.received) == 1)
    assert stalling.received[0]["To"] == stack.site.email


@pytest.mark.slow
def test_task_that_is_cut_off_each_time_is_given_up(stack: Stack, stalling: _Stalling, page: Page):
    stalling.patience = 3
    _ask_for_mail(stack, page)

    main = stack_processes(_WORKER)[0]
    for times in range(1, 4):
        eventually(lambda times=times: stalling.stalled == times)
        for process in main.children():
            process.kill()

    eventually(lambda: "Dropped the task send_email" in stack.run("logs", "celery-worker"))
    assert main.is_running()
    # What comes after it is done.
    _ask_for_mail(stack, page)
    eventually(lambda: len(stalling.received) == 1)


def _ask_for_mail(stack: Stack, page: Page) -> None:
    page.goto("/reset-password/")
    page.fill("input[name=email]", stack.site.email)
    page.press("input[name=email]", "Enter")
