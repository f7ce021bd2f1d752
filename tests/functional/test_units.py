"""Two units behind a load balancer that checks their health, and one that has none."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import ops
import pytest
import requests
from playwright.sync_api import Browser

from benchmarks.load import Answer, Load
from tests.functional.stack import UPLOADS, Stack, attach_file, log_in

_UNITS = {"indico/0", "indico/1"}


@pytest.fixture(scope="module")
def two_units() -> Generator[tuple[Stack, Path]]:
    """A stack of two units, beside the one that all other tests have."""
    home = Path(tempfile.mkdtemp(prefix="devstack-"))
    started = Stack(home)
    try:
        started.run("up", "--units", "2", "--port", "9000", "--detach")
        yield started, home
    finally:
        started.run("down")
    shutil.rmtree(home)


def problems(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.problem]


@pytest.mark.slow
def test_change_of_configuration_with_two_units_fails_no_request(two_units: tuple[Stack, Path]):
    stack, _ = two_units

    with Load(stack.site) as load:
        stack.run("config", "enable_roombooking=true")

    assert problems(load.answers) == []
    assert {answer.method for answer in load.answers} == {"GET", "POST"}
    assert "Room booking" in requests.get(stack.site.url, timeout=10).text
    units = stack.status()["units"]
    assert units == {unit: {"status": "active", "message": UPLOADS} for unit in _UNITS}


@pytest.mark.slow
def test_second_unit_runs_no_scheduler(two_units: tuple[Stack, Path]):
    stack, _ = two_units

    status = stack.status("--unit", "1")

    services = {s["name"]: s["current"] for s in status["services"]}
    assert {name for name, current in services.items() if current != "active"} == {
        "celery-beat-scheduler",
        "celery-exporter-scheduler",
    }


@pytest.mark.slow
def test_upload_to_one_unit_is_downloaded_from_both(
    two_units: tuple[Stack, Path], browser: Browser
):
    stack, _ = two_units
    context = browser.new_context(base_url=stack.site.url)
    page = context.new_page()
    log_in(page, stack.site)
    attached = attach_file(page, "paper.bin", os.urandom(300_000))
    context.close()

    answers = [requests.get(stack.site.url + attached.url, timeout=30) for _ in range(6)]

    assert {answer.content for answer in answers} == {attached.content}
    for unit in ("0", "1"):
        assert attached.url in stack.run("logs", "nginx", "--unit", unit)


@pytest.mark.slow
def test_new_secret_key_reaches_both_units(two_units: tuple[Stack, Path]):
    stack, home = two_units
    old = secret_keys(home)

    stack.run("run", "rotate-secret-key")

    assert len(old) == 1
    assert len(secret_keys(home)) == 1
    assert secret_keys(home) != old


def test_change_of_configuration_with_one_unit_has_requests_wait(stack: Stack):
    with Load(stack.site) as load:
        for change in (["enable_roombooking=true"], ["--reset", "enable_roombooking"]):
            stack.run("config", *change)
            requests.get(stack.site.url, timeout=90)

    assert problems(load.answers) == []
    assert {answer.method for answer in load.answers} == {"GET", "POST"}


def secret_keys(home: Path) -> set[str]:
    """The keys that the units' applications have been given."""
    sockets = [home / f"unit-{number}" / "pebble" / ".pebble.socket" for number in (0, 1)]
    plans = [ops.pebble.Client(str(socket)).get_plan() for socket in sockets]
    return {plan.services["flask"].environment["FLASK_SECRET_KEY"] for plan in plans}
