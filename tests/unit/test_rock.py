"""What the development stack makes of rockcraft.yaml: the plan and the files of the rock."""

import re
from pathlib import Path
from typing import Any, cast

import ops
import pytest
import yaml

from devstack import rock
from devstack.paths import ROOT
from indico_app import settings
from indico_app.nginx.check import STATUS

ROCK = cast("dict[str, Any]", yaml.safe_load((ROOT / "rockcraft.yaml").read_text()))
NGINX = (ROOT / "indico_app" / "nginx" / "nginx.conf").read_text()


@pytest.fixture
def layer() -> ops.pebble.Layer:
    return ops.pebble.Layer(rock.layer())


@pytest.mark.parametrize("name", ROCK["services"])
def test_service_of_rockcraft_is_in_the_layer_as_it_stands(layer: ops.pebble.Layer, name: str):
    service: dict[str, Any] = ROCK["services"][name]

    assert layer.services[name].to_dict().items() >= service.items()


@pytest.mark.parametrize("name", ROCK["checks"])
def test_check_of_rockcraft_is_in_the_layer_as_it_stands(layer: ops.pebble.Layer, name: str):
    assert layer.checks[name].to_dict() == ROCK["checks"][name]


def test_layer_adds_the_exporter_of_the_extension_alone(layer: ops.pebble.Layer):
    assert layer.services.keys() - ROCK["services"].keys() == {"statsd-exporter"}
    assert layer.checks.keys() == ROCK["checks"].keys()


def test_flask_starts_after_the_exporter_it_reports_to(layer: ops.pebble.Layer):
    assert layer.services["flask"].after == ["statsd-exporter"]


def test_everything_runs_as_the_user_of_the_rock(layer: ops.pebble.Layer):
    assert {service.user for service in layer.services.values()} == {rock.USER}


@pytest.mark.parametrize("name", ROCK["services"])
def test_service_of_ours_is_restarted_and_has_time_to_end(layer: ops.pebble.Layer, name: str):
    assert layer.services[name].on_failure == "restart"
    assert layer.services[name].kill_delay


def test_alive_check_asks_nginx_alone(layer: ops.pebble.Layer):
    alive = [c for c in layer.checks.values() if c.level is ops.pebble.CheckLevel.ALIVE]

    commands = [cast("Any", c.exec)["command"] for c in alive]
    assert commands == ["/bin/python3 -m indico_app.nginx.check"]
    assert "listen 127.0.0.1:9080;" in NGINX
    assert STATUS == "http://127.0.0.1:9080/stub_status"


def test_layer_holds_no_secret():
    assert not re.search(
        r"password|secret|token|api.?key|://[^/\s]*@", rock.layer(), re.IGNORECASE
    )


def test_files_are_the_application_the_migration_and_the_configuration():
    assert rock.files() == {
        Path("flask/app/indico_app"): ROOT / "indico_app",
        Path("flask/app/migrate.py"): ROOT / "migrate.py",
        Path("etc/indico.conf"): ROOT / "indico_app" / "indico.conf",
    }


def test_files_are_all_there():
    assert all(source.exists() for source in rock.files().values())


def test_owned_folder_is_where_indico_keeps_its_files():
    assert ["/" / folder for folder in rock.owned_folders()] == [settings.DATA]


def test_statsd_mapping_names_the_metrics_of_gunicorn():
    mappings = cast("Any", yaml.safe_load(rock.statsd_mapping()))["mappings"]

    assert {m["name"] for m in mappings} == {
        "flask_requests",
        "flask_request_duration",
        "flask_response_code",
    }


def test_nginx_sends_the_files_that_indico_asks_it_to_send():
    location = f"location {settings.X_ACCEL_LOCATION}/ {{"

    assert re.search(rf"{re.escape(location)}\s+internal;\s+alias {settings.DATA}/;", NGINX)
