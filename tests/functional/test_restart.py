"""What is killed or ended comes back, with everything that users have stored."""

import shutil
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests

from devstack import machine
from devstack.unit import Unit
from tests.functional.stack import Attachment, Stack, eventually, stack_processes

_COMMANDS = {
    "celery-beat-scheduler": "indico_app.beat",
    "celery-exporter-scheduler": "from src.cli import cli",
    "celery-worker": "indico_app.worker",
    "flask": "indico_app.app:app",
    "nginx": "indico_app.nginx",
    "nginx-prometheus-exporter": "nginx.scrape-uri",
    "statsd-exporter": "statsd.listen-udp",
}


@pytest.mark.parametrize("service", _COMMANDS)
def test_killed_service_comes_back(stack: Stack, service: str):
    old = stack_processes(_COMMANDS[service])[0]

    old.kill()

    eventually(lambda: not old.is_running())
    eventually(lambda: _is_active(stack, service) and _is_another(_COMMANDS[service], old))
    eventually(stack.serves)


def test_killed_nginx_master_comes_back(stack: Stack):
    masters = [p for p in psutil.process_iter() if "nginx: master" in " ".join(p.cmdline())]
    (master,) = (p for p in masters if _network(p) == _network(psutil.Process()))

    master.kill()

    eventually(lambda: not master.is_running())
    eventually(stack.serves)


def test_request_waits_while_the_application_is_killed(stack: Stack):
    master = stack_processes(_COMMANDS["flask"])[0]

    master.kill()
    eventually(lambda: not master.is_running())

    assert requests.get(stack.site.url, timeout=60).status_code == 200


def test_page_while_nobody_knows_of_the_application_says_so(stack: Stack):
    # With nginx's launcher goes the socket at which requests wait.
    stack_processes(_COMMANDS["nginx"])[0].kill()

    def is_starting() -> bool:
        with suppress(requests.ConnectionError):
            answer = requests.get(stack.site.url, timeout=10)
            return answer.status_code == 503 and "Indico is starting" in answer.text
        return False

    eventually(is_starting)
    eventually(stack.serves)


def test_upload_outlives_everything_that_a_unit_has(stack: Stack, attachment: Attachment):
    stack.run("down")
    assert not machine.is_up()
    assert stack_processes("") == []
    shutil.rmtree(Unit(0).folder)

    stack.run("up", "--detach")

    for _ in range(2):
        answer = requests.get(stack.site.url + attachment.url, timeout=10)
        assert answer.content == attachment.content
        part = {"Range": f"bytes={2**20 - 5}-{2**20 + 4}"}
        answer = requests.get(stack.site.url + attachment.url, headers=part, timeout=10)
        assert answer.content == attachment.content[2**20 - 5 : 2**20 + 5]


def test_interrupt_ends_everything(stack: Stack):
    stack.run("down")
    with stack.start("up") as foreground:
        assert foreground.stdout is not None
        assert any(line.startswith("Ctrl-C ends everything") for line in foreground.stdout)
        assert stack.serves()

        foreground.send_signal(signal.SIGINT)

        assert foreground.wait(timeout=60) == 0
    assert stack_processes("") == []
    stack.run("up", "--detach")


def _is_active(stack: Stack, service: str) -> bool:
    return {s["name"]: s["current"] for s in stack.status()["services"]}[service] == "active"


def _is_another(command: str, old: psutil.Process) -> bool:
    """Whether a process runs the command that is not the old one nor one of its orphans."""
    found = stack_processes(command)
    return bool(found) and found[0].create_time() > old.create_time() and old not in found


def _network(process: psutil.Process) -> Path:
    """What tells one stack's network from another's."""
    return Path(f"/proc/{process.pid}/ns/net").readlink()
