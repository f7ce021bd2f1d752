"""Indico with what it needs, deployed for each module by a real Juju controller."""

import os
import shutil
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from juju.application import Application
    from juju.model import Model
    from pytest_operator.plugin import OpsTest

APP = "indico"
_WAIT_SECONDS = 30 * 60

_NO_CONTROLLER = "no Juju controller: bootstrap one on Kubernetes, and set CHARM and ROCK"


def _can_deploy() -> bool:
    """Whether there is Juju, and what is to be deployed: a packed charm and an image."""
    return bool(shutil.which("juju") and os.environ.get("CHARM") and os.environ.get("ROCK"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip everything where there is nothing to deploy to."""
    if not _can_deploy():
        for item in items:
            item.add_marker(pytest.mark.skip(reason=_NO_CONTROLLER))


@pytest.fixture(scope="module")
async def model(ops_test: "OpsTest") -> "Model":
    assert ops_test.model is not None
    return ops_test.model


@pytest.fixture(scope="module")
async def indico(model: "Model") -> "Application":
    """The charm, with PostgreSQL, Redis and traefik behind its relations, active."""
    await model.deploy("postgresql-k8s", channel="14/stable", trust=True)
    await model.deploy("redis-k8s", channel="latest/edge")
    await model.deploy("traefik-k8s", channel="latest/stable", trust=True)
    extensions = {"plugin_pg_trgm_enable": "true", "plugin_unaccent_enable": "true"}
    await model.applications["postgresql-k8s"].set_config(extensions)
    resources = {"flask-app-image": os.environ["ROCK"]}
    await model.deploy(os.environ["CHARM"], APP, resources=resources)
    for other in ("postgresql-k8s", "redis-k8s", "traefik-k8s"):
        await model.integrate(APP, other)
    await settled(model)
    return model.applications[APP]


async def settled(model: "Model", status: str = "active") -> None:
    """Wait until everything that is deployed has a status and nothing goes on."""
    await model.wait_for_idle(status=status, timeout=_WAIT_SECONDS, raise_on_error=False)


type Get = Callable[..., Awaitable[str]]


@pytest.fixture(scope="module")
async def get(ops_test: "OpsTest", indico: "Application") -> Get:
    """Ask a unit for a page, from inside its container, as a browser would ask the site."""

    async def ask(path: str, unit: int = 0) -> str:
        script = (
            f"import urllib.request as u; print(u.urlopen('http://localhost:8080{path}').status)"
        )
        command = ("ssh", "--container", "flask-app", f"{APP}/{unit}", "python3", "-c", script)
        _, output, _ = await ops_test.juju(*command, check=True)
        return output.strip()

    return ask
