"""What an operator sees: services, checks, metrics, options and actions."""

import pytest
import requests

from indico_app.container import size
from tests.functional.stack import UPLOADS, Stack, eventually, stack_processes

_SERVICES = {
    "celery-beat-scheduler",
    "celery-exporter-scheduler",
    "celery-worker",
    "flask",
    "nginx",
    "nginx-prometheus-exporter",
    "statsd-exporter",
}


def test_every_service_is_active(stack: Stack):
    status = stack.status()

    assert status["unit"] == {"status": "active", "message": UPLOADS}
    assert {s["name"]: s["current"] for s in status["services"]} == dict.fromkeys(
        _SERVICES, "active"
    )


def test_every_check_is_up(stack: Stack):
    checks = {c["name"]: c for c in stack.status()["checks"]}

    assert {name: c["level"] for name, c in checks.items()} == {
        "application": "ready",
        "nginx": "alive",
        "worker": "",
    }
    assert {c["status"] for c in checks.values()} == {"up"}


@pytest.mark.parametrize(
    ("address", "metric"),
    [
        ("http://localhost:9080/stub_status", "Active connections:"),
        ("http://localhost:9113/metrics", "nginx_up 1"),
        ("http://localhost:9808/metrics", "celery_worker_up"),
        ("http://localhost:9102/metrics", "flask_requests"),
    ],
)
def test_metrics_are_there(stack: Stack, address: str, metric: str):
    requests.get(stack.site.url, timeout=60)

    eventually(lambda: metric in requests.get(address, timeout=60).text)


def test_option_takes_effect(stack: Stack):
    stack.run("config", "enable_roombooking=true")
    eventually(lambda: "Room booking" in requests.get(stack.site.url, timeout=60).text)

    stack.run("config", "--reset", "enable_roombooking")
    eventually(lambda: "Room booking" not in requests.get(stack.site.url, timeout=60).text)


def test_webserver_option_takes_effect_without_a_restart(stack: Stack):
    default = size().web_workers()
    eventually(lambda: len(stack_processes("indico_app.app:app")) == 1 + default)
    master = stack_processes("indico_app.app:app")[0]

    stack.run("config", "webserver-workers=3")
    eventually(lambda: len(stack_processes("indico_app.app:app")) == 1 + 3)

    stack.run("config", "--reset", "webserver-workers")
    eventually(lambda: len(stack_processes("indico_app.app:app")) == 1 + default)
    assert stack_processes("indico_app.app:app")[0] == master
    assert stack.serves()


def test_unknown_option_is_refused_in_one_line(stack: Stack):
    done = stack.try_to_run("config", "colour=blue")

    assert done.returncode != 0
    assert done.stderr == "Error: indico has no option colour\n"


def test_second_start_is_refused_in_one_line(stack: Stack):
    done = stack.try_to_run("up", "--detach")

    assert done.returncode != 0
    assert done.stderr == "Error: the stack is up already: `devstack status` shows it\n"


def test_failing_action_tells_the_reason(stack: Stack):
    done = stack.try_to_run("run", "add-admin", "email=nobody")

    assert done.returncode != 0
    assert "'nobody' is not an e-mail address" in done.stderr
