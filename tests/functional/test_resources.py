"""Plugins and a customization from elsewhere: in use without a rebuild, and never half."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import ops
import pytest
import requests

from devstack import juju
from devstack.unit import Unit
from tests.functional import external
from tests.functional.external import Repository
from tests.functional.stack import Stack, eventually

pytestmark = pytest.mark.slow

_HELLO = """
from indico.core.plugins import IndicoPlugin, IndicoPluginBlueprint
from greeting import GREETING

blueprint = IndicoPluginBlueprint("hello", __name__)
blueprint.add_url_rule("/hello", "hello", lambda: GREETING)


class ThePlugin(IndicoPlugin):
    '''Hello'''

    def get_blueprints(self):
        return blueprint
"""
_BROKEN = "import nothing_that_is_there\n"
_FOOTER = "{{% extends '~footer.html' %}}{{% block footer_extra %}}{}{{% endblock %}}"


@dataclass(frozen=True)
class Extended:
    """A stack with an external plugin and a customization."""

    stack: Stack
    repository: Repository

    def get(self, path: str) -> requests.Response:
        """Ask the site, which lets requests wait while it is restarted."""
        return requests.get(f"{self.stack.site.url}{path}", timeout=60)

    def home(self) -> str:
        return self.get("/").text


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    external.plugin(folder, "hello", _HELLO, needs=["greeting"])
    external.wheel(folder, "greeting", "2.0", {"greeting.py": "GREETING = 'Good day'\n"})
    external.plugin(folder, "old", "", needs=["flask<1"])
    external.plugin(folder, "broken", _BROKEN)
    with external.index(folder) as url:
        yield url


@pytest.fixture(scope="module")
def extended(stack: Stack, index: str) -> Iterator[Extended]:
    """The stack with both; in the end, without again."""
    repository = Repository(Unit(0).folder / "tmp" / "site")
    repository.commit(
        {
            "css/site.css": "body { color: rebeccapurple }",
            "js/site.js": "window.customized = true",
            "templates/core/footer.html": _FOOTER.format("first footer"),
        }
    )
    options = {
        "pip-index-url": index,
        "external_plugins": "indico-plugin-hello>=1.0,<2",
        "enabled-plugins": "hello",
        "customization_sources_url": "file:///tmp/site#main",
    }
    said = stack.run("config", *(f"{name}={value}" for name, value in options.items()))
    assert "active" in said
    changed = Extended(stack, repository)
    eventually(lambda: "first footer" in changed.home(), seconds=180)
    yield changed
    stack.run("config", *(word for name in options for word in ("--reset", name)))
    eventually(stack.serves, seconds=180)
    assert changed.get("/hello").status_code == 404


def test_plugin_and_what_it_needs_are_in_use(extended: Extended):
    assert extended.get("/hello").text == "Good day"


def test_customization_is_in_use(extended: Extended):
    assert "first footer" in extended.home()
    assert "/static/custom/css/site.css" in extended.home()
    assert "/static/custom/js/site.js" in extended.home()


def test_customization_is_cached_for_minutes(extended: Extended):
    style = extended.get("/static/custom/css/site.css")

    assert style.text == "body { color: rebeccapurple }"
    assert style.headers["Cache-Control"] == "max-age=300"


def test_command_of_a_shell_has_the_plugin(extended: Extended):
    plugins = juju.run_action("show-config", {})["plugins"]

    assert plugins == "hello, operations, storage_postgresql"


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        (
            ["external_plugins=indico-plugin-hello,indico-plugin-old"],
            ["external_plugins", "indico-plugin-old depend on flask<1"],
        ),
        (
            [
                "external_plugins=indico-plugin-hello,indico-plugin-broken",
                "enabled-plugins=hello,broken",
            ],
            ["the plugin broken: ModuleNotFoundError", "nothing_that_is_there"],
        ),
        (["enabled-plugins=hello,helo"], ["enabled-plugins 'helo' is not installed", "hello"]),
        (
            ["customization_sources_url=file:///tmp/site#next"],
            ["customization_sources_url", "next"],
        ),
    ],
    ids=["conflict", "broken", "unknown", "no branch"],
)
def test_what_cannot_work_is_named_and_the_old_set_runs(
    extended: Extended, values: list[str], reasons: list[str]
):
    before = juju.options()

    said = extended.stack.run("config", *values)

    assert "blocked" in said
    assert all(reason in said for reason in reasons), said
    assert extended.get("/hello").text == "Good day"
    restored = [f"{name}={before[name]}" for name in dict(v.split("=", 1) for v in values)]
    assert "active" in extended.stack.run("config", *restored)


def test_what_two_need_at_once_is_fetched_once(extended: Extended):
    client = ops.pebble.Client(str(Unit(0).socket))
    service = client.get_plan().services["flask"]
    changes = {"FLASK_EXTERNAL_PLUGINS": "greeting", "FLASK_ENABLED_PLUGINS": ""}
    processes = [
        client.exec(
            ["python3", "-m", "indico_app.resources"],
            environment=service.environment | changes,
            service_context="flask",
        )
        for _ in range(2)
    ]

    said = [process.wait_output()[0].splitlines() for process in processes]

    assert sorted(len(lines) for lines in said) == [1, 2]
    assert {json.loads(lines[-1])["external_plugins"] for lines in said} == {"greeting 2.0"}


def test_refresh_without_news_restarts_nothing(extended: Extended):
    result = juju.run_action("refresh-external-resources", {})

    assert result["changed"] == "false"
    assert result["external-plugins"] == "greeting 2.0, indico-plugin-hello 1.0"
    assert extended.stack.serves()


def test_refresh_fetches_what_a_branch_has_become(extended: Extended):
    commit = extended.repository.commit(
        {"templates/core/footer.html": _FOOTER.format("second footer")}
    )

    result = juju.run_action("refresh-external-resources", {})

    assert result["customization-sources-url"] == commit
    eventually(lambda: "second footer" in extended.home(), seconds=180)
    assert extended.get("/hello").text == "Good day"
