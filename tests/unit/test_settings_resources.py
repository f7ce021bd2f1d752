"""External plugins and the customization: what the options become, and what they may say."""

from contextlib import suppress
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indico_app.settings import SettingsError
from indico_app.settings.resources import External, Sources, external, resources, sources
from tests.unit.environment import refused, settings


def requirements(text: str) -> tuple[str, ...]:
    found = external({"FLASK_EXTERNAL_PLUGINS": text})
    return found.requirements if found else ()


def source(text: str) -> Sources | None:
    return sources({"FLASK_CUSTOMIZATION_SOURCES_URL": text})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" , ", []),
        ("indico-plugin-vc-zoom", ["indico-plugin-vc-zoom"]),
        ("one==1.0, two>=2,<3", ["one==1.0", "two<3,>=2"]),
        ("one[a,b]==1.0,two", ["one[a,b]==1.0", "two"]),
        (
            "https://example.org/one-1.0-py3-none-any.whl,\ngit+https://example.org/two@v2",
            ["https://example.org/one-1.0-py3-none-any.whl", "git+https://example.org/two@v2"],
        ),
        (
            "one @ git+https://example.org/one.git@main",
            ["one@ git+https://example.org/one.git@main"],
        ),
    ],
)
def test_external_plugins_are_packages_with_commas_between(text: str, expected: list[str]):
    assert [r.replace(" @ ", "@ ") for r in requirements(text)] == expected


@pytest.mark.parametrize(
    "text",
    ["one two", "-r /etc/passwd", "--index-url=https://x", "/a/path", "ssh://host/x", "one=="],
)
def test_what_is_no_package_is_refused(text: str):
    error = refused(FLASK_EXTERNAL_PLUGINS=text)

    assert error.variable == "FLASK_EXTERNAL_PLUGINS"
    assert "external_plugins" in str(error)


@pytest.mark.parametrize("text", ["ftp://example.org", "pypi", "https://a b", "https://[x"])
def test_index_that_is_no_web_address_is_refused(text: str):
    assert refused(FLASK_PIP_INDEX_URL=text).variable == "FLASK_PIP_INDEX_URL"


@pytest.mark.parametrize(
    "variable",
    ["FLASK_EXTERNAL_PLUGINS", "FLASK_PIP_INDEX_URL", "FLASK_CUSTOMIZATION_SOURCES_URL"],
)
@pytest.mark.parametrize("before", ["ssh://me:", "one @ x://me:", "https://me:"])
def test_refused_address_keeps_its_password(variable: str, before: str):
    assert "s3cr3t" not in str(refused(**{variable: f"{before}s3cr3t@host:port/"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/site.git", ("https://example.org/site.git", "HEAD")),
        ("https://example.org/site.git#main", ("https://example.org/site.git", "main")),
        ("git+https://example.org/site@v1.2", ("https://example.org/site", "v1.2")),
        ("https://me:key@example.org/s@a/b", ("https://me:key@example.org/s", "a/b")),
    ],
)
def test_customization_is_a_repository_and_what_of_it(text: str, expected: tuple[str, str]):
    assert source(text) == Sources(*expected)


@pytest.mark.parametrize(
    "text",
    [
        "main",
        "https://example.org",
        "ssh://git@example.org/site",
        "https://example.org/site#--upload-pack=x",
        "https://example.org/site#a..b",
        "https://example.org/site?x=1",
    ],
)
def test_customization_that_git_cannot_fetch_is_refused(text: str):
    error = refused(FLASK_CUSTOMIZATION_SOURCES_URL=text)

    assert str(error).startswith("customization_sources_url")


@pytest.mark.parametrize("text", ["a b", "a,-", "ä", "x" * 5 + "/"])
def test_enabled_plugin_that_is_no_name_is_refused(text: str):
    assert refused(FLASK_ENABLED_PLUGINS=text).variable == "FLASK_ENABLED_PLUGINS"


def test_enabled_plugins_are_loaded_besides_our_own():
    own = cast("set[str]", settings()["PLUGINS"])

    made = settings(FLASK_ENABLED_PLUGINS=" vc_zoom,payment_paypal,")

    assert made["PLUGINS"] == own | {"payment_paypal", "vc_zoom"}


def test_customization_has_a_folder_of_its_own():
    one = settings(FLASK_CUSTOMIZATION_SOURCES_URL="https://example.org/site#one")
    two = settings(FLASK_CUSTOMIZATION_SOURCES_URL="https://example.org/site#two")

    assert str(one["CUSTOMIZATION_DIR"]).startswith("/srv/indico/resources/customization-")
    assert one["CUSTOMIZATION_DIR"] != two["CUSTOMIZATION_DIR"]
    assert "CUSTOMIZATION_DIR" not in settings()


def test_same_packages_from_another_index_have_another_folder():
    assert External(("one",), "").link != External(("one",), "https://example.org").link


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "FLASK_CUSTOMIZATION_SOURCES_URL",
                "FLASK_EXTERNAL_PLUGINS",
                "FLASK_PIP_INDEX_URL",
            ]
        ),
        st.text() | st.text(alphabet="aà1.-_/:@#[]<>=~!, +"),
    )
)
def test_any_text_is_accepted_or_refused(environ: dict[str, str]):
    with suppress(SettingsError):
        assert resources(environ).keys() <= {"CUSTOMIZATION_DEBUG", "CUSTOMIZATION_DIR"}
