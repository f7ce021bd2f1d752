"""nginx's configuration, audited."""

import subprocess
import sys

from devstack.paths import ROOT

_GIXY = "import sys; from gixy.cli.main import main; sys.exit(main())"

# Indico itself refuses every host but its own, and has to see the port that comes with it. The
# resolver is in a file that nginx's launcher writes.
_SKIPPED = "host_spoofing,missing_resolver"


def test_audit_of_nginx_conf_finds_nothing():
    configuration = ROOT / "indico_app" / "nginx" / "nginx.conf"

    audit = subprocess.run(
        [sys.executable, "-c", _GIXY, "--skips", _SKIPPED, configuration],
        capture_output=True,
        text=True,
        check=False,
    )

    assert audit.returncode == 0, audit.stdout
    assert "No issues found." in audit.stdout
