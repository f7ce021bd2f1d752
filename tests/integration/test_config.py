"""A change of options takes effect, or is refused while the site goes on."""

from typing import TYPE_CHECKING

from tests.integration.conftest import APP, Get, settled

if TYPE_CHECKING:
    from juju.application import Application
    from juju.model import Model


async def test_unusable_options_block_and_the_site_goes_on(
    model: "Model", indico: "Application", get: Get
):
    await indico.set_config({"site_url": "ftp://localhost", "indico_support_email": "nobody"})
    await model.wait_for_idle(apps=[APP], status="blocked")
    message = indico.units[0].workload_status_message

    assert "site_url" in message
    assert "indico_support_email" in message
    assert await get("/ping") == "204"

    await indico.reset_config(["site_url", "indico_support_email"])
    await settled(model)


async def test_option_is_taken(model: "Model", indico: "Application", get: Get):
    await indico.set_config({"enable_roombooking": "true"})
    await settled(model)

    assert await get("/ping") == "204"
