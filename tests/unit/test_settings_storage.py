"""Where attached files are kept for an environment, and what boto3 is told."""

import json
import ssl
from contextlib import suppress
from pathlib import Path
from typing import cast

import certifi
import hypothesis
import pytest
from hypothesis import strategies as st

from indico_app import boto
from indico_app.settings import SettingsError
from indico_app.settings.storage import boto_environment, ca_chain, storage

SECRET = "s3cr3t,with=all/of+it"
RELATED = {"S3_ACCESS_KEY": "key", "S3_SECRET_KEY": SECRET, "S3_BUCKET": "indico"}
USABLE = RELATED | {
    "S3_ADDRESSING_STYLE": "path",
    "S3_API_VERSION": "S3v4",
    "S3_ATTRIBUTES": "[]",
    "S3_ENDPOINT": "https://s3.example.org:9000",
    "S3_PATH": "/",
    "S3_REGION": "eu-central-1",
    "S3_STORAGE_CLASS": "STANDARD",
    "S3_TLS_CA_CHAIN": "null",
    "S3_URI_STYLE": "path",
}
_END = "-----END CERTIFICATE-----"
CERTIFICATES = [f"{part}{_END}" for part in Path(certifi.where()).read_text().split(_END)[:2]]


def s3(**changes: str) -> str:
    backends = cast("dict[str, str]", storage(RELATED | changes)["STORAGE_BACKENDS"])
    return backends["s3"]


def refused(**changes: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        storage(RELATED | changes)
    return caught.value


def test_storage_without_a_relation_is_the_database():
    assert storage({"S3_BUCKET": ""}) == {
        "STORAGE_BACKENDS": {
            "default": "fs:/srv/indico/archive",
            "postgresql": "postgresql:",
        },
        "ATTACHMENT_STORAGE": "postgresql",
    }
    assert boto_environment({}) == {}


def test_storage_with_a_relation_keeps_the_others_readable():
    assert storage(RELATED) == {
        "STORAGE_BACKENDS": {
            "default": "fs:/srv/indico/archive",
            "postgresql": "postgresql:",
            "s3": "s3:bucket=indico,proxy=nginx",
        },
        "ATTACHMENT_STORAGE": "s3",
    }


def test_storage_with_all_that_a_relation_may_say():
    assert storage(USABLE)["STORAGE_BACKENDS"] == {
        "default": "fs:/srv/indico/archive",
        "postgresql": "postgresql:",
        "s3": "s3:bucket=indico,host=https://s3.example.org:9000,addressing_style=path,proxy=nginx",
    }


def test_keys_are_for_boto_alone():
    assert SECRET not in str(storage(USABLE))
    assert boto_environment(USABLE) == {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "eu-central-1",
    }


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("s3.example.org", "https://s3.example.org"),
        ("http://192.0.2.1:9000/", "http://192.0.2.1:9000"),
        ("http://[2001:db8::1]:9000", "http://[2001:db8::1]:9000"),
        ("https://example.org/s3/", "https://example.org/s3"),
    ],
)
def test_endpoint_is_written_in_one_way(endpoint: str, host: str):
    assert f",host={host}," in s3(S3_ENDPOINT=endpoint)


@pytest.mark.parametrize("variable", RELATED)
def test_required_variable_missing_is_named(variable: str):
    error = refused(**{variable: ""})

    assert error.variable == variable
    assert "is not set: set" in str(error)
    assert "s3-integrator" in str(error)


@pytest.mark.parametrize(
    ("variable", "values"),
    [
        ("S3_ACCESS_KEY", [f"{SECRET} ", f"{SECRET}ä"]),
        ("S3_SECRET_KEY", [f" {SECRET}", f"{SECRET}\n"]),
        ("S3_BUCKET", ["ab", "a" * 64, "in,dico", "in/dico", "-indico", "indico\n"]),
        (
            "S3_ENDPOINT",
            [
                "https://",
                "ftp://s3.example.org",
                f"https://user:{SECRET}@s3.example.org",
                "https://s3.example.org,bucket=other",
                "https://s3.example.org?x",
                "https://s3.example.org:0",
                "https://s3.example.org:70000",
                "https://[s3",
                "https://192.0.2.1",
                "[2001:db8::1]:9000",
            ],
        ),
        ("S3_REGION", ["eu west", "12", "-x", "a" * 64]),
        ("S3_ADDRESSING_STYLE", ["host", "Path", "path,proxy=on"]),
        ("S3_PATH", ["indico"]),
        ("S3_STORAGE_CLASS", ["GLACIER"]),
        ("S3_TLS_CA_CHAIN", ["{", "1", "[1]", '["x"]', '"x"', "[" * 10**6]),
    ],
)
def test_unusable_variable_is_named_and_tells_no_secret(variable: str, values: list[str]):
    for value in values:
        error = refused(**{variable: value})

        assert error.variable == variable
        assert ": " in str(error)
        assert SECRET not in str(error)


@pytest.mark.parametrize("chain", ["", "null", "[]"])
def test_ca_chain_that_is_empty_is_none(chain: str):
    assert ca_chain({"S3_TLS_CA_CHAIN": chain}) == ""


def test_boto_is_told_all_that_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bundle = tmp_path / "s3-ca.pem"
    monkeypatch.setattr(boto, "CA_BUNDLE", bundle)
    environ = USABLE | {"S3_TLS_CA_CHAIN": json.dumps(CERTIFICATES)}

    boto.prepare(environ)

    assert environ.items() >= boto_environment(USABLE).items()
    assert environ["AWS_CA_BUNDLE"] == str(bundle)
    assert "s3v4" in Path(environ["AWS_CONFIG_FILE"]).read_text()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bundle)
    assert len(context.get_ca_certs()) == len(CERTIFICATES)
    assert [*tmp_path.iterdir()] == [bundle]


def test_boto_without_a_chain_uses_the_well_known_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(boto, "CA_BUNDLE", tmp_path / "s3-ca.pem")
    environ = dict(RELATED)

    boto.prepare(environ)

    assert "AWS_CA_BUNDLE" not in environ
    assert not [*tmp_path.iterdir()]


def test_boto_without_a_relation_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    left = tmp_path / "s3-ca.pem"
    left.touch()
    monkeypatch.setattr(boto, "CA_BUNDLE", left)
    environ: dict[str, str] = {}

    boto.prepare(environ)

    assert environ == {}
    assert not left.exists()


def arbitrary(name: str) -> st.SearchStrategy[tuple[str, str]]:
    """A variable with any text, which may begin like a usable value."""
    usable = USABLE[name]
    beginning = st.integers(0, len(usable)).map(lambda length: usable[:length])
    return st.tuples(st.just(name), st.builds(str.__add__, beginning, st.text()))


# The first text that hypothesis makes on a machine takes seconds.
@hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@hypothesis.given(st.lists(st.sampled_from(sorted(USABLE)).flatmap(arbitrary)).map(dict))
def test_any_text_gives_the_options_that_are_meant_or_says_what_is_wrong(changes: dict[str, str]):
    with suppress(SettingsError):
        options = s3(**(USABLE | changes)).removeprefix("s3:").split(",")
        names = [option.partition("=")[0] for option in options]
        assert names in (
            ["bucket", *host, *style, "proxy"]
            for host in ([], ["host"])
            for style in ([], ["addressing_style"])
        )
