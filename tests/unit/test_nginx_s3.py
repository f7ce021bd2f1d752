"""What nginx is told before it can fetch files from S3."""

from pathlib import Path

import pytest

from devstack.paths import ROOT
from indico_app import nginx
from indico_app.nginx import s3

FOLDER = ROOT / "indico_app" / "nginx"


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("nginx.conf", "include s3.conf;"),
        ("s3.conf", "include s3_proxy.conf;"),
        ("s3.conf", f"include {nginx.PREFIX}/resolver.conf;"),
        ("s3_proxy.conf", f"proxy_ssl_trusted_certificate {nginx.PREFIX}/trusted.pem;"),
    ],
)
def test_configuration_names_what_is_written(file: str, line: str):
    assert line in (FOLDER / file).read_text()


@pytest.mark.parametrize(
    ("resolv_conf", "directive"),
    [
        ("", "resolver 127.0.0.1;\n"),
        ("search example.org\nnameserver\n# nameserver 192.0.2.9\n", "resolver 127.0.0.1;\n"),
        (
            "nameserver 192.0.2.1\nnameserver 2001:db8::1\nnameserver fe80::1%eth0\n",
            "resolver 192.0.2.1 [2001:db8::1] [fe80::1];\n",
        ),
    ],
)
def test_resolver_is_made_of_the_machines_nameservers(resolv_conf: str, directive: str):
    assert s3.resolver(resolv_conf) == directive


def test_certificates_of_the_relation_stand_in_for_the_well_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bundle = tmp_path / "s3-ca.pem"
    monkeypatch.setattr(s3, "PREFIX", tmp_path)
    monkeypatch.setattr(s3, "CA_BUNDLE", bundle)
    trusted = tmp_path / "trusted.pem"

    assert s3.prepare()
    assert "BEGIN CERTIFICATE" in trusted.read_text()
    assert not s3.prepare()

    bundle.write_text("of the relation")
    assert s3.prepare()
    assert trusted.read_text() == "of the relation"

    bundle.unlink()
    assert s3.prepare()
    assert "BEGIN CERTIFICATE" in trusted.read_text()
