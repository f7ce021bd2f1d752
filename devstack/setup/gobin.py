"""Builds the programs written in Go."""

import os
import shutil

from devstack import paths
from devstack.setup.environments import TOOLS
from devstack.setup.step import execute

SOURCE = paths.ROOT / "gobin"
PROGRAMS = tuple(
    paths.BIN / name for name in ("nginx-prometheus-exporter", "pebble", "statsd_exporter")
)


def build() -> None:
    """Build them all into one folder, with the machine's Go if there is one."""
    go = shutil.which("go") or TOOLS / "bin" / "go"
    env = {**os.environ, "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    execute([go, "build", "-o", f"{paths.BIN}/", "tool"], cwd=SOURCE, env=env)
