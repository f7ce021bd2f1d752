"""Attached files are kept in a bucket."""

from typing import TYPE_CHECKING

from tests.integration.conftest import APP, Get, settled

if TYPE_CHECKING:
    from juju.application import Application
    from juju.model import Model

_CREDENTIALS = {"access-key": "indico", "secret-key": "indico-s3cr3t"}


async def test_indico_is_active_with_a_bucket(model: "Model", indico: "Application", get: Get):
    await model.deploy("minio", config=_CREDENTIALS, channel="ckf-1.10/stable", trust=True)
    endpoint = f"http://minio.{model.name}.svc.cluster.local:9000"
    config = {"bucket": "indico", "endpoint": endpoint, "s3-uri-style": "path"}
    await model.deploy("s3-integrator", config=config, channel="1/stable")
    await model.wait_for_idle(apps=["minio"], status="active")
    action = (
        await model.applications["s3-integrator"]
        .units[0]
        .run_action("sync-s3-credentials", **_CREDENTIALS)
    )
    await action.wait()

    await model.integrate(APP, "s3-integrator")
    await settled(model)

    assert await get("/ping") == "204"
