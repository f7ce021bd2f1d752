"""A deployed Indico is active and answers."""

from typing import TYPE_CHECKING

from tests.integration.conftest import Get

if TYPE_CHECKING:
    from juju.application import Application


async def test_every_unit_is_active_and_tells_its_version(indico: "Application"):
    assert {unit.workload_status for unit in indico.units} == {"active"}
    assert indico.units[0].workload_version.startswith("3.")


async def test_site_answers(get: Get):
    assert await get("/ping") == "204"
