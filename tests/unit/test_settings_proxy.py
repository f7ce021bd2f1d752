"""Which servers the proxy is asked for, as Python's own libraries see it."""

import pytest
from requests.utils import get_environ_proxies

from indico_app.settings.proxy import no_proxy

PROXY = {
    "HTTP_PROXY": "http://proxy:3128",
    "HTTPS_PROXY": "http://proxy:3128",
    "NO_PROXY": "intranet.example.org, .example.com",
    "S3_ENDPOINT": "https://s3.example.org:9000",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://tempo.example.org:4318",
}


@pytest.fixture
def behind_proxy(monkeypatch: pytest.MonkeyPatch):
    for name, value in {**PROXY, **no_proxy(PROXY)}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("behind_proxy")
@pytest.mark.parametrize(
    ("url", "through_proxy"),
    [
        ("https://pypi.org/simple", True),
        ("http://example.net", True),
        ("https://intranet.example.org", False),
        ("https://www.example.com", False),
        ("http://localhost:8080", False),
        ("http://127.0.0.1:9080/stub_status", False),
        ("http://minio.storage.svc.cluster.local:9000", False),
        ("http://hydra.iam.svc:4444", False),
        ("https://s3.example.org:9000/indico", False),
        ("http://tempo.example.org:4318/v1/traces", False),
    ],
)
def test_proxy_is_asked_for_what_is_far_away(url: str, *, through_proxy: bool):
    assert bool(get_environ_proxies(url)) is through_proxy


def test_without_proxy_nothing_is_said():
    assert no_proxy({"NO_PROXY": "example.org", "S3_ENDPOINT": "http://s3"}) == {}


@pytest.mark.parametrize("address", ["", "http://[", "s3.example.org", "://"])
def test_address_that_is_none_is_left_out(address: str):
    hosts = no_proxy({"HTTP_PROXY": "http://proxy", "S3_ENDPOINT": address})["NO_PROXY"]

    assert ",," not in hosts
    assert not hosts.endswith(",")
