"""Three units serve, and one of them is as good as the other."""

from typing import TYPE_CHECKING

from tests.integration.conftest import Get, settled

if TYPE_CHECKING:
    from juju.application import Application
    from juju.model import Model


async def test_three_units_are_active(model: "Model", indico: "Application", get: Get):
    await indico.scale(3)
    await model.block_until(lambda: len(indico.units) == 3)
    await settled(model)

    assert [await get("/ping", unit) for unit in range(3)] == ["204"] * 3
