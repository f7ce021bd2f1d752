"""The actions of the charm, run by Juju."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from juju.application import Application


async def run(indico: "Application", name: str, **params: str) -> tuple[str, dict[str, str]]:
    action = await (indico.units[0]).run_action(name, **params)
    done = await action.wait()
    return done.status, done.results


async def test_add_admin_gives_a_password(indico: "Application"):
    status, results = await run(indico, "add-admin", email="admin@example.org")

    assert status == "completed"
    assert results["email"] == "admin@example.org"
    assert len(results["password"]) > 16


@pytest.mark.parametrize("email", ["nobody", ""])
async def test_add_admin_for_no_address_fails(indico: "Application", email: str):
    status, _ = await run(indico, "add-admin", email=email)

    assert status == "failed"


async def test_rotate_secret_key_succeeds(indico: "Application"):
    status, _ = await run(indico, "rotate-secret-key")

    assert status == "completed"
