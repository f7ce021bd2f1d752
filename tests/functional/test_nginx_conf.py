"""nginx's configuration as nginx reads it, with all that it includes: tested and audited."""

import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from devstack import sandbox
from devstack.paths import ROCK_ENVIRONMENT, ROOT
from devstack.sandbox import Mount
from indico_app.settings import DATA

_GIXY = "import sys; from gixy.cli.main import main; sys.exit(main())"

# What the launcher does, but for running nginx.
_TEST = """
import os
from indico_app.nginx import CONFIGURATION, PREFIX, prefix
prefix.prepare()
os.execvp("nginx", ["nginx", "-T", "-p", PREFIX, "-c", CONFIGURATION])
"""
_PYTHON = ROCK_ENVIRONMENT / "bin" / "python3"

# Indico itself refuses every host but its own, and has to see the port that comes with it.
_SKIPPED = "host_spoofing"

#: Whether there are certificates of an s3 relation, and the nameservers of the machine.
_VARIANTS = {
    "without S3": (False, ""),
    "with S3": (True, "nameserver 192.0.2.1\n"),
    "with IPv6": (True, "nameserver 192.0.2.1\nnameserver 2001:db8::1\n"),
}


@pytest.fixture(scope="module", params=_VARIANTS)
def tested(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> subprocess.CompletedProcess[str]:
    """What nginx says of a variant of its configuration: verdict, and all that it has read."""
    related, nameservers = _VARIANTS[request.param]
    folder = tmp_path_factory.mktemp("nginx")
    data = sandbox.own(folder / "data")
    if related:
        trustme.CA().cert_pem.write_to_path(str(data / "s3-ca.pem"))
        (data / "s3-ca.pem").chmod(0o644)
    (folder / "resolv.conf").write_text(nameservers)
    return subprocess.run(
        sandbox.command(
            [_PYTHON, "-c", _TEST],
            [
                Mount(data, DATA),
                Mount(folder / "resolv.conf", Path("/etc/resolv.conf")),
                Mount(ROOT, ROOT),
                Mount(_PYTHON.resolve().parents[1], _PYTHON.resolve().parents[1]),
            ],
            sandbox.write_accounts(folder / "accounts"),
            environment={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            # Whoever runs the tests owns the pipe that nginx opens as /dev/stdout.
            as_user=False,
        ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_nginx_takes_its_configuration(tested: subprocess.CompletedProcess[str]):
    assert tested.returncode == 0, tested.stderr
    assert "test is successful" in tested.stderr
    assert "[warn]" not in tested.stderr


def test_audit_of_all_that_nginx_reads_finds_nothing(
    tested: subprocess.CompletedProcess[str], tmp_path: Path
):
    for included in ("s3.conf", "s3_proxy.conf", "log.conf", "headers.conf", "resolver.conf"):
        assert f"{included}:\n" in tested.stdout
    dump = tmp_path / "nginx.conf"
    dump.write_text(tested.stdout)

    audit = subprocess.run(
        [sys.executable, "-c", _GIXY, "--skips", _SKIPPED, dump],
        capture_output=True,
        text=True,
        check=False,
    )

    assert audit.returncode == 0, audit.stdout
    assert "No issues found." in audit.stdout
