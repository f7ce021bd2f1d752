"""What the craft tools make of our files, asked of their own code."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack.paths import CHARM, CHARMCRAFT_ENVIRONMENT, ROOT

_PROJECT: Any = yaml.safe_load((ROOT / "rockcraft.yaml").read_text())
_PARTS: dict[str, dict[str, Any]] = _PROJECT["parts"]

# rockcraft enables overlays, which charmcraft does not.
_VALIDATE_PART = """
import json, sys, craft_parts
craft_parts.Features(enable_overlay=True)
craft_parts.validate_part(json.load(sys.stdin))
"""

# What the flask-framework extension says about the parts that we add to.
_EXTENSION_PARTS = {
    "flask-framework/dependencies": {"plugin": "python", "source": "."},
    "flask-framework/install-app": {"plugin": "dump", "source": "."},
}


def test_charmcraft_expands_the_charm(tmp_path: Path):
    charmcraft = CHARMCRAFT_ENVIRONMENT / "bin" / "charmcraft"
    env = os.environ | {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}

    expanded: Any = yaml.safe_load(run(charmcraft, "expand-extensions", cwd=CHARM, env=env))

    assert expanded["containers"] == {"flask-app": {"resource": "flask-app-image"}}
    assert set(expanded["requires"]) == {
        "http-proxy",
        "ingress",
        "logging",
        "oauth",
        "postgresql",
        "redis",
        "s3",
        "saml",
        "smtp",
        "tracing",
    }
    assert {"site_url", "webserver-workers"} <= set(expanded["config"]["options"])
    assert set(expanded["actions"]) == {
        "add-admin",
        "anonymize-user",
        "clear-cache",
        "migrate-storage",
        "refresh-external-resources",
        "resend-failed-emails",
        "rotate-secret-key",
        "show-config",
        "stop-migrate-storage",
        "storage-status",
        "unlock-task",
    }


@pytest.mark.parametrize("name", _PARTS)
def test_craft_parts_accepts_the_part(name: str):
    whole = _EXTENSION_PARTS.get(name, {}) | _PARTS[name]

    run(
        CHARMCRAFT_ENVIRONMENT / "bin" / "python3",
        "-c",
        _VALIDATE_PART,
        stdin=json.dumps(whole),
    )


def run(
    *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None, stdin: str = ""
) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=env, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
